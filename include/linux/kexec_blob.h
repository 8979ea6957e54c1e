/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handover routine is told: it runs alone, past the point of no
 * return, and knows nothing but this description.  All addresses are physical.
 */
#ifndef LINUX_KEXEC_BLOB_H
#define LINUX_KEXEC_BLOB_H

#include <linux/types.h>

/**
 * struct kexec_move - bytes that are not yet where the image wants them
 * @dst: destination
 * @src: source; 0: clear the destination instead
 * @len: in bytes, whole pages
 *
 * No move's destination is the source of any other, so their order is free.
 */
struct kexec_move {
	u64 dst;
	u64 src;
	u64 len;
};

/**
 * struct kexec_moves - a page of moves
 * @next: the next such page, 0 if this is the last
 * @nr:	  how many moves are in this one
 * @move: the moves
 */
struct kexec_moves {
	u64 next;
	u64 nr;
	struct kexec_move move[];
};

/**
 * struct kexec_digest - a range that has to be as it was when it was loaded
 * @addr:    destination of the range
 * @len:     its size in bytes, real bytes only
 * @xxh64:   xxh64 of them, seed 0
 * @segment: the segment it belongs to, for messages
 */
struct kexec_digest {
	u64 addr;
	u64 len;
	u64 xxh64;
	u64 segment;
};

#endif /* LINUX_KEXEC_BLOB_H */
