/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec: what the rest of the kernel sees.
 *
 * Documentation/kdump/design.rst fixes the words used here: image, slot,
 * segment, destination, source, control pages, handover.
 */
#ifndef LINUX_KEXEC_H
#define LINUX_KEXEC_H

#include <linux/bits.h>

/*
 * An image's entry list: what every architecture's trampoline walks.  An entry
 * is a page-aligned physical address with one of these bits; IND_DONE ends the
 * list.  After an IND_DESTINATION each IND_SOURCE fills one page and moves the
 * destination on by one page.  Assembly tests the bits by number.
 */
#define IND_SOURCE_BIT		3
#define IND_SOURCE		BIT(IND_SOURCE_BIT)
#define IND_DONE_BIT		2
#define IND_DONE		BIT(IND_DONE_BIT)
#define IND_INDIRECTION_BIT	1
#define IND_INDIRECTION		BIT(IND_INDIRECTION_BIT)
#define IND_DESTINATION_BIT	0
#define IND_DESTINATION		BIT(IND_DESTINATION_BIT)
#define IND_FLAGS		(IND_SOURCE | IND_DONE | IND_INDIRECTION | IND_DESTINATION)

#ifndef __ASSEMBLY__

#include <linux/crash_reserve.h>
#include <linux/io.h>
#include <linux/range.h>
#include <linux/verification.h>
#include <linux/vmcore_info.h>
#include <uapi/linux/kexec.h>

extern note_buf_t __percpu *crash_notes;

#ifdef CONFIG_KEXEC_CORE

#include <linux/compat.h>
#include <linux/highmem.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/crash_core.h>
#include <linux/kexec_arch.h>
#include <linux/kexec_loader.h>

#define KEXEC_CORE_NOTE_NAME			CRASH_CORE_NOTE_NAME

/* Flags this kernel takes; the syscalls refuse every other bit first thing. */
#define KEXEC_FLAGS_JUMP	(IS_ENABLED(CONFIG_KEXEC_JUMP) ? KEXEC_PRESERVE_CONTEXT : 0)
#define KEXEC_FLAGS		(KEXEC_ON_CRASH | KEXEC_FLAGS_JUMP | \
				 KEXEC_UPDATE_ELFCOREHDR | KEXEC_CRASH_HOTPLUG_SUPPORT)
#define KEXEC_FILE_FLAGS	(KEXEC_FILE_UNLOAD | KEXEC_FILE_ON_CRASH | \
				 KEXEC_FILE_NO_INITRAMFS | KEXEC_FILE_DEBUG | \
				 KEXEC_FILE_NO_CMA | KEXEC_FILE_FORCE_DTB | \
				 KEXEC_FILE_SELF_EXTRACT | KEXEC_FILE_ARGS | \
				 KEXEC_FILE_NO_CHECK)

/**
 * struct kexec_segment - a range of the new image
 * @buf:   its bytes in user memory (kexec_load)
 * @kbuf:  its bytes in kernel memory (kexec_file_load)
 * @bufsz: number of bytes that are real
 * @mem:   destination: physical address, as the boot CPU counts it
 * @memsz: size of the destination in bytes, a multiple of PAGE_SIZE
 */
struct kexec_segment {
	union {
		void __user *buf;
		void *kbuf;
	};
	size_t bufsz;
	unsigned long mem;
	size_t memsz;
};

/* a word of the entry list */
typedef unsigned long kimage_entry_t;

/* kimage.type: the slot an image is for */
#define KEXEC_TYPE_DEFAULT	0
#define KEXEC_TYPE_CRASH	1

/**
 * enum kexec_wish - how a place for a segment is to be, the best first
 * @KEXEC_WISH_FREE:  free
 * @KEXEC_WISH_WHOLE: all of it looks as if it can be claimed
 * @KEXEC_WISH_MOST:  nearly all of it does
 * @KEXEC_WISH_ANY:   any place in RAM
 */
enum kexec_wish {
	KEXEC_WISH_FREE,
	KEXEC_WISH_WHOLE,
	KEXEC_WISH_MOST,
	KEXEC_WISH_ANY,
};

/**
 * struct kexec_search - the search for places, from the first segment to the last
 * @pages:    pages of all segments so far
 * @looked:   pages looked at
 * @left:     pages that may still be looked at
 * @wish:     how the place is that was found last
 * @drained:  folios have been called in from the CPUs
 * @nr_tried: entries of @tried in use
 * @tried:    places of the current segment that could not be had
 */
struct kexec_search {
	unsigned long pages;
	unsigned long looked;
	unsigned long left;
	enum kexec_wish wish;
	bool drained;
	unsigned int nr_tried;
	struct range tried[3];
};

/**
 * enum kexec_control_place - where the control pages of a crash image may lie
 * @KEXEC_CONTROL_BESIDE:    beside the armed image
 * @KEXEC_CONTROL_REHEARSED: where it is, too; but nothing is written there yet
 * @KEXEC_CONTROL_OVER:	     where it was
 */
enum kexec_control_place {
	KEXEC_CONTROL_BESIDE,
	KEXEC_CONTROL_REHEARSED,
	KEXEC_CONTROL_OVER,
};

struct kexec_check;

/**
 * struct kimage - an image, from the start of its load until it is freed
 * @head:	first word of the entry list, read by the trampoline
 * @start:	physical address the image is entered at
 * @type:	KEXEC_TYPE_*
 * @preserve_context: the image returns to this kernel
 * @file_mode:	loaded by kexec_file_load
 * @self_extract: enter the image's own decompressor (KEXEC_FILE_SELF_EXTRACT)
 * @force_dtb:	hand over the running kernel's device tree (KEXEC_FILE_FORCE_DTB)
 * @direct:	entered past the image's own decompressor
 * @unpacks:	entered at its own decompressor
 * @marks:	the trampoline says on the serial console what it does
 * @hotplug_support: the kernel may update the image's ELF core header
 * @elfcorehdr_updated: it was rewritten after the load
 * @elfcorehdr_index: segment that holds the ELF core header, or -1
 * @hp_action:	hotplug event being handled, KEXEC_CRASH_HP_*
 * @nr_segments: how many of @segment are in use
 * @segment:	the segments; destinations never overlap
 * @segment_name: what they are, NULL where the caller did not say
 * @timeline:	where the new kernel looks for the handover's record, physical; 0: nowhere
 * @moves:	first page of moves, physical; 0: everything is placed
 * @placed:	bytes loaded straight to their destination
 * @bounced:	bytes that the trampoline moves there
 * @kernel_name: path of the kernel file, NULL if unknown
 * @cmdline:	command line, NULL if there is none
 * @loaded:	when it was armed, seconds since the epoch
 * @swap_page:	spare page for a trampoline that swaps; normal images only
 * @control_code_page: KEXEC_CONTROL_PAGE_SIZE bytes for the trampoline
 * @arch:	what the architecture keeps
 * @vmcoreinfo_data_copy: copy of VMCOREINFO inside the crash memory
 * @elf_load_addr: destination of the ELF core header, physical
 * @elf_headers_sz: its size in bytes
 * @elf_headers: ELF core header of a crash image, until the load ends
 * @fops:	loader that took the image
 * @kernel_buf_len: bytes in @kernel_buf
 * @kernel_buf:	kernel file, until the load ends
 * @format:	name of the format the caller insists on, "" if none
 * @profile:	number of the profile to use of an image that has several
 * @initrd_buf_len: bytes in @initrd_buf
 * @initrd_buf:	all initrds, until the load ends
 * @modules_len: bytes in @modules_buf
 * @modules_buf: all modules, until the load ends
 * @part:	what is loaded beside the kernel, until the load ends
 * @nr_parts:	how many there are
 * @cmdline_buf_len: bytes in @cmdline_buf, final NUL included
 * @cmdline_buf: command line, until the load ends
 * @purgatory_info: see there
 * @image_loader_data: what the loader's load() returned
 * @is_ima_segment_index_set: @ima_segment_index is valid
 * @ima_segment_index: segment of the measurement list
 * @ima_buffer_size: its size in bytes
 * @ima_buffer_addr: its destination, physical
 * @ima_buffer:	measurement list handed to the next kernel
 */
struct kimage {
	kimage_entry_t head;
	unsigned long start;
	unsigned int type : 1;
	unsigned int preserve_context : 1;
	unsigned int file_mode : 1;
	unsigned int self_extract : 1;
	unsigned int force_dtb : 1;
	unsigned int direct : 1;
	unsigned int unpacks : 1;
	unsigned int marks : 1;
	unsigned int hotplug_support : 1;
	bool elfcorehdr_updated;
	int elfcorehdr_index;
	int hp_action;

	unsigned long nr_segments;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	const char *segment_name[KEXEC_SEGMENT_MAX];

	unsigned long timeline;
	unsigned long moves;
	unsigned long placed;
	unsigned long bounced;
	char *kernel_name;
	char *cmdline;
	time64_t loaded;

	struct page *swap_page;
	struct page *control_code_page;
#ifdef ARCH_HAS_KIMAGE_ARCH
	struct kimage_arch arch;
#endif

	void *vmcoreinfo_data_copy;
	unsigned long elf_load_addr;
	unsigned long elf_headers_sz;
	void *elf_headers;

#ifdef CONFIG_KEXEC_FILE
	const struct kexec_file_ops *fops;
	unsigned long kernel_buf_len;
	void *kernel_buf;
	char format[KEXEC_FILE_FORMAT_SIZE];
	u32 profile;
	unsigned long initrd_buf_len;
	void *initrd_buf;
	unsigned long modules_len;
	void *modules_buf;
	struct kexec_part *part;
	unsigned int nr_parts;
	unsigned long cmdline_buf_len;
	char *cmdline_buf;
	struct purgatory_info purgatory_info;
	void *image_loader_data;
#endif

	bool is_ima_segment_index_set;
	unsigned long ima_segment_index;
	size_t ima_buffer_size;
	phys_addr_t ima_buffer_addr;
	void *ima_buffer;

	/* private: kernel/ */
	struct page **source[KEXEC_SEGMENT_MAX];	/* one per destination page */
	unsigned long source_room[KEXEC_SEGMENT_MAX];	/* entries in each list of them, */
	unsigned long source_at[KEXEC_SEGMENT_MAX];	/* and the address it was made for */
	struct kexec_search search;
	struct kexec_check *check;			/* what it has to be like; or NULL */
	bool no_check;					/* enter it whatever it is like */
	void *parts_buf;				/* where all parts can be seen, */
	struct vm_struct *parts_area;			/* some only once they have pages */
	struct list_head control_pages;
	struct list_head entry_pages;
	struct list_head unusable_pages;
	unsigned long set_aside;			/* how many there have been */
	bool over_armed;				/* segments may lie over the armed image */
	enum kexec_control_place control;
	bool crowded;					/* the armed image left no room for them */
	unsigned long control_start;
	unsigned long control_page;
	unsigned long bare_tails;
	bool kernel_bufs;
};

void *kimage_map_segment(struct kimage *image, unsigned long addr, unsigned long size);
void kimage_unmap_segment(void *buffer);

/* The two slots. */
extern struct kimage *kexec_image;
extern struct kimage *kexec_crash_image;

/* Set for good once a normal handover has begun. */
extern bool kexec_in_progress;

int kernel_kexec(void);

extern bool kexec_file_dbg_print;
#define kexec_dprintk(fmt, ...)					\
do {								\
	if (kexec_file_dbg_print)				\
		pr_info(fmt, ##__VA_ARGS__);			\
} while (0)

#if defined(CONFIG_COMPAT)
/* struct kexec_segment as a 32-bit caller lays it out */
struct compat_kexec_segment {
	compat_uptr_t	buf;
	compat_size_t	bufsz;
	compat_ulong_t	mem;
	compat_size_t	memsz;
};
#endif

#else /* !CONFIG_KEXEC_CORE */

#include <linux/crash_core.h>

struct kimage;

#define kexec_in_progress	false

static inline void kimage_unmap_segment(void *buffer) { }
static inline void *kimage_map_segment(struct kimage *image, unsigned long addr,
				       unsigned long size)
{
	return NULL;
}

#endif /* CONFIG_KEXEC_CORE */

#ifdef CONFIG_KEXEC_SIG
void set_kexec_sig_enforced(void);
#else
static inline void set_kexec_sig_enforced(void) { }
#endif

#endif /* __ASSEMBLY__ */

#endif /* LINUX_KEXEC_H */
