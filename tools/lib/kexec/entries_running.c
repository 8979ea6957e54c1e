// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which entry was the running kernel started from?
 *
 * The command line is the entry's, which GRUB puts the kernel's name in front of, or that is not
 * the one.  systemd-boot says in an EFI variable what it has started
 * (systemd.io/BOOT_LOADER_INTERFACE), but that may have been some kernels ago.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "entries.h"
#include "system.h"

#define SELECTED \
	"/sys/firmware/efi/efivars/LoaderEntrySelected-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
/* Bytes before the value in a file of efivarfs. */
#define ATTRIBUTES	4
/* COMMAND_LINE_SIZE of the architectures that have the longest */
#define LINE_SIZE	8192

/* In UTF-16, of letters that have one byte in UTF-8. */
static bool read_selected(char *name, size_t size)
{
	FILE *f = fopen(SELECTED, "re");
	unsigned char unit[2];
	size_t len = 0;

	if (f && !fseek(f, ATTRIBUTES, SEEK_SET))
		while (len + 1 < size && fread(unit, sizeof(unit), 1, f) == 1 && unit[0])
			name[len++] = unit[1] ? '?' : unit[0];
	name[len] = '\0';
	if (f)
		fclose(f);
	return len;
}

static bool read_line(char *line, size_t size)
{
	FILE *f = fopen("/proc/cmdline", "re");
	bool known = f && fgets(line, size, f);

	if (f)
		fclose(f);
	if (known)
		line[strcspn(line, "\n")] = '\0';
	return known;
}

static bool begins(const char *word, const char *start)
{
	return !strncmp(word, start, strlen(start));
}

/* Boot loaders put the kernel's name in front; a stub of EFI takes initrds from the line. */
static bool is_loaders_own(const char *word)
{
	return begins(word, "BOOT_IMAGE=") || begins(word, "initrd=");
}

/* The next word of a command line, without those; an empty one at its end. */
static const char *next_word(const char **line, size_t *len)
{
	const char *word;

	do {
		word = *line + strspn(*line, " \t");
		*len = strcspn(word, " \t");
		*line = word + *len;
	} while (is_loaders_own(word));
	return word;
}

static bool same_words(const char *a, const char *b)
{
	size_t length, other;
	const char *word;

	do {
		word = next_word(&a, &length);
		if (strncmp(word, next_word(&b, &other), length) || length != other)
			return false;
	} while (length);
	return true;
}

static const char *last_part(const char *path, size_t len, size_t *rest)
{
	const char *end = path + len, *start = end;

	while (start > path && start[-1] != '/')
		start--;
	*rest = end - start;
	return start;
}

/* Not the whole path: /boot may be a file system of its own, and GRUB names devices. */
static bool same_kernel(const struct kexec_entry *entry, const char *line)
{
	const char *image = begins(line, "BOOT_IMAGE=") ? line : strstr(line, " BOOT_IMAGE=");
	const char *name, *kernel;
	size_t length, other;

	if (!image)
		return true;
	name = strchr(image, '=') + 1;
	name = last_part(name, strcspn(name, " \t"), &length);
	kernel = last_part(entry->kernel, strlen(entry->kernel), &other);
	return length == other && !strncmp(name, kernel, length);
}

static bool is_running(const struct kexec_entry *entry, const char *line)
{
	return same_kernel(entry, line) && same_words(entry->options ?: "", line);
}

static bool same_files(const struct texts *a, const struct texts *b)
{
	size_t i;

	for (i = 0; i < a->nr && i < b->nr; i++)
		if (strcmp(a->text[i], b->text[i]))
			return false;
	return a->nr == b->nr;
}

/* A menu often has the same twice, at its top and in a submenu. */
static bool start_the_same(const struct kexec_entry *a, const struct kexec_entry *b)
{
	return !strcmp(a->kernel, b->kernel) && same_files(&a->initrds, &b->initrds) &&
	       same_files(&a->modules, &b->modules) && same_files(&a->addons, &b->addons) &&
	       a->profile == b->profile;
}

/* The only one that fits; @several is set if others do that start something else. */
static const struct kexec_entry *find_by_line(const struct kexec_entries *entries,
					      const char *line, bool *several)
{
	const struct kexec_entry *found = NULL, *entry;
	size_t i;

	for (i = 0; (entry = kexec_entries_get(entries, i)); i++) {
		if (!is_running(entry, line))
			continue;
		*several |= found && !start_the_same(found, entry);
		found = found ?: entry;
	}
	return found;
}

/* Where the line leaves more than one. */
static const struct kexec_entry *find_selected(const struct kexec_entries *entries,
					       const char *line)
{
	const struct kexec_entry *entry;
	char name[256];

	if (!read_selected(name, sizeof(name)))
		return NULL;
	entry = kexec_entries_find(entries, name, NULL);
	return entry && is_running(entry, line) ? entry : NULL;
}

static void none_is(struct kexec_error *error, bool several)
{
	if (several)
		error_because(error, KEXEC_REASON_SEVERAL_ENTRIES, -EINVAL,
			      "the running kernel may be of any of several boot loader entries");
	else
		error_because(error, KEXEC_REASON_NO_SUCH_ENTRY, -ENOENT,
			      "the running kernel is of no boot loader entry that is here");
	error_next(error, "Choose an entry: --list shows them, --entry takes one.");
}

/**
 * kexec_entries_running() - which one was the running kernel started from?
 * @entries: the entries
 * @error: filled in if that is none of them, or cannot be told
 *
 * It has the running kernel's command line, and a kernel of the name that the line begins with;
 * if that fits several, it is the one that the boot loader says it has started.
 *
 * Return: the entry or NULL.
 */
const struct kexec_entry *kexec_entries_running(const struct kexec_entries *entries,
						struct kexec_error *error)
{
	const struct kexec_entry *found;
	char line[LINE_SIZE];
	bool several = false;

	if (!kexec_entries_count(entries))
		return kexec_entries_default(entries, error);
	if (!read_line(line, sizeof(line))) {
		error_unreadable(error, "/proc/cmdline");
		return NULL;
	}
	found = find_by_line(entries, line, &several);
	if (several)
		found = find_selected(entries, line);
	if (!found)
		none_is(error, several);
	return found;
}
