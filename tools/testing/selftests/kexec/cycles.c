// SPDX-License-Identifier: GPL-2.0-only
/* Loads a large image over and over. */
#include <stdio.h>
#include <string.h>

#include "selftest.h"

/* Guests have nothing else to do. */
#define ROUNDS		50
#define FEW_ROUNDS	10

static void replace(const struct load *load, char *problem, size_t size)
{
	int error = attempt(load);

	if (error)
		complain(problem, size, "load failed: %s", strerror(error));
	if (!armed(for_crash(load)))
		complain(problem, size, "the image does not count as loaded");
}

static void cycle(const struct load *load, char *problem, size_t size)
{
	int error;

	replace(load, problem, size);
	error = unload(for_crash(load));
	if (error)
		complain(problem, size, "unload failed: %s", strerror(error));
	if (armed(for_crash(load)))
		complain(problem, size, "the image still counts as loaded");
}

/* The first round fills the caches of the kernel that stay filled. */
static void check_rounds(const struct load *load, int rounds, const char *what,
			 void (*round)(const struct load *load, char *problem, size_t size))
{
	char problem[512] = "", name[128];
	long before, lost;
	int i;

	round(load, problem, sizeof(problem));
	before = free_kib();
	for (i = 0; i < rounds && !problem[0]; i++)
		round(load, problem, sizeof(problem));
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	snprintf(name, sizeof(name), "%d loads %s work and leak nothing", rounds, what);
	result(problem, name);
}

static void check_cycles(char **argv, int rounds)
{
	const struct load load = {
		.how = BY_FILE, .kernel = open_file(argv[0]), .initrd = open_file(argv[1]),
	};

	plan(2);
	check_rounds(&load, rounds, "and unloads", cycle);
	check_rounds(&load, rounds, "in place of each other", replace);
}

int test_cycles(int argc, char **argv)
{
	check_cycles(argv, ROUNDS);
	return 0;
}

int test_few_cycles(int argc, char **argv)
{
	check_cycles(argv, FEW_ROUNDS);
	return 0;
}
