/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for the crash kernel, reserved at boot.
 */
#ifndef LINUX_CRASH_RESERVE_H
#define LINUX_CRASH_RESERVE_H

#include <linux/elf.h>
#include <linux/elfcore.h>
#include <linux/linkage.h>

/*
 * The reserved ranges, in /proc/iomem as "Crash kernel".  An end of 0: there is
 * none.  The low one exists only beside a main one that lies high.  Both change
 * only when crash_shrink_memory() does it, with the load lock held.
 */
extern struct resource crashk_res;
extern struct resource crashk_low_res;

#ifdef CONFIG_ARCH_HAS_GENERIC_CRASHKERNEL_RESERVATION
#include <asm/crash_reserve.h>

/* What <asm/crash_reserve.h> may say otherwise; all in bytes. */
/* where a crash kernel cannot start any more */
#ifndef CRASH_ADDR_HIGH_MAX
#define CRASH_ADDR_HIGH_MAX		memblock_end_of_DRAM()
#endif
/* low memory, which every device can reach, ends here; high memory begins */
#ifndef CRASH_ADDR_LOW_MAX
#define CRASH_ADDR_LOW_MAX		SZ_4G
#endif
#ifndef CRASH_ALIGN
#define CRASH_ALIGN			SZ_2M
#endif
/* the size of the low range where ,low is not given */
#ifndef DEFAULT_CRASH_KERNEL_LOW_SIZE
#define DEFAULT_CRASH_KERNEL_LOW_SIZE	(128UL << 20)
#endif

void __init reserve_crashkernel_generic(char *cmdline, unsigned long long crash_size,
					unsigned long long crash_base,
					unsigned long long crash_low_size, bool high);
#else
static inline void __init reserve_crashkernel_generic(char *cmdline, unsigned long long crash_size,
						      unsigned long long crash_base,
						      unsigned long long crash_low_size, bool high)
{
}
#endif

int __init parse_crashkernel(char *cmdline, unsigned long long system_ram,
			     unsigned long long *crash_size, unsigned long long *crash_base,
			     unsigned long long *low_size, bool *high);

#endif /* LINUX_CRASH_RESERVE_H */
