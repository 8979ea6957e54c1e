/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test: entry in 32-bit mode.
 */
#include "entry.S"

#ifdef RELOCATABLE
/* The first word of the boot information that nobody reads is a stack long enough. */
.macro OWN_STACK
	leal	8(%ebx), %esp
	call	1f
1:	popl	%esp
	leal	stack_end - 1b(%esp), %esp
.endm
#else
.macro OWN_STACK
	movl	$stack_end, %esp
.endm
#endif

	.section .head, "ax"
	.globl	entry
	.hidden	entry
entry:
	TELL_MODE jz wrong_mode
	OWN_STACK
	pushl	$0
	pushl	%eax
	pushl	%ecx
	pushl	%edx
	pushl	%ebx
	pushl	%ebp
	pushl	%esi
	pushl	%edi
	pushfl
	cld
	movl	%dr0, %eax
	movl	%eax, 8 * 4(%esp)
	PUSH_SEGMENTS eax
	movl	%esp, %eax
	andl	$~15, %esp
	subl	$12, %esp
	pushl	%eax
	call	kexec_test
	/* Nothing that enters in this mode can be returned to. */
1:	hlt
	jmp	1b

wrong_mode:
	SAY_WRONG_MODE

	.text
	.globl	load_tables
	.hidden	load_tables
load_tables:
	movl	4(%esp), %eax
	movl	8(%esp), %edx
	lgdt	(%eax)
	lidt	(%edx)
	ret

	/* bool load_segments(ulong cs, ulong ds) */
	.globl	load_segments
	.hidden	load_segments
load_segments:
	movl	4(%esp), %edx
	movl	8(%esp), %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	movl	%ecx, %ss
	pushl	%edx
	call	2f
2:	addl	$1f - 2b, (%esp)
	lretl
1:
	movl	%cs, %eax
	cmpl	%edx, %eax
	sete	%al
	movzbl	%al, %eax
	ret

	TRAPS trapped
trapped:
	movl	%esp, %eax
	andl	$~15, %esp
	subl	$12, %esp
	pushl	%eax
	call	kexec_test_trap

	STACK

	.section .note.GNU-stack, "", @progbits
