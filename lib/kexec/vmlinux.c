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
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include "elf_file.h"

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

/* A file being read, and where the ELF part of it ends so far. */
struct image {
	struct elf_file elf;
	u64 end;
};

static enum kexec_vmlinux_why open_file(struct image *img, const u8 *file, size_t size)
{
	const struct elf_file *elf = &img->elf;
	enum kexec_elf_why why = elf_open(&img->elf, file, size);

	if (why == KEXEC_ELF_NO_ELF)
		return KEXEC_VMLINUX_NO_ELF;
	if (why || !elf->is64 || elf->big_endian ||
	    FIELD(elf, 0, Ehdr, e_machine) != EM_X86_64 || FIELD(elf, 0, Ehdr, e_type) != ET_EXEC)
		return KEXEC_VMLINUX_NOT_X86_64;
	return KEXEC_VMLINUX_OK;
}

static bool file_has(struct image *img, u64 offset, u64 len)
{
	if (!len)
		return true;
	if (!inside(offset, len, img->elf.size))
		return false;
	img->end = max(img->end, offset + len);
	return true;
}

/* Sections matter only for where the file ends: the table of them comes last. */
static enum kexec_vmlinux_why walk_sections(struct image *img)
{
	const struct elf_file *elf = &img->elf;
	u64 at = FIELD(elf, 0, Ehdr, e_shoff), n = FIELD(elf, 0, Ehdr, e_shnum), type;

	if (!at && !n)
		return KEXEC_VMLINUX_OK;
	if (!n || FIELD(elf, 0, Ehdr, e_shentsize) != SIZE(elf, Shdr))
		return KEXEC_VMLINUX_BAD_SECTIONS;
	if (!file_has(img, at, n * SIZE(elf, Shdr)))
		return KEXEC_VMLINUX_TRUNCATED;
	for (; n--; at += SIZE(elf, Shdr)) {
		type = FIELD(elf, at, Shdr, sh_type);
		if (type != SHT_NOBITS && type != SHT_NULL &&
		    !file_has(img, FIELD(elf, at, Shdr, sh_offset), FIELD(elf, at, Shdr, sh_size)))
			return KEXEC_VMLINUX_TRUNCATED;
	}
	return KEXEC_VMLINUX_OK;
}

static enum kexec_vmlinux_why check_base(u64 vaddr, u64 paddr)
{
	if (!paddr || paddr % BASE_ALIGN || paddr >= KEXEC_UNPACKED_MAX ||
	    vaddr != KEXEC_KERNEL_MAP + paddr)
		return KEXEC_VMLINUX_BAD_BASE;
	return KEXEC_VMLINUX_OK;
}

/*
 * The first segment is the lowest: physical addresses count from there.  One
 * without bytes covers memory and nothing else: it may name any place in the file.
 */
static enum kexec_vmlinux_why add_segment(struct image *img, u64 phdr,
					  struct kexec_vmlinux *kernel)
{
	struct kexec_vmlinux_segment *seg = &kernel->segment[kernel->nr_segments];
	const struct elf_file *elf = &img->elf;
	u64 offset = FIELD(elf, phdr, Phdr, p_offset), paddr = FIELD(elf, phdr, Phdr, p_paddr);
	u64 filesz = FIELD(elf, phdr, Phdr, p_filesz), memsz = FIELD(elf, phdr, Phdr, p_memsz);
	enum kexec_vmlinux_why why;

	if (kernel->nr_segments == KEXEC_VMLINUX_SEGMENTS)
		return KEXEC_VMLINUX_MANY_SEGMENTS;
	if (!file_has(img, offset, filesz))
		return KEXEC_VMLINUX_TRUNCATED;
	if (!kernel->base) {
		why = check_base(FIELD(elf, phdr, Phdr, p_vaddr), paddr);
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

static enum kexec_vmlinux_why walk_segments(struct image *img, struct kexec_vmlinux *kernel)
{
	enum kexec_vmlinux_why why = KEXEC_VMLINUX_OK;
	u64 at, n;

	if (elf_phdrs(&img->elf, &at, &n) || !file_has(img, at, n * SIZE(&img->elf, Phdr)))
		return KEXEC_VMLINUX_BAD_PHDRS;
	for (; n-- && !why; at += SIZE(&img->elf, Phdr))
		if (FIELD(&img->elf, at, Phdr, p_type) == PT_LOAD)
			why = add_segment(img, at, kernel);
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

static enum kexec_vmlinux_why check_entry(const struct elf_file *elf,
					  struct kexec_vmlinux *kernel)
{
	u64 entry = FIELD(elf, 0, Ehdr, e_entry);

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

static enum kexec_vmlinux_why find_tables(const struct image *img, struct kexec_vmlinux *kernel)
{
	struct kexec_reloc_table table[TABLES_MAX] = { };
	size_t at = img->end;
	unsigned int n = 0;

	if (at == img->elf.size)
		return KEXEC_VMLINUX_OK;
	if ((img->elf.size - at) % RELOC_SIZE || get_unaligned_le32(img->elf.file + at))
		return KEXEC_VMLINUX_BAD_TABLES;
	for (; at < img->elf.size; at += RELOC_SIZE) {
		if (get_unaligned_le32(img->elf.file + at)) {
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
	struct image img = { };
	enum kexec_vmlinux_why why = open_file(&img, file, size);

	memset(kernel, 0, sizeof(*kernel));
	if (!why)
		why = walk_segments(&img, kernel);
	if (!why)
		why = walk_sections(&img);
	if (!why)
		why = check_moves(kernel);
	if (!why)
		why = check_entry(&img.elf, kernel);
	if (!why)
		why = find_tables(&img, kernel);
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
