/* SPDX-License-Identifier: GPL-2.0-only */
/* kexec: what unpacks the payload of an image at load. */
#ifndef _LINUX_KEXEC_DECOMPRESS_H
#define _LINUX_KEXEC_DECOMPRESS_H

#include <linux/kexec_image.h>

void *kexec_payload_unpack(struct kexec_payload *payload, u64 offset);
int kexec_payload_refuse(const struct kexec_payload *payload, u64 offset,
			 enum kexec_payload_why why);
int kexec_bzimage_intact(const void *file, const struct kexec_bzimage *img);

#endif
