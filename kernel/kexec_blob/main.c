// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handover routine: verify what must not have changed, move what is not in
 * place, note the time.
 *
 * It runs alone in a copy of its own, on page tables that map memory one to
 * one.  Nothing of the kernel exists any more but its memory, which the moves
 * may overwrite.  There is no way to fail but to say so and give up.
 */
#include <linux/align.h>
#include <linux/kexec_blob.h>
#include <linux/kexec_timeline.h>
#include <asm/kexec_blob.h>
#include <asm/page.h>

static inline void *at(u64 phys)
{
	return (void *)(unsigned long)phys;
}

/* Marks: what the routine does, for people who watch the serial console */

static void mark(const struct kexec_job *job, const char *text)
{
	if (job->marks)
		blob_text(job, text);
}

static void mark_number(const struct kexec_job *job, u64 value, const char *unit)
{
	if (!job->marks)
		return;
	blob_decimal(job, value);
	blob_text(job, unit);
}

static void mark_entry(const struct kexec_job *job)
{
	if (!job->marks)
		return;
	blob_hex(job, "kexec: entering", job->entry);
	blob_text(job, "\n");
}

/* Verify */

static void __noreturn damaged(const struct kexec_job *job, const struct kexec_digest *digest)
{
	blob_text(job, "kexec: segment ");
	blob_decimal(job, digest->segment);
	if (digest->name[0]) {
		blob_text(job, " (");
		blob_text(job, digest->name);
		blob_text(job, ")");
	}
	blob_hex(job, " is not as it was loaded:", digest->addr);
	blob_hex(job, " -", digest->addr + digest->len);
	blob_fail(job);
}

static void verify_range(const struct kexec_job *job, const struct kexec_digest *digest)
{
	struct kexec_checksum sum;

	sum = kexec_checksum(job->checksum_kind, at(digest->addr), digest->len);
	if (sum.word[0] != digest->sum.word[0] || sum.word[1] != digest->sum.word[1])
		damaged(job, digest);
}

/* Which headers are valid was decided before the crash, or in the middle of it. */
static const struct kexec_digest *valid_headers(const struct kexec_job *job)
{
	return &job->headers.copy[job->headers.valid & 1];
}

static void verify(const struct kexec_job *job)
{
	const struct kexec_digest *digest, *headers = valid_headers(job);

	for (digest = job->digest; digest < job->digest + job->nr_digests; digest++)
		verify_range(job, digest);
	if (headers->len)
		verify_range(job, headers);
	mark(job, "kexec: ");
	mark_number(job, job->nr_digests + !!headers->len, " ranges verified\n");
}

/* Move */

static void swap_pages(const struct kexec_move *move, void *spare)
{
	u64 off;

	for (off = 0; off < move->len; off += PAGE_SIZE) {
		blob_copy(spare, at(move->src + off), PAGE_SIZE);
		blob_copy(at(move->src + off), at(move->dst + off), PAGE_SIZE);
		blob_copy(at(move->dst + off), spare, PAGE_SIZE);
	}
}

static void move_one(const struct kexec_job *job, const struct kexec_move *move)
{
	if (job->swap)
		swap_pages(move, at(job->swap));
	else if (move->src)
		blob_copy(at(move->dst), at(move->src), move->len);
	else
		blob_clear(at(move->dst), move->len);
}

/* Headers are made of words, and end inside a page that is theirs. */
static void move_headers(const struct kexec_job *job)
{
	const struct kexec_digest *headers = valid_headers(job);
	u64 home = job->headers.copy[0].addr;

	if (headers->len && headers->addr != home)
		blob_copy(at(home), at(headers->addr), ALIGN(headers->len, sizeof(u64)));
}

static void move_all(const struct kexec_job *job)
{
	const struct kexec_moves *moves;
	u64 i, page, count = 0, bytes = 0;

	for (page = job->moves; page; page = moves->next) {
		moves = at(page);
		for (i = 0; i < moves->nr; i++) {
			move_one(job, &moves->move[i]);
			bytes += moves->move[i].len;
		}
		count += moves->nr;
	}
	mark(job, "kexec: ");
	mark_number(job, count, " moves, ");
	mark_number(job, bytes / 1024, " KiB\n");
}

/* The job */

/* Only for a record that somebody reads: there are guests without a clock to read here. */
static void stamp(const struct kexec_job *job, struct kexec_timeline *record,
		  enum kexec_stage stage)
{
	if (job->timeline)
		record->stamp[stage] = blob_clock();
}

/*
 * The record of the running kernel is read before anything moves: it may lie
 * where the image goes.
 */
static void hand_over(const struct kexec_job *job)
{
	struct kexec_timeline record;

	if (job->timeline)
		blob_copy(&record, at(job->timeline_next), sizeof(record));
	stamp(job, &record, KEXEC_STAGE_TRAMPOLINE);
	mark(job, "kexec: trampoline\n");
	verify(job);
	stamp(job, &record, KEXEC_STAGE_VERIFIED);
	move_all(job);
	move_headers(job);
	mark_entry(job);
	stamp(job, &record, KEXEC_STAGE_ENTRY);
	if (job->timeline)
		blob_copy(at(job->timeline), &record, sizeof(record));
}

/**
 * kexec_blob - the routine's entry point, its first byte
 * @job:  what to do
 * @trap: NULL to do it; else an exception to report, and not to return from
 */
void kexec_blob(const struct kexec_job *job, const struct kexec_trap *trap)
{
	if (trap)
		blob_trap(job, trap);
	hand_over(job);
}
