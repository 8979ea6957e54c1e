// SPDX-License-Identifier: GPL-2.0-only
/*
 * Multiboot images in memory: where they belong, and which sections of their ELF
 * files they can be told of.
 *
 * References: Multiboot Specification 0.6.96, sections 3.1.3 and 3.2; Multiboot2
 * Specification 2.0, sections 3.1.5 and 3.3.
 */
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/kexec_formats.h>

/* Segments that follow those of an image: sections, modules, what it is told, entry stub. */
#define SEGMENTS_BESIDES	4

static enum kexec_elf_why find_place(const void *file, size_t size,
				     const struct kexec_multiboot *mb, struct kexec_elf *elf)
{
	if (!mb->flat)
		return kexec_elf_parse(file, size, elf);
	*elf = (struct kexec_elf){
		.machine = EM_386, .entry = mb->entry,
		.mem = mb->load_addr, .mem_end = (u64)mb->load_addr + mb->mem_size,
		.nr_segments = 1,
		.segment[0] = {
			.offset = mb->load.offset, .size = mb->load.size,
			.mem = mb->load_addr, .mem_size = mb->mem_size,
		},
	};
	return KEXEC_ELF_OK;
}

/**
 * kexec_multiboot_place() - find out where an image belongs
 * @file: the file
 * @size: its size in bytes
 * @mb: what kexec_multiboot_parse() said of it
 * @elf: filled in, from the multiboot header if that has addresses
 *
 * An image is entered in 32-bit mode, whatever class its file is of.
 *
 * Return: %KEXEC_ELF_OK or the first thing that is wrong.
 */
enum kexec_elf_why kexec_multiboot_place(const void *file, size_t size,
					 const struct kexec_multiboot *mb, struct kexec_elf *elf)
{
	enum kexec_elf_why why = find_place(file, size, mb, elf);

	if (!why)
		why = kexec_elf_check_x86(elf);
	if (!why && mb->has_entry)
		why = kexec_elf_enter_at(elf, mb->entry);
	if (!why && elf->mem_end > SZ_4G)
		why = KEXEC_ELF_BEYOND;
	return why;
}

/**
 * kexec_multiboot_sections() - find the sections that an image can be told of
 * @file: the file
 * @size: its size in bytes
 * @mb: what kexec_multiboot_parse() said of it
 * @room: segments there is still room for, the image being in place
 * @sections: filled in
 *
 * No image can rely on them: whatever is wrong with them, it is not told of them.
 *
 * Return: true if there are any.
 */
bool kexec_multiboot_sections(const void *file, size_t size, const struct kexec_multiboot *mb,
			      u32 room, struct kexec_elf_sections *sections)
{
	return !mb->flat && room >= SEGMENTS_BESIDES && kexec_elf_sections(file, size, sections);
}
