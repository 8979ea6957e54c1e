// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unified kernel images and their addons: PE files with sections for a kernel
 * and what belongs to it.
 *
 * References: Microsoft Portable Executable and Common Object File Format
 * Specification, revision 11, for the headers; UAPI.5 Unified Kernel Image, and
 * systemd-stub(7), for the sections.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/kexec_formats.h>
#include "reader.h"

#define DOS_SIZE	64
#define DOS_PE_OFFSET	0x3c
#define OPTIONAL_MAGIC	0x20b
#define NAME_SIZE	8

/* From the PE signature on. */
enum {
	PE_MACHINE		= 4,
	PE_NR_SECTIONS		= 6,
	PE_OPTIONAL_SIZE	= 20,
	PE_OPTIONAL		= 24,
};

enum {
	SECTION_MEM_SIZE	= 8,
	SECTION_FILE_SIZE	= 16,
	SECTION_FILE_OFFSET	= 20,
	SECTION_SIZE		= 40,
};

/* Sections that are read; the first five make a file what we are looking for. */
enum part {
	PART_LINUX,
	PART_INITRD,
	PART_UCODE,
	PART_CMDLINE,
	PART_DTB,
	PART_UNAME,
	PART_OSREL,
	NR_PARTS,
	PART_PROFILE = NR_PARTS,
	PART_OTHER,
};

#define ADDON_PARTS	(BIT(PART_INITRD) | BIT(PART_UCODE) | BIT(PART_CMDLINE) | BIT(PART_DTB))
/* The specification lets these be there more than once. */
#define MANY_PARTS	BIT(PART_DTB)

/* A name as long as its field has no final NUL there. */
static const char names[PART_OTHER][NAME_SIZE + 1] = {
	[PART_LINUX] = ".linux",
	[PART_INITRD] = ".initrd",
	[PART_UCODE] = ".ucode",
	[PART_CMDLINE] = ".cmdline",
	[PART_DTB] = ".dtb",
	[PART_UNAME] = ".uname",
	[PART_OSREL] = ".osrel",
	[PART_PROFILE] = ".profile",
};

static const char * const reasons[] = {
	[KEXEC_UKI_OK] = "nothing is wrong with it",
	[KEXEC_UKI_NO_PE] = "it is no PE file",
	[KEXEC_UKI_BAD_PE] = "its PE headers make no sense",
	[KEXEC_UKI_MACHINE] = "it is a PE file for another architecture",
	[KEXEC_UKI_PLAIN] = "it is a PE file without a kernel section",
	[KEXEC_UKI_TRUNCATED] = "it ends inside of a section",
	[KEXEC_UKI_TWICE] = "it has a section twice",
	[KEXEC_UKI_BAD_CMDLINE] = "its command line has a NUL byte inside",
	[KEXEC_UKI_NO_PROFILE] = "it has no kernel for a profile of that number",
};

/* A file being read, and what was seen of it. */
struct image {
	const u8 *file;
	size_t size;
	u32 profile;
	u32 seen;		/* parts in the profile that is being walked */
	u32 seen_anywhere;
	u32 from_profile;	/* parts that the profile asked for gave */
	u32 nr_profiles;
	struct kexec_bytes part[NR_PARTS];
	struct kexec_bytes begins;	/* the .profile of the profile asked for */
};

static u32 get16(const struct image *img, u64 at)
{
	return read_le(img->file + at, 2);
}

static u32 get32(const struct image *img, u64 at)
{
	return read_le(img->file + at, 4);
}

/* Where the section table is, and how long. */
static enum kexec_uki_why read_headers(const struct image *img, u16 machine,
				       struct kexec_bytes *table)
{
	u32 pe;

	if (img->size < DOS_SIZE || memcmp(img->file, "MZ", 2))
		return KEXEC_UKI_NO_PE;
	pe = get32(img, DOS_PE_OFFSET);
	if (!inside(pe, 4, img->size) || memcmp(img->file + pe, "PE\0\0", 4))
		return KEXEC_UKI_NO_PE;
	if (!inside(pe, PE_OPTIONAL + 2, img->size))
		return KEXEC_UKI_BAD_PE;
	if (get16(img, pe + PE_MACHINE) != machine)
		return KEXEC_UKI_MACHINE;
	table->offset = (u64)pe + PE_OPTIONAL + get16(img, pe + PE_OPTIONAL_SIZE);
	table->size = (u64)get16(img, pe + PE_NR_SECTIONS) * SECTION_SIZE;
	if (get16(img, pe + PE_OPTIONAL) != OPTIONAL_MAGIC ||
	    !inside(table->offset, table->size, img->size))
		return KEXEC_UKI_BAD_PE;
	return KEXEC_UKI_OK;
}

static enum part part_of(const u8 *name)
{
	enum part part;

	for (part = 0; part < PART_OTHER; part++)
		if (!memcmp(name, names[part], NAME_SIZE))
			break;
	return part;
}

/* Bytes beyond what is mapped are padding; memory beyond the bytes is not wanted. */
static struct kexec_bytes bytes_of(const struct image *img, u64 section)
{
	return (struct kexec_bytes) {
		.offset = get32(img, section + SECTION_FILE_OFFSET),
		.size = min(get32(img, section + SECTION_MEM_SIZE),
			    get32(img, section + SECTION_FILE_SIZE)),
	};
}

/* Is the profile asked for being walked?  Before the first .profile, none is. */
static bool in_profile(const struct image *img)
{
	return img->nr_profiles && img->nr_profiles - 1 == img->profile;
}

/* Of several device trees the first one counts. */
static bool is_wanted(const struct image *img, enum part part)
{
	if (in_profile(img))
		return !(img->from_profile & BIT(part));
	return !img->nr_profiles && !(img->seen & BIT(part));
}

static enum kexec_uki_why take_part(struct image *img, enum part part, u64 section)
{
	struct kexec_bytes bytes = bytes_of(img, section);

	if (!inside(bytes.offset, bytes.size, img->size))
		return KEXEC_UKI_TRUNCATED;
	if (img->seen & BIT(part) & ~MANY_PARTS)
		return KEXEC_UKI_TWICE;
	if (is_wanted(img, part))
		img->part[part] = bytes;
	if (in_profile(img))
		img->from_profile |= BIT(part);
	img->seen |= BIT(part);
	img->seen_anywhere |= BIT(part);
	return KEXEC_UKI_OK;
}

/* Text for people alone: where that is not there, nothing is amiss with the kernel. */
static void begin_profile(struct image *img, u64 section)
{
	struct kexec_bytes bytes = bytes_of(img, section);

	img->nr_profiles++;
	img->seen = 0;
	if (in_profile(img) && inside(bytes.offset, bytes.size, img->size))
		img->begins = bytes;
}

static enum kexec_uki_why walk_sections(struct image *img, const struct kexec_bytes *table)
{
	enum kexec_uki_why why = KEXEC_UKI_OK;
	u64 at = table->offset, end = at + table->size;
	enum part part;

	for (; at < end && !why; at += SECTION_SIZE) {
		part = part_of(img->file + at);
		if (part < NR_PARTS)
			why = take_part(img, part, at);
		else if (part == PART_PROFILE)
			begin_profile(img, at);
	}
	return why;
}

/* A file with a kernel is no addon, whichever profile that kernel is for. */
static enum kexec_uki_why check_parts(const struct image *img)
{
	if (!(img->seen_anywhere & (BIT(PART_LINUX) | ADDON_PARTS)))
		return KEXEC_UKI_PLAIN;
	if (img->profile && img->profile >= img->nr_profiles)
		return KEXEC_UKI_NO_PROFILE;
	if (img->seen_anywhere & BIT(PART_LINUX) && !img->part[PART_LINUX].size)
		return KEXEC_UKI_NO_PROFILE;
	return KEXEC_UKI_OK;
}

static bool is_blank(u8 c)
{
	return !c || c == ' ' || (c >= '\t' && c <= '\r');
}

static enum kexec_uki_why trim_cmdline(const u8 *file, struct kexec_bytes *cmdline)
{
	const u8 *text = file + cmdline->offset;

	while (cmdline->size && is_blank(text[cmdline->size - 1]))
		cmdline->size--;
	return memchr(text, 0, cmdline->size) ? KEXEC_UKI_BAD_CMDLINE : KEXEC_UKI_OK;
}

static void fill_in(const struct image *img, struct kexec_uki *uki)
{
	uki->kernel = img->part[PART_LINUX];
	uki->initrd = img->part[PART_INITRD];
	uki->ucode = img->part[PART_UCODE];
	uki->cmdline = img->part[PART_CMDLINE];
	uki->dtb = img->part[PART_DTB];
	uki->uname = img->part[PART_UNAME];
	uki->osrel = img->part[PART_OSREL];
	uki->about = img->begins;
	uki->nr_profiles = img->nr_profiles;
}

/**
 * kexec_uki_parse() - find the parts of a unified kernel image, or of an addon
 * @file: the file
 * @size: its size in bytes
 * @machine: IMAGE_FILE_MACHINE_* that it has to be for
 * @profile: number of the profile wanted; 0 is the default one
 * @uki: filled in; meaningful only if %KEXEC_UKI_OK is returned
 *
 * Return: %KEXEC_UKI_OK or the first thing that is wrong.
 */
enum kexec_uki_why kexec_uki_parse(const void *file, size_t size, u16 machine, u32 profile,
				   struct kexec_uki *uki)
{
	struct image img = { .file = file, .size = size, .profile = profile };
	struct kexec_bytes table;
	enum kexec_uki_why why = read_headers(&img, machine, &table);

	memset(uki, 0, sizeof(*uki));
	if (!why)
		why = walk_sections(&img, &table);
	if (!why)
		why = check_parts(&img);
	if (why)
		return why;
	fill_in(&img, uki);
	return trim_cmdline(file, &uki->cmdline);
}

/**
 * kexec_uki_why() - a reason in words
 * @why: what kexec_uki_parse() returned
 *
 * Return: a clause about "it", without capital letter or full stop.
 */
const char *kexec_uki_why(enum kexec_uki_why why)
{
	if ((unsigned int)why >= ARRAY_SIZE(reasons))
		return "it is damaged";
	return reasons[why];
}
