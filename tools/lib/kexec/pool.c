// SPDX-License-Identifier: GPL-2.0-only
/* Memory that is freed all at once, and text in it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pool.h"

struct pool_block {
	struct pool_block *before;
	max_align_t data[];
};

/**
 * pool_alloc() - get memory
 * @pool: where from
 * @size: how many bytes
 *
 * Return: the memory, zeroed, or NULL after a failure that the pool remembers.
 */
void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_block *block = NULL;

	/* the block itself counts, or many small ones would be for free */
	if (size < POOL_MAX && pool->used + sizeof(*block) + size < POOL_MAX)
		block = calloc(1, sizeof(*block) + size);
	if (!block) {
		pool->failed = true;
		return NULL;
	}
	pool->used += sizeof(*block) + size;
	block->before = pool->last;
	pool->last = block;
	return block->data;
}

/**
 * pool_text() - keep text
 * @pool: where
 * @text: the text
 * @len: how many bytes of it
 *
 * Return: a copy with a final NUL; "" after a failure.
 */
const char *pool_text(struct pool *pool, const char *text, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);

	return copy ? memcpy(copy, text, len) : "";
}

/**
 * pool_vprint() - the same as pool_print(), with arguments of another function
 * @pool: where
 * @format: how
 * @args: what
 *
 * Return: as pool_print() does.
 */
const char *pool_vprint(struct pool *pool, const char *format, va_list args)
{
	char *text = NULL;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		text = pool_alloc(pool, len + 1);
	if (text)
		vsnprintf(text, len + 1, format, again);
	else
		pool->failed = true;
	va_end(again);
	return text ?: "";
}

/**
 * pool_print() - keep text as printf(3) makes it
 * @pool: where
 * @format: how
 *
 * Return: the text; "" after a failure.
 */
const char *pool_print(struct pool *pool, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = pool_vprint(pool, format, args);
	va_end(args);
	return text;
}

/**
 * pool_free() - free all that was allocated
 * @pool: it; empty afterwards
 */
void pool_free(struct pool *pool)
{
	struct pool_block *block;

	while (pool->last) {
		block = pool->last;
		pool->last = block->before;
		free(block);
	}
	pool->used = 0;
}
