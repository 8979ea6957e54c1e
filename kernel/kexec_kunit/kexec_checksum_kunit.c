// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the checksum of images, against CRC32C bit by bit and the library's
 * xxh64, and of digests.
 */

#include <linux/kexec_blob.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/xxhash.h>

#include "kexec_kunit.h"

/* Rows of all lengths up to the third, from each offset of a word. */
#define LONGEST	(3 * 32 + 8)
#define OFFSETS	8

static u8 *make_bytes(struct kunit *test, size_t len)
{
	u8 *bytes = kunit_kzalloc(test, len, GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < len; i++)
		bytes[i] = i * 37 + (i >> 3) + 1;
	return bytes;
}

static u32 crc32c_of(u32 crc, const u8 *bytes, size_t len)
{
	unsigned int bit;

	for (; len; len--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return crc;
}

/* Word n belongs to lane n % 4; the bytes behind the last whole word to the lane after it. */
static u32 lane_of(const u8 *bytes, size_t len, unsigned int lane)
{
	u32 crc = ~0U;
	size_t at;

	for (at = 0; at < len; at += 8)
		if (at / 8 % 4 == lane)
			crc = crc32c_of(crc, bytes + at, min_t(size_t, 8, len - at));
	return crc;
}

static void expect_lanes(struct kunit *test, const u8 *bytes, size_t len)
{
	struct kexec_checksum sum = kexec_checksum(KEXEC_CHECKSUM_CRC32C, bytes, len);

	KUNIT_EXPECT_EQ_MSG(test, lane_of(bytes, len, 0) | (u64)lane_of(bytes, len, 1) << 32,
			    sum.word[0], "%zu bytes", len);
	KUNIT_EXPECT_EQ_MSG(test, lane_of(bytes, len, 2) | (u64)lane_of(bytes, len, 3) << 32,
			    sum.word[1], "%zu bytes", len);
}

static void crc32c_of_any_range(struct kunit *test)
{
	const u8 *bytes = make_bytes(test, LONGEST + OFFSETS);
	size_t offset, len;

	if (arch_kexec_checksum_kind() != KEXEC_CHECKSUM_CRC32C)
		kunit_skip(test, "this CPU has no instruction for CRC32C");
	for (offset = 0; offset < OFFSETS; offset++)
		for (len = 0; len <= LONGEST; len++)
			expect_lanes(test, bytes + offset, len);
}

static void crc32c_of_pages(struct kunit *test)
{
	const u8 *bytes = make_bytes(test, 4 * PAGE_SIZE);

	if (arch_kexec_checksum_kind() != KEXEC_CHECKSUM_CRC32C)
		kunit_skip(test, "this CPU has no instruction for CRC32C");
	expect_lanes(test, bytes, 4 * PAGE_SIZE);
	expect_lanes(test, bytes, 4 * PAGE_SIZE - 1);
}

static void xxh64_of_any_range(struct kunit *test)
{
	const u8 *bytes = make_bytes(test, LONGEST);
	struct kexec_checksum sum;
	size_t len;

	for (len = 0; len <= LONGEST; len++) {
		sum = kexec_checksum(KEXEC_CHECKSUM_XXH64, bytes, len);
		KUNIT_EXPECT_EQ(test, xxh64(bytes, len, 0), sum.word[0]);
		KUNIT_EXPECT_EQ(test, 0, sum.word[1]);
	}
}

static void expect_bits_count(struct kunit *test, enum kexec_checksum_kind kind, u8 *bytes)
{
	struct kexec_checksum right = kexec_checksum(kind, bytes, LONGEST), wrong;
	unsigned int bit;

	for (bit = 0; bit < 8 * LONGEST; bit++) {
		bytes[bit / 8] ^= BIT(bit % 8);
		wrong = kexec_checksum(kind, bytes, LONGEST);
		bytes[bit / 8] ^= BIT(bit % 8);
		KUNIT_EXPECT_MEMNEQ(test, &wrong, &right, sizeof(right));
	}
}

static void each_bit_counts(struct kunit *test)
{
	u8 *bytes = make_bytes(test, LONGEST);

	expect_bits_count(test, KEXEC_CHECKSUM_XXH64, bytes);
	if (arch_kexec_checksum_kind() == KEXEC_CHECKSUM_CRC32C)
		expect_bits_count(test, KEXEC_CHECKSUM_CRC32C, bytes);
}

/* Digests */

static void digest_says_what_is_where(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	u8 *bytes = make_bytes(test, PAGE_SIZE);
	u64 start = virt_to_phys(bytes) + 16;
	struct kexec_checksum sum = kexec_checksum(arch_kexec_checksum_kind(), bytes + 16, 100);
	struct kexec_digest digest;

	image->segment_name[2] = "initrd";
	digest = kexec_digest_of(image, 2, start, start + 100);
	KUNIT_EXPECT_EQ(test, start, digest.addr);
	KUNIT_EXPECT_EQ(test, 100, digest.len);
	KUNIT_EXPECT_EQ(test, 2, digest.segment);
	KUNIT_EXPECT_STREQ(test, "initrd", digest.name);
	KUNIT_EXPECT_MEMEQ(test, &digest.sum, &sum, sizeof(sum));
}

static void digest_of_unnamed_segment(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	u64 start = virt_to_phys(make_bytes(test, PAGE_SIZE));
	struct kexec_digest digest = kexec_digest_of(image, 0, start, start);

	KUNIT_EXPECT_STREQ(test, "", digest.name);
	KUNIT_EXPECT_EQ(test, 0, digest.len);
}

static struct kunit_case checksum_tests[] = {
	KUNIT_CASE(crc32c_of_any_range),
	KUNIT_CASE(crc32c_of_pages),
	KUNIT_CASE(xxh64_of_any_range),
	KUNIT_CASE(each_bit_counts),
	KUNIT_CASE(digest_says_what_is_where),
	KUNIT_CASE(digest_of_unnamed_segment),
	{ }
};

static struct kunit_suite checksum_suite = {
	.name		= "kexec_checksum",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= checksum_tests,
};

kunit_test_suite(checksum_suite);
