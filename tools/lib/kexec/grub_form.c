// SPDX-License-Identifier: GPL-2.0-only
/* The form of scripts: what is between commands. */
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/**
 * grub_accept() - take a word if it is there
 * @s: where
 * @word: the word
 *
 * Return: whether it was.
 */
bool grub_accept(struct script *s, const char *word)
{
	bool is = grub_is_next(s, word);

	if (is)
		s->at += strlen(word);
	return is;
}

/**
 * grub_expect() - take a word that has to be there
 * @s: where
 * @word: the word
 */
void grub_expect(struct script *s, const char *word)
{
	if (!grub_accept(s, word))
		grub_break_off(s, "an if or a loop is not as it should be");
}

/**
 * grub_skip_lines() - take ends of lines without commands
 * @s: where
 */
void grub_skip_lines(struct script *s)
{
	while (grub_ends_command(s) && *s->at == '\n' && !s->grub->broken)
		s->at++;
}

/* One of these words, not quoted, is no command. */
static bool is_reserved(const struct script *s)
{
	static const char * const words[] = {
		"then", "elif", "else", "fi", "do", "done", "in", "case", "esac", "select", "time",
		"[[", "]]", "function",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (grub_is_next(s, words[i]))
			return true;
	return false;
}

/**
 * grub_starts_command() - is there a command?
 * @s: where
 *
 * Return: true if so.
 */
bool grub_starts_command(struct script *s)
{
	return !grub_ends_command(s) && !is_reserved(s);
}

/**
 * grub_take_separator() - take what is behind a command: a semicolon, ends of lines, or both
 * @s: where
 *
 * Return: whether there was any.
 */
bool grub_take_separator(struct script *s)
{
	bool is = grub_ends_command(s) && *s->at && strchr("\n;", *s->at);

	if (is)
		s->at++;
	grub_skip_lines(s);
	return is;
}
