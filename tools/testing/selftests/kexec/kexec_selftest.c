// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the system calls for the guest tests.  Every command reports in TAP on
 * its standard output; the guest scripts beside this file say when to run which.
 */
#include <stdio.h>
#include <string.h>

#include "selftest.h"

static const struct command {
	const char *name;
	const char *operands;
	int operand_count;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "errors", "KERNEL", 1, test_errors },
	{ "damaged", "NAME KERNEL", 2, test_damaged },
	{ "sound", "DIRECTORY", 1, test_sound },
	{ "hostile", "DIRECTORY", 1, test_hostile },
	{ "arguments", "KERNEL DIRECTORY", 2, test_arguments },
	{ "forbidden", "KERNEL", 1, test_forbidden },
	{ "permissive", "KERNEL", 1, test_permissive },
	{ "cycles", "KERNEL INITRD", 2, test_cycles },
	{ "race", "KERNEL ROUNDS", 2, test_race },
	{ "context", "JUMPS", 1, test_context },
	{ "awake", "", 0, test_awake },
	{ "fragment", "", 0, test_fragment },
	{ "occupy", "MEBIBYTES", 1, test_occupy },
	{ "spin", "CPU", 1, test_spin },
	{ "load-at", "ADDRESS MEBIBYTES", 2, test_load_at },
	{ "mark", "ADDRESS", 1, test_mark },
	{ "marked", "ADDRESS", 1, test_marked },
	{ "segments", "KERNEL INITRD COMMAND-LINE", 3, test_segments },
	{ "long-map", "KERNEL INITRD COMMAND-LINE", 3, test_long_map },
	{ "fail", "WAY", 1, test_fail },
	{ "damage", "", 0, test_damage },
	{ "crash-room", "KERNEL", 1, test_crash_room },
	{ "told", "ELF MULTIBOOT", 2, test_told },
	{ "killed", "KERNEL MEBIBYTES", 2, test_killed },
	{ "sweep", "KERNEL FILE NEIGHBOUR FLAGS SIZES", 5, test_sweep },
	{ "limited", "KERNEL INITRD FLAGS", 3, test_limited },
	{ "stuck", "server|disk|FILE", 1, test_stuck },
	{ "clutter", "", 0, test_clutter },
	{ "clock", "", 0, test_clock },
	{ "jump", "", 0, test_jump },
	{ "hold", "KERNEL", 1, test_hold },
};

static int usage(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, "%s kexec_selftest %s %s\n", i ? "      " : "usage:",
			commands[i].name, commands[i].operands);
	return 2;
}

int main(int argc, char **argv)
{
	size_t i;

	/* One write per line: kernel messages must not split them. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return usage();
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name) && argc - 2 == commands[i].operand_count)
			return commands[i].run(argc - 2, argv + 2);
	return usage();
}
