// SPDX-License-Identifier: GPL-2.0-only
/* The lines of GRUB's menu, and the names by which the default is chosen. */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/* Options with a value, for what else there is in the manual, and those without. */
static bool takes_value(const char *option)
{
	static const char * const all[] = { "--class", "--users", "--hotkey", "--source", "--id" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(option, all[i]))
			return true;
	return false;
}

/* The title, which is $1, and arguments remain; the id is found on the way. */
static struct words *take_options(struct grub *grub, const struct words *words, const char **id)
{
	struct words *rest = pool_alloc(grub->scan->pool, sizeof(*rest));
	bool options = true;
	size_t i;

	if (!rest)
		return NULL;
	rest->split = words->split;
	rest->word[rest->nr++] = words->word[0];
	for (i = 1; i < words->nr; i++) {
		if (options && !strncmp(words->word[i], "--id=", 5))
			*id = words->word[i] + 5;
		else if (options && takes_value(words->word[i]) && i + 1 < words->nr)
			*id = strcmp(words->word[i++], "--id") ? *id : words->word[i];
		else if (!options || strncmp(words->word[i], "--", 2))
			rest->word[rest->nr++] = words->word[i];
		else
			options = words->word[i][2];
	}
	return rest;
}

/**
 * grub_menuentry() - add an entry, or a submenu
 * @s: where
 * @words: name and arguments of the command
 * @body: the block behind them, or NULL
 */
void grub_menuentry(struct script *s, const struct words *words, const char *body)
{
	struct item item = { .body = body };
	struct grub *grub = s->grub;
	struct words *rest = take_options(grub, words, &item.id);

	grub_succeed(grub, rest && rest->nr > 1 && body);
	if (!rest || rest->nr < 2 || grub->boot)
		return;
	item.args = rest;
	item.title = rest->word[1];
	item.maybe = words->split;
	if (!body) {
		item.maybe = "its commands are not in a block";
		item.body = "}";
	}
	if (!strcmp(words->word[0], "submenu"))
		item.menu = pool_alloc(grub->scan->pool, sizeof(*item.menu));
	grub_add_item(grub, &item);
}

/**
 * grub_first_line() - the first line that people can see
 * @item: where to start; NULL is fine
 *
 * Lines without a title stand for others that follow; but in a menu of which not all is known
 * they are lines as well.
 *
 * Return: the line, or NULL.
 */
struct item *grub_first_line(struct item *item)
{
	while (item && !item->title && !item->maybe)
		item = item->next;
	return item;
}

static const char *doubt_of(const struct grub *grub, const struct item *item)
{
	return item->maybe ?: grub_why(grub, item->title) ?: grub_why(grub, item->id);
}

static struct item *find_number(const struct menu *menu, unsigned long number, const char **why)
{
	struct item *item = grub_first_line(menu->first);

	while (item && number-- && !item->maybe)
		item = grub_first_line(item->next);
	*why = item ? item->maybe : NULL;
	return item;
}

/* Does the path start with that name?  Two '>' stand for one that is part of a name. */
static const char *behind_name(const char *path, const char *name)
{
	for (; *name; name++, path++) {
		if (*path != *name)
			return NULL;
		if (*path == '>' && *++path != '>')
			return NULL;
	}
	if (*path == '>' && path[1] != '>')
		return path + 1;
	return *path ? NULL : path;
}

static bool is_named(const struct item *item, const char *path, const char **rest)
{
	*rest = item->title ? behind_name(path, item->title) : NULL;
	if (!*rest && item->id)
		*rest = behind_name(path, item->id);
	if (!*rest && item->entry && bls_is_named(item->entry, path))
		*rest = "";
	return *rest;
}

static struct item *find_name(const struct grub *grub, const struct menu *menu, const char *path,
			      const char **rest, const char **why)
{
	struct item *item = grub_first_line(menu->first);

	for (*why = NULL; item; item = grub_first_line(item->next)) {
		if (is_named(item, path, rest)) {
			*why = *why ?: item->maybe;
			return item;
		}
		/* what has one name that is known, and is not this, may still have another */
		if (!item->title || grub_why(grub, item->title) || grub_why(grub, item->id))
			*why = *why ?: doubt_of(grub, item);
	}
	return NULL;
}

/*
 * GRUB takes what starts with digits for a number; that of Fedora, which has blscfg, only if
 * nothing has it as its name.
 */
static struct item *find_number_or_name(const struct grub *grub, const struct menu *menu,
					const char *path, const char **rest, const char **why)
{
	const char *name_rest, *name_why;
	struct item *named, *item;
	unsigned long number;
	char *end;

	named = find_name(grub, menu, path, &name_rest, &name_why);
	grub_number(path, &end, &number);
	*rest = strchr(end, '>') ? strchr(end, '>') + 1 : "";
	/* an int for GRUB; a negative one is no line, either */
	item = find_number(menu, (unsigned int)number, why);
	if (!named || named == item)
		return item;
	if (grub->scan->expand) {
		*rest = name_rest ?: "";
		*why = name_why;
		return named;
	}
	if (*end && *end != '>')
		*why = "one GRUB takes it for a number, another for a name";
	return item;
}

/**
 * grub_line() - find a line of a menu
 * @grub: where
 * @menu: the menu
 * @path: a number, a title or an id
 * @rest: set to what follows behind a '>', or ""
 * @why: set to why it is not known which line that is, or NULL
 *
 * Return: the line, or NULL if there is none.
 */
struct item *grub_line(const struct grub *grub, const struct menu *menu, const char *path,
		       const char **rest, const char **why)
{
	struct item *item;
	unsigned long number;
	char *end;

	*why = grub_why(grub, path);
	*rest = "";
	if (*why)
		return NULL;
	if (grub_number(path, &end, &number))
		return find_number_or_name(grub, menu, path, rest, why);
	item = find_name(grub, menu, path, rest, why);
	*rest = *rest ?: "";
	return item;
}

/**
 * grub_choose() - find the default line, in a submenu maybe
 * @grub: where
 * @menu: the menu
 * @path: as grub_line() takes it
 * @why: set to why it is not known which line that is, or NULL
 *
 * Behind a '>' is such a thing of the menu that it opens, unless commands there have set it
 * to another.  What is not there stands for the first line.
 *
 * Return: the line, or NULL if there is none.
 */
struct item *grub_choose(const struct grub *grub, const struct menu *menu, const char *path,
			 const char **why)
{
	struct item *item;

	do {
		path = menu->preset ?: path;
		item = grub_line(grub, menu, path, &path, why);
		if (!item && !*why)
			item = grub_first_line(menu->first);
		if (item && !*why)
			*why = item->maybe;
		menu = item && !*why ? item->menu : NULL;
	} while (menu);
	return item;
}

/* The next name of a list. */
static const char *take_name(struct pool *pool, const char **names)
{
	const char *from = *names + strspn(*names, " \t,");
	size_t len = strcspn(from, " \t,");

	*names = from + len;
	return len ? pool_text(pool, from, len) : NULL;
}

/**
 * grub_fall_back() - what GRUB tries where the default entry cannot be started
 * @grub: where
 * @menu: the menu
 * @names: numbers, titles or ids, or one title with blanks
 * @why: set to why it is not known which line that is, or NULL
 *
 * Return: the first line that can be started, or NULL.
 */
struct item *grub_fall_back(const struct grub *grub, const struct menu *menu, const char *names,
			    const char **why)
{
	struct item *item;
	const char *name, *rest;

	*why = NULL;
	item = find_name(grub, menu, names, &rest, why);
	if (item || *why)
		return item;
	while ((name = take_name(grub->scan->pool, &names))) {
		item = grub_line(grub, menu, name, &rest, why);
		if (*why || (item && (item->entry || !item->missing)))
			return item;
	}
	return NULL;
}
