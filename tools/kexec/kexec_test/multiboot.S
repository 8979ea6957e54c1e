/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test for Multiboot 1 (0.6.96): the header.
 */
#define MAGIC		0x1badb002
#define PAGE_ALIGN	(1 << 0)
#define MEMORY_INFO	(1 << 1)
#define ADDRESSES	(1 << 16)

#ifdef FLAT
#define FLAGS		(PAGE_ALIGN | MEMORY_INFO | ADDRESSES)
#else
#define FLAGS		(PAGE_ALIGN | MEMORY_INFO)
#endif

	.section .header, "a"
	.balign	4
header:
	.long	MAGIC
	.long	FLAGS
	.long	-(MAGIC + FLAGS)
	.long	header
	.long	image_start
	.long	file_end
	.long	memory_end
	.long	entry

	.section .note.GNU-stack, "", @progbits
