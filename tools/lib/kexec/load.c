// SPDX-License-Identifier: GPL-2.0-only
/* Loading: choosing the system call, and what its failure means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/kernel.h>
#include "attempt.h"

static unsigned long file_flags(const struct kexec_image *image)
{
	unsigned long flags = 0;

	if (is_crash(image))
		flags |= KEXEC_FILE_ON_CRASH;
	if (image->flags & KEXEC_IMAGE_DEBUG)
		flags |= KEXEC_FILE_DEBUG;
	if (image->flags & KEXEC_IMAGE_SELF_EXTRACT)
		flags |= KEXEC_FILE_SELF_EXTRACT;
	if (image->flags & KEXEC_IMAGE_FORCE_DTB)
		flags |= KEXEC_FILE_FORCE_DTB;
	if (image->flags & KEXEC_IMAGE_NO_CMA)
		flags |= KEXEC_FILE_NO_CMA;
	/* others have nothing to be told, and do not know the flag */
	if (image->flags & KEXEC_IMAGE_NO_CHECK && !is_crash(image) && kernel_checks())
		flags |= KEXEC_FILE_NO_CHECK;
	return flags;
}

/*
 * Flags that kernels refuse which do not know them, the newest one first: it is no reason
 * to fail.  Kernels before 6.17 never place images in memory for contiguous allocations,
 * and those before 6.8 have nothing to say.
 */
static const unsigned long dispensable[] = { KEXEC_FILE_NO_CMA, KEXEC_FILE_DEBUG };

static int file_load(const struct kexec_image *image, const struct files *files, int kernel,
		     const char *cmdline, struct kexec_error *error)
{
	unsigned long flags = file_flags(image);
	size_t i;
	int err;

	image_debug(image, "kexec_file_load(%s, %zu files, \"%s\", 0x%lx)", image->kernel.name,
		    files->nr, cmdline, flags);
	err = call_file_load(image, files, kernel, cmdline, flags, error);
	for (i = 0; err == -EINVAL && i < ARRAY_SIZE(dispensable); i++) {
		if (!(flags & dispensable[i]))
			continue;
		flags &= ~dispensable[i];
		err = call_file_load(image, files, kernel, cmdline, flags, error);
	}
	return err;
}

/* Where the log may not be read, the slot has the reason, unless it was not even looked at. */
static void find_reason(struct attempt *a, int kmsg)
{
	if (!kmsg_find_reason(kmsg, a->reason, &a->log) && kmsg < 0 && a->code != -EPERM &&
	    a->code != -EBUSY)
		slot_reason(a->image->slot, a->reason);
}

/* The other call may have a reason of its own. */
static int load_after_all(const struct attempt *a, struct kexec_error *error)
{
	struct kexec_error second;
	int err;

	image_debug(a->image, "kexec_file_load: %s; now kexec_load", strerror(-a->code));
	err = raw_load(a->image, a->kernel, a->files, a->cmdline, &second);
	if (!err)
		return 0;
	error_evidence(error, "kexec_load: %s", *second.cause ? second.cause : strerror(-err));
	return err;
}

static int explain_file_load(struct attempt *a, int kmsg, struct kexec_error *error)
{
	int err = a->code;

	/* It did not come to the call. */
	if (error && error->code)
		return err;
	error_call(error, err, "kexec_file_load");
	find_reason(a, kmsg);
	if (a->image->method == KEXEC_METHOD_AUTO && another_call_may_help(reason_of(a)) &&
	    !load_after_all(a, error)) {
		error_clear(error);
		return 0;
	}
	diagnose(a, error);
	return err;
}

static int let_kernel_load(struct attempt *a, struct kexec_error *error)
{
	int kmsg, err;

	if (!kernel_reports() && cut_off(a, error))
		return error_code(error, -ENOEXEC);
	kmsg = kmsg_open();
	err = file_load(a->image, a->files, a->kernel, a->cmdline, error);
	a->code = err;
	if (err)
		err = explain_file_load(a, kmsg, error);
	if (kmsg >= 0)
		close(kmsg);
	return err;
}

static int load_segments(struct attempt *a, struct kexec_error *error)
{
	a->code = raw_load(a->image, a->kernel, a->files, a->cmdline, error);
	if (!a->code || !error)
		return a->code;
	if (!error->call) {
		advise(a, error);
		return a->code;
	}
	snprintf(a->reason, sizeof(a->reason), "%.*s", REASON_SIZE - 1, error->cause);
	*error->cause = '\0';
	diagnose(a, error);
	return a->code;
}

/* Kernels without reasons give the crash memory back before they look at the next image. */
static void tell_loss(struct kexec_error *error)
{
	error_evidence(error,
		       "/sys/kernel/kexec_crash_loaded: 0, so the crash kernel that was loaded before is gone");
	error_next_too(error,
		       "Load a crash kernel again soon: none is there for a panic that happens now.");
}

static int load_attempt(struct attempt *a, struct kexec_error *error)
{
	bool armed = is_crash(a->image) && kexec_status(KEXEC_SLOT_CRASH, NULL) == 1;
	int err = a->method == KEXEC_METHOD_SEGMENTS ? load_segments(a, error) :
						       let_kernel_load(a, error);

	if (err && armed && !kexec_status(KEXEC_SLOT_CRASH, NULL))
		tell_loss(error);
	return err;
}

/* Goes on with the command line as it is going to be. */
static int with_cmdline(const struct attempt *opened,
			int (*go_on)(struct attempt *a, struct kexec_error *error),
			struct kexec_error *error)
{
	char *cmdline = strdup(opened->image->cmdline ?: "");
	struct attempt a = *opened;
	int err;

	if (cmdline && a.image->flags & KEXEC_IMAGE_FAST)
		add_facts(a.image, &cmdline, a.kernel);
	a.cmdline = cmdline;
	err = cmdline ? go_on(&a, error) :
			error_set(error, -ENOMEM, "there is no memory for the command line");
	free(cmdline);
	return err;
}

/* Opens what there is to load, and goes on with it. */
static int with_files(const struct kexec_image *image, int code,
		      int (*go_on)(struct attempt *a, struct kexec_error *error),
		      struct kexec_error *error)
{
	struct files files = {};
	struct attempt a = {
		.image = image, .files = &files, .code = code,
		.method = image->method == KEXEC_METHOD_SEGMENTS ? KEXEC_METHOD_SEGMENTS :
								   KEXEC_METHOD_FILE,
	};
	int err;

	a.kernel = source_open(&image->kernel, error);
	if (a.kernel < 0)
		return a.kernel;
	describe_image(image, a.kernel);
	err = open_files(image, &files, error) ?: check_regular(&a, error) ?:
	      with_cmdline(&a, go_on, error);
	close_files(&files);
	close(a.kernel);
	return err;
}

/* Kernels say no more than "address not available" in this common case. */
static bool no_crash_memory(void)
{
	unsigned long long size;

	return !kexec_crash_memory(&size, NULL) && !size;
}

/*
 * A kernel without CONFIG_CRASH_DUMP may not refuse: some of them take what is loaded, or
 * unloaded, for the normal slot's.
 */
static int check_crash_slot(struct kexec_error *error)
{
	if (crash_slot_missing()) {
		error_because(error, KEXEC_REASON_NO_CRASH_SLOT, -EINVAL,
			      "the running kernel has no slot for a crash kernel");
		error_missing(error, "/sys/kernel/kexec_crash_size");
		return -EINVAL;
	}
	if (!no_crash_memory())
		return 0;
	error_because(error, KEXEC_REASON_NO_CRASH_MEMORY, -EADDRNOTAVAIL,
		      "Memory for crashkernel is not reserved");
	error_evidence(error, "/sys/kernel/kexec_crash_size: 0");
	error_next(error,
		   "Boot this kernel with crashkernel=SIZE; kexec --estimate says how large.");
	return -EADDRNOTAVAIL;
}

static int check_slot(const struct kexec_image *image, struct kexec_error *error)
{
	int err = refuse_under_xen(error);

	return err || !is_crash(image) ? err : check_crash_slot(error);
}

static int no_kernel(struct kexec_error *error)
{
	return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL, "no kernel is named");
}

/* What no kernel and no image can make good. */
static int check_image(const struct kexec_image *image, struct kexec_error *error)
{
	if (!image->kernel.name)
		return no_kernel(error);
	if (image->flags & KEXEC_IMAGE_PRESERVE_CONTEXT &&
	    (image->method != KEXEC_METHOD_SEGMENTS || is_crash(image)))
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "an image that returns needs kexec_load(2) and the normal slot");
	if (image->flags & KEXEC_IMAGE_SELF_EXTRACT && image->method == KEXEC_METHOD_SEGMENTS)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "kexec_load(2) never unpacks an image");
	return check_slot(image, error);
}

/**
 * kexec_image_load() - load an image
 * @image: what, where to and how
 * @error: what went wrong
 *
 * What the slot held before is replaced.  After a failure it is still there, but for the
 * crash slot of kernels that kexec_report_read() cannot ask: most of those have emptied it
 * then, which @error tells.
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_load(struct kexec_image *image, struct kexec_error *error)
{
	int err;

	error_clear(error);
	err = check_image(image, error);
	return err ?: with_files(image, 0, load_attempt, error);
}

static int check_attempt(struct attempt *a, struct kexec_error *error)
{
	return forecast(a, error);
}

/**
 * kexec_image_check() - would an image be loaded?
 * @image: what, where to and how
 * @error: what would stand in the way
 *
 * What is loaded is not touched, so this is a forecast: it looks at privileges, sysctls,
 * lockdown, whether there is a signature, sizes against free and reserved memory, the
 * format, the files beside it and the length of the command line.  Of a kernel that gives no
 * reasons it knows what loaders of such kernels take on x86.  Whether a signature is
 * good, what is inside a compressed file and where there is room only a load can tell, but
 * for the last two if this library is the loader.
 *
 * Return: 0 if nothing is seen to stand in the way, else the negative errno that
 * kexec_image_load() is expected to return.
 */
int kexec_image_check(struct kexec_image *image, struct kexec_error *error)
{
	int err;

	error_clear(error);
	err = check_image(image, error);
	return err ?: with_files(image, 0, check_attempt, error);
}

static int diagnose_attempt(struct attempt *a, struct kexec_error *error)
{
	error_call(error, a->code,
		   a->method == KEXEC_METHOD_FILE ? "kexec_file_load" : "kexec_load");
	find_reason(a, -1);
	diagnose(a, error);
	return a->code;
}

/**
 * kexec_diagnose() - say why an image was not loaded, to whoever made the call
 * @image: what was to be loaded
 * @code: the negative errno of the call; 0: there was none, and all that is looked for is what
 *	cannot be opened, or is no regular file
 * @error: filled in
 *
 * Return: @code, or the reason why there can be no diagnosis, which @error tells then.
 */
int kexec_diagnose(struct kexec_image *image, int code, struct kexec_error *error)
{
	error_clear(error);
	if (!image->kernel.name)
		return no_kernel(error);
	return with_files(image, code, diagnose_attempt, error);
}
