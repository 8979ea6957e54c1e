// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selftest.h"

/* kselftest's own exit codes. */
#define KSFT_PASS	0
#define KSFT_FAIL	1
#define KSFT_SKIP	4

/* As kselftest has it: every check has its number, and the one plan comes last. */
static struct {
	bool on;
	unsigned int planned, checks, failed, skipped;
} numbered;

void report_numbered(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n");
	numbered.on = true;
}

void plan(unsigned int checks)
{
	if (numbered.on)
		numbered.planned += checks;
	else
		printf("1..%u\n", checks);
}

static void verdict(const char *verdict, const char *name, const char *what, const char *why)
{
	if (numbered.on)
		printf("%s %u %s%s%s\n", verdict, ++numbered.checks, name, what, why);
	else
		printf("%s - %s%s%s\n", verdict, name, what, why);
}

/* An empty @problem means that the check passed. */
void result(const char *problem, const char *name)
{
	numbered.failed += !!problem[0];
	verdict(problem[0] ? "not ok" : "ok", name, problem[0] ? " # " : "", problem);
}

/* A check that was planned and cannot be made. */
void skip(const char *why, const char *name)
{
	numbered.skipped++;
	verdict("ok", name, " # SKIP ", why);
}

/* Nothing of a numbered report can be made here; returns the exit status that says so. */
int report_nothing(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	return KSFT_SKIP;
}

/* Closes a numbered report and returns the exit status that goes with it. */
int report_end(void)
{
	printf("1..%u\n", numbered.planned);
	printf("# Totals: pass:%u fail:%u xfail:0 xpass:0 skip:%u error:0\n",
	       numbered.checks - numbered.failed - numbered.skipped, numbered.failed,
	       numbered.skipped);
	if (numbered.failed || numbered.checks != numbered.planned)
		return KSFT_FAIL;
	return numbered.checks == numbered.skipped ? KSFT_SKIP : KSFT_PASS;
}

/* Adds a sentence to @problem. */
void complain(char *problem, size_t size, const char *format, ...)
{
	size_t used = strlen(problem);
	va_list args;

	if (used)
		used += snprintf(problem + used, size - used, "; ");
	va_start(args, format);
	vsnprintf(problem + used, size - used, format, args);
	va_end(args);
}

/* Ends a test that cannot go on: the system's set-up is at fault, not what is tested. */
void stop(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(KSFT_FAIL);
}
