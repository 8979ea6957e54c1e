// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory a load may take.
 *
 * An image holds what it takes for as long as it is loaded, and nothing can take it
 * back.  Allocations that never call the OOM killer themselves would go on until
 * there is so little left that everybody else does.  So a load leaves a reserve.
 */

#include <linux/gfp.h>
#include <linux/kexec.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/swap.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include "kexec_internal.h"

/* One page of so many stays with the rest of the machine, within limits. */
#define RESERVE_SHARE	16
#define RESERVE_MIN	PHYS_PFN(12UL * SZ_1M)
#define RESERVE_MAX	PHYS_PFN(256UL * SZ_1M)

static unsigned long reserve_pages(void)
{
	return clamp(totalram_pages() / RESERVE_SHARE, RESERVE_MIN, RESERVE_MAX);
}

/* What can be had by reclaim: memory of processes counts as far as there is swap for it. */
static unsigned long available_pages(void)
{
	unsigned long anon = global_node_page_state(NR_INACTIVE_ANON) +
			     global_node_page_state(NR_ACTIVE_ANON);
	long swap = get_nr_swap_pages(), available = si_mem_available();

	return max(available, 0L) + min(anon, (unsigned long)max(swap, 0L));
}

/**
 * kexec_leaves_reserve - would the rest of the machine have its reserve?
 * @pages: how many pages more a load takes
 *
 * Return: true if so.
 */
bool kexec_leaves_reserve(unsigned long pages)
{
	unsigned long needed;

	if (check_add_overflow(pages, reserve_pages(), &needed))
		return false;
	if (available_pages() >= needed)
		return true;
	/* what is free on a CPU's own list, an eighth of memory perhaps, is not counted */
	drain_all_pages(NULL);
	return available_pages() >= needed;
}

/**
 * kexec_may_take - may a load take more memory?
 * @pages: how many pages more
 * @to:	   what it is for, like "to read the",
 * @what:  and the rest of that
 *
 * Context: load lock held, may sleep.
 *
 * Return: 0, or -ENOMEM with a reason given.
 */
int kexec_may_take(unsigned long pages, const char *to, const char *what)
{
	if (kexec_leaves_reserve(pages))
		return 0;
	return kexec_refuse(-ENOMEM,
			    "there is not enough free memory %s %s: it takes %lu MiB more, of %lu MiB available %lu MiB are for the rest of the machine",
			    to, what, DIV_ROUND_UP(pages, PHYS_PFN(SZ_1M)),
			    available_pages() / PHYS_PFN(SZ_1M),
			    reserve_pages() / PHYS_PFN(SZ_1M));
}

/**
 * kexec_alloc - allocate memory that a load needs while it lasts
 * @size: bytes
 * @gfp:  0 or __GFP_ZERO
 * @to:	  what it is for, as for kexec_may_take()
 * @what: and the rest of that
 *
 * Context: load lock held, may sleep.
 *
 * Return: memory for vfree(); NULL, perhaps with a reason given.
 */
void *kexec_alloc(size_t size, gfp_t gfp, const char *to, const char *what)
{
	if (kexec_may_take(PFN_UP((u64)size), to, what))
		return NULL;
	return __vmalloc(size, GFP_KERNEL | KIMAGE_GFP | gfp);
}

#ifdef CONFIG_MEMCG
/**
 * kexec_charge_all - page cache of files that are read is the machine's from now on
 *
 * The control group of the caller has no use for it, and may have no room: a process in
 * there would be killed for it, or the load made to wait with the load lock held.  So
 * would it be for the page tables that reading from mapped files takes.
 *
 * Context: load lock held.
 */
void kexec_charge_all(void)
{
	set_active_memcg(root_mem_cgroup);
}

/**
 * kexec_charge_caller - everything is charged to the caller again
 *
 * A system call begins with nobody else to charge.
 * Context: load lock held.
 */
void kexec_charge_caller(void)
{
	set_active_memcg(NULL);
}
#endif
