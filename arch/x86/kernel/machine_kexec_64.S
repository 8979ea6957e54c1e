/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trampoline: from this kernel into the image.
 *
 * Its code is copied into the image's control area when the image is loaded.
 * It runs first here, in the kernel's text; switching to the image's page
 * tables, where the copy is mapped at this very address, moves it into the copy.
 * From there it jumps to the copy's physical address, the only memory it may
 * rely on once the image's bytes are on the move.
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
#include <asm/trapnr.h>
#include <asm/unwind_hints.h>
#include "kexec_64.h"

/*
 * Load GDT, TSS and IDT of %rbx, struct kexec_control: the handlers have a stack
 * from the first exception on.  The TSS is busy if the image was entered before.
 */
.macro TAKE_TRAPS
	lgdt	CONTROL_GDTR(%rbx)
	andb	$~TSS_BUSY, (CONTROL_GDT + CONTROL_TSS + TSS_TYPE_BYTE)(%rbx)
	movl	$CONTROL_TSS, %eax
	ltr	%ax
	lidt	CONTROL_IDTR(%rbx)
.endm

	.text
	.code64
	.balign	PAGE_SIZE

/*
 * unsigned long relocate_kernel(unsigned long control, unsigned long pgd, bool reset)
 *
 * In:  %rdi  struct kexec_control, in the control area, physical address
 *      %rsi  the image's page tables, physical address
 *      %edx  whether to reset the machine if the handover fails
 * Out: %rax  where the image is entered next time, if it came back
 *
 * Interrupts are off.  Returns only with CONTROL_RETURNS set.  The control area
 * may be read only until the page tables are switched.
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

	movq	%rdi, %rbx
	movq	%rsp, %r8
	movq	%cr0, %r9
	movq	%cr3, %r10
	movq	%cr4, %r11

	/* Direction up, nothing pending from the flags. */
	pushq	$0
	popfq

	/* The handlers of this kernel are about to be unmapped. */
	pushq	$0
	pushq	$0
	lidt	(%rsp)

	movq	%rsi, %cr3

	/* Now in the copy.  Report exceptions, go on at its physical address. */
	TAKE_TRAPS
	leaq	(.Lphysical - relocate_kernel - KEXEC_CONTROL_CODE_MAX_SIZE)(%rbx), %rax
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rax
SYM_CODE_END(relocate_kernel)

/*
 * %rbx: struct kexec_control.  All addresses are physical from here on.
 */
SYM_CODE_START_LOCAL_NOALIGN(kexec_physical)
	UNWIND_HINT_END_OF_STACK
.Lphysical:
	ANNOTATE_NOENDBR
	movq	%r8, CONTROL_RSP(%rbx)
	movq	%r9, CONTROL_CR0(%rbx)
	movq	%r10, CONTROL_CR3(%rbx)
	movq	%r11, CONTROL_CR4(%rbx)
	movl	%edx, CONTROL_JOB_RESET(%rbx)
	leaq	(KEXEC_CONTROL_PAGE_SIZE - KEXEC_CONTROL_CODE_MAX_SIZE)(%rbx), %rsp

	/* The boot protocol wants flat segments that stay loadable. */
	movl	$CONTROL_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	pushq	$CONTROL_CS
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
	movq	CONTROL_CR4(%rbx), %rax
	andl	$(X86_CR4_PAE | X86_CR4_LA57), %eax
	ALTERNATIVE "", __stringify(orl $X86_CR4_MCE, %eax), X86_FEATURE_TDX_GUEST
	movq	%rax, %cr4

	/* That dropped global translations; this drops the others. */
	movq	%cr3, %rax
	movq	%rax, %cr3

	/* Encrypted cache lines must not be written back over plain copies. */
	testl	$CONTROL_WBINVD, CONTROL_FLAGS(%rbx)
	jz	.Lcaches_clean
	wbinvd
.Lcaches_clean:

	call	kexec_job

	/* Code has been written: serialise before it is fetched. */
	movq	%cr3, %rax
	movq	%rax, %cr3

	testl	$CONTROL_RETURNS, CONTROL_FLAGS(%rbx)
	jnz	.Lcall_image

	/*
	 * Entry state: all registers zero but %rsi and %rsp, whose top word is
	 * zero too, for there is nowhere to return to.
	 */
	movq	CONTROL_BOOT_PARAMS(%rbx), %rsi
	pushq	$0
	pushq	CONTROL_ENTRY(%rbx)
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
	movq	CONTROL_SWAP(%rbx), %rsp
	addq	$PAGE_SIZE, %rsp
	ANNOTATE_RETPOLINE_SAFE
	call	*CONTROL_ENTRY(%rbx)

	cli
	cld
	leaq	relocate_kernel(%rip), %rbx
	addq	$KEXEC_CONTROL_CODE_MAX_SIZE, %rbx
	movq	CONTROL_SWAP(%rbx), %rax
	addq	$PAGE_SIZE, %rax
	cmpq	%rax, %rsp
	je	.Lplain_return
	movq	(%rsp), %rax
	movq	%rax, CONTROL_ENTRY(%rbx)
.Lplain_return:
	movq	CONTROL_PGD(%rbx), %rax
	movq	%rax, %cr3
	TAKE_TRAPS
	leaq	(KEXEC_CONTROL_PAGE_SIZE - KEXEC_CONTROL_CODE_MAX_SIZE)(%rbx), %rsp

	/* Swapping once more puts this kernel's memory back. */
	call	kexec_job

	movq	CONTROL_ENTRY(%rbx), %rbp
	movq	$kexec_virtual, %rax
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rax
SYM_CODE_END(kexec_physical)

/*
 * Back at this kernel's addresses, still on the image's page tables.
 * %rbx: struct kexec_control, physical; %rbp: return value
 */
SYM_CODE_START_LOCAL_NOALIGN(kexec_virtual)
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
	movq	CONTROL_RSP(%rbx), %rsp
	movq	CONTROL_CR0(%rbx), %rcx
	movq	CONTROL_CR3(%rbx), %rdx
	movq	CONTROL_CR4(%rbx), %rax
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
 * Have the handover routine do its job.  In: %rbx struct kexec_control
 */
SYM_CODE_START_LOCAL_NOALIGN(kexec_job)
	UNWIND_HINT_END_OF_STACK
	leaq	CONTROL_JOB(%rbx), %rdi
	xorl	%esi, %esi
	leaq	(CONTROL_BLOB - KEXEC_CONTROL_CODE_MAX_SIZE)(%rbx), %rax
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rax
SYM_CODE_END(kexec_job)

/*
 * Exceptions.  A non-maskable interrupt is nothing to give up for; everything
 * else is, and leaves its number on the stack, above the error code, which
 * those that have none make up for.
 */
#define TRAPS_WITH_ERROR	((1 << 8) | (0x1f << 10) | (1 << 17) | (1 << 21) | (3 << 29))

	.org	relocate_kernel + CONTROL_TRAPS, 0xcc
SYM_CODE_START_LOCAL_NOALIGN(kexec_traps)
.set trap, 0
.rept TRAP_STUBS
	.org	relocate_kernel + CONTROL_TRAPS + trap * TRAP_STUB_SIZE, 0xcc
	UNWIND_HINT_END_OF_STACK
	ANNOTATE_NOENDBR
.if trap == X86_TRAP_NMI
	iretq
.else
.if !((TRAPS_WITH_ERROR >> trap) & 1)
	pushq	$0
.endif
	pushq	$trap
	jmp	.Ltrap
.endif
.set trap, trap + 1
.endr
.Ltrap:
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%r11
	pushq	%r10
	pushq	%r9
	pushq	%r8
	pushq	%rbp
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rbx
	pushq	%rax
	cld

	leaq	relocate_kernel(%rip), %rbx
	addq	$KEXEC_CONTROL_CODE_MAX_SIZE, %rbx
	/* An exception while one is reported: better a reset than no end. */
	btsl	$0, CONTROL_TRAPPED(%rbx)
	jc	.Lshut_down
	leaq	CONTROL_JOB(%rbx), %rdi
	movq	%rsp, %rsi
	leaq	(CONTROL_BLOB - KEXEC_CONTROL_CODE_MAX_SIZE)(%rbx), %rax
	ANNOTATE_RETPOLINE_SAFE
	call	*%rax
.Lshut_down:
	lidt	CONTROL_NO_IDTR(%rbx)
	ud2
SYM_CODE_END(kexec_traps)

	.org	relocate_kernel + KEXEC_CONTROL_CODE_MAX_SIZE, 0xcc
