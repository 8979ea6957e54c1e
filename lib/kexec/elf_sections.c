// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section headers of an ELF file, for who is told of them: an image that looks up
 * its own symbols, say.
 *
 * References: System V ABI, edition 4.1, chapter 4.  Sections without an address are
 * loaded besides, and told to be there, as GNU GRUB does.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "elf_file.h"

/* Alignment of whoever places sections: none can ask for more. */
#define ALIGN_MAX	4096

/**
 * struct section - a section that no segment loads
 * @offset: where its bytes are in the file
 * @size: how many; 0: this one is loaded, or has no bytes
 * @align: power of two that its address has to be a multiple of
 */
struct section {
	u64 offset;
	u64 size;
	u64 align;
};

static struct section read_section(const struct elf_file *elf, u64 header)
{
	struct section section = {
		.offset = FIELD(elf, header, Shdr, sh_offset),
		.size = FIELD(elf, header, Shdr, sh_size),
		.align = FIELD(elf, header, Shdr, sh_addralign),
	};
	u32 type = FIELD(elf, header, Shdr, sh_type);

	if (FIELD(elf, header, Shdr, sh_addr) || type == SHT_NULL || type == SHT_NOBITS)
		section.size = 0;
	if (!section.align)
		section.align = 1;
	return section;
}

static u64 place_behind(u64 at, const struct section *section)
{
	return (at + section->align - 1) & -section->align;
}

/* In a file that is right no two share bytes; twice its size leaves room for alignment. */
static bool measure(const struct elf_file *elf, struct kexec_elf_sections *sections)
{
	u64 at = sections->headers.offset, end = 0;
	struct section section;
	u32 i;

	for (i = 0; i < sections->nr; i++, at += sections->entry_size) {
		section = read_section(elf, at);
		if (!section.size)
			continue;
		if (section.align > ALIGN_MAX || !is_power_of_2(section.align) ||
		    !inside(section.offset, section.size, elf->size))
			return false;
		end = place_behind(end, &section) + section.size;
		if (end > 2 * (u64)elf->size)
			return false;
	}
	sections->size = end;
	return true;
}

/**
 * kexec_elf_sections() - find the section headers of an ELF file
 * @file: the file
 * @size: its size in bytes
 * @sections: filled in; meaningful only if there are some
 *
 * Context: linear in the number of sections, of which there are less than
 * %SHN_LORESERVE.
 *
 * Return: false if there are none, more than their field can count, or big-endian ones; or
 * if they make no sense: they are not in the file, or a section's bytes are not, an alignment
 * is odd, or all sections to load are larger than two files, for they share bytes.
 */
bool kexec_elf_sections(const void *file, size_t size, struct kexec_elf_sections *sections)
{
	struct elf_file elf;

	if (elf_open(&elf, file, size) || elf.big_endian)
		return false;
	*sections = (struct kexec_elf_sections){
		.headers.offset = FIELD(&elf, 0, Ehdr, e_shoff),
		.nr = FIELD(&elf, 0, Ehdr, e_shnum),
		.entry_size = FIELD(&elf, 0, Ehdr, e_shentsize),
		.names = FIELD(&elf, 0, Ehdr, e_shstrndx),
	};
	sections->headers.size = (u64)sections->nr * sections->entry_size;
	/* One has the names: there is one at least. */
	if (sections->names >= sections->nr || sections->nr >= SHN_LORESERVE ||
	    sections->entry_size != SIZE(&elf, Shdr) ||
	    !inside(sections->headers.offset, sections->headers.size, size))
		return false;
	return measure(&elf, sections);
}

static void set_address(const struct elf_file *elf, u8 *header, u64 phys)
{
	if (elf->is64)
		put_unaligned_le64(phys, header + offsetof(Elf64_Shdr, sh_addr));
	else
		put_unaligned_le32(phys, header + offsetof(Elf32_Shdr, sh_addr));
}

/**
 * kexec_elf_copy_sections() - gather section headers, and sections that have no address
 * @file: the file
 * @sections: what kexec_elf_sections() said about it
 * @phys: where @bytes will be, the start of a page
 * @headers: takes @sections->headers.size bytes: the headers, which name addresses of all
 * @bytes: takes @sections->size bytes; those between sections are left as they are
 */
void kexec_elf_copy_sections(const void *file, const struct kexec_elf_sections *sections,
			     u64 phys, void *headers, void *bytes)
{
	const struct elf_file elf = {
		.file = file,
		.is64 = sections->entry_size == sizeof(Elf64_Shdr),
	};
	u64 header = sections->headers.offset, at = 0;
	struct section section;
	u32 i;

	memcpy(headers, elf.file + header, sections->headers.size);
	for (i = 0; i < sections->nr; i++, header += sections->entry_size) {
		section = read_section(&elf, header);
		if (!section.size)
			continue;
		at = place_behind(at, &section);
		memcpy((u8 *)bytes + at, elf.file + section.offset, section.size);
		set_address(&elf, (u8 *)headers + (size_t)i * sections->entry_size, phys + at);
		at += section.size;
	}
}
