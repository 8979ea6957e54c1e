// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory and CPUs come and go: a crash image gets another ELF core header.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/elf.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <asm/crash.h>

/* Program headers that the segment has to have room for, now or later. */
static unsigned long phdrs_ever(unsigned int ranges)
{
	unsigned long memory = IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ? CONFIG_CRASH_MAX_MEMORY_RANGES :
								   ranges;

	return 2 + CONFIG_NR_CPUS_DEFAULT + memory;
}

/**
 * crash_leave_room - let the segment of the ELF core header have room to grow
 * @image:  crash image, whose next segment it is
 * @kbuf:   the segment-to-be; its memsz is raised
 * @ranges: ranges of memory that there are now
 */
void crash_leave_room(struct kimage *image, struct kexec_buf *kbuf, unsigned int ranges)
{
	unsigned long phdrs = phdrs_ever(ranges);

	image->elfcorehdr_index = image->nr_segments;
	if (phdrs < PN_XNUM)
		kbuf->memsz = max(kbuf->memsz, PAGE_ALIGN(sizeof(Elf64_Ehdr) +
							  phdrs * sizeof(Elf64_Phdr)));
}

/**
 * arch_crash_hotplug_support - may the kernel update a crash image by itself?
 * @image: the image
 * @flags: of the system call that loads it
 *
 * Who loads segments has to say so: it may have made a digest of them.
 *
 * Return: nonzero if so.
 */
int arch_crash_hotplug_support(struct kimage *image, unsigned long flags)
{
	return image->file_mode ||
	       flags & (KEXEC_UPDATE_ELFCOREHDR | KEXEC_CRASH_HOTPLUG_SUPPORT);
}

/**
 * arch_crash_get_elfcorehdr_size - room that an ELF core header may ever need
 *
 * Return: size in bytes.
 */
unsigned int arch_crash_get_elfcorehdr_size(void)
{
	unsigned long phdrs = 2 + CONFIG_NR_CPUS_DEFAULT;

	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		phdrs += CONFIG_CRASH_MAX_MEMORY_RANGES;
	return phdrs * sizeof(Elf64_Phdr);
}

/* A header of ours has all possible CPUs, whether they are there or not. */
static bool is_up_to_date(const struct kimage *image)
{
	return (image->file_mode || image->elfcorehdr_updated) &&
	       (image->hp_action == KEXEC_CRASH_HP_ADD_CPU ||
		image->hp_action == KEXEC_CRASH_HP_REMOVE_CPU);
}

/**
 * arch_crash_handle_hotplug_event - keep a crash image right
 * @image: the armed crash image; its hp_action says what happened
 * @arg:   not needed: the header is made of what there is now
 *
 * Context: load lock held, crash memory writable, may sleep.
 */
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg)
{
	unsigned long size;
	unsigned int ranges;
	void *header = NULL;
	int err;

	if (is_up_to_date(image))
		return;
	err = crash_make_core_header(&header, &size, &ranges);
	err = err ?: kimage_update_elfcorehdr(image, header, size);
	vfree(header);
	if (err)
		pr_err("the crash image's list of memory is out of date, error %d: load it again\n",
		       err);
}
