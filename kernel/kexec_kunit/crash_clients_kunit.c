// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the order of crash clients and of what the user says of it.  Part of
 * crash_clients.c.
 */

#include <kunit/test.h>

#include <linux/cleanup.h>

/* Whom this kernel has, and what was said of them, as the test found it. */
struct clients_state {
	struct crash_client *clients[CRASH_CLIENTS_MAX];
	struct crash_wishes wishes;
	bool post_notifiers;
};

static void never_run(struct crash_client *client, const char *message)
{
}

static struct crash_client still_client = {
	.name = "still", .stage = CRASH_STOPPED, .relies_on = CRASH_ON_STILLNESS,
	.run = never_run,
};

static struct crash_client test_kdump = {
	.name = "kdump", .stage = CRASH_STOPPED, .relies_on = CRASH_ON_STILLNESS,
	.run = never_run,
};

static struct crash_client others_client = {
	.name = "others", .stage = CRASH_LIVE, .relies_on = CRASH_ON_OTHERS, .run = never_run,
};

static struct crash_client locks_client = {
	.name = "locks", .stage = CRASH_STOPPED, .relies_on = CRASH_ON_LOCKS, .run = never_run,
};

static struct crash_client memory_client = {
	.name = "memory", .stage = CRASH_STOPPED, .relies_on = CRASH_ON_MEMORY, .run = never_run,
};

static void use_clients(struct crash_client * const *clients, const struct crash_wishes *wishes)
{
	guard(mutex)(&crash_clients_lock);
	memcpy(crash_clients, clients, sizeof(crash_clients));
	crash_wishes = *wishes;
	orders_renew();
}

static void restore_clients(void *data)
{
	const struct clients_state *was = data;

	crash_kexec_post_notifiers = was->post_notifiers;
	use_clients(was->clients, &was->wishes);
}

/* Every test begins with three clients that nobody has said anything of. */
static int clients_init(struct kunit *test)
{
	struct clients_state *was = kunit_kzalloc(test, sizeof(*was), GFP_KERNEL);
	struct crash_client *clients[CRASH_CLIENTS_MAX] = {
		&memory_client, &test_kdump, &others_client,
	};
	struct crash_wishes none = { };

	if (!was)
		return -ENOMEM;
	memcpy(was->clients, crash_clients, sizeof(crash_clients));
	was->wishes = crash_wishes;
	was->post_notifiers = crash_kexec_post_notifiers;
	crash_kexec_post_notifiers = false;
	use_clients(clients, &none);
	return kunit_add_action_or_reset(test, restore_clients, was);
}

static const char *shown(struct kunit *test)
{
	char *buf = (char *)get_zeroed_page(GFP_KERNEL), *copy;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	crash_clients_show(NULL, NULL, buf);
	copy = kunit_kzalloc(test, strlen(buf) + 1, GFP_KERNEL);
	if (copy)
		strscpy(copy, strim(buf), strlen(buf) + 1);
	free_page((unsigned long)buf);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	return copy;
}

static ssize_t say(const char *text)
{
	return crash_clients_store(NULL, NULL, text, strlen(text));
}

struct say_case {
	const char *said;
	int err;
	const char *shown;
};

#define NOTHING_SAID	"others:live,kdump:stopped,memory:stopped"

static const struct say_case say_cases[] = {
	{ "default", 0, NOTHING_SAID },
	{ "memory", 0, "others:live,memory:stopped,kdump:stopped" },
	{ "memory,kdump", 0, "others:live,memory:stopped,kdump:stopped" },
	{ "kdump,memory\n", 0, NOTHING_SAID },
	{ "memory:live", 0, "memory:live,others:live,kdump:stopped" },
	{ "others,memory:live", 0, "others:live,memory:live,kdump:stopped" },
	{ "memory:stopped,others:live", 0, "others:live,memory:stopped,kdump:stopped" },
	{ "-memory", 0, "others:live,kdump:stopped,-memory" },
	{ "-kdump,-others", 0, "memory:stopped,-kdump,-others" },
	{ "memory,-kdump", 0, "others:live,memory:stopped,-kdump" },
	{ "", -EINVAL, NOTHING_SAID },
	{ "memory,", -EINVAL, NOTHING_SAID },
	{ "memory,memory", -EINVAL, NOTHING_SAID },
	{ "memory,-memory", -EINVAL, NOTHING_SAID },
	{ "--memory", -EINVAL, NOTHING_SAID },
	{ "-memory:live", -EINVAL, NOTHING_SAID },
	{ "memory:", -EINVAL, NOTHING_SAID },
	{ "memory:dead", -EINVAL, NOTHING_SAID },
	{ "memory:live:live", -EINVAL, NOTHING_SAID },
	{ "me mory", -EINVAL, NOTHING_SAID },
	{ "nobody", -ENOENT, NOTHING_SAID },
	{ "-nobody", -ENOENT, NOTHING_SAID },
	{ "kdump:live", -EINVAL, NOTHING_SAID },
	{ "others:stopped", -EINVAL, NOTHING_SAID },
	{ "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", -E2BIG, NOTHING_SAID },
	{ "a-name-with-24-characters", -EINVAL, NOTHING_SAID },
};

KUNIT_ARRAY_PARAM_DESC(say, say_cases, said);

/* What is wrong changes nothing; what is shown can be said, and changes nothing, too. */
static void wishes_are_followed(struct kunit *test)
{
	const struct say_case *want = test->param_value;

	KUNIT_EXPECT_EQ(test, want->err ?: strlen(want->said), say(want->said));
	KUNIT_EXPECT_STREQ(test, shown(test), want->shown);
	KUNIT_EXPECT_EQ(test, strlen(want->shown), say(want->shown));
	KUNIT_EXPECT_STREQ(test, shown(test), want->shown);
}

static void default_takes_back(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, say("-kdump,memory:live"), 0);
	KUNIT_EXPECT_GT(test, say("default\n"), 0);
	KUNIT_EXPECT_STREQ(test, shown(test), NOTHING_SAID);
}

/* Clients come in the order of what they rely on; being alone counts for nothing. */
static void order_is_by_reliance(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, crash_client_register(&locks_client));
	KUNIT_EXPECT_STREQ(test, shown(test),
			   "others:live,kdump:stopped,locks:stopped,memory:stopped");
	KUNIT_ASSERT_EQ(test, 0, crash_client_register(&still_client));
	KUNIT_EXPECT_STREQ(test, shown(test),
			   "others:live,kdump:stopped,still:stopped,locks:stopped,memory:stopped");
	crash_client_unregister(&locks_client);
	KUNIT_EXPECT_STREQ(test, shown(test),
			   "others:live,kdump:stopped,still:stopped,memory:stopped");
}

static void wish_waits_for_client(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, crash_client_register(&locks_client));
	KUNIT_ASSERT_GT(test, say("locks:live"), 0);
	crash_client_unregister(&locks_client);
	KUNIT_EXPECT_STREQ(test, shown(test), NOTHING_SAID);
	KUNIT_ASSERT_EQ(test, 0, crash_client_register(&locks_client));
	KUNIT_EXPECT_STREQ(test, shown(test),
			   "locks:live,others:live,kdump:stopped,memory:stopped");
}

/* The boot parameter may name a stage that the client, when it comes, cannot run in. */
static void impossible_stage_is_forgotten(struct kunit *test)
{
	scoped_guard(mutex, &crash_clients_lock) {
		crash_wishes.nr = 1;
		crash_wishes.wish[0] = (struct crash_wish) { "still", CRASH_LIVE };
	}
	KUNIT_ASSERT_EQ(test, 0, crash_client_register(&still_client));
	KUNIT_EXPECT_STREQ(test, shown(test),
			   "others:live,still:stopped,kdump:stopped,memory:stopped");
}

/* crash_kexec_post_notifiers, unless the user has said where kdump runs. */
static void kdump_can_be_last(struct kunit *test)
{
	crash_kexec_post_notifiers = true;
	KUNIT_EXPECT_STREQ(test, shown(test), "others:live,memory:stopped,kdump:stopped");
	KUNIT_ASSERT_GT(test, say("kdump"), 0);
	KUNIT_EXPECT_STREQ(test, shown(test), NOTHING_SAID);
	KUNIT_ASSERT_GT(test, say("-kdump"), 0);
	KUNIT_EXPECT_STREQ(test, shown(test), "others:live,memory:stopped,-kdump");
}

static void name_is_taken(struct kunit *test)
{
	struct crash_client same = memory_client;

	KUNIT_EXPECT_EQ(test, -EEXIST, crash_client_register(&same));
	crash_client_unregister(&same);
	KUNIT_EXPECT_STREQ(test, shown(test), NOTHING_SAID);
}

static void clients_have_a_limit(struct kunit *test)
{
	unsigned int i;

	scoped_guard(mutex, &crash_clients_lock)
		for (i = 3; i < CRASH_CLIENTS_MAX; i++)
			crash_clients[i] = &still_client;
	KUNIT_EXPECT_EQ(test, -ENOSPC, crash_client_register(&locks_client));
	scoped_guard(mutex, &crash_clients_lock)
		crash_clients[CRASH_CLIENTS_MAX - 1] = NULL;
	KUNIT_EXPECT_EQ(test, 0, crash_client_register(&locks_client));
}

struct bad_case {
	const char *what;
	struct crash_client client;
};

static const struct bad_case bad_cases[] = {
	{ "no name", { .name = NULL, .run = never_run } },
	{ "empty name", { .name = "", .run = never_run } },
	{ "comma", { .name = "a,b", .run = never_run } },
	{ "colon", { .name = "a:b", .run = never_run } },
	{ "blank", { .name = "a b", .run = never_run } },
	{ "minus first", { .name = "-a", .run = never_run } },
	{ "long name", { .name = "abcdefghijklmnopqrstuvwx", .run = never_run } },
	{ "nothing to do", { .name = "a" } },
	{ "no stage", { .name = "a", .stage = CRASH_STAGES, .run = never_run } },
	{ "stillness while live", { .name = "a", .stage = CRASH_LIVE, .run = never_run,
				    .relies_on = CRASH_ON_STILLNESS } },
	{ "others while stopped", { .name = "a", .stage = CRASH_STOPPED, .run = never_run,
				    .relies_on = CRASH_ON_OTHERS } },
};

KUNIT_ARRAY_PARAM_DESC(bad, bad_cases, what);

static void bad_client_is_refused(struct kunit *test)
{
	struct crash_client client = ((const struct bad_case *)test->param_value)->client;

	KUNIT_EXPECT_EQ(test, -EINVAL, crash_client_register(&client));
	KUNIT_EXPECT_STREQ(test, shown(test), NOTHING_SAID);
}

static struct kunit_case clients_tests[] = {
	KUNIT_CASE_PARAM(wishes_are_followed, say_gen_params),
	KUNIT_CASE(default_takes_back),
	KUNIT_CASE(order_is_by_reliance),
	KUNIT_CASE(wish_waits_for_client),
	KUNIT_CASE(impossible_stage_is_forgotten),
	KUNIT_CASE(kdump_can_be_last),
	KUNIT_CASE(name_is_taken),
	KUNIT_CASE(clients_have_a_limit),
	KUNIT_CASE_PARAM(bad_client_is_refused, bad_gen_params),
	{ }
};

static struct kunit_suite clients_suite = {
	.name		= "kexec_crash_clients",
	.init		= clients_init,
	.test_cases	= clients_tests,
};

kunit_test_suite(clients_suite);
