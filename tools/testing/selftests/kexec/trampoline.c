// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads images that go wrong: one whose first instructions make an exception,
 * and one for the crash slot that changes behind the kernel's back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "selftest.h"

/* Whole large pages, so that no control page shares one with it. */
#define IMAGE_AT	(64 * MIB)
#define IMAGE_SIZE	(2 * MIB)
#define NOT_MAPPED	0x700000000000UL

#define ENTRIES		(PAGE / sizeof(__u64))
#define ENTRY_TABLE	0x3
#define ENTRY_LARGE	0x83
#define LARGE_PAGE	(2 * MIB)

#define UD2		"\x0f\x0b"

/* Page tables of four levels, for the first GiB. */
struct image {
	char code[PAGE];
	__u64 top[ENTRIES];
	__u64 upper[ENTRIES];
	__u64 middle[ENTRIES];
};

static struct image image;

static int load(unsigned long entry)
{
	struct kexec_segment segment = { &image, sizeof(image), (void *)IMAGE_AT, IMAGE_SIZE };
	struct load request = { .entry = entry, .nr = 1, .segments = &segment };

	errno = attempt(&request);
	if (errno)
		perror("kexec_load");
	return errno != 0;
}

static int fail_by_opcode(void)
{
	memcpy(image.code, UD2, sizeof(UD2));
	return load(IMAGE_AT);
}

static int fail_by_entry(void)
{
	return load(NOT_MAPPED);
}

/* movabs $not_mapped, %rsp; push %rax */
static int fail_by_stack(void)
{
	__u64 stack = NOT_MAPPED;

	memcpy(image.code, "\x48\xbc", 2);
	memcpy(image.code + 2, &stack, sizeof(stack));
	memcpy(image.code + 10, "\x50", 1);
	return load(IMAGE_AT);
}

/*
 * movabs $top, %rax; mov %rax, %cr3; nop: onto page tables that map everything
 * but this very code.
 */
static int fail_by_table(void)
{
	__u64 top = IMAGE_AT + offsetof(struct image, top);
	size_t i;

	memcpy(image.code, "\x48\xb8", 2);
	memcpy(image.code + 2, &top, sizeof(top));
	memcpy(image.code + 10, "\x0f\x22\xd8\x90", 4);
	image.top[0] = (IMAGE_AT + offsetof(struct image, upper)) | ENTRY_TABLE;
	image.upper[0] = (IMAGE_AT + offsetof(struct image, middle)) | ENTRY_TABLE;
	for (i = 0; i < ENTRIES; i++)
		image.middle[i] = i * LARGE_PAGE | ENTRY_LARGE;
	image.middle[IMAGE_AT / LARGE_PAGE] = 0;
	return load(IMAGE_AT);
}

int test_fail(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*load)(void);
	} ways[] = {
		{ "opcode", fail_by_opcode },
		{ "entry", fail_by_entry },
		{ "stack", fail_by_stack },
		{ "table", fail_by_table },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (!strcmp(argv[argc - 1], ways[i].name))
			return ways[i].load();
	fprintf(stderr, "no way to fail is called %s\n", argv[argc - 1]);
	return 2;
}

/* A mapping of its own: the kernel's is read only. */
static int flip_bit(unsigned long address)
{
	int fd = open("/dev/mem", O_RDWR);
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  address & ~(PAGE - 1));

	if (fd < 0 || page == MAP_FAILED) {
		perror("/dev/mem");
		return 1;
	}
	page[address % PAGE] ^= 1;
	return close(fd);
}

/* Loads two segments into the crash slot and changes one bit in the second. */
int test_damage(int argc, char **argv)
{
	unsigned long base = find_range("Crash kernel").start + 16 * MIB;
	struct kexec_segment segments[] = {
		{ image.code, sizeof(image.code), (void *)base, PAGE },
		{ image.top, 2 * PAGE - 1, (void *)(base + MIB), MIB },
	};
	struct load request = {
		.entry = base, .nr = ARRAY_SIZE(segments), .segments = segments,
		.flags = KEXEC_ON_CRASH,
	};

	memcpy(image.code, UD2, sizeof(UD2));
	errno = attempt(&request);
	if (errno) {
		perror("kexec_load");
		return 1;
	}
	/* past bufsz nothing is promised: this is the last byte before that */
	return flip_bit(base + MIB + 2 * PAGE - 2);
}
