// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words and numbers on the early serial console.
 */
#include <linux/kexec_blob.h>

/**
 * blob_text - say a text
 * @job:  its serial port is used
 * @text: the text; lines end with a newline alone
 */
void blob_text(const struct kexec_job *job, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			blob_putc(&job->serial, '\r');
		blob_putc(&job->serial, *text);
	}
}

/**
 * blob_decimal - say a number
 * @job:   its serial port is used
 * @value: the number
 */
void blob_decimal(const struct kexec_job *job, u64 value)
{
	char digits[20];
	int n = 0;

	do {
		digits[n++] = '0' + value % 10;
		value /= 10;
	} while (value);
	while (n)
		blob_putc(&job->serial, digits[--n]);
}

/**
 * blob_hex - say a named word in all its digits
 * @job:   its serial port is used
 * @name:  what it is
 * @value: the word
 */
void blob_hex(const struct kexec_job *job, const char *name, u64 value)
{
	int shift;

	blob_text(job, name);
	blob_text(job, " 0x");
	for (shift = 60; shift >= 0; shift -= 4)
		blob_putc(&job->serial, "0123456789abcdef"[value >> shift & 0xf]);
}
