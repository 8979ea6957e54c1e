/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entry stub: puts the CPU into the state that an image wants, and enters it.
 *
 * In: 64-bit mode, interrupts off, the page that the stub is in mapped at its
 *     physical address, writable, and below 4 GiB.  No register, segment or
 *     stack is relied on.  For KEXEC_ENTER_LONG the image has to be mapped, too.
 *
 * To the program that carries it the stub is data, which is copied, completed
 * with struct kexec_enter, and run elsewhere.  So nothing in it may depend on where
 * it stands.  The rest of its page is its stack.
 */
#include <linux/kexec_enter.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#define PARAM(field)	(KEXEC_ENTER_AT + KEXEC_ENTER_##field)
#define AT(label)	(label - .Lstub)(%rbx)

	.section .rodata, "a"
	.balign	16
	.globl	kexec_enter_start
kexec_enter_start:
.Lstub:
	.code64
	cli
	cld
	leaq	.Lstub(%rip), %rbx
	/* A return address of zero is on top. */
	leaq	KEXEC_ENTER_SIZE - 8(%rbx), %rsp
	cmpq	$0, PARAM(SP)(%rbx)
	jne	.Lhas_stack
	movq	%rsp, PARAM(SP)(%rbx)
.Lhas_stack:
	cmpl	$KEXEC_ENTER_MODE_LONG, PARAM(MODE)(%rbx)
	leaq	AT(.Lgdt64), %rax
	leaq	AT(.Llong), %rcx
	je	.Lload_segments

	/* With process-context identifiers or CET on, paging cannot be left. */
	movq	%cr4, %rax
	andl	$(X86_CR4_PAE | X86_CR4_LA57), %eax
	movq	%rax, %cr4
	movl	PARAM(ENTRY)(%rbx), %eax
	movl	%eax, AT(.Lentry32)
	leaq	AT(.Lgdt32), %rax
	leaq	AT(.Lcompatible), %rcx

.Lload_segments:
	movq	%rax, AT(.Lgdtr + 2)
	lgdt	AT(.Lgdtr)
	movl	$KEXEC_ENTER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	pushq	$KEXEC_ENTER_CS
	pushq	%rcx
	lretq

.Llong:
	xorl	%r15d, %r15d
	xorl	%r14d, %r14d
	xorl	%r13d, %r13d
	xorl	%r12d, %r12d
	xorl	%r11d, %r11d
	xorl	%r10d, %r10d
	xorl	%r9d, %r9d
	xorl	%r8d, %r8d
	pushq	$0
	popfq
	movq	PARAM(AX)(%rbx), %rax
	movq	PARAM(CX)(%rbx), %rcx
	movq	PARAM(DX)(%rbx), %rdx
	movq	PARAM(SI)(%rbx), %rsi
	movq	PARAM(DI)(%rbx), %rdi
	movq	PARAM(BP)(%rbx), %rbp
	movq	PARAM(SP)(%rbx), %rsp
	movq	PARAM(BX)(%rbx), %rbx
	jmp	*.Lstub + PARAM(ENTRY)(%rip)

	/*
	 * Long mode ends with paging.  Only without paging may CR4 be told another
	 * number of paging levels.
	 */
	.code32
.Lcompatible:
	movl	$X86_CR0_PE, %eax
	movl	%eax, %cr0
	jmp	.Lprotected
.Lprotected:
	xorl	%eax, %eax
	movl	%eax, %cr4
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	andl	$~(EFER_SCE | EFER_LME | EFER_NX), %eax
	wrmsr
	lidt	(.Lno_idtr - .Lstub)(%ebx)
	pushl	$0
	popfl
	movl	PARAM(AX)(%ebx), %eax
	movl	PARAM(CX)(%ebx), %ecx
	movl	PARAM(DX)(%ebx), %edx
	movl	PARAM(SI)(%ebx), %esi
	movl	PARAM(DI)(%ebx), %edi
	movl	PARAM(BP)(%ebx), %ebp
	movl	PARAM(SP)(%ebx), %esp
	movl	PARAM(BX)(%ebx), %ebx
	/* No register is left that could tell where the stub is. */
	.byte	0xea			/* ljmp */
.Lentry32:
	.long	0
	.word	KEXEC_ENTER_CS

	/* Accessed bits are set: the CPU need not write them. */
	.balign	8
.Lgdt32:
	.quad	0, 0
	.quad	0x00cf9b000000ffff	/* code, 32-bit, 4 GiB */
	.quad	0x00cf93000000ffff	/* data, 4 GiB */
.Lgdt64:
	.quad	0, 0
	.quad	0x00af9b000000ffff	/* code, 64-bit */
	.quad	0x00cf93000000ffff	/* data, 4 GiB */
.Lgdtr:
	.word	.Lgdt64 - .Lgdt32 - 1
	.quad	0
.Lno_idtr:
	.word	0
	.long	0

	.org	.Lstub + KEXEC_ENTER_AT
	.globl	kexec_enter_end
kexec_enter_end:
