// SPDX-License-Identifier: GPL-2.0-only
/* Commands of GRUB that look for file systems, or at one. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include "grub.h"

#define BY_UUID		"/dev/disk/by-uuid"
#define BY_LABEL	"/dev/disk/by-label"

/* What is searched for, and the variable that is told where it is. */
struct search {
	char kind;
	const char *name, *variable, *second;
};

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

static void take_plain(struct search *search, const char *word)
{
	if (!search->name)
		search->name = word;
	else if (!search->second)
		search->second = word;
}

/* What is searched for is the first word that is no option; further ones are hints. */
static void read_words(struct search *search, const struct words *words)
{
	const char *word;
	size_t i;

	for (i = 1; i < words->nr; i++) {
		word = words->word[i];
		if (is_one_of(word, "--fs-uuid", "-u") || is_one_of(word, "--label", "-l") ||
		    is_one_of(word, "--file", "-f"))
			search->kind = word[1] == '-' ? word[2] == 'f' && word[3] == 's' ? 'u' :
				       word[2] : word[1];
		else if (is_one_of(word, "--set", "-s"))
			search->variable = "root";
		else if (!strncmp(word, "--set=", 6))
			search->variable = word + 6;
		else if (!strncmp(word, "--hint", 6) && !strchr(word, '='))
			i++;
		else if (*word != '-')
			take_plain(search, word);
	}
	search->variable = search->variable ?: search->second;
}

/* As in search.fs_uuid NAME VARIABLE HINT... */
static void read_short(struct search *search, const struct words *words)
{
	const char *kind = words->word[0] + strlen("search.");

	search->kind = !strcmp(kind, "fs_uuid") ? 'u' : !strcmp(kind, "fs_label") ? 'l' : 'f';
	search->name = words->nr > 1 ? words->word[1] : NULL;
	search->variable = words->nr > 2 ? words->word[2] : "root";
}

static bool is_there(struct grub *grub, const char *links, const char *name)
{
	struct stat st;

	return entries_stat(grub->scan, pool_print(grub->scan->pool, "%s/%s", links, name), &st);
}

static void search_file(struct grub *grub, const struct search *search)
{
	struct pool *pool = grub->scan->pool;
	const char *why, *value;

	if (grub_find(grub, pool_print(pool, "(%s)%s", grub_device(grub, "", NULL, NULL),
				       search->name), &why))
		value = grub_device(grub, "search is told a file", NULL, NULL);
	else
		value = grub_because(grub, pool_print(pool, "search looks for %s on all devices",
						      search->name));
	grub_set(grub, search->variable, value);
}

/**
 * grub_search() - run the search command, as far as it can be run here
 * @s: where it is
 * @words: its name and arguments
 */
void grub_search(struct script *s, const struct words *words)
{
	static const char only_grub[] = "only GRUB knows what search finds";
	const char *links, *why = grub_why_words(s->grub, words);
	struct grub *grub = s->grub;
	struct search search = {};

	if (words->word[0][strlen("search")])
		read_short(&search, words);
	else
		read_words(&search, words);
	links = search.kind == 'l' ? BY_LABEL : BY_UUID;
	grub_doubt(grub, why ?: "search may find nothing");
	if (!search.name || !search.kind)
		grub_fail(grub);
	else if (search.variable && why)
		grub_set(grub, search.variable, grub_because(grub, why));
	else if (search.variable && search.kind == 'f')
		search_file(grub, &search);
	else if (search.variable)
		grub_set(grub, search.variable, grub_device(grub, only_grub, search.name, links));
	if (search.name && !why && strchr("ul", search.kind) && is_there(grub, links, search.name))
		grub_succeed(grub, true);
}

/* What is asked for; only what udev knows can be told. */
struct probe {
	const char *variable, *links, *device;
};

static void read_probe(struct probe *probe, const struct words *words)
{
	const char *word;
	size_t i;

	for (i = 1; i < words->nr; i++) {
		word = words->word[i];
		if (is_one_of(word, "--set", "-s") && i + 1 < words->nr)
			probe->variable = words->word[++i];
		else if (!strncmp(word, "--set=", 6))
			probe->variable = word + 6;
		else if (is_one_of(word, "--fs-uuid", "-u"))
			probe->links = BY_UUID;
		else if (is_one_of(word, "--label", "-l"))
			probe->links = BY_LABEL;
		else if (*word != '-')
			probe->device = word;
	}
}

/* The name that udev has in that directory for a device, if it has one only. */
static const char *link_to(struct grub *grub, const char *links, dev_t device)
{
	DIR *directory = entries_open_directory(grub->scan, links);
	const char *name = NULL;
	struct dirent *link;
	struct stat st;
	size_t nr = 0;

	while (directory && (link = readdir(directory))) {
		grub->work += FIND_WORK;
		if (!grub_is_link(grub, links, link, &st) || st.st_rdev != device)
			continue;
		name = pool_text(grub->scan->pool, link->d_name, strlen(link->d_name));
		nr++;
	}
	if (directory)
		closedir(directory);
	/* with a backslash udev writes what a file's name must not have */
	return nr == 1 && !strchr(name, '\\') ? name : NULL;
}

static const char *probe_value(struct grub *grub, const struct probe *probe)
{
	const struct cause *cause = grub_cause(grub, probe->device);
	struct stat st;

	if (!cause || !cause->device || !probe->links)
		return NULL;
	if (cause->uuid && !strcmp(cause->links, probe->links))
		return cause->uuid;
	if (cause->uuid || !entries_stat(grub->scan, grub->prefix, &st))
		return NULL;
	return link_to(grub, probe->links, st.st_dev);
}

/* The name of a device alone, with parentheses or without. */
static bool is_device(const char *word)
{
	size_t start = *word == '(';

	return word[start] == UNKNOWN && strlen(word) == 2 + 2 * start;
}

/**
 * grub_probe() - find out about a device
 * @s: where
 * @words: its name and arguments
 */
void grub_probe(struct script *s, const struct words *words)
{
	static const char why[] = "what probe finds on a device is not known";
	struct grub *grub = s->grub;
	struct probe probe = {};
	const char *value = NULL;

	read_probe(&probe, words);
	if (!words->split && probe.device && is_device(probe.device))
		value = probe_value(grub, &probe);
	if (probe.variable)
		grub_set(grub, probe.variable, value ?: grub_because(grub, why));
	if (value)
		grub_succeed(grub, true);
	else
		grub_doubt(grub, why);
}
