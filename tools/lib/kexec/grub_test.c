// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test command of GRUB's configuration files.
 *
 * It has no grammar: what is next is taken for the longest test that it can be, and
 * tests beside each other must all hold.
 */
#include <string.h>
#include <sys/stat.h>
#include "grub.h"

/* What is still to be looked at, and why an answer is not known. */
struct test {
	struct grub *grub;
	const char * const *word;
	size_t nr;
	const char *why;
};

static enum answer negate(enum answer answer)
{
	return answer == PERHAPS ? PERHAPS : answer == NO ? YES : NO;
}

static enum answer both(enum answer a, enum answer b)
{
	if (a == NO || b == NO)
		return NO;
	return a == YES && b == YES ? YES : PERHAPS;
}

static enum answer either(enum answer a, enum answer b)
{
	return negate(both(negate(a), negate(b)));
}

static enum answer perhaps(struct test *test, const char *why)
{
	test->why = test->why ?: why;
	return PERHAPS;
}

static unsigned long magnitude_of(const char *text)
{
	unsigned long number;
	char *end;

	grub_number(text, &end, &number);
	return number;
}

/* An int for GRUB, and the minus sign comes first. */
static int number_of(const char *text)
{
	return *text == '-' ? -magnitude_of(text + 1) : magnitude_of(text);
}

/* What both start with does not count, but digits at its end, unless it is nothing else. */
static int compare_behind_prefix(const char *a, const char *b)
{
	unsigned long left, right;
	size_t same = 0;

	while (a[same] && a[same] == b[same])
		same++;
	while (same > 1 && a[same - 1] >= '0' && a[same - 1] <= '9')
		same--;
	left = magnitude_of(a + same);
	right = magnitude_of(b + same);
	return (left > right) - (left < right);
}

static int compare_numbers(const char *a, const char *b)
{
	int left = number_of(a), right = number_of(b);

	return (left > right) - (left < right);
}

static bool is_order(const char *how, int order)
{
	if (!strcmp(how, "eq"))
		return !order;
	if (!strcmp(how, "ne"))
		return order;
	if (!strcmp(how, "lt"))
		return order < 0;
	if (!strcmp(how, "le"))
		return order <= 0;
	return strcmp(how, "gt") ? order >= 0 : order > 0;
}

/* What is not known of a word may be in one place of it only. */
static bool may_be_same(const char *a, const char *b)
{
	while (*a && *a == *b && *a != UNKNOWN) {
		a++;
		b++;
	}
	return *a == *b || *a == UNKNOWN || *b == UNKNOWN;
}

static enum answer compare_texts(struct test *test, const char *a, const char *how, const char *b)
{
	static const char * const orders[] = { "=", "eq", "==", "eq", "!=", "ne", "<", "lt",
					       "<=", "le", ">", "gt", ">=", "ge" };
	const char *why = grub_why(test->grub, a) ?: grub_why(test->grub, b);
	size_t i = 0;

	while (strcmp(how, orders[i]))
		i += 2;
	if (!why)
		return is_order(orders[i + 1], strcmp(a, b)) ? YES : NO;
	if (i < 6 && !may_be_same(a, b))
		return i == 4 ? YES : NO;
	return perhaps(test, why);
}

/* The words have a blank around each. */
static bool is_one_of(const char *word, const char *words)
{
	const char *at = *word && !strchr(word, ' ') ? strstr(words, word) : NULL;

	return at && at[-1] == ' ' && at[strlen(word)] == ' ';
}

/* GRUB knows none of the top directory. */
static bool has_time(const char *path)
{
	const char *device = strrchr(path, ')');

	path = device ? device + 1 : path;
	return path[strspn(path, "/")];
}

/*
 * Which file was changed later, after a number of seconds was added to the first's time. One
 * that is not there is older than what is.
 */
static enum answer compare_times(struct test *test, const char *a, const char *how, const char *b)
{
	int more = number_of(how + 3);
	bool newer = how[1] == 'n';
	enum answer later, earlier;
	struct stat one, other;
	const char *why = NULL;

	later = grub_stat(test->grub, newer ? a : b, newer ? &one : &other, &why);
	earlier = grub_stat(test->grub, newer ? b : a, newer ? &other : &one, &why);
	if (later == NO || (later == YES && earlier == NO))
		return later;
	if (both(later, earlier) != YES)
		return perhaps(test, why);
	if (!has_time(a) || !has_time(b))
		return NO;
	if (newer)
		return one.st_mtime + more > other.st_mtime ? YES : NO;
	return one.st_mtime + more < other.st_mtime ? YES : NO;
}

/* At a test of three words; what else is there, YES included, is the answer. */
static bool take_three(struct test *test, enum answer *answer)
{
	const char *a = test->word[0], *how = test->word[1], *b = test->word[2];
	const char *why = grub_why(test->grub, a) ?: grub_why(test->grub, b);

	if (is_one_of(how, " = == != < <= > >= "))
		*answer = compare_texts(test, a, how, b);
	else if (is_one_of(how, " -eq -ne -lt -le -gt -ge "))
		*answer = why ? perhaps(test, why) :
				is_order(how + 1, compare_numbers(a, b)) ? YES : NO;
	else if (is_one_of(how, " -pgt -plt "))
		*answer = why ? perhaps(test, why) :
				is_order(how + 2, compare_behind_prefix(a, b)) ? YES : NO;
	else if (!strncmp(how, "-nt", 3) || !strncmp(how, "-ot", 3))
		*answer = compare_times(test, a, how, b);
	else
		return false;
	return true;
}

static enum answer is_file(struct test *test, char what, const char *path)
{
	const char *why = NULL;
	struct stat st;
	enum answer there = grub_stat(test->grub, path, &st, &why);

	if (there != YES)
		return there == NO ? NO : perhaps(test, why);
	if (what == 'd')
		return S_ISDIR(st.st_mode) ? YES : NO;
	if (what == 'e')
		return YES;
	return !S_ISDIR(st.st_mode) && (what == 'f' || st.st_size) ? YES : NO;
}

/* The name of a device, or what has something else beside what is unknown, is not empty. */
static enum answer has_text(struct test *test, const char *word)
{
	const struct cause *cause = grub_cause(test->grub, word);

	if (cause && !cause->device && strlen(word) == 2)
		return perhaps(test, cause->text);
	return *word ? YES : NO;
}

static bool take_two(struct test *test, enum answer *answer)
{
	const char *how = test->word[0], *word = test->word[1];

	if (is_one_of(how, " -d -e -f -s "))
		*answer = is_file(test, how[1], word);
	else if (!strcmp(how, "-n"))
		*answer = has_text(test, word);
	else if (!strcmp(how, "-z"))
		*answer = negate(has_text(test, word));
	else
		return false;
	return true;
}

static const char *next(struct test *test, size_t nr)
{
	const char *word = *test->word;

	test->word += nr;
	test->nr -= nr;
	return word;
}

static enum answer until_parenthesis(struct test *test)
{
	enum answer all = YES, any = NO, answer;
	bool negated = false;
	const char *word;

	while (test->nr) {
		if (test->nr > 2 && take_three(test, &answer)) {
			next(test, 3);
		} else if (test->nr > 1 && take_two(test, &answer)) {
			next(test, 2);
		} else {
			word = next(test, 1);
			if (!strcmp(word, ")"))
				break;
			if (!strcmp(word, "-o")) {
				any = either(any, all);
				all = YES;
			}
			negated ^= !strcmp(word, "!");
			if (is_one_of(word, " -a -o ! "))
				continue;
			answer = strcmp(word, "(") ? has_text(test, word) : until_parenthesis(test);
		}
		all = both(all, negated ? negate(answer) : answer);
		negated = false;
	}
	return either(any, all);
}

/**
 * grub_test() - run the command test, or [
 * @s: where
 * @words: its name and arguments
 */
void grub_test(struct script *s, const struct words *words)
{
	struct test test = { .grub = s->grub, .word = words->word + 1, .nr = words->nr - 1 };
	enum answer answer = PERHAPS;

	test.why = words->split;
	if (test.nr && !strcmp(words->word[test.nr], "]"))
		test.nr--;
	if (!test.why)
		answer = until_parenthesis(&test);
	if (answer == PERHAPS)
		grub_doubt(s->grub, test.why);
	else
		grub_succeed(s->grub, answer == YES);
}
