/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trampoline: from this kernel into the image.
 *
 * Its code is copied into the image's control page when the image is loaded.
 * It runs first here, in the kernel's text; switching to the image's page
 * tables, where the control page is mapped at this very address, moves it into
 * the copy.  From there it jumps to the copy's physical address, the only
 * memory it may rely on once the image's bytes are on the move.
 *
 * No instruction may depend on where the code stands, beyond relocate_kernel
 * starting a page.  Plain returns and indirect jumps only: thunks are not here.
 */

#include <linux/kexec.h>
#include <linux/linkage.h>
#include <linux/stringify.h>
#include <asm/alternative.h>
#include <asm/asm-offsets.h>
#include <asm/nospec-branch.h>
#include <asm/page_types.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>
#include "kexec_64.h"

#define WORDS_PER_PAGE	(PAGE_SIZE / 8)

/* Copy the page at \from to \to; %rdi is left behind the page at \to. */
.macro COPY_PAGE from, to
	movq	\from, %rsi
	movq	\to, %rdi
	movl	$WORDS_PER_PAGE, %ecx
	rep movsq
.endm

	.text
	.code64
	.balign	PAGE_SIZE

/*
 * unsigned long relocate_kernel(struct kexec_handover *handover)
 *
 * In:  %rdi  handover, in the control page, by its virtual address
 * Out: %rax  where to enter the image next time, if it came back
 *
 * Interrupts are off.  Returns only with HANDOVER_RETURNS set.
 */
SYM_CODE_START_NOALIGN(relocate_kernel)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	pushq	%rbp
	pushq	%rbx
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushfq

	movq	%rsp, HANDOVER_RSP(%rdi)
	movq	%cr4, %rax
	movq	%rax, HANDOVER_CR4(%rdi)
	movq	%cr3, %rax
	movq	%rax, HANDOVER_CR3(%rdi)
	movq	%cr0, %rax
	movq	%rax, HANDOVER_CR0(%rdi)

	/* Direction up, nothing pending from the flags. */
	pushq	$0
	popfq

	/* The handlers of this kernel are about to be unmapped. */
	lidt	HANDOVER_IDTR(%rdi)

	movq	HANDOVER_CONTROL(%rdi), %rbx
	movq	HANDOVER_PGD(%rdi), %rax
	movq	%rax, %cr3

	/* Now in the copy.  Go on at its physical address, on its own stack. */
	leaq	PAGE_SIZE(%rbx), %rsp
	leaq	(.Lphysical - relocate_kernel)(%rbx), %rax
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rax
SYM_CODE_END(relocate_kernel)

/*
 * %rbx: the control page.  All addresses are physical from here on.
 */
SYM_CODE_START_LOCAL_NOALIGN(kexec_physical)
	UNWIND_HINT_END_OF_STACK
.Lphysical:
	ANNOTATE_NOENDBR
	addq	$KEXEC_CONTROL_CODE_MAX_SIZE, %rbx	/* struct kexec_handover */

	/* The boot protocol wants flat segments that stay loadable. */
	lgdt	HANDOVER_GDTR(%rbx)
	movl	$HANDOVER_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	pushq	$HANDOVER_CS
	leaq	.Lsegments_loaded(%rip), %rax
	pushq	%rax
	lretq
.Lsegments_loaded:
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR

	/* CET has to go before write protection can. */
	movq	%cr4, %rax
	andq	$~X86_CR4_CET, %rax
	movq	%rax, %cr4

	/* Write anywhere; no FPU emulation, task switch or alignment traps. */
	movq	%cr0, %rax
	andq	$~(X86_CR0_WP | X86_CR0_AM | X86_CR0_TS | X86_CR0_EM), %rax
	movq	%rax, %cr0

	/*
	 * Just paging, with the number of levels it has.  A TDX guest may be
	 * forbidden to clear MCE.
	 */
	movq	HANDOVER_CR4(%rbx), %rax
	andl	$(X86_CR4_PAE | X86_CR4_LA57), %eax
	ALTERNATIVE "", __stringify(orl $X86_CR4_MCE, %eax), X86_FEATURE_TDX_GUEST
	movq	%rax, %cr4

	/* That dropped global translations; this drops the others. */
	movq	%cr3, %rax
	movq	%rax, %cr3

	/* Encrypted cache lines must not be written back over plain copies. */
	testl	$HANDOVER_WBINVD, HANDOVER_FLAGS(%rbx)
	jz	.Lcaches_clean
	wbinvd
.Lcaches_clean:

	call	kexec_move

	/* Code has been written: serialise before it is fetched. */
	movq	%cr3, %rax
	movq	%rax, %cr3

	testl	$HANDOVER_RETURNS, HANDOVER_FLAGS(%rbx)
	jnz	.Lcall_image

	/*
	 * Entry state: all registers zero but %rsi and %rsp, whose top word is
	 * zero too, for there is nowhere to return to.
	 */
	movq	HANDOVER_BOOT_PARAMS(%rbx), %rsi
	pushq	$0
	pushq	HANDOVER_ENTRY(%rbx)
	xorl	%r15d, %r15d
	xorl	%r14d, %r14d
	xorl	%r13d, %r13d
	xorl	%r12d, %r12d
	xorl	%r11d, %r11d
	xorl	%r10d, %r10d
	xorl	%r9d, %r9d
	xorl	%r8d, %r8d
	xorl	%ebp, %ebp
	xorl	%edi, %edi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	ANNOTATE_UNRET_SAFE
	ret
	int3

	/*
	 * An image that returns is called like a function, its stack being the
	 * swap page.  It comes back by a plain return, or, being a kernel with
	 * this code, by calling us: then its way in is on top of its stack.
	 */
.Lcall_image:
	movq	HANDOVER_SWAP(%rbx), %rsp
	addq	$PAGE_SIZE, %rsp
	ANNOTATE_RETPOLINE_SAFE
	call	*HANDOVER_ENTRY(%rbx)

	cli
	cld
	leaq	relocate_kernel(%rip), %rbx
	addq	$KEXEC_CONTROL_CODE_MAX_SIZE, %rbx
	movq	HANDOVER_ENTRY(%rbx), %rbp
	movq	HANDOVER_SWAP(%rbx), %rax
	addq	$PAGE_SIZE, %rax
	cmpq	%rax, %rsp
	je	.Lplain_return
	movq	(%rsp), %rbp
.Lplain_return:
	movq	HANDOVER_PGD(%rbx), %rax
	movq	%rax, %cr3
	leaq	(PAGE_SIZE - KEXEC_CONTROL_CODE_MAX_SIZE)(%rbx), %rsp

	/* Swapping once more puts this kernel's memory back. */
	call	kexec_move

	movq	$kexec_virtual, %rax
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rax
SYM_CODE_END(kexec_physical)

/*
 * Back at this kernel's addresses, still on the image's page tables.
 * %rbx: handover, physical; %rbp: return value
 */
SYM_CODE_START_LOCAL_NOALIGN(kexec_virtual)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	movq	HANDOVER_RSP(%rbx), %rsp
	movq	HANDOVER_CR0(%rbx), %rcx
	movq	HANDOVER_CR3(%rbx), %rdx
	movq	HANDOVER_CR4(%rbx), %rax
	/* CR0 first: CET in CR4 wants write protection on */
	movq	%rcx, %cr0
	movq	%rax, %cr4
	movq	%rdx, %cr3
#ifdef CONFIG_KEXEC_JUMP
	/* The image may have left with segments of its own. */
	movq	$saved_context, %rax
	lgdt	saved_context_gdt_desc(%rax)
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ss
	pushq	$__KERNEL_CS
	leaq	.Lkernel_segments(%rip), %rax
	pushq	%rax
	lretq
.Lkernel_segments:
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
#endif
	movq	%rbp, %rax
	popfq
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbx
	popq	%rbp
	ANNOTATE_UNRET_SAFE
	ret
	int3
SYM_CODE_END(kexec_virtual)

/*
 * Carry out the entry list: copy, or for an image that returns swap, every
 * source page with its destination.
 *
 * In: %rbx handover.  Uses %rax, %rcx, %rdx, %rsi, %rdi, %r8, %r9, %r10.
 */
SYM_CODE_START_LOCAL_NOALIGN(kexec_move)
	UNWIND_HINT_END_OF_STACK
	movq	HANDOVER_SWAP(%rbx), %r10
	movq	HANDOVER_HEAD(%rbx), %rax
	jmp	.Lentry

.Lnext_entry:
	movq	(%rdx), %rax
	addq	$8, %rdx
.Lentry:
	movq	%rax, %r8
	andq	$PAGE_MASK, %r8
	testb	$IND_SOURCE, %al
	jnz	.Lsource
	testb	$IND_DESTINATION, %al
	jnz	.Ldestination
	testb	$IND_INDIRECTION, %al
	jnz	.Lindirection
	testb	$IND_DONE, %al
	jz	.Lnext_entry
	ANNOTATE_UNRET_SAFE
	ret
	int3

.Ldestination:
	movq	%r8, %rdi
	jmp	.Lnext_entry

.Lindirection:
	movq	%r8, %rdx
	jmp	.Lnext_entry

.Lsource:
	testl	$HANDOVER_RETURNS, HANDOVER_FLAGS(%rbx)
	jnz	.Lswap
	COPY_PAGE %r8, %rdi
	jmp	.Lnext_entry

.Lswap:
	movq	%rdi, %r9
	COPY_PAGE %r8, %r10
	COPY_PAGE %r9, %r8
	COPY_PAGE %r10, %r9
	jmp	.Lnext_entry
SYM_CODE_END(kexec_move)

	.org	relocate_kernel + KEXEC_CONTROL_CODE_MAX_SIZE, 0xcc
