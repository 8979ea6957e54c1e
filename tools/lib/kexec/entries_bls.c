// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot loader entries that are drop-in files: type 1 of the Boot Loader Specification
 * (UAPI.1).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <linux/kernel.h>
#include "entries.h"
#include "entries_machine.h"

#define SUFFIX	".conf"
/* Command lines are some thousand bytes at most. */
#define DROPIN_MAX	0x10000

/* A file while it is being read. */
struct bls {
	struct scan *scan;
	struct kexec_entry *entry;
	const char *boot;
	const char *missing;	/* a file that it names and that is not there */
	const char *kernel, *efi;
	bool foreign;		/* for another architecture */
};

static const char *find(struct bls *bls, const char *path)
{
	const char *found = NULL;

	if (!bls->missing)
		found = entries_find_file(bls->scan, bls->boot, path);
	if (!found && !bls->missing)
		bls->missing = path;
	return found;
}

static void take_title(struct bls *bls, char *value)
{
	bls->entry->title = variables_expand(bls->scan, value);
}

static void take_version(struct bls *bls, char *value)
{
	bls->entry->version = value;
}

static void take_machine_id(struct bls *bls, char *value)
{
	bls->entry->machine_id = value;
}

static void take_sort_key(struct bls *bls, char *value)
{
	bls->entry->sort_key = value;
}

static void take_linux(struct bls *bls, char *value)
{
	bls->kernel = value;
}

static void take_efi(struct bls *bls, char *value)
{
	bls->efi = value;
}

/* File names have no blanks: a line with some, as GRUB takes it, names several files. */
static void take_initrd(struct bls *bls, char *value)
{
	char *names, *next;
	const char *path;

	value = (char *)variables_expand(bls->scan, value);
	names = (char *)pool_text(bls->scan->pool, value, strlen(value));
	for (; *names && bls->entry->initrds.nr < FILES_MAX; names = next) {
		next = entries_cut_word(names);
		path = *names ? find(bls, names) : NULL;
		if (path)
			entries_add_text(&bls->entry->initrds, path);
	}
}

static void take_options(struct bls *bls, char *value)
{
	bls->entry->options = entries_join(bls->scan->pool, bls->entry->options,
					   variables_expand(bls->scan, value));
}

static void take_devicetree(struct bls *bls, char *value)
{
	bls->entry->devicetree = find(bls, value);
}

static void take_overlay(struct bls *bls, char *value)
{
	entries_add_text(&bls->entry->remarks,
			 pool_print(bls->scan->pool, "its devicetree-overlay %s is left out",
				    value));
}

static void take_architecture(struct bls *bls, char *value)
{
	bls->foreign = strcasecmp(value, MACHINE_NAME);
}

static void take_profile(struct bls *bls, char *value)
{
	bls->entry->profile = strtoul(value, NULL, 10);
}

static const struct {
	const char *name;
	void (*take)(struct bls *bls, char *value);
} keys[] = {
	{ "title", take_title },
	{ "version", take_version },
	{ "machine-id", take_machine_id },
	{ "sort-key", take_sort_key },
	{ "linux", take_linux },
	{ "uki", take_linux },
	{ "profile", take_profile },
	{ "efi", take_efi },
	{ "initrd", take_initrd },
	{ "options", take_options },
	{ "devicetree", take_devicetree },
	{ "devicetree-overlay", take_overlay },
	{ "architecture", take_architecture },
};

static void take_line(struct bls *bls, char *line)
{
	char *value = entries_cut_word(line);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (*value && !strcmp(line, keys[i].name))
			keys[i].take(bls, value);
}

/* An EFI program is of use only where it is a kernel. */
static struct kexec_entry *finish(struct bls *bls)
{
	struct kexec_entry *entry = bls->entry;
	const char *default_options;

	if (bls->foreign)
		return NULL;
	if (bls->kernel || bls->efi)
		entry->kernel = find(bls, bls->kernel ?: bls->efi);
	if (bls->missing)
		return entries_skip(bls->scan, "%s: left out, there is no %s", entry->source,
				    bls->missing);
	if (!entry->kernel || (!bls->kernel && !kexec_kernel_is_unified(entry->kernel)))
		return entries_skip(bls->scan, "%s: left out, it names no kernel", entry->source);
	/* as the blscfg command of Fedora's GRUB does */
	default_options = variables_get(bls->scan->variables, "default_kernelopts", 18);
	if (!entry->options && bls->scan->expand)
		entry->options = default_options;
	/* GRUB's linux command leaves the stub without the name of its file */
	if (!bls->scan->expand)
		uki_complete(bls->scan, bls->boot, entry);
	entry->title = entry->title ?: entry->id;
	return entry;
}

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
 */
bool bls_is_named(const struct kexec_entry *entry, const char *name)
{
	size_t len = entry->sort_id ? strlen(entry->sort_id) : 0;

	if (!len || strncmp(name, entry->sort_id, len))
		return false;
	name = behind_counters(name + len);
	return !*name || !strcmp(name, entry->id + len);
}

static bool is_bad(const struct kexec_entry *entry)
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
	char *end;
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
}

/**
 * bls_parse() - read a drop-in file
 * @scan: the search
 * @boot: directory, below the root, where the file system of the file may be mounted
 * @source: name of the file
 * @text: what is in it; stays in use
 *
 * Return: the entry, or NULL if it is none for this machine, which the evidence tells.
 */
struct kexec_entry *bls_parse(struct scan *scan, const char *boot, const char *source, char *text)
{
	struct bls bls = { .scan = scan, .boot = boot };
	char *line;

	bls.entry = pool_alloc(scan->pool, sizeof(*bls.entry));
	if (!bls.entry)
		return NULL;
	if (strlen(text) > DROPIN_MAX)
		return entries_skip(scan, "%s: left out, it is too long", source);
	bls.entry->kind = KEXEC_ENTRY_BLS;
	bls.entry->source = source;
	bls_name(scan->pool, bls.entry, SUFFIX);
	while ((line = entries_next_line(&text)))
		if (*line != '#')
			take_line(&bls, line);
	return finish(&bls);
}

static void read_entry(struct scan *scan, const char *boot, const char *path, void *list)
{
	char *text = entries_read_below(scan, path, NULL);
	struct kexec_entry *entry = NULL;

	if (text)
		entry = bls_parse(scan, boot, path, text);
	else if (!entries_unreadable(scan, path))
		error_evidence(scan->error, "%s: left out, it cannot be read", path);
	if (entry)
		entries_add(scan, list, entry);
}

/**
 * entries_has_suffix() - does a name end like that?
 * @name: the name
 * @suffix: how
 *
 * Return: true if it does and does not begin with a dot.
 */
bool entries_has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name);

	return *name != '.' && len > strlen(suffix) &&
	       !strcasecmp(name + len - strlen(suffix), suffix);
}

/**
 * bls_read() - read the drop-in files of a directory
 * @scan: the search
 * @boot: directory, below the root, where a boot loader's file system is mounted
 * @list: where they are added
 */
void bls_read(struct scan *scan, const char *boot, struct entry_list *list)
{
	entries_read_directory(scan, boot, "/loader/entries", SUFFIX, read_entry, list);
}

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
static int compare_names(const struct kexec_entry *a, const struct kexec_entry *b)
{
	int order = kexec_compare_versions(b->sort_id, a->sort_id);

	if (!order && a->counted && b->counted)
		order = compare_numbers(b->left, a->left) ?: compare_numbers(a->done, b->done);
	return order ?: strcmp(a->source, b->source);
}

static bool has_sort_key(const struct kexec_entry *entry)
{
	return entry->sort_key && *entry->sort_key;
}

/* UAPI.1, section "Sorting". */
static int compare_entries(const void *one, const void *other)
{
	const struct kexec_entry *a = *(struct kexec_entry **)one;
	const struct kexec_entry *b = *(struct kexec_entry **)other;
	int order = is_bad(a) - is_bad(b) ?: has_sort_key(b) - has_sort_key(a);

	if (!order && has_sort_key(a))
		order = strcmp(a->sort_key, b->sort_key) ?:
			compare_texts(a->machine_id, b->machine_id) ?:
			kexec_compare_versions(b->version ?: "", a->version ?: "");
	return order ?: compare_names(a, b) ?: (int)a->profile - (int)b->profile;
}

static int compare_by_name(const void *one, const void *other)
{
	const struct kexec_entry *a = *(struct kexec_entry **)one;
	const struct kexec_entry *b = *(struct kexec_entry **)other;

	return is_bad(a) - is_bad(b) ?: compare_names(a, b);
}

/**
 * bls_sort() - sort as the specification says
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
