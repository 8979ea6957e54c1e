// SPDX-License-Identifier: GPL-2.0-only
/* The regexp command of GRUB's configuration files. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

#define GROUPS_MAX	10
/* To match more, or with more that repeats, may take a long time. */
#define PATTERN_MAX	128
#define TEXT_LEN_MAX	512
#define REPEATS_MAX	12

struct regexp {
	struct words set, plain;
};

static void read_words(struct regexp *regexp, const struct words *words)
{
	bool options = true;
	const char *word;
	size_t i;

	for (i = 1; i < words->nr; i++) {
		word = words->word[i];
		if (options && (!strcmp(word, "-s") || !strcmp(word, "--set")) && i + 1 < words->nr)
			regexp->set.word[regexp->set.nr++] = words->word[++i];
		else if (options && !strncmp(word, "--set=", 6))
			regexp->set.word[regexp->set.nr++] = word + 6;
		else if (options && !strcmp(word, "--"))
			options = false;
		else
			regexp->plain.word[regexp->plain.nr++] = word;
	}
}

/* Behind the number of a group, 1 if there is none. */
static const char *name_of(const char *set, size_t *group)
{
	const char *colon = strchr(set, ':');

	*group = colon ? strtoul(set, NULL, 10) : 1;
	return colon ? colon + 1 : set;
}

static void set_unknown(struct grub *grub, const struct regexp *regexp, const char *why)
{
	size_t i, group;

	for (i = 0; i < regexp->set.nr; i++)
		grub_set(grub, name_of(regexp->set.word[i], &group), grub_because(grub, why));
	grub_doubt(grub, why);
}

static void set_groups(struct grub *grub, const struct regexp *regexp, const regmatch_t *match,
		       size_t nr)
{
	const char *text = regexp->plain.word[1], *name, *value;
	size_t i, group;

	for (i = 0; i < regexp->set.nr; i++) {
		name = name_of(regexp->set.word[i], &group);
		value = "";
		if (group < nr && group < GROUPS_MAX && match[group].rm_so >= 0)
			value = pool_text(grub->scan->pool, text + match[group].rm_so,
					  match[group].rm_eo - match[group].rm_so);
		grub_set(grub, name, value);
	}
}

/* Counted repetitions and references to groups may take all memory, or for ever. */
static bool is_easy(const struct regexp *regexp)
{
	const char *pattern = regexp->plain.word[0], *c;
	size_t repeats = 0;

	for (c = pattern; *c; c++) {
		repeats += !!strchr("*+?|(", *c);
		if (*c == '{' || (*c == '\\' && c[1] >= '1' && c[1] <= '9'))
			return false;
	}
	return c - pattern <= PATTERN_MAX && repeats <= REPEATS_MAX &&
	       strlen(regexp->plain.word[1]) <= TEXT_LEN_MAX;
}

static void match(struct grub *grub, const struct regexp *regexp)
{
	regmatch_t found[GROUPS_MAX];
	regex_t compiled;
	bool fits;

	if (regcomp(&compiled, regexp->plain.word[0], REG_EXTENDED)) {
		grub_succeed(grub, false);
		return;
	}
	fits = !regexec(&compiled, regexp->plain.word[1], GROUPS_MAX, found, 0);
	if (fits)
		set_groups(grub, regexp, found, compiled.re_nsub + 1);
	regfree(&compiled);
	grub_succeed(grub, fits);
}

/**
 * grub_regexp() - match a text with a regular expression
 * @s: where
 * @words: its name and arguments
 */
void grub_regexp(struct script *s, const struct words *words)
{
	struct regexp *regexp = pool_alloc(s->grub->scan->pool, sizeof(*regexp));
	const char *why = grub_why_words(s->grub, words);

	if (!regexp)
		return;
	read_words(regexp, words);
	if (!why && regexp->plain.nr == 2 && !is_easy(regexp))
		why = "a regular expression is too hard";
	s->grub->work += FIND_WORK;
	if (why)
		set_unknown(s->grub, regexp, why);
	else if (regexp->plain.nr != 2)
		grub_fail(s->grub);
	else
		match(s->grub, regexp);
}
