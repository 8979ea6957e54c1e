// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads that must fail.  Each must return its own errno, say why in one line of
 * the kernel log, leave both slots as they were, and leave no memory behind.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rows.h"

#define HOG		"/run/hog/file"
#define HOG_LEAVES	(150 * MIB)
#define HOGGED_LOAD	(300 * MIB)
#define LONG_LINE	2049
#define BAD_FD		999
#define MAGIC_AT	0x202
#define BAD_POINTER	((void *)8)
#define TOP		(~0UL & ~(PAGE - 1))
#define ABOVE_ALL	BIT(60)
#define UNKNOWN_BIT	BIT(14)
#define UNKNOWN_HIGH	BIT(40)
#define FILE_UNKNOWN	BIT(30)
#define FILE_CRASH	(KEXEC_FILE_ON_CRASH | KEXEC_FILE_NO_INITRAMFS)

static char page[PAGE];
static char long_line[LONG_LINE];

#define CRASH_KERNEL(fd)	FILES(FILE_CRASH, fd, -1)
#define INITRD(fd)		FILES(0, kernel, fd)

static int pipe_end(int end)
{
	int fds[2];

	if (pipe(fds))
		stop("pipe");
	return fds[end];
}

/* The kernel's first @size bytes. */
static int cut_off(const char *path, size_t size)
{
	size_t whole;
	char *data = map_file(path, &whole);
	int fd = make_file(data, size ? size : whole / 2);

	munmap(data, whole);
	return fd;
}

static int bad_magic(const char *path)
{
	size_t size;
	char *data = map_file(path, &size);
	int fd;

	memcpy(data + MAGIC_AT, "Sdrh", 4);
	fd = make_file(data, size);
	munmap(data, size);
	return fd;
}

static int open_or_stop(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		stop(path);
	return fd;
}

/* What a load leaves behind can be told only where nothing else takes memory. */
static bool alone;

static void check_rows(const struct row *rows, size_t count)
{
	size_t i;

	plan(alone ? 2 * count : count);
	for (i = 0; i < count; i++) {
		check_call(&rows[i]);
		if (alone)
			check_leak(&rows[i]);
	}
}

static void check_files(const char *path, int kernel)
{
	const struct row rows[] = {
		{ "file: cut off in the boot sector", ENOEXEC, 0, KERNEL(cut_off(path, 100)) },
		{ "file: cut off in the header", ENOEXEC, 0, KERNEL(cut_off(path, 0x210)) },
		{ "file: cut off after the header", ENOEXEC, 0, KERNEL(cut_off(path, 0x400)) },
		{ "file: cut off in the middle", ENOEXEC, 0, KERNEL(cut_off(path, 0)),
		  .ours = true },
		{ "file: bad magic", ENOEXEC, 0, KERNEL(bad_magic(path)) },
		{ "file: no known format", ENOEXEC, 0, KERNEL(make_file(NULL, MIB)) },
		{ "file: empty", EINVAL, 0, KERNEL(make_file(NULL, 0)) },
		{ "file: no such descriptor", EBADF, 0, KERNEL(BAD_FD) },
		{ "file: negative descriptor", EBADF, 0, KERNEL(-1) },
		{ "file: write-only", EBADF, 0, KERNEL(open_or_stop("/run/write-only", O_WRONLY)) },
		{ "file: directory", EINVAL, 0, KERNEL(open_or_stop("/", O_DIRECTORY)) },
		{ "file: pipe", EINVAL, 0, KERNEL(pipe_end(0)) },
		{ "initrd: no such descriptor", EBADF, 0, INITRD(BAD_FD) },
		{ "initrd: write-only", EBADF, 0,
		  INITRD(open_or_stop("/run/write-only", O_WRONLY)) },
		{ "initrd: directory", EINVAL, 0, INITRD(open_or_stop("/", O_DIRECTORY)) },
		{ "initrd: pipe", EINVAL, 0, INITRD(pipe_end(0)) },
		{ "initrd: larger than the memory", EADDRNOTAVAIL, ENOMEM,
		  INITRD(make_file(NULL, 2 * total_memory())) },
		{ "command line: too long", EINVAL, 0, LINE(kernel, long_line, LONG_LINE) },
		{ "command line: not terminated", EINVAL, 0, LINE(kernel, "abc", 3) },
		{ "command line: bad pointer", EFAULT, 0, LINE(kernel, BAD_POINTER, 16) },
		{ "file: unknown flag", EINVAL, 0, FILES(FILE_UNKNOWN, kernel, -1) },
		{ "file: unknown high flag", EINVAL, 0, FILES(UNKNOWN_HIGH, kernel, -1) },
		{ "file: no privilege", EPERM, 0, { .how = BY_FILE, .nobody = true,
		  .flags = KEXEC_FILE_NO_INITRAMFS, .kernel = kernel } },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void check_crash_files(const char *path, int kernel)
{
	const struct row rows[] = {
		{ "crash file: cut off in the middle", ENOEXEC, 0, CRASH_KERNEL(cut_off(path, 0)),
		  .ours = true },
		{ "crash file: bad magic", ENOEXEC, 0, CRASH_KERNEL(bad_magic(path)) },
		{ "crash file: directory", EINVAL, 0,
		  CRASH_KERNEL(open_or_stop("/", O_DIRECTORY)) },
		{ "crash file: no such descriptor", EBADF, 0, CRASH_KERNEL(BAD_FD) },
		{ "crash file: unknown flag", EINVAL, 0,
		  FILES(FILE_UNKNOWN | FILE_CRASH, kernel, -1) },
		{ "crash initrd: no such descriptor", EBADF, 0,
		  FILES(KEXEC_FILE_ON_CRASH, kernel, BAD_FD) },
		{ "crash initrd: larger than the reserved memory", EADDRNOTAVAIL, 0,
		  FILES(KEXEC_FILE_ON_CRASH, kernel, make_file(NULL, 200 * MIB)) },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void check_segments(unsigned long ram)
{
	static const struct kexec_segment many[KEXEC_SEGMENT_MAX + 1];
	const unsigned long half = total_memory() / 2 & ~(PAGE - 1);
	const unsigned long third = total_memory() / 3 & ~(PAGE - 1);
	const struct row rows[] = {
		{ "segments: unknown flag", EINVAL, 0,
		  RAW_AT(UNKNOWN_BIT, 0, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segments: unknown high flag", EINVAL, 0,
		  RAW_AT(UNKNOWN_HIGH, 0, 1, SEGMENT(page, PAGE, ram, PAGE)), .ours = true },
		{ "segments: of another architecture", EINVAL, 0,
		  RAW_AT(KEXEC_ARCH_PPC64, 0, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segments: more than 16", EINVAL, 0,
		  { .nr = ARRAY_SIZE(many), .segments = many } },
		{ "segments: overlapping", EINVAL, 0,
		  RAW(2, SEGMENT(page, PAGE, ram, 2 * PAGE),
		      SEGMENT(page, PAGE, ram + PAGE, PAGE)) },
		{ "segments: one inside another", EINVAL, 0,
		  RAW(2, SEGMENT(page, PAGE, ram + PAGE, PAGE),
		      SEGMENT(page, PAGE, ram, 4 * PAGE)) },
		{ "segments: start not on a page", EADDRNOTAVAIL, 0,
		  RAW(1, SEGMENT(page, PAGE, ram + 512, PAGE)) },
		{ "segments: end not on a page", EADDRNOTAVAIL, 0,
		  RAW(1, SEGMENT(page, 512, ram, 512)) },
		{ "segments: above the limit", EADDRNOTAVAIL, 0,
		  RAW(1, SEGMENT(page, PAGE, ABOVE_ALL, PAGE)) },
		{ "segments: wrapping around", EADDRNOTAVAIL, 0,
		  RAW(1, SEGMENT(page, PAGE, TOP, 2 * PAGE)) },
		{ "segments: more bytes than room", EINVAL, 0,
		  RAW(1, SEGMENT(page, 2 * PAGE, ram, PAGE)) },
		{ "segments: one over half of the memory", EINVAL, 0,
		  RAW(1, SEGMENT(page, PAGE, ram, half + MIB)) },
		{ "segments: together over half of the memory", EINVAL, 0,
		  RAW(2, SEGMENT(page, PAGE, ram, third),
		      SEGMENT(page, PAGE, ram + third, third)) },
		{ "segments: bad list", EFAULT, 0, { .nr = 1, .segments = BAD_POINTER } },
		{ "segments: bad buffer", EFAULT, 0,
		  RAW(1, SEGMENT(BAD_POINTER, PAGE, ram, PAGE)) },
		{ "segments: no privilege", EPERM, 0, { .nobody = true, .nr = 1,
		  .segments = SEGMENTS(SEGMENT(page, PAGE, ram, PAGE)) } },
		{ "segments: 32-bit, no architecture", EINVAL, 0, { .how = BY_SEGMENTS_32, .nr = 1,
		  .segments = SEGMENTS(SEGMENT(page, PAGE, ram, PAGE)) } },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void check_crash_segments(const struct range *crash, unsigned long ram)
{
	const unsigned long after = crash->end + 1;
	const struct row rows[] = {
		{ "crash segments: outside the reserved memory", EADDRNOTAVAIL, 0,
		  RAW_AT(KEXEC_ON_CRASH, crash->start, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "crash segments: before the reserved memory", EADDRNOTAVAIL, 0,
		  RAW_AT(KEXEC_ON_CRASH, crash->start, 1,
			 SEGMENT(page, PAGE, crash->start - PAGE, 2 * PAGE)) },
		{ "crash segments: past the reserved memory", EADDRNOTAVAIL, 0,
		  RAW_AT(KEXEC_ON_CRASH, crash->start, 1,
			 SEGMENT(page, PAGE, after - PAGE, 2 * PAGE)) },
		{ "crash segments: entry outside the reserved memory", EADDRNOTAVAIL, 0,
		  RAW_AT(KEXEC_ON_CRASH, ram, 1, SEGMENT(page, PAGE, crash->start, PAGE)) },
		{ "crash segments: entry past the reserved memory", EADDRNOTAVAIL, 0,
		  RAW_AT(KEXEC_ON_CRASH, after, 1, SEGMENT(page, PAGE, crash->start, PAGE)) },
		{ "crash segments: overlapping", EINVAL, 0,
		  RAW_AT(KEXEC_ON_CRASH, crash->start, 2,
			 SEGMENT(page, PAGE, crash->start, 2 * PAGE),
			 SEGMENT(page, PAGE, crash->start + PAGE, PAGE)) },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static unsigned long available_memory(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long kib = 0;
	char line[128];

	if (!file)
		stop("/proc/meminfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1)
			break;
	fclose(file);
	return kib * 1024;
}

/* Takes memory no OOM killer can give back; the caller is to be its first choice. */
static void hog_memory(void)
{
	int fd = open(HOG, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	write_text("/proc/self/oom_score_adj", "1000");
	if (fd < 0)
		stop(HOG);
	errno = posix_fallocate(fd, 0, available_memory() - HOG_LEAVES);
	if (errno)
		stop("hog");
	close(fd);
}

/* Private memory that is only read stands for zeros without taking any. */
static void *zeros(size_t size)
{
	void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);

	if (data == MAP_FAILED)
		stop("zeros");
	return data;
}

static void check_no_memory(int kernel, unsigned long ram)
{
	const struct row rows[] = {
		{ "segments: memory is short", ENOMEM, 0,
		  RAW(1, SEGMENT(zeros(HOGGED_LOAD), HOGGED_LOAD, ram, HOGGED_LOAD)) },
		{ "initrd: memory is short", ENOMEM, 0, INITRD(make_file(NULL, HOGGED_LOAD)) },
	};
	char problem[64] = "";
	long before = free_kib();
	size_t i;
	long lost;

	plan(ARRAY_SIZE(rows) + 1);
	hog_memory();
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check_call(&rows[i]);
	unlink(HOG);
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	result(problem, "loads that ran out of memory leak nothing");
}

static void make_bad_inputs(void)
{
	memset(long_line, 'x', LONG_LINE - 1);
	close(open("/run/write-only", O_CREAT | O_WRONLY, 0600));
	kmsg_open();
}

/* What must be refused wherever it is asked for; nothing that is loaded goes. */
int test_refused(int argc, char **argv)
{
	const unsigned long ram = some_ram();
	int kernel = open_file(argv[argc - 1]);
	const char *why = NULL;
	struct range crash;

	make_bad_inputs();
	check_files(argv[0], kernel);
	check_segments(ram);
	if (!has_range("Crash kernel", &crash))
		why = "no memory is reserved for a crash kernel";
	else if (is_stock() && armed(true))
		why = "this kernel drops what is loaded there";
	if (why) {
		plan(1);
		skip(why, "loads for the crash slot");
	} else {
		check_crash_files(argv[0], kernel);
		check_crash_segments(&crash, ram);
	}
	unlink("/run/write-only");
	return 0;
}

/* Both slots are to be armed before, and every check sees that they stay so. */
int test_errors(int argc, char **argv)
{
	const struct range crash = find_range("Crash kernel");
	const unsigned long ram = some_ram();
	int kernel = open_file(argv[argc - 1]);

	alone = true;
	make_bad_inputs();
	check_files(argv[0], kernel);
	check_crash_files(argv[0], kernel);
	check_segments(ram);
	check_crash_segments(&crash, ram);
	check_no_memory(kernel, ram);
	return 0;
}
