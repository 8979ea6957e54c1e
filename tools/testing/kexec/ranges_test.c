// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/ranges.c: whatever is done to a set is done to a map
 * with one entry for each address, too; both have to agree.
 */
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define SPAN	64
#define ROOM	12
#define STEPS	200000

struct model {
	struct kexec_range room[ROOM];
	struct kexec_ranges set;
	bool map[SPAN];
	uint64_t base;		/* address of the first entry */
};

static void model_start(struct model *m, uint64_t base)
{
	memset(m, 0, sizeof(*m));
	m->set = (struct kexec_ranges){ m->room, 0, ROOM };
	m->base = base;
}

static unsigned int model_ranges(const struct model *m)
{
	unsigned int i, nr = 0;

	for (i = 0; i < SPAN; i++)
		nr += m->map[i] && (!i || !m->map[i - 1]);
	return nr;
}

/* The same addresses, in as few ranges as can be. */
static bool agree(const struct model *m)
{
	unsigned int i, j, at = 0;
	uint64_t addr;
	bool in;

	for (i = 0; i < SPAN; i++) {
		addr = m->base + i;
		for (in = false, j = 0; j < m->set.nr; j++)
			in = in || (addr >= m->room[j].start && addr <= m->room[j].end);
		at += in == m->map[i];
	}
	return at == SPAN && m->set.nr == model_ranges(m);
}

static bool step(struct model *m)
{
	unsigned int start = next_random() % SPAN, end = start + next_random() % (SPAN - start) / 4;
	bool add = next_random() & 1, done;
	struct model before = *m;

	memset(m->map + start, add, end - start + 1);
	if (add)
		done = kexec_ranges_add(&m->set, m->base + start, m->base + end);
	else
		done = kexec_ranges_remove(&m->set, m->base + start, m->base + end);
	if (done)
		return agree(m);
	if (model_ranges(m) <= ROOM)
		return false;
	memcpy(m->map, before.map, sizeof(m->map));
	return agree(m);
}

static void test_changes(uint64_t base)
{
	struct model m;
	unsigned int i;

	model_start(&m, base);
	for (i = 0; i < STEPS && step(&m); i++)
		;
	tap_result(i == STEPS, "%#llx: %u steps as they should be", (unsigned long long)base, i);
}

static bool model_holds(const struct model *m, unsigned int start, unsigned int end)
{
	for (; start <= end; start++)
		if (!m->map[start])
			return false;
	return true;
}

static void test_hold(uint64_t base)
{
	unsigned int i, start, end, wrong = 0, yes = 0;
	struct model m;

	model_start(&m, base);
	for (i = 0; i < STEPS; i++) {
		step(&m);
		start = next_random() % SPAN;
		end = start + next_random() % (SPAN - start) / 8;
		yes += model_holds(&m, start, end);
		wrong += kexec_ranges_hold(&m.set, base + start, base + end) !=
			 model_holds(&m, start, end);
	}
	tap_result(!wrong && yes, "%#llx: held or not", (unsigned long long)base);
}

/* The place that trying all of them gives; SPAN if there is none. */
static unsigned int model_find(const struct model *m, unsigned int size, unsigned int align,
			       unsigned int low, unsigned int high, bool top_down)
{
	unsigned int best = SPAN, at;

	for (at = low; at + size - 1 <= high; at++) {
		if ((m->base + at) % align || !model_holds(m, at, at + size - 1))
			continue;
		best = at;
		if (!top_down)
			break;
	}
	return best;
}

static void test_find(uint64_t base)
{
	unsigned int i, size, align, low, high, place, found = 0, wrong = 0;
	struct kexec_range within;
	struct model m;
	uint64_t start;
	bool top_down;

	model_start(&m, base);
	for (i = 0; i < STEPS; i++) {
		step(&m);
		size = 1 + next_random() % 8;
		align = 1 << next_random() % 5;
		low = next_random() % (SPAN / 2);
		high = low + 8 + next_random() % (SPAN - low - 8);
		top_down = next_random() & 1;
		within = (struct kexec_range){ base + low, base + high };
		place = model_find(&m, size, align, low, high, top_down);
		start = base + SPAN;
		kexec_ranges_find(&m.set, size, align, &within, top_down, &start);
		wrong += start != base + place;
		found += place < SPAN;
	}
	tap_result(!wrong && found && found < STEPS, "%#llx: %u of %u places found, all right",
		   (unsigned long long)base, found, STEPS);
}

static void test_limits(void)
{
	struct kexec_range room[2];
	struct kexec_ranges set = { room, 0, 2 };
	uint64_t start = 1;

	tap_result(!kexec_ranges_hold(&set, 0, 0) && kexec_ranges_remove(&set, 0, ~0ULL) &&
		   !kexec_ranges_find(&set, 1, 1, NULL, false, &start), "an empty set");
	tap_result(!kexec_ranges_add(&set, 1, 0) && !kexec_ranges_remove(&set, 1, 0) &&
		   !kexec_ranges_hold(&set, 1, 0) && !set.nr, "ranges that end before they start");
	tap_result(kexec_ranges_add(&set, 0, ~0ULL) && set.nr == 1 &&
		   kexec_ranges_hold(&set, 0, ~0ULL), "all addresses there are");
	tap_result(kexec_ranges_find(&set, ~0ULL, 1, NULL, false, &start) && start == 0 &&
		   kexec_ranges_find(&set, ~0ULL, 1, NULL, true, &start) && start == 1,
		   "nearly all of them");
	tap_result(!kexec_ranges_find(&set, 0, 1, NULL, false, &start) &&
		   !kexec_ranges_find(&set, 1, 3, NULL, false, &start) &&
		   !kexec_ranges_find(&set, 1, 0, NULL, false, &start), "no size, odd alignments");
	tap_result(kexec_ranges_find(&set, 1, 1ULL << 63, NULL, true, &start) &&
		   start == 1ULL << 63, "an alignment of half of them");
	tap_result(kexec_ranges_remove(&set, 5, 9) && set.nr == 2 &&
		   !kexec_ranges_remove(&set, 20, 30) && set.nr == 2 &&
		   room[0].end == 4 && room[1].start == 10, "no room to split once more");
}

int main(void)
{
	static const uint64_t bases[] = { 0, 0xfffff000, -(uint64_t)SPAN };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		test_changes(bases[i]);
		test_hold(bases[i]);
		test_find(bases[i]);
	}
	test_limits();
	return tap_finish();
}
