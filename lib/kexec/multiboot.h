/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LIB_KEXEC_MULTIBOOT_H
#define _LIB_KEXEC_MULTIBOOT_H

/* What an image of version 2 can be told: types of tags, of those that are ever written. */
enum mb2_information {
	MB2_END		= 0,
	MB2_CMDLINE	= 1,
	MB2_LOADER	= 2,
	MB2_MODULE	= 3,
	MB2_MEMORY	= 4,
	MB2_RAM		= 6,
	MB2_SCREEN	= 8,
	MB2_SECTIONS	= 9,
	MB2_EFI64	= 12,
	MB2_RSDP_OLD	= 14,
	MB2_RSDP_NEW	= 15,
	MB2_EFI_MAP	= 17,
	MB2_LOAD_BASE	= 21,
};

#endif /* _LIB_KEXEC_MULTIBOOT_H */
