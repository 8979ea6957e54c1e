// SPDX-License-Identifier: GPL-2.0-only
/* The test command of GRUB's configuration files. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "grub.h"

/* What is still to be looked at. */
struct test {
	struct grub *grub;
	const char * const *word;
	size_t nr;
};

static bool any(struct test *test);

static bool accept(struct test *test, const char *word)
{
	if (!test->nr || strcmp(*test->word, word))
		return false;
	test->word++;
	test->nr--;
	return true;
}

static const char *next(struct test *test)
{
	if (!test->nr)
		return "";
	test->nr--;
	return *test->word++;
}

static bool has_bytes(struct test *test, const char *path)
{
	const char *found = grub_find(test->grub, path);
	struct stat st;

	return found && !stat(found, &st) && st.st_size;
}

static bool compare_numbers(const char *a, const char *how, const char *b)
{
	long left = strtol(a, NULL, 0), right = strtol(b, NULL, 0);

	if (!strcmp(how, "-eq"))
		return left == right;
	if (!strcmp(how, "-ne"))
		return left != right;
	if (!strcmp(how, "-lt"))
		return left < right;
	if (!strcmp(how, "-le"))
		return left <= right;
	return strcmp(how, "-gt") ? left >= right : left > right;
}

static bool is_comparison(const char *word)
{
	static const char * const all[] = {
		"=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge",
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(word, all[i]))
			return true;
	return false;
}

static bool compare(struct test *test)
{
	const char *a = next(test), *how = next(test), *b = next(test);

	if (!strcmp(how, "=") || !strcmp(how, "=="))
		return !strcmp(a, b);
	if (!strcmp(how, "!="))
		return strcmp(a, b);
	return compare_numbers(a, how, b);
}

static bool one(struct test *test)
{
	bool yes;

	if (accept(test, "!"))
		return !one(test);
	if (test->nr >= 3 && is_comparison(test->word[1]))
		return compare(test);
	if (accept(test, "(")) {
		yes = any(test);
		accept(test, ")");
		return yes;
	}
	if (test->nr < 2)
		return *next(test);
	if (accept(test, "-n"))
		return *next(test);
	if (accept(test, "-z"))
		return !*next(test);
	if (accept(test, "-s"))
		return has_bytes(test, next(test));
	if (accept(test, "-f") || accept(test, "-e"))
		return grub_find(test->grub, next(test));
	return *next(test);
}

static bool all(struct test *test)
{
	bool yes = one(test);

	while (accept(test, "-a"))
		yes &= one(test);
	return yes;
}

static bool any(struct test *test)
{
	bool yes = all(test);

	while (accept(test, "-o"))
		yes |= all(test);
	return yes;
}

/**
 * grub_test() - decide a condition
 * @grub: where it is asked for
 * @word: what is behind the command's name
 * @nr: how many words
 *
 * Return: whether it holds.
 */
bool grub_test(struct grub *grub, const char * const *word, size_t nr)
{
	struct test test = { .grub = grub, .word = word, .nr = nr };

	return nr && any(&test);
}
