// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sources: the pages that hold an image's bytes until the trampoline moves them.
 *
 * Every destination page has one.  Invariant: a source page either is its own
 * destination (it is placed) or is no destination at all (it is a bounce page).
 * So the moves can be done in any order, and none overwrites bytes that a later
 * one still needs.
 *
 * Images for the crash slot have no sources: their destinations lie in reserved
 * memory that nobody else uses, and are written when the image is armed.
 */

#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kexec_internal.h"

/*
 * Where the source of the destination page at @addr is noted; NULL if @addr is
 * in no destination that the trampoline fills.
 */
static struct page **kimage_source_of(struct kimage *image, unsigned long addr)
{
	const struct kexec_segment *seg = kimage_segment_at(image, addr, addr + PAGE_SIZE - 1);
	unsigned long i, n;

	if (!seg)
		return NULL;
	i = seg - image->segment;
	n = (addr - seg->mem) >> PAGE_SHIFT;
	return image->source[i] && n < kimage_source_pages(image, i) ? &image->source[i][n] : NULL;
}

/*
 * Allocate the source of one destination page, or with @wanted NULL a page that
 * lies in no destination.  A page that turns out to be another destination is
 * noted as the source of that one.  If that one has a bounce page already, its
 * bytes move home and the bounce page is free for @wanted, unless it lies in
 * high memory and @gfp forbids that.  Amortised O(1).
 */
static struct page *kimage_alloc_source(struct kimage *image, struct page **wanted, gfp_t gfp)
{
	struct page *page, **home;
	unsigned long addr;

	while ((page = kimage_alloc_pages(gfp | KIMAGE_GFP, 0))) {
		addr = kimage_page_addr(page);
		home = kimage_source_of(image, addr);
		if (page_to_boot_pfn(page) > PHYS_PFN(KEXEC_SOURCE_MEMORY_LIMIT) ||
		    (home && kimage_bounces(image)) ||
		    (!home && kimage_segment_at(image, addr, addr))) {
			if (kimage_set_aside(image, page, 0))
				return NULL;
			continue;
		}
		if (!home || home == wanted)
			return page;
		if (*home) {
			copy_highpage(page, *home);
			swap(page, *home);
			if (gfp & __GFP_HIGHMEM || !PageHighMem(page))
				return page;
			kimage_free_pages(page);
			continue;
		}
		/* sources have their bytes by the time that lists are made */
		if (!wanted)
			clear_highpage(page);
		*home = page;
	}
	return NULL;
}

/*
 * Does the page at @off of a segment need a source?  A trampoline that is told
 * moves clears a page of zeros without one, unless it has to put back later
 * what was there.  A segment of a file load without any bytes gets them later.
 */
static bool segment_needs_source(const struct kimage *image, const struct kexec_segment *seg,
				 size_t off)
{
	return off < seg->bufsz || (image->file_mode && !seg->bufsz) ||
	       image->preserve_context || !IS_ENABLED(CONFIG_KEXEC_BLOB);
}

static int kimage_source_segment(struct kimage *image, unsigned long i)
{
	const struct kexec_segment *seg = &image->segment[i];
	struct page **source = image->source[i];
	unsigned long n;

	for (n = 0; n < kimage_source_pages(image, i); n++) {
		if (source[n] || !segment_needs_source(image, seg, n << PAGE_SHIFT))
			continue;
		if (IS_ALIGNED(n, PHYS_PFN(SZ_1M)) && kimage_may_take(image, PHYS_PFN(SZ_1M)))
			return -ENOMEM;
		source[n] = kimage_alloc_source(image, &source[n], GFP_HIGHUSER);
		if (!source[n])
			return kexec_refuse(-ENOMEM,
					    "there is not enough free memory for segment %lu, %zu MiB",
					    i, seg->memsz >> 20);
		cond_resched();
	}
	return 0;
}

static int kimage_fill_segment(struct kimage *image, unsigned long i)
{
	const struct kexec_segment *seg = &image->segment[i];
	struct page **source = image->source[i];
	unsigned long n;
	int err = 0;

	if (kimage_reads_segment(image, i))
		return kimage_read_segment(image, i);
	for (n = 0; n < kimage_source_pages(image, i) && !err; n++) {
		if (source[n])
			err = kimage_fill_page(image, seg, n << PAGE_SHIFT, source[n]);
		cond_resched();
	}
	return err;
}

/**
 * kimage_fill_normal - load a normal image's bytes
 * @image: its destinations have been taken, its control pages too
 *
 * All sources first, then the bytes: until the last source is found, one of a
 * page that has its bytes may still be exchanged for its destination.
 * Context: load lock held, may sleep.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_fill_normal(struct kimage *image)
{
	unsigned long i;
	int err = 0;

	for (i = 0; i < image->nr_segments && !err; i++)
		err = kimage_source_segment(image, i);
	for (i = 0; i < image->nr_segments && !err; i++)
		err = kimage_fill_segment(image, i);
	return err;
}

/**
 * kimage_count_segment - count what is placed of a segment, and what has to be moved
 * @image: normal image, loaded completely
 * @i:	   index of the segment
 */
void kimage_count_segment(struct kimage *image, unsigned long i)
{
	struct page **source = image->source[i];
	unsigned long n, addr = image->segment[i].mem;

	for (n = 0; n < kimage_source_pages(image, i); n++, addr += PAGE_SIZE) {
		if (!source[n])
			continue;
		if (kimage_page_addr(source[n]) == addr)
			image->placed += PAGE_SIZE;
		else
			image->bounced += PAGE_SIZE;
	}
}

/* Loaders of other architectures move segments, and change their size. */
static bool source_list_fits(const struct kimage *image, unsigned long i)
{
	return image->source[i] && image->source_at[i] == image->segment[i].mem &&
	       image->source_room[i] >= kimage_source_pages(image, i);
}

/* Pages of a segment that have to have a source: all, or those with bytes. */
static unsigned long segment_sources(const struct kimage *image, unsigned long i)
{
	unsigned long pages = kimage_source_pages(image, i);
	const struct kexec_segment *seg = &image->segment[i];

	return !pages || segment_needs_source(image, seg, (pages - 1) << PAGE_SHIFT) ?
	       pages : PFN_UP(seg->bufsz);
}

/* Pages without a source, of those that @count counts. */
static unsigned long missing_pages(const struct kimage *image,
				   unsigned long (*count)(const struct kimage *, unsigned long))
{
	unsigned long i, n, missing = 0;

	for (i = 0; i < image->nr_segments; i++)
		for (n = 0; n < count(image, i); n++)
			missing += !image->source[i][n];
	return missing;
}

/**
 * kimage_take_destinations - take hold of them, before anything else settles there
 * @image: its segments have been checked; one for the crash slot has its memory already
 *
 * Pages of zeros can be made by the trampoline: they are only claimed where there is
 * memory enough.
 * Context: load lock held, may sleep.
 *
 * Return: 0, or -ENOMEM.
 */
int kimage_take_destinations(struct kimage *image)
{
	unsigned long (*count)(const struct kimage *, unsigned long) = kimage_source_pages;
	unsigned long i;
	int err = 0;

	if (image->type == KEXEC_TYPE_CRASH)
		return 0;
	for (i = 0; i < image->nr_segments && !err; i++)
		if (!source_list_fits(image, i))
			err = kimage_alloc_source_list(image, i);
	err = err ?: kimage_may_take(image, missing_pages(image, segment_sources));
	if (err)
		return err;
	if (!kexec_leaves_reserve(missing_pages(image, kimage_source_pages)))
		count = segment_sources;
	get_online_mems();
	for (i = 0; i < image->nr_segments; i++)
		kimage_claim(image, i, count(image, i), false);
	put_online_mems();
	return 0;
}

/**
 * kimage_alloc_list_page - take a page for a list that the trampoline reads
 * @image: image it belongs to; all its destinations are known
 *
 * The page lies in no destination and lives as long as @image.  Not zeroed.
 * Context: load lock held, may sleep.
 *
 * Return: the page, or NULL.
 */
struct page *kimage_alloc_list_page(struct kimage *image)
{
	struct page *page = kimage_alloc_source(image, NULL, GFP_KERNEL);

	if (page)
		list_add(&page->lru, &image->entry_pages);
	return page;
}

/**
 * kimage_map_segment - map the sources of a destination range
 * @image: image whose memory has been taken
 * @addr:  physical start of the range, in one segment
 * @size:  its size in bytes
 *
 * The mapping keeps the pages alive: whoever writes through it after @image
 * has been replaced writes to memory that is still its own.
 * Context: load lock held, may sleep.
 *
 * Return: kernel address, NULL on failure.
 */
void *kimage_map_segment(struct kimage *image, unsigned long addr, unsigned long size)
{
	unsigned int i, n = PFN_UP(addr + size) - PFN_DOWN(addr);
	struct page **pages = kvmalloc_array(n, sizeof(*pages), GFP_KERNEL), **source;
	void *map;

	if (!pages)
		return NULL;
	for (i = 0; i < n; i++) {
		source = kimage_source_of(image, (addr & PAGE_MASK) + i * PAGE_SIZE);
		if (!source || !*source)
			goto release;
		pages[i] = *source;
		get_page(pages[i]);
	}
	map = vmap(pages, n, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	if (map)
		return map;
release:
	while (i--)
		put_page(pages[i]);
	kvfree(pages);
	return NULL;
}

/**
 * kimage_unmap_segment - undo kimage_map_segment()
 * @buffer: what it returned
 */
void kimage_unmap_segment(void *buffer)
{
	vfree(buffer);
}
