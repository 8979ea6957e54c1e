// SPDX-License-Identifier: GPL-2.0-only
/*
 * The language of GRUB's configuration files.
 *
 * A script is run from its text; what a condition leaves out is only looked at for its
 * end.  As GRUB reads a whole statement before it runs any of it, each is looked at once
 * for its form before.
 *
 * Where it is not known whether a condition holds, both ways are gone, and what they make
 * different is not known afterwards.
 */
#include <string.h>
#include "grub.h"

/* How often the commands of a loop are run to find out what they make unknown. */
#define PASSES_MAX	8

static void run_list(struct script *s, bool live);
static void run_command(struct script *s, bool live);

static bool runs(const struct script *s, bool live)
{
	return live && !s->grub->leaving && !s->grub->broken;
}

/* At the end there is a brace or a word that belongs to what the list is in. */
static void run_list(struct script *s, bool live)
{
	grub_skip_lines(s);
	if (!grub_starts_command(s))
		grub_break_off(s, "a command is missing");
	do {
		run_command(s, runs(s, live));
	} while (!s->grub->broken && grub_take_separator(s) && grub_starts_command(s));
}

static void run_rest_of_if(struct script *s, bool live);

/* Behind "then", with a condition that may hold or not. */
static void run_both(struct script *s, const char *why)
{
	struct fork *fork = pool_alloc(s->grub->scan->pool, sizeof(*fork));

	if (!fork) {
		grub_break_off(s, "there is no memory");
		return;
	}
	grub_start_fork(s->grub, fork, why);
	run_list(s, true);
	grub_other_way(s->grub, fork);
	run_rest_of_if(s, true);
	grub_end_fork(s->grub, fork, why);
}

/* From a condition on to the end of all. */
static void run_condition(struct script *s, bool live)
{
	struct grub *grub = s->grub;
	bool yes;

	run_list(s, live);
	live = runs(s, live);
	grub_expect(s, "then");
	if (live && grub->status_unknown) {
		run_both(s, grub->status_unknown);
		return;
	}
	yes = live && !grub->status;
	run_list(s, yes);
	run_rest_of_if(s, live && !yes);
}

static void run_rest_of_if(struct script *s, bool live)
{
	if (grub_accept(s, "elif")) {
		run_condition(s, live);
		return;
	}
	if (grub_accept(s, "else"))
		run_list(s, live);
	else if (live)
		grub_succeed(s->grub, true);
	grub_expect(s, "fi");
}

static void run_part(struct script *s, const char *at)
{
	if (!at || s->grub->broken)
		return;
	s->at = at;
	run_list(s, runs(s, true));
}

/* Any number of rounds: until they make nothing unknown that was known before them. */
static void run_rounds(struct script *s, const struct loop *loop, const char *why)
{
	struct fork *fork = pool_alloc(s->grub->scan->pool, sizeof(*fork));
	unsigned int passes = 0;
	bool more = fork;

	while (more && !s->grub->broken && passes++ < PASSES_MAX) {
		grub_start_fork(s->grub, fork, why);
		run_part(s, loop->body);
		grub_goes_on(s->grub);
		run_part(s, loop->head);
		grub_goes_on(s->grub);
		fork->taken = fork->before;
		more = grub_end_fork(s->grub, fork, why);
	}
	if (more)
		grub_forget(s->grub, why);
	grub_doubt(s->grub, why);
}

static void run_for_words(struct script *s, const struct words *words, struct loop *loop)
{
	struct grub *grub = s->grub;
	size_t i;

	grub_enter_loop(grub, loop);
	if (words->nr == 2)
		grub_succeed(grub, true);
	if (words->split)
		grub_set(grub, words->word[0], grub_because(grub, words->split));
	for (i = 2; !words->split && i < words->nr && !grub->broken; i++) {
		grub_set(grub, words->word[0], words->word[i]);
		run_part(s, loop->body);
		if (!grub_goes_on(grub))
			break;
	}
	if (words->split)
		run_rounds(s, loop, words->split);
	grub_leave_loop(grub, loop);
}

static bool is_name(struct grub *grub, const char *word)
{
	const char *text = pool_print(grub->scan->pool, "$%s", word), *name;
	size_t len;

	return variables_name(text, &name, &len) == strlen(text) &&
	       !strchr("?#*@0123456789", *word);
}

static void run_for(struct script *s, bool live)
{
	struct loop loop = {};
	struct words words = {};

	/* the name, and "in", are no matter of what variables are */
	while (!grub_ends_command(s))
		grub_take_word(s, live || words.nr < 2 ? &words : NULL);
	if (words.nr < 2 || strcmp(words.word[1], "in") || !is_name(s->grub, words.word[0]))
		grub_break_off(s, "a for is not as it should be");
	grub_take_separator(s);
	grub_expect(s, "do");
	loop.body = s->at;
	run_list(s, false);
	if (live && !s->grub->broken)
		run_for_words(s, &words, &loop);
	if (live) {
		s->at = loop.body;
		run_list(s, false);
	}
	grub_expect(s, "done");
}

static void run_while_rounds(struct script *s, struct loop *loop)
{
	struct grub *grub = s->grub;
	const char *why = NULL;

	grub_enter_loop(grub, loop);
	do {
		run_part(s, loop->head);
		if (grub->broken || !grub_goes_on(grub))
			break;
		why = grub->status_unknown;
		if (why || !grub->status == loop->until)
			break;
		run_part(s, loop->body);
	} while (!grub->broken && grub_goes_on(grub));
	if (why)
		run_rounds(s, loop, why);
	grub_leave_loop(grub, loop);
}

static void run_while(struct script *s, bool live, bool until)
{
	struct loop loop = { .head = s->at, .until = until };

	run_list(s, false);
	grub_expect(s, "do");
	loop.body = s->at;
	run_list(s, false);
	if (live && !s->grub->broken) {
		run_while_rounds(s, &loop);
		s->at = loop.body;
		run_list(s, false);
	}
	grub_expect(s, "done");
}

/* From behind an opening brace to behind the one that closes it. */
static void skip_block(struct script *s)
{
	run_list(s, false);
	if (*s->at == '}')
		s->at++;
	else
		grub_break_off(s, "a brace is not closed");
}

static void define(struct script *s, bool live)
{
	struct words words = {};

	if (!grub_ends_command(s))
		grub_take_word(s, &words);
	grub_skip_lines(s);
	if (words.nr != 1 || *s->at != '{') {
		grub_break_off(s, "a function is not as it should be");
		return;
	}
	s->at++;
	if (live)
		grub_add_function(s, words.word[0]);
	skip_block(s);
}

/* Its arguments, and loops that can be left, are its own. */
static void call_function(struct script *s, const struct function *function,
			  const struct words *words)
{
	struct grub *grub = s->grub;
	const struct words *args = grub->args;
	unsigned int loops = grub->loops;
	const char *weak = grub->weak;
	enum leaving raised = grub->raised;

	grub->args = words;
	grub->loops = 0;
	grub->raised = STAY;
	grub->calls++;
	grub_run(grub, function->body, '}');
	grub->calls--;
	if (grub->leaving == RETURN)
		grub->leaving = STAY;
	if (grub->raised <= RETURN) {
		grub->weak = weak;
		grub->raised = raised;
	}
	grub->loops = loops;
	grub->args = args;
}

/* NAME=VALUE, or what no command and no function is. */
static void call_other(struct script *s, const struct words *words)
{
	const char *name = words->word[0], *equals = strchr(name, '=');
	struct pool *pool = s->grub->scan->pool;

	if (equals && (*name < '0' || *name > '9')) {
		grub_set(s->grub, pool_text(pool, name, equals - name), equals + 1);
		grub_succeed(s->grub, true);
	} else if (equals || !*name) {
		grub_succeed(s->grub, true);
	} else {
		grub_unknown_command(s, words, "only some GRUB has the command %s");
	}
}

/* The value of an assignment may be unknown, but not its name. */
static const char *names_unknown(const struct grub *grub, const char *word)
{
	static const char ends[] = { '=', UNKNOWN, '\0' };

	return word[strcspn(word, ends)] == '=' ? NULL : grub_why(grub, word);
}

static void call(struct script *s, const struct words *words, const char *body)
{
	struct grub *grub = s->grub;
	const struct function *function = NULL;
	const char *why = names_unknown(grub, words->word[0]);

	if (!why && grub_is_command(grub, words->word[0])) {
		grub_command(s, words, body);
		return;
	}
	if (!why)
		function = grub_find_function(grub, words->word[0]);
	if (function && !function->name)
		why = function->body;
	if (why)
		grub_forget(grub, why);
	else if (function)
		call_function(s, function, words);
	else
		call_other(s, words);
}

/* An exclamation mark in front makes success of failure, and a plain failure of success. */
static void call_inverted(struct script *s, struct words *words, const char *body)
{
	bool inverted = !strcmp(words->word[0], "!");

	if (inverted && words->nr == 1) {
		grub_fail(s->grub);
		return;
	}
	if (inverted)
		memmove(words->word, words->word + 1, --words->nr * sizeof(*words->word));
	call(s, words, body);
	if (inverted && !s->grub->status_unknown)
		grub_succeed(s->grub, s->grub->status);
}

/* A block is an argument of what takes none. */
static const char *take_block(struct script *s, struct words *words)
{
	const char *body = ++s->at;

	skip_block(s);
	if (!words->nr || grub_takes_block(words->word[0]))
		return body;
	if (words->nr == WORDS_MAX)
		grub_break_off(s, "a command has too many words");
	else
		words->word[words->nr++] = pool_text(s->grub->scan->pool, body - 1,
						     s->at - body + 1);
	return NULL;
}

static void run_simple(struct script *s, bool live)
{
	const char *body = NULL;
	struct words words;

	words.nr = 0;
	words.split = NULL;
	while (!grub_ends_command(s))
		grub_take_word(s, live ? &words : NULL);
	if (*s->at == '{')
		body = take_block(s, &words);
	if (!grub_ends_command(s) || *s->at == '{')
		grub_break_off(s, "a word is where none is expected");
	if (!live || s->grub->broken)
		return;
	if (words.nr)
		call_inverted(s, &words, body);
	else
		grub_succeed(s->grub, true);
}

static void run_command(struct script *s, bool live)
{
	grub_charge(s, 1);
	if (++s->grub->depth > DEPTH_MAX)
		grub_break_off(s, "too much lies in each other");
	else if (grub_accept(s, "if"))
		run_condition(s, live);
	else if (grub_accept(s, "for"))
		run_for(s, live);
	else if (grub_accept(s, "while"))
		run_while(s, live, false);
	else if (grub_accept(s, "until"))
		run_while(s, live, true);
	else
		run_simple(s, live);
	s->grub->depth--;
}

/**
 * grub_run() - run commands that are known to have the right form
 * @grub: where they have their effect
 * @text: the commands
 * @end: what they end with: a closing brace or NUL
 */
void grub_run(struct grub *grub, const char *text, char end)
{
	struct script s = { .grub = grub, .at = text };

	run_list(&s, !grub->broken);
	if (*s.at != end)
		grub_break_off(&s, "a word is where none is expected");
}

/* A function can only be defined outside of everything else. */
static void run_statement(struct script *s, bool live)
{
	if (grub_accept(s, "function"))
		define(s, live);
	else if (grub_starts_command(s))
		run_command(s, live);
	else
		grub_break_off(s, "a word is where none is expected");
	if (!grub_ends_command(s) || (*s->at && !strchr("\n;", *s->at)))
		grub_break_off(s, "a word is where none is expected");
}

/**
 * grub_run_text() - run a file, or what eval is given
 * @grub: where its commands have their effect
 * @text: what is in it; stays in use
 *
 * Nothing succeeds; the first command still knows the status of the one before.
 */
void grub_run_text(struct grub *grub, const char *text)
{
	struct script s = { .grub = grub, .at = text };
	const char *from;

	if (strchr(text, UNKNOWN))
		grub_break_off(&s, "it has a character that text has not");
	grub_skip_lines(&s);
	if (!*s.at)
		grub_succeed(grub, true);
	while (*s.at && !grub->broken && !grub->leaving) {
		from = s.at;
		run_statement(&s, false);
		s.at = from;
		if (!grub->broken)
			run_statement(&s, true);
		grub_take_separator(&s);
	}
}
