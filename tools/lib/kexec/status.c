// SPDX-License-Identifier: GPL-2.0-only
/* Whether anything is loaded, and what the running kernel lacks. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "system.h"

/**
 * kexec_status() - is an image loaded?
 * @slot: which slot
 * @error: what went wrong
 *
 * Return: 1 if there is, 0 if not, a negative errno if that cannot be read: -ENOENT where
 * the kernel does not know kexec, or /sys is not there, -EOPNOTSUPP where images are the
 * Xen hypervisor's.
 */
int kexec_status(enum kexec_slot slot, struct kexec_error *error)
{
	const char *path = slot == KEXEC_SLOT_CRASH ? "/sys/kernel/kexec_crash_loaded" :
						      "/sys/kernel/kexec_loaded";
	int digit;
	FILE *f;

	if (slot > KEXEC_SLOT_CRASH)
		return error_because(error, KEXEC_REASON_ARGUMENT, -EINVAL,
				     "there is no slot of number %d", slot);
	if (refuse_under_xen(error))
		return -EOPNOTSUPP;
	f = fopen(path, "re");
	if (!f)
		return error_unreadable(error, path);
	digit = fgetc(f);
	fclose(f);
	if (digit == '0' || digit == '1')
		return digit == '1';
	return error_because(error, KEXEC_REASON_FILE_UNREADABLE, -EIO,
			     "%s does not say whether anything is loaded", path);
}

/**
 * crash_slot_missing() - is the running kernel one that loads no crash kernels?
 *
 * Return: true if it has kexec and none of the files that come with CONFIG_CRASH_DUMP.
 */
bool crash_slot_missing(void)
{
	unsigned long long size;

	return kexec_status(KEXEC_SLOT_NORMAL, NULL) >= 0 &&
	       kexec_status(KEXEC_SLOT_CRASH, NULL) == -ENOENT && kexec_crash_memory(&size, NULL);
}

/**
 * kexec_crash_memory() - how much memory is reserved for a crash kernel
 * @size: set to that, in bytes
 * @error: what went wrong
 *
 * Return: 0, or -ENOENT if that cannot be read.
 */
int kexec_crash_memory(unsigned long long *size, struct kexec_error *error)
{
	static const char path[] = "/sys/kernel/kexec_crash_size";
	FILE *f = fopen(path, "re");
	bool known = f && fscanf(f, "%llu", size) == 1;

	if (f)
		fclose(f);
	if (known)
		return 0;
	error_because(error, KEXEC_REASON_FILE_UNREADABLE, -ENOENT, "cannot read %s", path);
	error_missing(error, path);
	return -ENOENT;
}

#define LOADED		"/sys/kernel/kexec_loaded"
#define WITH_KEXEC	"Boot a kernel with CONFIG_KEXEC_FILE or CONFIG_KEXEC."
/* What these begin with is about the slot for panics. */
#define CRASH_FILES	"/sys/kernel/kexec_crash_"

/**
 * no_kexec() - say that the running kernel is built without kexec, if it is
 * @error: where to; may be NULL
 *
 * Return: true if so; false where that cannot be seen, too.
 */
bool no_kexec(struct kexec_error *error)
{
	if (kexec_status(KEXEC_SLOT_NORMAL, NULL) != -ENOENT || !is_mounted("/sys/kernel"))
		return false;
	error_cause(error, KEXEC_REASON_NO_KEXEC, "the running kernel is built without kexec");
	error_evidence(error, LOADED ": is missing");
	error_next(error, WITH_KEXEC);
	return true;
}

/**
 * error_unreadable() - a file of /proc or /sys cannot be read
 * @error: where to; may be NULL
 * @path: the file; errno says what is wrong with it
 *
 * Return: -errno.
 */
int error_unreadable(struct kexec_error *error, const char *path)
{
	int err = error_file(error, -errno, "cannot read", path);

	if (err == -ENOENT)
		error_missing(error, path);
	return err;
}

static void no_crash_dump(struct kexec_error *error, const char *file)
{
	error_evidence(error,
		       "%s: is there, but not %s: the running kernel is built without CONFIG_CRASH_DUMP",
		       LOADED, file);
	error_next(error, "Boot a kernel with CONFIG_CRASH_DUMP.");
	error_reason(error, KEXEC_REASON_NO_CRASH_SLOT);
}

/**
 * error_missing() - a file of /proc or /sys is not there
 * @error: where to; may be NULL
 * @path: the file
 */
void error_missing(struct kexec_error *error, const char *path)
{
	bool proc = !strncmp(path, "/proc/", 6);

	if (!error)
		return;
	if (!is_mounted(proc ? "/proc/self" : "/sys/kernel")) {
		error_evidence(error, "%s: is not mounted", proc ? "/proc" : "/sys");
		error_next(error, proc ? "Mount it: mount -t proc none /proc." :
					 "Mount it: mount -t sysfs none /sys.");
		error_reason(error, KEXEC_REASON_NOT_MOUNTED);
	} else if (!strncmp(path, CRASH_FILES, strlen(CRASH_FILES)) && crash_slot_missing()) {
		no_crash_dump(error, path + strlen("/sys/kernel/"));
	} else if (!proc) {
		error_evidence(error,
			       "/sys/kernel: is there, so the running kernel is built without kexec");
		error_next(error, WITH_KEXEC);
		error_reason(error, KEXEC_REASON_NO_KEXEC);
	}
}
