// SPDX-License-Identifier: GPL-2.0-only
/*
 * Multiboot headers.
 *
 * References: Multiboot Specification 0.6.96, section 3.1, for version 1;
 * Multiboot2 Specification 2.0, section 3.1, for version 2.  What is left open
 * there is as GNU GRUB does it: the first header whose checksum is right counts.
 */
#include <linux/elf.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/kexec_formats.h>
#include "multiboot.h"
#include "reader.h"

/* Version 1 */
#define MB1_MAGIC		0x1badb002
#define MB1_SEARCH		SZ_8K
#define MB1_ALIGN		4
#define MB1_HEADER		12
#define MB1_MODULES_ALIGNED	0x00000001
#define MB1_VIDEO		0x00000004
/* requirements but those two and 0x2, memory information, which is always there */
#define MB1_UNKNOWN		0x0000fff8
#define MB1_ADDRESSES		0x00010000
#define MB1_ADDRESSES_AT	12
#define MB1_VIDEO_AT		32
#define MB1_TEXT_MODE		1

/* Version 2 */
#define MB2_MAGIC		0xe85250d6
#define MB2_SEARCH		SZ_32K
#define MB2_ALIGN		8
#define MB2_HEADER		16
#define MB2_ARCH_I386		0
#define MB2_TAG			8
/* in the first word of a tag, above its type */
#define MB2_OPTIONAL		0x00010000
#define MB2_FROM_START		0xffffffff
#define MB2_PREFER_HIGH		2
/* that there is a console at all, and that EGA text will do for one */
#define MB2_CONSOLE_KNOWN	0x00000003

enum mb2_tag {
	MB2_TAG_END,
	MB2_TAG_REQUEST,
	MB2_TAG_ADDRESS,
	MB2_TAG_ENTRY,
	MB2_TAG_CONSOLE,
	MB2_TAG_FRAMEBUFFER,
	MB2_TAG_MODULE_ALIGN,
	MB2_TAG_EFI_SERVICES,
	MB2_TAG_EFI32_ENTRY,
	MB2_TAG_EFI64_ENTRY,
	MB2_TAG_RELOCATABLE,
};

static const char * const reasons[] = {
	[KEXEC_MULTIBOOT_OK] = "nothing is wrong with it",
	[KEXEC_MULTIBOOT_NONE] = "it has no multiboot header",
	[KEXEC_MULTIBOOT_FEATURE] = "its multiboot header requires a feature that is not known",
	[KEXEC_MULTIBOOT_INFO] = "its multiboot header requires information that is not to be had",
	[KEXEC_MULTIBOOT_MACHINE] = "its multiboot header is for another architecture",
	[KEXEC_MULTIBOOT_BAD_TAG] = "a tag of its multiboot header makes no sense",
	[KEXEC_MULTIBOOT_BAD_ADDRESS] = "the addresses in its multiboot header make no sense",
	[KEXEC_MULTIBOOT_TRUNCATED] = "it ends inside of what its multiboot header names",
	[KEXEC_MULTIBOOT_NO_PLACE] =
		"neither its multiboot header nor an ELF header says where it belongs",
};

/* A file being read, and where its header is. */
struct image {
	const u8 *file;
	size_t size;
	size_t header;
};

static u32 word(const struct image *img, size_t at)
{
	return read_le(img->file + img->header + at, sizeof(u32));
}

/* Looks for a header of so many words, which begins with @magic and adds up to 0. */
static bool find_header(struct image *img, u32 magic, size_t len, size_t limit, size_t step)
{
	size_t at;
	u32 sum;

	for (img->header = 0; inside(img->header, len, min(img->size, limit));
	     img->header += step) {
		if (word(img, 0) != magic)
			continue;
		for (at = 0, sum = 0; at < len; at += sizeof(u32))
			sum += word(img, at);
		if (!sum)
			return true;
	}
	return false;
}

/* Where a header and its image belong; 0 for an end: that of the file, or of the bytes. */
struct addresses {
	u32 header;
	u32 load;
	u32 load_end;
	u32 bss_end;
};

static struct addresses take_addresses(struct reader *r)
{
	struct addresses a;

	a.header = take_le32(r);
	a.load = take_le32(r);
	a.load_end = take_le32(r);
	a.bss_end = take_le32(r);
	return a;
}

static enum kexec_multiboot_why place(const struct image *img, const struct addresses *a,
				      struct kexec_multiboot *mb)
{
	u64 size, mem_size;

	if (a->header < a->load || a->header - a->load > img->header)
		return KEXEC_MULTIBOOT_BAD_ADDRESS;
	mb->load.offset = img->header - (a->header - a->load);
	if (a->load_end && a->load_end < a->load)
		return KEXEC_MULTIBOOT_BAD_ADDRESS;
	size = a->load_end ? a->load_end - a->load : img->size - mb->load.offset;
	mem_size = a->bss_end ? (u64)a->bss_end - a->load : size;
	if (mem_size < size || !inside(a->load, mem_size, (u32)~0))
		return KEXEC_MULTIBOOT_BAD_ADDRESS;
	if (!inside(mb->load.offset, size, img->size))
		return KEXEC_MULTIBOOT_TRUNCATED;
	mb->flat = true;
	mb->load.size = size;
	mb->load_addr = a->load;
	mb->mem_size = mem_size;
	return KEXEC_MULTIBOOT_OK;
}

static void take_screen(struct reader *r, struct kexec_multiboot *mb)
{
	mb->wants_video = true;
	mb->width = take_le32(r);
	mb->height = take_le32(r);
	mb->depth = take_le32(r);
}

/*
 * A file that has a header has room for ELF's magic number, and an entry below
 * the image is far behind its end, for the difference wraps around.
 */
static enum kexec_multiboot_why check_place(const struct image *img,
					    const struct kexec_multiboot *mb)
{
	if (!mb->flat)
		return memcmp(img->file, ELFMAG, SELFMAG) ? KEXEC_MULTIBOOT_NO_PLACE :
							    KEXEC_MULTIBOOT_OK;
	if (!mb->has_entry || mb->entry - mb->load_addr >= mb->mem_size)
		return KEXEC_MULTIBOOT_BAD_ADDRESS;
	return KEXEC_MULTIBOOT_OK;
}

/* Version 1 */

/* What begins at @at in the header, as far as a header may reach. */
static struct reader mb1_from(const struct image *img, size_t at)
{
	struct reader r = { img->file + img->header,
			    img->file + min_t(size_t, img->size, MB1_SEARCH) };

	take(&r, at);
	return r;
}

static enum kexec_multiboot_why mb1_addresses(const struct image *img, struct kexec_multiboot *mb)
{
	struct reader r = mb1_from(img, MB1_ADDRESSES_AT);
	struct addresses addresses = take_addresses(&r);

	mb->has_entry = true;
	mb->entry = take_le32(&r);
	return r.short_of ? KEXEC_MULTIBOOT_TRUNCATED : place(img, &addresses, mb);
}

static enum kexec_multiboot_why mb1_video(const struct image *img, struct kexec_multiboot *mb)
{
	struct reader r = mb1_from(img, MB1_VIDEO_AT);

	mb->text = take_le32(&r) == MB1_TEXT_MODE;
	take_screen(&r, mb);
	return r.short_of ? KEXEC_MULTIBOOT_TRUNCATED : KEXEC_MULTIBOOT_OK;
}

static enum kexec_multiboot_why parse_v1(struct image *img, struct kexec_multiboot *mb)
{
	enum kexec_multiboot_why why = KEXEC_MULTIBOOT_OK;
	u32 flags;

	if (!find_header(img, MB1_MAGIC, MB1_HEADER, MB1_SEARCH, MB1_ALIGN))
		return KEXEC_MULTIBOOT_NONE;
	flags = word(img, 4);
	if (flags & MB1_UNKNOWN)
		return KEXEC_MULTIBOOT_FEATURE;
	mb->align_modules = flags & MB1_MODULES_ALIGNED;
	if (flags & MB1_ADDRESSES)
		why = mb1_addresses(img, mb);
	if (!why && flags & MB1_VIDEO)
		why = mb1_video(img, mb);
	return why;
}

/* Version 2 */

/*
 * What kexec_multiboot_info() tells where there is something to tell.  A request
 * is no promise that there is.
 */
static bool is_told(u32 type)
{
	switch (type) {
	case MB2_END:
	case MB2_CMDLINE:
	case MB2_LOADER:
	case MB2_MODULE:
	case MB2_MEMORY:
	case MB2_RAM:
	case MB2_SCREEN:
	case MB2_SECTIONS:
	case MB2_EFI64:
	case MB2_RSDP_OLD:
	case MB2_RSDP_NEW:
	case MB2_EFI_MAP:
	case MB2_LOAD_BASE:
		return true;
	default:
		return false;
	}
}

static enum kexec_multiboot_why take_request(struct reader *r)
{
	while (reader_left(r) >= sizeof(u32))
		if (!is_told(take_le32(r)))
			return KEXEC_MULTIBOOT_INFO;
	return KEXEC_MULTIBOOT_OK;
}

static enum kexec_multiboot_why take_address(const struct image *img, struct reader *r,
					     struct kexec_multiboot *mb)
{
	struct addresses addresses = take_addresses(r);

	if (r->short_of)
		return KEXEC_MULTIBOOT_BAD_TAG;
	if (addresses.load == MB2_FROM_START)
		addresses.load = addresses.header - img->header;
	return place(img, &addresses, mb);
}

static enum kexec_multiboot_why take_relocatable(struct reader *r, struct kexec_multiboot *mb)
{
	mb->relocatable = true;
	mb->min_addr = take_le32(r);
	mb->max_addr = take_le32(r);
	mb->align = take_le32(r);
	mb->prefers_high = take_le32(r) == MB2_PREFER_HIGH;
	if (r->short_of)
		return KEXEC_MULTIBOOT_BAD_TAG;
	if (!is_power_of_2(mb->align) || mb->min_addr > mb->max_addr)
		return KEXEC_MULTIBOOT_BAD_ADDRESS;
	return KEXEC_MULTIBOOT_OK;
}

/*
 * Entries for EFI firmware are for boot loaders that leave boot services
 * running; they are gone by now, and the ordinary entry counts then.
 */
static enum kexec_multiboot_why take_tag(const struct image *img, u16 type, bool optional,
					 struct reader *r, struct kexec_multiboot *mb)
{
	enum kexec_multiboot_why why = KEXEC_MULTIBOOT_OK;

	switch (type) {
	case MB2_TAG_REQUEST:
		if (!optional)
			why = take_request(r);
		break;
	case MB2_TAG_ADDRESS:
		why = take_address(img, r, mb);
		break;
	case MB2_TAG_ENTRY:
		mb->has_entry = true;
		mb->entry = take_le32(r);
		break;
	case MB2_TAG_CONSOLE:
		if (take_le32(r) & ~MB2_CONSOLE_KNOWN && !optional)
			why = KEXEC_MULTIBOOT_FEATURE;
		break;
	case MB2_TAG_FRAMEBUFFER:
		take_screen(r, mb);
		break;
	case MB2_TAG_MODULE_ALIGN:
		mb->align_modules = true;
		break;
	case MB2_TAG_EFI_SERVICES:
		break;
	case MB2_TAG_EFI32_ENTRY:
	case MB2_TAG_EFI64_ENTRY:
		take_le32(r);
		break;
	case MB2_TAG_RELOCATABLE:
		why = take_relocatable(r, mb);
		break;
	default:
		if (!optional)
			why = KEXEC_MULTIBOOT_FEATURE;
	}
	return why || !r->short_of ? why : KEXEC_MULTIBOOT_BAD_TAG;
}

static enum kexec_multiboot_why walk_tags(const struct image *img, size_t len,
					  struct kexec_multiboot *mb)
{
	const u8 *header = img->file + img->header;
	enum kexec_multiboot_why why;
	struct reader r;
	size_t at, size;
	u32 first;

	for (at = MB2_HEADER; inside(at, MB2_TAG, len); at += round_up(size, MB2_ALIGN)) {
		first = word(img, at);
		size = word(img, at + 4);
		if (size < MB2_TAG || !inside(at, size, len))
			return KEXEC_MULTIBOOT_BAD_TAG;
		if ((u16)first == MB2_TAG_END)
			return KEXEC_MULTIBOOT_OK;
		r = (struct reader){ header + at + MB2_TAG, header + at + size };
		why = take_tag(img, first, first & MB2_OPTIONAL, &r, mb);
		if (why)
			return why;
	}
	return KEXEC_MULTIBOOT_BAD_TAG;
}

static enum kexec_multiboot_why parse_v2(struct image *img, struct kexec_multiboot *mb)
{
	u32 len;

	if (!find_header(img, MB2_MAGIC, MB2_HEADER, MB2_SEARCH, MB2_ALIGN))
		return KEXEC_MULTIBOOT_NONE;
	if (word(img, 4) != MB2_ARCH_I386)
		return KEXEC_MULTIBOOT_MACHINE;
	len = word(img, 8);
	if (!inside(img->header, len, img->size))
		return KEXEC_MULTIBOOT_TRUNCATED;
	if (!inside(img->header, len, MB2_SEARCH))
		return KEXEC_MULTIBOOT_BAD_TAG;
	return walk_tags(img, len, mb);
}

/**
 * kexec_multiboot_parse() - read the multiboot header of an image
 * @file: the file
 * @size: its size in bytes
 * @version: of the specification, 1 or 2: a file can have a header of each
 * @mb: filled in; meaningful only if %KEXEC_MULTIBOOT_OK is returned
 *
 * Where @mb is not flat the file begins like an ELF file, and kexec_elf_parse()
 * tells where it belongs.
 *
 * Return: %KEXEC_MULTIBOOT_OK or the first thing that is wrong.
 */
enum kexec_multiboot_why kexec_multiboot_parse(const void *file, size_t size, u8 version,
					       struct kexec_multiboot *mb)
{
	struct image img = { .file = file, .size = size };
	enum kexec_multiboot_why why = KEXEC_MULTIBOOT_NONE;

	memset(mb, 0, sizeof(*mb));
	mb->version = version;
	if (version == 1)
		why = parse_v1(&img, mb);
	else if (version == 2)
		why = parse_v2(&img, mb);
	return why ? why : check_place(&img, mb);
}

/**
 * kexec_multiboot_why() - a reason in words
 * @why: what kexec_multiboot_parse() returned
 *
 * Return: a clause about "it", without capital letter or full stop.
 */
const char *kexec_multiboot_why(enum kexec_multiboot_why why)
{
	if ((unsigned int)why >= ARRAY_SIZE(reasons))
		return "it is damaged";
	return reasons[why];
}
