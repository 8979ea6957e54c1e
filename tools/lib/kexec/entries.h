/* SPDX-License-Identifier: GPL-2.0-only */
/* What the readers of boot loader entries share. */
#ifndef _LIBKEXEC_ENTRIES_INTERNAL_H
#define _LIBKEXEC_ENTRIES_INTERNAL_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <linux/kexec_formats.h>
#include "error.h"
#include "libkexec-entries.h"
#include "pool.h"

#define FILES_MAX	32
#define ENTRIES_MAX	512
/* Larger than any configuration file of a boot loader. */
#define TEXT_MAX	0x100000
#define BLANKS		" \t\r\n\v\f"
#define UKI_SUFFIX	".efi"
/* Advice where something may only be read with more rights. */
#define AS_ROOT		"Run it as root."

/**
 * struct texts - a list of texts
 * @text: they
 * @nr: how many
 */
struct texts {
	const char *text[FILES_MAX];
	size_t nr;
};

/**
 * struct told - what was left out, and why
 * @line: a line for each
 * @nr: how many there are
 * @room: how many there may be before there has to be more room
 */
struct told {
	const char **line;
	size_t nr, room;
};

/**
 * struct kexec_entry - something to boot
 * @kind: where it comes from
 * @id: what boot loaders know it by
 * @by_number: the same, of a profile that has a name, by its number
 * @sort_id: the name of its file without counters and what comes at the end
 * @menu_id: for sorting as systemd-boot does: its id without a profile, in small letters
 * @title: for people; never NULL in entries that are listed
 * @version: of the operating system or the kernel; may be NULL, as all texts below
 * @release: what uname -r is going to say
 * @machine_id: of the operating system
 * @sort_key: for sorting
 * @source: file that says all this
 * @kernel: file to load; NULL while an entry is being read, and in one that is left out
 * @options: command line
 * @devicetree: file to load
 * @initrds: files to load
 * @modules: of a multiboot kernel, as kexec_image_add_module() takes them
 * @addons: of a unified kernel image
 * @remarks: what of the entry the boot loader would start otherwise
 * @profile: of a unified kernel image
 * @instead_of: the same as it is without GRUB, which changes its words
 * @left: how often it may still be tried; bad if that is 0
 * @done: how often it was tried
 * @counted: both of these are known
 * @is_default: the boot loader would take it
 * @hidden: the boot loader does not show it
 * @place: the directory it is from, as they are searched
 * @why_not: why it is left out
 */
struct kexec_entry {
	enum kexec_entry_kind kind;
	const char *id, *by_number, *sort_id, *menu_id, *title, *version, *release, *machine_id;
	const char *sort_key;
	const char *source, *kernel, *options, *devicetree, *why_not;
	struct texts initrds, modules, addons, remarks;
	const struct kexec_entry *instead_of;
	unsigned int profile;
	unsigned long left, done;
	bool counted, is_default, hidden;
	unsigned int place;
};

/**
 * struct entry_list - entries in some order
 * @entry: they
 * @nr: how many
 */
struct entry_list {
	struct kexec_entry *entry[ENTRIES_MAX];
	size_t nr;
};

struct grub;

/**
 * struct kexec_entries - all there are
 * @pool: what they are made of
 * @list: in the order in which the boot loader shows them
 * @chosen: the default one, or NULL
 * @why_none: why there is no default one
 * @grub: the menu of GRUB, or NULL
 * @told: what was left out, and why
 * @closed: something that only others may read, or NULL
 * @unknown: the default one may be there
 */
struct kexec_entries {
	struct pool pool;
	struct entry_list list;
	const struct kexec_entry *chosen;
	const char *why_none;
	const struct grub *grub;
	struct told told;
	const char *closed;
	bool unknown;
};

/* In a value: something that is not known, for a reason that the next byte numbers. */
#define UNKNOWN		'\1'

/**
 * struct variable - a variable of GRUB
 * @next: variables that were set before
 * @name: its name
 * @value: its value; NULL: it is no longer set
 * @nr: how many there are with it
 */
struct variable {
	const struct variable *next;
	const char *name, *value;
	size_t nr;
};

/**
 * struct scan - a search for entries
 * @pool: where all of them go
 * @root: root directory, "" for that of this process
 * @told: what was left out; NULL: nobody asks
 * @closed: the first thing that only others may read, or NULL
 * @variables: those of GRUB, the latest first
 * @expand: names after a dollar sign in drop-in files are such variables, and all of them are read
 *	as GRUB reads them
 * @strict: files are only looked for where systemd-boot finds them
 * @place: number of the directory that is searched
 * @self: the file that the boot loader was started from, as EFI names it, or NULL
 * @left: where what cannot be started goes, as it may be the default; NULL: nobody asks
 * @more_images: why there may be more unified kernel images than were read, or NULL
 */
struct scan {
	struct pool *pool;
	const char *root;
	struct told *told;
	const char *closed;
	const struct variable *variables;
	bool expand, strict;
	unsigned int place;
	const char *self;
	struct entry_list *left;
	const char *more_images;
};

#define BOOT_DIRECTORIES	3

/* entries_text.c */
extern const char * const entries_boot[BOOT_DIRECTORIES];
int entries_open(const char *path, struct stat *st);
char *entries_read_text(struct pool *pool, const char *path, size_t *size);
char *entries_read_below(struct scan *scan, const char *path, size_t *size);
typedef void (*entries_read_fn)(struct scan *scan, const char *boot, const char *path,
				void *context);
void entries_read_directory(struct scan *scan, const char *boot, const char *below,
			    const char *suffix, entries_read_fn read, void *context);
bool entries_is_file(const char *path);
bool entries_stat(struct scan *scan, const char *path, struct stat *st);
DIR *entries_open_directory(struct scan *scan, const char *path);
bool entries_is_directory(struct scan *scan, const char *path);
const char *entries_find_file(struct scan *scan, const char *boot, const char *path);
char *entries_next_line(char **rest);
char *entries_next_pair(char **rest, char **value);
char *entries_cut_word(char *line);
void entries_add_text(struct texts *texts, const char *text);
const char *entries_join(struct pool *pool, const char *a, const char *b);
bool entries_has_suffix(const char *name, const char *suffix);
void entries_add(struct scan *scan, struct entry_list *list, struct kexec_entry *entry);

/* entries_below.c */
const char *entries_top(struct pool *pool, const char *root);
const char *entries_real_name(struct pool *pool, const char *root, const char *path);
const char *entries_resolve(struct pool *pool, const char *root, const char *path);
const char *entries_below(struct pool *pool, const char *root, const char *path);

/* entries_match.c */
bool entries_match(const char *pattern, const char *text);

/* entries_told.c */
void __printf(2, 3) entries_tell(struct scan *scan, const char *format, ...);
bool entries_unreadable(struct scan *scan, const char *path);
void told_evidence(const struct told *told, struct kexec_error *error);

/* entries_variables.c */
const char *variables_get(const struct variable *variables, const char *name, size_t len);
void variables_set(struct pool *pool, const struct variable **variables, const char *name,
		   const char *value);
void variables_parse(struct pool *pool, char *text, const struct variable **variables);
size_t variables_name(const char *text, const char **name, size_t *len);
const char *variables_expand(struct scan *scan, const char *text);

/* entries_bls.c */
struct kexec_entry *bls_parse(struct scan *scan, const char *boot, const char *source, char *text);
void bls_read(struct scan *scan, const char *boot, struct entry_list *list);
void bls_read_in(struct scan *scan, const char *boot, const char *below, struct entry_list *list);

/* entries_name.c */
void bls_name(struct pool *pool, struct kexec_entry *entry, const char *suffix);
bool bls_is_named(const struct kexec_entry *entry, const char *name);
bool bls_is_bad(const struct kexec_entry *entry);

/* entries_sort.c */
void bls_sort(struct entry_list *list);
void bls_sort_by_name(struct entry_list *list);

/**
 * struct uki_image - a file that may be a unified kernel image, or an addon of one
 * @data: what is in it
 * @size: how much that is; 0 if it cannot be read
 */
struct uki_image {
	const char *data;
	size_t size;
};

/* entries_sections.c */
struct uki_image uki_map(const char *path);
void uki_unmap(const struct uki_image *image);
enum kexec_uki_why uki_parse(const struct uki_image *image, unsigned int profile,
			     struct kexec_uki *uki);
char *uki_text(struct pool *pool, const struct uki_image *image,
	       const struct kexec_bytes *section);

/* entries_uki.c */
void uki_complete(struct scan *scan, const char *boot, struct kexec_entry *entry);
void uki_directory(struct scan *scan, const char *boot, struct entry_list *list);

/* entries_addons.c */
void addons_read(struct scan *scan, const char *boot, struct kexec_entry *entry);
void addons_extra(struct scan *scan, const char *boot, struct kexec_entry *entry,
		  const struct texts *extra);

/**
 * struct loader_conf - what loader.conf has
 * @preferred: pattern of the entry to be started, unless it is bad, or NULL
 * @fallback: pattern of the one that is started otherwise, or NULL
 */
struct loader_conf {
	const char *preferred, *fallback;
};

/* entries_loader.c */
bool loader_was_used(struct scan *scan, bool *strict);
const char *loader_esp(struct scan *scan);
const char *loader_self(struct scan *scan);
void loader_parse(struct pool *pool, char *text, struct loader_conf *conf);
const struct kexec_entry *loader_choose(struct scan *scan, const struct entry_list *list,
					const char *place, const char **why_none);

/* grub.c */
struct grub *grub_parse(struct scan *scan, const char *source, const char *prefix,
			const char *text);
struct grub *grub_start(struct scan *scan, const char **closed);

/* grub_finish.c */
const struct kexec_entry *grub_entry(const struct grub *grub, const char *path);
bool grub_finish(struct grub *grub, const struct entry_list *dropins,
		 const struct entry_list *specified, struct entry_list *list,
		 const struct kexec_entry **chosen, const char **why_none);
bool grub_hides(const struct grub *grub, const struct kexec_entry *entry);
bool grub_was_kept_out(const struct grub *grub);

/* find.c */
const char *find_version(const char *kernel);

#endif /* _LIBKEXEC_ENTRIES_INTERNAL_H */
