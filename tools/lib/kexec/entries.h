/* SPDX-License-Identifier: GPL-2.0-only */
/* What the readers of boot loader entries share. */
#ifndef _LIBKEXEC_ENTRIES_INTERNAL_H
#define _LIBKEXEC_ENTRIES_INTERNAL_H

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
 * struct kexec_entry - something to boot
 * @kind: where it comes from
 * @id: what boot loaders know it by
 * @by_number: the same, of a profile that has a name, by its number
 * @sort_id: for sorting: the name of its file without what comes at the end
 * @title: for people; never NULL in entries that are listed
 * @version: of the operating system or the kernel; may be NULL, as all texts below
 * @release: what uname -r is going to say
 * @machine_id: of the operating system
 * @sort_key: for sorting
 * @source: file that says all this
 * @kernel: file to load; NULL only while an entry is being read
 * @options: command line
 * @devicetree: file to load
 * @initrds: files to load
 * @modules: of a multiboot kernel, as kexec_image_add_module() takes them
 * @addons: of a unified kernel image
 * @remarks: what of the entry the boot loader would start otherwise
 * @profile: of a unified kernel image
 * @left: how often it may still be tried; bad if that is 0
 * @done: how often it was tried
 * @counted: both of these are known
 * @is_default: the boot loader would take it
 */
struct kexec_entry {
	enum kexec_entry_kind kind;
	const char *id, *by_number, *sort_id, *title, *version, *release, *machine_id;
	const char *sort_key;
	const char *source, *kernel, *options, *devicetree;
	struct texts initrds, modules, addons, remarks;
	unsigned int profile;
	unsigned long left, done;
	bool counted, is_default;
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
 * @told: its evidence is what was left out, and why
 */
struct kexec_entries {
	struct pool pool;
	struct entry_list list;
	const struct kexec_entry *chosen;
	const char *why_none;
	const struct grub *grub;
	struct kexec_error told;
};

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
 * @error: evidence of what was left out
 * @variables: those of GRUB, the latest first
 * @expand: names after a dollar sign in drop-in files are such variables
 */
struct scan {
	struct pool *pool;
	const char *root;
	struct kexec_error *error;
	const struct variable *variables;
	bool expand;
};

#define BOOT_DIRECTORIES	3

/* entries_text.c */
extern const char * const entries_boot[BOOT_DIRECTORIES];
int entries_open(const char *path, struct stat *st);
char *entries_read_text(struct pool *pool, const char *path, size_t *size);
const char *entries_top(struct pool *pool, const char *root);
const char *entries_real_name(struct pool *pool, const char *root, const char *path);
const char *entries_resolve(struct pool *pool, const char *root, const char *path);
char *entries_read_below(struct scan *scan, const char *path, size_t *size);
typedef void (*entries_read_fn)(struct scan *scan, const char *boot, const char *path,
				void *context);
void entries_read_directory(struct scan *scan, const char *boot, const char *below,
			    const char *suffix, entries_read_fn read, void *context);
bool entries_unreadable(struct scan *scan, const char *path);
bool entries_is_file(const char *path);
const char *entries_find_file(struct scan *scan, const char *boot, const char *path);
char *entries_next_line(char **rest);
char *entries_cut_word(char *line);
void entries_add_text(struct texts *texts, const char *text);
const char *entries_join(struct pool *pool, const char *a, const char *b);
bool entries_has_suffix(const char *name, const char *suffix);
bool entries_match(const char *pattern, const char *text);
void entries_add(struct scan *scan, struct entry_list *list, struct kexec_entry *entry);

/* entries_variables.c */
const char *variables_get(const struct variable *variables, const char *name, size_t len);
void variables_set(struct pool *pool, const struct variable **variables, const char *name,
		   const char *value);
void variables_parse(struct pool *pool, char *text, const struct variable **variables);
void variables_read(struct pool *pool, const char *path, const struct variable **variables);
size_t variables_name(const char *text, const char **name, size_t *len);
const char *variables_expand(struct scan *scan, const char *text);

/* entries_bls.c */
struct kexec_entry *bls_parse(struct scan *scan, const char *boot, const char *source, char *text);
void bls_read(struct scan *scan, const char *boot, struct entry_list *list);
void bls_name(struct pool *pool, struct kexec_entry *entry, const char *suffix);
bool bls_is_named(const struct kexec_entry *entry, const char *name);
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

/* entries_uki.c */
struct uki_image uki_map(const char *path);
void uki_unmap(const struct uki_image *image);
char *uki_text(struct pool *pool, const struct uki_image *image,
	       const struct kexec_bytes *section);
void uki_complete(struct scan *scan, const char *boot, struct kexec_entry *entry);
void uki_directory(struct scan *scan, const char *boot, struct entry_list *list);

/* entries_addons.c */
void addons_read(struct scan *scan, const char *boot, struct kexec_entry *entry);

/* entries_loader.c */
bool loader_was_used(struct scan *scan);
const char *loader_pattern(struct pool *pool, char *text);
const struct kexec_entry *loader_choose(struct scan *scan, const struct entry_list *list,
					const char **why_none);

/* grub.c */
struct grub *grub_parse(struct scan *scan, const char *source, const char *prefix,
			const char *text);
struct grub *grub_start(struct scan *scan);
bool grub_finish(struct grub *grub, struct entry_list *dropins, struct entry_list *list,
		 const struct kexec_entry **chosen, const char **why_none);
const struct kexec_entry *grub_entry(const struct grub *grub, const char *path);

/* find.c */
const char *find_version(const char *kernel);

/**
 * entries_skip() - leave an entry out
 * @scan: the search
 * @format: which one and why
 *
 * Return: NULL, for who was asked for an entry.
 */
#define entries_skip(scan, format, ...) \
	(error_evidence((scan)->error, format, ##__VA_ARGS__), NULL)

#endif /* _LIBKEXEC_ENTRIES_INTERNAL_H */
