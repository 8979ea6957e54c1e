// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line on the terminal while something takes its time.
 *
 * Most of the time is spent inside of one system call, where no signal handler runs, so
 * it takes a thread to print.  How much of the files that call has read so far is found where
 * the kernel counts it for each process, if it does.
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

/*
 * The kernel counts bytes that were read once a whole file is, and bytes that were fetched
 * as soon as they are asked for, but not those that were in memory already.
 */
struct reads {
	unsigned long long whole, fetched;
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool running, stopping;
	const char *what;
	unsigned long long to_read;
	struct reads before;
} progress;

/* What this process has read so far; nothing if nobody counts it. */
static struct reads count_reads(void)
{
	FILE *f = fopen("/proc/self/io", "re");
	struct reads now = {};

	if (!f)
		return now;
	if (fscanf(f, "rchar: %llu wchar: %*u syscr: %*u syscw: %*u read_bytes: %llu",
		   &now.whole, &now.fetched) != 2)
		now = (struct reads){};
	fclose(f);
	return now;
}

static unsigned long long bytes_read(void)
{
	struct reads now = count_reads(), *before = &progress.before;
	unsigned long long whole = now.whole - before->whole;
	unsigned long long fetched = now.fetched - before->fetched;

	return whole > fetched ? whole : fetched;
}

static void print_line(unsigned int seconds)
{
	unsigned long long done = bytes_read();

	if (!done || done >= progress.to_read)
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

static bool can_wait(void)
{
	pthread_condattr_t attributes;
	bool good;

	if (pthread_condattr_init(&attributes))
		return false;
	good = !pthread_mutex_init(&progress.lock, NULL) &&
	       !pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) &&
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
	if (progress.running || !isatty(STDERR_FILENO) || !can_wait())
		return;
	progress.what = what;
	progress.to_read = to_read;
	progress.before = count_reads();
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
