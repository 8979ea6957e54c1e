// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the record of a handover, as the next kernel reads it.  Part of
 * kexec_timeline.c.
 */

#include <kunit/test.h>

/* What this kernel itself was told. */
static struct kexec_timeline was_told;
static u64 was_base;

/* Every test begins with a kernel that was told nothing. */
static int timeline_init(struct kunit *test)
{
	was_told = kexec_timeline_last;
	was_base = handover_base;
	kexec_timeline_last = (struct kexec_timeline) { };
	return 0;
}

static void timeline_exit(struct kunit *test)
{
	kexec_timeline_last = was_told;
}

static struct kexec_timeline good_record(void)
{
	return (struct kexec_timeline) {
		.magic = KEXEC_TIMELINE_MAGIC,
		.version = KEXEC_TIMELINE_VERSION,
		.nr_stages = KEXEC_STAGE_NR,
		.flags = KEXEC_TIMELINE_DIRECT,
		.clock_khz = 2000000,
		.stamp = { 100, 110, 120, 120, 140, 0, 160 },
	};
}

enum field { WHOLE, MAGIC, VERSION, STAGES, CLOCK, STAMP };

struct record_case {
	const char *name;
	enum field field;
	unsigned int stage;
	u64 value;
	bool believed;
};

static const struct record_case record_cases[] = {
	{ "as it should be", WHOLE, 0, sizeof(struct kexec_timeline), true },
	{ "longer than this kernel knows", WHOLE, 0, 2 * sizeof(struct kexec_timeline), true },
	{ "no bytes", WHOLE, 0, 0, false },
	{ "no stamps", WHOLE, 0, offsetof(struct kexec_timeline, stamp), false },
	{ "a byte is missing", WHOLE, 0, sizeof(struct kexec_timeline) - 1, false },
	{ "never written", MAGIC, 0, 0, false },
	{ "magic of something else", MAGIC, 0, KEXEC_TIMELINE_MAGIC ^ 1, false },
	{ "an older version", VERSION, 0, KEXEC_TIMELINE_VERSION - 1, false },
	{ "a newer version", VERSION, 0, KEXEC_TIMELINE_VERSION + 1, false },
	{ "stages of the old kernel only", STAGES, 0, KEXEC_STAGE_KERNEL, true },
	{ "a stage is missing", STAGES, 0, KEXEC_STAGE_KERNEL - 1, false },
	{ "more stages than this kernel knows", STAGES, 0, U32_MAX, true },
	{ "clock unknown", CLOCK, 0, 0, true },
	{ "the slowest clock", CLOCK, 0, CLOCK_KHZ_MIN, true },
	{ "clock too slow", CLOCK, 0, CLOCK_KHZ_MIN - 1, false },
	{ "a stage did not happen", STAMP, KEXEC_STAGE_DEVICES, 0, true },
	{ "a stage before the one before", STAMP, KEXEC_STAGE_DEVICES, 109, false },
	{ "a stage behind the next", STAMP, KEXEC_STAGE_DEVICES, 121, false },
	{ "two stages at once", STAMP, KEXEC_STAGE_CHECKED, 100, true },
	{ "the last is before all others", STAMP, KEXEC_STAGE_ENTRY, 1, false },
	{ "the last is in the future", STAMP, KEXEC_STAGE_ENTRY, U64_MAX, false },
	{ "stages of this kernel are not believed", STAMP, KEXEC_STAGE_INIT, 1, true },
};

static const void * __init record_gen_params(const void *prev, char *desc)
{
	const struct record_case *next = prev ? (const struct record_case *)prev + 1 :
						record_cases;

	if (next == record_cases + ARRAY_SIZE(record_cases))
		return NULL;
	strscpy(desc, next->name, KUNIT_PARAM_DESC_SIZE);
	return next;
}

static struct kexec_timeline __init record_of(const struct record_case *how)
{
	struct kexec_timeline t = good_record();

	switch (how->field) {
	case WHOLE:
		break;
	case MAGIC:
		t.magic = how->value;
		break;
	case VERSION:
		t.version = how->value;
		break;
	case STAGES:
		t.nr_stages = how->value;
		break;
	case CLOCK:
		t.clock_khz = how->value;
		break;
	case STAMP:
		t.stamp[how->stage] = how->value;
		break;
	}
	return t;
}

/* Nothing of a record that cannot be right is believed. */
static void __init record_is_checked(struct kunit *test)
{
	const struct record_case *want = test->param_value;
	struct kexec_timeline t[2] = { record_of(want) };

	kexec_timeline_from(t, want->field == WHOLE ? want->value : sizeof(t[0]));
	KUNIT_ASSERT_EQ(test, want->believed, !!kexec_timeline_last.magic);
	if (!want->believed)
		return;
	KUNIT_EXPECT_MEMEQ(test, kexec_timeline_last.stamp, t[0].stamp,
			   KEXEC_STAGE_KERNEL * sizeof(u64));
	KUNIT_EXPECT_GT(test, kexec_timeline_last.stamp[KEXEC_STAGE_KERNEL],
			t[0].stamp[KEXEC_STAGE_ENTRY]);
	KUNIT_EXPECT_EQ(test, 0, kexec_timeline_last.stamp[KEXEC_STAGE_INIT]);
}

static void __init record_needs_a_stamp(struct kunit *test)
{
	struct kexec_timeline t = good_record();

	memset(t.stamp, 0, sizeof(t.stamp));
	kexec_timeline_from(&t, sizeof(t));
	KUNIT_EXPECT_EQ(test, 0, kexec_timeline_last.magic);
	t.stamp[KEXEC_STAGE_ENTRY] = 1;
	kexec_timeline_from(&t, sizeof(t));
	KUNIT_EXPECT_EQ(test, KEXEC_TIMELINE_MAGIC, kexec_timeline_last.magic);
}

static void __init init_comes_after_kernel(struct kunit *test)
{
	struct kexec_timeline t = good_record(), *last = &kexec_timeline_last;

	kexec_timeline_reached_init();
	KUNIT_EXPECT_EQ(test, 0, last->stamp[KEXEC_STAGE_INIT]);
	kexec_timeline_from(&t, sizeof(t));
	kexec_timeline_reached_init();
	KUNIT_EXPECT_GE(test, last->stamp[KEXEC_STAGE_INIT], last->stamp[KEXEC_STAGE_KERNEL]);
	last->stamp[KEXEC_STAGE_KERNEL] = U64_MAX;
	last->stamp[KEXEC_STAGE_INIT] = 0;
	kexec_timeline_reached_init();
	KUNIT_EXPECT_EQ(test, 0, last->stamp[KEXEC_STAGE_INIT]);
}

struct us_case {
	u64 khz;
	u64 base;
	u64 stamp;
	u64 us;
};

static const struct us_case us_cases[] __initconst = {
	{ 1000, 0, 5, 5 },
	{ 2000000, 1000, 3000, 1 },
	{ 2000000, 1000, 2999, 0 },
	{ 3000000, 0, 3000000000ULL * 86400, 86400000000ULL },
	{ CLOCK_KHZ_MIN, 0, U64_MAX, U64_MAX },
};

static void __init time_in_microseconds(struct kunit *test)
{
	struct kexec_timeline *last = &kexec_timeline_last;
	const struct us_case *want;
	u64 us;

	for (want = us_cases; want < us_cases + ARRAY_SIZE(us_cases); want++) {
		last->clock_khz = want->khz;
		last->stamp[KEXEC_STAGE_ENTRY] = want->stamp;
		handover_base = want->base;
		KUNIT_EXPECT_TRUE(test, stage_us(KEXEC_STAGE_ENTRY, &us));
		KUNIT_EXPECT_EQ(test, want->us, us);
	}
	handover_base = was_base;
	KUNIT_EXPECT_FALSE(test, stage_us(KEXEC_STAGE_DEVICES, &us));
	last->clock_khz = 0;
	KUNIT_EXPECT_FALSE(test, stage_us(KEXEC_STAGE_ENTRY, &us));
}

/* What a crash did not do is left out, whatever another handover had begun. */
static void __init crash_has_stages_of_its_own(struct kunit *test)
{
	struct kexec_timeline was = kexec_timeline_next, crash, normal;
	struct kimage *image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);
	enum kexec_stage stage;

	KUNIT_ASSERT_NOT_NULL(test, image);
	image->direct = true;
	for (stage = 0; stage < KEXEC_STAGE_NR; stage++)
		kexec_timeline_next.stamp[stage] = 1 + stage;
	kexec_timeline_prepare(image);
	normal = kexec_timeline_next;
	image->direct = false;
	image->type = KEXEC_TYPE_CRASH;
	kexec_timeline_prepare(image);
	crash = kexec_timeline_next;
	kexec_timeline_next = was;
	KUNIT_EXPECT_EQ(test, KEXEC_TIMELINE_DIRECT, normal.flags);
	KUNIT_EXPECT_EQ(test, kexec_clock_khz(), normal.clock_khz);
	KUNIT_EXPECT_EQ(test, 1, normal.stamp[KEXEC_STAGE_REBOOT]);
	KUNIT_EXPECT_EQ(test, KEXEC_TIMELINE_CRASH, crash.flags);
	for (stage = 0; stage < KEXEC_STAGE_NR; stage++)
		KUNIT_EXPECT_EQ(test, stage <= KEXEC_STAGE_STOPPED ? 0 : 1 + stage,
				crash.stamp[stage]);
}

static struct kunit_case timeline_tests[] __initdata = {
	KUNIT_CASE_PARAM(record_is_checked, record_gen_params),
	KUNIT_CASE(record_needs_a_stamp),
	KUNIT_CASE(init_comes_after_kernel),
	KUNIT_CASE(time_in_microseconds),
	KUNIT_CASE(crash_has_stages_of_its_own),
	{ }
};

static struct kunit_suite timeline_suite __initdata = {
	.name		= "kexec_timeline",
	.init		= timeline_init,
	.exit		= timeline_exit,
	.test_cases	= timeline_tests,
};

kunit_test_init_section_suite(timeline_suite);
