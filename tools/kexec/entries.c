// SPDX-License-Identifier: GPL-2.0-only
/* The boot loader's entries. */
#include <stdio.h>
#include <string.h>
#include "kexec.h"

static const char * const kinds[] = {
	[KEXEC_ENTRY_BLS] = "bls", [KEXEC_ENTRY_UKI] = "uki", [KEXEC_ENTRY_GRUB] = "grub",
};

/* Text */

static void print_entry(const struct kexec_entry *entry, int width)
{
	const char *version = kexec_entry_version(entry), *title = kexec_entry_title(entry);

	say("%-*s %c %s", width, kexec_entry_id(entry),
	    kexec_entry_is_default(entry) ? '*' : ' ', title);
	if (version && !strstr(title, version))
		say(" (%s)", version);
	putchar('\n');
}

static void print_entries(const struct kexec_entries *entries)
{
	const struct kexec_entry *entry;
	int width = 0, len;
	size_t i;

	for (i = 0; (entry = kexec_entries_get(entries, i)); i++) {
		len = strlen(kexec_entry_id(entry));
		width = len > width ? len : width;
	}
	for (i = 0; (entry = kexec_entries_get(entries, i)); i++)
		print_entry(entry, width);
}

/**
 * print_remarks() - say what of an entry the boot loader would start otherwise
 * @entry: the entry
 */
void print_remarks(const struct kexec_entry *entry)
{
	size_t i;

	for (i = 0; kexec_entry_remark(entry, i); i++)
		complain("kexec: %s: %s", kexec_entry_id(entry), kexec_entry_remark(entry, i));
}

/* JSON */

static void json_files(const char *name, const struct kexec_entry *entry,
		       const char *(*get)(const struct kexec_entry *entry, size_t number))
{
	size_t i;

	printf(", \"%s\": [", name);
	for (i = 0; get(entry, i); i++) {
		printf(i ? ", " : "");
		json_string(get(entry, i));
	}
	putchar(']');
}

static void json_entry(const struct kexec_entry *entry)
{
	printf(" {\"id\": ");
	json_string(kexec_entry_id(entry));
	printf(", \"default\": %s", kexec_entry_is_default(entry) ? "true" : "false");
	json_field("kind", kinds[kexec_entry_kind(entry)]);
	json_field("title", kexec_entry_title(entry));
	json_field("version", kexec_entry_version(entry));
	json_field("release", kexec_entry_release(entry));
	json_field("machine_id", kexec_entry_machine_id(entry));
	json_field("sort_key", kexec_entry_sort_key(entry));
	json_field("source", kexec_entry_source(entry));
	json_field("kernel", kexec_entry_kernel(entry));
	json_files("initrds", entry, kexec_entry_initrd);
	json_files("modules", entry, kexec_entry_module);
	json_files("addons", entry, kexec_entry_addon);
	json_field("devicetree", kexec_entry_devicetree(entry));
	json_field("options", kexec_entry_options(entry));
	json_files("remarks", entry, kexec_entry_remark);
	printf(", \"profile\": %u}", kexec_entry_profile(entry));
}

static void json_entries(const struct kexec_entries *entries)
{
	const struct kexec_entry *entry;
	size_t i;

	json_open();
	printf("\"entries\": [");
	for (i = 0; (entry = kexec_entries_get(entries, i)); i++) {
		puts(i ? "," : "");
		json_entry(entry);
	}
	printf("], \"left_out\": [");
	for (i = 0; kexec_entries_left_out(entries, i); i++) {
		puts(i ? "," : "");
		json_string(kexec_entries_left_out(entries, i));
	}
	puts("]}");
}

/* Either */

/**
 * read_entries() - read the boot loader's entries
 * @req: the request
 * @entries: set to them, for kexec_entries_free()
 * @error: what went wrong, or was left out
 *
 * Return: 0 or a negative errno.
 */
int read_entries(const struct request *req, struct kexec_entries **entries,
		 struct kexec_error *error)
{
	return kexec_entries_read(req->root ?: "/", entries, error);
}

/**
 * tell_left_out() - say what was left out of the entries, and why
 * @entries: they
 * @error: as read_entries() has filled it in
 */
void tell_left_out(const struct kexec_entries *entries, const struct kexec_error *error)
{
	size_t i;

	for (i = 0; kexec_entries_left_out(entries, i); i++)
		complain("%s", kexec_entries_left_out(entries, i));
	if (*error->next)
		complain("%s", error->next);
}

/* What only others may read can be the default entry. */
static void tell_no_default(const struct kexec_entries *entries)
{
	struct kexec_error error;

	if (kexec_entries_count(entries) && !kexec_entries_default(entries, &error))
		print_error(&error);
}

/**
 * print_list() - print what the boot loader has to start
 * @req: the request
 *
 * What was left out, and why, is told with -d, or if there is nothing else; that there is no
 * default one always.
 *
 * Return: 0 or a negative errno, after a message.
 */
int print_list(const struct request *req)
{
	struct kexec_entries *entries;
	struct kexec_error error;
	size_t i;

	if (read_entries(req, &entries, &error))
		return print_error(&error);
	if (*error.evidence && (req->debug || !kexec_entries_count(entries)))
		tell_left_out(entries, &error);
	tell_no_default(entries);
	for (i = 0; req->debug && i < kexec_entries_count(entries); i++)
		print_remarks(kexec_entries_get(entries, i));
	if (req->json)
		json_entries(entries);
	else if (kexec_entries_count(entries))
		print_entries(entries);
	else
		complain("kexec: there are no boot loader entries below %s", req->root ?: "/");
	kexec_entries_free(entries);
	return 0;
}
