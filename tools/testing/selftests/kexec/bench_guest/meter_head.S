/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the clock before anything else of the program runs, start-up code included. */
	.text
	.globl meter_start
meter_start:
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, meter_entered(%rip)
	jmp	_start

	.section .note.GNU-stack, "", @progbits
