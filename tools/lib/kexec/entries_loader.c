// SPDX-License-Identifier: GPL-2.0-only
/*
 * What systemd-boot would start: loader.conf(5), and the EFI variables of the Boot Loader
 * Interface (systemd.io/BOOT_LOADER_INTERFACE).
 */
#include <string.h>
#include <strings.h>
#include <linux/kernel.h>
#include "entries.h"

#define VENDOR	"4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
/* Bytes before the value in a file of efivarfs. */
#define ATTRIBUTES	4
#define SAVED	"@saved"
/* Names of entries are of letters that have one byte in UTF-8. */
static const char *from_utf16(struct pool *pool, const unsigned char *data, size_t size)
{
	char *text = pool_alloc(pool, size / 2 + 1);
	size_t i;

	for (i = 0; text && i + 1 < size && (data[i] || data[i + 1]); i += 2)
		text[i / 2] = data[i + 1] || data[i] > '~' ? '?' : data[i];
	return text;
}

/* The value of an EFI variable, or NULL. */
static const char *read_raw(struct scan *scan, const char *name, size_t *size)
{
	char *data = entries_read_below(scan, pool_print(scan->pool, "%s%s%s-" VENDOR,
							 scan->root,
							 "/sys/firmware/efi/efivars/", name),
					size);

	if (!data || *size < ATTRIBUTES) {
		*size = 0;
		return NULL;
	}
	*size -= ATTRIBUTES;
	return data + ATTRIBUTES;
}

/* What an EFI variable says, or NULL. */
static const char *read_variable(struct scan *scan, const char *name)
{
	const char *data, *text = NULL;
	size_t size = 0;

	data = read_raw(scan, name, &size);
	if (data)
		text = from_utf16(scan->pool, (unsigned char *)data, size);
	return text && *text ? text : NULL;
}

/**
 * loader_was_used() - was this system started by a loader that reads drop-in files alone?
 * @scan: the search
 * @strict: set to whether that only finds files where systemd-boot does
 *
 * GRUB says who it is, too.
 *
 * Return: true if so.
 */
bool loader_was_used(struct scan *scan, bool *strict)
{
	const char *info = read_variable(scan, "LoaderInfo");

	*strict = info && !strncmp(info, "systemd-boot", 12);
	return info && strncmp(info, "GRUB", 4);
}

/**
 * loader_self() - which file is the boot loader that has started this system?
 * @scan: the search
 *
 * Return: its name on its file system, as EFI has it; NULL if that is not known.
 */
const char *loader_self(struct scan *scan)
{
	return read_variable(scan, "LoaderImageIdentifier");
}

/* UAPI.1, "Mount Points"; some may be there only for file systems to be mounted. */
static const char * const esps[] = { "/efi", "/boot/efi", "/boot" };

/**
 * loader_esp() - where is the ESP mounted, with which systemd-boot begins?
 * @scan: the search
 *
 * Return: a directory below the root.
 */
const char *loader_esp(struct scan *scan)
{
	size_t i;

	for (i = 0; i + 1 < ARRAY_SIZE(esps); i++)
		if (entries_is_directory(scan, pool_print(scan->pool, "%s/EFI", esps[i])) ||
		    entries_is_directory(scan, pool_print(scan->pool, "%s/loader", esps[i])))
			break;
	return esps[i];
}

/* Other names with an '@' than "@saved" are for later versions. */
static bool is_pattern(const char *value)
{
	return *value != '@' || !strcasecmp(value, SAVED);
}

/**
 * loader_parse() - read loader.conf
 * @pool: where what it has goes
 * @text: what is in the file, or NULL
 * @conf: filled in
 */
void loader_parse(struct pool *pool, char *text, struct loader_conf *conf)
{
	char *name, *value;

	*conf = (struct loader_conf){};
	while ((name = entries_next_pair(&text, &value))) {
		if (!*value || !is_pattern(value))
			continue;
		if (!strcmp(name, "default"))
			conf->fallback = pool_text(pool, value, strlen(value));
		else if (!strcmp(name, "preferred"))
			conf->preferred = pool_text(pool, value, strlen(value));
	}
}

static void read_conf(struct scan *scan, const char *place, struct loader_conf *conf)
{
	const char *path = pool_print(scan->pool, "%s%s/loader/loader.conf", scan->root, place);
	char *text = entries_read_below(scan, path, NULL);

	if (!text)
		entries_unreadable(scan, path);
	loader_parse(scan->pool, text, conf);
}

/* One who wants to start something, unless it is bad. */
struct wish {
	const char *pattern;
	bool only_good;
};

static const struct kexec_entry *find(const struct entry_list *list, const struct wish *wish)
{
	const struct kexec_entry *entry;
	size_t i;

	for (i = 0; wish->pattern && i < list->nr; i++) {
		entry = list->entry[i];
		if (entries_match(wish->pattern, entry->id) && !entry->hidden &&
		    !(wish->only_good && bls_is_bad(entry)))
			return entry;
	}
	return NULL;
}

/* Patterns may stand for what was started last. */
static const char *unless_saved(struct scan *scan, const char *pattern)
{
	if (!pattern || strcasecmp(pattern, SAVED))
		return pattern;
	return read_variable(scan, "LoaderEntryLastBooted") ?:
	       read_variable(scan, "LoaderEntrySelected");
}

/*
 * Of what systemd-boot finds by itself, behind all others, a variable has what was there when it
 * ran.  Otherwise there is the setup of the firmware, at least.
 */
static bool is_automatic(struct scan *scan, const char *pattern)
{
	size_t size = 0, at, len;
	const char *name, *data;

	if (!pattern || !strncasecmp(pattern, "auto-", 5))
		return pattern;
	data = read_raw(scan, "LoaderEntries", &size);
	if (!data)
		return entries_match(pattern, "auto-reboot-to-firmware-setup");
	for (at = 0; at + 1 < size; at += 2 * (len + 1)) {
		name = from_utf16(scan->pool, (unsigned char *)data + at, size - at);
		len = name ? strlen(name) : size;
		if (name && !strncasecmp(name, "auto-", 5) && entries_match(pattern, name))
			return true;
	}
	return false;
}

static const struct kexec_entry *first_shown(const struct entry_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (!list->entry[i]->hidden)
			return list->entry[i];
	return list->nr ? list->entry[0] : NULL;
}

#define WISHES	5

/* The variables come first: what is to be started once, what is preferred, what is the default. */
static void read_wishes(struct scan *scan, const char *place, struct wish *wish)
{
	struct loader_conf conf;

	read_conf(scan, place, &conf);
	wish[0].pattern = read_variable(scan, "LoaderEntryOneShot");
	wish[1].pattern = unless_saved(scan, read_variable(scan, "LoaderEntryPreferred"));
	wish[2].pattern = unless_saved(scan, conf.preferred);
	wish[3].pattern = unless_saved(scan, read_variable(scan, "LoaderEntryDefault"));
	wish[4].pattern = unless_saved(scan, conf.fallback);
	wish[1].only_good = true;
	wish[2].only_good = true;
}

/* Which one of those that are shown, or why none. */
static const struct kexec_entry *choose(struct scan *scan, const struct entry_list *list,
					const char *place, const char **why_none)
{
	const struct kexec_entry *entry = NULL;
	struct wish wish[WISHES] = {};
	size_t i;

	read_wishes(scan, place, wish);
	for (i = 0; i < WISHES && !entry; i++) {
		entry = find(list, &wish[i]);
		if (entry || !is_automatic(scan, wish[i].pattern))
			continue;
		*why_none = pool_print(scan->pool,
				       "the default entry of the boot loader, %s, starts no kernel",
				       wish[i].pattern);
		return NULL;
	}
	entry = entry ?: first_shown(list);
	if (!entry || entry->kernel)
		return entry;
	*why_none = pool_print(scan->pool,
			       "the default entry of the boot loader, %s, is left out: %s",
			       entry->id, entry->why_not);
	return NULL;
}

/**
 * loader_choose() - which entry would systemd-boot start?
 * @scan: the search; what it left out counts
 * @list: the entries
 * @place: directory, below the root, whose loader.conf counts
 * @why_none: set if it would start something else, or what is left out
 *
 * In this order: what is to be started once; what is preferred, by an EFI variable or by
 * loader.conf, unless it is bad; what is the default, by the same two; the first one.
 *
 * Return: the entry, or NULL if there is none.
 */
const struct kexec_entry *loader_choose(struct scan *scan, const struct entry_list *list,
					const char *place, const char **why_none)
{
	struct entry_list *all = pool_alloc(scan->pool, sizeof(*all));
	size_t i;

	if (!all)
		return NULL;
	*all = *list;
	for (i = 0; scan->left && i < scan->left->nr; i++)
		entries_add(scan, all, scan->left->entry[i]);
	bls_sort(all);
	return choose(scan, all, place, why_none);
}
