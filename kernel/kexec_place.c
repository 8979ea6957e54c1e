// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placement: destinations in RAM that no segment has taken yet.
 *
 * A good place is one that can be claimed (kernel/kexec_claim.c).  What looking for
 * one may cost does not depend on the size of the machine: the steps from one
 * window to the next grow, and a load has one budget for all that it looks at.
 */

#define pr_fmt(fmt) "kexec_file: " fmt

#include <linux/kexec.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/memblock.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pageblock-flags.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "kexec_internal.h"

/* Pages that a load may look at, and how many more for each page of its segments. */
#define LOOK_PAGES		PHYS_PFN(4UL * SZ_1G)
#define LOOK_PER_PAGE		8

/* Windows that follow each other closely; from then on each step is twice the one before. */
#define NEAR_WINDOWS		32

/**
 * struct place - a place being looked for
 * @kbuf:    what for
 * @beside:  image that is in the way, too
 * @any_ram: RAM that the next kernel does not know at first will do
 * @wish:    how the place has to be
 * @windows: those that did not suit so far
 *
 * What the caller says stays as it is until a place is found, and nothing else of
 * its structure is looked at.
 */
struct place {
	struct kexec_buf *kbuf;
	const struct kimage *beside;
	bool any_ram;
	enum kexec_wish wish;
	unsigned int windows;
};

/*
 * Bytes of a segment-to-be that are claimed; what it leaves to the image is not.
 * One without bytes gets them later, through a mapping of its pages.
 */
static u64 claim_size(const struct kexec_buf *kbuf)
{
	return PAGE_ALIGN(kbuf->bufsz ?: kbuf->memsz);
}

/* Memory is migrated by blocks: one that is shared with something else may not be had. */
static u64 place_align(const struct kexec_buf *kbuf)
{
	u64 block = PFN_PHYS(pageblock_nr_pages);

	if (!kimage_claims(kbuf->image) || kbuf->lowest || claim_size(kbuf) < block)
		return kbuf->buf_align;
	return max_t(u64, kbuf->buf_align, block);
}

/* Places that were tried in vain. */
static bool place_tried(const struct kexec_search *search, u64 start, u64 end,
			struct range *taken)
{
	unsigned int i;

	for (i = 0; i < search->nr_tried; i++) {
		*taken = search->tried[i];
		if (start <= taken->end && end >= taken->start)
			return true;
	}
	return false;
}

/* Segments of this image are in the way, and of the one that it has to be put beside. */
static bool place_taken(const struct place *place, u64 at, struct range *taken)
{
	const struct kexec_buf *kbuf = place->kbuf;
	u64 end = at + kbuf->memsz - 1;

	return kimage_takes(kbuf->image, at, end, taken) ||
	       (place->beside && kimage_takes(place->beside, at, end, taken)) ||
	       place_tried(&kbuf->image->search, at, at + claim_size(kbuf) - 1, taken);
}

static bool place_suits(const struct place *place, u64 at, struct kexec_obstacle *in_way)
{
	const struct kexec_window window = {
		.at = at, .claim = claim_size(place->kbuf), .size = place->kbuf->memsz,
	};

	return kexec_window_suits(place->kbuf->image, &window, place->wish, in_way);
}

/*
 * How far the next window is from an obstacle.  What lies between is not looked at, so
 * that a few windows tell as much of a large machine as of a small one.
 */
static u64 place_step(struct place *place, const struct kexec_obstacle *in_way)
{
	u64 size = claim_size(place->kbuf);
	unsigned int shift;

	if (in_way->zone || place->windows++ < NEAR_WINDOWS)
		return 0;
	shift = place->windows - NEAR_WINDOWS;
	return shift < 62 - ilog2(size) ? size << shift : 1ULL << 62;
}

/*
 * Lowest (top_down: highest) fitting place in [start, end], an inclusive range.
 * Each conflict moves on past what is in the way.
 */
static bool range_place_low(struct place *place, u64 start, u64 end)
{
	u64 at = start, align = place_align(place->kbuf), memsz = place->kbuf->memsz;
	struct kexec_obstacle in_way;
	struct range taken;

	for (;;) {
		at = ALIGN(at, align);
		if (at < start || at > end || end - at < memsz - 1)
			return false;
		if (place_taken(place, at, &taken)) {
			at = taken.end + 1;
			continue;
		}
		if (place_suits(place, at, &in_way))
			break;
		if (in_way.end == U64_MAX)
			return false;
		at = in_way.end + 1 + place_step(place, &in_way);
	}
	place->kbuf->mem = at;
	return true;
}

/*
 * The last byte that a place below an obstacle may have, 0 if there is none.  What is
 * claimed has to end below it; the rest may lie where it cannot be claimed.
 */
static u64 end_below(const struct place *place, u64 at, const struct kexec_obstacle *in_way,
		     u64 step)
{
	u64 claim = claim_size(place->kbuf), room = claim;

	/* memory that is offline is in the way of the rest, too */
	if (in_way->start >= at + claim)
		room = place->kbuf->memsz;
	if (in_way->start < room || in_way->start - room < step)
		return 0;
	return in_way->start - room - step + place->kbuf->memsz - 1;
}

static bool range_place_high(struct place *place, u64 start, u64 end)
{
	u64 at, align = place_align(place->kbuf), memsz = place->kbuf->memsz;
	struct kexec_obstacle in_way;
	struct range taken;

	for (;;) {
		if (end < start || end - start < memsz - 1)
			return false;
		at = ALIGN_DOWN(end - (memsz - 1), align);
		if (at < start)
			return false;
		if (place_taken(place, at, &taken)) {
			if (!taken.start)
				return false;
			end = taken.start - 1;
			continue;
		}
		if (place_suits(place, at, &in_way))
			break;
		end = end_below(place, at, &in_way, place_step(place, &in_way));
	}
	place->kbuf->mem = at;
	return true;
}

/* Memory that only a driver may bring up is no home for a kernel. */
static bool range_is_home(const struct place *place, const struct resource *res)
{
	if (res->flags & IORESOURCE_SYSRAM_DRIVER_MANAGED)
		return false;
	return place->any_ram || arch_kexec_ram_handed_over(res->start, res->end);
}

/* walk_system_ram_res() callback: 0 goes on with the next range, 1 is success. */
static int range_place(struct resource *res, void *arg)
{
	struct place *place = arg;
	u64 start = max_t(u64, res->start, place->kbuf->buf_min);
	u64 end = min_t(u64, res->end, place->kbuf->buf_max);

	if (fatal_signal_pending(current))
		return -EINTR;
	if (start > end || !range_is_home(place, res))
		return 0;
	return place->kbuf->top_down ? range_place_high(place, start, end) :
				       range_place_low(place, start, end);
}

static int range_place_memblock(struct place *place, phys_addr_t start, phys_addr_t end)
{
	struct resource res = { .start = start, .end = end - 1 };

	return range_place(&res, place);
}

/* Ranges that a driver manages are not free as memblock sees it. */
static int place_walk_memblock(struct place *place)
{
	phys_addr_t start, end;
	int found;
	u64 i;

	if (place->kbuf->top_down) {
		for_each_free_mem_range_reverse(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end,
						NULL) {
			found = range_place_memblock(place, start, end);
			if (found)
				return found;
		}
		return 0;
	}
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		found = range_place_memblock(place, start, end);
		if (found)
			return found;
	}
	return 0;
}

/* -EINVAL: there is no RAM at all */
static int place_walk_resources(struct place *place)
{
	int found = place->kbuf->top_down ?
		    walk_system_ram_res_rev(0, ULONG_MAX, place, range_place) :
		    walk_system_ram_res(0, ULONG_MAX, place, range_place);

	return found == -EINVAL ? 0 : found;
}

static int place_walk_ram(struct place *place)
{
	return IS_ENABLED(CONFIG_ARCH_KEEP_MEMBLOCK) ? place_walk_memblock(place) :
						       place_walk_resources(place);
}

/**
 * struct random_place - a place among all that fit, found by counting
 * @place: what for
 * @skip:  places to skip; how many there are if @at stays 0
 * @at:	   the place
 */
struct random_place {
	struct place *place;
	u64 skip;
	u64 at;
};

static u64 range_places(const struct place *place, const struct resource *res, u64 *first)
{
	const struct kexec_buf *kbuf = place->kbuf;
	u64 start = ALIGN(max_t(u64, res->start, kbuf->buf_min), (u64)kbuf->buf_align);
	u64 end = min_t(u64, res->end, kbuf->buf_max);

	*first = start;
	if (start < res->start || start > end || end - start < kbuf->memsz - 1 ||
	    !range_is_home(place, res))
		return 0;
	return div64_u64(end - start - (kbuf->memsz - 1), kbuf->buf_align) + 1;
}

static int range_count_places(struct resource *res, void *arg)
{
	struct random_place *pick = arg;
	u64 first;

	pick->skip += range_places(pick->place, res, &first);
	return 0;
}

static int range_pick_place(struct resource *res, void *arg)
{
	struct random_place *pick = arg;
	u64 first, n = range_places(pick->place, res, &first);

	if (pick->skip >= n) {
		pick->skip -= n;
		return 0;
	}
	pick->at = first + pick->skip * pick->place->kbuf->buf_align;
	return 1;
}

static u64 random_below(u64 n)
{
	u64 rest;

	div64_u64_rem(get_random_u64(), n, &rest);
	return rest;
}

/*
 * A place drawn at random, or the next one below it that fits; if there is none,
 * the highest of all.
 */
static int place_walk_random(struct place *place)
{
	struct random_place pick = { .place = place };
	struct kexec_buf *kbuf = place->kbuf;
	unsigned long max = kbuf->buf_max;
	int found = 0;

	walk_system_ram_res(0, ULONG_MAX, &pick, range_count_places);
	if (!pick.skip)
		return 0;
	pick.skip = random_below(pick.skip);
	kbuf->top_down = true;
	if (walk_system_ram_res(0, ULONG_MAX, &pick, range_pick_place) == 1) {
		kbuf->buf_max = pick.at + kbuf->memsz - 1;
		found = place_walk_ram(place);
		kbuf->buf_max = max;
	}
	return found ?: place_walk_ram(place);
}

/* Looking for memory that is free must leave something for looking on. */
static int place_walk(struct place *place)
{
	struct kexec_search *search = &place->kbuf->image->search;
	unsigned long kept = place->wish == KEXEC_WISH_FREE ? search->left / 2 : 0;
	int found;

	search->left -= kept;
	search->wish = place->wish;
	place->windows = 0;
	found = place->kbuf->random ? place_walk_random(place) : place_walk_ram(place);
	search->left += kept;
	return found;
}

/*
 * A place that is free, or else one that can be claimed whole, or else one where
 * little is in the way, or else any: what cannot be claimed is bounced.
 */
static int place_walk_wishes(struct place *place)
{
	bool choosy = kimage_claims(place->kbuf->image) && !place->kbuf->lowest;
	int found = 0;

	for (place->wish = choosy ? KEXEC_WISH_FREE : KEXEC_WISH_ANY;
	     place->wish <= KEXEC_WISH_ANY && !found; place->wish++)
		found = place_walk(place);
	return found;
}

static int place_normal(struct place *place)
{
	struct kexec_search *search = &place->kbuf->image->search;
	int found;

	search->left = LOOK_PAGES + LOOK_PER_PAGE * search->pages;
	search->left -= min(search->left, search->looked);
	found = place_walk_wishes(place);
	if (found)
		return found;
	place->any_ram = true;
	return place_walk_wishes(place);
}

/* Beside the armed image, so that it can stay armed; over it, if there is no such place. */
static int place_crash(struct place *place)
{
	int found;

	if (!crashk_res.end)
		return kexec_refuse_unreserved();
	place->any_ram = true;
	place->beside = place->kbuf->image->over_armed ? NULL : kexec_crash_image;
	found = range_place(&crashk_res, place);
	if (found || !place->beside)
		return found;
	place->beside = NULL;
	return range_place(&crashk_res, place);
}

static int place_find(struct place *place)
{
	if (IS_ENABLED(CONFIG_CRASH_DUMP) && place->kbuf->image->type == KEXEC_TYPE_CRASH)
		return place_crash(place);
	return place_normal(place);
}

/**
 * kexec_locate_mem_hole - find a destination
 * @kbuf: what for; @kbuf->mem is set unless it already names a place
 *
 * Normal images go to RAM, crash images to the reserved crash memory.  Nothing is
 * claimed.
 *
 * Return: 0, -EADDRNOTAVAIL if nothing fits, or -EINTR.
 */
int kexec_locate_mem_hole(struct kexec_buf *kbuf)
{
	struct place place = { .kbuf = kbuf };
	int found;

	if (kbuf->mem != KEXEC_BUF_MEM_UNKNOWN)
		return 0;
	found = place_find(&place);
	if (found < 0)
		return found;
	return found ? 0 : -EADDRNOTAVAIL;
}

static void kimage_set_next_segment(struct kimage *image, const struct kexec_buf *kbuf)
{
	unsigned long i = image->nr_segments;

	image->segment[i] = (struct kexec_segment) {
		.kbuf	= kbuf->buffer,
		.bufsz	= kbuf->bufsz,
		.mem	= kbuf->mem,
		.memsz	= kbuf->memsz,
	};
	image->segment_name[i] = kbuf->name;
}

/* Another place is looked for if the one that was found cannot be had after all. */
static int kimage_place_segment(struct kimage *image, struct kexec_buf *kbuf)
{
	unsigned long asked = kbuf->mem;
	int err;

	image->search.nr_tried = 0;
	image->search.pages += PHYS_PFN(claim_size(kbuf));
	do {
		kbuf->mem = asked;
		err = arch_kexec_locate_mem_hole(kbuf);
		if (err)
			return err;
		kimage_set_next_segment(image, kbuf);
		if (asked != KEXEC_BUF_MEM_UNKNOWN)
			image->search.wish = KEXEC_WISH_ANY;
		err = kimage_claim_place(image, claim_size(kbuf));
	} while (err == -EAGAIN);
	return err;
}

/**
 * kexec_add_buffer - make a buffer the next segment of an image
 * @kbuf: the buffer and its constraints; mem, memsz and buf_align are updated
 *
 * Context: file load in progress, before its control pages are taken.
 *
 * Return: 0, -EINVAL when there are 16 segments already, -EADDRNOTAVAIL when
 * there is no place, -ENOMEM when it would leave too little memory, or -EINTR.
 */
int kexec_add_buffer(struct kexec_buf *kbuf)
{
	struct kimage *image = kbuf->image;
	int err;

	/* control pages stay clear of the segments known when they are taken */
	if (!image->file_mode || WARN_ON_ONCE(image->control_code_page))
		return -EINVAL;
	if (image->nr_segments >= KEXEC_SEGMENT_MAX)
		return kexec_refuse(-EINVAL, "the image needs more than %d segments",
				    KEXEC_SEGMENT_MAX);
	if (kbuf->bufsz > kbuf->memsz || kbuf->memsz > ULONG_MAX - PAGE_SIZE)
		return kexec_refuse(-EINVAL, "a segment of %#lx bytes in %#lx is impossible",
				    kbuf->bufsz, kbuf->memsz);
	/* an empty segment gets a page, so that it has a place */
	kbuf->memsz = PAGE_ALIGN(kbuf->memsz ?: 1);
	kbuf->buf_align = max(kbuf->buf_align, PAGE_SIZE);

	get_online_mems();
	err = kimage_place_segment(image, kbuf);
	if (!err)
		image->nr_segments++;
	put_online_mems();
	/* before the caller says that there is no place */
	return err == -EINTR ? kexec_refuse(err, "interrupted by a signal") : err;
}

#if IS_ENABLED(CONFIG_KEXEC_KUNIT_TEST)
#include "kexec_kunit/kexec_place_kunit.c"
#endif
