// SPDX-License-Identifier: GPL-2.0-only
/*
 * Digests: what the handover routine checks a crash image against.
 */

#include <linux/kexec.h>
#include <linux/kexec_blob.h>
#include <linux/string.h>

#include "kexec_internal.h"

/**
 * kexec_digest_of - what a range of a crash image has to be like
 * @image:   the image
 * @segment: segment that the range belongs to
 * @start:   physical address of its first byte
 * @end:     and behind its last one
 *
 * Context: load lock held, the range can be read.
 *
 * Return: the digest.
 */
struct kexec_digest kexec_digest_of(const struct kimage *image, unsigned long segment, u64 start,
				    u64 end)
{
	struct kexec_digest digest = {
		.addr	 = start,
		.len	 = end - start,
		.segment = segment,
	};

	digest.sum = kexec_checksum(arch_kexec_checksum_kind(), boot_phys_to_virt(start),
				    digest.len);
	strscpy(digest.name, image->segment_name[segment] ?: "");
	return digest;
}
