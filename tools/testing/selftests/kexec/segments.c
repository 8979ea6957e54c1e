// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots a kernel as boot loaders do that bring a trampoline of their own: as many
 * segments as there can be, the entry in one of them, which is not the first and not
 * the lowest, a stack and page tables in another, and jumps from segment to segment
 * before the kernel is entered.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "linux_start.h"
#include "rows.h"

#define PARAMS_AT	(16 * MIB)
#define KERNEL_AT	(32 * MIB)
#define INITRD_AT	(512 * MIB)
#define TABLES_AT	(704 * MIB)
#define TRAMPOLINE_AT	(720 * MIB)
#define HOPS_AT		(768 * MIB)

/* What is left beside trampoline, tables, parameters, kernel and initrd. */
#define HOPS		(KEXEC_SEGMENT_MAX - 5)
#define MARK		"kx.hops="

#define ENTRIES		(PAGE / sizeof(__u64))
#define GIBS		4
#define ENTRY_TABLE	0x3
#define ENTRY_LARGE	0x83
#define LARGE_PAGE	(2 * MIB)

/* Page tables of five levels or of four, for the first gibibytes, and a stack. */
struct tables {
	__u64 top5[ENTRIES];
	__u64 top4[ENTRIES];
	__u64 upper[ENTRIES];
	__u64 middle[GIBS * ENTRIES];
	__u8 stack[PAGE];
};

struct start {
	struct boot_params params;
	char command_line[PAGE];
};

struct code {
	__u8 bytes[PAGE];
	size_t used;
};

static struct tables tables;
static struct start start;
static struct code trampoline, hops[HOPS];

static unsigned long address_of(size_t offset)
{
	return TABLES_AT + offset;
}

static void make_tables(void)
{
	unsigned long i;

	tables.top5[0] = address_of(offsetof(struct tables, top4)) | ENTRY_TABLE;
	tables.top4[0] = address_of(offsetof(struct tables, upper)) | ENTRY_TABLE;
	for (i = 0; i < GIBS; i++)
		tables.upper[i] = address_of(offsetof(struct tables, middle[i * ENTRIES])) |
				  ENTRY_TABLE;
	for (i = 0; i < GIBS * ENTRIES; i++)
		tables.middle[i] = i * LARGE_PAGE | ENTRY_LARGE;
}

static bool has_five_levels(void)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	bool found = false;
	char line[8192];

	if (!file)
		stop("/proc/cpuinfo");
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, " la57");
	fclose(file);
	return found;
}

static void emit(struct code *code, const char *bytes, size_t size)
{
	memcpy(code->bytes + code->used, bytes, size);
	code->used += size;
}

/* An instruction with a 64-bit immediate operand. */
static void emit_with(struct code *code, const char *opcode, __u64 operand)
{
	emit(code, opcode, 2);
	memcpy(code->bytes + code->used, &operand, sizeof(operand));
	code->used += sizeof(operand);
}

#define TO_RAX	"\x48\xb8"
#define TO_RSP	"\x48\xbc"
#define TO_RSI	"\x48\xbe"
#define TO_RDI	"\x48\xbf"

static void emit_jump(struct code *code, __u64 to)
{
	emit_with(code, TO_RAX, to);
	emit(code, "\xff\xe0", 2);		/* jmp *%rax */
}

/* From high to low, so that nothing follows the order of addresses. */
static unsigned long hop_at(unsigned int number)
{
	return HOPS_AT + (HOPS - number) * MIB;
}

static void make_code(size_t mark)
{
	size_t root = has_five_levels() ? offsetof(struct tables, top5) :
					  offsetof(struct tables, top4);
	unsigned int i;

	emit_with(&trampoline, TO_RAX, address_of(root));
	emit(&trampoline, "\x0f\x22\xd8", 3);	/* mov %rax, %cr3 */
	emit_with(&trampoline, TO_RSP, address_of(sizeof(tables)));
	emit_with(&trampoline, TO_RSI, PARAMS_AT);
	emit_jump(&trampoline, hop_at(0));
	for (i = 0; i < HOPS; i++) {
		emit(&hops[i], "\x56", 1);	/* push %rsi */
		emit_with(&hops[i], TO_RDI, PARAMS_AT + mark + i);
		emit(&hops[i], "\xc6\x07\x31", 3); /* movb $'1', (%rdi) */
		emit(&hops[i], "\x5e", 1);	/* pop %rsi */
		emit_jump(&hops[i], i + 1 < HOPS ? hop_at(i + 1) : KERNEL_AT + ENTRY_64);
	}
}

/* Where the hops leave their marks, from the start of the parameters. */
static size_t find_marks(void)
{
	char *marks = strstr(start.command_line, MARK);

	if (!marks || strspn(marks + strlen(MARK), "1") != HOPS) {
		errno = EINVAL;
		stop("marks on the command line");
	}
	marks += strlen(MARK);
	memset(marks, '0', HOPS);
	return marks - (char *)&start;
}

static void place_params(const char *image, size_t initrd_size, const char *line)
{
	place_header(&start.params, image);
	start.params.hdr.cmd_line_ptr = PARAMS_AT + offsetof(struct start, command_line);
	start.params.hdr.ramdisk_image = INITRD_AT;
	start.params.hdr.ramdisk_size = initrd_size;
	start.params.e820_entries = 2;
	start.params.e820_table[0] = (struct boot_e820_entry){ PAGE, 0x9e000, 1 };
	start.params.e820_table[1] = (struct boot_e820_entry){ MIB, 900 * MIB, 1 };
	snprintf(start.command_line, sizeof(start.command_line), "%s", line);
}

static int load(char *image, size_t image_size, void *initrd, size_t initrd_size)
{
	size_t setup = setup_size(&start.params);
	struct kexec_segment segments[KEXEC_SEGMENT_MAX] = {
		SEGMENT(image + setup, image_size - setup, KERNEL_AT,
			whole_pages(start.params.hdr.init_size)),
		SEGMENT(&start, sizeof(start), PARAMS_AT, whole_pages(sizeof(start))),
		SEGMENT(trampoline.bytes, trampoline.used, TRAMPOLINE_AT, PAGE),
		SEGMENT(initrd, initrd_size, INITRD_AT, whole_pages(initrd_size)),
		SEGMENT(&tables, sizeof(tables), TABLES_AT, sizeof(tables)),
	};
	struct load request = {
		.entry = TRAMPOLINE_AT, .nr = KEXEC_SEGMENT_MAX, .segments = segments,
	};
	unsigned int i;

	for (i = 0; i < HOPS; i++)
		segments[KEXEC_SEGMENT_MAX - HOPS + i] =
			(struct kexec_segment)SEGMENT(hops[i].bytes, hops[i].used, hop_at(i), PAGE);
	return attempt(&request);
}

int test_segments(int argc, char **argv)
{
	size_t image_size, initrd_size;
	char *image = map_file(argv[0], &image_size);
	void *initrd = map_file(argv[1], &initrd_size);

	place_params(image, initrd_size, argv[argc - 1]);
	make_tables();
	make_code(find_marks());
	errno = load(image, image_size, initrd, initrd_size);
	if (errno)
		perror("kexec_load");
	return errno != 0;
}
