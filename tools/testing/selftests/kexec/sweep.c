// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads with initrds of about the size of what memory is free, beside processes that
 * go on allocating: nobody is killed for them, and nobody has to wait for memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "neighbours.h"
#include "rows.h"

/* How far below the largest initrd that fits the sizes begin, and where they end. */
#define BELOW		(12 * MIB)
#define ABOVE		(3 * MIB)

struct sweep {
	const char *path;
	const char *neighbour;
	struct load load;
	struct neighbours neighbours;
	unsigned int loaded;
	unsigned int refused;
	unsigned int killed;
	char refusal[512];
	char problem[512];
};

static void note_trouble(const char *record, void *arg)
{
	static const char * const words[] = {
		"Out of memory", "invoked oom-killer", "oom_reaper", "allocation failure",
		"allocation stalls", "blocked for more than",
	};
	const char *text = strchr(record, ';');
	struct sweep *sweep = arg;
	size_t i;

	for (i = 0; text && i < ARRAY_SIZE(words); i++) {
		if (!strstr(text, words[i]))
			continue;
		printf("# %.*s\n", (int)strcspn(text + 1, "\n"), text + 1);
		if (!sweep->problem[0])
			complain(sweep->problem, sizeof(sweep->problem), "the log says: %.*s",
				 (int)strcspn(text + 1, "\n"), text + 1);
	}
}

static void look_around(struct sweep *sweep, size_t size, int error)
{
	kmsg_each(note_trouble, sweep);
	if (neighbours_live(&sweep->neighbours))
		return;
	printf("# a neighbour was killed at %zu KiB, the load came to: %s\n", size >> 10,
	       strerror(error));
	sweep->killed++;
	neighbours_stop(&sweep->neighbours);
	neighbours_start(&sweep->neighbours, sweep->neighbour);
}

/* Loads with an initrd of @size bytes, and takes the image out again. */
static int load_size(struct sweep *sweep, size_t size)
{
	bool crash = for_crash(&sweep->load);
	int error;

	write_text("/proc/sys/vm/drop_caches", "3");
	if (truncate(sweep->path, size))
		stop(sweep->path);
	sweep->load.initrd = open_file(sweep->path);
	error = attempt(&sweep->load);
	close(sweep->load.initrd);
	if (error)
		read_slot(crash, "error", sweep->refusal, sizeof(sweep->refusal));
	if (!error && !run_program() && !sweep->problem[0])
		complain(sweep->problem, sizeof(sweep->problem),
			 "no program starts beside an initrd of %zu KiB", size >> 10);
	if (error && error != ENOMEM && error != EADDRNOTAVAIL && !sweep->problem[0])
		complain(sweep->problem, sizeof(sweep->problem), "%s came back for %zu KiB",
			 strerror(error), size >> 10);
	look_around(sweep, size, error);
	unload(crash);
	return error;
}

static size_t find_border(struct sweep *sweep)
{
	size_t fits = MIB, too_large = free_kib() << 10, middle;

	while (too_large - fits > MIB) {
		middle = (fits + too_large) / 2 & ~(PAGE - 1);
		if (load_size(sweep, middle))
			too_large = middle;
		else
			fits = middle;
	}
	return fits;
}

static void count_size(struct sweep *sweep, size_t size)
{
	if (load_size(sweep, size))
		sweep->refused++;
	else
		sweep->loaded++;
}

/* The border may have moved since it was looked for: who allocates also gives back. */
static void sweep_sizes(struct sweep *sweep, size_t border, unsigned long count)
{
	size_t first = border > BELOW + MIB ? border - BELOW : MIB, size;
	unsigned long i;

	for (i = 0; i < count; i++)
		count_size(sweep, first + i * (BELOW + ABOVE) / count / PAGE * PAGE);
	for (size = first + BELOW + ABOVE; !sweep->refused && size < total_memory(); size += MIB)
		count_size(sweep, size);
	for (size = first; !sweep->loaded && size > MIB; size -= MIB)
		count_size(sweep, size - MIB);
}

/* KERNEL FILE NEIGHBOUR FLAGS SIZES: FILE is made, to be the initrd. */
int test_sweep(int argc, char **argv)
{
	struct sweep sweep = {
		.path = argv[1], .neighbour = argv[2],
		.load = FILES(strtoul(argv[3], NULL, 0), open_file(argv[0]), -1),
	};
	size_t border;

	close(open(sweep.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	write_text("/proc/self/oom_score_adj", "-500");
	kmsg_open();
	plan(2);
	neighbours_start(&sweep.neighbours, sweep.neighbour);
	kmsg_skip();
	border = find_border(&sweep);
	sweep_sizes(&sweep, border, strtoul(argv[argc - 1], NULL, 0));
	neighbours_stop(&sweep.neighbours);
	if (sweep.killed)
		complain(sweep.problem, sizeof(sweep.problem), "%u neighbours were killed",
			 sweep.killed);
	printf("# fact border_kib=%zu\n# fact loads=%u loaded, %u refused\n# refused: %s\n",
	       border >> 10, sweep.loaded, sweep.refused, sweep.refusal);
	result(sweep.problem, "nobody is killed for a load");
	result(sweep.loaded && sweep.refused ? "" : "they all had the same end",
	       "there were loads that fit and loads that do not");
	return 0;
}
