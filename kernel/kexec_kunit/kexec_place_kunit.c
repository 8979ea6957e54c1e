// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of placement on memory maps that are made up.  Part of kexec_place.c.
 */

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

/* An image has a segment in [0x20000, 0x30000), another one in [0x40000, 0x41000). */
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
	{ "the end of all addresses", { 0xfffffffffffff000, U64_MAX }, 0, ULONG_MAX, 2, P },
};

KUNIT_ARRAY_PARAM_DESC(place, place_cases, name);

static struct kimage *image_with_segments(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	image->nr_segments = 2;
	image->segment[0].mem = 0x20000;
	image->segment[0].memsz = 0x10000;
	image->segment[1].mem = 0x40000;
	image->segment[1].memsz = 0x1000;
	return image;
}

static u64 place_in(const struct place_case *want, struct kimage *image, bool top_down)
{
	struct kexec_buf kbuf = {
		.image = image, .memsz = want->pages * P, .bufsz = want->pages * P,
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
	struct kexec_buf kbuf = { .bufsz = P, .memsz = P };
	struct place place = { .kbuf = &kbuf };
	struct kexec_obstacle page = { }, zone = { .zone = true };
	unsigned int i;

	for (i = 0; i < NEAR_WINDOWS; i++)
		KUNIT_EXPECT_EQ(test, 0, place_step(&place, &page));
	KUNIT_EXPECT_EQ(test, 2 * P, place_step(&place, &page));
	KUNIT_EXPECT_EQ(test, 0, place_step(&place, &zone));
	KUNIT_EXPECT_EQ(test, 4 * P, place_step(&place, &page));
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_LE(test, place_step(&place, &page), 1ULL << 62);
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
	{ "behind what is claimed", 4 * P, 0x105000, 0, 0x104fff },
	{ "a step further", 8 * P, 0x103000, 0x1000, 0x101fff },
	{ "no room below", 8 * P, 0x7000, 0, 0 },
	{ "just room below", 8 * P, 0x8000, 0, 0x7fff },
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

/* The crash slot */

#define CRASH_START	0x10000000UL
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
	struct kexec_buf kbuf = { .image = image, .bufsz = 2, .memsz = 1 };

	KUNIT_EXPECT_EQ(test, -EINVAL, kexec_add_buffer(&kbuf));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "0x2 bytes in 0x1 is impossible"));
	kbuf.memsz = ULONG_MAX;
	KUNIT_EXPECT_EQ(test, -EINVAL, kexec_add_buffer(&kbuf));
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
	KUNIT_CASE_PARAM(places_are_counted, count_gen_params),
	KUNIT_CASE(steps_grow),
	KUNIT_CASE_PARAM(window_ends_below_obstacle, below_gen_params),
	KUNIT_CASE(crash_segments_follow_each_other),
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
