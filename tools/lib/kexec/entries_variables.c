// SPDX-License-Identifier: GPL-2.0-only
/* Variables of GRUB, and the file that keeps some of them. */
#include <string.h>
#include "entries.h"

/* As in grub-core/kern/env.c: what a file has to start with, and what fills it up. */
#define SIGNATURE	"# GRUB Environment Block\n"

#define LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS	"0123456789"

/**
 * variables_get() - what is the value of a variable?
 * @variables: those that are set
 * @name: its name
 * @len: how long that is
 *
 * One without a name stands for all variables there may have been before.
 *
 * Return: the value, or NULL if it has none.
 */
const char *variables_get(const struct variable *variables, const char *name, size_t len)
{
	for (; variables; variables = variables->next)
		if (!variables->name ||
		    (!strncmp(variables->name, name, len) && !variables->name[len]))
			return variables->value;
	return NULL;
}

/**
 * variables_set() - set a variable
 * @pool: where it goes
 * @variables: those that are set; who remembers what it is now can come back to it
 * @name: its name; stays in use
 * @value: its value, or NULL; stays in use
 */
void variables_set(struct pool *pool, const struct variable **variables, const char *name,
		   const char *value)
{
	struct variable *variable = pool_alloc(pool, sizeof(*variable));

	if (!variable)
		return;
	variable->next = *variables;
	variable->name = name;
	variable->value = value;
	variable->nr = *variables ? (*variables)->nr + 1 : 1;
	*variables = variable;
}

/* A backslash is for the character that follows; an end of line in a value has one. */
static const char *read_value(char **rest)
{
	char *value = *rest, *from = value, *to = value;

	while (*from && *from != '\n') {
		if (*from == '\\' && from[1])
			from++;
		*to++ = *from++;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return value;
}

/**
 * variables_parse() - read what is in the environment block of GRUB
 * @pool: where variables go
 * @text: the block; stays in use
 * @variables: set to what was set and what the block sets; as it was if it is none
 *
 * Lines of NAME=VALUE follow the signature; comments, like the padding, begin with '#'.
 */
void variables_parse(struct pool *pool, char *text, const struct variable **variables)
{
	const char *name;
	size_t len;

	if (strncmp(text, SIGNATURE, strlen(SIGNATURE)))
		return;
	while (*text) {
		name = text;
		len = strcspn(text, "=\n");
		text += len;
		if (*text != '=' || *name == '#') {
			text += strcspn(text, "\n");
			text += *text == '\n';
			continue;
		}
		*text++ = '\0';
		variables_set(pool, variables, name, read_value(&text));
	}
}

/**
 * variables_name() - the name of the variable that is to be put in
 * @text: it starts with a dollar sign
 * @name: set to the name
 * @len: set to how long that is
 *
 * Parameters of functions have numbers, those of the shell itself names of one character.
 *
 * Return: how long all of it is; 0 if it is a dollar sign alone.
 */
size_t variables_name(const char *text, const char **name, size_t *len)
{
	bool brace = text[1] == '{';
	size_t all;

	*name = text + 1 + brace;
	*len = strspn(*name, LETTERS);
	if (*len)
		*len += strspn(*name + *len, LETTERS DIGITS);
	else if (**name && strchr("?#*@", **name))
		*len = 1;
	else
		*len = strspn(*name, DIGITS);
	all = 1 + brace + *len;
	if (!*len || (brace && text[all] != '}'))
		return 0;
	return all + brace;
}

/**
 * variables_expand() - put values into a text of a drop-in file
 * @scan: the search; nothing is done unless it says so
 * @text: the text
 *
 * Return: the text with values in place of names.
 */
const char *variables_expand(struct scan *scan, const char *text)
{
	const char *whole = "", *name, *value;
	size_t len, all;

	if (!scan->expand || !strchr(text, '$'))
		return text;
	while (*text) {
		all = *text == '$' ? variables_name(text, &name, &len) : 0;
		if (all) {
			value = variables_get(scan->variables, name, len);
			whole = pool_print(scan->pool, "%s%s", whole, value ?: "");
		} else {
			all = strcspn(text + 1, "$") + 1;
			whole = pool_print(scan->pool, "%s%.*s", whole, (int)all, text);
		}
		text += all;
	}
	return whole;
}
