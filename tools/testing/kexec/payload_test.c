// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/payload.c and words.c: payloads as the real
 * compressors make them, whole, cut off and damaged.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_image.h>
#include "files.h"
#include "tap.h"

#define PREFIX		16
#define PLAIN_SIZE	300000
#define INIT_SIZE	0x100000

static const struct packer {
	const char *name;
	const char *command;
	enum kexec_compressor compressor;
	bool sized, checked, blocks;
} packers[] = {
	{ "gzip", "gzip -n -9", KEXEC_GZIP, .sized = true, .checked = true },
	{ "xz", "xz --check=crc32 --x86 --lzma2=dict=1MiB", KEXEC_XZ, .checked = true },
	{ "xz without check", "xz --check=none", KEXEC_XZ },
	{ "zstd", "zstd -q -19 --check", KEXEC_ZSTD, .checked = true },
	{ "zstd without check", "zstd -q --no-check", KEXEC_ZSTD },
	{ "lz4 legacy", "lz4 -q -l -9 - -", KEXEC_LZ4_LEGACY, .blocks = true },
	{ "lz4 frame", "lz4 -q -9 - -", KEXEC_LZ4, .checked = true, .blocks = true },
	{ "lz4 frame, linked blocks of 64 KiB", "lz4 -q -B4 -BD - -", KEXEC_LZ4, .checked = true,
	  .blocks = true },
	{ "lz4 frame, checked blocks", "lz4 -q -B4 -BX --no-frame-crc - -", KEXEC_LZ4,
	  .checked = true, .blocks = true },
	{ "lz4 frame without check", "lz4 -q --no-frame-crc - -", KEXEC_LZ4, .blocks = true },
	{ "lzo", "lzop -9", KEXEC_LZO, .checked = true, .blocks = true },
	{ "lzo with CRC-32", "lzop -3 --crc32", KEXEC_LZO, .checked = true, .blocks = true },
};

/* Half text that shrinks, half noise that is stored. */
static struct bytes make_plain(void)
{
	uint8_t data[PLAIN_SIZE];
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i < sizeof(data) / 2 ? "kernel "[i % 7] + (i / 4096) % 3 :
						 next_random();
	return bytes_copy(data, sizeof(data));
}

/* A file that holds nothing but a payload. */
static struct bytes make_file(const struct packer *packer, const struct bytes *plain)
{
	struct bytes packed = bytes_filter(packer->command, plain->data, plain->size);
	size_t size = PREFIX + packed.size + (packer->sized ? 0 : 4);
	struct bytes file = { malloc(size), size };
	uint32_t n = plain->size;

	memset(file.data, 0xff, PREFIX);
	memcpy(file.data + PREFIX, packed.data, packed.size);
	if (!packer->sized)
		memcpy(file.data + size - 4, &n, 4);
	free(packed.data);
	return file;
}

static struct kexec_bzimage image_of(size_t size)
{
	return (struct kexec_bzimage){
		.pm_offset = PREFIX / 4,
		.payload_offset = PREFIX - PREFIX / 4,
		.payload_length = size > PREFIX ? size - PREFIX : 0,
		.init_size = INIT_SIZE,
	};
}

/* A length that goes on in the bytes behind its first part. */
static bool lz4_length(const uint8_t **in, const uint8_t *end, size_t *length)
{
	uint8_t more = *length == 15 ? 255 : 0;

	while (more == 255) {
		if (*in == end)
			return false;
		more = *(*in)++;
		*length += more;
	}
	return true;
}

/* The block format, for blocks that are whole; negative: it is not. */
static long lz4_block(const struct kexec_block *block, const uint8_t *start, uint8_t *to)
{
	const uint8_t *in = block->data, *end = in + block->size;
	uint8_t *out = to, *limit = to + block->unpacked;
	size_t literals, match, offset;

	while (in < end) {
		literals = *in >> 4;
		match = *in++ & 15;
		if (!lz4_length(&in, end, &literals) || literals > (size_t)(end - in) ||
		    literals > (size_t)(limit - out))
			return -1;
		memcpy(out, in, literals);
		out += literals;
		in += literals;
		if (in == end)
			break;
		if (end - in < 2)
			return -1;
		offset = in[0] | in[1] << 8;
		in += 2;
		if (!lz4_length(&in, end, &match) || !offset ||
		    offset > (size_t)(out - start) || match + 4 > (size_t)(limit - out))
			return -1;
		for (match += 4; match--; out++)
			*out = out[-offset];
	}
	return out - to;
}

static bool block_inside(const struct kexec_block *block, const struct bytes *file,
			 const struct kexec_blocks *blocks)
{
	return block->data >= file->data + PREFIX &&
	       block->size <= (size_t)(file->data + file->size - block->data) &&
	       block->unpacked <= blocks->left &&
	       (!block->stored || block->size == block->unpacked);
}

/* Unpacks a block; lzo that is compressed counts as unpacked to nothing known. */
static long unpack_block(const struct kexec_payload *payload, const struct kexec_block *block,
			 uint8_t *start, uint8_t *out)
{
	if (block->stored) {
		memcpy(out, block->data, block->size);
		return block->size;
	}
	return payload->compressor == KEXEC_LZO ? block->unpacked :
						  lz4_block(block, start, out);
}

static enum kexec_payload_why walk_blocks(const struct kexec_payload *payload,
					  const struct bytes *file, uint8_t *start, bool *sane)
{
	struct kexec_blocks blocks;
	struct kexec_block block;
	enum kexec_payload_why why = kexec_blocks_start(payload, &blocks);
	uint8_t *out = start;
	long n;

	while (!why) {
		why = kexec_blocks_next(&blocks, &block);
		if (why || !block.size)
			break;
		if (!block_inside(&block, file, &blocks)) {
			*sane = false;
			break;
		}
		n = unpack_block(payload, &block, start, out);
		if (n < 0 || (block.exact && n != block.unpacked))
			return KEXEC_PAYLOAD_BAD_DATA;
		out += n;
		kexec_blocks_unpacked(&blocks, n);
	}
	return why;
}

/* All that the library can say of a file. */
static enum kexec_payload_why examine(const struct packer *packer, const struct bytes *file,
				      struct kexec_payload *payload, uint8_t *out, bool *sane)
{
	struct kexec_bzimage img = image_of(file->size);
	enum kexec_payload_why why = kexec_payload_parse(file->data, &img, payload);
	struct kexec_gzip gzip;

	if (why || payload->compressor != packer->compressor)
		return why;
	if (packer->blocks)
		return walk_blocks(payload, file, out, sane);
	if (packer->compressor != KEXEC_GZIP)
		return KEXEC_PAYLOAD_OK;
	why = kexec_gzip_parse(payload, &gzip);
	if (!why && (gzip.data < file->data + PREFIX ||
		     gzip.size > (size_t)(file->data + file->size - gzip.data)))
		*sane = false;
	return why;
}

static void test_whole(const struct packer *packer, const struct bytes *plain,
		       const struct bytes *file)
{
	uint8_t *out = calloc(1, plain->size);
	struct kexec_payload payload;
	bool sane = true;
	enum kexec_payload_why why = examine(packer, file, &payload, out, &sane);
	size_t same = packer->compressor == KEXEC_LZO ? plain->size * 7 / 8 : 0;

	tap_result(!why && sane && payload.compressor == packer->compressor &&
		   payload.checked == packer->checked && payload.unpacked == plain->size,
		   "%s: %s", packer->name, kexec_payload_why(why));
	if (packer->blocks)
		tap_result(!memcmp(out + same, plain->data + same, plain->size - same),
			   "%s: its blocks hold what was packed", packer->name);
	free(out);
}

/* The size at the end stays: it is what tells that something is missing before it. */
static void test_cut(const struct packer *packer, const struct bytes *plain,
		     const struct bytes *file)
{
	uint8_t *out = malloc(plain->size);
	struct kexec_payload payload;
	unsigned int taken = 0, cuts = 0;
	bool sane = true;
	struct bytes cut;
	size_t size;

	for (size = PREFIX + 4; size < file->size; size += 1 + size / 200) {
		cut = bytes_copy(file->data, size);
		memcpy(cut.data + size - 4, file->data + file->size - 4, 4);
		taken += !examine(packer, &cut, &payload, out, &sane) && packer->blocks;
		cuts++;
		free(cut.data);
	}
	tap_result(sane && !taken && cuts > 100, "%s: cut off in %u places, %u of them unnoticed",
		   packer->name, cuts, taken);
	free(out);
}

static void test_damage(const struct packer *packer, const struct bytes *plain,
			const struct bytes *file)
{
	unsigned int i, noticed = 0, rounds = 500;
	uint8_t *out = malloc(plain->size);
	struct kexec_payload payload;
	bool sane = true;
	struct bytes bad;
	size_t at;

	for (i = 0; i < rounds; i++) {
		bad = bytes_copy(file->data, file->size);
		at = i & 1 ? next_random() % 64 : next_random() % (file->size - PREFIX);
		bad.data[PREFIX + at] ^= 1 << next_random() % 8;
		noticed += !!examine(packer, &bad, &payload, out, &sane);
		free(bad.data);
	}
	tap_result(sane, "%s: of %u flipped bits the framing alone shows %u", packer->name, rounds,
		   noticed);
	free(out);
}

static void test_packers(void)
{
	struct bytes plain = make_plain();
	const struct packer *packer;
	struct bytes file;

	for (packer = packers; packer < packers + ARRAY_SIZE(packers); packer++) {
		file = make_file(packer, &plain);
		test_whole(packer, &plain, &file);
		test_cut(packer, &plain, &file);
		test_damage(packer, &plain, &file);
		free(file.data);
	}
	free(plain.data);
}

/* A member of which "d1d2" is the deflate stream, if there is one. */
#define GZIP		"1f8b08"
#define GZIP_TIME	"ffffffff0203"
#define GZIP_END	"d1d27856341200100000"

static const struct {
	const char *name, *hex;
	enum kexec_payload_why why;
	size_t at, size;
} gzips[] = {
	{ "a header with nothing", GZIP "00" GZIP_TIME GZIP_END, .at = 10, .size = 2 },
	{ "text", GZIP "01" GZIP_TIME GZIP_END, .at = 10, .size = 2 },
	{ "a checksum of the header", GZIP "02" GZIP_TIME "ffff" GZIP_END, .at = 12, .size = 2 },
	{ "an extra field", GZIP "04" GZIP_TIME "0300ffffff" GZIP_END, .at = 15, .size = 2 },
	{ "an extra field of nothing", GZIP "04" GZIP_TIME "0000" GZIP_END, .at = 12, .size = 2 },
	{ "a name", GZIP "08" GZIP_TIME "ffff00" GZIP_END, .at = 13, .size = 2 },
	{ "a comment", GZIP "10" GZIP_TIME "ffff00" GZIP_END, .at = 13, .size = 2 },
	{ "everything", GZIP "1f" GZIP_TIME "0200ffff ffff00 ff00 ffff" GZIP_END,
	  .at = 21, .size = 2 },
	{ "reserved flag 5", GZIP "20" GZIP_TIME GZIP_END, KEXEC_PAYLOAD_BAD_HEADER },
	{ "reserved flag 6", GZIP "40" GZIP_TIME GZIP_END, KEXEC_PAYLOAD_BAD_HEADER },
	{ "reserved flag 7", GZIP "80" GZIP_TIME GZIP_END, KEXEC_PAYLOAD_BAD_HEADER },
	{ "method 7", "1f8b0700" GZIP_TIME GZIP_END, KEXEC_PAYLOAD_BAD_HEADER },
	{ "method 9", "1f8b0900" GZIP_TIME GZIP_END, KEXEC_PAYLOAD_BAD_HEADER },
	{ "one byte of data", GZIP "00" GZIP_TIME "d17856341200100000", .at = 10, .size = 1 },
	{ "no data", GZIP "00" GZIP_TIME "7856341200100000", KEXEC_PAYLOAD_TRUNCATED },
	{ "half a header", GZIP "00ffffffff02", KEXEC_PAYLOAD_TRUNCATED },
	{ "an extra field of 256 bytes, which are not there",
	  GZIP "04" GZIP_TIME "0001ffff" GZIP_END, KEXEC_PAYLOAD_TRUNCATED },
	{ "a name without end", GZIP "08" GZIP_TIME "616263646566676869616263646566",
	  KEXEC_PAYLOAD_TRUNCATED },
};

static void test_gzip(void)
{
	struct kexec_payload payload = { .compressor = KEXEC_GZIP };
	enum kexec_payload_why why;
	struct kexec_gzip gzip;
	struct bytes file;
	unsigned int i;
	bool right;

	for (i = 0; i < ARRAY_SIZE(gzips); i++) {
		file = bytes_hex(gzips[i].hex);
		payload.data = file.data;
		payload.size = file.size;
		why = kexec_gzip_parse(&payload, &gzip);
		right = why ? why == gzips[i].why :
			      gzip.data == file.data + gzips[i].at && gzip.size == gzips[i].size &&
			      gzip.plain_sum.kind == KEXEC_SUM_CRC32 &&
			      gzip.plain_sum.value == 0x12345678;
		tap_result(right, "gzip, %s: %s", gzips[i].name, kexec_payload_why(why));
		free(file.data);
	}
}

/* The first bytes of each compressor's files. */
static const struct {
	const char *hex;
	enum kexec_compressor compressor;
} magics[] = {
	{ "1f8b", KEXEC_GZIP }, { "fd377a585a00", KEXEC_XZ }, { "28b52ffd", KEXEC_ZSTD },
	{ "02214c18", KEXEC_LZ4_LEGACY }, { "04224d18", KEXEC_LZ4 },
	{ "894c5a4f000d0a1a0a", KEXEC_LZO },
};

/* A payload of which only the first bytes are there, the last of them changed by @change. */
static bool known_as(const struct bytes *magic, size_t size, uint8_t change,
		     enum kexec_compressor compressor)
{
	struct kexec_bzimage img = image_of(PREFIX + size);
	struct bytes file = { malloc(PREFIX + size), PREFIX + size };
	struct kexec_payload payload;
	enum kexec_payload_why why;

	memset(file.data, 0xff, file.size);
	memcpy(file.data + PREFIX, magic->data, min(magic->size, size));
	file.data[file.size - 1] ^= change;
	why = kexec_payload_parse(file.data, &img, &payload);
	free(file.data);
	return payload.compressor == compressor && !payload.bound &&
	       why == (compressor ? KEXEC_PAYLOAD_TRUNCATED : KEXEC_PAYLOAD_UNKNOWN);
}

static void test_magics(void)
{
	struct bytes magic;
	const char *name;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(magics); i++) {
		magic = bytes_hex(magics[i].hex);
		name = kexec_compressor_name(magics[i].compressor);
		tap_result(known_as(&magic, magic.size, 0, magics[i].compressor),
			   "%s is known by its first %zu bytes", name, magic.size);
		tap_result(known_as(&magic, magic.size + 1, 0, magics[i].compressor),
			   "%s is known whatever comes then", name);
		tap_result(known_as(&magic, magic.size, 1, KEXEC_UNKNOWN),
			   "%s is not known by other bytes", name);
		tap_result(known_as(&magic, magic.size - 1, 0, KEXEC_UNKNOWN),
			   "%s is not known by less", name);
		free(magic.data);
	}
}

/* What says in a payload's first bytes whether there is a checksum of what it unpacks to. */
static const struct {
	const char *hex;
	bool checked;
} firsts[] = {
	{ "1f8b", true },
	{ "fd377a585a000001", true }, { "fd377a585a000004", true },
	{ "fd377a585a000002", true }, { "fd377a585a000008", true },
	{ "fd377a585a00fff0" },
	{ "28b52ffd04", true }, { "28b52ffdfb" },
	{ "02214c18ff" },
	{ "04224d1804", true }, { "04224d1810", true }, { "04224d18eb" },
	{ "894c5a4f000d0a1a0a0940ffffffffffff00000001", true },
	{ "894c5a4f000d0a1a0a0940ffffffffffff00000100", true },
	{ "894c5a4f000d0a1a0a0940fffffffffffffffffefe" },
	{ "894c5a4f000d0a1a0a093fffffffffff00000001", true },
	{ "894c5a4f000d0a1a0a093ffffffffffffffffefe" },
};

static void test_firsts(void)
{
	struct bytes file = { malloc(PREFIX + 40), PREFIX + 40 }, first;
	struct kexec_bzimage img = image_of(file.size);
	struct kexec_payload payload;
	uint32_t size = 1000;
	unsigned int i;
	bool right;

	for (i = 0; i < ARRAY_SIZE(firsts); i++) {
		first = bytes_hex(firsts[i].hex);
		memset(file.data, 0xff, file.size);
		memcpy(file.data + PREFIX, first.data, first.size);
		memcpy(file.data + file.size - 4, &size, 4);
		right = !kexec_payload_parse(file.data, &img, &payload) &&
			payload.checked == firsts[i].checked;
		tap_result(right, "%s: a payload that begins with %s is %schecked",
			   kexec_compressor_name(payload.compressor), firsts[i].hex,
			   firsts[i].checked ? "" : "not ");
		free(first.data);
	}
	free(file.data);
}

/* What stands at the start of a payload, how long it is, and the size at its end. */
static const struct {
	const char *name, *hex;
	size_t length;
	uint32_t unpacked;
	enum kexec_payload_why why;
	/* What is less than the length: the size at the end may be no part of the stream. */
	size_t size;
} edges[] = {
	{ "bzip2", "425a68393141", 40, 1000, KEXEC_PAYLOAD_UNKNOWN },
	{ "lzma", "5d00000002", 40, 1000, KEXEC_PAYLOAD_UNKNOWN },
	{ "the smallest size", "1f8b08", 40, 64, KEXEC_PAYLOAD_OK, 40 },
	{ "the largest size", "1f8b08", 40, INIT_SIZE, KEXEC_PAYLOAD_OK, 40 },
	{ "a size beyond init_size", "1f8b08", 40, INIT_SIZE + 1, KEXEC_PAYLOAD_TOO_LARGE, 40 },
	{ "the size of a bomb", "28b52ffd", 40, 0xffffffff, KEXEC_PAYLOAD_TOO_LARGE, 36 },
	{ "the size of nothing", "fd377a585a00", 40, 0, KEXEC_PAYLOAD_TOO_SMALL, 36 },
	{ "the size of no ELF header", "fd377a585a00", 40, 63, KEXEC_PAYLOAD_TOO_SMALL, 36 },
	{ "the shortest payload", "28b52ffd", 13, 1000, KEXEC_PAYLOAD_OK, 9 },
	{ "a shorter payload", "28b52ffd", 12, 1000, KEXEC_PAYLOAD_TRUNCATED },
	{ "the shortest payload of gzip", "1f8b08", 13, 1000, KEXEC_PAYLOAD_OK, 13 },
};

static void test_edges(void)
{
	struct kexec_payload payload;
	enum kexec_payload_why why;
	struct kexec_bzimage img;
	struct bytes file, start;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		start = bytes_hex(edges[i].hex);
		file.size = PREFIX + edges[i].length;
		file.data = calloc(1, file.size);
		memcpy(file.data + PREFIX, start.data, start.size);
		memcpy(file.data + file.size - 4, &edges[i].unpacked, 4);
		img = image_of(file.size);
		why = kexec_payload_parse(file.data, &img, &payload);
		tap_result(why == edges[i].why && payload.size == edges[i].size &&
			   payload.data == (payload.size ? file.data + PREFIX : NULL),
			   "%s: %s", edges[i].name, kexec_payload_why(why));
		free(start.data);
		free(file.data);
	}
}

/* What the image asks for is no excuse for anything. */
static void test_init_size(void)
{
	static const struct {
		uint32_t unpacked;
		enum kexec_payload_why why;
	} cases[] = {
		{ 63, KEXEC_PAYLOAD_TOO_SMALL }, { 64, KEXEC_PAYLOAD_OK },
		{ 0x40000000, KEXEC_PAYLOAD_OK }, { 0x40000001, KEXEC_PAYLOAD_TOO_LARGE },
	};
	struct bytes file = bytes_hex("ff1f8b080000000000000000000000000000");
	const struct kexec_bzimage img = {
		.payload_offset = 1, .payload_length = file.size - 1, .init_size = 0xffffffff,
	};
	struct kexec_payload payload;
	enum kexec_payload_why why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memcpy(file.data + file.size - 4, &cases[i].unpacked, 4);
		why = kexec_payload_parse(file.data, &img, &payload);
		tap_result(why == cases[i].why, "%#x bytes in an image that asks for 4 GiB: %s",
			   cases[i].unpacked, kexec_payload_why(why));
	}
	free(file.data);
}

static void test_none(void)
{
	struct bytes file = bytes_hex("1f8b08000000000000000000000000e80300");
	struct kexec_bzimage img = { .payload_length = file.size, .init_size = INIT_SIZE };
	struct kexec_payload payload;

	tap_result(kexec_payload_parse(file.data, &img, &payload) == KEXEC_PAYLOAD_NONE &&
		   !payload.data && !payload.size, "a payload without a place is none");
	img.payload_offset = 1;
	img.payload_length = 0;
	tap_result(kexec_payload_parse(file.data, &img, &payload) == KEXEC_PAYLOAD_NONE &&
		   !payload.data && !payload.size, "a payload without a length is none");
	free(file.data);
}

static void test_reasons(void)
{
	unsigned int i, j, bad = 0;

	for (i = 0; i < KEXEC_PAYLOAD_NR_WHY; i++)
		for (j = 0; j <= i; j++)
			bad += (i == j) == !!strcmp(kexec_payload_why(i), kexec_payload_why(j));
	tap_result(!bad, "each reason has its own words");
	tap_result(kexec_payload_why(-1) && kexec_payload_why(KEXEC_PAYLOAD_NR_WHY) &&
		   !strcmp(kexec_compressor_name(-1), "unknown") &&
		   !strcmp(kexec_compressor_name(KEXEC_LZO + 1), "unknown"),
		   "an unknown reason and an unknown compressor have words too");
}

static const struct {
	const char *line, *word;
	bool there;
} lines[] = {
	{ "nokaslr", "nokaslr", true },
	{ "quiet nokaslr\tdebug", "nokaslr", true },
	{ " nokaslr ", "nokaslr", true },
	{ "xnokaslr nokaslrx nokaslr=1", "nokaslr", false },
	{ "root=nokaslr", "nokaslr", false },
	{ "mem=1G", "mem=", true },
	{ "mem=", "mem=", true },
	{ "mem memx=1G crashmem=1G", "mem=", false },
	{ "mem_encrypt=on", "mem=", false },
	{ "", "mem=", false },
	{ "   ", "nokaslr", false },
};

static void test_words(void)
{
	unsigned int i;
	struct bytes line;
	bool there;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		line = bytes_copy(lines[i].line, strlen(lines[i].line));
		there = kexec_cmdline_has((char *)line.data, line.size, lines[i].word);
		tap_result(there == lines[i].there, "'%s' has %s%s", lines[i].line,
			   there ? "" : "no ", lines[i].word);
		free(line.data);
	}
	tap_result(!strcmp(kexec_cmdline_find("a=1 b=2 b=3", 11, "b="), "2 b=3"),
		   "what follows a word is what comes next on the line");
	tap_result(!kexec_cmdline_has("a\0nokaslr", 9, "nokaslr"),
		   "a command line ends at its NUL");
	tap_result(!kexec_cmdline_has("quiet mem=1G", 9, "mem="),
		   "a word that goes on behind the end is not there");
	tap_result(!kexec_cmdline_has(NULL, 0, "nokaslr"), "no command line has no word");
}

int main(void)
{
	test_words();
	test_reasons();
	test_magics();
	test_firsts();
	test_edges();
	test_init_size();
	test_none();
	test_gzip();
	test_packers();
	return tap_finish();
}
