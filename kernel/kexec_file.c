// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load(2): user space names the files, the kernel does the loading.
 *
 * Read, recognise by content, verify, let the format's loader lay the image out
 * in free RAM.  What is common to all formats is here; what one format needs is
 * in the architecture's struct kexec_file_ops.
 */

#define pr_fmt(fmt) "kexec_file: " fmt

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ima.h>
#include <linux/kernel_read_file.h>
#include <linux/kexec.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/vmalloc.h>

#include "kexec_internal.h"

/**
 * struct kexec_file_request - what the caller asks for
 * @kernel_fd:	 the image
 * @initrd_fd:	 its initrd, unless KEXEC_FILE_NO_INITRAMFS
 * @args:	 the rest; pointers are to user memory
 * @flags:	 KEXEC_FILE_* flags
 */
struct kexec_file_request {
	int kernel_fd;
	int initrd_fd;
	struct kexec_file_args args;
	unsigned long flags;
};

static int kimage_read_kernel(struct kimage *image, const struct kexec_file_request *req)
{
	int err = kimage_read_kernel_file(image, req->kernel_fd);

	if (err)
		return err;
	kexec_dprintk("kernel: %lu bytes\n", image->kernel_buf_len);
	err = kimage_unwrap(image);
	if (err)
		return err;
	err = arch_kexec_kernel_image_probe(image, image->kernel_buf, image->kernel_buf_len);
	if (err)
		return kexec_refuse(err, "no loader knows the format of the kernel");
	return kexec_check_signature(image->fops, image->kernel_buf, image->kernel_buf_len,
				     "image");
}

static int kimage_find_initrd(struct kimage *image, const struct kexec_file_request *req)
{
	if (req->flags & KEXEC_FILE_NO_INITRAMFS)
		return 0;
	return kimage_add_file(image, KEXEC_PART_INITRD, req->initrd_fd, NULL);
}

static int read_text(u64 from, u32 len, const char *what, char **text)
{
	char *copy;

	*text = NULL;
	if (!len)
		return 0;
	if (len > KEXEC_TEXT_MAX)
		return kexec_refuse(-EINVAL, "the %s is too long, %u bytes", what, len);
	copy = memdup_user(u64_to_user_ptr(from), len);
	if (IS_ERR(copy))
		return kexec_refuse(PTR_ERR(copy), "the %s cannot be read", what);
	if (copy[len - 1]) {
		kfree(copy);
		return kexec_refuse(-EINVAL, "the %s does not end with a NUL byte", what);
	}
	*text = copy;
	return 0;
}

static int kimage_read_cmdline(struct kimage *image, const struct kexec_file_request *req)
{
	int err = read_text(req->args.cmdline, req->args.cmdline_len, "command line",
			    &image->cmdline_buf);

	if (err || !image->cmdline_buf)
		return err;
	image->cmdline_buf_len = req->args.cmdline_len;
	ima_kexec_cmdline(req->kernel_fd, image->cmdline_buf, image->cmdline_buf_len - 1);
	return 0;
}

/* The arguments of a call that has more of them than registers */

static int read_part(struct kimage *image, u64 from, u32 size)
{
	struct kexec_file_part part;
	int err = copy_struct_from_user(&part, sizeof(part), u64_to_user_ptr(from), size);
	char *text;

	if (err)
		return kexec_refuse(err, err == -E2BIG ?
				    "the list of files has fields that this kernel does not know" :
				    "the list of files cannot be read");
	if (part.flags & ~KEXEC_PART_AS_IS)
		return kexec_refuse(-EINVAL, "a file has flags that this kernel does not know");
	if (part.flags && part.kind != KEXEC_PART_MODULE)
		return kexec_refuse(-EINVAL, "only modules are unpacked, or left as they are");
	err = read_text(part.cmdline, part.cmdline_len, "text of a file", &text);
	if (err)
		return err;
	err = kimage_add_file(image, part.kind, part.fd, text);
	if (err)
		kfree(text);
	else
		image->part[image->nr_parts - 1].as_is = !!(part.flags & KEXEC_PART_AS_IS);
	return err;
}

static int kimage_find_parts(struct kimage *image, const struct kexec_file_request *req)
{
	const struct kexec_file_args *args = &req->args;
	int err = 0;
	u32 i;

	if (args->nr_parts > KEXEC_PARTS_MAX)
		return kexec_refuse(-E2BIG, "there are %u files, %d are possible", args->nr_parts,
				    KEXEC_PARTS_MAX);
	if (args->nr_parts && args->part_size < KEXEC_FILE_PART_SIZE_VER0)
		return kexec_refuse(-EINVAL, "an entry of the list of files has only %u bytes",
				    args->part_size);
	if (args->nr_parts && args->part_size > PAGE_SIZE)
		return kexec_refuse(-EINVAL,
				    "an entry of the list of files has %u bytes, more than a page",
				    args->part_size);
	for (i = 0; i < args->nr_parts && !err; i++)
		err = read_part(image, args->parts + (u64)i * args->part_size, args->part_size);
	return err;
}

static int request_read_args(struct kexec_file_request *req, const void __user *from,
			     unsigned long size)
{
	struct kexec_file_args *args = &req->args;
	int err;

	if (!(req->flags & KEXEC_FILE_ARGS)) {
		*args = (struct kexec_file_args) {
			.cmdline = (unsigned long)from,
			.cmdline_len = min_t(unsigned long, size, U32_MAX),
		};
		return 0;
	}
	if (size < KEXEC_FILE_ARGS_SIZE_VER0 || size > PAGE_SIZE)
		return kexec_refuse(-EINVAL, "arguments of %lu bytes are impossible", size);
	err = copy_struct_from_user(args, sizeof(*args), from, size);
	if (err)
		return kexec_refuse(err, err == -E2BIG ?
				    "the arguments hold something that this kernel does not know" :
				    "the arguments cannot be read");
	if (strnlen(args->format, sizeof(args->format)) == sizeof(args->format))
		return kexec_refuse(-EINVAL, "the name of the format is too long");
	return 0;
}

/* What the loader has to say to the files and the command line before they are laid out. */
static int kimage_prepare(struct kimage *image)
{
	int err = 0;

	kexec_forgive();
	if (image->profile && !image->fops->has_profiles)
		return kexec_refuse(-EINVAL, "an image of format %s has no profiles",
				    kimage_format_name(image));
	if (image->fops->prepare)
		err = image->fops->prepare(image);
	else
		err = kimage_take_kinds(image, BIT(KEXEC_PART_INITRD));
	if (!err && image->cmdline_buf)
		image->cmdline = kstrdup(image->cmdline_buf, GFP_KERNEL);
	return err;
}

static int kimage_lay_out(struct kimage *image)
{
	void *data;

	/* IMA hands its measurement list to the next kernel */
	ima_add_kexec_buffer(image);
	kexec_forgive();
	data = image->fops->load(image, image->kernel_buf, image->kernel_buf_len,
				 image->initrd_buf, image->initrd_buf_len,
				 image->cmdline_buf, image->cmdline_buf_len);
	if (IS_ERR(data))
		return PTR_ERR(data);
	image->image_loader_data = data;
	return 0;
}

static void kimage_log_layout(const struct kimage *image)
{
	const struct kexec_segment *seg = image->segment;
	unsigned long i;

	kexec_dprintk("type %u, entry %#lx, %lu segments\n", image->type, image->start,
		      image->nr_segments);
	for (i = 0; i < image->nr_segments; i++, seg++)
		kexec_dprintk("segment %lu: mem %#lx memsz %#zx bufsz %#zx, %s\n", i, seg->mem,
			      seg->memsz, seg->bufsz, image->segment_name[i] ?: "unnamed");
}

/* Free everything that a load needs only while it lasts. */
static void kimage_file_post_load_cleanup(struct kimage *image)
{
	arch_kimage_file_post_load_cleanup(image);
	kfree(image->image_loader_data);
	vfree(image->ima_buffer);
	kexec_purgatory_free(image);
	kfree(image->cmdline_buf);
	kimage_free_parts(image);
	vfree(image->kernel_buf);
	image->image_loader_data = NULL;
	image->ima_buffer = NULL;
	image->cmdline_buf = NULL;
	image->kernel_buf = NULL;
}

static int kimage_file_build(struct kimage *image, const struct kexec_file_request *req)
{
	int err = kimage_read_kernel(image, req);

	err = err ?: kimage_find_initrd(image, req);
	err = err ?: kimage_find_parts(image, req);
	err = err ?: kimage_read_cmdline(image, req);
	err = err ?: kimage_prepare(image);
	err = err ?: kimage_read_parts(image);
	err = err ?: kimage_lay_out(image);
	if (err)
		return err;
	kimage_log_layout(image);
	return kimage_build(image, req->flags);
}

static int request_try(const struct kexec_file_request *req, int type, bool over_armed)
{
	struct kimage *image = kimage_alloc(type);
	int err;

	if (!image)
		return -ENOMEM;
	image->file_mode = 1;
	image->over_armed = over_armed;
	image->self_extract = !!(req->flags & KEXEC_FILE_SELF_EXTRACT);
	image->force_dtb = !!(req->flags & KEXEC_FILE_FORCE_DTB);
	image->marks = !!(req->flags & KEXEC_FILE_DEBUG);
	image->no_check = req->flags & KEXEC_FILE_NO_CHECK;
	image->profile = req->args.profile;
	strscpy(image->format, req->args.format);
	kexec_file_dbg_print = req->flags & KEXEC_FILE_DEBUG;
	err = kimage_file_build(image, req);
	kexec_file_dbg_print = false;
	kimage_file_post_load_cleanup(image);
	if (err)
		kimage_free(image);
	else
		kimage_arm(image);
	return err;
}

/*
 * Segments that were put beside the armed crash image may have left no room in one
 * piece for the last of them.  That is no reason not to load what fits by itself.
 */
static int request_load(const struct kexec_file_request *req, int type)
{
	int err = request_try(req, type, false);

	if (err != -EADDRNOTAVAIL || type != KEXEC_TYPE_CRASH || !kimage_armed(type))
		return err;
	kexec_forgive();
	return request_try(req, type, true);
}

SYSCALL_DEFINE5(kexec_file_load, int, kernel_fd, int, initrd_fd, unsigned long, cmdline_len,
		const char __user *, cmdline_ptr, unsigned long, flags)
{
	struct kexec_file_request req = {
		.kernel_fd = kernel_fd, .initrd_fd = initrd_fd, .flags = flags,
	};
	int type = flags & KEXEC_FILE_ON_CRASH ? KEXEC_TYPE_CRASH : KEXEC_TYPE_DEFAULT;
	int err = kexec_load_begin(type, flags & ~(unsigned long)KEXEC_FILE_FLAGS);

	if (err)
		return err;
	if (flags & KEXEC_FILE_UNLOAD)
		kimage_disarm(type);
	else
		err = request_read_args(&req, cmdline_ptr, cmdline_len) ?:
		      request_load(&req, type);
	return kexec_load_end(type, err);
}
