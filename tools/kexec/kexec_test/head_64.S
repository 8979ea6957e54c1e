/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test: entry in 64-bit mode, wherever the image is.
 */
#include "entry.S"

	.section .head, "ax"
	.globl	entry
	.hidden	entry
entry:
	TELL_MODE jnz wrong_mode
	leaq	stack_end(%rip), %rsp
	pushq	$0
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rbx
	pushq	%rbp
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushfq
	cld
	movq	%dr0, %rax
	movq	%rax, 16 * 8(%rsp)
	PUSH_SEGMENTS rax
	movq	%rsp, %rdi
	movq	%rsp, %rbx
	andq	$~15, %rsp
	call	kexec_test

	/* Back to whoever called, with what a function has to preserve. */
	leaq	7 * 8(%rbx), %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	addq	$6 * 8, %rsp
	popq	%rbp
	popq	%rbx
	addq	$3 * 8, %rsp
	popq	%rsp
	xorl	%eax, %eax
	ret

	.globl	wrong_mode
	.hidden	wrong_mode
wrong_mode:
	SAY_WRONG_MODE

	.text
	.globl	load_tables
	.hidden	load_tables
load_tables:
	lgdt	(%rdi)
	lidt	(%rsi)
	ret

	/* bool load_segments(ulong cs, ulong ds) */
	.globl	load_segments
	.hidden	load_segments
load_segments:
	movl	%esi, %ds
	movl	%esi, %es
	movl	%esi, %ss
	leaq	1f(%rip), %rax
	pushq	%rdi
	pushq	%rax
	lretq
1:
	movl	%cs, %eax
	cmpl	%edi, %eax
	sete	%al
	movzbl	%al, %eax
	ret

	TRAPS trapped
trapped:
	movq	%rsp, %rdi
	andq	$~15, %rsp
	call	kexec_test_trap

	STACK

	.section .note.GNU-stack, "", @progbits
