// SPDX-License-Identifier: GPL-2.0-only
/*
 * Protection of the armed crash image against stray writes.
 */

#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/mm.h>

#include <asm/set_memory.h>

static void crash_mark(u64 start, u64 end, bool protect)
{
	struct page *page = pfn_to_page(PHYS_PFN(start));
	int pages = PHYS_PFN(end) - PHYS_PFN(start);

	if (pages <= 0)
		return;
	if (protect)
		set_pages_ro(page, pages);
	else
		set_pages_rw(page, pages);
}

static void crash_mark_all(bool protect)
{
	if (crashk_low_res.end)
		crash_mark(crashk_low_res.start, crashk_low_res.end + 1, protect);
	crash_mark(crashk_res.start, crashk_res.end + 1, protect);
}

/**
 * arch_kexec_protect_crashkres - make the armed crash image read only
 */
void arch_kexec_protect_crashkres(void)
{
	crash_mark_all(true);
}

/**
 * arch_kexec_unprotect_crashkres - undo arch_kexec_protect_crashkres()
 */
void arch_kexec_unprotect_crashkres(void)
{
	crash_mark_all(false);
}
