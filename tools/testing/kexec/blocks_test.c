// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/payload.c: the blocks of lz4 and lzop payloads, made up byte by
 * byte.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_image.h>
#include "files.h"
#include "tap.h"

#define LZ4		"04224d18"
#define LEGACY		"02214c18"
#define LZO		"894c5a4f000d0a1a0a"

/* The smallest lz4 header: no checksums, blocks of 64 KiB; then blocks of three bytes. */
#define LZ4_PLAIN	LZ4 "4040aa"
#define LZ4_STORED	"03000080616263"
#define LZ4_PACKED	"03000000616263"
#define LZ4_END		"00000000"

/* lzop's versions, method and level; the level is what older files do not have. */
#define LZO_NEW		LZO "0940208009400105"
#define LZO_OLD		LZO "093f2080094001"
#define LZO_TIME	"000081a41111111122222222"
#define LZO_SUM		"12345678"
#define LZO_PLAIN	LZO_NEW "00000000" LZO_TIME "00" LZO_SUM
#define LZO_STORED	"0000000300000003"
#define LZO_PACKED	"0000000400000003"
#define LZO_END		"00000000"

struct walk {
	const char *name, *hex;
	uint32_t unpacked;
	/* What describe() makes of it. */
	const char *found;
};

static const struct walk lz4_walks[] = {
	{ "a stored block", LZ4_PLAIN LZ4_STORED LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; end" },
	{ "a packed block", LZ4_PLAIN LZ4_PACKED LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3; end" },
	{ "blocks that do not depend on others", LZ4 "6040aa" LZ4_STORED LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; end" },
	{ "a size", LZ4 "48400102030405060708aa" LZ4_STORED LZ4_END, 3,
	  "header 10 byte aa; 3 at 19, 3 exact stored; end" },
	{ "a checksum", LZ4 "4440aa" LZ4_STORED LZ4_END "78563412", 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; end xxh 12345678" },
	{ "a checksum of a stored block", LZ4 "5040aa" LZ4_STORED "78563412" LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored, packed xxh 12345678; end" },
	{ "a checksum of a packed block", LZ4 "5040aa" LZ4_PACKED "78563412" LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3, packed xxh 12345678; end" },
	{ "everything there is",
	  LZ4 "7c400102030405060708aa" LZ4_STORED "78563412" LZ4_END "21436587", 3,
	  "header 10 byte aa; 3 at 19, 3 exact stored, packed xxh 12345678; end xxh 87654321" },
	{ "version 0", LZ4 "0040aa", 3, "bad header" },
	{ "version 2", LZ4 "8040aa", 3, "bad header" },
	{ "version 3", LZ4 "c040aa", 3, "bad header" },
	{ "the reserved flag", LZ4 "4240aa", 3, "bad header" },
	{ "a dictionary", LZ4 "4140aa", 3, "unsupported" },
	{ "the reserved flag and a dictionary", LZ4 "4340aa", 3, "bad header" },
	{ "block size 3", LZ4 "4030aa", 3, "bad header" },
	{ "block size 2", LZ4 "4020aa", 3, "bad header" },
	{ "block size 12", LZ4 "40c0aa", 3, "bad header" },
	{ "reserved bit 0 beside the block size", LZ4 "4041aa", 3, "bad header" },
	{ "reserved bit 1 beside the block size", LZ4 "4042aa", 3, "bad header" },
	{ "reserved bit 2 beside the block size", LZ4 "4044aa", 3, "bad header" },
	{ "reserved bit 3 beside the block size", LZ4 "4048aa", 3, "bad header" },
	{ "blocks up to 64 KiB, full", LZ4 "4040aa 00000100", 3,
	  "header 2 byte aa; truncated" },
	{ "blocks up to 64 KiB, larger", LZ4 "4040aa 01000100", 3,
	  "header 2 byte aa; bad block" },
	{ "blocks up to 256 KiB, full", LZ4 "4050aa 00000400", 3,
	  "header 2 byte aa; truncated" },
	{ "blocks up to 256 KiB, larger", LZ4 "4050aa 01000400", 3,
	  "header 2 byte aa; bad block" },
	{ "blocks up to 1 MiB, full", LZ4 "4060aa 00001000", 3,
	  "header 2 byte aa; truncated" },
	{ "blocks up to 1 MiB, larger", LZ4 "4060aa 01001000", 3,
	  "header 2 byte aa; bad block" },
	{ "blocks up to 4 MiB, full", LZ4 "4070aa 00004000", 3,
	  "header 2 byte aa; truncated" },
	{ "blocks up to 4 MiB, larger", LZ4 "4070aa 01004000", 3,
	  "header 2 byte aa; bad block" },
	{ "a full block and one byte", LZ4_PLAIN LZ4_PACKED LZ4_PACKED LZ4_END, 0x10001,
	  "header 2 byte aa; 3 at 11, 65536; 3 at 18, 1; end" },
	{ "a stored block that is too long", LZ4_PLAIN LZ4_STORED LZ4_END, 2,
	  "header 2 byte aa; long" },
	{ "a stored block too many", LZ4_PLAIN LZ4_STORED LZ4_STORED LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; long" },
	{ "a packed block too many", LZ4_PLAIN LZ4_STORED LZ4_PACKED LZ4_END, 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; long" },
	{ "a block too few", LZ4_PLAIN LZ4_STORED LZ4_END, 4,
	  "header 2 byte aa; 3 at 11, 3 exact stored; shortfall" },
	{ "something behind the end", LZ4_PLAIN LZ4_STORED LZ4_END "00", 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; trailing" },
	{ "the header's end missing", LZ4 "4040", 3, "truncated" },
	{ "the size's end missing", LZ4 "484001020304050607", 3, "truncated" },
	{ "a block size's end missing", LZ4_PLAIN "030000", 3, "header 2 byte aa; truncated" },
	{ "a block's end missing", LZ4_PLAIN "030000006162", 3, "header 2 byte aa; truncated" },
	{ "the end of a block's checksum missing", LZ4 "5040aa" LZ4_PACKED "785634", 3,
	  "header 2 byte aa; truncated" },
	{ "the end of the checksum missing", LZ4 "4440aa" LZ4_STORED LZ4_END "785634", 3,
	  "header 2 byte aa; 3 at 11, 3 exact stored; truncated" },
};

static const struct walk legacy_walks[] = {
	{ "a block", LEGACY LZ4_PACKED, 3, "header 0; 3 at 8, 3 exact; end" },
	{ "a full block and one byte", LEGACY LZ4_PACKED LZ4_PACKED, 0x800001,
	  "header 0; 3 at 8, 8388608 exact; 3 at 15, 1 exact; end" },
	{ "a block of nothing", LEGACY "00000000", 3, "header 0; bad block" },
	{ "a block too many", LEGACY LZ4_PACKED LZ4_PACKED, 3,
	  "header 0; 3 at 8, 3 exact; long" },
	{ "a block too few", LEGACY LZ4_PACKED, 0x800001,
	  "header 0; 3 at 8, 8388608 exact; shortfall" },
	{ "no block", LEGACY, 3, "header 0; shortfall" },
	{ "a block size's end missing", LEGACY "030000", 3, "header 0; truncated" },
	{ "a block's end missing", LEGACY "030000006162", 3, "header 0; truncated" },
};

static const struct walk lzo_walks[] = {
	{ "a stored block", LZO_PLAIN LZO_STORED "616263" LZO_END, 3,
	  "header 25 adler 12345678; 3 at 46, 3 exact stored; end" },
	{ "a packed block", LZO_PLAIN LZO_PACKED "616263" LZO_END, 4,
	  "header 25 adler 12345678; 3 at 46, 4 exact; end" },
	{ "a name", LZO_NEW "00000000" LZO_TIME "026162" LZO_SUM LZO_STORED "616263" LZO_END, 3,
	  "header 27 adler 12345678; 3 at 48, 3 exact stored; end" },
	{ "a header with CRC-32",
	  LZO_NEW "00001000" LZO_TIME "00" LZO_SUM LZO_STORED "616263" LZO_END, 3,
	  "header 25 crc 12345678; 3 at 46, 3 exact stored; end" },
	{ "an older header",
	  LZO_OLD "00000001000081a41111111100" LZO_SUM LZO_STORED "21436587 616263" LZO_END, 3,
	  "header 20 adler 12345678; 3 at 45, 3 exact stored, plain adler 21436587; end" },
	{ "Adler-32 of what is unpacked",
	  LZO_NEW "00000001" LZO_TIME "00" LZO_SUM LZO_PACKED "21436587 616263" LZO_END, 4,
	  "header 25 adler 12345678; 3 at 50, 4 exact, plain adler 21436587; end" },
	{ "Adler-32 of what is packed",
	  LZO_NEW "00000002" LZO_TIME "00" LZO_SUM LZO_PACKED "21436587 616263" LZO_END, 4,
	  "header 25 adler 12345678; 3 at 50, 4 exact, packed adler 21436587; end" },
	{ "CRC-32 of what is unpacked",
	  LZO_NEW "00000100" LZO_TIME "00" LZO_SUM LZO_PACKED "21436587 616263" LZO_END, 4,
	  "header 25 adler 12345678; 3 at 50, 4 exact, plain crc 21436587; end" },
	{ "CRC-32 of what is packed",
	  LZO_NEW "00000200" LZO_TIME "00" LZO_SUM LZO_PACKED "21436587 616263" LZO_END, 4,
	  "header 25 adler 12345678; 3 at 50, 4 exact, packed crc 21436587; end" },
	{ "all checksums of a packed block",
	  LZO_NEW "00000303" LZO_TIME "00" LZO_SUM LZO_PACKED
	  "11111111 22222222 33333333 44444444 616263" LZO_END, 4,
	  "header 25 adler 12345678; "
	  "3 at 62, 4 exact, packed crc 44444444, plain crc 22222222; end" },
	{ "all checksums of a stored block",
	  LZO_NEW "00000303" LZO_TIME "00" LZO_SUM LZO_STORED
	  "11111111 22222222 616263" LZO_END, 3,
	  "header 25 adler 12345678; 3 at 54, 3 exact stored, plain crc 22222222; end" },
	{ "several parts", LZO_NEW "00000400" LZO_TIME "00" LZO_SUM, 3, "unsupported" },
	{ "a filter", LZO_NEW "00000800" LZO_TIME "00" LZO_SUM, 3, "unsupported" },
	{ "an extra field", LZO_NEW "00000040" LZO_TIME "00" LZO_SUM, 3, "unsupported" },
	{ "the largest block", LZO_PLAIN "0400000000000003 616263" LZO_END, 0x4000000,
	  "header 25 adler 12345678; 3 at 46, 67108864 exact; end" },
	{ "a block larger than that", LZO_PLAIN "0400000100000003 616263" LZO_END, 0x4000001,
	  "header 25 adler 12345678; bad block" },
	{ "a block that grew", LZO_PLAIN "0000000200000003 616263" LZO_END, 2,
	  "header 25 adler 12345678; bad block" },
	{ "a block of nothing", LZO_PLAIN "0000000200000000" LZO_END, 2,
	  "header 25 adler 12345678; bad block" },
	{ "a block too long", LZO_PLAIN LZO_PACKED "616263" LZO_END, 3,
	  "header 25 adler 12345678; long" },
	{ "a block too many", LZO_PLAIN LZO_STORED "616263" LZO_STORED "616263" LZO_END, 3,
	  "header 25 adler 12345678; 3 at 46, 3 exact stored; long" },
	{ "a block too few", LZO_PLAIN LZO_STORED "616263" LZO_END, 4,
	  "header 25 adler 12345678; 3 at 46, 3 exact stored; shortfall" },
	{ "something behind the end", LZO_PLAIN LZO_STORED "616263" LZO_END "00", 3,
	  "header 25 adler 12345678; 3 at 46, 3 exact stored; trailing" },
	{ "the versions missing", LZO, 3, "truncated" },
	{ "the header's end missing", LZO_NEW "00000000" LZO_TIME "00 123456", 3, "truncated" },
	{ "the name's end missing", LZO_NEW "00000000" LZO_TIME "06" LZO_SUM, 3, "truncated" },
	{ "the end missing", LZO_PLAIN LZO_STORED "616263 000000", 3,
	  "header 25 adler 12345678; 3 at 46, 3 exact stored; truncated" },
	{ "the end of a block's size missing", LZO_PLAIN "00000003000000", 3,
	  "header 25 adler 12345678; truncated" },
	{ "a block's end missing", LZO_PLAIN LZO_STORED "6162", 3,
	  "header 25 adler 12345678; truncated" },
	{ "the end of a checksum missing",
	  LZO_NEW "00000001" LZO_TIME "00" LZO_SUM LZO_STORED "214365", 3,
	  "header 25 adler 12345678; truncated" },
};

static const char * const whys[KEXEC_PAYLOAD_NR_WHY] = {
	[KEXEC_PAYLOAD_UNSUPPORTED] = "unsupported",
	[KEXEC_PAYLOAD_BAD_HEADER] = "bad header",
	[KEXEC_PAYLOAD_TRUNCATED] = "truncated",
	[KEXEC_PAYLOAD_BAD_BLOCK] = "bad block",
	[KEXEC_PAYLOAD_LONG] = "long",
	[KEXEC_PAYLOAD_SHORTFALL] = "shortfall",
	[KEXEC_PAYLOAD_TRAILING] = "trailing",
};

static void print_sum(FILE *to, const char *of, const struct kexec_sum *sum)
{
	static const char * const kinds[] = {
		[KEXEC_SUM_ADLER32] = "adler", [KEXEC_SUM_CRC32] = "crc",
		[KEXEC_SUM_XXH32] = "xxh", [KEXEC_SUM_XXH32_BYTE] = "byte",
	};

	if (sum->kind)
		fprintf(to, "%s %s %x", of, kinds[sum->kind], sum->value);
}

static void print_block(FILE *to, const struct kexec_payload *payload,
			const struct kexec_block *block)
{
	fprintf(to, "%u at %zu, %u%s%s", block->size, block->data - payload->data, block->unpacked,
		block->exact ? " exact" : "", block->stored ? " stored" : "");
	print_sum(to, ", packed", &block->packed_sum);
	print_sum(to, ", plain", &block->plain_sum);
	fputs("; ", to);
}

/* Walks over a payload as if each block unpacked to all that it may. */
static void print_walk(FILE *to, const struct kexec_payload *payload)
{
	struct kexec_blocks blocks;
	struct kexec_block block;
	enum kexec_payload_why why = kexec_blocks_start(payload, &blocks);

	if (!why) {
		fprintf(to, "header %zu", blocks.header_size);
		print_sum(to, "", &blocks.header_sum);
		fputs("; ", to);
	}
	while (!why) {
		why = kexec_blocks_next(&blocks, &block);
		if (why || !block.size)
			break;
		print_block(to, payload, &block);
		kexec_blocks_unpacked(&blocks, block.unpacked);
	}
	fputs(why ? whys[why] ?: kexec_payload_why(why) : "end", to);
	if (!why)
		print_sum(to, "", &blocks.plain_sum);
}

static char *describe(enum kexec_compressor compressor, const struct walk *walk)
{
	struct bytes bytes = bytes_hex(walk->hex);
	const struct kexec_payload payload = {
		.compressor = compressor, .data = bytes.data, .size = bytes.size,
		.unpacked = walk->unpacked,
	};
	size_t size;
	char *text;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		abort();
	print_walk(to, &payload);
	fclose(to);
	free(bytes.data);
	return text;
}

static void test_walks(enum kexec_compressor compressor, const char *name,
		       const struct walk *walk, unsigned int count)
{
	char *text;

	for (; count--; walk++) {
		text = describe(compressor, walk);
		tap_result(!strcmp(text, walk->found), "%s, %s: %s", name, walk->name, text);
		free(text);
	}
}

int main(void)
{
	test_walks(KEXEC_LZ4, "lz4", lz4_walks, ARRAY_SIZE(lz4_walks));
	test_walks(KEXEC_LZ4_LEGACY, "lz4 -l", legacy_walks, ARRAY_SIZE(legacy_walks));
	test_walks(KEXEC_LZO, "lzop", lzo_walks, ARRAY_SIZE(lzo_walks));
	return tap_finish();
}
