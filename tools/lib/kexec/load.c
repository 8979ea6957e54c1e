// SPDX-License-Identifier: GPL-2.0-only
/* Loading, unloading and jumping: choosing the system call, and what its failure means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/reboot.h>
#include "image.h"

static unsigned long file_flags(const struct kexec_image *image)
{
	unsigned long flags = 0;

	if (is_crash(image))
		flags |= KEXEC_FILE_ON_CRASH;
	if (image->flags & KEXEC_IMAGE_DEBUG)
		flags |= KEXEC_FILE_DEBUG;
	if (image->flags & KEXEC_IMAGE_SELF_EXTRACT)
		flags |= KEXEC_FILE_SELF_EXTRACT;
	return flags;
}

/* Kernels before 6.8 refuse KEXEC_FILE_DEBUG, which is no reason to fail. */
static int file_load(const struct kexec_image *image, const struct files *files, int kernel,
		     const char *cmdline, struct kexec_error *error)
{
	unsigned long flags = file_flags(image);
	int err;

	image_debug(image, "kexec_file_load(%s, %zu files, \"%s\", 0x%lx)", image->kernel.name,
		    files->nr, cmdline, flags);
	err = call_file_load(image, files, kernel, cmdline, flags, error);
	if (err == -EINVAL && flags & KEXEC_FILE_DEBUG)
		err = call_file_load(image, files, kernel, cmdline, flags & ~KEXEC_FILE_DEBUG,
				     error);
	return err;
}

/* Refusals that mean "not this way" rather than "not this image". */
static bool another_call_may_help(int err)
{
	return err == -ENOSYS || err == -EINVAL || err == -ENOEXEC ||
	       err == -ENOTSUP;
}

/* What is wrong with a kernel that gives no reason. */
static int guess(const struct kexec_image *image, int kernel, int err, const char *cmdline,
		 struct kexec_error *error)
{
	if (err == -ENOSYS && image->method == KEXEC_METHOD_FILE)
		return error_set(error, err,
				 "The running kernel does not read the files itself. Try -c.");
	/* A kernel that knows the flag gives a reason for each refusal. */
	if (image->flags & KEXEC_IMAGE_SELF_EXTRACT && err == -EINVAL)
		return error_set(error, err,
				 "The running kernel seems not to know --self-extract. Leave it out:\n"
				 "kernels without it always do that.");
	if (wants_more_than_bzimage(image) && err == -EINVAL && !kernel_reports())
		return error_set(error, err,
				 "The running kernel loads a bzImage with its initrd only: no modules,\n"
				 "no addons, no profiles, no other formats. Try -c.");
	return explain_image(kernel, image->kernel.name, err, cmdline, error);
}

static int explain_failure(const struct kexec_image *image, int kernel, int kmsg, int err,
			   const char *cmdline, struct kexec_error *error)
{
	char reason[REASON_SIZE];

	if (kmsg_find_reason(kmsg, reason))
		error_set(error, err, "kernel: %s", reason);
	else
		guess(image, kernel, err, cmdline, error);
	if (error)
		error->call = "kexec_file_load";
	return err;
}

/* A second call that fails, too, has said why by then. */
static int let_kernel_load(const struct kexec_image *image, const struct files *files,
			   int kernel, const char *cmdline, struct kexec_error *error)
{
	int kmsg = kmsg_open(), err = file_load(image, files, kernel, cmdline, error), raw = err;

	if (image->method == KEXEC_METHOD_AUTO && another_call_may_help(err)) {
		image_debug(image, "kexec_file_load: %s; now kexec_load", strerror(-err));
		raw = raw_load(image, kernel, files, cmdline, NULL);
	}
	if (raw)
		explain_failure(image, kernel, kmsg, err, cmdline, error);
	if (kmsg >= 0)
		close(kmsg);
	return raw;
}

static int load_opened(const struct kexec_image *image, const struct files *files, int kernel,
		       struct kexec_error *error)
{
	char *cmdline = strdup(image->cmdline ?: "");
	int err;

	if (cmdline && image->flags & KEXEC_IMAGE_FAST)
		add_facts(image, &cmdline, kernel);
	if (!cmdline)
		err = error_set(error, -ENOMEM, "there is no memory for the command line");
	else if (image->method == KEXEC_METHOD_SEGMENTS)
		err = raw_load(image, kernel, files, cmdline, error);
	else
		err = let_kernel_load(image, files, kernel, cmdline, error);
	free(cmdline);
	return err;
}

static int load_files(const struct kexec_image *image, int kernel, struct kexec_error *error)
{
	struct files files = {};
	int err = open_files(image, &files, error) ?: load_opened(image, &files, kernel, error);

	close_files(&files);
	return err;
}

/* Kernels say no more than "address not available" in this common case. */
static bool no_crash_memory(void)
{
	unsigned long long size;

	return !kexec_crash_memory(&size, NULL) && !size;
}

/* What no kernel and no image can make good. */
static int check_image(const struct kexec_image *image, struct kexec_error *error)
{
	if (!image->kernel.name)
		return error_set(error, -EINVAL, "no kernel is named");
	if (image->flags & KEXEC_IMAGE_PRESERVE_CONTEXT &&
	    (image->method != KEXEC_METHOD_SEGMENTS || is_crash(image)))
		return error_set(error, -EINVAL,
				 "an image that returns needs kexec_load(2) and the normal slot");
	if (image->flags & KEXEC_IMAGE_SELF_EXTRACT && image->method == KEXEC_METHOD_SEGMENTS)
		return error_set(error, -EINVAL, "kexec_load(2) never unpacks an image");
	if (!is_crash(image) || !no_crash_memory())
		return 0;
	error_set(error, -EADDRNOTAVAIL, "Memory for crashkernel is not reserved");
	error_next(error, "Boot the running kernel with crashkernel=SIZE on its command line.");
	return -EADDRNOTAVAIL;
}

/**
 * kexec_image_load() - load an image
 * @image: what, where to and how
 * @error: what went wrong
 *
 * What the slot held before is replaced; after a failure it is still there.
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_load(struct kexec_image *image, struct kexec_error *error)
{
	int fd, err;

	error_clear(error);
	err = check_image(image, error);
	if (err)
		return err;
	fd = source_open(&image->kernel, error);
	if (fd < 0)
		return fd;
	describe_image(image, fd);
	err = load_files(image, fd, error);
	close(fd);
	return err;
}

static int raw_unload(enum kexec_slot slot)
{
	unsigned long flags = slot == KEXEC_SLOT_CRASH ? KEXEC_ON_CRASH : 0;

	return syscall(SYS_kexec_load, 0, 0, NULL, flags) ? -errno : 0;
}

/**
 * kexec_unload() - empty a slot
 * @slot: which
 * @method: how
 * @error: what went wrong
 *
 * An empty slot is what was asked for, not an error.
 *
 * Return: 0 or a negative errno.
 */
int kexec_unload(enum kexec_slot slot, enum kexec_method method, struct kexec_error *error)
{
	int err = method == KEXEC_METHOD_SEGMENTS ? raw_unload(slot) : call_file_unload(slot);

	if (method == KEXEC_METHOD_AUTO && another_call_may_help(err))
		err = raw_unload(slot);
	error_clear(error);
	if (!err)
		return 0;
	error_set(error, err, "%s", "");
	if (error)
		error->call = "kexec unload";
	return err;
}

/**
 * kexec_boot() - jump into the image in the normal slot, without ending anything properly
 * @flags: KEXEC_BOOT_*
 * @error: what went wrong
 *
 * Comes back only after a failure, or when a preserved context is resumed.
 *
 * Return: 0 or a negative errno.
 */
int kexec_boot(unsigned int flags, struct kexec_error *error)
{
	error_clear(error);
	if (flags & ~KEXEC_BOOT_SYNC)
		return error_set(error, -EINVAL, "libkexec does not know the flags 0x%x",
				 flags & ~KEXEC_BOOT_SYNC);
	/* Where that cannot be read, only the kernel itself can tell. */
	if (!kexec_status(KEXEC_SLOT_NORMAL, NULL))
		return error_set(error, -EINVAL, "Nothing has been loaded!");
	if (flags & KEXEC_BOOT_SYNC)
		sync();
	if (!syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		     LINUX_REBOOT_CMD_KEXEC, NULL))
		return 0;
	return error_set(error, -errno, "the jump failed: %s", strerror(errno));
}
