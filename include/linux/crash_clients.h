/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Crash clients: whoever has something to do when the kernel has crashed.
 */
#ifndef LINUX_CRASH_CLIENTS_H
#define LINUX_CRASH_CLIENTS_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* When a client runs: before the other CPUs are stopped, or after. */
enum crash_stage {
	CRASH_LIVE,
	CRASH_STOPPED,
	CRASH_STAGES,
};

/*
 * What of the broken kernel a client relies on, the worst last: clients that
 * rely on less run earlier, unless the user says otherwise.
 */
#define CRASH_ON_STILLNESS	BIT(0)	/* nobody else runs: stage stopped only */
#define CRASH_ON_OTHERS		BIT(1)	/* the other CPUs answer: stage live only */
#define CRASH_ON_PERSON		BIT(2)	/* somebody answers, so there is no deadline */
#define CRASH_ON_LOCKS		BIT(3)	/* locks are free, or can be broken */
#define CRASH_ON_DEVICES	BIT(4)	/* drivers or firmware work */
#define CRASH_ON_MEMORY		BIT(5)	/* memory can be allocated */

/* The longest name of a client, with the final NUL. */
#define CRASH_CLIENT_NAME	24

/* How many clients there can be. */
#define CRASH_CLIENTS_MAX	16

/**
 * struct crash_client - somebody who has something to do after a crash
 * @name:      unique, without comma, colon or blank; shorter than CRASH_CLIENT_NAME
 * @stage:     when it runs unless the user says otherwise
 * @relies_on: CRASH_ON_* bits
 * @stops:     stops the other CPUs itself, if it has anything to do
 * @run:       does it.  @message is the panic's, without the final newline.
 *	       Runs on one CPU with interrupts off, in NMI context too; a client
 *	       that faults, panics, or does not come back and shows no progress
 *	       is given up, see crash_client_progress().
 */
struct crash_client {
	const char *name;
	enum crash_stage stage;
	unsigned int relies_on;
	bool stops;
	void (*run)(struct crash_client *client, const char *message);
};

int crash_client_register(struct crash_client *client);
void crash_client_unregister(struct crash_client *client);
void crash_client_progress(void);

/* The way through a crash: panic(), crash_kexec(), and what stops CPUs. */
struct pt_regs;

void crash_clients_run(const char *message);
bool crash_client_run_alone(struct crash_client *client, const char *message);
bool crash_client_is_next(const struct crash_client *client);
bool crash_client_running(void);
void crash_clients_over(void);
bool crash_clients_supervise(struct pt_regs *regs);
void __noreturn crash_clients_take_over(void);
bool crash_clients_go_on(void);
void __noreturn __printf(1, 2) crash_client_failed(const char *fmt, ...);

/* What an architecture may provide: the way to stop a CPU that has been given up. */
bool crash_can_stop_cpu(void);
bool crash_stop_cpu(int cpu);
bool crash_leave_nmi(struct pt_regs *regs);

/* kernel/printk */
void crash_client_prints(u64 seq);

#ifdef CONFIG_PRINTK
void nbcon_panic_moved(void);
#else
static inline void nbcon_panic_moved(void) { }
#endif

/* kernel/panic.c */
void panic_other_cpus_shutdown(bool crash_kexec);
void panic_print_sys_info(bool console_flush);
void __noreturn panic_end(const char *message);

#endif /* LINUX_CRASH_CLIENTS_H */
