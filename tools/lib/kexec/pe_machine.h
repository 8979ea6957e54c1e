/* SPDX-License-Identifier: GPL-2.0-only */
/* What EFI calls the architecture this is built for (UEFI 2.10, section 3.5.1.1). */
#ifndef _LIBKEXEC_PE_MACHINE_H
#define _LIBKEXEC_PE_MACHINE_H

/* Names of the Boot Loader Specification, and IMAGE_FILE_MACHINE_* of PE files. */
#if defined(__x86_64__)
#define MACHINE_NAME	"x64"
#define MACHINE_PE	0x8664
#elif defined(__i386__)
#define MACHINE_NAME	"ia32"
#define MACHINE_PE	0x014c
#elif defined(__aarch64__)
#define MACHINE_NAME	"aa64"
#define MACHINE_PE	0xaa64
#elif defined(__arm__)
#define MACHINE_NAME	"arm"
#define MACHINE_PE	0x01c2
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE_NAME	"riscv64"
#define MACHINE_PE	0x5064
#elif defined(__loongarch64)
#define MACHINE_NAME	"loongarch64"
#define MACHINE_PE	0x6264
#else
#define MACHINE_NAME	""
#define MACHINE_PE	0
#endif

#endif /* _LIBKEXEC_PE_MACHINE_H */
