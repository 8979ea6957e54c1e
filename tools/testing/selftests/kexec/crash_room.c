// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash loads of about the size of the crash memory: whether one fits or not, the
 * slot is never empty afterwards, and one that fails leaves the armed image alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"

/* Pages that a load leaves: none, and enough for control pages and page tables. */
#define MOST_LEFT	48
/* Pages by which initrds differ from the largest that fits. */
#define BELOW		8
#define ABOVE		40

static char page[PAGE];
static struct range crash;

struct tally {
	unsigned int loaded;
	unsigned int refused;
	char problem[256];
};

static struct load crash_kernel(int kernel, int initrd)
{
	return (struct load)FILES(KEXEC_FILE_ON_CRASH | (initrd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0),
				  kernel, initrd);
}

/* From an empty slot, so that it always lies at the same place. */
static void arm(const struct load *load)
{
	int error = unload(true) ?: attempt(load);

	if (error)
		stop("the crash image that is to be kept");
}

/* Makes the call while the image of @first is armed, which need not be loaded again if it stays. */
static void tally_load(struct tally *tally, const struct load *load, const struct load *first,
		       long left)
{
	char before[2048], after[2048] = "";
	int error;

	identify(true, before, sizeof(before));
	error = attempt(load);
	if (armed(true))
		identify(true, after, sizeof(after));
	tally->loaded += !error;
	tally->refused += !!error;
	if (!after[0] && !tally->problem[0])
		complain(tally->problem, sizeof(tally->problem),
			 "%s came back with %ld pages left, and the slot is empty",
			 strerror(error), left);
	else if (error && strcmp(before, after) && !tally->problem[0])
		complain(tally->problem, sizeof(tally->problem),
			 "%s came back with %ld pages left, and another image is armed",
			 strerror(error), left);
	if (!error || !after[0])
		arm(first);
}

static void report_tally(struct tally *tally, const char *name)
{
	if (!tally->loaded || !tally->refused)
		complain(tally->problem, sizeof(tally->problem),
			 "%u loads fit and %u do not: there is no border between them",
			 tally->loaded, tally->refused);
	printf("# %s: %u loaded, %u refused\n", name, tally->loaded, tally->refused);
	result(tally->problem, name);
}

/* One segment, or two around the pages that are left. */
static void check_segments(const struct load *first, const char *name, unsigned long low)
{
	struct tally tally = { };
	unsigned long left;

	for (left = 0; left <= MOST_LEFT; left++) {
		const unsigned long high = crash.start + low + left * PAGE;
		const struct kexec_segment segments[] = {
			SEGMENT(page, low ? PAGE : 0, crash.start, low),
			SEGMENT(page, PAGE, high, crash.end + 1 - high),
		};
		const struct load load = {
			.flags = KEXEC_ON_CRASH, .entry = low ? crash.start : high,
			.nr = low ? 2 : 1, .segments = segments + !low,
		};

		tally_load(&tally, &load, first, left);
	}
	report_tally(&tally, name);
}

/* The size of the largest initrd that fits while the image of @first is armed, if there is one. */
static unsigned long largest_initrd(const struct load *first, const struct load *load)
{
	unsigned long fits = 0, too_large = crash.end + 1 - crash.start, middle;

	while (too_large - fits > PAGE) {
		middle = (fits + too_large) / 2 & ~(PAGE - 1);
		if (ftruncate(load->initrd, middle))
			stop("initrd");
		if (first)
			arm(first);
		else if (unload(true))
			stop("unload");
		if (attempt(load))
			too_large = middle;
		else
			fits = middle;
	}
	return fits;
}

/* An image that fits an empty slot fits one with an image in it, too. */
static void check_reload(const struct load *first, const struct load *load)
{
	unsigned long largest = largest_initrd(NULL, load);
	char problem[128] = "";
	int error;

	if (ftruncate(load->initrd, largest))
		stop("initrd");
	arm(first);
	error = attempt(load);
	if (error)
		complain(problem, sizeof(problem), "an initrd of %lu KiB: %s", largest >> 10,
			 strerror(error));
	result(problem, "what fits an empty slot takes the place of the armed image");
}

static void check_initrds(const struct load *first, const char *name, const struct load *load)
{
	long left, largest = largest_initrd(first, load);
	struct tally tally = { };

	arm(first);
	for (left = BELOW; left >= -ABOVE; left--) {
		if (ftruncate(load->initrd, largest - left * (long)PAGE))
			stop("initrd");
		tally_load(&tally, load, first, left);
	}
	report_tally(&tally, name);
}

/* Without crash memory that is what is said, not that there is no room in it. */
static void check_unreserved(const struct load *load)
{
	char problem[640] = "", text[512];
	int error;

	if (unload(true))
		stop("unload");
	write_text("/sys/kernel/kexec_crash_size", "0");
	error = attempt(load);
	read_slot(true, "error", text, sizeof(text));
	if (error != EADDRNOTAVAIL || !strstr(text, "no memory is reserved"))
		complain(problem, sizeof(problem), "%s: %.*s", strerror(error),
			 (int)strcspn(text, "\n"), text);
	result(problem, "no memory is reserved any more");
}

int test_crash_room(int argc, char **argv)
{
	int kernel = open_file(argv[argc - 1]), initrd = make_file(NULL, 1), half;
	struct load small = crash_kernel(kernel, -1), large;
	const struct load load = crash_kernel(kernel, initrd);
	unsigned long size;

	crash = find_range("Crash kernel");
	size = crash.end + 1 - crash.start;
	half = make_file(NULL, size / 2);
	large = crash_kernel(kernel, half);
	plan(7);
	arm(&small);
	check_segments(&small, "segments from the start of the crash memory", 0);
	check_segments(&small, "segments around a hole", size / 2 & ~(PAGE - 1));
	check_initrds(&small, "initrds, a small image being armed", &load);
	check_initrds(&large, "initrds, a large image being armed", &load);
	check_segments(&large, "segments around a hole, over a large image",
		       size / 4 & ~(PAGE - 1));
	check_reload(&large, &load);
	check_unreserved(&small);
	return 0;
}
