// SPDX-License-Identifier: GPL-2.0-only
/* Loads that are killed before they are done. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

/* Parts of the time that a load takes after which it is killed. */
#define PARTS		16
/* As long as that, and no longer, may it take to be gone. */
#define PATIENCE	5000000L

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static pid_t begin(const struct load *load)
{
	pid_t child = fork();

	if (child < 0)
		stop("fork");
	if (!child)
		_exit(!!attempt(load));
	return child;
}

struct kills {
	unsigned int interrupted;
	long longest;
	char problem[512];
};

/* It has been through, or has not begun; or the log says that it was interrupted, and so it was. */
static void judge_kill(struct kills *kills, const struct load *load, const char *before)
{
	char reason[192] = "", after[2048];
	bool crash = for_crash(load);

	if (!kmsg_refusals(crash, reason, sizeof(reason)))
		return;
	kills->interrupted++;
	identify(crash, after, sizeof(after));
	if (!strstr(reason, "interrupted") && !kills->problem[0])
		complain(kills->problem, sizeof(kills->problem), "the log says: %s", reason);
	if (strcmp(before, after) && !kills->problem[0])
		complain(kills->problem, sizeof(kills->problem), "the armed image is another one");
}

static void kill_after(struct kills *kills, const struct load *load, long delay)
{
	char before[2048];
	pid_t child;
	long start;

	identify(for_crash(load), before, sizeof(before));
	kmsg_skip();
	child = begin(load);
	usleep(delay);
	kill(child, SIGKILL);
	start = microseconds();
	if (waitpid(child, NULL, 0) != child)
		stop("the process that was killed");
	start = microseconds() - start;
	if (start > kills->longest)
		kills->longest = start;
	judge_kill(kills, load, before);
}

static void check_kills(const struct load *load, const char *name)
{
	struct kills kills = { };
	long took = microseconds();
	int part, error = attempt(load);

	took = microseconds() - took;
	if (error)
		complain(kills.problem, sizeof(kills.problem), "it cannot be loaded at all: %s",
			 strerror(error));
	for (part = 0; part < PARTS; part++)
		kill_after(&kills, load, took * part / PARTS);
	if (!kills.interrupted)
		complain(kills.problem, sizeof(kills.problem), "no load was interrupted");
	if (kills.longest > PATIENCE)
		complain(kills.problem, sizeof(kills.problem), "it lived for %ld us more",
			 kills.longest);
	printf("# %s: it takes %ld us, %u of %d were interrupted, the slowest in %ld us\n", name,
	       took, kills.interrupted, PARTS, kills.longest);
	result(kills.problem, name);
	error = attempt(load);
	result(error ? strerror(error) : "", "the next one works");
}

static void check_slot(char **argv, unsigned long flags, const char *name)
{
	int initrd = make_file(NULL, strtoul(argv[1], NULL, 0) * MIB);
	const struct load load = FILES(flags, open_file(argv[0]), initrd);

	plan(2);
	check_kills(&load, name);
	close(initrd);
	close(load.kernel);
}

/* The crash slot is left alone. */
int test_killed_normal(int argc, char **argv)
{
	kmsg_open();
	check_slot(argv, 0, "normal loads that are killed");
	return 0;
}

/* Both slots are to be armed before, as far as there is crash memory. */
int test_killed(int argc, char **argv)
{
	test_killed_normal(argc, argv);
	if (armed(true))
		check_slot(argv, KEXEC_FILE_ON_CRASH, "crash loads that are killed");
	return 0;
}
