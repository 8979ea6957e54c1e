// SPDX-License-Identifier: GPL-2.0-only
/* Where memory is, from /proc/iomem. */
#include <stdio.h>
#include <string.h>

#include "stage.h"

/* The ranges of that name at any depth, in order; returns how many there are. */
size_t find_ranges(const char *name, struct range *found, size_t room)
{
	FILE *file = fopen("/proc/iomem", "r");
	char line[256], what[128];
	struct range range;
	size_t n = 0;

	if (!file)
		bail("/proc/iomem");
	while (n < room && fgets(line, sizeof(line), file))
		if (sscanf(line, " %lx-%lx : %127[^\n]", &range.start, &range.end, what) == 3 &&
		    !strcmp(what, name))
			found[n++] = range;
	fclose(file);
	return n;
}
