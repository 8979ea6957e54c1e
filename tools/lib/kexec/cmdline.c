// SPDX-License-Identifier: GPL-2.0-only
/* The command line of the kernel to be loaded. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "image.h"

/* What parts two parameters; the kernel takes all of these for white space. */
#define BLANKS	" \t\n\v\f\r"

/* A parameter ends at white space that is not inside double quotes. */
static size_t parameter_length(const char *s)
{
	bool quoted = false;
	size_t n;

	for (n = 0; s[n] && (quoted || !strchr(BLANKS, s[n])); n++)
		if (s[n] == '"')
			quoted = !quoted;
	return n;
}

/* Dash and underscore are the same in the name of a parameter. */
static bool same_letters(const char *parameter, const char *name, size_t len)
{
	char a, b;

	for (; len--; parameter++, name++) {
		a = *parameter == '-' ? '_' : *parameter;
		b = *name == '-' ? '_' : *name;
		if (a != b)
			return false;
	}
	return true;
}

/*
 * Is the parameter, with a value or without one, of that name?  The quotes may be
 * around all of it.
 */
static bool has_name(const char *parameter, const char *name)
{
	size_t len;

	parameter += *parameter == '"';
	len = strcspn(parameter, "=\"" BLANKS);
	return len == strlen(name) && same_letters(parameter, name, len);
}

/* Where a boot loader found the old kernel says nothing about the new one. */
static const char * const dropped[] = { "BOOT_IMAGE" };

/*
 * What a kernel with little memory, all of it reserved for it, must not be told:
 * to reserve more, to use memory that is not its own, to wake up from a
 * hibernation, or to wait for a debugger that nobody answers.
 */
static const char * const dropped_for_panic[] = {
	"crashkernel", "elfcorehdr", "fadump",
	"hugepages", "hugepagesz", "default_hugepagesz", "hugetlb_cma",
	"cma", "cma_pernuma", "numa_cma", "movablecore", "kernelcore",
	"log_buf_len", "trace_buf_size", "swiotlb", "mem", "memmap", "reserve_mem",
	"slab_debug", "slub_debug", "page_poison", "page_owner",
	"debug_pagealloc", "kmemleak", "init_on_alloc", "init_on_free",
	"resume", "resume_offset", "kgdbwait", "kgdboc",
};

static bool is_one_of(const char *parameter, const char * const *names, size_t nr)
{
	while (nr--)
		if (has_name(parameter, *names++))
			return true;
	return false;
}

/* What is left out of a reused command line. */
struct filter {
	bool panic;
	const char *const *remove;
	size_t nr_remove;
	const char *append;
};

static bool is_dropped(const struct filter *f, const char *parameter)
{
	return is_one_of(parameter, dropped, ARRAY_SIZE(dropped)) ||
	       is_one_of(parameter, f->remove, f->nr_remove) ||
	       (f->panic && is_one_of(parameter, dropped_for_panic,
				      ARRAY_SIZE(dropped_for_panic)));
}

/*
 * Goes on to the next parameter: skips white space, sets its length.  False at the end
 * and at a "--", behind which come words of the init program.
 */
static bool next_parameter(const char **line, size_t *len)
{
	*line += strspn(*line, BLANKS);
	*len = parameter_length(*line);
	return *len && !(*len == 2 && !strncmp(*line, "--", 2));
}

static bool same_parameter(const char *a, const char *b, size_t len)
{
	size_t name = strcspn(a, "=");

	name = name < len ? name : len;
	return same_letters(a, b, name) && !memcmp(a + name, b + name, len - name);
}

/*
 * The last of several counts, so that a line that is reused again and again does not
 * grow.  Only whole parameters: console= and others may be given several values.
 */
static bool comes_again(const char *parameter, size_t len, const char *rest)
{
	size_t other;

	for (; next_parameter(&rest, &other); rest += other)
		if (other == len && same_parameter(parameter, rest, len))
			return true;
	return false;
}

/*
 * Writes what is kept of @line to @kept, which has room for all of it.
 *
 * Return: the end of the line, from a "--" on.
 */
static const char *filter(const struct filter *f, const char *line, char *kept)
{
	char *to = kept;
	size_t len;

	for (; next_parameter(&line, &len); line += len) {
		if (is_dropped(f, line) || comes_again(line, len, line + len) ||
		    comes_again(line, len, f->append))
			continue;
		if (to != kept)
			*to++ = ' ';
		to = mempcpy(to, line, len);
	}
	*to = '\0';
	return line;
}

/**
 * find_parameter() - find a parameter with a value
 * @line: command line
 * @name: name of the parameter
 *
 * Return: the last such parameter, which has a '=', or NULL.
 */
const char *find_parameter(const char *line, const char *name)
{
	const char *found = NULL;
	size_t len;

	for (; next_parameter(&line, &len); line += len)
		if (has_name(line, name) && memchr(line, '=', len))
			found = line;
	return found;
}

/*
 * What is given already counts.  The parameter goes to the front: behind a "--"
 * it would be the init program's.
 */
static void add_parameter(char **line, const char *name, size_t longest)
{
	unsigned long long value;
	char *whole;

	if (find_parameter(*line, name) || !read_number("fast", name, &value))
		return;
	if (asprintf(&whole, "%s=%llu%s%s", name, value,
		     **line ? " " : "", *line) < 0)
		return;
	if (strlen(whole) > longest) {
		free(whole);
		return;
	}
	free(*line);
	*line = whole;
}

/**
 * add_facts() - tell a kernel what it would measure again
 * @image: what is to be loaded
 * @line: its command line, which may be exchanged for another allocated one
 * @fd: its kernel
 *
 * lpj= counts loops per timer tick, so it is right only where the number of
 * ticks per second is the same: the new kernel must be the build that runs.
 */
void add_facts(const struct kexec_image *image, char **line, int fd)
{
	size_t longest = image_cmdline_max(fd);

	if (!kernel_reports())
		image_warn(image,
			   "--fast changes nothing: the running kernel tells no measurements");
	add_parameter(line, "tsc_early_khz", longest);
	if (is_running_build(fd))
		add_parameter(line, "lpj", longest);
	else
		image_debug(image, "no lpj=: the new kernel is another build");
}

/* Without the line feed at its end; NULL with errno set if it cannot be read. */
static char *running_cmdline(void)
{
	FILE *f = fopen("/proc/cmdline", "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (!f)
		return NULL;
	n = getdelim(&line, &room, '\0', f);
	if (n < 0) {
		free(line);
		line = ferror(f) ? NULL : strdup("");
	} else if (n && line[n - 1] == '\n') {
		line[n - 1] = '\0';
	}
	fclose(f);
	return line;
}

/* Takes over @head. */
static char *join(char *head, const char *tail)
{
	char *whole = NULL;

	if (head && asprintf(&whole, "%s%s%s", head, *head && *tail ? " " : "", tail) < 0)
		whole = NULL;
	free(head);
	return whole;
}

/* Takes over @line.  What is appended is for the kernel: it comes before words of init. */
static char *reuse(const struct filter *f, char *line)
{
	char *kept = line ? malloc(strlen(line) + 1) : NULL;
	const char *rest;

	if (kept) {
		rest = filter(f, line, kept);
		kept = join(join(kept, f->append), rest);
	}
	free(line);
	return kept;
}

/**
 * kexec_cmdline_reuse() - make a command line of the running kernel's
 * @slot: what for: for KEXEC_SLOT_CRASH more is left out, see kexec(8)
 * @append: what follows, or NULL
 * @remove: names of parameters to leave out
 * @nr_remove: how many there are
 * @cmdline: set to it, for free()
 * @error: what went wrong
 *
 * BOOT_IMAGE= is left out, and whatever comes again later on, in @append too.
 *
 * Return: 0 or a negative errno.
 */
int kexec_cmdline_reuse(enum kexec_slot slot, const char *append, const char *const *remove,
			size_t nr_remove, char **cmdline, struct kexec_error *error)
{
	struct filter f = { slot == KEXEC_SLOT_CRASH, remove, nr_remove, append ?: "" };

	errno = ENOMEM;
	*cmdline = reuse(&f, running_cmdline());
	if (*cmdline)
		return 0;
	return error_unreadable(error, "/proc/cmdline");
}
