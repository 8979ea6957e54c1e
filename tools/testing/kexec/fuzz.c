// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing of lib/kexec, of what libkexec reads, and of the program's arguments: what is
 * accepted must be safe to use, whatever it is.
 *
 * One program for all parsers; FUZZ_TARGET in the environment names the one that
 * inputs are for.  Violated promises abort, the sanitizers see the rest.
 */
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/time.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>
#include "fuzz.h"

#define MACHINE_X86_64		0x8664
#define MULTIBOOT1_HEADER	0x1badb002
#define MULTIBOOT2_HEADER	0xe85250d6
#define PROFILES		3
/* One input in so many is also taken over and over, as a file of a MiB. */
#define REPEATED		1024
#define LARGE			0x100000
/*
 * Of processor time, so that what else the machine does counts for little; many times what
 * the largest work that is allowed takes, as machines differ.
 */
#define SECONDS			60

static void must_hold(const struct kexec_payload *payload, const uint8_t *data, size_t size)
{
	must(data >= payload->data && size <= payload->size &&
	     data - payload->data <= (ptrdiff_t)(payload->size - size));
}

/* Unpacks nothing, but goes on as if each block had given what it may. */
static void walk_blocks(const struct kexec_payload *payload)
{
	uint32_t left = payload->unpacked, bytes;
	struct kexec_blocks blocks;
	struct kexec_block block;
	size_t count = 0;

	if (kexec_blocks_start(payload, &blocks))
		return;
	must_hold(payload, blocks.header, blocks.header_size);
	while (!kexec_blocks_next(&blocks, &block) && block.size) {
		must_hold(payload, block.data, block.size);
		must(block.unpacked <= left);
		must(!block.stored || block.size == block.unpacked);
		must(count++ < payload->size);
		bytes = block.exact || block.data[0] & 1 ? block.unpacked : block.unpacked / 2;
		left -= bytes;
		kexec_blocks_unpacked(&blocks, bytes);
	}
}

static void walk_payload(const uint8_t *file, const struct kexec_bzimage *img)
{
	struct kexec_payload payload;
	struct kexec_gzip gzip;
	enum kexec_payload_why why = kexec_payload_parse(file, img, &payload);

	must(kexec_payload_why(why) && kexec_compressor_name(payload.compressor));
	if (why)
		return;
	if (payload.compressor == KEXEC_GZIP && !kexec_gzip_parse(&payload, &gzip))
		must_hold(&payload, gzip.data, gzip.size);
	if (payload.compressor >= KEXEC_LZ4_LEGACY)
		walk_blocks(&payload);
}

/* The first byte is no part of the payload: it says how much may come of it. */
static void take_payload(const uint8_t *data, size_t size)
{
	struct kexec_bzimage img = {
		.payload_offset = 1, .payload_length = size - 1, .init_size = ~0U,
	};

	if (!size)
		return;
	img.init_size >>= data[0] % 32;
	must(kexec_payload_why(data[0]) && kexec_compressor_name(data[0]));
	walk_payload(data, &img);
}

static void take_bzimage(const uint8_t *file, size_t size)
{
	struct kexec_bzimage img;
	enum kexec_bzimage_why why = kexec_bzimage_parse(file, size, &img);

	must(kexec_bzimage_why(why) && kexec_bzimage_why(size));
	if (why)
		return;
	must(kexec_bzimage_why(kexec_bzimage_check(&img)));
	kexec_bzimage_memory(&img);
	kexec_bzimage_has_sum(file, &img);
	must(img.pm_offset <= size && img.pm_size <= size - img.pm_offset);
	must(KEXEC_BZIMAGE_HEADER + img.header_size <= KEXEC_BZIMAGE_HEADER_LIMIT);
	must(!img.release || memchr(file + img.release, 0, size - img.release));
	must(!img.timeline || img.release);
	walk_payload(file, &img);
}

static void take_vmlinux(const uint8_t *file, size_t size)
{
	uint8_t *copy = malloc(size);
	struct kexec_vmlinux kernel;
	enum kexec_vmlinux_why why;

	memcpy(copy, file, size);
	why = kexec_vmlinux_parse(copy, size, &kernel);
	must(kexec_vmlinux_why(why) && kexec_vmlinux_why(size));
	if (!why) {
		must(kernel.entry < kernel.file_size && kernel.file_size <= size);
		must(kernel.file_size <= kernel.mem_size &&
		     kernel.mem_size <= KEXEC_UNPACKED_MAX - kernel.base);
		kexec_vmlinux_place(copy, &kernel);
		kexec_vmlinux_relocate(copy, &kernel, size << 21);
	}
	free(copy);
}

static void must_lie_in(const struct kexec_bytes *part, size_t size)
{
	must(part->offset <= size && part->size <= size - part->offset);
}

/* Gathers what is to be loaded, where a loader would find the memory for it. */
static void check_run(const uint8_t *file, const struct kexec_elf *elf, uint64_t page,
		      const struct kexec_elf_run *run)
{
	uint8_t *buf;

	must(run->nr && run->nr <= elf->nr_segments - run->first);
	must(run->mem_size && run->size <= run->mem_size && run->start <= -run->mem_size);
	must(!(run->start & (page - 1)) && !(run->mem_size & (page - 1)));
	if (run->size > LARGE)
		return;
	buf = malloc(run->size);
	kexec_elf_copy(file, elf, run, buf);
	free(buf);
}

/* A page is in one run only. */
static void walk_runs(const uint8_t *file, const struct kexec_elf *elf, uint64_t page)
{
	struct kexec_elf_run run = { };
	uint64_t end = 0;

	while (kexec_elf_run(elf, run.first + run.nr, page, &run)) {
		must(run.start >= end);
		end = run.start + run.mem_size;
		check_run(file, elf, page, &run);
	}
	must(run.first + run.nr == elf->nr_segments);
	kexec_elf_whole(elf, page, &run);
	must(run.start <= elf->mem && run.mem_size >= elf->mem_end - run.start);
	check_run(file, elf, page, &run);
}

static void check_notes(const uint8_t *file, size_t size)
{
	const char *cmdline = memchr(file, 0, size) ? (const char *)file : NULL;
	size_t need = kexec_elf_notes(cmdline, NULL, 0);
	uint8_t *buf = malloc(need);

	must(kexec_elf_notes(cmdline, buf, need - 1) == need);
	must(kexec_elf_notes(cmdline, buf, need) == need);
	must(get_unaligned_le32(buf) == KEXEC_ELF_NOTES_MAGIC);
	must(get_unaligned_le32(buf + 4) == need);
	free(buf);
}

static void check_sections(const uint8_t *file, size_t size)
{
	struct kexec_elf_sections sections;
	uint8_t *headers, *bytes;

	if (!kexec_elf_sections(file, size, &sections))
		return;
	must(sections.nr && sections.names < sections.nr && sections.size <= 2 * size);
	must_lie_in(&sections.headers, size);
	headers = malloc(sections.headers.size);
	bytes = malloc(sections.size);
	kexec_elf_copy_sections(file, &sections, 0x1000, headers, bytes);
	free(headers);
	free(bytes);
}

static void take_elf(const uint8_t *file, size_t size)
{
	bool timeline = kexec_elf_timeline(file, size);
	struct kexec_elf elf;
	enum kexec_elf_why why = kexec_elf_parse(file, size, &elf);
	const struct kexec_elf_segment *seg = elf.segment;
	uint64_t end = 0;
	uint32_t i;

	must(kexec_elf_why(why) && kexec_elf_why(size));
	must(!timeline || memmem(file, size, "kexec", sizeof("kexec")));
	if (why)
		return;
	must(elf.nr_segments && elf.nr_segments <= KEXEC_ELF_SEGMENTS);
	must(elf.entry >= elf.mem && elf.entry < elf.mem_end && elf.mem == seg->mem);
	for (i = 0; i < elf.nr_segments; i++, seg++) {
		must_lie_in(&(struct kexec_bytes){ seg->offset, seg->size }, size);
		must(seg->mem >= end && seg->mem_size && seg->size <= seg->mem_size);
		end = seg->mem + seg->mem_size;
		must(end > seg->mem);
	}
	must(end == elf.mem_end);
	must(kexec_elf_why(kexec_elf_check_x86(&elf)));
	check_sections(file, size);
	must(!kexec_elf_enter_at(&elf, elf.mem_end - 1));
	must(kexec_elf_enter_at(&elf, elf.mem_end) == KEXEC_ELF_BAD_ENTRY);
	kexec_elf_is_linux64(&elf);
	walk_runs(file, &elf, 0x1000);
	walk_runs(file, &elf, 0x10000);
	check_notes(file, size);
}

/* Takes text from the input, up to a NUL that it has; NULL if there is none. */
static const char *take_text(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *text = *at, *nul = memchr(text, 0, end - text);

	if (!nul)
		return NULL;
	*at = nul + 1;
	return (const char *)text;
}

/* What an image is told, from bytes that decide what is known. */
static void take_boot_info(const uint8_t *data, size_t size)
{
	const uint8_t *at = data + 4, *end = data + size;
	struct kexec_ram ram[8];
	struct kexec_module module[2] = { { 0x1000, 0x2000 }, { 0x3000, 0x3000 } };
	struct kexec_boot_info info = { .ram = ram, .module = module };
	uint8_t version = 1 + data[0] % 2;
	uint8_t *buf;
	size_t need;

	info.nr_ram = data[1] % 8;
	info.nr_modules = data[2] % 3;
	info.screen.addr = data[2] & 4 ? 0xb8000 : 0;
	info.screen.text = data[2] & 8;
	info.efi_systab = data[3] & 1;
	info.load_base = data[3] & 2;
	if ((size_t)(end - at) < info.nr_ram * sizeof(*ram) + 36)
		return;
	info.rsdp = data[3] & 4 ? at : NULL;
	info.rsdp_size = data[3] & 8 ? 20 : 36;
	info.efi_map = data[3] & 16 ? at : NULL;
	info.efi_map_size = 36;
	memcpy(ram, at + 36, info.nr_ram * sizeof(*ram));
	at += 36 + info.nr_ram * sizeof(*ram);
	info.cmdline = take_text(&at, end);
	info.loader = take_text(&at, end);
	module[0].cmdline = take_text(&at, end);
	need = kexec_multiboot_info(version, &info, 0x1000, NULL, 0);
	buf = malloc(need);
	must(kexec_multiboot_info(version, &info, 0x1000, buf, need - 1) == need);
	must(kexec_multiboot_info(version, &info, 0x1000, buf, need) == need);
	must(version == 1 || get_unaligned_le32(buf) == need);
	free(buf);
}

static void check_multiboot(const uint8_t *file, size_t size, uint8_t version)
{
	struct kexec_multiboot mb;
	struct kexec_elf elf;
	enum kexec_multiboot_why why = kexec_multiboot_parse(file, size, version, &mb);

	must(kexec_multiboot_why(why) && kexec_multiboot_why(size));
	if (why)
		return;
	must(mb.version == version && (mb.flat || size >= 4));
	must(!mb.relocatable || (mb.align && mb.min_addr <= mb.max_addr));
	if (!kexec_multiboot_place(file, size, &mb, &elf))
		must(elf.mem <= elf.entry && elf.entry < elf.mem_end && elf.mem_end <= 1ULL << 32);
	if (!mb.flat)
		return;
	must_lie_in(&mb.load, size);
	must(mb.load.size <= mb.mem_size && mb.mem_size <= ~0U - mb.load_addr);
	must(mb.has_entry && mb.entry >= mb.load_addr && mb.entry - mb.load_addr < mb.mem_size);
}

static void take_multiboot(const uint8_t *file, size_t size)
{
	check_multiboot(file, size, 1);
	check_multiboot(file, size, 2);
	must(kexec_multiboot_parse(file, size, 0, &(struct kexec_multiboot){}));
	if (size > 4)
		take_boot_info(file, size);
}

static void check_uki(const uint8_t *file, size_t size, uint32_t profile)
{
	struct kexec_uki uki;
	enum kexec_uki_why why = kexec_uki_parse(file, size, MACHINE_X86_64, profile, &uki);
	const char *line = (const char *)file + uki.cmdline.offset;

	must(kexec_uki_why(why) && kexec_uki_why(size));
	if (why)
		return;
	must_lie_in(&uki.kernel, size);
	must_lie_in(&uki.initrd, size);
	must_lie_in(&uki.ucode, size);
	must_lie_in(&uki.cmdline, size);
	must_lie_in(&uki.dtb, size);
	must_lie_in(&uki.uname, size);
	must_lie_in(&uki.osrel, size);
	must_lie_in(&uki.about, size);
	must(!memchr(line, 0, uki.cmdline.size));
	kexec_cmdline_has(line, uki.cmdline.size, "quiet");
	kexec_cmdline_has(line, uki.cmdline.size, "root=");
}

static void take_uki(const uint8_t *file, size_t size)
{
	uint32_t profile;

	for (profile = 0; profile < PROFILES; profile++)
		check_uki(file, size, profile);
}

static void take_wrapped(const uint8_t *file, size_t size)
{
	struct kexec_payload payload;
	struct kexec_gzip gzip;

	if (kexec_wrapped_parse(file, size, &payload))
		return;
	must(payload.unpacked && payload.unpacked <= KEXEC_UNPACKED_MAX);
	must(payload.unpacked / 40000 <= size);
	must_hold(&payload, file, size);
	if (payload.compressor == KEXEC_GZIP && !kexec_gzip_parse(&payload, &gzip))
		must_hold(&payload, gzip.data, gzip.size);
}

static void must_be_a_set(const struct kexec_ranges *set)
{
	const struct kexec_range *range = set->range;
	uint32_t i;

	must(set->nr <= set->max);
	for (i = 0; i < set->nr; i++)
		must(range[i].start <= range[i].end &&
		     (!i || (range[i].start && range[i - 1].end < range[i].start - 1)));
}

static void change_set(struct kexec_ranges *set, uint8_t what, uint64_t start, uint64_t end)
{
	struct kexec_range within = { start, end };
	uint64_t size = end >> (what & 0x3f), align = 1ULL << (what >> 2), place;

	if (what & 1) {
		if (kexec_ranges_add(set, start, end))
			must(kexec_ranges_hold(set, start, end));
	} else if (kexec_ranges_remove(set, start, end)) {
		must(!kexec_ranges_hold(set, start, start) && !kexec_ranges_hold(set, end, end));
	}
	if (kexec_ranges_find(set, size, align, what & 4 ? &within : NULL, what & 2, &place))
		must(kexec_ranges_hold(set, place, place + size - 1) && !(place & (align - 1)));
}

/* Changes of 17 bytes each: what, and two addresses. */
static void take_ranges(const uint8_t *data, size_t size)
{
	struct kexec_range room[8];
	struct kexec_ranges set = { room, 0, ARRAY_SIZE(room) };

	for (; size >= 17; data += 17, size -= 17) {
		change_set(&set, data[0], get_unaligned_le64(data + 1),
			   get_unaligned_le64(data + 9));
		must_be_a_set(&set);
	}
}

static void take_dtb(const uint8_t *data, size_t size)
{
	uint32_t tree_size = 0;
	enum kexec_dtb_why why = kexec_dtb_check(data, size, &tree_size);

	must(kexec_dtb_why(why) && kexec_dtb_why(size));
	must(why || (tree_size >= 40 && tree_size <= size && tree_size <= KEXEC_DTB_MAX));
}

static const struct target {
	const char *name;
	void (*take)(const uint8_t *data, size_t size);
} targets[] = {
	{ "bzimage", take_bzimage },
	{ "payload", take_payload },
	{ "vmlinux", take_vmlinux },
	{ "elf", take_elf },
	{ "multiboot", take_multiboot },
	{ "uki", take_uki },
	{ "wrapped", take_wrapped },
	{ "ranges", take_ranges },
	{ "dtb", take_dtb },
	{ "bls", take_bls },
	{ "entry", take_entry },
	{ "grub", take_grub },
	{ "grubenv", take_grubenv },
	{ "loader", take_loader },
	{ "versions", take_versions },
	{ "arguments", take_arguments },
	{ "proc", take_proc },
};

static const struct target *target;

/* An abort is what the fuzzer keeps an input for. */
static void too_slow(int number __maybe_unused)
{
	static const char text[] = "one input took too much processor time\n";

	must(write(STDERR_FILENO, text, sizeof(text) - 1) > 0);
	abort();
}

int LLVMFuzzerInitialize(int *argc __maybe_unused, char ***argv __maybe_unused)
{
	const char *name = getenv("FUZZ_TARGET");
	unsigned int i;

	for (i = 0; name && i < ARRAY_SIZE(targets); i++)
		if (!strcmp(name, targets[i].name))
			target = &targets[i];
	signal(SIGPROF, too_slow);
	if (target)
		return 0;
	fprintf(stderr, "FUZZ_TARGET has to be one of:");
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		fprintf(stderr, " %s", targets[i].name);
	fputc('\n', stderr);
	exit(2);
}

/* Tables as long as a file can have; nothing of that size is kept to start from. */
static void take_repeated(const uint8_t *data, size_t size)
{
	uint8_t *large = malloc(LARGE);
	size_t at;

	for (at = 0; at < LARGE; at++)
		large[at] = data[at % size];
	target->take(large, LARGE);
	free(large);
}

/* The same for the same input, or what is found could not be found again. */
static bool is_repeated(const uint8_t *data, size_t size)
{
	uint32_t sum = size;

	while (size--)
		sum = (sum ^ data[size]) * 0x01000193;
	return sum % REPEATED == 0;
}

static void set_timer(time_t seconds)
{
	struct itimerval limit = { .it_value.tv_sec = seconds };

	setitimer(ITIMER_PROF, &limit, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	set_timer(SECONDS);
	target->take(data, size);
	if (size && is_repeated(data, size))
		take_repeated(data, size);
	set_timer(0);
	return 0;
}

/* A header with a wrong sum is none: nothing behind it would be looked at. */
static void correct_sums(uint8_t *data, size_t size)
{
	uint32_t magic;
	size_t at;

	for (at = 0; at + 16 <= size; at += 4) {
		magic = get_unaligned_le32(data + at);
		if (magic == MULTIBOOT1_HEADER)
			put_unaligned_le32(-(magic + get_unaligned_le32(data + at + 4)),
					   data + at + 8);
		if (magic == MULTIBOOT2_HEADER)
			put_unaligned_le32(-(magic + get_unaligned_le32(data + at + 4) +
					     get_unaligned_le32(data + at + 8)), data + at + 12);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max);
	if (target->take == take_multiboot && seed % 8)
		correct_sums(data, size);
	return size;
}
