// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot loader entries that are unified kernel images: type 2 of the Boot Loader
 * Specification (UAPI.1).
 */
#include <errno.h>
#include <string.h>
#include "entries.h"

/* More than any image has. */
#define PROFILES_MAX	64

/* Takes quotes off a value, as of os-release(5): it is what a shell would assign. */
static char *unquote(char *value)
{
	char quote = 0, *from = value, *to = value;

	for (; *from; from++) {
		if (*from == quote) {
			quote = 0;
		} else if (!quote && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else {
			if (*from == '\\' && quote != '\'' && from[1])
				from++;
			*to++ = *from;
		}
	}
	*to = '\0';
	return value;
}

/* The name in the next line that gives one a value, or NULL. */
static const char *next_assignment(char **text, char **value)
{
	char *line;

	while ((line = entries_next_line(text))) {
		*value = strchr(line, '=');
		if (*line == '#' || !*value)
			continue;
		*(*value)++ = '\0';
		*value = unquote(*value);
		return line;
	}
	return NULL;
}

/* What systemd-boot takes of os-release(5). */
enum {
	PRETTY_NAME, IMAGE_ID, NAME, ID, IMAGE_VERSION, VERSION, VERSION_ID, BUILD_ID, OSREL_NAMES
};

static const char * const osrel_names[OSREL_NAMES] = {
	[PRETTY_NAME] = "PRETTY_NAME", [IMAGE_ID] = "IMAGE_ID", [NAME] = "NAME", [ID] = "ID",
	[IMAGE_VERSION] = "IMAGE_VERSION", [VERSION] = "VERSION", [VERSION_ID] = "VERSION_ID",
	[BUILD_ID] = "BUILD_ID",
};

/* Without a title an image is not shown. */
static void take_osrel(struct kexec_entry *entry, char *text)
{
	const char *found[OSREL_NAMES] = {}, *line;
	char *value;
	size_t i;

	while ((line = next_assignment(&text, &value)))
		for (i = 0; i < OSREL_NAMES; i++)
			if (!strcmp(line, osrel_names[i]))
				found[i] = value;
	entry->title = found[PRETTY_NAME] ?: found[IMAGE_ID] ?: found[NAME] ?: found[ID];
	entry->version = found[IMAGE_VERSION] ?: found[VERSION] ?: found[VERSION_ID] ?:
			 found[BUILD_ID];
	/* the specification names no key for these */
	entry->sort_key = found[IMAGE_ID] ?: found[ID];
	entry->hidden |= !entry->title;
}

/* As systemd-boot names profiles since version 257; the first one is the image itself. */
static void name_profile(struct pool *pool, struct kexec_entry *entry, char *text)
{
	const char *id = NULL, *title = NULL, *line;
	char *value;

	while ((line = next_assignment(&text, &value))) {
		if (!strcmp(line, "ID"))
			id = value;
		else if (!strcmp(line, "TITLE"))
			title = value;
	}
	if (entry->profile) {
		title = title ?: id ?: pool_print(pool, "Profile #%u", entry->profile + 1);
		entry->by_number = pool_print(pool, "%s@%u", entry->id, entry->profile);
		if (id)
			entry->id = pool_print(pool, "%s@%s", entry->id, id);
		else
			entry->id = entry->by_number;
	}
	if (title && entry->title)
		entry->title = pool_print(pool, "%s (%s)", entry->title, title);
}

static struct kexec_entry *take_profile(struct scan *scan, const char *path,
					const struct uki_image *image,
					const struct kexec_uki *uki, unsigned int profile)
{
	struct kexec_entry *entry = pool_alloc(scan->pool, sizeof(*entry));
	char *release;

	if (!entry)
		return NULL;
	entry->kind = KEXEC_ENTRY_UKI;
	entry->source = path;
	entry->kernel = path;
	entry->profile = profile;
	entry->place = scan->place;
	bls_name(scan->pool, entry, UKI_SUFFIX);
	take_osrel(entry, uki_text(scan->pool, image, &uki->osrel));
	name_profile(scan->pool, entry, uki_text(scan->pool, image, &uki->about));
	release = uki_text(scan->pool, image, &uki->uname);
	entry->release = entries_next_line(&release);
	entry->options = uki_text(scan->pool, image, &uki->cmdline);
	entry->title = entry->title ?: entry->id;
	return entry;
}

/**
 * uki_complete() - find what a drop-in file leaves to a unified kernel image
 * @scan: the search
 * @boot: directory, below the root, where the image's file system is mounted
 * @entry: the entry, whose kernel may be such an image
 */
void uki_complete(struct scan *scan, const char *boot, struct kexec_entry *entry)
{
	struct uki_image image = uki_map(entry->kernel);
	struct kexec_uki uki;
	char *release;

	if (!uki_parse(&image, entry->profile, &uki)) {
		release = uki_text(scan->pool, &image, &uki.uname);
		entry->release = entries_next_line(&release);
		addons_read(scan, boot, entry);
	}
	uki_unmap(&image);
}

/* An entry for each of its profiles. */
static void read_image(struct scan *scan, const char *boot, const char *path,
		       struct entry_list *list)
{
	unsigned int profile = 0, profiles;
	struct kexec_entry *entry;
	struct uki_image image;
	enum kexec_uki_why why;
	struct kexec_uki uki;

	errno = 0;
	image = uki_map(path);
	if (!image.size && entries_unreadable(scan, path))
		return;
	do {
		why = uki_parse(&image, profile, &uki);
		profiles = why ? 0 : uki.nr_profiles;
		entry = why ? NULL : take_profile(scan, path, &image, &uki, profile);
		if (entry) {
			addons_read(scan, boot, entry);
			entries_add(scan, list, entry);
		}
	} while (++profile < profiles && profile < PROFILES_MAX);
	if (why) {
		entries_tell(scan, "%s: left out, %s", path, kexec_uki_why(why));
		scan->more_images = pool_print(scan->pool, "%s is left out", path);
	}
	uki_unmap(&image);
}

static void read_below(struct scan *scan, const char *boot, const char *path, void *list)
{
	path = entries_resolve(scan->pool, scan->root, path);
	if (path)
		read_image(scan, boot, path, list);
}

/**
 * uki_directory() - read the unified kernel images of a directory
 * @scan: the search
 * @boot: directory, below the root, where a boot loader's file system is mounted
 * @list: where they are added
 */
void uki_directory(struct scan *scan, const char *boot, struct entry_list *list)
{
	const char *closed = scan->closed;

	scan->closed = NULL;
	entries_read_directory(scan, boot, "/EFI/Linux", UKI_SUFFIX, read_below, list);
	if (scan->closed)
		scan->more_images = pool_print(scan->pool, "%s can only be read with more rights",
					       scan->closed);
	scan->closed = closed ?: scan->closed;
}
