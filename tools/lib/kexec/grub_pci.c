// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command hwmatch of Ubuntu's GRUB: is a PCI device of some class in a list?
 *
 * Lines of the list are patterns of "vVENDORdDEVICE..." in hexadecimal digits.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "grub.h"

#define DEVICES		"/sys/bus/pci/devices"

static unsigned long attribute(struct grub *grub, const char *device, const char *name)
{
	struct pool *pool = grub->scan->pool;
	const char *path = pool_print(pool, "%s" DEVICES "/%s/%s", grub->scan->root, device, name);
	const char *text = entries_read_below(grub->scan, path, NULL);

	return text ? strtoul(text, NULL, 16) : 0;
}

/* Only what names another vendor is sure to be about another device. */
static bool may_match(const char *list, unsigned long vendor)
{
	char start[6] = "", *end;

	while (*list) {
		if (*list != '\n' && *list != '#') {
			memset(start, 0, sizeof(start));
			memcpy(start, list, strnlen(list, 5));
			if (*start != 'v' || strtoul(start + 1, &end, 16) == vendor || *end)
				return true;
		}
		list += strcspn(list, "\n");
		list += *list == '\n';
	}
	return false;
}

/* Whether no device of that class is in the list; false if that cannot be told. */
static bool matches_none(struct grub *grub, const char *list, unsigned long class)
{
	DIR *devices = entries_open_directory(grub->scan, DEVICES);
	bool may = !devices;
	struct dirent *device;
	const char *name;

	while (!may && (device = readdir(devices))) {
		grub->work += FIND_WORK;
		name = device->d_name;
		if (*name != '.' && attribute(grub, name, "class") >> 16 == class)
			may = may_match(list, attribute(grub, name, "vendor"));
	}
	if (devices)
		closedir(devices);
	return !may;
}

/**
 * grub_hwmatch() - look for devices in a list
 * @s: where
 * @words: name and arguments of the command: the file with the list, and a class
 *
 * It sets the variable match.
 */
void grub_hwmatch(struct script *s, const struct words *words)
{
	const char *why = words->split, *text = NULL;
	struct grub *grub = s->grub;

	grub_charge(s, FIND_WORK);
	if (words->nr > 2 && !why && !grub_why(grub, words->word[2]))
		text = grub_read(grub, words->word[1], &why);
	if (text && matches_none(grub, text, strtoul(words->word[2], NULL, 10))) {
		grub_set(grub, "match", "0");
		grub_succeed(grub, true);
		return;
	}
	why = why ?: "hwmatch may find a device";
	grub_set(grub, "match", grub_because(grub, why));
	grub_doubt(grub, why);
}
