// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads by a process that may have little memory, in a control group: what the load itself
 * takes is not the group's, so nobody in there is killed for it, or made to wait.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"

/* Mounted and prepared by the script; the group is made anew for each load. */
#define GROUP		"/sys/fs/cgroup/limited"
#define LIMIT		GROUP "/memory.max"
#define THROTTLE	GROUP "/memory.high"

/* What is held by another process in there. */
#define HELD		(6 * MIB)
/* What may still be the group's once all have left it: slabs that it shares with others. */
#define LEFT_OVER	(128 * 1024)
/* It may be for the signal that tells of the loader's end, and for nothing that is read. */
#define HITS		4
/* The sizes of what is loaded beside the kernel: it fits, or the machine is too small for it. */
#define FITS		(24 * MIB)
#define TOO_LARGE	(4096 * MIB)

struct limited {
	const char *path;
	struct load load;
	struct kexec_segment *segment;
	const char *limit;
	const char *size;
	bool fits;
	pid_t holder;
	pid_t loader;
	long hits;
	char problem[512];
};

/* Notes the first problem of all, with what was tried. */
static void blame(struct limited *limited, const char *format, ...)
{
	char text[256];
	va_list args;

	if (limited->problem[0])
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	complain(limited->problem, sizeof(limited->problem), "%s %s, an initrd that %s: %s",
		 limited->limit, limited->size ?: "as it is",
		 limited->fits ? "fits" : "is too large", text);
}

/* How often that has happened to the group. */
static long count(const char *event)
{
	FILE *file = fopen(GROUP "/memory.events", "r");
	long number, found = -1;
	char line[64], name[32];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%31s %ld", name, &number) == 2 && !strcmp(name, event))
			found = number;
	if (!file || found < 0)
		stop(GROUP "/memory.events");
	fclose(file);
	return found;
}

/* Takes from the group what can be taken, without killing; returns what is left. */
static long squeeze(void)
{
	write_text("/proc/sys/vm/drop_caches", "3");
	write_text(THROTTLE, "0");
	write_text(THROTTLE, "max");
	return read_number(GROUP "/memory.current");
}

static void hold(const struct limited *limited)
{
	char *area = mmap(NULL, HELD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)limited;
	if (area == MAP_FAILED)
		_exit(1);
	memset(area, 1, HELD);
	raise(SIGSTOP);
}

/* The first attempt has all of the stack at hand that the second one needs. */
static void load(const struct limited *limited)
{
	struct load nothing = limited->load;

	nothing.flags = ~0UL;
	attempt(&nothing);
	raise(SIGSTOP);
	_exit(attempt(&limited->load));
}

/* A process in the group, which has stopped itself. */
static pid_t start(const struct limited *limited, void (*run)(const struct limited *limited))
{
	pid_t child = fork();
	int status;

	if (child < 0)
		stop("fork");
	if (!child) {
		write_text(GROUP "/cgroup.procs", "0");
		run(limited);
		_exit(1);
	}
	if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
		stop("a process in the group");
	return child;
}

static void set_limit(const struct limited *limited)
{
	char text[32];

	if (limited->size) {
		write_text(limited->limit, limited->size);
		return;
	}
	snprintf(text, sizeof(text), "%ld", squeeze());
	write_text(limited->limit, text);
}

/* How often the group was found to have reached a limit. */
static long hits(void)
{
	return count("max") + count("high");
}

static void judge_log(struct limited *limited, bool refused)
{
	char reason[192] = "";
	unsigned int lines = kmsg_refusals(for_crash(&limited->load), reason, sizeof(reason));

	if (lines != refused)
		blame(limited, "%u log lines say why, not %u", lines, refused);
	if (refused)
		printf("# %s %s: %s\n", limited->limit, limited->size ?: "as it is", reason);
}

static void judge_end(struct limited *limited, int status, const char *before)
{
	bool crash = for_crash(&limited->load);
	int error = WEXITSTATUS(status);
	char after[2048];

	if (WIFSIGNALED(status)) {
		blame(limited, "the loader was killed");
		return;
	}
	if (limited->fits ? error : error != ENOMEM && error != EINVAL)
		blame(limited, "it came to: %s", strerror(error));
	judge_log(limited, error);
	identify(crash, after, sizeof(after));
	if (error && strcmp(before, after))
		blame(limited, "the armed image is another one");
	if (!armed(crash))
		blame(limited, "no image is armed");
}

static void run_loader(struct limited *limited)
{
	char before[2048];
	int status;
	long found;

	identify(for_crash(&limited->load), before, sizeof(before));
	kmsg_skip();
	found = hits();
	kill(limited->loader, SIGCONT);
	if (waitpid(limited->loader, &status, 0) != limited->loader)
		stop("the loader");
	found = hits() - found;
	if (found > limited->hits)
		limited->hits = found;
	if (found > HITS)
		blame(limited, "its limit was reached %ld times", found);
	judge_end(limited, status, before);
}

static void leave(struct limited *limited)
{
	long left;

	if (limited->holder && waitpid(limited->holder, NULL, WNOHANG))
		blame(limited, "the other process was killed");
	if (count("oom_kill"))
		blame(limited, "%ld were killed", count("oom_kill"));
	if (limited->holder) {
		kill(limited->holder, SIGKILL);
		waitpid(limited->holder, NULL, 0);
	}
	write_text(LIMIT, "max");
	left = squeeze();
	if (left > LEFT_OVER)
		blame(limited, "%ld bytes are still the group's", left);
	if (rmdir(GROUP))
		stop(GROUP);
}

static void set_size(struct limited *limited)
{
	if (truncate(limited->path, limited->fits ? FITS : TOO_LARGE))
		stop(limited->path);
	if (limited->segment)
		limited->segment->memsz = limited->fits ? FITS : TOO_LARGE;
}

/* One load; @size NULL: there is not a page left to the group, for another process has them. */
static void load_limited(struct limited *limited, const char *limit, const char *size, bool fits)
{
	limited->limit = limit;
	limited->size = size;
	limited->fits = fits;
	set_size(limited);
	if (mkdir(GROUP, 0755))
		stop(GROUP);
	limited->holder = size ? 0 : start(limited, hold);
	limited->loader = start(limited, load);
	write_text("/proc/sys/vm/drop_caches", "3");
	set_limit(limited);
	run_loader(limited);
	leave(limited);
}

static void load_with_limits(struct limited *limited)
{
	static const char * const sizes[] = { NULL, "1M", "4M", "16M", "32M", "64M", "128M" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		load_limited(limited, LIMIT, sizes[i], true);
		load_limited(limited, LIMIT, sizes[i], false);
		load_limited(limited, THROTTLE, sizes[i], true);
	}
}

/* A segment that is @initrd, of which nothing is in memory yet. */
static void load_mapped(struct limited *limited, int initrd, struct kexec_segment *segment)
{
	void *data = mmap(NULL, FITS, PROT_READ, MAP_SHARED, initrd, 0);

	if (data == MAP_FAILED)
		stop("a mapping of the initrd");
	*segment = (struct kexec_segment)SEGMENT(data, FITS, some_ram(), FITS);
	limited->segment = segment;
	limited->load = (struct load){ .how = BY_SEGMENTS, .nr = 1, .segments = segment };
}

/* KERNEL INITRD FLAGS: INITRD is made; FLAGS "segments": it is loaded by itself. */
int test_limited(int argc, char **argv)
{
	struct limited limited = { .path = argv[1] };
	struct kexec_segment segment;
	char problem[64] = "";
	long before, lost;
	int initrd;

	close(open(limited.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	initrd = open_file(limited.path);
	if (!strcmp(argv[argc - 1], "segments"))
		load_mapped(&limited, initrd, &segment);
	else
		limited.load = (struct load)FILES(strtoul(argv[argc - 1], NULL, 0),
						  open_file(argv[0]), initrd);
	kmsg_open();
	plan(2);
	load_limited(&limited, LIMIT, "max", true);
	/* there is memory that the first groups take for good */
	load_with_limits(&limited);
	unload(for_crash(&limited.load));
	before = free_kib();
	load_limited(&limited, LIMIT, "max", true);
	load_with_limits(&limited);
	unload(for_crash(&limited.load));
	lost = leaked_kib(before);
	if (lost)
		complain(problem, sizeof(problem), "%ld KiB are gone", lost);
	printf("# fact hits=%ld\n", limited.hits);
	result(limited.problem, "a load is not the group's");
	result(problem, "nothing is leaked");
	return 0;
}
