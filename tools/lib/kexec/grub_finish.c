// SPDX-License-Identifier: GPL-2.0-only
/* What the lines of GRUB's menu start, and which of them is the default. */
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/* os-prober's entries have their files on file systems that are not mounted here. */
static bool is_foreign(const struct item *item)
{
	return item->id && !strncmp(item->id, "osprober", 8);
}

/* For people: a question mark is for what is not known. */
static const char *shown(struct grub *grub, const char *text)
{
	char *copy = pool_alloc(grub->scan->pool, strlen(text) + 1), *to = copy;

	for (; copy && *text; text += *text == UNKNOWN && text[1] ? 2 : 1)
		*to++ = *text == UNKNOWN ? '?' : *text;
	return copy ?: "";
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

static const char *maybe_not(struct grub *grub, const struct item *item)
{
	const char *why = item->maybe ?: grub_why(grub, item->title) ?: grub_why(grub, item->id);

	return why ? pool_print(grub->scan->pool, "GRUB may have it or not: %s", why) : NULL;
}

static const char *why_not(struct grub *grub, const struct item *item, const struct boot *boot)
{
	struct pool *pool = grub->scan->pool;

	if (is_foreign(item))
		return "it is of another system";
	if (boot->unknown)
		return pool_print(pool, "what it starts is not known: %s", boot->unknown);
	if (boot->elsewhere)
		return boot->elsewhere;
	if (boot->other && !boot->kernel)
		return NULL;
	return boot->missing ? pool_print(pool, "there is no %s", boot->missing) : NULL;
}

static void hide(struct grub *grub, const struct kexec_entry *entry)
{
	if (grub->hidden.nr < ENTRIES_MAX)
		grub->hidden.entry[grub->hidden.nr++] = (struct kexec_entry *)entry;
}

static void tell(struct grub *grub, struct item *item, const char *why)
{
	item->why_not = why;
	entries_tell(grub->scan, "%s: \"%s\" is left out, %s", grub->source,
		     item->title ? shown(grub, item->title) : "what may be more", why);
}

/* Runs what a line has; each starts with what the script has left. */
static const char *run_body(struct grub *grub, const struct item *item)
{
	grub->args = item->args;
	grub->calls = 1;
	grub->loops = 0;
	grub->leaving = STAY;
	grub->raised = STAY;
	grub->weak = NULL;
	grub->doubt = NULL;
	grub_succeed(grub, true);
	grub_run(grub, item->body, '}');
	return grub_tell_broken(grub);
}

/* What an entry sets is gone when the next one is looked at. */
static void run_entry(struct grub *grub, struct item *item, struct entry_list *list)
{
	const struct variable *variables = grub->scan->variables;
	const struct function *functions = grub->functions;
	struct boot boot = {};
	const char *why, *broken;

	grub->boot = &boot;
	broken = run_body(grub, item);
	grub->boot = NULL;
	grub->scan->variables = variables;
	grub->functions = functions;
	boot.unknown = boot.unknown ?: broken;
	why = maybe_not(grub, item) ?: why_not(grub, item, &boot);
	if (why)
		tell(grub, item, why);
	else if (boot.kernel)
		item->entry = make_entry(grub, item, &boot);
	if (why && boot.missing && !boot.unknown && !boot.elsewhere)
		item->missing = boot.missing;
	if (item->entry)
		entries_add(grub->scan, list, item->entry);
}

/* The options as words of a command, which they are for GRUB; NULL if they are none. */
static const char *as_words(struct grub *grub, const char *options)
{
	struct script s = { .grub = grub, .at = pool_print(grub->scan->pool, "%s\n", options) };
	struct words words = {};

	grub->args = NULL;
	while (!grub_ends_command(&s))
		grub_take_word(&s, &words);
	if (grub_mend(grub) || strcmp(s.at, "\n") || grub_why_words(grub, &words))
		return NULL;
	return grub_join(grub, &words, 0);
}

/* The same as GRUB has it; the original is not listed beside it. */
static struct kexec_entry *take_dropin(struct grub *grub, const struct kexec_entry *dropin)
{
	struct kexec_entry *entry = pool_alloc(grub->scan->pool, sizeof(*entry));
	const char *options = dropin->options ? as_words(grub, dropin->options) : "";
	const char *why = grub_why(grub, dropin->options) ?: grub_why(grub, dropin->title);
	size_t i;

	if (!entry)
		return NULL;
	for (i = 0; i < dropin->initrds.nr && !why; i++)
		why = grub_why(grub, dropin->initrds.text[i]);
	why = why ?: grub_why(grub, dropin->devicetree);
	if (why || !options) {
		entries_tell(grub->scan, "%s: left out, %s", dropin->source,
			     why ?: "its options are not as GRUB takes them");
		hide(grub, dropin);
		return NULL;
	}
	*entry = *dropin;
	entry->options = dropin->options ? options : NULL;
	entry->instead_of = dropin;
	return entry;
}

/* One that is left out is a line all the same; of one without a title little is known. */
static void put_line(struct grub *grub, const struct item *item, struct kexec_entry *entry,
		     struct entry_list *list)
{
	struct item line = {
		.title = entry->title, .id = entry->sort_id, .maybe = item->maybe,
		.why_not = entry->why_not,
	};

	if (entry->kind == KEXEC_ENTRY_BLS && entry->hidden)
		return;
	if (!entry->title)
		line.maybe = entry->why_not;
	else if (entry->kernel && entry->kind == KEXEC_ENTRY_BLS)
		line.entry = take_dropin(grub, entry);
	else if (entry->kernel)
		line.entry = entry;
	grub_add_item(grub, &line);
	if (line.entry && !item->maybe)
		entries_add(grub->scan, list, line.entry);
}

/* The line gives way to one for each of the files. */
static void put_entries(struct grub *grub, struct item *item, const struct entry_list *entries,
			struct entry_list *list)
{
	struct menu menu = { .end = &menu.first }, *whole = grub->menu;
	size_t i;

	grub->menu = &menu;
	for (i = 0; i < entries->nr; i++)
		put_line(grub, item, entries->entry[i], list);
	grub->menu = whole;
	*menu.end = item->next;
	item->next = menu.first;
}

/* Runs what a submenu has; the variables are those that it can see. */
static void run_submenu(struct grub *grub, struct item *item)
{
	const char *preset = grub_because(grub, "GRUB sets default anew for a submenu"), *broken;

	item->menu->end = &item->menu->first;
	grub->menu = item->menu;
	variables_set(grub->scan->pool, &grub->scan->variables, "default", preset);
	broken = run_body(grub, item);
	if (broken)
		item->maybe = broken;
	if (grub_get(grub, "default", 7) != preset)
		item->menu->preset = grub_get(grub, "default", 7) ?: "";
}

struct lists {
	struct entry_list *dropins, *images, *list;
};

static void run_menu(struct grub *grub, struct menu *menu, const struct lists *lists,
		     unsigned int depth)
{
	const struct variable *variables = grub->scan->variables, *exported = NULL;
	const struct function *functions = grub->functions;
	struct item *item, *next;
	size_t i;

	for (item = menu->first; item && !grub->scan->pool->failed; item = next) {
		next = item->next;
		if (item->images)
			item->maybe = item->maybe ?: grub->scan->more_images;
		if (item->menu && depth < DEPTH_MAX) {
			exported = exported ?: grub_exported(grub);
			grub->scan->variables = exported;
			run_submenu(grub, item);
			run_menu(grub, item->menu, lists, depth + 1);
			grub->scan->variables = variables;
			grub->functions = functions;
		} else if (!item->menu && item->body) {
			run_entry(grub, item, lists->list);
		} else if (!item->body && !item->maybe) {
			put_entries(grub, item, item->images ? lists->images : lists->dropins,
				    lists->list);
		} else if (item->maybe) {
			tell(grub, item, item->maybe);
			for (i = 0; i < lists->dropins->nr && !item->images; i++)
				hide(grub, lists->dropins->entry[i]);
		}
	}
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
	const char *why = NULL;

	while (menu && !why) {
		item = grub_line(grub, menu, path, &path, &why);
		menu = item && *path ? item->menu : NULL;
	}
	return item && !*path && !why ? item->entry : NULL;
}

/**
 * grub_hides() - is an entry not in GRUB's menu, though its file is there?
 * @grub: what grub_finish() was given; NULL is fine
 * @entry: the entry
 *
 * Return: true if so.
 */
bool grub_hides(const struct grub *grub, const struct kexec_entry *entry)
{
	size_t i;

	for (i = 0; grub && i < grub->hidden.nr; i++)
		if (grub->hidden.entry[i] == entry)
			return true;
	return false;
}

/**
 * grub_was_kept_out() - is there a file that GRUB reads and only others may read here?
 * @grub: what grub_finish() was given; NULL is fine
 *
 * Return: true if so.
 */
bool grub_was_kept_out(const struct grub *grub)
{
	return grub && grub->kept_out;
}

static bool is_in(const struct grub *grub, const struct kexec_entry *entry, const char *boot)
{
	boot = pool_print(grub->scan->pool, "%s%s/loader/", grub->scan->root, boot);
	return !strncmp(entry->source, boot, strlen(boot));
}

static void add_lines(struct grub *grub, const struct entry_list *from, const char *boot,
		      struct entry_list *list)
{
	size_t i;

	for (i = 0; from && i < from->nr; i++)
		if (from->entry[i]->kind == KEXEC_ENTRY_BLS &&
		    (!boot || is_in(grub, from->entry[i], boot)))
			entries_add(grub->scan, list, from->entry[i]);
}

/* GRUB looks for them on its own file system. */
static void take_usual(struct grub *grub, const struct entry_list *all,
		       const struct entry_list *left, struct entry_list *list)
{
	add_lines(grub, all, "/boot", list);
	add_lines(grub, left, "/boot", list);
	if (list->nr)
		return;
	add_lines(grub, all, NULL, list);
	add_lines(grub, left, NULL, list);
}

/* A file that only others may read is a line somewhere. */
static void read_dropins(struct grub *grub, const char *boot, const char *path,
			 struct entry_list *list)
{
	struct scan *scan = grub->scan;
	struct entry_list *left = scan->left;
	const char *closed = scan->closed;

	scan->left = list;
	scan->closed = NULL;
	bls_read_in(scan, boot, path, list);
	grub->kept_out |= !!scan->closed;
	if (scan->closed)
		grub->cut = grub->cut ?:
			    pool_print(scan->pool, "%s can only be read with more rights",
				       scan->closed);
	scan->left = left;
	scan->closed = closed ?: scan->closed;
}

/* Another directory: then those in the usual one are in no menu. */
static void take_dropins(struct grub *grub, const struct entry_list *all, struct entry_list *list)
{
	const char *path = grub->blsdir;

	list->nr = 0;
	if (path && *path == '(' && strchr(path, ')'))
		path = strchr(path, ')') + 1;
	if (path && !grub_why(grub, path)) {
		read_dropins(grub, "/boot", path, list);
		if (!list->nr)
			read_dropins(grub, "", path, list);
		if (list->nr || !grub->fallback)
			grub->hidden = *all;
	}
	if (!path || (!list->nr && grub->fallback))
		take_usual(grub, all, grub->scan->left, list);
	bls_sort_by_name(list);
}

static void take_images(struct grub *grub, const struct entry_list *all, struct entry_list *list)
{
	size_t i;

	list->nr = 0;
	for (i = 0; i < all->nr; i++)
		if (all->entry[i]->kind == KEXEC_ENTRY_UKI)
			entries_add(grub->scan, list, all->entry[i]);
	bls_sort_by_name(list);
}

/* What the variable fallback names is started where a file of the default entry is missing. */
static struct item *fall_back(struct grub *grub, struct item *item, const char **why)
{
	const char *names = grub_get_known(grub, "fallback", why);
	struct item *other = names && !*why ? grub_fall_back(grub, grub->menu, names, why) : NULL;

	if (*why || !other || !other->entry)
		return item;
	entries_add_text(&other->entry->remarks,
			 pool_print(grub->scan->pool,
				    "it is the fallback: \"%s\", the default entry, is left out, %s",
				    item->title, item->why_not));
	return other;
}

static void choose(struct grub *grub, const struct kexec_entry **chosen, const char **why_none)
{
	struct pool *pool = grub->scan->pool;
	const char *why = grub->cut, *path;
	struct item *item = NULL;

	path = grub_get(grub, "default", 7);
	if (!why)
		item = grub_choose(grub, grub->menu, path ?: "", &why);
	if (!why && item && !item->entry && item->missing)
		item = fall_back(grub, item, &why);
	*chosen = item && !why ? item->entry : NULL;
	if (why)
		*why_none = pool_print(pool, "the default entry of GRUB is not known: %s", why);
	else if (!item)
		*why_none = pool_print(pool, "the menu of GRUB, %s, is empty", grub->source);
	else if (!item->entry && item->why_not && !item->missing)
		*why_none = pool_print(pool, "the default entry of GRUB, \"%s\", is left out, %s",
				       shown(grub, item->title), item->why_not);
	else if (!item->entry)
		*why_none = pool_print(pool,
				       "the default entry of GRUB, \"%s\", starts no kernel that is here",
				       shown(grub, item->title));
}

/**
 * grub_finish() - find out what the lines of the menu start
 * @grub: what grub_start() returned; NULL is fine
 * @dropins: entries for the blscfg command
 * @specified: the same, with unified kernel images, for the uki command
 * @list: where entries are added
 * @chosen: set to the default one, or NULL
 * @why_none: set if that is none
 *
 * Return: whether there is a menu with something in it.
 */
bool grub_finish(struct grub *grub, const struct entry_list *dropins,
		 const struct entry_list *specified, struct entry_list *list,
		 const struct kexec_entry **chosen, const char **why_none)
{
	struct entry_list *own;
	struct menu *menu;

	if (!grub)
		return false;
	own = pool_alloc(grub->scan->pool, 2 * sizeof(*own));
	if (!own)
		return false;
	menu = grub->menu;
	grub->work = 0;
	grub->room += POOL_MAX / 4;
	if (grub->scan->expand)
		take_dropins(grub, dropins, own);
	take_images(grub, specified, own + 1);
	grub->scan->variables = grub->at_end;
	run_menu(grub, menu, &(struct lists){ own, own + 1, list }, 0);
	grub->menu = menu;
	choose(grub, chosen, why_none);
	return list->nr || grub->hidden.nr || grub_first_line(menu->first);
}
