/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages that are wanted by their address, as far as they can be had at once.
 */
#ifndef LINUX_ALLOC_RANGE_H
#define LINUX_ALLOC_RANGE_H

#include <linux/types.h>

struct page;

/**
 * struct alloc_range - pages that are wanted
 * @pfn:  the first one
 * @nr:	  how many there are
 * @page: one entry for each: NULL, or the page, once it could be had.  It is an order-0
 *	  page of its own then
 */
struct alloc_range {
	unsigned long pfn;
	unsigned long nr;
	struct page **page;
};

unsigned long alloc_range_free(const struct alloc_range *range, unsigned long at,
			       unsigned long nr);
unsigned long alloc_range_nowait(const struct alloc_range *range, unsigned long at,
				 unsigned long nr);

#endif /* LINUX_ALLOC_RANGE_H */
