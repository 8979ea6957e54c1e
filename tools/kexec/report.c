// SPDX-License-Identifier: GPL-2.0-only
/*
 * --report: how long the last handover took and where the time went, and what
 * is loaded now.  All of it is in /sys/kernel/kexec, one fact per file; a file
 * that is empty, or that only root may read, has no answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/kernel.h>
#include "kexec.h"

#define SYSFS		"/sys/kernel/kexec/"
/* sysfs shows a page at most */
#define FACT_SIZE	4097
#define BAR		((int)sizeof(bar) - 1)
#define MIB		(1024.0 * 1024.0)

static const char bar[] = "########################################";

/* Stages in their order, and what goes on between one and the one before. */
static const struct stage {
	const char *name;
	const char *work;
} stages[] = {
	{ "reboot", "begin" },
	{ "devices", "shut down devices" },
	{ "stopped", "stop the machine" },
	{ "trampoline", "reach the trampoline" },
	{ "verified", "verify" },
	{ "entry", "move" },
	{ "kernel", "start the kernel" },
	{ "init", "boot to the first process" },
};

/**
 * struct handover - the last handover
 * @known: this kernel was entered by one, and knows when
 * @timed: it knows how long it took, too
 * @direct: past the image's own decompressor
 * @crash: from the crash slot
 * @clock_khz: speed of the clock behind it
 * @total: all of it in microseconds
 * @happened: which stages did
 * @at: when they ended, in microseconds since the first
 * @took: microseconds since the stage before
 */
struct handover {
	bool known, timed, direct, crash;
	unsigned long long clock_khz, total;
	bool happened[ARRAY_SIZE(stages)];
	unsigned long long at[ARRAY_SIZE(stages)], took[ARRAY_SIZE(stages)];
};

static const struct slot {
	const char *name;
	const char *title;
} slots[] = {
	{ "normal", "For the next kexec" },
	{ "crash", "For a panic" },
};

/* What a slot's files say; a number goes into JSON without quotes. */
static const struct fact {
	const char *name;
	bool number;
} facts[] = {
	{ "kernel" }, { "format" }, { "entered" }, { "command_line" },
	{ "entry" }, { "bytes", true }, { "placed", true }, { "bounced", true },
	{ "loaded_at", true }, { "error" },
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
	char *end;

	if (!read_fact(directory, name, text))
		return false;
	*value = strtoull(text, &end, 10);
	return !*end;
}

/**
 * kernel_reports() - does the running kernel publish what this program reads?
 *
 * Return: true if there is a /sys/kernel/kexec.
 */
bool kernel_reports(void)
{
	unsigned long long loaded;

	return read_number("", "loaded", &loaded);
}

static bool read_flag(const char *name)
{
	unsigned long long value = 0;

	return read_number("handover", name, &value) && value;
}

static struct handover read_handover(void)
{
	struct handover h = {};
	unsigned long long before = 0;
	size_t i;

	h.known = read_number("handover", "clock_khz", &h.clock_khz);
	h.timed = read_number("handover", "total_us", &h.total);
	h.direct = read_flag("direct");
	h.crash = read_flag("crash");
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		h.happened[i] = read_number("handover", stages[i].name,
					    &h.at[i]);
		if (!h.happened[i])
			continue;
		h.took[i] = h.at[i] - before;
		before = h.at[i];
	}
	return h;
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
static const char *work_of(const struct handover *h, size_t i)
{
	if (!h->direct && !strcmp(stages[i].name, "kernel"))
		return "unpack and start the kernel";
	return stages[i].work;
}

static void print_stage(const struct handover *h, size_t i)
{
	double share = h->total ? (double)h->took[i] / h->total : 0;
	int length = share * BAR + 0.5;

	printf("  %-27s %8s %5.1f %%%s%.*s\n", work_of(h, i),
	       duration(h->took[i]), share * 100, length ? "  " : "", length,
	       bar);
}

/* The first stage is where counting begins: it has no duration. */
static void print_stages(const struct handover *h)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(stages) && !h->happened[i])
		i++;
	while (++i < ARRAY_SIZE(stages))
		if (h->happened[i])
			print_stage(h, i);
}

static void print_handover(void)
{
	struct handover h = read_handover();

	if (!h.known) {
		puts("This kernel was not started by kexec, or not told how long that took.");
		return;
	}
	printf("This kernel was started by kexec%s%s.\n",
	       h.crash ? " after a panic" : "",
	       h.direct ? ", directly" : ", through its own decompressor");
	if (!h.timed) {
		puts("How long it took is not known: the clock's speed is not.");
		return;
	}
	printf("The handover took %s:\n", duration(h.total));
	print_stages(&h);
}

static void print_time(const char *seconds)
{
	time_t at = strtoll(seconds, NULL, 10);
	struct tm *date = localtime(&at);
	char text[64];

	if (date && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", date))
		printf(", loaded at %s", text);
}

static void print_sizes(const char *slot)
{
	unsigned long long bytes = 0, placed = 0, bounced = 0;

	read_number(slot, "bytes", &bytes);
	read_number(slot, "placed", &placed);
	read_number(slot, "bounced", &bounced);
	printf("  %.1f MiB; %.1f MiB are in place, %.1f MiB will be moved\n",
	       bytes / MIB, placed / MIB, bounced / MIB);
}

static void print_image(const char *slot)
{
	char text[FACT_SIZE];

	printf("%s", read_fact(slot, "kernel", text) ? text : "an image");
	if (read_fact(slot, "format", text))
		printf(", %s", text);
	if (read_fact(slot, "entered", text))
		printf(", entered %s", text);
	if (read_fact(slot, "loaded_at", text))
		print_time(text);
	putchar('\n');
	print_sizes(slot);
	if (read_fact(slot, "command_line", text))
		printf("  command line: %s\n", text);
}

static bool is_loaded(const char *slot)
{
	char text[FACT_SIZE];

	return read_fact(slot, "format", text);
}

static void print_slot(const struct slot *slot)
{
	char text[FACT_SIZE];

	printf("\n%s: ", slot->title);
	if (is_loaded(slot->name))
		print_image(slot->name);
	else
		puts("nothing is loaded.");
	if (read_fact(slot->name, "error", text))
		printf("  The last load failed: %s.\n", text);
}

static void print_text(void)
{
	size_t i;

	print_handover();
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		print_slot(&slots[i]);
}

/* JSON */

/**
 * json_string() - print a text as JSON, quotes included
 * @text: any bytes; those outside ASCII stay valid JSON so
 */
void json_string(const char *text)
{
	const unsigned char *c;

	putchar('"');
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < 0x20 || *c > 0x7e)
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

static void json_stages(const struct handover *h)
{
	const char *separator = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		if (!h->happened[i])
			continue;
		printf("%s{\"stage\": \"%s\", \"at_us\": %llu, \"took_us\": %llu}", separator,
		       stages[i].name, h->at[i], h->took[i]);
		separator = ", ";
	}
}

static void json_handover(void)
{
	struct handover h = read_handover();

	printf("\"handover\": ");
	if (!h.known) {
		printf("null");
		return;
	}
	printf("{\"direct\": %s, \"crash\": %s, \"clock_khz\": %llu",
	       h.direct ? "true" : "false", h.crash ? "true" : "false",
	       h.clock_khz);
	if (h.timed)
		printf(", \"total_us\": %llu", h.total);
	else
		printf(", \"total_us\": null");
	printf(", \"stages\": [");
	json_stages(&h);
	printf("]}");
}

static void json_fact(const char *slot, const struct fact *fact)
{
	unsigned long long value;
	char text[FACT_SIZE];

	printf(", \"%s\": ", fact->name);
	if (fact->number && read_number(slot, fact->name, &value))
		printf("%llu", value);
	else if (!fact->number && read_fact(slot, fact->name, text))
		json_string(text);
	else
		printf("null");
}

/* One line per segment: where it begins and ends, and its real bytes. */
static void json_segments(const char *slot)
{
	char text[FACT_SIZE], *rest = text, *line;
	const char *separator = "";
	unsigned long long start, end, bytes;

	printf(", \"segments\": [");
	read_fact(slot, "segments", text);
	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%llx %llx %llu", &start,
			   &end, &bytes) != 3)
			continue;
		printf("%s{\"start\": \"0x%llx\", \"end\": \"0x%llx\", \"bytes\": %llu}",
		       separator, start, end, bytes);
		separator = ", ";
	}
	putchar(']');
}

static void json_slot(const struct slot *slot)
{
	size_t i;

	printf(",\n \"%s\": {\"loaded\": %s", slot->name,
	       is_loaded(slot->name) ? "true" : "false");
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		json_fact(slot->name, &facts[i]);
	json_segments(slot->name);
	putchar('}');
}

static void print_json(void)
{
	size_t i;

	putchar('{');
	json_handover();
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		json_slot(&slots[i]);
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
	if (!kernel_reports()) {
		complain("kexec: the running kernel has no " SYSFS
			 ", so there is nothing to report from");
		return -ENOENT;
	}
	if (req->json)
		print_json();
	else
		print_text();
	return 0;
}

/* Status */

/* The two files that any kernel has: 1 or 0, or a negative errno. */
static int slot_loaded(bool crash)
{
	const char *path = crash ? "/sys/kernel/kexec_crash_loaded" :
				   "/sys/kernel/kexec_loaded";
	FILE *f = fopen(path, "re");
	int digit;

	if (!f) {
		complain("kexec: cannot read %s: %s", path, strerror(errno));
		return -ENOENT;
	}
	digit = fgetc(f);
	fclose(f);
	return digit == '1';
}

static void status_text(bool normal, bool crash)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(slots); i++) {
		printf("%s: ", slots[i].title);
		if (!(i ? crash : normal))
			puts("nothing is loaded.");
		else if (is_loaded(slots[i].name))
			print_image(slots[i].name);
		else
			puts("an image is loaded.");
	}
}

static void status_json(bool normal, bool crash)
{
	printf("{\"normal\": {\"loaded\": %s}, \"crash\": {\"loaded\": %s}}\n",
	       normal ? "true" : "false", crash ? "true" : "false");
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
	int normal = slot_loaded(false), crash = slot_loaded(true);

	if (normal < 0 || crash < 0)
		return -ENOENT;
	if (req->json)
		status_json(normal, crash);
	else
		status_text(normal, crash);
	return req->load ? normal : crash;
}
