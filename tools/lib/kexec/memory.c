// SPDX-License-Identifier: GPL-2.0-only
/* Where an image could go: free memory, crash memory, and hypervisors that own it all. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "attempt.h"

#define MIB	(1024.0 * 1024.0)

/**
 * memory_line() - a figure of /proc/meminfo
 * @name: which
 *
 * Return: bytes; 0 if it is not there.
 */
unsigned long long memory_line(const char *name)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0, found = 0;
	char line[128];
	size_t len = strlen(name);

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && sscanf(line + len, ": %llu kB", &kib) == 1)
			found = kib << 10;
	if (f)
		fclose(f);
	return found;
}

static unsigned long long size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_size;
}

/**
 * files_size() - how much there is to load
 * @a: the attempt
 *
 * Return: bytes in the kernel and all files beside it.
 */
unsigned long long files_size(const struct attempt *a)
{
	unsigned long long sum = size_of(a->kernel);
	size_t i;

	for (i = 0; i < a->files->nr; i++)
		sum += size_of(a->files->part[i].fd);
	return sum;
}

static void tell_sizes(const struct attempt *a, struct kexec_error *error)
{
	error_evidence(error, "%s and %zu files beside it: %.1f MiB", a->image->kernel.name,
		       a->files->nr, files_size(a) / MIB);
}

bool crash_memory_small(const struct attempt *a, struct kexec_error *error)
{
	unsigned long long size;

	if (!is_crash(a->image) || kexec_crash_memory(&size, NULL) ||
	    (!a->code && files_size(a) < size))
		return false;
	error_cause(error, "the memory reserved for a crash kernel is too small for this one");
	error_evidence(error, "/sys/kernel/kexec_crash_size: %.1f MiB", size / MIB);
	tell_sizes(a, error);
	error_next(error,
		   "Boot this kernel with a larger crashkernel=; kexec --estimate says how large.");
	return true;
}

bool memory_short(const struct attempt *a, struct kexec_error *error)
{
	unsigned long long available = memory_line("MemAvailable");

	if (is_crash(a->image) || (!a->code && (!available || files_size(a) < available)))
		return false;
	error_cause(error, a->code == -EADDRNOTAVAIL ?
		    "there is no free range of memory where the image could go" :
		    "there is not enough free memory to load the image");
	tell_sizes(a, error);
	if (available)
		error_evidence(error, "/proc/meminfo: %.1f MiB available of %.1f MiB",
			       available / MIB, memory_line("MemTotal") / MIB);
	error_next(error, "End programs that use much memory, or take a smaller initrd.");
	return true;
}

/* Domains see "xen" there; a fully virtualised one is its own kernel's master. */
bool under_xen(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	char type[32], guest[32];

	if (!read_word("/sys/hypervisor/type", type, sizeof(type)) || strcmp(type, "xen"))
		return false;
	read_word("/sys/hypervisor/guest_type", guest, sizeof(guest));
	if (!strcmp(guest, "HVM") || !strcmp(guest, "PVH"))
		return false;
	error_cause(error,
		    "this is a Xen domain, and only the hypervisor can start another kernel");
	error_evidence(error, "/sys/hypervisor/type: %s", type);
	if (*guest)
		error_evidence(error, "/sys/hypervisor/guest_type: %s", guest);
	error_next(error, "Use a kexec program that talks to the hypervisor, or boot without Xen.");
	return true;
}
