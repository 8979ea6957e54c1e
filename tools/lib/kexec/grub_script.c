// SPDX-License-Identifier: GPL-2.0-only
/*
 * The language of GRUB's configuration files.
 *
 * A script is run from its text; what a condition leaves out is only looked at for its end.
 * That every character looked at is counted bounds the time.
 */
#include <stdio.h>
#include <string.h>
#include "grub.h"

/* A script at some place. */
struct script {
	struct grub *grub;
	const char *at;
	const struct words *args;
};

static void run_list(struct script *s, bool live);
static void run_command(struct script *s, bool live);

static void break_off(struct script *s, const char *why)
{
	if (s->grub->broken)
		return;
	s->grub->broken = why;
	s->grub->broken_at = s->at;
}

static void charge(struct script *s, size_t work)
{
	s->grub->work += work;
	if (s->grub->work > WORK_MAX)
		break_off(s, "it takes too long");
	if (s->grub->scan->pool->used > s->grub->room)
		break_off(s, "it takes too much memory");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_word(char c)
{
	return !c || is_blank(c) || strchr("\n;{}", c);
}

/* To the next word of a command, or the command's end. */
static void skip_blanks(struct script *s)
{
	const char *from = s->at;

	while (is_blank(*s->at) || (*s->at == '\\' && s->at[1] == '\n'))
		s->at += *s->at == '\\' ? 2 : 1;
	if (*s->at == '#')
		s->at += strcspn(s->at, "\n");
	charge(s, s->at - from);
}

static bool ends_command(struct script *s)
{
	skip_blanks(s);
	return s->grub->broken || !*s->at || strchr("\n;{}", *s->at);
}

/* Is that word next? */
static bool is_next(const struct script *s, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(s->at, word, len) && ends_word(s->at[len]);
}

static bool accept(struct script *s, const char *word)
{
	bool is = is_next(s, word);

	if (is)
		s->at += strlen(word);
	return is;
}

static void expect(struct script *s, const char *word)
{
	if (!accept(s, word))
		break_off(s, "an if or a for is not as it should be");
}

static void put(struct script *s, char c)
{
	struct grub *grub = s->grub;

	grub->field_open = true;
	if (grub->field_len < WORD_MAX)
		grub->field[grub->field_len++] = c;
	else
		break_off(s, "a word is too long");
}

static void close_field(struct script *s, struct words *words)
{
	struct grub *grub = s->grub;

	if (!grub->field_open)
		return;
	if (words->nr == WORDS_MAX)
		break_off(s, "a command has too many words");
	else
		words->word[words->nr++] = pool_text(grub->scan->pool, grub->field,
						     grub->field_len);
	grub->field_len = 0;
	grub->field_open = false;
}

static const char *all_args(const struct script *s)
{
	const char *all = "";
	size_t i;

	for (i = 1; s->args && i < s->args->nr; i++)
		all = entries_join(s->grub->scan->pool, all, s->args->word[i]);
	return all;
}

static const char *value_of(const struct script *s, const char *name, size_t len)
{
	size_t number = *name - '0';

	if (*name == '?')
		return s->grub->status ? "0" : "1";
	if (*name == '*' || *name == '@')
		return all_args(s);
	if (*name == '#')
		return pool_print(s->grub->scan->pool, "%zu", s->args ? s->args->nr - 1 : 0);
	if (*name >= '0' && *name <= '9')
		return s->args && number < s->args->nr ? s->args->word[number] : NULL;
	if (s->grub->scan->variables)
		s->grub->work += s->grub->scan->variables->nr / 8;
	return variables_get(s->grub->scan->variables, name, len);
}

/* Outside of quotes, blanks in the value part words. */
static void put_value(struct script *s, const char *value, bool quoted, struct words *words)
{
	charge(s, strlen(value));
	for (; *value && !s->grub->broken; value++) {
		if (quoted || !strchr(" \t\n", *value))
			put(s, *value);
		else
			close_field(s, words);
	}
}

/* At a dollar sign; with no @words, what it stands for is of no interest. */
static void take_variable(struct script *s, bool quoted, struct words *words)
{
	const char *name, *value;
	size_t len, all = variables_name(s->at, &name, &len);

	if (!all) {
		if (words)
			put(s, '$');
		s->at++;
		return;
	}
	value = words ? value_of(s, name, len) : NULL;
	if (value)
		put_value(s, value, quoted, words);
	s->at += all;
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
		break_off(s, "a quotation mark has no counterpart");
}

static void take_plain(struct script *s, struct words *words)
{
	bool escaped = *s->at == '\\' && s->at[1];

	s->at += escaped;
	if (words && !(escaped && *s->at == '\n'))
		put(s, *s->at);
	s->at++;
}

/* With no @words, only goes behind the word. */
static void take_word(struct script *s, struct words *words)
{
	const char *from = s->at;

	while (!s->grub->broken && !ends_word(*s->at)) {
		if (*s->at == '\'' || *s->at == '"')
			take_quoted(s, words);
		else if (*s->at == '$')
			take_variable(s, false, words);
		else
			take_plain(s, words);
	}
	if (words)
		close_field(s, words);
	charge(s, s->at - from + 1);
}

/* From behind an opening brace to behind the one that closes it. */
static void skip_block(struct script *s)
{
	unsigned int open = 1;

	while (open && !s->grub->broken) {
		if (!ends_command(s)) {
			take_word(s, NULL);
			continue;
		}
		if (!*s->at) {
			break_off(s, "a brace is not closed");
			break;
		}
		open += (*s->at == '{') - (*s->at == '}');
		s->at++;
	}
}

/* False where the list ends: at a brace, or a word that belongs to what it is in. */
static bool next_command(struct script *s)
{
	static const char * const ends[] = { "then", "elif", "else", "fi", "do", "done" };
	size_t i;

	while (ends_command(s) && *s->at && strchr("\n;", *s->at) && !s->grub->broken)
		s->at++;
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (is_next(s, ends[i]))
			return false;
	return !s->grub->broken && *s->at && *s->at != '}';
}

static void run_if(struct script *s, bool live)
{
	bool yes, taken = false;

	do {
		run_list(s, live && !taken);
		yes = !taken && s->grub->status;
		expect(s, "then");
		run_list(s, live && yes);
		taken |= yes;
	} while (accept(s, "elif"));
	if (accept(s, "else"))
		run_list(s, live && !taken);
	expect(s, "fi");
}

static void run_for(struct script *s, bool live)
{
	struct words words = {};
	const char *body;
	size_t i;

	while (!ends_command(s))
		take_word(s, live ? &words : NULL);
	next_command(s);
	expect(s, "do");
	body = s->at;
	for (i = 2; live && i < words.nr && !s->grub->broken; i++) {
		variables_set(s->grub->scan->pool, &s->grub->scan->variables, words.word[0],
			      words.word[i]);
		s->at = body;
		run_list(s, true);
	}
	if (s->at == body)
		run_list(s, false);
	expect(s, "done");
}

/* What these would wait for does not come about here. */
static void run_while(struct script *s)
{
	run_list(s, false);
	expect(s, "do");
	run_list(s, false);
	expect(s, "done");
}

static void add_function(struct script *s, const char *name)
{
	const struct function *before = s->grub->functions;
	struct function *function = pool_alloc(s->grub->scan->pool, sizeof(*function));

	if (!function)
		return;
	function->name = name;
	function->body = s->at;
	function->next = before;
	function->nr = before ? before->nr + 1 : 1;
	s->grub->functions = function;
	if (function->nr > FUNCTIONS_MAX)
		break_off(s, "it has too many functions");
}

static void define(struct script *s, bool live)
{
	struct words words = {};

	if (!ends_command(s))
		take_word(s, &words);
	while (ends_command(s) && *s->at == '\n')
		s->at++;
	if (!words.nr || *s->at != '{') {
		break_off(s, "a function is not as it should be");
		return;
	}
	s->at++;
	if (live)
		add_function(s, words.word[0]);
	skip_block(s);
}

static const char *find_function(const struct grub *grub, const char *name)
{
	const struct function *function;

	for (function = grub->functions; function; function = function->next)
		if (!strcmp(function->name, name))
			return function->body;
	return NULL;
}

static void call(struct script *s, const struct words *words, const char *body)
{
	const char *function = find_function(s->grub, words->word[0]);

	if (function)
		grub_run(s->grub, function, '}', words);
	else
		s->grub->status = grub_command(s->grub, words, body);
}

static void run_simple(struct script *s, bool live)
{
	struct words words = {};
	const char *body = NULL;

	while (!ends_command(s))
		take_word(s, live ? &words : NULL);
	if (*s->at == '{') {
		body = ++s->at;
		skip_block(s);
	}
	if (words.nr && !s->grub->broken)
		call(s, &words, body);
}

static void run_command(struct script *s, bool live)
{
	charge(s, 1);
	if (++s->grub->depth > DEPTH_MAX)
		break_off(s, "too much lies in each other");
	else if (accept(s, "if"))
		run_if(s, live);
	else if (accept(s, "for"))
		run_for(s, live);
	else if (accept(s, "while") || accept(s, "until"))
		run_while(s);
	else if (accept(s, "function"))
		define(s, live);
	else
		run_simple(s, live);
	s->grub->depth--;
}

static void run_list(struct script *s, bool live)
{
	bool negated;

	while (next_command(s)) {
		negated = accept(s, "!");
		if (negated)
			skip_blanks(s);
		run_command(s, live);
		s->grub->status ^= negated && live;
	}
}

/**
 * grub_run() - run commands
 * @grub: where they have their effect
 * @text: the commands
 * @end: what they end with: a closing brace or NUL
 * @args: what they know as $0, $1 and so on, or NULL
 */
void grub_run(struct grub *grub, const char *text, char end, const struct words *args)
{
	struct script s = { .grub = grub, .at = text, .args = args };

	run_list(&s, true);
	if (*s.at != end)
		break_off(&s, "a word is where none is expected");
}
