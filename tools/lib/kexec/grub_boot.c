// SPDX-License-Identifier: GPL-2.0-only
/* Those commands of GRUB's configuration files that load what is started. */
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/* Only in entries, and only what is sure to be run, is anything loaded. */
static bool may_load(struct grub *grub, const struct words *words)
{
	const char *why = grub->weak ?: grub_why_words(grub, words);

	if (why && grub->boot)
		grub->boot->unknown = grub->boot->unknown ?: why;
	if (why)
		grub_doubt(grub, why);
	else if (!grub->boot)
		grub_doubt(grub, "it loads something outside of the menu");
	return !why && grub->boot;
}

/* A file that an entry needs. */
static const char *find(struct grub *grub, const char *path)
{
	const char *why, *found = grub_find(grub, path, &why);

	if (why)
		grub->boot->elsewhere = grub->boot->elsewhere ?: why;
	else if (!found)
		grub->boot->missing = grub->boot->missing ?: path;
	if (!found)
		grub_fail(grub);
	return found;
}

/*
 * As GRUB hands words over: quoted if they have blanks, and with a backslash before what would
 * be special (grub-core/lib/cmdline.c).
 */
static const char *quote(struct pool *pool, const char *word)
{
	const char *mark = strchr(word, ' ') ? "\"" : "";
	char *text = pool_alloc(pool, 2 * strlen(word) + 1), *to = text;

	for (; text && *word; *to++ = *word++)
		if (strchr("\\'\"", *word))
			*to++ = '\\';
	return text && *mark ? pool_print(pool, "\"%s\"", text) : text ?: "";
}

/**
 * grub_join() - make a command line of words
 * @grub: where
 * @words: the words
 * @from: the first one of it
 *
 * Return: the command line.
 */
const char *grub_join(struct grub *grub, const struct words *words, size_t from)
{
	const char *line = "";
	size_t i;

	for (i = from; i < words->nr; i++)
		line = entries_join(grub->scan->pool, line, quote(grub->scan->pool,
								  words->word[i]));
	return line;
}

/* Where the file's name is, behind options of the command itself. */
static size_t file_word(const struct words *words)
{
	size_t i = 1;

	while (i < words->nr && !strncmp(words->word[i], "--", 2))
		i++;
	return i;
}

/* grub-mkconfig has it there for Xen, whose first word may get lost. */
static bool has_placeholder(const struct words *words, size_t file)
{
	return file + 1 < words->nr && !strcmp(words->word[file + 1], "placeholder");
}

/*
 * GRUB tells a module its text without the file's name.  Xen alone wants the name to come
 * first, from boot loaders that are not GRUB.
 */
static bool drops_names(struct grub *grub, const struct words *words, size_t file)
{
	const char *name = strrchr(grub->boot->kernel, '/');

	return has_placeholder(words, file) || !strcmp(words->word[0], "xen_hypervisor") ||
	       !strncmp(name ? name + 1 : grub->boot->kernel, "xen", 3);
}

/**
 * grub_linux() - load a kernel
 * @s: where
 * @words: name and arguments of the command
 *
 * It takes the place of what an earlier command may have loaded.
 */
void grub_linux(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	size_t at = file_word(words);

	if (!may_load(grub, words))
		return;
	grub_succeed(grub, at < words->nr);
	if (at == words->nr)
		return;
	memset(grub->boot, 0, sizeof(*grub->boot));
	grub->boot->kernel = find(grub, words->word[at]);
	grub->boot->names_first = grub->boot->kernel && drops_names(grub, words, at);
	at += has_placeholder(words, at);
	grub->boot->options = grub_join(grub, words, at + 1);
}

/**
 * grub_initrd() - load initial RAM disks
 * @s: where
 * @words: name and arguments of the command
 */
void grub_initrd(struct script *s, const struct words *words)
{
	const char *path;
	size_t i;

	if (!may_load(s->grub, words))
		return;
	grub_succeed(s->grub, true);
	s->grub->boot->initrds.nr = 0;
	for (i = file_word(words); i < words->nr; i++) {
		path = find(s->grub, words->word[i]);
		if (path)
			entries_add_text(&s->grub->boot->initrds, path);
	}
}

/**
 * grub_devicetree() - load a device tree
 * @s: where
 * @words: name and arguments of the command
 */
void grub_devicetree(struct script *s, const struct words *words)
{
	if (!may_load(s->grub, words))
		return;
	grub_succeed(s->grub, words->nr > 1);
	if (words->nr > 1)
		s->grub->boot->devicetree = find(s->grub, words->word[1]);
}

/**
 * grub_module() - load a module of a multiboot kernel
 * @s: where
 * @words: name and arguments of the command
 */
void grub_module(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	struct pool *pool = grub->scan->pool;
	size_t at = file_word(words);
	const char *path, *options = "";

	if (!may_load(grub, words))
		return;
	grub_succeed(grub, at < words->nr);
	path = at < words->nr ? find(grub, words->word[at]) : NULL;
	if (!path)
		return;
	if (at > 1 && !strcmp(words->word[1], "--nounzip"))
		options = "--nounzip";
	if (!grub->boot->names_first)
		options = entries_join(pool, options, "--no-name");
	at += grub->boot->names_first && has_placeholder(words, at);
	entries_add_text(&grub->boot->modules,
			 entries_join(pool, options,
				      entries_join(pool, path, grub_join(grub, words, at + 1))));
}

/**
 * grub_other() - load what no kernel of this program is
 * @s: where
 * @words: name and arguments of the command
 *
 * Nothing is loaded if the file is not there.
 */
void grub_other(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	size_t at = file_word(words);
	const char *why = NULL, *word = at < words->nr ? words->word[at] : "";

	if (!may_load(grub, words))
		return;
	grub_doubt(grub, "what is no kernel may be loaded or not");
	/* a number, or a device alone, stands for its first blocks */
	if (word[strcspn(word, "/")] && !grub_find(grub, word, &why) && !why) {
		grub_fail(grub);
		return;
	}
	memset(grub->boot, 0, sizeof(*grub->boot));
	grub->boot->other = true;
}

/**
 * grub_start_it() - start what is loaded, or leave GRUB
 * @s: where
 * @words: name and arguments of the command
 *
 * To start nothing fails, and the script goes on.
 */
void grub_start_it(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	bool boot = !strcmp(words->word[0], "boot");

	if (boot && grub->boot && !grub->boot->kernel && !grub->boot->other &&
	    !grub->boot->unknown) {
		grub_fail(grub);
		return;
	}
	if (!boot && grub->boot)
		memset(grub->boot, 0, sizeof(*grub->boot));
	if (boot && grub->boot && grub->boot->other)
		grub->boot->elsewhere = "it starts what is no kernel";
	if (!grub->boot)
		grub->cut = grub->cut ?:
			    pool_print(grub->scan->pool,
				       "the menu may not be shown, as there is the command %s",
				       words->word[0]);
	grub->leaving = LEAVE;
}
