// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the control pages of crash images, and of how much is reserved.
 */

#include <linux/crash_core.h>
#include <linux/mm.h>

#include "kexec_kunit.h"

#define P		PAGE_SIZE
#define CRASH_START	0x10000000UL
#define CRASH_PAGES	64UL

/* An image with a segment of @pages pages from page @first of the crash memory on. */
static struct kimage *crash_image(struct kunit *test, unsigned long first, unsigned long pages)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	image->nr_segments = 1;
	image->segment[0].mem = CRASH_START + first * P;
	image->segment[0].memsz = pages * P;
	kimage_init_control(image);
	return image;
}

/* Which page of the crash memory comes next; -1 if there is none. */
static long next_control(struct kimage *image, unsigned int order)
{
	struct page *page = kimage_try_control_pages(image, order);

	return page ? (long)(page_to_boot_pfn(page) - PHYS_PFN(CRASH_START)) : -1;
}

struct control_case {
	const char *name;
	unsigned long first;	/* the segment's */
	unsigned long pages;
	unsigned int order;
	long want[2];
};

static const struct control_case control_cases[] = {
	{ "at the start", 32, 32, 0, { 0, 1 } },
	{ "behind the segment", 0, 32, 0, { 32, 33 } },
	{ "aligned to their size", 0, 33, 2, { 36, 40 } },
	{ "before the segment, then behind it", 4, 8, 2, { 0, 12 } },
	{ "around a single page", 1, 1, 0, { 0, 2 } },
	{ "the last page", 0, 63, 0, { 63, -1 } },
	{ "no room at all", 0, 64, 0, { -1, -1 } },
	{ "no room in one piece", 1, 62, 1, { -1, -1 } },
};

KUNIT_ARRAY_PARAM_DESC(control, control_cases, name);

static void control_pages_follow_each_other(struct kunit *test)
{
	const struct control_case *want = test->param_value;
	struct kimage *image;

	kexec_test_crash_memory(test, CRASH_START, CRASH_PAGES * P);
	image = crash_image(test, want->first, want->pages);
	KUNIT_EXPECT_EQ(test, want->want[0], next_control(image, want->order));
	KUNIT_EXPECT_EQ(test, want->want[1], next_control(image, want->order));
}

static void forget_armed(void *unused)
{
	kexec_crash_image = NULL;
}

/* The armed image stays as it is, its control pages too. */
static void control_pages_keep_clear_of_armed(struct kunit *test)
{
	struct kimage *armed, *image;

	kexec_test_crash_memory(test, CRASH_START, CRASH_PAGES * P);
	armed = crash_image(test, 0, 8);
	KUNIT_ASSERT_EQ(test, 8, next_control(armed, 0));
	KUNIT_ASSERT_EQ(test, 9, next_control(armed, 0));
	image = crash_image(test, 10, 2);
	KUNIT_ASSERT_NULL(test, kexec_crash_image);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, forget_armed, NULL));
	kexec_crash_image = armed;
	KUNIT_EXPECT_EQ(test, 12, next_control(image, 0));
	kimage_init_control(image);
	kexec_crash_image = NULL;
	KUNIT_EXPECT_EQ(test, 0, next_control(image, 0));
}

static void size_of_crash_memory(struct kunit *test)
{
	kexec_test_crash_memory(test, CRASH_START, CRASH_PAGES * P);
	KUNIT_EXPECT_EQ(test, CRASH_PAGES * P, crash_get_memory_size());
	crashk_low_res.start = SZ_1M;
	crashk_low_res.end = SZ_1M + P - 1;
	KUNIT_EXPECT_EQ(test, (CRASH_PAGES + 1) * P, crash_get_memory_size());
	crashk_res.start = 0;
	crashk_res.end = 0;
	crashk_low_res.end = 0;
	KUNIT_EXPECT_EQ(test, 0, crash_get_memory_size());
}

static struct kunit_case control_tests[] = {
	KUNIT_CASE_PARAM(control_pages_follow_each_other, control_gen_params),
	KUNIT_CASE(control_pages_keep_clear_of_armed),
	KUNIT_CASE(size_of_crash_memory),
	{ }
};

static struct kunit_suite control_suite = {
	.name		= "kexec_crash_control",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= control_tests,
};

kunit_test_suite(control_suite);
