// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/elf_notes.c: notes with command lines of any length, byte for
 * byte, and in too little room.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define HEADER	12
#define LONGEST	300

/* What comes behind the header: sizes of owner and text, type, text, padding. */
static const uint8_t loader[] = {
	0, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 'k', 'e', 'x', 'e', 'c', 0, 0, 0,
};

/* One's complement sum of words of 16 bits, the lower byte first. */
static uint32_t sum_of(const uint8_t *data, size_t size)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < size; i++)
		sum += (uint64_t)data[i] << 8 * (i % 2);
	while (sum > 0xffff)
		sum = sum % 0x10000 + sum / 0x10000;
	return sum;
}

static bool header_fits(const uint8_t *data, size_t size, uint8_t notes)
{
	const uint8_t magic[] = { 0x07, 0xb0, 0x1f, 0x0e };
	const uint8_t length[] = { size, size >> 8, 0, 0 };

	return !memcmp(data, magic, sizeof(magic)) && !memcmp(data + 4, length, sizeof(length)) &&
	       data[10] == notes && !data[11] && sum_of(data, size) == 0xffff;
}

static bool cmdline_fits(const uint8_t *note, const char *cmdline, size_t room)
{
	size_t size = strlen(cmdline) + 1;
	uint8_t expected[12 + LONGEST + 4] = { [4] = size, [5] = size >> 8, [8] = 4 };

	memcpy(expected + 12, cmdline, size);
	return room == 12 + (size + 3) / 4 * 4 && !memcmp(note, expected, room);
}

/* In a block of exactly that size: what goes beyond is seen. */
static bool notes_fit(const char *cmdline)
{
	size_t size = kexec_elf_notes(cmdline, NULL, 0), at = HEADER + sizeof(loader);
	struct bytes notes = { calloc(1, size), size };
	bool fit;

	memset(notes.data, 0xaa, size);
	fit = kexec_elf_notes(cmdline, notes.data, size) == size &&
	      header_fits(notes.data, size, cmdline ? 2 : 1) &&
	      !memcmp(notes.data + HEADER, loader, sizeof(loader)) &&
	      (cmdline ? cmdline_fits(notes.data + at, cmdline, size - at) : size == at);
	free(notes.data);
	return fit;
}

static void test_lengths(void)
{
	char cmdline[LONGEST] = "";
	unsigned int bad = 0, i;

	tap_result(notes_fit(NULL), "no command line");
	for (i = 0; i < LONGEST - 1; i++) {
		bad += !notes_fit(cmdline);
		cmdline[i] = 0xff - i % 80;
	}
	tap_result(!bad, "command lines of up to %u bytes: %u of them wrong", i, bad);
}

static void test_room(void)
{
	size_t needed = kexec_elf_notes("quiet", NULL, 0), size;
	unsigned int bad = 0;
	struct bytes notes;

	for (size = 0; size < needed; size++) {
		notes = (struct bytes){ calloc(1, size), size };
		bad += kexec_elf_notes("quiet", notes.data, size) != needed;
		free(notes.data);
	}
	tap_result(!bad, "too little room: %u wrong sizes", bad);
}

int main(void)
{
	test_lengths();
	test_room();
	return tap_finish();
}
