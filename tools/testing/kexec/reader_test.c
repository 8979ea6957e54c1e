// SPDX-License-Identifier: GPL-2.0-only
/* Host tests of lib/kexec/reader.h: numbers, and a cursor that never leaves its bytes. */
#include <linux/kernel.h>
#include "../../../lib/kexec/reader.h"
#include "files.h"
#include "tap.h"

static void test_inside(void)
{
	static const struct {
		u64 offset, len, size;
		bool inside;
	} ranges[] = {
		{ 0, 0, 0, true }, { 0, 1, 0, false },
		{ 0, 4, 4, true }, { 0, 5, 4, false },
		{ 1, 3, 4, true }, { 1, 4, 4, false },
		{ 4, 0, 4, true }, { 4, 1, 4, false }, { 5, 0, 4, false }, { 5, 1, 4, false },
		{ 1, UINT64_MAX, 4, false }, { UINT64_MAX, 1, 4, false },
		{ 1, UINT64_MAX - 1, UINT64_MAX, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		tap_result(inside(ranges[i].offset, ranges[i].len, ranges[i].size) ==
			   ranges[i].inside, "%llu bytes from %llu are %sinside of %llu",
			   (unsigned long long)ranges[i].len, (unsigned long long)ranges[i].offset,
			   ranges[i].inside ? "" : "not ", (unsigned long long)ranges[i].size);
}

static void test_numbers(void)
{
	static const struct {
		size_t len;
		u64 little, big;
	} cases[] = {
		{ 0, 0, 0 }, { 1, 0xf1, 0xf1 }, { 2, 0xe2f1, 0xf1e2 }, { 3, 0xd3e2f1, 0xf1e2d3 },
		{ 8, 0x8897a6b5c4d3e2f1, 0xf1e2d3c4b5a69788 },
	};
	struct bytes bytes = bytes_hex("f1e2d3c4b5a69788");
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		tap_result(read_le(bytes.data, cases[i].len) == cases[i].little &&
			   read_be(bytes.data, cases[i].len) == cases[i].big,
			   "a number of %zu bytes, either way round", cases[i].len);
	free(bytes.data);
}

static struct reader reader_of(const struct bytes *bytes)
{
	return (struct reader){ bytes->data, bytes->data + bytes->size };
}

static void test_cursor(void)
{
	struct bytes bytes = bytes_hex("f1e2d3c4b5a69788f1e2d3c4b5");
	struct reader r = reader_of(&bytes);

	tap_result(take_u8(&r) == 0xf1 && reader_left(&r) == 12, "a byte");
	tap_result(take_le(&r, 2) == 0xd3e2 && take_be(&r, 2) == 0xc4b5 && reader_left(&r) == 8,
		   "two bytes, either way round");
	tap_result(take_le32(&r) == 0xf18897a6 && take_be32(&r) == 0xe2d3c4b5 &&
		   !reader_left(&r) && !r.short_of, "four bytes, either way round, up to the end");
	tap_result(take(&r, 0) == bytes.data + bytes.size && !r.short_of,
		   "nothing can be taken at the end");
	free(bytes.data);
}

/* What follows is not taken for what is missing. */
static void test_short(void)
{
	struct bytes bytes = bytes_hex("f1e2d3");
	struct reader r = reader_of(&bytes);

	tap_result(!take(&r, 4) && r.short_of && !take_u8(&r) && !take(&r, 1),
		   "once there was too little there is nothing more");
	r = reader_of(&bytes);
	tap_result(!take_le32(&r) && r.short_of, "too few bytes for a number are 0");
	r = reader_of(&bytes);
	tap_result(!take_be32(&r) && r.short_of, "the other way round, too");
	r = reader_of(&bytes);
	tap_result(!take(&r, UINT64_MAX) && r.short_of, "no number is too large to ask for");
	free(bytes.data);
}

static void test_strings(void)
{
	static const struct {
		const char *name, *hex;
		size_t left;
		bool short_of;
	} cases[] = {
		{ "with something behind it", "616200636400", 3 },
		{ "that is empty", "006162", 2 },
		{ "up to the end", "616200", 0 },
		{ "without an end", "6162", 0, true },
		{ "that is not there", "", 0, true },
	};
	struct reader r;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bytes bytes = bytes_hex(cases[i].hex);

		r = reader_of(&bytes);
		skip_string(&r);
		tap_result(reader_left(&r) == cases[i].left && r.short_of == cases[i].short_of,
			   "a string %s", cases[i].name);
		free(bytes.data);
	}
}

int main(void)
{
	test_inside();
	test_numbers();
	test_cursor();
	test_short();
	test_strings();
	return tap_finish();
}
