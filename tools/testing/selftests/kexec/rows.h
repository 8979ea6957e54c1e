/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of loads, each with what it must come to. */
#ifndef KEXEC_SELFTEST_ROWS_H
#define KEXEC_SELFTEST_ROWS_H

#include "selftest.h"

#define ANY_ERROR	(-1)

/*
 * A load that must end with @error, or with @or_error where that is not 0, and
 * with a reason that has @says in it where that is not NULL.
 */
struct row {
	const char *name;
	int error;
	int or_error;
	struct load load;
	const char *says;
	/* a kernel without this series does load it */
	bool ours;
};

/* Flags younger than the headers a host may have. */
#define FILE_DEBUG		0x8
#define FILE_NO_CMA		0x10
#define FILE_FORCE_DTB		0x20
#define UPDATE_ELFCOREHDR	0x4
#define CRASH_HOTPLUG_SUPPORT	0x8

#define SEGMENT(buffer, bufsz, mem, memsz) \
	{ (buffer), (bufsz), (const void *)(mem), (memsz) }
#define SEGMENTS(...)	((struct kexec_segment[]){ __VA_ARGS__ })

#define RAW_AT(flags_, entry_, count, ...) \
	{ .how = BY_SEGMENTS, .flags = (flags_), .entry = (entry_), .nr = (count), \
	  .segments = SEGMENTS(__VA_ARGS__) }
#define RAW(count, ...)	RAW_AT(0, 0, count, __VA_ARGS__)

#define FILES(flags_, kernel_, initrd_) \
	{ .how = BY_FILE, .flags = (flags_), .kernel = (kernel_), .initrd = (initrd_) }
#define KERNEL(fd)	FILES(KEXEC_FILE_NO_INITRAMFS, fd, -1)
#define LINE(kernel_, text, size) \
	{ .how = BY_FILE, .flags = KEXEC_FILE_NO_INITRAMFS, .kernel = (kernel_), \
	  .command_line = (text), .command_line_size = (size) }

void expect_stock(void);
bool is_stock(void);
void check_call(const struct row *row);
void check_leak(const struct row *row);
unsigned long some_ram(void);

#endif
