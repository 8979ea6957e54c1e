// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_load(2): user space has parsed the image and says which bytes go where.
 *
 * Every other boot loader's way in.  The kernel checks that the request can be
 * carried out; what the bytes mean is the caller's business.
 */

#include <linux/compat.h>
#include <linux/kexec.h>
#include <linux/security.h>
#include <linux/syscalls.h>

#include "kexec_internal.h"

/**
 * struct kexec_request - what the caller asks for
 * @entry:    physical address to enter the image at
 * @nr:	      number of segments; 0 empties the slot
 * @segments: the array, in user memory
 * @compat:   the caller is 32-bit: so is the array
 * @flags:    KEXEC_* flags, architecture included
 */
struct kexec_request {
	unsigned long entry;
	unsigned long nr;
	const void __user *segments;
	bool compat;
	unsigned long flags;
};

static int request_type(const struct kexec_request *req)
{
	return req->flags & KEXEC_ON_CRASH ? KEXEC_TYPE_CRASH : KEXEC_TYPE_DEFAULT;
}

/* The kernel cannot appraise bytes that come without a file: policy decides. */
static int request_check_policy(void)
{
	int err = security_kernel_load_data(LOADING_KEXEC_IMAGE, false);

	if (err)
		return kexec_refuse(err, "the security policy wants images as files");
	err = security_locked_down(LOCKDOWN_KEXEC);
	if (err)
		return kexec_refuse(err, "the kernel is locked down, see kexec_file_load");
	return 0;
}

/* A 32-bit caller has to name an architecture: the default is not its own. */
static int request_check_arch(const struct kexec_request *req)
{
	unsigned long arch = req->flags & KEXEC_ARCH_MASK;

	if (req->compat ? arch != KEXEC_ARCH_DEFAULT :
			  arch == KEXEC_ARCH || arch == KEXEC_ARCH_DEFAULT)
		return 0;
	return kexec_refuse(-EINVAL, "it is for ELF machine %lu, this kernel is %d",
			    arch >> 16, KEXEC_ARCH >> 16);
}

static int request_check(const struct kexec_request *req)
{
	int err = request_check_policy();

	err = err ?: request_check_arch(req);
	if (!err && req->nr > KEXEC_SEGMENT_MAX)
		err = kexec_refuse(-EINVAL, "it has %lu segments, %d are possible",
				   req->nr, KEXEC_SEGMENT_MAX);
	if (!err && req->flags & KEXEC_ON_CRASH && req->flags & KEXEC_PRESERVE_CONTEXT)
		err = kexec_refuse(-EINVAL, "a crashed kernel has no context to preserve");
	return err;
}

#ifdef CONFIG_COMPAT
static int request_copy_compat(const struct kexec_request *req, struct kexec_segment *to)
{
	struct compat_kexec_segment from[KEXEC_SEGMENT_MAX];
	unsigned long i;

	if (copy_from_user(from, req->segments, req->nr * sizeof(*from)))
		return -EFAULT;
	for (i = 0; i < req->nr; i++) {
		to[i] = (struct kexec_segment) {
			.buf	= compat_ptr(from[i].buf),
			.bufsz	= from[i].bufsz,
			.mem	= from[i].mem,
			.memsz	= from[i].memsz,
		};
	}
	return 0;
}
#else
static int request_copy_compat(const struct kexec_request *req, struct kexec_segment *to)
{
	return -EINVAL;
}
#endif

static int request_copy_segments(const struct kexec_request *req, struct kimage *image)
{
	int err = 0;

	if (req->compat)
		err = request_copy_compat(req, image->segment);
	else if (copy_from_user(image->segment, req->segments,
				req->nr * sizeof(image->segment[0])))
		err = -EFAULT;
	if (err)
		return kexec_refuse(err, "the segment array cannot be read");
	kimage_set_segments(image, req->nr);
	return 0;
}

static int request_load(const struct kexec_request *req)
{
	struct kimage *image = kimage_alloc(request_type(req));
	int err;

	if (!image)
		return -ENOMEM;
	image->start = req->entry;
	image->preserve_context = !!(req->flags & KEXEC_PRESERVE_CONTEXT);
	err = request_copy_segments(req, image);
	err = err ?: kimage_build(image, req->flags);
	if (err)
		kimage_free(image);
	else
		kimage_arm(image);
	return err;
}

static long kexec_load_request(const struct kexec_request *req)
{
	unsigned long unknown = req->flags & ~(KEXEC_FLAGS | (unsigned long)KEXEC_ARCH_MASK);
	int type = request_type(req);
	int err = kexec_load_begin(type, unknown);

	if (err)
		return err;
	err = request_check(req);
	if (!err && req->nr)
		err = request_load(req);
	else if (!err)
		kimage_disarm(type);
	return kexec_load_end(type, err);
}

SYSCALL_DEFINE4(kexec_load, unsigned long, entry, unsigned long, nr_segments,
		struct kexec_segment __user *, segments, unsigned long, flags)
{
	struct kexec_request req = {
		.entry = entry, .nr = nr_segments, .segments = segments, .flags = flags,
	};

	return kexec_load_request(&req);
}

#ifdef CONFIG_COMPAT
COMPAT_SYSCALL_DEFINE4(kexec_load, compat_ulong_t, entry, compat_ulong_t, nr_segments,
		       struct compat_kexec_segment __user *, segments, compat_ulong_t, flags)
{
	struct kexec_request req = {
		.entry = entry, .nr = nr_segments, .segments = segments, .compat = true,
		.flags = flags,
	};

	return kexec_load_request(&req);
}
#endif
