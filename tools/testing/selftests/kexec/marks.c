// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that can be told from any other, in the dump of a kernel that crashes.
 *
 * Every word of a marked page is its own physical address, and a little more.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "selftest.h"

#define VMCORE		"/proc/vmcore"
#define MARK		0x5ead000000000000UL
#define WORDS		(PAGE / sizeof(uint64_t))
#define STEP		(4 * MIB)
#define MOST		(64 * MIB)
#define KERNEL_MAPPING	0xffffffff80000000UL

/* Returns how many pages of @area lie at @from or above, and marks these. */
static unsigned long mark_area(uint64_t *area, unsigned long from)
{
	uint64_t *frames = read_frames(area, STEP / PAGE), *page = area;
	unsigned long i, n, at, count = 0;

	for (i = 0; i < STEP / PAGE; i++, page += WORDS) {
		at = (frames[i] & FRAME) * PAGE;
		if (!(frames[i] & PRESENT) || at < from)
			continue;
		for (n = 0; n < WORDS; n++)
			page[n] = MARK | (at + n * sizeof(*page));
		count++;
	}
	free(frames);
	return count;
}

/* Marks pages at an address and above, says how many, and keeps them until it is killed. */
int test_mark(int argc, char **argv)
{
	const unsigned long from = strtoul(argv[argc - 1], NULL, 0);
	unsigned long size, count = 0;
	void *area;

	for (size = 0; size < MOST; size += STEP) {
		area = mmap(NULL, STEP, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE, -1, 0);
		if (area == MAP_FAILED)
			stop("memory to mark");
		count += mark_area(area, from);
	}
	printf("# fact marked=%lu\n", count);
	pause();
	return 0;
}

static bool is_marked(const uint64_t *page, unsigned long at)
{
	unsigned long n;

	for (n = 0; n < WORDS; n++)
		if (page[n] != (MARK | (at + n * sizeof(*page))))
			return false;
	return true;
}

static void read_dump(int dump, void *to, size_t size, unsigned long offset)
{
	if (pread(dump, to, size, offset) == (ssize_t)size)
		return;
	fprintf(stderr, "the dump cannot be read at %#lx: %s\n", offset, strerror(errno));
	exit(1);
}

/* Returns how many pages of one range of the dump are marked. */
static unsigned long count_marked(int dump, const struct elf64_phdr *range)
{
	static uint64_t page[WORDS];
	unsigned long at, count = 0;

	for (at = 0; at < range->p_filesz; at += PAGE) {
		read_dump(dump, page, PAGE, range->p_offset + at);
		count += is_marked(page, range->p_paddr + at);
	}
	return count;
}

/* Counts the marked pages in the ranges of the dump that begin at an address or above. */
int test_marked(int argc, char **argv)
{
	const unsigned long from = strtoul(argv[argc - 1], NULL, 0);
	unsigned long i, count = 0, bytes = 0;
	int dump = open_file(VMCORE);
	struct elf64_phdr range;
	struct elf64_hdr header;

	read_dump(dump, &header, sizeof(header), 0);
	for (i = 0; i < header.e_phnum; i++) {
		read_dump(dump, &range, sizeof(range), header.e_phoff + i * sizeof(range));
		if (range.p_type != PT_LOAD || range.p_paddr < from ||
		    range.p_vaddr >= KERNEL_MAPPING)
			continue;
		count += count_marked(dump, &range);
		bytes += range.p_filesz;
	}
	printf("# fact marked=%lu\n# fact looked_at=%lu\n", count, bytes);
	return 0;
}
