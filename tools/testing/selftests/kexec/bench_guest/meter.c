// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures in guests whose time stamp counter counts executed instructions.
 *
 * As a program it times loads and starts the handover; as /init of the next
 * kernel it tells when it was reached.  It has no C library, so that neither
 * start-up code nor its size weighs in.
 */
#include <nolibc.h>

#include <linux/kexec.h>
#include <linux/reboot.h>
#include <linux/types.h>
#include <stdbool.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define MIB		(1024UL * 1024)
#define BLOCK		(64UL * 1024)
#define PAGE_KIB	4
#define TAP		"/dev/ttyS1"
#define HANDOVER	"/sys/kernel/kexec/handover"

/* The clock when this program was entered; meter_head.S has read it. */
__u64 meter_entered;

static __u64 clock_now(void)
{
	__u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return ((__u64)high << 32) | low;
}

static void fail(const char *what)
{
	printf("not ok - %s # errno %d\n", what, errno);
	exit(1);
}

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd < 0)
		fail(path);
	return fd;
}

/* Fills @text with what the file has, a read at a time. */
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = -1;
	size_t at = 0;

	if (fd < 0)
		return false;
	while (at < size - 1 && (got = read(fd, text + at, size - 1 - at)) > 0)
		at += got;
	close(fd);
	text[at] = '\0';
	return got >= 0;
}

static void write_text(const char *path, const char *text)
{
	int fd = open_file(path, O_WRONLY);

	write(fd, text, strlen(text));
	close(fd);
}

/* The sum of the numbers that follow @label in @text. */
static long sum_of(const char *text, const char *label)
{
	size_t length = strlen(label);
	long sum = 0;

	for (; *text; text++) {
		if (strncmp(text, label, length))
			continue;
		for (text += length; *text == ' '; text++)
			;
		sum += atol(text);
	}
	return sum;
}

struct memory {
	long available;
	long waiting;
};

/*
 * What could be had without swapping, in KiB, caches left out.  Freed pages first
 * wait on lists of their CPU, tens of thousands of them, where nobody counts them
 * as available; they are no less free for that.
 */
static struct memory free_memory(void)
{
	static char text[BLOCK];
	struct memory memory;

	write_text("/proc/sys/vm/drop_caches", "3");
	write_text("/proc/sys/vm/stat_refresh", "1");
	if (!read_text("/proc/meminfo", text, sizeof(text)))
		fail("/proc/meminfo");
	memory.available = sum_of(text, "MemAvailable:");
	if (!read_text("/proc/zoneinfo", text, sizeof(text)))
		fail("/proc/zoneinfo");
	memory.waiting = sum_of(text, " count:") * PAGE_KIB;
	return memory;
}

/* load NAME KERNEL INITRD COMMAND-LINE FLAGS: the system call alone, and what it keeps. */
static int load(char **argv)
{
	int kernel = open_file(argv[1], O_RDONLY);
	int initrd = open_file(argv[2], O_RDONLY);
	long size = strlen(argv[3]) + 1;
	long flags = atol(argv[4]);
	struct memory before = free_memory(), after;
	__u64 start, end;
	long ret;

	start = clock_now();
	ret = my_syscall5(__NR_kexec_file_load, kernel, initrd, size, argv[3], flags);
	end = clock_now();
	if (ret) {
		errno = -ret;
		fail("kexec_file_load");
	}
	printf("# fact %s=%lu\n", argv[0], (unsigned long)(end - start));
	after = free_memory();
	printf("# fact %s.unavailable=%ld\n", argv[0], before.available - after.available);
	printf("# fact %s.taken=%ld\n", argv[0],
	       before.available + before.waiting - after.available - after.waiting);
	return 0;
}

static int unload(char **argv)
{
	if (my_syscall5(__NR_kexec_file_load, -1, -1, 0, NULL, KEXEC_FILE_UNLOAD))
		fail("unload");
	return 0;
}

/* time NAME PROGRAM ARGUMENT...: the program from fork to exit. */
static int time_program(char **argv)
{
	__u64 start = clock_now();
	int status = 0;
	int child = fork();

	if (!child) {
		execve(argv[1], argv + 1, environ);
		exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		fail(argv[1]);
	printf("# fact %s=%lu\n", argv[0], (unsigned long)(clock_now() - start));
	return 0;
}

/* Leaves the clock in memory that the host reads; what is measured comes at once. */
static void begin(const char *path)
{
	int fd = open_file(path, O_RDWR);
	__u64 *mailbox = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (mailbox == MAP_FAILED)
		fail("mmap of the mailbox");
	/* The first access faults; the second costs one instruction. */
	__atomic_store_n(mailbox, 0, __ATOMIC_RELEASE);
	__atomic_store_n(mailbox, clock_now(), __ATOMIC_RELEASE);
}

/* jump MAILBOX: reboots into the image that is loaded. */
static int jump(char **argv)
{
	begin(argv[0]);
	reboot(LINUX_REBOOT_CMD_KEXEC);
	fail("reboot");
	return 1;
}

/* crash MAILBOX: crashes into the crash image. */
static int crash(char **argv)
{
	int fd = open_file("/proc/sysrq-trigger", O_WRONLY);

	begin(argv[0]);
	write(fd, "c", 1);
	fail("crash");
	return 1;
}

/* fill FILE MIB: numbers that no compressor or page merging would see through. */
static int fill(char **argv)
{
	static __u64 block[BLOCK / sizeof(__u64)];
	int fd = open_file(argv[0], O_WRONLY | O_CREAT | O_TRUNC);
	unsigned long left = atol(argv[1]) * (MIB / BLOCK);
	__u64 state = 88172645463325252ULL;
	size_t i;

	for (; left; left--) {
		for (i = 0; i < BLOCK / sizeof(__u64); i++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			block[i] = state;
		}
		if (write(fd, block, BLOCK) != BLOCK)
			fail("filling a file");
	}
	return 0;
}

/* What the kernel says of the handover that led to it, a fact per file. */
static void tell_handover(void)
{
	char entries[4096], text[256];
	int fd = open(HANDOVER, O_RDONLY | O_DIRECTORY);
	long size, at;

	if (fd < 0 || chdir(HANDOVER))
		return;
	size = my_syscall3(__NR_getdents64, fd, entries, sizeof(entries));
	for (at = 0; at < size; at += ((struct linux_dirent64 *)(entries + at))->d_reclen) {
		const char *name = ((struct linux_dirent64 *)(entries + at))->d_name;

		if (name[0] != '.' && read_text(name, text, sizeof(text)))
			printf("# fact handover.%s=%s\n", name, text);
	}
	close(fd);
}

/* The next kernel has started its first process: this one. */
static int arrive(void)
{
	int tap = open(TAP, O_WRONLY | O_NOCTTY);

	dup2(tap, 1);
	close(tap);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	printf("# stage\n1..1\n# fact entered=%lu\n", (unsigned long)meter_entered);
	tell_handover();
	printf("ok - /init runs\n");
	close(1);
	reboot(LINUX_REBOOT_CMD_RESTART);
	return 1;
}

static const struct command {
	const char *name;
	int operands;
	int (*run)(char **argv);
} commands[] = {
	{ "load", 5, load },
	{ "unload", 0, unload },
	{ "time", 2, time_program },
	{ "jump", 1, jump },
	{ "crash", 1, crash },
	{ "fill", 2, fill },
};

int main(int argc, char **argv)
{
	size_t i;

	if (getpid() == 1)
		return arrive();
	for (i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name) && argc - 2 >= commands[i].operands)
			return commands[i].run(argv + 2);
	printf("not ok - meter has no such command\n");
	return 2;
}
