// SPDX-License-Identifier: GPL-2.0-only
/* Which of two versions is newer: UAPI.10 Version Format Specification. */
#include <stdbool.h>
#include <string.h>
#include "libkexec-entries.h"

#define DIGITS	"0123456789"
#define LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define MARKS	"-.~^"

static int sign(long difference)
{
	return (difference > 0) - (difference < 0);
}

static const char *skip_others(const char *s)
{
	while (*s && !strchr(DIGITS LETTERS MARKS, *s))
		s++;
	return s;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Goes beyond the numbers at the start of both, if they are the same. */
static int compare_numbers(const char **a, const char **b)
{
	size_t len_a, len_b;
	int order = sign(is_digit(**a) - is_digit(**b));

	if (order)
		return order;
	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	len_a = strspn(*a, DIGITS);
	len_b = strspn(*b, DIGITS);
	/* without leading zeros, the longer one is larger */
	order = len_a == len_b ? sign(strncmp(*a, *b, len_a)) : sign((long)len_a - (long)len_b);
	*a += len_a;
	*b += len_b;
	return order;
}

static int compare_letters(const char **a, const char **b)
{
	size_t len_a = strspn(*a, LETTERS), len_b = strspn(*b, LETTERS);
	size_t shorter = len_a < len_b ? len_a : len_b;
	int order = sign(strncmp(*a, *b, shorter));

	*a += len_a;
	*b += len_b;
	return order ?: sign((long)len_a - (long)len_b);
}

/* What only one of them has makes that one older; what both have is left behind. */
static int compare_mark(const char **a, const char **b, char mark)
{
	if (**a != mark && **b != mark)
		return 0;
	if (**a != **b)
		return **a == mark ? -1 : 1;
	++*a;
	++*b;
	return 0;
}

static int compare_marks(const char **a, const char **b)
{
	int order = compare_mark(a, b, '~');

	if (!order && (!**a || !**b))
		return sign(!!**a - !!**b);
	if (!order)
		order = compare_mark(a, b, '-');
	if (!order)
		order = compare_mark(a, b, '^');
	return order ?: compare_mark(a, b, '.');
}

/**
 * kexec_compare_versions() - which of two versions is newer?
 * @a: one
 * @b: the other
 *
 * The order is that of the Version Format Specification, its section "Version
 * Comparison". Where its text leaves room, systemd-boot counts, whose menu this is to
 * resemble: "~" is older than "", any number newer than none, and what follows a "^" is
 * newer than what ends there, but older than what goes on otherwise.
 *
 * Return: below, at or above 0 where @a is older, the same or newer.
 */
int kexec_compare_versions(const char *a, const char *b)
{
	int order = 0;

	while (!order && (*a || *b)) {
		a = skip_others(a);
		b = skip_others(b);
		order = compare_marks(&a, &b);
		if (!order && (is_digit(*a) || is_digit(*b)))
			order = compare_numbers(&a, &b);
		else if (!order)
			order = compare_letters(&a, &b);
	}
	return order;
}
