// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checksum of crash images, as the kernel and the handover routine make it:
 * against CRC32C computed bit by bit, at every length and alignment that it
 * treats differently, and with every bit flipped in turn.
 */
#include <linux/kernel.h>
#include <linux/kexec_blob.h>
#include <stdlib.h>
#include <string.h>
#include "tap.h"

#define LANES		4
#define WORD		8
#define ROW		(LANES * WORD)
#define LONGEST		(5 * ROW + 7)
#define POLYNOMIAL	0x82f63b78	/* Castagnoli, bits reversed */
#define LARGE		0x100000

static u8 bytes[LARGE];

static bool same(const struct kexec_checksum *a, const struct kexec_checksum *b)
{
	return a->word[0] == b->word[0] && a->word[1] == b->word[1];
}

static u32 reference_byte(u32 crc, u8 byte)
{
	int bit;

	crc ^= byte;
	for (bit = 0; bit < 8; bit++)
		crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
	return crc;
}

static struct kexec_checksum reference(const u8 *data, size_t len)
{
	u32 crc[LANES] = { ~0U, ~0U, ~0U, ~0U }, *lane;
	struct kexec_checksum sum;
	size_t i;

	for (i = 0; i < len; i++) {
		lane = &crc[i / WORD % LANES];
		*lane = reference_byte(*lane, data[i]);
	}
	memcpy(&sum, crc, sizeof(sum));
	return sum;
}

/* The check value that every description of CRC32C gives. */
static void test_reference(void)
{
	u32 crc = ~0U;
	const char *digit;

	for (digit = "123456789"; *digit; digit++)
		crc = reference_byte(crc, *digit);
	tap_result((crc ^ ~0U) == 0xe3069283, "the reference is CRC32C");
}

static bool agrees(const u8 *data, size_t len)
{
	struct kexec_checksum wanted = reference(data, len);
	struct kexec_checksum got = kexec_checksum(KEXEC_CHECKSUM_CRC32C, data, len);

	return same(&wanted, &got);
}

static void test_lengths(void)
{
	size_t offset, len, wrong = 0;

	for (offset = 0; offset < ROW; offset++)
		for (len = 0; len <= LONGEST; len++)
			wrong += !agrees(bytes + offset, len);
	tap_result(!wrong, "CRC32C: lengths to %d at every alignment, %zu wrong", LONGEST, wrong);
	tap_result(agrees(bytes, LARGE), "CRC32C: %d bytes", LARGE);
}

static const char *name(enum kexec_checksum_kind kind)
{
	return kind == KEXEC_CHECKSUM_CRC32C ? "CRC32C" : "xxh64";
}

static bool notices(enum kexec_checksum_kind kind, size_t len, size_t bit,
		    const struct kexec_checksum *right)
{
	struct kexec_checksum sum;

	bytes[bit / 8] ^= 1 << bit % 8;
	sum = kexec_checksum(kind, bytes, len);
	bytes[bit / 8] ^= 1 << bit % 8;
	return !same(&sum, right);
}

static size_t unnoticed(enum kexec_checksum_kind kind, size_t len, size_t step)
{
	struct kexec_checksum right = kexec_checksum(kind, bytes, len);
	size_t bit, missed = 0;

	for (bit = 0; bit < len * 8; bit += step)
		missed += !notices(kind, len, bit, &right);
	return missed;
}

static void test_flips(enum kexec_checksum_kind kind)
{
	size_t len, missed = 0;

	for (len = 1; len <= LONGEST; len++)
		missed += unnoticed(kind, len, 1);
	tap_result(!missed, "%s: any one bit of up to %d bytes, %zu unnoticed", name(kind),
		   LONGEST, missed);
	missed = unnoticed(kind, LARGE, 8 * 4093 + 1);
	tap_result(!missed, "%s: one bit of %d bytes, %zu unnoticed", name(kind), LARGE, missed);
}

/* What lies behind a range must not count. */
static void test_end(enum kexec_checksum_kind kind)
{
	size_t len, wrong = 0;
	struct kexec_checksum before, after;

	for (len = 0; len <= LONGEST; len++) {
		before = kexec_checksum(kind, bytes, len);
		bytes[len] ^= 0xff;
		after = kexec_checksum(kind, bytes, len);
		bytes[len] ^= 0xff;
		wrong += !same(&before, &after);
	}
	tap_result(!wrong, "%s: nothing behind the end counts, %zu wrong", name(kind), wrong);
}

int main(void)
{
	size_t i;

	srandom(1);
	for (i = 0; i < LARGE; i++)
		bytes[i] = random();
	test_flips(KEXEC_CHECKSUM_XXH64);
	test_end(KEXEC_CHECKSUM_XXH64);
	if (!__builtin_cpu_supports("sse4.2")) {
		printf("ok %u - CRC32C # SKIP this processor has no instruction for it\n",
		       tap_passed + tap_failed + 1);
		tap_passed++;
		return tap_finish();
	}
	test_reference();
	test_lengths();
	test_flips(KEXEC_CHECKSUM_CRC32C);
	test_end(KEXEC_CHECKSUM_CRC32C);
	return tap_finish();
}
