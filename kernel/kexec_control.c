// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control pages: memory that survives the handover, and lies in no destination.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/gfp.h>
#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/mm.h>

#include "kexec_internal.h"

/* Page frames are compared: their addresses may not fit a word. */
static bool control_pages_fit(const struct kimage *image, struct page *page, unsigned int order)
{
	unsigned long start = kimage_page_addr(page);

	return page_to_boot_pfn(page) + (1UL << order) < PHYS_PFN(KEXEC_CONTROL_MEMORY_LIMIT) &&
	       !kimage_segment_at(image, start, start + (PAGE_SIZE << order) - 1);
}

static struct page *kimage_alloc_normal_control_pages(struct kimage *image, unsigned int order)
{
	struct page *page;

	for (;;) {
		page = kimage_alloc_pages(KEXEC_CONTROL_MEMORY_GFP, order);
		if (!page)
			return NULL;
		if (control_pages_fit(image, page, order))
			break;
		if (kimage_set_aside(image, page, order))
			return NULL;
	}
	list_add(&page->lru, &image->control_pages);
	return page;
}

/**
 * kimage_alloc_control_pages - take memory that survives the handover
 * @image: image it belongs to; all its segments must be known
 * @order: log2 of the number of pages, physically contiguous
 *
 * The pages lie in no destination of @image, below the architecture's limit
 * for control pages, and live as long as @image.  Not zeroed.
 * Context: load lock held, may sleep.
 *
 * Return: the first page, or NULL.
 */
struct page *kimage_alloc_control_pages(struct kimage *image, unsigned int order)
{
	if (image->type == KEXEC_TYPE_CRASH)
		return kimage_alloc_crash_control_pages(image, order);
	return kimage_alloc_normal_control_pages(image, order);
}

/**
 * kimage_take_control_pages - take those that every image has
 * @image: its segments are known, its other control pages are still to be taken
 *
 * Sets @image->control_code_page and, for a normal image, @image->swap_page.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int kimage_take_control_pages(struct kimage *image)
{
	kimage_init_control(image);
	image->control_code_page = kimage_alloc_control_pages(image,
							      get_order(KEXEC_CONTROL_PAGE_SIZE));
	if (!image->control_code_page)
		return -ENOMEM;
	kexec_dprintk("trampoline at %#lx\n", kimage_page_addr(image->control_code_page));
	if (image->type == KEXEC_TYPE_CRASH)
		return 0;
	image->swap_page = kimage_alloc_control_pages(image, 0);
	return image->swap_page ? 0 : -ENOMEM;
}
