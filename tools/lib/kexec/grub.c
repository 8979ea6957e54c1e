// SPDX-License-Identifier: GPL-2.0-only
/* The menu of GRUB, and which of its lines is the default. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <linux/kernel.h>
#include "grub.h"

/* What its command normal sets, and what a normal boot has. */
static const char * const features[] = {
	"feature_chainloader_bpb", "feature_ntldr", "feature_platform_search_hint",
	"feature_default_font_path", "feature_all_video_module", "feature_menuentry_id",
	"feature_menuentry_options", "feature_200_final", "feature_nativedisk_cmd",
	"feature_timeout_style",
};

/* Where distributions put the file; the last are links or old. */
static const char * const places[] = {
	"/boot/grub", "/boot/grub2", "/boot/efi/EFI/fedora", "/boot/efi/EFI/redhat",
	"/boot/efi/EFI/centos",
};

static bool has_efi(struct scan *scan)
{
	return entries_is_directory(scan, "/sys/firmware/efi");
}

static void set_variables(struct scan *scan, const char *prefix)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		variables_set(scan->pool, &scan->variables, features[i], "y");
	variables_set(scan->pool, &scan->variables, "prefix", prefix);
	variables_set(scan->pool, &scan->variables, "config_directory", prefix);
	variables_set(scan->pool, &scan->variables, "grub_platform", has_efi(scan) ? "efi" : "pc");
}

static struct menu *empty(struct menu *menu)
{
	menu->first = NULL;
	menu->end = &menu->first;
	return menu;
}

/* A broken file still has what came before. */
static void tell_broken(struct grub *grub)
{
	int shown = grub->broken ? strcspn(grub->broken_at, "\n") : 0;

	if (grub->broken)
		entries_tell(grub->scan, "%s: not read from \"%.*s\" on: %s",
			     grub->source, shown < 40 ? shown : 40, grub->broken_at, grub->broken);
	grub->broken = NULL;
	grub->depth = 0;
}

/**
 * grub_parse() - run a configuration file
 * @scan: the search; is given GRUB's variables
 * @source: name of the file
 * @prefix: GRUB's own directory, below the root
 * @text: what is in the file; stays in use
 *
 * Return: what it made up, or NULL without memory.
 */
struct grub *grub_parse(struct scan *scan, const char *source, const char *prefix,
			const char *text)
{
	struct grub *grub = pool_alloc(scan->pool, sizeof(*grub));

	if (!grub)
		return NULL;
	grub->scan = scan;
	grub->room = POOL_MAX / 2;
	grub->source = source;
	grub->menu = pool_alloc(scan->pool, sizeof(*grub->menu));
	if (!grub->menu)
		return NULL;
	empty(grub->menu);
	set_variables(scan, prefix);
	grub_run(grub, text, '\0', NULL);
	tell_broken(grub);
	return grub;
}

/**
 * grub_start() - find and run the configuration file
 * @scan: the search; is given GRUB's variables
 *
 * Return: what to give to grub_finish(), or NULL if there is no such file.
 */
struct grub *grub_start(struct scan *scan)
{
	const char *source;
	char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		source = pool_print(scan->pool, "%s%s/grub.cfg", scan->root, places[i]);
		text = entries_read_below(scan, source, NULL);
		if (text)
			return grub_parse(scan, source, places[i], text);
		entries_unreadable(scan, source);
	}
	return NULL;
}

/* os-prober's entries have their files on file systems that are not mounted here. */
static bool is_foreign(const struct item *item)
{
	return item->id && !strncmp(item->id, "osprober", 8);
}

static struct kexec_entry *make_entry(struct grub *grub, const struct item *item,
				      const struct boot *boot)
{
	struct kexec_entry *entry = pool_alloc(grub->scan->pool, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->kind = KEXEC_ENTRY_GRUB;
	entry->id = item->id ?: item->title;
	entry->title = item->title;
	entry->source = grub->source;
	entry->kernel = boot->kernel;
	entry->version = find_version(boot->kernel);
	entry->options = boot->options;
	entry->devicetree = boot->devicetree;
	entry->initrds = boot->initrds;
	entry->modules = boot->modules;
	return entry;
}

static const char *why_not(struct pool *pool, const struct item *item, const struct boot *boot)
{
	if (is_foreign(item))
		return "it is of another system";
	if (boot->elsewhere)
		return pool_print(pool, "it is on another file system, %s", boot->elsewhere);
	return boot->missing ? pool_print(pool, "there is no %s", boot->missing) : NULL;
}

/* What an entry sets is gone when the next one is looked at. */
static void run_entry(struct grub *grub, struct item *item, struct entry_list *list)
{
	const struct variable *variables = grub->scan->variables;
	struct scan *scan = grub->scan;
	struct boot boot = {};
	const char *why;

	grub->boot = &boot;
	grub_run(grub, item->body, '}', item->args);
	grub->boot = NULL;
	scan->variables = variables;
	tell_broken(grub);
	why = why_not(scan->pool, item, &boot);
	if (why)
		entries_tell(scan, "%s: \"%s\" is left out, %s", grub->source, item->title, why);
	else if (boot.kernel)
		item->entry = make_entry(grub, item, &boot);
	if (item->entry)
		entries_add(scan, list, item->entry);
}

/* The line gives way to one for each of the files. */
static void put_dropins(struct grub *grub, struct item *item, const struct entry_list *dropins,
			struct entry_list *list)
{
	struct menu menu;
	size_t i;

	grub->menu = empty(&menu);
	for (i = 0; i < dropins->nr; i++) {
		grub_add_item(grub, &(struct item){
			.title = dropins->entry[i]->title, .id = dropins->entry[i]->sort_id,
			.entry = dropins->entry[i],
		});
		entries_add(grub->scan, list, dropins->entry[i]);
	}
	*menu.end = item->next;
	item->next = menu.first;
}

static void run_menu(struct grub *grub, struct menu *menu, const struct entry_list *dropins,
		     struct entry_list *list, unsigned int depth)
{
	const struct variable *variables = grub->scan->variables;
	struct item *item, *next;

	for (item = menu->first; item && !grub->scan->pool->failed; item = next) {
		next = item->next;
		if (item->menu && depth < DEPTH_MAX) {
			grub->menu = empty(item->menu);
			grub_run(grub, item->body, '}', item->args);
			tell_broken(grub);
			run_menu(grub, item->menu, dropins, list, depth + 1);
			grub->scan->variables = variables;
		} else if (!item->menu && item->body) {
			run_entry(grub, item, list);
		} else if (!item->body) {
			put_dropins(grub, item, dropins, list);
		}
	}
}

/* Lines without a title stand for others that follow. */
static struct item *first_line(struct item *item)
{
	while (item && !item->title)
		item = item->next;
	return item;
}

static struct item *find_number(const struct menu *menu, unsigned long number)
{
	struct item *item = first_line(menu->first);

	while (item && number--)
		item = first_line(item->next);
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

static struct item *find_name(const struct menu *menu, const char *path, const char **rest)
{
	struct item *item = first_line(menu->first);

	for (*rest = NULL; item; item = first_line(item->next)) {
		*rest = behind_name(path, item->title);
		if (!*rest && item->id)
			*rest = behind_name(path, item->id);
		if (!*rest && item->entry && bls_is_named(item->entry, path))
			*rest = "";
		if (*rest)
			break;
	}
	return item;
}

/* A number, a title or an id; what follows behind a '>' is left as the rest, or "". */
static struct item *find_line(const struct menu *menu, const char *path, const char **rest)
{
	unsigned long number;
	struct item *item;
	char *end;

	number = strtoul(path, &end, 0);
	if (end != path && (!*end || *end == '>')) {
		*rest = *end ? end + 1 : end;
		return find_number(menu, number);
	}
	item = find_name(menu, path, rest);
	*rest = *rest ?: "";
	return item;
}

/*
 * Behind a '>' is such a thing of the menu that it opens.  What is not there stands for the
 * first line.
 */
static struct item *choose(const struct menu *menu, const char *path)
{
	struct item *item;

	do {
		item = find_line(menu, path, &path) ?: first_line(menu->first);
		menu = item ? item->menu : NULL;
	} while (menu);
	return item;
}

/**
 * grub_entry() - find an entry by its way through the menu
 * @grub: what grub_finish() was given; NULL is fine
 * @path: titles, ids or numbers of submenus and of the entry, with a '>' between each
 *
 * Return: the entry, or NULL if there is none or it starts no kernel.
 */
const struct kexec_entry *grub_entry(const struct grub *grub, const char *path)
{
	const struct menu *menu = grub ? grub->menu : NULL;
	struct item *item = NULL;

	while (menu) {
		item = find_line(menu, path, &path);
		menu = item && *path ? item->menu : NULL;
	}
	return item && !*path ? item->entry : NULL;
}

/**
 * grub_finish() - find out what the lines of the menu start
 * @grub: what grub_start() returned; NULL is fine
 * @dropins: entries for the blscfg command; sorted as GRUB sorts them
 * @list: where entries are added
 * @chosen: set to the default one, or NULL
 * @why_none: set if that is none
 *
 * Return: whether there is a menu with something in it.
 */
bool grub_finish(struct grub *grub, struct entry_list *dropins, struct entry_list *list,
		 const struct kexec_entry **chosen, const char **why_none)
{
	const char *path;
	struct menu *menu;
	struct item *item;

	if (!grub)
		return false;
	menu = grub->menu;
	grub->work = 0;
	grub->room += POOL_MAX / 4;
	path = variables_get(grub->scan->variables, "default", 7);
	bls_sort_by_name(dropins);
	run_menu(grub, menu, dropins, list, 0);
	grub->menu = menu;
	item = choose(menu, path ?: "");
	*chosen = item ? item->entry : NULL;
	if (!item)
		*why_none = pool_print(grub->scan->pool, "the menu of GRUB, %s, is empty",
				       grub->source);
	else if (!item->entry)
		*why_none = pool_print(grub->scan->pool,
				       "the default entry of GRUB, \"%s\", starts no kernel that is here",
				       item->title);
	return list->nr;
}
