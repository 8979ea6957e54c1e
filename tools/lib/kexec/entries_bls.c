// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot loader entries that are drop-in files: type 1 of the Boot Loader Specification
 * (UAPI.1).
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <linux/kernel.h>
#include "entries.h"
#include "pe_machine.h"

#define SUFFIX	".conf"
/* Command lines are some thousand bytes at most. */
#define DROPIN_MAX	0x10000

/* What names a kernel: the two of one file may not be of different kinds. */
enum loader {
	LOADER_NONE,
	LOADER_LINUX,
	LOADER_UKI,
	LOADER_URL,
	LOADER_EFI,
};

/* A file while it is being read. */
struct bls {
	struct scan *scan;
	struct kexec_entry *entry;
	const char *boot;
	const char *missing;	/* a file that it names and that is not there */
	bool closed;		/* or that only others may see */
	const char *kernel, *efi, *first;	/* the latter is an initrd, as it is named */
	struct texts extra;
	enum loader loader;
	bool foreign;		/* for another architecture */
	bool mixed;		/* kernels of several kinds */
	bool crowded;		/* more initrds than there is room for */
};

/* systemd-boot takes backslashes for slashes, as other EFI programs do. */
static const char *file_name(struct bls *bls, const char *path)
{
	char *name, *c;

	if (bls->scan->expand || !strchr(path, '\\'))
		return path;
	name = (char *)pool_text(bls->scan->pool, path, strlen(path));
	for (c = name; *c; c++)
		if (*c == '\\')
			*c = '/';
	return name;
}

static const char *try_file(struct bls *bls, const char *path)
{
	return entries_find_file(bls->scan, bls->boot, file_name(bls, path));
}

static const char *find(struct bls *bls, const char *path)
{
	const char *found = NULL;

	if (!bls->missing)
		found = try_file(bls, path);
	if (!found && !bls->missing) {
		bls->closed = errno == EACCES || errno == EPERM;
		bls->missing = path;
	}
	return found;
}

static void take_title(struct bls *bls, char *value)
{
	if (!bls->scan->expand || !bls->entry->title)
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

/* GRUB knows one kind only, and takes the first. */
static void take_loader(struct bls *bls, enum loader loader, char *value)
{
	if (bls->scan->expand && bls->loader == LOADER_LINUX)
		return;
	bls->mixed |= bls->loader && bls->loader != loader;
	bls->loader = loader;
	if (loader == LOADER_EFI)
		bls->efi = value;
	else
		bls->kernel = value;
}

static void take_linux(struct bls *bls, char *value)
{
	take_loader(bls, LOADER_LINUX, value);
}

static void take_uki(struct bls *bls, char *value)
{
	take_loader(bls, LOADER_UKI, value);
}

static void take_uki_url(struct bls *bls, char *value)
{
	take_loader(bls, LOADER_URL, value);
}

static void take_efi(struct bls *bls, char *value)
{
	take_loader(bls, LOADER_EFI, value);
}

static void add_initrd(struct bls *bls, const char *path)
{
	bls->crowded |= bls->entry->initrds.nr == FILES_MAX;
	if (path)
		entries_add_text(&bls->entry->initrds, path);
}

/*
 * Names have no blanks, as a rule: a line with some names several files for GRUB.  For
 * systemd-boot all of it is one name.
 */
static void take_initrd(struct bls *bls, char *value)
{
	const char *whole = bls->scan->expand ? NULL : try_file(bls, value);
	char *names, *next;

	if (whole || bls->scan->strict) {
		add_initrd(bls, whole ?: find(bls, value));
		return;
	}
	value = (char *)variables_expand(bls->scan, value);
	names = (char *)pool_text(bls->scan->pool, value, strlen(value));
	bls->first = bls->first ?: value;
	for (; *names && !bls->crowded; names = next) {
		next = entries_cut_word(names);
		if (*names)
			add_initrd(bls, find(bls, names));
	}
}

/* What there is not the room for is told with what cannot be taken. */
static void take_extra(struct bls *bls, char *value)
{
	entries_add_text(&bls->extra, file_name(bls, value));
}

/* Of several lines GRUB takes the first. */
static void take_options(struct bls *bls, char *value)
{
	if (bls->scan->expand && bls->entry->options)
		return;
	bls->entry->options = entries_join(bls->scan->pool, bls->entry->options,
					   variables_expand(bls->scan, value));
}

static void take_devicetree(struct bls *bls, char *value)
{
	if (!bls->scan->expand || !bls->entry->devicetree)
		bls->entry->devicetree = find(bls, variables_expand(bls->scan, value));
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
	char *end;
	unsigned long profile = strtoul(value, &end, 10);

	if (*value >= '0' && *value <= '9' && !*end && profile <= UINT_MAX)
		bls->entry->profile = profile;
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
	{ "uki", take_uki },
	{ "uki-url", take_uki_url },
	{ "profile", take_profile },
	{ "efi", take_efi },
	{ "initrd", take_initrd },
	{ "options", take_options },
	{ "devicetree", take_devicetree },
	{ "devicetree-overlay", take_overlay },
	{ "architecture", take_architecture },
	{ "extra", take_extra },
};

static void take_pair(struct bls *bls, const char *name, char *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (*value && !strcmp(name, keys[i].name))
			keys[i].take(bls, value);
}

/* As the boot loader reads it that the file is for. */
static char *next_pair(struct bls *bls, char **text, char **value)
{
	char *line;

	if (!bls->scan->expand)
		return entries_next_pair(text, value);
	do {
		line = entries_next_line(text);
	} while (line && *line == '#');
	if (line)
		*value = entries_cut_word(line);
	return line;
}

/* The boot loader may take it all the same, and the default is nothing else then. */
static struct kexec_entry *leave_out(struct bls *bls, const char *why)
{
	struct kexec_entry *entry = bls->entry;

	entries_tell(bls->scan, "%s: left out, %s", entry->source, why);
	entry->kernel = NULL;
	entry->why_not = why;
	if (bls->scan->left && !entry->hidden)
		entries_add(bls->scan, bls->scan->left, entry);
	return NULL;
}

/* EFI takes neither letters of another case nor several separators for another name. */
static bool is_same_file(const char *a, const char *b)
{
	static const char separators[] = "/\\";
	size_t len;

	do {
		a += strspn(a, separators);
		b += strspn(b, separators);
		len = strcspn(a, separators);
		if (len != strcspn(b, separators) || strncasecmp(a, b, len))
			return false;
		a += len;
		b += len;
	} while (len);
	return true;
}

/* systemd-boot passes over what would start it once more: boot_entry_add_type1() of its boot.c. */
static bool is_loader(const struct bls *bls)
{
	return bls->loader == LOADER_EFI && bls->scan->self &&
	       is_same_file(bls->efi, bls->scan->self);
}

/* Is the program there, which the boot loader would start? */
static bool is_there(struct bls *bls)
{
	const char *path = bls->kernel ?: bls->efi;

	return path && bls->loader != LOADER_URL && try_file(bls, path);
}

/* GRUB has a line for each file with a kernel of its kind, whether that is there or not. */
static bool is_hidden(struct bls *bls)
{
	if (bls->scan->expand)
		return bls->loader != LOADER_LINUX;
	/* ":" is for who was booted from the network */
	return bls->entry->hidden || bls->mixed || is_loader(bls) ||
	       (bls->loader == LOADER_URL ? *bls->kernel == ':' : !is_there(bls));
}

/* Why it cannot be started here, or NULL. */
static const char *why_not(struct bls *bls)
{
	struct pool *pool = bls->scan->pool;
	struct kexec_entry *entry = bls->entry;

	if (bls->foreign)
		return "it is for another architecture";
	if (bls->mixed && !bls->scan->expand)
		return "it names kernels of several kinds";
	if (is_loader(bls))
		return "it starts the boot loader itself";
	if (bls->loader == LOADER_URL)
		return pool_print(pool, "its kernel is to be fetched from %s", bls->kernel);
	if (bls->kernel || bls->efi)
		entry->kernel = find(bls, bls->kernel ?: bls->efi);
	if (bls->missing)
		return pool_print(pool, bls->closed ? "%s can only be read with more rights" :
				  "there is no %s", bls->missing);
	if (bls->crowded)
		return pool_print(pool, "it has more than %u initial RAM disks", FILES_MAX);
	if (!entry->kernel || (!bls->kernel && !kexec_kernel_is_unified(entry->kernel)))
		return "it names no kernel";
	return NULL;
}

static const char *variable(struct bls *bls, const char *name)
{
	return variables_get(bls->scan->variables, name, strlen(name));
}

/* A file that a variable names, in the directory of another; what is not known stays a name. */
static const char *find_beside(struct bls *bls, const char *other, const char *name)
{
	const char *slash = strrchr(other, '/');

	if (strchr(name, UNKNOWN))
		return name;
	return find(bls, pool_print(bls->scan->pool, "%.*s%s",
				    slash ? (int)(slash + 1 - other) : 0, other, name));
}

/* Those of a variable come before those of the file. */
static void take_early_initrds(struct bls *bls, const char *names)
{
	struct texts own = bls->entry->initrds;
	char *name = (char *)pool_text(bls->scan->pool, names, strlen(names)), *next;
	size_t i;

	bls->entry->initrds.nr = 0;
	for (; *name && !bls->crowded; name = next) {
		next = entries_cut_word(name);
		if (*name)
			add_initrd(bls, find_beside(bls, bls->first ?: bls->kernel, name));
	}
	for (i = 0; i < own.nr; i++)
		add_initrd(bls, own.text[i]);
}

/* As the blscfg command of Fedora's GRUB does; that of GRUB 2.14 is from there. */
static void take_variables(struct bls *bls)
{
	struct kexec_entry *entry = bls->entry;
	const char *early = variable(bls, "early_initrd"), *tree = variable(bls, "devicetree");

	if (!entry->options)
		entry->options = variable(bls, "default_kernelopts");
	if (early)
		take_early_initrds(bls, early);
	if (!entry->devicetree && tree)
		entry->devicetree = find_beside(bls, bls->kernel, tree);
}

/* An EFI program is of use only where it is a kernel. */
static struct kexec_entry *finish(struct bls *bls)
{
	struct kexec_entry *entry = bls->entry;
	const char *why;

	if (bls->foreign && !bls->scan->expand)
		return NULL;
	entry->hidden = is_hidden(bls);
	if (!entry->title && bls->scan->expand && bls->loader == LOADER_LINUX)
		entry->title = bls->kernel;
	entry->title = entry->title ?: entry->id;
	if (bls->scan->expand && bls->kernel)
		take_variables(bls);
	why = why_not(bls);
	if (why)
		return leave_out(bls, why);
	/* GRUB's linux command leaves the stub without the name of its file, and knows no extra */
	if (!bls->scan->expand) {
		uki_complete(bls->scan, bls->boot, entry);
		addons_extra(bls->scan, bls->boot, entry, &bls->extra);
	}
	return entry;
}

static bool start(struct bls *bls, const char *source)
{
	bls->entry = pool_alloc(bls->scan->pool, sizeof(*bls->entry));
	if (!bls->entry)
		return false;
	bls->entry->kind = KEXEC_ENTRY_BLS;
	bls->entry->source = source;
	bls->entry->place = bls->scan->place;
	bls_name(bls->scan->pool, bls->entry, SUFFIX);
	return true;
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
	char *name, *value;

	if (!start(&bls, source))
		return NULL;
	if (strlen(text) > DROPIN_MAX)
		return leave_out(&bls, "it is too long");
	while ((name = next_pair(&bls, &text, &value)))
		take_pair(&bls, name, value);
	return finish(&bls);
}

/* What is not there, behind a link, is no line for GRUB; what else it is nobody can tell. */
static void leave_unread(struct scan *scan, const char *boot, const char *path)
{
	struct bls bls = { .scan = scan, .boot = boot };
	bool is_line = scan->expand && errno != ENOENT;

	if (entries_unreadable(scan, path) || !start(&bls, path))
		return;
	bls.entry->hidden = !is_line;
	leave_out(&bls, "it cannot be read");
}

static void read_entry(struct scan *scan, const char *boot, const char *path, void *list)
{
	char *text = entries_read_below(scan, path, NULL);
	struct kexec_entry *entry = NULL;

	if (text)
		entry = bls_parse(scan, boot, path, text);
	else
		leave_unread(scan, boot, path);
	if (entry)
		entries_add(scan, list, entry);
}

/**
 * bls_read() - read the drop-in files of a directory
 * @scan: the search
 * @boot: directory, below the root, where a boot loader's file system is mounted
 * @list: where they are added
 */
void bls_read(struct scan *scan, const char *boot, struct entry_list *list)
{
	bls_read_in(scan, boot, "/loader/entries", list);
}

/**
 * bls_read_in() - read the drop-in files of another directory
 * @scan: the search
 * @boot: directory, below the root, where a boot loader's file system is mounted
 * @below: the directory, below @boot
 * @list: where they are added
 */
void bls_read_in(struct scan *scan, const char *boot, const char *below, struct entry_list *list)
{
	entries_read_directory(scan, boot, below, SUFFIX, read_entry, list);
}
