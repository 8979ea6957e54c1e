// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test for Multiboot 1: the information structure (0.6.96, section 3.3).
 */
#include "kexec_test.h"

const struct format format = {
	.name = FORMAT,
	.module = "module",
	.clears = true,
};

#define MAGIC		0x2badb002

#define HAS_MEMORY	BIT(0)
#define HAS_CMDLINE	BIT(2)
#define HAS_MODULES	BIT(3)
#define HAS_SECTIONS	BIT(5)
#define HAS_MAP		BIT(6)
#define HAS_LOADER	BIT(9)
#define HAS_VIDEO	BIT(12)

struct info {
	u32 flags;
	u32 lower, upper;
	u32 boot_device;
	u32 cmdline;
	u32 nr_modules, modules;
	u32 nr_sections, section_size, sections, section_names;
	u32 map_size, map;
	u32 drives_size, drives;
	u32 config;
	u32 loader;
	u32 apm;
	u32 vbe[4];
	u64 video;
	u32 pitch, width, height;
	u8 depth, type;
} __packed;

struct map_entry {
	u32 size;	/* of what follows */
	u64 start, length;
	u32 type;
} __packed;

struct mod {
	u32 start, end, string, reserved;
};

static const struct info *find_info(const struct entry_state *state)
{
	if (state->ax != MAGIC || !reachable(state->bx, sizeof(struct info)))
		return NULL;
	return (const struct info *)state->bx;
}

static const char *text_at(u32 address)
{
	return address ? (const char *)(ulong)address : NULL;
}

const char *format_cmdline(const struct entry_state *state)
{
	const struct info *info = find_info(state);

	return info && info->flags & HAS_CMDLINE ? text_at(info->cmdline) : NULL;
}

bool format_returns(const struct entry_state *state)
{
	(void)state;
	return false;
}

static void add_map(const struct info *info, struct boot *boot)
{
	u32 at = 0;
	const struct map_entry *e;

	while (at + sizeof(*e) <= info->map_size) {
		e = (const void *)(ulong)(info->map + at);
		add_range(boot, e->start, e->length, e->type);
		at += e->size + sizeof(e->size);
	}
	check_value("the entries of the memory map fill it", at, info->map_size);
}

static void add_modules(const struct info *info, struct boot *boot)
{
	const struct mod *mod = (const void *)(ulong)info->modules;
	bool aligned = true;
	u32 i;

	for (i = 0; i < info->nr_modules; i++, mod++) {
		add_module(boot, mod->start, mod->end - mod->start, text_at(mod->string));
		aligned &= !(mod->start & 0xfff);
	}
	check(aligned, "modules start on pages, as the header wants");
}

static void check_memory_size(const struct info *info)
{
	fact_hex("memory.lower", info->lower);
	fact_hex("memory.upper", info->upper);
	check(info->lower && info->lower <= 640 && info->upper, "the sizes of memory make sense");
}

static void check_video(const struct info *info)
{
	fact_hex("framebuffer", info->video);
	check(info->video && info->width && info->height,
	      "the frame buffer has a place and a size");
}

static void check_info(const struct info *info, struct boot *boot)
{
	fact_hex("flags", info->flags);
	if (check(info->flags & HAS_MEMORY, "memory information is there, as the header wants"))
		check_memory_size(info);
	if (check(info->flags & HAS_MAP, "so is the memory map"))
		add_map(info, boot);
	if (info->flags & HAS_MODULES)
		add_modules(info, boot);
	if (info->flags & HAS_SECTIONS)
		check_sections((const u8 *)(ulong)info->sections, info->nr_sections,
			       info->section_size, info->section_names);
	if (info->flags & HAS_LOADER)
		fact("loader", text_at(info->loader) ? : "");
	if (info->flags & HAS_VIDEO)
		check_video(info);
}

void format_check(const struct entry_state *state, struct boot *boot)
{
	const struct info *info = find_info(state);

	check_flat(state);
	check_value("EAX has the magic number", state->ax, MAGIC);
	if (!check(info, "EBX has the information structure"))
		return;
	check_info(info, boot);
	check_memory(boot);
	check_place(boot, "the information structure lies in RAM, outside of this image",
		    state->bx, sizeof(*info));
	if (info->flags & HAS_CMDLINE)
		check_place(boot, "so does the command line", info->cmdline,
			    strlen(text_at(info->cmdline)) + 1);
	check_modules(boot);
}
