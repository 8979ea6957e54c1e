// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: what of the C library is needed, by the compiler, too.
 */
#include "kexec_test.h"

size_t strlen(const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	return len;
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
	const u8 *x = from;
	u8 *y = to;

	while (size--)
		*y++ = *x++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	u8 *x = to;

	while (size--)
		*x++ = value;
	return to;
}
