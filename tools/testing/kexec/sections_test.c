// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/elf_sections.c: section headers of both classes, whole and
 * damaged, and what an image is told in their place.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define FILE_SIZE	0x1000
#define TABLE		0x400
#define NR		7
#define PHYS		0x105000

/* Nothing, what is loaded twice over, bss without an address, and three to load. */
static const Elf64_Shdr plain[NR] = {
	{ .sh_type = SHT_NULL, .sh_size = 7 },
	{ .sh_type = SHT_PROGBITS, .sh_addr = 0x100000, .sh_offset = 0x100, .sh_size = 0x100 },
	{ .sh_type = SHT_NOBITS, .sh_addr = 0x100100, .sh_offset = ~0UL, .sh_size = ~0UL },
	{ .sh_type = SHT_NOBITS, .sh_offset = ~0UL, .sh_size = ~0UL },
	{ .sh_type = SHT_SYMTAB, .sh_offset = 0x201, .sh_size = 0x31, .sh_addralign = 8 },
	{ .sh_type = SHT_STRTAB, .sh_offset = 0x300, .sh_size = 5 },
	{ .sh_type = SHT_STRTAB, .sh_offset = FILE_SIZE - 9, .sh_size = 9, .sh_addralign = 16 },
};

/* Behind the table, and no part of it. */
static const Elf64_Shdr beyond = { .sh_type = SHT_PROGBITS, .sh_size = 3 };

/* Where those are that have to be loaded. */
static const uint64_t places[NR] = { [4] = PHYS, [5] = PHYS + 0x31, [6] = PHYS + 0x40 };

/* Fields of the 64-bit structures, as either class has them. */
static size_t write_header(bool is64, const Elf64_Shdr *from, uint8_t *to)
{
	Elf32_Shdr small = {
		.sh_type = from->sh_type, .sh_addr = from->sh_addr, .sh_offset = from->sh_offset,
		.sh_size = from->sh_size, .sh_addralign = from->sh_addralign,
	};

	if (is64)
		memcpy(to, from, sizeof(*from));
	else
		memcpy(to, &small, sizeof(small));
	return is64 ? sizeof(*from) : sizeof(small);
}

static void set_header(const struct bytes *file, uint64_t shoff, uint16_t nr, uint16_t size,
		       uint16_t names)
{
	Elf64_Ehdr *big = (void *)file->data;
	Elf32_Ehdr *small = (void *)file->data;

	if (file->data[EI_CLASS] == ELFCLASS64) {
		big->e_shoff = shoff;
		big->e_shnum = nr;
		big->e_shentsize = size;
		big->e_shstrndx = names;
	} else {
		small->e_shoff = shoff;
		small->e_shnum = nr;
		small->e_shentsize = size;
		small->e_shstrndx = names;
	}
}

static struct bytes make_file(bool is64, const Elf64_Shdr *headers)
{
	struct bytes file = { calloc(1, FILE_SIZE), FILE_SIZE };
	Elf64_Ehdr big = { .e_version = EV_CURRENT, .e_ehsize = sizeof(big) };
	Elf32_Ehdr small = { .e_version = EV_CURRENT, .e_ehsize = sizeof(small) };
	size_t i, at = TABLE;

	for (i = 0; i < FILE_SIZE; i++)
		file.data[i] = next_random();
	memcpy(file.data, is64 ? (void *)&big : (void *)&small,
	       is64 ? sizeof(big) : sizeof(small));
	memcpy(file.data, "\177ELF", 4);
	file.data[EI_CLASS] = is64 ? ELFCLASS64 : ELFCLASS32;
	file.data[EI_DATA] = ELFDATA2LSB;
	file.data[EI_VERSION] = EV_CURRENT;
	for (i = 0; i < NR; i++)
		at += write_header(is64, &headers[i], file.data + at);
	set_header(&file, TABLE, NR, (at - TABLE) / NR, NR - 1);
	write_header(is64, &beyond, file.data + at);
	return file;
}

static bool found(const struct bytes *file, struct kexec_elf_sections *sections)
{
	struct bytes exact = bytes_copy(file->data, file->size);
	bool yes = kexec_elf_sections(exact.data, exact.size, sections);

	free(exact.data);
	return yes;
}

static bool bytes_right(const struct bytes *file, const uint8_t *bytes)
{
	unsigned int i;

	for (i = 0; i < NR; i++)
		if (places[i] && memcmp(bytes + (places[i] - PHYS),
					file->data + plain[i].sh_offset, plain[i].sh_size))
			return false;
	return true;
}

static bool headers_right(bool is64, const uint8_t *headers)
{
	uint8_t want[sizeof(Elf64_Shdr)];
	Elf64_Shdr header;
	unsigned int i;
	size_t size;

	for (i = 0; i < NR; i++, headers += size) {
		header = plain[i];
		header.sh_addr = header.sh_addr ?: places[i];
		size = write_header(is64, &header, want);
		if (memcmp(headers, want, size))
			return false;
	}
	return true;
}

static void test_right(bool is64)
{
	struct bytes file = make_file(is64, plain);
	const char *name = is64 ? "ELF64" : "ELF32";
	struct kexec_elf_sections sections;
	uint8_t *headers, *bytes;
	bool yes = found(&file, &sections);

	tap_result(yes && sections.nr == NR && sections.names == NR - 1 &&
		   sections.headers.offset == TABLE && sections.size == 0x49,
		   "%s: %u sections, %llu bytes of them to load", name, sections.nr,
		   (unsigned long long)sections.size);
	headers = malloc(sections.headers.size);
	bytes = calloc(1, sections.size);
	kexec_elf_copy_sections(file.data, &sections, PHYS, headers, bytes);
	tap_result(bytes_right(&file, bytes), "%s: their bytes are where they shall be", name);
	tap_result(headers_right(is64, headers), "%s: so say their headers, no more", name);
	free(headers);
	free(bytes);
	free(file.data);
}

static const struct {
	const char *name;
	uint64_t shoff;
	uint16_t nr, size, names;
} tables[] = {
	{ "no headers", TABLE, 0, 0, 0 },
	{ "headers of no bytes", TABLE, NR, 0, 0 },
	{ "headers of a byte more", TABLE, NR, 1, 0 },
	{ "more than the field can count", TABLE, SHN_LORESERVE, 0x8000, 0 },
	{ "more than the file has", TABLE, 0xfeff, 0x8000, 0 },
	{ "headers behind the end", FILE_SIZE + 1, NR, 0x8000, 0 },
	{ "headers across the end", FILE_SIZE - 39, 1, 0x8000, 0 },
	{ "headers at the last address", ~0ULL, 1, 0x8000, 0 },
	{ "names in no section", TABLE, NR, 0x8000, NR },
	{ "names elsewhere", TABLE, NR, 0x8000, SHN_XINDEX },
};

static void test_tables(bool is64)
{
	size_t right = is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	struct kexec_elf_sections sections;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		file = make_file(is64, plain);
		set_header(&file, tables[i].shoff, tables[i].nr,
			   tables[i].size == 0x8000 ? right : tables[i].size ? right + 1 : 0,
			   tables[i].names);
		tap_result(!found(&file, &sections), "ELF%s: %s", is64 ? "64" : "32",
			   tables[i].name);
		free(file.data);
	}
}

static const struct {
	const char *name;
	Elf64_Shdr header;
} odd[] = {
	{ "bytes behind the end", { .sh_offset = FILE_SIZE - 4, .sh_size = 5 } },
	{ "bytes at the last address", { .sh_offset = ~0UL, .sh_size = 2 } },
	{ "as many bytes as there are numbers", { .sh_size = ~0UL } },
	{ "an alignment of 3", { .sh_size = 1, .sh_addralign = 3 } },
	{ "an alignment of two pages", { .sh_size = 1, .sh_addralign = 8192 } },
	{ "an alignment of 2^31", { .sh_size = 1, .sh_addralign = 1U << 31 } },
};

static void test_odd(bool is64)
{
	struct kexec_elf_sections sections;
	Elf64_Shdr headers[NR];
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		memcpy(headers, plain, sizeof(headers));
		headers[4] = odd[i].header;
		headers[4].sh_type = SHT_PROGBITS;
		file = make_file(is64, headers);
		tap_result(!found(&file, &sections), "ELF%s: a section with %s",
			   is64 ? "64" : "32", odd[i].name);
		free(file.data);
	}
}

static void test_page(bool is64)
{
	struct kexec_elf_sections sections;
	Elf64_Shdr headers[NR];
	struct bytes file;

	memcpy(headers, plain, sizeof(headers));
	headers[5].sh_addralign = 4096;
	file = make_file(is64, headers);
	tap_result(found(&file, &sections) && sections.size == 4096 + 16 + 9,
		   "ELF%s: a section with an alignment of a page", is64 ? "64" : "32");
	free(file.data);
}

/* The last number that the field can hold means something else. */
static void test_most(bool is64)
{
	size_t size = is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	struct bytes small = make_file(is64, plain);
	struct bytes file = { calloc(SHN_LORESERVE, size + 1), SHN_LORESERVE * (size + 1) };
	struct kexec_elf_sections sections;

	memcpy(file.data, small.data, TABLE);
	set_header(&file, TABLE, SHN_LORESERVE - 1, size, 0);
	tap_result(found(&file, &sections) && sections.nr == SHN_LORESERVE - 1,
		   "ELF%s: as many as the field can count", is64 ? "64" : "32");
	set_header(&file, TABLE, SHN_LORESERVE, size, 0);
	tap_result(!found(&file, &sections), "ELF%s: one more", is64 ? "64" : "32");
	free(small.data);
	free(file.data);
}

/* A file must not ask for more memory than twice its own size. */
static void test_bombs(bool is64)
{
	const Elf64_Shdr whole = { .sh_type = SHT_PROGBITS, .sh_size = FILE_SIZE };
	const Elf64_Shdr page = { .sh_type = SHT_PROGBITS, .sh_size = 1, .sh_addralign = 4096 };
	struct kexec_elf_sections sections;
	Elf64_Shdr headers[NR];
	struct bytes file;
	unsigned int i;

	for (i = 0; i < NR; i++)
		headers[i] = i < 2 ? whole : plain[3];
	file = make_file(is64, headers);
	tap_result(found(&file, &sections) && sections.size == 2 * FILE_SIZE,
		   "ELF%s: all of the file twice", is64 ? "64" : "32");
	free(file.data);
	headers[2] = page;
	file = make_file(is64, headers);
	tap_result(!found(&file, &sections), "ELF%s: and a byte", is64 ? "64" : "32");
	free(file.data);
	for (i = 0; i < NR; i++)
		headers[i] = page;
	file = make_file(is64, headers);
	tap_result(!found(&file, &sections), "ELF%s: bytes that each want a page",
		   is64 ? "64" : "32");
	free(file.data);
}

static void test_noise(bool is64)
{
	struct kexec_elf_sections sections;
	unsigned int i, taken = 0;
	uint8_t *headers, *bytes;
	struct bytes file;

	for (i = 0; i < 20000; i++) {
		file = make_file(is64, plain);
		file.data[TABLE + next_random() % (NR * 64)] = next_random();
		if (found(&file, &sections)) {
			headers = malloc(sections.headers.size);
			bytes = malloc(sections.size);
			kexec_elf_copy_sections(file.data, &sections, PHYS, headers, bytes);
			free(headers);
			free(bytes);
			taken++;
		}
		free(file.data);
	}
	tap_result(taken > 1000, "ELF%s: survives 20000 changed tables, %u of which it takes",
		   is64 ? "64" : "32", taken);
}

int main(void)
{
	static const uint8_t text[] = "no ELF file";
	struct kexec_elf_sections sections;
	int is64;

	for (is64 = 0; is64 < 2; is64++) {
		test_right(is64);
		test_tables(is64);
		test_odd(is64);
		test_page(is64);
		test_most(is64);
		test_bombs(is64);
		test_noise(is64);
	}
	tap_result(!kexec_elf_sections(text, sizeof(text), &sections), "a file of another format");
	return tap_finish();
}
