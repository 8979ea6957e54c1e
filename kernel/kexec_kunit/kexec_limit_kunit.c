// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of who may load, and how often; included by the file that says so.
 */

#include <kunit/test.h>

#include "kexec_kunit.h"

/* What the sysctls said before a test. */
struct limit_state {
	int left[ARRAY_SIZE(kexec_load_limits)];
	int disabled;
};

static void restore_limits(void *data)
{
	const struct limit_state *was = data;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kexec_load_limits); i++)
		kexec_load_limits[i].left = was->left[i];
	kexec_load_disabled = was->disabled;
}

static int limit_test_init(struct kunit *test)
{
	struct limit_state *was = kunit_kzalloc(test, sizeof(*was), GFP_KERNEL);
	unsigned int i;

	if (!was)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(kexec_load_limits); i++)
		was->left[i] = kexec_load_limits[i].left;
	was->disabled = kexec_load_disabled;
	return kunit_add_action_or_reset(test, restore_limits, was);
}

struct lower_case {
	int left;
	int to;
	int err;
	int then;
};

static const struct lower_case lower_cases[] = {
	{ -1, 5, 0, 5 },
	{ -1, 0, 0, 0 },
	{ -1, -1, -EINVAL, -1 },
	{ -1, -2, -EINVAL, -1 },
	{ 5, 4, 0, 4 },
	{ 5, 0, 0, 0 },
	{ 5, 5, -EINVAL, 5 },
	{ 5, 6, -EINVAL, 5 },
	{ 5, -1, -EINVAL, 5 },
	{ 0, 0, -EINVAL, 0 },
	{ 0, 1, -EINVAL, 0 },
	{ 0, -1, -EINVAL, 0 },
};

static void lower_desc(const struct lower_case *want, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "from %d to %d", want->left, want->to);
}

KUNIT_ARRAY_PARAM(lower, lower_cases, lower_desc);

static void limit_is_only_lowered(struct kunit *test)
{
	const struct lower_case *want = test->param_value;
	struct kexec_load_limit limit = { want->left, "made_up" };

	KUNIT_EXPECT_EQ(test, want->err, kexec_limit_lower(&limit, want->to));
	KUNIT_EXPECT_EQ(test, want->then, limit.left);
}

/* As sysctl does it; returns what the handler did, or how many bytes it took or gave. */
static int use_sysctl(int type, int write, char *text, size_t len)
{
	const struct ctl_table table = { .data = &kexec_load_limits[type], .mode = 0644 };
	loff_t pos = 0;
	int err = kexec_limit_sysctl(&table, write, text, &len, &pos);

	return err ?: len;
}

static void limit_is_a_sysctl(struct kunit *test)
{
	struct kexec_load_limit *limit = &kexec_load_limits[KEXEC_TYPE_CRASH];
	char text[16] = "7\n";

	limit->left = 9;
	KUNIT_EXPECT_EQ(test, 2, use_sysctl(KEXEC_TYPE_CRASH, 1, text, 2));
	KUNIT_EXPECT_EQ(test, 7, limit->left);
	strscpy(text, "8\n");
	KUNIT_EXPECT_EQ(test, -EINVAL, use_sysctl(KEXEC_TYPE_CRASH, 1, text, 2));
	strscpy(text, "x\n");
	KUNIT_EXPECT_EQ(test, -EINVAL, use_sysctl(KEXEC_TYPE_CRASH, 1, text, 2));
	KUNIT_EXPECT_EQ(test, 7, limit->left);
	memset(text, 0, sizeof(text));
	KUNIT_EXPECT_EQ(test, 2, use_sysctl(KEXEC_TYPE_CRASH, 0, text, sizeof(text)));
	KUNIT_EXPECT_STREQ(test, "7\n", text);
	KUNIT_EXPECT_EQ(test, 7, limit->left);
}

static void sysctls_are_told_apart(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kexec_sysctls); i++) {
		if (!strcmp(kexec_sysctls[i].procname, "kexec_load_limit_reboot"))
			KUNIT_EXPECT_PTR_EQ(test, (void *)&kexec_load_limits[KEXEC_TYPE_DEFAULT],
					    kexec_sysctls[i].data);
		if (!strcmp(kexec_sysctls[i].procname, "kexec_load_limit_panic"))
			KUNIT_EXPECT_PTR_EQ(test, (void *)&kexec_load_limits[KEXEC_TYPE_CRASH],
					    kexec_sysctls[i].data);
	}
}

static void arming_takes_one(struct kunit *test)
{
	struct kexec_load_limit *limit = &kexec_load_limits[KEXEC_TYPE_DEFAULT];

	limit->left = 2;
	kexec_load_limits[KEXEC_TYPE_CRASH].left = 2;
	kexec_limit_take(KEXEC_TYPE_DEFAULT);
	KUNIT_EXPECT_EQ(test, 1, limit->left);
	kexec_limit_take(KEXEC_TYPE_DEFAULT);
	KUNIT_EXPECT_EQ(test, 0, limit->left);
	kexec_limit_take(KEXEC_TYPE_DEFAULT);
	KUNIT_EXPECT_EQ(test, 0, limit->left);
	KUNIT_EXPECT_EQ(test, 2, kexec_load_limits[KEXEC_TYPE_CRASH].left);
	limit->left = -1;
	kexec_limit_take(KEXEC_TYPE_DEFAULT);
	KUNIT_EXPECT_EQ(test, -1, limit->left);
}

struct begin_case {
	const char *name;
	int type;
	unsigned long unknown_flags;
	bool busy;
	bool disabled;
	int left[2];
	int err;
	const char *reason;
};

static const struct begin_case begin_cases[] = {
	{ "normal", KEXEC_TYPE_DEFAULT, .left = { -1, 0 } },
	{ "crash", KEXEC_TYPE_CRASH, .left = { 0, -1 } },
	{ "the last one", KEXEC_TYPE_DEFAULT, .left = { 1, 0 } },
	{ "unknown flags", KEXEC_TYPE_DEFAULT, .unknown_flags = BIT(20), .left = { -1, -1 },
	  .err = -EINVAL, .reason = "it has flag bits that this kernel does not know" },
	{ "unknown flags while there is a load", KEXEC_TYPE_CRASH, .unknown_flags = 1, .busy = true,
	  .left = { -1, -1 }, .err = -EINVAL,
	  .reason = "it has flag bits that this kernel does not know" },
	{ "while there is a load", KEXEC_TYPE_DEFAULT, .busy = true, .left = { -1, -1 },
	  .err = -EBUSY, .reason = "as before" },
	{ "disabled", KEXEC_TYPE_DEFAULT, .disabled = true, .left = { -1, -1 }, .err = -EPERM,
	  .reason = "sysctl kernel.kexec_load_disabled forbids it" },
	{ "no normal one is left", KEXEC_TYPE_DEFAULT, .left = { 0, -1 }, .err = -EPERM,
	  .reason = "sysctl kernel.kexec_load_limit_reboot allows no further load" },
	{ "no crash one is left", KEXEC_TYPE_CRASH, .left = { -1, 0 }, .err = -EPERM,
	  .reason = "sysctl kernel.kexec_load_limit_panic allows no further load" },
};

KUNIT_ARRAY_PARAM_DESC(begin, begin_cases, name);

static void limits_of(const struct begin_case *want)
{
	kexec_load_limits[KEXEC_TYPE_DEFAULT].left = want->left[0];
	kexec_load_limits[KEXEC_TYPE_CRASH].left = want->left[1];
	kexec_load_disabled = want->disabled;
}

/* Makes @why what the last load of a slot failed with. */
static int set_reason(int type, const char *why)
{
	if (!kexec_trylock())
		return -EBUSY;
	kexec_forgive();
	kexec_refuse(-EIO, "%s", why);
	kexec_note_not_started(type);
	kexec_unlock();
	return 0;
}

static void load_begins(struct kunit *test)
{
	const struct begin_case *want = test->param_value;
	int err;

	limits_of(want);
	KUNIT_ASSERT_EQ(test, 0, set_reason(want->type, "as before"));
	KUNIT_ASSERT_TRUE(test, !want->busy || kexec_trylock());
	err = kexec_load_begin(want->type, want->unknown_flags);
	KUNIT_EXPECT_EQ(test, want->err, err);
	/* the lock is held by the load that began, or by whoever had it */
	KUNIT_EXPECT_EQ(test, want->busy || !want->err, !kexec_trylock());
	if (err || want->busy)
		kexec_unlock();
	else
		KUNIT_EXPECT_EQ(test, -EIO, kexec_load_end(want->type, -EIO));
	KUNIT_EXPECT_STREQ(test, want->reason ?: "refused", kexec_last_refusal(want->type));
	KUNIT_EXPECT_TRUE(test, kexec_trylock());
	kexec_unlock();
}

/* A load that ends well has no reason, whatever was said on the way. */
static void load_ends_well(struct kunit *test)
{
	limits_of(&begin_cases[0]);
	KUNIT_ASSERT_EQ(test, 0, set_reason(KEXEC_TYPE_DEFAULT, "as before"));
	KUNIT_ASSERT_EQ(test, 0, kexec_load_begin(KEXEC_TYPE_DEFAULT, 0));
	kexec_refuse(-EIO, "what has been got over");
	KUNIT_EXPECT_EQ(test, 0, kexec_load_end(KEXEC_TYPE_DEFAULT, 0));
	KUNIT_EXPECT_STREQ(test, "", kexec_last_refusal(KEXEC_TYPE_DEFAULT));
	KUNIT_EXPECT_TRUE(test, kexec_trylock());
	kexec_unlock();
}

static struct kunit_case limit_tests[] = {
	KUNIT_CASE_PARAM(limit_is_only_lowered, lower_gen_params),
	KUNIT_CASE(limit_is_a_sysctl),
	KUNIT_CASE(sysctls_are_told_apart),
	KUNIT_CASE(arming_takes_one),
	KUNIT_CASE_PARAM(load_begins, begin_gen_params),
	KUNIT_CASE(load_ends_well),
	{ }
};

static struct kunit_suite limit_suite = {
	.name		= "kexec_limit",
	.init		= limit_test_init,
	.test_cases	= limit_tests,
};

kunit_test_suite(limit_suite);
