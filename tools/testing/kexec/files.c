// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <unistd.h>
#include "files.h"

static noreturn void die(const char *what)
{
	perror(what);
	exit(2);
}

/* Heap blocks of exactly that size: the address sanitizer sees what goes beyond. */
struct bytes bytes_copy(const void *data, size_t size)
{
	struct bytes bytes = { malloc(size), size };

	if (!bytes.data)
		die("malloc");
	if (size)
		memcpy(bytes.data, data, size);
	return bytes;
}

/* Two digits for each byte, and spaces between them as one likes. */
struct bytes bytes_hex(const char *digits)
{
	uint8_t data[256];
	size_t size;
	int used;

	for (size = 0; size < sizeof(data); size++) {
		if (sscanf(digits, "%2hhx%n", &data[size], &used) != 1)
			break;
		digits += used;
	}
	if (*digits)
		die(digits);
	return bytes_copy(data, size);
}

static struct bytes read_all(FILE *file)
{
	size_t size = 0, room = 1 << 20, got;
	struct bytes exact;
	uint8_t *data = malloc(room);

	while (data && (got = fread(data + size, 1, room - size, file))) {
		size += got;
		if (size == room)
			data = realloc(data, room *= 2);
	}
	if (!data)
		die("malloc");
	exact = bytes_copy(data, size);
	free(data);
	return exact;
}

struct bytes bytes_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct bytes bytes;

	if (!file)
		die(path);
	bytes = read_all(file);
	fclose(file);
	return bytes;
}

/* What a shell command writes that reads @data. */
struct bytes bytes_filter(const char *command, const void *data, size_t size)
{
	char path[] = "/tmp/kexec-test-XXXXXX", line[256];
	int fd = mkstemp(path);
	struct bytes out;
	FILE *pipe;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		die(path);
	close(fd);
	snprintf(line, sizeof(line), "%s <%s", command, path);
	pipe = popen(line, "r");
	if (!pipe)
		die(line);
	out = read_all(pipe);
	unlink(path);
	if (pclose(pipe)) {
		fprintf(stderr, "failed: %s\n", line);
		exit(2);
	}
	return out;
}

uint64_t next_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
