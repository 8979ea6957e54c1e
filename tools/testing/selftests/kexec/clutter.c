// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the kernel's own memory with pages that cannot be moved and gaps between
 * them: the bytes in every other pipe of many.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "selftest.h"

#define PIECE		(64 * 1024UL)
#define MOST_PIPES	65536
#define LEFT_FREE	(64 * MIB)

static int pipes[MOST_PIPES][2];

static unsigned long cma_pages(void)
{
	FILE *file = fopen("/proc/vmstat", "r");
	unsigned long pages = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "nr_free_cma %lu", &pages) == 1)
			break;
	if (file)
		fclose(file);
	return pages;
}

/* What the kernel can have for itself: neither in ZONE_MOVABLE nor of a CMA area. */
static unsigned long free_for_kernel(void)
{
	FILE *file = fopen("/proc/zoneinfo", "r");
	unsigned long pages = 0, number;
	char line[128], zone[32] = "";

	if (!file)
		stop("/proc/zoneinfo");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %*d, zone %31s", zone) == 1)
			continue;
		if (sscanf(line, " pages free %lu", &number) == 1 && strcmp(zone, "Movable"))
			pages += number;
	}
	fclose(file);
	number = cma_pages();
	return pages > number ? (pages - number) * PAGE : 0;
}

static void fill_pipe(int ends[2])
{
	static const char bytes[PIECE];

	if (pipe2(ends, O_NONBLOCK) || write(ends[1], bytes, PIECE) != (ssize_t)PIECE)
		stop("a pipe");
}

/* Reports on standard output and stays until it is killed. */
int test_clutter(int argc, char **argv)
{
	const struct rlimit files = { 2 * MOST_PIPES + 64, 2 * MOST_PIPES + 64 };
	unsigned long n, i;

	if (setrlimit(RLIMIT_NOFILE, &files))
		stop("many open files");
	for (n = 0; n < MOST_PIPES && free_for_kernel() > LEFT_FREE; n++)
		fill_pipe(pipes[n]);
	for (i = 0; i < n; i += 2) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	printf("# fact cluttered_mib=%lu\n# fact free_for_kernel_mib=%lu\n", n * PIECE / MIB,
	       free_for_kernel() / MIB);
	pause();
	return 0;
}
