// SPDX-License-Identifier: GPL-2.0-only
/* Words and figures of /proc and /sys. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include "system.h"

/**
 * read_word() - read the first line of a file
 * @path: the file
 * @text: set to the line without its end
 * @size: room there
 *
 * Return: true if there is a file and anything in it.
 */
bool read_word(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");

	*text = '\0';
	if (!f)
		return false;
	if (!fgets(text, size, f))
		*text = '\0';
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	return *text;
}

/**
 * is_mounted() - is there a directory that a file system of the kernel has?
 * @path: the directory
 *
 * Return: true if so.
 */
bool is_mounted(const char *path)
{
	DIR *d = opendir(path);

	if (d)
		closedir(d);
	return d;
}

/**
 * memory_line() - a figure of /proc/meminfo
 * @name: which
 *
 * Return: bytes; 0 if it is not there.
 */
unsigned long long memory_line(const char *name)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0, found = 0;
	char line[128];
	size_t len = strlen(name);

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && sscanf(line + len, ": %llu kB", &kib) == 1)
			found = kib << 10;
	if (f)
		fclose(f);
	return found;
}

/**
 * has_five_levels() - have the page tables of the running kernel five levels?
 *
 * Return: true on processors that can have them, unless the kernel was told not to.
 */
bool has_five_levels(void)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[8192];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, "flags", 5) && strstr(line, " la57");
	if (f)
		fclose(f);
	return found;
}
