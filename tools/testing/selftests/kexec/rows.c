// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "rows.h"

#define REPEATS		100
#define ABOVE_LOW_MEMORY	(16 * MIB)

static const char *error_name(int error)
{
	if (error == ANY_ERROR)
		return "any error";
	return error ? strerrorname_np(error) : "success";
}

static bool is_wanted(const struct row *row, int error)
{
	if (row->error == ANY_ERROR)
		return error;
	return error == row->error || (error && error == row->or_error);
}

static bool stock;

/* A kernel without this series does not say why, and loads some of what it should not. */
void expect_stock(void)
{
	stock = true;
}

bool is_stock(void)
{
	return stock;
}

static bool says_why(const struct row *row)
{
	return row->error && !row->load.nobody && !stock;
}

static void judge(const struct row *row, int error, const bool before[2], char *problem,
		  size_t size)
{
	unsigned int wanted = says_why(row);
	char reason[192] = "";
	unsigned int lines = kmsg_refusals(for_crash(&row->load), reason, sizeof(reason));

	if (lines)
		printf("# the kernel on \"%s\": %s\n", row->name, reason);
	if (!is_wanted(row, error))
		complain(problem, size, "%s came back, not %s", error_name(error),
			 error_name(row->error));
	if (lines != wanted)
		complain(problem, size, "%u log lines say why, not %u", lines, wanted);
	if (row->says && !stock && !strstr(reason, row->says))
		complain(problem, size, "the reason given does not say \"%s\"", row->says);
	if (row->error && armed(false) != before[false])
		complain(problem, size, "the normal image is gone");
	if (row->error && armed(true) != before[true])
		complain(problem, size, "the crash image is gone");
	if (!row->error && !armed(for_crash(&row->load)))
		complain(problem, size, "the image does not count as loaded");
}

void check_call(const struct row *row)
{
	const bool before[] = { armed(false), armed(true) };
	char problem[256] = "";

	if (stock && row->ours) {
		skip("this kernel loads it", row->name);
		return;
	}
	kmsg_skip();
	judge(row, attempt(&row->load), before, problem, sizeof(problem));
	result(problem, row->name);
}

void check_leak(const struct row *row)
{
	long before = free_kib();
	char problem[64] = "";
	char name[128];
	long lost;
	int i;

	for (i = 0; i < REPEATS; i++)
		attempt(&row->load);
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	snprintf(name, sizeof(name), "%s: %d of these leak nothing", row->name, REPEATS);
	result(problem, name);
}

/* An address in the largest range of memory, clear of what low memory is used for. */
unsigned long some_ram(void)
{
	return find_range("System RAM").start + ABOVE_LOW_MEMORY;
}
