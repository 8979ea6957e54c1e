// SPDX-License-Identifier: GPL-2.0-only
/* Loads whose struct kexec_file_args is wrong in every way that it can be. */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"

#define SIZE_VER0	48
#define BAD_POINTER	8
#define BAD_FD		999
#define INITRD		0
#define MODULE		1
#define ADDON		2
#define DTB		3
#define DTB_MAX		(2 * MIB)
#define TEXT_MAX	MIB
#define MOST_PARTS	64
#define AS_IS		BIT(0)

/* What a larger structure of some future would hold. */
struct future_part {
	struct file_part part;
	__u64 more;
};

/* Where arguments may well be longer than the structure that is known here. */
static union {
	struct file_args args;
	char room[2 * PAGE];
} arguments;

static struct file_part one;
static char wide[2][PAGE];
static struct future_part many[MOST_PARTS + 1];
static char text[2 * TEXT_MAX];
static int small;

/* What a call passes, and how it has to end. */
struct args_row {
	const char *name;
	int error;
	const char *says;
	int kernel;
	struct file_args args;
	struct file_part part;
	unsigned long size;
	unsigned long flags;
};

static void check_args(const struct args_row *row)
{
	struct row wanted = {
		.name = row->name, .error = row->error, .says = row->says,
		.load = FILES(KEXEC_FILE_NO_INITRAMFS | FILE_ARGS | row->flags, row->kernel, -1),
	};

	arguments.args = row->args;
	one = row->part;
	wanted.load.command_line = arguments.room;
	wanted.load.command_line_size = row->size ?: sizeof(arguments.args);
	check_call(&wanted);
}

static void check_table(const struct args_row *rows, size_t count)
{
	size_t i;

	plan(count);
	for (i = 0; i < count; i++)
		check_args(&rows[i]);
}

#define ONE_PART	{ .parts = (uintptr_t)&one, .nr_parts = 1, .part_size = sizeof(one) }
#define PARTS(count, size) \
	{ .parts = (uintptr_t)many, .nr_parts = (count), .part_size = (size) }

static void check_sizes(int kernel)
{
	const struct args_row rows[] = {
		{ "arguments of a byte", EINVAL, "arguments of 1 bytes", kernel, .size = 1 },
		{ "arguments of 47 bytes", EINVAL, "arguments of 47 bytes", kernel,
		  .size = SIZE_VER0 - 1 },
		{ "arguments of 2^64-1 bytes", EINVAL, "are impossible", kernel, .size = ~0UL },
		{ "arguments of a page and a byte", EINVAL, "are impossible", kernel,
		  .size = PAGE + 1 },
		{ "more arguments than known", E2BIG, "that this kernel does not know", kernel,
		  .size = SIZE_VER0 + 2 },
		{ "a page of arguments", E2BIG, "that this kernel does not know", kernel,
		  .size = PAGE },
	};

	arguments.room[SIZE_VER0 + 1] = 1;
	check_table(rows, ARRAY_SIZE(rows));
	arguments.room[SIZE_VER0 + 1] = 0;
}

static void check_no_arguments(int kernel)
{
	struct row none = { .name = "no arguments at all", .error = EINVAL,
			    .says = "arguments of 0 bytes",
			    .load = FILES(KEXEC_FILE_NO_INITRAMFS | FILE_ARGS, kernel, -1) };
	struct row nowhere = { .name = "arguments nowhere", .error = EFAULT,
			       .says = "the arguments cannot be read",
			       .load = FILES(KEXEC_FILE_NO_INITRAMFS | FILE_ARGS, kernel, -1) };

	nowhere.load.command_line = (char *)BAD_POINTER;
	nowhere.load.command_line_size = SIZE_VER0;
	plan(2);
	check_call(&none);
	check_call(&nowhere);
}

static void check_texts(int kernel)
{
	const char *unended = text + 1;
	const struct args_row rows[] = {
		{ "a command line nowhere", EFAULT, "the command line cannot be read", kernel,
		  { .cmdline = BAD_POINTER, .cmdline_len = 16 } },
		{ "a command line of no address", EFAULT, "the command line cannot be read", kernel,
		  { .cmdline = ~0ULL - 7, .cmdline_len = 16 } },
		{ "a command line without an end", EINVAL, "does not end with a NUL", kernel,
		  { .cmdline = (uintptr_t)unended, .cmdline_len = 16 } },
		{ "a command line of more than 1 MiB", EINVAL, "is too long", kernel,
		  { .cmdline = (uintptr_t)unended, .cmdline_len = TEXT_MAX + 1 } },
		{ "a command line of 2^32-1 bytes", EINVAL, "is too long", kernel,
		  { .cmdline = (uintptr_t)unended, .cmdline_len = ~0U } },
		{ "a kernel of 2^62 bytes", ENOMEM, "not enough free memory to read the kernel",
		  make_file(NULL, 1UL << 62) },
		{ "a format without an end", EINVAL, "name of the format is too long", kernel,
		  { .format = "bzImagebzImagebz" } },
		{ "an unknown format", EINVAL, "no loader has the name qwerty", kernel,
		  { .format = "qwerty" } },
		{ "another format", ENOEXEC, "the kernel is no ELF image", kernel,
		  { .format = "ELF" } },
	};

	check_table(rows, ARRAY_SIZE(rows));
}

static void check_lists(int kernel)
{
	const struct args_row rows[] = {
		{ "65 files", E2BIG, "there are 65 files", kernel,
		  PARTS(MOST_PARTS + 1, sizeof(one)) },
		{ "2^32-1 files", E2BIG, "there are 4294967295 files", kernel,
		  PARTS(~0U, sizeof(one)) },
		{ "files of no size", EINVAL, "has only 0 bytes", kernel, PARTS(1, 0) },
		{ "files of a byte less", EINVAL, "has only 23 bytes", kernel, PARTS(1, 23) },
		{ "files of more than is known", E2BIG, "that this kernel does not know", kernel,
		  PARTS(2, sizeof(many[0])) },
		{ "files of a page and a byte", EINVAL, "has 4097 bytes, more than a page", kernel,
		  PARTS(1, PAGE + 1) },
		{ "files of 2^32-1 bytes", EINVAL, "has 4294967295 bytes, more than a page",
		  kernel, PARTS(MOST_PARTS, ~0U) },
		{ "a list nowhere", EFAULT, "the list of files cannot be read", kernel,
		  { .parts = BAD_POINTER, .nr_parts = 1, .part_size = sizeof(one) } },
		{ "a list that wraps around", EFAULT, "the list of files cannot be read", kernel,
		  { .parts = ~0ULL - 7, .nr_parts = 1, .part_size = sizeof(one) } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct future_part) { .part = { .fd = small }, .more = i };
	check_table(rows, ARRAY_SIZE(rows));
}

static int pipe_to_read(void)
{
	int fds[2];

	if (pipe(fds))
		stop("pipe");
	return fds[0];
}

static void check_parts(int kernel)
{
	const __u64 words = (uintptr_t)text + 1;
	const struct args_row rows[] = {
		{ "a file of no kind", EINVAL, "has the number 4", kernel, ONE_PART,
		  { .kind = 4, .fd = small } },
		{ "a file of kind 2^32-1", EINVAL, "has the number 4294967295", kernel, ONE_PART,
		  { .kind = ~0U, .fd = small } },
		{ "a file with flags", EINVAL, "a file has flags", kernel, ONE_PART,
		  { .fd = small, .flags = BIT(31) } },
		{ "a module with an unknown flag, too", EINVAL, "a file has flags", kernel,
		  ONE_PART, { .kind = MODULE, .fd = small, .flags = AS_IS | BIT(1) } },
		{ "an initrd that is not to be unpacked", EINVAL, "only modules are unpacked",
		  kernel, ONE_PART, { .fd = small, .flags = AS_IS } },
		{ "a file that is not open", EBADF, "is not open for reading", kernel, ONE_PART,
		  { .fd = BAD_FD } },
		{ "a file -1", EBADF, "is not open for reading", kernel, ONE_PART, { .fd = -1 } },
		{ "a directory", EINVAL, "not a regular file", kernel, ONE_PART,
		  { .fd = open("/", O_DIRECTORY) } },
		{ "a pipe", EINVAL, "not a regular file", kernel, ONE_PART,
		  { .fd = pipe_to_read() } },
		{ "an empty file", EINVAL, "is empty", kernel, ONE_PART,
		  { .fd = make_file(NULL, 0) } },
		{ "a file of 2^62 bytes", ANY_ERROR, "", kernel, ONE_PART,
		  { .fd = make_file(NULL, 1UL << 62) } },
		{ "a text nowhere", EFAULT, "text of a file cannot be read", kernel, ONE_PART,
		  { .fd = small, .cmdline = BAD_POINTER, .cmdline_len = 16 } },
		{ "a text without an end", EINVAL, "does not end with a NUL", kernel, ONE_PART,
		  { .fd = small, .cmdline = words, .cmdline_len = 16 } },
		{ "a text of 2^32-1 bytes", EINVAL, "is too long", kernel, ONE_PART,
		  { .fd = small, .cmdline = words, .cmdline_len = ~0U } },
		{ "a module for a bzImage", EINVAL, "of format bzImage takes no module", kernel,
		  ONE_PART, { .kind = MODULE, .fd = small } },
		{ "an addon for a bzImage", EINVAL, "of format bzImage takes no addon", kernel,
		  ONE_PART, { .kind = ADDON, .fd = small } },
	};

	check_table(rows, ARRAY_SIZE(rows));
}

/* A header alone, which says that there is room behind it. */
static int dtb_file(__u32 tree_size, unsigned long size)
{
	const __u32 header[] = { 0xd00dfeed, tree_size, 40, 40, 40, 17, 16, 0, 0, 0 };
	__u32 file[ARRAY_SIZE(header)];
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(header); i++)
		file[i] = htobe32(header[i]);
	fd = make_file(file, sizeof(file));
	if (ftruncate(fd, size))
		stop("ftruncate");
	return fd;
}

static void check_dtbs(int kernel)
{
	const struct args_row rows[] = {
		{ "two device trees", EINVAL, "more than one device tree", kernel,
		  PARTS(2, sizeof(many[0])) },
		{ "a device tree that is none", EINVAL, "does not begin as one", kernel, ONE_PART,
		  { .kind = DTB, .fd = small } },
		{ "a device tree cut off", EINVAL, "the file ends before it does", kernel, ONE_PART,
		  { .kind = DTB, .fd = dtb_file(4096, 4095) } },
		{ "a device tree of 2^32-1 bytes", EINVAL, "the file ends before it does", kernel,
		  ONE_PART, { .kind = DTB, .fd = dtb_file(~0U, DTB_MAX) } },
		{ "a device tree too large", EFBIG, "more than 2097152", kernel, ONE_PART,
		  { .kind = DTB, .fd = dtb_file(DTB_MAX + 1, DTB_MAX + 1) } },
		{ "a device tree of 2^62 bytes", EFBIG, "more than 2097152", kernel, ONE_PART,
		  { .kind = DTB, .fd = dtb_file(~0U, 1UL << 62) } },
		{ "a device tree beside that of this kernel", EINVAL,
		  "that of this kernel is asked for, too", kernel, ONE_PART,
		  { .kind = DTB, .fd = dtb_file(4096, 4096) }, .flags = FILE_FORCE_DTB },
	};

	many[0] = (struct future_part){ .part = { .kind = DTB, .fd = dtb_file(4096, 4096) } };
	many[1] = many[0];
	check_table(rows, ARRAY_SIZE(rows));
}

static int open_in(const char *directory, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return open_file(path);
}

static void check_formats(const char *directory)
{
	const int elf = open_in(directory, "ELF"), multiboot = open_in(directory, "multiboot");
	const int multiboot2 = open_in(directory, "multiboot2"), uki = open_in(directory, "a-UKI");
	const struct args_row rows[] = {
		{ "an initrd for an ELF file", EINVAL, "of format ELF takes no initrd", elf,
		  ONE_PART, { .kind = INITRD, .fd = small } },
		{ "a module for an ELF file", EINVAL, "takes no module", elf, ONE_PART,
		  { .kind = MODULE, .fd = small } },
		{ "an addon for an ELF file", EINVAL, "takes no addon", elf, ONE_PART,
		  { .kind = ADDON, .fd = small } },
		{ "a device tree for an ELF file", EINVAL, "takes no device tree", elf, ONE_PART,
		  { .kind = DTB, .fd = small } },
		{ "a device tree for multiboot", EINVAL, "takes no device tree", multiboot,
		  ONE_PART, { .kind = DTB, .fd = small } },
		{ "a device tree for a UKI that is none", EINVAL, "does not begin as one", uki,
		  ONE_PART, { .kind = DTB, .fd = small } },
		{ "an initrd for multiboot", EINVAL, "takes no initrd", multiboot, ONE_PART,
		  { .kind = INITRD, .fd = small } },
		{ "an addon for multiboot", EINVAL, "takes no addon", multiboot, ONE_PART,
		  { .kind = ADDON, .fd = small } },
		{ "an initrd for multiboot2", EINVAL, "takes no initrd", multiboot2, ONE_PART,
		  { .kind = INITRD, .fd = small } },
		{ "a module for a UKI", EINVAL, "takes no module", uki, ONE_PART,
		  { .kind = MODULE, .fd = small } },
		{ "an addon that is none", ENOEXEC, "the addon: it is no PE file", uki, ONE_PART,
		  { .kind = ADDON, .fd = small } },
		{ "an addon that is a UKI", ENOEXEC, "the addon is an image of its own", uki,
		  ONE_PART, { .kind = ADDON, .fd = uki } },
		{ "a profile of an ELF file", EINVAL, "of format ELF has no profiles", elf,
		  { .profile = 1 } },
		{ "a profile that is not there", EINVAL, "no kernel for a profile", uki,
		  { .profile = 1 } },
		{ "profile 2^32-1", EINVAL, "no kernel for a profile", uki, { .profile = ~0U } },
	};

	check_table(rows, ARRAY_SIZE(rows));
}

/* What is right: as much as there can be, and what a later version would pass. */
static void check_most(int kernel, int elf)
{
	const struct args_row rows[] = {
		{ "the device tree of this kernel, if it has one", 0, NULL, kernel,
		  .flags = FILE_FORCE_DTB },
		{ "the device tree of this kernel for an ELF file", 0, NULL, elf,
		  .flags = FILE_FORCE_DTB },
		{ "nothing for contiguous allocations", 0, NULL, kernel, .flags = FILE_NO_CMA },
		{ "64 files", 0, NULL, kernel, PARTS(MOST_PARTS, sizeof(many[0])) },
		{ "a page of arguments, the rest 0", 0, NULL, kernel, .size = PAGE },
		{ "a device tree of 2 MiB", 0, NULL, kernel, ONE_PART,
		  { .kind = DTB, .fd = dtb_file(DTB_MAX, DTB_MAX) } },
		{ "arguments of 49 bytes", 0, NULL, kernel, .size = SIZE_VER0 + 1 },
		{ "no files, of no size", 0, NULL, kernel, .args = { .part_size = 0 } },
		{ "files of a page, the rest 0", 0, NULL, kernel,
		  { .parts = (uintptr_t)wide, .nr_parts = 2, .part_size = PAGE } },
	};
	const struct file_part part = { .fd = small };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wide); i++)
		memcpy(wide[i], &part, sizeof(part));

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct future_part) { .part = { .fd = small } };
	check_table(rows, ARRAY_SIZE(rows));
}

/* What the rows pass; it takes memory that stays. */
static void make_inputs(void)
{
	memset(text, 'x', sizeof(text));
	small = make_file("small", 5);
	kmsg_open();
}

static void check_refusals(int kernel)
{
	check_no_arguments(kernel);
	check_sizes(kernel);
	check_texts(kernel);
	check_lists(kernel);
	check_parts(kernel);
	check_dtbs(kernel);
}

/* KERNEL is a bzImage; nothing that is loaded goes. */
int test_bad_arguments(int argc, char **argv)
{
	make_inputs();
	check_refusals(open_file(argv[argc - 1]));
	return 0;
}

/* KERNEL is a bzImage, DIRECTORY has an image of every other format. */
int test_arguments(int argc, char **argv)
{
	int kernel = open_file(argv[0]);
	char problem[64] = "";
	long before, lost;

	make_inputs();
	before = free_kib();
	check_refusals(kernel);
	check_formats(argv[argc - 1]);
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	plan(1);
	result(problem, "refused arguments leave no memory behind");
	check_most(kernel, open_in(argv[argc - 1], "ELF"));
	return 0;
}
