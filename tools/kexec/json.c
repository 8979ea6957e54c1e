// SPDX-License-Identifier: GPL-2.0-only
/* Answers as JSON: whatever comes of a request, there is one object. */
#include <stdio.h>
#include <string.h>
#include "kexec.h"

static bool opened;

/**
 * json_open() - begin the object that is the answer
 */
void json_open(void)
{
	opened = true;
	putchar('{');
}

/**
 * json_is_open() - was an answer begun?
 *
 * Return: true if so; there is only one.
 */
bool json_is_open(void)
{
	return opened;
}

/* How long a character of several bytes is in UTF-8; 0 if it is none (RFC 3629, section 4). */
static int utf8_length(const unsigned char *c)
{
	int len = *c >= 0xf0 ? 4 : *c >= 0xe0 ? 3 : 2, i;

	if (*c < 0xc2 || *c > 0xf4)
		return 0;
	for (i = 1; i < len; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	/* longer than needed, a surrogate, or beyond the last one */
	if ((*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] > 0x9f) ||
	    (*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] > 0x8f))
		return 0;
	return len;
}

/**
 * json_string() - print a text as JSON, quotes included
 * @text: any bytes; those that are no UTF-8 stay valid JSON so
 */
void json_string(const char *text)
{
	const unsigned char *c;
	int len;

	putchar('"');
	for (c = (const unsigned char *)text; *c; c++) {
		len = utf8_length(c);
		if (len) {
			fwrite(c, 1, len, stdout);
			c += len - 1;
		} else if (*c == '"' || *c == '\\') {
			printf("\\%c", *c);
		} else if (*c < 0x20 || *c > 0x7e) {
			printf("\\u%04x", *c);
		} else {
			putchar(*c);
		}
	}
	putchar('"');
}

/**
 * json_field() - print a further member of an object
 * @name: its name
 * @value: a text, or NULL
 */
void json_field(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	if (value)
		json_string(value);
	else
		printf("null");
}

static void json_lines(const char *name, const char *text)
{
	const char *rest = text;
	char line[KEXEC_EVIDENCE_SIZE];
	size_t len;

	printf(", \"%s\": [", name);
	for (; *rest; rest += len + !!rest[len]) {
		len = strcspn(rest, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)len, rest);
		fputs(rest > text ? ", " : "", stdout);
		json_string(line);
	}
	putchar(']');
}

/**
 * json_result() - print as members what has come of a request
 * @result: that, in a word
 * @error: what went wrong; its code is 0 if nothing did
 */
void json_result(const char *result, const struct kexec_error *error)
{
	printf("\"result\": \"%s\", \"errno\": %d", result, -error->code);
	json_field("reason", error->code ? kexec_reason_name(error->reason) : NULL);
	json_field("cause", *error->cause ? error->cause : NULL);
	json_lines("evidence", error->evidence);
	json_field("next", *error->next ? error->next : NULL);
}
