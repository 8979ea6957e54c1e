// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a dump of a 32-bit x86 kernel must say beside what any dump does.
 */

#include <linux/mmzone.h>
#include <linux/vmcore_info.h>

#ifdef CONFIG_NUMA
static void add_nodes(void)
{
	VMCOREINFO_SYMBOL(node_data);
	VMCOREINFO_LENGTH(node_data, MAX_NUMNODES);
}
#else
static void add_nodes(void) { }
#endif

void arch_crash_save_vmcoreinfo(void)
{
	add_nodes();
	if (IS_ENABLED(CONFIG_X86_PAE))
		VMCOREINFO_CONFIG(X86_PAE);
}
