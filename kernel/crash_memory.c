// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory reserved for the crash kernel while the system runs: how much it
 * is, and giving some of it back.
 */

#include <linux/cleanup.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "kexec_internal.h"

/*
 * Held for changes of crashk_res and crashk_low_res, inside the load lock.  Who
 * only wants to know the size takes this alone: a load, however long, does not
 * change the ranges.
 */
static DEFINE_MUTEX(crash_ranges_mutex);

static resource_size_t range_size(const struct resource *range)
{
	return range->end ? resource_size(range) : 0;
}

/**
 * crash_get_memory_size() - bytes reserved for the crash kernel, low ones included
 *
 * May sleep, but waits for no load.
 *
 * Return: that number.
 */
ssize_t crash_get_memory_size(void)
{
	guard(mutex)(&crash_ranges_mutex);
	return range_size(&crashk_res) + range_size(&crashk_low_res);
}

static void drop_range(struct resource *range)
{
	release_resource(range);
	range->start = 0;
	range->end = 0;
}

/* Shortens @range to @size bytes; @freed, not in use yet, becomes what follows them. */
static void shrink_range(struct resource *range, resource_size_t size, struct resource *freed)
{
	*freed = DEFINE_RES_NAMED(range->start + size, range_size(range) - size, "System RAM",
				  IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY);
	if (size)
		range->end = freed->start - 1;
	else
		drop_range(range);

	crash_free_reserved_phys_range(freed->start, freed->end);
	insert_resource(&iomem_resource, freed);
}

/* What is left of the low range takes the place of the main one, if that is gone. */
static void promote_low_range(void)
{
	if (crashk_res.end || !crashk_low_res.end)
		return;
	crashk_res.start = crashk_low_res.start;
	crashk_res.end = crashk_low_res.end;
	drop_range(&crashk_low_res);
	insert_resource(&iomem_resource, &crashk_res);
}

/* The main range goes first: low memory alone can start a crash kernel, high memory cannot. */
static int shrink_to(resource_size_t size)
{
	resource_size_t low = range_size(&crashk_low_res);
	struct resource *freed __free(kfree) = kzalloc(sizeof(*freed), GFP_KERNEL);
	struct resource *freed_low __free(kfree) = kzalloc(sizeof(*freed_low), GFP_KERNEL);

	if (!freed || !freed_low)
		return -ENOMEM;

	scoped_guard(mutex, &crash_ranges_mutex) {
		shrink_range(&crashk_res, size > low ? size - low : 0, no_free_ptr(freed));
		if (size < low)
			shrink_range(&crashk_low_res, size, no_free_ptr(freed_low));
		promote_low_range();
	}
	return 0;
}

static int shrink_locked(resource_size_t size)
{
	resource_size_t now = crash_get_memory_size();

	if (kexec_crash_image)
		return -ENOENT;
	if (size > now)
		return -EINVAL;
	size = roundup(size, KEXEC_CRASH_MEM_ALIGN);
	if (size >= now)
		return size == now ? 0 : -EINVAL;
	return shrink_to(size);
}

/**
 * crash_shrink_memory() - give memory back that was reserved for the crash kernel
 * @new_size: bytes to keep; rounded up to what the architecture can part with
 *
 * May sleep.  What is given back cannot be had again until the next boot.
 *
 * Return: 0; -EBUSY while something is being loaded or unloaded; -ENOENT if a
 * crash image is loaded; -EINVAL if less than @new_size is reserved; -ENOMEM,
 * with nothing changed.
 */
int crash_shrink_memory(unsigned long new_size)
{
	int err;

	if (!kexec_trylock())
		return -EBUSY;
	err = shrink_locked(new_size);
	kexec_unlock();
	return err;
}
