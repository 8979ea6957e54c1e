// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control pages of a crash image.  They lie in a window of the crash memory, behind
 * each other, and are written before the new image is armed: so they keep clear of the
 * armed one as long as it has to stay.
 */

#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/range.h>

#include "kexec_internal.h"

/**
 * kimage_init_control - where the control pages of a crash image begin
 * @image: image without control pages
 */
void kimage_init_control(struct kimage *image)
{
	if (image->type == KEXEC_TYPE_CRASH)
		image->control_page = phys_to_boot_phys(crashk_res.start);
}

/* First address past what makes [start, end] unusable for control pages, 0 if nothing does. */
static unsigned long crash_blocked(const struct kimage *image, const struct kimage *armed,
				   unsigned long start, unsigned long end)
{
	const struct kexec_segment *seg = kimage_segment_at(image, start, end);
	struct range taken;

	if (seg)
		return seg->mem + seg->memsz;
	return armed && kimage_takes(armed, start, end, &taken) ? taken.end + 1 : 0;
}

/* Lowest free run of @size bytes in the crash memory, 0 if there is none. */
static unsigned long crash_find_control(const struct kimage *image, const struct kimage *armed,
					unsigned long size)
{
	unsigned long last = min_t(unsigned long, phys_to_boot_phys(crashk_res.end),
				   KEXEC_CRASH_CONTROL_MEMORY_LIMIT);
	unsigned long start = ALIGN(image->control_page, size);
	unsigned long past;

	while (start >= image->control_page && start <= last && last - start >= size - 1) {
		past = crash_blocked(image, armed, start, start + size - 1);
		if (!past)
			return start;
		start = ALIGN(past, size);
	}
	return 0;
}

static struct page *crash_take_control(struct kimage *image, unsigned long start,
				       unsigned long size)
{
	struct page *page = boot_pfn_to_page(PHYS_PFN(start));

	if (!image->control_start)
		image->control_start = start;
	image->control_page = start + size;
	if (arch_kexec_post_alloc_pages(page_address(page), size >> PAGE_SHIFT, 0))
		return NULL;
	return page;
}

/**
 * kimage_try_control_pages - take control pages that a crash image can do without
 * @image: image it belongs to; all its segments must be known
 * @order: log2 of the number of pages, physically contiguous
 *
 * Like kimage_alloc_control_pages(), but the armed image does not go for them.
 *
 * Return: the first page, NULL if there is no room.
 */
struct page *kimage_try_control_pages(struct kimage *image, unsigned int order)
{
	unsigned long size = PAGE_SIZE << order;
	unsigned long start = crash_find_control(image, kexec_crash_image, size);

	return start ? crash_take_control(image, start, size) : NULL;
}

/* A page to write to in the place of one at @start, which the armed image may still have. */
static struct page *crash_rehearse_control(struct kimage *image, unsigned long start,
					   unsigned int order)
{
	struct page *page = kimage_alloc_pages(KEXEC_CONTROL_MEMORY_GFP, order);

	if (page)
		list_add(&page->lru, &image->unusable_pages);
	image->control_page = start + (PAGE_SIZE << order);
	return page;
}

/**
 * kimage_alloc_crash_control_pages - take control pages for a crash image
 * @image: image it belongs to; all its segments must be known
 * @order: log2 of the number of pages, physically contiguous
 *
 * Context: load lock held, may sleep.
 *
 * Return: the first page; NULL with a reason given if there is no room.
 */
struct page *kimage_alloc_crash_control_pages(struct kimage *image, unsigned int order)
{
	const struct kimage *armed = image->control == KEXEC_CONTROL_BESIDE ? kexec_crash_image :
									      NULL;
	unsigned long size = PAGE_SIZE << order;
	unsigned long start = crash_find_control(image, armed, size);

	if (!start) {
		image->crowded = armed;
		kexec_refuse(-ENOMEM, "the crash memory has no room left for control pages");
		return NULL;
	}
	if (image->control == KEXEC_CONTROL_REHEARSED)
		return crash_rehearse_control(image, start, order);
	return crash_take_control(image, start, size);
}
