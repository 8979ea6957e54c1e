/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the program that is all of user space in guests of other architectures. */
#ifndef KEXEC_ARCH_GUEST_STAGE_H
#define KEXEC_ARCH_GUEST_STAGE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

#define BIT(number)	(1UL << (number))
#define PAGE		BIT(12)
#define MIB		BIT(20)

/* A range of physical memory, the end included, as /proc/iomem has it. */
struct range {
	unsigned long start;
	unsigned long end;
};

/* A file or what is made like one, in memory. */
struct bytes {
	void *data;
	size_t size;
};

static inline unsigned long align(unsigned long value, unsigned long to)
{
	return (value + to - 1) / to * to;
}

/* stage.c */
noreturn void bail(const char *what);
struct bytes read_file(const char *path);

/* iomem.c */
size_t find_ranges(const char *name, struct range *found, size_t room);

/* core_header.c */
struct bytes make_core_header(const struct range *crash);
__u16 own_machine(void);

/* device_tree.c */
struct bytes make_device_tree(const char *line, struct range initrd, const struct range *crash,
			      struct range core);

/* segments.c */
long load_segments(bool crash, const char *line);

/* vmcore.c */
const char *vmcore_problem(void);

#endif
