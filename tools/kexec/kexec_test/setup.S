/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test as a bzImage: the setup header (Documentation/arch/x86/boot.rst), in
 * front of the image, and what is at the start of the image before its entry.
 */
#include <asm/setup_data.h>

#ifdef __x86_64__
#define RELOCATABLE_KERNEL	1
#define XLOADFLAGS		0x63	/* KERNEL_64, ABOVE_4G, 5LEVEL, 5LEVEL_ENABLED */
#define PREF_ADDRESS		0x1000000
#define KERNEL_ALIGNMENT	0x200000
#else
#define RELOCATABLE_KERNEL	0
#define XLOADFLAGS		0
#define PREF_ADDRESS		0x100000
#define KERNEL_ALIGNMENT	0x1000
#endif

	.section .setup, "a"
setup:
	.org	0x1f1
	.byte	1			/* one sector behind the boot sector */
	.word	0
	.long	image_paragraphs
	.word	0, 0, 0
	.word	0xaa55
	.byte	0xeb, header_end - header_start
header_start:
	.ascii	"HdrS"
	.word	0x20f			/* protocol 2.15, the first with kernel_info */
	.long	0
	.word	0
	.word	version - setup - 0x200
	.byte	0
	.byte	1			/* loadflags: LOADED_HIGH */
	.word	0
	.long	0x100000		/* code32_start */
	.long	0, 0, 0
	.word	0
	.byte	0, 0
	.long	0
	.long	0x7fffffff		/* initrd_addr_max */
	.long	KERNEL_ALIGNMENT
	.byte	RELOCATABLE_KERNEL
	.byte	12			/* min_alignment, a power of two */
	.word	XLOADFLAGS
	.long	2047			/* cmdline_size */
	.long	0
	.quad	0
	.long	0, 0			/* nothing compressed inside */
	.quad	0
	.quad	PREF_ADDRESS
	.long	image_memory		/* init_size */
	.long	0
	.long	info_offset		/* kernel_info */
header_end:
version:
	.asciz	"kexec_test"
	.org	0x400

#ifdef __x86_64__
	.section .header, "ax"
	/* The 32-bit entry; the 64-bit one is where the header ends. */
	.byte	0xe9
	.long	wrong_mode - 1f
1:
	.org	0x200
#endif

	.section .rodata
	.balign	4
	.globl	kernel_info
	.hidden	kernel_info
kernel_info:
	.ascii	"LToP"
	.long	info_end - kernel_info
	.long	info_end - kernel_info
	.long	SETUP_TYPE_MAX
info_end:

	.section .note.GNU-stack, "", @progbits
