// SPDX-License-Identifier: GPL-2.0-only
/* What a search left out, and why: as many lines as there are. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include "entries.h"

/* For the line that says how many did not fit. */
#define ROOM_FOR_REST	32

static bool make_room(struct pool *pool, struct told *told)
{
	size_t room = told->room ? 2 * told->room : 16;
	const char **line;

	if (told->nr < told->room)
		return true;
	line = pool_alloc(pool, room * sizeof(*line));
	if (!line)
		return false;
	if (told->nr)
		memcpy(line, told->line, told->nr * sizeof(*line));
	told->line = line;
	told->room = room;
	return true;
}

static void add(struct scan *scan, const char *line)
{
	struct told *told = scan->told;

	if (told && make_room(scan->pool, told))
		told->line[told->nr++] = line;
}

/**
 * entries_tell() - say what is left out
 * @scan: the search
 * @format: which one and why, a line without its end
 */
void entries_tell(struct scan *scan, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(scan, pool_vprint(scan->pool, format, args));
	va_end(args);
}

/* The file, or the directory on the way to it that does not even show whether it is there. */
static const char *known_part(struct scan *scan, const char *path)
{
	size_t top = strlen(scan->root), len = strlen(path);
	struct stat st;

	while (len > top && lstat(path, &st)) {
		while (len > top && path[--len] != '/')
			;
		path = pool_text(scan->pool, path, len);
	}
	return *path ? path : "/";
}

static bool was_told(const struct told *told, const char *line)
{
	size_t i;

	for (i = 0; i < told->nr; i++)
		if (!strcmp(told->line[i], line))
			return true;
	return false;
}

/**
 * entries_unreadable() - tell of what only others may read
 * @scan: the search; it remembers the first one
 * @path: what could not be opened, as errno says why; there need not be such a file
 *
 * Return: false, and nothing is told, if it is for another reason.
 */
bool entries_unreadable(struct scan *scan, const char *path)
{
	const char *line;

	if (errno != EACCES && errno != EPERM)
		return false;
	path = known_part(scan, path);
	scan->closed = scan->closed ?: path;
	line = pool_print(scan->pool, "%s: left out, it can only be read with more rights", path);
	if (scan->told && !was_told(scan->told, line))
		add(scan, line);
	return true;
}

/**
 * told_evidence() - have an error tell what was left out
 * @told: that
 * @error: what it is added to, as many whole lines as fit and how many more there are; may be
 *	NULL
 */
void told_evidence(const struct told *told, struct kexec_error *error)
{
	size_t i, used = error ? strlen(error->evidence) : 0;

	for (i = 0; error && i < told->nr; i++) {
		used += strlen(told->line[i]) + 1;
		if (used + ROOM_FOR_REST > sizeof(error->evidence))
			break;
		error_evidence(error, "%s", told->line[i]);
	}
	if (error && i < told->nr)
		error_evidence(error, "and %zu more", told->nr - i);
}
