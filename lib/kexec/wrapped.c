// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that gzip, xz or zstd has wrapped as a whole: how much they unpack to,
 * before anybody spends memory on it.
 *
 * References: RFC 1952; The .xz File Format 1.1.0; RFC 8878.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/kexec_formats.h>
#include "payload.h"
#include "reader.h"

/*
 * What a format cannot exceed, in bytes out for each byte in.  Deflate has matches
 * of 258 bytes, for which it needs two bits.  LZMA has matches of 273 bytes, for
 * which it codes 14 binary decisions, of 0.022 bits each at the least.
 */
#define DEFLATE_RATIO		1032
#define LZMA_RATIO		7100

#define GZIP_MIN		18
#define GZIP_SIZE_BYTES		4

/* xz */
#define XZ_HEADER		12
#define XZ_FOOTER		12
#define XZ_UNIT			4
#define XZ_SUM			4
#define XZ_FLAGS_AT		7
/* which of the checksums, in a byte: any but none at all and CRC32 */
#define XZ_OTHER_CHECK		0x0e
#define XZ_MAGIC_AT		10
#define XZ_BACKWARD_AT		4
#define XZ_NUMBER_BYTES		9

/* zstd */
#define ZSTD_MAGIC_SIZE		4
#define ZSTD_SIZE_SHIFT		6
#define ZSTD_SINGLE_SEGMENT	BIT(5)
#define ZSTD_RESERVED		BIT(3)
#define ZSTD_SUM		BIT(2)
#define ZSTD_DICTIONARY		0x03
#define ZSTD_BLOCK_MAX		SZ_128K
#define ZSTD_BLOCK_HEADER	3

enum {
	ZSTD_RAW,
	ZSTD_RLE,
	ZSTD_COMPRESSED,
	ZSTD_UNKNOWN,
};

static enum kexec_payload_why check_size(struct kexec_payload *payload, u64 size, u64 limit)
{
	if (size > min_t(u64, limit, KEXEC_UNPACKED_MAX))
		return KEXEC_PAYLOAD_TOO_LARGE;
	payload->unpacked = size;
	return size < UNPACKED_MIN ? KEXEC_PAYLOAD_TOO_SMALL : KEXEC_PAYLOAD_OK;
}

/* The last four bytes are the size of the last member, which is the only one. */
static enum kexec_payload_why measure_gzip(struct kexec_payload *payload)
{
	const u8 *end = payload->data + payload->size;

	if (payload->size < GZIP_MIN)
		return KEXEC_PAYLOAD_TRUNCATED;
	return check_size(payload, read_le(end - GZIP_SIZE_BYTES, GZIP_SIZE_BYTES),
			  (u64)payload->size * DEFLATE_RATIO);
}

/* xz: an index behind the blocks, and a footer that says how long it is. */

static u64 xz_number(struct reader *r)
{
	u64 value = 0;
	u32 i, byte;

	for (i = 0; i < XZ_NUMBER_BYTES; i++) {
		byte = take_u8(r);
		value |= (u64)(byte & 0x7f) << 7 * i;
		if (!(byte & 0x80))
			return value;
	}
	r->short_of = true;
	return 0;
}

/* Takes what the blocks need from @room; adds up what they unpack to. */
static enum kexec_payload_why xz_records(struct reader *r, u64 *room, u64 *unpacked)
{
	u64 records = xz_number(r), packed, size;

	while (records-- && !r->short_of) {
		packed = xz_number(r);
		size = xz_number(r);
		if (packed > *room)
			return KEXEC_PAYLOAD_BAD_HEADER;
		if (size > KEXEC_UNPACKED_MAX - *unpacked)
			return KEXEC_PAYLOAD_TOO_LARGE;
		*room -= round_up(packed, XZ_UNIT);
		*unpacked += size;
	}
	return r->short_of ? KEXEC_PAYLOAD_BAD_HEADER : KEXEC_PAYLOAD_OK;
}

/* Where blocks leave room, there is a second stream. */
static enum kexec_payload_why measure_xz(struct kexec_payload *payload)
{
	u64 room, index_size, unpacked = 0;
	enum kexec_payload_why why;
	const u8 *footer;
	struct reader r;

	if (payload->size < XZ_HEADER + XZ_FOOTER || payload->size % XZ_UNIT)
		return KEXEC_PAYLOAD_TRUNCATED;
	footer = payload->data + payload->size - XZ_FOOTER;
	if (memcmp(footer + XZ_MAGIC_AT, "YZ", 2))
		return KEXEC_PAYLOAD_TRUNCATED;
	index_size = (read_le(footer + XZ_BACKWARD_AT, sizeof(u32)) + 1) * XZ_UNIT;
	room = payload->size - XZ_HEADER - XZ_FOOTER;
	if (index_size > room)
		return KEXEC_PAYLOAD_BAD_HEADER;
	room -= index_size;
	r = (struct reader){ footer - index_size, footer - XZ_SUM };
	if (take_u8(&r))
		return KEXEC_PAYLOAD_BAD_HEADER;
	why = xz_records(&r, &room, &unpacked);
	if (!why && room)
		return KEXEC_PAYLOAD_UNSUPPORTED;
	if (!why)
		why = check_size(payload, unpacked, (u64)payload->size * LZMA_RATIO);
	/* the kernel's decompressor knows no other checksum */
	if ((!why || why == KEXEC_PAYLOAD_TOO_SMALL) &&
	    payload->data[XZ_FLAGS_AT] & XZ_OTHER_CHECK)
		return KEXEC_PAYLOAD_CHECK;
	return why;
}

/* zstd */

struct zstd_frame {
	bool sized;
	bool summed;
	u64 content_size;
	u32 block_max;
};

static u64 zstd_window(struct reader *r)
{
	u32 byte = take_u8(r);
	u64 base = 1ULL << (10 + (byte >> 3));

	return base + base / 8 * (byte & 7);
}

static enum kexec_payload_why zstd_header(struct reader *r, struct zstd_frame *frame)
{
	static const u8 size_bytes[] = { 0, 2, 4, 8 };
	u32 flags = take_u8(r), bytes = size_bytes[flags >> ZSTD_SIZE_SHIFT];
	bool single = flags & ZSTD_SINGLE_SEGMENT;
	u64 most = ZSTD_BLOCK_MAX;

	if (!single)
		most = min(most, zstd_window(r));
	if (flags & ZSTD_RESERVED)
		return KEXEC_PAYLOAD_BAD_HEADER;
	if (flags & ZSTD_DICTIONARY)
		return KEXEC_PAYLOAD_UNSUPPORTED;
	if (single && !bytes)
		bytes = 1;
	frame->sized = bytes;
	frame->summed = flags & ZSTD_SUM;
	frame->content_size = take_le(r, bytes) + (bytes == 2 ? 256 : 0);
	frame->block_max = single ? min(most, frame->content_size) : most;
	return r->short_of ? KEXEC_PAYLOAD_TRUNCATED : KEXEC_PAYLOAD_OK;
}

/* Adds to @most what a block gives at the most. */
static enum kexec_payload_why zstd_block(struct reader *r, const struct zstd_frame *frame,
					 bool *last, u64 *most)
{
	u32 header = take_le(r, ZSTD_BLOCK_HEADER), type = header >> 1 & 3, size = header >> 3;

	if (type == ZSTD_UNKNOWN || size > frame->block_max)
		return KEXEC_PAYLOAD_BAD_BLOCK;
	*last = header & 1;
	*most += type == ZSTD_COMPRESSED ? frame->block_max : size;
	take(r, type == ZSTD_RLE ? 1 : size);
	return r->short_of ? KEXEC_PAYLOAD_TRUNCATED : KEXEC_PAYLOAD_OK;
}

static enum kexec_payload_why measure_zstd(struct kexec_payload *payload)
{
	struct reader r = { payload->data, payload->data + payload->size };
	enum kexec_payload_why why;
	struct zstd_frame frame;
	bool last = false;
	u64 most = 0;

	take(&r, ZSTD_MAGIC_SIZE);
	why = zstd_header(&r, &frame);
	while (!why && !last)
		why = zstd_block(&r, &frame, &last, &most);
	if (why)
		return why;
	if (frame.summed && !take(&r, 4))
		return KEXEC_PAYLOAD_TRUNCATED;
	if (reader_left(&r))
		return KEXEC_PAYLOAD_TRAILING;
	payload->bound = !frame.sized;
	return check_size(payload, frame.sized ? frame.content_size : most, most);
}

/**
 * kexec_wrapped_parse() - find out what a file unpacks to that is compressed as a whole
 * @file: the file
 * @size: its size in bytes
 * @payload: filled in; its compressor even if the rest is not as it should be
 *
 * A size that the compressor cannot have meant, for it would take a longer file,
 * is %KEXEC_PAYLOAD_TOO_LARGE, as is one beyond %KEXEC_UNPACKED_MAX.
 *
 * Return: %KEXEC_PAYLOAD_OK or the first thing that is wrong;
 * %KEXEC_PAYLOAD_UNKNOWN if it is a file of another format.
 */
enum kexec_payload_why kexec_wrapped_parse(const void *file, size_t size,
					   struct kexec_payload *payload)
{
	memset(payload, 0, sizeof(*payload));
	payload->compressor = kexec_compressor_of(file, size);
	payload->data = file;
	payload->size = size;
	payload->checked = kexec_compressor_sums(payload->compressor, file, size);

	switch (payload->compressor) {
	case KEXEC_GZIP:
		return measure_gzip(payload);
	case KEXEC_XZ:
		return measure_xz(payload);
	case KEXEC_ZSTD:
		return measure_zstd(payload);
	default:
		return KEXEC_PAYLOAD_UNKNOWN;
	}
}

/**
 * kexec_wrapped_module() - is a file compressed as boot loaders unpack modules?
 * @file: the file
 * @size: its size in bytes
 * @payload: filled in
 *
 * They know gzip and xz, files of any size, and more checksums than the kernel does: what
 * this says of a file is no promise that it can be unpacked.
 *
 * Return: true if so.
 */
bool kexec_wrapped_module(const void *file, size_t size, struct kexec_payload *payload)
{
	switch (kexec_wrapped_parse(file, size, payload)) {
	case KEXEC_PAYLOAD_OK:
	case KEXEC_PAYLOAD_CHECK:
	case KEXEC_PAYLOAD_TOO_SMALL:
		return kexec_wrapped_suits_module(payload) && payload->unpacked;
	default:
		return false;
	}
}
