// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test as a bzImage: the zero page
 * (Documentation/arch/x86/zero-page.rst, Documentation/arch/x86/boot.rst).
 */
#include "kexec_test.h"

const struct format format = {
	.name = FORMAT,
	.module = "initrd",
};

/* Offsets of its fields. */
#define ZERO_PAGE_SIZE		4096
#define VIDEO_TYPE		0x00f
#define LFB_WIDTH		0x012
#define LFB_HEIGHT		0x014
#define LFB_BASE		0x018
#define LFB_BASE_HIGH		0x03a
#define ACPI_RSDP		0x070
#define INITRD_HIGH		0x0c0
#define INITRD_SIZE_HIGH	0x0c4
#define CMDLINE_HIGH		0x0c8
#define EFI_SIGNATURE		0x1c0
#define EFI_SYSTAB		0x1c4
#define EFI_MEMMAP		0x1d0
#define EFI_MEMMAP_SIZE		0x1d4
#define EFI_SYSTAB_HIGH		0x1d8
#define EFI_MEMMAP_HIGH		0x1dc
#define E820_ENTRIES		0x1e8
#define SENTINEL		0x1ef
#define MAGIC			0x202
#define VERSION			0x206
#define LOADER			0x210
#define INITRD			0x218
#define INITRD_SIZE		0x21c
#define CMDLINE			0x228
#define CMDLINE_SIZE		0x238
#define SETUP_DATA		0x250
#define E820_TABLE		0x2d0

#define E820_MAX		128
#define E820_SIZE		20
#define HDRS			0x53726448
#define OUR_VERSION		0x20f
#define VIDEO_VLFB		0x23
#define VIDEO_EFI		0x70
#define EFI_IS_64		0x34364c45	/* EL64 */
#define EFI_IS_32		0x32334c45	/* EL32 */

/* struct setup_data */
#define DATA_NEXT		0
#define DATA_TYPE		8
#define DATA_LEN		12
#define DATA_BYTES		16
#define DATA_E820		1
/* More than there are kinds of it. */
#define DATA_MAX		64

static const u8 *zero_page;

static u64 field(u32 offset, u32 size)
{
	u64 value = 0;

	memcpy(&value, zero_page + offset, size);
	return value;
}

static u64 field_pair(u32 low, u32 high)
{
	return field(low, 4) | field(high, 4) << 32;
}

static u64 cmdline_address(void)
{
	return field_pair(CMDLINE, CMDLINE_HIGH);
}

const char *format_cmdline(const struct entry_state *state)
{
	u64 address;

	if (!reachable(state->si, ZERO_PAGE_SIZE))
		return NULL;
	zero_page = (const u8 *)state->si;
	address = cmdline_address();
	return reachable(address, 1) ? (const char *)(ulong)address : NULL;
}

/* Who enters a kernel by the boot protocol does not expect it back. */
bool format_returns(const struct entry_state *state)
{
	(void)state;
	return false;
}

static void add_e820(struct boot *boot, const u8 *entry, u32 count)
{
	struct { u64 start, size; u32 type; } __packed e;

	for (; count; entry += E820_SIZE, count--) {
		memcpy(&e, entry, sizeof(e));
		add_range(boot, e.start, e.size, e.type);
	}
}

static u64 data_word(u64 at, u32 offset, u32 size)
{
	u64 value = 0;

	memcpy(&value, (const u8 *)(ulong)at + offset, size);
	return value;
}

static void check_setup_data(struct boot *boot)
{
	u64 at = field(SETUP_DATA, 8);
	u32 left = DATA_MAX, type, len;

	for (; reachable(at, DATA_BYTES) && left; at = data_word(at, DATA_NEXT, 8), left--) {
		type = data_word(at, DATA_TYPE, 4);
		len = data_word(at, DATA_LEN, 4);
		say("# setup_data type ");
		say_hex(type);
		say(", bytes ");
		say_hex(len);
		say("\n");
		if (type == DATA_E820)
			add_e820(boot, (const u8 *)(ulong)at + DATA_BYTES, len / E820_SIZE);
	}
	check(!at, "the list of setup_data has an end");
}

static void check_header(void)
{
	check_value("the zero page has the header's magic number", field(MAGIC, 4), HDRS);
	check_value("it has this image's protocol version", field(VERSION, 2), OUR_VERSION);
	check_value("its sentinel is zero", field(SENTINEL, 1), 0);
	check(field(LOADER, 1), "the boot loader has a number");
	fact_hex("loader", field(LOADER, 1));
}

static void check_cmdline(const struct boot *boot)
{
	u64 address = cmdline_address();
	size_t size = field(CMDLINE_SIZE, 4), len;

	if (!address)
		return;
	if (!check(reachable(address, size), "the command line can be addressed"))
		return;
	len = strlen((const char *)(ulong)address);
	check(len <= size, "it is no longer than this image takes");
	check_place(boot, "it lies in RAM, outside of this image", address, len + 1);
}

static void check_registers(const struct entry_state *state)
{
	if (sizeof(ulong) == 8)
		return;
	check_value("EBP is zero", state->bp, 0);
	check_value("EDI is zero", state->di, 0);
	check_value("EBX is zero", state->bx, 0);
}

static void check_video(void)
{
	u64 type = field(VIDEO_TYPE, 1);

	fact_hex("video", type);
	if (type != VIDEO_VLFB && type != VIDEO_EFI)
		return;
	fact_hex("framebuffer", field(LFB_BASE, 4) | field(LFB_BASE_HIGH, 4) << 32);
	check(field(LFB_WIDTH, 2) && field(LFB_HEIGHT, 2), "the frame buffer has a size");
}

static void check_efi(void)
{
	u64 signature = field(EFI_SIGNATURE, 4);
	u64 systab = field_pair(EFI_SYSTAB, EFI_SYSTAB_HIGH);
	u64 map = field_pair(EFI_MEMMAP, EFI_MEMMAP_HIGH);

	if (!signature)
		return;
	fact_hex("efi", systab);
	check(signature == EFI_IS_64 || signature == EFI_IS_32, "EFI is of a known kind");
	check(systab, "EFI has a system table");
	check(reachable(map, field(EFI_MEMMAP_SIZE, 4)), "EFI has a memory map");
}

static void add_initrd(struct boot *boot)
{
	u64 start = field_pair(INITRD, INITRD_HIGH);
	u64 size = field_pair(INITRD_SIZE, INITRD_SIZE_HIGH);

	if (start || size)
		add_module(boot, start, size, NULL);
}

void format_check(const struct entry_state *state, struct boot *boot)
{
	u32 entries;

	check_boot_segments(state);
	check_registers(state);
	if (!check(zero_page, sizeof(ulong) == 8 ? "RSI has a zero page" : "ESI has a zero page"))
		return;
	check_header();
	entries = field(E820_ENTRIES, 1);
	if (check(entries <= E820_MAX, "the E820 map is not longer than it can be"))
		add_e820(boot, zero_page + E820_TABLE, entries);
	check_setup_data(boot);
	check_memory(boot);
	check_place(boot, "the zero page lies in RAM, outside of this image", state->si,
		    ZERO_PAGE_SIZE);
	check_cmdline(boot);
	add_initrd(boot);
	check_modules(boot);
	check_video();
	if (field(ACPI_RSDP, 8))
		check_rsdp("the zero page has ACPI's root pointer", field(ACPI_RSDP, 8));
	check_efi();
}
