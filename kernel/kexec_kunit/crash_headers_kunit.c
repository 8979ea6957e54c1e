// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the ELF core header, and of taking ranges out of what a dump has.
 */

#include <linux/crash_core.h>
#include <linux/crash_dump.h>
#include <linux/elf.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <asm/sections.h>

#include "kexec_kunit.h"

#define RANGES	4

struct exclude_case {
	const char *name;
	struct range out;
	unsigned int nr;	/* of ranges left; 0: there is no room */
	struct range left[RANGES];
	unsigned int room;
};

/* out of [100, 199] and [300, 399] */
static const struct exclude_case exclude_cases[] = {
	{ "before", { 0, 99 }, 2, { { 100, 199 }, { 300, 399 } }, RANGES },
	{ "between", { 200, 299 }, 2, { { 100, 199 }, { 300, 399 } }, RANGES },
	{ "behind", { 400, 500 }, 2, { { 100, 199 }, { 300, 399 } }, RANGES },
	{ "the first byte", { 50, 100 }, 2, { { 101, 199 }, { 300, 399 } }, RANGES },
	{ "the last byte", { 399, 500 }, 2, { { 100, 199 }, { 300, 398 } }, RANGES },
	{ "the end of the first", { 150, 250 }, 2, { { 100, 149 }, { 300, 399 } }, RANGES },
	{ "the start of the second", { 250, 350 }, 2, { { 100, 199 }, { 351, 399 } }, RANGES },
	{ "the middle", { 150, 159 }, 3, { { 100, 149 }, { 160, 199 }, { 300, 399 } }, RANGES },
	{ "one byte", { 350, 350 }, 3, { { 100, 199 }, { 300, 349 }, { 351, 399 } }, RANGES },
	{ "the first", { 100, 199 }, 1, { { 300, 399 } }, RANGES },
	{ "the second", { 300, 399 }, 1, { { 100, 199 } }, RANGES },
	{ "parts of both", { 150, 350 }, 2, { { 100, 149 }, { 351, 399 } }, RANGES },
	{ "the first and some", { 0, 299 }, 1, { { 300, 399 } }, RANGES },
	{ "no room for two pieces", { 150, 159 }, 0, { }, 2 },
	{ "one piece needs no room", { 150, 199 }, 2, { { 100, 149 }, { 300, 399 } }, 2 },
};

KUNIT_ARRAY_PARAM_DESC(exclude, exclude_cases, name);

static struct crash_mem *ranges_alloc(struct kunit *test, unsigned int room)
{
	struct crash_mem *mem = kunit_kzalloc(test, struct_size(mem, ranges, RANGES), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	mem->max_nr_ranges = room;
	mem->nr_ranges = 2;
	mem->ranges[0] = (struct range){ 100, 199 };
	mem->ranges[1] = (struct range){ 300, 399 };
	/* not in use */
	mem->ranges[2] = (struct range){ 7, 7 };
	mem->ranges[3] = (struct range){ 8, 8 };
	return mem;
}

static void exclude_range(struct kunit *test)
{
	const struct exclude_case *want = test->param_value;
	struct crash_mem *mem = ranges_alloc(test, want->room);
	int err = crash_exclude_mem_range(mem, want->out.start, want->out.end);

	KUNIT_ASSERT_EQ(test, want->nr ? 0 : -ENOMEM, err);
	if (err)
		return;
	KUNIT_ASSERT_EQ(test, want->nr, mem->nr_ranges);
	KUNIT_EXPECT_MEMEQ(test, mem->ranges, want->left, want->nr * sizeof(*want->left));
	KUNIT_EXPECT_EQ(test, 8, mem->ranges[3].start);
}

static void exclude_all(struct kunit *test)
{
	struct crash_mem *mem = ranges_alloc(test, 2);

	KUNIT_ASSERT_EQ(test, 0, crash_exclude_mem_range(mem, 0, ULLONG_MAX));
	KUNIT_EXPECT_EQ(test, 0, mem->nr_ranges);
}

/* Headers */

static void free_header(void *header)
{
	vfree(header);
}

static Elf64_Ehdr *make_header(struct kunit *test, struct crash_mem *mem, bool kernel_map,
			       unsigned long *size)
{
	void *header;

	KUNIT_ASSERT_EQ(test, 0, crash_prepare_elf64_headers(mem, kernel_map, &header, size));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_header, header));
	return header;
}

static const Elf64_Phdr *phdr_at(const Elf64_Ehdr *header, unsigned int i)
{
	return (const Elf64_Phdr *)((const char *)header + header->e_phoff) + i;
}

static void header_is_elf_core(struct kunit *test)
{
	unsigned long size;
	Elf64_Ehdr *header = make_header(test, ranges_alloc(test, 2), false, &size);

	KUNIT_EXPECT_MEMEQ(test, header->e_ident, ELFMAG, SELFMAG);
	KUNIT_EXPECT_EQ(test, ELFCLASS64, header->e_ident[EI_CLASS]);
	KUNIT_EXPECT_EQ(test, ELFDATA2LSB, header->e_ident[EI_DATA]);
	KUNIT_EXPECT_EQ(test, ET_CORE, header->e_type);
	KUNIT_EXPECT_EQ(test, ELF_ARCH, header->e_machine);
	KUNIT_EXPECT_EQ(test, sizeof(Elf64_Ehdr), header->e_ehsize);
	KUNIT_EXPECT_EQ(test, sizeof(Elf64_Phdr), header->e_phentsize);
	KUNIT_EXPECT_EQ(test, 0, size % ELF_CORE_HEADER_ALIGN);
	KUNIT_EXPECT_GE(test, size, header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr));
}

/* A note of each CPU that there can be, and VMCOREINFO behind them. */
static void header_has_notes(struct kunit *test)
{
	unsigned long size;
	Elf64_Ehdr *header = make_header(test, ranges_alloc(test, 2), false, &size);
	const Elf64_Phdr *phdr;
	unsigned int cpu, i = 0;

	for_each_possible_cpu(cpu) {
		phdr = phdr_at(header, i++);
		KUNIT_EXPECT_EQ(test, PT_NOTE, phdr->p_type);
		KUNIT_EXPECT_EQ(test, per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes, cpu)),
				phdr->p_offset);
		KUNIT_EXPECT_EQ(test, sizeof(note_buf_t), phdr->p_filesz);
	}
	phdr = phdr_at(header, i);
	KUNIT_EXPECT_EQ(test, PT_NOTE, phdr->p_type);
	KUNIT_EXPECT_EQ(test, paddr_vmcoreinfo_note(), phdr->p_paddr);
	KUNIT_EXPECT_EQ(test, VMCOREINFO_NOTE_SIZE, phdr->p_memsz);
}

static void header_has_memory(struct kunit *test)
{
	struct crash_mem *mem = ranges_alloc(test, 2);
	unsigned long size;
	Elf64_Ehdr *header = make_header(test, mem, false, &size);
	unsigned int i, first = num_possible_cpus() + 1;
	const Elf64_Phdr *phdr;

	KUNIT_ASSERT_EQ(test, first + 2, header->e_phnum);
	for (i = 0; i < 2; i++) {
		phdr = phdr_at(header, first + i);
		KUNIT_EXPECT_EQ(test, PT_LOAD, phdr->p_type);
		KUNIT_EXPECT_EQ(test, PF_R | PF_W | PF_X, phdr->p_flags);
		KUNIT_EXPECT_EQ(test, mem->ranges[i].start, phdr->p_paddr);
		KUNIT_EXPECT_EQ(test, phdr->p_paddr, phdr->p_offset);
		KUNIT_EXPECT_EQ(test, 100, phdr->p_memsz);
		KUNIT_EXPECT_EQ(test, 100, phdr->p_filesz);
		KUNIT_EXPECT_EQ(test, (unsigned long)__va(phdr->p_paddr), phdr->p_vaddr);
	}
}

static void header_has_kernel(struct kunit *test)
{
	unsigned long size;
	Elf64_Ehdr *header = make_header(test, ranges_alloc(test, 2), true, &size);
	const Elf64_Phdr *phdr = phdr_at(header, num_possible_cpus() + 1);

	KUNIT_EXPECT_EQ(test, num_possible_cpus() + 4, header->e_phnum);
	KUNIT_EXPECT_EQ(test, PT_LOAD, phdr->p_type);
	KUNIT_EXPECT_EQ(test, (unsigned long)_text, phdr->p_vaddr);
	KUNIT_EXPECT_EQ(test, __pa_symbol(_text), phdr->p_paddr);
	KUNIT_EXPECT_EQ(test, _end - _text, phdr->p_memsz);
}

/* Whole pages: as many as it takes, and no more. */
static void header_has_room(struct kunit *test)
{
	unsigned int phdrs = (ELF_CORE_HEADER_ALIGN - sizeof(Elf64_Ehdr)) / sizeof(Elf64_Phdr);
	struct crash_mem *mem = kunit_kzalloc(test, struct_size(mem, ranges, phdrs), GFP_KERNEL);
	unsigned long size;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, ELF_CORE_HEADER_ALIGN,
			sizeof(Elf64_Ehdr) + phdrs * sizeof(Elf64_Phdr));
	mem->max_nr_ranges = phdrs;
	mem->nr_ranges = phdrs - 2 - num_possible_cpus();
	make_header(test, mem, true, &size);
	KUNIT_EXPECT_EQ(test, ELF_CORE_HEADER_ALIGN, size);
	mem->nr_ranges++;
	make_header(test, mem, true, &size);
	KUNIT_EXPECT_EQ(test, 2 * ELF_CORE_HEADER_ALIGN, size);
}

/* The count of program headers has 16 bits. */
static void header_has_a_limit(struct kunit *test)
{
	unsigned int most = PN_XNUM - num_possible_cpus() - 3;
	struct crash_mem *mem = vzalloc(struct_size(mem, ranges, most + 1));
	unsigned long size;
	void *header;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_header, mem));
	mem->max_nr_ranges = most + 1;
	mem->nr_ranges = most + 1;
	KUNIT_EXPECT_EQ(test, -E2BIG, crash_prepare_elf64_headers(mem, true, &header, &size));
	mem->nr_ranges = most;
	KUNIT_EXPECT_EQ(test, PN_XNUM - 1, make_header(test, mem, true, &size)->e_phnum);
}

static struct kunit_case headers_tests[] = {
	KUNIT_CASE_PARAM(exclude_range, exclude_gen_params),
	KUNIT_CASE(exclude_all),
	KUNIT_CASE(header_is_elf_core),
	KUNIT_CASE(header_has_notes),
	KUNIT_CASE(header_has_memory),
	KUNIT_CASE(header_has_kernel),
	KUNIT_CASE(header_has_room),
	KUNIT_CASE(header_has_a_limit),
	{ }
};

static struct kunit_suite headers_suite = {
	.name		= "kexec_crash_headers",
	.test_cases	= headers_tests,
};

kunit_test_suite(headers_suite);
