// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash clients: debugger, crash dump, log savers, notifiers, in one order.
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
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kgdb.h>
#include <linux/kmsg_dump.h>
#include <linux/kobject.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/* The clients every kernel has */

static void run_kgdb(struct crash_client *client, const char *message)
{
	kgdb_panic(message);
}

static void run_notifiers(struct crash_client *client, const char *message)
{
	atomic_notifier_call_chain(&panic_notifier_list, 0, (void *)message);
	panic_print_sys_info(false);
}

static void run_kmsg_dump(struct crash_client *client, const char *message)
{
	kmsg_dump_desc(KMSG_DUMP_PANIC, message);
}

static struct crash_client kgdb_client = {
	.name		= "kgdb",
	.stage		= CRASH_LIVE,
	.relies_on	= CRASH_ON_OTHERS | CRASH_ON_PERSON,
	.run		= run_kgdb,
};

/* Before the log is saved: what notifiers say belongs there. */
static struct crash_client notifiers_client = {
	.name		= "notifiers",
	.stage		= CRASH_STOPPED,
	.relies_on	= CRASH_ON_LOCKS | CRASH_ON_DEVICES,
	.run		= run_notifiers,
};

static struct crash_client kmsg_dump_client = {
	.name		= "kmsg_dump",
	.stage		= CRASH_STOPPED,
	.relies_on	= CRASH_ON_LOCKS | CRASH_ON_DEVICES,
	.run		= run_kmsg_dump,
};

/* The order */

/**
 * struct crash_turn - one client in the order
 * @client: the client
 * @stage:  when it runs
 */
struct crash_turn {
	struct crash_client *client;
	enum crash_stage stage;
};

/**
 * struct crash_order - who runs, in this order
 * @nr:	    entries of @turn in use
 * @by_user: the user has said where kdump runs
 * @turn:   the clients, live ones first
 */
struct crash_order {
	unsigned int nr;
	bool by_user;
	struct crash_turn turn[CRASH_CLIENTS_MAX];
};

/**
 * struct crash_wish - what the user says of one client
 * @name:  the client's, perhaps of one that is still to come
 * @stage: when it shall run, CRASH_STAGES if that is left to it
 * @off:   it shall not run
 */
struct crash_wish {
	char name[CRASH_CLIENT_NAME];
	enum crash_stage stage;
	bool off;
};

struct crash_wishes {
	unsigned int nr;
	struct crash_wish wish[CRASH_CLIENTS_MAX];
};

/* Clients and wishes; a crash reads the orders only. */
static DEFINE_MUTEX(crash_clients_lock);
static struct crash_wishes crash_wishes;
static struct crash_client *crash_clients[CRASH_CLIENTS_MAX] = {
	&kgdb_client, &notifiers_client, &kmsg_dump_client,
};

/* One is in use, the other waits to be filled. */
static struct crash_order crash_orders[2] = { {
	.nr = 3,
	.turn = {
		{ &kgdb_client, CRASH_LIVE },
		{ &notifiers_client, CRASH_STOPPED },
		{ &kmsg_dump_client, CRASH_STOPPED },
	},
} };
static struct crash_order *crash_order = &crash_orders[0];

static bool is_kdump(const struct crash_client *client)
{
	return !strcmp(client->name, "kdump");
}

static const struct crash_wish *find_wish(const struct crash_wishes *wishes, const char *name)
{
	const struct crash_wish *wish;

	for (wish = wishes->wish; wish < wishes->wish + wishes->nr; wish++)
		if (!strcmp(wish->name, name))
			return wish;
	return NULL;
}

/* Clients the user names come first, in that order; then by what they rely on. */
static unsigned int turn_rank(const struct crash_turn *turn)
{
	const struct crash_wish *wish = find_wish(&crash_wishes, turn->client->name);
	unsigned int relies_on = turn->client->relies_on & ~CRASH_ON_STILLNESS;
	unsigned int rank = wish ? wish - crash_wishes.wish : CRASH_CLIENTS_MAX + relies_on;

	return turn->stage << 16 | rank;
}

/* Equal ranks keep the order in which they came. */
static void order_insert(struct crash_order *order, struct crash_turn turn)
{
	unsigned int at = order->nr++;

	for (; at && turn_rank(&order->turn[at - 1]) > turn_rank(&turn); at--)
		order->turn[at] = order->turn[at - 1];
	order->turn[at] = turn;
}

static void order_add(struct crash_order *order, struct crash_client *client)
{
	const struct crash_wish *wish = find_wish(&crash_wishes, client->name);
	struct crash_turn turn = { client, client->stage };

	if (wish && is_kdump(client))
		order->by_user = true;
	if (wish && wish->off)
		return;
	if (wish && wish->stage != CRASH_STAGES)
		turn.stage = wish->stage;
	order_insert(order, turn);
}

/* Nobody reads an order any more once a grace period is over: crashes keep interrupts off. */
static void orders_renew(void)
{
	struct crash_order *spare = &crash_orders[crash_order == &crash_orders[0]];
	unsigned int i;

	spare->nr = 0;
	spare->by_user = false;
	for (i = 0; i < CRASH_CLIENTS_MAX; i++)
		if (crash_clients[i])
			order_add(spare, crash_clients[i]);
	/* after what is in it; pairs with crash_prepare() */
	smp_store_release(&crash_order, spare);
	synchronize_rcu();
}

static struct crash_client *find_client(const char *name)
{
	unsigned int i;

	for (i = 0; i < CRASH_CLIENTS_MAX; i++)
		if (crash_clients[i] && !strcmp(crash_clients[i]->name, name))
			return crash_clients[i];
	return NULL;
}

/* Can a client do its work in a stage? */
static bool stage_suits(const struct crash_client *client, enum crash_stage stage)
{
	unsigned int not_there = stage == CRASH_LIVE ? CRASH_ON_STILLNESS : CRASH_ON_OTHERS;

	return !(client->relies_on & not_there);
}

/* A wish may be older than the client it is about. */
static void forget_impossible_stage(const struct crash_client *client)
{
	struct crash_wish *wish = (struct crash_wish *)find_wish(&crash_wishes, client->name);

	if (!wish || wish->stage == CRASH_STAGES || stage_suits(client, wish->stage))
		return;
	pr_warn("client %s cannot run in the stage that crash_clients= names\n", client->name);
	wish->stage = CRASH_STAGES;
}

static bool name_is_good(const char *name)
{
	return name && *name && strlen(name) < CRASH_CLIENT_NAME && !strpbrk(name, ",: \t\n") &&
	       *name != '-';
}

static int clients_add(struct crash_client *client)
{
	unsigned int i;

	if (find_client(client->name))
		return -EEXIST;
	for (i = 0; i < CRASH_CLIENTS_MAX; i++) {
		if (crash_clients[i])
			continue;
		crash_clients[i] = client;
		forget_impossible_stage(client);
		orders_renew();
		return 0;
	}
	return -ENOSPC;
}

/**
 * crash_client_register - have something done after a crash
 * @client: lives until it is unregistered
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL if @client contradicts itself, -EEXIST if its name is
 * taken, -ENOSPC if there are too many.
 */
int crash_client_register(struct crash_client *client)
{
	int err;

	if (!name_is_good(client->name) || !client->run || client->stage >= CRASH_STAGES ||
	    !stage_suits(client, client->stage))
		return -EINVAL;
	mutex_lock(&crash_clients_lock);
	err = clients_add(client);
	mutex_unlock(&crash_clients_lock);
	return err;
}
EXPORT_SYMBOL_GPL(crash_client_register);

/**
 * crash_client_unregister - undo crash_client_register()
 * @client: when this returns, no crash will run it
 *
 * Context: may sleep.
 */
void crash_client_unregister(struct crash_client *client)
{
	unsigned int i;

	mutex_lock(&crash_clients_lock);
	for (i = 0; i < CRASH_CLIENTS_MAX; i++)
		if (crash_clients[i] == client)
			crash_clients[i] = NULL;
	orders_renew();
	mutex_unlock(&crash_clients_lock);
}
EXPORT_SYMBOL_GPL(crash_client_unregister);

/* What the user says: name[:live|:stopped], or -name, separated by commas */

static const char * const stage_names[CRASH_STAGES] = { "live", "stopped" };

static int parse_wish(struct crash_wishes *wishes, char *word)
{
	struct crash_wish *wish = &wishes->wish[wishes->nr];
	char *name = strsep(&word, ":");
	int stage;

	*wish = (struct crash_wish) { .stage = CRASH_STAGES, .off = *name == '-' };
	name += wish->off;
	if (!name_is_good(name) || find_wish(wishes, name) || (wish->off && word))
		return -EINVAL;
	if (word) {
		stage = match_string(stage_names, CRASH_STAGES, word);
		if (stage < 0)
			return -EINVAL;
		wish->stage = stage;
	}
	strscpy(wish->name, name);
	wishes->nr++;
	return 0;
}

/* "default" takes back all that was said before. */
static int parse_wishes(struct crash_wishes *wishes, char *text)
{
	char *word;
	int err;

	wishes->nr = 0;
	if (!strcmp(text, "default"))
		return 0;
	while ((word = strsep(&text, ","))) {
		if (wishes->nr == CRASH_CLIENTS_MAX)
			return -E2BIG;
		err = parse_wish(wishes, word);
		if (err)
			return err;
	}
	return 0;
}

/* Clients that modules will bring can be named on the kernel command line. */
static int __init set_at_boot(char *text)
{
	static struct crash_wishes wishes __initdata;

	if (parse_wishes(&wishes, text))
		pr_warn("crash_clients= is not understood and changes nothing\n");
	else
		crash_wishes = wishes;
	return 1;
}
__setup("crash_clients=", set_at_boot);

static int __init crash_clients_start(void)
{
	unsigned int i;

	mutex_lock(&crash_clients_lock);
	for (i = 0; i < CRASH_CLIENTS_MAX; i++)
		if (crash_clients[i])
			forget_impossible_stage(crash_clients[i]);
	orders_renew();
	mutex_unlock(&crash_clients_lock);
	return 0;
}
early_initcall(crash_clients_start);

static int check_wishes(const struct crash_wishes *wishes)
{
	const struct crash_wish *wish;
	const struct crash_client *client;

	for (wish = wishes->wish; wish < wishes->wish + wishes->nr; wish++) {
		client = find_client(wish->name);
		if (!client)
			return -ENOENT;
		if (wish->stage != CRASH_STAGES && !stage_suits(client, wish->stage))
			return -EINVAL;
	}
	return 0;
}

static ssize_t crash_clients_store(struct kobject *kobj, struct kobj_attribute *attr,
				   const char *buf, size_t count)
{
	char *text = kstrndup(buf, count, GFP_KERNEL);
	struct crash_wishes wishes;
	int err;

	if (!text)
		return -ENOMEM;
	err = parse_wishes(&wishes, strim(text));
	kfree(text);
	if (err)
		return err;
	mutex_lock(&crash_clients_lock);
	err = check_wishes(&wishes);
	if (!err) {
		crash_wishes = wishes;
		orders_renew();
	}
	mutex_unlock(&crash_clients_lock);
	return err ?: count;
}

static int show_turn(char *buf, int at, const struct crash_turn *turn)
{
	return sysfs_emit_at(buf, at, "%s%s:%s", at ? "," : "", turn->client->name,
			     stage_names[turn->stage]);
}

static int show_off(char *buf, int at, const struct crash_wish *wish)
{
	return wish->off ? sysfs_emit_at(buf, at, "%s-%s", at ? "," : "", wish->name) : 0;
}

static void crash_prepare(struct crash_order *to);

/* What is shown can be written, and then is what the user has said. */
static ssize_t crash_clients_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct crash_order order;
	unsigned int i;
	int len = 0;

	mutex_lock(&crash_clients_lock);
	crash_prepare(&order);
	for (i = 0; i < order.nr; i++)
		len += show_turn(buf, len, &order.turn[i]);
	for (i = 0; i < crash_wishes.nr; i++)
		len += show_off(buf, len, &crash_wishes.wish[i]);
	mutex_unlock(&crash_clients_lock);
	return len + sysfs_emit_at(buf, len, "\n");
}

static struct kobj_attribute crash_clients_attr = __ATTR_RW(crash_clients);

static int __init crash_clients_sysfs_init(void)
{
	return sysfs_create_file(kernel_kobj, &crash_clients_attr.attr);
}
late_initcall(crash_clients_sysfs_init);

/* The crash */

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

/* Panic notifiers before kdump: that was a choice long before there were clients. */
static void kdump_last(struct crash_order *order)
{
	struct crash_turn kdump = { };
	unsigned int i, n = 0;

	for (i = 0; i < order->nr; i++) {
		if (is_kdump(order->turn[i].client))
			kdump = order->turn[i];
		else
			order->turn[n++] = order->turn[i];
	}
	if (kdump.client)
		order->turn[n] = kdump;
}

static void crash_prepare(struct crash_order *to)
{
	/* pairs with orders_renew() */
	*to = *smp_load_acquire(&crash_order);
	if (crash_kexec_post_notifiers && !to->by_user)
		kdump_last(to);
}

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
