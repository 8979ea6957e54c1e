// SPDX-License-Identifier: GPL-2.0-only
/* What the names of entries' files say. */
#include <stdlib.h>
#include <string.h>
#include "entries.h"

/* What follows "+LEFT" or "+LEFT-DONE", if that is there. */
static const char *behind_counters(const char *text)
{
	static const char digits[] = "0123456789";
	size_t left = *text == '+' ? strspn(text + 1, digits) : 0, done;

	if (!left)
		return text;
	text += 1 + left;
	done = *text == '-' ? strspn(text + 1, digits) : 0;
	return done ? text + 1 + done : text;
}

/**
 * bls_is_named() - is that the name of an entry, with counters or without?
 * @entry: the entry
 * @name: the name; what comes at the end of a file's name may be missing
 *
 * Counters change with every boot, and not each boot loader knows of them.
 *
 * Return: true if so.
 */
bool bls_is_named(const struct kexec_entry *entry, const char *name)
{
	size_t len = entry->sort_id ? strlen(entry->sort_id) : 0;

	if (!len || strncmp(name, entry->sort_id, len))
		return false;
	name = behind_counters(name + len);
	return !*name || !strcmp(name, entry->id + len);
}

/**
 * bls_is_bad() - has it been tried in vain as often as it may be?
 * @entry: the entry
 *
 * Return: true if so.
 */
bool bls_is_bad(const struct kexec_entry *entry)
{
	return entry->counted && !entry->left;
}

/**
 * bls_name() - find out what the name of an entry's file says
 * @pool: where what it says goes
 * @entry: the entry; @entry->source is set
 * @suffix: what its name ends with
 *
 * That is its id, and how often it may be tried: "+LEFT" or "+LEFT-DONE" before the suffix.
 */
void bls_name(struct pool *pool, struct kexec_entry *entry, const char *suffix)
{
	const char *slash = strrchr(entry->source, '/'), *name = slash ? slash + 1 : entry->source;
	char *end, *c;
	size_t all = strlen(name), len = all - strlen(suffix);
	const char *plus = name + len;

	while (plus > name && *plus != '+')
		plus--;
	if (plus > name && plus < name + len && behind_counters(plus) == name + len) {
		entry->counted = true;
		entry->left = strtoul(plus + 1, &end, 10);
		entry->done = *end == '-' ? strtoul(end + 1, NULL, 10) : 0;
		len = plus - name;
	}
	entry->sort_id = pool_text(pool, name, len);
	entry->id = pool_print(pool, "%s%s", entry->sort_id, name + all - strlen(suffix));
	entry->menu_id = pool_text(pool, entry->id, strlen(entry->id));
	for (c = (char *)entry->menu_id; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	/* names that systemd-boot has for what it finds by itself */
	entry->hidden |= !strncmp(entry->menu_id, "auto-", 5);
}
