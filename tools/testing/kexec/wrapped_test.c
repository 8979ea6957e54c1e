// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/wrapped.c: files as the real compressors make them,
 * whole, cut off and damaged, and headers that promise too much.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define PLAIN_SIZE	300000

static const struct packer {
	const char *command;
	enum kexec_compressor compressor;
	bool checked, bound;
} packers[] = {
	{ "gzip -n -9", KEXEC_GZIP, .checked = true },
	{ "gzip", KEXEC_GZIP, .checked = true },
	{ "xz --check=crc32", KEXEC_XZ, .checked = true },
	{ "xz --check=none --block-size=65536", KEXEC_XZ },
	{ "zstd -q -c -f -19 --check /proc/self/fd/0", KEXEC_ZSTD, .checked = true },
	{ "zstd -q -c -f --no-check /proc/self/fd/0", KEXEC_ZSTD },
	{ "zstd -q --check", KEXEC_ZSTD, .checked = true, .bound = true },
	{ "zstd -q --no-check --ultra -22", KEXEC_ZSTD, .bound = true },
};

/* Bytes that shrink, do not shrink, and shrink to nothing. */
static struct bytes make_plain(size_t size)
{
	struct bytes plain = { malloc(size), size };
	size_t i;

	for (i = 0; i < size; i++)
		plain.data[i] = i < size / 3 ? "kernel "[i % 7] + (i / 4096) % 3 :
				i < size / 3 * 2 ? next_random() : 0;
	return plain;
}

static void test_packer(const struct packer *packer, size_t size)
{
	struct bytes plain = make_plain(size);
	struct bytes file = bytes_filter(packer->command, plain.data, plain.size);
	struct kexec_payload payload;
	enum kexec_payload_why why = kexec_wrapped_parse(file.data, file.size, &payload);

	tap_result(!why && payload.compressor == packer->compressor &&
		   payload.checked == packer->checked && payload.bound == packer->bound &&
		   payload.data == file.data && payload.size == file.size &&
		   payload.unpacked >= size && (payload.bound || payload.unpacked == size) &&
		   payload.unpacked - size < 128 * 1024, "%s of %zu bytes: %u, %s",
		   packer->command, size, payload.unpacked, kexec_payload_why(why));
	free(file.data);
	free(plain.data);
}

/* Of a gzip file that is cut off any bytes can be taken for its size. */
static void test_cuts(const struct packer *packer)
{
	struct bytes plain = make_plain(3000), cut;
	struct bytes file = bytes_filter(packer->command, plain.data, plain.size);
	bool gzip = packer->compressor == KEXEC_GZIP, refused = true;
	struct kexec_payload payload;
	size_t size;

	for (size = 0; size < file.size; size++) {
		cut = bytes_copy(file.data, size);
		if (!kexec_wrapped_parse(cut.data, size, &payload))
			refused = refused && gzip && payload.unpacked <= size * 1032;
		free(cut.data);
	}
	tap_result(refused, "%s: %s wherever it is cut off", packer->command,
		   gzip ? "no more than it can hold" : "refused");
	free(file.data);
	free(plain.data);
}

static void test_noise(const struct packer *packer)
{
	struct bytes plain = make_plain(3000), file;
	struct bytes whole = bytes_filter(packer->command, plain.data, plain.size);
	struct kexec_payload payload;
	unsigned int i, taken = 0;
	bool bounded = true;

	for (i = 0; i < 5000; i++) {
		file = bytes_copy(whole.data, whole.size);
		file.data[next_random() % 24] = next_random();
		file.data[whole.size - 1 - next_random() % 24] = next_random();
		if (!kexec_wrapped_parse(file.data, file.size, &payload)) {
			bounded = bounded && payload.unpacked <= KEXEC_UNPACKED_MAX;
			taken++;
		}
		free(file.data);
	}
	tap_result(bounded, "%s: survives 5000 changed files, %u of which it takes",
		   packer->command, taken);
	free(whole.data);
	free(plain.data);
}

#define XZ_HEAD_OF(sum)	"\3757zXZ\0\0" #sum "....BLOCKBLOCK.."
#define XZ_HEAD		XZ_HEAD_OF(\1)
#define XZ_FOOT(n)	"...." #n "\0\0\0\0\1YZ"
#define ZSTD_HEAD	"\x28\xb5\x2f\xfd"

#define STORED_63 "..............................................................."

/* Files made up of headers alone; the final NUL is no part of them. */
#define REFUSED(name, bytes, why)	{ name, bytes, sizeof(bytes) - 1, KEXEC_PAYLOAD_##why }
#define TAKEN(name, bytes, unpacked) \
	{ name, bytes, sizeof(bytes) - 1, KEXEC_PAYLOAD_OK, unpacked }
#define SMALL(name, bytes, unpacked) \
	{ name, bytes, sizeof(bytes) - 1, KEXEC_PAYLOAD_TOO_SMALL, unpacked }
#define CHECKED(name, bytes, unpacked) \
	{ name, bytes, sizeof(bytes) - 1, KEXEC_PAYLOAD_CHECK, unpacked }

static const struct made_up {
	const char *name;
	const char *data;
	size_t size;
	enum kexec_payload_why why;
	uint32_t unpacked;
} files[] = {
	REFUSED("nothing", "", UNKNOWN),
	REFUSED("lz4", "\x02\x21\x4c\x18................", UNKNOWN),
	REFUSED("gzip of 17 bytes", "\x1f\x8b\x08..........\0\2\0\0", TRUNCATED),
	TAKEN("gzip of 18576 bytes in 18", "\x1f\x8b\x08...........\x90\x48\0\0", 18576),
	REFUSED("gzip of 18577 bytes in 18", "\x1f\x8b\x08...........\x91\x48\0\0", TOO_LARGE),
	REFUSED("gzip of 16 MiB in 18", "\x1f\x8b\x08...........\0\0\0\1", TOO_LARGE),
	TAKEN("gzip of 64 bytes", "\x1f\x8b\x08...........\x40\0\0\0", 64),
	SMALL("gzip of 63 bytes", "\x1f\x8b\x08...........\x3f\0\0\0", 63),
};

/* A header, a block of 12 bytes, an index of 12 with records of blocks, a footer. */
static const struct made_up xz_files[] = {
	TAKEN("xz of 1000 bytes", XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	TAKEN("xz, padded block", XZ_HEAD "\0\1\x09\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	REFUSED("xz of 1 GiB", XZ_HEAD "\0\1\x0c\x80\x80\x80\x80\4CRC_" XZ_FOOT(\2), TOO_LARGE),
	REFUSED("xz of a byte more", XZ_HEAD "\0\1\x0c\x81\x80\x80\x80\4CRC_" XZ_FOOT(\2),
		TOO_LARGE),
	REFUSED("xz of more than 1 GiB, and another stream",
		XZ_HEAD "\0\2\x00\x80\x80\x80\x80\4\x01\1\0\0CRC_" XZ_FOOT(\3), TOO_LARGE),
	REFUSED("xz of 1 GiB, and a number too long",
		XZ_HEAD "\0\2\0\x80\x80\x80\x80\4\x0c"
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\0\0CRC_" XZ_FOOT(\5), BAD_HEADER),
	TAKEN("xz of 7100 to 1",
	      XZ_HEAD "\0\1\x0c\xc0\xe6\x14\0\0CRC_" XZ_FOOT(\2), 48 * 7100),
	REFUSED("xz of a byte more than 7100 to 1",
		XZ_HEAD "\0\1\x0c\xc1\xe6\x14\0\0CRC_" XZ_FOOT(\2), TOO_LARGE),
	TAKEN("xz of two blocks, 64 bytes",
	      XZ_HEAD "\0\2\x04\x20\x08\x20\0\0CRC_" XZ_FOOT(\2), 64),
	SMALL("xz of two blocks, 63 bytes",
	      XZ_HEAD "\0\2\x04\x20\x08\x1f\0\0CRC_" XZ_FOOT(\2), 63),
	TAKEN("xz, a number in nine bytes",
	      XZ_HEAD "\0\1\x8c\x80\x80\x80\x80\x80\x80\x80\0\xe8\7\0\0\0CRC_" XZ_FOOT(\4), 1000),
	REFUSED("xz, a number in ten",
		XZ_HEAD "\0\1\x8c\x80\x80\x80\x80\x80\x80\x80\x80\0\xe8\7\0\0CRC_" XZ_FOOT(\4),
		BAD_HEADER),
	REFUSED("xz, a number that ends in the checksum",
		XZ_HEAD "\0\1\x0c\x80\x80\x80\x80\200CRC_" XZ_FOOT(\2), BAD_HEADER),
	REFUSED("xz of 12 bytes", "\3757zXZ\0\0\0\0\1YZ", TRUNCATED),
	REFUSED("xz of 20 bytes", "\3757zXZ\0\0\1" XZ_FOOT(\0), TRUNCATED),
	REFUSED("xz without room for an index",
		"\3757zXZ\0\0\1...." XZ_FOOT(\0), BAD_HEADER),
	REFUSED("xz, an index of four bytes",
		"\3757zXZ\0\0\1....CRC_" XZ_FOOT(\0), BAD_HEADER),
	SMALL("xz of nothing", "\3757zXZ\0\0\1....\0\0\0\0CRC_" XZ_FOOT(\1), 0),
	REFUSED("xz of two streams",
		XZ_HEAD "\0\1\x08\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), UNSUPPORTED),
	REFUSED("xz, a block too long",
		XZ_HEAD "\0\1\x0d\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), BAD_HEADER),
	REFUSED("xz, no index", XZ_HEAD "\1\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), BAD_HEADER),
	REFUSED("xz, an index too long",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\7), BAD_HEADER),
	REFUSED("xz, an index far too long",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_....\2\0\0\1\0\1YZ", BAD_HEADER),
	REFUSED("xz, more records than bytes",
		XZ_HEAD "\0\xff\xff\xff\xff\xff\xff\177CRC_" XZ_FOOT(\2), BAD_HEADER),
	REFUSED("xz, a number without end",
		XZ_HEAD "....\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\377CRC_" XZ_FOOT(\3),
		BAD_HEADER),
	REFUSED("xz with bytes behind it",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2) "....", TRUNCATED),
	REFUSED("xz, half of a magic number at its end",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_....\2\0\0\0\0\1YY", TRUNCATED),
	REFUSED("xz, cut at an odd place",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2) ".", TRUNCATED),
	REFUSED("xz, a byte too much inside",
		XZ_HEAD ".\0\1\x0d\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), TRUNCATED),
	/* the type of checksum is in the lower half of a byte */
	TAKEN("xz without checksums",
	      XZ_HEAD_OF(\0) "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	CHECKED("xz with a checksum of type 2",
		XZ_HEAD_OF(\2) "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	CHECKED("xz with a checksum of type 3",
		XZ_HEAD_OF(\3) "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	CHECKED("xz with CRC64", XZ_HEAD_OF(\4) "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	CHECKED("xz with a checksum of type 8",
		XZ_HEAD_OF(\10) "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), 1000),
	CHECKED("xz of 63 bytes with CRC64",
		XZ_HEAD_OF(\4) "\0\1\x0c\x3f\0\0\0\0CRC_" XZ_FOOT(\2), 63),
	REFUSED("xz, damaged, with CRC64",
		XZ_HEAD_OF(\4) "\0\1\x0d\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), BAD_HEADER),
	REFUSED("xz, too large, with CRC64",
		XZ_HEAD_OF(\4) "\0\1\x0c\xc1\xe6\x14\0\0CRC_" XZ_FOOT(\2), TOO_LARGE),
};

/* Flags, window or size, blocks, of which bits 3 on are a size. */
static const struct made_up zstd_files[] = {
	TAKEN("zstd of 131072 equal bytes", ZSTD_HEAD "\0\x58\3\0\x10.", 131072),
	REFUSED("zstd of 131073", ZSTD_HEAD "\0\x58\x0b\0\x10.", BAD_BLOCK),
	TAKEN("zstd of two blocks", ZSTD_HEAD "\0\x58\2\0\x10.\x43\6\0.", 131272),
	REFUSED("zstd, a block of a reserved type", ZSTD_HEAD "\0\x58\x07\x20\0.", BAD_BLOCK),
	SMALL("zstd of 63 stored bytes", ZSTD_HEAD "\0\x58\xf9\1\0" STORED_63, 63),
	TAKEN("zstd of 64 stored bytes", ZSTD_HEAD "\0\x58\1\2\0." STORED_63, 64),
	TAKEN("zstd of a compressed block", ZSTD_HEAD "\0\0\x0d\0\0.", 1024),
	REFUSED("zstd of a compressed block that is cut off", ZSTD_HEAD "\0\0\x15\0\0.", TRUNCATED),
	REFUSED("zstd with a reserved flag", ZSTD_HEAD "\x08\x58\3\0\x10.", BAD_HEADER),
	TAKEN("zstd with an unused flag", ZSTD_HEAD "\x10\x58\3\0\x10.", 131072),
	REFUSED("zstd with a dictionary", ZSTD_HEAD "\1\x58\7\3\0\x10.", UNSUPPORTED),
	REFUSED("zstd with a dictionary, named in two bytes",
		ZSTD_HEAD "\2\x58\7\0\3\0\x10.", UNSUPPORTED),
	TAKEN("zstd of 200 bytes", ZSTD_HEAD "\x20\xc8\x43\6\0.", 200),
	REFUSED("zstd of 200 bytes in a block of 201", ZSTD_HEAD "\x20\xc8\x4b\6\0.", BAD_BLOCK),
	REFUSED("zstd of 201 bytes that has 200", ZSTD_HEAD "\x20\xc9\x43\6\0.", TOO_LARGE),
	TAKEN("zstd of 456 bytes, given in two", ZSTD_HEAD "\x60\xc8\0\x43\x0e\0.", 456),
	TAKEN("zstd of 200 bytes, given in four", ZSTD_HEAD "\xa0\xc8\0\0\0\x43\6\0.", 200),
	REFUSED("zstd of 16 MiB", ZSTD_HEAD "\xa0\0\0\0\1\x43\6\0.", TOO_LARGE),
	TAKEN("zstd of 200 bytes, given in eight",
	      ZSTD_HEAD "\xe0\xc8\0\0\0\0\0\0\0\x43\6\0.", 200),
	TAKEN("zstd of 456 bytes, given in two, in a window",
	      ZSTD_HEAD "\x40\0\xc8\0\x43\x0e\0.", 456),
	REFUSED("zstd of 2^64 - 1 bytes",
		ZSTD_HEAD "\xe0\xff\xff\xff\xff\xff\xff\xff\xff\3\0\x10.", TOO_LARGE),
	TAKEN("zstd with its checksum", ZSTD_HEAD "\4\x58\3\0\x10.CRC_", 131072),
	REFUSED("zstd without its checksum", ZSTD_HEAD "\4\x58\3\0\x10.CRC", TRUNCATED),
	REFUSED("zstd with more than its checksum", ZSTD_HEAD "\4\x58\3\0\x10.CRC_.", TRAILING),
	REFUSED("zstd, two frames",
		ZSTD_HEAD "\0\x58\3\0\x10." ZSTD_HEAD "\0\x58\3\0\x10.", TRAILING),
	REFUSED("zstd without a last block", ZSTD_HEAD "\0\x58\2\0\x10.", TRUNCATED),
	REFUSED("zstd, cut in its header", ZSTD_HEAD "\xc0\0\1", TRUNCATED),
};

/* Where something is wrong, but with the size, no size is told. */
static void test_made_up(const struct made_up *made_up, size_t nr)
{
	struct kexec_payload payload;
	enum kexec_payload_why why;
	struct bytes file;

	for (; nr--; made_up++) {
		file = bytes_copy(made_up->data, made_up->size);
		why = kexec_wrapped_parse(file.data, file.size, &payload);
		tap_result(why == made_up->why && payload.unpacked == made_up->unpacked,
			   "%s: %s, %u", made_up->name, kexec_payload_why(why), payload.unpacked);
		free(file.data);
	}
}

/* A byte that says how large a window is, and what a block gives at the most then. */
static const struct {
	uint8_t byte;
	uint32_t most;
} windows[] = {
	{ 0x00, 1024 }, { 0x01, 1024 + 128 }, { 0x02, 1024 + 256 }, { 0x07, 1024 + 7 * 128 },
	{ 0x08, 2048 }, { 0x0f, 2048 + 7 * 256 }, { 0x15, 4096 + 5 * 512 }, { 0x20, 16384 },
	{ 0x37, 65536 + 7 * 8192 }, { 0x38, 131072 }, { 0x39, 131072 }, { 0xff, 131072 },
};

/* A block of that many equal bytes, the last one. */
static enum kexec_payload_why parse_block(uint8_t window, uint32_t size)
{
	uint32_t header = size << 3 | 1 << 1 | 1;
	uint8_t file[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0, window, header, header >> 8, header >> 16, '.'
	};
	struct kexec_payload payload;

	return kexec_wrapped_parse(file, sizeof(file), &payload);
}

static void test_windows(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(windows); i++)
		tap_result(!parse_block(windows[i].byte, windows[i].most) &&
			   parse_block(windows[i].byte, windows[i].most + 1) ==
			   KEXEC_PAYLOAD_BAD_BLOCK, "zstd: a window of type %#x: blocks of %u",
			   windows[i].byte, windows[i].most);
}

/* 8192 blocks of four bytes give a GiB; one more is more than anybody gets. */
static void test_bomb(void)
{
	size_t size = 6 + 4 * 8193, at;
	struct bytes file = { malloc(size), size };
	struct kexec_payload payload;

	memcpy(file.data, ZSTD_HEAD "\0\x58", 6);
	for (at = 6; at < size; at += 4)
		memcpy(file.data + at, "\2\0\x10", 4);
	file.data[size - 8] |= 1;
	tap_result(!kexec_wrapped_parse(file.data, size - 4, &payload) && payload.bound &&
		   payload.unpacked == KEXEC_UNPACKED_MAX, "zstd of 1 GiB");
	file.data[size - 8] &= ~1;
	file.data[size - 4] |= 1;
	tap_result(kexec_wrapped_parse(file.data, size, &payload) == KEXEC_PAYLOAD_TOO_LARGE,
		   "zstd of more");
	free(file.data);
}

/* A block of 160000 bytes, which can give a GiB. */
static void test_xz_most(void)
{
	static const char index[] = "\0\1\x80\xe2\x09\x80\x80\x80\x80\4\0\0CRC_" XZ_FOOT(\3);
	size_t size = 12 + 160000 + sizeof(index) - 1;
	struct bytes file = { calloc(1, size), size };
	struct kexec_payload payload;

	memcpy(file.data, XZ_HEAD, 12);
	memcpy(file.data + 12 + 160000, index, sizeof(index) - 1);
	tap_result(!kexec_wrapped_parse(file.data, size, &payload) &&
		   payload.unpacked == KEXEC_UNPACKED_MAX,
		   "xz of 1 GiB in a block that can give it");
	file.data[12 + 160000 + 5]++;
	tap_result(kexec_wrapped_parse(file.data, size, &payload) == KEXEC_PAYLOAD_TOO_LARGE,
		   "xz of a byte more in such a block");
	free(file.data);
}

/* What programs make of a file of so many bytes, and whether boot loaders unpack it. */
static const struct {
	const char *command;
	size_t size;
	bool unpacked;
} modules[] = {
	{ "gzip -c", 1, true },
	{ "gzip -c", PLAIN_SIZE, true },
	{ "gzip -c", 0, false },
	{ "xz -c", 1, true },
	{ "xz -c", PLAIN_SIZE, true },
	{ "xz -c --check=crc32", PLAIN_SIZE, true },
	{ "xz -c --check=sha256", PLAIN_SIZE, true },
	{ "xz -c", 0, false },
	{ "zstd -qc", PLAIN_SIZE, false },
	{ "lz4 -qc", PLAIN_SIZE, false },
	{ "cat", PLAIN_SIZE, false },
};

static void test_modules(void)
{
	static const uint8_t plain[PLAIN_SIZE];
	struct kexec_payload payload;
	struct bytes file;
	unsigned int i;
	bool yes;

	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		file = bytes_filter(modules[i].command, plain, modules[i].size);
		yes = kexec_wrapped_module(file.data, file.size, &payload);
		tap_result(yes == modules[i].unpacked &&
			   (!yes || payload.unpacked == modules[i].size),
			   "a module of %zu bytes: %s", modules[i].size, modules[i].command);
		free(file.data);
	}
}

int main(void)
{
	unsigned int i;

	test_made_up(files, ARRAY_SIZE(files));
	test_made_up(xz_files, ARRAY_SIZE(xz_files));
	test_made_up(zstd_files, ARRAY_SIZE(zstd_files));
	test_windows();
	test_bomb();
	test_xz_most();
	for (i = 0; i < ARRAY_SIZE(packers); i++) {
		test_packer(&packers[i], PLAIN_SIZE);
		test_packer(&packers[i], 64);
		test_cuts(&packers[i]);
		test_noise(&packers[i]);
	}
	test_modules();
	return tap_finish();
}
