// SPDX-License-Identifier: GPL-2.0-only
/* Counts the lines in which the kernel says why it refused a load. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "selftest.h"

static int kmsg = -1;

void kmsg_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0)
		stop("/dev/kmsg");
}

void kmsg_skip(void)
{
	if (lseek(kmsg, 0, SEEK_END) < 0)
		stop("/dev/kmsg");
}

/* The sentence in @record that says why an image was not loaded, or NULL. */
static const char *refusal(const char *record, bool crash)
{
	const char *prefix = crash ? ";kexec: crash image not loaded: "
				   : ";kexec: normal image not loaded: ";
	const char *found = strstr(record, prefix);

	if (!found)
		return NULL;
	found += strlen(prefix);
	return *found > ' ' ? found : NULL;
}

/* Shows @see every record since the last call of this or of kmsg_skip(). */
void kmsg_each(void (*see)(const char *record, void *arg), void *arg)
{
	char record[8192];
	ssize_t got;

	for (;;) {
		got = read(kmsg, record, sizeof(record) - 1);
		if (got < 0 && errno == EPIPE)
			continue;
		if (got <= 0)
			return;
		record[got] = '\0';
		see(record, arg);
	}
}

struct refusals {
	bool crash;
	unsigned int lines;
	char *reason;
	size_t size;
};

static void count_refusal(const char *record, void *arg)
{
	struct refusals *seen = arg;
	const char *why = refusal(record, seen->crash);

	if (!why)
		return;
	seen->lines++;
	snprintf(seen->reason, seen->size, "%.*s", (int)strcspn(why, "\n"), why);
}

/* Counts such lines, and keeps the last. */
unsigned int kmsg_refusals(bool crash, char *reason, size_t size)
{
	struct refusals seen = { .crash = crash, .reason = reason, .size = size };

	kmsg_each(count_refusal, &seen);
	return seen.lines;
}
