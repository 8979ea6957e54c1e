// SPDX-License-Identifier: GPL-2.0-only
/*
 * The segments of an image: where they may lie, and what their pages hold.
 */

#include <linux/bits.h>
#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/range.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kexec_internal.h"

/**
 * kimage_segment_at - find a segment whose destination overlaps a range
 * @image: image to look in
 * @start: physical address
 * @end:   physical address, inclusive
 *
 * Return: the first such segment, NULL if there is none.
 */
const struct kexec_segment *kimage_segment_at(const struct kimage *image,
					      unsigned long start, unsigned long end)
{
	const struct kexec_segment *seg;

	for (seg = image->segment; seg < image->segment + image->nr_segments; seg++) {
		if (seg->memsz && start < seg->mem + seg->memsz && end >= seg->mem)
			return seg;
	}
	return NULL;
}

/**
 * kimage_takes - is memory part of an image?
 * @image: image to look in
 * @start: physical address
 * @end:   physical address, inclusive
 * @taken: filled in with what is in the way; the gaps between the control pages of a
 *	   crash image, which lie in a window of their own, count as taken, too
 *
 * Return: true if so.
 */
bool kimage_takes(const struct kimage *image, unsigned long start, unsigned long end,
		  struct range *taken)
{
	const struct kexec_segment *seg = kimage_segment_at(image, start, end);

	if (seg)
		*taken = (struct range){ seg->mem, seg->mem + seg->memsz - 1 };
	else if (start < image->control_page && end >= image->control_start)
		*taken = (struct range){ image->control_start, image->control_page - 1 };
	else
		return false;
	return true;
}

/**
 * kimage_source_pages - pages of a segment that have to be right at the entry
 * @image:   image it belongs to
 * @segment: its index
 *
 * Return: number of entries of @image->source[@segment].
 */
unsigned long kimage_source_pages(const struct kimage *image, unsigned long segment)
{
	const struct kexec_segment *seg = &image->segment[segment];

	return image->bare_tails & BIT(segment) ? PFN_UP(seg->bufsz) : segment_pages(seg);
}

static int segment_check(const struct kimage *image, unsigned long i)
{
	const struct kexec_segment *seg = &image->segment[i];
	unsigned long end;

	if (check_add_overflow(seg->mem, seg->memsz, &end))
		return kexec_refuse(-EADDRNOTAVAIL, "segment %lu wraps around at %#lx",
				    i, seg->mem);
	if (!PAGE_ALIGNED(seg->mem) || !PAGE_ALIGNED(seg->memsz))
		return kexec_refuse(-EADDRNOTAVAIL,
				    "segment %lu, %#lx-%#lx, is not made of whole pages",
				    i, seg->mem, end);
	if (end >= KEXEC_DESTINATION_MEMORY_LIMIT)
		return kexec_refuse(-EADDRNOTAVAIL,
				    "segment %lu ends at %#lx, above the highest address", i, end);
	if (seg->bufsz > seg->memsz)
		return kexec_refuse(-EINVAL, "segment %lu has more bytes (%#zx) than room (%#zx)",
				    i, seg->bufsz, seg->memsz);
	return 0;
}

static int segment_check_overlap(const struct kimage *image, unsigned long i)
{
	const struct kexec_segment *a = &image->segment[i], *b;

	for (b = image->segment; b < a; b++) {
		if (a->mem < b->mem + b->memsz && b->mem < a->mem + a->memsz)
			return kexec_refuse(-EINVAL, "segments %td and %lu overlap at %#lx",
					    b - image->segment, i, max(a->mem, b->mem));
	}
	return 0;
}

/* kexec_load only: what the caller asks for must leave this kernel room to work. */
static int kimage_check_size(const struct kimage *image)
{
	unsigned long i, pages, total = 0, most = totalram_pages() / 2;

	for (i = 0; i < image->nr_segments; i++) {
		pages = segment_pages(&image->segment[i]);
		total += pages;
		if (pages > most || total > most)
			return kexec_refuse(-EINVAL,
					    "the segments need more than half of memory, %lu MiB",
					    most >> (20 - PAGE_SHIFT));
	}
	return 0;
}

/**
 * kimage_check_segments - can the segments be where the caller wants them?
 * @image: image being built
 *
 * Context: load lock held.
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kimage_check_segments(const struct kimage *image)
{
	unsigned long i;
	int err = 0;

	for (i = 0; i < image->nr_segments && !err; i++)
		err = segment_check(image, i);
	for (i = 0; i < image->nr_segments && !err; i++)
		err = segment_check_overlap(image, i);
	if (!err && !image->file_mode)
		err = kimage_check_size(image);
	return err;
}

/**
 * kimage_set_segments - the first segments of an image are filled in
 * @image: image being laid out
 * @nr:	   how many there are now
 *
 * From now on their destinations cannot be taken offline.
 * Context: load lock held, may sleep.
 */
void kimage_set_segments(struct kimage *image, unsigned long nr)
{
	get_online_mems();
	image->nr_segments = nr;
	put_online_mems();
}

/**
 * kimage_leave_tail - the image clears the end of a segment itself
 * @image:   image being laid out
 * @segment: index of a segment
 *
 * Bytes past bufsz up to memsz then get neither source pages nor a move; the
 * destination stays reserved.  Context: load lock held, before memory is taken.
 */
void kimage_leave_tail(struct kimage *image, unsigned long segment)
{
	image->bare_tails |= BIT(segment);
}

/* What their pages hold */

/* Copy bytes [off, off + n) of a segment; n may be 0.  Returns bytes not copied. */
static unsigned long segment_read(const struct kimage *image, const struct kexec_segment *seg,
				  size_t off, void *to, size_t n)
{
	if (!image->kernel_bufs)
		return copy_from_user(to, seg->buf + off, n);
	memcpy(to, seg->kbuf + off, n);
	return 0;
}

/**
 * kimage_fill_page - fill a page with what belongs into a segment
 * @image: image being built
 * @seg:   the segment
 * @off:   where in it, in bytes
 * @page:  the page; what the segment has no bytes for is cleared
 *
 * Context: load lock held, may sleep.
 *
 * Return: 0, or -EFAULT with a reason given.
 */
int kimage_fill_page(const struct kimage *image, const struct kexec_segment *seg, size_t off,
		     struct page *page)
{
	size_t n = off < seg->bufsz ? min(seg->bufsz - off, PAGE_SIZE) : 0;
	char *to = kmap_local_page(page);
	unsigned long left = segment_read(image, seg, off, to, n);

	memset(to + n, 0, PAGE_SIZE - n);
	kunmap_local(to);
	if (left)
		return kexec_refuse(-EFAULT,
				    "the buffer of segment %td cannot be read at offset %#zx",
				    seg - image->segment, off);
	return 0;
}

#define ACCEPT_STEP	SZ_2M

/* Interrupts are off while memory is accepted, hence the steps. */
static int segment_accept(const struct kexec_segment *seg)
{
	size_t off, n;

	for (off = 0; off < seg->memsz; off += n) {
		if (fatal_signal_pending(current))
			return -EINTR;
		n = min_t(size_t, seg->memsz - off, ACCEPT_STEP);
		accept_memory(boot_phys_to_phys(seg->mem + off), n);
		cond_resched();
	}
	return 0;
}

/**
 * kimage_accept - accept the memory of all destinations
 * @image: image whose memory has been taken
 *
 * Memory that a hypervisor gave to its guest may have to be accepted before it is
 * touched.  What was allocated has been; a destination that was not, what is bounced
 * and tails that are left to the image, is accepted now: nothing at the handover can.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or -EINTR.
 */
int kimage_accept(const struct kimage *image)
{
	unsigned long i;
	int err = 0;

	if (!IS_ENABLED(CONFIG_UNACCEPTED_MEMORY))
		return 0;
	for (i = 0; i < image->nr_segments && !err; i++)
		err = segment_accept(&image->segment[i]);
	return err;
}
