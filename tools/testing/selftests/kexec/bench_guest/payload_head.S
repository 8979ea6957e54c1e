/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel image of 4 KiB that does nothing but tell when it was entered: the
 * setup header of the x86 boot protocol (Documentation/arch/x86/boot.rst), and
 * the 64-bit entry point.
 */
#include <linux/kexec_timeline_mark.h>
#include "payload.h"

	.section ".setup", "a"
	.org	0x1f1
	.byte	PAYLOAD_SETUP_SECTORS
	.word	0
	.long	PAYLOAD_CODE_SIZE / 16
	.word	0, 0, 0
	.word	0xaa55
	.byte	0xeb, header_end - header_start
header_start:
	.ascii	"HdrS"
	.word	0x20f			/* protocol 2.15 */
	.long	0
	.word	0
	.word	version - 0x200
	.byte	0
	.byte	1			/* loadflags: LOADED_HIGH */
	.word	0
	.long	0x100000
	.long	0, 0, 0
	.word	0
	.byte	0, 0
	.long	0
	.long	0x7fffffff
	.long	0x200000		/* kernel_alignment */
	.byte	1			/* relocatable_kernel */
	.byte	21			/* min_alignment, a power of two */
	.word	0x63			/* KERNEL_64, ABOVE_4G, 5LEVEL, 5LEVEL_ENABLED */
	.long	2047
	.long	0
	.quad	0
	.long	0, 0			/* nothing compressed inside */
	.quad	0
	.quad	0x1000000		/* pref_address */
	.long	PAYLOAD_MEMORY		/* init_size */
	.long	0
	.long	0
header_end:
version:
	.asciz	"payload"
	.asciz	KEXEC_TIMELINE_TEXT

	.section ".entry", "ax"
code:
	/* The 32-bit entry point, which nothing here uses. */
	hlt
	jmp	code
	.org	0x200
	.globl	payload_entry
payload_entry:
	rdtsc
	shlq	$32, %rdx
	leaq	(%rax, %rdx), %rdi
	leaq	code + PAYLOAD_MEMORY(%rip), %rsp
	call	payload_main

	/* An exception without a table to look it up in resets the machine. */
	lidt	no_table(%rip)
	ud2
no_table:
	.quad	0, 0

	.section .note.GNU-stack, "", @progbits
