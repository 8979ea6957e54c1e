/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test for Multiboot 2: the header.
 */
#define MAGIC		0xe85250d6
#define I386		0
#define OPTIONAL	1

#define TAG_END		0
#define TAG_REQUEST	1
#define TAG_ALIGN	6
#define TAG_RELOCATABLE	10

#define INFO_CMDLINE	1
#define INFO_LOADER	2
#define INFO_MEMORY	4
#define INFO_MAP	6
#define INFO_VIDEO	8
#define INFO_SECTIONS	9
#define INFO_EFI64	12
#define INFO_ACPI_OLD	14
#define INFO_ACPI_NEW	15
#define INFO_EFI_MAP	17

#define PREFER_HIGHEST	2

	.section .header, "a"
	.balign	8
header:
	.long	MAGIC
	.long	I386
	.long	header_end - header
	.long	-(MAGIC + I386 + (header_end - header))

	.balign	8
1:	.word	TAG_REQUEST, 0
	.long	2f - 1b
	.long	INFO_CMDLINE, INFO_MEMORY, INFO_MAP
2:
	.balign	8
1:	.word	TAG_REQUEST, OPTIONAL
	.long	2f - 1b
	.long	INFO_LOADER, INFO_VIDEO, INFO_SECTIONS, INFO_EFI64, INFO_ACPI_OLD
	.long	INFO_ACPI_NEW, INFO_EFI_MAP
2:
	.balign	8
	.word	TAG_ALIGN, 0
	.long	8
#ifdef RELOCATABLE
	.balign	8
	.word	TAG_RELOCATABLE, 0
	.long	24
	.long	0x1000000, 0x3fffffff, 0x1000
	.long	PREFER_HIGHEST
#endif
	.balign	8
	.word	TAG_END, 0
	.long	8
header_end:

	.section .note.GNU-stack, "", @progbits
