// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jumps into an image that returns.  The image is called like a function; this
 * one counts the call in a page of this program and returns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "selftest.h"

#define PAGEMAP_PRESENT	BIT(63)
#define PAGEMAP_FRAME	(BIT(55) - 1)
#define PATTERN		0xa5

#define CODE_SIZE	13

#define WAKEUP_COUNT	"/sys/power/wakeup_count"
#define VIRTIO_RNG	"/sys/bus/virtio/drivers/virtio_rng/"

/* movabs $counter, %rax; incl (%rax); ret */
static void write_code(char code[CODE_SIZE], __u64 counter)
{
	memcpy(code, "\x48\xb8", 2);
	memcpy(code + 2, &counter, sizeof(counter));
	memcpy(code + 10, "\xff\x00\xc3", 3);
}

static void *take_memory(size_t size, int flags, int pattern)
{
	void *address = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (address == MAP_FAILED)
		stop("memory");
	memset(address, pattern, size);
	return address;
}

static unsigned long physical(const void *address)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	__u64 entry;

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)address / PAGE * sizeof(entry)) !=
		      sizeof(entry) || !(entry & PAGEMAP_PRESENT))
		stop("/proc/self/pagemap");
	close(fd);
	return (entry & PAGEMAP_FRAME) * PAGE;
}

static void load_code(const atomic_uint *counter, unsigned long base)
{
	char code[CODE_SIZE];
	struct kexec_segment segment = { code, CODE_SIZE, (void *)base, PAGE };
	struct load load = {
		.entry = base, .nr = 1, .segments = &segment, .flags = KEXEC_PRESERVE_CONTEXT,
	};

	write_code(code, physical(counter));
	errno = attempt(&load);
	if (errno)
		stop("load of an image that returns");
}

static bool runs_programs(void)
{
	return !system("/bin/true");
}

static bool clock_runs(void)
{
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	usleep(20000);
	clock_gettime(CLOCK_MONOTONIC, &after);
	return after.tv_sec > before.tv_sec || after.tv_nsec >= before.tv_nsec + 20000000;
}

static void check_jump(atomic_uint *counter, unsigned int number, const char *what)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char problem[128] = "";
	int error;

	error = jump();
	if (error)
		complain(problem, sizeof(problem), "the jump failed: %s", strerror(error));
	if (*counter != number)
		complain(problem, sizeof(problem), "the image ran %u times", *counter);
	if (sysconf(_SC_NPROCESSORS_ONLN) != cpus)
		complain(problem, sizeof(problem), "processors are missing");
	if (!runs_programs())
		complain(problem, sizeof(problem), "programs do not run");
	if (!clock_runs())
		complain(problem, sizeof(problem), "the clock stands still");
	result(problem, what);
}

static void check_memory(const __u8 *memory, size_t size)
{
	size_t i = 0;

	while (i < size && memory[i] == PATTERN)
		i++;
	result(i < size ? "it changed" : "", "memory is as it was");
}

int test_context(int argc, char **argv)
{
	const unsigned int jumps = atoi(argv[argc - 1]);
	const size_t size = total_memory() / 2;
	atomic_uint *counter = take_memory(PAGE, MAP_LOCKED, 0);
	__u8 *memory = take_memory(size, 0, PATTERN);
	unsigned int number;

	/* the image runs where memory is in use, which has to make way and come back */
	plan(jumps + 3);
	for (number = 1; number <= jumps; number++) {
		load_code(counter, physical(memory + size / 2));
		check_jump(counter, number, "jump into an image and back");
	}
	check_jump(counter, number, "jump into it once more without a load");
	check_memory(memory, size);
	result(unload(false) || armed(false) ? "it is still loaded" : "", "unload the image");
	return 0;
}

/*
 * From here on devices do not go to sleep: an event that is to wake the system has not been
 * fetched.  Processes do not either, but that is only looked at when one of them has to be
 * waited for; this has to be the only one.
 */
static int stay_awake(void)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLWAKEUP };
	int events = eventfd(0, 0), queue = epoll_create1(0);
	char count[32] = "";
	int fd = open(WAKEUP_COUNT, O_RDWR);

	if (events < 0 || epoll_ctl(queue, EPOLL_CTL_ADD, events, &event))
		stop("an event that wakes the system");
	if (fd < 0 || read(fd, count, sizeof(count)) <= 0 ||
	    pwrite(fd, count, strlen(count), 0) < 0)
		stop(WAKEUP_COUNT);
	close(fd);
	if (eventfd_write(events, 1))
		stop("the event");
	return queue;
}

static void check_awake(const atomic_uint *counter)
{
	char problem[128] = "";
	int error = jump();

	if (error != EBUSY)
		complain(problem, sizeof(problem), "it ended with %s", strerror(error));
	if (*counter)
		complain(problem, sizeof(problem), "the image ran");
	result(problem, "jump while devices do not go to sleep");
}

/* No driver is given a device as long as any of them is about to sleep. */
static void check_devices(void)
{
	int bind = open(VIRTIO_RNG "bind", O_WRONLY);

	write_text(VIRTIO_RNG "unbind", "virtio0");
	result(write(bind, "virtio0", 7) < 0 ? strerror(errno) : "",
	       "a device is given a driver after that");
	close(bind);
}

/* Run as the first process, with no other one there. */
int test_awake(int argc, char **argv)
{
	atomic_uint *counter = take_memory(PAGE, MAP_LOCKED, 0);
	__u8 *memory = take_memory(PAGE, 0, PATTERN);
	int queue;

	(void)argc;
	(void)argv;
	plan(3);
	load_code(counter, physical(memory));
	queue = stay_awake();
	check_awake(counter);
	check_devices();
	close(queue);
	check_jump(counter, 1, "jump into the image when they do");
	return reboot(RB_AUTOBOOT);
}
