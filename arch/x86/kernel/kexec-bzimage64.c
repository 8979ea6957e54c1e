// SPDX-License-Identifier: GPL-2.0-only
/*
 * bzImage loader: the 64-bit boot protocol, and the 32-bit one for images that
 * have nothing else, or could not start in the mode this kernel is in
 * (Documentation/arch/x86/boot.rst).
 *
 * What the file says is read in lib/kexec/bzimage.c.
 */

#define pr_fmt(fmt) "kexec-bzImage64: " fmt

#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/kexec_image.h>
#include <linux/pgtable.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/bootparam.h>
#include <asm/kexec-bzimage64.h>

#include "kexec-loaders.h"
#include "kexec-vmlinux64.h"

static void zp_set_header(struct zero_page *zp, const char *kernel,
			  const struct kexec_bzimage *img)
{
	memcpy((void *)zp->params + KEXEC_BZIMAGE_HEADER, kernel + KEXEC_BZIMAGE_HEADER,
	       img->header_size);
	/* addresses in the file mean nothing: what is there is elsewhere now */
	zp->params->hdr.setup_data = 0;
	zp->params->hdr.ramdisk_image = 0;
	zp->params->hdr.ramdisk_size = 0;
	zp->params->hdr.type_of_loader = LOADER_KEXEC;
	zp->params->hdr.loadflags = LOADED_HIGH;
}

/*
 * Code that starts in 64-bit mode has to know the number of paging levels it is
 * started with; code that starts in 32-bit mode chooses it.  Services of a 32-bit
 * EFI are of no use to a kernel that is not entered there.
 */
static bool enters_64(const struct kexec_bzimage *img)
{
	return kexec_bzimage_entry64(img) && !efi_is_32bit() &&
	       (!pgtable_l5_enabled() || img->xloadflags & XLF_5LEVEL);
}

/* The kernel */

static int kernel_place(struct kimage *image, struct kexec_buf *kbuf)
{
	int err;

	kbuf->memsz = max(kbuf->memsz, kbuf->bufsz);
	err = kbuf->mem ? kexec_check_fixed(kbuf) : 0;
	err = err ?: kexec_add_buffer(kbuf);
	if (err)
		return kexec_refuse(err, "no free %lu MiB aligned to %#lx for the kernel",
				    DIV_ROUND_UP(kbuf->memsz, SZ_1M), kbuf->buf_align);
	/* its start code clears what it needs cleared */
	kimage_leave_tail(image, image->nr_segments - 1);
	return 0;
}

static unsigned long highest(const struct kexec_bzimage *img)
{
	return kexec_bzimage_above_4g(img) && enters_64(img) ? ULONG_MAX : KEXEC_MAX_32;
}

/*
 * What the file holds past the size it gives, signature or sloppiness, is loaded
 * with the rest.
 */
static int bzimage_place(struct kimage *image, char *kernel, unsigned long kernel_len,
			 const struct kexec_bzimage *img, unsigned long *mem)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "kernel",
		.buffer		= kernel + img->pm_offset,
		.bufsz		= kernel_len - img->pm_offset,
		.memsz		= kexec_bzimage_memory(img),
		.buf_align	= img->kernel_alignment,
		.buf_min	= max_t(u64, img->pref_address, KEXEC_LOAD_MIN),
		.buf_max	= highest(img),
		.top_down	= true,
	};
	int err;

	if (!img->relocatable)
		kbuf.mem = img->code32_start;
	err = kernel_place(image, &kbuf);
	if (err)
		return err;
	*mem = kbuf.mem;
	kexec_dprintk("kernel: %#lx, %lu bytes of %lu\n", kbuf.mem, kbuf.bufsz, kbuf.memsz);
	return 0;
}

/* Entered at its first byte with 32-bit code, or a sector behind it with 64-bit code. */
static int bzimage_enter(struct kimage *image, const struct kexec_bzimage *img,
			 unsigned long mem, void **enter)
{
	struct kexec_enter how = {
		.mode	= KEXEC_ENTER_32,
		.entry	= mem,
		.si	= image->arch.boot_params,
	};

	image->unpacks = !!img->payload_length;
	if (!enters_64(img))
		return kexec_add_enter(image, &how, enter);
	image->start = mem + KEXEC_BZIMAGE_ENTRY64;
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
		.buf_min	= max_t(u64, img->pref_address, KEXEC_LOAD_MIN),
		.buf_max	= highest(img),
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

/* The loader */

static int bzimage_probe(const char *buf, unsigned long len)
{
	struct kexec_bzimage img;
	enum kexec_bzimage_why why = kexec_bzimage_parse(buf, len, &img);

	if (why == KEXEC_BZIMAGE_OK)
		why = kexec_bzimage_check(&img);
	if (why == KEXEC_BZIMAGE_OK && !enters_64(&img) && !img.relocatable && !img.code32_start)
		return kexec_refuse(-ENOEXEC, "the bzImage cannot start in this machine's mode");
	/* anything may be too short or begin otherwise */
	if (why > KEXEC_BZIMAGE_NO_MAGIC)
		kexec_refuse(-ENOEXEC, "not a bzImage this kernel can load: %s",
			     kexec_bzimage_why(why));
	return why ? -ENOEXEC : 0;
}

/**
 * struct bzimage_data - what a load holds until it ends
 * @params:  the zero page
 * @enter:   the entry stub
 * @vmlinux: the unpacked kernel
 */
struct bzimage_data {
	struct boot_params *params;
	void *enter;
	struct kexec_vmlinux64 vmlinux;
};

/* The highest places go to what is placed first, but an image that is fixed has no choice. */
static int bzimage_lay_out(struct kimage *image, struct zero_page *zp, char *kernel,
			   unsigned long kernel_len, const struct kexec_bzimage *img,
			   struct bzimage_data *data)
{
	const struct kexec_vmlinux64 *vmlinux = &data->vmlinux;
	unsigned long mem = 0;
	int err = kexec_load_crash_segments(image);

	if (!err && !img->relocatable)
		err = bzimage_place(image, kernel, kernel_len, img, &mem);
	err = err ?: zp_place(zp, image, img->cmdline_max);
	data->params = zp->params;
	if (err)
		return err;
	zp_set_header(zp, kernel, img);
	if (vmlinux->random)
		zp->params->hdr.loadflags |= KASLR_FLAG;
	if (vmlinux->bytes)
		return vmlinux_place(image, vmlinux, img);
	if (!mem)
		err = bzimage_place(image, kernel, kernel_len, img, &mem);
	return err ?: bzimage_enter(image, img, mem, &data->enter);
}

static int bzimage_cleanup(void *loader_data)
{
	struct bzimage_data *data = loader_data;

	if (data) {
		kvfree(data->params);
		kfree(data->enter);
		vfree(data->vmlinux.bytes);
	}
	return 0;
}

/* What is returned lives until the load ends; the cleanup frees what it points to. */
static void *bzimage_load(struct kimage *image, char *kernel, unsigned long kernel_len,
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
	zp.max = highest(&img);
	if (!err && enters_64(&img) && img.relocatable)
		err = kexec_vmlinux64_unpack(image, kernel, &img, cmdline, cmdline_len,
					     &data->vmlinux);
	err = err ?: bzimage_lay_out(image, &zp, kernel, kernel_len, &img, data);
	if (zp.max == KEXEC_MAX_32)
		zp.max = img.initrd_addr_max;
	err = err ?: zp_place_initrd(&zp, image, initrd, initrd_len);
	if (!err) {
		zp_fill(&zp, image);
		zp_set_timeline(&zp, image, img.timeline);
		return data;
	}
	bzimage_cleanup(data);
	kfree(data);
	return ERR_PTR(err);
}

const struct kexec_file_ops kexec_bzImage64_ops = {
	.name		= "bzImage",
	.cleanup	= bzimage_cleanup,
	.probe		= bzimage_probe,
	.prepare	= kexec_linux_prepare,
	.load		= bzimage_load,
	.verify_sig	= PTR_IF(IS_ENABLED(CONFIG_KEXEC_BZIMAGE_VERIFY_SIG),
				 kexec_kernel_verify_pe_sig),
};
