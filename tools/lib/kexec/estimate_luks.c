// SPDX-License-Identifier: GPL-2.0-only
/* What opening encrypted disks takes. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "system.h"

/* The most that any key of a LUKS 2 volume asks for, in KiB, from its JSON area. */
static unsigned long long costliest_key(const char *json)
{
	unsigned long long kib, most = 0;

	while ((json = strstr(json, "\"memory\":"))) {
		json += strlen("\"memory\":");
		kib = strtoull(json, NULL, 10);
		if (kib > most)
			most = kib;
	}
	return most;
}

#define LUKS_MAGIC	"LUKS\xba\xbe\0\2"
#define LUKS_BINARY	4096
#define LUKS_MAX	(4 * 1024ULL * 1024)

/* Reads what is behind the first 4 KiB of the header, whose size is at 8, big endian. */
static char *read_luks_json(FILE *f)
{
	unsigned char head[LUKS_BINARY];
	unsigned long long size = 0;
	char *json;
	int i;

	if (fread(head, sizeof(head), 1, f) != 1 || memcmp(head, LUKS_MAGIC, 8))
		return NULL;
	for (i = 8; i < 16; i++)
		size = size << 8 | head[i];
	if (size <= LUKS_BINARY || size > LUKS_MAX)
		return NULL;
	json = calloc(1, size - LUKS_BINARY + 1);
	if (json && fread(json, size - LUKS_BINARY, 1, f) != 1) {
		free(json);
		json = NULL;
	}
	return json;
}

static unsigned long long luks_memory(const char *device)
{
	unsigned long long kib = 0;
	char path[300], *json = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/dev/%s", device);
	f = fopen(path, "re");
	if (f) {
		json = read_luks_json(f);
		fclose(f);
	}
	if (json)
		kib = costliest_key(json);
	free(json);
	return kib << 10;
}

static bool is_luks2(const char *block)
{
	char path[300], text[16];

	snprintf(path, sizeof(path), "/sys/block/%s/dm/uuid", block);
	return read_word(path, text, sizeof(text)) && !strncmp(text, "CRYPT-LUKS2", 11);
}

/* The most of what @look says of the names in a directory. */
static unsigned long long most_of(const char *directory,
				  unsigned long long (*look)(const char *name))
{
	DIR *d = opendir(directory);
	unsigned long long bytes, most = 0;
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		if (*entry->d_name == '.')
			continue;
		bytes = look(entry->d_name);
		if (bytes > most)
			most = bytes;
	}
	if (d)
		closedir(d);
	return most;
}

static unsigned long long volume_memory(const char *block)
{
	char path[300];

	if (!is_luks2(block))
		return 0;
	snprintf(path, sizeof(path), "/sys/block/%s/slaves", block);
	return most_of(path, luks_memory);
}

/**
 * luks_most() - how much memory does opening an encrypted disk take?
 *
 * Only what is open now is known.
 *
 * Return: bytes for the costliest key of any open LUKS 2 volume; 0 if there is none.
 */
unsigned long long luks_most(void)
{
	return most_of("/sys/block", volume_memory);
}
