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

/*
 * elfcorehdr=[SIZE@]ADDRESS, put on the command line by whoever loads crash kernels;
 * the last one counts.  One without an address makes no crash kernel of this one.
 */
static int __init parse_elfcorehdr(char *value)
{
	unsigned long long size = 0, addr;
	char *rest = value;

	if (!value)
		return -EINVAL;
	addr = memparse(value, &rest);
	if (*rest == '@') {
		size = addr;
		value = rest + 1;
		addr = memparse(value, &rest);
	}
	if (rest == value)
		return -EINVAL;
	elfcorehdr_addr = addr;
	elfcorehdr_size = size;
	return 0;
}
early_param("elfcorehdr", parse_elfcorehdr);
