// SPDX-License-Identifier: GPL-2.0-only
/* Printing what others have written: names, titles, command lines. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "kexec.h"

static bool is_control(const unsigned char *c)
{
	return (*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f;
}

/* Those above ASCII, in UTF-8. */
static bool is_wide_control(const unsigned char *c)
{
	return c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0;
}

static void put_harmless(FILE *to, char *text)
{
	unsigned char *c;

	for (c = (unsigned char *)text; *c; c++) {
		if (is_wide_control(c))
			*c++ = '?';
		else if (!is_control(c))
			continue;
		*c = '?';
	}
	fputs(text, to);
}

/**
 * say_args() - print text, and nothing that a terminal would take for more than that
 * @to: where to
 * @format: the text
 * @args: what is in it
 */
void say_args(FILE *to, const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return;
	put_harmless(to, text);
	free(text);
}

/**
 * say() - print text to standard output, as say_args() does
 * @format: the text
 */
void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_args(stdout, format, args);
	va_end(args);
}
