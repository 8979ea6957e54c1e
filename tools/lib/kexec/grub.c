// SPDX-License-Identifier: GPL-2.0-only
/* The configuration file of GRUB: where it is, and its commands. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <linux/kernel.h>
#include "pe_machine.h"
#include "grub.h"

#define PLACES_MAX	16

/* What its command normal sets, and what a normal boot has. */
static const char * const features[] = {
	"feature_chainloader_bpb", "feature_ntldr", "feature_platform_search_hint",
	"feature_default_font_path", "feature_all_video_module", "feature_menuentry_id",
	"feature_menuentry_options", "feature_200_final", "feature_nativedisk_cmd",
	"feature_timeout_style",
};

/* Where distributions put the file. */
static const char * const boot_places[] = { "/boot/grub", "/boot/grub2", "/boot" };

/* Each vendor has a directory there, with all of the menu in it on old systems. */
static const char * const vendor_places[] = { "/boot/efi/EFI", "/efi/EFI", "/boot/EFI" };

static bool has_efi(struct scan *scan)
{
	return entries_is_directory(scan, "/sys/firmware/efi");
}

/* GRUB for the BIOS of a PC is no program for 64 bits. */
static const char *cpu_name(bool efi)
{
	if (strcmp(MACHINE_NAME, "x64"))
		return !strcmp(MACHINE_NAME, "aa64") ? "arm64" : "riscv64";
	return efi ? "x86_64" : "i386";
}

static void set_variables(struct grub *grub)
{
	struct scan *scan = grub->scan;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		variables_set(scan->pool, &scan->variables, features[i], "y");
	variables_set(scan->pool, &scan->variables, "grub_platform", has_efi(scan) ? "efi" : "pc");
	variables_set(scan->pool, &scan->variables, "grub_cpu", cpu_name(has_efi(scan)));
	grub_initial(grub);
}

/**
 * grub_mend() - have a script go on behind what is broken
 * @grub: where
 *
 * Return: why it was broken, or NULL.
 */
const char *grub_mend(struct grub *grub)
{
	const char *why = grub->broken;

	grub->broken = NULL;
	grub->depth = 0;
	grub->field_len = 0;
	grub->field_open = false;
	grub->field_glob = false;
	return why;
}

/**
 * grub_tell_broken() - end a script, or what an entry runs
 * @grub: where
 *
 * A broken file still has what came before.
 *
 * Return: why it is broken, or NULL.
 */
const char *grub_tell_broken(struct grub *grub)
{
	int shown = grub->broken ? strcspn(grub->broken_at, "\n") : 0;

	if (grub->broken)
		entries_tell(grub->scan, "%s: not read from \"%.*s\" on: %s",
			     grub->source, shown < 40 ? shown : 40, grub->broken_at, grub->broken);
	return grub_mend(grub);
}

/**
 * grub_parse() - run a configuration file
 * @scan: the search; is given GRUB's variables
 * @source: name of the file
 * @prefix: GRUB's own directory, below the root
 * @text: what is in the file; stays in use
 *
 * Return: what it made up, or NULL without memory.
 */
struct grub *grub_parse(struct scan *scan, const char *source, const char *prefix,
			const char *text)
{
	struct grub *grub = pool_alloc(scan->pool, sizeof(*grub));
	const char *why;

	if (!grub)
		return NULL;
	grub->scan = scan;
	grub->room = POOL_MAX / 2;
	grub->source = source;
	grub->prefix = prefix;
	grub->menu = pool_alloc(scan->pool, sizeof(*grub->menu));
	if (!grub->menu || !grub_list_commands(grub))
		return NULL;
	grub->menu->end = &grub->menu->first;
	set_variables(grub);
	grub_run_text(grub, text);
	why = grub_tell_broken(grub);
	if (why)
		grub->cut = grub->cut ?: why;
	grub->cut = grub->cut ?: grub->weak;
	variables_set(scan->pool, &scan->variables, "config_directory", NULL);
	variables_set(scan->pool, &scan->variables, "config_file", NULL);
	grub->at_end = scan->variables;
	if (grub->at_blscfg)
		scan->variables = grub->at_blscfg;
	return grub;
}

/* Files that may be it, each with its directory. */
struct places {
	struct scan *scan;
	const char *directory[PLACES_MAX], *source[PLACES_MAX], *text[PLACES_MAX];
	size_t nr;
};

/* One that is there by another name as well is the same. */
static void try_place(struct places *places, const char *directory)
{
	struct scan *scan = places->scan;
	const char *source = pool_print(scan->pool, "%s%s/grub.cfg", scan->root, directory), *text;
	size_t i;

	text = entries_read_below(scan, source, NULL);
	if (!text)
		entries_unreadable(scan, source);
	if (!text || places->nr == PLACES_MAX)
		return;
	for (i = 0; i < places->nr; i++)
		if (!strcmp(places->text[i], text))
			return;
	places->directory[places->nr] = directory;
	places->source[places->nr] = source;
	places->text[places->nr++] = text;
}

static int compare_names(const void *one, const void *other)
{
	return strcmp(*(const char **)one, *(const char **)other);
}

static void try_vendors(struct places *places, const char *above)
{
	struct scan *scan = places->scan;
	const char *names[PLACES_MAX], *path = pool_print(scan->pool, "%s%s", scan->root, above);
	DIR *directory = entries_open_directory(scan, above);
	struct dirent *file;
	size_t nr = 0, i;

	if (!directory) {
		entries_unreadable(scan, path);
		return;
	}
	while (nr < PLACES_MAX && (file = readdir(directory)))
		if (*file->d_name != '.')
			names[nr++] = pool_print(scan->pool, "%s/%s", above, file->d_name);
	closedir(directory);
	qsort(names, nr, sizeof(*names), compare_names);
	for (i = 0; i < nr; i++)
		try_place(places, names[i]);
}

/**
 * grub_start() - find and run the configuration file
 * @scan: the search; is given GRUB's variables
 * @closed: set to one that may be it and that only others may read, or NULL
 *
 * In a directory of a vendor is usually a few lines that go on with the file in /boot. Where
 * there are several files of one kind nothing tells which GRUB is the one that starts.
 *
 * Return: what to give to grub_finish(), or NULL if there is no such file.
 */
struct grub *grub_start(struct scan *scan, const char **closed)
{
	struct places places = { .scan = scan };
	struct grub *grub;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(boot_places); i++)
		try_place(&places, boot_places[i]);
	for (i = 0; i < ARRAY_SIZE(vendor_places) && !places.nr; i++)
		try_vendors(&places, vendor_places[i]);
	*closed = scan->closed;
	if (!places.nr)
		return NULL;
	grub = grub_parse(scan, places.source[0], places.directory[0], places.text[0]);
	if (grub && places.nr > 1)
		grub->cut = pool_print(scan->pool, "there are %s and %s", places.source[0],
				       places.source[1]);
	return grub;
}
