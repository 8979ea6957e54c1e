/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the library share. */
#ifndef _LIBKEXEC_IMAGE_H
#define _LIBKEXEC_IMAGE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/compiler.h>
#include <linux/kexec.h>
#include "system.h"

/**
 * struct source - a file that is to be loaded
 * @kind: KEXEC_PART_*; not for the kernel
 * @name: its path, or what messages call it
 * @text: what it is told, or NULL
 * @fd: the file, if the caller has opened it, else -1
 * @as_is: a compressed module is not to be unpacked
 */
struct source {
	unsigned int kind;
	char *name, *text;
	int fd;
	bool as_is;
};

/**
 * struct kexec_image - what is to be loaded, and how
 * @kernel: the kernel; without a name if there is none yet
 * @part: files beside it, in the order in which they were added
 * @nr_parts: how many there are
 * @cmdline: command line, NULL if none was set
 * @format: name of the only format wanted, "" for any
 * @profile: profile of a unified kernel image
 * @flags: KEXEC_IMAGE_*
 * @min: lowest address for what is placed here
 * @max: highest address for that
 * @slot: where to
 * @method: how
 * @log: who is told what is done, or NULL
 * @context: for @log
 */
struct kexec_image {
	struct source kernel;
	struct source *part;
	size_t nr_parts;
	char *cmdline;
	const char *format;
	unsigned int profile, flags;
	unsigned long long min, max;
	enum kexec_slot slot;
	enum kexec_method method;
	kexec_log_fn log;
	void *context;
};

static inline bool is_crash(const struct kexec_image *image)
{
	return image->slot == KEXEC_SLOT_CRASH;
}

/* Does the caller limit where this library places the image? */
static inline bool has_limits(const struct kexec_image *image)
{
	return image->min || image->max != ULLONG_MAX;
}

void __printf(2, 3) image_warn(const struct kexec_image *image, const char *format, ...);
void __printf(2, 3) image_debug(const struct kexec_image *image, const char *format, ...);
void source_clear(struct source *source);
int source_make(struct source *source, unsigned int kind, const char *name, const char *text,
		int fd, struct kexec_error *error);
int source_open(const struct source *source, struct kexec_error *error);
int open_again(int fd);
int append_file(int to, int from);
const char *kind_name(unsigned int kind);

/**
 * struct files - what is loaded beside the kernel, opened
 * @part: as kexec_file_load(2) takes them
 * @nr: how many there are
 */
struct files {
	struct kexec_file_part *part;
	size_t nr;
};

/* A bit for a kind of files. */
#define KIND(kind)	(1U << KEXEC_PART_##kind)

bool wants_more_than_bzimage(const struct kexec_image *image);
int open_files(const struct kexec_image *image, struct files *files, struct kexec_error *error);
void close_files(struct files *files);
int call_file_load(const struct kexec_image *image, const struct files *files, int kernel,
		   const char *cmdline, unsigned long flags, struct kexec_error *error);
int call_file_unload(enum kexec_slot slot);

int raw_load(const struct kexec_image *image, int fd, const struct files *files,
	     const char *cmdline, struct kexec_error *error);
int raw_check(const struct kexec_image *image, int fd, const struct files *files,
	      const char *cmdline, struct kexec_error *error);

void add_facts(const struct kexec_image *image, char **line, int fd);
const char *find_parameter(const char *line, const char *name);

void describe_image(const struct kexec_image *image, int fd);
bool is_running_build(int fd);
size_t image_cmdline_max(int fd);
int image_memory(const struct source *source, unsigned long long *size,
		 struct kexec_error *error);

/**
 * struct unpacked - what an initial RAM disk takes
 * @known: it could be unpacked; @files and @bytes are right
 * @program: what unpacks it, or NULL
 * @packed: size of the file
 * @files: files and directories in it
 * @bytes: memory for them
 */
struct unpacked {
	bool known;
	const char *program;
	unsigned long long packed, files, bytes;
};

pid_t spawn_unpacker(const char *program, int input, int output);
int unpack_initrd(const struct source *source, struct unpacked *sum, struct kexec_error *error);

#endif /* _LIBKEXEC_IMAGE_H */
