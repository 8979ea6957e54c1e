// SPDX-License-Identifier: GPL-2.0-only
/*
 * The entry list, for trampolines that do not take moves: the source of each page.
 */

#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/mm.h>

#include "kexec_internal.h"

#define ENTRIES_PER_PAGE	(PAGE_SIZE / sizeof(kimage_entry_t) - 1)

/**
 * struct entry_list - where the next entry of an image goes
 * @next: the word it goes to
 * @last: the last word of this page, which can only link to another page
 * @page: this page, in the image's list of them
 */
struct entry_list {
	kimage_entry_t *next;
	kimage_entry_t *last;
	struct list_head *page;
};

static void entry_list_add(struct entry_list *list, kimage_entry_t entry)
{
	struct page *page;

	if (list->next == list->last) {
		list->page = list->page->next;
		page = list_entry(list->page, struct page, lru);
		*list->next = kimage_page_addr(page) | IND_INDIRECTION;
		list->next = page_address(page);
		list->last = list->next + ENTRIES_PER_PAGE;
	}
	*list->next++ = entry;
}

static void entry_list_add_segment(struct kimage *image, struct entry_list *list, unsigned long i)
{
	struct page **source = image->source[i];
	unsigned long n, pages = kimage_source_pages(image, i);

	if (pages)
		entry_list_add(list, image->segment[i].mem | IND_DESTINATION);
	for (n = 0; n < pages; n++)
		entry_list_add(list, kimage_page_addr(source[n]) | IND_SOURCE);
}

static unsigned long kimage_count_entries(const struct kimage *image)
{
	unsigned long i, pages, count = 0;

	for (i = 0; i < image->nr_segments; i++) {
		pages = kimage_source_pages(image, i);
		count += pages ? pages + 1 : 0;
	}
	return count;
}

/**
 * kimage_make_entry_list - list the sources of all segments
 * @image: its bytes are loaded
 *
 * Sets @image->head.  All pages are taken before the first entry is written: taking
 * one may bring bytes home to their destination, and free the source that an entry
 * names.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int kimage_make_entry_list(struct kimage *image)
{
	struct entry_list list = {
		.next = &image->head, .last = &image->head, .page = &image->entry_pages,
	};
	unsigned long i, n = DIV_ROUND_UP(kimage_count_entries(image), ENTRIES_PER_PAGE);

	while (n--)
		if (!kimage_alloc_list_page(image))
			return -ENOMEM;
	for (i = 0; i < image->nr_segments; i++)
		entry_list_add_segment(image, &list, i);
	/* there always is room: the word that could have been a link */
	*list.next = IND_DONE;
	return 0;
}
