// SPDX-License-Identifier: GPL-2.0-only
/* What is allowed: all that boot loaders may rely on, or, once forbidden, nothing. */
#include <errno.h>

#include "rows.h"

static char page[PAGE];

/* Every call while loading is forbidden, unloading included. */
int test_forbidden(int argc, char **argv)
{
	const unsigned long ram = some_ram();
	int kernel = open_file(argv[argc - 1]);
	const struct row rows[] = {
		{ "file load is forbidden", EPERM, 0, KERNEL(kernel) },
		{ "file unload is forbidden", EPERM, 0, FILES(KEXEC_FILE_UNLOAD, -1, -1) },
		{ "segment load is forbidden", EPERM, 0,
		  RAW(1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segment unload is forbidden", EPERM, 0, { .nr = 0 } },
	};
	size_t i;

	kmsg_open();
	plan(ARRAY_SIZE(rows));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check_call(&rows[i]);
	return 0;
}

static void check_calls(const struct row *rows, size_t count)
{
	size_t i;

	plan(count);
	for (i = 0; i < count; i++)
		check_call(&rows[i]);
}

/* Loads stock allows and boot loaders may rely on. */
static void check_normal(int kernel)
{
	const unsigned long ram = some_ram();
	struct kexec_segment many[KEXEC_SEGMENT_MAX];
	const struct row rows[] = {
		{ "segments: in no memory at all", 0, 0,
		  RAW_AT(0, 0xfe000000, 1, SEGMENT(page, PAGE, 0xfe000000, PAGE)) },
		{ "segments: at address 0", 0, 0, RAW(1, SEGMENT(page, PAGE, 0, PAGE)) },
		{ "segments: entry outside all of them", 0, 0,
		  RAW_AT(0, 64, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segments: room without bytes", 0, 0, RAW(1, SEGMENT(NULL, 0, ram, PAGE)) },
		{ "segments: 16 of them", 0, 0, { .nr = ARRAY_SIZE(many), .segments = many } },
		{ "segments: for this architecture by name", 0, 0,
		  RAW_AT(KEXEC_ARCH_X86_64, 0, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "file: no command line", 0, 0, KERNEL(kernel) },
		{ "file: debug messages", 0, 0,
		  FILES(KEXEC_FILE_NO_INITRAMFS | FILE_DEBUG, kernel, -1) },
		{ "file: empty command line", 0, 0, LINE(kernel, "", 1) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct kexec_segment)SEGMENT(page, PAGE, ram + 2 * i * PAGE, PAGE);
	check_calls(rows, ARRAY_SIZE(rows));
}

/* What a kernel can be built without. */
static const struct row *option_row(unsigned int number)
{
	static struct kexec_segment segment = SEGMENT(page, PAGE, 0, PAGE);
	static struct row rows[] = {
		{ "segments: an image that returns", 0, 0,
		  { .flags = KEXEC_PRESERVE_CONTEXT, .nr = 1, .segments = &segment } },
		{ "segments: 32-bit", 0, 0, { .how = BY_SEGMENTS_32, .flags = KEXEC_ARCH_X86_64,
		  .nr = 1, .segments = &segment } },
	};

	segment.mem = (const void *)some_ram();
	rows[0].load.entry = some_ram();
	return &rows[number];
}

static void check_crash(const struct range *crash)
{
	const struct row rows[] = {
		{ "segments: crash headers may be updated", 0, 0,
		  RAW_AT(KEXEC_ON_CRASH | UPDATE_ELFCOREHDR, crash->start, 1,
			 SEGMENT(page, PAGE, crash->start, PAGE)) },
		{ "segments: crash image follows hotplug", 0, 0,
		  RAW_AT(KEXEC_ON_CRASH | CRASH_HOTPLUG_SUPPORT, crash->start, 1,
			 SEGMENT(page, PAGE, crash->start, PAGE)) },
	};

	check_calls(rows, ARRAY_SIZE(rows));
}

static void check_unload(void)
{
	plan(1);
	result(unload(false) || armed(false) ? "it is still loaded" : "", "no segments: unload");
}

int test_permissive(int argc, char **argv)
{
	const struct range crash = find_range("Crash kernel");

	kmsg_open();
	check_normal(open_file(argv[argc - 1]));
	check_calls(option_row(0), 1);
	check_calls(option_row(1), 1);
	check_crash(&crash);
	check_unload();
	plan(1);
	result(jump() == EINVAL ? "" : "it did not end with EINVAL", "jump with nothing loaded");
	return 0;
}

/* The kernel says EINVAL to an image that returns, or ENOSYS to the call, if it was built so. */
static void check_option(unsigned int number, int lacks, const char *why)
{
	const struct row *row = option_row(number);

	if (attempt(&row->load) != lacks) {
		check_calls(row, 1);
		return;
	}
	plan(1);
	skip(why, row->name);
}

/* The same without a jump, and the crash slot only where it is empty. */
int test_allowed(int argc, char **argv)
{
	static const char name[] = "segments: for the crash slot";
	struct range crash;

	kmsg_open();
	check_normal(open_file(argv[argc - 1]));
	check_option(0, EINVAL, "this kernel has no CONFIG_KEXEC_JUMP");
	check_option(1, ENOSYS, "this kernel has no 32-bit system calls");
	if (!has_range("Crash kernel", &crash)) {
		plan(1);
		skip("no memory is reserved for a crash kernel", name);
	} else if (armed(true)) {
		plan(1);
		skip("a crash kernel is loaded", name);
	} else {
		check_crash(&crash);
		plan(1);
		result(unload(true) ? "it cannot be unloaded" : "", name);
	}
	check_unload();
	return 0;
}
