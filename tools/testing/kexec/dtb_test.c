// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/dtb.c: a small tree as dtc writes it, cut off at every byte
 * and with each word of its header changed.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define HEADER	40
#define RESERVE	16
#define STRUCT	16
#define SIZE	(HEADER + RESERVE + STRUCT)

enum word { MAGIC, TOTAL, OFF_STRUCT, OFF_STRINGS, OFF_RESERVE, VERSION, COMPATIBLE, WORDS = 10 };

/* Nothing but a root node: FDT_BEGIN_NODE "", FDT_END_NODE, FDT_END. */
static const uint32_t tree[SIZE / 4] = {
	[MAGIC] = 0xd00dfeed, [TOTAL] = SIZE, [OFF_STRUCT] = HEADER + RESERVE,
	[OFF_STRINGS] = SIZE, [OFF_RESERVE] = HEADER, [VERSION] = 17, [COMPATIBLE] = 16,
	[9] = STRUCT, [14] = 1, [15] = 0, [16] = 2, [17] = 9,
};

static uint8_t *make(size_t room)
{
	uint8_t *file = calloc(1, room);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tree); i++)
		put_unaligned_be32(tree[i], file + 4 * i);
	return file;
}

static enum kexec_dtb_why changed(enum word word, uint32_t value)
{
	uint8_t *file = make(SIZE);
	uint32_t size = 0;
	enum kexec_dtb_why why;

	put_unaligned_be32(value, file + 4 * word);
	why = kexec_dtb_check(file, SIZE, &size);
	free(file);
	return why;
}

static void test_whole(void)
{
	uint8_t *file = make(3 * SIZE);
	uint32_t size = 0;

	tap_result(!kexec_dtb_check(file, SIZE, &size) && size == SIZE, "a tree");
	tap_result(!kexec_dtb_check(file, 3 * SIZE, &size) && size == SIZE,
		   "a tree with more behind it");
	free(file);
}

/* Blocks may be empty: that is for those to judge who read them. */
static void test_empty(void)
{
	uint8_t *file = realloc(make(SIZE), HEADER);
	uint32_t size = 0;
	int word;

	for (word = TOTAL; word <= OFF_RESERVE; word++)
		put_unaligned_be32(HEADER, file + 4 * word);
	tap_result(!kexec_dtb_check(file, HEADER, &size) && size == HEADER, "a header alone");
	free(file);
}

static void test_cut(void)
{
	enum kexec_dtb_why why;
	uint32_t size;
	bool all = true;
	uint8_t *file;
	size_t cut;

	for (cut = 0; cut < SIZE; cut++) {
		/* no larger, so that a read beyond the end is seen */
		file = realloc(make(SIZE), cut ?: 1);
		why = kexec_dtb_check(file, cut, &size);
		all = all && why == (cut < 4 ? KEXEC_DTB_NO_MAGIC : KEXEC_DTB_TRUNCATED);
		free(file);
	}
	tap_result(all, "cut off anywhere");
}

static void test_header(void)
{
	tap_result(changed(MAGIC, 0xedfe0dd0) == KEXEC_DTB_NO_MAGIC, "of the other byte order");
	tap_result(changed(TOTAL, SIZE + 1) == KEXEC_DTB_TRUNCATED, "larger than the file");
	tap_result(changed(TOTAL, ~0U) == KEXEC_DTB_TRUNCATED, "as large as can be said");
	tap_result(changed(TOTAL, HEADER - 1) == KEXEC_DTB_BAD, "smaller than its header");
	tap_result(changed(COMPATIBLE, 18) == KEXEC_DTB_VERSION, "of a format to come");
	tap_result(!changed(COMPATIBLE, 17), "of today's format alone");
	tap_result(!changed(VERSION, 18), "of a format to come that is compatible");
	tap_result(changed(OFF_STRUCT, SIZE + 4) == KEXEC_DTB_BAD, "nodes beyond its end");
	tap_result(changed(OFF_STRUCT, HEADER + 2) == KEXEC_DTB_BAD, "nodes off their alignment");
	tap_result(changed(OFF_STRINGS, ~0U) == KEXEC_DTB_BAD, "names beyond its end");
	tap_result(changed(OFF_STRINGS, 0) == KEXEC_DTB_BAD, "names inside of its header");
	tap_result(changed(OFF_STRINGS, HEADER - 1) == KEXEC_DTB_BAD,
		   "names from its header's last byte on");
	tap_result(!changed(OFF_STRINGS, SIZE - 1), "names that begin anywhere");
	tap_result(changed(OFF_RESERVE, HEADER + 4) == KEXEC_DTB_BAD,
		   "reserved memory off its alignment");
}

static void test_large(void)
{
	size_t room = KEXEC_DTB_MAX + 4;
	uint8_t *file = make(room);
	uint32_t size;

	put_unaligned_be32(KEXEC_DTB_MAX, file + 4);
	tap_result(!kexec_dtb_check(file, room, &size) && size == KEXEC_DTB_MAX,
		   "of the largest size");
	put_unaligned_be32(KEXEC_DTB_MAX + 1, file + 4);
	tap_result(kexec_dtb_check(file, room, &size) == KEXEC_DTB_LARGE, "larger");
	free(file);
}

static void test_words(void)
{
	bool all = true;
	int why;

	for (why = 0; why <= KEXEC_DTB_NR_WHY; why++)
		all = all && kexec_dtb_why(why) && *kexec_dtb_why(why);
	tap_result(all, "each reason has words");
}

int main(void)
{
	test_whole();
	test_empty();
	test_cut();
	test_header();
	test_large();
	test_words();
	return tap_finish();
}
