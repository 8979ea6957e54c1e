/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line of the kexec program says. */
#ifndef _TOOLS_KEXEC_OPTIONS_H
#define _TOOLS_KEXEC_OPTIONS_H

#include "kexec.h"

/* Where a kernel that was booted with retain_initrd has what it was booted with. */
#define RUNNING_INITRD	"/sys/firmware/initrd"

enum exit_code {
	EXIT_LOADED = 1,	/* --status: something is */
	EXIT_USAGE = 1,
	EXIT_REFUSED = 255,	/* load, unload or jump failed */
};

void print_help(void);
int usage_error(const char *message);
int parse_options(int argc, char **argv, struct request **req);
int check_request(const struct request *req);
bool wants_action(const struct request *req);
bool wants_load(const struct request *req);

#endif /* _TOOLS_KEXEC_OPTIONS_H */
