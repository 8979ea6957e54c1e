// SPDX-License-Identifier: GPL-2.0-only
/* What is said of loads, in the log and in sysfs, is true, whole, and in one line. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows.h"

#define FILE_UNKNOWN	BIT(30)
#define RAW_UNKNOWN	BIT(40)
#define EXBIBYTE	BIT(60)
/* Loads by which both files must have been read, again and again. */
#define EXCHANGES	2000
#define OF_EACH		20

static unsigned int lines_in(const char *text)
{
	unsigned int lines = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		lines++;
	}
	return lines;
}

/* A record that is about memory, or that has a kernel address in it. */
static void find_chatter(const char *record, void *arg)
{
	const char *text = strchr(record, ';');
	char *problem = arg;

	if (text && (strstr(text, "alloc") || strstr(text, "ffff") || strstr(text, "\\x0a")))
		snprintf(problem, 256, "the log says: %.200s", text + 1);
}

/* The call fails, and the slot says in one line, that has @words, why. */
static void check_error(const char *name, const struct load *load, const char *words)
{
	char text[512], problem[1024] = "", chatter[256] = "";
	int error;

	kmsg_skip();
	error = attempt(load);
	read_slot(for_crash(load), "error", text, sizeof(text));
	kmsg_each(find_chatter, chatter);
	if (!error)
		complain(problem, sizeof(problem), "it was loaded");
	if (!strstr(text, words) || lines_in(text) != 1)
		complain(problem, sizeof(problem), "error says \"%.*s\" in %u lines",
			 (int)strcspn(text, "\n"), text, lines_in(text));
	if (chatter[0])
		complain(problem, sizeof(problem), "%s", chatter);
	result(problem, name);
}

static void check_flags(int kernel)
{
	static const char words[] = "flag bits that this kernel does not know";
	const struct load file = KERNEL(-1);
	const struct load loads[] = {
		FILES(FILE_UNKNOWN, kernel, -1),
		FILES(FILE_UNKNOWN | KEXEC_FILE_ON_CRASH, kernel, -1),
		{ .flags = RAW_UNKNOWN }, { .flags = RAW_UNKNOWN | KEXEC_ON_CRASH },
	};
	size_t i;

	plan(1 + ARRAY_SIZE(loads));
	check_error("a descriptor that is none", &file, "not open for reading");
	for (i = 0; i < ARRAY_SIZE(loads); i++)
		check_error(loads[i].how == BY_FILE ? "unknown flags, of files" : "unknown flags",
			    &loads[i], words);
}

/* Files whose size says more than there is, or without an end. */
static void check_sizes(int kernel)
{
	int huge = make_file(NULL, EXBIBYTE), core = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	const struct load loads[] = {
		FILES(0, kernel, core), FILES(0, kernel, huge), KERNEL(huge), KERNEL(core),
		FILES(KEXEC_FILE_ON_CRASH, kernel, huge), FILES(KEXEC_FILE_ON_CRASH, kernel, core),
	};
	size_t i;

	if (core < 0)
		stop("/proc/kcore");
	plan(ARRAY_SIZE(loads));
	for (i = 0; i < ARRAY_SIZE(loads); i++)
		check_error(loads[i].initrd == huge || loads[i].kernel == huge ?
			    "a file of 1 EiB" : "all of memory as a file", &loads[i], "");
}

static void check_lines(int kernel)
{
	static const char * const formats[] = {
		"x\nkexec: fake", "\n", "x\r\33[2J", "\177\200\377",
	};
	struct load load = KERNEL(kernel);
	size_t i;

	plan(ARRAY_SIZE(formats));
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		load.format = formats[i];
		check_error("a format whose name has no letters only", &load,
			    "no loader has the name");
	}
}

/* Reads the file to its end, @step bytes at a time at most. */
static size_t read_whole(const char *path, char *text, size_t size, size_t step)
{
	int fd = open_file(path);
	size_t used = 0;
	ssize_t got;

	do {
		got = read(fd, text + used, size - used < step ? size - used : step);
		used += got > 0 ? got : 0;
	} while (got > 0);
	close(fd);
	return used;
}

/* A program's command line is shown as it is, however long, and however it is read. */
static void check_command_line(int kernel, char *line, size_t length, size_t step)
{
	struct load load = LINE(kernel, line, length + 1);
	char problem[128] = "", name[64];
	char *found = malloc(MIB + PAGE);
	size_t size;
	int error;

	if (!found)
		stop("memory");
	line[length] = '\0';
	error = attempt(&load);
	size = read_whole("/sys/kernel/kexec/normal/command_line", found, MIB + PAGE, step);
	line[length] = 'a' + length % 26;
	if (error)
		complain(problem, sizeof(problem), "%s", strerror(error));
	if (size != length + 1 || memcmp(found, line, length) || found[length] != '\n')
		complain(problem, sizeof(problem), "%zu bytes are shown", size);
	snprintf(name, sizeof(name), "a command line of %zu bytes, read by %zu", length, step);
	result(problem, name);
	free(found);
}

static void check_command_lines(int kernel)
{
	static const struct {
		size_t length, step;
	} lines[] = {
		{ 1, PAGE }, { PAGE - 2, PAGE }, { PAGE - 1, PAGE }, { PAGE, PAGE },
		{ PAGE, PAGE - 1 }, { PAGE + 1, PAGE }, { 9999, 1000 }, { 9999, 7 },
		{ MIB - 1, MIB }, { MIB - 1, 12345 },
	};
	char *line = malloc(MIB);
	size_t i;

	if (!line)
		stop("memory");
	for (i = 0; i < MIB; i++)
		line[i] = 'a' + i % 26;
	plan(ARRAY_SIZE(lines));
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		check_command_line(kernel, line, lines[i].length, lines[i].step);
	free(line);
}

/* A descriptor that stands for one file and another by turns. */
struct exchange {
	int files[2];
	int shown;
	bool stop;
};

static void *exchange_files(void *arg)
{
	struct exchange *exchange = arg;
	unsigned int i;

	for (i = 0; !__atomic_load_n(&exchange->stop, __ATOMIC_RELAXED); i++)
		dup2(exchange->files[i % 2], exchange->shown);
	return NULL;
}

/* The kernel's name and its format are those of one file. */
static void count_names(const struct exchange *exchange, unsigned int seen[2], unsigned int *wrong)
{
	const struct load load = KERNEL(exchange->shown);
	char name[256], format[64];
	unsigned int i;

	for (i = 0; i < EXCHANGES; i++) {
		if (attempt(&load))
			continue;
		read_slot(false, "kernel", name, sizeof(name));
		read_slot(false, "format", format, sizeof(format));
		seen[!strstr(format, "ELF")]++;
		*wrong += !strstr(name, "/boot/kernel") != !strstr(format, "ELF");
	}
}

static void check_exchanged(int elf, int multiboot)
{
	struct exchange exchange = { { elf, multiboot }, dup(elf) };
	unsigned int seen[2] = { }, wrong = 0;
	char problem[128] = "";
	pthread_t thread;

	if (pthread_create(&thread, NULL, exchange_files, &exchange))
		stop("a thread");
	count_names(&exchange, seen, &wrong);
	__atomic_store_n(&exchange.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	if (wrong)
		complain(problem, sizeof(problem), "%u loads have the name of another file", wrong);
	if (seen[0] < OF_EACH || seen[1] < OF_EACH)
		complain(problem, sizeof(problem), "the files were not exchanged: %u and %u loads",
			 seen[0], seen[1]);
	plan(1);
	result(problem, "the kernel has the name of the file that was read");
}

static void check_odd_name(void)
{
	char name[256], problem[512] = "";
	struct load load = KERNEL(-1);
	int error;

	if (link("/boot/kernel", "/boot/a\nb"))
		stop("/boot/a\\nb");
	load.kernel = open_file("/boot/a\nb");
	error = attempt(&load);
	read_slot(false, "kernel", name, sizeof(name));
	if (error || lines_in(name) != 1 || !strstr(name, "/boot/a\\x0ab"))
		complain(problem, sizeof(problem), "%s; the name is shown as \"%s\"",
			 strerror(error), name);
	plan(1);
	result(problem, "the name of a file that has a newline in it");
	close(load.kernel);
}

/* The slot shows the file that was read and the command line that was given. */
static void check_shown(const char *path, int kernel)
{
	static const char line[] = "kselftest=1 quiet";
	const struct load load = LINE(kernel, line, sizeof(line));
	char name[512], shown[512], problem[1024] = "", wanted[PATH_MAX];
	int error = attempt(&load);

	read_slot(false, "kernel", name, sizeof(name));
	read_slot(false, "command_line", shown, sizeof(shown));
	if (!realpath(path, wanted))
		stop(path);
	if (error)
		complain(problem, sizeof(problem), "%s", strerror(error));
	if (strncmp(name, wanted, strlen(wanted)) || strcmp(name + strlen(wanted), "\n"))
		complain(problem, sizeof(problem), "the kernel is shown as \"%s\"", name);
	if (strncmp(shown, line, strlen(line)) || strcmp(shown + strlen(line), "\n"))
		complain(problem, sizeof(problem), "the command line is shown as \"%s\"", shown);
	plan(1);
	result(problem, "what is loaded is shown");
}

/* What can be told of any kernel's file. */
int test_sysfs(int argc, char **argv)
{
	int kernel = open_file(argv[argc - 1]);

	kmsg_open();
	check_flags(kernel);
	check_sizes(kernel);
	check_lines(kernel);
	check_shown(argv[0], kernel);
	return 0;
}

int test_told(int argc, char **argv)
{
	int elf = open_file(argv[0]), multiboot = open_file(argv[argc - 1]);

	kmsg_open();
	check_flags(elf);
	check_sizes(elf);
	check_lines(elf);
	check_command_lines(elf);
	check_exchanged(elf, multiboot);
	check_odd_name();
	return 0;
}
