// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claiming: a destination is taken from whoever has it while the image is
 * loaded, so that its bytes go straight to where they will run from and nothing
 * is left to move at the handover.
 *
 * Free memory is there for the taking, page cache and process memory is
 * migrated elsewhere.  What the kernel itself uses stays where it is, as does
 * what a device may be writing to, and what cannot be had at once: no load waits
 * for a lock or a write to end.  Such pages are in the way, and a destination
 * without any is looked for.  Whether a page can be had is a guess until it is tried.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/alloc_range.h>
#include <linux/cpumask.h>
#include <linux/kexec.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/page-isolation.h>
#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/swap.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "kexec_internal.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX	"kexec."

/* Places that are tried before a segment is content with part of one. */
#define CLAIM_TRIES		ARRAY_SIZE(((struct kexec_search *)NULL)->tried)

/* For tests: claim nothing, so that everything is bounced. */
static bool kexec_bounce;
module_param_named(bounce, kexec_bounce, bool, 0644);
MODULE_PARM_DESC(bounce, "Place nothing: let the trampoline move every byte (for tests)");

/**
 * kimage_claims - are destinations of an image claimed?
 * @image: the image
 *
 * Those of crash images lie in memory that is theirs already.
 *
 * Return: true if so.
 */
bool kimage_claims(const struct kimage *image)
{
	return image->type == KEXEC_TYPE_DEFAULT && !READ_ONCE(kexec_bounce);
}

/**
 * kimage_bounces - is an image kept from its destinations, for tests?
 * @image: the image
 *
 * Return: true if so.
 */
bool kimage_bounces(const struct kimage *image)
{
	return image->type == KEXEC_TYPE_DEFAULT && READ_ONCE(kexec_bounce);
}

/* Guessing */

/* Memory whose users count on allocations in it being short-lived or their own. */
static bool zone_claimable(struct page *page)
{
	return page_zonenum(page) != ZONE_MOVABLE && !is_zone_device_page(page);
}

static bool block_claimable(struct page *page)
{
	return zone_claimable(page) && !is_migrate_cma_page(page) &&
	       !is_migrate_isolate_page(page);
}

/* References that migration knows how to move: page tables, a cache, its owner's data. */
static long folio_known_refs(const struct folio *folio)
{
	long cache = folio_test_anon(folio) ? folio_test_swapcache(folio) : 1;

	return folio_mapcount(folio) + cache * folio_nr_pages(folio) + folio_has_private(folio);
}

/*
 * Memory of files and processes, on an LRU list or on its way to one, that
 * nobody else (a device, a pipe) holds on to, and nobody works on.
 */
static bool page_migrates(struct page *page)
{
	struct folio *folio = page_folio(page);

	if (page_has_type(page) || folio_maybe_dma_pinned(folio) || folio_test_locked(folio) ||
	    folio_test_writeback(folio))
		return false;
	if (!folio_test_lru(folio))
		return READ_ONCE(folio->mapping);
	return folio_ref_count(folio) <= folio_known_refs(folio);
}

/*
 * How many pages from @page on can be claimed, at least; 0 if it is in the way.
 * No lock is held: all of it may be wrong a moment later.
 */
static unsigned long page_claimable(struct page *page, bool free_only)
{
	/* a pool of huge pages keeps even those that nobody uses */
	if (PageReserved(page) || PageHWPoison(page) || PageHuge(page))
		return 0;
	if (PageBuddy(page))
		return 1UL << min_t(unsigned long, page_private(page), MAX_PAGE_ORDER);
	/* free on a CPU's list, or inside a larger free page */
	if (!page_ref_count(page))
		return 1;
	return !free_only && page_migrates(page);
}

static struct kexec_obstacle pages_in_way(unsigned long pfn, unsigned long nr)
{
	return (struct kexec_obstacle) {
		.start = PFN_PHYS(pfn), .end = PFN_PHYS(pfn + nr) - 1,
	};
}

static struct kexec_obstacle block_in_way(unsigned long pfn)
{
	return pages_in_way(pageblock_start_pfn(pfn), pageblock_nr_pages);
}

/* How many blocks on from @pfn, in the direction of @step blocks, CMA's blocks go. */
static unsigned long cma_reach(unsigned long pfn, long step)
{
	unsigned long reach = 0, by = 1;
	bool growing = true;

	while (by) {
		struct page *page = pfn_to_online_page(pfn + (reach + by) * step *
						       pageblock_nr_pages);

		if (page && is_migrate_cma_page(page))
			reach += by;
		else
			growing = false;
		by = growing ? by * 2 : by / 2;
	}
	return reach;
}

/*
 * A zone is passed by at once, however large it is, and so is an area of CMA's: what lies
 * between two of these may be taken for a part of one.  Zones of several nodes may lie
 * inside of each other; such machines have other memory to be placed in.
 */
static struct kexec_obstacle zone_in_way(struct page *page)
{
	unsigned long below, pfn = pageblock_start_pfn(page_to_pfn(page));
	struct zone *zone = page_zone(page);
	struct kexec_obstacle all;

	if (!zone_claimable(page)) {
		all = pages_in_way(zone->zone_start_pfn, zone->spanned_pages);
	} else if (is_migrate_cma_page(page)) {
		below = cma_reach(pfn, -1);
		all = pages_in_way(pfn - below * pageblock_nr_pages,
				   (below + 1 + cma_reach(pfn, 1)) * pageblock_nr_pages);
	} else {
		return block_in_way(pfn);
	}
	all.zone = true;
	return all;
}

/* A huge page is in the way as a whole.  No lock is held: its size is not believed. */
static struct kexec_obstacle page_in_way(struct page *page)
{
	struct folio *folio = page_folio(page);
	unsigned long pfn = page_to_pfn(page), head = folio_pfn(folio);
	unsigned long nr = folio_nr_pages(folio);

	if (head <= pfn && pfn < head + nr && nr <= PHYS_PFN(SZ_1G))
		return pages_in_way(head, nr);
	return pages_in_way(pfn, 1);
}

/* The end of all looking: everything is in the way. */
static struct kexec_obstacle end_of_search(void)
{
	return (struct kexec_obstacle) { .end = U64_MAX, .zone = true };
}

/* How a window is to be. */
static const struct {
	bool free_only;		/* memory in use is in the way, movable or not */
	unsigned int share;	/* one page of so many may be in the way; 0: none */
} rules[] = {
	[KEXEC_WISH_FREE]	= { .free_only = true },
	[KEXEC_WISH_WHOLE]	= { },
	[KEXEC_WISH_MOST]	= { .share = 32 },
};

/**
 * struct claim_scan - a look at a window
 * @search:    what the load may still look at
 * @free_only: see above
 * @allow:     pages that may still be in the way
 * @usable:    the block it is at is
 */
struct claim_scan {
	struct kexec_search *search;
	bool free_only;
	unsigned long allow;
	bool usable;
};

/* At the first page of a block, or of the window: false if it ends here. */
static bool scan_enter_block(struct claim_scan *scan, unsigned long pfn,
			     struct kexec_obstacle *in_way)
{
	struct page *page = pfn_to_online_page(pfn);

	cond_resched();
	if (fatal_signal_pending(current))
		scan->search->left = 0;
	if (!page) {
		*in_way = block_in_way(pfn);
		return false;
	}
	scan->usable = block_claimable(page);
	if (scan->usable || scan->allow >= pageblock_nr_pages)
		return true;
	*in_way = zone_in_way(page);
	return false;
}

/* How many pages on the scan is after the page at @pfn; 0 if it ends there. */
static unsigned long scan_page(struct claim_scan *scan, unsigned long pfn,
			       struct kexec_obstacle *in_way)
{
	struct page *page = pfn_to_page(pfn);
	unsigned long n;

	if (!scan->search->left) {
		*in_way = end_of_search();
		return 0;
	}
	scan->search->left--;
	scan->search->looked++;
	n = scan->usable ? page_claimable(page, scan->free_only) : 0;
	if (n)
		return n;
	if (!scan->allow) {
		*in_way = page_in_way(page);
		return 0;
	}
	scan->allow--;
	return 1;
}

/* Memory hotplug is held off. */
static bool scan_window(struct claim_scan *scan, unsigned long pfn, unsigned long end,
			struct kexec_obstacle *in_way)
{
	unsigned long n, block = pfn;

	for (; pfn < end; pfn += n) {
		if (pfn >= block) {
			if (!scan_enter_block(scan, pfn, in_way))
				return false;
			block = pageblock_end_pfn(pfn);
		}
		n = scan_page(scan, pfn, in_way);
		if (!n)
			return false;
		/* a free run may reach into the next block, which is looked at anew */
		n = min(n, block - pfn);
	}
	return true;
}

/* Nothing is placed where memory is offline, not even what the image clears itself. */
static bool all_online(unsigned long pfn, unsigned long end, struct kexec_obstacle *in_way)
{
	for (; pfn < end; pfn = pageblock_end_pfn(pfn)) {
		if (pfn_to_online_page(pfn))
			continue;
		*in_way = block_in_way(pfn);
		return false;
	}
	return true;
}

/**
 * kexec_window_suits - does a place look as if a segment could be claimed there?
 * @image:  image that the segment is of
 * @window: the place
 * @wish:   how it has to be
 * @in_way: filled in if it does not suit
 *
 * Context: memory hotplug held off, may sleep.
 *
 * Return: true if so.
 */
bool kexec_window_suits(struct kimage *image, const struct kexec_window *window,
			enum kexec_wish wish, struct kexec_obstacle *in_way)
{
	unsigned long pfn = PHYS_PFN(window->at), pages = PHYS_PFN(window->claim);
	struct claim_scan scan = { .search = &image->search };

	if (image->type == KEXEC_TYPE_CRASH)
		return true;
	if (wish != KEXEC_WISH_ANY) {
		scan.free_only = rules[wish].free_only;
		scan.allow = rules[wish].share ? pages / rules[wish].share + 1 : 0;
		if (!scan_window(&scan, pfn, pfn + pages, in_way))
			return false;
	}
	return all_online(pfn, pfn + PHYS_PFN(window->size), in_way);
}

/* Claiming */

/* Folios on their way to an LRU list wait on the CPU that they were made on. */
static DEFINE_PER_CPU(struct work_struct, drain_works);
static DECLARE_WAIT_QUEUE_HEAD(drain_wait);
static atomic_t drains_left;

/* For a CPU that has something better to do than to come by. */
#define DRAIN_PATIENCE	(HZ / 20)

static void drain_work(struct work_struct *work)
{
	lru_add_drain();
	if (atomic_dec_and_test(&drains_left))
		wake_up(&drain_wait);
}

static void drain_lists(struct kexec_search *search)
{
	int cpu;

	if (!search->drained) {
		search->drained = true;
		for_each_online_cpu(cpu) {
			/* counted before it can end; one that is still to end counts, too */
			atomic_inc(&drains_left);
			if (!queue_work_on(cpu, system_highpri_wq, &per_cpu(drain_works, cpu)))
				atomic_dec(&drains_left);
		}
		wait_event_killable_timeout(drain_wait, !atomic_read(&drains_left),
					    DRAIN_PATIENCE);
	}
	drain_all_pages(NULL);
}

typedef unsigned long take_fn(const struct alloc_range *range, unsigned long at,
			      unsigned long nr);

static unsigned long claim_block(const struct alloc_range *range, unsigned long at,
				 unsigned long nr, take_fn *take)
{
	struct page *page = pfn_to_online_page(range->pfn + at);

	cond_resched();
	if (!page || !block_claimable(page) || fatal_signal_pending(current))
		return nr;
	return take(range, at, nr);
}

/* Returns how many pages are missing; at most one block's, if it has to be @whole. */
static unsigned long claim_blocks(const struct alloc_range *range, bool whole, take_fn *take)
{
	unsigned long at, next, missing = 0;

	for (at = 0; at < range->nr && !(whole && missing); at = next) {
		next = min(pageblock_end_pfn(range->pfn + at) - range->pfn, range->nr);
		missing += claim_block(range, at, next - at, take);
	}
	return missing;
}

/* Make claimed pages fit for the image; those that cannot be are bounced. */
static void claim_prepare_pages(struct page **source, unsigned long nr)
{
	unsigned long at, run, i;

	for (at = 0; at < nr; at += run) {
		run = source[at] ? kexec_run_length(source + at, nr - at) : 1;
		if (!source[at] ||
		    !arch_kexec_post_alloc_pages(page_address(source[at]), run, GFP_KERNEL))
			continue;
		for (i = at; i < at + run; i++) {
			__free_page(source[i]);
			source[i] = NULL;
		}
	}
}

/**
 * kimage_claim - claim what can be had of a segment's destination
 * @image: image being built
 * @i:	   index of the segment; the sources of its first pages may be known
 * @pages: how many of its pages are to be claimed
 * @whole: less than all of them is not worth going on
 *
 * What is free first, in all of it: what has to be migrated then goes elsewhere.
 * Context: load lock held, memory hotplug held off, may sleep.
 *
 * Return: how many pages are missing, at least.
 */
unsigned long kimage_claim(struct kimage *image, unsigned long i, unsigned long pages, bool whole)
{
	struct alloc_range range = {
		.pfn = PHYS_PFN(image->segment[i].mem), .nr = pages, .page = image->source[i],
	};
	unsigned long missing;

	while (range.nr && *range.page) {
		range.page++;
		range.pfn++;
		range.nr--;
	}
	if (!range.nr || !kimage_claims(image) || range.nr > PHYS_PFN(ULONG_MAX) - range.pfn)
		return range.nr;
	drain_lists(&image->search);
	missing = claim_blocks(&range, false, alloc_range_free);
	if (missing)
		missing = claim_blocks(&range, whole, alloc_range_nowait);
	claim_prepare_pages(range.page, range.nr);
	return missing;
}

/**
 * kimage_claim_place - claim the place that was found for a segment-to-be
 * @image: image being built, whose next segment it is
 * @bytes: how much of the segment is to be claimed, from its start
 *
 * Context: load lock held, memory hotplug held off, may sleep.
 *
 * Return: 0; -EAGAIN if something was in the way after all and another place should be
 * tried, -ENOMEM, or -EINTR.
 */
int kimage_claim_place(struct kimage *image, u64 bytes)
{
	struct kexec_search *search = &image->search;
	unsigned long i = image->nr_segments;
	bool whole = search->wish <= KEXEC_WISH_WHOLE && search->nr_tried < CLAIM_TRIES;
	int err = kimage_may_take(image, PHYS_PFN(bytes)) ?:
		  kimage_alloc_source_list(image, i);

	if (err || !kimage_claims(image))
		return err;
	if (!kimage_claim(image, i, PHYS_PFN(bytes), whole) || !whole)
		return fatal_signal_pending(current) ? -EINTR : 0;
	kimage_free_source_list(image, i);
	search->tried[search->nr_tried++] = (struct range) {
		.start = image->segment[i].mem, .end = image->segment[i].mem + bytes - 1,
	};
	kexec_dprintk("claim: %#lx + %#llx not to be had\n", image->segment[i].mem, bytes);
	return fatal_signal_pending(current) ? -EINTR : -EAGAIN;
}

/* Destinations stay where they are */

static bool image_uses(const struct kimage *image, const struct memory_notify *range)
{
	u64 start = PFN_PHYS(range->start_pfn);

	return image && kimage_segment_at(image, start, start + PFN_PHYS(range->nr_pages) - 1);
}

/*
 * Slots and segment lists change only while hotplug is held off, see
 * kimage_arm() and kexec_add_buffer(), so both can be looked at here.
 */
static int kexec_memory_event(struct notifier_block *nb, unsigned long action, void *arg)
{
	const struct memory_notify *range = arg;

	if (action != MEM_GOING_OFFLINE ||
	    !(image_uses(kexec_image, range) || image_uses(kexec_loading, range)))
		return NOTIFY_OK;
	pr_notice("memory %#llx-%#llx stays online: the loaded image needs it, unload it first\n",
		  PFN_PHYS(range->start_pfn), PFN_PHYS(range->start_pfn + range->nr_pages));
	return notifier_from_errno(-EBUSY);
}

static int __init kexec_claim_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		INIT_WORK(&per_cpu(drain_works, cpu), drain_work);
	return hotplug_memory_notifier(kexec_memory_event, DEFAULT_CALLBACK_PRI);
}
late_initcall(kexec_claim_init);

#if IS_ENABLED(CONFIG_KEXEC_KUNIT_TEST)
#include "kexec_kunit/kexec_claim_kunit.c"
#endif
