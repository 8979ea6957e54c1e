/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that is freed all at once, and text in it. */
#ifndef _LIBKEXEC_POOL_H
#define _LIBKEXEC_POOL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/compiler.h>

/* More than any real set of boot loader entries takes. */
#define POOL_MAX	(32UL << 20)

struct pool_block;

/**
 * struct pool - the memory
 * @last: the block that was allocated last
 * @used: bytes in all of them
 * @failed: one could not be allocated, or would have been beyond %POOL_MAX
 *
 * Who builds something out of it need not look at every step: what could not be
 * allocated stays away, and @failed tells at the end.
 */
struct pool {
	struct pool_block *last;
	size_t used;
	bool failed;
};

void *pool_alloc(struct pool *pool, size_t size);
const char *pool_text(struct pool *pool, const char *text, size_t len);
const char *pool_print(struct pool *pool, const char *format, ...) __printf(2, 3);
const char *pool_vprint(struct pool *pool, const char *format, va_list args) __printf(2, 0);
void pool_free(struct pool *pool);

#endif /* _LIBKEXEC_POOL_H */
