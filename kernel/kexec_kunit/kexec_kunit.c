// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the KUnit tests of kexec share: images that nobody loads, crash memory that
 * nobody has reserved.
 */

#include <linux/mm.h>
#include <linux/string.h>

#include "kexec_kunit.h"

/**
 * kexec_test_lock - keep loads away while a suite runs
 * @suite: the suite
 *
 * Return: 0, or -EBUSY.
 */
int kexec_test_lock(struct kunit_suite *suite)
{
	return kexec_trylock() ? 0 : -EBUSY;
}

/**
 * kexec_test_unlock - undo kexec_test_lock()
 * @suite: the suite
 */
void kexec_test_unlock(struct kunit_suite *suite)
{
	kexec_unlock();
}

/* Pages of a made-up layout are no pages. */
static void free_image(void *data)
{
	struct kimage *image = data;
	unsigned long i, n;

	for (i = 0; i < KEXEC_SEGMENT_MAX; i++)
		for (n = 0; n < image->source_room[i]; n++)
			if (image->segment[i].mem >= TEST_NOWHERE)
				image->source[i][n] = NULL;
	image->control_code_page = NULL;
	kimage_free(image);
}

/**
 * kexec_test_image - make an image that is freed when the test ends
 * @test: the test
 * @type: KEXEC_TYPE_*
 *
 * Reasons that were given before are forgotten.
 *
 * Return: the image.
 */
struct kimage *kexec_test_image(struct kunit *test, int type)
{
	struct kimage *image = kimage_alloc(type);

	KUNIT_ASSERT_NOT_NULL(test, image);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_image, image));
	image->file_mode = true;
	kexec_forgive();
	return image;
}

/**
 * kexec_test_reason - what was refused, and why
 *
 * Return: one sentence.
 */
const char *kexec_test_reason(void)
{
	kexec_note_not_started(KEXEC_TYPE_DEFAULT);
	return kexec_last_refusal(KEXEC_TYPE_DEFAULT);
}

struct crash_memory {
	struct resource main;
	struct resource low;
};

static void restore_range(struct resource *range, const struct resource *was)
{
	range->start = was->start;
	range->end = was->end;
}

static void restore_crash_memory(void *data)
{
	const struct crash_memory *was = data;

	restore_range(&crashk_res, &was->main);
	restore_range(&crashk_low_res, &was->low);
}

/**
 * kexec_test_crash_memory - make up crash memory, until the test ends
 * @test:  the test
 * @start: where it begins
 * @size:  bytes of it
 */
void kexec_test_crash_memory(struct kunit *test, u64 start, u64 size)
{
	struct crash_memory *was = kunit_kzalloc(test, sizeof(*was), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, was);
	*was = (struct crash_memory) { crashk_res, crashk_low_res };
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, restore_crash_memory, was));
	crashk_res.start = start;
	crashk_res.end = start + size - 1;
	crashk_low_res.start = 0;
	crashk_low_res.end = 0;
}

/* 'a' is a page somewhere else, 'b' the one behind it, and so on. */
static struct page *layout_source(unsigned long dst, char c)
{
	if (c == '.')
		return pfn_to_page(PHYS_PFN(dst));
	return c == '0' ? NULL : pfn_to_page(PHYS_PFN(2 * TEST_NOWHERE) + c - 'a');
}

static void add_segment(struct kunit *test, struct kimage *image, const char *layout, size_t pages)
{
	unsigned long i = image->nr_segments++, n, mem = TEST_NOWHERE + i * (u64)SZ_1G;

	image->segment[i] = (struct kexec_segment) {
		.mem = mem, .memsz = pages << PAGE_SHIFT, .bufsz = pages << PAGE_SHIFT,
	};
	KUNIT_ASSERT_EQ(test, 0, kimage_alloc_source_list(image, i));
	for (n = 0; n < pages; n++)
		image->source[i][n] = layout_source(mem + (n << PAGE_SHIFT), layout[n]);
}

/**
 * kexec_test_layout - make up segments and their sources
 * @test:   the test
 * @image:  normal image without segments
 * @layout: a character for each page, a blank between segments: '.' is placed, '0' has
 *	    no source, letters are other pages, in that order; segment i begins at
 *	    TEST_NOWHERE + i GiB
 */
void kexec_test_layout(struct kunit *test, struct kimage *image, const char *layout)
{
	size_t pages;

	for (; *layout; layout += pages, layout += *layout == ' ') {
		pages = strcspn(layout, " ");
		add_segment(test, image, layout, pages);
	}
}
