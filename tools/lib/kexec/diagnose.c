// SPDX-License-Identifier: GPL-2.0-only
/* Why an image is not loaded: cause, evidence and next step, from what can be seen here. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <linux/kernel.h>
#include "attempt.h"
#include "libkexec-entries.h"

static bool no_call_at_all(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	return no_kexec(error);
}

static bool under_xen(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	return is_xen_domain(error);
}

/* What is said of an image where nobody has looked at its files yet. */
static bool is_about_image(enum kexec_reason reason)
{
	return reason == KEXEC_REASON_IMAGE_REFUSED || reason == KEXEC_REASON_NOT_STARTABLE ||
	       reason == KEXEC_REASON_SEGMENTS_UNSUITED ||
	       reason == KEXEC_REASON_NOT_A_KERNEL || reason == KEXEC_REASON_FILE_DAMAGED ||
	       reason == KEXEC_REASON_WRONG_TYPE || reason == KEXEC_REASON_MISFIT ||
	       reason == KEXEC_REASON_COMMAND_LINE_LENGTH;
}

/* What is wrong with the files no call makes good. */
static bool advise_on_files(const struct attempt *a, struct kexec_error *error)
{
	struct kexec_error guess = {};

	if (!file_unsuitable(a, &guess) && !wrong_type(a, &guess) && !misfit(a, &guess) &&
	    !line_too_long(a, &guess))
		return false;
	error_next(error, "%s", guess.next);
	if (error && is_about_image(error->reason))
		error_reason(error, guess.reason);
	return true;
}

/* Would kexec_load(2) do?  Who may load nothing at all is not told of that now. */
static bool segments_would_do(const struct attempt *a, struct kexec_error *guess)
{
	struct kexec_image image = *a->image;
	struct attempt other = {
		.image = &image, .files = a->files, .kernel = a->kernel, .cmdline = a->cmdline,
		.method = KEXEC_METHOD_SEGMENTS,
	};

	if (image.flags & KEXEC_IMAGE_SELF_EXTRACT ||
	    (image.method == KEXEC_METHOD_AUTO && a->code))
		return false;
	image.flags &= ~KEXEC_IMAGE_DEBUG;
	image.method = KEXEC_METHOD_SEGMENTS;
	return !forecast(&other, guess) || lacks_capability(&other, NULL);
}

/* Never to make a call that would be refused as well, or was made. */
static void advise_segments(const struct attempt *a, struct kexec_error *error,
			    const char *otherwise)
{
	struct kexec_error guess = {};

	if (segments_would_do(a, &guess)) {
		error_next(error, "Try -c.");
		return;
	}
	if (*guess.cause)
		error_evidence(error, "kexec_load would refuse it, too: %s", guess.cause);
	error_next(error, "%s", otherwise);
}

static bool no_such_call(const struct attempt *a, struct kexec_error *error)
{
	bool file = a->method == KEXEC_METHOD_FILE;

	error_cause(error, file ? KEXEC_REASON_NO_FILE_CALL : KEXEC_REASON_NO_SEGMENTS_CALL,
		    file ? "the running kernel does not read the files itself" :
		    "the running kernel takes no images from programs");
	if (!file)
		error_next(error, "Leave out -c, or boot a kernel with CONFIG_KEXEC.");
	else if (!advise_on_files(a, error))
		advise_segments(a, error, "Boot a kernel with CONFIG_KEXEC_FILE.");
	return true;
}

/* A kernel that knows the flag gives a reason for each refusal. */
static bool flag_unknown(const struct attempt *a, struct kexec_error *error)
{
	if (a->image->flags & KEXEC_IMAGE_SELF_EXTRACT) {
		error_cause(error, KEXEC_REASON_OPTION_UNSUPPORTED,
			    "the running kernel seems not to know --self-extract");
		error_next(error, "Leave it out: kernels without it always do that.");
		return true;
	}
	if (!(a->image->flags & KEXEC_IMAGE_FORCE_DTB))
		return false;
	error_cause(error, KEXEC_REASON_OPTION_UNSUPPORTED,
		    "the running kernel seems not to know --force-dtb");
	advise_segments(a, error, "Leave it out, or boot a kernel that knows it.");
	return true;
}

/* Beforehand: then the refusal of one call is none of the image. */
static bool may_fall_back(const struct attempt *a)
{
	return !a->code && a->image->method == KEXEC_METHOD_AUTO && segments_would_do(a, NULL);
}

static bool format_unknown(const struct attempt *a, struct kexec_error *error)
{
	if (!wants_more_than_bzimage(a->image) || kernel_reports() ||
	    a->method != KEXEC_METHOD_FILE || may_fall_back(a))
		return false;
	error_cause(error, KEXEC_REASON_FORMAT_UNSUPPORTED,
		    "the running kernel loads a bzImage with its initrd only: %s",
		    "no modules, no addons, no profiles, no other formats");
	advise_segments(a, error,
			"Load a bzImage and initrds alone, or boot a kernel that loads more.");
	return true;
}

/* Beforehand: what looks at nothing else is not asked to. */
static bool call_missing(const struct attempt *a, struct kexec_error *error)
{
	if (!call_is_missing(a->method == KEXEC_METHOD_FILE ? "kexec_file_load" : "kexec_load") ||
	    may_fall_back(a))
		return false;
	return no_such_call(a, error);
}

/* Beforehand, where the kernel gives no reasons but is known: nothing is wrong with the file. */
static bool format_not_stock(const struct attempt *a, struct kexec_error *error)
{
	const char *format = kernel_reports() || a->method != KEXEC_METHOD_FILE ? NULL :
			     not_for_stock(a);

	if (!format || may_fall_back(a))
		return false;
	error_cause(error, KEXEC_REASON_FORMAT_UNSUPPORTED,
		    "%s is %s, and the running kernel itself loads only bzImages that start in 64-bit mode, above 4 GiB as well",
		    a->image->kernel.name, format);
	advise_segments(a, error, "Take another form of the kernel, such as the bzImage in it.");
	return true;
}

static bool line_kept(const struct attempt *a, struct kexec_error *error)
{
	return !may_fall_back(a) && line_kept_short(a, error);
}

/* Linux has the flag since then. */
static bool may_force_dtb(void)
{
	struct utsname here;

	return uname(&here) || kexec_compare_versions(here.release, "6.18") >= 0;
}

static bool flag_missing(const struct attempt *a, struct kexec_error *error)
{
	unsigned int flags = a->image->flags;

	if (kernel_reports() || a->method != KEXEC_METHOD_FILE || may_fall_back(a) ||
	    (!(flags & KEXEC_IMAGE_SELF_EXTRACT) && may_force_dtb()))
		return false;
	return flag_unknown(a, error);
}

/* Nothing is wrong with the file: kernels that only know bzImages refuse all others so. */
static bool format_refused(const struct attempt *a, struct kexec_error *error)
{
	const char *format = format_of(a);

	if (!format || kernel_reports() || a->method != KEXEC_METHOD_FILE)
		return false;
	error_cause(error, KEXEC_REASON_FORMAT_UNSUPPORTED,
		    "%s is %s, and the running kernel seems not to load that itself",
		    a->image->kernel.name, format);
	advise_segments(a, error, "Take another form of the kernel, such as the bzImage in it.");
	return true;
}

bool slot_busy(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	error_cause(error, KEXEC_REASON_BUSY, "a load, or a reboot, is under way");
	error_next(error, "Wait for it, then try again.");
	return true;
}

static bool file_busy(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	error_cause(error, KEXEC_REASON_FILE_BUSY,
		    "a file that is to be loaded is still open for writing");
	error_next(error, "Wait until whoever installs it has finished, then try again.");
	return true;
}

static bool nothing_to_see(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	if (is_mounted("/proc/self") && is_mounted("/sys/kernel"))
		return false;
	if (!is_mounted("/proc/self"))
		error_evidence(error, "/proc: is not mounted");
	if (!is_mounted("/sys/kernel"))
		error_evidence(error, "/sys: is not mounted");
	error_cause(error, KEXEC_REASON_NOT_MOUNTED,
		    "%s, and what would tell why is not there", strerror(-a->code));
	error_next(error, "Mount /proc and /sys, then try again.");
	return true;
}

static const struct diagnosis {
	int code;
	bool (*look)(const struct attempt *a, struct kexec_error *error);
} diagnoses[] = {
	{ -EPERM, lacks_capability }, { -EPERM, loads_disabled }, { -EPERM, limit_reached },
	{ -EPERM, policy_refuses }, { -EPERM, locked_down }, { -EPERM, seccomp_filters },
	{ -EPERM, selinux_withholds }, { -EPERM, nothing_to_see }, { -EACCES, policy_refuses },
	{ -ENODATA, signature_missing }, { -EKEYREJECTED, signature_missing },
	{ -ENOKEY, signature_missing }, { -ELIBBAD, signature_missing },
	{ -ENOSYS, under_xen }, { -EADDRNOTAVAIL, under_xen }, { -EOPNOTSUPP, under_xen },
	{ -EADDRNOTAVAIL, place_dictated }, { -EADDRNOTAVAIL, crash_memory_small },
	{ -EADDRNOTAVAIL, crash_range_missing }, { -EADDRNOTAVAIL, memory_short },
	{ -ENOMEM, crash_memory_small }, { -ENOMEM, memory_short },
	{ -ENOMEM, some_memory_short },
	{ -ENOSYS, no_call_at_all }, { -ENOSYS, call_hidden }, { -ENOSYS, no_such_call },
	{ -EINVAL, file_unsuitable }, { -EINVAL, wrong_type }, { -EINVAL, misfit },
	{ -EINVAL, line_too_long }, { -EINVAL, line_kept }, { -EINVAL, flag_unknown },
	{ -EINVAL, format_unknown },
	{ -ENOEXEC, file_unsuitable }, { -ENOEXEC, wrong_type }, { -ENOEXEC, line_too_long },
	{ -ENOEXEC, format_refused },
	{ -EBADMSG, file_unsuitable },
	{ -EBUSY, slot_busy }, { -ETXTBSY, file_busy },
};

/* What is known of the file is told by the kernel better, if it tells. */
static bool defers_to_kernel(const struct diagnosis *d)
{
	return d->look == file_unsuitable || d->look == line_too_long ||
	       d->look == wrong_type || d->look == misfit || d->look == flag_unknown ||
	       d->look == format_unknown || d->look == format_refused;
}

/* Of what forbids a load the kernel looks at lockdown last. */
static bool applies(const struct diagnosis *d, const struct attempt *a,
		    struct kexec_error *error)
{
	if (!d->look(a, error))
		return false;
	if (d->code == -EPERM && d->look != locked_down)
		also_locked_down(a, error);
	return true;
}

static bool look(const struct attempt *a, struct kexec_error *error)
{
	const struct diagnosis *d;

	for (d = diagnoses; d < diagnoses + ARRAY_SIZE(diagnoses); d++)
		if (d->code == a->code && !(*a->reason && defers_to_kernel(d)) &&
		    applies(d, a, error))
			return true;
	return false;
}

static bool keeps_line(const struct attempt *a)
{
	return strstr(a->reason, "own command line cannot be replaced");
}

/**
 * unexplained() - what is left where nothing that is seen tells why
 * @a: the attempt
 *
 * Some codes are about the image, as the loaders of all kernels use them.
 *
 * Return: the reason.
 */
enum kexec_reason unexplained(const struct attempt *a)
{
	if (keeps_line(a))
		return KEXEC_REASON_COMMAND_LINE_FIXED;
	if (a->code == -EBADMSG)
		return KEXEC_REASON_FILE_DAMAGED;
	return a->code == -ENOEXEC || a->code == -EINVAL || a->code == -EOPNOTSUPP ?
	       KEXEC_REASON_IMAGE_REFUSED : KEXEC_REASON_OTHER;
}

/**
 * reason_of() - find out why an image was not loaded, for a decision
 * @a: the attempt
 *
 * Return: the reason.
 */
enum kexec_reason reason_of(const struct attempt *a)
{
	struct kexec_error error = {};

	return look(a, &error) ? error.reason : unexplained(a);
}

/**
 * advise() - add a next step to a failure whose cause is known
 * @a: the attempt
 * @error: where to
 */
void advise(const struct attempt *a, struct kexec_error *error)
{
	if (!error || *error->next)
		return;
	if (error->reason == KEXEC_REASON_COMMAND_LINE_FIXED)
		error_next(error, "Leave out --append and --reuse-cmdline.");
	else if (error->reason == KEXEC_REASON_PLACE_LIMITS)
		error_next(error, "Leave out --mem-min and --mem-max, or name wider limits.");
	else if (!is_about_image(error->reason) || !advise_on_files(a, error))
		error_next(error,
			   "Try again with -d, which tells more, here and in the kernel log.");
}

/**
 * diagnose() - say why an image was not loaded
 * @a: the attempt
 * @error: code and call are set; the rest is filled in
 */
void diagnose(const struct attempt *a, struct kexec_error *error)
{
	if (!error)
		return;
	if (!look(a, error))
		error_cause(error, unexplained(a), "%s%s",
			    *a->reason ? "kernel: " : "the kernel gives no reason", a->reason);
	else if (*a->reason)
		error_evidence(error, "kernel: %s", a->reason);
	if (!*a->reason)
		kmsg_tell(&a->log, error);
	advise(a, error);
}

/* What can be seen beforehand, and what the kernel would answer. */
static const struct diagnosis forecasts[] = {
	{ -ENOSYS, no_call_at_all }, { -ENOSYS, call_missing },
	{ -EPERM, lacks_capability }, { -EPERM, loads_disabled }, { -EPERM, limit_reached },
	{ -EPERM, locked_down },
	{ -EADDRNOTAVAIL, crash_memory_small }, { -ENOMEM, memory_short },
	{ -ENOEXEC, file_unsuitable }, { -ENOEXEC, wrong_type }, { -EINVAL, misfit },
	{ -EINVAL, line_too_long }, { -EINVAL, line_kept }, { -EINVAL, flag_missing },
	{ -EINVAL, format_unknown }, { -ENOEXEC, format_not_stock },
};

/* For what the library loads itself all can be tried out but the call. */
static int rehearse(const struct attempt *a, struct kexec_error *error)
{
	struct attempt tried = *a;

	if (a->method != KEXEC_METHOD_SEGMENTS)
		return 0;
	tried.code = raw_check(a->image, a->kernel, a->files, a->cmdline, error);
	if (tried.code)
		advise(&tried, error);
	return tried.code;
}

/**
 * forecast() - would an image be loaded, as far as can be seen?
 * @a: the attempt; its code is 0
 * @error: says what would stand in the way
 *
 * Return: 0, or the negative errno that is to be expected.
 */
int forecast(const struct attempt *a, struct kexec_error *error)
{
	const struct diagnosis *d;

	for (d = forecasts; d < forecasts + ARRAY_SIZE(forecasts); d++)
		if (applies(d, a, error))
			return error_code(error, d->code);
	return rehearse(a, error);
}

/**
 * another_call_may_help() - may the other system call do what the one has refused?
 * @reason: why it was refused
 *
 * Return: true for refusals that mean "not this way" rather than "not this image", or "not you".
 */
bool another_call_may_help(enum kexec_reason reason)
{
	switch (reason) {
	case KEXEC_REASON_NO_FILE_CALL:
	case KEXEC_REASON_CALL_HIDDEN:
	case KEXEC_REASON_NO_KEXEC:
	case KEXEC_REASON_FORMAT_UNSUPPORTED:
	case KEXEC_REASON_OPTION_UNSUPPORTED:
	case KEXEC_REASON_IMAGE_REFUSED:
	case KEXEC_REASON_NOT_A_KERNEL:
	case KEXEC_REASON_NOT_STARTABLE:
	case KEXEC_REASON_WRONG_TYPE:
	case KEXEC_REASON_MISFIT:
	case KEXEC_REASON_COMMAND_LINE_LENGTH:
		return true;
	default:
		return false;
	}
}
