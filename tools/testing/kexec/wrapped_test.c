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

#define XZ_HEAD		"\3757zXZ\0\0\1....BLOCKBLOCK.."
#define XZ_FOOT(n)	"...." #n "\0\0\0\0\1YZ"
#define ZSTD_HEAD	"\x28\xb5\x2f\xfd"

#define STORED_63 "..............................................................."

/* Files made up of headers alone; the final NUL is no part of them. */
#define MADE_UP(name, bytes, why) { name, bytes, sizeof(bytes) - 1, why }

static const struct {
	const char *name;
	const char *data;
	size_t size;
	enum kexec_payload_why why;
} files[] = {
	MADE_UP("nothing", "", KEXEC_PAYLOAD_UNKNOWN),
	MADE_UP("lz4", "\x02\x21\x4c\x18................", KEXEC_PAYLOAD_UNKNOWN),
	MADE_UP("gzip of 17 bytes", "\x1f\x8b\x08..........\0\2\0\0", KEXEC_PAYLOAD_TRUNCATED),
	MADE_UP("gzip of 18576 bytes in 18",
		"\x1f\x8b\x08...........\x90\x48\0\0", KEXEC_PAYLOAD_OK),
	MADE_UP("gzip of 18577 bytes in 18",
		"\x1f\x8b\x08...........\x91\x48\0\0", KEXEC_PAYLOAD_TOO_LARGE),
	MADE_UP("gzip of 63 bytes",
		"\x1f\x8b\x08...........\x3f\0\0\0", KEXEC_PAYLOAD_TOO_SMALL),
	/* a header, a block of 12 bytes, an index of 12, a footer */
	MADE_UP("xz of 1000 bytes",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_OK),
	MADE_UP("xz, padded block",
		XZ_HEAD "\0\1\x09\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_OK),
	MADE_UP("xz of 1 GiB",
		XZ_HEAD "\0\1\x0c\x80\x80\x80\x80\4CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_TOO_LARGE),
	MADE_UP("xz of a byte more",
		XZ_HEAD "\0\1\x0c\x81\x80\x80\x80\4CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_TOO_LARGE),
	MADE_UP("xz of 7100 to 1",
		XZ_HEAD "\0\1\x0c\xc0\xe6\x14\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_OK),
	MADE_UP("xz of a byte more than 7100 to 1",
		XZ_HEAD "\0\1\x0c\xc1\xe6\x14\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_TOO_LARGE),
	MADE_UP("xz of two blocks, 64 bytes",
		XZ_HEAD "\0\2\x04\x20\x08\x20\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_OK),
	MADE_UP("xz of two blocks, 63 bytes",
		XZ_HEAD "\0\2\x04\x20\x08\x1f\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_TOO_SMALL),
	MADE_UP("xz, a number in nine bytes",
		XZ_HEAD "\0\1\x8c\x80\x80\x80\x80\x80\x80\x80\0\xe8\7\0\0\0CRC_" XZ_FOOT(\4),
		KEXEC_PAYLOAD_OK),
	MADE_UP("xz, a number in ten",
		XZ_HEAD "\0\1\x8c\x80\x80\x80\x80\x80\x80\x80\x80\0\xe8\7\0\0CRC_" XZ_FOOT(\4),
		KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz, a number that ends in the checksum",
		XZ_HEAD "\0\1\x0c\x80\x80\x80\x80\200CRC_" XZ_FOOT(\2),
		KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz with a checksum of a reserved type",
		"\3757zXZ\0\0\2....BLOCKBLOCK..\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2),
		KEXEC_PAYLOAD_CHECK),
	MADE_UP("xz without room for an index",
		"\3757zXZ\0\0\1........" XZ_FOOT(\0), KEXEC_PAYLOAD_TRUNCATED),
	MADE_UP("xz of two streams",
		XZ_HEAD "\0\1\x08\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_UNSUPPORTED),
	MADE_UP("xz, a block too long",
		XZ_HEAD "\0\1\x0d\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz, no index",
		XZ_HEAD "\1\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz, an index too long",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\7), KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz, more records than bytes",
		XZ_HEAD "\0\xff\xff\xff\xff\xff\xff\177CRC_" XZ_FOOT(\2), KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz, a number without end",
		XZ_HEAD "....\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\377CRC_" XZ_FOOT(\3),
		KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("xz of nothing",
		"\3757zXZ\0\0\1....\0\0\0\0CRC_" XZ_FOOT(\1), KEXEC_PAYLOAD_TOO_SMALL),
	MADE_UP("xz with bytes behind it",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2) "....", KEXEC_PAYLOAD_TRUNCATED),
	MADE_UP("xz, cut at an odd place",
		XZ_HEAD "\0\1\x0c\xe8\x07\0\0\0CRC_" XZ_FOOT(\2) ".", KEXEC_PAYLOAD_TRUNCATED),
	/* flags, window or size, one block, of which bits 3 on are a size */
	MADE_UP("zstd of 131072 equal bytes", ZSTD_HEAD "\0\x58\3\0\x10.", KEXEC_PAYLOAD_OK),
	MADE_UP("zstd of 131073", ZSTD_HEAD "\0\x58\x0b\0\x10.", KEXEC_PAYLOAD_BAD_BLOCK),
	MADE_UP("zstd of 1025, in a window of 1024",
		ZSTD_HEAD "\0\0\x0b\x20\0.", KEXEC_PAYLOAD_BAD_BLOCK),
	MADE_UP("zstd, a block of a reserved type",
		ZSTD_HEAD "\0\x58\x07\x20\0.", KEXEC_PAYLOAD_BAD_BLOCK),
	MADE_UP("zstd of 63 stored bytes",
		ZSTD_HEAD "\0\x58\xf9\1\0" STORED_63, KEXEC_PAYLOAD_TOO_SMALL),
	MADE_UP("zstd with a reserved flag",
		ZSTD_HEAD "\x08\x58\3\0\x10.", KEXEC_PAYLOAD_BAD_HEADER),
	MADE_UP("zstd with a dictionary",
		ZSTD_HEAD "\1\x58\7\3\0\x10.", KEXEC_PAYLOAD_UNSUPPORTED),
	MADE_UP("zstd of 200 bytes", ZSTD_HEAD "\x20\xc8\x43\6\0.", KEXEC_PAYLOAD_OK),
	MADE_UP("zstd of 201 bytes that has 200",
		ZSTD_HEAD "\x20\xc9\x43\6\0.", KEXEC_PAYLOAD_TOO_LARGE),
	MADE_UP("zstd of 456 bytes, given in two",
		ZSTD_HEAD "\x60\xc8\0\x43\x0e\0.", KEXEC_PAYLOAD_OK),
	MADE_UP("zstd of 2^64 - 1 bytes",
		ZSTD_HEAD "\xe0\xff\xff\xff\xff\xff\xff\xff\xff\3\0\x10.", KEXEC_PAYLOAD_TOO_LARGE),
	MADE_UP("zstd without its checksum",
		ZSTD_HEAD "\4\x58\3\0\x10.CRC", KEXEC_PAYLOAD_TRUNCATED),
	MADE_UP("zstd, two frames",
		ZSTD_HEAD "\0\x58\3\0\x10." ZSTD_HEAD "\0\x58\3\0\x10.", KEXEC_PAYLOAD_TRAILING),
	MADE_UP("zstd without a last block",
		ZSTD_HEAD "\0\x58\2\0\x10.", KEXEC_PAYLOAD_TRUNCATED),
	MADE_UP("zstd, cut in its header", ZSTD_HEAD "\xc0\0\1", KEXEC_PAYLOAD_TRUNCATED),
};

static void test_made_up(void)
{
	struct kexec_payload payload;
	enum kexec_payload_why why;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = bytes_copy(files[i].data, files[i].size);
		why = kexec_wrapped_parse(file.data, file.size, &payload);
		tap_result(why == files[i].why, "%s: %s", files[i].name, kexec_payload_why(why));
		free(file.data);
	}
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

	test_made_up();
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
