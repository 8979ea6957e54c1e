/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_file_load: what a loader of an image format provides, and what it may call.
 */
#ifndef LINUX_KEXEC_LOADER_H
#define LINUX_KEXEC_LOADER_H

#include <linux/elf.h>
#include <linux/module.h>	/* Elf_Ehdr */
#include <linux/sizes.h>
#include <linux/types.h>

struct file;
struct kimage;

/**
 * struct kexec_buf - a segment-to-be and the constraints on its destination
 * @image:     image it becomes a segment of
 * @name:      what it is, in a word or three; NULL if nobody needs to know
 * @mem:       destination; KEXEC_BUF_MEM_UNKNOWN asks for one, which is returned here
 * @memsz:     size of the destination in bytes; rounded up to pages
 * @buffer:    its bytes; must live until the load ends
 * @bufsz:     number of bytes at @buffer
 * @buf_min:   lowest physical address allowed
 * @buf_max:   highest physical address allowed, inclusive
 * @buf_align: alignment of the destination in bytes; at least a page
 * @top_down:  take the highest place that fits, not the lowest
 * @lowest:    take the lowest place that fits, at any cost: what is there now does not count
 * @random:    take any place that fits, chosen at random
 */
struct kexec_buf {
	struct kimage *image;
	const char *name;
	unsigned long mem;
	unsigned long memsz;
	void *buffer;
	unsigned long bufsz;
	unsigned long buf_min;
	unsigned long buf_max;
	unsigned long buf_align;
	bool top_down;
	bool lowest;
	bool random;
};

#ifdef CONFIG_KEXEC_FILE
/**
 * struct purgatory_info - the relocatable object of an arch with a purgatory
 * @ehdr:          the object as linked into the kernel, read only
 * @sechdrs:       its section headers with final addresses, until the load ends
 * @purgatory_buf: its relocated bytes, until the load ends
 */
struct purgatory_info {
	const Elf_Ehdr *ehdr;
	Elf_Shdr *sechdrs;
	void *purgatory_buf;
};

typedef int (kexec_verify_sig_t)(const char *kernel_buf, unsigned long kernel_len);
/* releases what the load's data holds; the data itself is kfree()d after it */
typedef int (kexec_cleanup_t)(void *loader_data);
/* adds segments, sets image->start; returns data for the cleanup or ERR_PTR() */
typedef void *(kexec_load_t)(struct kimage *image,
			     char *kernel_buf, unsigned long kernel_len,
			     char *initrd, unsigned long initrd_len,
			     char *cmdline, unsigned long cmdline_len);
/* 0: this format is mine; -ENOEXEC: it is not, or cannot be entered here */
typedef int (kexec_probe_t)(const char *kernel_buf, unsigned long kernel_size);

/* looks at all there is before the files are laid out; may add parts */
typedef int (kexec_prepare_t)(struct kimage *image);

/**
 * struct kexec_file_ops - a loader: everything about one image format
 * @name:	the format's name for people; NULL: "image"
 * @has_profiles: images of the format may have several profiles
 * @verify_sig:	check the signature of the whole file; NULL: there is none
 * @cleanup:	free what @load left, after success and after failure
 * @prepare:	have a say in parts and command line before they are laid out; NULL:
 *		the format has initrds only
 * @load:	lay the image out
 * @probe:	is the file of this format?  Looks at content only.
 *
 * All run with the load lock held and may sleep.
 */
struct kexec_file_ops {
	const char *name;
	bool has_profiles;
	kexec_verify_sig_t	*verify_sig;
	kexec_cleanup_t		*cleanup;
	kexec_prepare_t		*prepare;
	kexec_load_t		*load;
	kexec_probe_t		*probe;
};

/* Files that one call can name, and room for what loaders find besides. */
#define KEXEC_PARTS_MAX		64
/* No format takes a text of a megabyte: each has a lower limit of its own. */
#define KEXEC_TEXT_MAX		SZ_1M
#define KEXEC_PARTS_ROOM	(3 * KEXEC_PARTS_MAX + 8)

/**
 * struct kexec_part - bytes that are loaded beside the kernel
 * @kind:    KEXEC_PART_*
 * @file:    the file they are in, unless
 * @data:    they are in memory already
 * @owned:   @data is to be freed
 * @as_is:   a compressed one is not to be unpacked
 * @size:    how many
 * @offset:  where they will be, from the start of all parts
 * @cmdline: text that goes with them, NULL if there is none
 */
struct kexec_part {
	unsigned int kind;
	struct file *file;
	const void *data;
	bool owned;
	bool as_is;
	size_t size;
	size_t offset;
	char *cmdline;
};

int kimage_add_data(struct kimage *image, unsigned int kind, const void *data,
		    unsigned long size, bool first);
int kimage_read_part(struct kexec_part *part);
int kimage_unwrap_part(struct kexec_part *part);
int kimage_take_kinds(struct kimage *image, unsigned long kinds);
struct kexec_part *kimage_find_dtb(struct kimage *image);

#ifdef CONFIG_KEXEC_SIG
bool kexec_sig_required(void);
int kexec_check_signature(const struct kexec_file_ops *ops, const void *buf, unsigned long len,
			  const char *what);
#else
static inline bool kexec_sig_required(void) { return false; }

static inline int kexec_check_signature(const struct kexec_file_ops *ops, const void *buf,
					unsigned long len, const char *what)
{
	return 0;
}
#endif

int kexec_add_buffer(struct kexec_buf *kbuf);
void kimage_leave_tail(struct kimage *image, unsigned long segment);

int kexec_load_purgatory(struct kimage *image, struct kexec_buf *kbuf);
void *kexec_purgatory_get_symbol_addr(struct kimage *image, const char *name);
int kexec_purgatory_get_set_symbol(struct kimage *image, const char *name, void *buf,
				   unsigned int size, bool get_value);

int kexec_kernel_verify_pe_sig(const char *kernel, unsigned long kernel_len);

#endif /* CONFIG_KEXEC_FILE */

#ifdef CONFIG_KEXEC_ELF
/**
 * struct kexec_elf_info - an ELF file and its parsed headers
 * @buffer:   the file, owned by whoever called kexec_build_elf_info()
 * @ehdr:     ELF header in native byte order
 * @proghdrs: program headers in native byte order
 */
struct kexec_elf_info {
	const char *buffer;
	const struct elfhdr *ehdr;
	const struct elf_phdr *proghdrs;
};

int kexec_elf_probe(const char *buf, unsigned long len);
int kexec_build_elf_info(const char *buf, size_t len, struct elfhdr *ehdr,
			 struct kexec_elf_info *elf_info);
int kexec_elf_load(struct kimage *image, struct elfhdr *ehdr, struct kexec_elf_info *elf_info,
		   struct kexec_buf *kbuf, unsigned long *lowest_load_addr);
void kexec_free_elf_info(struct kexec_elf_info *elf_info);
#endif

#endif /* LINUX_KEXEC_LOADER_H */
