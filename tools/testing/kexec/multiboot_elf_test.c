// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/multiboot_elf.c: where images belong whose multiboot
 * headers give addresses, and whose do not, and what they are told of sections.
 */
#include <elf.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "tap.h"

#define TEXT		0x100000
#define TEXT_MEM	0x3000
#define TOP		0x100000000ULL

/* A file with a segment and two sections. */
struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	Elf64_Shdr sections[2];
	uint8_t text[0x100];
};

static struct image make_image(uint16_t machine, uint64_t addr, uint64_t entry)
{
	return (struct image){
		.header = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = machine, .e_version = EV_CURRENT,
			.e_entry = entry, .e_ehsize = sizeof(Elf64_Ehdr),
			.e_phoff = offsetof(struct image, segment),
			.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
			.e_shoff = offsetof(struct image, sections),
			.e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 2,
		},
		.segment = {
			.p_type = PT_LOAD, .p_offset = offsetof(struct image, text),
			.p_vaddr = addr, .p_paddr = addr,
			.p_filesz = sizeof(((struct image *)0)->text), .p_memsz = TEXT_MEM,
		},
		.sections = {
			[1] = {
				.sh_type = SHT_PROGBITS,
				.sh_offset = offsetof(struct image, text), .sh_size = 0x20,
			},
		},
	};
}

static const struct {
	const char *name;
	uint16_t machine;
	uint64_t addr, entry;
	bool has_entry;		/* in the multiboot header */
	uint32_t mb_entry;
	enum kexec_elf_why why;
} by_elf[] = {
	{ "as its ELF header says", EM_386, TEXT, TEXT, false, 0, KEXEC_ELF_OK },
	{ "x86-64", EM_X86_64, TEXT, TEXT + 8, false, TEXT, KEXEC_ELF_OK },
	{ "another entry", EM_386, TEXT, TEXT, true, TEXT + 0x20, KEXEC_ELF_OK },
	{ "another entry, the last", EM_386, TEXT, TEXT, true, TEXT + TEXT_MEM - 1, KEXEC_ELF_OK },
	{ "another entry, behind it", EM_386, TEXT, TEXT, true, TEXT + TEXT_MEM,
	  KEXEC_ELF_BAD_ENTRY },
	{ "an entry of address 0", EM_386, TEXT, TEXT, true, 0, KEXEC_ELF_BAD_ENTRY },
	{ "an entry behind it", EM_386, TEXT, TEXT + TEXT_MEM, false, 0, KEXEC_ELF_BAD_ENTRY },
	{ "another machine", EM_ARM, TEXT, TEXT, false, 0, KEXEC_ELF_MACHINE },
	{ "up to 4 GiB", EM_X86_64, TOP - TEXT_MEM, TOP - 1, false, 0, KEXEC_ELF_OK },
	{ "beyond 4 GiB", EM_X86_64, TOP - TEXT_MEM + 1, TOP - TEXT_MEM + 1, false, 0,
	  KEXEC_ELF_BEYOND },
	{ "beyond 4 GiB, but for its entry", EM_X86_64, TOP - 1, TOP - 1, true, TOP - 1,
	  KEXEC_ELF_BEYOND },
	{ "32-bit code up to 4 GiB", EM_386, TOP - TEXT_MEM, TOP - 1, false, 0, KEXEC_ELF_OK },
	{ "32-bit code beyond", EM_386, TOP - TEXT_MEM + 1, TOP - 1, false, 0, KEXEC_ELF_BEYOND },
};

static void test_by_elf(void)
{
	struct kexec_multiboot mb = { .version = 1 };
	enum kexec_elf_why why;
	struct kexec_elf elf;
	struct image image;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(by_elf); i++) {
		image = make_image(by_elf[i].machine, by_elf[i].addr, by_elf[i].entry);
		mb.has_entry = by_elf[i].has_entry;
		mb.entry = by_elf[i].mb_entry;
		why = kexec_multiboot_place(&image, sizeof(image), &mb, &elf);
		tap_result(why == by_elf[i].why, "by ELF: %s: %s", by_elf[i].name,
			   kexec_elf_why(why));
		if (!why)
			tap_result(elf.is64 && elf.machine == by_elf[i].machine &&
				   elf.entry == (mb.has_entry ? mb.entry : by_elf[i].entry) &&
				   elf.mem == by_elf[i].addr &&
				   elf.mem_end == by_elf[i].addr + TEXT_MEM,
				   "by ELF: %s: place", by_elf[i].name);
	}
	memset(&image, 0, sizeof(image));
	tap_result(kexec_multiboot_place(&image, sizeof(image), &mb, &elf) == KEXEC_ELF_NO_ELF,
		   "by ELF: no ELF file");
}

/* It does not matter whether the file is an ELF file, then. */
static void test_flat(void)
{
	struct kexec_multiboot mb = {
		.version = 1, .flat = true, .has_entry = true, .entry = TEXT + 0x234,
		.load = { .offset = 0x10, .size = 0x120 }, .load_addr = TEXT, .mem_size = 0x2345,
	};
	const struct kexec_elf_segment segment = {
		.offset = 0x10, .size = 0x120, .mem = TEXT, .mem_size = 0x2345,
	};
	struct image image = make_image(EM_ARM, TEXT, TEXT);
	struct kexec_elf elf;

	tap_result(!kexec_multiboot_place(&image, sizeof(image), &mb, &elf) && !elf.is64 &&
		   !elf.big_endian && !elf.shared && elf.machine == EM_386 &&
		   elf.entry == TEXT + 0x234, "flat: machine and entry");
	tap_result(elf.mem == TEXT && elf.mem_end == TEXT + 0x2345 && elf.nr_segments == 1 &&
		   !memcmp(&elf.segment[0], &segment, sizeof(segment)), "flat: place");
	mb.entry = TEXT + 0x2345;
	tap_result(kexec_multiboot_place(&image, sizeof(image), &mb, &elf) == KEXEC_ELF_BAD_ENTRY,
		   "flat: an entry behind it");
	mb.load_addr = TOP - 0x2345;
	mb.entry = TOP - 1;
	tap_result(!kexec_multiboot_place(&image, sizeof(image), &mb, &elf) &&
		   elf.mem_end == TOP, "flat: up to 4 GiB");
}

static void test_sections(void)
{
	struct image image = make_image(EM_386, TEXT, TEXT);
	struct kexec_multiboot mb = { .version = 2 };
	struct kexec_elf_sections sections;

	tap_result(kexec_multiboot_sections(&image, sizeof(image), &mb, 4, &sections) &&
		   sections.nr == 2 && sections.size == 0x20, "sections, the last place taken");
	tap_result(kexec_multiboot_sections(&image, sizeof(image), &mb, 15, &sections),
		   "sections, room for more");
	tap_result(!kexec_multiboot_sections(&image, sizeof(image), &mb, 3, &sections),
		   "sections, no room for what comes behind them");
	tap_result(!kexec_multiboot_sections(&image, sizeof(image), &mb, 0, &sections),
		   "sections, no room at all");
	mb.flat = true;
	tap_result(!kexec_multiboot_sections(&image, sizeof(image), &mb, 4, &sections),
		   "sections, but the ELF header does not count");
	mb.flat = false;
	image.header.e_shoff = ~0ULL;
	tap_result(!kexec_multiboot_sections(&image, sizeof(image), &mb, 4, &sections),
		   "sections outside of the file");
}

static void test_magic(void)
{
	struct kexec_multiboot mb = { .version = 1 };

	tap_result(kexec_multiboot_magic(&mb) == 0x2badb002, "the magic number of version 1");
	mb.version = 2;
	tap_result(kexec_multiboot_magic(&mb) == 0x36d76289, "the magic number of version 2");
}

int main(void)
{
	test_by_elf();
	test_flat();
	test_sections();
	test_magic();
	return tap_finish();
}
