// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ELF core header of a crash image: what of this kernel's memory a dump has.
 */

#define pr_fmt(fmt) "crash: " fmt

#include <linux/crash_core.h>
#include <linux/elf.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/range.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <asm/sections.h>

/* Replace range @i of @mem by @nr ranges. */
static int ranges_replace(struct crash_mem *mem, unsigned int i, const struct range *by,
			  unsigned int nr)
{
	unsigned int behind = mem->nr_ranges - i - 1;

	if (mem->nr_ranges - 1 + nr > mem->max_nr_ranges)
		return -ENOMEM;
	memmove(&mem->ranges[i + nr], &mem->ranges[i + 1], behind * sizeof(*by));
	memcpy(&mem->ranges[i], by, nr * sizeof(*by));
	mem->nr_ranges += nr;
	mem->nr_ranges--;
	return 0;
}

/**
 * crash_exclude_mem_range - take a range out of a list of ranges
 * @mem:    ranges, in ascending order
 * @mstart: first address of what is taken out
 * @mend:   its last address
 *
 * Return: 0, or -ENOMEM if @mem has no room for the two pieces of a range that
 * falls apart.
 */
int crash_exclude_mem_range(struct crash_mem *mem, unsigned long long mstart,
			    unsigned long long mend)
{
	struct range left[2], *range;
	unsigned int i = 0, n;
	int err;

	while (i < mem->nr_ranges) {
		range = &mem->ranges[i];
		n = 0;
		if (range->start < mstart)
			left[n++] = (struct range){ range->start, min(range->end, mstart - 1) };
		if (range->end > mend)
			left[n++] = (struct range){ max(range->start, mend + 1), range->end };
		err = ranges_replace(mem, i, left, n);
		if (err)
			return err;
		i += n;
	}
	return 0;
}

/**
 * struct core_header - an ELF core header under construction
 * @ehdr: its start
 * @next: next program header
 */
struct core_header {
	Elf64_Ehdr *ehdr;
	Elf64_Phdr *next;
};

static void begin(struct core_header *header, void *buf)
{
	header->ehdr = buf;
	header->next = buf + sizeof(Elf64_Ehdr);
	*header->ehdr = (Elf64_Ehdr) {
		.e_ident = {
			[EI_MAG0] = ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
			[EI_CLASS] = ELFCLASS64, [EI_DATA] = ELFDATA2LSB,
			[EI_VERSION] = EV_CURRENT, [EI_OSABI] = ELF_OSABI,
		},
		.e_type		= ET_CORE,
		.e_machine	= ELF_ARCH,
		.e_version	= EV_CURRENT,
		.e_phoff	= sizeof(Elf64_Ehdr),
		.e_ehsize	= sizeof(Elf64_Ehdr),
		.e_phentsize	= sizeof(Elf64_Phdr),
	};
}

static void add(struct core_header *header, const Elf64_Phdr *phdr)
{
	*header->next++ = *phdr;
	header->ehdr->e_phnum++;
	kexec_dprintk("core header %u: type %u, vaddr %#llx, paddr %#llx, %#llx bytes\n",
		      header->ehdr->e_phnum - 1, phdr->p_type, phdr->p_vaddr, phdr->p_paddr,
		      phdr->p_memsz);
}

static void add_note(struct core_header *header, u64 phys, u64 size)
{
	Elf64_Phdr phdr = {
		.p_type = PT_NOTE, .p_offset = phys, .p_paddr = phys,
		.p_filesz = size, .p_memsz = size,
	};

	add(header, &phdr);
}

static void add_load(struct core_header *header, u64 phys, u64 virt, u64 size)
{
	Elf64_Phdr phdr = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X,
		.p_offset = phys, .p_paddr = phys, .p_vaddr = virt,
		.p_filesz = size, .p_memsz = size,
	};

	add(header, &phdr);
}

/* Every possible CPU: so the header holds whichever of them are online. */
static void add_notes(struct core_header *header)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		add_note(header, per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes, cpu)),
			 sizeof(note_buf_t));
	add_note(header, paddr_vmcoreinfo_note(), VMCOREINFO_NOTE_SIZE);
}

static size_t header_size(const struct crash_mem *mem)
{
	/* behind the CPUs: VMCOREINFO and the kernel's own mapping */
	size_t phdrs = num_possible_cpus() + 2 + (size_t)mem->nr_ranges;

	return ALIGN(sizeof(Elf64_Ehdr) + phdrs * sizeof(Elf64_Phdr), ELF_CORE_HEADER_ALIGN);
}

/**
 * crash_prepare_elf64_headers - make an ELF core header
 * @mem:	     memory to be in the dump, physical ranges
 * @need_kernel_map: the kernel is mapped a second time, at its link addresses;
 *		     debuggers want to find it there, too
 * @addr:	     filled in; the caller vfree()s it
 * @sz:		     its size in bytes, whole pages
 *
 * Context: may sleep.
 *
 * Return: 0; -ENOMEM; -E2BIG if there are more program headers than ELF can count.
 */
int crash_prepare_elf64_headers(struct crash_mem *mem, int need_kernel_map, void **addr,
				unsigned long *sz)
{
	struct core_header header;
	unsigned int i;
	void *buf;

	if (mem->nr_ranges + num_possible_cpus() + 2 >= PN_XNUM)
		return -E2BIG;
	buf = vzalloc(header_size(mem));
	if (!buf)
		return -ENOMEM;
	begin(&header, buf);
	add_notes(&header);
	if (need_kernel_map)
		add_load(&header, __pa_symbol(_text), (unsigned long)_text, _end - _text);
	for (i = 0; i < mem->nr_ranges; i++)
		add_load(&header, mem->ranges[i].start,
			 (unsigned long)__va(mem->ranges[i].start),
			 range_len(&mem->ranges[i]));
	*addr = buf;
	*sz = header_size(mem);
	return 0;
}
