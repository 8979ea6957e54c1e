// SPDX-License-Identifier: GPL-2.0-only
/* Files that are named by hand, where they are of another system: --root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kexec.h"

/* The kernel, its device tree, and as many as there may be of the other kinds. */
#define FILES_MAX	(2 + 3 * NAMES_MAX)

/* What a request points into, until forget_files(). */
static char *resolved[FILES_MAX];
static size_t nr_resolved;

/* What is not below the root directory stays what it is here. */
static int resolve(const struct request *req, const char **name)
{
	struct kexec_error error;
	char *file;

	if (!*name)
		return 0;
	if (kexec_find_file(req->root, *name, &file, &error))
		return print_error(&error);
	resolved[nr_resolved++] = file;
	*name = file;
	return 0;
}

static int resolve_all(const struct request *req, struct names *names)
{
	int err = 0;
	size_t i;

	for (i = 0; i < names->nr && !err; i++)
		err = resolve(req, &names->name[i]);
	return err;
}

/**
 * loaded_name() - what is loaded
 * @words: a file's name; a module may have options in front that tell how, and a text behind
 *
 * Return: what follows such options.
 */
const char *loaded_name(const char *words)
{
	while (!strncmp(words, "--", 2) && strchr(words, ' '))
		words += strcspn(words, " ") + 1;
	return words;
}

/* Options are in front of a module's name, and its text is behind. */
static int resolve_module(const struct request *req, const char **words)
{
	const char *name = loaded_name(*words), *found, *text;
	char *file, *all;
	int err;

	text = name + strcspn(name, " ");
	file = strndup(name, text - name);
	if (!file)
		return out_of_memory();
	found = file;
	err = resolve(req, &found);
	free(file);
	if (err)
		return err;
	if (asprintf(&all, "%.*s%s%s", (int)(name - *words), *words, found, text) < 0)
		return out_of_memory();
	free(resolved[nr_resolved - 1]);
	resolved[nr_resolved - 1] = all;
	*words = all;
	return 0;
}

/**
 * resolve_files() - find the files of a request as the system has them that --root names
 * @req: the request; its names are replaced
 *
 * Otherwise a link there to /boot/NAME would be the file of this system.
 *
 * Return: 0 or a negative errno, after a message.
 */
int resolve_files(struct request *req)
{
	size_t i;
	int err;

	if (!req->root)
		return 0;
	err = resolve(req, &req->kernel) ?: resolve(req, &req->dtb) ?:
	      resolve_all(req, &req->initrds) ?: resolve_all(req, &req->addons);
	for (i = 0; i < req->modules.nr && !err; i++)
		err = resolve_module(req, &req->modules.name[i]);
	return err;
}

/**
 * forget_files() - free what resolve_files() left for others to use
 */
void forget_files(void)
{
	while (nr_resolved)
		free(resolved[--nr_resolved]);
}
