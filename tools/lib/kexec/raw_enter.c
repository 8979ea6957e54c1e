// SPDX-License-Identifier: GPL-2.0-only
/* Loading through kexec_load(2): the entry stub of x86 images. */
#include <errno.h>
#include "machine.h"

static int enter_from(struct raw *raw, const struct kexec_enter *how,
		      const struct raw_where *where)
{
	void *page = raw_alloc(raw, KEXEC_ENTER_SIZE);
	struct bytes bytes = { .data = page, .size = KEXEC_ENTER_SIZE };

	if (!page)
		return -ENOMEM;
	kexec_enter_write(page, how);
	image_debug(raw->image, "entry 0x%llx in %s-bit mode", (unsigned long long)how->entry,
		    how->mode == KEXEC_ENTER_32 ? "32" : "64");
	return raw_place(raw, "the entry", bytes, KEXEC_ENTER_SIZE, where, &raw->entry);
}

/**
 * raw_enter() - have an image entered through the entry stub
 * @raw: the load
 * @how: the state to enter it in
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_enter(struct raw *raw, const struct kexec_enter *how)
{
	struct raw_where where = { .min = RAW_LOAD_MIN, .max = RAW_MAX_32, .top_down = true };

	return enter_from(raw, how, &where);
}

/**
 * raw_enter_low() - the same for an image that may map little memory before it has a stack
 * and a GDT of its own
 * @raw: the load
 * @how: the state to enter it in
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_enter_low(struct raw *raw, const struct kexec_enter *how)
{
	struct raw_where where = { .min = RAW_LOAD_LOW, .max = RAW_MAX_32 };

	return enter_from(raw, how, &where);
}
