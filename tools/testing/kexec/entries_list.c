// SPDX-License-Identifier: GPL-2.0-only
/*
 * What libkexec finds, as lines of fields for entries_test.
 *
 * entries_list list ROOT, find ROOT NAME, initrd ROOT KERNEL, kernel ROOT
 *
 * entries_list load ROOT NAME loads an entry.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libkexec-entries.h"

static const char * const kinds[] = { "bls", "uki", "grub" };

static void print_files(const char *name, const struct kexec_entry *entry,
			const char *(*get)(const struct kexec_entry *entry, size_t number))
{
	size_t i;

	for (i = 0; get(entry, i); i++)
		printf("%s\t%s\n", name, get(entry, i));
}

static void print_field(const char *name, const char *value)
{
	if (value)
		printf("%s\t%s\n", name, value);
}

static void print_entry(const struct kexec_entry *entry)
{
	printf("%s\t%s\n", kinds[kexec_entry_kind(entry)], kexec_entry_id(entry));
	if (kexec_entry_is_default(entry))
		print_field("default", "yes");
	print_field("title", kexec_entry_title(entry));
	print_field("version", kexec_entry_version(entry));
	print_field("release", kexec_entry_release(entry));
	print_field("machine-id", kexec_entry_machine_id(entry));
	print_field("sort-key", kexec_entry_sort_key(entry));
	print_field("source", kexec_entry_source(entry));
	print_field("kernel", kexec_entry_kernel(entry));
	print_files("initrd", entry, kexec_entry_initrd);
	print_files("module", entry, kexec_entry_module);
	print_files("addon", entry, kexec_entry_addon);
	print_files("remark", entry, kexec_entry_remark);
	print_field("devicetree", kexec_entry_devicetree(entry));
	print_field("options", kexec_entry_options(entry));
	if (kexec_entry_profile(entry))
		printf("profile\t%u\n", kexec_entry_profile(entry));
}

static void print_error(const struct kexec_error *error)
{
	char *rest = (char *)error->evidence, *line;

	if (error->code)
		printf("error\t%d %s\n", error->code, error->cause);
	if (error->code)
		print_field("next", error->next);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			print_field("evidence", line);
}

static int list(const char *root, const char *name)
{
	const struct kexec_entry *entry;
	struct kexec_entries *entries;
	struct kexec_error error;
	size_t i;

	if (kexec_entries_read(root, &entries, &error)) {
		print_error(&error);
		return 1;
	}
	for (i = 0; !name && i < kexec_entries_count(entries); i++)
		print_entry(kexec_entries_get(entries, i));
	for (i = 0; !name && kexec_entries_left_out(entries, i); i++)
		print_field("left-out", kexec_entries_left_out(entries, i));
	if (!name)
		print_error(&error);
	memset(&error, 0, sizeof(error));
	entry = name ? kexec_entries_find(entries, name, &error) :
		kexec_entries_default(entries, &error);
	if (name && entry)
		print_entry(entry);
	print_error(&error);
	kexec_entries_free(entries);
	return 0;
}

/* Without a name of a kernel that is what is to be found. */
static int find(const char *root, const char *kernel)
{
	struct kexec_error error;
	char *found;

	if (kernel)
		kexec_find_initrd(root, kernel, &found, &error);
	else
		kexec_find_kernel(root, &found, &error);
	print_field("found", found);
	print_error(&error);
	free(found);
	return 0;
}

/* By the system call that a stand-in answers. */
static int load(const char *root, const char *name)
{
	struct kexec_image *image = kexec_image_new();
	const struct kexec_entry *entry = NULL;
	struct kexec_entries *entries;
	struct kexec_error error = {};
	int err = kexec_entries_read(root, &entries, &error);

	if (!err)
		entry = kexec_entries_find(entries, name, &error);
	err = entry ? kexec_image_set_entry(image, entry, &error) : error.code;
	kexec_entries_free(entries);
	err = err ?: kexec_image_load(image, &error);
	if (err)
		print_error(&error);
	kexec_image_free(image);
	return !!err;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "load"))
		return load(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "find"))
		return list(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "list"))
		return list(argv[2], NULL);
	if (argc == 4 && !strcmp(argv[1], "initrd"))
		return find(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "kernel"))
		return find(argv[2], NULL);
	return 2;
}
