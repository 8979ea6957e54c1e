// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test for Multiboot 2: the boot information (2.0, section 3.6).
 */
#include "kexec_test.h"

const struct format format = {
	.name = FORMAT,
	.module = "module",
	.clears = true,
};

#define MAGIC		0x36d76289

/* Type and size, and what the map has of its own before the entries. */
#define TAG_HEADER	8
#define MAP_HEADER	16

enum tag_type {
	TAG_END = 0,
	TAG_CMDLINE = 1,
	TAG_LOADER = 2,
	TAG_MODULE = 3,
	TAG_MEMORY = 4,
	TAG_MAP = 6,
	TAG_VIDEO = 8,
	TAG_SECTIONS = 9,
	TAG_EFI32 = 11,
	TAG_EFI64 = 12,
	TAG_ACPI_OLD = 14,
	TAG_ACPI_NEW = 15,
	TAG_EFI_MAP = 17,
	TAG_LOAD_BASE = 21,
	NR_TAGS,
};

struct info {
	u32 size;
	u32 reserved;
};

struct tag {
	u32 type;
	u32 size;
	union {
		char text[0];
		u32 word[0];
		struct {
			u32 start, end;
			char string[0];
		} module;
		struct {
			u32 entry_size, version;
			u8 entry[0];
		} map;
		struct {
			u64 address;
			u32 pitch, width, height;
		} __packed video;
		struct {
			u32 nr, size, names;
			u8 header[0];
		} sections;
	};
};

struct map_entry {
	u64 start, length;
	u32 type, zero;
};

static u32 seen;

static const struct info *find_info(const struct entry_state *state)
{
	if (state->ax != MAGIC || !reachable(state->bx, sizeof(struct info)) || state->bx & 7)
		return NULL;
	return (const struct info *)state->bx;
}

/* NULL behind the last one, and where there is no room for it to be whole. */
static const struct tag *next_tag(const struct info *info, const struct tag *tag)
{
	u32 at = sizeof(*info);

	if (tag)
		at = (const u8 *)tag - (const u8 *)info + ((tag->size + 7) & ~7U);
	if (tag && (tag->type == TAG_END || tag->size < TAG_HEADER))
		return NULL;
	if (at > info->size || info->size - at < TAG_HEADER)
		return NULL;
	tag = (const void *)info + at;
	return tag->size <= info->size - at ? tag : NULL;
}

static const struct tag *find_tag(const struct info *info, u32 type)
{
	const struct tag *tag = NULL;

	do {
		tag = next_tag(info, tag);
	} while (tag && tag->type != type);
	return tag;
}

const char *format_cmdline(const struct entry_state *state)
{
	const struct info *info = find_info(state);
	const struct tag *tag = info ? find_tag(info, TAG_CMDLINE) : NULL;

	return tag ? tag->text : NULL;
}

bool format_returns(const struct entry_state *state)
{
	(void)state;
	return false;
}

static void add_map(const struct tag *tag, struct boot *boot)
{
	u32 size = tag->map.entry_size, left = tag->size - MAP_HEADER;
	const u8 *at = tag->map.entry;
	struct map_entry e;

	if (!check(size >= sizeof(e) && !(size & 7), "entries of the memory map have a size"))
		return;
	for (; left >= size; at += size, left -= size) {
		memcpy(&e, at, sizeof(e));
		add_range(boot, e.start, e.length, e.type);
	}
	check_value("they fill it", left, 0);
}

static void add_file(const struct tag *tag, struct boot *boot)
{
	add_module(boot, tag->module.start, tag->module.end - tag->module.start,
		   tag->module.string);
	check(!(tag->module.start & 0xfff), "a module starts on a page, as the header wants");
}

static void check_video(const struct tag *tag)
{
	fact_hex("framebuffer", tag->video.address);
	check(tag->video.address && tag->video.width && tag->video.height,
	      "the frame buffer has a place and a size");
}

static void check_load_base(u32 base)
{
	fact_hex("load_base", base);
	check_value("the load base is where this image is", base, (ulong)image_start);
}

static void check_tag(const struct tag *tag, struct boot *boot)
{
	if (tag->type < NR_TAGS)
		seen |= 1U << tag->type;
	if (tag->type == TAG_MODULE)
		add_file(tag, boot);
	else if (tag->type == TAG_MAP)
		add_map(tag, boot);
	else if (tag->type == TAG_LOADER)
		fact("loader", tag->text);
	else if (tag->type == TAG_VIDEO)
		check_video(tag);
	else if (tag->type == TAG_SECTIONS)
		check_sections(tag->sections.header, tag->sections.nr, tag->sections.size,
			       tag->sections.names);
	else if (tag->type == TAG_EFI32 || tag->type == TAG_EFI64)
		fact_hex("efi", tag->word[0]);
	else if (tag->type == TAG_ACPI_OLD || tag->type == TAG_ACPI_NEW)
		check_rsdp("a tag has ACPI's root pointer", (ulong)tag->text);
	else if (tag->type == TAG_LOAD_BASE)
		check_load_base(tag->word[0]);
}

static void check_tags(const struct info *info, struct boot *boot)
{
	const struct tag *tag = NULL, *last = NULL;

	while ((tag = next_tag(info, tag))) {
		say("# tag ");
		say_number(tag->type);
		say(", bytes ");
		say_number(tag->size);
		say("\n");
		check_tag(tag, boot);
		last = tag;
	}
	check(last && last->type == TAG_END && last->size == 8, "a tag of 8 bytes ends the tags");
	if (last)
		check_value("it ends the information, too",
			    (const u8 *)last + 8 - (const u8 *)info, info->size);
}

static void check_seen(void)
{
	check(seen & 1U << TAG_CMDLINE, "the command line is there, as the header wants");
	check(seen & 1U << TAG_MEMORY, "so are the sizes of memory");
	check(seen & 1U << TAG_MAP, "so is the memory map");
}

void format_check(const struct entry_state *state, struct boot *boot)
{
	const struct info *info = find_info(state);

	check_flat(state);
	check_value("EAX has the magic number", state->ax, MAGIC);
	if (!check(info, "EBX has the boot information, on 8 bytes"))
		return;
	fact_hex("info.size", info->size);
	check_tags(info, boot);
	check_seen();
	check_memory(boot);
	check_place(boot, "the boot information lies in RAM, outside of this image", state->bx,
		    info->size);
	check_modules(boot);
}
