// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way from a crash into the crash image: stop, save, hand over.
 *
 * Nothing here takes a lock, allocates or sleeps.  A load may be going on
 * meanwhile on another CPU: which image is armed is looked at after that CPU has
 * been stopped, and a load leaves at every instant either a whole image armed or
 * none.
 */

#define pr_fmt(fmt) "crash: " fmt

#include <linux/btf.h>
#include <linux/crash_clients.h>
#include <linux/crash_core.h>
#include <linux/elfcore.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/log2.h>
#include <linux/objtool.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "kexec_internal.h"

/* Registers of the crash, if whoever noticed it has them. */
static struct pt_regs *crash_regs;

static void run_kdump(struct crash_client *client, const char *message)
{
	__crash_kexec(crash_regs);
}

static struct crash_client kdump_client = {
	.name		= "kdump",
	.stage		= CRASH_STOPPED,
	.relies_on	= CRASH_ON_STILLNESS,
	.stops		= true,
	.run		= run_kdump,
};

static int __init kdump_client_init(void)
{
	return crash_client_register(&kdump_client);
}
early_initcall(kdump_client_init);

/**
 * kexec_should_crash - shall an oops end this kernel at once, through crash_kexec()?
 * @p: the task that was running
 *
 * Yes, if the oops would end in a panic anyway and nobody wants to run before
 * kdump then: the registers of the oops are still at hand.  And if it is a crash
 * client that faulted.
 * Context: any.
 *
 * Return: 1 if so, else 0.
 */
int kexec_should_crash(struct task_struct *p)
{
	if (crash_client_running())
		return 1;
	if (!crash_client_is_next(&kdump_client))
		return 0;
	return in_interrupt() || !p->pid || is_global_init(p) || panic_on_oops;
}

/**
 * kexec_crash_loaded - is a crash image armed?
 *
 * Context: any.
 *
 * Return: 1 if so, else 0.
 */
int kexec_crash_loaded(void)
{
	return !!READ_ONCE(kexec_crash_image);
}
EXPORT_SYMBOL_GPL(kexec_crash_loaded);

/**
 * __crash_kexec - enter the armed crash image, if there is one
 * @regs: registers to be found in the dump for this CPU; NULL: those of now
 *
 * Context: any, on the CPU that is panic_cpu, interrupts off.
 */
void __noclone __crash_kexec(struct pt_regs *regs)
{
	struct pt_regs saved;
	struct kimage *image;

	if (!kexec_crash_loaded())
		return;
	crash_setup_regs(&saved, regs);
	crash_save_vmcoreinfo();
	machine_crash_shutdown(&saved);
	/* past the stop: whoever was about to exchange the image has done so, or never will */
	image = READ_ONCE(kexec_crash_image);
	if (!image)
		return;
	crash_clients_over();
	machine_kexec(image);
}

STACK_FRAME_NON_STANDARD(__crash_kexec);

/**
 * crash_kexec - enter the crash image straight from an oops
 * @regs: registers at the oops
 *
 * Comes back if there is nothing to enter, or another CPU is the one that
 * handles a crash.  Context: any.
 */
__bpf_kfunc void crash_kexec(struct pt_regs *regs)
{
	void *at = regs ? (void *)instruction_pointer(regs) : NULL;

	if (crash_client_running())
		crash_client_failed("faults at %pS", at);
	if (!kexec_crash_loaded() || !panic_try_start())
		return;
	crash_regs = regs;
	crash_client_run_alone(&kdump_client, "Oops");
	crash_regs = NULL;
	panic_reset();
}

/* What is saved of each CPU */

/* A note per possible CPU. */
note_buf_t __percpu *crash_notes;

/**
 * crash_save_cpu - write a CPU's registers into its note
 * @regs: the registers
 * @cpu:  the CPU, the calling one
 *
 * Context: any.
 */
void crash_save_cpu(struct pt_regs *regs, int cpu)
{
	struct elf_prstatus status = { };
	Elf_Word *note;

	if (cpu < 0 || cpu >= nr_cpu_ids || !crash_notes)
		return;
	status.common.pr_pid = current->pid;
	elf_core_copy_regs(&status.pr_reg, regs);
	note = (Elf_Word *)per_cpu_ptr(crash_notes, cpu);
	note = append_elf_note(note, KEXEC_CORE_NOTE_NAME, NT_PRSTATUS, &status, sizeof(status));
	final_note(note);
}

/*
 * Readers of a dump know where a note begins and how long it is, not where its
 * pages are: so no note crosses the end of one.
 */
static int __init crash_notes_init(void)
{
	BUILD_BUG_ON(sizeof(note_buf_t) > PAGE_SIZE);
	crash_notes = __alloc_percpu(sizeof(note_buf_t),
				     min(roundup_pow_of_two(sizeof(note_buf_t)), PAGE_SIZE));
	if (crash_notes)
		return 0;
	pr_warn("no memory for the registers of CPUs: dumps will be without them\n");
	return -ENOMEM;
}
subsys_initcall(crash_notes_init);

/**
 * kimage_crash_copy_vmcoreinfo - keep VMCOREINFO where a stray write cannot reach it
 * @image: image being built; nothing is done unless it is for the crash slot
 *
 * The copy lies in the crash memory, which the kernel maps read only while an
 * image is armed; the crash path writes to it through a mapping of its own.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int kimage_crash_copy_vmcoreinfo(struct kimage *image)
{
	struct page *page;
	void *copy;

	if (image->type != KEXEC_TYPE_CRASH)
		return 0;
	page = kimage_alloc_control_pages(image, 0);
	copy = page ? vmap(&page, 1, VM_MAP, PAGE_KERNEL) : NULL;
	if (!copy)
		return kexec_refuse(-ENOMEM, "there is no memory for a copy of VMCOREINFO");
	image->vmcoreinfo_data_copy = copy;
	crash_update_vmcoreinfo_safecopy(copy);
	return 0;
}

/**
 * kimage_free_vmcoreinfo - free what kimage_crash_copy_vmcoreinfo() made
 * @image: any image that is in no slot
 *
 * The armed image's copy is the one to use, whoever is freed.
 * Context: load lock held, may sleep.
 */
void kimage_free_vmcoreinfo(struct kimage *image)
{
	struct kimage *armed = kexec_crash_image;

	if (!image->vmcoreinfo_data_copy)
		return;
	crash_update_vmcoreinfo_safecopy(armed ? armed->vmcoreinfo_data_copy : NULL);
	/* a crash that found this one keeps interrupts off, and stops us before it is done */
	synchronize_rcu();
	vunmap(image->vmcoreinfo_data_copy);
}
