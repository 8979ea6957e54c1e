// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of ELF core headers that exist twice.
 */

#include <linux/gfp.h>
#include <linux/kexec_blob.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "kexec_kunit.h"

#define P		PAGE_SIZE
#define ROOM_ORDER	5
#define SEGMENT_PAGES	4
#define BYTES		(2 * P + 100)

static void free_room(void *room)
{
	free_pages((unsigned long)room, ROOM_ORDER);
}

/* Pages that stand for crash memory, or for a control area. */
static void *make_room(struct kunit *test)
{
	void *room = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, ROOM_ORDER);

	KUNIT_ASSERT_NOT_NULL(test, room);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_room, room));
	return room;
}

/* An image whose headers are at the start of the crash memory, with @pages pages of it. */
static struct kimage *make_image(struct kunit *test, u8 *memory, unsigned long pages)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	kexec_test_crash_memory(test, virt_to_phys(memory), pages * P);
	memset(memory, 0x5a, BYTES);
	image->nr_segments = 1;
	image->segment[0] = (struct kexec_segment) {
		.mem = virt_to_phys(memory), .memsz = SEGMENT_PAGES * P, .bufsz = BYTES,
	};
	image->segment_name[0] = "elfcorehdr";
	image->elfcorehdr_index = 0;
	image->control_code_page = virt_to_page(make_room(test));
	kimage_init_control(image);
	return image;
}

static void expect_digest(struct kunit *test, const struct kexec_digest *digest, void *bytes,
			  size_t len)
{
	struct kexec_checksum sum = kexec_checksum(arch_kexec_checksum_kind(), bytes, len);

	KUNIT_EXPECT_EQ(test, virt_to_phys(bytes), digest->addr);
	KUNIT_EXPECT_EQ(test, len, digest->len);
	KUNIT_EXPECT_MEMEQ(test, &digest->sum, &sum, sizeof(sum));
	KUNIT_EXPECT_STREQ(test, "elfcorehdr", digest->name);
}

static void spare_lies_behind_the_image(struct kunit *test)
{
	u8 *memory = make_room(test);
	struct kimage *image = make_image(test, memory, 2 * SEGMENT_PAGES);
	struct kexec_headers headers = { };

	KUNIT_ASSERT_EQ(test, 0, kexec_headers_prepare(image, &headers, 0));
	expect_digest(test, &headers.copy[0], memory, BYTES);
	KUNIT_EXPECT_EQ(test, virt_to_phys(memory) + SEGMENT_PAGES * P, headers.copy[1].addr);
	KUNIT_EXPECT_EQ(test, 0, headers.copy[1].len);
	KUNIT_EXPECT_EQ(test, 0, headers.valid);
}

/* Without room there is neither a spare nor a digest. */
static void no_room_for_a_spare(struct kunit *test)
{
	struct kimage *image = make_image(test, make_room(test), 2 * SEGMENT_PAGES - 1);
	struct kexec_headers headers = { };

	KUNIT_ASSERT_EQ(test, 0, kexec_headers_prepare(image, &headers, 0));
	KUNIT_EXPECT_NULL(test, memchr_inv(&headers, 0, sizeof(headers)));
}

static void change_headers(struct kunit *test, struct kimage *image, u8 *headers, size_t len,
			   u8 what)
{
	memset(headers, what, len);
	KUNIT_ASSERT_EQ(test, 0, kexec_headers_switch(image, headers, len));
}

static void headers_change_in_turn(struct kunit *test)
{
	u8 *memory = make_room(test), *spare = memory + SEGMENT_PAGES * P;
	u8 *other = make_room(test);
	struct kimage *image = make_image(test, memory, 2 * SEGMENT_PAGES);
	struct kexec_headers *headers = &arch_kexec_job(image)->headers;

	KUNIT_ASSERT_EQ(test, 0, kexec_headers_prepare(image, headers, 0));
	change_headers(test, image, other, 3 * P, 1);
	KUNIT_EXPECT_EQ(test, 1, headers->valid);
	expect_digest(test, &headers->copy[0], memory, BYTES);
	expect_digest(test, &headers->copy[1], spare, 3 * P);
	KUNIT_EXPECT_MEMEQ(test, spare, other, 3 * P);
	change_headers(test, image, other, SEGMENT_PAGES * P, 2);
	KUNIT_EXPECT_EQ(test, 0, headers->valid);
	expect_digest(test, &headers->copy[0], memory, SEGMENT_PAGES * P);
	expect_digest(test, &headers->copy[1], spare, 3 * P);
	KUNIT_EXPECT_MEMEQ(test, memory, other, SEGMENT_PAGES * P);
	change_headers(test, image, other, 8, 3);
	KUNIT_EXPECT_EQ(test, 1, headers->valid);
	KUNIT_EXPECT_MEMEQ(test, spare, other, 8);
	KUNIT_EXPECT_EQ(test, 1, spare[8]);
}

static void headers_do_not_fit(struct kunit *test)
{
	u8 *memory = make_room(test), *other = make_room(test);
	struct kimage *image = make_image(test, memory, 2 * SEGMENT_PAGES);
	struct kexec_headers *headers = &arch_kexec_job(image)->headers;

	KUNIT_ASSERT_EQ(test, 0, kexec_headers_prepare(image, headers, 0));
	KUNIT_EXPECT_EQ(test, -E2BIG, kexec_headers_switch(image, other, SEGMENT_PAGES * P + 1));
	KUNIT_EXPECT_EQ(test, 0, headers->valid);
	KUNIT_EXPECT_EQ(test, 0, headers->copy[1].len);
	KUNIT_EXPECT_NULL(test, memchr_inv(memory + SEGMENT_PAGES * P, 0, SEGMENT_PAGES * P));
	expect_digest(test, &headers->copy[0], memory, BYTES);
}

static void headers_that_are_there_once(struct kunit *test)
{
	u8 *memory = make_room(test), *other = make_room(test);
	struct kimage *image = make_image(test, memory, SEGMENT_PAGES);

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kexec_headers_switch(image, other, 8));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			kexec_headers_switch(image, other, SEGMENT_PAGES * P + 1));
	KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0x5a, BYTES));
}

static struct kunit_case spare_tests[] = {
	KUNIT_CASE(spare_lies_behind_the_image),
	KUNIT_CASE(no_room_for_a_spare),
	KUNIT_CASE(headers_change_in_turn),
	KUNIT_CASE(headers_do_not_fit),
	KUNIT_CASE(headers_that_are_there_once),
	{ }
};

static struct kunit_suite spare_suite = {
	.name		= "kexec_crash_spare",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= spare_tests,
};

kunit_test_suite(spare_suite);
