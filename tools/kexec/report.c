// SPDX-License-Identifier: GPL-2.0-only
/* --report and --status: what libkexec knows of the running kernel, as text and as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/kernel.h>
#include "kexec.h"

#define BAR		((int)sizeof(bar) - 1)
#define MIB		(1024.0 * 1024.0)

static const char bar[] = "########################################";

/* What goes on between a stage and the one before. */
static const struct {
	const char *stage, *work;
} works[] = {
	{ "checked", "check the image" },
	{ "devices", "shut down devices" },
	{ "stopped", "stop the machine" },
	{ "trampoline", "reach the trampoline" },
	{ "verified", "verify" },
	{ "entry", "move" },
	{ "kernel", "start the kernel" },
	{ "init", "boot to the first process" },
};

static const struct slot {
	enum kexec_slot slot;
	const char *name;
	const char *title;
} slots[] = {
	{ KEXEC_SLOT_NORMAL, "normal", "For the next kexec" },
	{ KEXEC_SLOT_CRASH, "crash", "For a panic" },
};

/* What is told of a slot; a number goes into JSON without quotes. */
static const struct fact {
	const char *name;
	bool number;
} facts[] = {
	{ "kernel" }, { "format" }, { "entered" }, { "command_line" },
	{ "entry" }, { "bytes", true }, { "placed", true }, { "bounced", true },
	{ "loaded_at", true }, { "check", true }, { "error" },
};

static bool handover_flag(const struct kexec_report *report, const char *name)
{
	unsigned long long value;

	return kexec_report_handover(report, name, &value) && value;
}

/* Text */

static const char *duration(unsigned long long us)
{
	static char text[32];

	if (us < 1000)
		snprintf(text, sizeof(text), "%llu us", us);
	else if (us < 1000000)
		snprintf(text, sizeof(text), "%.1f ms", us / 1e3);
	else
		snprintf(text, sizeof(text), "%.2f s", us / 1e6);
	return text;
}

/* An image that was not entered directly unpacks itself before it starts. */
static const char *work_of(const struct kexec_report *report, const char *stage)
{
	size_t i;

	if (!strcmp(stage, "kernel") && !handover_flag(report, "direct"))
		return "unpack and start the kernel";
	for (i = 0; i < ARRAY_SIZE(works); i++)
		if (!strcmp(works[i].stage, stage))
			return works[i].work;
	return stage;
}

static void print_stage(const struct kexec_report *report, const struct kexec_stage *stage,
			unsigned long long total)
{
	double share = total ? (double)stage->took_us / total : 0;
	/* Stages that go backwards in time took more than all of it. */
	int length = (share < 1 ? share : 1) * BAR + 0.5;

	printf("  %-27s %8s %5.1f %%%s%.*s\n", work_of(report, stage->name),
	       duration(stage->took_us), share * 100, length ? "  " : "", length, bar);
}

static void print_handover(const struct kexec_report *report)
{
	const struct kexec_stage *stage;
	unsigned long long value;
	size_t i;

	if (!kexec_report_handover(report, "clock_khz", &value)) {
		puts("This kernel was not started by kexec, or not told how long that took.");
		return;
	}
	printf("This kernel was started by kexec%s%s.\n",
	       handover_flag(report, "crash") ? " after a panic" : "",
	       handover_flag(report, "direct") ? ", directly" :
						 ", through its own decompressor");
	if (!kexec_report_handover(report, "total_us", &value)) {
		puts("How long it took is not known: the clock's speed is not.");
		return;
	}
	printf("The handover took %s:\n", duration(value));
	/* The first stage is where counting begins: it has no duration. */
	for (i = 1; (stage = kexec_report_stage(report, i)); i++)
		print_stage(report, stage, value);
}

static void print_time(const char *seconds)
{
	time_t at = strtoll(seconds, NULL, 10);
	struct tm *date = localtime(&at);
	char text[64];

	if (date && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", date))
		printf(", loaded at %s", text);
}

static void print_sizes(const struct kexec_report *report, enum kexec_slot slot)
{
	unsigned long long bytes = 0, placed = 0, bounced = 0;

	kexec_report_number(report, slot, "bytes", &bytes);
	kexec_report_number(report, slot, "placed", &placed);
	kexec_report_number(report, slot, "bounced", &bounced);
	printf("  %.1f MiB; %.1f MiB are in place, %.1f MiB will be moved\n",
	       bytes / MIB, placed / MIB, bounced / MIB);
}

/* That it is checked is what everybody expects. */
static bool is_unchecked(const struct kexec_report *report, enum kexec_slot slot)
{
	unsigned long long check;

	return kexec_report_number(report, slot, "check", &check) && !check;
}

static void print_image(const struct kexec_report *report, enum kexec_slot slot)
{
	const char *text = kexec_report_text(report, slot, "kernel");

	say("%s, %s", text ?: "an image", kexec_report_text(report, slot, "format"));
	text = kexec_report_text(report, slot, "entered");
	if (text)
		say(", entered %s", text);
	text = kexec_report_text(report, slot, "loaded_at");
	if (text)
		print_time(text);
	putchar('\n');
	print_sizes(report, slot);
	if (is_unchecked(report, slot))
		puts("  it will be entered without a check");
	text = kexec_report_text(report, slot, "command_line");
	if (text)
		say("  command line: %s\n", text);
}

static bool is_loaded(const struct kexec_report *report, enum kexec_slot slot)
{
	return kexec_report_text(report, slot, "format");
}

static void print_slot(const struct kexec_report *report, const struct slot *slot)
{
	const char *error = kexec_report_text(report, slot->slot, "error");

	printf("\n%s: ", slot->title);
	if (is_loaded(report, slot->slot))
		print_image(report, slot->slot);
	else
		puts("nothing is loaded.");
	if (error)
		say("  The last load failed: %s.\n", error);
}

static void print_text(const struct kexec_report *report)
{
	size_t i;

	print_handover(report);
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		print_slot(report, &slots[i]);
}

/* JSON */

static void json_stages(const struct kexec_report *report)
{
	const struct kexec_stage *stage;
	size_t i;

	for (i = 0; (stage = kexec_report_stage(report, i)); i++)
		printf("%s{\"stage\": \"%s\", \"at_us\": %llu, \"took_us\": %llu}",
		       i ? ", " : "", stage->name, stage->at_us, stage->took_us);
}

static void json_handover(const struct kexec_report *report)
{
	unsigned long long clock, total;

	printf("\"handover\": ");
	if (!kexec_report_handover(report, "clock_khz", &clock)) {
		printf("null");
		return;
	}
	printf("{\"direct\": %s, \"crash\": %s, \"clock_khz\": %llu",
	       handover_flag(report, "direct") ? "true" : "false",
	       handover_flag(report, "crash") ? "true" : "false", clock);
	if (kexec_report_handover(report, "total_us", &total))
		printf(", \"total_us\": %llu", total);
	else
		printf(", \"total_us\": null");
	printf(", \"stages\": [");
	json_stages(report);
	printf("]}");
}

static void json_fact(const struct kexec_report *report, enum kexec_slot slot,
		      const struct fact *fact)
{
	const char *text = kexec_report_text(report, slot, fact->name);
	unsigned long long value;

	printf(", \"%s\": ", fact->name);
	if (fact->number && kexec_report_number(report, slot, fact->name, &value))
		printf("%llu", value);
	else if (!fact->number && text)
		json_string(text);
	else
		printf("null");
}

static void json_facts(const struct kexec_report *report, enum kexec_slot slot)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(facts); i++)
		json_fact(report, slot, &facts[i]);
}

static void json_segments(const struct kexec_report *report, enum kexec_slot slot)
{
	const struct kexec_extent *segment;
	size_t i;

	printf(", \"segments\": [");
	for (i = 0; (segment = kexec_report_segment(report, slot, i)); i++)
		printf("%s{\"start\": \"0x%llx\", \"end\": \"0x%llx\", \"bytes\": %llu}",
		       i ? ", " : "", segment->start, segment->end, segment->bytes);
	putchar(']');
}

static void json_slot(const struct kexec_report *report, const struct slot *slot)
{
	printf(",\n \"%s\": {\"loaded\": %s", slot->name,
	       is_loaded(report, slot->slot) ? "true" : "false");
	json_facts(report, slot->slot);
	json_segments(report, slot->slot);
	putchar('}');
}

static void print_json(const struct kexec_report *report)
{
	size_t i;

	json_open();
	json_handover(report);
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		json_slot(report, &slots[i]);
	puts("}");
}

/**
 * print_report() - print what the running kernel knows about kexec
 * @req: the request
 *
 * Return: 0, or -ENOENT after a message if it is not one that tells.
 */
int print_report(const struct request *req)
{
	struct kexec_report *report;
	struct kexec_error error;

	if (kexec_report_read(&report, &error))
		return print_error(&error);
	if (req->json)
		print_json(report);
	else
		print_text(report);
	kexec_report_free(report);
	return 0;
}

/* Status */

static void status_text(bool normal, bool crash)
{
	struct kexec_report *report;
	size_t i;

	kexec_report_read(&report, NULL);
	for (i = 0; i < ARRAY_SIZE(slots); i++) {
		printf("%s: ", slots[i].title);
		if (!(slots[i].slot == KEXEC_SLOT_CRASH ? crash : normal))
			puts("nothing is loaded.");
		else if (report && is_loaded(report, slots[i].slot))
			print_image(report, slots[i].slot);
		else
			puts("an image is loaded.");
	}
	kexec_report_free(report);
}

static void status_json(bool normal, bool crash)
{
	struct kexec_report *report;
	bool loaded;
	size_t i;

	kexec_report_read(&report, NULL);
	json_open();
	for (i = 0; i < ARRAY_SIZE(slots); i++) {
		loaded = slots[i].slot == KEXEC_SLOT_CRASH ? crash : normal;
		printf("%s\"%s\": {\"loaded\": %s", i ? ", " : "", slots[i].name,
		       loaded ? "true" : "false");
		if (report && is_loaded(report, slots[i].slot))
			json_facts(report, slots[i].slot);
		putchar('}');
	}
	puts("}");
	kexec_report_free(report);
}

/**
 * print_status() - say what is loaded in both slots
 * @req: the request
 *
 * Return: whether the slot is filled that the request is about, the one for
 * panics unless -l is given; a negative errno after a message.
 */
int print_status(const struct request *req)
{
	struct kexec_error error;
	int normal = kexec_status(KEXEC_SLOT_NORMAL, &error);
	int crash = normal < 0 ? normal : kexec_status(KEXEC_SLOT_CRASH, &error);

	/* Kernels without CONFIG_CRASH_DUMP have no slot for panics. */
	if (normal < 0 || (crash < 0 && !req->load))
		return print_error(&error);
	if (req->json)
		status_json(normal, crash > 0);
	else
		status_text(normal, crash > 0);
	return req->load ? normal : crash;
}
