// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images and the two slots: an image is made, armed, replaced and freed here.
 *
 * One pointer store arms it.
 */

#include <linux/kexec.h>
#include <linux/list.h>
#include <linux/memory_hotplug.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "kexec_internal.h"

struct kimage *kexec_image;
struct kimage *kexec_crash_image;
struct kimage *kexec_loading;

/**
 * kimage_alloc - start an image
 * @type: slot it is for, KEXEC_TYPE_*
 *
 * Return: the image, NULL without memory for it.
 */
struct kimage *kimage_alloc(int type)
{
	struct kimage *image = kzalloc(sizeof(*image), GFP_KERNEL);

	if (!image)
		return NULL;
	get_online_mems();
	kexec_loading = image;
	put_online_mems();
	image->type = type;
	INIT_LIST_HEAD(&image->control_pages);
	INIT_LIST_HEAD(&image->entry_pages);
	INIT_LIST_HEAD(&image->unusable_pages);
	image->elfcorehdr_index = -1;
	return image;
}

/* Whoever looks at @image from a memory hotplug notifier does so no longer. */
static void kimage_hide(struct kimage *image)
{
	get_online_mems();
	if (kexec_loading == image)
		kexec_loading = NULL;
	put_online_mems();
}

/**
 * kimage_free - free an image that is in no slot
 * @image: image in any state of its load; NULL is fine
 *
 * Context: load lock held, may sleep.
 */
void kimage_free(struct kimage *image)
{
	if (!image)
		return;
	kimage_hide(image);
	/* whoever found it in its slot looked at it under this lock */
	spin_lock(&kexec_show_lock);
	spin_unlock(&kexec_show_lock);
	kimage_free_vmcoreinfo(image);
	if (image->control_code_page)
		machine_kexec_cleanup(image);
	kimage_free_check(image);
	kimage_free_sources(image);
	kimage_free_list(&image->entry_pages);
	kimage_free_list(&image->control_pages);
	kimage_free_list(&image->unusable_pages);
	kfree(image->kernel_name);
	kfree(image->cmdline);
	kfree(image);
}

/**
 * crash_slot_protect - keep stray writes away from what is in the crash slot, or not
 * @type:    slot that something is done with; nothing happens for the normal one
 * @protect: it is done
 *
 * Context: load lock held, may sleep.
 */
void crash_slot_protect(int type, bool protect)
{
	if (!IS_ENABLED(CONFIG_CRASH_DUMP) || type != KEXEC_TYPE_CRASH || !kexec_crash_image)
		return;
	if (protect)
		arch_kexec_protect_crashkres();
	else
		arch_kexec_unprotect_crashkres();
}

static struct kimage **kimage_slot(int type)
{
	return type == KEXEC_TYPE_CRASH ? &kexec_crash_image : &kexec_image;
}

/**
 * kimage_armed - is there an image in a slot?
 * @type: KEXEC_TYPE_*
 *
 * Context: load lock held.
 *
 * Return: true if so.
 */
bool kimage_armed(int type)
{
	return *kimage_slot(type);
}

/**
 * kimage_arm - put a built image into its slot
 * @image: what kimage_build() was content with
 *
 * Context: load lock held, may sleep (the replaced image is freed).
 */
void kimage_arm(struct kimage *image)
{
	struct kimage *old;

	image->loaded = ktime_get_real_seconds();
	get_online_mems();
	old = xchg(kimage_slot(image->type), image);
	kexec_loading = NULL;
	put_online_mems();
	kexec_limit_take(image->type);
	crash_slot_protect(image->type, true);
	kimage_free(old);
}

/**
 * kimage_disarm - empty a slot; an empty one stays empty
 * @type: KEXEC_TYPE_*
 *
 * Context: load lock held, may sleep.
 */
void kimage_disarm(int type)
{
	struct kimage *old;

	crash_slot_protect(type, false);
	get_online_mems();
	old = xchg(kimage_slot(type), NULL);
	put_online_mems();
	kimage_free(old);
}
