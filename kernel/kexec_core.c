// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec core: an image is built of its segments.
 *
 * An image is built completely beside the armed one: segments checked, control
 * pages taken, every byte in place or waiting in a source page.  One pointer
 * store arms it.  Until then nothing that a failed load did can be seen.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/kexec.h>
#include <linux/vmalloc.h>

#include "kexec_internal.h"

bool kexec_file_dbg_print;

static int kimage_prepare_control(struct kimage *image)
{
	int err = kimage_take_control_pages(image);

	if (err)
		return err;
	crash_before_prepare(image);
	err = machine_kexec_prepare(image);
	/* after it: s390 touches the crash memory there */
	return err ?: kimage_crash_copy_vmcoreinfo(image);
}

static int kimage_prepare(struct kimage *image, unsigned long flags)
{
	int err;

	image->hotplug_support = image->type == KEXEC_TYPE_CRASH &&
				 arch_crash_hotplug_support(image, flags);
	err = kimage_prepare_control(image);
	if (!err || !image->crowded)
		return err;
	return crash_give_up_armed(image) ?: kimage_prepare_control(image);
}

static int kimage_load_normal(struct kimage *image)
{
	int err = kimage_fill_normal(image);
	unsigned long i;

	err = err ?: kimage_accept(image);
	if (!err)
		err = IS_ENABLED(CONFIG_KEXEC_BLOB) ? kimage_make_moves(image) :
						      kimage_make_entry_list(image);
	for (i = 0; i < image->nr_segments && !err; i++)
		kimage_count_segment(image, i);
	kexec_dprintk("%lu bytes placed, %lu bounced, %lu pages looked at\n", image->placed,
		      image->bounced, image->search.looked);
	return err;
}

static int kimage_load(struct kimage *image)
{
	if (image->type != KEXEC_TYPE_CRASH)
		return kimage_load_normal(image);
	image->head = IND_DONE;
	return kimage_load_crash(image);
}

static int kimage_post_load(struct kimage *image)
{
	int err = machine_kexec_post_load(image);

	/* last: it makes IMA forget the armed image */
	if (!err)
		kimage_ima_post_load(image);
	return err;
}

static int kimage_fill(struct kimage *image, void **staged, unsigned long flags)
{
	int err = kimage_prepare(image, flags);

	if (!err && image->file_mode)
		err = kexec_purgatory_seal(image);
	if (err)
		return err;
	kimage_use_staged(image, staged);
	/* destinations that no control page could use are welcome as sources */
	kimage_free_list(&image->unusable_pages);
	err = kimage_load(image);
	err = err ?: kimage_post_load(image);
	return err ?: kimage_make_check(image);
}

static int kimage_check(const struct kimage *image)
{
	int err = kimage_check_segments(image);

	return err || image->type != KEXEC_TYPE_CRASH ? err : kimage_check_crash(image);
}

/**
 * kimage_build - turn a list of segments into an image that can be armed
 * @image: its segments and entry point are set
 * @flags: the syscall's, for the architecture's view of hotplug
 *
 * For the crash slot the armed image is given up when nothing but the copy
 * into the reserved memory is left to do.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or a negative errno; the caller frees @image on failure.
 */
int kimage_build(struct kimage *image, unsigned long flags)
{
	void *staged[KEXEC_SEGMENT_MAX] = { };
	int i, err = kimage_check(image);

	image->kernel_bufs = image->file_mode;
	err = err ?: kimage_take_destinations(image);
	err = err ?: kimage_stage(image, staged);
	if (!err) {
		crash_slot_protect(image->type, false);
		err = kimage_fill(image, staged, flags);
		if (err)
			crash_slot_protect(image->type, true);
	}
	kimage_free_list(&image->unusable_pages);
	for (i = 0; i < KEXEC_SEGMENT_MAX; i++)
		vfree(staged[i]);
	return err;
}
