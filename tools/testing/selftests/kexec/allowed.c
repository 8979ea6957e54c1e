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

/* Loads stock allows and boot loaders may rely on. */
int test_permissive(int argc, char **argv)
{
	const struct range crash = find_range("Crash kernel");
	const unsigned long ram = some_ram();
	int kernel = open_file(argv[argc - 1]);
	struct kexec_segment many[KEXEC_SEGMENT_MAX];
	const struct row rows[] = {
		{ "segments: in no memory at all", 0, 0,
		  RAW_AT(0, 0xfe000000, 1, SEGMENT(page, PAGE, 0xfe000000, PAGE)) },
		{ "segments: at address 0", 0, 0, RAW(1, SEGMENT(page, PAGE, 0, PAGE)) },
		{ "segments: entry outside all of them", 0, 0,
		  RAW_AT(0, 64, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segments: room without bytes", 0, 0, RAW(1, SEGMENT(NULL, 0, ram, PAGE)) },
		{ "segments: 16 of them", 0, 0, { .nr = ARRAY_SIZE(many), .segments = many } },
		{ "segments: an image that returns", 0, 0,
		  RAW_AT(KEXEC_PRESERVE_CONTEXT, ram, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segments: for this architecture by name", 0, 0,
		  RAW_AT(KEXEC_ARCH_X86_64, 0, 1, SEGMENT(page, PAGE, ram, PAGE)) },
		{ "segments: 32-bit", 0, 0, { .how = BY_SEGMENTS_32, .flags = KEXEC_ARCH_X86_64,
		  .nr = 1, .segments = SEGMENTS(SEGMENT(page, PAGE, ram, PAGE)) } },
		{ "segments: crash headers may be updated", 0, 0,
		  RAW_AT(KEXEC_ON_CRASH | UPDATE_ELFCOREHDR, crash.start, 1,
			 SEGMENT(page, PAGE, crash.start, PAGE)) },
		{ "segments: crash image follows hotplug", 0, 0,
		  RAW_AT(KEXEC_ON_CRASH | CRASH_HOTPLUG_SUPPORT, crash.start, 1,
			 SEGMENT(page, PAGE, crash.start, PAGE)) },
		{ "file: no command line", 0, 0, KERNEL(kernel) },
		{ "file: debug messages", 0, 0,
		  FILES(KEXEC_FILE_NO_INITRAMFS | FILE_DEBUG, kernel, -1) },
		{ "file: empty command line", 0, 0, LINE(kernel, "", 1) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct kexec_segment)SEGMENT(page, PAGE, ram + 2 * i * PAGE, PAGE);
	kmsg_open();
	plan(ARRAY_SIZE(rows) + 2);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check_call(&rows[i]);
	result(unload(false) || armed(false) ? "it is still loaded" : "", "no segments: unload");
	result(jump() == EINVAL ? "" : "it did not end with EINVAL", "jump with nothing loaded");
	return 0;
}
