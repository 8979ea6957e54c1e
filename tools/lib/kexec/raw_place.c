// SPDX-License-Identifier: GPL-2.0-only
/* Loading through kexec_load(2): where segments go. */
#include <errno.h>
#include <unistd.h>
#include "raw.h"

size_t raw_page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

/* In whole pages; 0: beyond all numbers. */
static u64 whole_pages(u64 size)
{
	u64 page = raw_page_size();

	return (size + page - 1) & -page;
}

static int add_segment(struct raw *raw, struct bytes bytes, u64 mem_size, u64 at)
{
	if (raw->nr_segments == KEXEC_SEGMENT_MAX)
		return raw_refuse(raw, KEXEC_REASON_SEGMENTS_UNSUITED, -EINVAL,
				  "it needs more segments than the %d that kexec_load takes",
				  KEXEC_SEGMENT_MAX);
	raw->segment[raw->nr_segments++] = (struct kexec_segment){
		.buf = bytes.data, .bufsz = bytes.size,
		.mem = (const void *)(uintptr_t)at, .memsz = mem_size,
	};
	return 0;
}

static int take(struct raw *raw, struct bytes bytes, u64 mem_size, u64 at)
{
	if (raw->machine && !kexec_ranges_remove(&raw->free, at, at + mem_size - 1))
		return raw_refuse(raw, KEXEC_REASON_MEMORY_RANGE, -ENOSPC,
				  "memory is in too many pieces");
	return add_segment(raw, bytes, mem_size, at);
}

static int no_place(struct raw *raw, const char *what, u64 size, const struct kexec_range *within)
{
	if (within->start <= within->end)
		image_debug(raw->image, "%s: no 0x%llx free bytes at 0x%llx-0x%llx", what,
			    (unsigned long long)size, (unsigned long long)within->start,
			    (unsigned long long)within->end);
	if (has_limits(raw->image))
		return raw_refuse(raw, KEXEC_REASON_PLACE_LIMITS, -EADDRNOTAVAIL,
				  "there is no free memory for %s, %.1f MiB, %s", what,
				  size / 1048576.0, "where --mem-min and --mem-max allow it");
	return raw_refuse(raw, KEXEC_REASON_MEMORY_RANGE, -EADDRNOTAVAIL,
			  "there is no free memory for %s, %.1f MiB", what, size / 1048576.0);
}

/**
 * raw_place() - find a place for a segment
 * @raw: the load; machine_find() was called
 * @what: what it is, for a reason
 * @bytes: its bytes
 * @mem_size: bytes of memory it takes; as many as there are bytes at the least
 * @where: limits
 * @at: set to its address
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_place(struct raw *raw, const char *what, struct bytes bytes, u64 mem_size,
	      const struct raw_where *where, u64 *at)
{
	const struct kexec_image *image = raw->image;
	struct kexec_range within = {
		.start = where->min > image->min ? where->min : image->min,
		.end = where->max < image->max ? where->max : image->max,
	};
	u64 size = whole_pages(mem_size > bytes.size ? mem_size : bytes.size);
	u64 align = where->align > raw_page_size() ? where->align : raw_page_size();

	if (within.start > within.end ||
	    !kexec_ranges_find(&raw->free, size, align, &within, where->top_down, at))
		return no_place(raw, what, size, &within);
	return take(raw, bytes, size, *at);
}

/**
 * raw_place_at() - make a segment at the place that the image dictates
 * @raw: the load; where machine_find() was called, that place has to be RAM
 * @what: what it is, for a reason
 * @bytes: its bytes
 * @mem_size: bytes of memory it takes; as many as there are bytes at the least
 * @at: its address, the start of a page
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_place_at(struct raw *raw, const char *what, struct bytes bytes, u64 mem_size, u64 at)
{
	u64 size = whole_pages(mem_size), last = at + size - 1;

	if (!size || last < at)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -EADDRNOTAVAIL,
				  "%s would go beyond the last address", what);
	if (at < raw->image->min || last > raw->image->max)
		return raw_refuse(raw, KEXEC_REASON_PLACE_LIMITS, -EADDRNOTAVAIL,
				  "%s has to lie at 0x%llx-0x%llx, which --mem-min or --mem-max forbids",
				  what, (unsigned long long)at, (unsigned long long)last);
	if (raw->machine && !kexec_ranges_hold(&raw->ram, at, last))
		return raw_refuse(raw, KEXEC_REASON_FIXED_PLACE, -EADDRNOTAVAIL,
				  "%s has to lie at 0x%llx-0x%llx, which is not all RAM", what,
				  (unsigned long long)at, (unsigned long long)last);
	return take(raw, bytes, size, at);
}
