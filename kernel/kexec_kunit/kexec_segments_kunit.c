// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what segments may be.
 */

#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kexec_kunit.h"

#define P	PAGE_SIZE

struct check_case {
	const char *name;
	unsigned long nr;
	struct kexec_segment segment[3];
	int err;
	const char *reason;
};

/* mem, memsz, bufsz */
#define SEGMENT(_mem, _memsz, _bufsz)	{ .mem = _mem, .memsz = _memsz, .bufsz = _bufsz }

static const struct check_case check_cases[] = {
	{ "none", 0 },
	{ "one", 1, { SEGMENT(16 * P, 4 * P, 100) } },
	{ "all of its room is used", 1, { SEGMENT(16 * P, P, P) } },
	{ "one byte too many", 1, { SEGMENT(16 * P, P, P + 1) }, -EINVAL, "has more bytes" },
	{ "start inside a page", 1, { SEGMENT(16 * P + 1, P, 0) }, -EADDRNOTAVAIL,
	  "is not made of whole pages" },
	{ "size is no pages", 1, { SEGMENT(16 * P, P + 8, 0) }, -EADDRNOTAVAIL,
	  "is not made of whole pages" },
	{ "wraps around", 1, { SEGMENT(ULONG_MAX - P + 1, 2 * P, 0) }, -EADDRNOTAVAIL,
	  "segment 0 wraps around" },
	{ "ends at the last address", 1, { SEGMENT(ULONG_MAX - P + 1, P, 0) }, -EADDRNOTAVAIL,
	  "segment 0 wraps around" },
	{ "behind each other", 2, { SEGMENT(16 * P, P, 0), SEGMENT(17 * P, P, 0) } },
	{ "behind each other, the other way", 2, { SEGMENT(17 * P, P, 0), SEGMENT(16 * P, P, 0) } },
	{ "the same", 2, { SEGMENT(16 * P, P, 0), SEGMENT(16 * P, P, 0) }, -EINVAL,
	  "segments 0 and 1 overlap at 0x10000" },
	{ "overlap by a page", 2, { SEGMENT(16 * P, 3 * P, 0), SEGMENT(18 * P, 3 * P, 0) }, -EINVAL,
	  "segments 0 and 1 overlap at 0x12000" },
	{ "one inside another", 2, { SEGMENT(17 * P, P, 0), SEGMENT(16 * P, 4 * P, 0) }, -EINVAL,
	  "segments 0 and 1 overlap at 0x11000" },
	{ "the last overlaps the first", 3,
	  { SEGMENT(16 * P, P, 0), SEGMENT(32 * P, P, 0), SEGMENT(16 * P, P, 0) }, -EINVAL,
	  "segments 0 and 2 overlap at 0x10000" },
	{ "the second is wrong", 2, { SEGMENT(16 * P, P, 0), SEGMENT(32 * P + 4, P, 0) },
	  -EADDRNOTAVAIL, "segment 1, 0x20004-" },
};

KUNIT_ARRAY_PARAM_DESC(check, check_cases, name);

static void check_segments(struct kunit *test)
{
	const struct check_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	memcpy(image->segment, want->segment, want->nr * sizeof(*want->segment));
	image->nr_segments = want->nr;
	/* behind the last one, where nothing counts */
	image->segment[want->nr] = (struct kexec_segment)SEGMENT(0, BIT(60), 0);
	KUNIT_EXPECT_EQ(test, want->err, kimage_check_segments(image));
	if (want->err)
		KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), want->reason));
}

static void check_highest_address(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	unsigned long limit = ALIGN_DOWN(KEXEC_DESTINATION_MEMORY_LIMIT, P);

	image->nr_segments = 1;
	image->segment[0] = (struct kexec_segment)SEGMENT(limit - P, P, 0);
	KUNIT_EXPECT_EQ(test, 0, kimage_check_segments(image));
	image->segment[0].memsz = 2 * P;
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL, kimage_check_segments(image));
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "above the highest address"));
}

/* Who loads segments may not ask for more than half of memory; the kernel knows better. */
static void check_size_of_all(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	unsigned long half = totalram_pages() / 2;
	char reason[64];

	image->file_mode = false;
	image->nr_segments = 2;
	image->segment[0] = (struct kexec_segment)SEGMENT(16 * P, (half - 1) * P, 0);
	image->segment[1] = (struct kexec_segment)SEGMENT(SZ_1G * 512UL, P, 0);
	image->segment[2] = image->segment[0];
	KUNIT_EXPECT_EQ(test, 0, kimage_check_segments(image));
	image->segment[1].memsz = 2 * P;
	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_check_segments(image));
	snprintf(reason, sizeof(reason), "more than half of memory, %lu MiB", half * P / SZ_1M);
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), reason));
	image->file_mode = true;
	KUNIT_EXPECT_EQ(test, 0, kimage_check_segments(image));
	image->file_mode = false;
	image->nr_segments = 1;
	image->segment[0].memsz = half * P;
	KUNIT_EXPECT_EQ(test, 0, kimage_check_segments(image));
}

struct takes_case {
	const char *name;
	unsigned long start;
	unsigned long end;
	struct range taken;
};

/* of an image with [16, 20) and [32, 33), control pages in [40, 44) */
static const struct takes_case takes_cases[] = {
	{ "before all", 8 * P, 16 * P - 1 },
	{ "first byte", 8 * P, 16 * P, { 16 * P, 20 * P - 1 } },
	{ "last byte", 20 * P - 1, 21 * P, { 16 * P, 20 * P - 1 } },
	{ "inside", 17 * P, 17 * P + 1, { 16 * P, 20 * P - 1 } },
	{ "around", 0, 64 * P, { 16 * P, 20 * P - 1 } },
	{ "between", 20 * P, 32 * P - 1 },
	{ "the second", 32 * P, 32 * P, { 32 * P, 33 * P - 1 } },
	{ "before control pages", 33 * P, 40 * P - 1 },
	{ "first of control pages", 33 * P, 40 * P, { 40 * P, 44 * P - 1 } },
	{ "last of control pages", 44 * P - 1, 50 * P, { 40 * P, 44 * P - 1 } },
	{ "behind all", 44 * P, 50 * P },
};

KUNIT_ARRAY_PARAM_DESC(takes, takes_cases, name);

static void image_takes(struct kunit *test)
{
	const struct takes_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct range taken = { };

	image->nr_segments = 2;
	image->segment[0] = (struct kexec_segment)SEGMENT(16 * P, 4 * P, 0);
	image->segment[1] = (struct kexec_segment)SEGMENT(32 * P, P, 0);
	/* not in use */
	image->segment[2] = (struct kexec_segment)SEGMENT(24 * P, P, 0);
	image->control_start = 40 * P;
	image->control_page = 44 * P;
	KUNIT_EXPECT_EQ(test, !!want->taken.end,
			kimage_takes(image, want->start, want->end, &taken));
	KUNIT_EXPECT_EQ(test, want->taken.start, taken.start);
	KUNIT_EXPECT_EQ(test, want->taken.end, taken.end);
}

static void empty_segment_takes_nothing(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	image->nr_segments = 1;
	image->segment[0] = (struct kexec_segment)SEGMENT(16 * P, 0, 0);
	KUNIT_EXPECT_NULL(test, kimage_segment_at(image, 0, ULONG_MAX));
}

static void bare_tail_has_no_sources(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	image->nr_segments = 2;
	image->segment[0] = (struct kexec_segment)SEGMENT(16 * P, 8 * P, 2 * P + 1);
	image->segment[1] = image->segment[0];
	kimage_leave_tail(image, 1);
	KUNIT_EXPECT_EQ(test, 8, kimage_source_pages(image, 0));
	KUNIT_EXPECT_EQ(test, 3, kimage_source_pages(image, 1));
}

struct fill_case {
	const char *name;
	size_t bufsz;
	size_t off;
	size_t bytes;		/* of the buffer that are in the page */
};

static const struct fill_case fill_cases[] = {
	{ "a whole page", 2 * P, 0, P },
	{ "the second page", 2 * P, P, P },
	{ "the end of the buffer", P + 5, P, 5 },
	{ "one byte", 1, 0, 1 },
	{ "behind the buffer", P, P, 0 },
	{ "far behind the buffer", 3, 7 * P, 0 },
};

KUNIT_ARRAY_PARAM_DESC(fill, fill_cases, name);

static void expect_filled(struct kunit *test, const struct fill_case *want, const u8 *from,
			  const u8 *to)
{
	KUNIT_EXPECT_MEMEQ(test, to, from + min(want->off, P), want->bytes);
	KUNIT_EXPECT_NULL(test, memchr_inv(to + want->bytes, 0, P - want->bytes));
	KUNIT_EXPECT_NULL(test, memchr_inv(to + P, 0xff, P));
}

/* What the buffer has no bytes for is zero, whatever was there; what lies behind stays. */
static void page_is_filled(struct kunit *test)
{
	const struct fill_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	struct kexec_segment seg = SEGMENT(16 * P, 8 * P, want->bufsz);
	u8 *from = kunit_kzalloc(test, 2 * P, GFP_KERNEL);
	u8 *to = kunit_kzalloc(test, 2 * P, GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, from);
	KUNIT_ASSERT_NOT_NULL(test, to);
	for (i = 0; i < 2 * P; i++)
		from[i] = i % 251 + 1;
	memset(to, 0xff, 2 * P);
	seg.kbuf = from;
	image->kernel_bufs = true;
	KUNIT_ASSERT_EQ(test, 0, kimage_fill_page(image, &seg, want->off, virt_to_page(to)));
	expect_filled(test, want, from, to);
}

/* The same of a process that asks for a load; it may have said what it has not. */
static void page_is_filled_from_process(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	unsigned long buf = kunit_vm_mmap(test, NULL, 0, 2 * P, PROT_READ | PROT_WRITE,
					  MAP_ANONYMOUS | MAP_PRIVATE, 0);
	u8 *to = kunit_kzalloc(test, P, GFP_KERNEL);
	int err;

	KUNIT_ASSERT_NE(test, 0, buf);
	KUNIT_ASSERT_NOT_NULL(test, to);
	KUNIT_ASSERT_EQ(test, 0, put_user(0x1234, (u32 __user *)(buf + P)));
	image->nr_segments = 1;
	image->segment[0] = (struct kexec_segment)SEGMENT(16 * P, 8 * P, 2 * P);
	image->segment[0].buf = (void __user *)buf;
	err = kimage_fill_page(image, &image->segment[0], P, virt_to_page(to));
	KUNIT_EXPECT_EQ(test, 0, err);
	KUNIT_EXPECT_EQ(test, 0x1234, *(u32 *)to);
	image->segment[0].buf = (void __user *)(buf + P);
	err = kimage_fill_page(image, &image->segment[0], P, virt_to_page(to));
	KUNIT_EXPECT_EQ(test, -EFAULT, err);
	KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), "segment 0 cannot be read"));
}

static struct kunit_case segments_tests[] = {
	KUNIT_CASE_PARAM(check_segments, check_gen_params),
	KUNIT_CASE(check_highest_address),
	KUNIT_CASE(check_size_of_all),
	KUNIT_CASE_PARAM(image_takes, takes_gen_params),
	KUNIT_CASE(empty_segment_takes_nothing),
	KUNIT_CASE(bare_tail_has_no_sources),
	KUNIT_CASE_PARAM(page_is_filled, fill_gen_params),
	KUNIT_CASE(page_is_filled_from_process),
	{ }
};

static struct kunit_suite segments_suite = {
	.name		= "kexec_segments",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= segments_tests,
};

kunit_test_suite(segments_suite);
