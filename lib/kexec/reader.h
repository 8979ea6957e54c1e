/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parsers read a file with: nothing outside of it is ever touched. */
#ifndef _LIB_KEXEC_READER_H
#define _LIB_KEXEC_READER_H

#include <linux/string.h>
#include <linux/types.h>

/* Is [offset, offset + len) inside of @size bytes? */
static inline bool inside(u64 offset, u64 len, u64 size)
{
	return offset <= size && len <= size - offset;
}

static inline u64 read_le(const u8 *p, size_t len)
{
	u64 value = 0;

	while (len--)
		value = value << 8 | p[len];
	return value;
}

static inline u64 read_be(const u8 *p, size_t len)
{
	u64 value = 0;

	for (; len--; p++)
		value = value << 8 | *p;
	return value;
}

/* A cursor over bytes; once it would leave them, everything read is 0. */
struct reader {
	const u8 *at;
	const u8 *end;
	bool short_of;
};

static inline size_t reader_left(const struct reader *r)
{
	return r->end - r->at;
}

static inline const u8 *take(struct reader *r, u64 len)
{
	const u8 *at = r->at;

	if (len > reader_left(r)) {
		r->short_of = true;
		r->at = r->end;
		return NULL;
	}
	r->at = at + len;
	return at;
}

static inline u64 take_le(struct reader *r, size_t len)
{
	const u8 *p = take(r, len);

	return p ? read_le(p, len) : 0;
}

static inline u64 take_be(struct reader *r, size_t len)
{
	const u8 *p = take(r, len);

	return p ? read_be(p, len) : 0;
}

static inline u32 take_u8(struct reader *r)
{
	return take_le(r, 1);
}

static inline u32 take_le32(struct reader *r)
{
	return take_le(r, 4);
}

static inline u32 take_be32(struct reader *r)
{
	return take_be(r, 4);
}

/* Text with its final NUL. */
static inline void skip_string(struct reader *r)
{
	const u8 *end = memchr(r->at, 0, reader_left(r));

	take(r, (end ? (size_t)(end - r->at) : reader_left(r)) + 1);
}

#endif /* _LIB_KEXEC_READER_H */
