// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmlinux: the x86-64 kernel as its payload unpacks to, an ELF file with tables
 * of relocations behind it.
 *
 * The tables come from arch/x86/tools/relocs.c: 32-bit words, each the lower
 * half of the address of a word in the kernel.  A zero word starts each table;
 * the last one ends with the payload.  They are, in this order: 64-bit words to
 * adjust, up to about Linux 6.14 also 32-bit words that shrink as the kernel
 * moves up (references to per-CPU data at absolute 0), and 32-bit words.  The
 * number of zero words tells which of the two layouts it is.
 */
#include <linux/elf.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/kexec_image.h>
#include "reader.h"

#define RELOC_SIZE	4
#define TABLES_MAX	3
/* What the CPU's large pages, and with them the kernel's first ones, need. */
#define BASE_ALIGN	0x200000

static const char * const reasons[] = {
	[KEXEC_VMLINUX_OK] = "nothing is wrong with it",
	[KEXEC_VMLINUX_NO_ELF] = "it is no ELF file",
	[KEXEC_VMLINUX_NOT_X86_64] = "it is no x86-64 program",
	[KEXEC_VMLINUX_BAD_PHDRS] = "its program headers are not usable",
	[KEXEC_VMLINUX_BAD_SECTIONS] = "its section headers make no sense",
	[KEXEC_VMLINUX_TRUNCATED] = "it ends inside of what its headers name",
	[KEXEC_VMLINUX_MANY_SEGMENTS] = "it has too many segments",
	[KEXEC_VMLINUX_BAD_SEGMENT] = "the size of a segment is impossible",
	[KEXEC_VMLINUX_ORDER] = "its segments are not in order",
	[KEXEC_VMLINUX_NO_ROOM] = "its segments cannot be moved where they belong",
	[KEXEC_VMLINUX_BAD_BASE] = "it is linked to an unusual address",
	[KEXEC_VMLINUX_TOO_LARGE] = "it does not fit the kernel's address range",
	[KEXEC_VMLINUX_BAD_ENTRY] = "its entry point lies outside of it",
	[KEXEC_VMLINUX_BAD_TABLES] = "its relocation tables have an unknown layout",
	[KEXEC_VMLINUX_BAD_TARGET] = "a relocation lies outside of it",
};

/* The value of a field of one of the ELF structures at @at. */
#define FIELD(at, type, field) \
	read_le((at) + offsetof(type, field), sizeof(((type *)0)->field))

static enum kexec_vmlinux_why check_ident(const u8 *file, size_t size)
{
	if (size < sizeof(Elf64_Ehdr) || memcmp(file, ELFMAG, SELFMAG))
		return KEXEC_VMLINUX_NO_ELF;
	if (file[EI_CLASS] != ELFCLASS64 || file[EI_DATA] != ELFDATA2LSB ||
	    FIELD(file, Elf64_Ehdr, e_machine) != EM_X86_64 ||
	    FIELD(file, Elf64_Ehdr, e_type) != ET_EXEC)
		return KEXEC_VMLINUX_NOT_X86_64;
	if (FIELD(file, Elf64_Ehdr, e_phentsize) != sizeof(Elf64_Phdr) ||
	    !FIELD(file, Elf64_Ehdr, e_phnum))
		return KEXEC_VMLINUX_BAD_PHDRS;
	return KEXEC_VMLINUX_OK;
}

/* A file being read: its bytes, and where the ELF part of it ends so far. */
struct elf {
	const u8 *file;
	size_t size;
	u64 end;
};

static bool elf_has(struct elf *elf, u64 offset, u64 len)
{
	if (!len)
		return true;
	if (!inside(offset, len, elf->size))
		return false;
	elf->end = max(elf->end, offset + len);
	return true;
}

/* Sections matter only for where the file ends: the table of them comes last. */
static enum kexec_vmlinux_why walk_sections(struct elf *elf)
{
	u64 at = FIELD(elf->file, Elf64_Ehdr, e_shoff);
	u64 n = FIELD(elf->file, Elf64_Ehdr, e_shnum);
	const u8 *section;

	if (!at && !n)
		return KEXEC_VMLINUX_OK;
	if (!n || FIELD(elf->file, Elf64_Ehdr, e_shentsize) != sizeof(Elf64_Shdr))
		return KEXEC_VMLINUX_BAD_SECTIONS;
	if (!elf_has(elf, at, n * sizeof(Elf64_Shdr)))
		return KEXEC_VMLINUX_TRUNCATED;
	for (section = elf->file + at; n--; section += sizeof(Elf64_Shdr)) {
		if (FIELD(section, Elf64_Shdr, sh_type) == SHT_NOBITS ||
		    FIELD(section, Elf64_Shdr, sh_type) == SHT_NULL)
			continue;
		if (!elf_has(elf, FIELD(section, Elf64_Shdr, sh_offset),
			     FIELD(section, Elf64_Shdr, sh_size)))
			return KEXEC_VMLINUX_TRUNCATED;
	}
	return KEXEC_VMLINUX_OK;
}

static enum kexec_vmlinux_why check_base(const u8 *phdr, u64 paddr)
{
	if (!paddr || paddr % BASE_ALIGN || paddr >= KEXEC_UNPACKED_MAX ||
	    FIELD(phdr, Elf64_Phdr, p_vaddr) != KEXEC_KERNEL_MAP + paddr)
		return KEXEC_VMLINUX_BAD_BASE;
	return KEXEC_VMLINUX_OK;
}

/*
 * The first segment is the lowest: physical addresses count from there.  One
 * without bytes covers memory and nothing else: it may name any place in the file.
 */
static enum kexec_vmlinux_why add_segment(struct elf *elf, const u8 *phdr,
					  struct kexec_vmlinux *kernel)
{
	struct kexec_vmlinux_segment *seg = &kernel->segment[kernel->nr_segments];
	u64 offset = FIELD(phdr, Elf64_Phdr, p_offset), paddr = FIELD(phdr, Elf64_Phdr, p_paddr);
	u64 filesz = FIELD(phdr, Elf64_Phdr, p_filesz), memsz = FIELD(phdr, Elf64_Phdr, p_memsz);
	enum kexec_vmlinux_why why;

	if (kernel->nr_segments == KEXEC_VMLINUX_SEGMENTS)
		return KEXEC_VMLINUX_MANY_SEGMENTS;
	if (!elf_has(elf, offset, filesz))
		return KEXEC_VMLINUX_TRUNCATED;
	if (!kernel->base) {
		why = check_base(phdr, paddr);
		if (why)
			return why;
		kernel->base = paddr;
	}
	if (filesz > memsz)
		return KEXEC_VMLINUX_BAD_SEGMENT;
	if (paddr < (u64)kernel->base + kernel->mem_size)
		return KEXEC_VMLINUX_ORDER;
	if (!inside(paddr, memsz, KEXEC_UNPACKED_MAX))
		return KEXEC_VMLINUX_TOO_LARGE;
	kernel->mem_size = paddr - kernel->base + memsz;
	if (!filesz)
		return KEXEC_VMLINUX_OK;
	seg->offset = offset;
	seg->size = filesz;
	seg->mem = paddr - kernel->base;
	kernel->file_size = seg->mem + seg->size;
	kernel->nr_segments++;
	return KEXEC_VMLINUX_OK;
}

static enum kexec_vmlinux_why walk_segments(struct elf *elf, struct kexec_vmlinux *kernel)
{
	u64 at = FIELD(elf->file, Elf64_Ehdr, e_phoff);
	u64 n = FIELD(elf->file, Elf64_Ehdr, e_phnum);
	enum kexec_vmlinux_why why = KEXEC_VMLINUX_OK;
	const u8 *phdr;

	if (!elf_has(elf, at, n * sizeof(Elf64_Phdr)))
		return KEXEC_VMLINUX_TRUNCATED;
	for (phdr = elf->file + at; n-- && !why; phdr += sizeof(Elf64_Phdr))
		if (FIELD(phdr, Elf64_Phdr, p_type) == PT_LOAD)
			why = add_segment(elf, phdr, kernel);
	if (!why && !kernel->nr_segments)
		return KEXEC_VMLINUX_BAD_PHDRS;
	return why;
}

/*
 * Segments are moved towards the start of the file, in order.  No move may
 * reach what a later one still has to read.
 */
static enum kexec_vmlinux_why check_moves(const struct kexec_vmlinux *kernel)
{
	const struct kexec_vmlinux_segment *seg = kernel->segment;
	u64 read = 0;
	u32 i;

	for (i = 0; i < kernel->nr_segments; i++, seg++) {
		if (seg->offset < read || seg->mem > seg->offset)
			return KEXEC_VMLINUX_NO_ROOM;
		read = (u64)seg->offset + seg->size;
	}
	return KEXEC_VMLINUX_OK;
}

static enum kexec_vmlinux_why check_entry(const u8 *file, struct kexec_vmlinux *kernel)
{
	u64 entry = FIELD(file, Elf64_Ehdr, e_entry);

	if (entry < kernel->base || entry - kernel->base >= kernel->file_size)
		return KEXEC_VMLINUX_BAD_ENTRY;
	kernel->entry = entry - kernel->base;
	return KEXEC_VMLINUX_OK;
}

/* Relocations */

static enum kexec_vmlinux_why assign_tables(const struct kexec_reloc_table *table, unsigned int n,
					    struct kexec_vmlinux *kernel)
{
	/* every kernel has pointers in its data; none means that this is no table */
	if (n < 2 || !table[0].count)
		return KEXEC_VMLINUX_BAD_TABLES;
	kernel->add64 = table[0];
	kernel->add32 = table[n - 1];
	if (n == TABLES_MAX)
		kernel->sub32 = table[1];
	return KEXEC_VMLINUX_OK;
}

static enum kexec_vmlinux_why find_tables(const struct elf *elf, struct kexec_vmlinux *kernel)
{
	struct kexec_reloc_table table[TABLES_MAX] = { };
	size_t at = elf->end;
	unsigned int n = 0;

	if (at == elf->size)
		return KEXEC_VMLINUX_OK;
	if ((elf->size - at) % RELOC_SIZE || get_unaligned_le32(elf->file + at))
		return KEXEC_VMLINUX_BAD_TABLES;
	for (; at < elf->size; at += RELOC_SIZE) {
		if (get_unaligned_le32(elf->file + at)) {
			table[n - 1].count++;
			continue;
		}
		if (n == TABLES_MAX)
			return KEXEC_VMLINUX_BAD_TABLES;
		table[n++].offset = at + RELOC_SIZE;
	}
	return assign_tables(table, n, kernel);
}

/* Lower half of the virtual address the image is linked to. */
static u32 link_address(const struct kexec_vmlinux *kernel)
{
	return (u32)KEXEC_KERNEL_MAP + kernel->base;
}

static bool targets_inside(const u8 *file, const struct kexec_vmlinux *kernel,
			   const struct kexec_reloc_table *table, unsigned int width)
{
	const u8 *p = file + table->offset, *end = p + (size_t)table->count * RELOC_SIZE;
	u32 start = link_address(kernel), target;

	for (; p < end; p += RELOC_SIZE) {
		target = get_unaligned_le32(p);
		if (target < start || !inside(target - start, width, kernel->file_size))
			return false;
	}
	return true;
}

static enum kexec_vmlinux_why check_targets(const u8 *file, const struct kexec_vmlinux *kernel)
{
	if (!targets_inside(file, kernel, &kernel->add64, sizeof(u64)) ||
	    !targets_inside(file, kernel, &kernel->sub32, sizeof(u32)) ||
	    !targets_inside(file, kernel, &kernel->add32, sizeof(u32)))
		return KEXEC_VMLINUX_BAD_TARGET;
	return KEXEC_VMLINUX_OK;
}

/**
 * kexec_vmlinux_parse() - read the headers and tables of an unpacked kernel
 * @file: what the payload unpacked to
 * @size: its size in bytes
 * @kernel: filled in; meaningful only if %KEXEC_VMLINUX_OK is returned
 *
 * Checks everything that kexec_vmlinux_place() and kexec_vmlinux_relocate()
 * rely on.  A kernel without relocation tables is fine.
 *
 * Return: %KEXEC_VMLINUX_OK or the first thing that is wrong.
 */
enum kexec_vmlinux_why kexec_vmlinux_parse(const void *file, size_t size,
					   struct kexec_vmlinux *kernel)
{
	struct elf elf = { .file = file, .size = size };
	enum kexec_vmlinux_why why = check_ident(file, size);

	memset(kernel, 0, sizeof(*kernel));
	if (!why)
		why = walk_segments(&elf, kernel);
	if (!why)
		why = walk_sections(&elf);
	if (!why)
		why = check_moves(kernel);
	if (!why)
		why = check_entry(file, kernel);
	if (!why)
		why = find_tables(&elf, kernel);
	if (!why)
		why = check_targets(file, kernel);
	return why;
}

/**
 * kexec_vmlinux_place() - turn the file into the image, in place
 * @file: what kexec_vmlinux_parse() was content with
 * @kernel: what it said
 *
 * The first @kernel->file_size bytes then are the image; the headers are gone,
 * the relocation tables are where they were.
 */
void kexec_vmlinux_place(void *file, const struct kexec_vmlinux *kernel)
{
	const struct kexec_vmlinux_segment *seg = kernel->segment;
	u8 *image = file;
	u32 i, end = 0;

	for (i = 0; i < kernel->nr_segments; i++, seg++) {
		memset(image + end, 0, seg->mem - end);
		memmove(image + seg->mem, image + seg->offset, seg->size);
		end = seg->mem + seg->size;
	}
}

static void add_to_words(u8 *image, const struct kexec_vmlinux *kernel, const u8 *table,
			 u32 count, u32 offset)
{
	u32 start = link_address(kernel);
	u8 *word;

	for (; count--; table += RELOC_SIZE) {
		word = image + (get_unaligned_le32(table) - start);
		put_unaligned_le32(get_unaligned_le32(word) + offset, word);
	}
}

static void add_to_long_words(u8 *image, const struct kexec_vmlinux *kernel, const u8 *table,
			      u32 count, u32 offset)
{
	u32 start = link_address(kernel);
	u8 *word;

	for (; count--; table += RELOC_SIZE) {
		word = image + (get_unaligned_le32(table) - start);
		put_unaligned_le64(get_unaligned_le64(word) + offset, word);
	}
}

/**
 * kexec_vmlinux_relocate() - give the image another virtual address
 * @file: what kexec_vmlinux_place() has made the image
 * @kernel: what kexec_vmlinux_parse() said
 * @offset: bytes above the address it is linked to
 */
void kexec_vmlinux_relocate(void *file, const struct kexec_vmlinux *kernel, u32 offset)
{
	u8 *image = file;

	add_to_words(image, kernel, image + kernel->add32.offset, kernel->add32.count, offset);
	add_to_words(image, kernel, image + kernel->sub32.offset, kernel->sub32.count, -offset);
	add_to_long_words(image, kernel, image + kernel->add64.offset, kernel->add64.count, offset);
}

/**
 * kexec_vmlinux_why() - a reason in words
 * @why: what kexec_vmlinux_parse() returned
 *
 * Return: a clause about "it", without capital letter or full stop.
 */
const char *kexec_vmlinux_why(enum kexec_vmlinux_why why)
{
	if ((unsigned int)why >= ARRAY_SIZE(reasons))
		return "it is damaged";
	return reasons[why];
}
