// SPDX-License-Identifier: GPL-2.0-only
/* Patterns of loader.conf(5), for names of entries. */
#include "entries.h"

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/*
 * Behind the set that starts at @pattern, or NULL if it does not end.  A ']' right at its start
 * is one of its characters, and so is a '!', which negates nothing.
 */
static const char *match_set(const char *pattern, char c, bool *matches)
{
	const char *first = pattern + 1, *p = first;
	bool may_range = false;
	char low = 0;

	for (*matches = false; p == first || *p != ']'; p++) {
		if (*p == '-' && may_range && p[1] != ']') {
			p += p[1] == '\\' ? 2 : 1;
			*matches |= low <= c && c <= fold(*p);
			may_range = false;
		} else {
			p += *p == '\\';
			low = fold(*p);
			*matches |= low == c;
			may_range = true;
		}
		if (!*p)
			return NULL;
	}
	return p + 1;
}

/* Behind what stands for the character @c in @pattern; NULL if nothing there does. */
static const char *match_one(const char *pattern, char c)
{
	const char *end;
	bool matches;

	if (*pattern == '?')
		return pattern + 1;
	if (*pattern == '[') {
		end = match_set(pattern, c, &matches);
		return end && matches ? end : NULL;
	}
	pattern += *pattern == '\\';
	return *pattern && fold(*pattern) == c ? pattern + 1 : NULL;
}

/**
 * entries_match() - does a pattern match a text?
 * @pattern: as systemd-boot knows them: those of glob(7) without negation and classes
 * @text: the text; letters may be in either case
 *
 * Going back to the last asterisk only bounds the time by the product of both lengths.
 *
 * Return: true if so.
 */
bool entries_match(const char *pattern, const char *text)
{
	const char *star = NULL, *from = text, *next;

	while (*text) {
		next = *pattern != '*' ? match_one(pattern, fold(*text)) : NULL;
		if (next) {
			pattern = next;
			text++;
		} else if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
