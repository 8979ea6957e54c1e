/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KEXEC_TEST_IO_H
#define KEXEC_TEST_IO_H

#include "kexec_test.h"

static inline void port_write(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a" (value), "Nd" (port));
}

static inline u8 port_read(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a" (value) : "Nd" (port));
	return value;
}

/* Memory that the compiler must not think about. */

static inline ulong peek(ulong address)
{
	ulong value;

	asm volatile("mov (%1), %0" : "=r" (value) : "r" (address) : "memory");
	return value;
}

static inline void poke(ulong address, ulong value)
{
	asm volatile("mov %0, (%1)" : : "r" (value), "r" (address) : "memory");
}

#endif /* KEXEC_TEST_IO_H */
