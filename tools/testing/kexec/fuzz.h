/* SPDX-License-Identifier: GPL-2.0-only */
/* What libFuzzer calls, and what it lends a mutator; it brings no header file. */
#ifndef _TOOLS_TESTING_KEXEC_FUZZ_H
#define _TOOLS_TESTING_KEXEC_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

#endif /* _TOOLS_TESTING_KEXEC_FUZZ_H */
