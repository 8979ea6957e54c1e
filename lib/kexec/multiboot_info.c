// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a multiboot image is told when it is entered.
 *
 * References: Multiboot Specification 0.6.96, section 3.3; Multiboot2
 * Specification 2.0, section 3.6, and its multiboot2.h for the 16 reserved bits
 * of the framebuffer tag and the fields of the one for section headers.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/screen_info.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>
#include "multiboot.h"

#define LOWER_KIB_MAX	640
#define UPPER_START	SZ_1M

#define SCREEN_RGB	1
#define SCREEN_TEXT	2
#define TEXT_DEPTH	16

/* Version 1: the structure's size, and which parts of it are valid */
#define MB1_SIZE	116
#define MB1_ALIGN	4
#define MB1_RAM_SIZE	20
#define SECTIONS_ALIGN	8
#define MB1_MEMORY	BIT(0)
#define MB1_CMDLINE	BIT(2)
#define MB1_MODULES	BIT(3)
#define MB1_SECTIONS	BIT(5)
#define MB1_RAM		BIT(6)
#define MB1_LOADER	BIT(9)
#define MB1_SCREEN	BIT(12)

enum {
	MB1_AT_MEMORY	= 4,
	MB1_AT_CMDLINE	= 16,
	MB1_AT_MODULES	= 20,
	MB1_AT_SECTIONS	= 28,
	MB1_AT_RAM	= 44,
	MB1_AT_LOADER	= 64,
	MB1_AT_SCREEN	= 88,
};

/* Version 2 */
#define MB2_ALIGN	8
#define MB2_RAM_SIZE	24
#define RSDP_OLD_SIZE	20
#define RSDP_REVISION	15

/* Counts what is written; writes it if there is somewhere to. */
struct writer {
	u8 *buf;
	size_t at;
	u32 phys;
};

static void put(struct writer *w, const void *data, size_t len)
{
	if (w->buf)
		memcpy(w->buf + w->at, data, len);
	w->at += len;
}

static void put_le(struct writer *w, u64 value, size_t len)
{
	u8 bytes[sizeof(value)];

	put_unaligned_le64(value, bytes);
	put(w, bytes, len);
}

static void put_le32(struct writer *w, u32 value)
{
	put_le(w, value, sizeof(value));
}

static void put_string(struct writer *w, const char *text)
{
	put(w, text, strlen(text) + 1);
}

static void pad(struct writer *w, size_t align)
{
	static const u8 zeros[MB2_ALIGN];

	put(w, zeros, round_up(w->at, align) - w->at);
}

/* Fills in a word that was written already. */
static void set_le32(struct writer *w, size_t at, u32 value)
{
	if (w->buf)
		put_unaligned_le32(value, w->buf + at);
}

/* How far memory reaches from @start on without a gap, in KiB. */
static u32 kib_from(const struct kexec_boot_info *info, u64 start)
{
	const struct kexec_ram *ram = info->ram;
	u64 end = start;
	u32 i;

	for (i = 0; i < info->nr_ram; i++, ram++)
		if (ram->type == 1 && ram->start <= end)
			end = max(end, ram->start + ram->size);
	return min_t(u64, (end - start) / SZ_1K, (u32)~0);
}

static u32 lower_kib(const struct kexec_boot_info *info)
{
	return min_t(u32, kib_from(info, 0), LOWER_KIB_MAX);
}

static u32 upper_kib(const struct kexec_boot_info *info)
{
	return kib_from(info, UPPER_START);
}

static void put_screen(struct writer *w, const struct kexec_framebuffer *screen)
{
	put_le(w, screen->addr, sizeof(screen->addr));
	put_le32(w, screen->pitch);
	put_le32(w, screen->width);
	put_le32(w, screen->height);
	put_le(w, screen->text ? TEXT_DEPTH : screen->depth, 1);
	put_le(w, screen->text ? SCREEN_TEXT : SCREEN_RGB, 1);
}

static void put_colours(struct writer *w, const struct kexec_framebuffer *screen)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(screen->position); i++) {
		put_le(w, screen->position[i], 1);
		put_le(w, screen->bits[i], 1);
	}
}

/* Version 1: a structure with flags first, and pointers to what does not fit it. */

static void set_flag(struct writer *w, u32 flag)
{
	if (w->buf)
		put_unaligned_le32(get_unaligned_le32(w->buf) | flag, w->buf);
}

static u32 mb1_address(const struct writer *w)
{
	return w->phys + w->at;
}

static void mb1_string(struct writer *w, size_t field, u32 flag, const char *text)
{
	if (!text)
		return;
	set_flag(w, flag);
	set_le32(w, field, mb1_address(w));
	put_string(w, text);
}

static void mb1_modules(struct writer *w, const struct kexec_boot_info *info)
{
	const struct kexec_module *module = info->module;
	size_t text;
	u32 i;

	if (!info->nr_modules)
		return;
	pad(w, MB1_ALIGN);
	set_flag(w, MB1_MODULES);
	set_le32(w, MB1_AT_MODULES, info->nr_modules);
	set_le32(w, MB1_AT_MODULES + 4, mb1_address(w));
	text = w->at + (size_t)info->nr_modules * 16;
	for (i = 0; i < info->nr_modules; i++, module++) {
		put_le32(w, module->start);
		put_le32(w, module->end);
		put_le32(w, w->phys + text);
		put_le32(w, 0);
		text += strlen(module->cmdline ?: "") + 1;
	}
	for (i = 0, module = info->module; i < info->nr_modules; i++, module++)
		put_string(w, module->cmdline ?: "");
}

static void mb1_ram(struct writer *w, const struct kexec_boot_info *info)
{
	const struct kexec_ram *ram = info->ram;
	u32 i;

	if (!info->nr_ram)
		return;
	pad(w, MB1_ALIGN);
	set_flag(w, MB1_MEMORY | MB1_RAM);
	set_le32(w, MB1_AT_MEMORY, lower_kib(info));
	set_le32(w, MB1_AT_MEMORY + 4, upper_kib(info));
	set_le32(w, MB1_AT_RAM, info->nr_ram * (4 + MB1_RAM_SIZE));
	set_le32(w, MB1_AT_RAM + 4, mb1_address(w));
	for (i = 0; i < info->nr_ram; i++, ram++) {
		put_le32(w, MB1_RAM_SIZE);
		put_le(w, ram->start, sizeof(ram->start));
		put_le(w, ram->size, sizeof(ram->size));
		put_le32(w, ram->type);
	}
}

/**
 * kexec_multiboot_tell_sections() - let an image be told of its own sections
 * @info: what it is told
 * @sections: what kexec_elf_sections() said about its file
 * @headers: what kexec_elf_copy_sections() writes; looked at when @info is written
 */
void kexec_multiboot_tell_sections(struct kexec_boot_info *info,
				   const struct kexec_elf_sections *sections, const void *headers)
{
	info->sections = headers;
	info->sections_size = sections->headers.size;
	info->nr_sections = sections->nr;
	info->section_names = sections->names;
}

/**
 * kexec_multiboot_tell_rsdp() - let an image be told of ACPI's root pointer
 * @info: what it is told
 * @rsdp: %KEXEC_RSDP_SIZE bytes that begin with it; looked at when @info is written, too
 */
void kexec_multiboot_tell_rsdp(struct kexec_boot_info *info, const u8 *rsdp)
{
	info->rsdp = rsdp;
	info->rsdp_size = rsdp[RSDP_REVISION] ? KEXEC_RSDP_SIZE : RSDP_OLD_SIZE;
}

static void mb1_sections(struct writer *w, const struct kexec_boot_info *info)
{
	if (!info->sections)
		return;
	pad(w, SECTIONS_ALIGN);
	set_flag(w, MB1_SECTIONS);
	set_le32(w, MB1_AT_SECTIONS, info->nr_sections);
	set_le32(w, MB1_AT_SECTIONS + 4, info->sections_size / info->nr_sections);
	set_le32(w, MB1_AT_SECTIONS + 8, mb1_address(w));
	set_le32(w, MB1_AT_SECTIONS + 12, info->section_names);
	put(w, info->sections, info->sections_size);
}

static void mb1_screen(struct writer *w, const struct kexec_framebuffer *screen)
{
	size_t end = w->at;

	if (!screen->addr)
		return;
	set_flag(w, MB1_SCREEN);
	w->at = MB1_AT_SCREEN;
	put_screen(w, screen);
	put_colours(w, screen);
	w->at = end;
}

static void write_v1(struct writer *w, const struct kexec_boot_info *info)
{
	if (w->buf)
		memset(w->buf, 0, MB1_SIZE);
	w->at = MB1_SIZE;
	mb1_screen(w, &info->screen);
	mb1_string(w, MB1_AT_CMDLINE, MB1_CMDLINE, info->cmdline);
	mb1_string(w, MB1_AT_LOADER, MB1_LOADER, info->loader);
	mb1_modules(w, info);
	mb1_ram(w, info);
	mb1_sections(w, info);
}

/* Version 2: a size and a list of tags, each of which begins at a multiple of 8. */

static size_t tag_start(struct writer *w, u32 type)
{
	size_t start;

	pad(w, MB2_ALIGN);
	start = w->at;
	put_le32(w, type);
	w->at += sizeof(u32);	/* room for the size */
	return start;
}

static void tag_end(struct writer *w, size_t start)
{
	set_le32(w, start + 4, w->at - start);
}

static void tag_bytes(struct writer *w, u32 type, const void *data, size_t len)
{
	size_t start = tag_start(w, type);

	put(w, data, len);
	tag_end(w, start);
}

static void tag_string(struct writer *w, u32 type, const char *text)
{
	if (text)
		tag_bytes(w, type, text, strlen(text) + 1);
}

static void tag_value(struct writer *w, u32 type, u64 value, size_t len)
{
	size_t start = tag_start(w, type);

	put_le(w, value, len);
	tag_end(w, start);
}

static void mb2_modules(struct writer *w, const struct kexec_boot_info *info)
{
	const struct kexec_module *module = info->module;
	size_t start;
	u32 i;

	for (i = 0; i < info->nr_modules; i++, module++) {
		start = tag_start(w, MB2_MODULE);
		put_le32(w, module->start);
		put_le32(w, module->end);
		put_string(w, module->cmdline ?: "");
		tag_end(w, start);
	}
}

static void mb2_memory(struct writer *w, const struct kexec_boot_info *info)
{
	size_t start = tag_start(w, MB2_MEMORY);

	put_le32(w, lower_kib(info));
	put_le32(w, upper_kib(info));
	tag_end(w, start);
}

static void mb2_ram(struct writer *w, const struct kexec_boot_info *info)
{
	const struct kexec_ram *ram = info->ram;
	size_t start = tag_start(w, MB2_RAM);
	u32 i;

	put_le32(w, MB2_RAM_SIZE);
	put_le32(w, 0);		/* version of the entries */
	for (i = 0; i < info->nr_ram; i++, ram++) {
		put_le(w, ram->start, sizeof(ram->start));
		put_le(w, ram->size, sizeof(ram->size));
		put_le32(w, ram->type);
		put_le32(w, 0);
	}
	tag_end(w, start);
}

/* The specification's fields are half as wide, in its text; not so in its multiboot2.h. */
static void mb2_sections(struct writer *w, const struct kexec_boot_info *info)
{
	size_t start = tag_start(w, MB2_SECTIONS);

	put_le32(w, info->nr_sections);
	put_le32(w, info->sections_size / info->nr_sections);
	put_le32(w, info->section_names);
	put(w, info->sections, info->sections_size);
	tag_end(w, start);
}

static void mb2_screen(struct writer *w, const struct kexec_framebuffer *screen)
{
	size_t start = tag_start(w, MB2_SCREEN);

	put_screen(w, screen);
	put_le(w, 0, 2);
	if (!screen->text)
		put_colours(w, screen);
	tag_end(w, start);
}

static void mb2_efi_map(struct writer *w, const struct kexec_boot_info *info)
{
	size_t start = tag_start(w, MB2_EFI_MAP);

	put_le32(w, info->efi_desc_size);
	put_le32(w, info->efi_desc_version);
	put(w, info->efi_map, info->efi_map_size);
	tag_end(w, start);
}

static void mb2_firmware(struct writer *w, const struct kexec_boot_info *info)
{
	if (info->efi_systab)
		tag_value(w, MB2_EFI64, info->efi_systab, sizeof(info->efi_systab));
	if (info->rsdp)
		tag_bytes(w, info->rsdp_size > RSDP_OLD_SIZE ? MB2_RSDP_NEW : MB2_RSDP_OLD,
			  info->rsdp, info->rsdp_size);
	if (info->efi_map)
		mb2_efi_map(w, info);
}

static void write_v2(struct writer *w, const struct kexec_boot_info *info)
{
	w->at = sizeof(u32);	/* room for the size */
	put_le32(w, 0);
	tag_string(w, MB2_CMDLINE, info->cmdline);
	tag_string(w, MB2_LOADER, info->loader);
	mb2_modules(w, info);
	if (info->nr_ram) {
		mb2_memory(w, info);
		mb2_ram(w, info);
	}
	if (info->sections)
		mb2_sections(w, info);
	if (info->screen.addr)
		mb2_screen(w, &info->screen);
	mb2_firmware(w, info);
	if (info->load_base)
		tag_value(w, MB2_LOAD_BASE, info->load_base, sizeof(info->load_base));
	tag_end(w, tag_start(w, MB2_END));
	set_le32(w, 0, w->at);
}

static size_t write_info(struct writer *w, u8 version, const struct kexec_boot_info *info)
{
	if (version == 1)
		write_v1(w, info);
	else
		write_v2(w, info);
	return w->at;
}

/**
 * kexec_multiboot_screen() - describe the screen that a kernel was told of
 * @si: what it was told
 * @screen: filled in if that is a linear framebuffer, else left alone
 */
void kexec_multiboot_screen(const struct screen_info *si, struct kexec_framebuffer *screen)
{
	if (si->orig_video_isVGA != VIDEO_TYPE_VLFB && si->orig_video_isVGA != VIDEO_TYPE_EFI)
		return;
	*screen = (struct kexec_framebuffer){
		.addr = si->lfb_base, .pitch = si->lfb_linelength,
		.width = si->lfb_width, .height = si->lfb_height, .depth = si->lfb_depth,
		.position = { si->red_pos, si->green_pos, si->blue_pos },
		.bits = { si->red_size, si->green_size, si->blue_size },
	};
	if (si->capabilities & VIDEO_CAPABILITY_64BIT_BASE)
		screen->addr |= (u64)si->ext_lfb_base << 32;
}

/**
 * kexec_multiboot_info() - write what a multiboot image is told
 * @version: of the specification, 1 or 2
 * @info: what is known
 * @phys: where it will be; a multiple of 8, and no part of it above 4 GiB
 * @buf: where to write it; NULL: nowhere
 * @size: bytes there
 *
 * Modules have to be below 4 GiB.  Of what is not known, nothing is said.
 *
 * Return: bytes it takes.  Nothing is written if @size is less.
 */
size_t kexec_multiboot_info(u8 version, const struct kexec_boot_info *info, u32 phys,
			    void *buf, size_t size)
{
	struct writer w = { .phys = phys };
	size_t need = write_info(&w, version, info);

	if (buf && need <= size) {
		w = (struct writer){ .buf = buf, .phys = phys };
		write_info(&w, version, info);
	}
	return need;
}
