// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash clients: debugger, crash dump, log savers, notifiers, in one order.
 *
 * Who registers is put into an order, which the user can change.  Running them
 * is crash_run.c's.
 */

#define pr_fmt(fmt) "crash: " fmt

#include <linux/crash_clients.h>
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kgdb.h>
#include <linux/kmsg_dump.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "crash_order.h"

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

/**
 * crash_prepare - copy the order that counts now
 * @to: filled in
 *
 * Context: any, interrupts off or crash_clients_lock held.
 */
void crash_prepare(struct crash_order *to)
{
	/* pairs with orders_renew() */
	*to = *smp_load_acquire(&crash_order);
	if (crash_kexec_post_notifiers && !to->by_user)
		kdump_last(to);
}

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

#if IS_ENABLED(CONFIG_KEXEC_KUNIT_TEST)
#include "kexec_kunit/crash_clients_kunit.c"
#endif
