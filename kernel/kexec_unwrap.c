// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that a compressor wrapped are taken for what is inside.
 */

#define pr_fmt(fmt) "kexec_file: " fmt

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kexec.h>
#include <linux/kexec_decompress.h>
#include <linux/kexec_formats.h>
#include <linux/math.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "kexec_internal.h"

/* As much of a file as tells what has compressed it. */
#define PACKED_HEAD	16

/**
 * kimage_unwrap - take a kernel for what is inside, if a compressor has wrapped it
 * @image: its kernel has been read
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_unwrap(struct kimage *image)
{
	struct kexec_payload payload, inner;
	enum kexec_payload_why why = kexec_wrapped_parse(image->kernel_buf, image->kernel_buf_len,
							 &payload);
	void *bytes;

	if (why == KEXEC_PAYLOAD_UNKNOWN)
		return 0;
	if (why)
		return kexec_refuse(kexec_payload_damaged(why) ? -EBADMSG : -ENOEXEC,
				    "the %s file cannot be unpacked: %s",
				    kexec_compressor_name(payload.compressor),
				    kexec_payload_why(why));
	bytes = kexec_payload_unpack(&payload, 0);
	if (PTR_ERR_OR_ZERO(bytes) == -ENOMEM)
		return kexec_refuse(-ENOMEM, "there is not enough free memory to unpack %u MiB",
				    DIV_ROUND_UP(payload.unpacked, SZ_1M));
	if (IS_ERR(bytes))
		return kexec_refuse(PTR_ERR(bytes), "the %s file cannot be unpacked",
				    kexec_compressor_name(payload.compressor));
	vfree(image->kernel_buf);
	image->kernel_buf = bytes;
	image->kernel_buf_len = payload.unpacked;
	if (kexec_wrapped_parse(bytes, payload.unpacked, &inner) != KEXEC_PAYLOAD_UNKNOWN)
		return kexec_refuse(-ENOEXEC, "the %s file is compressed twice, by %s at first",
				    kexec_compressor_name(payload.compressor),
				    kexec_compressor_name(inner.compressor));
	return 0;
}

/* Parts */

/* What is not compressed is not read before it has its place. */
static bool part_is_packed(const struct kexec_part *part)
{
	struct kexec_payload payload;
	char head[PACKED_HEAD];
	loff_t at = 0;
	ssize_t n = kernel_read(part->file, head, sizeof(head), &at);

	if (n <= 0)
		return false;
	kexec_wrapped_parse(head, n, &payload);
	return kexec_wrapped_suits_module(&payload);
}

static int part_unpack(struct kexec_part *part)
{
	struct kexec_payload payload;
	void *bytes = ERR_PTR(-ENOEXEC);

	if (kexec_wrapped_module(part->data, part->size, &payload))
		bytes = kexec_payload_unpack(&payload, 0);
	if (IS_ERR(bytes))
		return PTR_ERR(bytes);
	vfree(part->data);
	part->data = bytes;
	part->size = payload.unpacked;
	return 0;
}

/**
 * kimage_unwrap_part - take a part for what is inside, if gzip or xz has compressed all of it
 * @part: the part, a file
 *
 * For the prepare() of a loader.  What cannot be unpacked was perhaps never meant to be,
 * such as archives one behind the other that make an initrd: it stays as it is.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_unwrap_part(struct kexec_part *part)
{
	int err;

	if (part->as_is || !part_is_packed(part))
		return 0;
	err = kimage_read_part(part);
	if (err)
		return err;
	err = part_unpack(part);
	if (err == -ENOMEM)
		return kexec_refuse(err, "there is not enough free memory to unpack the %s",
				    kexec_part_name(part));
	if (err)
		pr_info("a %s is compressed, but cannot be unpacked: it is left as it is\n",
			kexec_part_name(part));
	kexec_forgive();
	return 0;
}
