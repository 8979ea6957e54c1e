// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the kernel's own memory with pages that cannot be moved and gaps between
 * them: the bytes in every other pipe of many.  The files that are in memory all the
 * time are held by pipes, too.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "selftest.h"

#define PIECE		(64 * 1024UL)
#define MOST_PIPES	131072
/* Less than the smallest kernel takes. */
#define LEFT_FREE	(6 * MIB)

static int pipes[MOST_PIPES][2];

static void fill_pipe(int ends[2])
{
	static const char bytes[PIECE];

	if (pipe2(ends, O_NONBLOCK) || write(ends[1], bytes, PIECE) != (ssize_t)PIECE)
		stop("a pipe");
}

/* A pipe that is read from a file has the file's own pages. */
static int hold_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	int file = type == FTW_F && S_ISREG(st->st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	int ends[2];
	ssize_t n;

	if (file < 0)
		return 0;
	do {
		if (pipe2(ends, O_NONBLOCK))
			stop("a pipe");
		n = splice(file, NULL, ends[1], NULL, PIECE, SPLICE_F_NONBLOCK);
		if (n < 0)
			stop(path);
	} while (n);
	close(file);
	return 0;
}

/* Reports on standard output and stays until it is killed. */
int test_clutter(int argc, char **argv)
{
	const struct rlimit files = { 4 * MOST_PIPES, 4 * MOST_PIPES };
	unsigned long n, i;

	if (setrlimit(RLIMIT_NOFILE, &files))
		stop("many open files");
	/* what is kept free would be found in one piece */
	write_text("/proc/sys/vm/min_free_kbytes", "4096");
	write_text("/proc/sys/vm/lowmem_reserve_ratio", "0 0 0 0");
	nftw("/", hold_file, 16, FTW_MOUNT | FTW_PHYS);
	for (n = 0; n < MOST_PIPES && kernel_spare() > LEFT_FREE; n++)
		fill_pipe(pipes[n]);
	for (i = 0; i < n; i += 2) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	printf("# fact cluttered_mib=%lu\n# fact free_for_kernel_mib=%lu\n", n * PIECE / MIB,
	       kernel_spare() / MIB);
	pause();
	return 0;
}
