// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the files of a load.
 *
 * The kernel is read to temporary memory.  What lies beside it, initrds and
 * modules, are parts: each file is read once, into one run of addresses where
 * the parts follow each other as they will in memory, so that loaders see a
 * single buffer whatever it is made of.  Where that is possible the addresses are
 * only reserved at first, and become a mapping of the pages where the new image
 * will find the bytes.
 */

#define pr_fmt(fmt) "kexec_file: " fmt

#include <linux/cc_platform.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/kexec.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/vmalloc.h>

#include "kexec_internal.h"

/* cpio archives start at multiples of this. */
#define INITRD_ALIGN	4

static int file_refuse(int err, const char *what)
{
	switch (err) {
	case -EBADF:
		return kexec_refuse(err, "the %s file descriptor is not open for reading", what);
	case -EINVAL:
		return kexec_refuse(err, "the %s is empty or not a regular file", what);
	case -EFBIG:
	case -ENODATA:
		return kexec_refuse(err, "the size of the %s changed while it was read", what);
	case -ENOMEM:
		return kexec_refuse(err, "there is not enough free memory to read the %s", what);
	case -EINTR:
		return kexec_refuse(err, "reading the %s was interrupted by a signal", what);
	case -EACCES:
	case -EPERM:
		return kexec_refuse(err, "the security policy refuses the %s", what);
	default:
		return kexec_refuse(err, "the %s cannot be read", what);
	}
}

static ssize_t file_size(struct file *file)
{
	loff_t size = i_size_read(file_inode(file));

	if (!S_ISREG(file_inode(file)->i_mode) || size <= 0)
		return -EINVAL;
	return size > SSIZE_MAX ? -EFBIG : size;
}

/*
 * Read a whole file into memory of our own: the reader's own allocation would
 * call the OOM killer for a file that is simply too large.
 */
static ssize_t file_read(struct file *file, const char *what, void **buf,
			 enum kernel_read_file_id id)
{
	ssize_t len, size = file_size(file);

	if (size < 0)
		return size;
	*buf = kexec_alloc(size, 0, "to read the", what);
	if (!*buf)
		return -ENOMEM;
	len = kernel_read_file(file, 0, buf, size, NULL, id);
	if (len < 0) {
		vfree(*buf);
		*buf = NULL;
	}
	return len;
}

/**
 * kimage_read_kernel_file - read the kernel
 * @image: image being built
 * @fd:	   descriptor of the file
 *
 * Its name is for people only: without memory for it the load goes on.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_read_kernel_file(struct kimage *image, int fd)
{
	CLASS(fd, f)(fd);
	ssize_t n = -EBADF;

	if (fd_file(f) && fd_file(f)->f_mode & FMODE_READ)
		n = file_read(fd_file(f), "kernel", &image->kernel_buf, READING_KEXEC_IMAGE);
	if (n < 0)
		return file_refuse(n, "kernel");
	image->kernel_buf_len = n;
	image->kernel_name = kstrdup_quotable_file(fd_file(f), GFP_KERNEL);
	return 0;
}

/* Parts */

static const char * const part_names[] = {
	[KEXEC_PART_INITRD] = "initrd",
	[KEXEC_PART_MODULE] = "module",
	[KEXEC_PART_ADDON] = "addon",
	[KEXEC_PART_DTB] = "device tree",
};

/* Files of other kinds are for the loader to look into. */
#define LAID_OUT	(BIT(KEXEC_PART_INITRD) | BIT(KEXEC_PART_MODULE))

/**
 * kexec_part_name - what people call a part
 * @part: the part
 *
 * Return: the name.
 */
const char *kexec_part_name(const struct kexec_part *part)
{
	return part_names[part->kind];
}

static struct kexec_part *part_new(struct kimage *image, unsigned int kind)
{
	struct kexec_part *part;

	if (kind >= ARRAY_SIZE(part_names)) {
		kexec_refuse(-EINVAL, "no kind of file has the number %u", kind);
		return ERR_PTR(-EINVAL);
	}
	if (!image->part)
		image->part = kcalloc(KEXEC_PARTS_ROOM, sizeof(*image->part), GFP_KERNEL);
	if (!image->part)
		return ERR_PTR(-ENOMEM);
	if (image->nr_parts == KEXEC_PARTS_ROOM) {
		kexec_refuse(-E2BIG, "there are more files than %d", KEXEC_PARTS_MAX);
		return ERR_PTR(-E2BIG);
	}
	part = &image->part[image->nr_parts];
	part->kind = kind;
	return part;
}

/**
 * kimage_add_file - have a file loaded beside the kernel
 * @image:   image being built
 * @kind:    what it is, KEXEC_PART_*
 * @fd:	     its descriptor
 * @cmdline: text that goes with it, freed with the image; NULL: none
 *
 * Files of one kind keep their order.  Nothing is read yet.
 *
 * Return: 0, or a negative errno with a reason given; @cmdline is the caller's
 * then.
 */
int kimage_add_file(struct kimage *image, unsigned int kind, int fd, char *cmdline)
{
	CLASS(fd, f)(fd);
	struct kexec_part *part = part_new(image, kind);
	ssize_t size = -EBADF;

	if (IS_ERR(part))
		return PTR_ERR(part);
	if (fd_file(f) && fd_file(f)->f_mode & FMODE_READ)
		size = file_size(fd_file(f));
	if (size < 0)
		return file_refuse(size, kexec_part_name(part));
	part->file = get_file(fd_file(f));
	part->size = size;
	part->cmdline = cmdline;
	image->nr_parts++;
	return 0;
}

/**
 * kimage_add_data - have bytes in memory loaded beside the kernel
 * @image: image being built, its files not laid out yet
 * @kind:  what they are, KEXEC_PART_*
 * @data:  the bytes; must live until the load ends
 * @size:  how many
 * @first: put them before all others of their kind, not behind them
 *
 * For the prepare() of a loader.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_add_data(struct kimage *image, unsigned int kind, const void *data,
		    unsigned long size, bool first)
{
	struct kexec_part *part = part_new(image, kind);

	if (IS_ERR(part))
		return PTR_ERR(part);
	if (first) {
		memmove(image->part + 1, image->part, image->nr_parts * sizeof(*part));
		part = image->part;
	}
	*part = (struct kexec_part) { .kind = kind, .data = data, .size = size };
	image->nr_parts++;
	return 0;
}

/**
 * kimage_read_part - have the bytes of a part at hand before it is laid out
 * @part: the part; its data and size are set
 *
 * For the prepare() of a loader that looks into files.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_read_part(struct kexec_part *part)
{
	void *buf = NULL;
	ssize_t len;

	if (part->data)
		return 0;
	len = file_read(part->file, kexec_part_name(part), &buf,
			LAID_OUT & BIT(part->kind) ? READING_KEXEC_INITRAMFS : READING_KEXEC_IMAGE);
	if (len < 0)
		return file_refuse(len, kexec_part_name(part));
	part->data = buf;
	part->size = len;
	part->owned = true;
	return 0;
}

/**
 * kimage_take_kinds - refuse files of kinds that the format has no use for
 * @image: image being built
 * @kinds: those that it has, bits KEXEC_PART_*
 *
 * Return: 0, or -EINVAL with a reason given if there are others.
 */
int kimage_take_kinds(struct kimage *image, unsigned long kinds)
{
	const struct kexec_part *part = image->part;

	for (; part < image->part + image->nr_parts; part++)
		if (!(kinds & BIT(part->kind)))
			return kexec_refuse(-EINVAL, "an image of format %s takes no %s",
					    kimage_format_name(image), kexec_part_name(part));
	return 0;
}

/**
 * kimage_find_dtb - the device tree that is to be handed over
 * @image: image being built
 *
 * Return: it, NULL if there is none, or -EINVAL with a reason given if there are several.
 */
struct kexec_part *kimage_find_dtb(struct kimage *image)
{
	struct kexec_part *part = image->part, *dtb = NULL;

	for (; part < image->part + image->nr_parts; part++) {
		if (part->kind != KEXEC_PART_DTB)
			continue;
		if (dtb) {
			kexec_refuse(-EINVAL, "there is more than one device tree");
			return ERR_PTR(-EINVAL);
		}
		dtb = part;
	}
	return dtb;
}

/*
 * May files wait until their destinations are known?  Crash images want all
 * their bytes before they give up the armed one; memory that is encrypted for
 * us and plain for the image cannot be filled through a mapping of ours.
 */
static bool kimage_reads_in_place(const struct kimage *image)
{
	return IS_ENABLED(CONFIG_KEXEC_CLAIM) && image->type == KEXEC_TYPE_DEFAULT &&
	       !cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT);
}

/* Give the parts of a kind their offsets from @at on; returns where they end. */
static size_t parts_lay_out(struct kimage *image, unsigned int kind, size_t align, size_t at)
{
	struct kexec_part *part = image->part;

	for (; part < image->part + image->nr_parts; part++) {
		if (part->kind != kind)
			continue;
		if (at > SIZE_MAX - align)
			return SIZE_MAX;
		part->offset = ALIGN(at, align);
		at = size_add(part->offset, part->size);
	}
	return at;
}

static int parts_reserve(struct kimage *image, size_t size, const char *what)
{
	int err;

	if (!kimage_reads_in_place(image)) {
		image->parts_buf = kexec_alloc(size, __GFP_ZERO, "to read the", what);
		return image->parts_buf ? 0 : -ENOMEM;
	}
	/* addresses for what has no room would be asked for in vain, with a word in the log */
	err = kexec_may_take(PFN_UP(size), "to read the", what);
	if (err)
		return err;
	image->parts_area = get_vm_area(size, VM_SPARSE);
	if (!image->parts_area)
		return -ENOMEM;
	image->parts_buf = image->parts_area->addr;
	return 0;
}

static int part_fill(const struct kexec_part *part, void *at)
{
	ssize_t len = part->size;

	if (part->data)
		memcpy(at, part->data, len);
	else
		len = kernel_read_file(part->file, 0, &at, len, NULL, READING_KEXEC_INITRAMFS);
	if (len >= 0 && len != part->size)
		len = -ENODATA;
	return len < 0 ? file_refuse(len, kexec_part_name(part)) : 0;
}

/*
 * Fill [start, end) of the parts' addresses, all of them of one kind.  A file is
 * read in one go, as a whole, so that IMA and security modules see every byte that
 * is going to be there.
 */
static int parts_fill(struct kimage *image, size_t start, size_t end)
{
	const struct kexec_part *part = image->part;
	size_t done = start;
	int err = 0;

	for (; part < image->part + image->nr_parts && !err; part++) {
		if (!(LAID_OUT & BIT(part->kind)) || part->offset < start || part->offset >= end)
			continue;
		memset(image->parts_buf + done, 0, part->offset - done);
		err = part_fill(part, image->parts_buf + part->offset);
		done = part->offset + part->size;
	}
	if (!err)
		memset(image->parts_buf + done, 0, end - done);
	return err;
}

/**
 * kimage_read_parts - lay out what is loaded beside the kernel
 * @image: its parts are known
 *
 * Initrds follow each other as one archive, each at a multiple of 4 bytes;
 * modules start at pages.  Sets what loaders are given in place of the bytes,
 * which are only read now if they cannot wait.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_read_parts(struct kimage *image)
{
	size_t initrds = parts_lay_out(image, KEXEC_PART_INITRD, INITRD_ALIGN, 0);
	const char *what = initrds ? "initrd" : "module";
	size_t start, size;
	int err;

	if (initrds > SIZE_MAX / 4)
		return file_refuse(-ENOMEM, "initrd");
	start = PAGE_ALIGN(initrds);
	size = parts_lay_out(image, KEXEC_PART_MODULE, PAGE_SIZE, start);
	if (size > SIZE_MAX / 2)
		return file_refuse(-ENOMEM, "module");
	if (!size)
		return 0;
	err = parts_reserve(image, PAGE_ALIGN(size), what);
	if (err)
		return file_refuse(err, what);
	image->initrd_buf = initrds ? image->parts_buf : NULL;
	image->initrd_buf_len = initrds;
	image->modules_buf = size > start ? image->parts_buf + start : NULL;
	image->modules_len = size - start;
	if (image->parts_area)
		return 0;
	return parts_fill(image, 0, start) ?: parts_fill(image, start, PAGE_ALIGN(size));
}

/**
 * kimage_reads_segment - is a segment filled from files, not from a buffer?
 * @image: image being built
 * @i:	   index of the segment
 *
 * Return: true if so.
 */
bool kimage_reads_segment(const struct kimage *image, unsigned long i)
{
	const void *buf = image->segment[i].kbuf;

	return image->parts_area && buf &&
	       (buf == image->initrd_buf || buf == image->modules_buf);
}

/**
 * kimage_read_segment - read a segment's files straight into its pages
 * @image: image being built
 * @i:	   index of a segment that kimage_reads_segment()
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_read_segment(struct kimage *image, unsigned long i)
{
	size_t offset = image->segment[i].kbuf - image->parts_buf;
	size_t room = PAGE_ALIGN(image->segment[i].bufsz);
	unsigned long start = (unsigned long)image->segment[i].kbuf;
	int err;

	err = vm_area_map_pages(image->parts_area, start, start + room, image->source[i]);
	if (err)
		return file_refuse(err, image->segment_name[i]);
	err = parts_fill(image, offset, offset + room);
	vm_area_unmap_pages(image->parts_area, start, start + room);
	return err;
}

static void part_free(struct kexec_part *part)
{
	if (part->file)
		fput(part->file);
	if (part->owned)
		vfree(part->data);
	kfree(part->cmdline);
}

/**
 * kimage_free_parts - let go of what was loaded beside the kernel
 * @image: its bytes are in its segments, or nowhere
 */
void kimage_free_parts(struct kimage *image)
{
	while (image->nr_parts)
		part_free(&image->part[--image->nr_parts]);
	kfree(image->part);
	if (image->parts_area)
		free_vm_area(image->parts_area);
	else
		vfree(image->parts_buf);
	image->part = NULL;
	image->parts_area = NULL;
	image->parts_buf = NULL;
	image->initrd_buf = NULL;
	image->modules_buf = NULL;
}
