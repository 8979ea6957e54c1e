// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads every file of a directory, as its table says that they come out, and
 * sees to it that those that are refused leave nothing behind.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

#define ROUNDS		3
#define MAX_ROWS	1024
#define SLOW_SECONDS	60
#define TABLE		"table"

struct table {
	size_t count;
	struct row row[MAX_ROWS];
};

/* A line: file, format, errno, reason, name, with tabs between. */
static void take_line(struct table *table, char *line, const char *directory)
{
	struct row *row = &table->row[table->count++];
	char path[256];

	line[strcspn(line, "\n")] = '\0';
	snprintf(path, sizeof(path), "%s/%s", directory, strsep(&line, "\t"));
	row->load = (struct load)KERNEL(open_file(path));
	row->load.format = strdup(strsep(&line, "\t"));
	row->error = atoi(strsep(&line, "\t"));
	row->says = strdup(strsep(&line, "\t"));
	row->name = strdup(line);
}

static void read_table(struct table *table, const char *directory)
{
	char line[512], path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/" TABLE, directory);
	file = fopen(path, "r");
	if (!file)
		stop(path);
	while (fgets(line, sizeof(line), file)) {
		if (table->count == MAX_ROWS)
			stop("too many rows");
		take_line(table, line, directory);
	}
	fclose(file);
}

static void check_same(bool crash, const char *before)
{
	char after[2048], name[64], problem[64] = "";

	identify(crash, after, sizeof(after));
	if (strcmp(before, after))
		complain(problem, sizeof(problem), "it is another one");
	snprintf(name, sizeof(name), "the %s image is the one that was armed", slot_name(crash));
	result(problem, name);
}

/* The reason is to be had from the slot, too. */
static void check_error_file(const struct row *row)
{
	char text[512], problem[sizeof(text) + 64] = "";
	bool crash = for_crash(&row->load);

	attempt(&row->load);
	read_slot(crash, "error", text, sizeof(text));
	if (!strstr(text, row->says))
		complain(problem, sizeof(problem), "the %s slot's error says \"%s\"",
			 slot_name(crash), text);
	result(problem, "the slot tells why the last load failed");
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Checks every row; notes which one took longest. */
static void check_rows(const struct table *table)
{
	double start, took, longest = 0;
	const char *slowest = "";
	size_t i;

	for (i = 0; i < table->count; i++) {
		start = seconds();
		check_call(&table->row[i]);
		took = seconds() - start;
		if (took < longest)
			continue;
		longest = took;
		slowest = table->row[i].name;
	}
	printf("# longest: %.2f s, %s\n", longest, slowest);
	result(longest < SLOW_SECONDS ? "" : slowest, "no load takes long");
}

static void attempt_all(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		attempt(&table->row[i].load);
}

/* The first round is not counted: it fills caches that stay. */
static void check_memory(const struct table *table, const char *name)
{
	char problem[64] = "";
	long before, lost;
	int i;

	attempt_all(table);
	before = free_kib();
	for (i = 0; i < ROUNDS; i++)
		attempt_all(table);
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	result(problem, name);
}

static void for_crash_slot(struct table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		table->row[i].load.flags |= KEXEC_FILE_ON_CRASH;
		table->row[i].error = ANY_ERROR;
		table->row[i].says = NULL;
	}
}

/* Files that are all right, so that their like is refused for its faults only. */
int test_sound(int argc, char **argv)
{
	static struct table table;

	read_table(&table, argv[argc - 1]);
	plan(table.count + 1);
	kmsg_open();
	check_rows(&table);
	return 0;
}

/* Both slots are to be armed before, and stay so. */
int test_hostile(int argc, char **argv)
{
	static struct table table;
	char normal[2048], crash[2048];

	read_table(&table, argv[argc - 1]);
	identify(false, normal, sizeof(normal));
	identify(true, crash, sizeof(crash));
	plan(2 * table.count + 7);
	kmsg_open();
	check_rows(&table);
	check_error_file(&table.row[table.count - 1]);
	check_memory(&table, "refused files leave no memory behind");
	for_crash_slot(&table);
	check_rows(&table);
	check_memory(&table, "files refused for a crash leave no memory behind");
	check_same(false, normal);
	check_same(true, crash);
	return 0;
}
