// SPDX-License-Identifier: GPL-2.0-only
/* Timelines of a handover that a kernel must not believe, in setup_data entries. */
#include <asm/bootparam.h>
#include <stdio.h>
#include <string.h>
#include <x86intrin.h>

#include "selftest.h"

#define SETUP_KEXEC_TIMELINE	0x6b78
#define MAGIC			0x656d6974636578ebULL
#define STAGES			9
#define DAY			(3000000000ULL * 86400)

/* As the kernel has it in include/linux/kexec_timeline.h. */
struct timeline {
	__u64 magic;
	__u32 version;
	__u32 nr_stages;
	__u64 flags;
	__u64 clock_khz;
	__u64 stamp[STAGES];
};

struct record {
	struct setup_data head;
	struct timeline timeline;
};

static const struct timeline good = {
	.magic = MAGIC, .version = 2, .nr_stages = STAGES, .clock_khz = 1000000,
	.stamp = { 1000, 1500, 2000, 3000, 4000, 0, 5000 },
};

static void head_only(struct record *record)
{
	record->head.len = 16;
}

static void stamps_cut_off(struct record *record)
{
	record->head.len -= 8;
}

static void no_magic(struct record *record)
{
	record->timeline.magic = 0;
}

/* It had a stage less in the middle. */
static void other_version(struct record *record)
{
	record->timeline.version = 1;
}

static void few_stages(struct record *record)
{
	record->timeline.nr_stages = 6;
}

static void no_stamps(struct record *record)
{
	memset(record->timeline.stamp, 0, sizeof(record->timeline.stamp));
}

static void disorder(struct record *record)
{
	record->timeline.stamp[4] = 2999;
}

static void in_future(struct record *record)
{
	record->timeline.stamp[6] = __rdtsc() + DAY;
}

static void nothing(struct record *record)
{
	record->head.len = 0;
}

static void slow_clock(struct record *record)
{
	record->timeline.clock_khz = 1;
}

static void (* const damages[])(struct record *record) = {
	head_only, stamps_cut_off, no_magic, other_version, few_stages, no_stamps, disorder,
	in_future, nothing, slow_clock,
};

/*
 * Fills @room, which will be at the physical address @at, with a list of records
 * that @next ends, each damaged in another way.
 */
void place_bad_records(void *room, size_t size, __u64 at, __u64 next)
{
	struct record *record = room;
	size_t i;

	if (sizeof(*record) * ARRAY_SIZE(damages) > size)
		stop("room for records");
	for (i = 0; i < ARRAY_SIZE(damages); i++, record++) {
		record->head.type = SETUP_KEXEC_TIMELINE;
		record->head.len = sizeof(record->timeline);
		record->head.next = i + 1 < ARRAY_SIZE(damages) ?
			at + (i + 1) * sizeof(*record) : next;
		record->timeline = good;
		damages[i](record);
	}
}
