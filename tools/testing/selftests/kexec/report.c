// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selftest.h"

void plan(unsigned int checks)
{
	printf("1..%u\n", checks);
}

/* An empty @problem means that the check passed. */
void result(const char *problem, const char *name)
{
	if (problem[0])
		printf("not ok - %s # %s\n", name, problem);
	else
		printf("ok - %s\n", name);
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

/* Ends a test that cannot go on: the guest's set-up is at fault, not what is tested. */
void stop(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}
