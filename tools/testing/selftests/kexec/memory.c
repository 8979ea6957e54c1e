// SPDX-License-Identifier: GPL-2.0-only
/* Measures free memory and finds ranges of it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "selftest.h"

#define SETTLE_TRIES	30
#define SETTLE_PAUSE_US	100000
#define TOLERANCE_KIB	1024
#define DEBUG_TOLERANCE_KIB	(32 * 1024)

/*
 * Free pages and those that wait on per-CPU lists.  Lines that count neither
 * have other first words, and no page is counted in two lines.
 */
long free_kib(void)
{
	FILE *file;
	char line[256];
	long pages = 0;
	long number;

	sync();
	write_text("/proc/sys/vm/drop_caches", "3");
	file = fopen("/proc/zoneinfo", "r");
	if (!file)
		stop("/proc/zoneinfo");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " pages free %ld", &number) == 1 ||
		    sscanf(line, " count: %ld", &number) == 1)
			pages += number;
	}
	fclose(file);
	return pages * (PAGE / 1024);
}

/* Memory that is freed after a grace period is not leaked: give it some time. */
static long settled_free_kib(long wanted)
{
	long found = free_kib();
	int try;

	for (try = 0; try < SETTLE_TRIES && found < wanted; try++) {
		usleep(SETTLE_PAUSE_US);
		found = free_kib();
	}
	return found;
}

static long tolerated_kib;

/* Where other programs run, what they take meanwhile is no leak. */
void tolerate_kib(long kib)
{
	tolerated_kib = kib;
}

/* A kernel with sanitizers sets freed memory aside and takes more for its records. */
static long tolerance_kib(void)
{
	if (tolerated_kib)
		return tolerated_kib;
	return access("/sys/kernel/debug/kmemleak", F_OK) ? TOLERANCE_KIB : DEBUG_TOLERANCE_KIB;
}

/* KiB missing since @before, 0 where that is within the tolerance. */
long leaked_kib(long before)
{
	long tolerance = tolerance_kib();
	long after = settled_free_kib(before - tolerance);

	return before - after > tolerance ? before - after : 0;
}

static bool name_matches(const char *line, const char *name)
{
	const char *found = strstr(line, " : ");

	return found && !strncmp(found + 3, name, strlen(name)) && found[3 + strlen(name)] == '\n';
}

/* The largest range of that name in /proc/iomem, if there is one. */
bool has_range(const char *name, struct range *found)
{
	FILE *file = fopen("/proc/iomem", "r");
	struct range best = { 0, 0 };
	struct range range;
	char line[256];

	if (!file)
		stop("/proc/iomem");
	while (fgets(line, sizeof(line), file)) {
		if (!name_matches(line, name) ||
		    sscanf(line, " %lx-%lx", &range.start, &range.end) != 2)
			continue;
		if (range.end - range.start > best.end - best.start)
			best = range;
	}
	fclose(file);
	*found = best;
	return best.end;
}

struct range find_range(const char *name)
{
	struct range found;

	if (!has_range(name, &found))
		stop(name);
	return found;
}

unsigned long total_memory(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		stop("sysinfo");
	return info.totalram * info.mem_unit;
}

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

/*
 * Bytes that the kernel can have for itself without anybody being killed: neither in
 * ZONE_MOVABLE nor of a CMA area, and above the watermarks.
 */
unsigned long kernel_spare(void)
{
	FILE *file = fopen("/proc/zoneinfo", "r");
	unsigned long pages = 0, kept = 0, number;
	char line[128], zone[32] = "";

	if (!file)
		stop("/proc/zoneinfo");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %*d, zone %31s", zone) == 1)
			continue;
		if (!strcmp(zone, "Movable"))
			continue;
		if (sscanf(line, " pages free %lu", &number) == 1)
			pages += number;
		else if (sscanf(line, " high %lu", &number) == 1)
			kept += number;
	}
	fclose(file);
	kept += cma_pages();
	return pages > kept ? (pages - kept) * PAGE : 0;
}

/* Entries of the page map for so many pages of ours, for the caller to free(). */
uint64_t *read_frames(const void *area, size_t pages)
{
	uint64_t *frames = calloc(pages, sizeof(*frames));
	size_t size = pages * sizeof(*frames);
	int map = open("/proc/self/pagemap", O_RDONLY);

	if (map < 0 || !frames ||
	    pread(map, frames, size, (uintptr_t)area / PAGE * sizeof(*frames)) != (ssize_t)size)
		stop("/proc/self/pagemap cannot be read");
	close(map);
	return frames;
}
