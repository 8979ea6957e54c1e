// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of moves and digests: what the handover routine is told.
 */

#include <linux/kexec_blob.h>
#include <linux/kexec_timeline.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "kexec_kunit.h"

#define DST(segment, page)	(TEST_NOWHERE + (segment) * (u64)SZ_1G + (page) * PAGE_SIZE)
#define SRC(letter)		(2 * TEST_NOWHERE + ((letter) - 'a') * PAGE_SIZE)

struct moves_case {
	const char *name;
	const char *layout;
	unsigned int nr;
	struct kexec_move move[4];
};

static const struct moves_case moves_cases[] = {
	{ "no segments", "", 0 },
	{ "all placed", "....", 0 },
	{ "one page", "a", 1, { { DST(0, 0), SRC('a'), PAGE_SIZE } } },
	{ "pages in a row", "abc", 1, { { DST(0, 0), SRC('a'), 3 * PAGE_SIZE } } },
	{ "a gap in the sources", "ac", 2,
	  { { DST(0, 0), SRC('a'), PAGE_SIZE }, { DST(0, 1), SRC('c'), PAGE_SIZE } } },
	{ "sources backwards", "ba", 2,
	  { { DST(0, 0), SRC('b'), PAGE_SIZE }, { DST(0, 1), SRC('a'), PAGE_SIZE } } },
	{ "placed in between", "a.b", 2,
	  { { DST(0, 0), SRC('a'), PAGE_SIZE }, { DST(0, 2), SRC('b'), PAGE_SIZE } } },
	{ "placed at the start", "..ab", 1, { { DST(0, 2), SRC('a'), 2 * PAGE_SIZE } } },
	{ "placed at the end", "ab..", 1, { { DST(0, 0), SRC('a'), 2 * PAGE_SIZE } } },
	{ "zeros", "000", 1, { { DST(0, 0), 0, 3 * PAGE_SIZE } } },
	{ "zeros behind bytes", "ab00", 2,
	  { { DST(0, 0), SRC('a'), 2 * PAGE_SIZE }, { DST(0, 2), 0, 2 * PAGE_SIZE } } },
	{ "bytes behind zeros", "0a", 2,
	  { { DST(0, 0), 0, PAGE_SIZE }, { DST(0, 1), SRC('a'), PAGE_SIZE } } },
	{ "zeros behind placed", "..0", 1, { { DST(0, 2), 0, PAGE_SIZE } } },
	{ "no move reaches into the next segment", "ab cd", 2,
	  { { DST(0, 0), SRC('a'), 2 * PAGE_SIZE }, { DST(1, 0), SRC('c'), 2 * PAGE_SIZE } } },
	{ "a placed segment between others", "a .. b", 2,
	  { { DST(0, 0), SRC('a'), PAGE_SIZE }, { DST(2, 0), SRC('b'), PAGE_SIZE } } },
	{ "zeros of two segments", "0 0", 2,
	  { { DST(0, 0), 0, PAGE_SIZE }, { DST(1, 0), 0, PAGE_SIZE } } },
};

KUNIT_ARRAY_PARAM_DESC(moves, moves_cases, name);

static const struct kexec_moves *first_page(const struct kimage *image)
{
	return image->moves ? boot_phys_to_virt(image->moves) : NULL;
}

static void moves_of_layout(struct kunit *test)
{
	const struct moves_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	const struct kexec_moves *moves;

	kexec_test_layout(test, image, want->layout);
	KUNIT_ASSERT_EQ(test, 0, kimage_make_moves(image));
	moves = first_page(image);
	KUNIT_ASSERT_EQ(test, !!want->nr, !!moves);
	if (!moves)
		return;
	KUNIT_EXPECT_EQ(test, 0, moves->next);
	KUNIT_ASSERT_EQ(test, want->nr, moves->nr);
	KUNIT_EXPECT_MEMEQ(test, moves->move, want->move, want->nr * sizeof(*want->move));
}

/* Pages of which no two follow each other, so that each is a move of its own. */
static struct kimage *scattered_image(struct kunit *test, unsigned long pages)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	unsigned long n;

	image->nr_segments = 1;
	image->segment[0] = (struct kexec_segment) {
		.mem = TEST_NOWHERE, .memsz = pages << PAGE_SHIFT, .bufsz = pages << PAGE_SHIFT,
	};
	KUNIT_ASSERT_EQ(test, 0, kimage_alloc_source_list(image, 0));
	for (n = 0; n < pages; n++)
		image->source[0][n] = pfn_to_page(PHYS_PFN(2 * TEST_NOWHERE) + 2 * n);
	return image;
}

#define PER_PAGE	((PAGE_SIZE - sizeof(struct kexec_moves)) / sizeof(struct kexec_move))

struct count_case {
	const char *name;
	unsigned long moves;
	unsigned long pages;
};

static const struct count_case count_cases[] = {
	{ "one less than a page holds", PER_PAGE - 1, 1 },
	{ "as many as a page holds", PER_PAGE, 1 },
	{ "one more than a page holds", PER_PAGE + 1, 2 },
	{ "three full pages", 3 * PER_PAGE, 3 },
};

KUNIT_ARRAY_PARAM_DESC(count, count_cases, name);

/* All moves, in the order of destinations, however many pages they take. */
static void moves_fill_pages(struct kunit *test)
{
	const struct count_case *want = test->param_value;
	struct kimage *image = scattered_image(test, want->moves);
	const struct kexec_moves *moves;
	unsigned long i, n = 0, pages = 0;

	KUNIT_ASSERT_EQ(test, 0, kimage_make_moves(image));
	for (moves = first_page(image); moves; pages++) {
		KUNIT_ASSERT_LE(test, moves->nr, PER_PAGE);
		for (i = 0; i < moves->nr; i++, n++) {
			KUNIT_ASSERT_EQ(test, DST(0, n), moves->move[i].dst);
			KUNIT_ASSERT_EQ(test, SRC('a') + 2 * n * PAGE_SIZE, moves->move[i].src);
			KUNIT_ASSERT_EQ(test, PAGE_SIZE, moves->move[i].len);
		}
		moves = moves->next ? boot_phys_to_virt(moves->next) : NULL;
	}
	KUNIT_EXPECT_EQ(test, want->moves, n);
	KUNIT_EXPECT_EQ(test, want->pages, pages);
}

/* The image clears its tail itself: neither source nor move. */
static void moves_leave_bare_tail(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	kexec_test_layout(test, image, "ab00");
	image->segment[0].bufsz = PAGE_SIZE + 1;
	kimage_leave_tail(image, 0);
	KUNIT_ASSERT_EQ(test, 0, kimage_make_moves(image));
	KUNIT_ASSERT_EQ(test, 1, first_page(image)->nr);
	KUNIT_EXPECT_EQ(test, 2 * PAGE_SIZE, first_page(image)->move[0].len);
}

static void no_moves_of_crash_image(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	KUNIT_EXPECT_EQ(test, 0, kimage_make_moves(image));
	KUNIT_EXPECT_EQ(test, 0, image->moves);
}

/* A loader may have looked at more of them than it has used. */
static void segments_behind_the_last_do_not_count(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	int err;

	kexec_test_layout(test, image, "a c");
	image->nr_segments = 1;
	err = kimage_make_moves(image);
	image->nr_segments = 2;
	KUNIT_ASSERT_EQ(test, 0, err);
	KUNIT_EXPECT_EQ(test, 1, first_page(image)->nr);
}

static void count_of_placed_and_bounced(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	kexec_test_layout(test, image, "..a0.bc");
	kimage_count_segment(image, 0);
	KUNIT_EXPECT_EQ(test, 3 * PAGE_SIZE, image->placed);
	KUNIT_EXPECT_EQ(test, 3 * PAGE_SIZE, image->bounced);
}

/* Digests */

#define DIGEST_BYTES	300

struct digest_case {
	const char *name;
	long timeline;		/* where the record is, from the segment's start; 0: nowhere */
	unsigned int nr;
	struct {
		unsigned long start;
		unsigned long len;
	} want[2];
};

#define RECORD	sizeof(struct kexec_timeline)

static const struct digest_case digest_cases[] = {
	{ "no record", 0, 1, { { 0, DIGEST_BYTES } } },
	{ "record inside", 64, 2, { { 0, 64 }, { 64 + RECORD, DIGEST_BYTES - 64 - RECORD } } },
	{ "record at the end", DIGEST_BYTES - RECORD, 1, { { 0, DIGEST_BYTES - RECORD } } },
	{ "record reaches past the end", DIGEST_BYTES - 8, 1, { { 0, DIGEST_BYTES - 8 } } },
	{ "record behind", PAGE_SIZE, 1, { { 0, DIGEST_BYTES } } },
	{ "record before", -(long)PAGE_SIZE, 1, { { 0, DIGEST_BYTES } } },
	{ "record reaches in", -8, 1, { { RECORD - 8, DIGEST_BYTES - RECORD + 8 } } },
};

KUNIT_ARRAY_PARAM_DESC(digest, digest_cases, name);

static void *segment_of_memory(struct kunit *test, struct kimage *image, unsigned long bufsz)
{
	u8 *buf = (u8 *)kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < PAGE_SIZE; i++)
		buf[i] = i * 7 + 1;
	image->segment[0] = (struct kexec_segment) {
		.mem = virt_to_boot_phys(buf), .memsz = PAGE_SIZE, .bufsz = bufsz,
	};
	image->segment_name[0] = "a name that is longer than that";
	image->nr_segments = 1;
	/* behind the last one, where nothing counts */
	image->segment[1] = image->segment[0];
	return buf;
}

/* The record is written after the digests are made: they leave it out. */
static void digests_leave_out_record(struct kunit *test)
{
	const struct digest_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct kexec_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	u8 *buf = segment_of_memory(test, image, DIGEST_BYTES);
	struct kexec_checksum sum;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, job);
	if (want->timeline)
		image->timeline = image->segment[0].mem + want->timeline;
	KUNIT_ASSERT_EQ(test, 0, kexec_describe_job(image, job));
	KUNIT_ASSERT_EQ(test, want->nr, job->nr_digests);
	for (i = 0; i < want->nr; i++) {
		KUNIT_EXPECT_EQ(test, image->segment[0].mem + want->want[i].start,
				job->digest[i].addr);
		KUNIT_EXPECT_EQ(test, want->want[i].len, job->digest[i].len);
		sum = kexec_checksum(job->checksum_kind, buf + want->want[i].start,
				     want->want[i].len);
		KUNIT_EXPECT_MEMEQ(test, &sum, &job->digest[i].sum, sizeof(sum));
	}
}

static void no_digest_of_no_bytes(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct kexec_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, job);
	segment_of_memory(test, image, 0);
	KUNIT_ASSERT_EQ(test, 0, kexec_describe_job(image, job));
	KUNIT_EXPECT_EQ(test, 0, job->nr_digests);
}

static void digest_has_name_and_segment(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	u8 *buf = segment_of_memory(test, image, PAGE_SIZE);
	u64 start = virt_to_boot_phys(buf);
	struct kexec_digest digest = kexec_digest_of(image, 0, start + 3, start + 11);

	KUNIT_EXPECT_EQ(test, start + 3, digest.addr);
	KUNIT_EXPECT_EQ(test, 8, digest.len);
	KUNIT_EXPECT_EQ(test, 0, digest.segment);
	KUNIT_EXPECT_STREQ(test, digest.name, "a name that is ");
	image->segment_name[0] = NULL;
	KUNIT_EXPECT_STREQ(test, kexec_digest_of(image, 0, start, start + 1).name, "");
}

/* Headers that this kernel keeps right have a digest of their own, and a second place. */
static void headers_that_change_are_apart(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);
	struct kexec_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);
	u8 *memory = kunit_kzalloc(test, 4 * PAGE_SIZE, GFP_KERNEL);
	u64 start = virt_to_boot_phys(memory);

	if (!IS_ENABLED(CONFIG_CRASH_HOTPLUG))
		kunit_skip(test, "headers do not change without CONFIG_CRASH_HOTPLUG");
	KUNIT_ASSERT_NOT_NULL(test, job);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	kexec_test_crash_memory(test, start, 4 * PAGE_SIZE);
	image->segment[0] = (struct kexec_segment) {
		.mem = start, .memsz = PAGE_SIZE, .bufsz = 64,
	};
	image->segment[1] = image->segment[0];
	image->segment[1].mem += PAGE_SIZE;
	image->nr_segments = 2;
	image->hotplug_support = 1;
	image->elfcorehdr_index = 0;
	kimage_init_control(image);
	KUNIT_ASSERT_EQ(test, 0, kexec_describe_job(image, job));
	KUNIT_ASSERT_EQ(test, 1, job->nr_digests);
	KUNIT_EXPECT_EQ(test, start + PAGE_SIZE, job->digest[0].addr);
	KUNIT_EXPECT_EQ(test, start, job->headers.copy[0].addr);
	KUNIT_EXPECT_EQ(test, 64, job->headers.copy[0].len);
	KUNIT_EXPECT_EQ(test, start + 2 * PAGE_SIZE, job->headers.copy[1].addr);
}

/* The trampoline exchanges pages by way of one that is free. */
static void job_of_image_that_comes_back(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	struct kexec_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, job);
	image->preserve_context = true;
	image->swap_page = pfn_to_page(0x1234);
	KUNIT_ASSERT_EQ(test, 0, kexec_describe_job(image, job));
	KUNIT_EXPECT_EQ(test, 0x1234 * PAGE_SIZE, job->swap);
}

static void job_of_normal_image(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	struct kexec_job *job = kunit_kzalloc(test, sizeof(*job), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, job);
	memset(job, 0xff, sizeof(*job));
	image->start = 0x1234000;
	image->moves = 0x5678000;
	image->marks = true;
	KUNIT_ASSERT_EQ(test, 0, kexec_describe_job(image, job));
	KUNIT_EXPECT_EQ(test, 0x1234000, job->entry);
	KUNIT_EXPECT_EQ(test, 0x5678000, job->moves);
	KUNIT_EXPECT_EQ(test, 1, job->marks);
	KUNIT_EXPECT_EQ(test, 0, job->swap);
	KUNIT_EXPECT_EQ(test, 0, job->nr_digests);
	KUNIT_EXPECT_EQ(test, 0, job->reset);
	KUNIT_EXPECT_EQ(test, arch_kexec_checksum_kind(), job->checksum_kind);
}

/* Checksums */

struct sum_case {
	const char *name;
	enum kexec_checksum_kind kind;
	unsigned long len;
};

static const struct sum_case sum_cases[] = {
	{ "xxh64 of one byte", KEXEC_CHECKSUM_XXH64, 1 },
	{ "xxh64 of a page", KEXEC_CHECKSUM_XXH64, PAGE_SIZE },
	{ "best of one byte", KEXEC_CHECKSUM_CRC32C, 1 },
	{ "best of seven bytes", KEXEC_CHECKSUM_CRC32C, 7 },
	{ "best of one row", KEXEC_CHECKSUM_CRC32C, 32 },
	{ "best of a row and a half", KEXEC_CHECKSUM_CRC32C, 49 },
	{ "best of a page", KEXEC_CHECKSUM_CRC32C, PAGE_SIZE },
};

KUNIT_ARRAY_PARAM_DESC(sum, sum_cases, name);

/* A CPU without the instruction makes the other one: that is what it would be told. */
static enum kexec_checksum_kind possible(enum kexec_checksum_kind kind)
{
	return min(kind, arch_kexec_checksum_kind());
}

static bool same(struct kexec_checksum a, struct kexec_checksum b)
{
	return a.word[0] == b.word[0] && a.word[1] == b.word[1];
}

static void sum_knows_each_bit(struct kunit *test)
{
	const struct sum_case *how = test->param_value;
	enum kexec_checksum_kind kind = possible(how->kind);
	u8 *buf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct kexec_checksum sum;
	unsigned long bit, step = how->len < 64 ? 1 : 997;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, 0x5a, PAGE_SIZE);
	sum = kexec_checksum(kind, buf, how->len);
	for (bit = 0; bit < how->len * 8; bit += step) {
		buf[bit / 8] ^= BIT(bit % 8);
		KUNIT_ASSERT_FALSE(test, same(sum, kexec_checksum(kind, buf, how->len)));
		buf[bit / 8] ^= BIT(bit % 8);
	}
	KUNIT_EXPECT_TRUE(test, same(sum, kexec_checksum(kind, buf, how->len)));
}

/* What lies beside the range does not count, nor where it is. */
static void sum_keeps_to_range(struct kunit *test)
{
	enum kexec_checksum_kind kind = arch_kexec_checksum_kind();
	u8 *buf = kunit_kzalloc(test, 256, GFP_KERNEL);
	struct kexec_checksum sum;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf + 1, 0xc3, 77);
	sum = kexec_checksum(kind, buf + 1, 77);
	buf[0] = 1;
	buf[78] = 1;
	KUNIT_EXPECT_TRUE(test, same(sum, kexec_checksum(kind, buf + 1, 77)));
	memmove(buf + 130, buf + 1, 77);
	KUNIT_EXPECT_TRUE(test, same(sum, kexec_checksum(kind, buf + 130, 77)));
}

static struct kunit_case moves_tests[] = {
	KUNIT_CASE_PARAM(moves_of_layout, moves_gen_params),
	KUNIT_CASE_PARAM(moves_fill_pages, count_gen_params),
	KUNIT_CASE(moves_leave_bare_tail),
	KUNIT_CASE(no_moves_of_crash_image),
	KUNIT_CASE(segments_behind_the_last_do_not_count),
	KUNIT_CASE(count_of_placed_and_bounced),
	KUNIT_CASE_PARAM(digests_leave_out_record, digest_gen_params),
	KUNIT_CASE(no_digest_of_no_bytes),
	KUNIT_CASE(digest_has_name_and_segment),
	KUNIT_CASE(headers_that_change_are_apart),
	KUNIT_CASE(job_of_normal_image),
	KUNIT_CASE(job_of_image_that_comes_back),
	KUNIT_CASE_PARAM(sum_knows_each_bit, sum_gen_params),
	KUNIT_CASE(sum_keeps_to_range),
	{ }
};

static struct kunit_suite moves_suite = {
	.name		= "kexec_moves",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= moves_tests,
};

kunit_test_suite(moves_suite);
