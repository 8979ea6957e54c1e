/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What x86 tells the kexec core about itself; see Documentation/kdump/porting.rst.
 */
#ifndef _ASM_X86_KEXEC_H
#define _ASM_X86_KEXEC_H

/* Of the control area, this much is for code that is copied there. */
#define KEXEC_CONTROL_CODE_MAX_SIZE	2048

#ifdef CONFIG_X86_64
#define KEXEC_ARCH			KEXEC_ARCH_X86_64
#define KEXEC_CONTROL_PAGE_SIZE		16384
#define KEXEC_MEMORY_LIMIT		(MAXMEM - 1)
#define KEXEC_CONTROL_MEMORY_LIMIT	KEXEC_MEMORY_LIMIT
#else
#define KEXEC_ARCH			KEXEC_ARCH_386
#define KEXEC_CONTROL_PAGE_SIZE		4096
#define KEXEC_MEMORY_LIMIT		(~0UL)
#define KEXEC_CONTROL_MEMORY_LIMIT	TASK_SIZE

/* Indices into the list of pages that relocate_kernel_32.S is handed */
#define PA_CONTROL_PAGE			0
#define VA_CONTROL_PAGE			1
#define PA_PGD				2
#define PA_SWAP_PAGE			3
#define PAGES_NR			4

/* A crash kernel of 32 bits reads the memory of one of 64 bits. */
#define vmcore_elf_check_arch_cross(header) ((header)->e_machine == EM_X86_64)
#endif

#define KEXEC_SOURCE_MEMORY_LIMIT	KEXEC_MEMORY_LIMIT
#define KEXEC_DESTINATION_MEMORY_LIMIT	KEXEC_MEMORY_LIMIT

#ifndef __ASSEMBLY__

#include <linux/instruction_pointer.h>
#include <linux/kernel.h>
#include <linux/kexec_blob.h>
#include <linux/string.h>

#include <asm/asm.h>
#include <asm/irqflags.h>
#include <asm/page.h>
#include <asm/ptrace.h>

struct kimage;

#define crash_save_reg(reg, to)		\
({					\
	asm volatile("mov %%" reg ", %0" : "=m" (to)); \
})
#define crash_save_selector(reg, to)	\
({					\
	unsigned long _selector;	\
					\
	asm volatile("mov %%" reg ", %k0" : "=r" (_selector)); \
	(to) = _selector;		\
})

#ifdef CONFIG_X86_64
static inline void crash_save_word_size(struct pt_regs *to)
{
	crash_save_reg("r8", to->r8);
	crash_save_reg("r9", to->r9);
	crash_save_reg("r10", to->r10);
	crash_save_reg("r11", to->r11);
	crash_save_reg("r12", to->r12);
	crash_save_reg("r13", to->r13);
	crash_save_reg("r14", to->r14);
	crash_save_reg("r15", to->r15);
}
#else
static inline void crash_save_word_size(struct pt_regs *to)
{
	crash_save_selector("ds", to->ds);
	crash_save_selector("es", to->es);
}
#endif

/**
 * crash_setup_regs - the registers that the dump has for the CPU that crashed
 * @to:   where they go
 * @from: those of the exception that led here, or NULL for what they are now
 *
 * Inline, so that stack and frame pointer are those of the caller.
 */
static __always_inline void crash_setup_regs(struct pt_regs *to, struct pt_regs *from)
{
	if (from) {
		*to = *from;
		return;
	}
	crash_save_reg(_ASM_SP, to->sp);
	crash_save_reg(_ASM_BP, to->bp);
	crash_save_reg(_ASM_AX, to->ax);
	crash_save_reg(_ASM_BX, to->bx);
	crash_save_reg(_ASM_CX, to->cx);
	crash_save_reg(_ASM_DX, to->dx);
	crash_save_reg(_ASM_SI, to->si);
	crash_save_reg(_ASM_DI, to->di);
	crash_save_word_size(to);
	crash_save_selector("cs", to->cs);
	crash_save_selector("ss", to->ss);
	to->flags = native_save_fl();
	to->ip = _THIS_IP_;
}

#define ARCH_HAS_KIMAGE_ARCH

#ifdef CONFIG_X86_64
/**
 * struct kimage_arch - what x86-64 keeps with an image
 * @pgd:	 identity page tables, in control pages
 * @boot_params: physical address of the zero page, 0 if the image takes none
 * @serial:	 early console of the trampoline
 */
struct kimage_arch {
	pgd_t *pgd;
	unsigned long boot_params;
	struct kexec_serial serial;
};

/* The trampoline in machine_kexec_64.S; returns the next entry of an image that comes back. */
unsigned long relocate_kernel(unsigned long control, unsigned long pgd, bool reset);

int machine_kexec_post_load(struct kimage *image);
int arch_kexec_post_alloc_pages(void *vaddr, unsigned int pages, gfp_t gfp);
void arch_kexec_pre_free_pages(void *vaddr, unsigned int pages);
void arch_kexec_protect_crashkres(void);
void arch_kexec_unprotect_crashkres(void);

#define machine_kexec_post_load		machine_kexec_post_load
#define arch_kexec_post_alloc_pages	arch_kexec_post_alloc_pages
#define arch_kexec_pre_free_pages	arch_kexec_pre_free_pages
#define arch_kexec_protect_crashkres	arch_kexec_protect_crashkres
#define arch_kexec_unprotect_crashkres	arch_kexec_unprotect_crashkres

#ifdef CONFIG_KEXEC_FILE
bool arch_kexec_ram_handed_over(u64 start, u64 end);
int arch_kimage_file_post_load_cleanup(struct kimage *image);

#define arch_kexec_ram_handed_over	arch_kexec_ram_handed_over
#define arch_kimage_file_post_load_cleanup arch_kimage_file_post_load_cleanup
#endif
#else
/* Page tables of machine_kexec_32.c; @pmd0 and @pmd1 are there with PAE only. */
struct kimage_arch {
	pgd_t *pgd;
	pmd_t *pmd0, *pmd1;
	pte_t *pte0, *pte1;
};

asmlinkage unsigned long relocate_kernel(unsigned long head, unsigned long pages,
					 unsigned long entry, unsigned int has_pae,
					 unsigned int preserve_context);
#endif

void kdump_nmi_shootdown_cpus(void);

#ifdef CONFIG_CRASH_HOTPLUG
unsigned int arch_crash_get_elfcorehdr_size(void);
int arch_crash_hotplug_support(struct kimage *image, unsigned long kexec_flags);
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg);

#define crash_get_elfcorehdr_size	arch_crash_get_elfcorehdr_size
#define arch_crash_hotplug_support	arch_crash_hotplug_support
#define arch_crash_handle_hotplug_event	arch_crash_handle_hotplug_event
#endif

#endif /* __ASSEMBLY__ */

#endif /* _ASM_X86_KEXEC_H */
