/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libkexec: what there is to boot.
 *
 * Entries of boot loaders: drop-in files and unified kernel images of the Boot Loader
 * Specification (UAPI.1), and the menu of GRUB.  See libkexec(3).
 */
#ifndef _LIBKEXEC_ENTRIES_H
#define _LIBKEXEC_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include "libkexec.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum kexec_entry_kind - where an entry comes from
 * @KEXEC_ENTRY_BLS: a drop-in file of the Boot Loader Specification, its type 1
 * @KEXEC_ENTRY_UKI: a unified kernel image, its type 2
 * @KEXEC_ENTRY_GRUB: the configuration file of GRUB
 */
enum kexec_entry_kind {
	KEXEC_ENTRY_BLS,
	KEXEC_ENTRY_UKI,
	KEXEC_ENTRY_GRUB,
};

struct kexec_entries;
struct kexec_entry;

int kexec_entries_read(const char *root, struct kexec_entries **entries,
		       struct kexec_error *error);
void kexec_entries_free(struct kexec_entries *entries);

/* All that is returned below lives as long as the entries do. */
size_t kexec_entries_count(const struct kexec_entries *entries);
const struct kexec_entry *kexec_entries_get(const struct kexec_entries *entries, size_t number);
const struct kexec_entry *kexec_entries_default(const struct kexec_entries *entries,
						struct kexec_error *error);
const struct kexec_entry *kexec_entries_running(const struct kexec_entries *entries,
						struct kexec_error *error);
const struct kexec_entry *kexec_entries_find(const struct kexec_entries *entries,
					     const char *name, struct kexec_error *error);

/* A line for people for each that is not among them; NULL beyond the last. */
const char *kexec_entries_left_out(const struct kexec_entries *entries, size_t number);

enum kexec_entry_kind kexec_entry_kind(const struct kexec_entry *entry);
bool kexec_entry_is_default(const struct kexec_entry *entry);

/* NULL where the entry does not say; paths are as this program can open them. */
const char *kexec_entry_id(const struct kexec_entry *entry);
const char *kexec_entry_title(const struct kexec_entry *entry);
const char *kexec_entry_version(const struct kexec_entry *entry);
const char *kexec_entry_release(const struct kexec_entry *entry);
const char *kexec_entry_machine_id(const struct kexec_entry *entry);
const char *kexec_entry_sort_key(const struct kexec_entry *entry);
const char *kexec_entry_source(const struct kexec_entry *entry);
const char *kexec_entry_kernel(const struct kexec_entry *entry);
const char *kexec_entry_options(const struct kexec_entry *entry);
const char *kexec_entry_devicetree(const struct kexec_entry *entry);
unsigned int kexec_entry_profile(const struct kexec_entry *entry);

/* In their order; NULL beyond the last.  A module is a path, a blank and its text. */
const char *kexec_entry_initrd(const struct kexec_entry *entry, size_t number);
const char *kexec_entry_module(const struct kexec_entry *entry, size_t number);
const char *kexec_entry_addon(const struct kexec_entry *entry, size_t number);

/* The same as kexec_entry_module(), with options in front, for kexec_image_add_module(). */
const char *kexec_entry_module_words(const struct kexec_entry *entry, size_t number);

/* Clauses for people: what a boot loader would do with the entry and who loads it cannot. */
const char *kexec_entry_remark(const struct kexec_entry *entry, size_t number);

/* All of it at once, to be loaded; more may be said of the image afterwards. */
int kexec_image_set_entry(struct kexec_image *image, const struct kexec_entry *entry,
			  struct kexec_error *error);

/* Files that go together; what they set is to be freed with free(3). */
int kexec_find_file(const char *root, const char *path, char **file, struct kexec_error *error);
int kexec_find_kernel(const char *root, char **kernel, struct kexec_error *error);
int kexec_find_initrd(const char *root, const char *kernel, char **initrd,
		      struct kexec_error *error);

/* One that brings its own initial RAM disk and command line. */
bool kexec_kernel_is_unified(const char *kernel);
int kexec_unified_cmdline(const char *kernel, unsigned int profile, char **line,
			  struct kexec_error *error);

int kexec_compare_versions(const char *a, const char *b);

#ifdef __cplusplus
}
#endif

#endif /* _LIBKEXEC_ENTRIES_H */
