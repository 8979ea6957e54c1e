// SPDX-License-Identifier: GPL-2.0-only
/* What is not known of GRUB's variables, and why. */
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/* The first number of a cause, so that none is a character with a meaning. */
#define FIRST_CAUSE	0x80

/* Set by GRUB to what cannot be known before it runs. */
static const char * const by_grub[] = {
	"cmdpath", "lang", "locale_dir", "secondary_locale_dir",
	"pager", "check_signatures", "shim_lock", "lockdown", "fw_path", "chosen",
	"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEKDAY",
	"net_default_ip", "net_default_mac", "net_default_server", "net_default_interface",
	"pxe_default_server",
};

static const char *mark(struct grub *grub, size_t number)
{
	char text[] = { UNKNOWN, FIRST_CAUSE + number };

	return pool_text(grub->scan->pool, text, sizeof(text));
}

/* The last one stands for all that there is no room for. */
static const char *add_cause(struct grub *grub, const struct cause *cause)
{
	static const struct cause last = { .text = "too much of it is not known" };

	if (grub->nr_causes == CAUSES_MAX - 1)
		cause = &last;
	if (grub->nr_causes < CAUSES_MAX)
		grub->causes[grub->nr_causes++] = *cause;
	return mark(grub, grub->nr_causes - 1);
}

/**
 * grub_because() - a value that is not known
 * @grub: where
 * @why: why, a clause
 *
 * Return: the value; whatever it becomes a part of is not known, either.
 */
const char *grub_because(struct grub *grub, const char *why)
{
	size_t i;

	for (i = 0; i < grub->nr_causes; i++)
		if (!grub->causes[i].device && !strcmp(grub->causes[i].text, why))
			return mark(grub, i);
	return add_cause(grub, &(struct cause){ .text = why });
}

/**
 * grub_device() - the name that GRUB has for a device that may be one of this system
 * @grub: where
 * @why: why it is not known
 * @uuid: UUID or label of the file system on it, or NULL
 * @links: directory of udev that would know it, or NULL
 *
 * Return: a value, as that of grub_because().
 */
const char *grub_device(struct grub *grub, const char *why, const char *uuid, const char *links)
{
	struct cause cause = { .text = why, .uuid = uuid, .links = links, .device = true };

	return add_cause(grub, &cause);
}

/**
 * grub_cause() - what makes a word unknown?
 * @grub: where
 * @word: the word, or NULL
 *
 * Return: the first cause, or NULL if it is known.
 */
const struct cause *grub_cause(const struct grub *grub, const char *word)
{
	const char *at = word ? strchr(word, UNKNOWN) : NULL;
	size_t number = at ? (unsigned char)at[1] - FIRST_CAUSE : 0;

	return at && number < grub->nr_causes ? &grub->causes[number] : NULL;
}

/**
 * grub_why() - why is a word not known?
 * @grub: where
 * @word: the word, or NULL
 *
 * Return: a clause, or NULL if it is known.
 */
const char *grub_why(const struct grub *grub, const char *word)
{
	const struct cause *cause = grub_cause(grub, word);

	return cause ? cause->text : NULL;
}

/**
 * grub_why_words() - why is a command not known?
 * @grub: where
 * @words: the command
 *
 * Return: a clause, or NULL if all of it is known.
 */
const char *grub_why_words(const struct grub *grub, const struct words *words)
{
	const char *why = words->split;
	size_t i;

	for (i = 0; i < words->nr && !why; i++)
		why = grub_why(grub, words->word[i]);
	return why;
}

/**
 * grub_get() - the value of a variable
 * @grub: where
 * @name: its name
 * @len: how long that is
 *
 * Return: the value, NULL if it has none.
 */
const char *grub_get(const struct grub *grub, const char *name, size_t len)
{
	return variables_get(grub->scan->variables, name, len);
}

/**
 * grub_get_known() - the value of a variable
 * @grub: where
 * @name: its name
 * @why: set to why it is not known, or NULL
 *
 * Return: the value, NULL if it has none or is not known.
 */
const char *grub_get_known(const struct grub *grub, const char *name, const char **why)
{
	const char *value = grub_get(grub, name, strlen(name));

	*why = grub_why(grub, value);
	return *why ? NULL : value;
}

/**
 * grub_initial() - set the variables that GRUB starts with and that are not known
 * @grub: where
 */
void grub_initial(struct grub *grub)
{
	const struct variable **variables = &grub->scan->variables;
	struct pool *pool = grub->scan->pool;
	const char *device, *directory, *other;
	size_t i;

	device = grub_device(grub, "only GRUB knows the name of its device", NULL, NULL);
	other = grub_because(grub, "GRUB itself sets it when it starts");
	for (i = 0; i < ARRAY_SIZE(by_grub); i++)
		variables_set(pool, variables, by_grub[i], other);
	variables_set(pool, variables, "root", device);
	directory = pool_print(pool, "(%s)%s", device, grub->prefix);
	variables_set(pool, variables, "prefix", directory);
	variables_set(pool, variables, "config_directory", directory);
	variables_set(pool, variables, "config_file", pool_print(pool, "%s/grub.cfg", directory));
}
