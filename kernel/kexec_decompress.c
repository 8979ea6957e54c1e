// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unpacks the payload of a bzImage while this kernel still runs, with the
 * runtime decompressors of lib/.
 *
 * The output is unpacked to in one piece, so it is its own window, where streaming
 * would need one of up to 128 MiB beside it; only a large xz gets that, to be done in
 * steps.  Between steps others run, and a load that was killed ends.  The framing
 * around blocks is read by lib/kexec/payload.c.
 */

#include <linux/crc32.h>
#include <linux/kexec.h>
#include <linux/kexec_decompress.h>
#include <linux/lz4.h>
#include <linux/lzo.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/xxhash.h>
#include <linux/xz.h>
#include <linux/zlib.h>
#include <linux/zstd.h>
#include <linux/zutil.h>

/* How far back in what is unpacked an lz4 block may refer. */
#define LZ4_WINDOW	SZ_64K

/* So much is unpacked between two looks at whether somebody else wants to run. */
#define STEP		SZ_1M
/* What the slowest compressor takes a second or two for. */
#define AT_ONCE		SZ_64M

/* Not reasons of the payload's: unpacking may go on elsewhere, or is not wanted any more. */
#define NO_MEMORY	KEXEC_PAYLOAD_NR_WHY
#define INTERRUPTED	(KEXEC_PAYLOAD_NR_WHY + 1)

/* Called between steps, with nothing held but the load lock. */
static bool interrupted(void)
{
	cond_resched();
	return fatal_signal_pending(current);
}

static bool sum_right(const struct kexec_sum *sum, const u8 *data, size_t size)
{
	switch (sum->kind) {
	case KEXEC_SUM_NONE:
		return true;
	case KEXEC_SUM_ADLER32:
		return (u32)zlib_adler32(1, data, size) == sum->value;
	case KEXEC_SUM_CRC32:
		return ~crc32_le(~0, data, size) == sum->value;
	case KEXEC_SUM_XXH32:
		return xxh32(data, size, 0) == sum->value;
	case KEXEC_SUM_XXH32_BYTE:
		return (xxh32(data, size, 0) >> 8 & 0xff) == sum->value;
	}
	return false;
}

/* What a decompressor gave against what the payload announces; a mere bound is settled now. */
static enum kexec_payload_why judge_size(struct kexec_payload *payload, size_t size)
{
	if (payload->bound) {
		payload->unpacked = size;
		payload->bound = false;
	}
	return size < payload->unpacked ? KEXEC_PAYLOAD_SHORTFALL : KEXEC_PAYLOAD_OK;
}

/* Returns Z_STREAM_END if all is well; each step goes on until there is no room or no input. */
static int inflate_steps(z_stream *z, size_t room)
{
	int ret;

	do {
		z->avail_out = min_t(size_t, STEP, room - z->total_out);
		ret = zlib_inflate(z, Z_SYNC_FLUSH);
	} while (ret == Z_OK && !interrupted());
	return ret;
}

static enum kexec_payload_why inflate(const struct kexec_gzip *gzip, u8 *out, size_t room,
				      size_t *size)
{
	z_stream z = {
		.next_in = gzip->data, .avail_in = gzip->size, .next_out = out,
		.workspace = kvmalloc(zlib_inflate_workspacesize(), GFP_KERNEL),
	};
	int ret;

	if (!z.workspace)
		return NO_MEMORY;
	ret = zlib_inflateInit2(&z, -MAX_WBITS);
	if (ret == Z_OK)
		ret = inflate_steps(&z, room);
	kvfree(z.workspace);
	*size = z.total_out;
	if (ret == Z_OK)
		return INTERRUPTED;
	return ret == Z_STREAM_END ? KEXEC_PAYLOAD_OK : KEXEC_PAYLOAD_BAD_DATA;
}

static enum kexec_payload_why unpack_gzip(struct kexec_payload *payload, u8 *out)
{
	struct kexec_gzip gzip;
	enum kexec_payload_why why = kexec_gzip_parse(payload, &gzip);
	size_t n;

	if (!why)
		why = inflate(&gzip, out, payload->unpacked, &n);
	if (!why)
		why = judge_size(payload, n);
	if (why)
		return why;
	return sum_right(&gzip.plain_sum, out, n) ? KEXEC_PAYLOAD_OK : KEXEC_PAYLOAD_BAD_SUM;
}

static enum kexec_payload_why judge_xz(struct kexec_payload *payload,
				       const struct xz_buf *buf, enum xz_ret ret)
{
	switch (ret) {
	case XZ_STREAM_END:
		if (buf->in_pos != buf->in_size)
			return KEXEC_PAYLOAD_TRAILING;
		return judge_size(payload, buf->out_pos);
	case XZ_OK:
		return INTERRUPTED;
	case XZ_MEM_ERROR:
	case XZ_MEMLIMIT_ERROR:
		return NO_MEMORY;
	case XZ_OPTIONS_ERROR:
		return KEXEC_PAYLOAD_UNSUPPORTED;
	default:
		return KEXEC_PAYLOAD_BAD_DATA;
	}
}

/* A dictionary must not take what others need: a quarter of what is to be had is for it. */
static u32 dictionary_max(void)
{
	return min_t(u64, (u64)max(si_mem_available(), 0L) * PAGE_SIZE / 4, U32_MAX);
}

static enum xz_ret xz_steps(struct xz_buf *buf)
{
	struct xz_dec *xz = xz_dec_init(XZ_DYNALLOC, dictionary_max());
	size_t room = buf->out_size;
	enum xz_ret ret = xz ? XZ_OK : XZ_MEM_ERROR;

	while (ret == XZ_OK && !interrupted()) {
		buf->out_size = min_t(size_t, room, buf->out_pos + STEP);
		ret = xz_dec_run(xz, buf);
	}
	xz_dec_end(xz);
	buf->out_size = room;
	return ret;
}

static enum xz_ret xz_at_once(struct xz_buf *buf)
{
	struct xz_dec *xz = xz_dec_init(XZ_SINGLE, 0);
	enum xz_ret ret = xz ? xz_dec_run(xz, buf) : XZ_MEM_ERROR;

	xz_dec_end(xz);
	return ret;
}

/* Where there is no room for a dictionary it begins anew, without one. */
static enum kexec_payload_why unpack_xz(struct kexec_payload *payload, u8 *out)
{
	struct xz_buf buf = {
		.in = payload->data, .in_size = payload->size,
		.out = out, .out_size = payload->unpacked,
	};
	enum xz_ret ret = XZ_MEMLIMIT_ERROR;

	if (payload->unpacked > AT_ONCE)
		ret = xz_steps(&buf);
	if (ret == XZ_MEM_ERROR || ret == XZ_MEMLIMIT_ERROR) {
		buf.in_pos = 0;
		buf.out_pos = 0;
		ret = xz_at_once(&buf);
	}
	return judge_xz(payload, &buf, ret);
}

static enum kexec_payload_why judge_zstd(size_t result)
{
	if (!zstd_is_error(result))
		return KEXEC_PAYLOAD_OK;
	switch (zstd_get_error_code(result)) {
	case ZSTD_error_memory_allocation:
		return NO_MEMORY;
	case ZSTD_error_dstSize_tooSmall:
		return KEXEC_PAYLOAD_LONG;
	case ZSTD_error_srcSize_wrong:
		return KEXEC_PAYLOAD_TRUNCATED;
	case ZSTD_error_checksum_wrong:
		return KEXEC_PAYLOAD_BAD_SUM;
	default:
		return KEXEC_PAYLOAD_BAD_DATA;
	}
}

/* One frame, a block at a time: zstd says how much of the input it wants next. */
static enum kexec_payload_why unpack_zstd_frame(zstd_dctx *zstd, zstd_in_buffer *in,
						zstd_out_buffer *out)
{
	enum kexec_payload_why why = judge_zstd(ZSTD_decompressBegin(zstd));
	size_t wanted = ZSTD_nextSrcSizeToDecompress(zstd), got;

	for (; !why && wanted; wanted = ZSTD_nextSrcSizeToDecompress(zstd)) {
		if (wanted > in->size - in->pos)
			return KEXEC_PAYLOAD_TRUNCATED;
		got = ZSTD_decompressContinue(zstd, out->dst + out->pos, out->size - out->pos,
					      in->src + in->pos, wanted);
		why = judge_zstd(got);
		if (why)
			return why;
		in->pos += wanted;
		out->pos += got;
		if (interrupted())
			why = INTERRUPTED;
	}
	return why;
}

static enum kexec_payload_why unpack_zstd(struct kexec_payload *payload, u8 *out)
{
	zstd_in_buffer from = { .src = payload->data, .size = payload->size };
	zstd_out_buffer to = { .dst = out, .size = payload->unpacked };
	size_t size = zstd_dctx_workspace_bound();
	void *workspace = kvmalloc(size, GFP_KERNEL);
	zstd_dctx *zstd = workspace ? zstd_init_dctx(workspace, size) : NULL;
	enum kexec_payload_why why = zstd ? KEXEC_PAYLOAD_OK : NO_MEMORY;

	while (!why && from.pos < from.size)
		why = unpack_zstd_frame(zstd, &from, &to);
	kvfree(workspace);
	return why ?: judge_size(payload, to.pos);
}

static int unpack_lzo_block(const struct kexec_block *block, u8 *out)
{
	size_t size = block->unpacked;
	int err = lzo1x_decompress_safe(block->data, block->size, out, &size);

	return err == LZO_E_OK ? size : -EINVAL;
}

/* Returns the number of bytes, negative if the block makes no sense. */
static int unpack_block(const struct kexec_payload *payload, const struct kexec_block *block,
			u8 *start, u8 *out)
{
	size_t window = min_t(size_t, out - start, LZ4_WINDOW);

	if (block->stored) {
		memcpy(out, block->data, block->unpacked);
		return block->unpacked;
	}
	switch (payload->compressor) {
	case KEXEC_LZO:
		return unpack_lzo_block(block, out);
	case KEXEC_LZ4:
		return LZ4_decompress_safe_usingDict(block->data, out, block->size,
						     block->unpacked, out - window, window);
	default:
		return LZ4_decompress_safe(block->data, out, block->size, block->unpacked);
	}
}

static enum kexec_payload_why take_block(const struct kexec_payload *payload,
					 const struct kexec_block *block, u8 *start, u8 **out)
{
	int n;

	if (!sum_right(&block->packed_sum, block->data, block->size))
		return KEXEC_PAYLOAD_BAD_SUM;
	n = unpack_block(payload, block, start, *out);
	if (n < 0 || (block->exact && n != block->unpacked))
		return KEXEC_PAYLOAD_BAD_DATA;
	if (!sum_right(&block->plain_sum, *out, n))
		return KEXEC_PAYLOAD_BAD_SUM;
	*out += n;
	return KEXEC_PAYLOAD_OK;
}

static enum kexec_payload_why unpack_blocks(const struct kexec_payload *payload, u8 *start)
{
	struct kexec_blocks blocks;
	struct kexec_block block;
	enum kexec_payload_why why = kexec_blocks_start(payload, &blocks);
	u8 *out = start, *before;

	if (!why && !sum_right(&blocks.header_sum, blocks.header, blocks.header_size))
		why = KEXEC_PAYLOAD_BAD_SUM;
	while (!why) {
		why = kexec_blocks_next(&blocks, &block);
		if (why || !block.size)
			break;
		before = out;
		why = take_block(payload, &block, start, &out);
		kexec_blocks_unpacked(&blocks, out - before);
		if (!why && interrupted())
			why = INTERRUPTED;
	}
	if (!why && !sum_right(&blocks.plain_sum, start, out - start))
		why = KEXEC_PAYLOAD_BAD_SUM;
	return why;
}

static enum kexec_payload_why unpack(struct kexec_payload *payload, u8 *out)
{
	switch (payload->compressor) {
	case KEXEC_GZIP:
		return unpack_gzip(payload, out);
	case KEXEC_XZ:
		return unpack_xz(payload, out);
	case KEXEC_ZSTD:
		return unpack_zstd(payload, out);
	case KEXEC_LZ4:
	case KEXEC_LZ4_LEGACY:
	case KEXEC_LZO:
		return unpack_blocks(payload, out);
	default:
		return KEXEC_PAYLOAD_UNKNOWN;
	}
}

/**
 * kexec_payload_refuse - what comes of a payload that did not unpack
 * @payload: what kexec_payload_parse() found
 * @offset:  where it is in the image's file
 * @why:     what is wrong with it
 *
 * Return: -EBADMSG with a reason given if it is damaged, -ENOEXEC if the image
 * may be able to unpack it.
 */
int kexec_payload_refuse(const struct kexec_payload *payload, u64 offset,
			 enum kexec_payload_why why)
{
	if (kexec_payload_damaged(why))
		return kexec_refuse(-EBADMSG, "the %s payload at offset %#llx is damaged: %s",
				    kexec_compressor_name(payload->compressor), offset,
				    kexec_payload_why(why));
	kexec_dprintk("the payload is left to the image: %s\n", kexec_payload_why(why));
	return -ENOEXEC;
}

/**
 * kexec_payload_unpack - unpack the compressed kernel of an image
 * @payload: what kexec_payload_parse() or kexec_wrapped_parse() found; where the
 *           size was a bound, it is exact afterwards
 * @offset:  where it is in the image's file, for messages
 *
 * Context: load lock held, may sleep, takes a while.
 *
 * Return: @payload->unpacked bytes, for the caller to vfree(); or an
 * ERR_PTR(): -EBADMSG if the payload is damaged, -ENOMEM, -EINTR with a reason given
 * if the caller was killed, or -ENOEXEC if only the image itself may be able to
 * unpack it.
 */
void *kexec_payload_unpack(struct kexec_payload *payload, u64 offset)
{
	u8 *out = kexec_alloc(payload->unpacked, 0, "to unpack the", "kernel");
	enum kexec_payload_why why;
	int err;

	if (!out)
		return ERR_PTR(-ENOMEM);
	why = unpack(payload, out);
	if (why == KEXEC_PAYLOAD_OK)
		return out;
	vfree(out);
	if (why == NO_MEMORY)
		err = -ENOMEM;
	else if (why == INTERRUPTED)
		err = kexec_refuse(-EINTR, "unpacking the kernel was interrupted");
	else
		err = kexec_payload_refuse(payload, offset, why);
	return ERR_PTR(err);
}

/**
 * kexec_bzimage_intact - hold an image against its own checksum
 * @file: the image
 * @img:  what kexec_bzimage_parse() said about it
 *
 * For images whose payload is not seen to be whole by unpacking it.
 *
 * Return: 0, also if there is no checksum; -EBADMSG with a reason given.
 */
int kexec_bzimage_intact(const void *file, const struct kexec_bzimage *img)
{
	u64 size = img->pm_offset + img->pm_size;
	struct kexec_payload payload;

	if (!kexec_bzimage_has_sum(file, img) || !crc32_le(~0, file, size))
		return 0;
	kexec_payload_parse(file, img, &payload);
	return kexec_refuse(-EBADMSG,
			    "the bzImage, its %s payload included, is damaged: the checksum of its first %llu bytes is wrong",
			    kexec_compressor_name(payload.compressor), size);
}
