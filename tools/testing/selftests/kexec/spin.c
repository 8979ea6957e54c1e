// SPDX-License-Identifier: GPL-2.0-only
/* Takes all of a CPU that the scheduler does not keep for others, kernel threads among them. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "selftest.h"

/* Says so once it has it. */
int test_spin(int argc, char **argv)
{
	const struct sched_param first = { .sched_priority = 99 };
	cpu_set_t cpus;

	(void)argc;
	CPU_ZERO(&cpus);
	CPU_SET(atoi(argv[0]), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) || sched_setscheduler(0, SCHED_FIFO, &first))
		stop("a CPU for itself");
	puts("spinning");
	for (;;)
		;
}
