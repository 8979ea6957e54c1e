// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast this processor runs what the handover routine does, checksum and
 * page copies, against what its memory gives: on buffers larger than any cache,
 * best of several runs.
 */
#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/kexec_blob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MIB		(1024UL * 1024)
#define PAGE		4096UL
#define NANO		1e9
#define GIGA		1e9
#define RUNS		7
#define SMALLEST	(256 * MIB)
#define CACHES		2

struct buffers {
	u8 *to;
	u8 *from;
	size_t size;
};

/* Makes the compiler believe that somebody wants the result. */
static void keep(u64 result)
{
	asm volatile("" : : "r" (result));
}

static void read_all(const struct buffers *memory)
{
	const u64 *from = (const u64 *)memory->from;
	u64 sum[8] = { 0 };
	size_t i, lane;

	for (i = 0; i < memory->size / sizeof(*from); i += 8)
		for (lane = 0; lane < 8; lane++)
			sum[lane] += from[i + lane];
	for (lane = 0; lane < 8; lane++)
		keep(sum[lane]);
}

static void checksum(enum kexec_checksum_kind kind, const struct buffers *memory)
{
	struct kexec_checksum sum = kexec_checksum(kind, memory->from, memory->size);

	keep(sum.word[0] ^ sum.word[1]);
}

static void checksum_crc32c(const struct buffers *memory)
{
	checksum(KEXEC_CHECKSUM_CRC32C, memory);
}

static void checksum_xxh64(const struct buffers *memory)
{
	checksum(KEXEC_CHECKSUM_XXH64, memory);
}

static void copy_libc(const struct buffers *memory)
{
	memcpy(memory->to, memory->from, memory->size);
}

static void copy_bytes(void *to, const void *from, size_t size)
{
	asm volatile("rep movsb" : "+D" (to), "+S" (from), "+c" (size) : : "memory");
}

static void copy_words(void *to, const void *from, size_t size)
{
	size /= sizeof(u64);
	asm volatile("rep movsq" : "+D" (to), "+S" (from), "+c" (size) : : "memory");
}

static void copy_once(const struct buffers *memory)
{
	copy_bytes(memory->to, memory->from, memory->size);
}

static void copy_pages(const struct buffers *memory)
{
	size_t at;

	for (at = 0; at < memory->size; at += PAGE)
		copy_words(memory->to + at, memory->from + at, PAGE);
}

/* Sources as scattered as pages that were allocated one by one; the stride is odd. */
static void copy_scattered(const struct buffers *memory)
{
	size_t pages = memory->size / PAGE;
	size_t page, source = 0;

	for (page = 0; page < pages; page++) {
		source = (source + 40503) % pages;
		copy_words(memory->to + page * PAGE, memory->from + source * PAGE, PAGE);
	}
}

static void clear_once(const struct buffers *memory)
{
	void *to = memory->to;
	size_t size = memory->size;

	asm volatile("rep stosb" : "+D" (to), "+c" (size) : "a" (0) : "memory");
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / NANO;
}

static double speed(void (*routine)(const struct buffers *), const struct buffers *memory)
{
	double start = now();

	routine(memory);
	return memory->size / (now() - start) / GIGA;
}

static u8 *allocate(size_t size, u8 value)
{
	u8 *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("bench: mmap");
		exit(2);
	}
	madvise(memory, size, MADV_HUGEPAGE);
	memset(memory, value, size);
	return memory;
}

static size_t buffer_size(void)
{
	long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
	size_t size = cache > 0 ? CACHES * (size_t)cache : 0;

	return size > SMALLEST ? size / MIB * MIB : SMALLEST;
}

/**
 * struct row - a routine and its figure
 * @name:    what it is
 * @routine: does it once
 * @against: the row that it is compared with
 * @note:    to be said of the comparison
 * @best:    best rate of all runs, in GB/s
 */
struct row {
	const char *name;
	void (*routine)(const struct buffers *memory);
	unsigned int against;
	const char *note;
	double best;
};

enum { READ, CRC32C, XXH64, MEMCPY };

static struct row rows[] = {
	[READ]	 = { "read", read_all, READ, "read" },
	[CRC32C] = { "checksum, four lanes of CRC32C", checksum_crc32c, READ, "read, 0.50 wanted" },
	[XXH64]	 = { "checksum without SSE4.2, xxh64", checksum_xxh64, READ, "read" },
	[MEMCPY] = { "memcpy of the C library", copy_libc, MEMCPY, "memcpy" },
	{ "rep movsb, one move", copy_once, MEMCPY, "memcpy" },
	{ "rep movsq, page by page", copy_pages, MEMCPY, "memcpy" },
	{ "rep movsq, scattered pages", copy_scattered, MEMCPY, "memcpy" },
	{ "rep stosb, clearing", clear_once, MEMCPY, "memcpy" },
};

#define ROWS	ARRAY_SIZE(rows)

static bool possible(const struct row *row)
{
	return row != &rows[CRC32C] || __builtin_cpu_supports("sse4.2");
}

/* In turn: whoever else uses the machine's memory takes as much from each of them. */
static void run_all(const struct buffers *memory)
{
	struct row *row;
	double rate;

	for (row = rows; row < rows + ROWS; row++) {
		rate = possible(row) ? speed(row->routine, memory) : 0;
		if (rate > row->best)
			row->best = rate;
	}
}

static void print(const struct row *row)
{
	printf("%-34s %6.2f GB/s  %5.2f of %s\n", row->name, row->best,
	       row->best / rows[row->against].best, row->note);
}

int main(void)
{
	struct buffers memory = { .size = buffer_size() };
	const struct row *row;
	int run;

	memory.to = allocate(memory.size, 1);
	memory.from = allocate(memory.size, 2);
	printf("buffers of %zu MiB, best of %d runs\n", memory.size / MIB, RUNS);
	for (run = 0; run < RUNS; run++)
		run_all(&memory);
	for (row = rows; row < rows + ROWS; row++)
		if (possible(row))
			print(row);
	return 0;
}
