// SPDX-License-Identifier: GPL-2.0-only
/*
 * Consoles of the nbcon kind when a panic moves on to another CPU.
 *
 * Their protocol knows one CPU in panic: nobody can take a console from it, for
 * nobody has a higher priority.
 */

#include <linux/atomic.h>
#include <linux/console.h>
#include <linux/crash_clients.h>
#include <linux/delay.h>

/* Most drivers are safe between two characters. */
#define SAFE_SOON_US	(100 * USEC_PER_MSEC)

static struct nbcon_state read_state(struct console *con)
{
	return (struct nbcon_state){ .atom = atomic_read(&ACCESS_PRIVATE(con, nbcon_state)) };
}

static void await_safe(struct console *con)
{
	struct nbcon_state state = read_state(con);
	unsigned int us;

	for (us = 0; us < SAFE_SOON_US && state.prio == NBCON_PRIO_PANIC && state.unsafe; us++) {
		udelay(1);
		state = read_state(con);
	}
}

/*
 * The owner, if it still runs, finds that it is not any more, and backs out.  A console
 * that it left unsafe stays so until somebody takes it by force.
 */
static void demote_owner(struct console *con)
{
	struct nbcon_state old = read_state(con), new;

	do {
		new = old;
		if (new.prio == NBCON_PRIO_PANIC)
			new.prio = NBCON_PRIO_EMERGENCY;
		if (new.req_prio == NBCON_PRIO_PANIC)
			new.req_prio = NBCON_PRIO_NONE;
	} while (!atomic_try_cmpxchg(&ACCESS_PRIVATE(con, nbcon_state), &old.atom, new.atom));
}

/**
 * nbcon_panic_moved - this CPU has taken the panic over
 *
 * What the CPU before it owns or waits for with the priority of a panic can be taken
 * from it after this, as from any CPU that prints.
 * Context: any, on the CPU that is panic_cpu now, before it prints.
 */
void nbcon_panic_moved(void)
{
	int cookie = console_srcu_read_lock();
	struct console *con;

	for_each_console_srcu(con) {
		if (!(console_srcu_read_flags(con) & CON_NBCON))
			continue;
		await_safe(con);
		demote_owner(con);
	}
	console_srcu_read_unlock(cookie);
}
