// SPDX-License-Identifier: GPL-2.0-only
/* Processes that allocate all the time, each in its own way. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "neighbours.h"
#include "selftest.h"

#define PAUSE_US	2000

static void touch(size_t size)
{
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		return;
	memset(area, 1, size);
	munmap(area, size);
}

static void touch_little(void)
{
	touch(64 * 1024);
}

static void touch_much(void)
{
	touch(8 * MIB);
}

static void write_file(const char *path, size_t size)
{
	static const char bytes[64 * 1024];
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	while (size && fd >= 0 && write(fd, bytes, sizeof(bytes)) == sizeof(bytes))
		size -= sizeof(bytes);
	close(fd);
}

static void write_cache(void)
{
	write_file("/mnt/neighbour", 4 * MIB);
}

static void write_tmpfs(void)
{
	write_file("/run/neighbour", 2 * MIB);
	unlink("/run/neighbour");
}

static void start_program(void)
{
	run_program();
}

static const struct {
	const char *name;
	void (*work)(void);
} kinds[] = {
	{ "touch", touch_little },
	{ "map", touch_much },
	{ "files", write_cache },
	{ "tmpfs", write_tmpfs },
	{ "exec", start_program },
};

/* Runs a small program to its end; false if that cannot be. */
bool run_program(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* One that has memory, and that whoever has to kill would kill first. */
static void sit(size_t size)
{
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		_exit(1);
	memset(area, 1, size);
	write_text("/proc/self/oom_score_adj", "500");
	for (;;)
		pause();
}

static void work(void (*once)(void))
{
	write_text("/proc/self/oom_score_adj", "0");
	for (;;) {
		once();
		usleep(PAUSE_US);
	}
}

static void start(pid_t *pid, void (*once)(void))
{
	*pid = fork();
	if (*pid < 0)
		stop("fork");
	if (*pid)
		return;
	if (once)
		work(once);
	sit(6 * MIB);
}

/* Starts a process of the kind @name, and one that only has memory. */
void neighbours_start(struct neighbours *neighbours, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds) && strcmp(kinds[i].name, name); i++)
		;
	if (i == ARRAY_SIZE(kinds))
		stop("no neighbour of that kind");
	start(&neighbours->pids[0], kinds[i].work);
	start(&neighbours->pids[1], NULL);
}

/* Whether all of them are still there. */
bool neighbours_live(struct neighbours *neighbours)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbours->pids); i++)
		if (waitpid(neighbours->pids[i], NULL, WNOHANG))
			return false;
	return true;
}

void neighbours_stop(struct neighbours *neighbours)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbours->pids); i++) {
		kill(neighbours->pids[i], SIGKILL);
		waitpid(neighbours->pids[i], NULL, 0);
	}
}
