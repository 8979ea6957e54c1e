// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes and crash clients to test with: files in <debugfs>/crash_client_test.
 *
 * What LKDTM has is not here.  "client" makes a crash client of a kind;
 * everything else breaks something at once when a word is written to it.
 */

#define pr_fmt(fmt) "crash_client_test: " fmt

#include <linux/bug.h>
#include <linux/console.h>
#include <linux/cpu.h>
#include <linux/crash_clients.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kmsg_dump.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kexec_internal.h"

/* How long clients work that do. */
static unsigned int seconds = 1;
module_param(seconds, uint, 0444);

/* A console of the nbcon kind, at the port that emulators have for debugging */

#define DEBUG_PORT	0xe9

/* The next record is the last one that the CPU writes that writes it. */
static bool console_hangs;

static void write_debug_port(struct console *con, struct nbcon_write_context *context)
{
	unsigned int i;

	for (i = 0; i < context->len; i++) {
		if (!nbcon_enter_unsafe(context))
			return;
		outb(context->outbuf[i], DEBUG_PORT);
		if (!nbcon_exit_unsafe(context))
			return;
	}
	if (xchg(&console_hangs, false))
		for (;;)
			cpu_relax();
}

static DEFINE_SPINLOCK(debug_port_lock);

static void lock_debug_port(struct console *con, unsigned long *flags)
	__acquires(&debug_port_lock)
{
	spin_lock_irqsave(&debug_port_lock, *flags);
}

static void unlock_debug_port(struct console *con, unsigned long flags)
	__releases(&debug_port_lock)
{
	spin_unlock_irqrestore(&debug_port_lock, flags);
}

static struct console test_console = {
	.name		= "crashtest",
	.flags		= CON_ENABLED | CON_NBCON,
	.write_atomic	= write_debug_port,
	.write_thread	= write_debug_port,
	.device_lock	= lock_debug_port,
	.device_unlock	= unlock_debug_port,
};

static int make_console(const char *word)
{
	register_console(&test_console);
	return 0;
}

/* Clients */

static void client_says(struct crash_client *client, const char *message)
{
	pr_emerg("client says: %s\n", message);
}

static void client_faults(struct crash_client *client, const char *message)
{
	pr_emerg("client is going to fault\n");
	WRITE_ONCE(*(int *)8, 1);
}

static void client_panics(struct crash_client *client, const char *message)
{
	pr_emerg("client is going to panic\n");
	panic("panic of a crash client");
}

static void client_hangs(struct crash_client *client, const char *message)
{
	pr_emerg("client is going to hang\n");
	for (;;)
		cpu_relax();
}

static void client_hangs_in_console(struct crash_client *client, const char *message)
{
	WRITE_ONCE(console_hangs, true);
	pr_emerg("client is going to hang in a console\n");
}

/* Lines of 115 characters, as fast as 115200 baud take them */
static void client_prints(struct crash_client *client, const char *message)
{
	u64 start = sched_clock();

	while (sched_clock() - start < (u64)seconds * NSEC_PER_SEC) {
		pr_emerg("client prints %060d\n", 0);
		mdelay(10);
	}
	pr_emerg("client has printed for %u s\n", seconds);
}

/* A log saver on a slow device */
static void client_reads(struct crash_client *client, const char *message)
{
	struct kmsg_dump_iter iter;
	u64 start = sched_clock();
	char line[16];

	kmsg_dump_rewind(&iter);
	while (sched_clock() - start < (u64)seconds * NSEC_PER_SEC) {
		kmsg_dump_get_line(&iter, false, line, sizeof(line), NULL);
		mdelay(10);
	}
	pr_emerg("client has read for %u s\n", seconds);
}

static void client_babbles(struct crash_client *client, const char *message)
{
	for (;;) {
		pr_emerg("client babbles\n");
		mdelay(100);
	}
}

static struct crash_client test_clients[] = {
	{ .name = "test-says", .stage = CRASH_STOPPED, .run = client_says },
	{ .name = "test-faults", .stage = CRASH_STOPPED, .run = client_faults },
	{ .name = "test-panics", .stage = CRASH_STOPPED, .run = client_panics },
	{ .name = "test-hangs", .stage = CRASH_STOPPED, .run = client_hangs },
	{ .name = "test-hangs-too", .stage = CRASH_STOPPED, .run = client_hangs },
	{ .name = "test-hangs-in-console", .stage = CRASH_STOPPED,
	  .run = client_hangs_in_console },
	{ .name = "test-prints", .stage = CRASH_STOPPED, .run = client_prints },
	{ .name = "test-reads", .stage = CRASH_STOPPED, .run = client_reads },
	{ .name = "test-babbles", .stage = CRASH_STOPPED, .run = client_babbles },
	{ .name = "test-lives", .stage = CRASH_LIVE, .run = client_says },
};

/* All of them are made, and none runs before the user gives it a turn. */
static int make_client(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(test_clients); i++)
		if (!strcmp(word, test_clients[i].name))
			return crash_client_register(&test_clients[i]);
	return -ENOENT;
}

/* What is said of the log: enough to see in a log of the console that this was run. */
static void dump_kmsg(struct kmsg_dumper *dumper, struct kmsg_dump_detail *detail)
{
	pr_emerg("kmsg_dump: %s\n", kmsg_dump_reason_str(detail->reason));
}

static struct kmsg_dumper test_dumper = {
	.dump		= dump_kmsg,
	.max_reason	= KMSG_DUMP_PANIC,
};

static int make_dumper(const char *word)
{
	return kmsg_dump_register(&test_dumper);
}

/* Crashes */

static int notifier_panics(struct notifier_block *nb, unsigned long action, void *data)
{
	panic("panic inside a panic notifier");
}

static struct notifier_block test_notifier = {
	.notifier_call = notifier_panics,
};

static int make_notifier(const char *word)
{
	return atomic_notifier_chain_register(&panic_notifier_list, &test_notifier);
}

static noinline void crash_in_softirq(struct tasklet_struct *tasklet)
{
	BUG();
}

static DECLARE_TASKLET(test_tasklet, crash_in_softirq);

static int bug_softirq(const char *word)
{
	tasklet_schedule(&test_tasklet);
	return 0;
}

static noinline enum hrtimer_restart crash_in_hardirq(struct hrtimer *timer)
{
	BUG();
}

static struct hrtimer test_timer;

static int bug_hardirq(const char *word)
{
	hrtimer_init(&test_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	test_timer.function = crash_in_hardirq;
	hrtimer_start(&test_timer, ms_to_ktime(10), HRTIMER_MODE_REL_HARD);
	return 0;
}

static noinline int crash_on_each(void *arrived)
{
	atomic_inc(arrived);
	while (atomic_read(arrived) < num_online_cpus())
		cpu_relax();
	panic("panic on all CPUs at once");
}

static int panic_everywhere(const char *word)
{
	static atomic_t arrived;

	return stop_machine(crash_on_each, &arrived, cpu_online_mask);
}

/* As hypervisors do that have noticed the crash before this kernel. */
static int enter_unclaimed(const char *word)
{
	unsigned long flags;

	local_irq_save(flags);
	__crash_kexec(NULL);
	local_irq_restore(flags);
	return -ENOENT;
}

/* As long as somebody may want to crash meanwhile. */
static int hold_load_lock(const char *word)
{
	if (!kexec_trylock())
		return -EBUSY;
	msleep(30000);
	kexec_unlock();
	return 0;
}

/* Files */

/**
 * struct trigger - a file that does something when it is written to
 * @name: its name
 * @word: what has to be written; NULL: anything
 * @pull: does it
 */
struct trigger {
	const char *name;
	const char *word;
	int (*pull)(const char *word);
};

static const struct trigger triggers[] = {
	{ "client",	NULL,		make_client },
	{ "kmsg_dump",	"register",	make_dumper },
	{ "notifier",	"panic",	make_notifier },
	{ "softirq",	"bug",		bug_softirq },
	{ "hardirq",	"bug",		bug_hardirq },
	{ "all_cpus",	"panic",	panic_everywhere },
	{ "console",	"nbcon",	make_console },
	{ "unclaimed",	"enter",	enter_unclaimed },
	{ "load_lock",	"hold",		hold_load_lock },
};

static ssize_t trigger_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	const struct trigger *trigger = file->private_data;
	char text[CRASH_CLIENT_NAME + 1] = "";
	char *word;
	int err;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	word = strim(text);
	if (trigger->word && strcmp(word, trigger->word))
		return -EINVAL;
	err = trigger->pull(word);
	return err ?: count;
}

static const struct file_operations trigger_fops = {
	.open	= simple_open,
	.write	= trigger_write,
	.llseek	= noop_llseek,
};

static int __init crash_client_test_init(void)
{
	struct dentry *dir = debugfs_create_dir("crash_client_test", NULL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(triggers); i++)
		debugfs_create_file(triggers[i].name, 0200, dir, (void *)&triggers[i],
				    &trigger_fops);
	return 0;
}
late_initcall(crash_client_test_init);
