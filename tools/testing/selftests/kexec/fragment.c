// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes memory a hard place to load into.
 *
 * To leave no block of it free of a page that cannot be moved, most of memory is
 * taken, one page of each block is put into a pipe, which holds on to it where
 * it is, and the rest is given back.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "selftest.h"

#define BLOCK		(2 * MIB)
#define PIPE_PAGES	256
/* What the rest of the guest goes on with meanwhile. */
#define LEFT_FREE	(128 * MIB)

static void hold(char *page)
{
	static int pipe_ends[2], room;
	struct iovec bytes = { .iov_base = page, .iov_len = PAGE };

	if (!room) {
		if (pipe(pipe_ends) || fcntl(pipe_ends[1], F_SETPIPE_SZ, PIPE_PAGES * PAGE) < 0)
			stop("a pipe for pages");
		room = PIPE_PAGES;
	}
	if (vmsplice(pipe_ends[1], &bytes, 1, SPLICE_F_NONBLOCK) != (ssize_t)PAGE)
		stop("a page cannot be put into a pipe");
	room--;
}

/* Returns how many blocks have a page that stays. */
static unsigned long hold_one_per_block(char *area, size_t pages, unsigned long blocks)
{
	uint64_t *frames = read_frames(area, pages);
	char *held = calloc(blocks, 1);
	unsigned long i, block, count = 0;

	if (!held)
		stop("memory for a list of blocks");
	for (i = 0; i < pages; i++) {
		block = (frames[i] & FRAME) / (BLOCK / PAGE);
		if (!(frames[i] & PRESENT) || block >= blocks || held[block])
			continue;
		hold(area + i * PAGE);
		held[block] = 1;
		count++;
	}
	free(frames);
	free(held);
	return count;
}

static char *map_memory(size_t size)
{
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (area == MAP_FAILED || madvise(area, size, MADV_NOHUGEPAGE))
		stop("memory to fill");
	memset(area, 1, size);
	return area;
}

/* Loads an image of one segment whose destination is given; it is not meant to run. */
int test_load_at(int argc, char **argv)
{
	const unsigned long at = strtoul(argv[argc - 2], NULL, 0);
	const size_t size = strtoul(argv[argc - 1], NULL, 0) * MIB;
	struct kexec_segment segment = { map_memory(size), size, (void *)at, size };
	const struct load load = { .entry = at, .nr = 1, .segments = &segment };
	int error = attempt(&load);

	if (error)
		fprintf(stderr, "load at %#lx: %s\n", at, strerror(error));
	return !!error;
}

/* Takes memory, says so and stays until it is killed. */
int test_occupy(int argc, char **argv)
{
	map_memory(strtoul(argv[argc - 1], NULL, 0) * MIB);
	puts("# occupied");
	pause();
	return 0;
}

/* Reports on standard output and stays until it is killed. */
int test_fragment(int argc, char **argv)
{
	size_t size = (free_kib() << 10) - LEFT_FREE;
	unsigned long blocks = (find_range("System RAM").end + total_memory()) / BLOCK + 1, count;
	char *area = map_memory(size);

	count = hold_one_per_block(area, size / PAGE, blocks);
	munmap(area, size);
	printf("# fact pinned_blocks=%lu\n", count);
	pause();
	return 0;
}
