// SPDX-License-Identifier: GPL-2.0-only
/* On which file system GRUB would look for an entry's files, and whether that is this one. */
#include <dirent.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include "grub.h"

/* Beside GRUB's variable root; no script can name it. */
#define ROOT_UUID	" root-uuid"

/**
 * grub_set_root() - note which file system is the root from now on
 * @grub: where this is said
 * @uuid: its UUID, or NULL if it is known by another name
 */
void grub_set_root(struct grub *grub, const char *uuid)
{
	variables_set(grub->scan->pool, &grub->scan->variables, ROOT_UUID, uuid);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

/**
 * grub_search() - run the search command, as far as it can be run here
 * @grub: where it is
 * @words: its name and arguments
 *
 * What is searched for is the first word that is no option; further ones are hints.
 */
void grub_search(struct grub *grub, const struct words *words)
{
	const char *word, *name = NULL;
	bool by_uuid = false, sets = false;
	size_t i;

	for (i = 1; i < words->nr; i++) {
		word = words->word[i];
		if (is_one_of(word, "--fs-uuid", "-u"))
			by_uuid = true;
		else if (is_one_of(word, "--set", "-s") || !strcmp(word, "--set=root"))
			sets = true;
		else if (!strncmp(word, "--hint", 6) && !strchr(word, '='))
			i++;
		else if (*word != '-' && !name)
			name = word;
	}
	if (sets)
		grub_set_root(grub, by_uuid ? name : NULL);
}

/* Is the file system of that device known by another UUID, while a device has the one given? */
static bool is_other(struct grub *grub, DIR *links, const char *path, dev_t device,
		     const char *uuid)
{
	bool named = false, other = false;
	struct dirent *link;
	struct stat st;

	while ((link = readdir(links))) {
		grub->work += FIND_WORK;
		if (stat(pool_print(grub->scan->pool, "%s/%s", path, link->d_name), &st) ||
		    !S_ISBLK(st.st_mode))
			continue;
		/* letters of those of FAT are large for udev and small for some */
		if (!strcasecmp(link->d_name, uuid))
			named = st.st_rdev != device;
		else
			other |= st.st_rdev == device;
	}
	return named && other;
}

/**
 * grub_elsewhere() - would GRUB take a file from another file system?
 * @grub: where the file is named
 * @word: its name for GRUB
 * @found: its name here
 *
 * It would if udev knows both file systems by their UUIDs.  Where it does not, as with
 * btrfs, where files have no device of their own, or with a copy of a disk, nobody can tell.
 *
 * Return: the UUID of that file system, or NULL.
 */
const char *grub_elsewhere(struct grub *grub, const char *word, const char *found)
{
	const char *uuid = variables_get(grub->scan->variables, ROOT_UUID, strlen(ROOT_UUID));
	const char *path = pool_print(grub->scan->pool, "%s/dev/disk/by-uuid", grub->scan->root);
	const char *real = entries_resolve(grub->scan->pool, grub->scan->root, path);
	DIR *links = uuid && *word != '(' && real ? opendir(real) : NULL;
	bool other = false;
	struct stat st;

	if (!links)
		return NULL;
	if (!stat(found, &st))
		other = is_other(grub, links, path, st.st_dev, uuid);
	closedir(links);
	return other ? uuid : NULL;
}
