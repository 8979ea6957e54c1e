// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loaders of x86-64, and what they leave to the architecture.
 */

#include <linux/kexec.h>
#include <linux/vmalloc.h>

#include <asm/e820/api.h>
#include <asm/kexec-bzimage64.h>

#include "kexec-loaders.h"

const struct kexec_file_ops * const kexec_file_loaders[] = {
	&kexec_bzImage64_ops,
	&kexec_uki_ops,
	&kexec_multiboot2_ops,
	&kexec_multiboot_ops,
	&kexec_elf_ops,
	NULL
};

/**
 * arch_kexec_ram_handed_over - is RAM in the memory map that images are given?
 * @start: physical address
 * @end:   physical address, inclusive
 *
 * Return: true if any of it is.
 */
bool arch_kexec_ram_handed_over(u64 start, u64 end)
{
	return e820__mapped_any(start, end, E820_TYPE_RAM);
}

/**
 * arch_kimage_file_post_load_cleanup - free what a file load needs no longer
 * @image: image whose load has ended
 *
 * Return: 0, or what the loader's cleanup fails with.
 */
int arch_kimage_file_post_load_cleanup(struct kimage *image)
{
	vfree(image->elf_headers);
	image->elf_headers = NULL;
	image->elf_headers_sz = 0;
	return kexec_image_post_load_cleanup_default(image);
}
