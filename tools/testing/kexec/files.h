/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes for host tests: from files, from programs, and made up. */
#ifndef _TOOLS_TESTING_KEXEC_FILES_H
#define _TOOLS_TESTING_KEXEC_FILES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *data;
	size_t size;
};

/* All end the program where they cannot do what they are for. */
struct bytes bytes_read(const char *path);
struct bytes bytes_filter(const char *command, const void *data, size_t size);
struct bytes bytes_copy(const void *data, size_t size);
struct bytes bytes_hex(const char *digits);
uint64_t next_random(void);

#endif /* _TOOLS_TESTING_KEXEC_FILES_H */
