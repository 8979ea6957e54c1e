// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long the last handover took and where the time went, and what is loaded now.
 * All of it is in /sys/kernel/kexec, one fact per file; a file that is empty, or that
 * only root may read, has no answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/kernel.h>
#include "system.h"

#define SYSFS		"/sys/kernel/kexec/"
/* sysfs shows a page at most, but for command lines */
#define FACT_SIZE	4097
#define CHECK		SYSFS "normal/check"
#define NR_SLOTS	2

/* In their order. */
static const char * const stage_names[] = {
	"reboot", "checked", "devices", "stopped", "trampoline", "verified", "entry", "kernel",
	"init",
};

static const char * const handover_names[] = { "clock_khz", "total_us", "direct", "crash" };

static const char * const slot_names[NR_SLOTS] = {
	[KEXEC_SLOT_NORMAL] = "normal", [KEXEC_SLOT_CRASH] = "crash",
};

static const char * const fact_names[] = {
	"kernel", "format", "entered", "command_line", "entry", "bytes", "placed", "bounced",
	"loaded_at", "check", "error",
};

struct number {
	bool known;
	unsigned long long value;
};

struct slot_facts {
	char *text[ARRAY_SIZE(fact_names)];
	struct kexec_extent *segment;
	size_t nr_segments;
};

/**
 * struct kexec_report - what the running kernel tells
 * @handover: facts about its handover, in the order of handover_names
 * @stage: stages of it that happened
 * @nr_stages: how many there are
 * @slot: facts about the slots
 */
struct kexec_report {
	struct number handover[ARRAY_SIZE(handover_names)];
	struct kexec_stage stage[ARRAY_SIZE(stage_names)];
	size_t nr_stages;
	struct slot_facts slot[NR_SLOTS];
};

/* Fills @text without the final line end; true if there is any. */
static bool read_fact(const char *directory, const char *name, char *text)
{
	char path[128];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), SYSFS "%s%s%s", directory,
		 *directory ? "/" : "", name);
	f = fopen(path, "re");
	if (f) {
		n = fread(text, 1, FACT_SIZE - 1, f);
		fclose(f);
	}
	if (n && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	return n;
}

static bool to_number(const char *text, unsigned long long *value)
{
	char *end;

	*value = strtoull(text, &end, 10);
	return !*end;
}

/**
 * read_number() - a number the kernel publishes
 * @directory: directory below /sys/kernel/kexec, or ""
 * @name: file in it
 * @value: set if there is a number
 *
 * Return: true if there is.
 */
bool read_number(const char *directory, const char *name, unsigned long long *value)
{
	char text[FACT_SIZE];

	return read_fact(directory, name, text) && to_number(text, value);
}

/**
 * kernel_reports() - does the running kernel publish what this library reads?
 *
 * Kernels from 6.19 on have a /sys/kernel/kexec, too, with less in it.
 *
 * Return: true if it does.
 */
bool kernel_reports(void)
{
	return !access(SYSFS "normal/format", F_OK);
}

/**
 * kernel_checks() - does the running kernel check a normal image before it is entered?
 *
 * Return: true if it does unless it is told not to.
 */
bool kernel_checks(void)
{
	return !access(CHECK, F_OK);
}

/**
 * turn_check_off() - have the image in the normal slot entered whatever has become of it
 *
 * Return: false if the running kernel would check it and did not take this.
 */
bool turn_check_off(void)
{
	bool done;
	FILE *f;

	if (!kernel_checks())
		return true;
	f = fopen(CHECK, "we");
	done = f && fputs("0", f) >= 0;
	return f && !fclose(f) && done;
}

static void read_handover(struct kexec_report *r)
{
	unsigned long long before = 0, at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handover_names); i++)
		r->handover[i].known = read_number("handover", handover_names[i],
						   &r->handover[i].value);
	for (i = 0; i < ARRAY_SIZE(stage_names); i++) {
		if (!read_number("handover", stage_names[i], &at))
			continue;
		r->stage[r->nr_stages++] = (struct kexec_stage){
			.name = stage_names[i], .at_us = at, .took_us = at - before,
		};
		before = at;
	}
}

/* One line per segment: where it begins and ends, and its real bytes. */
static int read_segments(const char *slot, struct slot_facts *facts)
{
	char text[FACT_SIZE], *rest = text, *line;
	struct kexec_extent *bigger, e;

	read_fact(slot, "segments", text);
	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%llx %llx %llu", &e.start, &e.end, &e.bytes) != 3)
			continue;
		bigger = reallocarray(facts->segment, facts->nr_segments + 1, sizeof(e));
		if (!bigger)
			return -ENOMEM;
		facts->segment = bigger;
		bigger[facts->nr_segments++] = e;
	}
	return 0;
}

/* All of the file, without the final line end; NULL in @text if there is nothing in it. */
static int read_text(const char *slot, const char *name, char **text)
{
	char path[128];
	size_t size = 0;
	ssize_t n;
	FILE *f;

	snprintf(path, sizeof(path), SYSFS "%s/%s", slot, name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	errno = 0;
	n = getdelim(text, &size, '\0', f);
	fclose(f);
	if (n > 0 && (*text)[n - 1] == '\n')
		(*text)[--n] = '\0';
	if (n > 0)
		return 0;
	free(*text);
	*text = NULL;
	return errno == ENOMEM ? -ENOMEM : 0;
}

static int read_slot(const char *slot, struct slot_facts *facts)
{
	int err = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fact_names) && !err; i++)
		err = read_text(slot, fact_names[i], &facts->text[i]);
	return err ?: read_segments(slot, facts);
}

static int read_slots(struct kexec_report *r)
{
	int err = 0;
	size_t i;

	for (i = 0; i < NR_SLOTS && !err; i++)
		err = read_slot(slot_names[i], &r->slot[i]);
	return err;
}

/**
 * slot_reason() - why the last load into a slot failed
 * @slot: the slot
 * @reason: set to that
 *
 * Return: true if the kernel says.
 */
bool slot_reason(enum kexec_slot slot, char reason[REASON_SIZE])
{
	char text[FACT_SIZE];
	bool known = read_fact(slot_names[slot], "error", text);

	snprintf(reason, REASON_SIZE, "%.*s", REASON_SIZE - 1, text);
	return known;
}

static int no_report(struct kexec_error *error)
{
	error_because(error, KEXEC_REASON_NO_REPORT, -ENOENT, "the running kernel has no " SYSFS
		      "normal, so there is nothing to report from");
	error_next(error, "Boot a kernel that has it; kexec --status works with any.");
	return -ENOENT;
}

/**
 * kexec_report_read() - ask the running kernel what it knows about kexec
 * @report: set to the answer, for kexec_report_free(); to NULL after a failure
 * @error: what went wrong
 *
 * Return: 0; -ENOENT if this is not a kernel that tells; -ENOMEM.
 */
int kexec_report_read(struct kexec_report **report, struct kexec_error *error)
{
	struct kexec_report *r;

	*report = NULL;
	if (!kernel_reports())
		return no_report(error);
	r = calloc(1, sizeof(*r));
	if (!r || read_slots(r)) {
		kexec_report_free(r);
		return error_set(error, -ENOMEM, "there is no memory for a report");
	}
	read_handover(r);
	*report = r;
	return 0;
}

/**
 * kexec_report_free() - done with a report
 * @report: it, or NULL
 */
void kexec_report_free(struct kexec_report *report)
{
	struct slot_facts *facts;
	size_t i;

	if (!report)
		return;
	for (facts = report->slot; facts < report->slot + NR_SLOTS; facts++) {
		for (i = 0; i < ARRAY_SIZE(fact_names); i++)
			free(facts->text[i]);
		free(facts->segment);
	}
	free(report);
}

/**
 * kexec_report_handover() - a fact about how the running kernel was entered
 * @report: the report
 * @name: "clock_khz", known if kexec entered it; "total_us"; "direct": past its own
 *        decompressor; "crash": after a panic
 * @value: set if it is known
 *
 * Return: true if it is.
 */
bool kexec_report_handover(const struct kexec_report *report, const char *name,
			   unsigned long long *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handover_names); i++) {
		if (strcmp(handover_names[i], name) || !report->handover[i].known)
			continue;
		*value = report->handover[i].value;
		return true;
	}
	return false;
}

/**
 * kexec_report_stage() - a stage of the handover that began the running kernel
 * @report: the report
 * @number: which, from 0; the first is where time begins
 *
 * Return: it, as long as the report lives; NULL behind the last.
 */
const struct kexec_stage *kexec_report_stage(const struct kexec_report *report, size_t number)
{
	return number < report->nr_stages ? &report->stage[number] : NULL;
}

static const struct slot_facts *facts_of(const struct kexec_report *report, enum kexec_slot slot)
{
	return &report->slot[slot == KEXEC_SLOT_CRASH];
}

/**
 * kexec_report_text() - a fact about a slot
 * @report: the report
 * @slot: which slot
 * @name: a file of a slot in Documentation/ABI/testing/sysfs-kernel-kexec-kdump, such as
 *        "kernel"; "format" is known if an image is loaded
 *
 * Return: what is in it, as long as the report lives; NULL if that is not known.
 */
const char *kexec_report_text(const struct kexec_report *report, enum kexec_slot slot,
			      const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fact_names); i++)
		if (!strcmp(fact_names[i], name))
			return facts_of(report, slot)->text[i];
	return NULL;
}

/**
 * kexec_report_number() - a fact about a slot that is a number
 * @report: the report
 * @slot: which slot
 * @name: as for kexec_report_text()
 * @value: set if it is known
 *
 * Return: true if it is.
 */
bool kexec_report_number(const struct kexec_report *report, enum kexec_slot slot,
			 const char *name, unsigned long long *value)
{
	const char *text = kexec_report_text(report, slot, name);

	return text && to_number(text, value);
}

/**
 * kexec_report_segment() - where a loaded image goes to
 * @report: the report
 * @slot: which slot
 * @number: which segment, from 0
 *
 * Return: it, as long as the report lives; NULL behind the last.
 */
const struct kexec_extent *kexec_report_segment(const struct kexec_report *report,
						enum kexec_slot slot, size_t number)
{
	const struct slot_facts *facts = facts_of(report, slot);

	return number < facts->nr_segments ? &facts->segment[number] : NULL;
}
