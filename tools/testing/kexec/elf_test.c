// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/elf.c: executables made up in every class and byte
 * order, whole, cut off and damaged, and the program that runs.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define TEXT		0x100000
#define DATA		0x104000
#define HIGH		0xc0000000
#define TEXT_SIZE	0x700
#define DATA_SIZE	0x200
#define DATA_MEM	0x3000
#define PHDRS		4
#define PHDRS_AT	0x40
#define SHDR_AT		0x180
#define FILE_SIZE	0xa00

/* What is made: fields differ in place, size and byte order. */
struct kind {
	const char *name;
	bool is64;
	bool big_endian;
};

static const struct kind kinds[] = {
	{ "ELF32 little endian", false, false },
	{ "ELF32 big endian", false, true },
	{ "ELF64 little endian", true, false },
	{ "ELF64 big endian", true, true },
};

struct field {
	uint8_t at[2];
	uint8_t size[2];
};

#define FIELD(type, field) { \
	{ offsetof(Elf32_##type, field), offsetof(Elf64_##type, field) }, \
	{ sizeof(((Elf32_##type *)0)->field), sizeof(((Elf64_##type *)0)->field) } }

enum {
	E_TYPE, E_MACHINE, E_VERSION, E_ENTRY, E_PHOFF, E_SHOFF, E_EHSIZE, E_PHENTSIZE, E_PHNUM,
	P_TYPE, P_OFFSET, P_VADDR, P_PADDR, P_FILESZ, P_MEMSZ, S_INFO,
};

static const struct field fields[] = {
	[E_TYPE] = FIELD(Ehdr, e_type),
	[E_MACHINE] = FIELD(Ehdr, e_machine),
	[E_VERSION] = FIELD(Ehdr, e_version),
	[E_ENTRY] = FIELD(Ehdr, e_entry),
	[E_PHOFF] = FIELD(Ehdr, e_phoff),
	[E_SHOFF] = FIELD(Ehdr, e_shoff),
	[E_EHSIZE] = FIELD(Ehdr, e_ehsize),
	[E_PHENTSIZE] = FIELD(Ehdr, e_phentsize),
	[E_PHNUM] = FIELD(Ehdr, e_phnum),
	[P_TYPE] = FIELD(Phdr, p_type),
	[P_OFFSET] = FIELD(Phdr, p_offset),
	[P_VADDR] = FIELD(Phdr, p_vaddr),
	[P_PADDR] = FIELD(Phdr, p_paddr),
	[P_FILESZ] = FIELD(Phdr, p_filesz),
	[P_MEMSZ] = FIELD(Phdr, p_memsz),
	[S_INFO] = FIELD(Shdr, sh_info),
};

static void put(const struct kind *kind, uint8_t *at, unsigned int field, uint64_t value)
{
	unsigned int size = fields[field].size[kind->is64], i;

	at += fields[field].at[kind->is64];
	for (i = 0; i < size; i++, value >>= 8)
		at[kind->big_endian ? size - 1 - i : i] = value;
}

static size_t phdr_size(const struct kind *kind)
{
	return kind->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
}

static uint8_t *phdr_of(const struct kind *kind, const struct bytes *file, unsigned int i)
{
	return file->data + PHDRS_AT + i * phdr_size(kind);
}

static void put_phdr(const struct kind *kind, uint8_t *at, const Elf64_Phdr *phdr)
{
	put(kind, at, P_TYPE, phdr->p_type);
	put(kind, at, P_OFFSET, phdr->p_offset);
	put(kind, at, P_VADDR, phdr->p_vaddr);
	put(kind, at, P_PADDR, phdr->p_paddr);
	put(kind, at, P_FILESZ, phdr->p_filesz);
	put(kind, at, P_MEMSZ, phdr->p_memsz);
}

/* Data first: the parser has to sort. */
static const Elf64_Phdr phdrs[PHDRS] = {
	{ .p_type = PT_LOAD, .p_offset = 0x800, .p_vaddr = HIGH + DATA, .p_paddr = DATA,
	  .p_filesz = DATA_SIZE, .p_memsz = DATA_MEM },
	{ .p_type = PT_LOAD, .p_offset = 0x100, .p_vaddr = HIGH + TEXT, .p_paddr = TEXT,
	  .p_filesz = TEXT_SIZE, .p_memsz = TEXT_SIZE },
	{ .p_type = PT_LOAD, .p_offset = ~0UL, .p_vaddr = HIGH },
	{ .p_type = PT_NOTE, .p_offset = ~0UL, .p_filesz = ~0UL },
};

static struct bytes make_elf(const struct kind *kind)
{
	uint8_t data[FILE_SIZE] = { 0x7f, 'E', 'L', 'F', ELFCLASS32 + kind->is64,
				    ELFDATA2LSB + kind->big_endian, EV_CURRENT };
	struct bytes file = bytes_copy(data, sizeof(data));
	unsigned int i;

	put(kind, file.data, E_TYPE, ET_EXEC);
	put(kind, file.data, E_MACHINE, EM_386);
	put(kind, file.data, E_VERSION, EV_CURRENT);
	put(kind, file.data, E_ENTRY, HIGH + TEXT + 0x10);
	put(kind, file.data, E_PHOFF, PHDRS_AT);
	put(kind, file.data, E_EHSIZE, kind->is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
	put(kind, file.data, E_PHENTSIZE, phdr_size(kind));
	put(kind, file.data, E_PHNUM, PHDRS);
	for (i = 0; i < PHDRS; i++)
		put_phdr(kind, phdr_of(kind, &file, i), &phdrs[i]);
	return file;
}

static bool is_segment(const struct kexec_elf_segment *seg, const Elf64_Phdr *phdr)
{
	return seg->offset == phdr->p_offset && seg->size == phdr->p_filesz &&
	       seg->mem == phdr->p_paddr && seg->mem_size == phdr->p_memsz;
}

static void test_whole(const struct kind *kind)
{
	struct bytes file = make_elf(kind);
	struct kexec_elf elf;
	enum kexec_elf_why why = kexec_elf_parse(file.data, file.size, &elf);

	tap_result(!why && elf.is64 == kind->is64 && elf.big_endian == kind->big_endian &&
		   !elf.shared && elf.machine == EM_386 && elf.nr_segments == 2 &&
		   is_segment(&elf.segment[0], &phdrs[1]) &&
		   is_segment(&elf.segment[1], &phdrs[0]) &&
		   elf.mem == TEXT && elf.mem_end == DATA + DATA_MEM,
		   "%s: segments are sorted: %s", kind->name, kexec_elf_why(why));
	tap_result(elf.entry == TEXT + 0x10, "%s: the entry point becomes physical", kind->name);
	put(kind, file.data, E_TYPE, ET_DYN);
	put(kind, file.data, E_ENTRY, DATA + DATA_MEM - 1);
	tap_result(!kexec_elf_parse(file.data, file.size, &elf) && elf.shared &&
		   elf.entry == DATA + DATA_MEM - 1,
		   "%s: a shared one, with a physical entry point", kind->name);
	free(file.data);
}

/* Damage: bytes of the identification, or a field of a header. */
static const struct {
	const char *name;
	int header;		/* -1: the file's, else a program header's number */
	unsigned int field;
	uint64_t value;
	enum kexec_elf_why why;
} damage[] = {
	{ "an object", -1, E_TYPE, ET_REL, KEXEC_ELF_TYPE },
	{ "a core", -1, E_TYPE, ET_CORE, KEXEC_ELF_TYPE },
	{ "another version", -1, E_VERSION, 2, KEXEC_ELF_BAD_HEADER },
	{ "an odd header", -1, E_EHSIZE, 16, KEXEC_ELF_BAD_HEADER },
	{ "odd program headers", -1, E_PHENTSIZE, 16, KEXEC_ELF_BAD_PHDRS },
	{ "no program headers", -1, E_PHNUM, 0, KEXEC_ELF_NOTHING },
	{ "program headers behind the end", -1, E_PHOFF, FILE_SIZE - 8, KEXEC_ELF_BAD_PHDRS },
	{ "program headers at the last address", -1, E_PHOFF, ~0ULL, KEXEC_ELF_BAD_PHDRS },
	{ "more program headers than bytes", -1, E_PHNUM, 0xfffe, KEXEC_ELF_BAD_PHDRS },
	{ "a number of them that is nowhere", -1, E_PHNUM, PN_XNUM, KEXEC_ELF_BAD_PHDRS },
	{ "an entry below", -1, E_ENTRY, TEXT - 1, KEXEC_ELF_BAD_ENTRY },
	{ "an entry between segments", -1, E_ENTRY, TEXT + TEXT_SIZE, KEXEC_ELF_BAD_ENTRY },
	{ "an entry behind", -1, E_ENTRY, HIGH + DATA + DATA_MEM, KEXEC_ELF_BAD_ENTRY },
	{ "an interpreter", 3, P_TYPE, PT_INTERP, KEXEC_ELF_DYNAMIC },
	{ "more bytes than memory", 0, P_MEMSZ, DATA_SIZE - 1, KEXEC_ELF_BAD_SEGMENT },
	{ "bytes without memory", 2, P_FILESZ, 1, KEXEC_ELF_BAD_SEGMENT },
	{ "bytes behind the end", 0, P_OFFSET, FILE_SIZE - DATA_SIZE + 1, KEXEC_ELF_TRUNCATED },
	{ "bytes that wrap around", 0, P_OFFSET, -0x100ULL, KEXEC_ELF_TRUNCATED },
	{ "the last bytes of the file", 0, P_OFFSET, FILE_SIZE - DATA_SIZE, KEXEC_ELF_OK },
	{ "memory that wraps around", 0, P_MEMSZ, ~0ULL, KEXEC_ELF_WRAPS },
	{ "memory at the last address", 0, P_PADDR, ~0ULL, KEXEC_ELF_WRAPS },
	{ "segments that overlap", 0, P_PADDR, TEXT + TEXT_SIZE - 1, KEXEC_ELF_OVERLAP },
	{ "segments that touch", 0, P_PADDR, TEXT + TEXT_SIZE, KEXEC_ELF_OK },
};

static void test_damage(const struct kind *kind)
{
	enum kexec_elf_why why;
	struct kexec_elf elf;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		file = make_elf(kind);
		put(kind, damage[i].header < 0 ? file.data :
			  phdr_of(kind, &file, damage[i].header), damage[i].field, damage[i].value);
		why = kexec_elf_parse(file.data, file.size, &elf);
		tap_result(why == damage[i].why, "%s: %s: %s", kind->name, damage[i].name,
			   kexec_elf_why(why));
		free(file.data);
	}
}

static void test_ident(void)
{
	static const struct {
		unsigned int at;
		uint8_t value;
		enum kexec_elf_why why;
	} bad[] = {
		{ 0, 'E', KEXEC_ELF_NO_ELF }, { EI_CLASS, 0, KEXEC_ELF_BAD_HEADER },
		{ EI_CLASS, 3, KEXEC_ELF_BAD_HEADER }, { EI_DATA, 0, KEXEC_ELF_BAD_HEADER },
		{ EI_DATA, 3, KEXEC_ELF_BAD_HEADER }, { EI_VERSION, 0, KEXEC_ELF_BAD_HEADER },
	};
	struct kexec_elf elf;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		file = make_elf(&kinds[2]);
		file.data[bad[i].at] = bad[i].value;
		tap_result(kexec_elf_parse(file.data, file.size, &elf) == bad[i].why,
			   "byte %u is %u: %s", bad[i].at, bad[i].value,
			   kexec_elf_why(bad[i].why));
		free(file.data);
	}
	file = make_elf(&kinds[2]);
	tap_result(kexec_elf_parse(file.data, EI_NIDENT - 1, &elf) == KEXEC_ELF_NO_ELF &&
		   kexec_elf_parse(file.data, EI_NIDENT, &elf) == KEXEC_ELF_BAD_HEADER,
		   "an identification that is cut off, and nothing behind it");
	tap_result(kexec_elf_parse(file.data, sizeof(Elf64_Ehdr) - 1, &elf) ==
		   KEXEC_ELF_BAD_HEADER &&
		   kexec_elf_parse(file.data, sizeof(Elf64_Ehdr), &elf) == KEXEC_ELF_BAD_PHDRS,
		   "a header that is cut off, and nothing behind it");
	free(file.data);
}

/* The last byte that there can be, and one more. */
static void test_last(const struct kind *kind)
{
	uint64_t limit = kind->is64 ? 1ULL << 56 : 1ULL << 32;
	struct bytes file = make_elf(kind);
	struct kexec_elf elf;

	put(kind, phdr_of(kind, &file, 0), P_PADDR, limit - DATA_MEM);
	tap_result(!kexec_elf_parse(file.data, file.size, &elf) && elf.mem_end == limit,
		   "%s: memory up to the last address", kind->name);
	put(kind, phdr_of(kind, &file, 0), P_PADDR, limit - DATA_MEM + 1);
	tap_result(kexec_elf_parse(file.data, file.size, &elf) == KEXEC_ELF_WRAPS,
		   "%s: a byte beyond", kind->name);
	free(file.data);
}

/* Program headers are found behind the file's own bytes. */
static struct bytes make_many(const struct kind *kind, unsigned int nr)
{
	struct bytes small = make_elf(kind), file;
	Elf64_Phdr phdr = { .p_type = PT_LOAD, .p_memsz = 0x10 };
	unsigned int i;

	file.size = small.size + nr * phdr_size(kind);
	file.data = calloc(1, file.size);
	memcpy(file.data, small.data, small.size);
	free(small.data);
	for (i = 0; i < nr; i++) {
		phdr.p_paddr = TEXT + 0x10 * (nr - i);
		phdr.p_vaddr = phdr.p_paddr;
		put_phdr(kind, file.data + FILE_SIZE + i * phdr_size(kind), &phdr);
	}
	put(kind, file.data, E_PHOFF, FILE_SIZE);
	put(kind, file.data, E_PHNUM, nr);
	put(kind, file.data, E_ENTRY, TEXT + 0x10);
	return file;
}

static void test_many_segments(const struct kind *kind)
{
	struct bytes file = make_many(kind, KEXEC_ELF_SEGMENTS + 1);
	struct kexec_elf elf;
	bool sorted;
	unsigned int i;

	tap_result(kexec_elf_parse(file.data, file.size, &elf) == KEXEC_ELF_MANY_SEGMENTS,
		   "%s: %u segments are too many", kind->name, KEXEC_ELF_SEGMENTS + 1);
	put(kind, file.data, E_PHNUM, KEXEC_ELF_SEGMENTS);
	put(kind, file.data, E_ENTRY, TEXT + 0x20);
	sorted = !kexec_elf_parse(file.data, file.size, &elf);
	for (i = 1; i < elf.nr_segments; i++)
		sorted = sorted && elf.segment[i - 1].mem < elf.segment[i].mem;
	tap_result(sorted && elf.nr_segments == KEXEC_ELF_SEGMENTS,
		   "%s: one fewer are not, and get sorted", kind->name);
	for (i = 0; i < KEXEC_ELF_SEGMENTS; i++)
		put(kind, file.data + FILE_SIZE + i * phdr_size(kind), P_TYPE, PT_NULL);
	tap_result(kexec_elf_parse(file.data, file.size, &elf) == KEXEC_ELF_NOTHING,
		   "%s: none are too few", kind->name);
	free(file.data);
}

/* More program headers than their number's field can say. */
static void test_xnum(const struct kind *kind)
{
	struct bytes file = make_many(kind, 0x10002);
	struct kexec_elf elf;
	unsigned int i;

	for (i = 1; i < 0x10002; i++)
		put(kind, file.data + FILE_SIZE + i * phdr_size(kind), P_TYPE, PT_NULL);
	put(kind, file.data, E_PHNUM, PN_XNUM);
	put(kind, file.data, E_SHOFF, SHDR_AT);
	put(kind, file.data, E_ENTRY, TEXT + 0x100020);
	put(kind, file.data + SHDR_AT, S_INFO, 0x10002);
	tap_result(!kexec_elf_parse(file.data, file.size, &elf) && elf.nr_segments == 1,
		   "%s: 65538 program headers", kind->name);
	put(kind, file.data + SHDR_AT, S_INFO, 0x10003);
	tap_result(kexec_elf_parse(file.data, file.size, &elf) == KEXEC_ELF_BAD_PHDRS,
		   "%s: one more than there are", kind->name);
	put(kind, file.data, E_SHOFF, file.size - 8);
	tap_result(kexec_elf_parse(file.data, file.size, &elf) == KEXEC_ELF_BAD_PHDRS,
		   "%s: their number behind the end", kind->name);
	free(file.data);
}

/* Every part of a file from its start on, in a block of just that size. */
static void test_cuts(const struct kind *kind)
{
	struct bytes whole = make_elf(kind), cut;
	struct kexec_elf elf;
	bool refused = true;
	size_t size;

	for (size = 0; size < whole.size; size++) {
		cut = bytes_copy(whole.data, size);
		refused = refused && kexec_elf_parse(cut.data, size, &elf);
		free(cut.data);
	}
	tap_result(refused, "%s: refused wherever it is cut off", kind->name);
	free(whole.data);
}

static void test_noise(const struct kind *kind)
{
	struct bytes whole = make_elf(kind), file;
	struct kexec_elf elf;
	unsigned int i, j, taken = 0;

	for (i = 0; i < 20000; i++) {
		file = bytes_copy(whole.data, whole.size);
		for (j = 0; j < 3; j++)
			file.data[next_random() % (PHDRS_AT + PHDRS * phdr_size(kind))] =
				next_random();
		taken += !kexec_elf_parse(file.data, file.size, &elf) && elf.mem < elf.mem_end &&
			 elf.entry >= elf.mem && elf.entry < elf.mem_end;
		free(file.data);
	}
	tap_result(taken > 100, "%s: survives 20000 changed headers, %u of which it takes",
		   kind->name, taken);
	free(whole.data);
}

/* What a virtual entry point becomes; both segments may have it, one below the last address. */
static void test_entry(const struct kind *kind)
{
	uint64_t last = kind->is64 ? ~0ULL : ~0U;
	struct bytes file = make_elf(kind);
	struct kexec_elf elf;

	put(kind, file.data, E_ENTRY, HIGH + TEXT);
	tap_result(!kexec_elf_parse(file.data, file.size, &elf) && elf.entry == TEXT,
		   "%s: an entry point at the first byte of a segment", kind->name);
	put(kind, phdr_of(kind, &file, 0), P_VADDR, HIGH + TEXT);
	tap_result(!kexec_elf_parse(file.data, file.size, &elf) && elf.entry == DATA,
		   "%s: an entry point in two segments is the first one's", kind->name);
	put(kind, phdr_of(kind, &file, 0), P_VADDR, last - 0xff);
	put(kind, file.data, E_ENTRY, 0x80);
	tap_result(kexec_elf_parse(file.data, file.size, &elf) == KEXEC_ELF_BAD_ENTRY,
		   "%s: a segment does not go on at address 0", kind->name);
	free(file.data);
}

/* Another entry point than the header's: in a segment, and just outside. */
static void test_enter_at(void)
{
	struct bytes file = make_elf(&kinds[2]);
	struct kexec_elf elf;

	kexec_elf_parse(file.data, file.size, &elf);
	elf.segment[elf.nr_segments] = (struct kexec_elf_segment) {
		.mem = elf.mem_end, .mem_size = 1
	};
	tap_result(!kexec_elf_enter_at(&elf, TEXT + 1) && elf.entry == TEXT + 1,
		   "an entry point inside a segment");
	tap_result(!kexec_elf_enter_at(&elf, TEXT) && !kexec_elf_enter_at(&elf, DATA) &&
		   !kexec_elf_enter_at(&elf, elf.mem_end - 1),
		   "an entry point at the first and the last byte of a segment");
	tap_result(kexec_elf_enter_at(&elf, TEXT + TEXT_SIZE) == KEXEC_ELF_BAD_ENTRY,
		   "an entry point between them");
	tap_result(kexec_elf_enter_at(&elf, TEXT - 1) == KEXEC_ELF_BAD_ENTRY,
		   "an entry point below all of them");
	tap_result(kexec_elf_enter_at(&elf, elf.mem_end) == KEXEC_ELF_BAD_ENTRY,
		   "an entry point behind all of them");
	free(file.data);
}

/*
 * Three that share pages, the last of them bss, and one that begins with a page of its own.
 * Behind them nothing counts.
 */
static const struct kexec_elf paged = {
	.nr_segments = 4,
	.segment = {
		{ .offset = 0x10, .size = 0x10, .mem = 0x100800, .mem_size = 0x400 },
		{ .offset = 0x40, .size = 0x20, .mem = 0x100f00, .mem_size = 0x200 },
		{ .mem = 0x101f00, .mem_size = 0x100 },
		{ .offset = 0x60, .size = 8, .mem = 0x102000, .mem_size = 0x1000 },
		{ .offset = 0x60, .size = 8, .mem = 0x102100, .mem_size = 0x1000 },
	},
};

/* A byte more than a page, and not at the start of one. */
static const struct kexec_elf odd = {
	.nr_segments = 1,
	.segment = { { .size = 1, .mem = 0x100001, .mem_size = 0x1000 } },
};

static bool is_run(const struct kexec_elf_run *run, uint64_t start, uint64_t size,
		   uint64_t mem_size, unsigned int first, unsigned int nr)
{
	return run->start == start && run->size == size && run->mem_size == mem_size &&
	       run->first == first && run->nr == nr;
}

static void test_runs(void)
{
	struct kexec_elf_run run;

	tap_result(kexec_elf_run(&paged, 0, 0x1000, &run) &&
		   is_run(&run, 0x100000, 0xf20, 0x2000, 0, 3), "a run of those that share pages");
	tap_result(kexec_elf_run(&paged, 1, 0x1000, &run) &&
		   is_run(&run, 0x100000, 0xf20, 0x2000, 1, 2), "a run from its second segment on");
	tap_result(kexec_elf_run(&paged, 3, 0x1000, &run) &&
		   is_run(&run, 0x102000, 8, 0x1000, 3, 1), "a run of the last segment");
	tap_result(kexec_elf_run(&paged, 0, 0x200, &run) &&
		   is_run(&run, 0x100800, 0x10, 0x400, 0, 1), "with smaller pages none are shared");
	tap_result(!kexec_elf_run(&paged, 4, 0x1000, &run), "no run behind the last segment");
	kexec_elf_whole(&paged, 0x1000, &run);
	tap_result(is_run(&run, 0x100000, 0x2008, 0x3000, 0, 4), "all segments as one run");
	tap_result(kexec_elf_run(&odd, 0, 0x1000, &run) &&
		   is_run(&run, 0x100000, 2, 0x2000, 0, 1), "whole pages of odd bytes");
}

/* In blocks of just their sizes; what no segment has stays as it was. */
static void test_copy(void)
{
	struct bytes file = { malloc(0x68), 0x68 }, to = { malloc(0xf20), 0xf20 };
	struct bytes all = { malloc(0x2008), 0x2008 };
	uint8_t expected[0xf20];
	struct kexec_elf_run run;
	size_t i;

	for (i = 0; i < file.size; i++)
		file.data[i] = i;
	memset(to.data, 0xaa, to.size);
	memset(expected, 0xaa, sizeof(expected));
	memcpy(expected + 0xf00, file.data + 0x40, 0x20);
	kexec_elf_run(&paged, 1, 0x1000, &run);
	kexec_elf_copy(file.data, &paged, &run, to.data);
	tap_result(!memcmp(to.data, expected, to.size), "the bytes of a run's second segment");
	memcpy(expected + 0x800, file.data + 0x10, 0x10);
	kexec_elf_run(&paged, 0, 0x1000, &run);
	kexec_elf_copy(file.data, &paged, &run, to.data);
	tap_result(!memcmp(to.data, expected, to.size), "the bytes of a whole run");
	kexec_elf_whole(&paged, 0x1000, &run);
	kexec_elf_copy(file.data, &paged, &run, all.data);
	tap_result(!memcmp(all.data + 0x800, file.data + 0x10, 0x10) &&
		   !memcmp(all.data + 0x2000, file.data + 0x60, 8), "the bytes of all segments");
	free(all.data);
	free(to.data);
	free(file.data);
}

static void test_x86(void)
{
	static const struct {
		struct kexec_elf elf;
		enum kexec_elf_why why;
	} files[] = {
		{ { .machine = EM_X86_64, .mem_end = 1ULL << 40 }, KEXEC_ELF_OK },
		{ { .machine = EM_386, .mem_end = 1ULL << 32 }, KEXEC_ELF_OK },
		{ { .machine = EM_386, .mem_end = (1ULL << 32) + 1 }, KEXEC_ELF_BEYOND },
		{ { .machine = EM_AARCH64 }, KEXEC_ELF_MACHINE },
		{ { .machine = EM_X86_64, .big_endian = true }, KEXEC_ELF_MACHINE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		tap_result(kexec_elf_check_x86(&files[i].elf) == files[i].why,
			   "machine %u up to %#llx: %s", files[i].elf.machine,
			   (unsigned long long)files[i].elf.mem_end, kexec_elf_why(files[i].why));
}

#define NOTES_AT	0x300

/* A note before the one that is looked for; words as they are in memory here. */
struct notes {
	uint32_t other[3];
	char other_name[8];
	char other_desc[4];
	uint32_t head[3];
	char name[8];
	uint32_t version;
};

static const struct notes timeline_notes = {
	{ 6, 1, 0x6b78 }, "Linux", { 1 }, { 6, 4, 0x6b78 }, "kexec", 2
};

static bool says_timeline(const struct notes *notes, uint64_t at, uint64_t size)
{
	struct bytes file = make_elf(&kinds[2]);
	bool says;

	memcpy(file.data + NOTES_AT, notes, sizeof(*notes));
	memcpy(file.data + FILE_SIZE - sizeof(*notes), notes, sizeof(*notes));
	put(&kinds[2], phdr_of(&kinds[2], &file, 3), P_OFFSET, at);
	put(&kinds[2], phdr_of(&kinds[2], &file, 3), P_FILESZ, size);
	says = kexec_elf_timeline(file.data, file.size);
	free(file.data);
	return says;
}

/* The note by which a kernel says that it takes the record of its handover. */
static void test_timeline_note(void)
{
	static const struct {
		const char *name;
		uint32_t at, value;
	} damage[] = {
		{ "of another version", offsetof(struct notes, version), 1 },
		{ "of another type", offsetof(struct notes, head[2]), 0x6b79 },
		{ "with a longer name", offsetof(struct notes, head[0]), 7 },
		{ "without a descriptor", offsetof(struct notes, head[1]), 0 },
		{ "with a descriptor that leaves the segment", offsetof(struct notes, head[1]), 5 },
		{ "of another owner", offsetof(struct notes, name), 0x6378656b },
		{ "behind a name of 2^32-1 bytes", offsetof(struct notes, other[0]), ~0U },
		{ "behind a descriptor of 2^32-1 bytes", offsetof(struct notes, other[1]), ~0U },
	};
	const size_t size = sizeof(timeline_notes);
	struct notes notes;
	unsigned int i;

	tap_result(says_timeline(&timeline_notes, NOTES_AT, size), "the timeline's note");
	tap_result(says_timeline(&timeline_notes, FILE_SIZE - size, size),
		   "the timeline's note at the file's end");
	tap_result(!says_timeline(&timeline_notes, FILE_SIZE - size, size + 1) &&
		   !says_timeline(&timeline_notes, NOTES_AT, ~0ULL) &&
		   !says_timeline(&timeline_notes, -8ULL, size),
		   "no note where the segment leaves the file");
	for (i = 0; i < size; i++)
		tap_result(!says_timeline(&timeline_notes, NOTES_AT, i),
			   "no note in the first %u bytes of it", i);
	notes = timeline_notes;
	notes.other[1] = sizeof(notes.other_desc);
	tap_result(says_timeline(&notes, NOTES_AT, size), "a note behind one of whole words");
	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		notes = timeline_notes;
		memcpy((uint8_t *)&notes + damage[i].at, &damage[i].value, 4);
		tap_result(!says_timeline(&notes, NOTES_AT, size), "a note %s is another one",
			   damage[i].name);
	}
}

/* In a file that says less of itself than where its notes are. */
static void test_timeline_cuts(void)
{
	struct bytes whole = make_elf(&kinds[2]), cut;
	bool says = false;
	size_t size;

	memcpy(whole.data + NOTES_AT, &timeline_notes, sizeof(timeline_notes));
	put(&kinds[2], phdr_of(&kinds[2], &whole, 3), P_OFFSET, NOTES_AT);
	put(&kinds[2], phdr_of(&kinds[2], &whole, 3), P_FILESZ, sizeof(timeline_notes));
	for (size = 0; size < NOTES_AT + sizeof(timeline_notes); size++) {
		cut = bytes_copy(whole.data, size);
		says = says || kexec_elf_timeline(cut.data, size);
		free(cut.data);
	}
	tap_result(!says && kexec_elf_timeline(whole.data, whole.size),
		   "the timeline's note: none wherever the file is cut off before its end");
	put(&kinds[2], phdr_of(&kinds[2], &whole, 3), P_TYPE, PT_NULL);
	tap_result(!kexec_elf_timeline(whole.data, whole.size), "no note where no segment has any");
	free(whole.data);
}

static void test_self(const char *path)
{
	struct bytes file = bytes_read(path);
	struct kexec_elf elf;
	enum kexec_elf_why why = kexec_elf_parse(file.data, file.size, &elf);

	tap_result(why == KEXEC_ELF_DYNAMIC, "this program: %s", kexec_elf_why(why));
	free(file.data);
}

int main(int argc __maybe_unused, char **argv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		test_whole(&kinds[i]);
		test_entry(&kinds[i]);
		test_damage(&kinds[i]);
		test_last(&kinds[i]);
		test_many_segments(&kinds[i]);
		test_xnum(&kinds[i]);
		test_cuts(&kinds[i]);
	}
	test_ident();
	test_enter_at();
	test_runs();
	test_copy();
	test_x86();
	test_timeline_note();
	test_timeline_cuts();
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		test_noise(&kinds[i]);
	test_self(argv[0]);
	tap_result(!!kexec_elf_why(KEXEC_ELF_NR_WHY), "a reason that is none has words, too");
	return tap_finish();
}
