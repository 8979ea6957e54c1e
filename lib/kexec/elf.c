// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF executables of any class and byte order, by their program headers.
 *
 * References: System V ABI, edition 4.1, chapters 4 and 5; the generic ABI's
 * draft of 2013 for numbers of program headers that do not fit (PN_XNUM).
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/kexec_timeline_mark.h>
#include <linux/string.h>
#include "elf_file.h"

/* As many as any architecture has (riscv): whole pages do not wrap around, either. */
#define ADDRESS_BITS	56
#define BEYOND_32_BITS	BIT_ULL(32)

static const char * const reasons[] = {
	[KEXEC_ELF_OK] = "nothing is wrong with it",
	[KEXEC_ELF_NO_ELF] = "it is no ELF file",
	[KEXEC_ELF_BAD_HEADER] = "its ELF header makes no sense",
	[KEXEC_ELF_TYPE] = "it is no executable",
	[KEXEC_ELF_BAD_PHDRS] = "its program headers are not inside of it",
	[KEXEC_ELF_DYNAMIC] = "it is not static: it wants a program interpreter",
	[KEXEC_ELF_NOTHING] = "it has nothing to load",
	[KEXEC_ELF_MANY_SEGMENTS] = "it has too many loadable segments",
	[KEXEC_ELF_TRUNCATED] = "it ends inside of a segment",
	[KEXEC_ELF_BAD_SEGMENT] = "a segment is larger in the file than in memory",
	[KEXEC_ELF_WRAPS] = "a segment goes beyond the last address",
	[KEXEC_ELF_OVERLAP] = "its segments overlap",
	[KEXEC_ELF_BAD_ENTRY] = "its entry point lies in none of its segments",
	[KEXEC_ELF_MACHINE] = "it is for another architecture",
	[KEXEC_ELF_BEYOND] = "its 32-bit code lies beyond 4 GiB",
};

/* A file being read, and what is known of its entry point. */
struct image {
	struct elf_file elf;
	u64 entry;
	bool entry_found;
};

static enum kexec_elf_why read_ident(struct elf_file *elf)
{
	const u8 *ident = elf->file;

	if (elf->size < EI_NIDENT || memcmp(ident, ELFMAG, SELFMAG))
		return KEXEC_ELF_NO_ELF;
	elf->is64 = ident[EI_CLASS] == ELFCLASS64;
	elf->big_endian = ident[EI_DATA] == ELFDATA2MSB;
	if ((!elf->is64 && ident[EI_CLASS] != ELFCLASS32) ||
	    (!elf->big_endian && ident[EI_DATA] != ELFDATA2LSB) ||
	    ident[EI_VERSION] != EV_CURRENT)
		return KEXEC_ELF_BAD_HEADER;
	return KEXEC_ELF_OK;
}

/**
 * elf_open() - begin to read an ELF file
 * @elf: filled in
 * @file: the file
 * @size: its size in bytes
 *
 * Return: %KEXEC_ELF_OK if there is an ELF header, all of it; or what is wrong.
 */
enum kexec_elf_why elf_open(struct elf_file *elf, const void *file, size_t size)
{
	enum kexec_elf_why why;

	*elf = (struct elf_file) { .file = file, .size = size };
	why = read_ident(elf);
	if (why)
		return why;
	if (size < SIZE(elf, Ehdr) || FIELD(elf, 0, Ehdr, e_version) != EV_CURRENT ||
	    FIELD(elf, 0, Ehdr, e_ehsize) != SIZE(elf, Ehdr))
		return KEXEC_ELF_BAD_HEADER;
	return KEXEC_ELF_OK;
}

/* A number that does not fit its field is in the first section header instead. */
static enum kexec_elf_why count_phdrs(const struct elf_file *elf, u64 *nr)
{
	u64 section = FIELD(elf, 0, Ehdr, e_shoff);

	*nr = FIELD(elf, 0, Ehdr, e_phnum);
	if (*nr != PN_XNUM)
		return KEXEC_ELF_OK;
	if (!section || !inside(section, SIZE(elf, Shdr), elf->size))
		return KEXEC_ELF_BAD_PHDRS;
	*nr = FIELD(elf, section, Shdr, sh_info);
	return KEXEC_ELF_OK;
}

/**
 * elf_phdrs() - find the program headers
 * @elf: file that elf_open() was content with
 * @at: set to the offset of the first; they follow each other
 * @nr: set to how many there are
 *
 * Return: %KEXEC_ELF_OK if all of them are inside the file; or what is wrong.
 */
enum kexec_elf_why elf_phdrs(const struct elf_file *elf, u64 *at, u64 *nr)
{
	enum kexec_elf_why why = count_phdrs(elf, nr);

	if (why)
		return why;
	*at = FIELD(elf, 0, Ehdr, e_phoff);
	if (!*nr)
		return KEXEC_ELF_NOTHING;
	if (FIELD(elf, 0, Ehdr, e_phentsize) != SIZE(elf, Phdr) ||
	    !inside(*at, *nr * SIZE(elf, Phdr), elf->size))
		return KEXEC_ELF_BAD_PHDRS;
	return KEXEC_ELF_OK;
}

static enum kexec_elf_why read_header(struct image *img, struct kexec_elf *elf)
{
	const struct elf_file *file = &img->elf;
	u16 type = FIELD(file, 0, Ehdr, e_type);

	if (type != ET_EXEC && type != ET_DYN)
		return KEXEC_ELF_TYPE;
	elf->is64 = file->is64;
	elf->big_endian = file->big_endian;
	elf->shared = type == ET_DYN;
	elf->machine = FIELD(file, 0, Ehdr, e_machine);
	img->entry = FIELD(file, 0, Ehdr, e_entry);
	return KEXEC_ELF_OK;
}

/* Keeps the order of addresses. */
static void insert(struct kexec_elf *elf, const struct kexec_elf_segment *seg)
{
	u32 i = elf->nr_segments++;

	for (; i && elf->segment[i - 1].mem > seg->mem; i--)
		elf->segment[i] = elf->segment[i - 1];
	elf->segment[i] = *seg;
}

/* The first segment that has the entry point as a virtual address counts. */
static void look_for_entry(struct image *img, struct kexec_elf *elf,
			   const struct kexec_elf_segment *seg)
{
	u64 offset = img->entry - seg->virt;

	if (img->entry_found || img->entry < seg->virt || offset >= seg->mem_size)
		return;
	img->entry_found = true;
	elf->entry = seg->mem + offset;
}

static enum kexec_elf_why add_segment(struct image *img, struct kexec_elf *elf, u64 phdr)
{
	struct kexec_elf_segment seg = {
		.size = FIELD(&img->elf, phdr, Phdr, p_filesz),
		.mem = FIELD(&img->elf, phdr, Phdr, p_paddr),
		.virt = FIELD(&img->elf, phdr, Phdr, p_vaddr),
		.mem_size = FIELD(&img->elf, phdr, Phdr, p_memsz),
	};

	if (seg.size > seg.mem_size)
		return KEXEC_ELF_BAD_SEGMENT;
	if (!seg.mem_size)
		return KEXEC_ELF_OK;
	if (elf->nr_segments == KEXEC_ELF_SEGMENTS)
		return KEXEC_ELF_MANY_SEGMENTS;
	if (!inside(seg.mem, seg.mem_size, 1ULL << (img->elf.is64 ? ADDRESS_BITS : 32)))
		return KEXEC_ELF_WRAPS;
	/* one without bytes may name any place in the file */
	if (seg.size)
		seg.offset = FIELD(&img->elf, phdr, Phdr, p_offset);
	if (!inside(seg.offset, seg.size, img->elf.size))
		return KEXEC_ELF_TRUNCATED;
	look_for_entry(img, elf, &seg);
	insert(elf, &seg);
	return KEXEC_ELF_OK;
}

static enum kexec_elf_why take_phdr(struct image *img, struct kexec_elf *elf, u64 phdr)
{
	switch (FIELD(&img->elf, phdr, Phdr, p_type)) {
	case PT_LOAD:
		return add_segment(img, elf, phdr);
	case PT_INTERP:
		return KEXEC_ELF_DYNAMIC;
	default:
		return KEXEC_ELF_OK;
	}
}

static enum kexec_elf_why walk_phdrs(struct image *img, struct kexec_elf *elf)
{
	u64 at, nr;
	enum kexec_elf_why why = elf_phdrs(&img->elf, &at, &nr);

	if (why)
		return why;
	for (; nr-- && !why; at += SIZE(&img->elf, Phdr))
		why = take_phdr(img, elf, at);
	if (!why && !elf->nr_segments)
		return KEXEC_ELF_NOTHING;
	return why;
}

static enum kexec_elf_why check_order(struct kexec_elf *elf)
{
	const struct kexec_elf_segment *seg = elf->segment;
	u32 i;

	elf->mem = seg->mem;
	elf->mem_end = seg->mem + seg->mem_size;
	for (i = 1; i < elf->nr_segments; i++) {
		if (seg[i].mem < elf->mem_end)
			return KEXEC_ELF_OVERLAP;
		elf->mem_end = seg[i].mem + seg[i].mem_size;
	}
	return KEXEC_ELF_OK;
}

/**
 * kexec_elf_enter_at() - give a file another entry point than its header has
 * @elf: parsed file
 * @entry: physical address
 *
 * Return: %KEXEC_ELF_OK, or %KEXEC_ELF_BAD_ENTRY if it lies in no segment.
 */
enum kexec_elf_why kexec_elf_enter_at(struct kexec_elf *elf, u64 entry)
{
	const struct kexec_elf_segment *seg = elf->segment;
	u32 i;

	elf->entry = entry;
	for (i = 0; i < elf->nr_segments; i++, seg++)
		if (entry >= seg->mem && entry - seg->mem < seg->mem_size)
			return KEXEC_ELF_OK;
	return KEXEC_ELF_BAD_ENTRY;
}

/**
 * kexec_elf_parse() - read the headers of an ELF executable
 * @file: the file
 * @size: its size in bytes
 * @elf: filled in; meaningful only if %KEXEC_ELF_OK is returned
 *
 * Sections are of no account.  Whether the machine is the right one is the
 * caller's business.
 *
 * Return: %KEXEC_ELF_OK or the first thing that is wrong.
 */
enum kexec_elf_why kexec_elf_parse(const void *file, size_t size, struct kexec_elf *elf)
{
	struct image img = { };
	enum kexec_elf_why why = elf_open(&img.elf, file, size);

	memset(elf, 0, sizeof(*elf));
	if (!why)
		why = read_header(&img, elf);
	if (!why)
		why = walk_phdrs(&img, elf);
	if (!why)
		why = check_order(elf);
	/* what no segment has as a virtual address may be a physical one already */
	if (!why && !img.entry_found)
		why = kexec_elf_enter_at(elf, img.entry);
	return why;
}

/**
 * kexec_elf_check_x86() - can a processor of x86-64 run the file?
 * @elf: parsed file
 *
 * Return: %KEXEC_ELF_OK, %KEXEC_ELF_MACHINE or %KEXEC_ELF_BEYOND.
 */
enum kexec_elf_why kexec_elf_check_x86(const struct kexec_elf *elf)
{
	if ((elf->machine != EM_X86_64 && elf->machine != EM_386) || elf->big_endian)
		return KEXEC_ELF_MACHINE;
	if (elf->machine == EM_386 && elf->mem_end > BEYOND_32_BITS)
		return KEXEC_ELF_BEYOND;
	return KEXEC_ELF_OK;
}

/* Notes */

static bool is_timeline_note(const struct elf_file *elf, u64 at, u64 desc)
{
	static const char name[] = KEXEC_TIMELINE_NOTE_NAME;

	return FIELD(elf, at, Nhdr, n_namesz) == sizeof(name) &&
	       FIELD(elf, at, Nhdr, n_descsz) == sizeof(u32) &&
	       FIELD(elf, at, Nhdr, n_type) == KEXEC_TIMELINE_NOTE_TYPE &&
	       !memcmp(elf->file + at + SIZE(elf, Nhdr), name, sizeof(name)) &&
	       elf_get(elf, desc, sizeof(u32)) == KEXEC_TIMELINE_VERSION;
}

/* Name and descriptor of a note are each padded to a whole number of words. */
static u64 padded(u64 size)
{
	return (size + 3) & ~3ULL;
}

static bool has_timeline_note(const struct elf_file *elf, u64 at, u64 end)
{
	u64 desc, size;

	while (inside(at, SIZE(elf, Nhdr), end)) {
		desc = at + SIZE(elf, Nhdr) + padded(FIELD(elf, at, Nhdr, n_namesz));
		size = FIELD(elf, at, Nhdr, n_descsz);
		if (!inside(desc, size, end))
			return false;
		if (is_timeline_note(elf, at, desc))
			return true;
		at = desc + padded(size);
	}
	return false;
}

/**
 * kexec_elf_timeline() - does a kernel take the record of its handover?
 * @file: an ELF file
 * @size: its size in bytes
 *
 * <linux/kexec_timeline_mark.h> has the note that says so.  Kernels have all notes in
 * one segment; the first one counts.
 *
 * Return: true if so.
 */
bool kexec_elf_timeline(const void *file, size_t size)
{
	struct elf_file elf;
	u64 at, nr, offset, len;

	if (elf_open(&elf, file, size) || elf_phdrs(&elf, &at, &nr))
		return false;
	while (nr && FIELD(&elf, at, Phdr, p_type) != PT_NOTE) {
		at += SIZE(&elf, Phdr);
		nr--;
	}
	if (!nr)
		return false;
	offset = FIELD(&elf, at, Phdr, p_offset);
	len = FIELD(&elf, at, Phdr, p_filesz);
	return inside(offset, len, size) && has_timeline_note(&elf, offset, offset + len);
}

/**
 * kexec_elf_why() - a reason in words
 * @why: what kexec_elf_parse() returned
 *
 * Return: a clause about "it", without capital letter or full stop.
 */
const char *kexec_elf_why(enum kexec_elf_why why)
{
	if ((unsigned int)why >= ARRAY_SIZE(reasons))
		return "it is damaged";
	return reasons[why];
}

static u64 page_of(const struct kexec_elf_segment *seg, u64 page)
{
	return seg->mem & ~(page - 1);
}

/* Extends a run by one more segment, which lies behind all it has. */
static void extend(struct kexec_elf_run *run, const struct kexec_elf_segment *seg, u64 page)
{
	u64 at = seg->mem - run->start;

	if (seg->size)
		run->size = at + seg->size;
	run->mem_size = (at + seg->mem_size + page - 1) & ~(page - 1);
	run->nr++;
}

/**
 * kexec_elf_run() - find the segments that have to be loaded together
 * @elf: parsed file
 * @first: index of the segment to begin with
 * @page: size of a page in bytes
 * @run: filled in; the next one begins at index @run->first + @run->nr
 *
 * Memory is had by pages, and a page belongs to one run only.
 *
 * Return: false if there is no segment of that index.
 */
bool kexec_elf_run(const struct kexec_elf *elf, u32 first, u64 page, struct kexec_elf_run *run)
{
	const struct kexec_elf_segment *seg = elf->segment + first;

	if (first >= elf->nr_segments)
		return false;
	*run = (struct kexec_elf_run) { .start = page_of(seg, page), .first = first };
	do {
		extend(run, seg++, page);
	} while (first + run->nr < elf->nr_segments &&
		 page_of(seg, page) - run->start < run->mem_size);
	return true;
}

/**
 * kexec_elf_whole() - take all segments as one run
 * @elf: parsed file
 * @page: size of a page in bytes
 * @run: filled in
 */
void kexec_elf_whole(const struct kexec_elf *elf, u64 page, struct kexec_elf_run *run)
{
	*run = (struct kexec_elf_run) { .start = page_of(elf->segment, page) };
	while (run->nr < elf->nr_segments)
		extend(run, elf->segment + run->nr, page);
}

/**
 * kexec_elf_copy() - gather the bytes of a run
 * @file: the file
 * @elf: what kexec_elf_parse() said about it
 * @run: the run
 * @buf: takes @run->size bytes; those of no segment are left as they are
 */
void kexec_elf_copy(const void *file, const struct kexec_elf *elf,
		    const struct kexec_elf_run *run, void *buf)
{
	const struct kexec_elf_segment *seg = elf->segment + run->first;
	u32 i;

	for (i = 0; i < run->nr; i++, seg++)
		memcpy((u8 *)buf + (seg->mem - run->start), (const u8 *)file + seg->offset,
		       seg->size);
}
