/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the zero page share: each takes room in its buffer, which all of
 * them have been asked for before.
 */
#ifndef _ARCH_X86_KERNEL_KEXEC_ZEROPAGE_H
#define _ARCH_X86_KERNEL_KEXEC_ZEROPAGE_H

#include <linux/align.h>
#include <linux/types.h>

#include <asm/setup_data.h>

#include "kexec-loaders.h"

void *zp_take(struct zero_page *zp, size_t size, u64 *phys);
void *zp_add_setup_data(struct zero_page *zp, u32 type, size_t size);

/* What zp_take() needs for so many bytes. */
static inline size_t zp_room(size_t size)
{
	return ALIGN(size, 16);
}

/* What zp_add_setup_data() does. */
static inline size_t setup_data_room(size_t size)
{
	return zp_room(sizeof(struct setup_data) + size);
}

int zp_find_dtb(struct zero_page *zp, struct kimage *image);
void zp_set_dtb(struct zero_page *zp);

#ifdef CONFIG_EFI
size_t zp_efi_room(void);
void zp_set_efi(struct zero_page *zp);
#else
static inline size_t zp_efi_room(void) { return 0; }
static inline void zp_set_efi(struct zero_page *zp) { }
#endif

#endif /* _ARCH_X86_KERNEL_KEXEC_ZEROPAGE_H */
