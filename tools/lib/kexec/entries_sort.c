// SPDX-License-Identifier: GPL-2.0-only
/* The order of entries. */
#include <stdlib.h>
#include <string.h>
#include "entries.h"

/* Nothing at all comes first. */
static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ?: "", b ?: "");
}

static int compare_numbers(unsigned long a, unsigned long b)
{
	return (a > b) - (a < b);
}

/* Of entries with one name, systemd-boot takes the one that may be tried more often. */
static int compare_counters(const struct kexec_entry *a, const struct kexec_entry *b)
{
	if (!a->counted || !b->counted)
		return 0;
	return compare_numbers(b->left, a->left) ?: compare_numbers(a->done, b->done);
}

static int compare_places(const struct kexec_entry *a, const struct kexec_entry *b)
{
	return (int)a->place - (int)b->place ?: strcmp(a->source, b->source);
}

static bool has_sort_key(const struct kexec_entry *entry)
{
	return entry->sort_key && *entry->sort_key;
}

/* UAPI.1, section "Sorting"; what ends a name is part of it, so that "a" is before "a-1". */
static int compare_entries(const void *one, const void *other)
{
	const struct kexec_entry *a = *(struct kexec_entry **)one;
	const struct kexec_entry *b = *(struct kexec_entry **)other;
	int order = bls_is_bad(a) - bls_is_bad(b) ?: has_sort_key(b) - has_sort_key(a);

	if (!order && has_sort_key(a))
		order = strcmp(a->sort_key, b->sort_key) ?:
			compare_texts(a->machine_id, b->machine_id) ?:
			kexec_compare_versions(b->version ?: "", a->version ?: "");
	/* a profile of a drop-in file is no part of its name */
	return order ?: kexec_compare_versions(b->menu_id, a->menu_id) ?:
		compare_numbers(a->by_number ? a->profile : 0, b->by_number ? b->profile : 0) ?:
		compare_counters(a, b) ?: compare_places(a, b);
}

static int compare_by_name(const void *one, const void *other)
{
	const struct kexec_entry *a = *(struct kexec_entry **)one;
	const struct kexec_entry *b = *(struct kexec_entry **)other;

	return bls_is_bad(a) - bls_is_bad(b) ?: kexec_compare_versions(b->sort_id, a->sort_id) ?:
		compare_counters(a, b) ?: compare_places(a, b);
}

/**
 * bls_sort() - sort as systemd-boot does
 * @list: what to sort
 */
void bls_sort(struct entry_list *list)
{
	qsort(list->entry, list->nr, sizeof(*list->entry), compare_entries);
}

/**
 * bls_sort_by_name() - sort as GRUB does
 * @list: what to sort
 *
 * One that counts boots, so that there are bad entries, has them at the end.
 */
void bls_sort_by_name(struct entry_list *list)
{
	qsort(list->entry, list->nr, sizeof(*list->entry), compare_by_name);
}
