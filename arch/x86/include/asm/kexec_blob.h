/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handover routine needs of x86-64.
 */
#ifndef _ASM_X86_KEXEC_BLOB_H
#define _ASM_X86_KEXEC_BLOB_H

#include <linux/types.h>

/**
 * struct kexec_trap - an exception, as the trampoline's stub leaves it
 * @reg:    RAX, RBX, RCX, RDX, RSI, RDI, RBP and R8 to R15
 * @vector: its number
 * @error:  its error code, 0 if it has none
 * @rip:    what the CPU saved: where it happened,
 * @cs:	    with this code segment,
 * @rflags: these flags,
 * @rsp:    this stack pointer
 * @ss:	    and this stack segment
 */
struct kexec_trap {
	u64 reg[15];
	u64 vector;
	u64 error;
	u64 rip;
	u64 cs;
	u64 rflags;
	u64 rsp;
	u64 ss;
};

static inline u64 blob_clock(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return low | (u64)high << 32;
}

/* @len in bytes, whole words; the ranges do not overlap. */
static inline void blob_copy(void *to, const void *from, size_t len)
{
	len /= sizeof(u64);
	asm volatile("rep movsq" : "+D" (to), "+S" (from), "+c" (len) : : "memory");
}

static inline void blob_clear(void *to, size_t len)
{
	len /= sizeof(u64);
	asm volatile("rep stosq" : "+D" (to), "+c" (len) : "a" (0UL) : "memory");
}

/*
 * CRC32C of further bytes, neither inverted before nor after.  For CPUs with
 * SSE4.2; the instruction is about general registers all the same.
 */
static inline u64 kexec_crc32c_word(u64 crc, u64 word)
{
	asm("crc32q %1, %0" : "+r" (crc) : "rm" (word));
	return crc;
}

static inline u64 kexec_crc32c_byte(u64 crc, u8 byte)
{
	asm("crc32b %1, %0" : "+r" (crc) : "qm" (byte));
	return crc;
}

#endif /* _ASM_X86_KEXEC_BLOB_H */
