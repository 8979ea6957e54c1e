// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory an initial RAM disk takes once it is unpacked.
 *
 * The file is a row of cpio archives (Documentation/driver-api/early-userspace/
 * buffer-format.rst): plain ones first, as for microcode, then one that is usually
 * compressed.  That is unpacked by the program for it, and only counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <linux/kernel.h>
#include "image.h"

#define HEADER_SIZE	110	/* magic, then 13 numbers of eight hexadecimal digits */
#define HEADER_FILE	54
#define HEADER_NAME	94
#define TRAILER		"TRAILER!!!"
#define NAME_MAX_SIZE	4096

/* An inode, a directory entry and what they hang from. */
#define ENTRY_SIZE	1024

static const struct compressor {
	const char *magic;
	size_t length;
	const char *program;
} compressors[] = {
	{ "\x1f\x8b", 2, "gzip" },
	{ "\xfd\x37zXZ", 5, "xz" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd" },
	{ "\x02\x21\x4c\x18", 4, "lz4" },
	{ "\x04\x22\x4d\x18", 4, "lz4" },
	{ "BZh", 3, "bzip2" },
	{ "\x89LZO", 4, "lzop" },
	{ "\x5d\0\0", 3, "xz" },
};

/* A row of archives that is read from front to end. */
struct stream {
	FILE *f;
	unsigned long long at, page;
	struct unpacked *sum;
};

static bool take(struct stream *s, void *to, size_t size)
{
	s->at += size;
	return fread(to, 1, size, s->f) == size;
}

static bool skip(struct stream *s, unsigned long long size)
{
	char scrap[4096];
	size_t n;

	for (; size; size -= n) {
		n = size < sizeof(scrap) ? size : sizeof(scrap);
		if (!take(s, scrap, n))
			return false;
	}
	return true;
}

static bool align(struct stream *s)
{
	return skip(s, -s->at & 3);
}

/* The eight digits at @field. */
static unsigned long number(const char *header, size_t field)
{
	char digits[9] = "";

	memcpy(digits, header + field, 8);
	return strtoul(digits, NULL, 16);
}

static void count(struct stream *s, unsigned long size)
{
	s->sum->files++;
	s->sum->bytes += ENTRY_SIZE + (size + s->page - 1) / s->page * s->page;
}

/* One file of an archive; @last is set at its trailer. */
static bool take_entry(struct stream *s, bool *last)
{
	char header[HEADER_SIZE], name[NAME_MAX_SIZE] = "";
	unsigned long name_size, size;

	if (!take(s, header, sizeof(header)) || memcmp(header, "07070", 5))
		return false;
	name_size = number(header, HEADER_NAME);
	size = number(header, HEADER_FILE);
	if (!name_size || name_size > sizeof(name) || !take(s, name, name_size) || !align(s))
		return false;
	*last = !strncmp(name, TRAILER, sizeof(name));
	if (!*last)
		count(s, size);
	return skip(s, size) && align(s);
}

static bool take_archive(struct stream *s)
{
	bool last = false;

	while (!last)
		if (!take_entry(s, &last))
			return false;
	return true;
}

/* Past the zeros between archives; what begins there, or EOF. */
static int next_archive(struct stream *s)
{
	int c;

	while ((c = getc(s->f)) == 0)
		s->at++;
	if (c != EOF)
		ungetc(c, s->f);
	return c;
}

static bool take_plain(struct stream *s)
{
	int c;

	while ((c = next_archive(s)) == '0')
		if (!take_archive(s))
			return false;
	return c == EOF;
}

static const struct compressor *find_compressor(const char *start, size_t size)
{
	const struct compressor *c;

	for (c = compressors; c < compressors + ARRAY_SIZE(compressors); c++)
		if (size >= c->length && !memcmp(start, c->magic, c->length))
			return c;
	return NULL;
}

/**
 * spawn_unpacker() - run a program that unpacks what it reads
 * @program: its name
 * @input: file to unpack, from its offset on
 * @output: where to write what comes out
 *
 * Return: its process ID, which is to be waited for, or a negative number.
 */
pid_t spawn_unpacker(const char *program, int input, int output)
{
	char *const arguments[] = { (char *)program, "-dc", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;

	if (posix_spawn_file_actions_init(&actions))
		return -1;
	if (posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) ||
	    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) ||
	    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0) ||
	    posix_spawnp(&pid, program, &actions, NULL, arguments, environ))
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/*
 * Takes over @output.  Nobody else reads from it, so the program ends when we do; how
 * says nothing: there may be padding that it complains of.
 */
static bool take_output(struct stream *outer, int output, pid_t pid)
{
	struct stream s = { .f = fdopen(output, "re"), .page = outer->page, .sum = outer->sum };
	bool whole = s.f && take_plain(&s);

	if (s.f)
		fclose(s.f);
	else
		close(output);
	waitpid(pid, NULL, 0);
	return whole && s.at;
}

static bool unpack_with(struct stream *s, const char *program)
{
	int ends[2], input = fileno(s->f);
	pid_t pid;

	if (lseek(input, s->at, SEEK_SET) < 0 || pipe2(ends, O_CLOEXEC))
		return false;
	pid = spawn_unpacker(program, input, ends[1]);
	close(ends[1]);
	if (pid > 0)
		return take_output(s, ends[0], pid);
	close(ends[0]);
	return false;
}

static bool take_compressed(struct stream *s)
{
	const struct compressor *c;
	char start[8];
	size_t n = fread(start, 1, sizeof(start), s->f);

	c = find_compressor(start, n);
	if (!c)
		return false;
	s->sum->program = c->program;
	return unpack_with(s, c->program);
}

/* Reading moves the place in it, which may be somebody else's, too. */
static int open_to_read(const struct source *source)
{
	int fd = source_open(source, NULL), again = fd;

	if (fd >= 0 && source->fd >= 0) {
		again = open_again(fd);
		close(fd);
	}
	return again;
}

/**
 * unpack_initrd() - see what is in an initial RAM disk
 * @source: the file
 * @sum: filled in
 * @error: says why the file cannot be read
 *
 * Return: 0 or a negative errno.  That it could not be unpacked is no error, but
 * @sum->known is not set then.
 */
int unpack_initrd(const struct source *source, struct unpacked *sum, struct kexec_error *error)
{
	int fd = open_to_read(source), err = fd < 0 ? fd : -EINVAL;
	struct stream s = { .page = sysconf(_SC_PAGESIZE), .sum = sum };
	struct stat st;

	*sum = (struct unpacked){};
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
		s.f = fdopen(fd, "re");
	if (s.f && !fseek(s.f, 0, SEEK_SET)) {
		sum->packed = st.st_size;
		sum->known = take_plain(&s) || take_compressed(&s);
		err = 0;
	}
	if (s.f)
		fclose(s.f);
	else if (fd >= 0)
		close(fd);
	return err ? error_file(error, err, "cannot read", source->name) : 0;
}
