// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec jump: an image that returns is called like a function.
 */

#include <linux/console.h>
#include <linux/cpu.h>
#include <linux/device.h>
#include <linux/freezer.h>
#include <linux/kexec.h>
#include <linux/kmsg_dump.h>
#include <linux/pm.h>
#include <linux/suspend.h>
#include <linux/syscore_ops.h>

#include "kexec_internal.h"

static int kexec_jump_irqs_off(struct kimage *image)
{
	int err;

	local_irq_disable();
	err = syscore_suspend();
	if (!err) {
		kmsg_dump(KMSG_DUMP_SHUTDOWN);
		machine_kexec(image);
		syscore_resume();
	}
	local_irq_enable();
	return err;
}

static int kexec_jump_one_cpu(struct kimage *image)
{
	int err = suspend_disable_secondary_cpus();

	if (!err)
		err = kexec_jump_irqs_off(image);
	suspend_enable_secondary_cpus();
	return err;
}

/*
 * Drivers of interrupt controllers and the like are only in step with their
 * hardware after dpm_suspend_end(), so both halves of the suspend are needed.
 */
static int kexec_jump_devices_off(struct kimage *image)
{
	int err = dpm_suspend_start(PMSG_FREEZE);

	if (!err)
		err = dpm_suspend_end(PMSG_FREEZE);
	if (!err) {
		err = kexec_jump_one_cpu(image);
		dpm_resume_start(PMSG_RESTORE);
	}
	dpm_resume_end(err ? PMSG_RECOVER : PMSG_RESTORE);
	return err;
}

/**
 * kexec_jump - call an image, with everything else asleep meanwhile
 * @image: armed image that preserves this kernel's context
 *
 * Context: process context, load lock and system_transition_mutex held.
 *
 * Return: 0 when it has come back, or why the system could not be put to sleep.
 */
int kexec_jump(struct kimage *image)
{
	int err;

	pm_prepare_console();
	err = freeze_processes() ? -EBUSY : 0;
	if (!err) {
		suspend_console();
		err = kexec_jump_devices_off(image);
		resume_console();
		thaw_processes();
	}
	pm_restore_console();
	return err;
}
