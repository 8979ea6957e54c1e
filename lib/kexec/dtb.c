// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flattened device trees: whether a file holds one, and how much of it that is.
 * What is in it is for the kernel that it is handed to.
 */
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "reader.h"

/* Header: Devicetree Specification v0.4, section 5.2; offsets of big-endian words. */
#define FDT_MAGIC		0xd00dfeed
#define AT_TOTALSIZE		4
#define AT_OFF_DT_STRUCT	8
#define AT_OFF_DT_STRINGS	12
#define AT_OFF_MEM_RSVMAP	16
#define AT_LAST_COMP_VERSION	24
#define HEADER_SIZE		40

/* The version that is written today, and that old ones must be compatible with. */
#define FDT_VERSION		17

static u32 word(const void *file, u32 at)
{
	return read_be(file + at, sizeof(u32));
}

/* The blocks lie behind the header, where their alignment wants them (section 5.6). */
static bool block_fits(const void *file, u32 at, u32 align)
{
	u32 start = word(file, at);

	return start >= HEADER_SIZE && start <= word(file, AT_TOTALSIZE) && start % align == 0;
}

/**
 * kexec_dtb_check() - is this a device tree?
 * @file: start of the file
 * @size: its size in bytes
 * @tree_size: set to the size of the tree, which is not larger, if it is one
 *
 * Return: KEXEC_DTB_OK, or why not.
 */
enum kexec_dtb_why kexec_dtb_check(const void *file, size_t size, u32 *tree_size)
{
	if (size < sizeof(u32) || word(file, 0) != FDT_MAGIC)
		return KEXEC_DTB_NO_MAGIC;
	if (size < HEADER_SIZE || word(file, AT_TOTALSIZE) > size)
		return KEXEC_DTB_TRUNCATED;
	if (word(file, AT_TOTALSIZE) > KEXEC_DTB_MAX)
		return KEXEC_DTB_LARGE;
	if (word(file, AT_LAST_COMP_VERSION) > FDT_VERSION)
		return KEXEC_DTB_VERSION;
	if (!block_fits(file, AT_OFF_DT_STRUCT, 4) || !block_fits(file, AT_OFF_DT_STRINGS, 1) ||
	    !block_fits(file, AT_OFF_MEM_RSVMAP, 8))
		return KEXEC_DTB_BAD;
	*tree_size = word(file, AT_TOTALSIZE);
	return KEXEC_DTB_OK;
}

/**
 * kexec_dtb_why() - a reason in words
 * @why: what kexec_dtb_check() said
 *
 * Return: a clause about the device tree.
 */
const char *kexec_dtb_why(enum kexec_dtb_why why)
{
	static const char * const words[KEXEC_DTB_NR_WHY] = {
		[KEXEC_DTB_OK] = "it is fine",
		[KEXEC_DTB_NO_MAGIC] = "it does not begin as one",
		[KEXEC_DTB_TRUNCATED] = "the file ends before it does",
		[KEXEC_DTB_LARGE] = "it is larger than 2 MiB",
		[KEXEC_DTB_VERSION] = "its format is too new",
		[KEXEC_DTB_BAD] = "its header points out of it",
	};

	return (unsigned int)why < KEXEC_DTB_NR_WHY ? words[why] : "it is damaged";
}
