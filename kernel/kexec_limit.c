// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may load: with privilege, one at a time, and as often as the sysctls allow.
 */

#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/spinlock.h>
#include <linux/sysctl.h>

#include "kexec_internal.h"

atomic_t __kexec_lock = ATOMIC_INIT(0);

static int kexec_load_disabled;

/**
 * struct kexec_load_limit - how often an image may still be armed
 * @left:   armings left, -1 for any number; only ever lowered
 * @sysctl: its name, for messages
 */
struct kexec_load_limit {
	int left;
	const char *sysctl;
};

static DEFINE_SPINLOCK(kexec_limit_lock);
static struct kexec_load_limit kexec_load_limits[] = {
	[KEXEC_TYPE_DEFAULT]	= { -1, "kexec_load_limit_reboot" },
	[KEXEC_TYPE_CRASH]	= { -1, "kexec_load_limit_panic" },
};

static int kexec_may_load(int type)
{
	struct kexec_load_limit *limit = &kexec_load_limits[type];

	if (kexec_load_disabled)
		return kexec_refuse(-EPERM, "sysctl kernel.kexec_load_disabled forbids it");
	if (!READ_ONCE(limit->left))
		return kexec_refuse(-EPERM, "sysctl kernel.%s allows no further load",
				    limit->sysctl);
	return 0;
}

/**
 * kexec_load_begin - open a load or unload and take the load lock
 * @type:	   slot, KEXEC_TYPE_*
 * @unknown_flags: flag bits of the caller that this kernel does not know
 *
 * Callers without CAP_SYS_BOOT and callers that meet a load in progress get
 * their errno without a line in the log, which they could flood.
 *
 * Return: 0 with the lock held; -EINVAL, -EPERM or -EBUSY without it.
 */
int kexec_load_begin(int type, unsigned long unknown_flags)
{
	bool privileged = capable(CAP_SYS_BOOT);
	int err;

	if (unknown_flags && privileged)
		kexec_note_unknown_flags(type);
	if (unknown_flags)
		return -EINVAL;
	if (!privileged)
		return -EPERM;
	if (!kexec_trylock())
		return -EBUSY;

	kexec_forgive();
	kexec_charge_all();
	err = kexec_may_load(type);
	return err ? kexec_load_end(type, err) : 0;
}

/**
 * kexec_load_end - close a load or unload: log a refusal, release the lock
 * @type: slot, KEXEC_TYPE_*
 * @err:  how it went, 0 or a negative errno
 *
 * Return: @err, or -EINTR if it failed while the caller was being killed.
 */
long kexec_load_end(int type, long err)
{
	err = kexec_note_end(type, err);
	kexec_charge_caller();
	kexec_unlock();
	return err;
}

/**
 * kexec_limit_take - an image has been armed
 * @type: its slot, KEXEC_TYPE_*
 */
void kexec_limit_take(int type)
{
	struct kexec_load_limit *limit = &kexec_load_limits[type];

	spin_lock(&kexec_limit_lock);
	if (limit->left > 0)
		limit->left--;
	spin_unlock(&kexec_limit_lock);
}

static int kexec_limit_lower(struct kexec_load_limit *limit, int left)
{
	int err = -EINVAL;

	spin_lock(&kexec_limit_lock);
	if (left >= 0 && (limit->left < 0 || left < limit->left)) {
		limit->left = left;
		err = 0;
	}
	spin_unlock(&kexec_limit_lock);
	return err;
}

static int kexec_limit_sysctl(const struct ctl_table *table, int write, void *buffer,
			      size_t *lenp, loff_t *ppos)
{
	struct kexec_load_limit *limit = table->data;
	int left = READ_ONCE(limit->left);
	struct ctl_table number = { .data = &left, .maxlen = sizeof(left), .mode = table->mode };
	int err = proc_dointvec(&number, write, buffer, lenp, ppos);

	return err || !write ? err : kexec_limit_lower(limit, left);
}

static struct ctl_table kexec_sysctls[] = {
	{
		/* 0 -> 1 only: whoever may not load must not be able to allow it */
		.procname	= "kexec_load_disabled",
		.proc_handler	= proc_dointvec_minmax,
		.data		= &kexec_load_disabled,
		.maxlen		= sizeof(kexec_load_disabled),
		.mode		= 0644,
		.extra1		= SYSCTL_ONE,
		.extra2		= SYSCTL_ONE,
	}, {
		.procname	= "kexec_load_limit_reboot",
		.proc_handler	= kexec_limit_sysctl,
		.data		= &kexec_load_limits[KEXEC_TYPE_DEFAULT],
		.mode		= 0644,
	}, {
		.procname	= "kexec_load_limit_panic",
		.proc_handler	= kexec_limit_sysctl,
		.data		= &kexec_load_limits[KEXEC_TYPE_CRASH],
		.mode		= 0644,
	},
};

static int __init kexec_sysctl_init(void)
{
	register_sysctl_init("kernel", kexec_sysctls);
	return 0;
}
late_initcall(kexec_sysctl_init);

#if IS_ENABLED(CONFIG_KEXEC_KUNIT_TEST)
#include "kexec_kunit/kexec_limit_kunit.c"
#endif
