// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMCOREINFO: what a dump must say about its kernel so that tools can read it.
 *
 * The lines and their order are ABI; makedumpfile, crash and drgn know them.
 * See Documentation/admin-guide/kdump/vmcoreinfo.rst for what each is for.
 */

#include <linux/buildid.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <linux/vmcore_info.h>

#include <asm/sections.h>

#include "kallsyms_internal.h"

/* the longest line, its end included */
#define LINE_BYTES	80

unsigned char *vmcoreinfo_data;
size_t vmcoreinfo_size;
u32 *vmcoreinfo_note;

/* A copy of the lines that nothing can write to while a crash image is armed. */
static unsigned char *protected_data;

/**
 * append_elf_note() - write a note
 * @buf:      where; what lies behind it must have room, see CRASH_NOTE_BYTES()
 * @name:     who defines @type
 * @type:     of the note
 * @data:     content
 * @data_len: bytes of it
 *
 * Any context, the crash path included.
 *
 * Return: where the next note goes; or final_note().
 */
Elf_Word *append_elf_note(Elf_Word *buf, char *name, unsigned int type, void *data,
			  size_t data_len)
{
	struct elf_note head = {
		.n_namesz = strlen(name) + 1,
		.n_descsz = data_len,
		.n_type = type,
	};
	char *out = (char *)buf;

	memcpy(out, &head, sizeof(head));
	out += CRASH_CORE_NOTE_HEAD_BYTES;
	memcpy(out, name, head.n_namesz);
	out += ALIGN(head.n_namesz, sizeof(Elf_Word));
	memcpy(out, data, data_len);
	return (Elf_Word *)(out + ALIGN(data_len, sizeof(Elf_Word)));
}

/**
 * final_note() - end a list of notes
 * @buf: where the next note would go
 */
void final_note(Elf_Word *buf)
{
	memset(buf, 0, CRASH_CORE_NOTE_HEAD_BYTES);
}

static void make_note(void)
{
	if (vmcoreinfo_size)
		final_note(append_elf_note(vmcoreinfo_note, VMCOREINFO_NOTE_NAME, 0,
					   vmcoreinfo_data, vmcoreinfo_size));
}

/**
 * crash_update_vmcoreinfo_safecopy() - have the lines kept out of harm's way
 * @ptr: a mapping of VMCOREINFO_BYTES in the crash memory; NULL: it goes away
 *
 * The note of a crash is made from there, for what this kernel can write to may
 * have been damaged.  The caller holds the load lock.
 */
void crash_update_vmcoreinfo_safecopy(void *ptr)
{
	if (ptr)
		memcpy(ptr, vmcoreinfo_data, vmcoreinfo_size);
	/* a crash finds all of the lines there */
	smp_store_release(&protected_data, ptr);
}

/**
 * crash_save_vmcoreinfo() - make the note of a crash
 *
 * On the crash path: takes no lock and allocates nothing.
 */
void crash_save_vmcoreinfo(void)
{
	unsigned char *copy;

	if (!vmcoreinfo_note)
		return;
	/* a load may be about to exchange it */
	copy = READ_ONCE(protected_data);
	if (copy)
		vmcoreinfo_data = copy;
	vmcoreinfo_append_str("CRASHTIME=%lld\n", ktime_get_real_seconds());
	make_note();
}

/**
 * vmcoreinfo_append_str() - add lines
 * @fmt: printf() format; what comes of it is cut off after 79 characters
 *
 * For the initcall below and what it calls, and the crash path.
 */
void vmcoreinfo_append_str(const char *fmt, ...)
{
	size_t room = VMCOREINFO_BYTES - vmcoreinfo_size;
	char line[LINE_BYTES];
	va_list args;
	size_t length;

	va_start(args, fmt);
	length = vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);

	WARN_ONCE(length >= room, "vmcoreinfo: no room for more");
	length = min(length, room);
	memcpy(vmcoreinfo_data + vmcoreinfo_size, line, length);
	vmcoreinfo_size += length;
}

void __weak arch_crash_save_vmcoreinfo(void)
{
}

/**
 * paddr_vmcoreinfo_note() - where the note is, for who reads memory from outside
 *
 * Return: its physical address, or what is that for a hypervisor.
 */
phys_addr_t __weak paddr_vmcoreinfo_note(void)
{
	return __pa(vmcoreinfo_note);
}
EXPORT_SYMBOL(paddr_vmcoreinfo_note);

/* A line whose value the compiler or the linker knows. */
struct vmcore_line {
	const char *what;
	long value;
};

/* Each makes a string of the name itself, for some of them are macros. */
#define SIZE(name)		{ "SIZE(" #name ")", sizeof(struct name) }
#define TYPE_SIZE(name)		{ "SIZE(" #name ")", sizeof(name) }
#define OFFSET(name, field)	{ "OFFSET(" #name "." #field ")", offsetof(struct name, field) }
#define LENGTH(name, elements)	{ "LENGTH(" #name ")", elements }
#define NUMBER(name)		{ "NUMBER(" #name ")", name }
#define MAPCOUNT(name, type)	{ "NUMBER(PAGE_" #name "_MAPCOUNT_VALUE)", (type) << 24 }

static const struct vmcore_line layout_lines[] __initconst = {
	SIZE(page),
	SIZE(pglist_data),
	SIZE(zone),
	SIZE(free_area),
	SIZE(list_head),
	TYPE_SIZE(nodemask_t),
	OFFSET(page, flags),
	OFFSET(page, _refcount),
	OFFSET(page, mapping),
	OFFSET(page, lru),
	OFFSET(page, _mapcount),
	OFFSET(page, private),
	OFFSET(page, compound_head),
	OFFSET(pglist_data, node_zones),
	OFFSET(pglist_data, nr_zones),
#ifdef CONFIG_FLATMEM
	OFFSET(pglist_data, node_mem_map),
#endif
	OFFSET(pglist_data, node_start_pfn),
	OFFSET(pglist_data, node_spanned_pages),
	OFFSET(pglist_data, node_id),
	OFFSET(zone, free_area),
	OFFSET(zone, vm_stat),
	OFFSET(zone, spanned_pages),
	OFFSET(free_area, free_list),
	OFFSET(list_head, next),
	OFFSET(list_head, prev),
	LENGTH(zone.free_area, NR_PAGE_ORDERS),
};

/* What pages are: how many kinds of lists, the bits of flags, the types. */
static const struct vmcore_line page_lines[] __initconst = {
	LENGTH(free_area.free_list, MIGRATE_TYPES),
	NUMBER(NR_FREE_PAGES),
	NUMBER(PG_lru),
	NUMBER(PG_private),
	NUMBER(PG_swapcache),
	NUMBER(PG_swapbacked),
	MAPCOUNT(SLAB, PGTY_slab),
#ifdef CONFIG_MEMORY_FAILURE
	NUMBER(PG_hwpoison),
#endif
	NUMBER(PG_head_mask),
	MAPCOUNT(BUDDY, PGTY_buddy),
	MAPCOUNT(HUGETLB, PGTY_hugetlb),
	MAPCOUNT(OFFLINE, PGTY_offline),
#ifdef CONFIG_UNACCEPTED_MEMORY
	MAPCOUNT(UNACCEPTED, PGTY_unaccepted),
#endif
};

static void __init add_lines(const struct vmcore_line *lines, size_t count)
{
	for (; count; count--, lines++)
		vmcoreinfo_append_str("%s=%ld\n", lines->what, lines->value);
}

#ifdef CONFIG_MMU
static void __init add_page_tables(void)
{
	VMCOREINFO_SYMBOL_ARRAY(swapper_pg_dir);
}
#else
static void __init add_page_tables(void) { }
#endif

#ifndef CONFIG_NUMA
static void __init add_only_node(void)
{
	VMCOREINFO_SYMBOL(mem_map);
	VMCOREINFO_SYMBOL(contig_page_data);
}
#else
static void __init add_only_node(void) { }
#endif

#ifdef CONFIG_SPARSEMEM_VMEMMAP
static void __init add_page_map(void)
{
	VMCOREINFO_SYMBOL_ARRAY(vmemmap);
}
#else
static void __init add_page_map(void) { }
#endif

#ifdef CONFIG_SPARSEMEM
static void __init add_sections(void)
{
	static const struct vmcore_line lines[] __initconst = {
		SIZE(mem_section),
		OFFSET(mem_section, section_mem_map),
		NUMBER(SECTION_SIZE_BITS),
	};

	VMCOREINFO_SYMBOL_ARRAY(mem_section);
	VMCOREINFO_LENGTH(mem_section, NR_SECTION_ROOTS);
	add_lines(lines, ARRAY_SIZE(lines));
	VMCOREINFO_NUMBER(MAX_PHYSMEM_BITS);
}
#else
static void __init add_sections(void) { }
#endif

#ifdef CONFIG_KALLSYMS
struct vmcore_symbol {
	const char *name;
	const void *address;
};

static void __init add_kallsyms(void)
{
	static const struct vmcore_symbol symbols[] __initconst = {
		{ "names", kallsyms_names },
		{ "num_syms", &kallsyms_num_syms },
		{ "token_table", kallsyms_token_table },
		{ "token_index", kallsyms_token_index },
		{ "offsets", kallsyms_offsets },
		{ "relative_base", &kallsyms_relative_base },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(symbols); i++)
		vmcoreinfo_append_str("SYMBOL(kallsyms_%s)=%lx\n", symbols[i].name,
				      (unsigned long)symbols[i].address);
}
#else
static void __init add_kallsyms(void) { }
#endif

static void __init add_release(void)
{
	VMCOREINFO_OSRELEASE(init_uts_ns.name.release);
	VMCOREINFO_BUILD_ID();
}

static void __init add_kernel(void)
{
	VMCOREINFO_PAGESIZE(PAGE_SIZE);
	VMCOREINFO_SYMBOL(init_uts_ns);
	VMCOREINFO_OFFSET(uts_namespace, name);
	VMCOREINFO_SYMBOL(node_online_map);
	add_page_tables();
	VMCOREINFO_SYMBOL(_stext);
	vmcoreinfo_append_str("NUMBER(VMALLOC_START)=0x%lx\n", (unsigned long)VMALLOC_START);
}

static int __init save_vmcoreinfo(void)
{
	vmcoreinfo_data = (unsigned char *)get_zeroed_page(GFP_KERNEL);
	vmcoreinfo_note = alloc_pages_exact(VMCOREINFO_NOTE_SIZE, GFP_KERNEL | __GFP_ZERO);
	if (!vmcoreinfo_data || !vmcoreinfo_note)
		goto no_memory;

	add_release();
	add_kernel();
	add_only_node();
	add_page_map();
	add_sections();
	add_lines(layout_lines, ARRAY_SIZE(layout_lines));
	log_buf_vmcoreinfo_setup();
	add_lines(page_lines, ARRAY_SIZE(page_lines));
	add_kallsyms();
	arch_crash_save_vmcoreinfo();
	make_note();
	return 0;

no_memory:
	if (vmcoreinfo_note)
		free_pages_exact(vmcoreinfo_note, VMCOREINFO_NOTE_SIZE);
	free_page((unsigned long)vmcoreinfo_data);
	vmcoreinfo_note = NULL;
	vmcoreinfo_data = NULL;
	pr_warn("vmcoreinfo: no memory for it; dumps of this kernel will be hard to read\n");
	return -ENOMEM;
}
subsys_initcall(save_vmcoreinfo);
