/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Minimal TAP output for host tests: one line per test, the plan at the end.  With TAP_STOP
 * in the environment the first failure ends the program.
 */
#ifndef _TOOLS_TESTING_KEXEC_TAP_H
#define _TOOLS_TESTING_KEXEC_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/compiler.h>

static unsigned int tap_passed, tap_failed;

static void __printf(2, 3) tap_result(bool ok, const char *format, ...)
{
	unsigned int number = tap_passed + tap_failed + 1;
	va_list args;

	if (ok)
		tap_passed++;
	else
		tap_failed++;
	printf("%sok %u - ", ok ? "" : "not ", number);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	if (!ok && getenv("TAP_STOP"))
		exit(EXIT_FAILURE);
}

/* Prints the plan; the result is the program's exit status. */
static int tap_finish(void)
{
	printf("1..%u\n", tap_passed + tap_failed);
	return tap_failed || !tap_passed;
}

#endif /* _TOOLS_TESTING_KEXEC_TAP_H */
