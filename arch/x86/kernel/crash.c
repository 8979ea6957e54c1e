// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: the machine is stopped in a crash.
 */

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/crash.h>
#include <asm/hpet.h>
#include <asm/intel_pt.h>
#include <asm/io_apic.h>
#include <asm/reboot.h>
#include <asm/x86_init.h>

/**
 * crash_save_first - save a CPU's registers, unless that has been done
 * @cpu:  the CPU, the calling one
 * @regs: the registers
 *
 * A dump shows what a CPU did before the crash: one that is stopped and takes the crash
 * over later, or is stopped again, keeps its first registers.
 * Context: any.
 */
void crash_save_first(int cpu, struct pt_regs *regs)
{
	static struct cpumask saved;

	if (cpu < 0 || cpu >= nr_cpu_ids || cpumask_test_and_set_cpu(cpu, &saved))
		return;
	crash_save_cpu(regs, cpu);
}

#ifdef CONFIG_X86_IO_APIC
static void stop_ioapics(void)
{
	/* nobody is left to give the lock back */
	ioapic_zap_locks();
	clear_IO_APIC();
}
#else
static void stop_ioapics(void) { }
#endif

#ifdef CONFIG_HPET_TIMER
static void stop_hpet(void)
{
	hpet_disable();
}
#else
static void stop_hpet(void) { }
#endif

static void stop_interrupts(void)
{
	stop_ioapics();
	lapic_shutdown();
	restore_boot_irq_mode();
	stop_hpet();
}

/**
 * native_machine_crash_shutdown - stop the machine as far as a crash kernel needs it
 * @regs: registers to save for this CPU
 *
 * As little as possible: what is broken is not known.
 * Context: any; past the point of no return.
 */
void native_machine_crash_shutdown(struct pt_regs *regs)
{
	local_irq_disable();
	crash_smp_send_stop();
	/* INIT, which the crash kernel starts CPUs with, is blocked under a hypervisor of ours */
	cpu_emergency_disable_virtualization();
	cpu_emergency_stop_pt();
	stop_interrupts();
	/* encrypted guests: conversions of pages that were under way are found out here */
	x86_platform.guest.enc_kexec_begin();
	x86_platform.guest.enc_kexec_finish();
	crash_save_first(safe_smp_processor_id(), regs);
}
