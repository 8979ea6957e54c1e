// SPDX-License-Identifier: GPL-2.0-only
/*
 * What systemd-boot would start: loader.conf(5), and the EFI variables of the Boot Loader
 * Interface (systemd.io/BOOT_LOADER_INTERFACE).
 */
#include <string.h>
#include "entries.h"

#define VENDOR	"4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
/* Bytes before the value in a file of efivarfs. */
#define ATTRIBUTES	4
/* That may say what the default is. */
#define SOURCES		3

/* Names of entries are of letters that have one byte in UTF-8. */
static const char *from_utf16(struct pool *pool, const unsigned char *data, size_t size)
{
	char *text = pool_alloc(pool, size / 2 + 1);
	size_t i;

	for (i = 0; text && i + 1 < size && (data[i] || data[i + 1]); i += 2)
		text[i / 2] = data[i + 1] || data[i] > '~' ? '?' : data[i];
	return text;
}

/* What an EFI variable says, or NULL. */
static const char *read_variable(struct scan *scan, const char *name)
{
	size_t size;
	char *data = entries_read_below(scan, pool_print(scan->pool, "%s%s%s-" VENDOR,
							 scan->root,
							 "/sys/firmware/efi/efivars/", name),
					&size);
	const char *text;

	if (!data || size < ATTRIBUTES)
		return NULL;
	text = from_utf16(scan->pool, (unsigned char *)data + ATTRIBUTES, size - ATTRIBUTES);
	return text && *text ? text : NULL;
}

/**
 * loader_was_used() - was this system started by a loader that reads drop-in files alone?
 * @scan: the search
 *
 * GRUB says who it is, too.
 */
bool loader_was_used(struct scan *scan)
{
	const char *info = read_variable(scan, "LoaderInfo");

	return info && strncmp(info, "GRUB", 4);
}

/**
 * loader_pattern() - what loader.conf has as the default
 * @pool: where that goes
 * @text: what is in the file
 *
 * Return: a pattern, or NULL.
 */
const char *loader_pattern(struct pool *pool, char *text)
{
	const char *pattern = NULL;
	char *line, *value;

	while ((line = entries_next_line(&text))) {
		value = entries_cut_word(line);
		if (!strcmp(line, "default") && *value)
			pattern = pool_text(pool, value, strlen(value));
	}
	return pattern;
}

static const char *read_pattern(struct scan *scan)
{
	static const char * const places[] = { "/efi", "/boot/efi", "/boot" };
	const char *pattern = NULL;
	char *text;
	size_t i;

	for (i = 0; i < 3 && !pattern; i++) {
		text = entries_read_below(scan, pool_print(scan->pool, "%s%s/loader/loader.conf",
							   scan->root, places[i]), NULL);
		pattern = loader_pattern(scan->pool, text);
	}
	return pattern;
}

/*
 * bootctl(1) counts profiles where the boot loader has their names, and once took counters for a
 * part of an entry's name.
 */
static bool is_meant(const struct kexec_entry *entry, const char *pattern)
{
	return entries_match(pattern, entry->id) || entries_match(pattern, entry->sort_id) ||
	       (entry->by_number && entries_match(pattern, entry->by_number)) ||
	       bls_is_named(entry, pattern);
}

static const struct kexec_entry *find(const struct entry_list *list, const char *pattern)
{
	size_t i;

	for (i = 0; pattern && i < list->nr; i++)
		if (is_meant(list->entry[i], pattern))
			return list->entry[i];
	return NULL;
}

/* Patterns may stand for what was started last. */
static const char *unless_saved(struct scan *scan, const char *pattern)
{
	if (!pattern || strcmp(pattern, "@saved"))
		return pattern;
	return read_variable(scan, "LoaderEntryLastBooted") ?:
	       read_variable(scan, "LoaderEntrySelected");
}

/**
 * loader_choose() - which entry would systemd-boot start?
 * @scan: the search
 * @list: sorted entries
 *
 * @why_none: set if it would start something else
 *
 * In this order: what is to be started once, what was chosen as default in its menu or by
 * bootctl(1), what loader.conf says, the first one.
 *
 * Return: the entry, or NULL if there is none.
 */
const struct kexec_entry *loader_choose(struct scan *scan, const struct entry_list *list,
					const char **why_none)
{
	const char *pattern[SOURCES] = {
		read_variable(scan, "LoaderEntryOneShot"),
		unless_saved(scan, read_variable(scan, "LoaderEntryDefault")),
		unless_saved(scan, read_pattern(scan)),
	};
	const struct kexec_entry *entry = NULL;
	size_t i;

	for (i = 0; i < SOURCES && !entry; i++) {
		entry = find(list, pattern[i]);
		/* as loader.conf(5) has it, it finds these by itself */
		if (entry || !pattern[i] || strncmp(pattern[i], "auto-", 5))
			continue;
		*why_none = pool_print(scan->pool,
				       "the default entry of the boot loader, %s, starts no kernel",
				       pattern[i]);
		return NULL;
	}
	return entry ?: list->nr ? list->entry[0] : NULL;
}
