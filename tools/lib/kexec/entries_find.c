// SPDX-License-Identifier: GPL-2.0-only
/* One entry of many: the default, or one that is named. */
#include <errno.h>
#include <string.h>
#include <linux/kernel.h>
#include "entries.h"

/* What was there, but cannot be started, is not the same as nothing. */
static void none_left(const struct kexec_entries *entries, struct kexec_error *error)
{
	if (entries->why_none)
		error_because(error, KEXEC_REASON_ENTRIES_LEFT_OUT, -ENOEXEC, "%s",
			      entries->why_none);
	else if (entries->told.nr)
		error_because(error, KEXEC_REASON_ENTRIES_LEFT_OUT, -ENOEXEC,
			      "nothing that the boot loader has can be started");
	else
		error_because(error, KEXEC_REASON_NO_ENTRIES, -ENOENT,
			      "there are no boot loader entries");
	told_evidence(&entries->told, error);
	error_next(error, "%s", entries->closed ? AS_ROOT :
		   "Name a kernel, its --initrd and its --command-line.");
}

/**
 * kexec_entries_default() - which one would the boot loader start?
 * @entries: the entries
 * @error: filled in if that is none of them; its code is -%ENOENT if there are none, or
 *	no default, and -%ENOEXEC if all of them were left out, as its evidence tells
 *
 * Return: the entry or NULL.
 */
const struct kexec_entry *kexec_entries_default(const struct kexec_entries *entries,
						struct kexec_error *error)
{
	if (entries->chosen)
		return entries->chosen;
	if (!entries->list.nr) {
		none_left(entries, error);
		return NULL;
	}
	error_because(error, entries->why_none ? KEXEC_REASON_DEFAULT_LEFT_OUT :
		      KEXEC_REASON_NO_DEFAULT, -ENOENT, "%s",
		      entries->why_none ?: "the boot loader has no default entry");
	error_next(error, "%s", entries->unknown ? AS_ROOT :
		   "Choose an entry: --list shows them, --entry takes one.");
	return NULL;
}

static bool has_id(const struct kexec_entry *entry, const char *name)
{
	return !strcmp(entry->id, name) || (entry->by_number && !strcmp(entry->by_number, name));
}

static bool has_file(const struct kexec_entry *entry, const char *name)
{
	const char *slash = strrchr(entry->source, '/');

	return slash && !strcmp(slash + 1, name) && entry->sort_id && !entry->by_number;
}

static bool has_short_id(const struct kexec_entry *entry, const char *name)
{
	return bls_is_named(entry, name) && !entry->by_number;
}

static bool has_title(const struct kexec_entry *entry, const char *name)
{
	return !strcmp(entry->title, name);
}

static bool has_prefix(const struct kexec_entry *entry, const char *name)
{
	return !strncmp(entry->id, name, strlen(name));
}

typedef bool (*fits_fn)(const struct kexec_entry *entry, const char *name);

/* Of those that fit and have one id, the first is meant, as GRUB does it. */
static const struct kexec_entry *fitting(const struct kexec_entries *entries, const char *name,
					 fits_fn fits, size_t number)
{
	struct kexec_entry * const *entry = entries->list.entry;
	size_t i;

	if (!fits(entry[number], name))
		return NULL;
	for (i = 0; i < number; i++)
		if (!strcmp(entry[i]->id, entry[number]->id) && fits(entry[i], name))
			return NULL;
	return entry[number];
}

/* The only entry that fits; of several ones, the first, and how many there are. */
static const struct kexec_entry *only(const struct kexec_entries *entries, const char *name,
				      fits_fn fits, size_t *nr)
{
	const struct kexec_entry *found = NULL, *entry;
	size_t i;

	*nr = 0;
	for (i = 0; i < entries->list.nr; i++) {
		entry = fitting(entries, name, fits, i);
		found = found ?: entry;
		*nr += !!entry;
	}
	return found;
}

/**
 * kexec_entries_find() - find an entry by name
 * @entries: the entries
 * @name: its id, with or without what its file's name ends with, and with or without
 *	counters; its title; a part at the start of the id that no other has; or, in the
 *	menu of GRUB, its way there, as in "Submenu>Title"
 * @error: filled in if there is none, or more than one
 *
 * Return: the entry or NULL.
 */
const struct kexec_entry *kexec_entries_find(const struct kexec_entries *entries,
					     const char *name, struct kexec_error *error)
{
	static const fits_fn ways[] = {
		has_id, has_file, has_short_id, has_title, has_prefix,
	};
	const struct kexec_entry *found = NULL;
	size_t i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(ways) && !found; i++)
		found = only(entries, name, ways[i], &nr);
	if (nr == 1 && *name)
		return found;
	if (!nr && strchr(name, '>') && grub_entry(entries->grub, name))
		return grub_entry(entries->grub, name);
	if (nr && *name)
		error_because(error, KEXEC_REASON_SEVERAL_ENTRIES, -EINVAL,
			      "%s may be any of %zu boot loader entries", name, nr);
	else
		error_because(error, KEXEC_REASON_NO_SUCH_ENTRY, -ENOENT,
			      "no boot loader entry is named %s", name);
	for (nr = 0; found && nr < entries->list.nr; nr++)
		if (fitting(entries, name, ways[i - 1], nr))
			error_evidence(error, "%s", entries->list.entry[nr]->id);
	error_next(error, "--list shows all of them.");
	return NULL;
}
