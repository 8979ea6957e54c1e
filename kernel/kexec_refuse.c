// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a load fails: one errno, one sentence.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/ctype.h>
#include <linux/kexec.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "kexec_internal.h"

DEFINE_SPINLOCK(kexec_show_lock);

/* Why the load that holds the lock fails, in one sentence. */
static char kexec_why[192];

/* Why the last load of each slot failed; empty if it did not. */
static char kexec_last_why[2][sizeof(kexec_why)];

/**
 * kexec_refuse - say why the load in progress fails
 * @err: negative errno
 * @fmt: one sentence without a full stop: what is wrong and where
 *
 * The first reason given is the one that is logged, once, when the load ends.
 * Context: load lock held.
 *
 * Return: @err
 */
int kexec_refuse(int err, const char *fmt, ...)
{
	va_list args;
	char *c;

	if (kexec_why[0])
		return err;
	va_start(args, fmt);
	vscnprintf(kexec_why, sizeof(kexec_why), fmt, args);
	va_end(args);
	/* it is one line, whatever the caller wrote into it */
	for (c = kexec_why; *c; c++)
		if (!isascii(*c) || !isprint(*c))
			*c = '?';
	return err;
}

/**
 * kexec_forgive - what was refused so far does not matter to the load
 *
 * Context: load lock held.
 */
void kexec_forgive(void)
{
	kexec_why[0] = '\0';
}

static const char *kexec_why_default(int err)
{
	switch (err) {
	case -ENOMEM:		return "there is not enough free memory";
	case -EADDRNOTAVAIL:	return "no free range of RAM fits the constraints of a segment";
	case -EFAULT:		return "a buffer of the caller cannot be read";
	case -EPERM:		return "not permitted";
	case -EINTR:		return "interrupted by a signal";
	default:		return "refused";
	}
}

/* Why the last load of a slot failed, for the log and for whoever asks later. */
static void kexec_note_refusal(int type, const char *what, const char *why)
{
	if (*why)
		pr_notice("%s image not %s: %s\n",
			  type == KEXEC_TYPE_CRASH ? "crash" : "normal", what, why);
	spin_lock(&kexec_show_lock);
	strscpy(kexec_last_why[type], why);
	spin_unlock(&kexec_show_lock);
}

/**
 * kexec_note_not_started - an armed image is not entered, for the reason given last
 * @type: its slot, KEXEC_TYPE_*
 *
 * Context: load lock held.
 */
void kexec_note_not_started(int type)
{
	kexec_note_refusal(type, "started", kexec_why);
}

/**
 * kexec_note_end - a load or unload is over: log why it failed
 * @type: slot, KEXEC_TYPE_*
 * @err:  how it went, 0 or a negative errno
 *
 * Context: load lock held.
 *
 * Return: @err, or -EINTR if it failed while the caller was being killed.
 */
long kexec_note_end(int type, long err)
{
	const char *why = err && !kexec_why[0] ? kexec_why_default(err) : kexec_why;

	/* whatever it failed at, that was why; unless somebody knows more of it */
	if (err && err != -EINTR && fatal_signal_pending(current)) {
		err = -EINTR;
		why = kexec_why_default(err);
	}
	kexec_note_refusal(type, "loaded", err ? why : "");
	return err;
}

/**
 * kexec_note_unknown_flags - a load or unload has flag bits that nobody knows
 * @type: slot, KEXEC_TYPE_*
 *
 * Context: any that may take a spinlock.
 */
void kexec_note_unknown_flags(int type)
{
	kexec_note_refusal(type, "loaded", "it has flag bits that this kernel does not know");
}

/**
 * kexec_last_refusal - why the last load or unload of a slot failed
 * @type: slot, KEXEC_TYPE_*
 *
 * Context: kexec_show_lock held.
 *
 * Return: one sentence; empty if it did not fail, or there was none.
 */
const char *kexec_last_refusal(int type)
{
	return kexec_last_why[type];
}
