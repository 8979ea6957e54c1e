/* SPDX-License-Identifier: GPL-2.0-only */
/* What it takes to start a bzImage by way of ready-made segments. */
#ifndef KEXEC_SELFTEST_LINUX_START_H
#define KEXEC_SELFTEST_LINUX_START_H

#include <asm/bootparam.h>

#include "selftest.h"

/* The 64-bit entry point, from the start of the protected-mode part. */
#define ENTRY_64	0x200

void place_header(struct boot_params *params, const char *image);
size_t setup_size(const struct boot_params *params);
size_t whole_pages(size_t size);

#endif
