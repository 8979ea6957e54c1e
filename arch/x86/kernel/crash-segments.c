// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a crash image is loaded with: its memory map, for it has only what was reserved
 * for it, and the ELF core header.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/elf.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/sizes.h>

#include <asm/bootparam.h>
#include <asm/crash.h>
#include <asm/e820/types.h>

/**
 * struct map_list - a memory map being made
 * @map:   where it goes
 * @room:  entries it has room for
 * @count: entries there are
 * @type:  E820_TYPE_* of those being added
 */
struct map_list {
	struct boot_e820_entry *map;
	unsigned int room;
	unsigned int count;
	enum e820_type type;
};

static void map_add(struct map_list *list, u64 start, u64 end)
{
	unsigned int n = list->count++;

	if (n < list->room)
		list->map[n] = (struct boot_e820_entry) {
			.addr = start, .size = end - start + 1, .type = list->type,
		};
}

static int map_add_resource(struct resource *res, void *arg)
{
	map_add(arg, res->start, res->end);
	return 0;
}

static void map_add_kind(struct map_list *list, enum e820_type type, unsigned long desc,
			 unsigned long flags)
{
	list->type = type;
	walk_iomem_res_desc(desc, flags, 0, -1, list, map_add_resource);
}

/* RAM that the crash kernel may write to, except what the ELF core header is in. */
static void map_add_crash_memory(struct map_list *list, const struct kimage *image)
{
	u64 start = image->elf_load_addr, end = start + image->elf_headers_sz;

	list->type = E820_TYPE_RAM;
	if (crashk_low_res.end)
		map_add(list, crashk_low_res.start, crashk_low_res.end);
	if (start >= crashk_res.start + PAGE_SIZE)
		map_add(list, crashk_res.start, start - 1);
	if (end + PAGE_SIZE - 1 <= crashk_res.end)
		map_add(list, end, crashk_res.end);
}

/**
 * crash_memory_map - make the memory map of a crash kernel
 * @image: the crash image; its ELF core header has its place
 * @map:   filled in
 * @room:  entries it has room for; 0: only count
 *
 * The first MiB is the crash kernel's, too: start code needs some of it.
 * Context: may sleep.
 *
 * Return: how many entries there are.
 */
unsigned int crash_memory_map(const struct kimage *image, struct boot_e820_entry *map,
			      unsigned int room)
{
	struct map_list list = { .map = map, .room = room, .type = E820_TYPE_RAM };

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0,
			    SZ_1M - 1, &list, map_add_resource);
	map_add_kind(&list, E820_TYPE_ACPI, IORES_DESC_ACPI_TABLES,
		     IORESOURCE_MEM | IORESOURCE_BUSY);
	map_add_kind(&list, E820_TYPE_NVS, IORES_DESC_ACPI_NV_STORAGE,
		     IORESOURCE_MEM | IORESOURCE_BUSY);
	map_add_kind(&list, E820_TYPE_RESERVED, IORES_DESC_RESERVED, IORESOURCE_MEM);
	map_add_crash_memory(&list, image);
	return list.count;
}

/**
 * crash_load_segments - add the segments that every crash image needs
 * @image: crash image being laid out
 *
 * The ELF core header, with room to grow if the kernel is to keep it right.
 *
 * Return: 0 or a negative errno.
 */
int crash_load_segments(struct kimage *image)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "ELF core header",
		.buf_max	= ULONG_MAX,
		.buf_align	= ELF_CORE_HEADER_ALIGN,
		.mem		= KEXEC_BUF_MEM_UNKNOWN,
	};
	unsigned int ranges;
	int err = crash_make_core_header(&kbuf.buffer, &kbuf.bufsz, &ranges);

	if (err)
		return kexec_refuse(err, "the ELF core header cannot be made");
	image->elf_headers = kbuf.buffer;
	kbuf.memsz = kbuf.bufsz;
	crash_leave_room(image, &kbuf, ranges);
	image->elf_headers_sz = kbuf.memsz;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "the crash memory has no room for the ELF core header");
	image->elf_load_addr = kbuf.mem;
	kexec_dprintk("ELF core header: %#lx, %lu bytes of %lu\n", kbuf.mem, kbuf.bufsz,
		      kbuf.memsz);
	return 0;
}
