// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: digests that the host can compute as well: the CRC-32 of zlib and
 * gzip, and SHA-256 (FIPS 180-4).
 */
#include "kexec_test.h"

/* A nibble at a time: the table is small enough to be written out. */
static const u32 crc_table[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

/**
 * crc32() - compute the CRC-32 of zlib
 * @data: bytes
 * @size: how many
 *
 * Return: the CRC.
 */
u32 crc32(const void *data, size_t size)
{
	const u8 *byte = data;
	u32 crc = ~0U;

	for (; size--; byte++) {
		crc = crc_table[(crc ^ *byte) & 15] ^ (crc >> 4);
		crc = crc_table[(crc ^ (*byte >> 4)) & 15] ^ (crc >> 4);
	}
	return ~crc;
}

static const u32 sha_start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const u32 sha_round[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static u32 rotate(u32 word, unsigned int bits)
{
	return (word >> bits) | (word << (32 - bits));
}

static void fill_schedule(u32 *w, const u8 *block)
{
	u32 s0, s1;
	int i;

	for (i = 0; i < 16; i++, block += 4)
		w[i] = (u32)block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3];
	for (; i < 64; i++) {
		s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3);
		s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10);
		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
}

/* One step: the words move on by one place, the last of them falls out. */
static void sha_step(u32 *v, u32 input)
{
	u32 s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
	u32 s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
	u32 choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
	u32 majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
	u32 sum = v[7] + s1 + choice + input;
	int i;

	for (i = 7; i > 0; i--)
		v[i] = v[i - 1];
	v[4] += sum;
	v[0] = sum + s0 + majority;
}

static void sha_block(struct sha256 *sha, const u8 *block)
{
	u32 schedule[64], v[8];
	int i;

	fill_schedule(schedule, block);
	memcpy(v, sha->word, sizeof(v));
	for (i = 0; i < 64; i++)
		sha_step(v, sha_round[i] + schedule[i]);
	for (i = 0; i < 8; i++)
		sha->word[i] += v[i];
}

/**
 * sha256_start() - begin a digest
 * @sha: the digest
 */
void sha256_start(struct sha256 *sha)
{
	memcpy(sha->word, sha_start, sizeof(sha->word));
	sha->size = 0;
}

/**
 * sha256_add() - add bytes
 * @sha: the digest
 * @data: bytes
 * @size: how many
 */
void sha256_add(struct sha256 *sha, const void *data, size_t size)
{
	const u8 *byte = data;

	for (; size--; byte++) {
		sha->block[sha->size++ % 64] = *byte;
		if (sha->size % 64 == 0)
			sha_block(sha, sha->block);
	}
}

/**
 * sha256_end() - finish a digest
 * @sha: the digest; @sha->word is the result
 */
void sha256_end(struct sha256 *sha)
{
	u64 bits = sha->size * 8;
	u8 byte = 0x80;
	int shift;

	sha256_add(sha, &byte, 1);
	byte = 0;
	while (sha->size % 64 != 56)
		sha256_add(sha, &byte, 1);
	for (shift = 56; shift >= 0; shift -= 8) {
		byte = bits >> shift;
		sha256_add(sha, &byte, 1);
	}
}
