// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images whose payload is damaged: each must be refused when it is loaded, with
 * a sentence that names the compressor, and leave both slots as they were.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rows.h"

#define SETUP_SECTS	0x1f1
#define PAYLOAD_OFFSET	0x248
#define PAYLOAD_LENGTH	0x24c
#define SECTOR		512
#define PLACES		8
/* More than any compressor's header, whose time stamp may well be another. */
#define HEADER		40

/* The payload, from the start of the file. */
struct payload {
	size_t at;
	uint32_t size;
};

static struct payload find_payload(const uint8_t *kernel)
{
	struct payload payload;
	uint32_t offset;

	memcpy(&offset, kernel + PAYLOAD_OFFSET, sizeof(offset));
	memcpy(&payload.size, kernel + PAYLOAD_LENGTH, sizeof(payload.size));
	payload.at = (kernel[SETUP_SECTS] + 1) * SECTOR + offset;
	return payload;
}

/* A copy of the kernel with one bit flipped @at bytes into its payload. */
static int flipped(uint8_t *kernel, size_t size, size_t at)
{
	int fd;

	kernel[at] ^= 0x10;
	fd = make_file(kernel, size);
	kernel[at] ^= 0x10;
	return fd;
}

static void check_flip(uint8_t *kernel, size_t size, const char *name, size_t at, bool crash)
{
	unsigned long flags = KEXEC_FILE_NO_INITRAMFS | (crash ? KEXEC_FILE_ON_CRASH : 0);
	struct row row = { .error = EBADMSG, .says = "damaged",
			   .load = FILES(flags, flipped(kernel, size, at), -1) };
	char text[128];

	snprintf(text, sizeof(text), "%s: a bit flipped at offset %#zx", name, at);
	row.name = text;
	check_call(&row);
	close(row.load.kernel);
}

/* Spread over the stream, and the size at its end. */
static void check_flips(uint8_t *kernel, size_t size, const char *name, bool crash)
{
	struct payload payload = find_payload(kernel);
	size_t step = payload.size / PLACES;
	unsigned int i;

	plan(PLACES + 1);
	for (i = 0; i < PLACES; i++)
		check_flip(kernel, size, name, payload.at + step * i + HEADER, crash);
	check_flip(kernel, size, name, payload.at + payload.size - 2, crash);
}

static void check_whole(const char *path, const char *name)
{
	const struct row row = { .name = name, .load = KERNEL(open_file(path)) };

	plan(1);
	check_call(&row);
}

/* KERNEL packed by NAME, whole and with bits flipped.  Both slots are to be armed. */
int test_damaged(int argc, char **argv)
{
	size_t size;
	uint8_t *kernel = map_file(argv[argc - 1], &size);
	const char *name = argv[0];

	kmsg_open();
	check_flips(kernel, size, name, false);
	check_flips(kernel, size, name, true);
	check_whole(argv[argc - 1], name);
	munmap(kernel, size);
	return 0;
}
