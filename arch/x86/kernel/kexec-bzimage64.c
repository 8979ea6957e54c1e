// SPDX-License-Identifier: GPL-2.0-only
/*
 * bzImage loader for the 64-bit boot protocol.
 *
 * What the file says is read in lib/kexec/bzimage.c.  Here the image gets its
 * places in memory and struct boot_params, the zero page, which tells the new
 * kernel about the machine (Documentation/arch/x86/{boot,zero-page}.rst).
 */

#define pr_fmt(fmt) "kexec-bzImage64: " fmt

#include <linux/efi.h>
#include <linux/kexec.h>
#include <linux/kexec_image.h>
#include <linux/kexec_timeline.h>
#include <linux/random.h>
#include <linux/screen_info.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/bootparam.h>
#include <asm/crash.h>
#include <asm/e820/api.h>
#include <asm/efi.h>
#include <asm/kexec-bzimage64.h>
#include <asm/setup.h>

#include "kexec-vmlinux64.h"

/* Below these lie the real-mode vectors, and what older kernels take for free. */
#define BOOT_PARAMS_MIN		0x3000UL
#define KERNEL_MIN		SZ_1M
#define INITRD_MIN		SZ_16M

/* type_of_loader: kexec-tools' number, of which the kernel loader is another version */
#define LOADER_KEXEC		0xd0

#define RNG_SEED_SIZE		32
#define ELFCOREHDR_ARG		"elfcorehdr=0x%lx "

/**
 * struct zero_page - boot_params and what it points to, in one segment
 * @params: the start of the buffer
 * @size:   bytes in the buffer
 * @used:   bytes of it in use
 * @phys:   where it will be
 * @memory: entries of the memory map that there is room for
 */
struct zero_page {
	struct boot_params *params;
	size_t size;
	size_t used;
	unsigned long phys;
	unsigned int memory;
};

/* Take @size bytes of the zero page's buffer; zp_size() has counted them all. */
static void *zp_take(struct zero_page *zp, size_t size, u64 *phys)
{
	size_t at = ALIGN(zp->used, 16);

	if (WARN_ON_ONCE(at > zp->size || size > zp->size - at))
		return NULL;
	zp->used = at + size;
	*phys = zp->phys + at;
	return (void *)zp->params + at;
}

static size_t zp_room(size_t size)
{
	return ALIGN(size, 16);
}

static size_t setup_data_room(size_t size)
{
	return zp_room(sizeof(struct setup_data) + size);
}

/* Append to the setup_data list; the caller fills what is returned. */
static void *zp_add_setup_data(struct zero_page *zp, u32 type, size_t size)
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

static size_t cmdline_room(const struct kimage *image, unsigned long cmdline_len)
{
	size_t room = cmdline_len ?: 1;

	if (image->type == KEXEC_TYPE_CRASH)
		room += snprintf(NULL, 0, ELFCOREHDR_ARG, image->elf_load_addr);
	return room;
}

/* @cmdline_len counts the final NUL, the image's limit does not. */
static int cmdline_check(const struct kimage *image, const struct kexec_bzimage *img,
			 unsigned long cmdline_len)
{
	size_t len = cmdline_room(image, cmdline_len) - 1;

	if (len <= img->cmdline_max)
		return 0;
	return kexec_refuse(-EINVAL, "the command line has %zu bytes, the image takes %u", len,
			    img->cmdline_max);
}

static void zp_set_cmdline(struct zero_page *zp, const struct kimage *image, const char *cmdline,
			   unsigned long cmdline_len)
{
	size_t room = cmdline_room(image, cmdline_len), n = 0;
	char *to;
	u64 phys;

	to = zp_take(zp, room, &phys);
	if (!to)
		return;
	if (image->type == KEXEC_TYPE_CRASH)
		n = scnprintf(to, room, ELFCOREHDR_ARG, image->elf_load_addr);
	if (cmdline_len)
		memcpy(to + n, cmdline, cmdline_len);
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

/* Crash kernels have less memory than there is. */
#ifdef CONFIG_CRASH_DUMP
static unsigned int memory_map(const struct kimage *image, struct boot_e820_entry *map,
			       unsigned int room)
{
	return image->type == KEXEC_TYPE_CRASH ? crash_memory_map(image, map, room) :
						 copy_e820(map, room);
}

static int load_crash_segments(struct kimage *image)
{
	return image->type == KEXEC_TYPE_CRASH ? crash_load_segments(image) : 0;
}
#else
static unsigned int memory_map(const struct kimage *image, struct boot_e820_entry *map,
			       unsigned int room)
{
	return copy_e820(map, room);
}

static int load_crash_segments(struct kimage *image) { return 0; }
#endif

/* Bytes of the map that do not fit the zero page's table. */
static size_t memory_map_extra(unsigned int entries)
{
	return size_mul(max(entries, E820_MAX_ENTRIES_ZEROPAGE) - E820_MAX_ENTRIES_ZEROPAGE,
			sizeof(struct boot_e820_entry));
}

/* What does not fit the zero page's table follows in a setup_data entry. */
static void zp_set_memory_map(struct zero_page *zp, const struct boot_e820_entry *map,
			      unsigned int entries)
{
	unsigned int n = min(entries, E820_MAX_ENTRIES_ZEROPAGE);
	void *more;

	memcpy(zp->params->e820_table, map, n * sizeof(*map));
	zp->params->e820_entries = n;
	if (n == entries)
		return;
	more = zp_add_setup_data(zp, SETUP_E820_EXT, memory_map_extra(entries));
	if (more)
		memcpy(more, map + n, memory_map_extra(entries));
}

static int zp_set_memory(struct zero_page *zp, const struct kimage *image)
{
	struct boot_e820_entry *map = kcalloc(zp->memory, sizeof(*map), GFP_KERNEL);
	unsigned int entries;

	if (!map)
		return -ENOMEM;
	entries = memory_map(image, map, zp->memory);
	if (entries <= zp->memory)
		zp_set_memory_map(zp, map, entries);
	kfree(map);
	return entries <= zp->memory ? 0 : -EAGAIN;
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

/* EFI */

#ifdef CONFIG_EFI
static size_t efi_room(void)
{
	return zp_room(efi_get_runtime_map_size()) + setup_data_room(sizeof(struct efi_setup_data));
}

static u64 efi_rsdp(void)
{
	if (efi.acpi20 != EFI_INVALID_TABLE_ADDR)
		return efi.acpi20;
	return efi.acpi != EFI_INVALID_TABLE_ADDR ? efi.acpi : 0;
}

static void zp_set_efi_map(struct zero_page *zp)
{
	struct efi_info *info = &zp->params->efi_info;
	int size = efi_get_runtime_map_size();
	void *map;
	u64 phys;

	if (!size)
		return;
	map = zp_take(zp, size, &phys);
	if (!map)
		return;
	efi_runtime_map_copy(map, size);
	info->efi_memmap = lower_32_bits(phys);
	info->efi_memmap_hi = upper_32_bits(phys);
	info->efi_memmap_size = size;
}

/*
 * Runtime services can be mapped only once per boot of the firmware: the new
 * kernel takes over this kernel's virtual mapping, and the addresses that
 * the firmware's tables no longer give physically.
 */
static void zp_set_efi(struct zero_page *zp)
{
	const struct efi_info *ours = &boot_params.efi_info;
	struct efi_info *info = &zp->params->efi_info;
	struct efi_setup_data *data;

	if (!zp->params->acpi_rsdp_addr)
		zp->params->acpi_rsdp_addr = efi_rsdp();
	if (!efi_enabled(EFI_RUNTIME_SERVICES) || !ours->efi_memmap_size)
		return;
	zp->params->secure_boot = boot_params.secure_boot;
	info->efi_loader_signature = ours->efi_loader_signature;
	info->efi_systab = ours->efi_systab;
	info->efi_systab_hi = ours->efi_systab_hi;
	info->efi_memdesc_version = ours->efi_memdesc_version;
	info->efi_memdesc_size = efi_get_runtime_map_desc_size();
	zp_set_efi_map(zp);
	data = zp_add_setup_data(zp, SETUP_EFI, sizeof(*data));
	if (!data)
		return;
	*data = (struct efi_setup_data) {
		.fw_vendor	= efi_fw_vendor,
		.tables		= efi_config_table,
		.smbios		= efi.smbios,
	};
}

static bool efi_is_32bit(void)
{
	return efi_enabled(EFI_RUNTIME_SERVICES) && !efi_enabled(EFI_64BIT);
}
#else
static size_t efi_room(void) { return 0; }
static void zp_set_efi(struct zero_page *zp) { }
static bool efi_is_32bit(void) { return false; }
#endif

/* IMA measurements and entropy */

#ifdef CONFIG_IMA_KEXEC
static size_t ima_room(void)
{
	return setup_data_room(sizeof(struct ima_setup_data));
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
#else
static size_t ima_room(void) { return 0; }
static void zp_set_ima(struct zero_page *zp, const struct kimage *image) { }
#endif

static void zp_set_rng_seed(struct zero_page *zp)
{
	void *seed;

	if (!rng_is_initialized())
		return;
	seed = zp_add_setup_data(zp, SETUP_RNG_SEED, RNG_SEED_SIZE);
	if (seed)
		get_random_bytes(seed, RNG_SEED_SIZE);
}

/*
 * Room for the timeline of the handover, written when everything else is done.
 * An image that does not know the type could only be confused by it.
 */
static void zp_set_timeline(struct zero_page *zp, struct kimage *image,
			    const struct kexec_bzimage *img)
{
	void *record;

	if (!IS_ENABLED(CONFIG_KEXEC_TIMELINE) || img->setup_type_max < SETUP_KEXEC_TIMELINE)
		return;
	record = zp_add_setup_data(zp, SETUP_KEXEC_TIMELINE, sizeof(struct kexec_timeline));
	if (!record)
		return;
	image->timeline = zp->phys + (record - (void *)zp->params);
	kexec_dprintk("timeline: %#lx, %zu bytes\n", image->timeline,
		      sizeof(struct kexec_timeline));
}

/* The zero page as a whole */

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

static void zp_set_header(struct zero_page *zp, const char *kernel,
			  const struct kexec_bzimage *img)
{
	memcpy((void *)zp->params + KEXEC_BZIMAGE_HEADER, kernel + KEXEC_BZIMAGE_HEADER,
	       img->header_size);
	/* addresses in the file mean nothing: the image is relocatable */
	zp->params->hdr.setup_data = 0;
	zp->params->hdr.ramdisk_image = 0;
	zp->params->hdr.ramdisk_size = 0;
	zp->params->hdr.type_of_loader = LOADER_KEXEC;
	zp->params->hdr.loadflags = LOADED_HIGH;
}

static size_t zp_size(const struct zero_page *zp, const struct kimage *image,
		      unsigned long cmdline_len)
{
	return zp_room(sizeof(struct boot_params)) + zp_room(cmdline_room(image, cmdline_len)) +
	       setup_data_room(memory_map_extra(zp->memory)) + efi_room() +
	       ima_room() + setup_data_room(RNG_SEED_SIZE) +
	       setup_data_room(sizeof(struct kexec_timeline));
}

static int zp_place(struct zero_page *zp, struct kimage *image, unsigned long cmdline_len)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "boot data",
		.buf_min	= BOOT_PARAMS_MIN,
		.buf_max	= ULONG_MAX,
		.top_down	= true,
	};
	int err;

	zp->memory = memory_map(image, NULL, 0);
	kbuf.bufsz = zp_size(zp, image, cmdline_len);
	kbuf.memsz = kbuf.bufsz;
	kbuf.buffer = kzalloc(kbuf.bufsz, GFP_KERNEL);
	if (!kbuf.buffer)
		return -ENOMEM;
	zp->params = kbuf.buffer;
	zp->size = kbuf.bufsz;
	zp->used = sizeof(struct boot_params);
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free memory for the zero page and command line");
	zp->phys = kbuf.mem;
	image->arch.boot_params = kbuf.mem;
	kexec_dprintk("zero page: %#lx, %zu bytes\n", zp->phys, zp->size);
	return 0;
}

static int zp_fill(struct zero_page *zp, struct kimage *image, const char *cmdline,
		   unsigned long cmdline_len)
{
	int err;

	zp_set_machine(zp);
	zp_set_cmdline(zp, image, cmdline, cmdline_len);
	err = zp_set_memory(zp, image);
	if (err)
		return kexec_refuse(err, "the memory map cannot be made");
	log_e820(zp->params);
	zp_set_mem_k(zp);
	zp_set_efi(zp);
	zp_set_ima(zp, image);
	zp_set_rng_seed(zp);
	return 0;
}

/* Kernel and initrd */

static int kernel_place(struct kimage *image, struct kexec_buf *kbuf)
{
	int err;

	kbuf->memsz = max(kbuf->memsz, kbuf->bufsz);
	err = kexec_add_buffer(kbuf);
	if (err)
		return kexec_refuse(err, "no free %lu MiB aligned to %#lx for the kernel",
				    DIV_ROUND_UP(kbuf->memsz, SZ_1M), kbuf->buf_align);
	/* its start code clears what it needs cleared */
	kimage_leave_tail(image, image->nr_segments - 1);
	return 0;
}

/*
 * What the file holds past the size it gives, signature or sloppiness, is loaded
 * with the rest.
 */
static int bzimage_place(struct kimage *image, char *kernel, unsigned long kernel_len,
			 const struct kexec_bzimage *img)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "kernel",
		.buffer		= kernel + img->pm_offset,
		.bufsz		= kernel_len - img->pm_offset,
		.memsz		= img->init_size,
		.buf_align	= img->kernel_alignment,
		.buf_min	= max_t(u64, img->pref_address, KERNEL_MIN),
		.buf_max	= ULONG_MAX,
		.top_down	= true,
	};
	int err = kernel_place(image, &kbuf);

	if (err)
		return err;
	image->start = kbuf.mem + KEXEC_BZIMAGE_ENTRY64;
	kexec_dprintk("kernel: %#lx, %lu bytes of %lu\n", kbuf.mem, kbuf.bufsz, kbuf.memsz);
	return 0;
}

/*
 * The kernel maps itself with large pages, so it starts where one does.  The last
 * one is mapped as a whole, too, and must not reach into what is no RAM:
 * there are machines that stop when a CPU speculates there.
 */
static int vmlinux_place(struct kimage *image, const struct kexec_vmlinux64 *vmlinux,
			 const struct kexec_bzimage *img)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "kernel",
		.buffer		= vmlinux->bytes,
		.bufsz		= vmlinux->kernel.file_size,
		.memsz		= ALIGN((u64)max(vmlinux->kernel.mem_size, img->init_size),
					PMD_SIZE),
		.buf_align	= max_t(unsigned long, img->kernel_alignment, PMD_SIZE),
		.buf_min	= max_t(u64, img->pref_address, KERNEL_MIN),
		.buf_max	= ULONG_MAX,
		.top_down	= true,
		.random		= vmlinux->random && image->type != KEXEC_TYPE_CRASH,
	};
	int err = kernel_place(image, &kbuf);

	if (err)
		return err;
	image->start = kbuf.mem + vmlinux->kernel.entry;
	image->direct = 1;
	kexec_dprintk("unpacked kernel: %#lx, %lu bytes of %lu\n", kbuf.mem, kbuf.bufsz,
		      kbuf.memsz);
	return 0;
}

static int initrd_place(struct kimage *image, struct zero_page *zp, char *initrd,
			unsigned long initrd_len)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "initrd",
		.buffer		= initrd,
		.bufsz		= initrd_len,
		.memsz		= initrd_len,
		.buf_min	= INITRD_MIN,
		.buf_max	= ULONG_MAX,
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

/* The loader */

static int probe_machine(const struct kexec_bzimage *img)
{
	if (!kexec_bzimage_above_4g(img))
		return kexec_refuse(-ENOEXEC, "the bzImage cannot be loaded above 4 GiB");
	if (efi_is_32bit())
		return kexec_refuse(-ENOEXEC, "a 64-bit entry cannot use the machine's 32-bit EFI");
	if (pgtable_l5_enabled() && !(img->xloadflags & XLF_5LEVEL))
		return kexec_refuse(-ENOEXEC, "the bzImage cannot start with 5-level paging");
	return 0;
}

static int bzimage64_probe(const char *buf, unsigned long len)
{
	struct kexec_bzimage img;
	enum kexec_bzimage_why why = kexec_bzimage_parse(buf, len, &img);

	if (why == KEXEC_BZIMAGE_OK)
		why = kexec_bzimage_check(&img);
	if (why != KEXEC_BZIMAGE_OK)
		return kexec_refuse(-ENOEXEC, "not a bzImage this kernel can load: %s",
				    kexec_bzimage_why(why));
	return probe_machine(&img);
}

/**
 * struct bzimage_data - what a load holds until it ends
 * @params:  the zero page
 * @vmlinux: the unpacked kernel
 */
struct bzimage_data {
	struct boot_params *params;
	struct kexec_vmlinux64 vmlinux;
};

/*
 * The crash segments come first: they lie at the start of the crash memory.
 * Then the highest places go to what is placed first.
 */
static int bzimage_lay_out(struct kimage *image, struct zero_page *zp, char *kernel,
			   unsigned long kernel_len, const struct kexec_bzimage *img,
			   const struct kexec_vmlinux64 *vmlinux, unsigned long cmdline_len)
{
	int err = load_crash_segments(image);

	if (err)
		return kexec_refuse(err, "the ELF core header does not fit the crash memory");
	err = cmdline_check(image, img, cmdline_len);
	err = err ?: zp_place(zp, image, cmdline_len);
	if (err)
		return err;
	zp_set_header(zp, kernel, img);
	if (!vmlinux->bytes)
		return bzimage_place(image, kernel, kernel_len, img);
	if (vmlinux->random)
		zp->params->hdr.loadflags |= KASLR_FLAG;
	return vmlinux_place(image, vmlinux, img);
}

static int bzimage64_cleanup(void *loader_data)
{
	struct bzimage_data *data = loader_data;

	if (data) {
		kfree(data->params);
		vfree(data->vmlinux.bytes);
	}
	return 0;
}

/* What is returned lives until the load ends; the cleanup frees what it points to. */
static void *bzimage64_load(struct kimage *image, char *kernel, unsigned long kernel_len,
			    char *initrd, unsigned long initrd_len,
			    char *cmdline, unsigned long cmdline_len)
{
	struct bzimage_data *data = kzalloc(sizeof(*data), GFP_KERNEL);
	struct zero_page zp = { };
	struct kexec_bzimage img;
	int err;

	if (!data)
		return ERR_PTR(-ENOMEM);
	err = kexec_bzimage_parse(kernel, kernel_len, &img) ? -ENOEXEC : 0;
	err = err ?: kexec_vmlinux64_unpack(image, kernel, &img, cmdline, cmdline_len,
					    &data->vmlinux);
	err = err ?: bzimage_lay_out(image, &zp, kernel, kernel_len, &img, &data->vmlinux,
				     cmdline_len);
	err = err ?: initrd_place(image, &zp, initrd, initrd_len);
	err = err ?: zp_fill(&zp, image, cmdline, cmdline_len);
	data->params = zp.params;
	if (!err) {
		zp_set_timeline(&zp, image, &img);
		return data;
	}
	bzimage64_cleanup(data);
	kfree(data);
	return ERR_PTR(err);
}

const struct kexec_file_ops kexec_bzImage64_ops = {
	.name		= "bzImage",
	.cleanup	= bzimage64_cleanup,
	.probe		= bzimage64_probe,
	.load		= bzimage64_load,
#ifdef CONFIG_KEXEC_BZIMAGE_VERIFY_SIG
	.verify_sig	= kexec_kernel_verify_pe_sig,
#endif
};
