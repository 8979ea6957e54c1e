// SPDX-License-Identifier: GPL-2.0-only
/* Unloading: choosing the system call, and what its failure means. */
#include <errno.h>
#include <unistd.h>
#include <sys/syscall.h>
#include "attempt.h"

static int raw_unload(enum kexec_slot slot)
{
	unsigned long flags = slot == KEXEC_SLOT_CRASH ? KEXEC_ON_CRASH : 0;

	return syscall(SYS_kexec_load, 0, 0, NULL, flags) ? -errno : 0;
}

/* Whoever may not load may not unload, and for the same reasons. */
static void may_not_unload(const struct attempt *a, struct kexec_error *error)
{
	if (lacks_capability(a, error) || loads_disabled(a, error) || limit_reached(a, error))
		also_locked_down(a, error);
	else if (a->method != KEXEC_METHOD_SEGMENTS || !locked_down(a, error))
		seccomp_filters(a, error);
}

static const char *other_unload(enum kexec_method method)
{
	return method == KEXEC_METHOD_SEGMENTS ? "Leave out -c." :
	       method == KEXEC_METHOD_FILE ?
			"Try -c: the running kernel does not read files itself." :
			"Boot a kernel with CONFIG_KEXEC_FILE or CONFIG_KEXEC.";
}

static void no_unload(enum kexec_method method, struct kexec_error *error)
{
	error_reason(error, method == KEXEC_METHOD_SEGMENTS ? KEXEC_REASON_NO_SEGMENTS_CALL :
							      KEXEC_REASON_NO_FILE_CALL);
	error_next(error, "%s", other_unload(method));
}

static int explain_unload(enum kexec_slot slot, enum kexec_method method, int err,
			  struct kexec_error *error)
{
	struct kexec_image image = { .slot = slot };
	struct files files = {};
	struct attempt a = {
		.image = &image, .files = &files, .kernel = -1, .cmdline = "", .code = err,
		.method = method,
	};

	error_call(error, err, "kexec unload");
	if (!error)
		return err;
	error_reason(error, unexplained(&a));
	if (err == -EPERM)
		may_not_unload(&a, error);
	else if (err == -EACCES && method == KEXEC_METHOD_SEGMENTS)
		policy_refuses(&a, error);
	else if (err == -EBUSY)
		slot_busy(&a, error);
	else if (err == -ENOSYS && !no_kexec(error) && !call_hidden(&a, error))
		no_unload(method, error);
	return err;
}

/* Of an image that was loaded in either way, both calls can dispose. */
static bool segments_may_help(enum kexec_slot slot, int err)
{
	struct kexec_error why = {};

	explain_unload(slot, KEXEC_METHOD_FILE, err, &why);
	return another_call_may_help(why.reason);
}

/**
 * kexec_unload() - empty a slot
 * @slot: which
 * @method: how
 * @error: what went wrong
 *
 * An empty slot, or none, is what was asked for, not an error.
 *
 * Return: 0 or a negative errno, -EINVAL for what is no slot or no method.
 */
int kexec_unload(enum kexec_slot slot, enum kexec_method method, struct kexec_error *error)
{
	int err;

	if (slot > KEXEC_SLOT_CRASH || method > KEXEC_METHOD_AUTO)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "there is no slot %d, or no method %d", slot, method);
	err = refuse_under_xen(error);
	if (err || (slot == KEXEC_SLOT_CRASH && crash_slot_missing()))
		return err;
	err = method == KEXEC_METHOD_SEGMENTS ? raw_unload(slot) : call_file_unload(slot);
	if (method == KEXEC_METHOD_AUTO) {
		method = err && segments_may_help(slot, err) ? KEXEC_METHOD_SEGMENTS :
							       KEXEC_METHOD_FILE;
		if (method == KEXEC_METHOD_SEGMENTS)
			err = raw_unload(slot);
	}
	error_clear(error);
	return err ? explain_unload(slot, method, err, error) : 0;
}
