// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a loaded image still what was loaded?
 *
 * A normal image may wait for weeks in memory that anybody's stray write can
 * reach.  So checksums are made of it when its load ends, and made again when it is
 * about to be entered: on all CPUs, and before anything is shut down, so that the
 * reboot call can still fail and the machine goes on.
 *
 * (A crash image is checked by the handover routine.  Nothing but that can be
 * relied on after a crash.)
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/cpu.h>
#include <linux/highmem.h>
#include <linux/kexec.h>
#include <linux/kexec_blob.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <linux/xxhash.h>

#include "kexec_internal.h"

/* An image is checked in pieces of so many pages, whoever comes first. */
#define PIECE_PAGES	((unsigned long)PHYS_PFN(SZ_1M))

/**
 * struct kexec_check - what an image has to be like
 * @nr:  how many pieces it has: those of each segment, and the control memory
 * @sum: checksum of each of them
 */
struct kexec_check {
	unsigned int nr;
	struct kexec_checksum sum[] __counted_by(nr);
};

static struct kexec_checksum checksum(const void *data, size_t len)
{
	if (IS_ENABLED(CONFIG_KEXEC_BLOB))
		return kexec_checksum(arch_kexec_checksum_kind(), data, len);
	return (struct kexec_checksum) { { xxh64(data, len, 0) } };
}

/* Either side of the xor can be told from the other two: no change in one run is lost. */
static void sum_add(struct kexec_checksum *sum, const void *data, size_t len)
{
	struct kexec_checksum run = checksum(data, len);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(run.word); i++)
		sum->word[i] = rol64(sum->word[i], 1) ^ run.word[i];
}

/**
 * kexec_run_length - how many pages lie behind each other where the kernel sees them
 * @pages: the pages; the first one is there
 * @n:     how many there are
 *
 * Return: their number, at least 1.
 */
unsigned long kexec_run_length(struct page **pages, unsigned long n)
{
	unsigned long pfn = page_to_pfn(pages[0]), run = 1;

	while (!PageHighMem(pages[0]) && run < n && pages[run] &&
	       page_to_pfn(pages[run]) == pfn + run)
		run++;
	return run;
}

/* Pages that are still to be made, of zeros, are not there. */
static struct kexec_checksum sum_pages(struct page **pages, unsigned long n)
{
	struct kexec_checksum sum = { };
	unsigned long run;
	void *map;

	for (; n; n -= run, pages += run) {
		run = 1;
		if (!*pages)
			continue;
		run = kexec_run_length(pages, n);
		map = kmap_local_page(*pages);
		sum_add(&sum, map, run << PAGE_SHIFT);
		kunmap_local(map);
	}
	return sum;
}

static bool pages_poisoned(struct page **pages, unsigned long n)
{
	while (n--)
		if (pages[n] && PageHWPoison(pages[n]))
			return true;
	return false;
}

static void sum_list(struct kexec_checksum *sum, const struct kimage *image,
		     const struct list_head *list)
{
	struct page *page;

	list_for_each_entry(page, list, lru)
		if (page != image->swap_page)
			sum_add(sum, page_address(page), PAGE_SIZE << page_private(page));
}

/* Trampoline, page tables and moves; other architectures may finish theirs later. */
static struct kexec_checksum sum_control(const struct kimage *image)
{
	struct kexec_checksum sum = { };

	if (!IS_ENABLED(CONFIG_KEXEC_BLOB))
		return sum;
	sum_list(&sum, image, &image->control_pages);
	sum_list(&sum, image, &image->entry_pages);
	return sum;
}

/* Pieces */

static unsigned int segment_pieces(const struct kimage *image, unsigned long segment)
{
	return DIV_ROUND_UP(kimage_source_pages(image, segment), PIECE_PAGES);
}

static unsigned int count_pieces(const struct kimage *image)
{
	unsigned int count = 1;
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++)
		count += segment_pieces(image, i);
	return count;
}

/**
 * struct piece - a piece of an image
 * @segment: segment it is of; @nr_segments of the image for its control memory
 * @first:   its first page there
 * @nr:      its pages
 */
struct piece {
	unsigned long segment;
	unsigned long first;
	unsigned long nr;
};

static struct piece piece_at(const struct kimage *image, unsigned int i)
{
	struct piece piece = { };

	for (; piece.segment < image->nr_segments; piece.segment++) {
		if (i < segment_pieces(image, piece.segment)) {
			piece.first = i * PIECE_PAGES;
			piece.nr = min(PIECE_PAGES, kimage_source_pages(image, piece.segment) -
						    piece.first);
			break;
		}
		i -= segment_pieces(image, piece.segment);
	}
	return piece;
}

static struct page **piece_pages(const struct kimage *image, const struct piece *piece)
{
	return image->source[piece->segment] + piece->first;
}

static struct kexec_checksum sum_piece(const struct kimage *image, unsigned int i)
{
	struct piece piece = piece_at(image, i);

	if (piece.segment == image->nr_segments)
		return sum_control(image);
	return sum_pages(piece_pages(image, &piece), piece.nr);
}

/* Memory that is known to be bad is not touched: reading it may be the end. */
static bool piece_intact(const struct kimage *image, unsigned int i)
{
	const struct kexec_checksum *want = &image->check->sum[i];
	struct piece piece = piece_at(image, i);
	struct kexec_checksum sum;

	if (piece.nr && pages_poisoned(piece_pages(image, &piece), piece.nr))
		return false;
	sum = sum_piece(image, i);
	return sum.word[0] == want->word[0] && sum.word[1] == want->word[1];
}

/* At load */

/**
 * kimage_renew_check - take an image as it is for what it has to be
 * @image: loaded completely
 *
 * Also for an image that came back: the memory is its own, and it has used it.
 * Context: load lock held, may sleep.
 */
void kimage_renew_check(struct kimage *image)
{
	unsigned int i;

	for (i = 0; image->check && i < image->check->nr; i++) {
		image->check->sum[i] = sum_piece(image, i);
		cond_resched();
	}
}

/**
 * kimage_make_check - note what a normal image has to be like when it is entered
 * @image: its bytes are loaded, its lists and control pages complete
 *
 * Context: load lock held, may sleep.
 *
 * Return: 0, or -ENOMEM with a reason given.
 */
int kimage_make_check(struct kimage *image)
{
	unsigned int nr = count_pieces(image);

	if (image->type == KEXEC_TYPE_CRASH || image->no_check)
		return 0;
	image->check = kvzalloc(struct_size(image->check, sum, nr), GFP_KERNEL | KIMAGE_GFP);
	if (!image->check)
		return kexec_refuse(-ENOMEM, "there is not enough free memory for its checksums");
	image->check->nr = nr;
	kimage_renew_check(image);
	return 0;
}

/**
 * kimage_free_check - free what kimage_make_check() noted
 * @image: the image
 */
void kimage_free_check(struct kimage *image)
{
	kvfree(image->check);
	image->check = NULL;
}

/* Before it is entered */

/**
 * struct verification - an image being checked
 * @image:   the image; the load lock keeps it
 * @next:    first piece that nobody has begun with
 * @damaged: a piece that has changed, the number of pieces if none has
 */
static struct verification {
	const struct kimage *image;
	atomic_t next;
	atomic_t damaged;
} verification;

/**
 * struct verifier - one CPU's part
 * @work: how it is called; does nothing on a CPU that never gets to it
 * @done: pieces it has checked
 */
struct verifier {
	struct work_struct work;
	unsigned int done;
};

static DEFINE_PER_CPU(struct verifier, verifiers);

static void verify_pieces(struct verifier *me)
{
	struct verification *v = &verification;
	unsigned int i, nr = v->image->check->nr;

	while ((i = atomic_fetch_inc(&v->next)) < nr) {
		if (!piece_intact(v->image, i))
			atomic_set(&v->damaged, i);
		me->done++;
		cond_resched();
	}
}

static void verify_work(struct work_struct *work)
{
	verify_pieces(container_of(work, struct verifier, work));
}

/* CPUs are kept from going away by the caller. */
static void verify_on_others(int here, unsigned int nr)
{
	int cpu;

	for_each_online_cpu(cpu) {
		if (cpu == here)
			continue;
		if (!--nr)
			break;
		INIT_WORK(&per_cpu(verifiers, cpu).work, verify_work);
		queue_work_on(cpu, system_highpri_wq, &per_cpu(verifiers, cpu).work);
	}
}

static void log_verifiers(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (per_cpu(verifiers, cpu).done)
			pr_info("check: CPU %d did %u of %u pieces\n", cpu,
				per_cpu(verifiers, cpu).done, verification.image->check->nr);
}

/*
 * This CPU goes on until nothing is left to begin with, so nobody is waited for who
 * has not begun: a CPU that something else has to itself never will.
 */
static void verify_on_all(const struct kimage *image)
{
	int cpu, here;

	for_each_possible_cpu(cpu)
		per_cpu(verifiers, cpu).done = 0;
	cpus_read_lock();
	here = raw_smp_processor_id();
	verify_on_others(here, image->check->nr);
	verify_pieces(per_cpu_ptr(&verifiers, here));
	for_each_online_cpu(cpu)
		if (per_cpu(verifiers, cpu).work.func)
			cancel_work_sync(&per_cpu(verifiers, cpu).work);
	if (image->marks)
		log_verifiers();
	cpus_read_unlock();
}

static int refuse_damaged(const struct kimage *image, unsigned int i)
{
	struct piece piece = piece_at(image, i);
	unsigned long start;
	const char *name;

	if (piece.segment == image->nr_segments)
		return kexec_refuse(-EBADMSG, "its control pages are not as they were loaded");
	name = image->segment_name[piece.segment];
	start = image->segment[piece.segment].mem + (piece.first << PAGE_SHIFT);
	return kexec_refuse(-EBADMSG, "segment %lu%s%s%s, %#lx-%#lx, is not as it was loaded",
			    piece.segment, name ? " (" : "", name ?: "", name ? ")" : "", start,
			    start + (piece.nr << PAGE_SHIFT));
}

/**
 * kimage_verify - see whether a normal image is as it was loaded
 * @image: armed image
 *
 * Context: load lock held, everything still runs; may sleep.
 *
 * Return: 0, also if the image is not to be checked; -EBADMSG with a reason given.
 */
int kimage_verify(const struct kimage *image)
{
	unsigned int damaged;

	if (!image->check || READ_ONCE(image->no_check))
		return 0;
	verification.image = image;
	atomic_set(&verification.next, 0);
	atomic_set(&verification.damaged, image->check->nr);
	verify_on_all(image);
	damaged = atomic_read(&verification.damaged);
	return damaged < image->check->nr ? refuse_damaged(image, damaged) : 0;
}
