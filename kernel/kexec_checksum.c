// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checksum of crash images.  Built into the kernel, which makes it at load,
 * into the handover routine, which checks it, and into host tests.
 *
 * It has to find what stray writes, DMA and failing memory do; against somebody
 * who means it no checksum helps that lies beside what it covers.
 */
#include <linux/kexec_blob.h>
#include <linux/xxhash.h>
#include <asm/kexec_blob.h>

/*
 * Bytes are dealt out to lanes, eight at a time in turn, each with a CRC32C of its
 * own: the CPU can begin one every cycle, and has its result some cycles later.
 */
#define LANES	4

struct lanes {
	u64 crc[LANES];
};

/* As it is loaded: a range may begin anywhere. */
struct word {
	u64 value;
} __packed;

static const struct word *whole_rows(struct lanes *lanes, const struct word *at, size_t rows)
{
	u64 a = lanes->crc[0], b = lanes->crc[1], c = lanes->crc[2], d = lanes->crc[3];

	for (; rows; rows--, at += LANES) {
		a = kexec_crc32c_word(a, at[0].value);
		b = kexec_crc32c_word(b, at[1].value);
		c = kexec_crc32c_word(c, at[2].value);
		d = kexec_crc32c_word(d, at[3].value);
	}
	*lanes = (struct lanes) { { a, b, c, d } };
	return at;
}

/* The last row, shorter than a whole one. */
static void last_row(struct lanes *lanes, const struct word *at, size_t len)
{
	u64 *crc = lanes->crc;
	const u8 *byte;

	for (; len >= sizeof(*at); len -= sizeof(*at), at++, crc++)
		*crc = kexec_crc32c_word(*crc, at->value);
	for (byte = (const u8 *)at; len; len--, byte++)
		*crc = kexec_crc32c_byte(*crc, *byte);
}

static struct kexec_checksum crc32c(const void *data, size_t len)
{
	const size_t row = LANES * sizeof(struct word);
	struct lanes lanes = { { ~0U, ~0U, ~0U, ~0U } };
	const struct word *rest = whole_rows(&lanes, data, len / row);

	last_row(&lanes, rest, len % row);
	return (struct kexec_checksum) { {
		lanes.crc[0] | lanes.crc[1] << 32,
		lanes.crc[2] | lanes.crc[3] << 32,
	} };
}

/**
 * kexec_checksum - make the checksum of a range
 * @kind: which one; the CPU must be able to
 * @data: the range
 * @len:  its size in bytes
 *
 * Whatever it is made with, one bit that is different makes it different.
 * Context: any; general registers only.
 *
 * Return: the checksum.
 */
struct kexec_checksum kexec_checksum(enum kexec_checksum_kind kind, const void *data, size_t len)
{
	if (kind == KEXEC_CHECKSUM_CRC32C)
		return crc32c(data, len);
	return (struct kexec_checksum) { { xxh64(data, len, 0) } };
}
