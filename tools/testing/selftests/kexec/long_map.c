// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots a kernel with a firmware memory map longer than its boot parameters
 * hold, as large machines have one, and with timelines of the handover that
 * are damaged, by way of ready-made segments.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "linux_start.h"

#define PARAMS_AT	(16 * MIB)
#define KERNEL_AT	(32 * MIB)
#define INITRD_AT	(512 * MIB)
#define HOLES_AT	(768 * MIB)
#define HOLES		72
#define HOLE_EVERY	MIB
#define HOLE_SIZE	(64 * 1024UL)
#define ENTRIES_MAX	(128 + 48)
#define RAM		1
#define RESERVED	2

/* All the new kernel's start needs, in one segment at PARAMS_AT. */
struct start {
	struct boot_params params;
	char command_line[PAGE];
	union {
		struct setup_data rest;
		char room[PAGE];
	};
	char records[PAGE];
	__u8 code[PAGE];
};

struct map {
	unsigned int count;
	struct boot_e820_entry entry[ENTRIES_MAX];
};

static void add(struct map *map, unsigned long start, unsigned long end, unsigned int type)
{
	if (map->count == ENTRIES_MAX) {
		errno = E2BIG;
		stop("memory map");
	}
	map->entry[map->count++] = (struct boot_e820_entry){ start, end - start, type };
}

/* Breaks the memory that holds the place for it into pieces. */
static void add_memory(struct map *map, unsigned long start, unsigned long end)
{
	unsigned long hole = HOLES_AT;
	unsigned int i;

	if (start <= HOLES_AT && end >= HOLES_AT + HOLES * HOLE_EVERY)
		for (i = 0; i < HOLES; i++, hole += HOLE_EVERY) {
			add(map, start, hole, RAM);
			add(map, hole, hole + HOLE_SIZE, RESERVED);
			start = hole + HOLE_SIZE;
		}
	add(map, start, end, RAM);
}

static bool read_line(unsigned int number, const char *name, const char *format, void *where)
{
	char path[64];
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/%s", number, name);
	file = fopen(path, "r");
	if (!file)
		return false;
	found = fscanf(file, format, where);
	fclose(file);
	return found == 1;
}

static void read_map(struct map *map)
{
	unsigned long start, end;
	char type[64];
	unsigned int i;

	for (i = 0; read_line(i, "start", "%lx", &start) && read_line(i, "end", "%lx", &end) &&
	     read_line(i, "type", "%63[^\n]", type); i++) {
		if (!strcmp(type, "System RAM"))
			add_memory(map, start, end + 1);
		else
			add(map, start, end + 1, RESERVED);
	}
}

static void place_map(struct start *start, const struct map *map)
{
	unsigned int first = map->count;

	if (first > E820_MAX_ENTRIES_ZEROPAGE)
		first = E820_MAX_ENTRIES_ZEROPAGE;
	start->params.e820_entries = first;
	memcpy(start->params.e820_table, map->entry, first * sizeof(map->entry[0]));
	start->rest.type = SETUP_E820_EXT;
	start->rest.len = (map->count - first) * sizeof(map->entry[0]);
	memcpy(start->rest.data, map->entry + first, start->rest.len);
	start->params.hdr.setup_data = PARAMS_AT + offsetof(struct start, records);
	place_bad_records(start->records, sizeof(start->records), start->params.hdr.setup_data,
			  PARAMS_AT + offsetof(struct start, rest));
}

static void place_start(struct start *start, const char *image, size_t initrd_size)
{
	struct setup_header *header = &start->params.hdr;

	place_header(&start->params, image);
	header->cmd_line_ptr = PARAMS_AT + offsetof(struct start, command_line);
	header->ramdisk_image = INITRD_AT;
	header->ramdisk_size = initrd_size;
}

/* movabs $params, %rsi; movabs $entry, %rax; jmp *%rax */
static void place_code(struct start *start)
{
	__u64 params = PARAMS_AT;
	__u64 entry = KERNEL_AT + ENTRY_64;

	memcpy(start->code, "\x48\xbe", 2);
	memcpy(start->code + 2, &params, sizeof(params));
	memcpy(start->code + 10, "\x48\xb8", 2);
	memcpy(start->code + 12, &entry, sizeof(entry));
	memcpy(start->code + 20, "\xff\xe0", 2);
}

int test_long_map(int argc, char **argv)
{
	static struct start start;
	static struct map map;
	size_t image_size, initrd_size, setup;
	char *image = map_file(argv[0], &image_size);
	void *initrd = map_file(argv[1], &initrd_size);

	snprintf(start.command_line, sizeof(start.command_line), "%s", argv[argc - 1]);
	read_map(&map);
	place_start(&start, image, initrd_size);
	place_map(&start, &map);
	place_code(&start);
	setup = setup_size(&start.params);
	{
		const struct kexec_segment segments[] = {
			{ &start, sizeof(start), (void *)PARAMS_AT, whole_pages(sizeof(start)) },
			{ image + setup, image_size - setup, (void *)KERNEL_AT,
			  whole_pages(start.params.hdr.init_size) },
			{ initrd, initrd_size, (void *)INITRD_AT, whole_pages(initrd_size) },
		};
		const struct load load = {
			.entry = PARAMS_AT + offsetof(struct start, code),
			.nr = ARRAY_SIZE(segments), .segments = segments,
		};

		errno = attempt(&load);
	}
	if (errno)
		perror("kexec_load");
	return errno != 0;
}
