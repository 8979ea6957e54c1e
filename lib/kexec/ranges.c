// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of address ranges, in an array that the caller has room for.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/kexec_formats.h>

/* Index of the first range that ends at or behind @addr. */
static u32 first_to(const struct kexec_ranges *set, u64 addr)
{
	u32 low = 0, high = set->nr, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (set->range[middle].end < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts @new[0..@nr) where @range[@at..@at + @old) was. */
static bool replace(struct kexec_ranges *set, u32 at, u32 old, const struct kexec_range *new,
		    u32 nr)
{
	if ((u64)set->nr - old + nr > set->max)
		return false;
	memmove(set->range + at + nr, set->range + at + old,
		(set->nr - at - old) * sizeof(*set->range));
	memcpy(set->range + at, new, nr * sizeof(*new));
	set->nr = set->nr - old + nr;
	return true;
}

/**
 * kexec_ranges_add() - add a range to a set
 * @set: the set; what it has of the range already does not matter
 * @start: first address
 * @end: last address, inclusive
 *
 * Return: true; false if @end is below @start or there is no room for one more
 * range, and nothing is changed then.
 */
bool kexec_ranges_add(struct kexec_ranges *set, u64 start, u64 end)
{
	struct kexec_range all = { start, end };
	u32 at = first_to(set, start ? start - 1 : 0), to;

	if (start > end)
		return false;
	for (to = at; to < set->nr; to++) {
		if (end != ~0ULL && set->range[to].start > end + 1)
			break;
		all.start = min(all.start, set->range[to].start);
		all.end = max(all.end, set->range[to].end);
	}
	return replace(set, at, to - at, &all, 1);
}

/**
 * kexec_ranges_remove() - take a range out of a set
 * @set: the set; it need not have any of the range
 * @start: first address
 * @end: last address, inclusive
 *
 * Return: true; false if @end is below @start, or what is left needs room for
 * one more range that there is not, and nothing is changed then.
 */
bool kexec_ranges_remove(struct kexec_ranges *set, u64 start, u64 end)
{
	u32 at = first_to(set, start), to, nr = 0;
	struct kexec_range left[2];

	if (start > end)
		return false;
	for (to = at; to < set->nr && set->range[to].start <= end; to++)
		;
	if (to > at && set->range[at].start < start)
		left[nr++] = (struct kexec_range){ set->range[at].start, start - 1 };
	if (to > at && set->range[to - 1].end > end)
		left[nr++] = (struct kexec_range){ end + 1, set->range[to - 1].end };
	return replace(set, at, to - at, left, nr);
}

/**
 * kexec_ranges_hold() - is a range in a set, as a whole?
 * @set: the set
 * @start: first address
 * @end: last address, inclusive
 *
 * Return: true if so.
 */
bool kexec_ranges_hold(const struct kexec_ranges *set, u64 start, u64 end)
{
	u32 at = first_to(set, end);

	return start <= end && at < set->nr && set->range[at].start <= start;
}

/* Is there an aligned place in [low, high] for @size bytes, and where is the best one? */
static bool place(u64 low, u64 high, u64 size, u64 align, bool top_down, u64 *start)
{
	u64 first = low + (-low & (align - 1)), last;

	if (first < low || first > high || high - first < size - 1)
		return false;
	last = (high - (size - 1)) & ~(align - 1);
	*start = top_down ? last : first;
	return true;
}

/**
 * kexec_ranges_find() - find a place inside one of the ranges of a set
 * @set: the set
 * @size: bytes it needs; not 0
 * @align: power of two that its start has to be a multiple of
 * @within: limits on where it may be; NULL: none
 * @top_down: the highest one; otherwise the lowest one
 * @start: where to put its address
 *
 * Return: true if there is one.
 */
bool kexec_ranges_find(const struct kexec_ranges *set, u64 size, u64 align,
		       const struct kexec_range *within, bool top_down, u64 *start)
{
	u64 low = within ? within->start : 0, high = within ? within->end : ~0ULL;
	const struct kexec_range *range;
	u32 i;

	if (!size || !align || align & (align - 1))
		return false;
	for (i = 0; i < set->nr; i++) {
		range = &set->range[top_down ? set->nr - 1 - i : i];
		if (range->start <= high && range->end >= low &&
		    place(max(range->start, low), min(range->end, high), size, align, top_down,
			  start))
			return true;
	}
	return false;
}
