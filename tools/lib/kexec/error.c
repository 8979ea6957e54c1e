// SPDX-License-Identifier: GPL-2.0-only
/* Filling in a struct kexec_error. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "error.h"

/**
 * error_clear() - forget what went wrong
 * @error: it; may be NULL
 */
void error_clear(struct kexec_error *error)
{
	if (!error)
		return;
	error->code = 0;
	error->call = NULL;
	*error->cause = '\0';
	*error->evidence = '\0';
	*error->next = '\0';
	error->reason = KEXEC_REASON_NONE;
	memset(error->reserved, 0, sizeof(error->reserved));
}

static void __printf(4, 0) set(struct kexec_error *error, enum kexec_reason reason, int code,
			       const char *format, va_list args)
{
	if (!error)
		return;
	error_clear(error);
	error->code = code;
	error->reason = reason;
	vsnprintf(error->cause, sizeof(error->cause), format, args);
}

/**
 * error_set() - say what went wrong, where no program could do anything about it
 * @error: where to; may be NULL
 * @code: a negative errno; -%ENOMEM is that this process gets no more memory
 * @format: the cause, one sentence without a final period
 *
 * Forgets evidence and next step of an earlier failure.
 *
 * Return: @code, so that a function can end with it.
 */
int error_set(struct kexec_error *error, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(error, code == -ENOMEM ? KEXEC_REASON_NO_MEMORY : KEXEC_REASON_OTHER, code, format,
	    args);
	va_end(args);
	return code;
}

/**
 * error_because() - say what went wrong, and for programs, why
 * @error: where to; may be NULL
 * @reason: why
 * @code: a negative errno
 * @format: the cause, one sentence without a final period
 *
 * Forgets evidence and next step of an earlier failure.
 *
 * Return: @code.
 */
int error_because(struct kexec_error *error, enum kexec_reason reason, int code,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(error, reason, code, format, args);
	va_end(args);
	return code;
}

/**
 * error_no_memory() - say that this process gets no more memory
 * @error: where to; may be NULL
 *
 * Return: -%ENOMEM.
 */
int error_no_memory(struct kexec_error *error)
{
	return error_set(error, -ENOMEM, "this process gets no more memory");
}

/**
 * error_file_reason() - why a file is of no use
 * @code: the negative errno of a call that looks for nothing but that file
 *
 * Return: the reason.
 */
enum kexec_reason error_file_reason(int code)
{
	switch (code) {
	case -ENOENT:
	case -ENOTDIR:
	case -ELOOP:
		return KEXEC_REASON_FILE_MISSING;
	case -EACCES:
	case -EPERM:
		return KEXEC_REASON_FILE_DENIED;
	case -ENOMEM:
		return KEXEC_REASON_NO_MEMORY;
	default:
		return KEXEC_REASON_FILE_UNREADABLE;
	}
}

/**
 * error_file() - say that a file is of no use
 * @error: where to; may be NULL
 * @code: the negative errno that says why
 * @what: what cannot be done, as "cannot open"
 * @path: the file
 *
 * Return: @code.
 */
int error_file(struct kexec_error *error, int code, const char *what, const char *path)
{
	return error_because(error, error_file_reason(code), code, "%s %s: %s", what, path,
			     strerror(-code));
}

/**
 * error_reason() - say why, where the cause is told already
 * @error: where to; may be NULL
 * @reason: why
 */
void error_reason(struct kexec_error *error, enum kexec_reason reason)
{
	if (error)
		error->reason = reason;
}

/**
 * error_cause() - say what is behind a failure that is known by its code
 * @error: where to; may be NULL
 * @reason: the same for programs
 * @format: the cause, one sentence without a final period
 */
void error_cause(struct kexec_error *error, enum kexec_reason reason, const char *format, ...)
{
	va_list args;

	if (!error)
		return;
	error->reason = reason;
	va_start(args, format);
	vsnprintf(error->cause, sizeof(error->cause), format, args);
	va_end(args);
}

/**
 * error_code() - say by what code a failure is known whose cause is told
 * @error: where to; may be NULL
 * @code: a negative errno
 *
 * Return: @code.
 */
int error_code(struct kexec_error *error, int code)
{
	if (error)
		error->code = code;
	return code;
}

/**
 * error_call() - a system call failed, and no more is known yet
 * @error: where to; may be NULL
 * @code: a negative errno
 * @call: its name
 *
 * Return: @code.
 */
int error_call(struct kexec_error *error, int code, const char *call)
{
	if (!error)
		return code;
	error_clear(error);
	error->code = code;
	error->call = call;
	error->reason = KEXEC_REASON_OTHER;
	return code;
}

/**
 * error_evidence() - add a line of evidence
 * @error: where to; may be NULL
 * @format: the line, without its end
 *
 * A line that does not fit is cut.
 */
void error_evidence(struct kexec_error *error, const char *format, ...)
{
	size_t used;
	va_list args;

	if (!error)
		return;
	used = strlen(error->evidence);
	if (used && used + 1 < sizeof(error->evidence))
		error->evidence[used++] = '\n';
	va_start(args, format);
	vsnprintf(error->evidence + used, sizeof(error->evidence) - used, format, args);
	va_end(args);
}

/**
 * error_next() - say what to do now
 * @error: where to; may be NULL
 * @format: one sentence
 */
void error_next(struct kexec_error *error, const char *format, ...)
{
	va_list args;

	if (!error)
		return;
	va_start(args, format);
	vsnprintf(error->next, sizeof(error->next), format, args);
	va_end(args);
}

/**
 * error_next_too() - say what else to do
 * @error: where to; may be NULL
 * @sentence: that
 */
void error_next_too(struct kexec_error *error, const char *sentence)
{
	size_t used;

	if (!error)
		return;
	used = strlen(error->next);
	snprintf(error->next + used, sizeof(error->next) - used, "%s%s", used ? " " : "",
		 sentence);
}
