// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the entry list: walked as a trampoline does.
 */

#include <linux/mm.h>

#include "kexec_kunit.h"

struct entries_case {
	const char *name;
	const char *layout;
};

static const struct entries_case entries_cases[] = {
	{ "nothing", "" },
	{ "one page", "a" },
	{ "placed pages are listed, too", ".a.b" },
	{ "three segments", "ab . cde" },
};

KUNIT_ARRAY_PARAM_DESC(entries, entries_cases, name);

/**
 * struct entry_walk - what a trampoline knows on its way through the list
 * @next: the next entry
 * @dst:  where the next source goes
 * @done: sources so far
 */
struct entry_walk {
	const kimage_entry_t *next;
	unsigned long dst;
	unsigned long done;
};

/* The next entry that is a source, with its place in walk->dst; 0 at the end. */
static kimage_entry_t next_source(struct kunit *test, struct entry_walk *walk)
{
	kimage_entry_t entry;

	while (!((entry = *walk->next++) & IND_DONE)) {
		if (entry & IND_INDIRECTION) {
			walk->next = boot_phys_to_virt(entry & PAGE_MASK);
		} else if (entry & IND_DESTINATION) {
			walk->dst = entry & PAGE_MASK;
		} else {
			KUNIT_ASSERT_EQ(test, IND_SOURCE, entry & ~PAGE_MASK);
			walk->done++;
			return entry & PAGE_MASK;
		}
	}
	return 0;
}

static void expect_entries(struct kunit *test, struct kimage *image)
{
	struct entry_walk walk = { .next = &image->head };
	unsigned long i, n, addr;

	for (i = 0; i < image->nr_segments; i++)
		for (n = 0; n < image->segment[i].memsz >> PAGE_SHIFT; n++) {
			addr = kimage_page_addr(image->source[i][n]);
			KUNIT_ASSERT_EQ(test, addr, next_source(test, &walk));
			KUNIT_ASSERT_EQ(test, image->segment[i].mem + (n << PAGE_SHIFT), walk.dst);
			walk.dst += PAGE_SIZE;
		}
	KUNIT_EXPECT_EQ(test, 0, next_source(test, &walk));
}

static void entries_of_layout(struct kunit *test)
{
	const struct entries_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	kexec_test_layout(test, image, want->layout);
	KUNIT_ASSERT_EQ(test, 0, kimage_make_entry_list(image));
	expect_entries(test, image);
}

#define PER_PAGE	(PAGE_SIZE / sizeof(kimage_entry_t) - 1)

struct fill_case {
	const char *name;
	unsigned long pages;
};

/* One entry of a page is the link to the next, one in all is the destination. */
static const struct fill_case fill_cases[] = {
	{ "a page of entries but one", PER_PAGE - 2 },
	{ "a page of entries", PER_PAGE - 1 },
	{ "a page of entries and one", PER_PAGE },
	{ "two pages of entries", 2 * PER_PAGE - 1 },
	{ "two pages of entries and one", 2 * PER_PAGE },
};

KUNIT_ARRAY_PARAM_DESC(fill, fill_cases, name);

static void entries_fill_pages(struct kunit *test)
{
	const struct fill_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	unsigned long n;

	image->nr_segments = 1;
	image->segment[0] = (struct kexec_segment) {
		.mem = TEST_NOWHERE, .memsz = want->pages << PAGE_SHIFT,
		.bufsz = want->pages << PAGE_SHIFT,
	};
	KUNIT_ASSERT_EQ(test, 0, kimage_alloc_source_list(image, 0));
	for (n = 0; n < want->pages; n++)
		image->source[0][n] = pfn_to_page(PHYS_PFN(2 * TEST_NOWHERE) + 3 * n);
	KUNIT_ASSERT_EQ(test, 0, kimage_make_entry_list(image));
	expect_entries(test, image);
}

static struct kunit_case entries_tests[] = {
	KUNIT_CASE_PARAM(entries_of_layout, entries_gen_params),
	KUNIT_CASE_PARAM(entries_fill_pages, fill_gen_params),
	{ }
};

static struct kunit_suite entries_suite = {
	.name		= "kexec_entries",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= entries_tests,
};

kunit_test_suite(entries_suite);
