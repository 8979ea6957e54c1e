/* SPDX-License-Identifier: GPL-2.0-only */
/* An image that is not loaded, and looking for what stands in its way. */
#ifndef _LIBKEXEC_ATTEMPT_H
#define _LIBKEXEC_ATTEMPT_H

#include "image.h"

/**
 * struct attempt - an image that the kernel did not load, or that is not tried at all
 * @image: the image
 * @files: its files, opened
 * @kernel: its kernel, opened
 * @cmdline: the command line that it was to get
 * @method: the call that was made, KEXEC_METHOD_FILE or KEXEC_METHOD_SEGMENTS
 * @code: negative errno that the call failed with, 0 if it was not made
 * @reason: why, in the kernel's words; "" if it says nothing
 * @log: what it logged instead
 */
struct attempt {
	const struct kexec_image *image;
	const struct files *files;
	int kernel;
	const char *cmdline;
	enum kexec_method method;
	int code;
	char reason[REASON_SIZE];
	struct kernel_log log;
};

/*
 * Each is about one thing that may stand in the way.  It returns false where that does
 * not; else it gives cause, evidence and next step.
 */
bool lacks_capability(const struct attempt *a, struct kexec_error *error);
bool loads_disabled(const struct attempt *a, struct kexec_error *error);
bool limit_reached(const struct attempt *a, struct kexec_error *error);
bool seccomp_filters(const struct attempt *a, struct kexec_error *error);
bool call_hidden(const struct attempt *a, struct kexec_error *error);
bool locked_down(const struct attempt *a, struct kexec_error *error);
void also_locked_down(const struct attempt *a, struct kexec_error *error);
bool signature_missing(const struct attempt *a, struct kexec_error *error);
bool policy_refuses(const struct attempt *a, struct kexec_error *error);
bool selinux_withholds(const struct attempt *a, struct kexec_error *error);
bool slot_busy(const struct attempt *a, struct kexec_error *error);
bool crash_memory_small(const struct attempt *a, struct kexec_error *error);
bool crash_range_missing(const struct attempt *a, struct kexec_error *error);
bool place_dictated(const struct attempt *a, struct kexec_error *error);
bool memory_short(const struct attempt *a, struct kexec_error *error);
bool some_memory_short(const struct attempt *a, struct kexec_error *error);
bool file_unsuitable(const struct attempt *a, struct kexec_error *error);
bool cut_off(const struct attempt *a, struct kexec_error *error);
bool wrong_type(const struct attempt *a, struct kexec_error *error);
bool misfit(const struct attempt *a, struct kexec_error *error);
bool line_too_long(const struct attempt *a, struct kexec_error *error);
bool line_kept_short(const struct attempt *a, struct kexec_error *error);

bool another_call_may_help(enum kexec_reason reason);
enum kexec_reason unexplained(const struct attempt *a);
enum kexec_reason reason_of(const struct attempt *a);
int check_regular(const struct attempt *a, struct kexec_error *error);
void diagnose(const struct attempt *a, struct kexec_error *error);
void advise(const struct attempt *a, struct kexec_error *error);
int forecast(const struct attempt *a, struct kexec_error *error);

const char *format_of(const struct attempt *a);
const char *not_for_stock(const struct attempt *a);
unsigned long long files_size(const struct attempt *a);
int segments_fit_memory(const struct attempt *a, struct kexec_error *error);
unsigned long long kernel_memory(const struct attempt *a);

#endif /* _LIBKEXEC_ATTEMPT_H */
