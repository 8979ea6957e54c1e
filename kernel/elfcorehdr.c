// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the kernel that crashed left the ELF core header of its memory.
 */

#include <linux/crash_dump.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>

/*
 * Physical address and size in bytes; a size of 0: not said.  The address tells
 * a crash kernel from others (is_kdump_kernel()), also without /proc/vmcore.
 */
unsigned long long elfcorehdr_addr = ELFCORE_ADDR_MAX;
EXPORT_SYMBOL_GPL(elfcorehdr_addr);
unsigned long long elfcorehdr_size;

/* elfcorehdr=[SIZE@]ADDRESS, put on the command line by whoever loads crash kernels */
static int __init parse_elfcorehdr(char *value)
{
	unsigned long long number;
	char *rest = value;

	if (!value)
		return -EINVAL;
	number = memparse(value, &rest);
	if (*rest == '@') {
		elfcorehdr_size = number;
		number = memparse(rest + 1, &rest);
	}
	elfcorehdr_addr = number;
	return rest == value ? -EINVAL : 0;
}
early_param("elfcorehdr", parse_elfcorehdr);
