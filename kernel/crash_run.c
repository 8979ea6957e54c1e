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
#include <linux/console.h>
#include <linux/crash_clients.h>
#include <linux/delay.h>
#include <linux/kexec.h>
#include <linux/kmsg_dump.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>

#include "crash_order.h"

/* Seconds without a sign of life after which a client counts as hanging; 0: never. */
static unsigned int crash_client_timeout = 30;
core_param(crash_client_timeout, crash_client_timeout, uint, 0644);

/*
 * One that goes on giving signs of life may be in an endless loop: it has so many
 * times crash_client_timeout.  16 MiB at 115200 baud take 50 times the default.
 */
#define CRASH_TIMEOUTS_MAX	60

/* No client will follow: the machine belongs to another kernel. */
#define CRASH_OVER	INT_MAX

/**
 * struct crash_signs - signs of life of the clients, counted
 * @all: all of them
 * @old: records on consoles that were in the log before the client began.  There is an
 *	 end to them, so a client may take as long over them as it takes
 */
struct crash_signs {
	unsigned int all;
	unsigned int old;
};

/**
 * struct crash_patience - what somebody knows who waits for a client
 * @signs: those seen so far
 * @since: when the last one was seen, by crash_clock() of whoever waits
 * @began: when the turn began, or when the last old record came after that
 */
struct crash_patience {
	struct crash_signs signs;
	u64 since;
	u64 began;
};

/**
 * struct crash_run - a crash being handled
 * @count:   counts what happens; who goes on is who has moved it on, in one step.
 *	     CRASH_OVER when nothing more will happen
 * @mine:    @count as the CPU knows it that handles the crash
 * @watcher: the CPU that watches that one
 * @order:   who runs
 * @next:    entry of @order that is next
 * @running: client being run, NULL in between
 * @fresh:   first record of the log that may be of @running
 * @signs:   signs of life of the clients
 * @own:     what an NMI on the CPU that runs @running knows of it
 * @given_up: the CPU whose place was taken last
 * @lost:    CRASH_ON_* bits of what a client cannot rely on any more
 * @message: the panic's
 *
 * All but @count and @watcher belongs to the CPU that is panic_cpu.
 */
struct crash_run {
	atomic_t count;
	int mine;
	atomic_t watcher;
	struct crash_order order;
	unsigned int next;
	struct crash_client *running;
	u64 fresh;
	struct crash_signs signs;
	struct crash_patience own;
	int given_up;
	unsigned int lost;
	const char *message;
};

static struct crash_run crash_run = {
	.watcher = ATOMIC_INIT(PANIC_CPU_INVALID),
};

/*
 * For differences on one CPU, in nanoseconds.  local_clock() would stand still
 * here where ticks keep it right, for there are none any more.
 */
static u64 crash_clock(void)
{
	return sched_clock();
}

static void patience_begin(struct crash_patience *patience)
{
	patience->signs = crash_run.signs;
	patience->since = crash_clock();
	patience->began = patience->since;
}

/* The CPU that runs the client may be counting on meanwhile. */
static void patience_renew(struct crash_patience *patience)
{
	struct crash_signs now = {
		.all = READ_ONCE(crash_run.signs.all),
		.old = READ_ONCE(crash_run.signs.old),
	};

	if (now.all != patience->signs.all)
		patience->since = crash_clock();
	if (now.old != patience->signs.old)
		patience->began = crash_clock();
	patience->signs = now;
}

static bool is_overdue(const struct crash_patience *patience)
{
	const struct crash_client *client = READ_ONCE(crash_run.running);
	u64 limit = (u64)READ_ONCE(crash_client_timeout) * NSEC_PER_SEC;
	u64 now = crash_clock();

	if (!limit || !client || client->relies_on & CRASH_ON_PERSON)
		return false;
	return now - patience->since > limit ||
	       div_u64(now - patience->began, CRASH_TIMEOUTS_MAX) > limit;
}

/* Only a CPU that runs a client writes, and in an NMI on it nobody minds one more or less. */
static void count_sign(bool old)
{
	if (!crash_client_running())
		return;
	WRITE_ONCE(crash_run.signs.all, crash_run.signs.all + 1);
	if (old)
		WRITE_ONCE(crash_run.signs.old, crash_run.signs.old + 1);
	patience_renew(&crash_run.own);
}

/**
 * crash_client_progress - the client that runs is getting on with its work
 *
 * For work that takes longer than crash_client_timeout and prints nothing: the
 * deadline begins anew.  Costs nothing to speak of and does nothing outside a crash.
 * Context: any.
 */
void crash_client_progress(void)
{
	count_sign(false);
}
EXPORT_SYMBOL_GPL(crash_client_progress);

/**
 * crash_client_prints - a record goes to a console
 * @seq: its number in the log
 *
 * Context: any.
 */
void crash_client_prints(u64 seq)
{
	count_sign(seq < READ_ONCE(crash_run.fresh));
}

/* The number that the log's next record will have. */
static u64 log_head(void)
{
	struct kmsg_dump_iter iter = { };

	kmsg_dump_rewind(&iter);
	return iter.next_seq;
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

	/* pairs with the exchange in take_place() */
	smp_rmb();
	if (!panic_on_this_cpu() || !atomic_try_cmpxchg(&crash_run.count, &mine, count))
		stay_here();
	crash_run.mine = count;
}

static void run_turn(const struct crash_turn *turn)
{
	WRITE_ONCE(crash_run.fresh, log_head());
	patience_begin(&crash_run.own);
	WRITE_ONCE(crash_run.running, turn->client);
	if (wants_others_stopped(turn))
		crash_stop_others();
	crash_client_progress();
	turn->client->run(turn->client, crash_run.message);
	move_on_to(crash_run.mine + 1);
	WRITE_ONCE(crash_run.running, NULL);
}

static void run_rest(void)
{
	const struct crash_turn *turn;

	while (crash_run.next < crash_run.order.nr) {
		turn = &crash_run.order.turn[crash_run.next++];
		if (!(turn->client->relies_on & crash_run.lost))
			run_turn(turn);
	}
	/* no client may have asked for it, but the panic ends on one CPU */
	crash_stop_others();
	crash_clients_over();
}

/**
 * crash_clients_over - no client will run any more
 *
 * From now on nobody takes over: the next step leaves this kernel, or the panic
 * comes to its end.  Context: any, on the CPU that is panic_cpu; if there is none,
 * this one becomes it.
 */
void crash_clients_over(void)
{
	if (!panic_in_progress())
		panic_try_start();
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
 *
 * Return: true if so.
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
 *
 * Return: true if so.
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
 * crash_can_stop_cpu - is there a way to stop a CPU that hangs with interrupts off?
 *
 * Where there is none nobody takes over: two CPUs would be at it.
 * Context: any.
 *
 * Return: true if so.
 */
bool __weak crash_can_stop_cpu(void)
{
	return false;
}

/**
 * crash_stop_cpu - save and stop a CPU that hangs
 * @cpu: the CPU
 *
 * Context: any, interrupts off, on another CPU, if crash_can_stop_cpu().
 *
 * Return: whether it has stopped.
 */
bool __weak crash_stop_cpu(int cpu)
{
	return false;
}

/**
 * crash_leave_nmi - have crash_clients_take_over() called when an NMI is over
 * @regs: where the NMI is going to return to; changed
 *
 * In an NMI, this CPU could not be stopped by another one, should it hang.
 * Context: NMI.
 *
 * Return: false if that cannot be done; then nothing has changed.
 */
bool __weak crash_leave_nmi(struct pt_regs *regs)
{
	return false;
}

/*
 * A CPU that has been given up while it prints sees after each record that the panic
 * is another one's, and lets go of the console.  Stopped before, it would never.
 */
static void await_legacy_consoles(void)
{
	unsigned int ms;

	for (ms = 0; ms < MSEC_PER_SEC && is_console_locked(); ms++) {
		mdelay(1);
		crash_client_progress();
	}
}

/**
 * crash_clients_take_over - go on in the place of a CPU that hangs
 *
 * The last step of crash_clients_supervise(), here or past an NMI.
 * Context: any, interrupts off, on the CPU that is panic_cpu.
 */
void __noreturn crash_clients_take_over(void)
{
	char what[64];
	bool stopped;

	await_legacy_consoles();
	nbcon_panic_moved();
	stopped = crash_stop_cpu(crash_run.given_up);
	/* what else there is may be in the hands of a CPU that still runs */
	crash_run.lost |= stopped ? CRASH_ON_OTHERS : ~CRASH_ON_STILLNESS;
	scnprintf(what, sizeof(what), "hangs on CPU %d%s", crash_run.given_up,
		  stopped ? "" : ", which cannot be stopped");
	give_up_running(what);
}

/* Nothing that the other CPU does counts any more when this returns true. */
static bool take_place(int count)
{
	if (!atomic_try_cmpxchg(&crash_run.count, &count, count + 1))
		return false;
	crash_run.given_up = atomic_xchg(&panic_cpu, raw_smp_processor_id());
	patience_begin(&crash_run.own);
	/* after the exchange: see move_on_to() */
	WRITE_ONCE(crash_run.mine, count + 1);
	atomic_set_release(&crash_run.watcher, PANIC_CPU_INVALID);
	return true;
}

/* One that waits for its stop is told so by an NMI, and watches there what it watched here. */
static bool is_watcher(void)
{
	int cpu = raw_smp_processor_id(), watcher = atomic_read(&crash_run.watcher);

	return watcher == cpu || (watcher == PANIC_CPU_INVALID &&
				  atomic_try_cmpxchg_acquire(&crash_run.watcher, &watcher, cpu));
}

/**
 * crash_clients_supervise - watch the CPU that handles the crash
 * @regs: in an NMI that came as one, where it will return to; otherwise NULL
 *
 * For CPUs that have nothing to do any more.  One of them watches, and takes over from
 * the other one if that hangs; then the next one watches.  It comes back when a new
 * kernel is about to be entered, or never.
 * Context: any, interrupts off.
 *
 * Return: true if the NMI shall return, for this CPU goes on behind it.
 */
bool crash_clients_supervise(struct pt_regs *regs)
{
	struct crash_patience patience = { };
	int count, seen = CRASH_OVER;

	if (!READ_ONCE(crash_client_timeout) || !panic_in_progress() || !crash_can_stop_cpu())
		return false;
	while ((count = atomic_read(&crash_run.count)) != CRASH_OVER) {
		/* a statement on some machines, so that no for can have it */
		cpu_relax();
		if (!is_watcher())
			continue;
		if (count != seen || !READ_ONCE(crash_run.running))
			patience_begin(&patience);
		seen = count;
		patience_renew(&patience);
		if (!is_overdue(&patience) || !take_place(count))
			continue;
		if (regs && crash_leave_nmi(regs))
			return true;
		crash_clients_take_over();
	}
	return false;
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
	if (is_overdue(&crash_run.own))
		crash_client_failed("hangs");
	return true;
}
