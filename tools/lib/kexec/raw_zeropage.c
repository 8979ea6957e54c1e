// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zero page, struct boot_params: what an x86 Linux kernel is told by who loads
 * it (Documentation/arch/x86/{boot,zero-page}.rst).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/random.h>
#include <linux/kernel.h>
#include "machine.h"

/* What older kernels take for free memory ends here. */
#define INITRD_MIN	0x1000000ULL
#define RNG_SEED_SIZE	32
#define RUNNING_DTB	"/sys/firmware/fdt"
#define UNIT		16
#define OLD_MEMORY_MAX	0xfc00	/* KiB that BIOS call 88h can tell of */

/* struct efi_setup_data, which kernels do not export. */
struct efi_handed_over {
	u64 fw_vendor;
	u64 runtime;
	u64 tables;
	u64 smbios;
	u64 reserved[8];
};

static size_t room(size_t size)
{
	return (size + UNIT - 1) & -UNIT;
}

static size_t record_room(size_t size)
{
	return room(sizeof(struct setup_data) + size);
}

/* zero_page_place() has made room for all that is ever taken. */
static void *take(struct zero_page *zp, size_t size, u64 *phys)
{
	size_t at = zp->used;

	zp->used += room(size);
	*phys = zp->phys + at;
	return (char *)zp->params + at;
}

static void *add_record(struct zero_page *zp, u32 type, size_t size)
{
	u64 phys;
	struct setup_data *data = take(zp, sizeof(*data) + size, &phys);

	data->type = type;
	data->len = size;
	data->next = zp->params->hdr.setup_data;
	zp->params->hdr.setup_data = phys;
	return data->data;
}

/* Bytes of the memory map that do not fit the table of the zero page. */
static size_t map_extra(const struct machine *m)
{
	return m->nr_ram <= E820_MAX_ENTRIES_ZEROPAGE ? 0 :
	       (m->nr_ram - E820_MAX_ENTRIES_ZEROPAGE) * sizeof(struct boot_e820_entry);
}

static int use_dtb(struct raw *raw, const struct part *part, struct bytes *dtb)
{
	enum kexec_dtb_why why;
	u32 size;

	if (dtb->size)
		return raw_refuse(raw, KEXEC_REASON_MISFIT, -EINVAL,
				  "there is more than one device tree");
	why = kexec_dtb_check(part->bytes.data, part->bytes.size, &size);
	if (why)
		return raw_refuse(raw, KEXEC_REASON_MISFIT, -EINVAL,
				  "the device tree cannot be used: %s", kexec_dtb_why(why));
	*dtb = (struct bytes){ .data = part->bytes.data, .size = size };
	return 0;
}

/* What the running kernel was booted with is trusted as it is. */
static int use_running_dtb(struct raw *raw, struct bytes *dtb)
{
	int fd = open(RUNNING_DTB, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0) {
		image_debug(raw->image, "there is no " RUNNING_DTB " to hand over");
		return 0;
	}
	err = raw_read(raw, fd, dtb);
	close(fd);
	return err;
}

static int find_dtb(struct raw *raw, struct bytes *dtb)
{
	const struct part *part = raw->part;
	int err = 0;

	for (; part < raw->part + raw->nr_parts && !err; part++)
		if (part->kind == KEXEC_PART_DTB)
			err = use_dtb(raw, part, dtb);
	if (err || !(raw->image->flags & KEXEC_IMAGE_FORCE_DTB))
		return err;
	if (dtb->size)
		return raw_refuse(raw, KEXEC_REASON_ARGUMENT, -EINVAL,
				  "a device tree is given, and that of the running kernel is asked for, too");
	return use_running_dtb(raw, dtb);
}

/**
 * zero_page_place() - give the zero page and what belongs to it a place
 * @raw: the load
 * @zp: its max is set, the rest is set here
 * @cmdline_max: longest command line that the kernel takes, the final NUL not counted
 *
 * Return: 0 or a negative errno with a reason given.
 */
int zero_page_place(struct raw *raw, struct zero_page *zp, u32 cmdline_max)
{
	const struct machine *m = raw->machine;
	size_t len = strlen(raw->cmdline);
	struct raw_where where = { .min = RAW_LOAD_MIN, .max = zp->max, .top_down = true };
	struct bytes bytes;
	int err;

	if (len > cmdline_max)
		return raw_refuse(raw, KEXEC_REASON_COMMAND_LINE_LENGTH, -EINVAL,
				  "the command line has %zu bytes, it takes %u at most", len,
				  cmdline_max);
	err = find_dtb(raw, &zp->dtb);
	if (err)
		return err;
	zp->size = room(sizeof(*zp->params)) + room(len + 1) + record_room(map_extra(m)) +
		   room(m->efi_map_size) + record_room(sizeof(struct efi_handed_over)) +
		   record_room(RNG_SEED_SIZE) + record_room(zp->dtb.size);
	zp->used = room(sizeof(*zp->params));
	zp->params = raw_alloc(raw, zp->size);
	if (!zp->params)
		return -ENOMEM;
	bytes = (struct bytes){ .data = zp->params, .size = zp->size };
	return raw_place(raw, "what the kernel is told", bytes, zp->size, &where, &zp->phys);
}

/**
 * zero_page_place_initrd() - give the initrds a place, one after the other
 * @raw: the load
 * @zp: placed
 * @max: highest address that the kernel accepts for them
 *
 * Return: 0 or a negative errno with a reason given.
 */
int zero_page_place_initrd(struct raw *raw, struct zero_page *zp, u64 max)
{
	struct raw_where where = { .min = INITRD_MIN, .max = max, .top_down = true };
	struct bytes all;
	u64 at;
	int err = raw_join(raw, KEXEC_PART_INITRD, 4, &all);

	if (err || !all.size)
		return err;
	err = raw_place(raw, "the initrd", all, all.size, &where, &at);
	zp->params->hdr.ramdisk_image = at;
	zp->params->ext_ramdisk_image = at >> 32;
	zp->params->hdr.ramdisk_size = all.size;
	zp->params->ext_ramdisk_size = (u64)all.size >> 32;
	return err;
}

static void tell_memory(const struct machine *m, struct zero_page *zp)
{
	u32 i, n = m->nr_ram < E820_MAX_ENTRIES_ZEROPAGE ? m->nr_ram : E820_MAX_ENTRIES_ZEROPAGE;
	struct boot_e820_entry *to = zp->params->e820_table;

	zp->params->e820_entries = n;
	for (i = 0; i < m->nr_ram; i++, to++) {
		if (i == E820_MAX_ENTRIES_ZEROPAGE)
			to = add_record(zp, SETUP_E820_EXT, map_extra(m));
		to->addr = m->ram[i].start;
		to->size = m->ram[i].size;
		to->type = m->ram[i].type;
	}
}

/* What BIOS calls 88h and E801h would say: KiB of RAM from 1 MiB on. */
static void tell_old_memory(const struct machine *m, struct boot_params *params)
{
	const struct kexec_ram *r;
	u64 kib, above = 0x100000;

	for (r = m->ram; r < m->ram + m->nr_ram; r++)
		if (r->type == 1 && r->start <= above && r->start + r->size > above)
			above = r->start + r->size;
	kib = (above - 0x100000) >> 10;
	params->alt_mem_k = min_t(u64, kib, RAW_MAX_32);
	params->screen_info.ext_mem_k = min_t(u64, kib, OLD_MEMORY_MAX);
}

static void tell_machine(const struct machine *m, struct boot_params *params)
{
	const struct boot_params *ours = &m->params;

	params->hdr.hardware_subarch = ours->hdr.hardware_subarch;
	params->screen_info = ours->screen_info;
	params->acpi_rsdp_addr = m->rsdp;
	params->eddbuf_entries = ours->eddbuf_entries;
	memcpy(params->eddbuf, ours->eddbuf, sizeof(params->eddbuf));
	params->edd_mbr_sig_buf_entries = ours->edd_mbr_sig_buf_entries;
	memcpy(params->edd_mbr_sig_buffer, ours->edd_mbr_sig_buffer,
	       sizeof(params->edd_mbr_sig_buffer));
}

/* Runtime services stay mapped where the running kernel has mapped them. */
static void tell_efi(const struct machine *m, struct zero_page *zp)
{
	struct efi_info info = m->params.efi_info;
	struct efi_handed_over *handed;
	u64 phys;

	if (!m->efi_map || !info.efi_loader_signature)
		return;
	memcpy(take(zp, m->efi_map_size, &phys), m->efi_map, m->efi_map_size);
	info.efi_memdesc_size = m->efi_desc_size;
	info.efi_memmap = phys;
	info.efi_memmap_hi = phys >> 32;
	info.efi_memmap_size = m->efi_map_size;
	zp->params->efi_info = info;
	zp->params->secure_boot = m->params.secure_boot;
	handed = add_record(zp, SETUP_EFI, sizeof(*handed));
	handed->fw_vendor = m->efi_vendor;
	handed->tables = m->efi_tables;
	handed->smbios = m->smbios;
}

/* Entropy that is there costs nothing; the kernel clears it when it has read it. */
static void tell_seed(struct zero_page *zp)
{
	u8 seed[RNG_SEED_SIZE];

	if (getrandom(seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		memcpy(add_record(zp, SETUP_RNG_SEED, sizeof(seed)), seed, sizeof(seed));
}

/**
 * zero_page_fill() - say everything that the kernel is told
 * @raw: the load
 * @zp: placed, its setup header written
 */
void zero_page_fill(struct raw *raw, struct zero_page *zp)
{
	struct setup_header *hdr = &zp->params->hdr;
	size_t size = strlen(raw->cmdline) + 1;
	u64 phys;

	hdr->type_of_loader = LOADER_KEXEC;
	hdr->loadflags = LOADED_HIGH;
	tell_machine(raw->machine, zp->params);
	memcpy(take(zp, size, &phys), raw->cmdline, size);
	hdr->cmd_line_ptr = phys;
	zp->params->ext_cmd_line_ptr = phys >> 32;
	tell_memory(raw->machine, zp);
	tell_old_memory(raw->machine, zp->params);
	tell_efi(raw->machine, zp);
	tell_seed(zp);
	if (zp->dtb.size)
		memcpy(add_record(zp, SETUP_DTB, zp->dtb.size), zp->dtb.data, zp->dtb.size);
}
