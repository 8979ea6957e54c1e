// SPDX-License-Identifier: GPL-2.0-only
/* What there is to boot, whatever boot loader it is meant for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "entries.h"

/* Where systemd looks if there is no ESP: boot_config_load_auto() of its bootspec.c. */
#define WITHOUT_ESP	"/run/boot-loader-entries"

/* Lists of entries while they are collected. */
struct lists {
	struct entry_list dropins, specified, own, menu, left, own_left;
	const char *closed;	/* what GRUB may have read and we cannot */
};

/* The same file system may be mounted, or linked, at two places. */
static bool is_new(struct scan *scan, struct stat *seen, size_t nr, const char *boot)
{
	const char *path = pool_print(scan->pool, "%s%s/.", scan->root, boot);
	size_t i;

	path = entries_resolve(scan->pool, scan->root, path);
	if (!path || stat(path, &seen[nr]))
		memset(&seen[nr], 0, sizeof(*seen));
	for (i = 0; i < nr; i++)
		if (seen[i].st_ino == seen[nr].st_ino && seen[i].st_dev == seen[nr].st_dev)
			return false;
	return true;
}

/* systemd-boot begins with its own file system. */
static void order_places(struct scan *scan, const char **place)
{
	size_t i, nr = 1;

	place[0] = loader_esp(scan);
	for (i = 0; i < BOOT_DIRECTORIES; i++)
		if (strcmp(entries_boot[i], place[0]))
			place[nr++] = entries_boot[i];
}

/* Drop-in files and unified kernel images; GRUB knows nothing of the latter. */
static void read_specified(struct scan *scan, struct lists *lists)
{
	const char *place[BOOT_DIRECTORIES];
	struct stat seen[BOOT_DIRECTORIES];
	const char *closed = scan->closed;
	size_t i;

	order_places(scan, place);
	for (i = 0; i < BOOT_DIRECTORIES; i++) {
		scan->place = i;
		scan->closed = NULL;
		if (is_new(scan, seen, i, place[i]))
			bls_read(scan, place[i], &lists->dropins);
		if (!strcmp(place[i], "/boot"))
			lists->closed = lists->closed ?: scan->closed;
		closed = closed ?: scan->closed;
	}
	scan->closed = closed;
	lists->specified = lists->dropins;
	for (i = 0; i < BOOT_DIRECTORIES; i++) {
		scan->place = i;
		if (is_new(scan, seen, i, place[i]))
			uki_directory(scan, place[i], &lists->specified);
	}
	bls_sort(&lists->specified);
}

static bool holds(const struct entry_list *list, const struct kexec_entry *entry)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (list->entry[i] == entry || list->entry[i]->instead_of == entry ||
		    entry->instead_of == list->entry[i])
			return true;
	return false;
}

/* What is there already stays where it is. */
static void append(struct scan *scan, struct entry_list *list, const struct entry_list *more,
		   const struct grub *hider)
{
	size_t i;

	for (i = 0; i < more->nr; i++)
		if (!holds(list, more->entry[i]) && !grub_hides(hider, more->entry[i]))
			entries_add(scan, list, more->entry[i]);
}

/* What is read there counts as if it were the only file system of a boot loader. */
static void read_own(struct scan *scan, struct lists *lists)
{
	scan->left = &lists->own_left;
	bls_read(scan, WITHOUT_ESP, &lists->own);
	uki_directory(scan, WITHOUT_ESP, &lists->own);
	bls_sort(&lists->own);
}

/* Entries that only others may read can be the default one. */
static bool is_unknown(struct scan *scan, struct kexec_entries *entries, const char *closed)
{
	if (!closed || !entries->list.nr)
		return false;
	entries->why_none = pool_print(scan->pool,
				       "%s can only be read with more rights, and the default entry may be there",
				       closed);
	return true;
}

/* The entries of the boot loader that is in charge come first, and one of them is the default. */
static void collect_lists(struct scan *scan, struct kexec_entries *entries, struct lists *lists)
{
	bool strict, used = loader_was_used(scan, &strict), by_grub, by_own;
	const struct kexec_entry *chosen = NULL;
	struct grub *grub;

	scan->left = &lists->left;
	grub = grub_start(scan, &lists->closed);
	entries->grub = grub;
	scan->expand &= !used;
	scan->strict = strict;
	scan->self = strict ? loader_self(scan) : NULL;
	read_specified(scan, lists);
	scan->strict = false;
	by_grub = grub_finish(grub, &lists->dropins, &lists->specified, &lists->menu, &chosen,
			      &entries->why_none) && !used;
	if (used)
		entries->why_none = NULL;
	if (!by_grub)
		chosen = loader_choose(scan, &lists->specified, loader_esp(scan),
				       &entries->why_none);
	read_own(scan, lists);
	by_own = lists->own.nr && !by_grub && !used;
	if (by_own) {
		chosen = loader_choose(scan, &lists->own, WITHOUT_ESP, &entries->why_none);
		append(scan, &entries->list, &lists->own, NULL);
	}
	append(scan, &entries->list, by_grub ? &lists->menu : &lists->specified, NULL);
	append(scan, &entries->list, by_grub ? &lists->specified : &lists->menu,
	       by_grub ? grub : NULL);
	append(scan, &entries->list, &lists->own, NULL);
	entries->unknown = is_unknown(scan, entries, by_grub ? lists->closed : scan->closed) ||
			   (by_grub && !chosen && grub_was_kept_out(grub));
	entries->chosen = entries->unknown ? NULL : chosen;
}

static void collect(struct scan *scan, struct kexec_entries *entries)
{
	struct lists *lists = calloc(1, sizeof(*lists));

	if (!lists) {
		scan->pool->failed = true;
		return;
	}
	collect_lists(scan, entries, lists);
	free(lists);
}

static int check_root(const char *root, struct kexec_error *error)
{
	struct stat st;
	int err = stat(root, &st) ? -errno : S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;

	if (!err)
		return 0;
	error_because(error, KEXEC_REASON_NO_SYSTEM, err,
		      "there is no system below %s to search for boot loader entries: %s", root,
		      strerror(-err));
	error_next(error, err == -EACCES ? AS_ROOT :
		   "Name the directory where its root file system is mounted.");
	return err;
}

/**
 * kexec_entries_read() - find what there is to boot
 * @root: directory to search, "/" for this system
 * @entries: set to what was found, to be given to kexec_entries_free()
 * @error: filled in; without a failure its evidence tells what was left out, and why, as far
 *	as there is room, and its next step how to read that, if anything can be done;
 *	kexec_entries_left_out() tells all of it
 *
 * Finding nothing is no failure, but having nowhere to search is.
 *
 * Return: 0 or a negative errno.
 */
int kexec_entries_read(const char *root, struct kexec_entries **entries,
		       struct kexec_error *error)
{
	struct kexec_entries *found;
	struct scan scan = {};
	size_t i;
	int err;

	*entries = NULL;
	error_clear(error);
	err = check_root(root, error);
	if (err)
		return err;
	found = calloc(1, sizeof(*found));
	if (!found)
		return error_set(error, -ENOMEM, "there is no memory to read boot loader entries");
	scan.told = &found->told;
	scan.pool = &found->pool;
	scan.root = entries_top(scan.pool, root);
	collect(&scan, found);
	found->closed = scan.closed;
	if (found->pool.failed) {
		kexec_entries_free(found);
		return error_set(error, -ENOMEM,
				 "the boot loader entries below %s take too much memory", root);
	}
	for (i = 0; i < found->list.nr; i++)
		found->list.entry[i]->is_default = found->list.entry[i] == found->chosen;
	told_evidence(&found->told, error);
	if (found->closed)
		error_next(error, AS_ROOT);
	*entries = found;
	return 0;
}

/**
 * kexec_entries_free() - forget entries
 * @entries: they, or NULL
 */
void kexec_entries_free(struct kexec_entries *entries)
{
	if (entries)
		pool_free(&entries->pool);
	free(entries);
}

/**
 * kexec_entries_count() - how many entries are there?
 * @entries: they
 *
 * Return: their number.
 */
size_t kexec_entries_count(const struct kexec_entries *entries)
{
	return entries->list.nr;
}

/**
 * kexec_entries_get() - take one of the entries
 * @entries: they
 * @number: which one, from 0 on
 *
 * Return: the entry, or NULL beyond the last.
 */
const struct kexec_entry *kexec_entries_get(const struct kexec_entries *entries, size_t number)
{
	return number < entries->list.nr ? entries->list.entry[number] : NULL;
}

/**
 * kexec_entries_left_out() - what was left out, and why
 * @entries: the entries
 * @number: which one, from 0 on
 *
 * Return: a line for people, or NULL beyond the last.
 */
const char *kexec_entries_left_out(const struct kexec_entries *entries, size_t number)
{
	return number < entries->told.nr ? entries->told.line[number] : NULL;
}
