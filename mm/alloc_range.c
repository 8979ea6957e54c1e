// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking pages by their address, as far as they can be had at once.
 *
 * alloc_contig_range() wants all of a range, and waits for it: for folios that
 * somebody has locked, for writeback, for every CPU to come by.  There may be a
 * device or a server behind each of them that never answers.  Nobody is waited for
 * here, and what cannot be had is left where it is.
 */

#include <linux/alloc_range.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-isolation.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>

#include "internal.h"

/* Direct reclaim could wait, and must not be needed for what is no more than a wish. */
#define TARGET_GFP	(GFP_NOWAIT | __GFP_MOVABLE | __GFP_NOWARN)

/*
 * The free page that @pfn is in, with its order; NULL if there is none.  @zone is locked;
 * what lies before its start belongs to another one, and may change.
 */
static struct page *free_page_around(struct zone *zone, unsigned long pfn, unsigned int *order)
{
	struct page *page;
	unsigned int i;

	for (i = 0; i <= MAX_PAGE_ORDER; i++) {
		page = pfn_to_page(ALIGN_DOWN(pfn, 1UL << i));
		if (page_zone(page) != zone || !PageBuddy(page))
			continue;
		*order = buddy_order(page);
		return *order >= i ? page : NULL;
	}
	return NULL;
}

static struct page *take_free_page(unsigned long pfn, unsigned int *order)
{
	struct zone *zone = page_zone(pfn_to_page(pfn));
	unsigned long flags;
	struct page *page;

	spin_lock_irqsave(&zone->lock, flags);
	page = free_page_around(zone, pfn, order);
	if (page && !__isolate_free_page(page, *order))
		page = NULL;
	spin_unlock_irqrestore(&zone->lock, flags);
	if (!page)
		return NULL;
	post_alloc_hook(page, *order, GFP_KERNEL);
	set_page_refcounted(page);
	if (*order)
		split_page(page, *order);
	return page;
}

/*
 * Take the free page that a page of the range is in; what of it lies outside is free
 * again.  Return: how many pages on is the next one to look at.
 */
static unsigned long take_around(const struct alloc_range *range, unsigned long i)
{
	struct page *page = pfn_to_page(range->pfn + i);
	unsigned long at, first;
	unsigned int order;

	page = page_ref_count(page) ? NULL : take_free_page(range->pfn + i, &order);
	if (!page)
		return 1;
	first = page_to_pfn(page);
	for (at = first; at < first + (1UL << order); at++) {
		if (at >= range->pfn && at < range->pfn + range->nr)
			range->page[at - range->pfn] = pfn_to_page(at);
		else
			__free_page(pfn_to_page(at));
	}
	return at - range->pfn - i;
}

static unsigned long count_missing(const struct alloc_range *range, unsigned long at,
				   unsigned long nr)
{
	unsigned long missing = 0;

	while (nr--)
		missing += !range->page[at + nr];
	return missing;
}

/**
 * alloc_range_free - take the pages of a block that are free
 * @range: what is wanted in all
 * @at:	   first page of it that is looked at
 * @nr:	   how many are; they are online, and in one pageblock
 *
 * More of the range may come along.  Pages on a CPU's own list are not free here: see
 * drain_all_pages().
 * Context: memory hotplug held off; does not sleep.
 *
 * Return: how many of the pages that were looked at are missing.
 */
unsigned long alloc_range_free(const struct alloc_range *range, unsigned long at,
			       unsigned long nr)
{
	unsigned long i;

	for (i = at; i < at + nr; )
		i += range->page[i] ? 1 : take_around(range, i);
	return count_missing(range, at, nr);
}

/* Moving what is there out of the way */

static struct folio *target_nowait(struct folio *folio, unsigned long private)
{
	return __folio_alloc(TARGET_GFP, folio_order(folio), folio_nid(folio), NULL);
}

/* Whether a folio looks as if it could be moved without waiting for anybody. */
static bool moves_now(const struct folio *folio)
{
	return !folio_test_locked(folio) && !folio_test_writeback(folio) &&
	       !folio_test_hugetlb(folio) && !folio_maybe_dma_pinned((struct folio *)folio) &&
	       (folio_test_lru(folio) || __folio_test_movable(folio));
}

/* Returns how many pages on is the next folio. */
static unsigned long gather_folio(struct page *page, struct list_head *folios)
{
	struct folio *folio = page_folio(page);
	unsigned long next = 1;

	if (page_has_type(page) || !folio_try_get(folio))
		return next;
	if (page_folio(page) == folio) {
		next = folio_nr_pages(folio) - folio_page_idx(folio, page);
		if (moves_now(folio))
			isolate_folio_to_list(folio, folios);
	}
	folio_put(folio);
	return next;
}

static void gather_folios(const struct alloc_range *range, unsigned long at, unsigned long nr,
			  struct list_head *folios)
{
	unsigned long i;

	for (i = at; i < at + nr; )
		i += range->page[i] ? 1 : gather_folio(pfn_to_page(range->pfn + i), folios);
}

/*
 * Where there is no room to move it to, page cache can be dropped that is clean.  A
 * file system may want to write before it lets go of folios that have data of its own.
 */
static void drop_clean(struct zone *zone, struct list_head *folios)
{
	unsigned int flags = memalloc_nofs_save();
	struct folio *folio, *next;
	LIST_HEAD(clean);

	list_for_each_entry_safe(folio, next, folios, lru)
		if (!folio_has_private(folio))
			list_move(&folio->lru, &clean);
	reclaim_clean_pages_from_list(zone, &clean);
	list_splice(&clean, folios);
	memalloc_nofs_restore(flags);
}

static void move_away(const struct alloc_range *range, unsigned long at, unsigned long nr)
{
	LIST_HEAD(folios);

	gather_folios(range, at, nr, &folios);
	if (list_empty(&folios))
		return;
	migrate_pages(&folios, target_nowait, NULL, 0, MIGRATE_ASYNC, MR_CONTIG_RANGE, NULL);
	if (!list_empty(&folios))
		drop_clean(page_zone(pfn_to_page(range->pfn + at)), &folios);
	putback_movable_pages(&folios);
}

/**
 * alloc_range_nowait - take the pages of a block that can be had at once
 * @range: what is wanted in all
 * @at:	   first page of it that is wanted now
 * @nr:	   how many are; they are online, and in one pageblock
 *
 * Memory of files and processes is moved elsewhere, or dropped if it is clean.  That
 * takes time, but none that depends on anything but this CPU: folios that are locked
 * or under writeback stay.
 * Context: memory hotplug held off; may sleep.
 *
 * Return: how many of the pages that are wanted now are missing.
 */
unsigned long alloc_range_nowait(const struct alloc_range *range, unsigned long at,
				 unsigned long nr)
{
	unsigned long pfn = range->pfn + at, missing = alloc_range_free(range, at, nr);
	int type;

	if (!missing)
		return 0;
	type = get_pageblock_migratetype(pfn_to_page(pfn));
	/* what is freed now would be given out again, perhaps to what moves away */
	if (start_isolate_page_range(pfn, pfn + nr, type, 0, TARGET_GFP))
		return missing;
	move_away(range, at, nr);
	missing = alloc_range_free(range, at, nr);
	undo_isolate_page_range(pfn, pfn + nr, type);
	return missing;
}
