// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/multiboot_info.c: what an image is told, read back in
 * the way an image reads it.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/screen_info.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define PHYS	0x7000

static const struct kexec_ram ram[] = {
	{ 0, 0x9f000, 1 }, { 0x9f000, 0x1000, 2 }, { 0x100000, 0x700000, 1 },
	{ 0x800000, 0x800000, 1 }, { 0x1000000, 0x1000, 3 }, { 0x1ffffffff000, 0x1000, 1 },
};

static const struct kexec_module modules[] = {
	{ 0x2000000, 0x2000123, "vmlinuz root=/dev/sda" }, { 0x2001000, 0x2001000, NULL },
	{ 0x2002000, 0x2002001, "initrd" },
};

#define SECTIONS	"The first of two section headers, ........and the second of them, 40 bytes too."

static const struct kexec_boot_info whole = {
	.cmdline = "console=com1", .loader = "kexec", .ram = ram, .nr_ram = ARRAY_SIZE(ram),
	.module = modules, .nr_modules = ARRAY_SIZE(modules),
	.sections = SECTIONS, .sections_size = 80, .nr_sections = 2, .section_names = 1,
	.screen = { 0xfd000000, 4096, 1024, 768, 32, false, { 16, 8, 0 }, { 8, 8, 8 } },
	.rsdp = "RSD PTR of 36 bytes, as of ACPI 2.0.", .rsdp_size = 36,
	.efi_systab = 0x123456789abcdef0, .efi_map = "a map of EFI", .efi_map_size = 12,
	.efi_desc_size = 48, .efi_desc_version = 1, .load_base = 0x200000,
};

/* In a block of just the size that it asks for. */
static struct bytes told(uint8_t version, const struct kexec_boot_info *info)
{
	struct bytes bytes = { NULL, kexec_multiboot_info(version, info, PHYS, NULL, 0) };

	bytes.data = malloc(bytes.size);
	memset(bytes.data, 0xee, bytes.size);
	kexec_multiboot_info(version, info, PHYS, bytes.data, bytes.size - 1);
	tap_result(bytes.data[0] == 0xee && bytes.data[bytes.size - 1] == 0xee,
		   "%u: nothing is written where it does not fit", version);
	tap_result(kexec_multiboot_info(version, info, PHYS, bytes.data, bytes.size) == bytes.size,
		   "%u: %zu bytes, where they fit as where they do not", version, bytes.size);
	return bytes;
}

static uint32_t word(const struct bytes *bytes, size_t at)
{
	return at + 4 <= bytes->size ? get_unaligned_le32(bytes->data + at) : 0xdeadbeef;
}

static uint64_t long_word(const struct bytes *bytes, size_t at)
{
	return word(bytes, at) | (uint64_t)word(bytes, at + 4) << 32;
}

static bool is_text(const struct bytes *bytes, size_t at, const char *text)
{
	return at <= bytes->size && strlen(text) < bytes->size - at &&
	       !strcmp((char *)bytes->data + at, text);
}

static void test_tell_sections(void)
{
	const struct kexec_elf_sections sections = { .headers.size = 80, .nr = 2, .names = 1 };
	struct kexec_boot_info info = { .nr_ram = 3 };

	kexec_multiboot_tell_sections(&info, &sections, whole.sections);
	tap_result(info.sections == whole.sections && info.sections_size == whole.sections_size &&
		   info.nr_sections == whole.nr_sections &&
		   info.section_names == whole.section_names && info.nr_ram == 3,
		   "an image is told of its sections");
}

/* Of all its bytes one alone says whether it is a new one. */
static void test_tell_rsdp(void)
{
	struct kexec_boot_info info = { .nr_ram = 3 };
	uint8_t rsdp[KEXEC_RSDP_SIZE];
	unsigned int i;

	for (i = 0; i < sizeof(rsdp); i++) {
		memset(rsdp, 0, sizeof(rsdp));
		rsdp[i] = 1;
		kexec_multiboot_tell_rsdp(&info, rsdp);
		tap_result(info.rsdp == rsdp && info.rsdp_size == (i == 15 ? 36 : 20) &&
			   info.nr_ram == 3, "an RSDP whose byte %u is not 0: %u bytes", i,
			   info.rsdp_size);
	}
}

static void test_v1_told(void)
{
	struct bytes bytes = told(1, &whole);
	size_t mods = word(&bytes, 24) - PHYS, map = word(&bytes, 48) - PHYS, at;
	unsigned int i;
	bool ok;

	tap_result(word(&bytes, 0) == 0x126d, "1: which fields are valid");
	tap_result(word(&bytes, 4) == 0x9f000 / 1024 && word(&bytes, 8) == 0xf00000 / 1024,
		   "1: lower and upper memory");
	tap_result(is_text(&bytes, word(&bytes, 16) - PHYS, "console=com1") &&
		   is_text(&bytes, word(&bytes, 64) - PHYS, "kexec"), "1: command line, loader");
	ok = word(&bytes, 20) == ARRAY_SIZE(modules) && mods % 4 == 0;
	for (i = 0; i < ARRAY_SIZE(modules); i++)
		ok = ok && word(&bytes, mods + 16 * i) == modules[i].start &&
		     word(&bytes, mods + 16 * i + 4) == modules[i].end &&
		     is_text(&bytes, word(&bytes, mods + 16 * i + 8) - PHYS,
			     modules[i].cmdline ?: "") && !word(&bytes, mods + 16 * i + 12);
	tap_result(ok, "1: modules");
	ok = word(&bytes, 44) == 24 * ARRAY_SIZE(ram);
	for (i = 0; i < ARRAY_SIZE(ram); i++, map += 24)
		ok = ok && word(&bytes, map) == 20 && long_word(&bytes, map + 4) == ram[i].start &&
		     long_word(&bytes, map + 12) == ram[i].size &&
		     word(&bytes, map + 20) == ram[i].type;
	tap_result(ok, "1: memory map");
	at = word(&bytes, 36) - PHYS;
	tap_result(word(&bytes, 28) == 2 && word(&bytes, 32) == 40 && word(&bytes, 40) == 1 &&
		   at % 8 == 0 && at + 80 <= bytes.size && !memcmp(bytes.data + at, SECTIONS, 80),
		   "1: section headers");
	tap_result(long_word(&bytes, 88) == 0xfd000000 && word(&bytes, 96) == 4096 &&
		   word(&bytes, 100) == 1024 && word(&bytes, 104) == 768 &&
		   !memcmp(bytes.data + 108, "\x20\x01\x10\x08\x08\x08\x00\x08", 8), "1: screen");
	free(bytes.data);
}

static void test_v1_little(void)
{
	static const struct kexec_boot_info nothing, text = {
		.screen = { .addr = 0xb8000, .pitch = 160, .width = 80, .height = 25,
			    .text = true },
	};
	struct bytes bytes = told(1, &nothing);

	tap_result(bytes.size == 116 && !word(&bytes, 0), "1: nothing is known");
	free(bytes.data);
	bytes = told(1, &text);
	tap_result(word(&bytes, 0) == 0x1000 && word(&bytes, 108) == 0x0210, "1: a text screen");
	free(bytes.data);
}

/* Whatever is in front of them, words lie where words may, section headers at multiples of 8. */
static void test_alignment(void)
{
	const char *text = "12345678";
	struct kexec_boot_info info = whole;
	size_t len, mods, map, sections;
	struct bytes bytes;
	bool ok = true;

	for (len = 0; len <= strlen(text); len++) {
		info.cmdline = text + len;
		bytes = told(1, &info);
		mods = word(&bytes, 24) - PHYS;
		map = word(&bytes, 48) - PHYS;
		sections = word(&bytes, 36) - PHYS;
		ok = ok && is_text(&bytes, word(&bytes, 16) - PHYS, text + len) &&
		     is_text(&bytes, word(&bytes, 64) - PHYS, "kexec") && mods % 4 == 0 &&
		     map % 4 == 0 && word(&bytes, map) == 20 && sections % 8 == 0 &&
		     word(&bytes, mods) == modules[0].start && sections + 80 == bytes.size &&
		     !memcmp(bytes.data + sections, SECTIONS, 80);
		free(bytes.data);
	}
	tap_result(ok, "1: alignment behind a command line of any length");
}

static void test_sections_alone(void)
{
	const char *text = "12345678";
	struct kexec_boot_info info = {
		.sections = SECTIONS, .sections_size = 80, .nr_sections = 2,
	};
	struct bytes bytes;
	size_t len, at;
	bool ok = true;

	for (len = 0; len <= strlen(text); len++) {
		info.cmdline = text + len;
		bytes = told(1, &info);
		at = word(&bytes, 36) - PHYS;
		ok = ok && at % 8 == 0 && at + 80 == bytes.size &&
		     !memcmp(bytes.data + at, SECTIONS, 80) && word(&bytes, 0) == 0x24;
		free(bytes.data);
	}
	tap_result(ok, "1: alignment of section headers alone");
}

/* How much memory is told of, in KiB from address 0 and from 1 MiB on. */
static const struct {
	const char *name;
	struct kexec_ram ram[2];
	uint32_t lower, upper;
} memory_maps[] = {
	{ "one range over all", { { 0, 0x1000000, 1 } }, 640, 15 * 1024 },
	{ "up to 640 KiB", { { 0, 0xa0000, 1 } }, 640, 0 },
	{ "up to a KiB less", { { 0, 0x9fc00, 1 } }, 639, 0 },
	{ "up to 1 MiB and from there on", { { 0, 0x100000, 1 }, { 0x100000, 0x400, 1 } }, 640, 1 },
	{ "a KiB across 1 MiB", { { 0xffc00, 0x800, 1 } }, 0, 1 },
	{ "nothing at either address", { { 1, 0x1000, 1 }, { 0x100001, 0x1000, 1 } }, 0, 0 },
	{ "up to a gap of a byte", { { 0, 0x1000, 1 }, { 0x1001, 0x1000, 1 } }, 4, 0 },
	{ "not only memory", { { 0, 0x1000, 1 }, { 0x1000, 0x1000, 2 } }, 4, 0 },
	{ "ranges that overlap", { { 0, 0x2000, 1 }, { 0x1000, 0x1400, 1 } }, 9, 0 },
	{ "more than the field can say", { { 0x100000, 1ULL << 42, 1 } }, 0, ~0U },
	{ "as much as the field can say", { { 0x100000, 0x3fffffffc00, 1 } }, 0, ~0U },
	{ "a KiB less", { { 0x100000, 0x3fffffff800, 1 } }, 0, ~1U },
};

static void test_memory(void)
{
	struct kexec_boot_info info = { .nr_ram = 2 };
	struct bytes bytes;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(memory_maps); i++) {
		info.ram = memory_maps[i].ram;
		bytes = told(1, &info);
		tap_result(word(&bytes, 4) == memory_maps[i].lower &&
			   word(&bytes, 8) == memory_maps[i].upper, "1: memory: %s: %u, %u KiB",
			   memory_maps[i].name, word(&bytes, 4), word(&bytes, 8));
		free(bytes.data);
	}
}

/* The only tag of a type, or the one behind a given one; 0 if there is none. */
static size_t tag_after(const struct bytes *bytes, uint32_t type, size_t after)
{
	size_t at;

	for (at = 8; at + 8 <= bytes->size && word(bytes, at + 4) >= 8;
	     at = roundup(at + word(bytes, at + 4), 8))
		if (at > after && word(bytes, at) == type)
			return at;
	return 0;
}

static bool tag_is(const struct bytes *bytes, uint32_t type, const void *data, size_t size)
{
	size_t at = tag_after(bytes, type, 0);

	return at && word(bytes, at + 4) == 8 + size && at + 8 + size <= bytes->size &&
	       !memcmp(bytes->data + at + 8, data, size) && !tag_after(bytes, type, at);
}

static void test_v2_lists(const struct bytes *bytes)
{
	size_t first = tag_after(bytes, 3, 0), second = tag_after(bytes, 3, first);
	size_t third = tag_after(bytes, 3, second), map = tag_after(bytes, 6, 0);
	bool ok = word(bytes, map + 4) == 16 + 24 * ARRAY_SIZE(ram) &&
		  word(bytes, map + 8) == 24 && !word(bytes, map + 12);
	unsigned int i;

	tap_result(first && second && word(bytes, first + 8) == modules[0].start &&
		   word(bytes, first + 12) == modules[0].end &&
		   is_text(bytes, first + 16, modules[0].cmdline) &&
		   word(bytes, first + 4) == 17 + strlen(modules[0].cmdline) &&
		   word(bytes, second + 8) == modules[1].start &&
		   is_text(bytes, second + 16, "") && third &&
		   is_text(bytes, third + 16, modules[2].cmdline) && !tag_after(bytes, 3, third),
		   "2: modules");
	for (i = 0, map += 16; i < ARRAY_SIZE(ram); i++, map += 24)
		ok = ok && long_word(bytes, map) == ram[i].start &&
		     long_word(bytes, map + 8) == ram[i].size &&
		     word(bytes, map + 16) == ram[i].type && !word(bytes, map + 20);
	tap_result(ok, "2: memory map");
}

static void test_v2_told(void)
{
	static const uint32_t memory[] = { 0x9f000 / 1024, 0xf00000 / 1024 };
	static const uint32_t base[] = { 0x200000 };
	static const uint32_t screen[] = {
		0xfd000000, 0, 4096, 1024, 768, 0x0120, 0x08080810, 0x800
	};
	struct bytes bytes = told(2, &whole);
	size_t end = tag_after(&bytes, 0, 0), map = tag_after(&bytes, 17, 0);
	size_t sections = tag_after(&bytes, 9, 0);

	tap_result(word(&bytes, 0) == bytes.size && !word(&bytes, 4), "2: its size");
	tap_result(tag_is(&bytes, 1, "console=com1", 13) && tag_is(&bytes, 2, "kexec", 6),
		   "2: command line, loader");
	tap_result(tag_is(&bytes, 4, memory, sizeof(memory)), "2: lower and upper memory");
	test_v2_lists(&bytes);
	tap_result(tag_is(&bytes, 8, screen, 30), "2: screen");
	tap_result(sections && word(&bytes, sections + 4) == 100 &&
		   word(&bytes, sections + 8) == 2 && word(&bytes, sections + 12) == 40 &&
		   word(&bytes, sections + 16) == 1 &&
		   !memcmp(bytes.data + sections + 20, SECTIONS, 80), "2: section headers");
	tap_result(tag_is(&bytes, 12, &whole.efi_systab, 8), "2: EFI system table");
	tap_result(tag_is(&bytes, 15, whole.rsdp, 36) && !tag_after(&bytes, 14, 0), "2: new RSDP");
	tap_result(map && word(&bytes, map + 4) == 28 && word(&bytes, map + 8) == 48 &&
		   word(&bytes, map + 12) == 1 &&
		   !memcmp(bytes.data + map + 16, "a map of EFI", 12), "2: EFI memory map");
	tap_result(tag_is(&bytes, 21, base, 4), "2: load base");
	tap_result(end && word(&bytes, end + 4) == 8 && end + 8 == bytes.size, "2: an end");
	free(bytes.data);
}

static void test_v2_little(void)
{
	static const struct kexec_boot_info nothing, some = {
		.screen = { .addr = 0xb8000, .pitch = 160, .width = 80, .height = 25,
			    .text = true },
		.rsdp = "RSD PTR, 20 bytes...", .rsdp_size = 20,
	}, longer = {
		.rsdp = "RSD PTR, 21 bytes....", .rsdp_size = 21,
	};
	struct bytes bytes = told(2, &nothing);
	size_t at;

	tap_result(bytes.size == 16 && tag_after(&bytes, 0, 0) == 8, "2: nothing is known");
	free(bytes.data);
	bytes = told(2, &some);
	at = tag_after(&bytes, 8, 0);
	tap_result(at && word(&bytes, at + 4) == 32 && word(&bytes, at + 28) == 0x0210,
		   "2: a text screen");
	tap_result(tag_is(&bytes, 14, some.rsdp, 20) && !tag_after(&bytes, 15, 0), "2: old RSDP");
	free(bytes.data);
	bytes = told(2, &longer);
	tap_result(tag_is(&bytes, 15, longer.rsdp, 21) && !tag_after(&bytes, 14, 0),
		   "2: an RSDP of a byte more is a new one");
	free(bytes.data);
}

static void test_screen(void)
{
	struct kexec_framebuffer screen = {};
	struct screen_info si = {
		.lfb_base = 0xfd000000, .ext_lfb_base = 0x12, .lfb_linelength = 4096,
		.lfb_width = 1024, .lfb_height = 768, .lfb_depth = 32,
		.red_pos = 16, .green_pos = 8, .red_size = 8, .green_size = 8, .blue_size = 8,
	};

	kexec_multiboot_screen(&si, &screen);
	tap_result(!screen.addr && !screen.width, "no screen: a text mode");
	si.orig_video_isVGA = VIDEO_TYPE_VLFB;
	kexec_multiboot_screen(&si, &screen);
	tap_result(!memcmp(&screen, &whole.screen, offsetof(struct kexec_framebuffer, bits) + 3),
		   "screen: VESA");
	si.orig_video_isVGA = VIDEO_TYPE_EFI;
	si.capabilities = VIDEO_CAPABILITY_64BIT_BASE;
	kexec_multiboot_screen(&si, &screen);
	tap_result(screen.addr == 0x12fd000000, "screen: EFI, above 4 GiB");
}

int main(void)
{
	test_tell_sections();
	test_tell_rsdp();
	test_v1_told();
	test_v1_little();
	test_alignment();
	test_sections_alone();
	test_memory();
	test_v2_told();
	test_v2_little();
	test_screen();
	return tap_finish();
}
