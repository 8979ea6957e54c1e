// SPDX-License-Identifier: GPL-2.0-only
/* Jumping into what is loaded. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/reboot.h>
#include "attempt.h"

#define BOOT_FLAGS	(KEXEC_BOOT_SYNC | KEXEC_BOOT_NO_CHECK)

/* Nothing was shut down for it, and the slot is empty now. */
static int image_damaged(struct kexec_error *error)
{
	char reason[REASON_SIZE];

	error_because(error, KEXEC_REASON_IMAGE_CHANGED, -EBADMSG,
		      "the loaded image has changed in memory, so it is not started");
	if (slot_reason(KEXEC_SLOT_NORMAL, reason))
		error_evidence(error, "kernel: %s", reason);
	error_next(error,
		   "Load it again; if that is not the end of it, test the machine's memory.");
	return -EBADMSG;
}

static int explain_jump(int err, struct kexec_error *error)
{
	struct kexec_error privilege = {};

	if (err == -EBADMSG)
		return image_damaged(error);
	error_set(error, err, "the jump failed: %s", strerror(-err));
	if (err == -EPERM &&
	    (lacks_capability(NULL, &privilege) || seccomp_filters(NULL, &privilege))) {
		error_evidence(error, "%s", privilege.evidence);
		error_next(error, "%s", privilege.next);
		error_reason(error, privilege.reason);
	} else {
		error_next(error, "Look at the end of the kernel log: dmesg | tail.");
	}
	return err;
}

/**
 * kexec_boot() - jump into the image in the normal slot, without ending anything properly
 * @flags: KEXEC_BOOT_*
 * @error: what went wrong
 *
 * Comes back only after a failure, or when a preserved context is resumed.
 *
 * Return: 0 or a negative errno.
 */
int kexec_boot(unsigned int flags, struct kexec_error *error)
{
	int err = refuse_under_xen(error);

	if (flags & ~BOOT_FLAGS)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "libkexec does not know the flags 0x%x",
				     flags & ~BOOT_FLAGS);
	if (!err && no_kexec(error))
		err = error_code(error, -ENOSYS);
	if (err)
		return err;
	/* Where that cannot be read, only the kernel itself can tell. */
	if (!kexec_status(KEXEC_SLOT_NORMAL, NULL)) {
		error_because(error, KEXEC_REASON_NOTHING_LOADED, -EINVAL,
			      "Nothing has been loaded!");
		error_next(error, "Load a kernel first: kexec -l KERNEL.");
		return -EINVAL;
	}
	if (flags & KEXEC_BOOT_SYNC)
		sync();
	/* who may not do that may not reboot either, which is told then */
	if (flags & KEXEC_BOOT_NO_CHECK)
		turn_check_off();
	if (!syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		     LINUX_REBOOT_CMD_KEXEC, NULL))
		return 0;
	return explain_jump(-errno, error);
}
