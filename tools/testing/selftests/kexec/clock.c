// SPDX-License-Identifier: GPL-2.0-only
/* The processor's clock, which runs on from one kernel into the next. */
#include <stdio.h>
#include <x86intrin.h>

#include "selftest.h"

/* Prints it, as the first thing of a kernel's user space. */
int test_clock(int argc, char **argv)
{
	printf("%llu\n", __rdtsc());
	return 0;
}

/* Prints it as a fact and jumps into the loaded image at once. */
int test_jump(int argc, char **argv)
{
	int err;

	printf("# fact jumped_at=%llu\n", __rdtsc());
	err = jump();
	printf("not ok - jump into the loaded image # errno %d\n", err);
	return 1;
}
