// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of placement on memory maps that are made up.  Part of kexec_place.c.
 */

#include <linux/ioport.h>

#include <asm/sections.h>

#include "kexec_kunit.h"

#define P	PAGE_SIZE

/* Whatever is said of it, a crash image claims nothing: so its memory can be made up. */
struct place_case {
	const char *name;
	struct range ram;
	unsigned long min;
	unsigned long max;
	unsigned long pages;
	unsigned long align;
	u64 low;		/* the lowest place, */
	u64 high;		/* and the highest; 0: there is none */
};

/*
 * An image has a segment in [0x20000, 0x30000), another one in [0x40000, 0x41000), and one
 * of the byte 0x9ffff.
 */
static const struct place_case place_cases[] = {
	{ "free RAM", { 0x100000, 0x1fffff }, 0, ULONG_MAX, 16, P, 0x100000, 0x1f0000 },
	{ "all of it", { 0x100000, 0x10ffff }, 0, ULONG_MAX, 16, P, 0x100000, 0x100000 },
	{ "a page too large", { 0x100000, 0x10ffff }, 0, ULONG_MAX, 17, P },
	{ "RAM begins inside a page", { 0x100001, 0x110fff }, 0, ULONG_MAX, 16, P,
	  0x101000, 0x101000 },
	{ "RAM ends inside a page", { 0x100000, 0x110ffe }, 0, ULONG_MAX, 16, P,
	  0x100000, 0x100000 },
	{ "above a minimum", { 0x100000, 0x1fffff }, 0x180000, ULONG_MAX, 16, P,
	  0x180000, 0x1f0000 },
	{ "below a maximum", { 0x100000, 0x1fffff }, 0, 0x17ffff, 16, P, 0x100000, 0x170000 },
	{ "no room between both", { 0x100000, 0x1fffff }, 0x180000, 0x18fffe, 16, P },
	{ "RAM above the maximum", { 0x100000, 0x1fffff }, 0, 0xfffff, 1, P },
	{ "aligned", { 0x101000, 0x3fffff }, 0, ULONG_MAX, 16, 0x100000, 0x200000, 0x300000 },
	{ "no aligned place", { 0x101000, 0x1fffff }, 0, ULONG_MAX, 16, 0x100000 },
	{ "a segment is in the way", { 0x20000, 0x3ffff }, 0, ULONG_MAX, 16, P,
	  0x30000, 0x30000 },
	{ "the last page of a segment is", { 0x2f000, 0x3ffff }, 0, ULONG_MAX, 16, P,
	  0x30000, 0x30000 },
	{ "between two segments", { 0x20000, 0x40fff }, 0, ULONG_MAX, 16, P, 0x30000, 0x30000 },
	{ "no room between them", { 0x20000, 0x40fff }, 0, ULONG_MAX, 17, P },
	{ "past the last of them", { 0x20000, 0x5ffff }, 0, ULONG_MAX, 17, P, 0x41000, 0x4f000 },
	{ "before the first", { 0x10000, 0x30fff }, 0, ULONG_MAX, 16, P, 0x10000, 0x10000 },
	{ "alignment leads into a segment", { 0x1f000, 0x7ffff }, 0, ULONG_MAX, 1, 0x20000,
	  0x60000, 0x60000 },
	{ "a segment where all would have to be", { 0x20000, 0x40fff }, 0, ULONG_MAX, 33, P },
	{ "a segment's only byte is the last one", { 0x90000, 0x9ffff }, 0, ULONG_MAX, 16, P },
	{ "RAM that ends below the size", { 0xf000, 0xffff }, 0, ULONG_MAX, 17, P },
	{ "a byte too small from address 0 on", { 0, 0xfffe }, 0, ULONG_MAX, 16, P },
	{ "the end of all addresses", { 0xfffffffffffff000, U64_MAX }, 0, ULONG_MAX, 2, P },
};

KUNIT_ARRAY_PARAM_DESC(place, place_cases, name);

static struct kimage *image_with_segments(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	image->nr_segments = 3;
	image->segment[0].mem = 0x20000;
	image->segment[0].memsz = 0x10000;
	image->segment[1].mem = 0x40000;
	image->segment[1].memsz = 0x1000;
	image->segment[2].mem = 0x9ffff;
	image->segment[2].memsz = 1;
	return image;
}

/* 0: there is none; 1: it is said that there is one, but not where */
static u64 place_in(const struct place_case *want, struct kimage *image, bool top_down)
{
	struct kexec_buf kbuf = {
		.image = image, .mem = 1, .memsz = want->pages * P, .bufsz = want->pages * P,
		.buf_min = want->min, .buf_max = want->max, .buf_align = want->align,
		.top_down = top_down,
	};
	struct place place = { .kbuf = &kbuf, .any_ram = true };
	struct resource res = { .start = want->ram.start, .end = want->ram.end };

	return range_place(&res, &place) ? kbuf.mem : 0;
}

static void lowest_place(struct kunit *test)
{
	const struct place_case *want = test->param_value;

	KUNIT_EXPECT_EQ(test, want->low, place_in(want, image_with_segments(test), false));
}

static void highest_place(struct kunit *test)
{
	const struct place_case *want = test->param_value;

	KUNIT_EXPECT_EQ(test, want->high, place_in(want, image_with_segments(test), true));
}

/* A driver's memory is no home for a kernel. */
static void no_place_in_drivers_memory(struct kunit *test)
{
	struct kexec_buf kbuf = {
		.image = kexec_test_image(test, KEXEC_TYPE_CRASH), .memsz = P, .bufsz = P,
		.buf_max = ULONG_MAX, .buf_align = P,
	};
	struct place place = { .kbuf = &kbuf, .any_ram = true };
	struct resource res = {
		.start = SZ_16M, .end = SZ_32M - 1, .flags = IORESOURCE_SYSRAM_DRIVER_MANAGED,
	};

	KUNIT_EXPECT_EQ(test, 0, range_place(&res, &place));
	res.flags = 0;
	KUNIT_EXPECT_EQ(test, 1, range_place(&res, &place));
}

/* A place that was tried in vain is not found again. */
static void tried_places_are_avoided(struct kunit *test)
{
	static const struct place_case want = {
		.ram = { 0x100000, 0x1fffff }, .max = ULONG_MAX, .pages = 16, .align = P,
	};
	struct kimage *image = image_with_segments(test);

	image->search.tried[0] = (struct range){ 0x100000, 0x10ffff };
	image->search.tried[1] = (struct range){ 0x1f0000, 0x1fffff };
	image->search.nr_tried = 2;
	KUNIT_EXPECT_EQ(test, 0x110000, place_in(&want, image, false));
	KUNIT_EXPECT_EQ(test, 0x1e0000, place_in(&want, image, true));
	image->search.nr_tried = 1;
	KUNIT_EXPECT_EQ(test, 0x1f0000, place_in(&want, image, true));
	image->search.tried[0] = (struct range){ 0, 0x1fffff };
	KUNIT_EXPECT_EQ(test, 0, place_in(&want, image, false));
	KUNIT_EXPECT_EQ(test, 0, place_in(&want, image, true));
}

/* What was tried may begin or end anywhere. */
static void tried_bytes_are_avoided(struct kunit *test)
{
	static const struct place_case want = {
		.ram = { 0x100000, 0x1fffff }, .max = ULONG_MAX, .pages = 16, .align = P,
	};
	struct kimage *image = image_with_segments(test);

	image->search.nr_tried = 1;
	image->search.tried[0] = (struct range){ 0x100000, 0x110000 };
	KUNIT_EXPECT_EQ(test, 0x111000, place_in(&want, image, false));
	image->search.tried[0] = (struct range){ 0x1effff, 0x1fffff };
	KUNIT_EXPECT_EQ(test, 0x1df000, place_in(&want, image, true));
	image->search.tried[0] = (struct range){ 0x10ffff, 0x10ffff };
	KUNIT_EXPECT_EQ(test, 0x110000, place_in(&want, image, false));
}

/* Blocks are not shared with others where that can be helped. */
static void large_segments_begin_at_blocks(struct kunit *test)
{
	u64 block = PFN_PHYS(pageblock_nr_pages);
	struct kexec_buf kbuf = {
		.image = kexec_test_image(test, KEXEC_TYPE_DEFAULT), .bufsz = block,
		.memsz = 2 * block, .buf_align = P,
	};

	KUNIT_EXPECT_EQ(test, block, place_align(&kbuf));
	kbuf.buf_align = 2 * block;
	KUNIT_EXPECT_EQ(test, 2 * block, place_align(&kbuf));
	kbuf.buf_align = P;
	kbuf.lowest = true;
	KUNIT_EXPECT_EQ(test, P, place_align(&kbuf));
	kbuf.lowest = false;
	kbuf.bufsz = block - P;
	KUNIT_EXPECT_EQ(test, P, place_align(&kbuf));
	kbuf.bufsz = block;
	kbuf.image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	KUNIT_EXPECT_EQ(test, P, place_align(&kbuf));
}

struct count_case {
	const char *name;
	struct range ram;
	unsigned long pages;
	unsigned long align;
	u64 first;
	u64 places;
};

static const struct count_case count_cases[] = {
	{ "one", { 0x100000, 0x103fff }, 4, P, 0x100000, 1 },
	{ "three", { 0x100000, 0x105fff }, 4, P, 0x100000, 3 },
	{ "none", { 0x100000, 0x102fff }, 4, P, 0x100000, 0 },
	{ "none by a byte", { 0x100000, 0x103ffe }, 4, P, 0x100000, 0 },
	{ "none is aligned", { 0x101000, 0x1fffff }, 4, 0x100000, 0x200000, 0 },
	{ "aligned", { 0x101000, 0x4fffff }, 256, 0x100000, 0x200000, 3 },
	{ "the last one does not fit", { 0x101000, 0x4ffffe }, 256, 0x100000, 0x200000, 2 },
};

KUNIT_ARRAY_PARAM_DESC(count, count_cases, name);

/* A random place is drawn from all that there are. */
static void places_are_counted(struct kunit *test)
{
	const struct count_case *want = test->param_value;
	struct kexec_buf kbuf = {
		.image = kexec_test_image(test, KEXEC_TYPE_CRASH), .memsz = want->pages * P,
		.buf_max = ULONG_MAX, .buf_align = want->align,
	};
	struct place place = { .kbuf = &kbuf, .any_ram = true };
	struct random_place pick = { .place = &place };
	struct resource res = { .start = want->ram.start, .end = want->ram.end };

	KUNIT_EXPECT_EQ(test, 0, range_count_places(&res, &pick));
	KUNIT_EXPECT_EQ(test, want->places, pick.skip);
	if (!want->places)
		return;
	KUNIT_EXPECT_EQ(test, 0, range_pick_place(&res, &pick));
	KUNIT_EXPECT_EQ(test, 0, pick.skip);
	pick.skip = want->places - 1;
	KUNIT_EXPECT_EQ(test, 1, range_pick_place(&res, &pick));
	KUNIT_EXPECT_EQ(test, want->first + (want->places - 1) * want->align, pick.at);
}

/* Few steps while windows are near each other, then twice as far each time. */
static void steps_grow(struct kunit *test)
{
	struct kexec_buf kbuf = { .bufsz = 3 * P, .memsz = 3 * P };
	struct place place = { .kbuf = &kbuf };
	struct kexec_obstacle page = { }, zone = { .zone = true };
	unsigned int i;

	for (i = 0; i < 32; i++)
		KUNIT_EXPECT_EQ(test, 0, place_step(&place, &page));
	KUNIT_EXPECT_EQ(test, 6 * P, place_step(&place, &page));
	KUNIT_EXPECT_EQ(test, 0, place_step(&place, &zone));
	KUNIT_EXPECT_EQ(test, 12 * P, place_step(&place, &page));
	place.windows = 32 + 47;
	KUNIT_EXPECT_EQ(test, 3 * P << 48, place_step(&place, &page));
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, 1ULL << 62, place_step(&place, &page));
}

struct below_case {
	const char *name;
	unsigned long bufsz;
	u64 obstacle;
	u64 step;
	u64 end;
};

/* below an obstacle, for a segment of 8 pages at 0x100000 */
static const struct below_case below_cases[] = {
	{ "all is claimed", 8 * P, 0x103000, 0, 0x102fff },
	{ "half is claimed", 4 * P, 0x103000, 0, 0x106fff },
	{ "at the end of what is claimed", 4 * P, 0x104000, 0, 0x103fff },
	{ "behind what is claimed", 4 * P, 0x105000, 0, 0x104fff },
	{ "a step further", 8 * P, 0x103000, 0x1000, 0x101fff },
	{ "no room below", 8 * P, 0x7000, 0, 0 },
	{ "just room below", 8 * P, 0x8000, 0, 0x7fff },
	{ "just room for the step", 8 * P, 0x108000, 0x100000, 0x7fff },
	{ "no room for the step", 8 * P, 0x103000, 0x100000, 0 },
};

KUNIT_ARRAY_PARAM_DESC(below, below_cases, name);

static void window_ends_below_obstacle(struct kunit *test)
{
	const struct below_case *want = test->param_value;
	struct kexec_buf kbuf = { .bufsz = want->bufsz, .memsz = 8 * P };
	struct place place = { .kbuf = &kbuf };
	struct kexec_obstacle in_way = { .start = want->obstacle, .end = want->obstacle };

	KUNIT_EXPECT_EQ(test, want->end, end_below(&place, 0x100000, &in_way, want->step));
}

/* Windows of a page, in memory that this kernel has for its code: all of them are in the way */

#define CODE_PAGES	64

/* @kbuf looks there only, without that its image has used up anything. */
static struct place place_in_code(struct kunit *test, struct kexec_buf *kbuf)
{
	*kbuf = (struct kexec_buf) {
		.image = kexec_test_image(test, KEXEC_TYPE_DEFAULT),
		.memsz = P, .bufsz = P, .buf_align = P,
		.buf_min = PAGE_ALIGN(__pa_symbol(_text)),
		.buf_max = PAGE_ALIGN(__pa_symbol(_text)) + CODE_PAGES * P - 1,
	};
	KUNIT_ASSERT_GT(test, __pa_symbol(_etext), kbuf->buf_max);
	kbuf->image->search.left = 1000;
	return (struct place) { .kbuf = kbuf, .wish = KEXEC_WISH_WHOLE };
}

struct look_case {
	const char *name;
	enum kexec_wish wish;
	unsigned long left;
	unsigned long looked;
};

/* 33 windows behind each other; each step is twice as large then, from two pages on. */
static const struct look_case look_cases[] = {
	{ "as far as there is something to look at", KEXEC_WISH_WHOLE, 1000, 36 },
	{ "as long as it may", KEXEC_WISH_WHOLE, 4, 4 },
	{ "half of that for what is free", KEXEC_WISH_FREE, 4, 2 },
	{ "a page for what is free", KEXEC_WISH_FREE, 1, 1 },
};

KUNIT_ARRAY_PARAM_DESC(look, look_cases, name);

static void looking_comes_to_an_end(struct kunit *test)
{
	const struct look_case *want = test->param_value;
	struct kexec_buf kbuf;
	struct place place = place_in_code(test, &kbuf);
	struct kexec_search *search = &kbuf.image->search;
	bool top_down[] = { false, true };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(top_down); i++) {
		kbuf.top_down = top_down[i];
		place.wish = want->wish;
		search->left = want->left;
		search->looked = 0;
		KUNIT_EXPECT_EQ(test, 0, place_walk(&place));
		KUNIT_EXPECT_EQ(test, want->looked, search->looked);
		KUNIT_EXPECT_EQ(test, want->left - want->looked, search->left);
		KUNIT_EXPECT_EQ(test, want->wish, search->wish);
	}
}

/* Of one page, all may be in the way where most must not be. */
static void wishes_are_tried_in_turn(struct kunit *test)
{
	struct kexec_buf kbuf;
	struct place place = place_in_code(test, &kbuf);
	struct kexec_search *search = &kbuf.image->search;

	KUNIT_EXPECT_EQ(test, 1, place_walk_wishes(&place));
	KUNIT_EXPECT_EQ(test, kbuf.buf_min, kbuf.mem);
	KUNIT_EXPECT_EQ(test, KEXEC_WISH_MOST, search->wish);
	KUNIT_EXPECT_EQ(test, 36 + 36 + 1, search->looked);
	kbuf.top_down = true;
	KUNIT_EXPECT_EQ(test, 1, place_walk_wishes(&place));
	KUNIT_EXPECT_EQ(test, kbuf.buf_max + 1 - P, kbuf.mem);
}

/* What has to lie low takes what there is. */
static void lowest_place_is_not_choosy(struct kunit *test)
{
	struct kexec_buf kbuf;
	struct place place = place_in_code(test, &kbuf);

	kbuf.lowest = true;
	KUNIT_EXPECT_EQ(test, 1, place_walk_wishes(&place));
	KUNIT_EXPECT_EQ(test, kbuf.buf_min, kbuf.mem);
	KUNIT_EXPECT_EQ(test, KEXEC_WISH_ANY, kbuf.image->search.wish);
	KUNIT_EXPECT_EQ(test, 0, kbuf.image->search.looked);
	kbuf.memsz = 2 * CODE_PAGES * P;
	KUNIT_EXPECT_EQ(test, 0, place_walk_wishes(&place));
}

/* Pages of 4 GiB, and eight for each page of a segment, but those it has looked at. */
static void load_has_a_budget(struct kunit *test)
{
	struct kexec_buf kbuf;
	struct place place = place_in_code(test, &kbuf);
	struct kexec_search *search = &kbuf.image->search;

	kbuf.memsz = 2 * CODE_PAGES * P;
	search->pages = 10;
	search->looked = 100;
	KUNIT_EXPECT_EQ(test, 0, place_normal(&place));
	KUNIT_EXPECT_EQ(test, (4ULL << 30) / P + 8 * 10 - 100, search->left);
	search->looked = ULONG_MAX;
	KUNIT_EXPECT_EQ(test, 0, place_normal(&place));
	KUNIT_EXPECT_EQ(test, 0, search->left);
}

static void normal_image_goes_to_ram(struct kunit *test)
{
	struct kexec_buf kbuf;

	place_in_code(test, &kbuf);
	kbuf.mem = KEXEC_BUF_MEM_UNKNOWN;
	kexec_test_crash_memory(test, TEST_NOWHERE, SZ_1M);
	KUNIT_EXPECT_EQ(test, 0, kexec_locate_mem_hole(&kbuf));
	KUNIT_EXPECT_EQ(test, kbuf.buf_min, kbuf.mem);
	kbuf.mem = 4 * P;
	KUNIT_EXPECT_EQ(test, 0, kexec_locate_mem_hole(&kbuf));
	KUNIT_EXPECT_EQ(test, 4 * P, kbuf.mem);
}

/* Each of four places is drawn before long, and none but those. */
static void any_place_can_be_drawn(struct kunit *test)
{
	struct kexec_buf kbuf;
	struct place place = place_in_code(test, &kbuf);
	unsigned long drawn = 0;
	unsigned int i;

	place.wish = KEXEC_WISH_ANY;
	kbuf.random = true;
	kbuf.buf_max = kbuf.buf_min + 4 * P - 1;
	for (i = 0; i < 500; i++) {
		KUNIT_ASSERT_EQ(test, 1, place_walk(&place));
		KUNIT_ASSERT_LE(test, kbuf.buf_min, kbuf.mem);
		drawn |= BIT(PHYS_PFN(kbuf.mem - kbuf.buf_min));
	}
	KUNIT_EXPECT_EQ(test, 0xf, drawn);
	KUNIT_EXPECT_EQ(test, kbuf.buf_min + 4 * P - 1, kbuf.buf_max);
	kbuf.memsz = 5 * P;
	KUNIT_EXPECT_EQ(test, 0, place_walk(&place));
}

static void forget_ram(void *ram)
{
	remove_resource(ram);
}

/* RAM that the next kernel is not told of will do if there is no other: here at the very end. */
static void ram_that_has_come_is_the_last(struct kunit *test)
{
	u64 start = iomem_resource.end + 1 - SZ_1M;
	struct kexec_buf kbuf = {
		.image = kexec_test_image(test, KEXEC_TYPE_CRASH), .memsz = P, .bufsz = P,
		.buf_align = P, .buf_min = start, .buf_max = ULONG_MAX,
	};
	struct place place = { .kbuf = &kbuf };
	struct resource *ram = kunit_kzalloc(test, sizeof(*ram), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ram);
	*ram = (struct resource) {
		.name = "System RAM", .start = start, .end = start + SZ_1M - 1,
		.flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY,
	};
	KUNIT_ASSERT_EQ(test, 0, insert_resource(&iomem_resource, ram));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, forget_ram, ram));
	KUNIT_EXPECT_EQ(test, 0, place_walk_wishes(&place));
	KUNIT_EXPECT_EQ(test, 1, place_normal(&place));
	KUNIT_EXPECT_EQ(test, start, kbuf.mem);
}

/* The crash slot; its memory is none that the next kernel is told of */

#define CRASH_START	TEST_NOWHERE
#define CRASH_SIZE	0x100000UL

static int add_crash_segment(struct kimage *image, unsigned long pages, unsigned long *mem)
{
	struct kexec_buf kbuf = {
		.image = image, .memsz = pages * P, .buf_max = ULONG_MAX,
		.mem = KEXEC_BUF_MEM_UNKNOWN,
	};
	int err = kexec_add_buffer(&kbuf);

	*mem = kbuf.mem;
	return err;
}

static void crash_segments_follow_each_other(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 3, &mem));
	KUNIT_EXPECT_EQ(test, CRASH_START, mem);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 253, &mem));
	KUNIT_EXPECT_EQ(test, CRASH_START + 3 * P, mem);
	KUNIT_EXPECT_EQ(test, 2, image->nr_segments);
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL, add_crash_segment(image, 1, &mem));
	KUNIT_EXPECT_EQ(test, 2, image->nr_segments);
	KUNIT_EXPECT_EQ(test, 3 + 253 + 1, image->search.pages);
	KUNIT_EXPECT_NULL(test, strstr(kexec_test_reason(), "interrupted"));
}

/* What one segment could not have another one may. */
static void each_segment_tries_anew(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	image->search.tried[0] = (struct range){ CRASH_START, CRASH_START + P - 1 };
	image->search.nr_tried = 1;
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 1, &mem));
	KUNIT_EXPECT_EQ(test, CRASH_START, mem);
}

/* Who has to be somewhere has no wishes. */
static void named_place_is_taken(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct kexec_buf kbuf = { .image = image, .bufsz = P, .memsz = P, .mem = 16 * P };
	unsigned long mem;

	image->search.wish = KEXEC_WISH_FREE;
	KUNIT_ASSERT_EQ(test, 0, kexec_add_buffer(&kbuf));
	KUNIT_EXPECT_EQ(test, 16 * P, image->segment[0].mem);
	KUNIT_EXPECT_EQ(test, KEXEC_WISH_ANY, image->search.wish);
	image->search.wish = KEXEC_WISH_FREE;
	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 1, &mem));
	KUNIT_EXPECT_EQ(test, KEXEC_WISH_FREE, image->search.wish);
}

static void no_crash_memory(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	kexec_test_crash_memory(test, 0, 1);
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL, add_crash_segment(image, 1, &mem));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "no memory is reserved"));
}

static void forget_armed(void *unused)
{
	kexec_crash_image = NULL;
}

/* Has an image of 128 pages armed at the start of crash memory until the case ends. */
static void arm(struct kunit *test)
{
	struct kimage *armed = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(armed, 128, &mem));
	KUNIT_ASSERT_NULL(test, kexec_crash_image);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, forget_armed, NULL));
	kexec_crash_image = armed;
}

/* Beside the armed image while there is room, over it if there is none. */
static void beside_the_armed_image(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	arm(test);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 100, &mem));
	KUNIT_EXPECT_EQ(test, CRASH_START + 128 * P, mem);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 100, &mem));
	KUNIT_EXPECT_EQ(test, CRASH_START, mem);
}

/* The last try does not care for the armed image from the start. */
static void over_the_armed_image(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	arm(test);
	image->over_armed = true;
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 100, &mem));
	KUNIT_EXPECT_EQ(test, CRASH_START, mem);
}

static void sixteen_segments(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem, i;

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	for (i = 0; i < KEXEC_SEGMENT_MAX; i++)
		KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 1, &mem));
	KUNIT_EXPECT_EQ(test, -EINVAL, add_crash_segment(image, 1, &mem));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "more than 16 segments"));
}

static void impossible_buffers(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct kexec_buf kbuf = {
		.image = image, .bufsz = 2, .memsz = 1, .buf_max = ULONG_MAX,
		.mem = KEXEC_BUF_MEM_UNKNOWN,
	};

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	KUNIT_EXPECT_EQ(test, -EINVAL, kexec_add_buffer(&kbuf));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "0x2 bytes in 0x1 is impossible"));
	kbuf.memsz = ULONG_MAX;
	KUNIT_EXPECT_EQ(test, -EINVAL, kexec_add_buffer(&kbuf));
	kbuf.memsz = ULONG_MAX - PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL, kexec_add_buffer(&kbuf));
	image->file_mode = false;
	kbuf.memsz = 2;
	KUNIT_EXPECT_EQ(test, -EINVAL, kexec_add_buffer(&kbuf));
	KUNIT_EXPECT_EQ(test, 0, image->nr_segments);
}

static void empty_buffer_gets_a_page(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	unsigned long mem;

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	KUNIT_ASSERT_EQ(test, 0, add_crash_segment(image, 0, &mem));
	KUNIT_EXPECT_EQ(test, P, image->segment[0].memsz);
}

static struct kunit_case place_tests[] = {
	KUNIT_CASE_PARAM(lowest_place, place_gen_params),
	KUNIT_CASE_PARAM(highest_place, place_gen_params),
	KUNIT_CASE(no_place_in_drivers_memory),
	KUNIT_CASE(tried_places_are_avoided),
	KUNIT_CASE(tried_bytes_are_avoided),
	KUNIT_CASE(large_segments_begin_at_blocks),
	KUNIT_CASE_PARAM(places_are_counted, count_gen_params),
	KUNIT_CASE(steps_grow),
	KUNIT_CASE_PARAM(window_ends_below_obstacle, below_gen_params),
	KUNIT_CASE_PARAM(looking_comes_to_an_end, look_gen_params),
	KUNIT_CASE(wishes_are_tried_in_turn),
	KUNIT_CASE(lowest_place_is_not_choosy),
	KUNIT_CASE(load_has_a_budget),
	KUNIT_CASE(normal_image_goes_to_ram),
	KUNIT_CASE(any_place_can_be_drawn),
	KUNIT_CASE(ram_that_has_come_is_the_last),
	KUNIT_CASE(crash_segments_follow_each_other),
	KUNIT_CASE(each_segment_tries_anew),
	KUNIT_CASE(named_place_is_taken),
	KUNIT_CASE(no_crash_memory),
	KUNIT_CASE(beside_the_armed_image),
	KUNIT_CASE(over_the_armed_image),
	KUNIT_CASE(sixteen_segments),
	KUNIT_CASE(impossible_buffers),
	KUNIT_CASE(empty_buffer_gets_a_page),
	{ }
};

static struct kunit_suite place_suite = {
	.name		= "kexec_place",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= place_tests,
};

kunit_test_suite(place_suite);
