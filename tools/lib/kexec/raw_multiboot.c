// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading through kexec_load(2): multiboot images, which run below 4 GiB.  What is
 * handed to them lies as low as it can, where GNU GRUB and kexec-tools have it: some map
 * 4 MiB, or 16, before they read any of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "machine.h"

/**
 * struct multiboot - an image under way
 * @mb: what the multiboot header says
 * @elf: where it belongs
 * @moved: how far it is from there
 * @told: what it is told
 * @rsdp: ACPI's root pointer
 */
struct multiboot {
	struct kexec_multiboot mb;
	struct kexec_elf elf;
	u64 moved;
	struct kexec_boot_info told;
	u8 rsdp[KEXEC_RSDP_SIZE];
};

static int parse(struct raw *raw, u8 version, struct multiboot *image)
{
	enum kexec_multiboot_why why = kexec_multiboot_parse(raw->file.data, raw->file.size,
							     version, &image->mb);
	enum kexec_elf_why elf_why;

	if (why == KEXEC_MULTIBOOT_NONE)
		return -ENOEXEC;
	if (why)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC, "%s",
				  kexec_multiboot_why(why));
	elf_why = kexec_multiboot_place(raw->file.data, raw->file.size, &image->mb, &image->elf);
	if (elf_why)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC,
				  "it is a multiboot image, but as an ELF file %s",
				  kexec_elf_why(elf_why));
	return 0;
}

static int place_anywhere(struct raw *raw, struct multiboot *image)
{
	struct raw_where where = {
		.min = image->mb.min_addr > RAW_LOAD_MIN ? image->mb.min_addr : RAW_LOAD_MIN,
		.max = image->mb.max_addr, .align = image->mb.align,
		.top_down = image->mb.prefers_high,
	};
	struct kexec_elf_run run;
	struct bytes bytes;
	u64 at;
	int err;

	kexec_elf_whole(&image->elf, raw_page_size(), &run);
	if (run.mem_size > KEXEC_UNPACKED_MAX)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC,
				  "it is larger than any kernel");
	err = raw_elf_gather(raw, &image->elf, &run, &bytes) ?:
	      raw_place(raw, "the image", bytes, run.mem_size, &where, &at);
	if (err)
		return err;
	image->moved = at - run.start;
	image->told.load_base = at;
	return 0;
}

static int place_loose_sections(struct raw *raw, const struct kexec_elf_sections *sections,
				void *headers)
{
	struct raw_where where = { .min = RAW_LOAD_MIN, .max = RAW_MAX_32 };
	void *data = raw_alloc(raw, sections->size);
	struct bytes bytes = { .data = data, .size = sections->size };
	u64 at = 0;
	int err = data ? 0 : -ENOMEM;

	if (!err && sections->size)
		err = raw_place(raw, "its sections", bytes, sections->size, &where, &at);
	if (!err)
		kexec_elf_copy_sections(raw->file.data, sections, at, headers, data);
	return err;
}

static int place_sections(struct raw *raw, struct multiboot *image)
{
	struct kexec_elf_sections sections;
	void *headers;

	if (!kexec_multiboot_sections(raw->file.data, raw->file.size, &image->mb,
				      KEXEC_SEGMENT_MAX - raw->nr_segments, &sections))
		return 0;
	headers = raw_alloc(raw, sections.headers.size);
	if (!headers)
		return -ENOMEM;
	kexec_multiboot_tell_sections(&image->told, &sections, headers);
	return place_loose_sections(raw, &sections, headers);
}

static int unwrap_modules(struct raw *raw)
{
	size_t i;
	int err = 0;

	for (i = 0; i < raw->nr_parts && !err; i++)
		err = raw_unwrap_module(raw, &raw->part[i]);
	return err;
}

static int place_modules(struct raw *raw, struct multiboot *image)
{
	struct raw_where where = { .min = RAW_LOAD_MIN, .max = RAW_MAX_32 };
	struct kexec_module *module = raw_alloc(raw, raw->nr_parts * sizeof(*module));
	struct bytes all;
	u64 at;
	size_t i;
	int err = module ? unwrap_modules(raw) : -ENOMEM;

	err = err ?: raw_join(raw, KEXEC_PART_MODULE, raw_page_size(), &all);
	if (err || !raw->nr_parts)
		return err;
	err = raw_place(raw, "the modules", all, all.size ?: 1, &where, &at);
	if (err)
		return err;
	image->told.module = module;
	image->told.nr_modules = raw->nr_parts;
	for (i = 0; i < raw->nr_parts; i++)
		module[i] = (struct kexec_module){
			.start = at + raw->part[i].offset,
			.end = at + raw->part[i].offset + raw->part[i].bytes.size,
			.cmdline = raw->part[i].text,
		};
	return 0;
}

/* The machine */

/* Kernels that let nobody see firmware's memory leave the image to look for itself. */
static void tell_rsdp(struct multiboot *image, u64 phys)
{
	int fd = phys ? open("/dev/mem", O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	if (pread(fd, image->rsdp, sizeof(image->rsdp), phys) == sizeof(image->rsdp))
		kexec_multiboot_tell_rsdp(&image->told, image->rsdp);
	close(fd);
}

static void tell_efi(const struct machine *m, struct kexec_boot_info *told)
{
	if (!m->efi_map || m->efi_32)
		return;
	told->efi_systab = machine_efi_systab(m);
	told->efi_map = m->efi_map;
	told->efi_map_size = m->efi_map_size;
	told->efi_desc_size = m->efi_desc_size;
	told->efi_desc_version = m->params.efi_info.efi_memdesc_version;
}

static int tell(struct raw *raw, struct multiboot *image)
{
	size_t size = sizeof(KEXEC_MULTIBOOT_FIRST_WORD) + strlen(raw->cmdline);
	const struct machine *m = raw->machine;
	char *cmdline = raw_alloc(raw, size);

	if (!cmdline)
		return -ENOMEM;
	snprintf(cmdline, size, KEXEC_MULTIBOOT_FIRST_WORD "%s", raw->cmdline);
	image->told.cmdline = cmdline;
	image->told.loader = KEXEC_MULTIBOOT_LOADER;
	image->told.ram = m->ram;
	image->told.nr_ram = m->nr_ram;
	kexec_multiboot_screen(&m->params.screen_info, &image->told.screen);
	tell_rsdp(image, m->rsdp);
	tell_efi(m, &image->told);
	return 0;
}

static int place_info(struct raw *raw, const struct multiboot *image, u64 *at)
{
	struct raw_where where = { .min = RAW_LOAD_LOW, .max = RAW_MAX_32 };
	u8 version = image->mb.version;
	size_t size = kexec_multiboot_info(version, &image->told, 0, NULL, 0);
	void *info = raw_alloc(raw, size);
	struct bytes bytes = { .data = info, .size = size };
	int err = info ? raw_place(raw, "what it is told", bytes, size, &where, at) : -ENOMEM;

	if (!err)
		kexec_multiboot_info(version, &image->told, *at, info, size);
	return err;
}

static int load_version(struct raw *raw, u8 version)
{
	struct multiboot image = {};
	struct kexec_enter how = { .mode = KEXEC_ENTER_32 };
	int err = parse(raw, version, &image);

	err = err ?: raw_refuse_modes(raw);
	err = err ?: raw_take_kinds(raw, KIND(MODULE));
	err = err ?: machine_find(raw);
	if (err)
		return err;
	err = image.mb.relocatable ? place_anywhere(raw, &image) : raw_elf_place(raw, &image.elf);
	err = err ?: place_sections(raw, &image);
	err = err ?: place_modules(raw, &image);
	err = err ?: tell(raw, &image);
	err = err ?: place_info(raw, &image, &how.bx);
	how.ax = kexec_multiboot_magic(&image.mb);
	how.entry = image.elf.entry + image.moved;
	return err ?: raw_enter_low(raw, &how);
}

/**
 * raw_load_multiboot() - load an image by version 1 of the specification
 * @raw: the load
 *
 * Return: 0 or a negative errno, with a reason given unless it is another format.
 */
int raw_load_multiboot(struct raw *raw)
{
	return load_version(raw, 1);
}

/**
 * raw_load_multiboot2() - load an image by version 2 of the specification
 * @raw: the load
 *
 * Return: 0 or a negative errno, with a reason given unless it is another format.
 */
int raw_load_multiboot2(struct raw *raw)
{
	return load_version(raw, 2);
}
