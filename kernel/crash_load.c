// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading a crash image: beside the armed one, or over it, straight into the crash
 * memory, which nobody else uses.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/kexec.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/range.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>
#include <linux/vmcore_info.h>

#include "kexec_internal.h"

static bool in_crash_memory(unsigned long start, unsigned long end)
{
	return start >= phys_to_boot_phys(crashk_res.start) &&
	       end <= phys_to_boot_phys(crashk_res.end);
}

/**
 * kimage_check_crash - does a crash image lie in the crash memory?
 * @image: crash image being built
 *
 * Context: load lock held.
 *
 * Return: 0, or -EADDRNOTAVAIL with a reason given.
 */
int kimage_check_crash(const struct kimage *image)
{
	const struct kexec_segment *seg;
	unsigned long i;

	if (!crashk_res.end)
		return kexec_refuse_unreserved();
	if (!in_crash_memory(image->start, image->start))
		return kexec_refuse(-EADDRNOTAVAIL,
				    "entry %#lx lies outside the crash memory %pa-%pa",
				    image->start, &crashk_res.start, &crashk_res.end);
	for (i = 0; i < image->nr_segments; i++) {
		seg = &image->segment[i];
		if (!in_crash_memory(seg->mem, seg->mem + seg->memsz - 1))
			return kexec_refuse(-EADDRNOTAVAIL,
					    "segment %lu, %#lx-%#lx, lies outside the crash memory %pa-%pa",
					    i, seg->mem, seg->mem + seg->memsz,
					    &crashk_res.start, &crashk_res.end);
	}
	return 0;
}

/* Its bytes */

#define STAGE_STEP	SZ_1M

static int segment_stage(const struct kexec_segment *seg, void *to)
{
	size_t off, n;

	for (off = 0; off < seg->bufsz; off += n) {
		n = min_t(size_t, seg->bufsz - off, STAGE_STEP);
		if (copy_from_user(to + off, seg->buf + off, n))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

/**
 * kimage_stage - bring a caller's bytes into kernel memory
 * @image:  image being built; nothing is done unless it is for the crash slot
 * @staged: where to say where the bytes of each segment are; for vfree()
 *
 * So nothing is left that can fail when the armed image has to be given up.
 * Context: load lock held, may sleep.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_stage(struct kimage *image, void **staged)
{
	const struct kexec_segment *seg;
	unsigned long i;

	if (image->type != KEXEC_TYPE_CRASH || image->file_mode)
		return 0;
	for (i = 0; i < image->nr_segments; i++) {
		seg = &image->segment[i];
		if (!seg->bufsz)
			continue;
		staged[i] = kexec_alloc(seg->bufsz, 0, "to copy the", "segments");
		if (!staged[i])
			return -ENOMEM;
		if (segment_stage(seg, staged[i]))
			return kexec_refuse(-EFAULT, "the buffer of segment %lu cannot be read", i);
	}
	return 0;
}

/**
 * kimage_use_staged - take a caller's bytes from where they have been brought to
 * @image:  image being built, which the architecture has prepared: it looks at the
 *	    caller's buffers then, and not after that
 * @staged: what kimage_stage() has said
 */
void kimage_use_staged(struct kimage *image, void **staged)
{
	unsigned long i;

	if (image->type != KEXEC_TYPE_CRASH || image->file_mode)
		return;
	for (i = 0; i < image->nr_segments; i++)
		image->segment[i].kbuf = staged[i];
	image->kernel_bufs = true;
}

static int crash_fill_segment(const struct kimage *image, const struct kexec_segment *seg)
{
	struct page *page;
	size_t off;
	int err = 0;

	for (off = 0; off < seg->memsz && !err; off += PAGE_SIZE) {
		page = boot_pfn_to_page(PHYS_PFN(seg->mem + off));
		err = arch_kexec_post_alloc_pages(page_address(page), 1, 0);
		if (err)
			break;
		err = kimage_fill_page(image, seg, off, page);
		kexec_flush_icache_page(page);
		arch_kexec_pre_free_pages(page_address(page), 1);
		cond_resched();
	}
	return err;
}

static bool segment_is_free(const struct kimage *armed, const struct kexec_segment *seg)
{
	struct range taken;

	return !armed || !seg->memsz ||
	       !kimage_takes(armed, seg->mem, seg->mem + seg->memsz - 1, &taken);
}

/*
 * An image that cannot be put beside the armed one is put over it.  The window
 * without a crash image opens here then, and closes in kimage_arm().
 */
static void crash_make_room(const struct kimage *image)
{
	const struct kexec_segment *seg;

	for (seg = image->segment; seg < image->segment + image->nr_segments; seg++)
		if (!segment_is_free(kexec_crash_image, seg))
			kimage_free(xchg(&kexec_crash_image, NULL));
}

/**
 * kimage_load_crash - write a crash image to where it will run
 * @image: crash image, prepared
 *
 * Context: load lock held, crash memory writable, may sleep.
 *
 * Return: 0, or a negative errno.
 */
int kimage_load_crash(struct kimage *image)
{
	unsigned long i;
	int err = 0;

	crash_make_room(image);
	/* the armed image took its copy of VMCOREINFO along */
	crash_update_vmcoreinfo_safecopy(image->vmcoreinfo_data_copy);
	for (i = 0; i < image->nr_segments && !err; i++) {
		err = crash_fill_segment(image, &image->segment[i]);
		image->placed += image->segment[i].memsz;
	}
	return err;
}

/**
 * crash_before_prepare - an architecture may need all of the crash memory from here on
 * @image: any image, not prepared yet
 *
 * s390 gives the pages of the crash memory back to its hypervisor first.
 * Context: load lock held, may sleep.
 */
void crash_before_prepare(struct kimage *image)
{
	if (KEXEC_PREPARE_CLEARS_CRASH_MEMORY && image->type == KEXEC_TYPE_CRASH)
		kimage_free(xchg(&kexec_crash_image, NULL));
}

/* Over the armed image */

static void crash_prepare_again(struct kimage *image, enum kexec_control_place control)
{
	kexec_forgive();
	machine_kexec_cleanup(image);
	kimage_free_vmcoreinfo(image);
	kimage_free_list(&image->unusable_pages);
	image->vmcoreinfo_data_copy = NULL;
	image->control_code_page = NULL;
	image->control_start = 0;
	image->control = control;
}

/* Would there be room for all control pages without the armed image? */
static int crash_rehearse(struct kimage *image)
{
	int err;

	crash_prepare_again(image, KEXEC_CONTROL_REHEARSED);
	err = kimage_take_control_pages(image);
	err = err ?: machine_kexec_prepare(image);
	/* the last one is for VMCOREINFO */
	if (!err && !kimage_alloc_control_pages(image, 0))
		err = -ENOMEM;
	return err;
}

/**
 * crash_give_up_armed - drop the armed image if the new one fits by itself
 * @image: crash image that there was no room for beside the armed one
 *
 * Everything else about it has been checked by now.  Its control pages are to be taken
 * anew after this.
 * Context: load lock held, may sleep.
 *
 * Return: 0, or a negative errno if it would not fit either; nothing is dropped then.
 */
int crash_give_up_armed(struct kimage *image)
{
	int err = crash_rehearse(image);

	if (err)
		return err;
	pr_notice("no room in the crash memory for a second image, dropping the armed one\n");
	kimage_free(xchg(&kexec_crash_image, NULL));
	crash_prepare_again(image, KEXEC_CONTROL_OVER);
	return 0;
}
