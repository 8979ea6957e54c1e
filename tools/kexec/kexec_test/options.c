// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: what the command line says to it, or, where no command line comes
 * along, what was written into the image itself.
 */
#include "kexec_test.h"

#define ROOM	240

/* Found by its first word, and outside of what the image's own digest is of. */
static struct {
	char mark[16];
	char words[ROOM];
} builtin __section(".options") __used = {
	.mark = "KEXEC_TEST_OPTS=",
};

static const char *line;

/**
 * find_options() - choose where options come from
 * @cmdline: command line, or NULL if the image got none
 */
void find_options(const char *cmdline)
{
	builtin.words[ROOM - 1] = '\0';
	line = cmdline && *cmdline ? cmdline : builtin.words;
}

static size_t word_length(const char *word)
{
	size_t len = 0;

	while ((u8)word[len] > ' ')
		len++;
	return len;
}

/**
 * option() - find an option
 * @name: its name
 * @len: takes the length of its value
 *
 * Return: its value, not terminated; NULL if it was not given.
 */
const char *option(const char *name, size_t *len)
{
	size_t name_len = strlen(name), word_len;
	const char *word;

	for (word = line; *word; word += word_len ? word_len : 1) {
		word_len = word_length(word);
		if (word_len <= name_len || word[name_len] != '=' || memcmp(word, name, name_len))
			continue;
		*len = word_len - name_len - 1;
		return word + name_len + 1;
	}
	return NULL;
}

/**
 * option_is() - does an option have a certain value?
 * @name: the option
 * @value: the value
 *
 * Return: true if so.
 */
bool option_is(const char *name, const char *value)
{
	size_t len;
	const char *found = option(name, &len);

	return found && len == strlen(value) && !memcmp(found, value, len);
}
