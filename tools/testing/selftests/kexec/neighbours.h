/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KEXEC_SELFTEST_NEIGHBOURS_H
#define KEXEC_SELFTEST_NEIGHBOURS_H

#include <stdbool.h>
#include <sys/types.h>

struct neighbours {
	pid_t pids[2];
};

bool run_program(void);
void neighbours_start(struct neighbours *neighbours, const char *name);
bool neighbours_live(struct neighbours *neighbours);
void neighbours_stop(struct neighbours *neighbours);

#endif
