// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/multiboot.c: headers of both versions made up for the
 * purpose, whole, cut off and damaged.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define FILE_SIZE	0xa000
#define HEADER		0x80
#define LOAD		0x100000
#define MAGIC1		0x1badb002
#define MAGIC2		0xe85250d6
#define WORDS		16

static struct bytes make_file(bool elf)
{
	struct bytes file = { calloc(1, FILE_SIZE), FILE_SIZE };

	if (elf)
		memcpy(file.data, "\177ELF", 4);
	return file;
}

static enum kexec_multiboot_why parse(const struct bytes *file, uint8_t version,
				      struct kexec_multiboot *mb)
{
	struct bytes exact = bytes_copy(file->data, file->size);
	enum kexec_multiboot_why why = kexec_multiboot_parse(exact.data, exact.size, version, mb);

	free(exact.data);
	return why;
}

/* Version 1 */

static void put_v1(struct bytes *file, size_t at, uint32_t flags, const uint32_t *rest)
{
	uint32_t words[12] = { MAGIC1, flags, -(MAGIC1 + flags) };

	if (rest)
		memcpy(words + 3, rest, sizeof(words) - 12);
	memcpy(file->data + at, words, rest ? sizeof(words) : 12);
}

static void test_v1_elf(void)
{
	struct bytes file = make_file(true);
	struct kexec_multiboot mb;
	enum kexec_multiboot_why why;

	put_v1(&file, HEADER, 3, NULL);
	why = parse(&file, 1, &mb);
	tap_result(!why && mb.version == 1 && mb.align_modules && !mb.flat && !mb.has_entry &&
		   !mb.wants_video, "1: in an ELF file: %s", kexec_multiboot_why(why));
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_NONE, "1: it is not of version 2");
	tap_result(parse(&file, 3, &mb) == KEXEC_MULTIBOOT_NONE, "1: nor of version 3");
	put_v1(&file, HEADER - 4, 3, NULL);
	file.data[HEADER - 4 + 8] ^= 1;
	put_v1(&file, HEADER + 16, 0x10, NULL);
	tap_result(parse(&file, 1, &mb) == KEXEC_MULTIBOOT_FEATURE,
		   "1: a wrong sum makes it no header, and the next one counts");
	free(file.data);
}

/* Each flag alone: of the first 16, those that nobody here knows are refused. */
static void test_v1_flags(void)
{
	static const uint32_t rest[9] = { LOAD + HEADER, LOAD, 0, 0, LOAD };
	enum kexec_multiboot_why why;
	struct kexec_multiboot mb;
	struct bytes file;
	unsigned int i;
	bool ok;

	for (i = 0; i < 32; i++) {
		file = make_file(true);
		put_v1(&file, HEADER, 1U << i, rest);
		why = parse(&file, 1, &mb);
		ok = !why && mb.align_modules == (i == 0) && mb.wants_video == (i == 2) &&
		     mb.flat == (i == 16) && mb.has_entry == (i == 16);
		tap_result(i >= 3 && i < 16 ? why == KEXEC_MULTIBOOT_FEATURE : ok,
			   "1: flag %u: %s", i, kexec_multiboot_why(why));
		free(file.data);
	}
}

#define V1_ADDRESSES	0x10000
#define V1_VIDEO	4

/* How far a header can reach: to the end of the file, and to 8 KiB. */
static const struct {
	const char *name;
	size_t at;
	uint32_t flags;
	size_t size;
	enum kexec_multiboot_why why;
} v1_ends[] = {
	{ "up to 8 KiB", 8192 - 12, 0, FILE_SIZE, KEXEC_MULTIBOOT_OK },
	{ "beyond 8 KiB", 8192 - 8, 0, FILE_SIZE, KEXEC_MULTIBOOT_NONE },
	{ "at no multiple of 4", HEADER + 2, 0, FILE_SIZE, KEXEC_MULTIBOOT_NONE },
	{ "at a multiple of 4", HEADER + 4, 0, FILE_SIZE, KEXEC_MULTIBOOT_OK },
	{ "up to the file's end", HEADER, 0, HEADER + 12, KEXEC_MULTIBOOT_OK },
	{ "cut off", HEADER, 0, HEADER + 11, KEXEC_MULTIBOOT_NONE },
	{ "in an empty file", HEADER, 0, 0, KEXEC_MULTIBOOT_NONE },
	{ "in the least of ELF files", 4, 0, 16, KEXEC_MULTIBOOT_OK },
	{ "addresses up to 8 KiB", 8192 - 32, V1_ADDRESSES, FILE_SIZE, KEXEC_MULTIBOOT_OK },
	{ "addresses beyond", 8192 - 28, V1_ADDRESSES, FILE_SIZE, KEXEC_MULTIBOOT_TRUNCATED },
	{ "addresses up to the file's end", HEADER, V1_ADDRESSES, HEADER + 32,
	  KEXEC_MULTIBOOT_OK },
	{ "addresses cut off", HEADER, V1_ADDRESSES, HEADER + 31, KEXEC_MULTIBOOT_TRUNCATED },
	{ "no addresses", HEADER, V1_ADDRESSES, HEADER + 12, KEXEC_MULTIBOOT_TRUNCATED },
	{ "a mode up to 8 KiB", 8192 - 48, V1_VIDEO, FILE_SIZE, KEXEC_MULTIBOOT_OK },
	{ "a mode beyond", 8192 - 44, V1_VIDEO, FILE_SIZE, KEXEC_MULTIBOOT_TRUNCATED },
	{ "a mode up to the file's end", HEADER, V1_VIDEO, HEADER + 48, KEXEC_MULTIBOOT_OK },
	{ "a mode cut off", HEADER, V1_VIDEO, HEADER + 47, KEXEC_MULTIBOOT_TRUNCATED },
	{ "no mode", HEADER, V1_VIDEO, HEADER + 31, KEXEC_MULTIBOOT_TRUNCATED },
};

static void test_v1_ends(void)
{
	enum kexec_multiboot_why why;
	struct kexec_multiboot mb;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v1_ends); i++) {
		uint32_t rest[9] = { LOAD + v1_ends[i].at, LOAD, 0, 0, LOAD };

		file = make_file(true);
		put_v1(&file, v1_ends[i].at, v1_ends[i].flags, rest);
		file.size = v1_ends[i].size;
		why = parse(&file, 1, &mb);
		tap_result(why == v1_ends[i].why, "1: a header, %s: %s", v1_ends[i].name,
			   kexec_multiboot_why(why));
		free(file.data);
	}
}

#define TOP		0xffffffff

static const struct {
	const char *name;
	uint32_t rest[9];	/* header, load, load end, bss end, entry */
	enum kexec_multiboot_why why;
	uint32_t offset, size, mem_size;
} v1[] = {
	{ "flat", { LOAD + HEADER, LOAD, LOAD + 0x1000, LOAD + 0x3000, LOAD + 0x200 },
	  KEXEC_MULTIBOOT_OK, 0, 0x1000, 0x3000 },
	{ "from the header on", { LOAD, LOAD, LOAD + 0x1000, 0, LOAD },
	  KEXEC_MULTIBOOT_OK, HEADER, 0x1000, 0x1000 },
	{ "to the file's end", { LOAD + HEADER, LOAD, 0, 0, LOAD },
	  KEXEC_MULTIBOOT_OK, 0, FILE_SIZE, FILE_SIZE },
	{ "from the header on to the file's end", { LOAD, LOAD, 0, 0, LOAD },
	  KEXEC_MULTIBOOT_OK, HEADER, FILE_SIZE - HEADER, FILE_SIZE - HEADER },
	{ "from a byte behind the file's start", { LOAD + HEADER - 1, LOAD, 0, 0, LOAD },
	  KEXEC_MULTIBOOT_OK, 1, FILE_SIZE - 1, FILE_SIZE - 1 },
	{ "to an end that is the file's", { LOAD + HEADER, LOAD, LOAD + FILE_SIZE, 0, LOAD },
	  KEXEC_MULTIBOOT_OK, 0, FILE_SIZE, FILE_SIZE },
	{ "to the file's end, and bss", { LOAD, LOAD, 0, LOAD + FILE_SIZE, LOAD },
	  KEXEC_MULTIBOOT_OK, HEADER, FILE_SIZE - HEADER, FILE_SIZE },
	{ "bss alone", { LOAD + HEADER, LOAD, LOAD, LOAD + 0x1000, LOAD },
	  KEXEC_MULTIBOOT_OK, 0, 0, 0x1000 },
	{ "an entry at the last byte", { LOAD, LOAD, LOAD + 0x1000, 0, LOAD + 0xfff },
	  KEXEC_MULTIBOOT_OK, HEADER, 0x1000, 0x1000 },
	{ "from address 0", { HEADER, 0, 0x1000, 0, 0 }, KEXEC_MULTIBOOT_OK, 0, 0x1000, 0x1000 },
	{ "to the last address but one", { TOP - 0xfff, TOP - 0xfff, TOP, 0, TOP - 0xfff },
	  KEXEC_MULTIBOOT_OK, HEADER, 0xfff, 0xfff },
	{ "bytes to the last address",
	  { TOP - FILE_SIZE + 1 + HEADER, TOP - FILE_SIZE + 1, 0, 0, TOP - 0xfff },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "bytes beyond 4 GiB", { TOP - 0xfff, TOP - 0xfff, 0, 0, TOP - 0xfff },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "header below the load address", { LOAD, LOAD + 4, 0, 0, LOAD + 4 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "load address before the file", { LOAD + HEADER + 1, LOAD, 0, 0, LOAD },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "an end before the start", { LOAD, LOAD, LOAD - 1, 0, LOAD },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "bss inside of the data", { LOAD, LOAD, LOAD + 0x1000, LOAD + 0xfff, LOAD },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "bss before the start", { LOAD, LOAD, LOAD + 0x1000, LOAD - 1, LOAD },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "an end behind the file's", { LOAD + HEADER, LOAD, LOAD + FILE_SIZE + 1, 0, LOAD },
	  KEXEC_MULTIBOOT_TRUNCATED },
	{ "an entry below", { LOAD + HEADER, LOAD, LOAD + 0x1000, 0, LOAD - 1 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "an entry behind", { LOAD + HEADER, LOAD, LOAD + 0x1000, 0, LOAD + 0x1000 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "nothing at all", { LOAD + HEADER, LOAD, LOAD, 0, LOAD }, KEXEC_MULTIBOOT_BAD_ADDRESS },
};

static void test_v1_addresses(void)
{
	enum kexec_multiboot_why why;
	struct kexec_multiboot mb;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v1); i++) {
		file = make_file(false);
		put_v1(&file, HEADER, V1_ADDRESSES, v1[i].rest);
		why = parse(&file, 1, &mb);
		tap_result(why == v1[i].why, "1: addresses: %s: %s", v1[i].name,
			   kexec_multiboot_why(why));
		if (!v1[i].why)
			tap_result(mb.flat && mb.has_entry && mb.load_addr == v1[i].rest[1] &&
				   mb.entry == v1[i].rest[4] && mb.load.offset == v1[i].offset &&
				   mb.load.size == v1[i].size && mb.mem_size == v1[i].mem_size,
				   "1: addresses: %s: place", v1[i].name);
		put_v1(&file, HEADER, V1_ADDRESSES | V1_VIDEO, v1[i].rest);
		tap_result(parse(&file, 1, &mb) == why, "1: addresses: %s: with a mode",
			   v1[i].name);
		free(file.data);
	}
}

static void test_v1_modes(void)
{
	static const uint32_t modes[][4] = {
		{ 0, 1024, 768, 32 }, { 1, 80, 25, 0 }, { 2, 0x10203, 0x40506, 0x70809 },
	};
	uint32_t rest[9] = { };
	struct kexec_multiboot mb;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		file = make_file(true);
		memcpy(rest + 5, modes[i], sizeof(modes[i]));
		put_v1(&file, HEADER, V1_VIDEO, rest);
		tap_result(!parse(&file, 1, &mb) && mb.wants_video && mb.text == (i == 1) &&
			   mb.width == modes[i][1] && mb.height == modes[i][2] &&
			   mb.depth == modes[i][3], "1: a mode of type %u", modes[i][0]);
		free(file.data);
	}
}

static void test_v1_no_place(void)
{
	struct bytes file = make_file(false);
	struct kexec_multiboot mb;

	put_v1(&file, HEADER, 0, NULL);
	tap_result(parse(&file, 1, &mb) == KEXEC_MULTIBOOT_NO_PLACE,
		   "1: neither addresses nor ELF");
	free(file.data);
}

/* Version 2: words of tags, behind the fixed part of a header. */

static void put_v2(struct bytes *file, size_t at, const uint32_t *tags, size_t size)
{
	uint32_t words[4] = { MAGIC2, 0, 16 + size };

	words[3] = -(words[0] + words[1] + words[2]);
	memcpy(file->data + at, words, sizeof(words));
	memcpy(file->data + at + 16, tags, size);
}

#define REQUIRED(type)	(type)
#define OPTIONAL(type)	((type) | 0x10000)

static const struct {
	const char *name;
	bool elf;
	uint32_t tags[WORDS];
	enum kexec_multiboot_why why;
} v2[] = {
	{ "nothing but an end", true, { 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "neither addresses nor ELF", false, { 0, 8 }, KEXEC_MULTIBOOT_NO_PLACE },
	{ "what is known is required", true, { REQUIRED(1), 24, 4, 6, 12, 15, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "SMBIOS is required last", true, { REQUIRED(1), 16, 6, 13, 0, 8 }, KEXEC_MULTIBOOT_INFO },
	{ "SMBIOS is required first", true, { REQUIRED(1), 16, 13, 6, 0, 8 },
	  KEXEC_MULTIBOOT_INFO },
	{ "three bytes of something are required", true, { REQUIRED(1), 15, 6, 13, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "SMBIOS would be nice", true, { OPTIONAL(1), 16, 6, 13, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "nothing is required", true, { REQUIRED(1), 8, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "an unknown tag is required", true, { REQUIRED(11), 8, 0, 8 }, KEXEC_MULTIBOOT_FEATURE },
	{ "an unknown tag is optional", true, { OPTIONAL(11), 9, 0, 0, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "a tag of a large type is required", true, { REQUIRED(0x106), 8, 0, 8 },
	  KEXEC_MULTIBOOT_FEATURE },
	{ "a console is required", true, { REQUIRED(4), 12, 3, 0, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "an entry", true, { REQUIRED(3), 12, 0x1234, 0, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "a framebuffer", true, { REQUIRED(5), 20, 1024, 768, 32, 0, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "aligned modules", true, { REQUIRED(6), 8, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "EFI", true, { REQUIRED(7), 8, REQUIRED(8), 12, 1, 0, REQUIRED(9), 12, 2, 0, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "relocatable", true, { REQUIRED(10), 24, 0x1000, 0xffffff, 0x1000, 2, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "relocatable, as low as can be", true,
	  { REQUIRED(10), 24, 0x1000, 0xffffff, 0x1000, 1, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "relocatable, to one place", true,
	  { REQUIRED(10), 24, 0x1000, 0x1000, 0x1000, 0, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "an odd alignment", true, { REQUIRED(10), 24, 0, 0xffffff, 0x1800, 2, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "no alignment", true, { REQUIRED(10), 24, 0, 0xffffff, 0, 2, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "a range from high to low", true, { REQUIRED(10), 24, 2, 1, 0x1000, 2, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "flat", false, { REQUIRED(2), 24, LOAD + HEADER, LOAD, LOAD + 0x1000, LOAD + 0x3000,
			   REQUIRED(3), 12, LOAD + 8, 0, 0, 8 }, KEXEC_MULTIBOOT_OK },
	{ "flat, from the start of the file", false,
	  { REQUIRED(3), 12, LOAD + 8, 0, REQUIRED(2), 24, LOAD + HEADER, -1, 0, 0, 0, 8 },
	  KEXEC_MULTIBOOT_OK },
	{ "flat, from a start below 0", false,
	  { REQUIRED(3), 12, LOAD + 8, 0, REQUIRED(2), 24, HEADER - 1, -1, 0, 0, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "flat, without entry", true,
	  { REQUIRED(2), 24, LOAD + HEADER, LOAD, LOAD + 0x1000, 0, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "flat at address 0, without entry", false,
	  { REQUIRED(2), 24, HEADER, 0, 0x1000, 0, 0, 8 }, KEXEC_MULTIBOOT_BAD_ADDRESS },
	{ "flat, behind the end", false,
	  { REQUIRED(3), 12, LOAD + 8, 0, REQUIRED(2), 24, LOAD + HEADER, LOAD, LOAD + 0x100000,
	    0, 0, 8 }, KEXEC_MULTIBOOT_TRUNCATED },
	{ "a tag of no bytes", true, { REQUIRED(6), 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "a tag of 7 bytes", true, { REQUIRED(6), 7, 0, 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "a tag of 4 GiB", true, { REQUIRED(6), -1, 0, 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "addresses cut off", true, { REQUIRED(2), 20, 0, 0, 0, 0, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_TAG },
	{ "an entry cut off", true, { REQUIRED(3), 8, 0, 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "a console cut off", true, { OPTIONAL(4), 8, 0, 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "a mode cut off", true, { OPTIONAL(5), 12, 0, 0, 0, 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "an EFI entry cut off", true, { OPTIONAL(9), 8, 0, 8 }, KEXEC_MULTIBOOT_BAD_TAG },
	{ "a range cut off", true, { REQUIRED(10), 20, 0, 1, 1, 0, 0, 8 },
	  KEXEC_MULTIBOOT_BAD_TAG },
};

static bool right_v2(unsigned int type, const uint32_t *tag, const struct kexec_multiboot *mb)
{
	switch (type) {
	case 3:
		return mb->has_entry && mb->entry == tag[2];
	case 5:
		return mb->wants_video && mb->width == tag[2] && mb->height == tag[3] &&
		       mb->depth == tag[4];
	case 6:
		return mb->align_modules;
	case 10:
		return mb->relocatable && mb->min_addr == tag[2] && mb->max_addr == tag[3] &&
		       mb->align == tag[4] && mb->prefers_high == (tag[5] == 2);
	case 2:
		return mb->flat && mb->load_addr == LOAD && mb->load.offset == 0 &&
		       mb->load.size == 0x1000 && mb->mem_size == 0x3000;
	default:
		return !mb->has_entry && !mb->flat && !mb->relocatable;
	}
}

static void test_v2(void)
{
	enum kexec_multiboot_why why;
	struct kexec_multiboot mb;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(v2); i++) {
		file = make_file(v2[i].elf);
		put_v2(&file, HEADER, v2[i].tags, sizeof(v2[i].tags));
		why = parse(&file, 2, &mb);
		tap_result(why == v2[i].why, "2: %s: %s", v2[i].name, kexec_multiboot_why(why));
		if (!why && v2[i].elf)
			tap_result(right_v2(v2[i].tags[0] & 0xffff, v2[i].tags, &mb) &&
				   mb.version == 2, "2: %s: what it says", v2[i].name);
		if (!strcmp(v2[i].name, "flat"))
			tap_result(right_v2(2, NULL, &mb), "2: flat: its place");
		if (!strcmp(v2[i].name, "flat, from the start of the file"))
			tap_result(mb.load.offset == 0 && mb.load.size == FILE_SIZE &&
				   mb.load_addr == LOAD, "2: %s: its place", v2[i].name);
		free(file.data);
	}
}

static enum kexec_multiboot_why parse_tags(const uint32_t *tags, size_t size)
{
	struct bytes file = make_file(true);
	struct kexec_multiboot mb;
	enum kexec_multiboot_why why;

	put_v2(&file, HEADER, tags, size);
	why = parse(&file, 2, &mb);
	free(file.data);
	return why;
}

/* Information of each type: what there may be some of, and what nobody here has. */
static void test_v2_requests(void)
{
	static const uint32_t told[] = { 0, 1, 2, 3, 4, 6, 8, 9, 12, 14, 15, 17, 21 };
	uint32_t tags[] = { REQUIRED(1), 12, 0, 0, 0, 8 };
	enum kexec_multiboot_why why;
	unsigned int i, known = 0;

	for (i = 0; i < 256; i++) {
		tags[2] = i < 128 ? i : (i - 127) << 16;
		why = parse_tags(tags, sizeof(tags));
		if (known < ARRAY_SIZE(told) && tags[2] == told[known]) {
			tap_result(!why, "2: information %u is required", tags[2]);
			known++;
		} else if (why != KEXEC_MULTIBOOT_INFO) {
			tap_result(false, "2: information %#x is required: %s", tags[2],
				   kexec_multiboot_why(why));
		}
	}
	tap_result(known == ARRAY_SIZE(told), "2: no other information can be required");
}

/* Each flag of a console, and of a tag, alone. */
static void test_v2_bits(void)
{
	uint32_t console[] = { 0, 12, 0, 0, 0, 8 }, unknown[] = { 0, 8, 0, 8 };
	enum kexec_multiboot_why why;
	unsigned int i;

	for (i = 0; i < 32; i++) {
		console[0] = REQUIRED(4);
		console[2] = 1U << i;
		why = parse_tags(console, sizeof(console));
		console[0] = OPTIONAL(4);
		tap_result(why == (i < 2 ? KEXEC_MULTIBOOT_OK : KEXEC_MULTIBOOT_FEATURE) &&
			   !parse_tags(console, sizeof(console)), "2: flag %u of a console", i);
	}
	for (i = 0; i < 16; i++) {
		unknown[0] = 11 | 0x10000U << i;
		tap_result(parse_tags(unknown, sizeof(unknown)) ==
			   (i == 0 ? KEXEC_MULTIBOOT_OK : KEXEC_MULTIBOOT_FEATURE),
			   "2: flag %u of an unknown tag", i);
	}
}

static void test_v2_header(void)
{
	static const uint32_t end[] = { 0, 8 }, no_end[] = { REQUIRED(6), 8 };
	struct bytes file = make_file(true);
	struct kexec_multiboot mb;

	put_v2(&file, HEADER + 4, end, sizeof(end));
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_NONE, "2: a header at no multiple of 8");
	memset(file.data + HEADER, 0, 64);
	put_v2(&file, 32768 - 24, end, sizeof(end));
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_OK, "2: a header at the last place");
	memset(file.data + 32768 - 24, 0, 24);
	put_v2(&file, 32768 - 16, end, sizeof(end));
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_BAD_TAG, "2: tags behind 32 KiB");
	memset(file.data + 32768 - 16, 0, 24);
	put_v2(&file, HEADER, end, sizeof(end));
	file.size = HEADER + 23;
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_TRUNCATED, "2: cut inside the tags");
	put_v2(&file, HEADER, no_end, sizeof(no_end));
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_TRUNCATED, "2: cut inside a tag");
	file.size = FILE_SIZE;
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_BAD_TAG, "2: tags without an end");
	file.data[HEADER + 4] = 4;
	file.data[HEADER + 12] -= 4;
	tap_result(parse(&file, 2, &mb) == KEXEC_MULTIBOOT_MACHINE, "2: a header for MIPS");
	free(file.data);
}

static void test_noise(void)
{
	struct kexec_multiboot mb;
	unsigned int i, j, taken = 0;
	struct bytes file;
	uint32_t words[WORDS];

	for (i = 0; i < 20000; i++) {
		file = make_file(i & 1);
		memcpy(words, v2[i % ARRAY_SIZE(v2)].tags, sizeof(words));
		for (j = 0; j < 2; j++)
			((uint8_t *)words)[next_random() % sizeof(words)] = next_random();
		put_v2(&file, HEADER, words, sizeof(words));
		file.size = HEADER + 16 + sizeof(words);
		taken += !parse(&file, 2, &mb);
		free(file.data);
	}
	tap_result(taken > 1000, "2: survives 20000 changed headers, %u of which it takes", taken);
}

int main(void)
{
	test_v1_elf();
	test_v1_flags();
	test_v1_ends();
	test_v1_addresses();
	test_v1_modes();
	test_v1_no_place();
	test_v2();
	test_v2_requests();
	test_v2_bits();
	test_v2_header();
	test_noise();
	tap_result(!!kexec_multiboot_why(KEXEC_MULTIBOOT_NR_WHY),
		   "a reason that is none has words, too");
	return tap_finish();
}
