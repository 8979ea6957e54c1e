// SPDX-License-Identifier: GPL-2.0-only
/*
 * A crash: its clients are run, and those that break are left behind.
 *
 * One CPU wins the crash and runs them, one after the other.  It takes no lock
 * and allocates nothing; what it needs is copied when the crash begins.
 *
 * A client may break.  One that faults or panics gets here again, further down
 * the same stack, and the next one runs from there: nothing returns to the
 * broken one.  One that hangs is noticed by a CPU that has been stopped and
 * watches, which then goes on in its place, or by this CPU in an NMI.
 */

#define pr_fmt(fmt) "crash: " fmt

#include <linux/atomic.h>
#include <linux/crash_clients.h>
#include <linux/kexec.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>

#include "crash_order.h"

/* Seconds after which a client counts as hanging; 0: never. */
static unsigned int crash_client_timeout = 30;
core_param(crash_client_timeout, crash_client_timeout, uint, 0644);

/* No client will follow: the machine belongs to another kernel. */
#define CRASH_OVER	INT_MAX

/**
 * struct crash_run - a crash being handled
 * @count:   counts what happens; who goes on is who has moved it on, in one step.
 *	     CRASH_OVER when nothing more will happen
 * @mine:    @count as the CPU knows it that handles the crash
 * @order:   who runs
 * @next:    entry of @order that is next
 * @running: client being run, NULL in between
 * @since:   when its turn began, by crash_clock() of the CPU that runs it
 * @message: the panic's
 *
 * All but @count belongs to the CPU that is panic_cpu.
 */
struct crash_run {
	atomic_t count;
	int mine;
	struct crash_order order;
	unsigned int next;
	struct crash_client *running;
	u64 since;
	const char *message;
};

static struct crash_run crash_run;

/*
 * For differences on one CPU, in nanoseconds.  local_clock() would stand still
 * here where ticks keep it right, for there are none any more.
 */
static u64 crash_clock(void)
{
	return sched_clock();
}

static bool is_overdue(u64 since)
{
	const struct crash_client *client = READ_ONCE(crash_run.running);
	unsigned int timeout = READ_ONCE(crash_client_timeout);

	return timeout && client && !(client->relies_on & CRASH_ON_PERSON) &&
	       crash_clock() - since > (u64)timeout * NSEC_PER_SEC;
}

static void __noreturn stay_here(void)
{
	for (;;)
		cpu_relax();
}

static void crash_stop_others(void)
{
	static bool stopped;

	if (stopped)
		return;
	stopped = true;
	panic_other_cpus_shutdown(crash_kexec_post_notifiers || kexec_crash_loaded());
	/* what consoles may wait for is no longer going on */
	printk_legacy_allow_panic_sync();
}

/* kdump stops the others itself, and without an image there is nothing to do for it. */
static bool wants_others_stopped(const struct crash_turn *turn)
{
	return turn->stage == CRASH_STOPPED && !turn->client->stops;
}

/*
 * Whoever has lost patience with this CPU goes on in its place.  Then @mine is that
 * one's: so it counts only as long as this CPU is the one that handles the crash.
 */
static void move_on_to(int count)
{
	int mine = READ_ONCE(crash_run.mine);

	/* pairs with the exchange in take_over() */
	smp_rmb();
	if (!panic_on_this_cpu() || !atomic_try_cmpxchg(&crash_run.count, &mine, count))
		stay_here();
	crash_run.mine = count;
}

static void run_turn(const struct crash_turn *turn)
{
	crash_run.since = crash_clock();
	WRITE_ONCE(crash_run.running, turn->client);
	if (wants_others_stopped(turn))
		crash_stop_others();
	turn->client->run(turn->client, crash_run.message);
	move_on_to(crash_run.mine + 1);
	WRITE_ONCE(crash_run.running, NULL);
}

static void run_rest(void)
{
	while (crash_run.next < crash_run.order.nr)
		run_turn(&crash_run.order.turn[crash_run.next++]);
	/* no client may have asked for it, but the panic ends on one CPU */
	crash_stop_others();
	crash_clients_over();
}

/**
 * crash_clients_over - no client will run any more
 *
 * From now on nobody takes over: the next step leaves this kernel, or the panic
 * comes to its end.  Context: any, on the CPU that is panic_cpu.
 */
void crash_clients_over(void)
{
	move_on_to(CRASH_OVER);
}

/**
 * crash_clients_run - run all clients
 * @message: the panic's, lives on
 *
 * Context: any, interrupts off, on the CPU that is panic_cpu.
 */
void crash_clients_run(const char *message)
{
	/* a panic of what comes after the clients */
	if (crash_run.mine == CRASH_OVER)
		return;
	crash_prepare(&crash_run.order);
	crash_run.next = 0;
	crash_run.message = message;
	run_rest();
}

/**
 * crash_client_is_next - would a client be the first to run?
 * @client: a registered client
 *
 * Debuggers do not count: a fault is told to them long before it is a crash.
 * Context: any, interrupts off.
 */
bool crash_client_is_next(const struct crash_client *client)
{
	struct crash_order order;
	unsigned int i;

	crash_prepare(&order);
	for (i = 0; i < order.nr; i++)
		if (!(order.turn[i].client->relies_on & CRASH_ON_PERSON))
			return order.turn[i].client == client;
	return false;
}

/* Past a client, the clients follow that come after it, should it break. */
static bool crash_skip_to(const struct crash_client *client)
{
	for (crash_run.next = 0; crash_run.next < crash_run.order.nr; crash_run.next++)
		if (crash_run.order.turn[crash_run.next].client == client)
			return true;
	return false;
}

/**
 * crash_client_run_alone - run one client, and others only if it breaks
 * @client:  a registered client
 * @message: what has happened, lives on
 *
 * Context: any, interrupts off, on the CPU that is panic_cpu.
 *
 * Return: whether it was run; false if the user has switched it off.
 */
bool crash_client_run_alone(struct crash_client *client, const char *message)
{
	if (crash_run.mine == CRASH_OVER)
		return false;
	crash_prepare(&crash_run.order);
	crash_run.message = message;
	if (!crash_skip_to(client))
		return false;
	run_turn(&crash_run.order.turn[crash_run.next++]);
	return true;
}

/**
 * crash_client_running - does this CPU run a client at the moment?
 *
 * Context: any.
 */
bool crash_client_running(void)
{
	return READ_ONCE(crash_run.running) && panic_on_this_cpu();
}

static void __noreturn give_up_running(const char *what)
{
	pr_emerg("client %s %s: going on without it\n", crash_run.running->name, what);
	WRITE_ONCE(crash_run.running, NULL);
	run_rest();
	panic_end(crash_run.message);
}

/**
 * crash_client_failed - the client that runs cannot go on
 * @fmt: what it did, follows its name
 *
 * Context: any, interrupts off, crash_client_running().
 */
void __noreturn crash_client_failed(const char *fmt, ...)
{
	char what[128];
	va_list args;

	move_on_to(crash_run.mine + 1);
	va_start(args, fmt);
	vscnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	give_up_running(what);
}

/**
 * crash_stop_cpu - save and stop a CPU that hangs, if the architecture can
 * @cpu: the CPU
 */
void __weak crash_stop_cpu(int cpu)
{
}

static void __noreturn take_over(int count)
{
	int hanging = atomic_xchg(&panic_cpu, raw_smp_processor_id());
	char what[48];

	/* after the exchange: see move_on_to() */
	WRITE_ONCE(crash_run.mine, count);
	crash_stop_cpu(hanging);
	scnprintf(what, sizeof(what), "hangs on CPU %d", hanging);
	give_up_running(what);
}

/* One that waits for its stop is told so by an NMI, and watches there what it watched here. */
static bool is_supervisor(void)
{
	static atomic_t supervisor = ATOMIC_INIT(PANIC_CPU_INVALID);
	int nobody = PANIC_CPU_INVALID, cpu = raw_smp_processor_id();

	return atomic_try_cmpxchg(&supervisor, &nobody, cpu) || nobody == cpu;
}

/**
 * crash_clients_supervise - watch the CPU that handles the crash
 *
 * For CPUs that have nothing to do any more; one of them watches, and takes over
 * from the other one if that hangs.  Otherwise it comes back when a new kernel
 * is about to be entered, or never.
 * Context: any, interrupts off.
 */
void crash_clients_supervise(void)
{
	int count, seen = CRASH_OVER;
	u64 since = 0;

	if (!READ_ONCE(crash_client_timeout) || !panic_in_progress() || !is_supervisor())
		return;
	while ((count = atomic_read(&crash_run.count)) != CRASH_OVER) {
		if (count != seen || !READ_ONCE(crash_run.running))
			since = crash_clock();
		else if (is_overdue(since) &&
			 atomic_try_cmpxchg(&crash_run.count, &count, count + 1))
			take_over(count + 1);
		seen = count;
		cpu_relax();
	}
}

/**
 * crash_clients_go_on - an NMI has reached the CPU that handled the crash
 *
 * If a client hangs there, the next one is run in its place.
 * Context: NMI, on a CPU that is or was panic_cpu, or has stopped the others for a
 * reboot without a panic.
 *
 * Return: true if it shall go on where it was; false if another CPU has taken over
 * and this one has to be stopped.
 */
bool crash_clients_go_on(void)
{
	if (panic_on_other_cpu())
		return false;
	if (is_overdue(crash_run.since))
		crash_client_failed("hangs");
	return true;
}
