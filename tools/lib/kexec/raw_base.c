// SPDX-License-Identifier: GPL-2.0-only
/* Loading through kexec_load(2): memory for a load, and refusing it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include "raw.h"

/**
 * raw_refuse() - say why an image cannot be loaded
 * @raw: the load
 * @why: that, for programs
 * @err: negative errno
 * @format: a clause about the image; the first one given counts
 *
 * Return: @err.
 */
int raw_refuse(struct raw *raw, enum kexec_reason why, int err, const char *format, ...)
{
	va_list args;

	if (*raw->reason)
		return err;
	raw->why = why;
	va_start(args, format);
	vsnprintf(raw->reason, sizeof(raw->reason), format, args);
	va_end(args);
	return err;
}

/**
 * raw_take_kinds() - refuse files that a format has no use for
 * @raw: the load
 * @kinds: KIND() of those that it has a use for
 *
 * Return: 0, or -EINVAL with a reason given if there are others.
 */
int raw_take_kinds(struct raw *raw, unsigned int kinds)
{
	size_t i;

	for (i = 0; i < raw->nr_parts; i++)
		if (!(kinds & 1U << raw->part[i].kind))
			return raw_refuse(raw, KEXEC_REASON_MISFIT, -EINVAL,
					  "an image of this format takes no %s",
					  kind_name(raw->part[i].kind));
	return 0;
}

/**
 * raw_refuse_modes() - refuse what -c does for programs only
 * @raw: the load
 *
 * Return: 0, or -EINVAL with a reason given.
 */
int raw_refuse_modes(struct raw *raw)
{
	if (is_crash(raw->image))
		return raw_refuse(raw, KEXEC_REASON_SEGMENTS_UNSUITED, -EINVAL,
				  "-c tells a crash kernel nothing of the one that crashed; load it with -s");
	if (returns(raw))
		return raw_refuse(raw, KEXEC_REASON_SEGMENTS_UNSUITED, -EINVAL,
				  "only a static ELF program can return to this kernel");
	return 0;
}

/* What is worth a look at whether it may be had. */
#define LARGE	(1024 * 1024)

/* Memory that lives until the load has ended. */
struct chunk {
	struct chunk *next;
	max_align_t data[];
};

/**
 * raw_alloc() - have memory until the load has ended
 * @raw: the load
 * @size: bytes
 *
 * Return: that memory, all zeros; NULL with a reason given if there is none.
 */
void *raw_alloc(struct raw *raw, size_t size)
{
	struct chunk *chunk = NULL;

	if (size >= LARGE && group_memory_short(size, NULL)) {
		raw_refuse(raw, KEXEC_REASON_NO_MEMORY, -ENOMEM,
			   "its control group has not %zu bytes of memory for it", size);
		return NULL;
	}
	if (size <= SIZE_MAX - sizeof(*chunk))
		chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk) {
		raw_refuse(raw, KEXEC_REASON_MEMORY_SHORT, -ENOMEM,
			   "there are not %zu bytes of memory for it", size);
		return NULL;
	}
	chunk->next = raw->chunks;
	raw->chunks = chunk;
	return chunk->data;
}

/**
 * raw_free() - give back all that raw_alloc() has given
 * @raw: the load
 */
void raw_free(struct raw *raw)
{
	struct chunk *next;

	for (; raw->chunks; raw->chunks = next) {
		next = raw->chunks->next;
		free(raw->chunks);
	}
}
