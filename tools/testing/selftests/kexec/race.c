// SPDX-License-Identifier: GPL-2.0-only
/* Two processes load at the same time: each wins or is told to come back. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"

#define RACERS		2
#define FILE_EVERY	10
#define SEGMENT_SIZE	(256 * 1024UL)

/* Shared by the racers; @arrived only grows, so no racer can miss a start. */
struct track {
	atomic_uint arrived;
	int result[RACERS];
	unsigned int wins[RACERS];
	unsigned int busy;
	unsigned int no_winner;
	int odd_error;
};

static void wait_for_start(struct track *track, unsigned int gate)
{
	atomic_fetch_add(&track->arrived, 1);
	while (atomic_load(&track->arrived) < gate * RACERS)
		sched_yield();
}

static void count_round(struct track *track)
{
	int i, won = 0;

	for (i = 0; i < RACERS; i++) {
		int error = track->result[i];

		won += !error;
		track->wins[i] += !error;
		track->busy += error == EBUSY;
		if (error && error != EBUSY)
			track->odd_error = error;
	}
	track->no_winner += !won;
}

/* Two gates a round: one to start together, one so that the result can be counted. */
static void run_racer(struct track *track, int self, const struct load loads[2],
		      unsigned int rounds)
{
	unsigned int round;

	for (round = 0; round < rounds; round++) {
		bool by_file = self && round % FILE_EVERY == 0;

		wait_for_start(track, 2 * round + 1);
		track->result[self] = attempt(&loads[by_file]);
		wait_for_start(track, 2 * round + 2);
		if (!self)
			count_round(track);
	}
}

static void run_race(struct track *track, const struct load loads[2], unsigned int rounds)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		stop("fork");
	run_racer(track, !child, loads, rounds);
	if (!child)
		_exit(0);
	if (waitpid(child, &status, 0) != child || status)
		stop("racer");
}

static void report(const struct track *track, unsigned int rounds)
{
	char problem[128] = "";

	if (track->odd_error)
		complain(problem, sizeof(problem), "%s came back", strerror(track->odd_error));
	result(problem, "each call wins or is told the slot is busy");
	problem[0] = '\0';
	if (track->no_winner)
		complain(problem, sizeof(problem), "nobody won %u of %u rounds",
			 track->no_winner, rounds);
	result(problem, "each round has a winner");
	result(track->busy ? "" : "the racers never met", "the racers met");
	printf("# %u rounds: %u and %u wins, %u times busy\n", rounds, track->wins[0],
	       track->wins[1], track->busy);
}

int test_race(int argc, char **argv)
{
	static char buffer[SEGMENT_SIZE];
	const unsigned long ram = some_ram();
	const unsigned int rounds = atoi(argv[argc - 1]);
	const struct kexec_segment segment = { buffer, SEGMENT_SIZE, (void *)ram, SEGMENT_SIZE };
	const struct load loads[] = {
		{ .nr = 1, .segments = &segment },
		{ .how = BY_FILE, .flags = KEXEC_FILE_NO_INITRAMFS, .kernel = open_file(argv[0]) },
	};
	struct track *track = mmap(NULL, sizeof(*track), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char problem[64] = "";
	long before, lost;

	if (track == MAP_FAILED)
		stop("mmap");
	plan(6);
	before = free_kib();
	run_race(track, loads, rounds);
	report(track, rounds);
	result(armed(false) ? "" : "it is empty", "the slot is loaded after the race");
	result(unload(false) || armed(false) ? "it does not" : "",
	       "unloading works after the race");
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	result(problem, "the race leaks nothing");
	return 0;
}
