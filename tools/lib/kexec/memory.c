// SPDX-License-Identifier: GPL-2.0-only
/* Where an image could go: free memory and crash memory. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "attempt.h"

#define MIB	(1024.0 * 1024.0)

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

static void tell_files(const struct attempt *a, struct kexec_error *error)
{
	error_evidence(error, "%s and %zu files beside it: %.1f MiB", a->image->kernel.name,
		       a->files->nr, files_size(a) / MIB);
}

static void tell_available(struct kexec_error *error)
{
	unsigned long long available = memory_line("MemAvailable");

	if (available)
		error_evidence(error, "/proc/meminfo: %.1f MiB available of %.1f MiB",
			       available / MIB, memory_line("MemTotal") / MIB);
}

/* What kernel/kexec*.c and the loaders beside it say of the three kinds of places */

static bool says(const struct attempt *a, const char *words)
{
	return strstr(a->reason, words);
}

static bool says_free_memory(const struct attempt *a)
{
	return says(a, "there is not enough free memory") || says(a, "there is no memory for");
}

static bool says_crash_memory(const struct attempt *a)
{
	return says(a, "the crash memory has no room");
}

/* "no free 64 MiB ..." is one segment, of several. */
static unsigned long long range_wanted(const struct attempt *a)
{
	unsigned long long mib;

	return sscanf(a->reason, "no free %llu MiB", &mib) == 1 ? mib << 20 : 0;
}

/* Crash memory */

/* At the least: nobody tells what is inside a compressed file. */
static unsigned long long image_needs(const struct attempt *a)
{
	unsigned long long kernel = size_of(a->kernel), wanted = range_wanted(a), sum;

	if (__builtin_add_overflow(files_size(a) - kernel, kernel_memory(a) ?: kernel, &sum))
		return ULLONG_MAX;
	return sum > wanted ? sum : wanted;
}

static void tell_crash_memory(const struct attempt *a, unsigned long long size,
			      struct kexec_error *error)
{
	error_evidence(error, "/sys/kernel/kexec_crash_size: %.1f MiB", size / MIB);
	error_evidence(error, "%s and %zu files beside it need %.1f MiB at the least",
		       a->image->kernel.name, a->files->nr, image_needs(a) / MIB);
}

bool crash_memory_small(const struct attempt *a, struct kexec_error *error)
{
	unsigned long long size;

	if (!is_crash(a->image) || kexec_crash_memory(&size, NULL) || says_free_memory(a) ||
	    (image_needs(a) <= size && !says_crash_memory(a)))
		return false;
	error_cause(error, KEXEC_REASON_CRASH_MEMORY_SMALL,
		    "the memory reserved for a crash kernel is too small for this one");
	tell_crash_memory(a, size, error);
	error_next(error,
		   "Boot this kernel with a larger crashkernel=; kexec --estimate says how large.");
	return true;
}

/* It is large enough, but some of it is taken, or not where the image may lie. */
bool crash_range_missing(const struct attempt *a, struct kexec_error *error)
{
	unsigned long long size;

	if (!is_crash(a->image) || kexec_crash_memory(&size, NULL) ||
	    (*a->reason && !says(a, "no free ")))
		return false;
	error_cause(error, KEXEC_REASON_CRASH_MEMORY_UNSUITED,
		    "no part of the memory reserved for a crash kernel suits this one");
	tell_crash_memory(a, size, error);
	error_next(error, says(a, "below 4 GiB") ?
		   "Boot this kernel with crashkernel= memory below 4 GiB, not \",high\"." :
		   "Boot this kernel with a larger crashkernel=; kexec --estimate says how large.");
	return true;
}

bool place_dictated(const struct attempt *a, struct kexec_error *error)
{
	bool outside = says(a, "outside the crash memory");

	if (!outside && !says(a, "which is not all RAM"))
		return false;
	error_cause(error, KEXEC_REASON_FIXED_PLACE, "%s has a fixed place, and %s",
		    a->image->kernel.name, outside ? "that is not reserved for a crash kernel" :
		    "there is no memory for it there");
	error_next(error,
		   "Load a kernel that can lie anywhere: a bzImage with CONFIG_RELOCATABLE.");
	return true;
}

/* Free memory: a crash image needs some as well while it is loaded */

static bool files_exceed_memory(const struct attempt *a)
{
	unsigned long long available = memory_line("MemAvailable");

	return available && files_size(a) >= available;
}

static bool is_memory_short(const struct attempt *a)
{
	if (is_crash(a->image))
		return a->code == -ENOMEM && (says_free_memory(a) || files_exceed_memory(a));
	return a->code || files_exceed_memory(a);
}

bool memory_short(const struct attempt *a, struct kexec_error *error)
{
	if (!is_memory_short(a))
		return false;
	if (a->code == -EADDRNOTAVAIL)
		error_cause(error, KEXEC_REASON_MEMORY_RANGE,
			    "there is no free range of memory where the image could go");
	else
		error_cause(error, KEXEC_REASON_MEMORY_SHORT,
			    "there is not enough free memory to load the image");
	tell_files(a, error);
	tell_available(error);
	error_next(error, "End programs that use much memory, or take a smaller initrd.");
	return true;
}

/**
 * segments_fit_memory() - can files be read here, and copied by kexec_load(2) besides?
 * @a: the attempt; only its image and files are looked at
 * @error: says what is missing
 *
 * Who tries it all the same is killed half way.  Crash memory is none of what is free.
 *
 * Return: 0 or -ENOMEM.
 */
int segments_fit_memory(const struct attempt *a, struct kexec_error *error)
{
	unsigned long long available = memory_line("MemAvailable");

	if (group_memory_short(files_size(a), error)) {
		tell_files(a, error);
		return -ENOMEM;
	}
	if (!available || files_size(a) < available / (is_crash(a->image) ? 1 : 2))
		return 0;
	error_because(error, KEXEC_REASON_MEMORY_SHORT, -ENOMEM,
		      "there is not enough free memory to read the files and let the kernel copy them");
	tell_files(a, error);
	tell_available(error);
	error_next(error, "End programs that use much memory, or take a smaller initrd.");
	return -ENOMEM;
}

/* Kernels without reasons: neither kind is seen to be too small. */
bool some_memory_short(const struct attempt *a, struct kexec_error *error)
{
	unsigned long long size;

	if (*a->reason || kexec_crash_memory(&size, NULL))
		return false;
	error_cause(error, KEXEC_REASON_CRASH_MEMORY_UNCLEAR,
		    "there is not enough memory, either free or reserved for a crash kernel");
	tell_crash_memory(a, size, error);
	tell_available(error);
	error_next(error,
		   "End programs that use much memory; if that is no help, enlarge crashkernel=.");
	return true;
}
