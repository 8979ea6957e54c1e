/* SPDX-License-Identifier: GPL-2.0-only */
/* What kind of file something is, by the parsers that the kernel has, too. */
#ifndef _LIBKEXEC_EXAM_H
#define _LIBKEXEC_EXAM_H

#include <stdbool.h>
#include <stddef.h>
#include "libkexec.h"
#include "pe_machine.h"

/* What kernels before this one load is another thing on each architecture. */
#define IS_X86		(MACHINE_PE == 0x8664 || MACHINE_PE == 0x014c)

#define PE_OFFSET	0x3c	/* where the offset of the PE header is */

/**
 * struct exam - a file under examination
 * @data: what is in it
 * @size: how much
 * @profile: the profile wanted of a unified kernel image
 * @format: what it is, as far as it is known
 * @reason: what is wrong with it
 * @why: the same in words, NULL if nothing is
 * @machine: whose code it is, NULL if that is not known
 * @memory: bytes of memory it takes, 0 if that is not known
 * @kinds: KIND() of files that go with it, as far as it is known what is in it
 * @stock: kernels without reasons would load it, too
 */
struct exam {
	const char *data;
	size_t size;
	unsigned int profile;
	enum kexec_reason reason;
	const char *format, *why, *machine;
	unsigned long long memory;
	unsigned int kinds;
	bool stock;
};

/* formats.c */
bool open_exam(int fd, struct exam *e);
void close_exam(struct exam *e);
void examine(struct exam *e);
bool is_bzimage(struct exam *e);
bool is_of_type(struct exam *e, const char *type);
unsigned int number_at(const struct exam *e, size_t at, size_t bytes);

/* signature.c */
bool is_signed(int fd);

#endif /* _LIBKEXEC_EXAM_H */
