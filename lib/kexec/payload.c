// SPDX-License-Identifier: GPL-2.0-only
/*
 * Payloads of a bzImage: which compressor made them, and the framing around
 * its blocks.
 *
 * The build appends the unpacked size to what the compressor makes, 32 bits,
 * little endian; gzip brings them along (arch/x86/boot/compressed/Makefile).
 * Formats: RFC 1952 for gzip; the LZ4 frame format description, 1.6.4, for
 * both kinds of lz4; lzop's header as lib/decompress_unlzo.c takes it.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/kexec_image.h>
#include "payload.h"
#include "reader.h"

#define SIZE_BYTES		4

/* gzip */
#define GZIP_HEADER		10
#define GZIP_TRAILER		8
#define GZIP_DEFLATE		8
#define GZIP_FHCRC		0x02
#define GZIP_FEXTRA		0x04
#define GZIP_FNAME		0x08
#define GZIP_FCOMMENT		0x10
#define GZIP_RESERVED		0xe0

/* lz4 */
#define LZ4_LEGACY_BLOCK	0x800000
#define LZ4_VERSION_MASK	0xc0
#define LZ4_VERSION		0x40
#define LZ4_BLOCK_SUMS		0x10
#define LZ4_CONTENT_SIZE	0x08
#define LZ4_CONTENT_SUM		0x04
#define LZ4_RESERVED		0x02
#define LZ4_DICTIONARY		0x01
#define LZ4_STORED		0x80000000

/* lzop */
#define LZO_MAGIC		9
#define LZO_VERSION_LONG	0x0940
#define LZO_PLAIN_ADLER		0x00000001
#define LZO_PACKED_ADLER	0x00000002
#define LZO_PLAIN_CRC		0x00000100
#define LZO_PACKED_CRC		0x00000200
#define LZO_MULTIPART		0x00000400
#define LZO_FILTER		0x00000800
#define LZO_HEADER_CRC		0x00001000
#define LZO_EXTRA		0x00000040
#define LZO_BLOCK		0x4000000

static const struct {
	const char *name;
	const char *magic;
	u8 magic_size;
} compressors[] = {
	[KEXEC_UNKNOWN] = { "unknown" },
	[KEXEC_GZIP] = { "gzip", "\x1f\x8b", 2 },
	[KEXEC_XZ] = { "xz", "\3757zXZ\0", 6 },
	[KEXEC_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4 },
	[KEXEC_LZ4_LEGACY] = { "lz4", "\x02\x21\x4c\x18", 4 },
	[KEXEC_LZ4] = { "lz4", "\x04\x22\x4d\x18", 4 },
	[KEXEC_LZO] = { "lzo", "\x89LZO\0\r\n\x1a\n", LZO_MAGIC },
};

static const char * const reasons[] = {
	[KEXEC_PAYLOAD_OK] = "nothing is wrong with it",
	[KEXEC_PAYLOAD_NONE] = "the header names no payload",
	[KEXEC_PAYLOAD_UNKNOWN] = "its compressor is not known",
	[KEXEC_PAYLOAD_UNSUPPORTED] = "its compressor used an uncommon feature",
	[KEXEC_PAYLOAD_CHECK] =
		"its checksum is of a kind not known here; xz --check=crc32 makes one that is",
	[KEXEC_PAYLOAD_TOO_LARGE] = "it announces more bytes than its kind and size allow",
	[KEXEC_PAYLOAD_TOO_SMALL] = "it announces too few bytes for a kernel",
	[KEXEC_PAYLOAD_BAD_HEADER] = "the compressor's header makes no sense",
	[KEXEC_PAYLOAD_TRUNCATED] = "it ends too early",
	[KEXEC_PAYLOAD_BAD_BLOCK] = "the size of a block is impossible",
	[KEXEC_PAYLOAD_LONG] = "it unpacks to more bytes than it announces",
	[KEXEC_PAYLOAD_SHORTFALL] = "it unpacks to fewer bytes than it announces",
	[KEXEC_PAYLOAD_TRAILING] = "something follows behind its end",
	[KEXEC_PAYLOAD_BAD_DATA] = "it cannot be unpacked",
	[KEXEC_PAYLOAD_BAD_SUM] = "its checksum is wrong",
};

/* Told by the first bytes. */
enum kexec_compressor kexec_compressor_of(const u8 *data, size_t size)
{
	enum kexec_compressor c;

	for (c = KEXEC_GZIP; c < ARRAY_SIZE(compressors); c++)
		if (size >= compressors[c].magic_size &&
		    !memcmp(data, compressors[c].magic, compressors[c].magic_size))
			return c;
	return KEXEC_UNKNOWN;
}

/* lzop's header up to its flags; is it of the newer kind, which has some fields more? */
static bool lzo_take_flags(struct reader *r, u32 *flags)
{
	bool is_long = take_be(r, 2) >= LZO_VERSION_LONG;

	take(r, is_long ? 6 : 5);	/* two more versions, method, level */
	*flags = take_be32(r);
	return is_long;
}

/* Will unpacking it show whether it is whole?  Its first bytes tell. */
bool kexec_compressor_sums(enum kexec_compressor compressor, const u8 *data, size_t size)
{
	struct reader r = { data, data + size };
	u32 flags;

	take(&r, compressors[compressor].magic_size);
	switch (compressor) {
	case KEXEC_GZIP:
		return true;
	case KEXEC_XZ:
		return take_be(&r, 2) & 0x0f;
	case KEXEC_ZSTD:
		return take_u8(&r) & 0x04;
	case KEXEC_LZ4:
		return take_u8(&r) & (LZ4_CONTENT_SUM | LZ4_BLOCK_SUMS);
	case KEXEC_LZO:
		lzo_take_flags(&r, &flags);
		return flags & (LZO_PLAIN_ADLER | LZO_PLAIN_CRC);
	default:
		return false;
	}
}

/**
 * kexec_payload_parse() - find the compressed kernel of a bzImage
 * @file: the image
 * @img: what kexec_bzimage_parse() said about it
 * @payload: filled in; its compressor even if the rest is not as it should be
 *
 * An image unpacks itself into the memory that its header asks for, so what
 * unpacks to more than that is no kernel.
 *
 * Return: %KEXEC_PAYLOAD_OK or the first thing that is wrong.
 */
enum kexec_payload_why kexec_payload_parse(const void *file, const struct kexec_bzimage *img,
					   struct kexec_payload *payload)
{
	const u8 *data = (const u8 *)file + img->pm_offset + img->payload_offset;
	size_t size = img->payload_length;

	memset(payload, 0, sizeof(*payload));
	if (!img->payload_offset || !size)
		return KEXEC_PAYLOAD_NONE;
	payload->compressor = kexec_compressor_of(data, size);
	if (payload->compressor == KEXEC_UNKNOWN)
		return KEXEC_PAYLOAD_UNKNOWN;
	if (size < LZO_MAGIC + SIZE_BYTES)
		return KEXEC_PAYLOAD_TRUNCATED;
	payload->data = data;
	payload->size = payload->compressor == KEXEC_GZIP ? size : size - SIZE_BYTES;
	payload->checked = kexec_compressor_sums(payload->compressor, data, payload->size);
	payload->unpacked = get_unaligned_le32(data + size - SIZE_BYTES);
	if (payload->unpacked < UNPACKED_MIN)
		return KEXEC_PAYLOAD_TOO_SMALL;
	if (payload->unpacked > min_t(u32, img->init_size, KEXEC_UNPACKED_MAX))
		return KEXEC_PAYLOAD_TOO_LARGE;
	return KEXEC_PAYLOAD_OK;
}

/**
 * kexec_gzip_parse() - take the wrapping off a gzip payload
 * @payload: what kexec_payload_parse() found
 * @gzip: filled in
 *
 * Return: %KEXEC_PAYLOAD_OK or the first thing that is wrong.
 */
enum kexec_payload_why kexec_gzip_parse(const struct kexec_payload *payload,
					struct kexec_gzip *gzip)
{
	struct reader r = { payload->data, payload->data + payload->size };
	const u8 *header = take(&r, GZIP_HEADER);

	if (!header)
		return KEXEC_PAYLOAD_TRUNCATED;
	if (header[2] != GZIP_DEFLATE || header[3] & GZIP_RESERVED)
		return KEXEC_PAYLOAD_BAD_HEADER;
	if (header[3] & GZIP_FEXTRA)
		take(&r, take_le(&r, 2));
	if (header[3] & GZIP_FNAME)
		skip_string(&r);
	if (header[3] & GZIP_FCOMMENT)
		skip_string(&r);
	if (header[3] & GZIP_FHCRC)
		take(&r, 2);
	if (reader_left(&r) <= GZIP_TRAILER)
		return KEXEC_PAYLOAD_TRUNCATED;
	gzip->data = r.at;
	gzip->size = reader_left(&r) - GZIP_TRAILER;
	gzip->plain_sum.kind = KEXEC_SUM_CRC32;
	gzip->plain_sum.value = get_unaligned_le32(r.end - GZIP_TRAILER);
	return KEXEC_PAYLOAD_OK;
}

/* lz4 frames */

static enum kexec_payload_why lz4_start(struct kexec_blocks *b, struct reader *r)
{
	u32 flags = take_u8(r), sizes = take_u8(r);

	if ((flags & LZ4_VERSION_MASK) != LZ4_VERSION || flags & LZ4_RESERVED)
		return KEXEC_PAYLOAD_BAD_HEADER;
	if (flags & LZ4_DICTIONARY)
		return KEXEC_PAYLOAD_UNSUPPORTED;
	/* 64 KiB, 256 KiB, 1 MiB, 4 MiB: 4 to 7 */
	if (sizes & 0x8f || sizes >> 4 < 4)
		return KEXEC_PAYLOAD_BAD_HEADER;
	b->flags = flags;
	b->block_max = 1U << (2 * (sizes >> 4) + 8);
	if (flags & LZ4_CONTENT_SIZE)
		take(r, 8);
	b->header_size = r->at - b->header;
	b->header_sum.kind = KEXEC_SUM_XXH32_BYTE;
	b->header_sum.value = take_u8(r);
	return r->short_of ? KEXEC_PAYLOAD_TRUNCATED : KEXEC_PAYLOAD_OK;
}

/* The end mark, and the checksum that may follow it. */
static enum kexec_payload_why lz4_finish(struct kexec_blocks *b, struct reader *r)
{
	if (b->flags & LZ4_CONTENT_SUM) {
		b->plain_sum.kind = KEXEC_SUM_XXH32;
		b->plain_sum.value = take_le32(r);
	}
	return KEXEC_PAYLOAD_OK;
}

static enum kexec_payload_why lz4_next(struct kexec_blocks *b, struct kexec_block *block,
				       struct reader *r)
{
	u32 size = take_le32(r);

	block->size = size & ~LZ4_STORED;
	if (!block->size)
		return lz4_finish(b, r);
	block->stored = size & LZ4_STORED;
	if (block->size > b->block_max)
		return KEXEC_PAYLOAD_BAD_BLOCK;
	block->exact = block->stored;
	block->unpacked = block->stored ? block->size : min(b->block_max, b->left);
	block->data = take(r, block->size);
	if (b->flags & LZ4_BLOCK_SUMS) {
		block->packed_sum.kind = KEXEC_SUM_XXH32;
		block->packed_sum.value = take_le32(r);
	}
	return KEXEC_PAYLOAD_OK;
}

/* What lz4 -l makes has no end mark; every block but the last is full. */
static enum kexec_payload_why lz4_legacy_next(struct kexec_blocks *b, struct kexec_block *block,
					      struct reader *r)
{
	if (r->at == r->end)
		return KEXEC_PAYLOAD_OK;
	block->size = take_le32(r);
	if (!block->size)
		return KEXEC_PAYLOAD_BAD_BLOCK;
	block->exact = true;
	block->unpacked = min_t(u32, LZ4_LEGACY_BLOCK, b->left);
	block->data = take(r, block->size);
	return KEXEC_PAYLOAD_OK;
}

/* lzop */

static enum kexec_payload_why lzo_start(struct kexec_blocks *b, struct reader *r)
{
	bool is_long = lzo_take_flags(r, &b->flags);

	if (b->flags & (LZO_MULTIPART | LZO_FILTER | LZO_EXTRA))
		return KEXEC_PAYLOAD_UNSUPPORTED;
	take(r, is_long ? 12 : 8);		/* mode and time */
	take(r, take_u8(r));			/* name */
	b->block_max = LZO_BLOCK;
	b->header_size = r->at - b->header;
	b->header_sum.kind = b->flags & LZO_HEADER_CRC ? KEXEC_SUM_CRC32 : KEXEC_SUM_ADLER32;
	b->header_sum.value = take_be32(r);
	return r->short_of ? KEXEC_PAYLOAD_TRUNCATED : KEXEC_PAYLOAD_OK;
}

static void lzo_take_sum(struct reader *r, u32 flags, u32 adler, u32 crc, struct kexec_sum *sum)
{
	if (flags & adler) {
		sum->kind = KEXEC_SUM_ADLER32;
		sum->value = take_be32(r);
	}
	if (flags & crc) {
		sum->kind = KEXEC_SUM_CRC32;
		sum->value = take_be32(r);
	}
}

static enum kexec_payload_why lzo_next(struct kexec_blocks *b, struct kexec_block *block,
				       struct reader *r)
{
	block->unpacked = take_be32(r);
	if (!block->unpacked)
		return KEXEC_PAYLOAD_OK;
	block->exact = true;
	block->size = take_be32(r);
	if (block->unpacked > b->block_max || block->size > block->unpacked || !block->size)
		return KEXEC_PAYLOAD_BAD_BLOCK;
	block->stored = block->size == block->unpacked;
	lzo_take_sum(r, b->flags, LZO_PLAIN_ADLER, LZO_PLAIN_CRC, &block->plain_sum);
	if (!block->stored)
		lzo_take_sum(r, b->flags, LZO_PACKED_ADLER, LZO_PACKED_CRC, &block->packed_sum);
	block->data = take(r, block->size);
	return KEXEC_PAYLOAD_OK;
}

/**
 * kexec_blocks_start() - begin a walk over an lz4 or lzop payload
 * @payload: what kexec_payload_parse() found
 * @blocks: filled in
 *
 * Return: %KEXEC_PAYLOAD_OK or the first thing that is wrong with its header.
 */
enum kexec_payload_why kexec_blocks_start(const struct kexec_payload *payload,
					  struct kexec_blocks *blocks)
{
	struct reader r = { payload->data, payload->data + payload->size };
	enum kexec_payload_why why = KEXEC_PAYLOAD_OK;

	memset(blocks, 0, sizeof(*blocks));
	take(&r, compressors[payload->compressor].magic_size);
	blocks->compressor = payload->compressor;
	blocks->header = r.at;
	blocks->left = payload->unpacked;
	if (payload->compressor == KEXEC_LZ4)
		why = lz4_start(blocks, &r);
	else if (payload->compressor == KEXEC_LZO)
		why = lzo_start(blocks, &r);
	blocks->at = r.at;
	blocks->end = r.end;
	return why;
}

static enum kexec_payload_why blocks_end(const struct kexec_blocks *blocks)
{
	if (blocks->at != blocks->end)
		return KEXEC_PAYLOAD_TRAILING;
	return blocks->left ? KEXEC_PAYLOAD_SHORTFALL : KEXEC_PAYLOAD_OK;
}

/**
 * kexec_blocks_next() - find the next block
 * @blocks: the walk; kexec_blocks_unpacked() was told about the last block
 * @block: filled in; its size is 0 when all is unpacked
 *
 * Return: %KEXEC_PAYLOAD_OK or the first thing that is wrong.
 */
enum kexec_payload_why kexec_blocks_next(struct kexec_blocks *blocks, struct kexec_block *block)
{
	struct reader r = { blocks->at, blocks->end };
	enum kexec_payload_why why;

	memset(block, 0, sizeof(*block));
	if (blocks->compressor == KEXEC_LZ4)
		why = lz4_next(blocks, block, &r);
	else if (blocks->compressor == KEXEC_LZO)
		why = lzo_next(blocks, block, &r);
	else
		why = lz4_legacy_next(blocks, block, &r);
	blocks->at = r.at;
	if (r.short_of)
		return KEXEC_PAYLOAD_TRUNCATED;
	if (why)
		return why;
	if (!block->size)
		return blocks_end(blocks);
	return !blocks->left || block->unpacked > blocks->left ? KEXEC_PAYLOAD_LONG :
								 KEXEC_PAYLOAD_OK;
}

/**
 * kexec_blocks_unpacked() - note that a block has been unpacked
 * @blocks: the walk
 * @bytes: how many bytes that gave, no more than the block said
 */
void kexec_blocks_unpacked(struct kexec_blocks *blocks, u32 bytes)
{
	blocks->left -= bytes;
}

/**
 * kexec_payload_why() - a reason in words
 * @why: what one of the functions above returned
 *
 * Return: a clause about "it", without capital letter or full stop.
 */
const char *kexec_payload_why(enum kexec_payload_why why)
{
	if ((unsigned int)why >= ARRAY_SIZE(reasons))
		return "it is damaged";
	return reasons[why];
}

/**
 * kexec_compressor_name() - a compressor in words
 * @compressor: what kexec_payload_parse() found
 *
 * Return: the text.
 */
const char *kexec_compressor_name(enum kexec_compressor compressor)
{
	if ((unsigned int)compressor >= ARRAY_SIZE(compressors))
		return compressors[KEXEC_UNKNOWN].name;
	return compressors[compressor].name;
}
