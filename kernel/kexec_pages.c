// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that belong to an image: taken, given back, set aside for a while, and noted as
 * sources.
 */

#include <linux/gfp.h>
#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "kexec_internal.h"

/**
 * kimage_alloc_pages - take pages for an image
 * @gfp:   how
 * @order: log2 of the number of pages, physically contiguous
 *
 * They are fit for an image, and remember @order.  Not zeroed.
 * Context: load lock held, may sleep.
 *
 * Return: the first page; NULL if there is none, or the caller is being killed.
 */
struct page *kimage_alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (fatal_signal_pending(current))
		return NULL;
	page = alloc_pages(gfp, order);
	if (!page)
		return NULL;
	if (arch_kexec_post_alloc_pages(page_address(page), 1 << order, gfp)) {
		__free_pages(page, order);
		return NULL;
	}
	set_page_private(page, order);
	return page;
}

/**
 * kimage_free_pages - give back what kimage_alloc_pages() took
 * @page: what it returned, in no list
 */
void kimage_free_pages(struct page *page)
{
	unsigned int order = page_private(page);

	arch_kexec_pre_free_pages(page_address(page), 1 << order);
	set_page_private(page, 0);
	__free_pages(page, order);
}

/**
 * kimage_free_list - give back a list of pages
 * @pages: what kimage_alloc_pages() took; empty after this
 */
void kimage_free_list(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru) {
		list_del(&page->lru);
		kimage_free_pages(page);
	}
}

/**
 * kimage_set_aside - keep a page that cannot be used, so that it is not offered again
 * @image: image being built, which frees it when its memory is complete
 * @page:  the page
 * @order: as it was allocated
 *
 * Context: load lock held, may sleep.
 *
 * Return: 0, or -ENOMEM with a reason given if that goes on for too long.
 */
int kimage_set_aside(struct kimage *image, struct page *page, unsigned int order)
{
	unsigned long step = PHYS_PFN(SZ_1M), before = image->set_aside;

	list_add(&page->lru, &image->unusable_pages);
	image->set_aside += 1UL << order;
	return before / step == image->set_aside / step ? 0 : kimage_may_take(image, step);
}

/* Lists of sources */

/**
 * kimage_alloc_source_list - make the list of a segment's sources, all of them unknown
 * @image: image being built
 * @i:	   index of the segment; a list that an abandoned segment left there goes
 *
 * Return: 0, also if it needs none, or -ENOMEM.
 */
int kimage_alloc_source_list(struct kimage *image, unsigned long i)
{
	unsigned long pages = segment_pages(&image->segment[i]);

	kimage_free_source_list(image, i);
	if (image->type == KEXEC_TYPE_CRASH || !pages)
		return 0;
	image->source[i] = kvcalloc(pages, sizeof(struct page *), GFP_KERNEL | KIMAGE_GFP);
	if (!image->source[i])
		return -ENOMEM;
	image->source_room[i] = pages;
	image->source_at[i] = image->segment[i].mem;
	return 0;
}

/**
 * kimage_free_source_list - free a segment's sources, and the list of them
 * @image: image being built or freed
 * @i:	   index of the segment
 */
void kimage_free_source_list(struct kimage *image, unsigned long i)
{
	unsigned long n;

	for (n = 0; n < image->source_room[i]; n++)
		if (image->source[i][n])
			kimage_free_pages(image->source[i][n]);
	kvfree(image->source[i]);
	image->source[i] = NULL;
	image->source_room[i] = 0;
}

/**
 * kimage_free_sources - free an image's sources, and the lists of them
 * @image: the image
 */
void kimage_free_sources(struct kimage *image)
{
	unsigned long i;

	for (i = 0; i < KEXEC_SEGMENT_MAX; i++)
		kimage_free_source_list(image, i);
}
