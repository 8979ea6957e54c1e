// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing of what the program is told: its arguments, and what the running kernel has in
 * /proc, /sys, /dev and efivars.
 *
 * Inside of a target all files are made up, but for those below FUZZ_ROOT, which has
 * kernels to be loaded; and what the system calls do that load is to fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <linux/kernel.h>
#include "entries.h"
#include "fuzz.h"
#include "image.h"
#include "options.h"

#define MADE_UP_MAX	256
#define ARGUMENTS_MAX	64
#define PATH_SIZE	512

/* Between two files of an input; each begins with its path and a line end. */
#define SEPARATOR	"\0\xff"
#define SEPARATOR_SIZE	2

struct made_up {
	const uint8_t *path, *data;
	size_t path_size, size;
};

/* The log of the kernel is empty until it refuses to load. */
static struct {
	bool on;
	struct made_up file[MADE_UP_MAX];
	size_t nr;
	int log;
} fake;

static const char *root(void)
{
	return getenv("FUZZ_ROOT") ?: "/nonexistent";
}

static bool is_faked(const char *path)
{
	return fake.on && strncmp(path, root(), strlen(root()));
}

static const struct made_up *find_file(const char *path)
{
	size_t len = strlen(path), i;

	for (i = 0; i < fake.nr; i++)
		if (fake.file[i].path_size == len && !memcmp(fake.file[i].path, path, len))
			return &fake.file[i];
	errno = ENOENT;
	return NULL;
}

/* What is written is an input that was found. */
FILE *__wrap_fopen(const char *path, const char *mode)
{
	const struct made_up *file;

	if (*mode != 'r' || !is_faked(path))
		return __real_fopen(path, mode);
	file = find_file(path);
	return file ? fmemopen((void *)file->data, file->size, "r") : NULL;
}

static int open_in_memory(const struct made_up *file)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	must(fd >= 0);
	must(pwrite(fd, file->data, file->size, 0) == (ssize_t)file->size);
	return fd;
}

int __wrap_open(const char *path, int flags, mode_t mode)
{
	const struct made_up *file;

	if (!is_faked(path))
		return __real_open(path, flags, mode);
	file = find_file(path);
	if (!file)
		return -1;
	if (strcmp(path, "/dev/kmsg"))
		return open_in_memory(file);
	fake.log = memfd_create("log", MFD_CLOEXEC);
	return fake.log;
}

/* Directories have real ones to be listed; there is nothing else to be told of them. */
DIR *__wrap_opendir(const char *path)
{
	char room[PATH_SIZE];

	if (!is_faked(path))
		return __real_opendir(path);
	snprintf(room, sizeof(room), "%s%s", root(), path);
	return __real_opendir(room);
}

ssize_t __wrap_readlink(const char *path, char *name, size_t size)
{
	const struct made_up *file;

	if (!is_faked(path))
		return __real_readlink(path, name, size);
	file = find_file(path);
	if (!file)
		return -1;
	memcpy(name, file->data, file->size < size ? file->size : size);
	return file->size < size ? file->size : size;
}

/* What loads gives the reason in the log, and fails. */
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	const struct made_up *log;

	if (!fake.on)
		return __real_syscall(number, a, b, c, d, e, f);
	must(number == SYS_kexec_load || number == SYS_kexec_file_load);
	log = fake.log < 0 ? NULL : find_file("/dev/kmsg");
	if (log)
		must(pwrite(fake.log, log->data, log->size, 0) == (ssize_t)log->size);
	errno = (log && log->size ? log->data[log->size - 1] : 0) ?: EINVAL;
	return -1;
}

static void add_file(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	struct made_up *file = &fake.file[fake.nr];

	if (!end || fake.nr == MADE_UP_MAX)
		return;
	*file = (struct made_up){ .path = data, .path_size = end - data, .data = end + 1 };
	file->size = size - file->path_size - 1;
	fake.nr++;
}

static void make_up_files(const uint8_t *data, size_t size)
{
	const uint8_t *end;

	fake.log = -1;
	fake.nr = 0;
	while ((end = memmem(data, size, SEPARATOR, SEPARATOR_SIZE))) {
		add_file(data, end - data);
		size -= end - data + SEPARATOR_SIZE;
		data = end + SEPARATOR_SIZE;
	}
	add_file(data, size);
}

/* What the program says is formatted, and nobody reads it. */
void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	must(vprintf(format, args) >= 0);
	va_end(args);
}

int print_error(const struct kexec_error *error)
{
	must(error->code < 0);
	must(memchr(error->cause, '\0', sizeof(error->cause)));
	must(memchr(error->evidence, '\0', sizeof(error->evidence)));
	must(memchr(error->next, '\0', sizeof(error->next)));
	complain("%s%s%s", error->cause, error->evidence, error->next);
	return error->code;
}

int refuse(enum kexec_reason reason, int code, const char *next, const char *format, ...)
{
	va_list args;

	must(code < 0 && *kexec_reason_name(reason));
	va_start(args, format);
	must(vprintf(format, args) >= 0);
	va_end(args);
	complain("%s", next);
	return code;
}

static void log_line(void *context __maybe_unused, enum kexec_log_level level __maybe_unused,
		     const char *line)
{
	complain("%s", line);
}

static void silence(void)
{
	static FILE *nowhere;

	if (nowhere)
		return;
	nowhere = fopen("/dev/null", "w");
	must(nowhere);
	stdout = nowhere;
}

/* Arguments */

/* As after the start of the program. */
static struct request *fresh_request(void)
{
	static char *none[2] = { "kexec" };
	static struct request *req;

	opterr = 0;
	optind = 0;
	if (!req)
		must(!parse_options(1, none, &req));
	*req = (struct request){ .mem_max = ULLONG_MAX };
	optind = 0;
	return req;
}

static void use_request(const struct request *req)
{
	struct kexec_image *image = kexec_image_new();
	struct kexec_error error;

	must(image);
	kexec_image_set_log(image, log_line, NULL);
	if (kexec_image_set_type(image, req->type, &error) ||
	    describe_request(req, image, &error))
		print_error(&error);
	kexec_image_free(image);
}

static void parse(int argc, char **argv)
{
	struct request *req = fresh_request();

	if (!parse_options(argc, argv, &req) && !check_request(req))
		use_request(req);
}

/* Parted by line ends and zeros; all of it is the running kernel's command line, too. */
void take_arguments(const uint8_t *data, size_t size)
{
	char *argv[ARGUMENTS_MAX + 1] = { "kexec" }, *own[ARGUMENTS_MAX];
	const char *text = (const char *)data, *end = text + size;
	int argc = 1, i;
	size_t len;

	silence();
	for (; argc < ARGUMENTS_MAX && text < end; text += len + 1) {
		for (len = 0; text + len < end && text[len] && text[len] != '\n'; len++)
			;
		argv[argc] = strndup(text, len);
		own[argc] = argv[argc];
		must(own[argc++]);
		if (text + len == end)
			break;
	}
	make_up_files((const uint8_t *)"/proc/cmdline\n", strlen("/proc/cmdline\n"));
	fake.file[0].data = data;
	fake.file[0].size = size;
	fake.on = true;
	parse(argc, argv);
	fake.on = false;
	for (i = 1; i < argc; i++)
		free(own[i]);
}

/* Files of the kernel */

static void read_reports(void)
{
	struct request req = {};

	for (; req.json < 2; req.json++) {
		print_report(&req);
		print_status(&req);
	}
}

static void read_cmdline(enum kexec_slot slot)
{
	static const char * const remove[] = { "a", "root" };
	struct kexec_error error;
	char *line;

	if (kexec_cmdline_reuse(slot, "b c", remove, ARRAY_SIZE(remove), &line, &error)) {
		print_error(&error);
		return;
	}
	must(!find_parameter(line, "root"));
	free(line);
}

static void read_estimate(void)
{
	struct kexec_image *image = kexec_image_new();
	struct kexec_estimate *estimate;
	struct kexec_error error;

	must(image);
	if (kexec_estimate_read(image, &estimate, &error)) {
		print_error(&error);
	} else {
		must(kexec_estimate_part(estimate, 0));
		kexec_estimate_free(estimate);
	}
	kexec_image_free(image);
}

static void load(const char *kernel, enum kexec_method method, enum kexec_slot slot)
{
	struct kexec_image *image = kexec_image_new();
	struct kexec_error error;
	char path[PATH_SIZE];

	must(image);
	snprintf(path, sizeof(path), "%s/boot/%s", root(), kernel);
	kexec_image_set_log(image, log_line, NULL);
	must(!kexec_image_set_kernel(image, path, &error));
	must(!kexec_image_set_method(image, method, &error));
	must(!kexec_image_set_slot(image, slot, &error));
	must(!kexec_image_set_flags(image, KEXEC_IMAGE_DEBUG | KEXEC_IMAGE_FAST, &error));
	if (kexec_image_check(image, &error))
		print_error(&error);
	must(kexec_image_load(image, &error));
	print_error(&error);
	kexec_image_free(image);
}

static void read_loader(void)
{
	struct pool pool = {};
	struct told told = {};
	struct scan scan = { .pool = &pool, .root = "", .told = &told };
	struct kexec_entry entry = {
		.id = "a.conf", .menu_id = "a.conf", .sort_id = "a", .source = "s", .kernel = "k",
	};
	struct entry_list list = { .entry = { &entry }, .nr = 1 };
	const char *why = NULL;
	bool strict;

	loader_was_used(&scan, &strict);
	must(loader_choose(&scan, &list, "/efi", &why) || why || pool.failed);
	pool_free(&pool);
}

/* Files with their paths: what the library makes of them, whatever it asks for. */
void take_proc(const uint8_t *data, size_t size)
{
	silence();
	make_up_files(data, size);
	fake.on = true;
	read_reports();
	read_cmdline(KEXEC_SLOT_NORMAL);
	read_cmdline(KEXEC_SLOT_CRASH);
	read_estimate();
	load("kernel", KEXEC_METHOD_FILE, KEXEC_SLOT_NORMAL);
	load("kernel", KEXEC_METHOD_FILE, KEXEC_SLOT_CRASH);
	load("kernel", KEXEC_METHOD_SEGMENTS, KEXEC_SLOT_CRASH);
	load("kernel", KEXEC_METHOD_SEGMENTS, KEXEC_SLOT_NORMAL);
	load("program", KEXEC_METHOD_SEGMENTS, KEXEC_SLOT_NORMAL);
	read_loader();
	fake.on = false;
}
