// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory the control groups of this process let it have: cgroups, version 2.
 * Whoever takes more is killed without a word.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "system.h"

#define GROUPS	"/sys/fs/cgroup"
#define MIB	(1024.0 * 1024.0)

/* Page tables and what the library needs besides. */
#define BESIDES	(1024ULL * 1024)

/* cgroups(7): the path of the group behind "0::". */
static bool own_group(char *path, size_t size)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, "0::/", 4);
	if (f)
		fclose(f);
	if (!found)
		return false;
	line[strcspn(line, "\n")] = '\0';
	/* the topmost one has an empty path: names of files follow */
	snprintf(path, size, "%s", strcmp(line + 3, "/") ? line + 3 : "");
	return true;
}

/* A figure of a group; a limit that is not there, or "max", is none. */
static unsigned long long figure(const char *path, const char *name)
{
	char file[600], text[32], *end;
	unsigned long long value;

	snprintf(file, sizeof(file), GROUPS "%s/%s", path, name);
	if (!read_word(file, text, sizeof(text)))
		return ULLONG_MAX;
	value = strtoull(text, &end, 10);
	return end == text ? ULLONG_MAX : value;
}

/* Page cache gives way. */
static unsigned long long cached(const char *path)
{
	unsigned long long value, sum = 0;
	char file[600], line[128];
	FILE *f;

	snprintf(file, sizeof(file), GROUPS "%s/memory.stat", path);
	f = fopen(file, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "inactive_file %llu", &value) == 1 ||
		    sscanf(line, "active_file %llu", &value) == 1)
			sum += value;
	if (f)
		fclose(f);
	return sum;
}

static unsigned long long less(unsigned long long a, unsigned long long b)
{
	return a > b ? a - b : 0;
}

/* So does what can be swapped out. */
static unsigned long long swappable(const char *path)
{
	unsigned long long available = memory_line("SwapFree");
	unsigned long long limit = figure(path, "memory.swap.max");
	unsigned long long allowed = less(limit, figure(path, "memory.swap.current"));

	return limit == ULLONG_MAX || allowed > available ? available : allowed;
}

static unsigned long long room_in(const char *path, unsigned long long limit)
{
	unsigned long long current = figure(path, "memory.current");

	if (current == ULLONG_MAX)
		return ULLONG_MAX;
	return less(limit, less(current, cached(path))) + swappable(path);
}

static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
	return slash;
}

/**
 * group_memory_short() - would this process be killed if it took more memory?
 * @size: how much, in bytes
 * @error: says why; may be NULL
 *
 * The limits of all groups count that the process's own one is in.
 *
 * Return: true if that is to be expected.
 */
bool group_memory_short(unsigned long long size, struct kexec_error *error)
{
	unsigned long long limit, room;
	char path[512];

	if (!own_group(path, sizeof(path)))
		return false;
	do {
		limit = figure(path, "memory.max");
		room = limit == ULLONG_MAX ? limit : room_in(path, limit);
		if (size >= less(room, BESIDES)) {
			error_set(error, -ENOMEM,
				  "the control group of this process has not enough memory to read the files");
			error_evidence(error, GROUPS "%s/memory.max: %.1f MiB, %.1f MiB are left",
				       path, limit / MIB, room / MIB);
			error_next(error,
				   "Load it with -s, for which it needs none, or from elsewhere.");
			return true;
		}
	} while (go_up(path));
	return false;
}
