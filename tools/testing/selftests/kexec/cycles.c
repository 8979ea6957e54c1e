// SPDX-License-Identifier: GPL-2.0-only
/* Loads a large image over and over. */
#include <string.h>

#include "selftest.h"

#define ROUNDS	50

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
static void check_rounds(const struct load *load, const char *name,
			 void (*round)(const struct load *load, char *problem, size_t size))
{
	char problem[512] = "";
	long before, lost;
	int i;

	round(load, problem, sizeof(problem));
	before = free_kib();
	for (i = 0; i < ROUNDS && !problem[0]; i++)
		round(load, problem, sizeof(problem));
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	result(problem, name);
}

int test_cycles(int argc, char **argv)
{
	const struct load load = {
		.how = BY_FILE, .kernel = open_file(argv[0]), .initrd = open_file(argv[argc - 1]),
	};

	plan(2);
	check_rounds(&load, "50 loads and unloads work and leak nothing", cycle);
	check_rounds(&load, "50 loads in place of each other work and leak nothing", replace);
	return 0;
}
