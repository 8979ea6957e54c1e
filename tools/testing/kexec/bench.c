// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast this processor runs what the handover routine does, checksum and
 * page copies, against what its memory gives: on buffers larger than any cache,
 * best of several runs.
 */
#include <linux/types.h>
#include <linux/xxhash.h>
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
#define RUNS		5
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

static void checksum(const struct buffers *memory)
{
	keep(xxh64(memory->from, memory->size, 0));
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

/* The best rate of several runs, in GB/s. */
static double rate(void (*routine)(const struct buffers *), const struct buffers *memory)
{
	double best = 0;
	int run;

	for (run = 0; run < RUNS; run++) {
		double start = now();
		double speed;

		routine(memory);
		speed = memory->size / (now() - start) / GIGA;
		if (speed > best)
			best = speed;
	}
	return best;
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

static void print(const char *name, double speed, double against, const char *what)
{
	printf("%-34s %6.2f GB/s  %5.2f of %s\n", name, speed, speed / against, what);
}

int main(void)
{
	struct buffers memory = { .size = buffer_size() };
	double reading, copying;

	memory.to = allocate(memory.size, 1);
	memory.from = allocate(memory.size, 2);
	printf("buffers of %zu MiB, best of %d runs\n", memory.size / MIB, RUNS);
	reading = rate(read_all, &memory);
	copying = rate(copy_libc, &memory);
	print("read", reading, reading, "read");
	print("xxh64, as the handover has it", rate(checksum, &memory), reading,
	      "read, 0.50 wanted");
	print("memcpy of the C library", copying, copying, "memcpy");
	print("rep movsb, one move", rate(copy_once, &memory), copying, "memcpy");
	print("rep movsq, page by page", rate(copy_pages, &memory), copying, "memcpy");
	print("rep movsq, scattered pages", rate(copy_scattered, &memory), copying, "memcpy");
	print("rep stosb, clearing", rate(clear_once, &memory), copying, "memcpy");
	return 0;
}
