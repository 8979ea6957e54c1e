/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KEXEC_TEST_IO_H
#define KEXEC_TEST_IO_H

#include "kexec_test.h"

static inline void outb(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a" (value), "Nd" (port));
}

static inline u8 inb(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a" (value) : "Nd" (port));
	return value;
}

#endif /* KEXEC_TEST_IO_H */
