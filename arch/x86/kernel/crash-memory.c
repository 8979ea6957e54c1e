// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a dump has of this kernel's memory.
 */

#include <linux/crash_core.h>
#include <linux/crash_reserve.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/mmzone.h>
#include <linux/range.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include <asm/crash.h>

/**
 * struct ram_list - RAM being listed
 * @mem:   where it goes; NULL to count it only
 * @count: how many ranges there are
 */
struct ram_list {
	struct crash_mem *mem;
	unsigned int count;
};

static void list_range(struct ram_list *list, u64 start, u64 end)
{
	unsigned int n = list->count++;

	if (list->mem && n < list->mem->max_nr_ranges)
		list->mem->ranges[n] = (struct range){ start, end };
}

#ifdef CONFIG_MEMORY_HOTPLUG
static bool is_online(unsigned long pfn)
{
	return online_section_nr(pfn_to_section_nr(pfn));
}

static unsigned long next_section(unsigned long pfn)
{
	return SECTION_ALIGN_UP(pfn + 1);
}
#else
static bool is_online(unsigned long pfn) { return true; }
static unsigned long next_section(unsigned long pfn) { return ULONG_MAX; }
#endif

/* Memory that is offline may be gone by the time somebody reads it. */
static int list_online(struct resource *res, void *arg)
{
	unsigned long pfn = PHYS_PFN(res->start), last = PHYS_PFN(res->end), start;

	while (pfn <= last) {
		start = pfn;
		while (pfn <= last && is_online(pfn))
			pfn = next_section(pfn);
		if (pfn > start)
			list_range(arg, max_t(u64, PFN_PHYS(start), res->start),
				   pfn > last ? res->end : PFN_PHYS(pfn) - 1);
		if (pfn <= last)
			pfn = next_section(pfn);
	}
	return 0;
}

static unsigned int list_ram(struct crash_mem *mem)
{
	struct ram_list list = { .mem = mem };

	walk_system_ram_res(0, -1, &list, list_online);
	return list.count;
}

/* Low memory and crash memory may each leave a range in two pieces. */
#define EXCLUDED	3

static struct crash_mem *alloc_crash_mem(unsigned int ranges)
{
	struct crash_mem *mem = vzalloc(struct_size(mem, ranges, ranges));

	if (mem)
		mem->max_nr_ranges = ranges;
	return mem;
}

/* Memory may come while it is counted: then it is counted again. */
static struct crash_mem *find_ram(void)
{
	struct crash_mem *mem;
	unsigned int count;

	for (;;) {
		mem = alloc_crash_mem(list_ram(NULL) + EXCLUDED);
		if (!mem)
			return NULL;
		count = list_ram(mem);
		if (count + EXCLUDED <= mem->max_nr_ranges)
			break;
		vfree(mem);
	}
	mem->nr_ranges = count;
	return mem;
}

/* The crash kernel uses the first MiB as its own, so a dump cannot have it. */
static int exclude_ours(struct crash_mem *mem)
{
	int err = crash_exclude_mem_range(mem, 0, SZ_1M - 1);

	err = err ?: crash_exclude_mem_range(mem, crashk_res.start, crashk_res.end);
	if (!err && crashk_low_res.end)
		err = crash_exclude_mem_range(mem, crashk_low_res.start, crashk_low_res.end);
	return err;
}

/**
 * crash_make_core_header - make an ELF core header of what memory there is now
 * @header: where to say where it is; for vfree()
 * @size:   where to say its size in bytes
 * @ranges: where to say how many ranges of memory it has
 *
 * Context: may sleep.
 *
 * Return: 0 or a negative errno.
 */
int crash_make_core_header(void **header, unsigned long *size, unsigned int *ranges)
{
	struct crash_mem *mem = find_ram();
	int err;

	if (!mem)
		return -ENOMEM;
	err = exclude_ours(mem);
	*ranges = mem->nr_ranges;
	err = err ?: crash_prepare_elf64_headers(mem, IS_ENABLED(CONFIG_X86_64), header, size);
	vfree(mem);
	return err;
}
