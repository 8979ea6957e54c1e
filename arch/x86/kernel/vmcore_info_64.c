// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a dump of an x86-64 kernel must say beside what any dump does: where the
 * kernel is, in physical and in virtual memory, and how to walk its page tables.
 */

#include <linux/mem_encrypt.h>
#include <linux/mmzone.h>
#include <linux/pgtable.h>
#include <linux/vmcore_info.h>

#include <asm/setup.h>

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
	VMCOREINFO_NUMBER(phys_base);
	VMCOREINFO_SYMBOL(init_top_pgt);
	vmcoreinfo_append_str("NUMBER(pgtable_l5_enabled)=%d\n", pgtable_l5_enabled());
	add_nodes();
	VMCOREINFO_HEX("KERNELOFFSET", kaslr_offset());
	VMCOREINFO_NUMBER(KERNEL_IMAGE_SIZE);
	vmcoreinfo_append_str("NUMBER(sme_mask)=%ld\n", (long)sme_me_mask);
}
