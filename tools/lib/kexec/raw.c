// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading through kexec_load(2): segments are made here, of whatever format the
 * shared parsers of lib/kexec know, and the kernel only copies them.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/kernel.h>
#include "attempt.h"
#include "raw.h"

/* Most specific first: a multiboot image can be an ELF file, too. */
static const struct raw_format formats[] = {
#ifdef __x86_64__
	{ "bzImage", raw_load_bzimage },
	{ "UKI", raw_load_uki },
	{ "multiboot2", raw_load_multiboot2 },
	{ "multiboot", raw_load_multiboot },
#endif
	{ "ELF", raw_load_elf },
};

/* The architecture bits of the flags are ELF's own machine numbers. */
static unsigned long flags_of(const struct raw *raw)
{
	unsigned long flags = (unsigned long)raw->elf_machine << 16;

	if (is_crash(raw->image))
		flags |= KEXEC_ON_CRASH;
	if (returns(raw))
		flags |= KEXEC_PRESERVE_CONTEXT;
	return flags;
}

static void describe(const struct raw *raw)
{
	const struct kexec_segment *seg = raw->segment;
	size_t i;

	for (i = 0; i < raw->nr_segments; i++, seg++)
		image_debug(raw->image, "segment %zu: 0x%lx-0x%lx, %zu bytes", i,
			    (unsigned long)seg->mem,
			    (unsigned long)seg->mem + (unsigned long)seg->memsz - 1,
			    (size_t)seg->bufsz);
	image_debug(raw->image, "kexec_load(0x%llx, %zu segments, 0x%lx)",
		    (unsigned long long)raw->entry, raw->nr_segments, flags_of(raw));
}

/* The call has no flag for it. */
static void leave_unchecked(const struct kexec_image *image)
{
	if (image->flags & KEXEC_IMAGE_NO_CHECK && !is_crash(image) && !turn_check_off())
		image_warn(image, "it will be checked before it is entered: %s", strerror(errno));
}

static int call(const struct raw *raw)
{
	int kmsg = kmsg_open(), err = 0;
	char reason[REASON_SIZE];
	struct kernel_log log;

	describe(raw);
	if (syscall(SYS_kexec_load, (unsigned long)raw->entry, raw->nr_segments, raw->segment,
		    flags_of(raw))) {
		err = -errno;
		error_call(raw->error, err, "kexec_load");
		if (!kmsg_find_reason(kmsg, reason, &log))
			kmsg_tell(&log, raw->error);
		error_cause(raw->error, KEXEC_REASON_OTHER, "%s", reason);
	}
	if (kmsg >= 0)
		close(kmsg);
	if (!err)
		leave_unchecked(raw->image);
	return err;
}

/* The first format that does not say "another one"; a reason says that it is damaged. */
static int load_as_any(struct raw *raw)
{
	const char *wanted = raw->image->format;
	const struct raw_format *f;
	int err;

	for (f = formats; f < formats + ARRAY_SIZE(formats); f++) {
		if (*wanted && strcmp(wanted, f->name))
			continue;
		err = f->load(raw);
		if (!err && raw->image->profile && strcmp(f->name, "UKI"))
			return raw_refuse(raw, KEXEC_REASON_MISFIT, -EINVAL,
					  "only unified kernel images have profiles");
		if (err != -ENOEXEC || *raw->reason)
			return err;
	}
	if (*wanted)
		return raw_refuse(raw, KEXEC_REASON_WRONG_TYPE, -ENOEXEC,
				  "it is no image of format %s", wanted);
	return raw_refuse(raw, KEXEC_REASON_NOT_A_KERNEL, -ENOEXEC,
			  "it is of no format that -c knows");
}

static int read_parts(struct raw *raw, const struct files *files)
{
	int err = 0;
	size_t i;

	raw->part = raw_alloc(raw, files->nr * sizeof(*raw->part));
	if (!raw->part)
		return -ENOMEM;
	for (i = 0; i < files->nr && !err; i++) {
		raw->part[i] = (struct part){
			.kind = files->part[i].kind,
			.text = (const char *)(uintptr_t)files->part[i].cmdline,
			.fd = files->part[i].fd,
			.as_is = files->part[i].flags & KEXEC_PART_AS_IS,
		};
		err = raw_read(raw, files->part[i].fd, &raw->part[i].bytes);
	}
	raw->nr_parts = i;
	return err;
}

static int prepare(struct raw *raw, int fd, const struct files *files)
{
	const struct attempt a = { .image = raw->image, .kernel = fd, .files = files };
	int err = segments_fit_memory(&a, raw->error);

	if (err)
		return err;
	err = raw_unwrap(raw, fd) ?: read_parts(raw, files) ?: load_as_any(raw);
	return err ? error_because(raw->error, raw->why, err, "%s: %s", raw->image->kernel.name,
				   raw->reason) : 0;
}

/**
 * raw_load() - load an image segment by segment
 * @image: what is to be loaded
 * @fd: its kernel
 * @files: what is loaded beside it
 * @cmdline: its command line
 * @error: says what went wrong
 *
 * Return: 0 or a negative errno.
 */
int raw_load(const struct kexec_image *image, int fd, const struct files *files,
	     const char *cmdline, struct kexec_error *error)
{
	struct raw raw = { .image = image, .error = error, .cmdline = cmdline };
	int err = prepare(&raw, fd, files) ?: call(&raw);

	raw_free(&raw);
	return err;
}

/**
 * raw_check() - do all that raw_load() does before the call
 * @image: what would be loaded
 * @fd: its kernel
 * @files: what would be loaded beside it
 * @cmdline: its command line
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int raw_check(const struct kexec_image *image, int fd, const struct files *files,
	      const char *cmdline, struct kexec_error *error)
{
	struct raw raw = { .image = image, .error = error, .cmdline = cmdline };
	int err = prepare(&raw, fd, files);

	raw_free(&raw);
	return err;
}
