/* SPDX-License-Identifier: GPL-2.0-only */
/* The targets, what libFuzzer calls, and what it lends a mutator; it brings no header file. */
#ifndef _TOOLS_TESTING_KEXEC_FUZZ_H
#define _TOOLS_TESTING_KEXEC_FUZZ_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

static inline void must(bool promise)
{
	if (!promise)
		abort();
}

/* fuzz_entries.c */
void take_bls(const uint8_t *data, size_t size);
void take_grub(const uint8_t *data, size_t size);
void take_entry(const uint8_t *data, size_t size);
void take_grubenv(const uint8_t *data, size_t size);
void take_loader(const uint8_t *data, size_t size);
void take_versions(const uint8_t *data, size_t size);

/* fuzz_tool.c */
void take_arguments(const uint8_t *data, size_t size);
void take_proc(const uint8_t *data, size_t size);

/* What it puts in front of the C library, by the linker's option --wrap. */
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);
int __wrap_open(const char *path, int flags, mode_t mode);
int __real_open(const char *path, int flags, ...);
DIR *__wrap_opendir(const char *path);
DIR *__real_opendir(const char *path);
ssize_t __wrap_readlink(const char *path, char *name, size_t size);
ssize_t __real_readlink(const char *path, char *name, size_t size);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
long __real_syscall(long number, ...);

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

#endif /* _TOOLS_TESTING_KEXEC_FUZZ_H */
