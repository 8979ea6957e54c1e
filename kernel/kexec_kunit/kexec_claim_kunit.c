// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of claiming: the guess on pages that are made up, the rest on this
 * machine's own memory.  Part of kexec_claim.c.
 */

#include "kexec_kunit.h"

/* Guessing */

enum page_kind {
	OF_FREE, OF_BUDDY, OF_RESERVED, OF_POISONED, OF_KERNEL, OF_FILE,
	OF_FILE_NEW, OF_FILE_PRIVATE, OF_ANON, OF_SWAPCACHE, OF_LOCKED, OF_WRITEBACK,
};

struct guess_case {
	const char *name;
	enum page_kind kind;
	unsigned int refs;
	unsigned long free;	/* pages that can be claimed if only free ones can, */
	unsigned long any;	/* and otherwise */
};

static const struct guess_case guess_cases[] = {
	{ "free on a list of a CPU", OF_FREE, 0, 1, 1 },
	{ "free", OF_BUDDY, 0, 8, 8 },
	{ "firmware's", OF_RESERVED, 1, 0, 0 },
	{ "poisoned", OF_POISONED, 1, 0, 0 },
	{ "poisoned and free", OF_POISONED, 0, !IS_ENABLED(CONFIG_MEMORY_FAILURE),
	  !IS_ENABLED(CONFIG_MEMORY_FAILURE) },
	{ "the kernel's own", OF_KERNEL, 1, 0, 0 },
	{ "of a file", OF_FILE, 1, 0, 1 },
	{ "of a file, in use elsewhere", OF_FILE, 2, 0, 0 },
	{ "of a file, not on a list yet", OF_FILE_NEW, 2, 0, 1 },
	{ "of a file, with data of its owner", OF_FILE_PRIVATE, 2, 0, 1 },
	{ "of a process", OF_ANON, 1, 0, 1 },
	{ "of a process, in use elsewhere", OF_ANON, 2, 0, 0 },
	{ "of a process, in the swap cache", OF_SWAPCACHE, 2, 0, IS_ENABLED(CONFIG_SWAP) },
	{ "of a process, pinned for a device", OF_ANON, 1 + GUP_PIN_COUNTING_BIAS, 0, 0 },
	{ "locked", OF_LOCKED, 1, 0, 0 },
	{ "under writeback", OF_WRITEBACK, 1, 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(guess, guess_cases, name);

static void make_file(struct folio *folio)
{
	folio->mapping = (struct address_space *)BIT(20);
	folio_set_lru(folio);
}

static void make_anon(struct folio *folio)
{
	folio->mapping = (struct address_space *)(BIT(20) | PAGE_MAPPING_ANON);
	atomic_set(&folio->_mapcount, 0);
	folio_set_lru(folio);
}

static void make_page(struct folio *folio, enum page_kind kind)
{
	atomic_set(&folio->_mapcount, -1);
	switch (kind) {
	case OF_FREE:
	case OF_KERNEL:
		break;
	case OF_BUDDY:
		__SetPageBuddy(&folio->page);
		set_page_private(&folio->page, 3);
		break;
	case OF_RESERVED:
		__SetPageReserved(&folio->page);
		break;
	case OF_POISONED:
		SetPageHWPoison(&folio->page);
		break;
	case OF_FILE_NEW:
		folio->mapping = (struct address_space *)BIT(20);
		break;
	case OF_FILE_PRIVATE:
		make_file(folio);
		folio_set_private(folio);
		break;
	case OF_SWAPCACHE:
		make_anon(folio);
		__folio_set_swapbacked(folio);
		folio_set_swapcache(folio);
		break;
	case OF_ANON:
		make_anon(folio);
		break;
	case OF_LOCKED:
		make_file(folio);
		__folio_set_locked(folio);
		break;
	case OF_WRITEBACK:
		make_file(folio);
		set_bit(PG_writeback, &folio->flags);
		break;
	case OF_FILE:
		make_file(folio);
		break;
	}
}

static void page_is_guessed(struct kunit *test)
{
	const struct guess_case *want = test->param_value;
	struct folio *folio = kunit_kzalloc(test, sizeof(*folio), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	make_page(folio, want->kind);
	page_ref_add(&folio->page, want->refs);
	KUNIT_EXPECT_EQ(test, want->free, page_claimable(&folio->page, true));
	KUNIT_EXPECT_EQ(test, want->any, page_claimable(&folio->page, false));
}

/* The order of a free page is read without a lock. */
static void free_run_is_not_believed(struct kunit *test)
{
	struct folio *folio = kunit_kzalloc(test, sizeof(*folio), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	make_page(folio, OF_BUDDY);
	set_page_private(&folio->page, ULONG_MAX);
	KUNIT_EXPECT_EQ(test, 1UL << MAX_PAGE_ORDER, page_claimable(&folio->page, true));
}

/* Windows of one page, which is the kernel's own */

static void free_one_page(void *page)
{
	__free_page(page);
}

static struct page *kernels_page(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_one_page, page));
	return page;
}

static bool page_suits(struct kimage *image, u64 at, enum kexec_wish wish,
		       struct kexec_obstacle *in_way)
{
	const struct kexec_window window = { at, PAGE_SIZE, PAGE_SIZE };
	bool suits;

	get_online_mems();
	suits = kexec_window_suits(image, &window, wish, in_way);
	put_online_mems();
	return suits;
}

struct wish_case {
	const char *name;
	enum kexec_wish wish;
	bool suits;
	unsigned long looked;
};

static const struct wish_case wish_cases[] = {
	{ "free", KEXEC_WISH_FREE, false, 1 },
	{ "whole", KEXEC_WISH_WHOLE, false, 1 },
	{ "most", KEXEC_WISH_MOST, true, 1 },
	{ "any", KEXEC_WISH_ANY, true, 0 },
};

KUNIT_ARRAY_PARAM_DESC(wish, wish_cases, name);

static void kernels_page_is_in_the_way(struct kunit *test)
{
	const struct wish_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	u64 at = page_to_phys(kernels_page(test));
	struct kexec_obstacle in_way = { };

	image->search.left = 100;
	KUNIT_ASSERT_EQ(test, want->suits, page_suits(image, at, want->wish, &in_way));
	KUNIT_EXPECT_EQ(test, want->looked, image->search.looked);
	KUNIT_EXPECT_EQ(test, 100 - want->looked, image->search.left);
	KUNIT_EXPECT_EQ(test, want->suits ? 0 : at, in_way.start);
	KUNIT_EXPECT_EQ(test, want->suits ? 0 : at + PAGE_SIZE - 1, in_way.end);
}

static void nothing_is_online_nowhere(struct kunit *test)
{
	const struct wish_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	struct kexec_obstacle in_way = { };

	image->search.left = 100;
	KUNIT_EXPECT_FALSE(test, page_suits(image, TEST_NOWHERE + PAGE_SIZE, want->wish, &in_way));
	KUNIT_EXPECT_EQ(test, TEST_NOWHERE, in_way.start);
	KUNIT_EXPECT_EQ(test, TEST_NOWHERE + PFN_PHYS(pageblock_nr_pages) - 1, in_way.end);
}

/* Whoever may not look any more gets whatever comes next. */
static void search_comes_to_an_end(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	u64 at = page_to_phys(kernels_page(test));
	struct kexec_obstacle in_way = { };

	image->search.left = 0;
	KUNIT_EXPECT_FALSE(test, page_suits(image, at, KEXEC_WISH_MOST, &in_way));
	KUNIT_EXPECT_EQ(test, U64_MAX, in_way.end);
	KUNIT_EXPECT_TRUE(test, in_way.zone);
	KUNIT_EXPECT_TRUE(test, page_suits(image, at, KEXEC_WISH_ANY, &in_way));
}

static void crash_memory_always_suits(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct kexec_obstacle in_way;

	KUNIT_EXPECT_TRUE(test, page_suits(image, TEST_NOWHERE, KEXEC_WISH_FREE, &in_way));
	KUNIT_EXPECT_FALSE(test, kimage_claims(image));
}

/* Images in this machine's memory */

static void stop_bouncing(void *unused)
{
	WRITE_ONCE(kexec_bounce, false);
}

/* A segment of a page that the kernel has, and one of @pages wherever there is room. */
static struct kimage *image_in_memory(struct kunit *test, struct page *used, unsigned long pages)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	u8 *bytes = kunit_kzalloc(test, pages << PAGE_SHIFT, GFP_KERNEL);
	struct kexec_buf kbuf = {
		.image = image, .bufsz = PAGE_SIZE, .memsz = PAGE_SIZE,
		.mem = page_to_phys(used), .buffer = bytes,
	};
	unsigned long i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < pages << PAGE_SHIFT; i++)
		bytes[i] = i * 31 + (i >> PAGE_SHIFT);
	image->kernel_bufs = true;
	KUNIT_ASSERT_EQ(test, 0, kexec_add_buffer(&kbuf));
	kbuf.mem = KEXEC_BUF_MEM_UNKNOWN;
	kbuf.buf_min = SZ_16M;
	kbuf.buf_max = ULONG_MAX;
	kbuf.top_down = true;
	kbuf.bufsz = pages << PAGE_SHIFT;
	kbuf.memsz = pages << PAGE_SHIFT;
	KUNIT_ASSERT_EQ(test, 0, kexec_add_buffer(&kbuf));
	KUNIT_ASSERT_EQ(test, 0, kimage_take_destinations(image));
	KUNIT_ASSERT_EQ(test, 0, kimage_fill_normal(image));
	return image;
}

/* A source is its own destination, or it is no destination at all. */
static void expect_invariant(struct kunit *test, const struct kimage *image)
{
	unsigned long i, n, addr;

	for (i = 0; i < image->nr_segments; i++)
		for (n = 0; n < kimage_source_pages(image, i); n++) {
			KUNIT_ASSERT_NOT_NULL(test, image->source[i][n]);
			addr = kimage_page_addr(image->source[i][n]);
			if (addr != image->segment[i].mem + (n << PAGE_SHIFT))
				KUNIT_EXPECT_NULL(test, kimage_segment_at(image, addr, addr));
			KUNIT_EXPECT_MEMEQ(test, (u8 *)page_address(image->source[i][n]),
					   (u8 *)image->segment[i].kbuf + (n << PAGE_SHIFT),
					   PAGE_SIZE);
		}
}

static void kernels_page_is_bounced(struct kunit *test)
{
	struct kimage *image = image_in_memory(test, kernels_page(test), 64);

	expect_invariant(test, image);
	kimage_count_segment(image, 0);
	KUNIT_EXPECT_EQ(test, 0, image->placed);
	KUNIT_EXPECT_EQ(test, PAGE_SIZE, image->bounced);
}

static void free_memory_is_claimed(struct kunit *test)
{
	struct kimage *image = image_in_memory(test, kernels_page(test), 64);

	kimage_count_segment(image, 1);
	KUNIT_EXPECT_EQ(test, 64 * PAGE_SIZE, image->placed);
	KUNIT_EXPECT_EQ(test, 0, image->bounced);
}

/* For tests: claim nothing. */
static void all_is_bounced(struct kunit *test)
{
	struct kimage *image;

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, stop_bouncing, NULL));
	WRITE_ONCE(kexec_bounce, true);
	image = image_in_memory(test, kernels_page(test), 64);
	KUNIT_EXPECT_TRUE(test, kimage_bounces(image));
	KUNIT_EXPECT_FALSE(test, kimage_claims(image));
	expect_invariant(test, image);
	kimage_count_segment(image, 0);
	kimage_count_segment(image, 1);
	KUNIT_EXPECT_EQ(test, 0, image->placed);
	KUNIT_EXPECT_EQ(test, 65 * PAGE_SIZE, image->bounced);
}

/* Two images at once, neither in the other's way. */
static void what_is_claimed_is_taken(struct kunit *test)
{
	struct kimage *a = image_in_memory(test, kernels_page(test), 64);
	struct kimage *b = image_in_memory(test, kernels_page(test), 64);
	const struct kexec_segment *seg = &b->segment[1];

	expect_invariant(test, a);
	expect_invariant(test, b);
	kimage_count_segment(b, 1);
	KUNIT_EXPECT_EQ(test, 64 * PAGE_SIZE, b->placed);
	KUNIT_EXPECT_NULL(test, kimage_segment_at(a, seg->mem, seg->mem + seg->memsz - 1));
}

/* Memory hotplug */

struct event_case {
	const char *name;
	unsigned long action;
	unsigned long start;	/* pages from the segment's start */
	bool refused;
};

static const struct event_case event_cases[] = {
	{ "all of it goes", MEM_GOING_OFFLINE, 0, true },
	{ "its last page goes", MEM_GOING_OFFLINE, 3, true },
	{ "what lies behind goes", MEM_GOING_OFFLINE, 4, false },
	{ "it has gone", MEM_OFFLINE, 0, false },
	{ "it comes", MEM_GOING_ONLINE, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(event, event_cases, name);

/* Destinations of an image that is being loaded stay where they are. */
static void destination_stays_online(struct kunit *test)
{
	const struct event_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	struct memory_notify range = {
		.start_pfn = PHYS_PFN(TEST_NOWHERE) + want->start, .nr_pages = 4,
	};
	int answer;

	kexec_test_layout(test, image, "....");
	answer = kexec_memory_event(NULL, want->action, &range);
	KUNIT_EXPECT_EQ(test, want->refused ? -EBUSY : 0, notifier_to_errno(answer));
}

static struct kunit_case claim_tests[] = {
	KUNIT_CASE_PARAM(page_is_guessed, guess_gen_params),
	KUNIT_CASE(free_run_is_not_believed),
	KUNIT_CASE_PARAM(kernels_page_is_in_the_way, wish_gen_params),
	KUNIT_CASE_PARAM(nothing_is_online_nowhere, wish_gen_params),
	KUNIT_CASE(search_comes_to_an_end),
	KUNIT_CASE(crash_memory_always_suits),
	KUNIT_CASE(kernels_page_is_bounced),
	KUNIT_CASE(free_memory_is_claimed),
	KUNIT_CASE(all_is_bounced),
	KUNIT_CASE(what_is_claimed_is_taken),
	KUNIT_CASE_PARAM(destination_stays_online, event_gen_params),
	{ }
};

static struct kunit_suite claim_suite = {
	.name		= "kexec_claim",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= claim_tests,
};

kunit_test_suite(claim_suite);
