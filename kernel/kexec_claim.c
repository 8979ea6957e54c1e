// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claiming: a destination is taken from whoever has it while the image is
 * loaded, so that its bytes go straight to where they will run from and nothing
 * is left to move at the handover.
 *
 * Free memory is there for the taking, page cache and process memory is
 * migrated elsewhere.  What the kernel itself uses stays where it is, as does
 * what a device may be writing to; such pages are in the way, and a destination
 * without any is looked for.  Whether a page can be had is a guess until
 * alloc_contig_range() has tried; that takes long and drains every CPU, so it is
 * called for large runs and not often.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/kexec.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/page-isolation.h>
#include <linux/sched/signal.h>

#include "kexec_internal.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX	"kexec."

/* Runs tried before a segment is content with parts, and tries for the parts. */
#define CLAIM_TRIES		4
#define CLAIM_PARTS		64

/* Migration may reclaim, but a load is not worth an OOM kill. */
#define CLAIM_GFP		(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* For tests: claim nothing, so that everything is bounced. */
static bool kexec_bounce;
module_param_named(bounce, kexec_bounce, bool, 0644);
MODULE_PARM_DESC(bounce, "Place nothing: let the trampoline move every byte (for tests)");

/**
 * kimage_claims - are destinations of an image claimed?
 * @image: the image
 *
 * Those of crash images lie in memory that is theirs already.
 */
bool kimage_claims(const struct kimage *image)
{
	return image->type == KEXEC_TYPE_DEFAULT && !READ_ONCE(kexec_bounce);
}

/**
 * kimage_bounces - is an image kept from its destinations, for tests?
 * @image: the image
 */
bool kimage_bounces(const struct kimage *image)
{
	return image->type == KEXEC_TYPE_DEFAULT && READ_ONCE(kexec_bounce);
}

/* Guessing */

/* Memory whose users count on allocations in it being short-lived or their own. */
static bool zone_claimable(struct page *page)
{
	return page_zonenum(page) != ZONE_MOVABLE && !is_zone_device_page(page) &&
	       !is_migrate_cma_page(page) && !is_migrate_isolate_page(page);
}

/* References that migration knows how to move: page tables, a cache, its owner's data. */
static long folio_known_refs(const struct folio *folio)
{
	long cache = folio_test_anon(folio) ? folio_test_swapcache(folio) : 1;

	return folio_mapcount(folio) + cache * folio_nr_pages(folio) + folio_has_private(folio);
}

/*
 * Memory of files and processes, on an LRU list or on its way to one, that
 * nobody else (a device, a pipe) holds on to.
 */
static bool page_migrates(struct page *page)
{
	struct folio *folio = page_folio(page);

	if (page_has_type(page) || folio_maybe_dma_pinned(folio))
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
	if (PageReserved(page) || PageHWPoison(page))
		return 0;
	if (PageBuddy(page))
		return 1UL << min_t(unsigned long, page_private(page), MAX_PAGE_ORDER);
	/* free on a CPU's list, or inside a larger free or huge page */
	if (!page_ref_count(page))
		return 1;
	return !free_only && page_migrates(page);
}

/*
 * The first page in [start, end) that cannot be claimed, and is one more than
 * @allow; @end if there is none.  With @free_only memory in use is in the way,
 * even if it could be migrated.  Pages that are offline are never allowed, nor,
 * if none may be in the way at all, are pages of another zone than the first.
 * Memory hotplug is held off.
 */
static u64 claim_scan(u64 start, u64 end, unsigned long allow, bool free_only)
{
	unsigned long pfn = PHYS_PFN(start), last = PHYS_PFN(end - 1), n;
	bool usable = false, one_zone = !allow;
	struct page *page = NULL;
	struct zone *zone = NULL;

	for (; start < end && pfn <= last; pfn += n) {
		if (!page || IS_ALIGNED(pfn, pageblock_nr_pages)) {
			cond_resched();
			page = pfn_to_online_page(pfn);
			if (!page)
				return PFN_PHYS(pfn);
			usable = zone_claimable(page);
		}
		page = pfn_to_page(pfn);
		zone = zone ?: page_zone(page);
		if (one_zone && page_zone(page) != zone)
			return PFN_PHYS(pfn);
		n = usable ? page_claimable(page, free_only) : 0;
		if (!n && !allow--)
			return PFN_PHYS(pfn);
		n = n ?: 1;
		/* a free run may reach into the next block, which is looked at anew */
		n = min(n, ALIGN(pfn + 1, pageblock_nr_pages) - pfn);
	}
	return end;
}

/* Claiming */

static int claim_run(unsigned long pfn, unsigned long n)
{
	int err;

	if (fatal_signal_pending(current))
		return -EINTR;
	err = alloc_contig_range(pfn, pfn + n, MIGRATE_MOVABLE, CLAIM_GFP);
	if (err)
		return err;
	err = arch_kexec_post_alloc_pages(page_address(pfn_to_page(pfn)), n, CLAIM_GFP);
	if (err)
		free_contig_range(pfn, n);
	return err;
}

/*
 * Who was in the way is not known.  Isolation works by blocks, so the next try
 * shares none of those at the far end, and little of the rest.
 */
static u64 claim_elsewhere(const struct kexec_buf *kbuf, u64 at, u64 size)
{
	u64 block = PFN_PHYS(pageblock_nr_pages);

	if (kbuf->top_down)
		return ALIGN_DOWN(at + size / 4, block);
	return ALIGN(at + size - size / 4, block) - PAGE_SIZE;
}

/* Looking for free memory must not cost more than migrating what is not free. */
static u64 claim_scan_free(struct kexec_buf *kbuf, u64 at, u64 size)
{
	u64 past;

	if (!kbuf->left)
		return 0;
	past = claim_scan(at, at + size, 0, true);
	kbuf->left -= min(kbuf->left, PHYS_PFN(past - at) + 1);
	return past;
}

/* First page of what is left to the image that is offline, 0 if none is. */
static u64 tail_offline(u64 start, u64 end)
{
	unsigned long pfn;

	for (pfn = PHYS_PFN(start); pfn < PHYS_PFN(end);
	     pfn = ALIGN(pfn + 1, pageblock_nr_pages))
		if (!pfn_to_online_page(pfn))
			return PFN_PHYS(pfn);
	return 0;
}

/**
 * kexec_claim_window - try to claim where a segment-to-be would lie
 * @kbuf: the segment-to-be
 * @at:   physical address of its destination
 * @size: bytes of it that are claimed, whole pages
 *
 * Nothing is claimed on behalf of a @kbuf that allows pages to be in the way;
 * only online memory is asked for then.
 * Context: memory hotplug held off, may sleep.
 *
 * Return: @at + @size if the place is taken, otherwise the address of a page
 * that no other try should include.
 */
u64 kexec_claim_window(struct kexec_buf *kbuf, u64 at, u64 size)
{
	u64 past = at + size, offline;
	int err;

	if (kbuf->image->type == KEXEC_TYPE_CRASH)
		return past;
	past = kbuf->free_only ? claim_scan_free(kbuf, at, size) :
				 claim_scan(at, at + size, kbuf->allow, false);
	if (past != at + size)
		return past;
	offline = tail_offline(at + size, at + kbuf->memsz);
	if (offline)
		return kbuf->top_down ? offline - (kbuf->memsz - size) : offline;
	if (kbuf->allow || !size)
		return past;
	err = claim_run(PHYS_PFN(at), PHYS_PFN(size));
	if (!err) {
		kbuf->claimed = PHYS_PFN(size);
		return past;
	}
	kexec_dprintk("claim: %#llx + %#llx not to be had (%d)\n", at, size, err);
	/* the guess was wrong: give up this way after a few, or look elsewhere */
	if (err == -EINTR || ++kbuf->tries >= CLAIM_TRIES)
		return 0;
	return claim_elsewhere(kbuf, at, size);
}

static void claim_note(struct page **source, unsigned long pfn, unsigned long n)
{
	while (n--) {
		source[n] = pfn_to_page(pfn + n);
		/* the order it is freed with; whoever had it may have left anything here */
		set_page_private(source[n], 0);
	}
}

static bool claimable(unsigned long pfn, unsigned long end)
{
	return claim_scan(PFN_PHYS(pfn), PFN_PHYS(end), 0, false) == PFN_PHYS(end);
}

/*
 * Claim in chunks of a power of two what is missing of a segment's pages
 * [from, to).  Return: tries left.
 */
static unsigned int claim_chunks(const struct kexec_segment *seg, struct page **source,
				 unsigned long from, unsigned long to, unsigned long chunk,
				 unsigned int tries)
{
	unsigned long base = PHYS_PFN(seg->mem), at, next;

	for (at = from; at < to && tries; at = next) {
		next = min(ALIGN(base + at + 1, chunk) - base, to);
		if (source[at] || !claimable(base + at, base + next))
			continue;
		tries--;
		if (!claim_run(base + at, next - at))
			claim_note(source + at, base + at, next - at);
	}
	return tries;
}

/**
 * kimage_claim - claim what can be had of a segment's destination
 * @image: image being built, whose sources of @i are noted as far as known
 * @i:	   index of the segment
 *
 * The whole of what is missing first, then parts half as large, down to the
 * blocks that memory is migrated in.  What is left over is bounced.
 * Context: load lock held, may sleep.
 */
void kimage_claim(struct kimage *image, unsigned long i)
{
	const struct kexec_segment *seg = &image->segment[i];
	struct page **source = image->source[i];
	unsigned long from = image->claimed[i], to = kimage_source_pages(image, i);
	unsigned long chunk;
	unsigned int tries = CLAIM_PARTS;

	claim_note(source, PHYS_PFN(seg->mem), from);
	image->claimed[i] = 0;
	if (!kimage_claims(image) || from == to || to > PHYS_PFN(ULONG_MAX) - PHYS_PFN(seg->mem))
		return;
	get_online_mems();
	chunk = roundup_pow_of_two(to - from);
	do {
		tries = claim_chunks(seg, source, from, to, chunk, tries);
		chunk /= 2;
	} while (tries && chunk >= pageblock_nr_pages);
	put_online_mems();
}

/**
 * kimage_unclaim - give back what was claimed for segments and never noted
 * @image: image being freed
 */
void kimage_unclaim(struct kimage *image)
{
	unsigned long i, pfn;

	for (i = 0; i < image->nr_segments; i++) {
		if (!image->claimed[i])
			continue;
		pfn = PHYS_PFN(image->segment[i].mem);
		arch_kexec_pre_free_pages(page_address(pfn_to_page(pfn)), image->claimed[i]);
		free_contig_range(pfn, image->claimed[i]);
		image->claimed[i] = 0;
	}
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
	return hotplug_memory_notifier(kexec_memory_event, DEFAULT_CALLBACK_PRI);
}
late_initcall(kexec_claim_init);
