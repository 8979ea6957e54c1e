// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line on the terminal while something takes its time.
 *
 * Most of the time is spent inside of one system call, where no signal handler runs, so
 * it takes a thread to print.  What that call has read of files is found where the kernel
 * counts it for each process, if it does.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "progress.h"

/* Whoever waits less than that is not told that they wait. */
#define PERIOD		1	/* seconds */
#define CLEAR_LINE	"\r\033[K"

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool running, stopping;
	const char *what;
	unsigned long long to_read, read_before;
} progress = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Bytes that this process has read so far, 0 if nobody counts them. */
static unsigned long long bytes_read(void)
{
	FILE *f = fopen("/proc/self/io", "re");
	unsigned long long bytes = 0;

	if (!f)
		return 0;
	if (fscanf(f, "rchar: %llu", &bytes) != 1)
		bytes = 0;
	fclose(f);
	return bytes;
}

static void print_line(unsigned int seconds)
{
	unsigned long long now = bytes_read(), done = now - progress.read_before;

	if (now <= progress.read_before || done >= progress.to_read)
		dprintf(STDERR_FILENO, CLEAR_LINE "kexec: %s, %u s", progress.what, seconds);
	else
		dprintf(STDERR_FILENO, CLEAR_LINE "kexec: %s, %u s, %.0f %% read", progress.what,
			seconds, 100.0 * done / progress.to_read);
}

static void *keep_printing(void *unused)
{
	struct timespec at;
	unsigned int seconds = 0;

	clock_gettime(CLOCK_MONOTONIC, &at);
	pthread_mutex_lock(&progress.lock);
	for (at.tv_sec += PERIOD; !progress.stopping; ) {
		if (pthread_cond_timedwait(&progress.ended, &progress.lock, &at) != ETIMEDOUT)
			continue;
		seconds += PERIOD;
		print_line(seconds);
		at.tv_sec += PERIOD;
	}
	pthread_mutex_unlock(&progress.lock);
	if (seconds)
		dprintf(STDERR_FILENO, CLEAR_LINE);
	return unused;
}

static bool wait_by_monotonic_clock(void)
{
	pthread_condattr_t attributes;
	bool good;

	if (pthread_condattr_init(&attributes))
		return false;
	good = !pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) &&
	       !pthread_cond_init(&progress.ended, &attributes);
	pthread_condattr_destroy(&attributes);
	return good;
}

/**
 * progress_start() - from now on, say every second what is going on
 * @what: that, as in "loading FILE"; kept until progress_stop()
 * @to_read: bytes of files that it begins with, 0 if that is not known
 *
 * Says so on a terminal only, and nothing if it cannot.
 */
void progress_start(const char *what, unsigned long long to_read)
{
	if (progress.running || !isatty(STDERR_FILENO) || !wait_by_monotonic_clock())
		return;
	progress.what = what;
	progress.to_read = to_read;
	progress.read_before = bytes_read();
	progress.stopping = false;
	progress.running = !pthread_create(&progress.thread, NULL, keep_printing, NULL);
}

/**
 * progress_stop() - the terminal is needed for something else, or all is done
 *
 * Leaves an empty line behind.  Whoever prints calls this before.
 */
void progress_stop(void)
{
	if (!progress.running)
		return;
	pthread_mutex_lock(&progress.lock);
	progress.stopping = true;
	pthread_cond_signal(&progress.ended);
	pthread_mutex_unlock(&progress.lock);
	pthread_join(progress.thread, NULL);
	pthread_cond_destroy(&progress.ended);
	progress.running = false;
}
