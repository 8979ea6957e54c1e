/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading through kexec_load(2): what the loaders of formats share. */
#ifndef _LIBKEXEC_RAW_H
#define _LIBKEXEC_RAW_H

#include <errno.h>
#include <linux/compiler.h>
#include <linux/kexec.h>
#include <linux/kexec_formats.h>
#include "image.h"

/* Nothing is placed by choice below this: firmware may still need it. */
#define RAW_LOAD_MIN	0x100000ULL
/* Unless memory below that is the best: boot loaders keep clear of what is below this. */
#define RAW_LOAD_LOW	0x10000ULL
/* The last byte that 32-bit code reaches. */
#define RAW_MAX_32	0xffffffffULL

/**
 * struct bytes - something in memory
 * @data: where
 * @size: how many bytes
 */
struct bytes {
	const void *data;
	size_t size;
};

/**
 * struct part - a file that is loaded beside the image
 * @kind: KEXEC_PART_*
 * @bytes: what is in it
 * @text: what the request says of it, or NULL
 * @offset: where it is among the others, once they are joined
 * @fd: the file
 * @as_is: not to be unpacked
 */
struct part {
	unsigned int kind;
	struct bytes bytes;
	const char *text;
	size_t offset;
	int fd;
	bool as_is;
};

struct machine;

/**
 * struct raw - an image on its way into the kernel
 * @image: what is to be loaded
 * @error: filled in once it has failed
 * @file: the image, unwrapped
 * @cmdline: its command line
 * @part: files beside it
 * @nr_parts: how many there are
 * @machine: what is known of the machine, NULL if nobody has asked
 * @ram: its memory
 * @free: where a segment may still go
 * @segment: what is to be loaded
 * @nr_segments: how many there are
 * @entry: where the image is entered
 * @elf_machine: whose code is there
 * @reason: why it cannot be loaded; empty: no reason was given yet
 * @why: the same for programs
 */
struct raw {
	const struct kexec_image *image;
	struct kexec_error *error;
	struct bytes file;
	const char *cmdline;
	struct part *part;
	size_t nr_parts;
	struct machine *machine;
	struct kexec_ranges ram, free;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	size_t nr_segments;
	u64 entry;
	unsigned int elf_machine;
	char reason[256];
	enum kexec_reason why;
	/* private: */
	struct chunk *chunks;
};

/**
 * struct raw_where - where a segment may go
 * @min: lowest address
 * @max: highest address, inclusive
 * @align: a power of two, at least a page
 * @top_down: as high as possible
 */
struct raw_where {
	u64 min, max, align;
	bool top_down;
};

/**
 * struct raw_format - one that is known
 * @name: as the kernel calls it
 * @load: makes segments of it.  -ENOEXEC without a reason given: it is another one
 */
struct raw_format {
	const char *name;
	int (*load)(struct raw *raw);
};

static inline bool returns(const struct raw *raw)
{
	return raw->image->flags & KEXEC_IMAGE_PRESERVE_CONTEXT;
}

void *raw_alloc(struct raw *raw, size_t size);
void raw_free(struct raw *raw);
int __printf(4, 5) raw_refuse(struct raw *raw, enum kexec_reason why, int err, const char *format,
			      ...);
int raw_take_kinds(struct raw *raw, unsigned int kinds);
int raw_refuse_modes(struct raw *raw);
int raw_read(struct raw *raw, int fd, struct bytes *bytes);
int raw_unwrap(struct raw *raw, int fd);
int raw_unwrap_module(struct raw *raw, struct part *part);
int raw_join(struct raw *raw, unsigned int kind, size_t align, struct bytes *all);

size_t raw_page_size(void);
int raw_place(struct raw *raw, const char *what, struct bytes bytes, u64 mem_size,
	      const struct raw_where *where, u64 *at);
int raw_place_at(struct raw *raw, const char *what, struct bytes bytes, u64 mem_size, u64 at);

int raw_elf_place(struct raw *raw, const struct kexec_elf *elf);
int raw_elf_gather(struct raw *raw, const struct kexec_elf *elf, const struct kexec_elf_run *run,
		   struct bytes *bytes);
int raw_load_elf(struct raw *raw);

#ifdef __x86_64__
int raw_x86_load_elf(struct raw *raw, const struct kexec_elf *elf);
int raw_load_bzimage(struct raw *raw);
int raw_load_uki(struct raw *raw);
int raw_load_multiboot(struct raw *raw);
int raw_load_multiboot2(struct raw *raw);
#else
static inline int raw_x86_load_elf(struct raw *raw __maybe_unused,
				   const struct kexec_elf *elf __maybe_unused)
{
	return -ENOEXEC;
}
#endif

#endif /* _LIBKEXEC_RAW_H */
