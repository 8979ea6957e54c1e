/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bzImages for host tests, made up field by field.
 *
 * Each is a heap block of exactly its size, so that the address sanitizer sees any read
 * beyond it.
 */
#ifndef _TOOLS_TESTING_KEXEC_BZIMAGE_FILE_H
#define _TOOLS_TESTING_KEXEC_BZIMAGE_FILE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>

#define SETUP_SECTS	3
#define SETUP_SIZE	((SETUP_SECTS + 1) * 512)
#define PM_SIZE		0x1000
#define FILE_SIZE	(SETUP_SIZE + PM_SIZE)

struct patch {
	size_t at;
	unsigned int len;
	uint64_t value;
};

static void put(uint8_t *file, const struct patch *p)
{
	unsigned int i;

	for (i = 0; i < p->len; i++)
		file[p->at + i] = p->value >> (8 * i);
}

/* What a current 64-bit kernel has in its header. */
static const struct patch valid_header[] = {
	{ 0x1f1, 1, SETUP_SECTS },
	{ 0x1f4, 4, PM_SIZE / 16 },
	{ 0x1fe, 2, 0xaa55 },
	{ 0x200, 2, 0x6aeb },
	{ 0x202, 4, 0x53726448 },
	{ 0x206, 2, 0x020f },
	{ 0x211, 1, 0x01 },
	{ 0x214, 4, 0x100000 },
	{ 0x22c, 4, 0x7fffffff },
	{ 0x230, 4, 0x200000 },
	{ 0x234, 1, 1 },
	{ 0x235, 1, 21 },
	{ 0x236, 2, 0x7f },
	{ 0x238, 4, 2047 },
	{ 0x248, 4, 0x3c0 },
	{ 0x24c, 4, 0xc00 },
	{ 0x250, 8, 0x1122334455667788 },
	{ 0x258, 8, 0x1000000 },
	{ 0x260, 4, 0x3000000 },
};

/* Fills what the header leaves open with 0xff: a stray read then shows. */
static uint8_t *make_image(size_t size)
{
	uint8_t *file = malloc(size);
	unsigned int i;

	if (!file)
		abort();
	memset(file, 0xff, size);
	for (i = 0; i < ARRAY_SIZE(valid_header); i++)
		put(file, &valid_header[i]);
	return file;
}

#endif /* _TOOLS_TESTING_KEXEC_BZIMAGE_FILE_H */
