// SPDX-License-Identifier: GPL-2.0-only
/* The files of an image: by name, or by a descriptor that stays the caller's. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include "image.h"

/* Where a kernel that was booted with retain_initrd has what it was booted with. */
#define RUNNING_INITRD	"/sys/firmware/initrd"

/* cpio archives start at multiples of this. */
#define INITRD_ALIGN	4

/**
 * source_clear() - forget a file that is to be loaded
 * @source: the file
 */
void source_clear(struct source *source)
{
	free(source->name);
	free(source->text);
	if (source->fd >= 0)
		close(source->fd);
	*source = (struct source){ .fd = -1 };
}

/**
 * source_make() - make up a file that is to be loaded
 * @source: set to it, for source_clear()
 * @kind: KEXEC_PART_*
 * @name: its path, or what messages call it
 * @text: what it is told, or NULL
 * @fd: the file, or -1
 * @error: says what is wrong
 *
 * Texts are copied and a descriptor is duplicated: the caller keeps its own.
 *
 * Return: 0 or a negative errno.
 */
int source_make(struct source *source, unsigned int kind, const char *name, const char *text,
		int fd, struct kexec_error *error)
{
	int err = 0;

	*source = (struct source){ .kind = kind, .fd = -1 };
	if (!name)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "a file is to be loaded, but has no name");
	source->name = strdup(name);
	source->text = text ? strdup(text) : NULL;
	if (!source->name || (text && !source->text))
		err = error_no_memory(error);
	if (!err && fd >= 0) {
		source->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (source->fd < 0)
			err = error_because(error, KEXEC_REASON_ARGUMENT, -errno,
					    "cannot use the descriptor of %s: %s", name,
					    strerror(errno));
	}
	if (err)
		source_clear(source);
	return err;
}

/**
 * source_open() - open a file that is to be loaded
 * @source: the file
 * @error: says what is wrong
 *
 * Return: a file descriptor for the caller to close, or a negative errno.
 */
int source_open(const struct source *source, struct kexec_error *error)
{
	int fd;

	/* A pipe is refused by the kernel; do not wait for somebody to write there. */
	if (source->fd < 0)
		fd = open(source->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	else
		fd = fcntl(source->fd, F_DUPFD_CLOEXEC, 0);
	if (fd >= 0)
		return fd;
	if (errno == ENOENT && !strcmp(source->name, RUNNING_INITRD)) {
		error_because(error, KEXEC_REASON_INITRD_NOT_KEPT, -ENOENT,
			      "the running kernel has not kept its initrd");
		error_next(error,
			   "Boot it with retain_initrd on its command line, or name the file.");
		return -ENOENT;
	}
	fd = error_file(error, -errno, "cannot open", source->name);
	error_next(error, fd == -EACCES ? "Run it as root." : "Name a file that is there.");
	return fd;
}

/**
 * append_file() - copy a file behind what another one holds
 * @to: that one, open for writing
 * @from: the file
 *
 * It begins where an archive of an initrd may begin.
 *
 * Return: 0 or a negative errno.
 */
int append_file(int to, int from)
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

/* What it holds, where it cannot be opened once more. */
static int copy_to_memory(int fd)
{
	int copy = memfd_create("copy", MFD_CLOEXEC), err = copy < 0 ? -errno : 0;

	err = err ?: append_file(copy, fd);
	if (!err && lseek(copy, 0, SEEK_SET))
		err = -errno;
	if (!err)
		return copy;
	if (copy >= 0)
		close(copy);
	return err;
}

/**
 * open_again() - open a file to be read on its own, from its beginning
 * @fd: the file
 *
 * A descriptor that somebody passed, and any duplicate of it, has its place in the file in
 * common with theirs, and that must stay where it is.
 *
 * Return: a file descriptor for the caller to close, or a negative errno.
 */
int open_again(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return again >= 0 ? again : copy_to_memory(fd);
}

/**
 * kind_name() - what messages call a kind of files
 * @kind: KEXEC_PART_*
 *
 * Return: its name.
 */
const char *kind_name(unsigned int kind)
{
	static const char * const names[] = {
		[KEXEC_PART_INITRD] = "initrd", [KEXEC_PART_MODULE] = "module",
		[KEXEC_PART_ADDON] = "addon", [KEXEC_PART_DTB] = "device tree",
	};

	return names[kind];
}
