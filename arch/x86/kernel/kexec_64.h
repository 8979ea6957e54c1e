/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control page of an x86-64 image: what kexec_64.c writes into it and
 * machine_kexec_64.S finds there.
 *
 * The lower part, KEXEC_CONTROL_CODE_MAX_SIZE bytes, is a copy of the
 * trampoline.  struct kexec_handover follows it; the rest of the page is the
 * trampoline's stack.
 */
#ifndef _ARCH_X86_KERNEL_KEXEC_64_H
#define _ARCH_X86_KERNEL_KEXEC_64_H

#include <asm/kexec.h>

/* Offsets into struct kexec_handover */
#define HANDOVER_HEAD		0x00
#define HANDOVER_ENTRY		0x08
#define HANDOVER_BOOT_PARAMS	0x10
#define HANDOVER_PGD		0x18
#define HANDOVER_CONTROL	0x20
#define HANDOVER_SWAP		0x28
#define HANDOVER_FLAGS		0x30
#define HANDOVER_RSP		0x38
#define HANDOVER_CR0		0x40
#define HANDOVER_CR3		0x48
#define HANDOVER_CR4		0x50
#define HANDOVER_GDT		0x58
#define HANDOVER_GDTR		0x80
#define HANDOVER_IDTR		0x90

/* Bits of HANDOVER_FLAGS */
#define HANDOVER_RETURNS	0x1
#define HANDOVER_WBINVD		0x2

/* Selectors of the 64-bit boot protocol: __BOOT_CS and __BOOT_DS */
#define HANDOVER_CS		0x10
#define HANDOVER_DS		0x18

#ifndef __ASSEMBLY__
#include <asm/desc_defs.h>

/**
 * struct kexec_handover - all the trampoline knows
 * @head:        first word of the image's entry list
 * @entry:       physical address the image is entered at
 * @boot_params: what %rsi holds then; 0 for images that take no boot_params
 * @pgd:         physical address of the page tables: memory one to one, plus
 *		 the control page at the address of relocate_kernel
 * @control:     physical address of the control page
 * @swap:        physical address of the page to swap through, 0 if none
 * @flags:       HANDOVER_* bits
 * @rsp:         this kernel's stack pointer, as all below saved by the trampoline
 * @cr0:         and control registers,
 * @cr3:         for an image that returns
 * @cr4:         (also tells whether paging has five levels)
 * @gdt:         flat 64-bit code and data for the image to start with
 * @gdtr:        describes @gdt, by physical address
 * @idtr:        describes no IDT
 */
struct kexec_handover {
	u64 head;
	u64 entry;
	u64 boot_params;
	u64 pgd;
	u64 control;
	u64 swap;
	u64 flags;
	u64 rsp;
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 gdt[4];
	struct desc_ptr gdtr __aligned(16);
	struct desc_ptr idtr __aligned(16);
};
#endif

#endif /* _ARCH_X86_KERNEL_KEXEC_64_H */
