// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command lines, read the way the kernel's early boot code does: words between
 * white space, no quoting.
 */
#include <linux/string.h>
#include <linux/kexec_image.h>

static bool is_space(char c)
{
	return (unsigned char)c <= ' ';
}

/**
 * kexec_cmdline_find() - find a word on a command line
 * @line: the command line
 * @size: most bytes to look at; a NUL ends it earlier
 * @word: a whole word; if it ends with '=', any word that starts so
 *
 * Return: what follows @word where it is found first, NULL if it is not there.
 */
const char *kexec_cmdline_find(const char *line, size_t size, const char *word)
{
	size_t len = strlen(word), at = 0, start;

	while (at < size && line[at]) {
		start = at;
		while (at < size && !is_space(line[at]))
			at++;
		if (at - start >= len && !memcmp(line + start, word, len) &&
		    (at - start == len || word[len - 1] == '='))
			return line + start + len;
		if (at < size && line[at])
			at++;
	}
	return NULL;
}
