// SPDX-License-Identifier: GPL-2.0-only
/* Saying what is to be loaded: struct kexec_image and its setters. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "image.h"

#define KNOWN_FLAGS	(KEXEC_IMAGE_FAST | KEXEC_IMAGE_SELF_EXTRACT | \
			 KEXEC_IMAGE_PRESERVE_CONTEXT | KEXEC_IMAGE_DEBUG | \
			 KEXEC_IMAGE_FORCE_DTB | KEXEC_IMAGE_NO_CMA | KEXEC_IMAGE_NO_CHECK)

/**
 * kexec_image_new() - begin to say what is to be loaded
 *
 * It has no kernel yet, no command line, and is for the normal slot, by
 * KEXEC_METHOD_FILE.
 *
 * Return: it, for kexec_image_free(), or NULL without memory.
 */
struct kexec_image *kexec_image_new(void)
{
	struct kexec_image *image = calloc(1, sizeof(*image));

	if (image) {
		image->kernel.fd = -1;
		image->format = "";
		image->max = ULLONG_MAX;
	}
	return image;
}

/**
 * kexec_image_free() - forget what was said; what is loaded stays
 * @image: it, or NULL
 */
void kexec_image_free(struct kexec_image *image)
{
	if (!image)
		return;
	while (image->nr_parts)
		source_clear(&image->part[--image->nr_parts]);
	source_clear(&image->kernel);
	free(image->part);
	free(image->cmdline);
	free(image);
}

static void tell(const struct kexec_image *image, enum kexec_log_level level,
		 const char *format, va_list args)
{
	char *line;

	if (!image->log || vasprintf(&line, format, args) < 0)
		return;
	image->log(image->context, level, line);
	free(line);
}

/**
 * image_warn() - tell the log callback that something has no effect
 * @image: the image
 * @format: the line
 */
void image_warn(const struct kexec_image *image, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(image, KEXEC_LOG_WARNING, format, args);
	va_end(args);
}

/**
 * image_debug() - tell the log callback what is done, if it is to be told
 * @image: the image
 * @format: the line
 */
void image_debug(const struct kexec_image *image, const char *format, ...)
{
	va_list args;

	if (!(image->flags & KEXEC_IMAGE_DEBUG))
		return;
	va_start(args, format);
	tell(image, KEXEC_LOG_DEBUG, format, args);
	va_end(args);
}

static int set_kernel(struct kexec_image *image, const char *name, int fd,
		      struct kexec_error *error)
{
	struct source kernel;
	int err = source_make(&kernel, 0, name, NULL, fd, error);

	if (err)
		return err;
	source_clear(&image->kernel);
	image->kernel = kernel;
	return 0;
}

static int add_part(struct kexec_image *image, unsigned int kind, const char *name,
		    const char *text, int fd, struct kexec_error *error)
{
	struct source *bigger = reallocarray(image->part, image->nr_parts + 1, sizeof(*bigger));
	int err;

	if (!bigger)
		return error_no_memory(error);
	image->part = bigger;
	err = source_make(&bigger[image->nr_parts], kind, name, text, fd, error);
	if (!err)
		image->nr_parts++;
	return err;
}

static int no_descriptor(const char *name, struct kexec_error *error)
{
	return error_because(error, KEXEC_REASON_ARGUMENT, -EBADF, "the descriptor of %s is none",
			     name ?: "a file");
}

/**
 * kexec_image_set_kernel() - say which kernel to load
 * @image: the image
 * @path: the file; it is opened when the image is loaded
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_set_kernel(struct kexec_image *image, const char *path,
			   struct kexec_error *error)
{
	return set_kernel(image, path, -1, error);
}

/**
 * kexec_image_set_kernel_fd() - say which kernel to load, by a descriptor
 * @image: the image
 * @fd: the file, open for reading; it is duplicated, so the caller may close it, and
 *	where the caller is in it does not change, nor does it matter
 * @name: what messages call it
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_set_kernel_fd(struct kexec_image *image, int fd, const char *name,
			      struct kexec_error *error)
{
	return fd < 0 ? no_descriptor(name, error) : set_kernel(image, name, fd, error);
}

/**
 * kexec_image_add_initrd() - add an initial RAM disk
 * @image: the image
 * @path: the file; several become one, in the order in which they were added
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_add_initrd(struct kexec_image *image, const char *path,
			   struct kexec_error *error)
{
	return add_part(image, KEXEC_PART_INITRD, path, NULL, -1, error);
}

/**
 * kexec_image_add_initrd_fd() - add an initial RAM disk, by a descriptor
 * @image: the image
 * @fd: the file, open for reading; it is duplicated, so the caller may close it, and
 *	where the caller is in it does not change, nor does it matter
 * @name: what messages call it
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_add_initrd_fd(struct kexec_image *image, int fd, const char *name,
			      struct kexec_error *error)
{
	return fd < 0 ? no_descriptor(name, error) :
			add_part(image, KEXEC_PART_INITRD, name, NULL, fd, error);
}

static bool take_word(const char **words, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*words, word, len))
		return false;
	*words += len;
	return true;
}

/* "OPTIONS FILE TEXT": as kexec-tools passes it, the file's name is part of the text. */
static int add_module_of(struct kexec_image *image, const char *words, struct kexec_error *error)
{
	bool as_is = take_word(&words, "--nounzip "), bare = take_word(&words, "--no-name ");
	size_t len = strcspn(words, " ");
	const char *text = bare ? words + len + !!words[len] : words;
	char *path = strndup(words, len);
	int err = path ? add_part(image, KEXEC_PART_MODULE, path, text, -1, error) :
			 error_no_memory(error);

	if (!err)
		image->part[image->nr_parts - 1].as_is = as_is;
	free(path);
	return err;
}

/**
 * kexec_image_add_module() - add a module of a multiboot kernel
 * @image: the image
 * @path: the file; NULL: the name that @text begins with, up to a blank
 * @text: its command line, the name it goes by first, or NULL for none
 * @error: what went wrong
 *
 * A file that gzip or xz has compressed as a whole is unpacked.  Where @path is NULL there
 * may be "--nounzip " in front of the name, which keeps it from that, then "--no-name ", with
 * which the name is no part of the text.
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_add_module(struct kexec_image *image, const char *path, const char *text,
			   struct kexec_error *error)
{
	return path || !text ? add_part(image, KEXEC_PART_MODULE, path, text, -1, error) :
			       add_module_of(image, text, error);
}

/**
 * kexec_image_add_addon() - add an addon of a unified kernel image
 * @image: the image
 * @path: the file
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_add_addon(struct kexec_image *image, const char *path,
			  struct kexec_error *error)
{
	return add_part(image, KEXEC_PART_ADDON, path, NULL, -1, error);
}

/* What kexec-tools calls formats, and what the kernel does. */
static const struct {
	const char *name, *format;
} types[] = {
	{ "bzImage", "bzImage" }, { "bzImage64", "bzImage" },
	{ "elf-x86_64", "ELF" }, { "elf-x86", "ELF" }, { "ELF", "ELF" }, { "vmlinux", "ELF" },
	{ "multiboot-x86", "multiboot" }, { "multiboot", "multiboot" },
	{ "multiboot2-x86", "multiboot2" }, { "multiboot2", "multiboot2" },
	{ "UKI", "UKI" }, { "uki", "UKI" },
};

/* What the kernel calls a type of file; NULL for one that nobody knows. */
static const char *type_format(const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, type))
			return types[i].format;
	return NULL;
}

static struct source *find_part(struct kexec_image *image, unsigned int kind)
{
	size_t i;

	for (i = 0; i < image->nr_parts; i++)
		if (image->part[i].kind == kind)
			return &image->part[i];
	return NULL;
}

static void remove_part(struct kexec_image *image, struct source *part)
{
	size_t behind = image->part + --image->nr_parts - part;

	source_clear(part);
	memmove(part, part + 1, behind * sizeof(*part));
}

/**
 * kexec_image_set_dtb() - say which device tree the kernel is handed
 * @image: the image
 * @path: the file, a flattened tree; NULL: what the loader finds right
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_set_dtb(struct kexec_image *image, const char *path, struct kexec_error *error)
{
	struct source *old;
	int err = path ? add_part(image, KEXEC_PART_DTB, path, NULL, -1, error) : 0;

	if (err)
		return err;
	old = find_part(image, KEXEC_PART_DTB);
	if (old && !(path && old == &image->part[image->nr_parts - 1]))
		remove_part(image, old);
	return 0;
}

/**
 * kexec_image_set_cmdline() - say what the kernel is told
 * @image: the image
 * @cmdline: its command line; NULL: the one a unified kernel image has, or none
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_image_set_cmdline(struct kexec_image *image, const char *cmdline,
			    struct kexec_error *error)
{
	char *line = cmdline ? strdup(cmdline) : NULL;

	if (cmdline && !line)
		return error_no_memory(error);
	free(image->cmdline);
	image->cmdline = line;
	return 0;
}

/**
 * kexec_image_set_type() - take no kernel of another format
 * @image: the image
 * @type: name of the format, as the kernel or kexec-tools has it; NULL: any format
 * @error: what went wrong
 *
 * Return: 0, or -EINVAL for a name that nobody knows.
 */
int kexec_image_set_type(struct kexec_image *image, const char *type, struct kexec_error *error)
{
	const char *format = type ? type_format(type) : "";

	if (!format)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "there is no type of kernel called %s", type);
	image->format = format;
	return 0;
}

/**
 * kexec_image_set_profile() - pick a profile of a unified kernel image
 * @image: the image
 * @profile: its number; 0 is what an image without profiles has
 * @error: what went wrong
 *
 * Return: 0.
 */
int kexec_image_set_profile(struct kexec_image *image, unsigned int profile,
			    struct kexec_error *error)
{
	error_clear(error);
	image->profile = profile;
	return 0;
}

/**
 * kexec_image_set_slot() - say where the image is to wait
 * @image: the image
 * @slot: for a reboot or for a panic
 * @error: what went wrong
 *
 * Return: 0, or -EINVAL for what is no slot.
 */
int kexec_image_set_slot(struct kexec_image *image, enum kexec_slot slot,
			 struct kexec_error *error)
{
	if (slot != KEXEC_SLOT_NORMAL && slot != KEXEC_SLOT_CRASH)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "there is no slot of number %d", slot);
	image->slot = slot;
	return 0;
}

/**
 * kexec_image_set_method() - say which system call is to load
 * @image: the image
 * @method: the kernel as the loader, this library, or either
 * @error: what went wrong
 *
 * Return: 0, or -EINVAL for what is no method.
 */
int kexec_image_set_method(struct kexec_image *image, enum kexec_method method,
			   struct kexec_error *error)
{
	if (method > KEXEC_METHOD_AUTO)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "there is no method of number %d", method);
	image->method = method;
	return 0;
}

/**
 * kexec_image_set_range() - limit where this library places an image
 * @image: the image
 * @min: lowest physical address
 * @max: highest physical address
 * @error: what went wrong
 *
 * The kernel chooses for itself: this is for KEXEC_METHOD_SEGMENTS.
 *
 * Return: 0, or -EINVAL for a range that is empty.
 */
int kexec_image_set_range(struct kexec_image *image, unsigned long long min,
			  unsigned long long max, struct kexec_error *error)
{
	if (min > max)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "0x%llx-0x%llx is no range of addresses", min, max);
	image->min = min;
	image->max = max;
	return 0;
}

/**
 * kexec_image_set_flags() - say how the image is to be loaded
 * @image: the image
 * @flags: KEXEC_IMAGE_*, all of them
 * @error: what went wrong
 *
 * Return: 0, or -EINVAL for a flag that this version does not know.
 */
int kexec_image_set_flags(struct kexec_image *image, unsigned int flags,
			  struct kexec_error *error)
{
	if (flags & ~KNOWN_FLAGS)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "libkexec does not know the flags 0x%x",
				     flags & ~KNOWN_FLAGS);
	image->flags = flags;
	return 0;
}

/**
 * kexec_image_set_log() - have somebody told what is done
 * @image: the image
 * @log: called with one line at a time, without its end; NULL for nobody
 * @context: passed to it
 */
void kexec_image_set_log(struct kexec_image *image, kexec_log_fn log, void *context)
{
	image->log = log;
	image->context = context;
}
