// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load(2) and the files it is given.
 *
 * One initrd is an argument of the call.  More of them, modules and the like go
 * into its structure of arguments, which older kernels do not know; for them
 * initrds are joined here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include "kexec.h"

/* cpio archives start at multiples of this. */
#define INITRD_ALIGN	4

/* What kexec-tools calls formats, and what the kernel does. */
static const struct {
	const char *name, *format;
} types[] = {
	{ "bzImage", "bzImage" }, { "bzImage64", "bzImage" },
	{ "elf-x86_64", "ELF" }, { "elf-x86", "ELF" }, { "ELF", "ELF" }, { "vmlinux", "ELF" },
	{ "multiboot-x86", "multiboot" }, { "multiboot", "multiboot" },
	{ "multiboot2-x86", "multiboot2" }, { "multiboot2", "multiboot2" },
	{ "UKI", "UKI" }, { "uki", "UKI" },
};

/**
 * format_name() - what the kernel calls the type of file that a request names
 * @req: the request
 *
 * Return: the name; "" if the request names none; NULL if nobody knows it.
 */
const char *format_name(const struct request *req)
{
	size_t i;

	if (!req->type)
		return "";
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, req->type))
			return types[i].format;
	return NULL;
}

static int raw_call(int kernel, int initrd, const void *args, size_t size, unsigned long flags)
{
	return syscall(SYS_kexec_file_load, kernel, initrd, size, args, flags) ? -errno : 0;
}

/**
 * open_file() - open a file that is to be loaded
 * @path: its name
 *
 * Prints what is wrong.
 *
 * Return: a file descriptor or a negative errno.
 */
int open_file(const char *path)
{
	/* A pipe is refused by the kernel; do not wait for somebody to write there. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		return fd;
	fd = -errno;
	complain("kexec: cannot open %s: %s", path, strerror(errno));
	return fd;
}

static int add_file(struct files *files, __u32 kind, const char *path, const char *text)
{
	int fd = open_file(path);

	if (fd < 0)
		return fd;
	files->part[files->nr++] = (struct kexec_file_part){
		.fd = fd, .kind = kind, .cmdline = (uintptr_t)text,
		.cmdline_len = text ? strlen(text) + 1 : 0,
	};
	return 0;
}

static int add_files(struct files *files, __u32 kind, const struct names *names)
{
	size_t i;
	int err = 0;

	for (i = 0; i < names->nr && !err; i++)
		err = add_file(files, kind, names->name[i], NULL);
	return err;
}

/* "FILE TEXT": as kexec-tools passes it, the text is all of it. */
static int add_module(struct files *files, const char *text)
{
	char *path = strndup(text, strcspn(text, " "));
	int err = path ? add_file(files, KEXEC_PART_MODULE, path, text) : -ENOMEM;

	free(path);
	return err;
}

/**
 * open_files() - open all files of a request but the kernel
 * @req: the request
 * @files: filled in, to be closed with close_files(), after a failure too
 *
 * Prints what is wrong.
 *
 * Return: 0 or a negative errno.
 */
int open_files(const struct request *req, struct files *files)
{
	int err = add_files(files, KEXEC_PART_INITRD, &req->initrds);
	size_t i;

	for (i = 0; i < req->modules.nr && !err; i++)
		err = add_module(files, req->modules.name[i]);
	return err ?: add_files(files, KEXEC_PART_ADDON, &req->addons);
}

void close_files(struct files *files)
{
	while (files->nr)
		close(files->part[--files->nr].fd);
}

static bool fits_registers(const struct request *req)
{
	return req->initrds.nr <= 1 && !req->modules.nr && !req->addons.nr && !req->type &&
	       !req->profile;
}

static int plain_call(int kernel, int initrd, const char *cmdline, unsigned long flags)
{
	return raw_call(kernel, initrd, cmdline, strlen(cmdline) + 1,
			flags | (initrd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0));
}

static int call_with_args(const struct request *req, const struct files *files, int kernel,
			  const char *cmdline, unsigned long flags)
{
	struct kexec_file_args args = {
		.cmdline = (uintptr_t)cmdline, .cmdline_len = strlen(cmdline) + 1,
		.parts = (uintptr_t)files->part, .nr_parts = files->nr,
		.part_size = sizeof(files->part[0]), .profile = req->profile,
	};

	snprintf(args.format, sizeof(args.format), "%s", format_name(req));
	return raw_call(kernel, -1, &args, sizeof(args),
			flags | KEXEC_FILE_ARGS | KEXEC_FILE_NO_INITRAMFS);
}

/**
 * wants_more_than_bzimage() - does a request need a kernel that loads other formats?
 * @req: the request
 *
 * Kernels that only know the one format may be told its name all the same.
 */
bool wants_more_than_bzimage(const struct request *req)
{
	return req->modules.nr || req->addons.nr || req->profile ||
	       (req->type && strcmp(format_name(req), "bzImage"));
}

static int append_file(int to, int from)
{
	struct stat st;
	off_t end = lseek(to, 0, SEEK_END), at = 0;
	ssize_t n;

	if (fstat(from, &st) || end < 0)
		return -errno;
	end = (end + INITRD_ALIGN - 1) & -INITRD_ALIGN;
	if (ftruncate(to, end) || lseek(to, end, SEEK_SET) < 0)
		return -errno;
	while (at < st.st_size) {
		n = sendfile(to, from, &at, st.st_size - at);
		if (n < 0)
			return -errno;
		if (!n)
			return -ENODATA;
	}
	return 0;
}

/* A file that is in memory only, with all initrds one after the other. */
static int join_initrds(const struct files *files)
{
	int fd = memfd_create("initrds", MFD_CLOEXEC), err = fd < 0 ? -errno : 0;
	size_t i;

	for (i = 0; i < files->nr && !err; i++)
		err = append_file(fd, files->part[i].fd);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	complain("kexec: the initrds cannot be joined: %s", strerror(-err));
	return err;
}

static int call_joined(const struct files *files, int kernel, const char *cmdline,
		       unsigned long flags)
{
	int fd, err;

	if (files->nr <= 1)
		return plain_call(kernel, files->nr ? files->part[0].fd : -1, cmdline, flags);
	fd = join_initrds(files);
	if (fd < 0)
		return fd;
	err = plain_call(kernel, fd, cmdline, flags);
	close(fd);
	return err;
}

/**
 * call_file_load() - kexec_file_load(2) with all a request names
 * @req: the request
 * @files: its files
 * @kernel: its kernel
 * @cmdline: command line for that
 * @flags: KEXEC_FILE_* flags
 *
 * Return: 0 or a negative errno.
 */
int call_file_load(const struct request *req, const struct files *files, int kernel,
		   const char *cmdline, unsigned long flags)
{
	int err;

	if (fits_registers(req))
		return plain_call(kernel, files->nr ? files->part[0].fd : -1, cmdline, flags);
	err = call_with_args(req, files, kernel, cmdline, flags);
	if (err == -EINVAL && !wants_more_than_bzimage(req) && !kernel_reports())
		err = call_joined(files, kernel, cmdline, flags);
	return err;
}

/**
 * call_file_unload() - empty a slot
 * @panic: the one for panics
 *
 * Return: 0 or a negative errno.
 */
int call_file_unload(bool panic)
{
	return raw_call(-1, -1, NULL, 0,
			KEXEC_FILE_UNLOAD | (panic ? KEXEC_FILE_ON_CRASH : 0));
}
