// SPDX-License-Identifier: GPL-2.0-only
/* Why the kernel refused an image: it says so in its log, in one line. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "system.h"

/* The kernel hands out one record per read, and none is longer than this. */
#define RECORD_SIZE	8192

/**
 * kmsg_open() - start watching the kernel log
 *
 * Return: a descriptor that stands behind the newest record, or a negative
 * errno where the log may not be read.
 */
int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

/*
 * A record is "priority,sequence,time,flags;text" and a line end.  Priorities are facility * 8 +
 * level (Documentation/ABI/testing/dev-kmsg); that of the kernel is 0, of who writes there
 * another one.
 */
static const char *text_in(char *record)
{
	char *text = strchr(record, ';');

	if (!text || strtoul(record, NULL, 10) >> 3)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text + 1;
}

static const char *refusal_in(const char *text)
{
	static const char marker[] = "not loaded: ";
	const char *reason = strncmp(text, "kexec: ", 7) ? NULL : strstr(text, marker);

	return reason ? reason + strlen(marker) : NULL;
}

static void take_record(char *record, char reason[REASON_SIZE], struct kernel_log *log)
{
	const char *text = text_in(record), *found = text ? refusal_in(text) : NULL;

	if (found)
		snprintf(reason, REASON_SIZE, "%s", found);
	else if (text && *text)
		snprintf(log->line[log->nr++ % LOG_LINES], REASON_SIZE, "%s", text);
}

/**
 * kmsg_find_reason() - find why the kernel refused an image
 * @fd: what kmsg_open() returned before the image was tried
 * @reason: set to that, the last if there are several
 * @log: set to what else the kernel has logged since then
 *
 * Return: true if the log held a reason.
 */
bool kmsg_find_reason(int fd, char reason[REASON_SIZE], struct kernel_log *log)
{
	char record[RECORD_SIZE + 1];
	ssize_t n;

	*reason = '\0';
	log->nr = 0;
	if (fd < 0)
		return false;
	/* EPIPE: records were overwritten; reading goes on behind them. */
	while ((n = read(fd, record, RECORD_SIZE)) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR))) {
		record[n > 0 ? n : 0] = '\0';
		take_record(record, reason, log);
	}
	return *reason;
}

/**
 * kmsg_tell() - give what the kernel has logged as evidence
 * @log: that
 * @error: where to; may be NULL
 */
void kmsg_tell(const struct kernel_log *log, struct kexec_error *error)
{
	size_t i;

	for (i = log->nr > LOG_LINES ? log->nr - LOG_LINES : 0; i < log->nr; i++)
		error_evidence(error, "kernel log: %s", log->line[i % LOG_LINES]);
}
