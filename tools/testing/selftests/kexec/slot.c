// SPDX-License-Identifier: GPL-2.0-only
/* What sysfs says of an image. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selftest.h"

/* What stays the same as long as the same image is armed. */
static const char * const identity[] = {
	"kernel", "format", "entry", "segments", "bytes", "loaded_at",
};

const char *slot_name(bool crash)
{
	return crash ? "crash" : "normal";
}

void read_slot(bool crash, const char *name, char *text, size_t size)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/kexec/%s/%s", slot_name(crash), name);
	file = fopen(path, "r");
	if (!file)
		stop(path);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

/* Everything that tells an armed image from any other. */
void identify(bool crash, char *text, size_t size)
{
	size_t used = 0, i;

	for (i = 0; i < ARRAY_SIZE(identity); i++) {
		read_slot(crash, identity[i], text + used, size - used);
		used = strlen(text);
	}
}

/* Loads a kernel and leaves it loaded, as whoever uses the machine may have. */
int test_hold(int argc, char **argv)
{
	const struct load load = {
		.how = BY_FILE, .flags = KEXEC_FILE_NO_INITRAMFS,
		.kernel = open_file(argv[argc - 1]),
	};

	return attempt(&load) || !armed(false);
}
