// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of whether a normal image is as it was loaded.
 */

#include <linux/kmsg_dump.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "kexec_kunit.h"

/* More than one piece, the last of them a single page. */
#define PAGES	(PHYS_PFN(SZ_1M) + 1)

/* An image of two segments, [0x10000000, + PAGES] and a small one. */
static struct kimage *checked_image(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	unsigned long i, n, pages[] = { PAGES, 2 };

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		image->segment[i].mem = 0x10000000 + i * SZ_16M;
		image->segment[i].memsz = pages[i] << PAGE_SHIFT;
		image->segment[i].bufsz = pages[i] << PAGE_SHIFT;
		image->nr_segments++;
		KUNIT_ASSERT_EQ(test, 0, kimage_alloc_source_list(image, i));
		for (n = 0; n < pages[i]; n++) {
			image->source[i][n] = kimage_alloc_pages(GFP_KERNEL | __GFP_ZERO, 0);
			KUNIT_ASSERT_NOT_NULL(test, image->source[i][n]);
		}
	}
	/* behind the last one, where nothing counts */
	image->segment[2] = image->segment[1];
	image->segment_name[1] = "initrd";
	KUNIT_ASSERT_EQ(test, 0, kimage_make_check(image));
	return image;
}

static void flip(struct kimage *image, unsigned long segment, unsigned long page, size_t at)
{
	u8 *bytes = page_address(image->source[segment][page]);

	bytes[at] ^= 0x10;
}

static void unchanged_is_right(struct kunit *test)
{
	struct kimage *image = checked_image(test);

	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
}

struct flip_case {
	const char *name;
	unsigned long segment;
	unsigned long page;
	size_t at;
	const char *reason;
};

static const struct flip_case flip_cases[] = {
	{ "the first byte", 0, 0, 0, "segment 0, 0x10000000-0x10100000, is not" },
	{ "the last byte of a piece", 0, PAGES - 2, PAGE_SIZE - 1,
	  "segment 0, 0x10000000-0x10100000, is not" },
	{ "the last piece of a segment", 0, PAGES - 1, 5,
	  "segment 0, 0x10100000-0x10101000, is not" },
	{ "the second segment", 1, 1, 9, "segment 1 (initrd), 0x11000000-0x11002000, is not" },
};

KUNIT_ARRAY_PARAM_DESC(flip, flip_cases, name);

static void change_is_found(struct kunit *test)
{
	const struct flip_case *want = test->param_value;
	struct kimage *image = checked_image(test);

	flip(image, want->segment, want->page, want->at);
	KUNIT_EXPECT_EQ(test, -EBADMSG, kimage_verify(image));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), want->reason));
	flip(image, want->segment, want->page, want->at);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
}

/* The same bytes somewhere else are other bytes. */
static void exchange_is_found(struct kunit *test)
{
	struct kimage *image = checked_image(test);

	flip(image, 1, 0, 0);
	kimage_renew_check(image);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
	flip(image, 1, 0, 0);
	flip(image, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, -EBADMSG, kimage_verify(image));
}

/* The same where the pages lie apart, each with a checksum of its own. */
static void exchange_of_distant_pages_is_found(struct kunit *test)
{
	struct kimage *image = checked_image(test);
	struct page *first = image->source[1][0], *second = image->source[1][1];

	image->source[1][0] = page_to_pfn(first) < page_to_pfn(second) ? second : first;
	image->source[1][1] = image->source[1][0] == first ? second : first;
	flip(image, 1, 0, 0);
	kimage_renew_check(image);
	flip(image, 1, 0, 0);
	flip(image, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, -EBADMSG, kimage_verify(image));
}

/* Reading it may be the end. */
static void bad_memory_is_no_image(struct kunit *test)
{
	struct kimage *image = checked_image(test);
	int err;

	if (!IS_ENABLED(CONFIG_MEMORY_FAILURE))
		kunit_skip(test, "no memory is known to be bad without CONFIG_MEMORY_FAILURE");
	SetPageHWPoison(image->source[1][1]);
	err = kimage_verify(image);
	ClearPageHWPoison(image->source[1][1]);
	KUNIT_EXPECT_EQ(test, -EBADMSG, err);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
}

/* The handover routine checks those. */
static void crash_image_has_no_check(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	KUNIT_EXPECT_EQ(test, 0, kimage_make_check(image));
	KUNIT_EXPECT_NULL(test, image->check);
}

/* How many pieces all CPUs have checked, and of how many, as the log says from @seq on. */
static unsigned int pieces_checked(u64 seq, unsigned int *of)
{
	struct kmsg_dump_iter iter = { .cur_seq = seq, .next_seq = U64_MAX };
	unsigned int cpu, did, sum = 0;
	char line[128], *at;
	size_t len;

	while (kmsg_dump_get_line(&iter, false, line, sizeof(line) - 1, &len)) {
		line[len] = '\0';
		at = strstr(line, "check: CPU ");
		if (at && sscanf(at, "check: CPU %u did %u of %u", &cpu, &did, of) == 3)
			sum += did;
	}
	return sum;
}

/* One for each MiB or less of a segment, and the control pages; none of them twice. */
static void pieces_are_counted(struct kunit *test)
{
	struct kimage *image = checked_image(test);
	struct kmsg_dump_iter iter = { };
	unsigned int of = 0;

	if (!IS_ENABLED(CONFIG_PRINTK))
		kunit_skip(test, "nothing says how many there are without CONFIG_PRINTK");
	image->marks = true;
	kmsg_dump_rewind(&iter);
	KUNIT_ASSERT_EQ(test, 0, kimage_verify(image));
	KUNIT_EXPECT_EQ(test, 4, pieces_checked(iter.next_seq, &of));
	KUNIT_EXPECT_EQ(test, 4, of);
}

/* Whoever came back has used its memory: that counts from then on. */
static void renewed_is_right(struct kunit *test)
{
	struct kimage *image = checked_image(test);

	flip(image, 0, 3, 3);
	KUNIT_EXPECT_EQ(test, -EBADMSG, kimage_verify(image));
	kimage_renew_check(image);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
}

static void unchecked_is_right(struct kunit *test)
{
	struct kimage *image = checked_image(test);

	flip(image, 0, 3, 3);
	image->no_check = true;
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
	kimage_free_check(image);
	KUNIT_EXPECT_EQ(test, 0, kimage_make_check(image));
	KUNIT_EXPECT_NULL(test, image->check);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
}

static void change_of_control_pages_is_found(struct kunit *test)
{
	struct kimage *image = checked_image(test);
	struct page *page = kimage_alloc_control_pages(image, 1);

	if (!IS_ENABLED(CONFIG_KEXEC_BLOB))
		kunit_skip(test, "other architectures finish them later");
	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page_address(page), 0x11, 2 * PAGE_SIZE);
	kimage_renew_check(image);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
	*(u8 *)(page_address(page) + 2 * PAGE_SIZE - 1) ^= 1;
	KUNIT_EXPECT_EQ(test, -EBADMSG, kimage_verify(image));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "its control pages are not"));
}

/* The trampoline writes to it. */
static void swap_page_does_not_count(struct kunit *test)
{
	struct kimage *image = checked_image(test);

	image->swap_page = kimage_alloc_control_pages(image, 0);
	KUNIT_ASSERT_NOT_NULL(test, image->swap_page);
	kimage_renew_check(image);
	*(u8 *)page_address(image->swap_page) ^= 1;
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
}

static void page_to_be_cleared_does_not_count(struct kunit *test)
{
	struct kimage *image = checked_image(test);

	kimage_free_pages(image->source[1][1]);
	image->source[1][1] = NULL;
	kimage_renew_check(image);
	KUNIT_EXPECT_EQ(test, 0, kimage_verify(image));
	flip(image, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, -EBADMSG, kimage_verify(image));
}

static void run_length(struct kunit *test)
{
	struct page *page = pfn_to_page(1000), *pages[] = {
		page, page + 1, page + 2, NULL, page + 4, page + 6,
	};

	KUNIT_EXPECT_EQ(test, 3, kexec_run_length(pages, ARRAY_SIZE(pages)));
	KUNIT_EXPECT_EQ(test, 2, kexec_run_length(pages, 2));
	KUNIT_EXPECT_EQ(test, 1, kexec_run_length(pages + 2, 4));
	KUNIT_EXPECT_EQ(test, 1, kexec_run_length(pages + 4, 2));
	KUNIT_EXPECT_EQ(test, 1, kexec_run_length(pages + 5, 1));
}

static struct kunit_case check_tests[] = {
	KUNIT_CASE(unchanged_is_right),
	KUNIT_CASE_PARAM(change_is_found, flip_gen_params),
	KUNIT_CASE(exchange_is_found),
	KUNIT_CASE(exchange_of_distant_pages_is_found),
	KUNIT_CASE(bad_memory_is_no_image),
	KUNIT_CASE(crash_image_has_no_check),
	KUNIT_CASE(pieces_are_counted),
	KUNIT_CASE(renewed_is_right),
	KUNIT_CASE(unchecked_is_right),
	KUNIT_CASE(change_of_control_pages_is_found),
	KUNIT_CASE(swap_page_does_not_count),
	KUNIT_CASE(page_to_be_cleared_does_not_count),
	KUNIT_CASE(run_length),
	{ }
};

static struct kunit_suite check_suite = {
	.name		= "kexec_check",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= check_tests,
};

kunit_test_suite(check_suite);
