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
		.payload_offset = PREFIX,
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

/* Everything a gzip header can have: extra field, name, comment, checksum. */
static void test_gzip_header(void)
{
	static const char full[] =
		"\x1f\x8b\x08\x1e\0\0\0\0\2\3\3\0abcn\0text\0hcdeflated\x78\x56\x34\x12\0\x10\0\0";
	struct bytes file = { malloc(PREFIX + sizeof(full) - 1), PREFIX + sizeof(full) - 1 };
	struct kexec_bzimage img = image_of(file.size);
	struct kexec_payload payload;
	struct kexec_gzip gzip;
	bool ok;

	memcpy(file.data + PREFIX, full, sizeof(full) - 1);
	ok = !kexec_payload_parse(file.data, &img, &payload) && !kexec_gzip_parse(&payload, &gzip);
	tap_result(ok && gzip.size == 8 && !memcmp(gzip.data, "deflated", 8) &&
		   gzip.plain_sum.kind == KEXEC_SUM_CRC32 && gzip.plain_sum.value == 0x12345678,
		   "gzip: a header with everything is skipped");
	payload.size -= 2;
	tap_result(kexec_gzip_parse(&payload, &gzip) == KEXEC_PAYLOAD_OK && gzip.size == 6,
		   "gzip: the trailer ends where the payload does");
	payload.size = 18;
	tap_result(kexec_gzip_parse(&payload, &gzip) == KEXEC_PAYLOAD_TRUNCATED,
		   "gzip: a name without end is noticed");
	file.data[PREFIX + 3] = 0x80;
	tap_result(kexec_gzip_parse(&payload, &gzip) == KEXEC_PAYLOAD_BAD_HEADER,
		   "gzip: a reserved flag is noticed");
	free(file.data);
}

/* What stands at the start of a payload, and the size at its end. */
static const struct {
	const char *name;
	const char *start;
	unsigned int start_size;
	uint32_t size;
	enum kexec_payload_why why;
} edges[] = {
	{ "bzip2", "BZh91AY", 7, 1000, KEXEC_PAYLOAD_UNKNOWN },
	{ "lzma", "\x5d\0\0\0\x02", 5, 1000, KEXEC_PAYLOAD_UNKNOWN },
	{ "the largest size", "\x1f\x8b\x08", 3, INIT_SIZE, KEXEC_PAYLOAD_OK },
	{ "a size beyond init_size", "\x1f\x8b\x08", 3, INIT_SIZE + 1, KEXEC_PAYLOAD_TOO_LARGE },
	{ "the size of a bomb", "\x28\xb5\x2f\xfd", 4, 0xffffffff, KEXEC_PAYLOAD_TOO_LARGE },
	{ "the size of nothing", "\3757zXZ\0", 6, 0, KEXEC_PAYLOAD_TOO_SMALL },
	{ "the size of no ELF header", "\3757zXZ\0", 6, 63, KEXEC_PAYLOAD_TOO_SMALL },
};

static void test_edges(void)
{
	struct kexec_payload payload;
	enum kexec_payload_why why;
	struct kexec_bzimage img;
	struct bytes file = { malloc(PREFIX + 40), PREFIX + 40 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		memset(file.data, 0, file.size);
		memcpy(file.data + PREFIX, edges[i].start, edges[i].start_size);
		memcpy(file.data + file.size - 4, &edges[i].size, 4);
		img = image_of(file.size);
		why = kexec_payload_parse(file.data, &img, &payload);
		tap_result(why == edges[i].why, "%s: %s", edges[i].name, kexec_payload_why(why));
	}
	img.init_size = 0xffffffff;
	tap_result(kexec_payload_parse(file.data, &img, &payload) == KEXEC_PAYLOAD_TOO_SMALL,
		   "what the image asks for is no excuse for too little");
	memset(file.data + file.size - 4, 0x7f, 4);
	tap_result(kexec_payload_parse(file.data, &img, &payload) == KEXEC_PAYLOAD_TOO_LARGE,
		   "nor for more than 1 GiB");
	img.payload_offset = 0;
	tap_result(kexec_payload_parse(file.data, &img, &payload) == KEXEC_PAYLOAD_NONE,
		   "no payload is no damage");
	free(file.data);
}

static void test_reasons(void)
{
	unsigned int i, j, bad = 0;

	for (i = 0; i < KEXEC_PAYLOAD_NR_WHY; i++)
		for (j = 0; j <= i; j++)
			bad += (i == j) == !!strcmp(kexec_payload_why(i), kexec_payload_why(j));
	tap_result(!bad && kexec_payload_why(-1) && kexec_compressor_name(-1),
		   "each reason has its own words");
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
	test_edges();
	test_gzip_header();
	test_packers();
	return tap_finish();
}
