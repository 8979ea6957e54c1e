// SPDX-License-Identifier: GPL-2.0-only
/* The system calls under test, without a C library between. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftest.h"

#define KEXEC_LOAD_32	283

static int error_of(long ret)
{
	return ret < 0 ? errno : 0;
}

static long load_by_segments(const struct load *load)
{
	return syscall(SYS_kexec_load, load->entry, load->nr, load->segments, load->flags);
}

static long load_by_format(const struct load *load)
{
	struct file_args args = { .part_size = sizeof(struct file_part) };

	snprintf(args.format, sizeof(args.format), "%s", load->format);
	return syscall(SYS_kexec_file_load, load->kernel, load->initrd, sizeof(args), &args,
		       load->flags | FILE_ARGS);
}

static long load_by_file(const struct load *load)
{
	if (load->format && load->format[0])
		return load_by_format(load);
	return syscall(SYS_kexec_file_load, load->kernel, load->initrd,
		       load->command_line_size, load->command_line, load->flags);
}

/* Segments as a 32-bit program lays them out. */
struct segment_32 {
	__u32 buf;
	__u32 bufsz;
	__u32 mem;
	__u32 memsz;
};

static __u32 address_32(const void *address)
{
	return (__u32)(uintptr_t)address;
}

static struct segment_32 narrow(const struct kexec_segment *segment, void *buffer)
{
	struct segment_32 narrowed = {
		address_32(buffer), segment->bufsz, address_32(segment->mem), segment->memsz
	};

	memcpy(buffer, segment->buf, segment->bufsz);
	return narrowed;
}

/* The call as a 32-bit program makes it; its one segment is at most a page long. */
static long load_by_segments_32(const struct load *load)
{
	char *low = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long ret;

	if (low == MAP_FAILED)
		stop("memory below 4 GiB");
	*(struct segment_32 *)low = narrow(load->segments, low + PAGE);
	asm volatile("int $0x80" : "=a" (ret)
		     : "a" (KEXEC_LOAD_32), "b" (load->entry), "c" (load->nr),
		       "d" (low), "S" (load->flags) : "memory");
	munmap(low, 2 * PAGE);
	errno = -ret;
	return ret;
}

static int attempt_here(const struct load *load)
{
	static long (* const calls[])(const struct load *load) = {
		[BY_SEGMENTS] = load_by_segments,
		[BY_SEGMENTS_32] = load_by_segments_32,
		[BY_FILE] = load_by_file,
	};

	return error_of(calls[load->how](load));
}

static int attempt_as_nobody(const struct load *load)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		stop("fork");
	if (!child) {
		if (setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED))
			_exit(255);
		_exit(attempt_here(load));
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		stop("unprivileged child");
	return WEXITSTATUS(status);
}

/* Makes the call and returns 0 or the errno. */
int attempt(const struct load *load)
{
	return load->nobody ? attempt_as_nobody(load) : attempt_here(load);
}

bool for_crash(const struct load *load)
{
	return load->flags & (load->how == BY_FILE ? KEXEC_FILE_ON_CRASH : KEXEC_ON_CRASH);
}

int unload(bool crash)
{
	struct load load = { .flags = crash ? KEXEC_ON_CRASH : 0 };

	return attempt(&load);
}

/* Comes back with 0 only where the image returns to its caller. */
int jump(void)
{
	return error_of(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
				LINUX_REBOOT_CMD_KEXEC, NULL));
}

long read_number(const char *path)
{
	FILE *file = fopen(path, "r");
	long number;

	if (!file || fscanf(file, "%ld", &number) != 1)
		stop(path);
	fclose(file);
	return number;
}

void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		stop(path);
	close(fd);
}

bool armed(bool crash)
{
	return read_number(crash ? "/sys/kernel/kexec_crash_loaded" : "/sys/kernel/kexec_loaded");
}

int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		stop(path);
	return fd;
}

/* A file of @size bytes that starts with @data, which may be NULL for a file of holes. */
int make_file(const void *data, size_t size)
{
	int fd = memfd_create("kexec_selftest", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, size))
		stop("memfd");
	if (data && pwrite(fd, data, size, 0) != (ssize_t)size)
		stop("memfd");
	return fd;
}

void *map_file(const char *path, size_t *size)
{
	int fd = open_file(path);
	struct stat status;
	void *data;

	if (fstat(fd, &status))
		stop(path);
	data = mmap(NULL, status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		stop(path);
	close(fd);
	*size = status.st_size;
	return data;
}
