// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: what of the C library is needed, by the compiler, too, which would
 * turn plain loops into calls of these.
 */
#include "kexec_test.h"

size_t strlen(const char *text)
{
	const char *end = text;
	size_t most = -1;

	asm volatile("repne scasb" : "+D" (end), "+c" (most) : "a" (0) : "memory", "cc");
	return end - text - 1;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const u8 *x = a, *y = b;

	for (; size; x++, y++, size--)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memcpy(void *to, const void *from, size_t size)
{
	void *at = to;

	asm volatile("rep movsb" : "+D" (at), "+S" (from), "+c" (size) : : "memory");
	return to;
}

void *memset(void *to, int value, size_t size)
{
	void *at = to;

	asm volatile("rep stosb" : "+D" (at), "+c" (size) : "a" (value) : "memory");
	return to;
}
