// SPDX-License-Identifier: GPL-2.0-only
/* What went wrong, for people and for programs. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "kexec.h"
#include "progress.h"

/* For whoever reads no words. */
static struct kexec_error first;

/**
 * complain() - print a line to standard error
 * @format: the line, without its end
 */
void complain(const char *format, ...)
{
	va_list args;

	progress_stop();
	va_start(args, format);
	say_args(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Evidence is a line each. */
static void print_words(const struct kexec_error *error)
{
	const char *line;
	size_t len;

	if (error->call)
		complain("%s failed: %s", error->call, strerror(-error->code));
	if (*error->cause)
		complain("%s%s", error->call ? "" : "kexec: ", error->cause);
	for (line = error->evidence; *line; line += len + !!line[len]) {
		len = strcspn(line, "\n");
		complain("  %.*s", (int)len, line);
	}
	if (*error->next)
		complain("%s", error->next);
}

/**
 * print_error() - say what went wrong
 * @error: that
 *
 * The first such is the one that an answer as JSON has.
 *
 * Return: its code.
 */
int print_error(const struct kexec_error *error)
{
	print_words(error);
	if (!first.code)
		first = *error;
	return error->code;
}

/**
 * refuse() - say what went wrong that the library knows nothing of
 * @reason: why, for programs
 * @code: a negative errno
 * @next: one sentence, what to do now
 * @format: the cause, one sentence without a final period
 *
 * Return: @code.
 */
int refuse(enum kexec_reason reason, int code, const char *next, const char *format, ...)
{
	struct kexec_error error = { .reason = reason, .code = code };
	va_list args;

	va_start(args, format);
	vsnprintf(error.cause, sizeof(error.cause), format, args);
	va_end(args);
	snprintf(error.next, sizeof(error.next), "%s", next);
	return print_error(&error);
}

/**
 * out_of_memory() - say that
 *
 * Return: -%ENOMEM.
 */
int out_of_memory(void)
{
	return refuse(KEXEC_REASON_NO_MEMORY, -ENOMEM, "End programs that use much memory.",
		      "this process gets no more memory");
}

/**
 * json_close() - end with an answer as JSON, if none was given
 */
void json_close(void)
{
	if (json_is_open())
		return;
	json_open();
	json_result(first.code ? "refused" : "done", &first);
	puts("}");
}
