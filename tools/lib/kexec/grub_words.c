// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words of GRUB's configuration files: quoting, numbers, and what is put in for variables.
 *
 * That every character looked at is counted bounds the time.
 */
#include <limits.h>
#include <string.h>
#include "grub.h"

/* As isspace() of GRUB has it. */
#define SPACES	" \t\n\r\v\f"

/**
 * grub_break_off() - give up a script
 * @s: where
 * @why: why, a clause
 */
void grub_break_off(struct script *s, const char *why)
{
	if (s->grub->broken)
		return;
	s->grub->broken = why;
	s->grub->broken_at = s->at;
}

/**
 * grub_charge() - count what is done
 * @s: where
 * @work: how much that is, in characters looked at
 */
void grub_charge(struct script *s, size_t work)
{
	s->grub->work += work;
	if (s->grub->work > WORK_MAX)
		grub_break_off(s, "it takes too long");
	if (s->grub->scan->pool->used > s->grub->room)
		grub_break_off(s, "it takes too much memory");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_word(char c)
{
	return !c || is_blank(c) || strchr("\n;{}|&<>", c);
}

/* To the next word of a command, or the command's end. */
static void skip_blanks(struct script *s)
{
	const char *from = s->at;

	while (is_blank(*s->at) || (*s->at == '\\' && s->at[1] == '\n'))
		s->at += *s->at == '\\' ? 2 : 1;
	if (*s->at == '#')
		s->at += strcspn(s->at, "\n");
	grub_charge(s, s->at - from);
}

/**
 * grub_ends_command() - is there no further word?
 * @s: where; goes to that word
 *
 * Return: true if so.
 */
bool grub_ends_command(struct script *s)
{
	skip_blanks(s);
	if (*s->at && strchr("|&<>", *s->at))
		grub_break_off(s, "GRUB has no such sign outside of quotes");
	return s->grub->broken || !*s->at || strchr("\n;{}", *s->at);
}

/**
 * grub_is_next() - is that word next?
 * @s: where
 * @word: the word, not quoted
 *
 * Return: true if so.
 */
bool grub_is_next(const struct script *s, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(s->at, word, len) && ends_word(s->at[len]);
}

static void put(struct script *s, char c)
{
	struct grub *grub = s->grub;

	grub->field_open = true;
	if (grub->field_len < WORD_MAX)
		grub->field[grub->field_len++] = c;
	else
		grub_break_off(s, "a word is too long");
}

/* GRUB would put in the names of files that fit a pattern; "[" alone is a command. */
static bool is_pattern(const struct grub *grub)
{
	return grub->field_glob && grub->field_len > 1 + (*grub->field == '[') &&
	       strchr("/(*?", *grub->field);
}

static void add_word(struct script *s, struct words *words, const char *word)
{
	if (words->nr == WORDS_MAX)
		grub_break_off(s, "a command has too many words");
	else
		words->word[words->nr++] = word;
}

static void close_field(struct script *s, struct words *words)
{
	struct grub *grub = s->grub;
	const char *word;

	if (!grub->field_open)
		return;
	word = pool_text(grub->scan->pool, grub->field, grub->field_len);
	if (is_pattern(grub)) {
		word = grub_because(grub, "it takes the names of files that fit a pattern");
		words->split = grub_why(grub, word);
	}
	add_word(s, words, word);
	grub->field_len = 0;
	grub->field_open = false;
	grub->field_glob = false;
}

static size_t nr_args(const struct grub *grub)
{
	return grub->args ? grub->args->nr - 1 : 0;
}

static const char *all_args(struct grub *grub)
{
	const char *all = "";
	size_t i;

	for (i = 1; i <= nr_args(grub); i++)
		all = i == 1 ? grub->args->word[i] :
			       pool_print(grub->scan->pool, "%s %s", all, grub->args->word[i]);
	return all;
}

static const char *number_of_status(struct grub *grub)
{
	if (grub->status_unknown)
		return grub_because(grub, grub->status_unknown);
	if (grub->status < 0)
		return grub_because(grub, "the number of an error is not known");
	return pool_print(grub->scan->pool, "%d", grub->status);
}

static const char *argument(struct grub *grub, const char *name, size_t len)
{
	size_t number = 0;

	while (len-- && number < WORDS_MAX)
		number = 10 * number + *name++ - '0';
	return number && number <= nr_args(grub) ? grub->args->word[number] : NULL;
}

static const char *value_of(struct grub *grub, const char *name, size_t len)
{
	if (*name == '?')
		return number_of_status(grub);
	if (strchr("*@#0123456789", *name) && grub->args && grub->args->split)
		return grub_because(grub, grub->args->split);
	if (strchr("*@#", *name) && !grub->args)
		return NULL;
	if (*name == '*' || *name == '@')
		return all_args(grub);
	if (*name == '#')
		return pool_print(grub->scan->pool, "%zu", nr_args(grub));
	if (*name >= '0' && *name <= '9')
		return argument(grub, name, len);
	if (grub->scan->variables)
		grub->work += grub->scan->variables->nr / 8;
	return grub_get(grub, name, len);
}

/* Outside of quotes, blanks in the value part words, but none at its ends. */
static void put_split(struct script *s, const char *value, struct words *words)
{
	const struct cause *cause = grub_cause(s->grub, value);

	s->grub->field_open |= !!*value;
	/* names of devices have none */
	if (cause && !cause->device)
		words->split = cause->text;
	for (value += strspn(value, SPACES); *value && !s->grub->broken; value++) {
		if (!strchr(SPACES, *value)) {
			s->grub->field_glob |= !!strchr("*?[", *value);
			put(s, *value);
		} else if (value[1 + strspn(value + 1, SPACES)]) {
			value += strspn(value + 1, SPACES);
			close_field(s, words);
		}
	}
}

static void put_quoted(struct script *s, const char *value)
{
	for (; *value && !s->grub->broken; value++)
		put(s, *value);
}

/* Each of them is a word of its own, even in quotes. */
static void put_args(struct script *s, struct words *words)
{
	size_t i;

	for (i = 1; i <= nr_args(s->grub) && !s->grub->broken; i++) {
		if (i > 1)
			close_field(s, words);
		s->grub->field_open = true;
		put_quoted(s, s->grub->args->word[i]);
	}
}

static void put_variable(struct script *s, const char *name, size_t len, bool quoted,
			 struct words *words)
{
	const char *value = value_of(s->grub, name, len);

	grub_charge(s, value ? strlen(value) : 0);
	if (!value)
		return;
	if (quoted && *name == '@' && !strchr(value, UNKNOWN))
		put_args(s, words);
	else if (quoted)
		put_quoted(s, value);
	else
		put_split(s, value, words);
}

/* At a dollar sign; with no @words, what it stands for is of no interest. */
static void take_variable(struct script *s, bool quoted, struct words *words)
{
	const char *name;
	size_t len, all = variables_name(s->at, &name, &len);

	if (all) {
		if (words)
			put_variable(s, name, len, quoted, words);
		s->at += all;
		return;
	}
	if (!quoted || s->at[1] == '{')
		grub_break_off(s, "a dollar sign is not followed by a name");
	else if (words)
		put(s, '$');
	s->at++;
}

static void take_single(struct script *s, struct words *words)
{
	for (s->at++; *s->at && *s->at != '\''; s->at++)
		if (words)
			put(s, *s->at);
}

static void take_double(struct script *s, struct words *words)
{
	s->at++;
	while (*s->at && *s->at != '"' && !s->grub->broken) {
		if (*s->at == '$') {
			take_variable(s, true, words);
			continue;
		}
		/* elsewhere a backslash stands for itself here */
		if (*s->at == '\\' && s->at[1] && strchr("$\"\\\n", s->at[1]))
			s->at++;
		if (words && !(s->at[-1] == '\\' && *s->at == '\n'))
			put(s, *s->at);
		s->at++;
	}
}

static void take_quoted(struct script *s, struct words *words)
{
	char quote = *s->at;

	s->grub->field_open |= !!words;
	if (quote == '\'')
		take_single(s, words);
	else
		take_double(s, words);
	if (*s->at == quote)
		s->at++;
	else
		grub_break_off(s, "a quotation mark has no counterpart");
}

static void take_plain(struct script *s, struct words *words)
{
	bool escaped = *s->at == '\\' && s->at[1];

	s->at += escaped;
	if (words && !escaped && strchr("*?[", *s->at))
		s->grub->field_glob = true;
	if (words && !(escaped && *s->at == '\n'))
		put(s, *s->at);
	s->at++;
}

/**
 * grub_take_word() - read a word
 * @s: where it starts; goes behind it
 * @words: where it is added; NULL: it is of no interest
 *
 * A variable may make more words of it, or none.
 */
void grub_take_word(struct script *s, struct words *words)
{
	const char *from = s->at;

	while (!s->grub->broken && !ends_word(*s->at)) {
		/* a text that would be translated */
		if (*s->at == '$' && s->at[1] == '"')
			s->at++;
		if (*s->at == '\'' || *s->at == '"')
			take_quoted(s, words);
		else if (*s->at == '$')
			take_variable(s, false, words);
		else
			take_plain(s, words);
	}
	if (words)
		close_field(s, words);
	grub_charge(s, s->at - from + 1);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/**
 * grub_number() - read a number as GRUB does
 * @text: where it may start
 * @end: set to what follows
 * @number: set to the number, 0 if there is none, the largest if it is larger
 *
 * A sign is no part of it.
 *
 * Return: whether there is one.
 */
bool grub_number(const char *text, char **end, unsigned long *number)
{
	const char *from, *at = text + strspn(text, SPACES);
	int base = 10;

	if (*at == '0' && (at[1] | 0x20) == 'x')
		base = 16;
	else if (*at == '0' && at[1] >= '0' && at[1] <= '7')
		base = 8;
	at += base == 16 ? 2 : 0;
	for (*number = 0, from = at; digit_of(*at) < base; at++)
		if (__builtin_mul_overflow(*number, base, number) ||
		    __builtin_add_overflow(*number, digit_of(*at), number))
			*number = ULONG_MAX;
	*end = (char *)at;
	return at > from;
}
