/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control area of an x86-64 image: what kexec-control_64.c writes into it
 * when the image is loaded and machine_kexec_64.S finds there.
 *
 *	page 0	the trampoline, KEXEC_CONTROL_CODE_MAX_SIZE bytes;
 *		struct kexec_control
 *	page 1	the handover routine, KEXEC_BLOB_MAX_SIZE bytes
 *	page 3	stack of exceptions, CONTROL_TRAP_STACK bytes; stack
 *
 * The image's page tables map it where it is, and page 0 at the address of
 * relocate_kernel, too.
 */
#ifndef _ARCH_X86_KERNEL_KEXEC_64_H
#define _ARCH_X86_KERNEL_KEXEC_64_H

#include <linux/kexec_blob.h>
#include <asm/kexec.h>

/* Offsets into the control area */
#define CONTROL_TRAPS		0x400
#define CONTROL_BLOB		PAGE_SIZE
#define CONTROL_STACKS		(CONTROL_BLOB + KEXEC_BLOB_MAX_SIZE)
#define CONTROL_TRAP_STACK	2048

/* One stub for each exception */
#define TRAP_STUBS		32
#define TRAP_STUB_SIZE		16

/* Offsets into struct kexec_control */
#define CONTROL_ENTRY		0x00
#define CONTROL_BOOT_PARAMS	0x08
#define CONTROL_PGD		0x10
#define CONTROL_SWAP		0x18
#define CONTROL_FLAGS		0x20
#define CONTROL_TRAPPED		0x24
#define CONTROL_RSP		0x28
#define CONTROL_CR0		0x30
#define CONTROL_CR3		0x38
#define CONTROL_CR4		0x40
#define CONTROL_GDTR		0x50
#define CONTROL_IDTR		0x60
#define CONTROL_NO_IDTR		0x70
#define CONTROL_GDT		0x80
#define CONTROL_JOB		0xb0
#define CONTROL_JOB_RESET	0xdc

/* Bits of CONTROL_FLAGS */
#define CONTROL_RETURNS		0x1
#define CONTROL_WBINVD		0x2

/* Selectors of the 64-bit boot protocol: __BOOT_CS, __BOOT_DS and __BOOT_TSS */
#define CONTROL_CS		0x10
#define CONTROL_DS		0x18
#define CONTROL_TSS		0x20
#define CONTROL_GDT_WORDS	6

/* Where a TSS descriptor says that its task is busy */
#define TSS_TYPE_BYTE		5
#define TSS_BUSY		0x02

#ifndef __ASSEMBLY__
#include <linux/processor.h>
#include <asm/desc_defs.h>

/**
 * struct kexec_control - all the trampoline knows
 * @entry:       physical address the image is entered at
 * @boot_params: what %rsi holds then; 0 for images that take no boot_params
 * @pgd:         physical address of the page tables
 * @swap:        physical address of the page to swap through, 0 if none; the
 *		 stack of an image that returns
 * @flags:       CONTROL_* bits
 * @trapped:     an exception is being reported
 * @rsp:         the running kernel's stack pointer, as all below saved by the
 *		 trampoline
 * @cr0:         and control registers,
 * @cr3:         for an image that returns
 * @cr4:         (also tells whether paging has five levels)
 * @gdtr:        describes @gdt
 * @idtr:        describes @idt
 * @no_idtr:     describes no IDT
 * @gdt:         flat 64-bit code and data for the image to start with; @tss
 * @job:         for the handover routine
 * @tss:         says which stack exceptions are reported on
 * @idt:         report exceptions until the image has an IDT of its own
 */
struct kexec_control {
	u64 entry;
	u64 boot_params;
	u64 pgd;
	u64 swap;
	u32 flags;
	u32 trapped;
	u64 rsp;
	u64 cr0;
	u64 cr3;
	u64 cr4;
	struct desc_ptr gdtr __aligned(16);
	struct desc_ptr idtr __aligned(16);
	struct desc_ptr no_idtr __aligned(16);
	u64 gdt[CONTROL_GDT_WORDS] __aligned(16);
	struct kexec_job job;
	struct x86_hw_tss tss __aligned(16);
	gate_desc idt[TRAP_STUBS] __aligned(16);
};

void kexec_find_serial(const char *line, struct kexec_serial *serial);
#endif

#endif /* _ARCH_X86_KERNEL_KEXEC_64_H */
