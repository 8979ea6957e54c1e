// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a guest.  The command line says what is to be done: kx.load=file
 * or kx.load=segments has the next kernel loaded, by either system call, kx.crash for the
 * crash slot, and entered; without them a kernel has arrived.  A kernel with a dump
 * to show looks at it.  TAP goes to the port of a virtio console.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage.h"

#define TAP		"/dev/vport0p1"
#define TOOL		"/bin/kexec"
#define KERNEL		"/boot/kernel"
#define PAUSE_US	10000
#define MAX_FILE	(64 * MIB)

static char command_line[PAGE];

static noreturn void finish(void)
{
	sync();
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, 0);
	for (;;)
		pause();
}

/* Ends a guest that cannot go on. */
void bail(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	finish();
}

/* Files below /proc and /sys do not say how long they are. */
struct bytes read_file(const char *path)
{
	struct bytes file = { malloc(MAX_FILE), 0 };
	int fd = open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0 || !file.data)
		bail(path);
	while ((n = read(fd, file.data + file.size, MAX_FILE - file.size)) > 0)
		file.size += n;
	if (n < 0 || file.size == MAX_FILE)
		bail(path);
	close(fd);
	return file;
}

static void read_line(const char *path, char *line, size_t size)
{
	struct bytes file = read_file(path);

	if (file.size >= size)
		bail(path);
	memcpy(line, file.data, file.size);
	line[file.size] = '\0';
	line[strcspn(line, "\n")] = '\0';
	free(file.data);
}

static void check(bool good, const char *name, const char *format, ...)
{
	va_list args;

	if (good) {
		printf("ok - %s\n", name);
		return;
	}
	printf("not ok - %s # ", name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static bool told(const char *word)
{
	char line[PAGE], *found;

	snprintf(line, sizeof(line), "%s", command_line);
	for (found = strtok(line, " "); found; found = strtok(NULL, " "))
		if (!strcmp(found, word))
			return true;
	return false;
}

/* The port is there once the host has answered the driver. */
static void open_tap(void)
{
	int fd;

	while ((fd = open(TAP, O_WRONLY)) < 0)
		usleep(PAUSE_US);
	dup2(fd, STDOUT_FILENO);
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void bring_up(void)
{
	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
		finish();
	open_tap();
	read_line("/proc/cmdline", command_line, sizeof(command_line));
}

static void say_facts(void)
{
	struct utsname name;

	uname(&name);
	printf("# stage\n# fact release=%s\n# fact machine=%s\n# fact cmdline=%s\n"
	       "# fact cpus=%ld\n", name.release, name.machine, command_line,
	       sysconf(_SC_NPROCESSORS_ONLN));
}

/* Its words go to the console. */
static int run(const char *const *arguments)
{
	pid_t child = fork();
	int status;

	if (!child) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execv(arguments[0], (char *const *)arguments);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		bail(arguments[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static long load_files(bool crash, const char *line)
{
	char option[PAGE + 32];
	const char *const arguments[] = {
		TOOL, "-s", "-d", crash ? "-p" : "-l", KERNEL, "--initrd=/boot/initrd", option, NULL
	};

	snprintf(option, sizeof(option), "--command-line=%s", line);
	return run(arguments);
}

static bool armed(bool crash)
{
	char text[8];

	read_line(crash ? "/sys/kernel/kexec_crash_loaded" : "/sys/kernel/kexec_loaded", text,
		  sizeof(text));
	return !strcmp(text, "1");
}

static void enter(bool crash)
{
	const char *const arguments[] = { TOOL, "-e", NULL };
	int fd;

	if (!crash) {
		run(arguments);
		return;
	}
	fd = open("/proc/sysrq-trigger", O_WRONLY);
	if (write(fd, "c", 1) != 1)
		bail("SysRq");
}

static void load_and_enter(bool files)
{
	bool crash = told("kx.crash");
	char line[PAGE];
	long error;

	printf("1..2\n");
	read_line("/boot/cmdline", line, sizeof(line));
	error = files ? load_files(crash, line) : load_segments(crash, line);
	check(!error, "the next kernel is loaded", "%ld", error);
	check(armed(crash), "it is in its slot", "the slot is empty");
	enter(crash);
	check(false, "it is entered", "this kernel goes on");
}

static void arrive(void)
{
	const char *problem;

	printf("1..1\n");
	if (access("/proc/vmcore", F_OK)) {
		check(true, "a kernel has arrived", "");
		return;
	}
	problem = vmcore_problem();
	check(!problem, "the dump of the kernel before", "%s", problem);
	printf("# fact dump=yes\n");
}

int main(void)
{
	bring_up();
	say_facts();
	if (told("kx.load=file") || told("kx.load=segments"))
		load_and_enter(told("kx.load=file"));
	else
		arrive();
	finish();
}
