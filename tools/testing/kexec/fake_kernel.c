// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stand-in for the kernel under tools/kexec, to be preloaded: system calls
 * that load, jump or end the machine are written to FAKE_LOG instead, and
 * answered as FAKE_FILE_ERRNO, FAKE_RAW_ERRNO, FAKE_REBOOT_ERRNO and
 * FAKE_EXEC_ERRNO say; with FAKE_OLD, what an old kernel does not know is EINVAL, or ENOSYS,
 * and with FAKE_KNOWN so are flags of a file load that are not in that number;
 * with FAKE_LOSES a load empties the crash slot first, as many kernels do;
 * with FAKE_DISARMS a reboot that fails empties the normal one;
 * with FAKE_DUMP the bytes of segments are written to files there; with FAKE_JUMP a
 * reboot ends it all, with FAKE_END any of them, with that status; with FAKE_SLOW they
 * take so many milliseconds, and so does sync().  Files in /proc, /sys, /dev and /run
 * are looked for below FAKE_ROOT, if that is set, and so is /.dockerenv.  With FAKE_NO_MEMORY
 * lists do not grow.  FAKE_DEVICES has
 * words of NAME=NUMBER: a file system whose files have that in their names is on the disk of
 * that number, and in by-uuid/ this is that disk.  shutdown is never run.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <linux/kexec.h>

static void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(atoi(getenv("FAKE_LOG")), format, args);
	va_end(args);
}

static long answer(const char *variable)
{
	const char *value = getenv(variable);

	errno = value ? atoi(value) : 0;
	return errno ? -1 : 0;
}

static ssize_t real_readlink(const char *path, char *name, size_t size)
{
	ssize_t (*real)(const char *path, char *name, size_t size);

	real = dlsym(RTLD_NEXT, "readlink");
	return real(path, name, size);
}

/* The name shows that the caller's own file arrived, not a copy. */
static const char *name_of(int fd, char *name, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = real_readlink(link, name, size - 1);
	name[n > 0 ? n : 0] = '\0';
	return n > 0 ? name : "none";
}

static void log_reason(void)
{
	const char *record = getenv("FAKE_RECORD");
	char path[512];
	FILE *f;

	if (!record)
		return;
	snprintf(path, sizeof(path), "%s/dev/kmsg", getenv("FAKE_ROOT"));
	f = fopen(path, "a");
	fputs(record, f);
	fclose(f);
}

static void empty_slot(const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/sys/kernel/%s", getenv("FAKE_ROOT"), name);
	f = fopen(path, "w");
	fputs("0\n", f);
	fclose(f);
}

static void lose_crash_kernel(void)
{
	if (getenv("FAKE_LOSES"))
		empty_slot("kexec_crash_loaded");
}

/* What an initrd that the program made itself holds; others are known by name. */
static void log_memory_file(int fd)
{
	char data[256], name[64];
	ssize_t n;

	if (strncmp(name_of(fd, name, sizeof(name)), "/memfd:", 7))
		return;
	n = pread(fd, data, sizeof(data), 0);
	log_line(" joined");
	for (ssize_t i = 0; i < n; i++)
		log_line("%c", data[i] < ' ' ? '|' : data[i]);
}

static void log_args(const struct kexec_file_args *args)
{
	const struct kexec_file_part *part = (void *)(uintptr_t)args->parts;
	char name[256];
	uint32_t i;

	log_line(" [%s] %u '%s' %u", (char *)(uintptr_t)args->cmdline, args->cmdline_len,
		 args->format, args->profile);
	for (i = 0; i < args->nr_parts; i++) {
		log_line(" %u:%s:%s", part[i].kind, name_of(part[i].fd, name, sizeof(name)),
			 part[i].cmdline_len ? (char *)(uintptr_t)part[i].cmdline : "");
		if (part[i].flags)
			log_line("!%x", part[i].flags);
	}
}

/* Kernels that do not know the structure do not look at it. */
static long fake_load_with_args(int kernel, const struct kexec_file_args *args, size_t size,
				unsigned long flags)
{
	char name[256];

	log_line("args %s 0x%lx", name_of(kernel, name, sizeof(name)), flags);
	if (!getenv("FAKE_OLD") && size == sizeof(*args))
		log_args(args);
	log_line("\n");
	log_reason();
	errno = EINVAL;
	return getenv("FAKE_OLD") ? -1 : answer("FAKE_FILE_ERRNO");
}

static int knows(unsigned long flags)
{
	const char *known = getenv("FAKE_KNOWN");

	return !known || !(flags & ~strtoul(known, NULL, 0));
}

static long fake_file_load(va_list args)
{
	int kernel = va_arg(args, int), initrd = va_arg(args, int);
	size_t len = va_arg(args, size_t);
	const char *cmdline = va_arg(args, const char *);
	unsigned long flags = va_arg(args, unsigned long);
	char k[256], i[256];

	if (flags & KEXEC_FILE_ARGS)
		return fake_load_with_args(kernel, (const void *)cmdline, len, flags);
	log_line("file %s %s [%s] %zu 0x%lx", name_of(kernel, k, sizeof(k)),
		 name_of(initrd, i, sizeof(i)), cmdline ?: "", len, flags);
	log_memory_file(initrd);
	log_line("\n");
	log_reason();
	lose_crash_kernel();
	if (knows(flags))
		return answer("FAKE_FILE_ERRNO");
	errno = EINVAL;
	return -1;
}

static uint32_t sum(const struct kexec_segment *s)
{
	const uint8_t *bytes = s->buf;
	uint32_t total = 0;
	size_t i;

	for (i = 0; i < s->bufsz; i++)
		total = total * 31 + bytes[i];
	return total;
}

static void dump(const struct kexec_segment *s, unsigned long number)
{
	char path[512];
	FILE *f;

	if (!getenv("FAKE_DUMP"))
		return;
	snprintf(path, sizeof(path), "%s/%lu", getenv("FAKE_DUMP"), number);
	f = fopen(path, "w");
	fwrite(s->buf, 1, s->bufsz, f);
	fclose(f);
}

static long fake_raw_load(va_list args)
{
	unsigned long entry = va_arg(args, unsigned long);
	unsigned long n = va_arg(args, unsigned long), i;
	const struct kexec_segment *s = va_arg(args, struct kexec_segment *);
	unsigned long flags = va_arg(args, unsigned long);

	log_line("raw 0x%lx 0x%lx", entry, flags);
	for (i = 0; i < n; i++, s++) {
		log_line(" %p+0x%zx/0x%zx:%x", s->mem, s->memsz, s->bufsz, sum(s));
		dump(s, i);
	}
	log_line("\n");
	log_reason();
	lose_crash_kernel();
	return answer("FAKE_RAW_ERRNO");
}

static void take_time(void)
{
	if (getenv("FAKE_SLOW"))
		usleep(atoi(getenv("FAKE_SLOW")) * 1000);
}

/* It loads nothing, and old kernels lack it. */
static long real_openat2(va_list args)
{
	long (*real)(long number, ...) = dlsym(RTLD_NEXT, "syscall");
	int fd = va_arg(args, int);
	const char *path = va_arg(args, const char *);
	void *how = va_arg(args, void *);
	size_t size = va_arg(args, size_t);

	if (getenv("FAKE_OLD")) {
		errno = ENOSYS;
		return -1;
	}
	return real(SYS_openat2, fd, path, how, size);
}

long syscall(long number, ...)
{
	long result;
	va_list args;

	if (number == SYS_openat2) {
		va_start(args, number);
		result = real_openat2(args);
		va_end(args);
		return result;
	}
	if (getenv("FAKE_END"))
		_exit(atoi(getenv("FAKE_END")));
	take_time();
	va_start(args, number);
	if (number == SYS_kexec_file_load) {
		result = fake_file_load(args);
	} else if (number == SYS_kexec_load) {
		result = fake_raw_load(args);
	} else {
		log_line(number == SYS_reboot ? "reboot\n" : "unexpected\n");
		if (getenv("FAKE_JUMP"))
			_exit(0);
		if (getenv("FAKE_DISARMS"))
			empty_slot("kexec_loaded");
		result = answer("FAKE_REBOOT_ERRNO");
	}
	va_end(args);
	return result;
}

/* Always the same, so that what is loaded can be compared. */
ssize_t getrandom(void *buf, size_t size, unsigned int flags)
{
	(void)flags;
	memset(buf, 0xaa, size);
	return size;
}

/* Not every file system that tests run on would have them. */
ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)
{
	(void)fd;
	(void)name;
	(void)value;
	(void)size;
	errno = ENODATA;
	return -1;
}

void sync(void)
{
	log_line("synced\n");
	take_time();
}

static int fake_exec(const char *file, va_list args)
{
	const char *arg;

	log_line("%s:", file);
	while ((arg = va_arg(args, const char *)))
		log_line(" %s", arg);
	log_line("\n");
	if (answer("FAKE_EXEC_ERRNO"))
		return -1;
	_exit(0);
}

int execlp(const char *file, const char *arg, ...)
{
	va_list args;
	int result;

	va_start(args, arg);
	result = fake_exec(file, args);
	va_end(args);
	return result;
}

int execl(const char *path, const char *arg, ...)
{
	va_list args;
	int result;

	va_start(args, arg);
	result = fake_exec(path, args);
	va_end(args);
	return result;
}

/* Of the kernel log a record at a time: lines with a space in front belong to the last one. */
static ssize_t record_in(int fd, const char *buf, ssize_t n)
{
	ssize_t len = 0;

	while (len < n) {
		len += strcspn(buf + len, "\n") + 1;
		if (len < n && buf[len] != ' ')
			break;
	}
	len = len < n ? len : n;
	lseek(fd, len - n, SEEK_CUR);
	return len;
}

ssize_t read(int fd, void *buf, size_t size)
{
	ssize_t (*real)(int fd, void *buf, size_t size), n;
	char name[256];
	size_t len;

	real = dlsym(RTLD_NEXT, "read");
	n = real(fd, buf, size);
	len = strlen(name_of(fd, name, sizeof(name)));
	if (n <= 0 || (size_t)n == size || len < 9 || strcmp(name + len - 9, "/dev/kmsg"))
		return n;
	((char *)buf)[n] = '\0';
	return record_in(fd, buf, n);
}

static int is_faked(const char *path)
{
	static const char * const tops[] = {
		"/proc/", "/sys/", "/dev/", "/run/", "/.dockerenv"
	};

	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++)
		if (!strncmp(path, tops[i], strlen(tops[i])))
			return 1;
	return 0;
}

static const char *redirect(const char *path, char *room, size_t size)
{
	if (!getenv("FAKE_ROOT") || !is_faked(path))
		return path;
	snprintf(room, size, "%s%s", getenv("FAKE_ROOT"), path);
	return room;
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*real)(const char *path, const char *mode);
	char room[512];

	real = dlsym(RTLD_NEXT, "fopen");
	return real(redirect(path, room, sizeof(room)), mode);
}

int open(const char *path, int flags, ...)
{
	int (*real)(const char *path, int flags, ...);
	char room[512];

	real = dlsym(RTLD_NEXT, "open");
	return real(redirect(path, room, sizeof(room)), flags);
}

void *reallocarray(void *old, size_t nr, size_t size)
{
	if (getenv("FAKE_NO_MEMORY") || __builtin_mul_overflow(nr, size, &size)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, size);
}

int access(const char *path, int mode)
{
	int (*real)(const char *path, int mode);
	char room[512];

	real = dlsym(RTLD_NEXT, "access");
	return real(redirect(path, room, sizeof(room)), mode);
}

DIR *opendir(const char *path)
{
	DIR *(*real)(const char *path);
	char room[512];

	real = dlsym(RTLD_NEXT, "opendir");
	return real(redirect(path, room, sizeof(room)));
}

ssize_t readlink(const char *path, char *name, size_t size)
{
	char room[512];

	return real_readlink(redirect(path, room, sizeof(room)), name, size);
}

static void set_device(const char *path, struct stat *st)
{
	const char *word = getenv("FAKE_DEVICES");
	char name[256];
	int number, len;

	for (; word && sscanf(word, " %255[^=]=%d%n", name, &number, &len) == 2; word += len) {
		if (!strstr(path, name))
			continue;
		st->st_dev = makedev(8, number);
		st->st_rdev = st->st_dev;
		if (strstr(path, "/by-uuid/"))
			st->st_mode = S_IFBLK | 0600;
	}
}

int stat(const char *path, struct stat *st)
{
	int (*real)(const char *path, struct stat *st);
	int err;

	real = dlsym(RTLD_NEXT, "stat");
	err = real(path, st);
	if (!err)
		set_device(path, st);
	return err;
}
