// SPDX-License-Identifier: GPL-2.0-only
/* The device tree of this machine, with what the next kernel is told in /chosen. */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>

#include "stage.h"

#define SLACK	(2 * PAGE)

static void need(int result, const char *what)
{
	if (result >= 0)
		return;
	printf("# %s: %s\n", what, fdt_strerror(result));
	bail("device tree");
}

/* Addresses and sizes have two cells each on these machines. */
static void set_range(void *tree, int node, const char *name, struct range range)
{
	fdt64_t cells[] = { cpu_to_fdt64(range.start), cpu_to_fdt64(range.end - range.start + 1) };

	need(fdt_setprop(tree, node, name, cells, sizeof(cells)), name);
}

struct bytes make_device_tree(const char *line, struct range initrd, const struct range *crash,
			      struct range core)
{
	struct bytes own = read_file("/sys/firmware/fdt");
	struct bytes made = { malloc(own.size + SLACK), own.size + SLACK };
	int node;

	need(fdt_open_into(own.data, made.data, made.size), "copy");
	node = fdt_path_offset(made.data, "/chosen");
	need(node, "/chosen");
	need(fdt_setprop_string(made.data, node, "bootargs", line), "bootargs");
	need(fdt_setprop_u64(made.data, node, "linux,initrd-start", initrd.start), "initrd");
	need(fdt_setprop_u64(made.data, node, "linux,initrd-end", initrd.end + 1), "initrd");
	if (crash) {
		set_range(made.data, node, "linux,usable-memory-range", *crash);
		set_range(made.data, node, "linux,elfcorehdr", core);
	}
	need(fdt_pack(made.data), "pack");
	made.size = fdt_totalsize(made.data);
	free(own.data);
	return made;
}
