/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handover routine is told: it runs alone, past the point of no
 * return, and knows nothing but this description.  All addresses are physical.
 */
#ifndef LINUX_KEXEC_BLOB_H
#define LINUX_KEXEC_BLOB_H

/* The most that the linked routine may take in bytes, code and constants. */
#define KEXEC_BLOB_MAX_SIZE	8192

#ifndef __ASSEMBLY__
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <uapi/linux/kexec.h>

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
 * enum kexec_checksum_kind - how a checksum is made
 * @KEXEC_CHECKSUM_XXH64:  xxh64, seed 0, in the first word
 * @KEXEC_CHECKSUM_CRC32C: four CRC32C, each of a quarter of the bytes; for CPUs that have
 *			   an instruction for it
 */
enum kexec_checksum_kind {
	KEXEC_CHECKSUM_XXH64,
	KEXEC_CHECKSUM_CRC32C,
};

/**
 * struct kexec_checksum - a checksum
 * @word: all of it, whatever it was made with
 */
struct kexec_checksum {
	u64 word[2];
};

struct kexec_checksum kexec_checksum(enum kexec_checksum_kind kind, const void *data, size_t len);

/* A segment's name in messages, with its end. */
#define KEXEC_NAME_SIZE		16

/**
 * struct kexec_digest - a range that has to be as it was when it was loaded
 * @addr:    destination of the range
 * @len:     its size in bytes, real bytes only
 * @sum:     checksum of them
 * @segment: the segment it belongs to, for messages,
 * @name:    and what that is; empty if nobody said so
 */
struct kexec_digest {
	u64 addr;
	u64 len;
	struct kexec_checksum sum;
	u64 segment;
	char name[KEXEC_NAME_SIZE];
};

/* One for each segment, and one more for the segment that is split at the timeline. */
#define KEXEC_DIGESTS_MAX	(KEXEC_SEGMENT_MAX + 1)

/**
 * struct kexec_headers - the ELF core headers of a crash image that may change
 * @copy:    two sets, each with its digest: in the segment, where the image looks for
 *	     them, and in a spare; no set is there with a length of 0
 * @valid:   which of them counts, 0 or 1
 *
 * The set that is not valid can be written to at any time; one store makes it
 * the valid one.  The routine brings it to where the image looks for it.
 */
struct kexec_headers {
	struct kexec_digest copy[2];
	u64 valid;
};

/* How the registers of a serial port are reached: kexec_serial.access */
enum kexec_serial_access {
	KEXEC_SERIAL_NONE,
	KEXEC_SERIAL_PORT,	/* I/O ports, a byte each */
	KEXEC_SERIAL_MEM8,	/* memory, a byte each */
	KEXEC_SERIAL_MEM16,	/* memory, two bytes each */
	KEXEC_SERIAL_MEM32,	/* memory, four bytes each */
};

/**
 * struct kexec_serial - the serial port that carries the early console
 * @base:   I/O port or physical address of its first register
 * @access: enum kexec_serial_access
 */
struct kexec_serial {
	u64 base;
	u64 access;
};

/**
 * struct kexec_job - all that the handover routine is told
 * @entry:	   where the image is entered, for messages
 * @moves:	   first page of moves, 0: everything is in place
 * @swap:	   page to swap each move's bytes through, 0: copy
 * @timeline:	   where the record of the handover goes, 0: nowhere
 * @timeline_next: the record as far as the running kernel has filled it
 * @marks:	   say what is being done
 * @reset:	   after a failure reset the machine, do not stop it
 * @serial:	   where to say it
 * @headers:	   ELF core headers that this kernel keeps right; they are checked, too
 * @checksum_kind: what all checksums are made with, enum kexec_checksum_kind
 * @nr_digests:	   entries of @digest in use
 * @digest:	   ranges to check before anything else is done
 *
 * Written when the image is loaded, but for @reset and @headers.
 */
struct kexec_job {
	u64 entry;
	u64 moves;
	u64 swap;
	u64 timeline;
	u64 timeline_next;
	u32 marks;
	u32 reset;
	struct kexec_serial serial;
	struct kexec_headers headers;
	u32 checksum_kind;
	u32 nr_digests;
	struct kexec_digest digest[KEXEC_DIGESTS_MAX];
};

struct kimage;

#ifdef CONFIG_KEXEC_BLOB
extern const char kexec_blob_start[], kexec_blob_end[];

#endif

#if defined(CONFIG_KEXEC_BLOB) && defined(CONFIG_CRASH_HOTPLUG)
int kexec_headers_switch(struct kimage *image, const void *headers, size_t len);
#else
static inline int kexec_headers_switch(struct kimage *image, const void *headers, size_t len)
{
	return -EOPNOTSUPP;
}
#endif

/* Inside the routine: kernel/kexec_blob/ and its part from the architecture. */
struct kexec_trap;

void kexec_blob(const struct kexec_job *job, const struct kexec_trap *trap);
void blob_text(const struct kexec_job *job, const char *text);
void blob_decimal(const struct kexec_job *job, u64 value);
void blob_hex(const struct kexec_job *job, const char *name, u64 value);

void blob_putc(const struct kexec_serial *serial, char c);
void __noreturn blob_fail(const struct kexec_job *job);
void __noreturn blob_trap(const struct kexec_job *job, const struct kexec_trap *trap);
#endif /* __ASSEMBLY__ */

#endif /* LINUX_KEXEC_BLOB_H */
