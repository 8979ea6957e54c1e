/* SPDX-License-Identifier: GPL-2.0-only */
/* The targets, what libFuzzer calls, and what it lends a mutator; it brings no header file. */
#ifndef _TOOLS_TESTING_KEXEC_FUZZ_H
#define _TOOLS_TESTING_KEXEC_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static inline void must(bool promise)
{
	if (!promise)
		abort();
}

/* fuzz_entries.c */
void take_bls(const uint8_t *data, size_t size);
void take_grub(const uint8_t *data, size_t size);
void take_grubenv(const uint8_t *data, size_t size);
void take_loader(const uint8_t *data, size_t size);
void take_versions(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

#endif /* _TOOLS_TESTING_KEXEC_FUZZ_H */
