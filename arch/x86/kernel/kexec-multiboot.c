// SPDX-License-Identifier: GPL-2.0-only
/*
 * Multiboot loader, both versions: hypervisors and other kernels for any x86.
 *
 * What a file says of itself and what it is told of the machine is in
 * lib/kexec/multiboot*.c.  Such images run below 4 GiB, and all that is handed to them lies
 * as low as it can, where GNU GRUB and kexec-tools have it: there are images that map
 * 4 MiB, or 16, before they read any of it.
 */

#define pr_fmt(fmt) "kexec-multiboot: " fmt

#include <linux/efi.h>
#include <linux/io.h>
#include <linux/kexec.h>
#include <linux/screen_info.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/e820/api.h>
#include <asm/efi.h>
#include <asm/setup.h>

#include "kexec-loaders.h"

/**
 * struct multiboot_data - what a load holds until it ends
 * @info:      boot information, as the image sees it
 * @enter:     the entry stub
 * @bytes:     of segments and section headers
 * @nr_bytes:  how many there are
 * @base:      where the image was moved to from where it was linked to
 * @ram:       memory map
 * @module:    modules
 * @cmdline:   command line with its first word
 * @efi_map:   EFI's runtime memory map
 * @rsdp:      ACPI's root pointer
 * @told:      what the boot information is made of
 * @mb:	       what the multiboot header says
 * @elf:       what the ELF header says, if that counts
 */
struct multiboot_data {
	void *info;
	void *enter;
	void *bytes[KEXEC_SEGMENT_MAX];
	unsigned int nr_bytes;
	u64 base;
	struct kexec_ram *ram;
	struct kexec_module *module;
	char *cmdline;
	void *efi_map;
	u8 rsdp[KEXEC_RSDP_SIZE];
	struct kexec_boot_info told;
	struct kexec_multiboot mb;
	struct kexec_elf elf;
};

static int multiboot_parse(const char *buf, unsigned long len, u8 version,
			   struct kexec_multiboot *mb, struct kexec_elf *elf)
{
	enum kexec_multiboot_why why = kexec_multiboot_parse(buf, len, version, mb);
	enum kexec_elf_why elf_why;

	if (why == KEXEC_MULTIBOOT_NONE)
		return -ENOEXEC;
	if (why)
		return kexec_refuse(-ENOEXEC, "not a multiboot image this kernel can load: %s",
				    kexec_multiboot_why(why));
	elf_why = kexec_multiboot_place(buf, len, mb, elf);
	if (elf_why)
		return kexec_refuse(-ENOEXEC, "a multiboot image, but as an ELF file %s",
				    kexec_elf_why(elf_why));
	return 0;
}

static int multiboot_probe_version(const char *buf, unsigned long len, u8 version)
{
	struct kexec_multiboot mb;
	struct kexec_elf *elf = kmalloc(sizeof(*elf), GFP_KERNEL);
	int err = elf ? multiboot_parse(buf, len, version, &mb, elf) : -ENOMEM;

	kfree(elf);
	return err;
}

static int multiboot_probe(const char *buf, unsigned long len)
{
	return multiboot_probe_version(buf, len, 1);
}

static int multiboot2_probe(const char *buf, unsigned long len)
{
	return multiboot_probe_version(buf, len, 2);
}

/* Memory until the load has ended; NULL if there is none. */
static void *bytes_alloc(struct multiboot_data *data, u64 size)
{
	void *bytes = kexec_alloc(size, __GFP_ZERO, "to load the", "program");

	data->bytes[data->nr_bytes++] = bytes;
	return bytes;
}

/* The image */

static int image_add_run(struct kimage *image, const void *file, struct multiboot_data *data,
			 const struct kexec_elf_run *run, struct kexec_buf *kbuf)
{
	kbuf->bufsz = run->size;
	if (run->size) {
		kbuf->buffer = bytes_alloc(data, run->size);
		if (!kbuf->buffer)
			return -ENOMEM;
		kexec_elf_copy(file, &data->elf, run, kbuf->buffer);
	}
	return kexec_add_buffer(kbuf);
}

static int image_place_fixed(struct kimage *image, const void *file, struct multiboot_data *data)
{
	struct kexec_elf_run run;
	u32 next = 0;
	int err = 0;

	while (!err && kexec_elf_run(&data->elf, next, PAGE_SIZE, &run)) {
		struct kexec_buf kbuf = {
			.image = image, .name = "kernel", .mem = run.start,
			.memsz = run.mem_size,
		};

		if (data->nr_bytes == KEXEC_SEGMENT_MAX)
			return kexec_refuse(-EINVAL, "the image needs more than %d segments",
					    KEXEC_SEGMENT_MAX);
		err = kexec_check_fixed(&kbuf) ?: image_add_run(image, file, data, &run, &kbuf);
		next = run.first + run.nr;
	}
	return err;
}

static int image_place_anywhere(struct kimage *image, const void *file,
				struct multiboot_data *data)
{
	const struct kexec_multiboot *mb = &data->mb;
	struct kexec_elf_run run;
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "kernel",
		.buf_align	= max_t(u32, mb->align, PAGE_SIZE),
		.buf_min	= max_t(u32, mb->min_addr, KEXEC_LOAD_MIN),
		.buf_max	= mb->max_addr,
		.top_down	= mb->prefers_high,
	};
	int err;

	kexec_elf_whole(&data->elf, PAGE_SIZE, &run);
	if (run.mem_size > KEXEC_UNPACKED_MAX)
		return kexec_refuse(-ENOEXEC, "the multiboot image is larger than any kernel");
	kbuf.memsz = run.mem_size;
	err = image_add_run(image, file, data, &run, &kbuf);
	if (err)
		return kexec_refuse(err, "no free memory at %#x-%#x for the multiboot image",
				    mb->min_addr, mb->max_addr);
	data->base = kbuf.mem - run.start;
	data->told.load_base = kbuf.mem;
	return 0;
}

/* Sections that the image may look for, and modules */

static int loose_sections_place(struct kimage *image, const void *file,
				const struct kexec_elf_sections *sections, void *headers,
				struct multiboot_data *data)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "sections",
		.bufsz		= sections->size,
		.memsz		= sections->size,
		.buf_min	= KEXEC_LOAD_MIN,
		.buf_max	= KEXEC_MAX_32,
		.lowest		= true,
	};
	int err;

	if (!sections->size) {
		kexec_elf_copy_sections(file, sections, 0, headers, NULL);
		return 0;
	}
	kbuf.buffer = bytes_alloc(data, sections->size);
	if (!kbuf.buffer)
		return -ENOMEM;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free %llu KiB below 4 GiB for the image's sections",
				    DIV_ROUND_UP(sections->size, SZ_1K));
	kexec_elf_copy_sections(file, sections, kbuf.mem, headers, kbuf.buffer);
	return 0;
}

static int sections_place(struct kimage *image, const void *file, unsigned long len,
			  struct multiboot_data *data)
{
	struct kexec_elf_sections sections;
	void *headers;

	if (!kexec_multiboot_sections(file, len, &data->mb,
				      KEXEC_SEGMENT_MAX - image->nr_segments, &sections))
		return 0;
	headers = bytes_alloc(data, sections.headers.size);
	if (!headers)
		return -ENOMEM;
	kexec_multiboot_tell_sections(&data->told, &sections, headers);
	return loose_sections_place(image, file, &sections, headers, data);
}

static int modules_place(struct kimage *image, struct multiboot_data *data)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "modules",
		.buffer		= image->modules_buf,
		.bufsz		= image->modules_len,
		.memsz		= image->modules_len,
		.buf_min	= KEXEC_LOAD_MIN,
		.buf_max	= KEXEC_MAX_32,
		.lowest		= true,
	};
	const struct kexec_part *part = image->part;
	struct kexec_module *module;
	int err;

	if (!image->modules_buf)
		return 0;
	module = kcalloc(image->nr_parts, sizeof(*module), GFP_KERNEL);
	data->module = module;
	if (!module)
		return -ENOMEM;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free %lu MiB below 4 GiB for the modules",
				    DIV_ROUND_UP(image->modules_len, SZ_1M));
	for (; part < image->part + image->nr_parts; part++) {
		module->start = kbuf.mem + part->offset -
				(image->modules_buf - image->parts_buf);
		module->end = module->start + part->size;
		module->cmdline = part->cmdline;
		module++;
	}
	data->told.module = data->module;
	data->told.nr_modules = image->nr_parts;
	return 0;
}

/* The machine */

static int tell_ram(struct multiboot_data *data)
{
	u32 i, n = e820_table_kexec->nr_entries;

	data->ram = kcalloc(n, sizeof(*data->ram), GFP_KERNEL);
	if (!data->ram)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		data->ram[i] = (struct kexec_ram) {
			.start = e820_table_kexec->entries[i].addr,
			.size = e820_table_kexec->entries[i].size,
			.type = e820_table_kexec->entries[i].type,
		};
	data->told.ram = data->ram;
	data->told.nr_ram = n;
	return 0;
}

static u64 tell_efi(struct multiboot_data *data)
{
	int size = efi_get_runtime_map_size();
	const struct efi_info *ours = &boot_params.efi_info;

	if (!efi_enabled(EFI_BOOT) || !efi_enabled(EFI_64BIT))
		return 0;
	data->told.efi_systab = ours->efi_systab | (u64)ours->efi_systab_hi << 32;
	data->efi_map = size ? kmalloc(size, GFP_KERNEL) : NULL;
	if (data->efi_map) {
		efi_runtime_map_copy(data->efi_map, size);
		data->told.efi_map = data->efi_map;
		data->told.efi_map_size = size;
		data->told.efi_desc_size = efi_get_runtime_map_desc_size();
		data->told.efi_desc_version = ours->efi_memdesc_version;
	}
	return kexec_efi_rsdp();
}

/* Where the firmware left it for whoever looks, an image finds it by itself. */
static void tell_rsdp(struct multiboot_data *data, u64 phys)
{
	void *rsdp;

	if (boot_params.acpi_rsdp_addr)
		phys = boot_params.acpi_rsdp_addr;
	rsdp = phys ? memremap(phys, sizeof(data->rsdp), MEMREMAP_WB) : NULL;
	if (!rsdp)
		return;
	memcpy(data->rsdp, rsdp, sizeof(data->rsdp));
	memunmap(rsdp);
	kexec_multiboot_tell_rsdp(&data->told, data->rsdp);
}

static int tell(struct kimage *image, struct multiboot_data *data)
{
	data->cmdline = kasprintf(GFP_KERNEL, KEXEC_MULTIBOOT_FIRST_WORD "%s",
				  image->cmdline_buf ?: "");
	if (!data->cmdline)
		return -ENOMEM;
	data->told.cmdline = data->cmdline;
	data->told.loader = KEXEC_MULTIBOOT_LOADER;
	kexec_multiboot_screen(&screen_info, &data->told.screen);
	tell_rsdp(data, tell_efi(data));
	return tell_ram(data);
}

static int info_place(struct kimage *image, struct multiboot_data *data, u64 *phys)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "boot data",
		.buf_min	= KEXEC_LOAD_LOW,
		.buf_max	= KEXEC_MAX_32,
		.lowest		= true,
	};
	size_t size = kexec_multiboot_info(data->mb.version, &data->told, 0, NULL, 0);
	int err;

	data->info = kvzalloc(size, GFP_KERNEL);
	if (!data->info)
		return -ENOMEM;
	kbuf.buffer = data->info;
	kbuf.bufsz = size;
	kbuf.memsz = size;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free memory below 4 GiB for the boot information");
	kexec_multiboot_info(data->mb.version, &data->told, kbuf.mem, data->info, size);
	*phys = kbuf.mem;
	return 0;
}

/* The loader */

static int multiboot_prepare(struct kimage *image)
{
	int err = kimage_take_kinds(image, BIT(KEXEC_PART_MODULE));
	unsigned int i;

	for (i = 0; i < image->nr_parts && !err; i++)
		err = kimage_unwrap_part(&image->part[i]);
	return err;
}

static int multiboot_cleanup(void *loader_data)
{
	struct multiboot_data *data = loader_data;
	unsigned int i;

	if (!data)
		return 0;
	for (i = 0; i < data->nr_bytes; i++)
		vfree(data->bytes[i]);
	kvfree(data->info);
	kfree(data->enter);
	kfree(data->ram);
	kfree(data->module);
	kfree(data->cmdline);
	kfree(data->efi_map);
	return 0;
}

static int multiboot_build(struct kimage *image, const void *file, unsigned long len,
			   struct multiboot_data *data)
{
	struct kexec_enter how = {
		.mode	= KEXEC_ENTER_32,
		.ax	= kexec_multiboot_magic(&data->mb),
	};
	int err = data->mb.relocatable ? image_place_anywhere(image, file, data) :
					 image_place_fixed(image, file, data);

	err = err ?: sections_place(image, file, len, data);
	err = err ?: modules_place(image, data);
	err = err ?: tell(image, data);
	err = err ?: info_place(image, data, &how.bx);
	how.entry = data->elf.entry + data->base;
	return err ?: kexec_add_enter_low(image, &how, &data->enter);
}

static void *multiboot_load(struct kimage *image, char *kernel, unsigned long kernel_len,
			    char *initrd, unsigned long initrd_len,
			    char *cmdline, unsigned long cmdline_len)
{
	struct multiboot_data *data = kzalloc(sizeof(*data), GFP_KERNEL);
	u8 version = image->fops == &kexec_multiboot_ops ? 1 : 2;
	int err;

	if (!data)
		return ERR_PTR(-ENOMEM);
	err = multiboot_parse(kernel, kernel_len, version, &data->mb, &data->elf);
	err = err ?: multiboot_build(image, kernel, kernel_len, data);
	if (!err)
		return data;
	multiboot_cleanup(data);
	kfree(data);
	return ERR_PTR(err);
}

const struct kexec_file_ops kexec_multiboot_ops = {
	.name		= "multiboot",
	.cleanup	= multiboot_cleanup,
	.probe		= multiboot_probe,
	.prepare	= multiboot_prepare,
	.load		= multiboot_load,
};

const struct kexec_file_ops kexec_multiboot2_ops = {
	.name		= "multiboot2",
	.cleanup	= multiboot_cleanup,
	.probe		= multiboot2_probe,
	.prepare	= multiboot_prepare,
	.load		= multiboot_load,
};
