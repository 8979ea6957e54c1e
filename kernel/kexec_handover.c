// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handover to the normal image, up to machine_kexec().
 */

/* log watchers know the line below by this prefix */
#define pr_fmt(fmt) "kexec_core: " fmt

#include <linux/cpu.h>
#include <linux/kexec.h>
#include <linux/kexec_timeline.h>
#include <linux/kmsg_dump.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/syscore_ops.h>

#include "kexec_internal.h"

bool kexec_in_progress;

static void kexec_go_to_reboot_cpu(void)
{
	migrate_to_reboot_cpu();
	syscore_shutdown();
	/* the first of these froze CPU hotplug, which machine_shutdown() uses */
	cpu_hotplug_enable();
}

/*
 * Point of no return: drivers and notifiers take it from kexec_in_progress that
 * this kernel will not come back.  No step below may fail, and from
 * machine_shutdown() on none may allocate, take a lock or sleep.
 */
static void kexec_reboot(struct kimage *image)
{
	kexec_in_progress = true;
	kernel_restart_prepare("kexec reboot");
	kexec_stamp(KEXEC_STAGE_DEVICES);
	kexec_go_to_reboot_cpu();
	pr_notice("Starting new kernel\n");
	machine_shutdown();
	kmsg_dump(KMSG_DUMP_SHUTDOWN);
	kexec_stamp(KEXEC_STAGE_STOPPED);
	machine_kexec(image);
}

/* What is not as it was loaded is not entered, and not offered a second time. */
static int kexec_verify_armed(void)
{
	int err;

	kexec_forgive();
	err = kimage_verify(kexec_image);
	if (err) {
		kexec_note_not_started(KEXEC_TYPE_DEFAULT);
		kimage_disarm(KEXEC_TYPE_DEFAULT);
	}
	kexec_stamp(KEXEC_STAGE_CHECKED);
	return err;
}

static int kexec_hand_over(void)
{
	int err = kexec_verify_armed();

	if (err)
		return err;
	if (!kexec_image->preserve_context) {
		kexec_reboot(kexec_image);
		return 0;
	}
	err = kexec_jump(kexec_image);
	/* if it ran, it has worked with its memory, which is there again for the next time */
	if (!err)
		kimage_renew_check(kexec_image);
	return err;
}

/**
 * kernel_kexec - hand over to the normal image: reboot(LINUX_REBOOT_CMD_KEXEC)
 *
 * Context: process context, system_transition_mutex held.
 *
 * Return: does not, or 0 after an image that came back; -EINVAL if there is no
 * image, -EBUSY during a load, -EBADMSG if the image is not as it was loaded, or why
 * the system could not be put to sleep.
 */
int kernel_kexec(void)
{
	int err;

	if (!kexec_trylock())
		return -EBUSY;
	kexec_stamp(KEXEC_STAGE_REBOOT);
	err = kexec_image ? kexec_hand_over() : -EINVAL;
	kexec_unlock();
	return err;
}
