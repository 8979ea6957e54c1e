// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load(2) and the files it is given.
 *
 * One initrd is an argument of the call.  More of them, modules and the like go
 * into its structure of arguments, which older kernels do not know; for them
 * initrds are joined here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <linux/kexec.h>
#include "image.h"

static int raw_call(int kernel, int initrd, const void *args, size_t size, unsigned long flags)
{
	return syscall(SYS_kexec_file_load, kernel, initrd, size, args, flags) ? -errno : 0;
}

static int open_kind(const struct kexec_image *image, unsigned int kind, struct files *files,
		     struct kexec_error *error)
{
	const struct source *part;
	size_t i;
	int fd;

	for (i = 0; i < image->nr_parts; i++) {
		part = &image->part[i];
		if (part->kind != kind)
			continue;
		fd = source_open(part, error);
		if (fd < 0)
			return fd;
		files->part[files->nr++] = (struct kexec_file_part){
			.fd = fd, .kind = kind, .cmdline = (uintptr_t)part->text,
			.cmdline_len = part->text ? strlen(part->text) + 1 : 0,
			.flags = part->as_is ? KEXEC_PART_AS_IS : 0,
		};
	}
	return 0;
}

/**
 * open_files() - open all files of an image but the kernel
 * @image: the image
 * @files: filled in, sorted by kind; to be closed with close_files(), after a failure too
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int open_files(const struct kexec_image *image, struct files *files, struct kexec_error *error)
{
	*files = (struct files){ .part = calloc(image->nr_parts + 1, sizeof(*files->part)) };
	if (!files->part)
		return error_set(error, -ENOMEM, "there is no memory for a list of files");
	return open_kind(image, KEXEC_PART_INITRD, files, error) ?:
	       open_kind(image, KEXEC_PART_MODULE, files, error) ?:
	       open_kind(image, KEXEC_PART_ADDON, files, error) ?:
	       open_kind(image, KEXEC_PART_DTB, files, error);
}

void close_files(struct files *files)
{
	while (files->nr)
		close(files->part[--files->nr].fd);
	free(files->part);
}

static size_t count_parts(const struct kexec_image *image, unsigned int kind)
{
	size_t i, n = 0;

	for (i = 0; i < image->nr_parts; i++)
		n += image->part[i].kind == kind;
	return n;
}

static bool fits_registers(const struct kexec_image *image)
{
	size_t initrds = count_parts(image, KEXEC_PART_INITRD);

	return initrds <= 1 && initrds == image->nr_parts && !*image->format && !image->profile;
}

static int plain_call(int kernel, int initrd, const char *cmdline, unsigned long flags)
{
	return raw_call(kernel, initrd, cmdline, strlen(cmdline) + 1,
			flags | (initrd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0));
}

static int call_with_args(const struct kexec_image *image, const struct files *files,
			  int kernel, const char *cmdline, unsigned long flags)
{
	struct kexec_file_args args = {
		.cmdline = (uintptr_t)cmdline, .cmdline_len = strlen(cmdline) + 1,
		.parts = (uintptr_t)files->part, .nr_parts = files->nr,
		.part_size = sizeof(files->part[0]), .profile = image->profile,
	};

	snprintf(args.format, sizeof(args.format), "%s", image->format);
	return raw_call(kernel, -1, &args, sizeof(args),
			flags | KEXEC_FILE_ARGS | KEXEC_FILE_NO_INITRAMFS);
}

/**
 * wants_more_than_bzimage() - does an image need a kernel that loads other formats?
 * @image: the image
 *
 * Kernels that only know the one format may be told its name all the same.
 *
 * Return: true if so.
 */
bool wants_more_than_bzimage(const struct kexec_image *image)
{
	return count_parts(image, KEXEC_PART_INITRD) != image->nr_parts || image->profile ||
	       (*image->format && strcmp(image->format, "bzImage"));
}

/* A file that is in memory only, with all initrds one after the other. */
static int join_initrds(const struct files *files, struct kexec_error *error)
{
	int fd = memfd_create("initrds", MFD_CLOEXEC), err = fd < 0 ? -errno : 0;
	size_t i;

	for (i = 0; i < files->nr && !err; i++)
		err = append_file(fd, files->part[i].fd);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return error_set(error, err, "the initrds cannot be joined: %s", strerror(-err));
}

static int call_joined(const struct files *files, int kernel, const char *cmdline,
		       unsigned long flags, struct kexec_error *error)
{
	int fd, err;

	if (files->nr <= 1)
		return plain_call(kernel, files->nr ? files->part[0].fd : -1, cmdline, flags);
	fd = join_initrds(files, error);
	if (fd < 0)
		return fd;
	err = plain_call(kernel, fd, cmdline, flags);
	close(fd);
	return err;
}

/**
 * call_file_load() - kexec_file_load(2) with all an image has
 * @image: the image
 * @files: its files
 * @kernel: its kernel
 * @cmdline: command line for that
 * @flags: KEXEC_FILE_* flags
 * @error: says why it did not come to the call
 *
 * Return: 0 or a negative errno.
 */
int call_file_load(const struct kexec_image *image, const struct files *files, int kernel,
		   const char *cmdline, unsigned long flags, struct kexec_error *error)
{
	int err;

	if (fits_registers(image))
		return plain_call(kernel, files->nr ? files->part[0].fd : -1, cmdline, flags);
	err = call_with_args(image, files, kernel, cmdline, flags);
	if (err == -EINVAL && !wants_more_than_bzimage(image) && !kernel_reports())
		err = call_joined(files, kernel, cmdline, flags, error);
	return err;
}

/**
 * call_file_unload() - empty a slot
 * @slot: which
 *
 * Return: 0 or a negative errno.
 */
int call_file_unload(enum kexec_slot slot)
{
	return raw_call(-1, -1, NULL, 0, KEXEC_FILE_UNLOAD |
			(slot == KEXEC_SLOT_CRASH ? KEXEC_FILE_ON_CRASH : 0));
}
