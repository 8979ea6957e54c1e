// SPDX-License-Identifier: GPL-2.0-only
/* Filling in a struct kexec_error. */
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
}

/**
 * error_set() - say what went wrong
 * @error: where to; may be NULL
 * @code: a negative errno
 * @format: the cause, one sentence without a final period
 *
 * Forgets evidence and next step of an earlier failure.
 *
 * Return: @code, so that a function can end with it.
 */
int error_set(struct kexec_error *error, int code, const char *format, ...)
{
	va_list args;

	if (!error)
		return code;
	error_clear(error);
	error->code = code;
	va_start(args, format);
	vsnprintf(error->cause, sizeof(error->cause), format, args);
	va_end(args);
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
