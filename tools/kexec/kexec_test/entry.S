/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test: what the heads of both modes have in common, included by them.
 */
#include "kexec_test.h"

/*
 * Each instruction up to where the mode has been told is encoded alike in both.
 * ELSEWHERE is jumped to unless this is 64-bit mode, or, by the other jump, 32-bit mode.
 * Nothing may be relied on, the stack least of all: what is overwritten goes to
 * registers that no debugger needs now.  One byte makes the difference: in 64-bit mode it
 * is a prefix that means nothing, else it increments AX.
 */
.macro TELL_MODE jump elsewhere
	.byte	0x0f, 0x23, 0xc4	/* mov	%(r|e)sp, %dr0 */
	.byte	0x0f, 0x23, 0xc8	/* mov	%(r|e)ax, %dr1 */
	lahf
	.byte	0x0f, 0x23, 0xd0	/* mov	%(r|e)ax, %dr2 */
	xorl	%eax, %eax
	.byte	0x40, 0x90
	\jump	\elsewhere
	.byte	0x0f, 0x21, 0xd0	/* mov	%dr2, %(r|e)ax */
	sahf
	.byte	0x0f, 0x21, 0xc8	/* mov	%dr1, %(r|e)ax */
.endm

/* Port in EBP. */
#define SAY(a, b, c, d) \
	movl	$((a) | (b) << 8 | (c) << 16 | (d) << 24), %ebx; \
	movl	$4, %ecx; \
1:	movl	%ebp, %edx; \
	addl	$5, %edx; \
2:	inb	%dx, %al; \
	testb	$0x20, %al; \
	jz	2b; \
	movb	%bl, %al; \
	movl	%ebp, %edx; \
	outb	%al, %dx; \
	shrl	$8, %ebx; \
	subl	$1, %ecx; \
	jnz	1b

/*
 * The wrong mode: there is no stack to rely on, no code to run and no command line to
 * read.  So it is said on both usual ports, in code that is the same in both modes.
 */
.macro SAY_WRONG_MODE
	movl	$0x3f8, %ebp
3:	SAY(10, '#', ' ', 's')
	SAY('t', 'a', 'g', 'e')
	SAY(10, 'n', 'o', 't')
	SAY(' ', 'o', 'k', ' ')
	SAY('1', ' ', '-', ' ')
	SAY('t', 'h', 'e', ' ')
	SAY('C', 'P', 'U', ' ')
	SAY('i', 's', ' ', 'i')
	SAY('n', ' ', 't', 'h')
	SAY('e', ' ', 'r', 'i')
	SAY('g', 'h', 't', ' ')
	SAY('m', 'o', 'd', 'e')
	SAY(10, '1', '.', '.')
	SAY('1', 10, 10, 10)
	cmpl	$0x2f8, %ebp
	movl	$0x2f8, %ebp
	jne	3b
	movb	$0xfe, %al
	outb	%al, $0x64
4:	hlt
	jmp	4b
.endm

/* Pushes what RAX or EAX is called in this mode. */
.macro PUSH_SEGMENTS ax
	.irp	segment, cs, ss, gs, fs, es, ds
	movl	%\segment, %eax
	push	%\ax
	.endr
.endm

/* Exceptions, in the order of their numbers, all with an error code. */
#define WITH_ERROR	((1 << 8) | (0x1f << 10) | (1 << 17) | (1 << 21) | (3 << 29))

.macro TRAPS trapped
	.balign	TRAP_SIZE
	.globl	traps
	.hidden	traps
traps:
.set trap, 0
.rept NR_TRAPS
	.org	traps + trap * TRAP_SIZE
.if !((WITH_ERROR >> trap) & 1)
	push	$0
.endif
	push	$trap
	jmp	\trapped
.set trap, trap + 1
.endr
.endm

.macro STACK
	.section .stack, "aw", @nobits
	.balign	16
	.skip	0x4000
stack_end:
.endm
