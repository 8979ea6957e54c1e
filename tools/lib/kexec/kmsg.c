// SPDX-License-Identifier: GPL-2.0-only
/* Why the kernel refused an image: it says so in its log, in one line. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "image.h"

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

/* A record is "priority,sequence,time,flags;text" and a line end. */
static const char *refusal_in(char *record)
{
	static const char marker[] = "not loaded: ";
	char *text = strchr(record, ';');
	char *reason;

	if (!text || strncmp(text + 1, "kexec: ", 7))
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	reason = strstr(text, marker);
	return reason ? reason + strlen(marker) : NULL;
}

/**
 * kmsg_find_reason() - find why the kernel refused an image
 * @fd: what kmsg_open() returned before the image was tried
 * @reason: set to that, the last if there are several
 *
 * Return: true if the log held a reason.
 */
bool kmsg_find_reason(int fd, char reason[REASON_SIZE])
{
	char record[RECORD_SIZE + 1];
	const char *found;
	ssize_t n;

	*reason = '\0';
	if (fd < 0)
		return false;
	/* EPIPE: records were overwritten; reading goes on behind them. */
	while ((n = read(fd, record, RECORD_SIZE)) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR))) {
		record[n > 0 ? n : 0] = '\0';
		found = refusal_in(record);
		if (found)
			snprintf(reason, REASON_SIZE, "%s", found);
	}
	return *reason;
}
