// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stopping the other CPUs in a crash, with their registers saved.
 */

#include <linux/atomic.h>
#include <linux/context_tracking_irq.h>
#include <linux/crash_clients.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/nmi.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <asm/apic.h>
#include <asm/crash.h>
#include <asm/intel_pt.h>
#include <asm/reboot.h>
#include <asm/sections.h>
#include <asm/sev.h>
#include <asm/stacktrace.h>

/* A CPU that is to be stopped once more, for it hangs in the crash; -1: none. */
static atomic_t cpu_to_stop = ATOMIC_INIT(-1);

static void save_stopped_cpu(int cpu, struct pt_regs *regs)
{
	crash_save_first(cpu, regs);
	/* it would go on writing to memory */
	cpu_emergency_stop_pt();
	kdump_sev_callback();
	disable_local_APIC();
	atomic_cmpxchg(&cpu_to_stop, cpu, -1);
}

/**
 * kdump_nmi_shootdown_cpus - stop all other CPUs with an NMI
 *
 * This CPU's APIC stays on until the machine is shut down: an NMI may have to get
 * through to a crash client that hangs.
 * Context: any, interrupts off.
 */
void kdump_nmi_shootdown_cpus(void)
{
	nmi_shootdown_cpus(save_stopped_cpu);
}

static bool crash_cpus_stopped;

/**
 * crash_smp_send_stop - stop all other CPUs, and save their registers
 *
 * Does it once: CPUs that have been stopped do not answer.
 * Context: any, interrupts off.
 */
void crash_smp_send_stop(void)
{
	if (crash_cpus_stopped)
		return;
	if (smp_ops.crash_stop_other_cpus)
		smp_ops.crash_stop_other_cpus();
	else
		smp_send_stop();
	crash_cpus_stopped = true;
}

/**
 * crash_can_stop_cpu - can an NMI save and stop a CPU?
 *
 * Context: any.
 *
 * Return: true if so.
 */
bool crash_can_stop_cpu(void)
{
	return smp_ops.crash_stop_other_cpus;
}

/**
 * crash_stop_cpu - save and stop a CPU that hangs
 * @cpu: the CPU
 *
 * Context: any, interrupts off, on another CPU, which becomes online: an ordinary stop
 * has taken it offline, and offline CPUs take no NMI and use no console.
 *
 * Return: whether it has stopped; one that hangs in an NMI does not.
 */
bool crash_stop_cpu(int cpu)
{
	unsigned int ms;

	set_cpu_online(raw_smp_processor_id(), true);
	atomic_set(&cpu_to_stop, cpu);
	if (crash_cpus_stopped)
		__apic_send_IPI(cpu, NMI_VECTOR);
	else
		crash_smp_send_stop();
	for (ms = 0; ms < MSEC_PER_SEC && atomic_read(&cpu_to_stop) == cpu; ms++) {
		mdelay(1);
		/* for the CPU that watches this one */
		crash_client_progress();
	}
	return atomic_read(&cpu_to_stop) != cpu;
}

#ifdef CONFIG_X86_64
static void __noreturn past_nmi(void)
{
	ct_nmi_enter();
	crash_clients_take_over();
}

/* Not user space, nor where registers and stack may still be those of user space. */
static bool is_inside_kernel(struct pt_regs *regs)
{
	struct stack_info info;

	return !user_mode(regs) && kernel_text_address(regs->ip) &&
	       !memory_contains(__entry_text_start, __entry_text_end, (void *)regs->ip, 1) &&
	       !in_entry_stack((unsigned long *)regs->sp, &info);
}

/* What IRET takes from the stack is at the end of struct pt_regs. */
#define IRET_FRAME	offsetof(struct pt_regs, ip)
#define IRET_BYTES	(sizeof(struct pt_regs) - IRET_FRAME)

/**
 * crash_leave_nmi - have crash_clients_take_over() called when an NMI is over
 * @regs: where the NMI is going to return to; changed
 *
 * NMIs are blocked until one returns.  So this one does, to a function that runs on
 * the stack of what it has interrupted, further down.  asm_exc_nmi() returns by a copy
 * of the frame in @regs, which is above it, and copies it anew if another NMI has come
 * meanwhile.  Where there is none (FRED), the CPU stays in the NMI.
 * Context: NMI.
 *
 * Return: false if that cannot be done; then nothing has changed.
 */
bool crash_leave_nmi(struct pt_regs *regs)
{
	void *frame = (void *)regs + IRET_FRAME, *copy = regs + 1;

	if (!is_inside_kernel(regs) || memcmp(copy, frame, IRET_BYTES))
		return false;
	regs->ip = (unsigned long)past_nmi;
	/* as if called */
	regs->sp = round_down(regs->sp, 16) - sizeof(long);
	regs->flags = X86_EFLAGS_FIXED;
	memcpy(copy, frame, IRET_BYTES);
	return true;
}
#endif
