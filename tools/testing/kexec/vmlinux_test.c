// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/vmlinux.c: kernels made up for the purpose, whole,
 * cut off and damaged, and real ones.  What placing and relocating must come
 * to is worked out here a second time, in the way a kernel unpacks itself.
 */
#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_image.h>
#include "files.h"
#include "tap.h"

#define BASE		0x1000000
#define MIB2		0x200000
#define STEP		0x10000
#define TEXT_SIZE	0x3000
#define DATA_SIZE	0x1800
#define PERCPU_SIZE	0x1000
#define INIT_SIZE	0x2000
#define INIT_MEM	0x9000
#define SEGMENTS	4
#define PHDRS		(SEGMENTS + 1)
#define SHDRS		3
#define HIGH		0x80000000u
#define TOP		(2 * STEP + PERCPU_SIZE)

struct table {
	unsigned int count;
	uint32_t target[4];
};

/* Offsets from the start of the image, up to its last byte. */
static const struct table add64 = { 3, { 0x10, 0x2ff8, STEP } };
static const struct table sub32 = { 2, { 0x20, 0x1004 } };
static const struct table add32 = { 4, { 0x24, 0x2ffc, STEP + 0x17fc, TOP + 0x1ffc } };

static const Elf64_Phdr loads[SEGMENTS] = {
	{ .p_offset = STEP, .p_vaddr = KEXEC_KERNEL_MAP + BASE, .p_paddr = BASE,
	  .p_filesz = TEXT_SIZE, .p_memsz = TEXT_SIZE },
	{ .p_offset = 2 * STEP, .p_vaddr = KEXEC_KERNEL_MAP + BASE + STEP, .p_paddr = BASE + STEP,
	  .p_filesz = DATA_SIZE, .p_memsz = DATA_SIZE + 0x100 },
	{ .p_offset = 3 * STEP, .p_vaddr = 0, .p_paddr = BASE + 2 * STEP,
	  .p_filesz = PERCPU_SIZE, .p_memsz = PERCPU_SIZE },
	{ .p_offset = 3 * STEP + PERCPU_SIZE, .p_vaddr = KEXEC_KERNEL_MAP + BASE + TOP,
	  .p_paddr = BASE + TOP, .p_filesz = INIT_SIZE, .p_memsz = INIT_MEM },
};

#define ELF_END		(3 * STEP + PERCPU_SIZE + INIT_SIZE + SHDRS * sizeof(Elf64_Shdr))

static void append(struct bytes *file, const void *data, size_t size)
{
	memcpy(file->data + file->size, data, size);
	file->size += size;
}

static void append_table(struct bytes *file, const struct table *table)
{
	uint32_t word = 0;
	unsigned int i;

	append(file, &word, 4);
	for (i = 0; i < table->count; i++) {
		word = HIGH + BASE + table->target[i];
		append(file, &word, 4);
	}
}

static Elf64_Ehdr *ehdr_of(const struct bytes *file)
{
	return (Elf64_Ehdr *)file->data;
}

static Elf64_Phdr *phdr_of(const struct bytes *file)
{
	return (Elf64_Phdr *)(file->data + sizeof(Elf64_Ehdr));
}

static Elf64_Shdr *shdr_of(const struct bytes *file)
{
	return (Elf64_Shdr *)(file->data + ehdr_of(file)->e_shoff);
}

/* A kernel without tables; its room is enough for them. */
static struct bytes make_elf(void)
{
	struct bytes file = { malloc(ELF_END + 256), ELF_END };
	Elf64_Ehdr ehdr = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_ehsize = sizeof(ehdr), .e_entry = BASE + 0x40, .e_phoff = sizeof(ehdr),
		.e_phnum = PHDRS,
		.e_phentsize = sizeof(Elf64_Phdr), .e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = SHDRS, .e_shoff = ELF_END - SHDRS * sizeof(Elf64_Shdr),
	};
	unsigned int i;
	size_t at;

	for (at = 0; at < ELF_END; at++)
		file.data[at] = at * 7 + (at >> 8) + (at >> 16) + 1;
	memcpy(file.data, &ehdr, sizeof(ehdr));
	for (i = 0; i < SEGMENTS; i++) {
		phdr_of(&file)[i] = loads[i];
		phdr_of(&file)[i].p_type = PT_LOAD;
	}
	phdr_of(&file)[SEGMENTS] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = ~0UL };
	memset(shdr_of(&file), 0, SHDRS * sizeof(Elf64_Shdr));
	shdr_of(&file)[1] = (Elf64_Shdr){ .sh_type = SHT_NOBITS, .sh_offset = ELF_END,
					  .sh_size = 1UL << 40 };
	shdr_of(&file)[2] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = 0x1000,
					  .sh_size = 100 };
	return file;
}

static struct bytes shrunk(struct bytes file)
{
	struct bytes exact = bytes_copy(file.data, file.size);

	free(file.data);
	return exact;
}

static struct bytes make_kernel(unsigned int tables)
{
	struct bytes file = make_elf();

	if (tables)
		append_table(&file, &add64);
	if (tables == 3)
		append_table(&file, &sub32);
	if (tables)
		append_table(&file, &add32);
	return shrunk(file);
}

/* The image, made the way the kernel's own decompressor does it. */
static struct bytes reference(const struct bytes *file, const struct kexec_vmlinux *kernel)
{
	const Elf64_Ehdr *ehdr = ehdr_of(file);
	const Elf64_Phdr *phdr = (void *)(file->data + ehdr->e_phoff);
	struct bytes image = { calloc(1, kernel->file_size), kernel->file_size };
	unsigned int i;

	for (i = 0; i < ehdr->e_phnum; i++)
		if (phdr[i].p_type == PT_LOAD)
			memcpy(image.data + phdr[i].p_paddr - kernel->base,
			       file->data + phdr[i].p_offset, phdr[i].p_filesz);
	return image;
}

static int32_t *reference_table(int32_t *last, struct bytes *image, uint32_t base, int64_t delta,
				unsigned int width)
{
	uint64_t word = 0;
	uint8_t *at;

	for (; *last; last--) {
		at = image->data + (int64_t)*last - (int64_t)(KEXEC_KERNEL_MAP + base);
		memcpy(&word, at, width);
		word += delta;
		memcpy(at, &word, width);
	}
	return last - 1;
}

/* Backwards from the end, as there are no other marks. */
static void reference_relocate(const struct bytes *file, struct bytes *image, uint32_t base,
			       unsigned int tables, uint32_t offset)
{
	int32_t *last = (int32_t *)(file->data + file->size) - 1;

	last = reference_table(last, image, base, offset, 4);
	if (tables == 3)
		last = reference_table(last, image, base, -(int64_t)offset, 4);
	reference_table(last, image, base, offset, 8);
}

/* Compares the library's image with the reference; spends @file. */
static bool same_image(struct bytes *file, const struct kexec_vmlinux *kernel,
		       unsigned int tables, uint32_t offset)
{
	struct bytes image = reference(file, kernel);
	bool same;

	if (tables)
		reference_relocate(file, &image, kernel->base, tables, offset);
	kexec_vmlinux_place(file->data, kernel);
	kexec_vmlinux_relocate(file->data, kernel, offset);
	same = !memcmp(image.data, file->data, kernel->file_size);
	free(image.data);
	return same;
}

static void test_layouts(void)
{
	static const unsigned int layouts[] = { 0, 2, 3 };
	struct kexec_vmlinux kernel;
	enum kexec_vmlinux_why why;
	unsigned int i, tables;
	struct bytes file;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		tables = layouts[i];
		file = make_kernel(tables);
		why = kexec_vmlinux_parse(file.data, file.size, &kernel);
		tap_result(!why && kernel.add64.count == (tables ? add64.count : 0) &&
			   kernel.sub32.count == (tables == 3 ? sub32.count : 0) &&
			   kernel.add32.count == (tables ? add32.count : 0) &&
			   kexec_vmlinux_relocatable(&kernel) == !!tables,
			   "%u tables are told by their content: %s", tables,
			   kexec_vmlinux_why(why));
		tap_result(kernel.base == BASE && kernel.entry == 0x40 &&
			   kernel.nr_segments == SEGMENTS &&
			   kernel.file_size == TOP + INIT_SIZE &&
			   kernel.mem_size == TOP + INIT_MEM,
			   "%u tables: the image is measured", tables);
		tap_result(same_image(&file, &kernel, tables, 0x3a600000),
			   "%u tables: placed and relocated as a kernel does it itself", tables);
		free(file.data);
	}
}

/* Damage: one field of a header, or one word of the tables. */
enum where { EHDR, PHDR, SHDR, WORD };

static const struct {
	const char *name;
	enum where where;
	unsigned int index;
	size_t offset, size;
	uint64_t value;
	enum kexec_vmlinux_why why;
} damage[] = {
	{ "no ELF magic", EHDR, 0, 0, 1, 'E', KEXEC_VMLINUX_NO_ELF },
	{ "32 bits", EHDR, 0, EI_CLASS, 1, ELFCLASS32, KEXEC_VMLINUX_NOT_X86_64 },
	{ "big endian", EHDR, 0, EI_DATA, 1, ELFDATA2MSB, KEXEC_VMLINUX_NOT_X86_64 },
	{ "another machine", EHDR, 0, offsetof(Elf64_Ehdr, e_machine), 2, EM_AARCH64,
	  KEXEC_VMLINUX_NOT_X86_64 },
	{ "a shared object", EHDR, 0, offsetof(Elf64_Ehdr, e_type), 2, ET_DYN,
	  KEXEC_VMLINUX_NOT_X86_64 },
	{ "another version", EHDR, 0, offsetof(Elf64_Ehdr, e_version), 4, 2,
	  KEXEC_VMLINUX_NOT_X86_64 },
	{ "no program headers", EHDR, 0, offsetof(Elf64_Ehdr, e_phnum), 2, 0,
	  KEXEC_VMLINUX_BAD_PHDRS },
	{ "odd program headers", EHDR, 0, offsetof(Elf64_Ehdr, e_phentsize), 2, 32,
	  KEXEC_VMLINUX_BAD_PHDRS },
	{ "program headers behind the end", EHDR, 0, offsetof(Elf64_Ehdr, e_phoff), 8,
	  ELF_END + 200,
	  KEXEC_VMLINUX_BAD_PHDRS },
	{ "program headers at -1", EHDR, 0, offsetof(Elf64_Ehdr, e_phoff), 8, ~0ULL,
	  KEXEC_VMLINUX_BAD_PHDRS },
	{ "section headers at -64", EHDR, 0, offsetof(Elf64_Ehdr, e_shoff), 8, -64ULL,
	  KEXEC_VMLINUX_TRUNCATED },
	{ "more section headers than bytes", EHDR, 0, offsetof(Elf64_Ehdr, e_shnum), 2, 0xffff,
	  KEXEC_VMLINUX_TRUNCATED },
	{ "section headers without number", EHDR, 0, offsetof(Elf64_Ehdr, e_shnum), 2, 0,
	  KEXEC_VMLINUX_BAD_SECTIONS },
	{ "odd section headers", EHDR, 0, offsetof(Elf64_Ehdr, e_shentsize), 2, 40,
	  KEXEC_VMLINUX_BAD_SECTIONS },
	{ "a section behind the end", SHDR, 2, offsetof(Elf64_Shdr, sh_offset), 8, ELF_END + 200,
	  KEXEC_VMLINUX_TRUNCATED },
	{ "a section of all bytes there are", SHDR, 2, offsetof(Elf64_Shdr, sh_size), 8, ~0ULL,
	  KEXEC_VMLINUX_TRUNCATED },
	{ "a size where there is no section", SHDR, 0, offsetof(Elf64_Shdr, sh_size), 8, ~0ULL,
	  KEXEC_VMLINUX_OK },
	{ "the entry at the first byte", EHDR, 0, offsetof(Elf64_Ehdr, e_entry), 8, BASE,
	  KEXEC_VMLINUX_OK },
	{ "the entry at the last byte", EHDR, 0, offsetof(Elf64_Ehdr, e_entry), 8,
	  BASE + TOP + INIT_SIZE - 1, KEXEC_VMLINUX_OK },
	{ "the entry below the image", EHDR, 0, offsetof(Elf64_Ehdr, e_entry), 8, BASE - 1,
	  KEXEC_VMLINUX_BAD_ENTRY },
	{ "the entry in the bss", EHDR, 0, offsetof(Elf64_Ehdr, e_entry), 8,
	  BASE + TOP + INIT_SIZE, KEXEC_VMLINUX_BAD_ENTRY },
	{ "the entry at a virtual address", EHDR, 0, offsetof(Elf64_Ehdr, e_entry), 8,
	  KEXEC_KERNEL_MAP + BASE, KEXEC_VMLINUX_BAD_ENTRY },
	{ "an unaligned base", PHDR, 0, offsetof(Elf64_Phdr, p_paddr), 8, BASE + 0x1000,
	  KEXEC_VMLINUX_BAD_BASE },
	{ "a base that is not where it is mapped", PHDR, 0, offsetof(Elf64_Phdr, p_vaddr), 8,
	  KEXEC_KERNEL_MAP, KEXEC_VMLINUX_BAD_BASE },
	{ "a base of 0", PHDR, 0, offsetof(Elf64_Phdr, p_paddr), 8, 0, KEXEC_VMLINUX_BAD_BASE },
	{ "a base of 1 GiB", PHDR, 0, offsetof(Elf64_Phdr, p_paddr), 8, 1 << 30,
	  KEXEC_VMLINUX_BAD_BASE },
	{ "more bytes than memory", PHDR, 1, offsetof(Elf64_Phdr, p_memsz), 8, 16,
	  KEXEC_VMLINUX_BAD_SEGMENT },
	{ "bytes behind the end", PHDR, 3, offsetof(Elf64_Phdr, p_offset), 8, ELF_END,
	  KEXEC_VMLINUX_TRUNCATED },
	{ "bytes that wrap around", PHDR, 3, offsetof(Elf64_Phdr, p_offset), 8, -0x1000ULL,
	  KEXEC_VMLINUX_TRUNCATED },
	{ "segments that overlap", PHDR, 0, offsetof(Elf64_Phdr, p_memsz), 8, STEP + 1,
	  KEXEC_VMLINUX_ORDER },
	{ "a segment below the first", PHDR, 1, offsetof(Elf64_Phdr, p_paddr), 8, BASE - MIB2,
	  KEXEC_VMLINUX_ORDER },
	{ "memory up to 1 GiB", PHDR, 3, offsetof(Elf64_Phdr, p_memsz), 8,
	  (1 << 30) - BASE - TOP, KEXEC_VMLINUX_OK },
	{ "memory beyond 1 GiB", PHDR, 3, offsetof(Elf64_Phdr, p_memsz), 8,
	  (1 << 30) - BASE - TOP + 1, KEXEC_VMLINUX_TOO_LARGE },
	{ "memory that wraps around", PHDR, 3, offsetof(Elf64_Phdr, p_memsz), 8, ~0ULL,
	  KEXEC_VMLINUX_TOO_LARGE },
	{ "bytes from the start of the file on", PHDR, 0, offsetof(Elf64_Phdr, p_offset), 8, 0,
	  KEXEC_VMLINUX_OK },
	{ "bytes in another order than memory", PHDR, 1, offsetof(Elf64_Phdr, p_offset), 8, STEP,
	  KEXEC_VMLINUX_NO_ROOM },
	{ "a segment that would move up", PHDR, 3, offsetof(Elf64_Phdr, p_paddr), 8,
	  BASE + 4 * STEP,
	  KEXEC_VMLINUX_NO_ROOM },
	{ "a table without stop", WORD, 0, 0, 4, HIGH + BASE, KEXEC_VMLINUX_BAD_TABLES },
	{ "padding before the tables", WORD, 1, 0, 4, 0, KEXEC_VMLINUX_BAD_TABLES },
	{ "a fourth table", WORD, 2, 0, 4, 0, KEXEC_VMLINUX_BAD_TABLES },
	{ "the first 64-bit word", WORD, 1, 0, 4, HIGH + BASE, KEXEC_VMLINUX_OK },
	{ "a 64-bit word below", WORD, 1, 0, 4, HIGH + BASE - 1, KEXEC_VMLINUX_BAD_TARGET },
	{ "a 64-bit word that ends outside", WORD, 3, 0, 4,
	  HIGH + BASE + TOP + INIT_SIZE - 7, KEXEC_VMLINUX_BAD_TARGET },
	{ "the last 64-bit word", WORD, 3, 0, 4,
	  HIGH + BASE + TOP + INIT_SIZE - 8, KEXEC_VMLINUX_OK },
	{ "an inverse word at a positive address", WORD, 5, 0, 4, BASE, KEXEC_VMLINUX_BAD_TARGET },
	{ "an inverse word that ends outside", WORD, 5, 0, 4,
	  HIGH + BASE + TOP + INIT_SIZE - 3, KEXEC_VMLINUX_BAD_TARGET },
	{ "a 32-bit word at the end of the address range", WORD, 8, 0, 4, 0xffffffff,
	  KEXEC_VMLINUX_BAD_TARGET },
	{ "a 32-bit word that ends outside", WORD, 8, 0, 4,
	  HIGH + BASE + TOP + INIT_SIZE - 3, KEXEC_VMLINUX_BAD_TARGET },
};

static uint8_t *place_of(const struct bytes *file, enum where where, unsigned int index)
{
	switch (where) {
	case PHDR:
		return (uint8_t *)&phdr_of(file)[index];
	case SHDR:
		return (uint8_t *)&shdr_of(file)[index];
	case WORD:
		return file->data + ELF_END + 4 * index;
	default:
		return file->data;
	}
}

static void test_damage(void)
{
	struct bytes whole = make_kernel(3), file;
	struct kexec_vmlinux kernel;
	enum kexec_vmlinux_why why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		file = bytes_copy(whole.data, whole.size);
		memcpy(place_of(&file, damage[i].where, damage[i].index) + damage[i].offset,
		       &damage[i].value, damage[i].size);
		why = kexec_vmlinux_parse(file.data, file.size, &kernel);
		tap_result(why == damage[i].why, "%s: %s", damage[i].name, kexec_vmlinux_why(why));
		free(file.data);
	}
	free(whole.data);
}

/* Where the first segment belongs: its physical and its virtual address. */
static void test_base(void)
{
	static const struct {
		uint64_t paddr, vaddr;
		enum kexec_vmlinux_why why;
	} bases[] = {
		{ BASE - MIB2, KEXEC_KERNEL_MAP + BASE - MIB2, KEXEC_VMLINUX_NO_ROOM },
		{ BASE - 1, KEXEC_KERNEL_MAP + BASE - 1, KEXEC_VMLINUX_BAD_BASE },
		{ BASE + 1, KEXEC_KERNEL_MAP + BASE + 1, KEXEC_VMLINUX_BAD_BASE },
		{ BASE - MIB2 / 2, KEXEC_KERNEL_MAP + BASE - MIB2 / 2, KEXEC_VMLINUX_BAD_BASE },
		{ BASE, KEXEC_KERNEL_MAP + BASE + MIB2, KEXEC_VMLINUX_BAD_BASE },
		{ BASE, KEXEC_KERNEL_MAP - BASE, KEXEC_VMLINUX_BAD_BASE },
		{ 0, KEXEC_KERNEL_MAP, KEXEC_VMLINUX_BAD_BASE },
		{ 1 << 30, KEXEC_KERNEL_MAP + (1 << 30), KEXEC_VMLINUX_BAD_BASE },
		{ (1 << 30) - MIB2, KEXEC_KERNEL_MAP + (1 << 30) - MIB2, KEXEC_VMLINUX_ORDER },
	};
	struct bytes file = make_kernel(2);
	struct kexec_vmlinux kernel;
	enum kexec_vmlinux_why why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		phdr_of(&file)->p_paddr = bases[i].paddr;
		phdr_of(&file)->p_vaddr = bases[i].vaddr;
		why = kexec_vmlinux_parse(file.data, file.size, &kernel);
		tap_result(why == bases[i].why, "linked to %#llx, to be at %#llx: %s",
			   (unsigned long long)bases[i].vaddr,
			   (unsigned long long)bases[i].paddr, kexec_vmlinux_why(why));
	}
	free(file.data);
}

/* Headers that are right for what they are, which is no 64-bit little-endian program. */
static void test_other_kinds(void)
{
	const Elf32_Ehdr x32 = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
		.e_ehsize = sizeof(x32),
	};
	const Elf64_Ehdr big = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2MSB, EV_CURRENT },
		.e_type = htobe16(ET_EXEC), .e_machine = htobe16(EM_X86_64),
		.e_version = htobe32(EV_CURRENT), .e_ehsize = htobe16(sizeof(big)),
	};
	struct kexec_vmlinux kernel;

	tap_result(kexec_vmlinux_parse(&x32, sizeof(x32), &kernel) == KEXEC_VMLINUX_NOT_X86_64,
		   "a 32-bit program for x86-64");
	tap_result(kexec_vmlinux_parse(&big, sizeof(big), &kernel) == KEXEC_VMLINUX_NOT_X86_64,
		   "a big-endian program for x86-64");
}

#define TARGET		(HIGH + BASE)

/* What is said of a kernel that ends with a section, @more bytes behind the usual end. */
static enum kexec_vmlinux_why why_tables(const void *words, size_t size, size_t more)
{
	struct bytes file = make_elf();
	enum kexec_vmlinux_why why;
	struct kexec_vmlinux kernel;

	append(&file, "padding", more);
	shdr_of(&file)[2].sh_offset = ELF_END + more - shdr_of(&file)[2].sh_size;
	append(&file, words, size);
	file = shrunk(file);
	why = kexec_vmlinux_parse(file.data, file.size, &kernel);
	free(file.data);
	return why;
}

/* What stands behind the ELF file, down to single bytes. */
static void test_tables(void)
{
	static const struct {
		const char *name;
		size_t size;
		uint32_t words[6];
		enum kexec_vmlinux_why why;
	} tables[] = {
		{ "nothing but a zero word", 4, { 0 }, KEXEC_VMLINUX_BAD_TABLES },
		{ "a single one", 8, { 0, TARGET }, KEXEC_VMLINUX_BAD_TABLES },
		{ "two empty ones", 8, { 0, 0 }, KEXEC_VMLINUX_BAD_TABLES },
		{ "two, the first empty", 12, { 0, 0, TARGET }, KEXEC_VMLINUX_BAD_TABLES },
		{ "two, the last empty", 12, { 0, TARGET, 0 }, KEXEC_VMLINUX_OK },
		{ "three, the middle one empty", 20, { 0, TARGET, 0, 0, TARGET },
		  KEXEC_VMLINUX_OK },
		{ "three, the first one empty", 20, { 0, 0, TARGET, 0, TARGET },
		  KEXEC_VMLINUX_BAD_TABLES },
		{ "four", 24, { 0, TARGET, 0, 0, TARGET, 0 }, KEXEC_VMLINUX_BAD_TABLES },
		{ "two and a byte", 17, { 0, TARGET, 0, TARGET, 0 }, KEXEC_VMLINUX_BAD_TABLES },
	};
	enum kexec_vmlinux_why why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		why = why_tables(tables[i].words, tables[i].size, 0);
		tap_result(why == tables[i].why &&
			   why_tables(tables[i].words, tables[i].size, 1) == why,
			   "tables: %s: %s", tables[i].name, kexec_vmlinux_why(why));
	}
}

static void test_many_segments(void)
{
	struct bytes file = make_kernel(2);
	struct kexec_vmlinux kernel;
	unsigned int i;

	for (i = SEGMENTS; i < 9; i++)
		phdr_of(&file)[i] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = ELF_END - 16 + i,
						  .p_paddr = BASE + 2 * STEP + 0x10000 + i,
						  .p_filesz = 1, .p_memsz = 1 };
	ehdr_of(&file)->e_phnum = 9;
	tap_result(kexec_vmlinux_parse(file.data, file.size, &kernel) ==
		   KEXEC_VMLINUX_MANY_SEGMENTS, "nine segments are too many");
	ehdr_of(&file)->e_phnum = 8;
	tap_result(kexec_vmlinux_parse(file.data, file.size, &kernel) == KEXEC_VMLINUX_OK,
		   "eight are not");
	for (i = 0; i < 8; i++)
		phdr_of(&file)[i].p_type = PT_NOTE;
	tap_result(kexec_vmlinux_parse(file.data, file.size, &kernel) == KEXEC_VMLINUX_BAD_PHDRS,
		   "none are too few");
	free(file.data);
}

/*
 * A segment without bytes can say that they are anywhere, also behind the end
 * of the file: only the memory it covers counts.
 */
static void test_empty_segments(void)
{
	static const struct {
		uint64_t offset, size;
	} empty[] = {
		{ 0x30000000, 0x1000 }, { ~0ULL, 0x1000 }, { 1ULL << 32, 0 },
		{ ELF_END + 4 * (3 + 3 + 2 + 4), 0x1000 },
	};
	uint64_t far = BASE + 0x20000000;
	struct kexec_vmlinux kernel;
	unsigned int i;
	struct bytes file;
	bool ok;

	for (i = 0; i < ARRAY_SIZE(empty); i++) {
		file = make_kernel(3);
		phdr_of(&file)[SEGMENTS] = (Elf64_Phdr){
			.p_type = PT_LOAD, .p_offset = empty[i].offset,
			.p_paddr = far, .p_memsz = empty[i].size,
		};
		ok = !kexec_vmlinux_parse(file.data, file.size, &kernel) &&
		     kernel.file_size == TOP + INIT_SIZE &&
		     kernel.mem_size == far - BASE + empty[i].size;
		tap_result(ok && same_image(&file, &kernel, 3, MIB2),
			   "a segment without bytes at %#llx, %#llx bytes of memory",
			   (unsigned long long)empty[i].offset, (unsigned long long)empty[i].size);
		free(file.data);
	}
}

/* A kernel that was stripped of its sections ends with its last segment. */
static struct bytes make_stripped(void)
{
	struct bytes file = make_elf();

	ehdr_of(&file)->e_shoff = 0;
	ehdr_of(&file)->e_shnum = 0;
	file.size = ELF_END - SHDRS * sizeof(Elf64_Shdr);
	return file;
}

static void takes_tables(struct bytes file, const char *name)
{
	struct kexec_vmlinux kernel;

	append_table(&file, &add64);
	append_table(&file, &add32);
	file = shrunk(file);
	tap_result(!kexec_vmlinux_parse(file.data, file.size, &kernel) &&
		   kernel.add64.count == add64.count && kernel.add32.count == add32.count &&
		   same_image(&file, &kernel, 2, MIB2), "a kernel %s", name);
	free(file.data);
}

static void test_no_sections(void)
{
	struct bytes file = make_stripped();

	takes_tables(file, "without section headers");
	file = make_stripped();
	ehdr_of(&file)->e_phoff = file.size;
	append(&file, phdr_of(&file), PHDRS * sizeof(Elf64_Phdr));
	takes_tables(file, "with its program headers last");
}

static size_t next_cut(size_t size)
{
	bool close = size < 1024 || size >= ELF_END - 512;

	return close ? size + 1 : min_t(size_t, size + 4097, ELF_END - 512);
}

/*
 * What ends with the last section looks like a kernel without tables, and what
 * ends with a whole word like one with shorter tables: checksums are for that.
 */
static void test_truncations(void)
{
	struct bytes whole = make_kernel(3), cut;
	unsigned int taken = 0, cuts = 0;
	struct kexec_vmlinux kernel;
	size_t size;

	for (size = 0; size < whole.size; size = next_cut(size)) {
		cut = bytes_copy(whole.data, size);
		if (!kexec_vmlinux_parse(cut.data, size, &kernel)) {
			taken++;
			kexec_vmlinux_place(cut.data, &kernel);
			kexec_vmlinux_relocate(cut.data, &kernel, MIB2);
		}
		cuts++;
		free(cut.data);
	}
	tap_result(taken == 1 + 3 + 4, "%u truncations, %u that look like a shorter kernel", cuts,
		   taken);
	free(whole.data);
}

/* A value that bytes seldom add up to. */
static uint64_t odd_value(const struct bytes *file)
{
	const uint64_t values[] = {
		0, 1, -1, file->size, ELF_END, 1 << 30, 1UL << 32, BASE + TOP + INIT_MEM,
		next_random() % file->size, next_random() % (1 << 30),
	};

	return values[next_random() % ARRAY_SIZE(values)];
}

/* One more segment, or another one; some of its fields make sense. */
static void mutate_segment(const struct bytes *file)
{
	Elf64_Phdr *phdr = &phdr_of(file)[next_random() % 2 ? SEGMENTS : next_random() % PHDRS];

	phdr->p_type = PT_LOAD;
	phdr->p_offset = odd_value(file);
	phdr->p_paddr = BASE + odd_value(file);
	if (next_random() % 2)
		phdr->p_filesz = odd_value(file);
	if (next_random() % 2)
		phdr->p_memsz = odd_value(file);
}

static void mutate(const struct bytes *file)
{
	size_t headers = sizeof(Elf64_Ehdr) + PHDRS * sizeof(Elf64_Phdr);
	size_t tail = SHDRS * sizeof(Elf64_Shdr) + file->size - ELF_END;
	size_t at = next_random() % (headers + tail);

	if (!(next_random() % 3))
		return mutate_segment(file);
	if (at >= headers)
		at += file->size - tail - headers;
	if (next_random() % 4)
		file->data[at] = next_random();
	else
		file->data[at] ^= 1 << next_random() % 8;
}

/* What is accepted must be safe to place and to relocate. */
static void test_mutations(void)
{
	struct bytes whole = make_kernel(3), file = bytes_copy(whole.data, whole.size);
	unsigned int i, n, accepted = 0, rounds = 20000;
	size_t head = sizeof(Elf64_Ehdr) + PHDRS * sizeof(Elf64_Phdr);
	size_t tail = ELF_END - SHDRS * sizeof(Elf64_Shdr);
	struct kexec_vmlinux kernel;

	for (i = 0; i < rounds; i++) {
		for (n = 1 + next_random() % 4; n--;)
			mutate(&file);
		if (!kexec_vmlinux_parse(file.data, file.size, &kernel)) {
			accepted++;
			kexec_vmlinux_place(file.data, &kernel);
			kexec_vmlinux_relocate(file.data, &kernel, (next_random() % 500) * MIB2);
		}
		memcpy(file.data, whole.data, head);
		memcpy(file.data + tail, whole.data + tail, whole.size - tail);
	}
	tap_result(accepted && accepted < rounds, "%u mutations, %u accepted", rounds, accepted);
	free(file.data);
	free(whole.data);
}

static void test_reasons(void)
{
	unsigned int i, j, bad = 0;

	for (i = 0; i < KEXEC_VMLINUX_NR_WHY; i++)
		for (j = 0; j <= i; j++)
			bad += (i == j) == !!strcmp(kexec_vmlinux_why(i), kexec_vmlinux_why(j));
	tap_result(!bad && kexec_vmlinux_why(-1) && kexec_vmlinux_why(KEXEC_VMLINUX_NR_WHY),
		   "each reason has its own words");
}

/* Real kernels */

static const char * const unpackers[] = {
	[KEXEC_GZIP] = "gzip -dc", [KEXEC_XZ] = "xz -dc --single-stream",
	[KEXEC_ZSTD] = "zstd -q -dc --long=31", [KEXEC_LZ4_LEGACY] = "lz4 -q -dc - -",
	[KEXEC_LZ4] = "lz4 -q -dc - -", [KEXEC_LZO] = "lzop -dc",
};

static bool unpack_real(const char *path, struct bytes *kernel)
{
	struct bytes file = bytes_read(path);
	struct kexec_payload payload;
	struct kexec_bzimage img;
	bool ok = !kexec_bzimage_parse(file.data, file.size, &img) &&
		  !kexec_payload_parse(file.data, &img, &payload);

	if (ok)
		*kernel = bytes_filter(unpackers[payload.compressor], payload.data, payload.size);
	free(file.data);
	tap_result(ok && kernel->size == payload.unpacked, "%s: a payload packed by %s", path,
		   ok ? kexec_compressor_name(payload.compressor) : "?");
	return ok;
}

/* The layout of newer kernels: the same without the table in the middle. */
static struct bytes without_sub32(const struct bytes *file, const struct kexec_vmlinux *kernel)
{
	size_t head = kernel->sub32.offset - 4, gone = 4 + 4 * (size_t)kernel->sub32.count;
	struct bytes shorter = { malloc(file->size - gone), file->size - gone };

	memcpy(shorter.data, file->data, head);
	memcpy(shorter.data + head, file->data + head + gone, shorter.size - head);
	return shorter;
}

static void test_real_kernel(const char *path)
{
	struct kexec_vmlinux kernel, shorter_kernel;
	struct bytes file, shorter;
	enum kexec_vmlinux_why why;

	if (!unpack_real(path, &file))
		return;
	why = kexec_vmlinux_parse(file.data, file.size, &kernel);
	tap_result(!why && kernel.add64.count > 1000 && kernel.sub32.count &&
		   kernel.add32.count > 1000, "%s: %s", path, kexec_vmlinux_why(why));
	if (why)
		return;
	printf("# %u bytes in %u, %u + %u + %u relocations\n", kernel.file_size, kernel.mem_size,
	       kernel.add64.count, kernel.sub32.count, kernel.add32.count);
	shorter = without_sub32(&file, &kernel);
	why = kexec_vmlinux_parse(shorter.data, shorter.size, &shorter_kernel);
	tap_result(!why && shorter_kernel.add64.count == kernel.add64.count &&
		   shorter_kernel.add32.count == kernel.add32.count &&
		   !shorter_kernel.sub32.count &&
		   same_image(&shorter, &shorter_kernel, 2, 0x12400000),
		   "%s: as newer kernels have their tables", path);
	tap_result(same_image(&file, &kernel, 3, 0x12400000), "%s: as it relocates itself", path);
	free(shorter.data);
	free(file.data);
}

int main(int argc, char **argv)
{
	test_layouts();
	test_damage();
	test_base();
	test_other_kinds();
	test_tables();
	test_many_segments();
	test_empty_segments();
	test_no_sections();
	test_truncations();
	test_mutations();
	test_reasons();
	while (--argc)
		test_real_kernel(*++argv);
	return tap_finish();
}
