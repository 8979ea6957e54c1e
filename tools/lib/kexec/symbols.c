// SPDX-License-Identifier: GPL-2.0-only
/* Which system calls the running kernel has, as far as its symbols show. */
#include <stdio.h>
#include <string.h>
#include <linux/kernel.h>
#include "system.h"

#define SYMBOLS		"/proc/kallsyms"

/* What architectures put in front of sys_NAME where the call is entered. */
static const char * const fronts[] = {
	"", "__x64_", "__ia32_", "__arm64_", "__riscv_", "__s390x_",
};

static bool enters(const char *symbol, const char *call)
{
	const char *name = strstr(symbol, "sys_");
	size_t i, front = name ? name - symbol : 0;

	if (!name || strcmp(name + strlen("sys_"), call))
		return false;
	for (i = 0; i < ARRAY_SIZE(fronts); i++)
		if (strlen(fronts[i]) == front && !strncmp(symbol, fronts[i], front))
			return true;
	return false;
}

/**
 * call_is_missing() - is a system call not built into the running kernel?
 * @call: its name
 *
 * A weak stand-in has its place then (COND_SYSCALL of include/linux/syscalls.h); the kernel shows
 * the kinds of its symbols to everybody, if not where they are.
 *
 * Return: true if so; false where that does not show, too.
 */
bool call_is_missing(const char *call)
{
	FILE *f = fopen(SYMBOLS, "re");
	char line[640], symbol[512], kind = '\0';
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*x %c %511s", &kind, symbol) == 2 && enters(symbol, call);
	if (f)
		fclose(f);
	return found && (kind == 'W' || kind == 'w');
}
