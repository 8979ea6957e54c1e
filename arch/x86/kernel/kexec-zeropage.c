// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zero page, struct boot_params: what an x86 Linux kernel is told about the
 * machine, however it is packed (Documentation/arch/x86/{boot,zero-page}.rst).
 */

#define pr_fmt(fmt) "kexec-zeropage: " fmt

#include <linux/kexec.h>
#include <linux/kexec_timeline.h>
#include <linux/random.h>
#include <linux/screen_info.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <asm/bootparam.h>
#include <asm/crash.h>
#include <asm/e820/api.h>
#include <asm/setup.h>

#include "kexec-zeropage.h"

/* Below these lie the real-mode vectors, and what older kernels take for free. */
#define BOOT_PARAMS_MIN		0x3000UL
#define INITRD_MIN		SZ_16M

#define RNG_SEED_SIZE		32

/* What a crash kernel is told before what the caller says. */
#define ELFCOREHDR_ARG		"elfcorehdr=0x%lx "
#define NO_MEMHOTPLUG		"acpi_no_memhotplug"

/**
 * zp_take - take room in the zero page's buffer
 * @zp:	  placed; zp_size() has counted all that is taken of it
 * @size: bytes to take
 * @phys: where to say where they will be
 *
 * Return: the bytes, zeros; NULL if they have not been counted.
 */
void *zp_take(struct zero_page *zp, size_t size, u64 *phys)
{
	size_t at = ALIGN(zp->used, 16);

	if (WARN_ON_ONCE(at > zp->size || size > zp->size - at))
		return NULL;
	zp->used = at + size;
	*phys = zp->phys + at;
	return (void *)zp->params + at;
}

/**
 * zp_add_setup_data - put something in front of the setup_data list
 * @zp:	  placed
 * @type: SETUP_*
 * @size: bytes of it
 *
 * Return: the bytes, for the caller to fill; NULL if they have not been counted.
 */
void *zp_add_setup_data(struct zero_page *zp, u32 type, size_t size)
{
	struct setup_data *data;
	u64 phys;

	data = zp_take(zp, sizeof(*data) + size, &phys);
	if (!data)
		return NULL;
	data->type = type;
	data->len = size;
	data->next = zp->params->hdr.setup_data;
	zp->params->hdr.setup_data = phys;
	return data->data;
}

/* Command line */

static size_t crash_words(const struct zero_page *zp, const struct kimage *image, char *to,
			  size_t room)
{
	if (image->type != KEXEC_TYPE_CRASH)
		return 0;
	return snprintf(to, room, ELFCOREHDR_ARG "%s", image->elf_load_addr,
			zp->no_memhotplug ? NO_MEMHOTPLUG " " : "");
}

static size_t cmdline_room(const struct zero_page *zp, const struct kimage *image)
{
	return crash_words(zp, image, NULL, 0) + (image->cmdline_buf_len ?: 1);
}

/*
 * Firmware lists the memory that was added to this kernel at run time, or will be, and
 * a crash kernel that brings it up takes for its own what the dump should have.  A
 * command line that is too long with the word is right without it.
 */
static void cmdline_choose(struct zero_page *zp, const struct kimage *image,
			   unsigned int cmdline_max)
{
	zp->no_memhotplug = IS_ENABLED(CONFIG_ACPI_HOTPLUG_MEMORY) &&
			    image->type == KEXEC_TYPE_CRASH &&
			    !kexec_cmdline_has(image->cmdline_buf, image->cmdline_buf_len,
					       NO_MEMHOTPLUG);
	if (zp->no_memhotplug && cmdline_room(zp, image) - 1 > cmdline_max) {
		zp->no_memhotplug = false;
		kexec_dprintk("the command line has no room for " NO_MEMHOTPLUG "\n");
	}
}

/* A room includes the final NUL, the image's limit does not. */
static int cmdline_check(const struct zero_page *zp, const struct kimage *image,
			 unsigned int cmdline_max)
{
	size_t len = cmdline_room(zp, image) - 1;

	if (len <= cmdline_max)
		return 0;
	return kexec_refuse(-EINVAL, "the command line has %zu bytes, the image takes %u", len,
			    cmdline_max);
}

static void zp_set_cmdline(struct zero_page *zp, const struct kimage *image)
{
	size_t room = cmdline_room(zp, image), n;
	char *to;
	u64 phys;

	to = zp_take(zp, room, &phys);
	if (!to)
		return;
	n = crash_words(zp, image, to, room);
	if (image->cmdline_buf_len)
		memcpy(to + n, image->cmdline_buf, image->cmdline_buf_len);
	zp->params->hdr.cmd_line_ptr = lower_32_bits(phys);
	zp->params->ext_cmd_line_ptr = upper_32_bits(phys);
	kexec_dprintk("command line: %s\n", to);
}

/* Memory map */

static unsigned int copy_e820(struct boot_e820_entry *map, unsigned int room)
{
	unsigned int i, n = e820_table_kexec->nr_entries;

	for (i = 0; i < min(n, room); i++)
		map[i] = (struct boot_e820_entry) {
			.addr = e820_table_kexec->entries[i].addr,
			.size = e820_table_kexec->entries[i].size,
			.type = e820_table_kexec->entries[i].type,
		};
	return n;
}

static bool is_crash(const struct kimage *image)
{
	return IS_ENABLED(CONFIG_CRASH_DUMP) && image->type == KEXEC_TYPE_CRASH;
}

/* Crash kernels have less memory than there is. */
static unsigned int memory_map(const struct kimage *image, struct boot_e820_entry *map,
			       unsigned int room)
{
	return is_crash(image) ? crash_memory_map(image, map, room) : copy_e820(map, room);
}

/**
 * kexec_load_crash_segments - place what a crash kernel is told of the dead one
 * @image: any image, without segments yet
 *
 * They come first: they lie at the start of the crash memory.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kexec_load_crash_segments(struct kimage *image)
{
	int err = is_crash(image) ? crash_load_segments(image) : 0;

	if (err)
		return kexec_refuse(err, "the ELF core header does not fit the crash memory");
	return 0;
}

/* Bytes of the map that do not fit the zero page's table. */
static size_t memory_map_extra(unsigned int entries)
{
	return size_mul(max(entries, E820_MAX_ENTRIES_ZEROPAGE) - E820_MAX_ENTRIES_ZEROPAGE,
			sizeof(struct boot_e820_entry));
}

/* Reserved ranges may come while they are counted: then they are counted again. */
static struct boot_e820_entry *make_memory_map(const struct kimage *image, unsigned int *entries)
{
	unsigned int room = memory_map(image, NULL, 0);
	struct boot_e820_entry *map;

	for (;;) {
		map = kvcalloc(room, sizeof(*map), GFP_KERNEL);
		if (!map)
			return NULL;
		*entries = memory_map(image, map, room);
		if (*entries <= room)
			return map;
		kvfree(map);
		room = *entries;
	}
}

/* What does not fit the zero page's table follows in a setup_data entry. */
static void zp_set_memory_map(struct zero_page *zp)
{
	unsigned int n = min(zp->entries, E820_MAX_ENTRIES_ZEROPAGE);
	void *more;

	memcpy(zp->params->e820_table, zp->map, n * sizeof(*zp->map));
	zp->params->e820_entries = n;
	if (n == zp->entries)
		return;
	more = zp_add_setup_data(zp, SETUP_E820_EXT, memory_map_extra(zp->entries));
	if (more)
		memcpy(more, zp->map + n, memory_map_extra(zp->entries));
}

static void log_e820(const struct boot_params *params)
{
	const struct boot_e820_entry *e;

	for (e = params->e820_table; e < params->e820_table + params->e820_entries; e++)
		kexec_dprintk("e820: %#018llx + %#llx type %u\n", e->addr, e->size, e->type);
}

/* The sizes BIOS calls 88h and E801h would give: KiB of RAM from 1 MiB on. */
static void zp_set_mem_k(struct zero_page *zp)
{
	struct boot_params *params = zp->params;
	const struct boot_e820_entry *e;
	u64 kib;

	params->screen_info.ext_mem_k = 0;
	for (e = params->e820_table; e < params->e820_table + params->e820_entries; e++) {
		if (e->type != E820_TYPE_RAM || e->addr > SZ_1M || e->addr + e->size <= SZ_1M)
			continue;
		kib = (e->addr + e->size - SZ_1M) >> 10;
		params->alt_mem_k = min_t(u64, kib, U32_MAX);
		params->screen_info.ext_mem_k = min_t(u64, kib, 0xfc00);
	}
}

/* IMA measurements and entropy */

static size_t ima_room(void)
{
	return IS_ENABLED(CONFIG_IMA_KEXEC) ? setup_data_room(sizeof(struct ima_setup_data)) : 0;
}

static void zp_set_ima(struct zero_page *zp, const struct kimage *image)
{
	struct ima_setup_data *ima;

	if (!image->ima_buffer_size)
		return;
	ima = zp_add_setup_data(zp, SETUP_IMA, sizeof(*ima));
	if (!ima)
		return;
	ima->addr = image->ima_buffer_addr;
	ima->size = image->ima_buffer_size;
}

static void zp_set_rng_seed(struct zero_page *zp)
{
	void *seed;

	if (!rng_is_initialized())
		return;
	seed = zp_add_setup_data(zp, SETUP_RNG_SEED, RNG_SEED_SIZE);
	if (seed)
		get_random_bytes(seed, RNG_SEED_SIZE);
}

/**
 * zp_set_timeline - make room for the timeline of the handover
 * @zp:	   filled zero page
 * @image: whose it is
 * @takes: its file says that it takes the record
 *
 * It is written when everything else is done.  An image that does not know the
 * type could only be confused by it.
 */
void zp_set_timeline(struct zero_page *zp, struct kimage *image, bool takes)
{
	void *record;

	if (!IS_ENABLED(CONFIG_KEXEC_TIMELINE) || !takes)
		return;
	record = zp_add_setup_data(zp, SETUP_KEXEC_TIMELINE, sizeof(struct kexec_timeline));
	if (!record)
		return;
	image->timeline = zp->phys + (record - (void *)zp->params);
	kexec_dprintk("timeline: %#lx, %zu bytes\n", image->timeline,
		      sizeof(struct kexec_timeline));
}

/* The zero page as a whole */

/**
 * kexec_linux_prepare - refuse files that no Linux kernel takes
 * @image: image being built
 *
 * Return: 0, or -EINVAL with a reason given.
 */
int kexec_linux_prepare(struct kimage *image)
{
	return kimage_take_kinds(image, KEXEC_LINUX_PARTS);
}

static void zp_set_machine(struct zero_page *zp)
{
	struct boot_params *params = zp->params;

	params->hdr.hardware_subarch = boot_params.hdr.hardware_subarch;
	params->screen_info = screen_info;
	params->acpi_rsdp_addr = boot_params.acpi_rsdp_addr;
	params->eddbuf_entries = boot_params.eddbuf_entries;
	memcpy(params->eddbuf, boot_params.eddbuf, sizeof(params->eddbuf));
	params->edd_mbr_sig_buf_entries = boot_params.edd_mbr_sig_buf_entries;
	memcpy(params->edd_mbr_sig_buffer, boot_params.edd_mbr_sig_buffer,
	       sizeof(params->edd_mbr_sig_buffer));
}

static size_t zp_size(const struct zero_page *zp, const struct kimage *image)
{
	return zp_room(sizeof(struct boot_params)) + zp_room(cmdline_room(zp, image)) +
	       setup_data_room(memory_map_extra(zp->entries)) + zp_efi_room() +
	       ima_room() + setup_data_room(RNG_SEED_SIZE) + setup_data_room(zp->dtb_size) +
	       setup_data_room(sizeof(struct kexec_timeline));
}

/* The memory map decides how much room there has to be, so it is made first, and kept. */
static int zp_alloc(struct zero_page *zp, const struct kimage *image)
{
	struct boot_e820_entry *map = make_memory_map(image, &zp->entries);
	size_t map_size = array_size(zp->entries, sizeof(*map));

	if (!map)
		return -ENOMEM;
	zp->size = zp_size(zp, image);
	zp->params = kvzalloc(size_add(zp->size, map_size), GFP_KERNEL);
	if (zp->params) {
		zp->used = sizeof(struct boot_params);
		zp->map = (void *)zp->params + zp->size;
		memcpy(zp->map, map, map_size);
	}
	kvfree(map);
	return zp->params ? 0 : -ENOMEM;
}

/**
 * zp_place - give the zero page and the command line a place
 * @zp:		 its max is set; all else but the contents is set here
 * @image:	 whose it is, its command line included
 * @cmdline_max: longest command line that the image takes, in bytes without the final NUL
 *
 * Return: 0, or a negative errno with a reason given; @zp->params is for kvfree()
 * in either case.
 */
int zp_place(struct zero_page *zp, struct kimage *image, unsigned int cmdline_max)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "boot data",
		.buf_min	= BOOT_PARAMS_MIN,
		.buf_max	= zp->max,
		.top_down	= true,
	};
	int err;

	cmdline_choose(zp, image, cmdline_max);
	err = cmdline_check(zp, image, cmdline_max);
	err = err ?: zp_find_dtb(zp, image);
	err = err ?: zp_alloc(zp, image);
	if (err)
		return err;
	kbuf.buffer = zp->params;
	kbuf.bufsz = zp->size;
	kbuf.memsz = zp->size;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free memory for the zero page and command line");
	zp->phys = kbuf.mem;
	image->arch.boot_params = kbuf.mem;
	kexec_dprintk("zero page: %#lx, %zu bytes\n", zp->phys, zp->size);
	return 0;
}

/**
 * zp_fill - say everything that the new kernel is told
 * @zp:	   placed, its setup header written
 * @image: whose it is
 */
void zp_fill(struct zero_page *zp, struct kimage *image)
{
	zp_set_machine(zp);
	zp_set_cmdline(zp, image);
	zp_set_memory_map(zp);
	log_e820(zp->params);
	zp_set_mem_k(zp);
	zp_set_efi(zp);
	zp_set_ima(zp, image);
	zp_set_rng_seed(zp);
	zp_set_dtb(zp);
}

/**
 * zp_place_initrd - give the initrd a place
 * @zp:		placed
 * @image:	whose it is
 * @initrd:	its bytes, or the addresses they will have; NULL: there is none
 * @initrd_len: how many
 *
 * Return: 0, or a negative errno with a reason given.
 */
int zp_place_initrd(struct zero_page *zp, struct kimage *image, char *initrd,
		    unsigned long initrd_len)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "initrd",
		.buffer		= initrd,
		.bufsz		= initrd_len,
		.memsz		= initrd_len,
		.buf_min	= INITRD_MIN,
		.buf_max	= zp->max,
		.top_down	= true,
	};
	int err;

	if (!initrd)
		return 0;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free %lu MiB for the initrd",
				    DIV_ROUND_UP(initrd_len, SZ_1M));
	zp->params->hdr.ramdisk_image = lower_32_bits(kbuf.mem);
	zp->params->ext_ramdisk_image = upper_32_bits(kbuf.mem);
	zp->params->hdr.ramdisk_size = lower_32_bits(initrd_len);
	zp->params->ext_ramdisk_size = upper_32_bits(initrd_len);
	kexec_dprintk("initrd: %#lx, %lu bytes\n", kbuf.mem, initrd_len);
	return 0;
}
