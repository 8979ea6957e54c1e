// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left for the handover routine: moves of an image's bytes to where
 * they belong, and checks of those of a crash image.
 */

#include <linux/elf.h>
#include <linux/kexec.h>
#include <linux/kexec_blob.h>
#include <linux/kexec_timeline.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "kexec_internal.h"

/* Moves */

#define MOVES_PER_PAGE \
	((PAGE_SIZE - sizeof(struct kexec_moves)) / sizeof(struct kexec_move))

/**
 * struct move_walk - a walk over the destination pages of an image
 * @image:   the image
 * @segment: segment of the next page
 * @page:    its number in the segment
 */
struct move_walk {
	const struct kimage *image;
	unsigned long segment;
	unsigned long page;
};

static u64 walk_dst(const struct move_walk *walk)
{
	return walk->image->segment[walk->segment].mem + ((u64)walk->page << PAGE_SHIFT);
}

/* Where the bytes of the page are; 0: it has to be cleared. */
static u64 walk_src(const struct move_walk *walk)
{
	struct page *source = walk->image->source[walk->segment][walk->page];

	return source ? (u64)page_to_boot_pfn(source) << PAGE_SHIFT : 0;
}

/* Go on to the next page that is not in place, if there is one. */
static bool walk_to_move(struct move_walk *walk)
{
	for (; walk->segment < walk->image->nr_segments; walk->segment++, walk->page = 0)
		for (; walk->page < kimage_source_pages(walk->image, walk->segment); walk->page++)
			if (!walk->image->source[walk->segment][walk->page] ||
			    walk_src(walk) != walk_dst(walk))
				return true;
	return false;
}

/* Whether the page the walk is at belongs to @move, too. */
static bool move_goes_on(const struct kexec_move *move, const struct move_walk *walk)
{
	if (walk->page == kimage_source_pages(walk->image, walk->segment))
		return false;
	return walk_src(walk) == (move->src ? move->src + move->len : 0);
}

static bool next_move(struct move_walk *walk, struct kexec_move *move)
{
	if (!walk_to_move(walk))
		return false;
	*move = (struct kexec_move) { .dst = walk_dst(walk), .src = walk_src(walk) };
	do {
		move->len += PAGE_SIZE;
		walk->page++;
	} while (move_goes_on(move, walk));
	cond_resched();
	return true;
}

static unsigned long count_pages_of_moves(const struct kimage *image)
{
	struct move_walk walk = { .image = image };
	struct kexec_move move;
	unsigned long count = 0;

	while (next_move(&walk, &move))
		count++;
	return DIV_ROUND_UP(count, MOVES_PER_PAGE);
}

static int prepend_page_of_moves(struct kimage *image)
{
	struct page *page = kimage_alloc_list_page(image);
	struct kexec_moves *moves;

	if (!page)
		return kexec_refuse(-ENOMEM, "there is not enough free memory to list its moves");
	moves = page_address(page);
	moves->next = image->moves;
	moves->nr = 0;
	image->moves = virt_to_boot_phys(moves);
	return 0;
}

static void list_moves(struct kimage *image)
{
	struct kexec_moves *moves = NULL;
	struct move_walk walk = { .image = image };
	struct kexec_move move;
	u64 next = image->moves;

	while (next_move(&walk, &move)) {
		if (!moves || moves->nr == MOVES_PER_PAGE) {
			moves = boot_phys_to_virt(next);
			next = moves->next;
		}
		moves->move[moves->nr++] = move;
	}
}

/**
 * kimage_make_moves - list what the handover routine has to move
 * @image: its bytes are loaded
 *
 * Sets @image->moves.  A page taken for the list may turn out to be a
 * destination, whose bytes then come home to it.  So all pages are taken first,
 * and counted again after that: fewer bytes to move may be more moves.
 * Context: load lock held, may sleep.
 *
 * Return: 0, or -ENOMEM.
 */
int kimage_make_moves(struct kimage *image)
{
	unsigned long have = 0, need;
	int err = 0;

	if (image->type == KEXEC_TYPE_CRASH)
		return 0;
	for (need = count_pages_of_moves(image); have < need && !err;
	     need = count_pages_of_moves(image))
		for (; have < need && !err; have++)
			err = prepend_page_of_moves(image);
	if (!err)
		list_moves(image);
	return err;
}

/* Digests */

static void add_digest(const struct kimage *image, struct kexec_job *job, unsigned long segment,
		       u64 start, u64 end)
{
	if (start < end)
		job->digest[job->nr_digests++] = kexec_digest_of(image, segment, start, end);
}

/*
 * The record of the handover is written into the segment it is in.  No image
 * lies at address 0, so none begins inside a record that is not there.
 */
static int digest_segment(const struct kimage *image, struct kexec_job *job, unsigned long i)
{
	u64 start = image->segment[i].mem, end = start + image->segment[i].bufsz;
	u64 hole = clamp_t(u64, image->timeline, start, end);
	u64 past = clamp_t(u64, image->timeline + sizeof(struct kexec_timeline), start, end);
	unsigned int pages = PFN_UP(image->segment[i].bufsz);
	int err = arch_kexec_post_alloc_pages(boot_phys_to_virt(start), pages, 0);

	if (err)
		return err;
	add_digest(image, job, i, start, hole);
	add_digest(image, job, i, past, end);
	arch_kexec_pre_free_pages(boot_phys_to_virt(start), pages);
	cond_resched();
	return 0;
}

static int digest_crash_image(struct kimage *image, struct kexec_job *job)
{
	long changes = kexec_headers_segment(image);
	unsigned long i;
	int err = 0;

	if (changes >= 0)
		err = kexec_headers_prepare(image, &job->headers, changes);
	for (i = 0; i < image->nr_segments && !err; i++)
		if (i != changes && image->segment[i].bufsz)
			err = digest_segment(image, job, i);
	return err;
}

/* The job */

static u64 timeline_next(void)
{
	return IS_ENABLED(CONFIG_KEXEC_TIMELINE) ? __pa_symbol(&kexec_timeline_next) : 0;
}

/**
 * kexec_describe_job - tell the handover routine what it will have to do
 * @image: loaded completely
 * @job:   to be filled, but for the serial port
 *
 * Context: load lock held, may sleep.
 *
 * Return: 0, or why the architecture does not let the image be read.
 */
int kexec_describe_job(struct kimage *image, struct kexec_job *job)
{
	*job = (struct kexec_job) {
		.entry		= image->start,
		.moves		= image->moves,
		.swap		= image->preserve_context ? page_to_boot_pfn(image->swap_page) <<
							    PAGE_SHIFT : 0,
		.timeline_next	= timeline_next(),
		.marks		= image->marks,
		.checksum_kind	= arch_kexec_checksum_kind(),
	};
	if (job->timeline_next)
		job->timeline = image->timeline;
	return image->type == KEXEC_TYPE_CRASH ? digest_crash_image(image, job) : 0;
}
