// SPDX-License-Identifier: GPL-2.0-only
/* Names of what stands in the way. */
#include <linux/kernel.h>
#include "libkexec.h"

static const char * const names[] = {
	[KEXEC_REASON_NONE] = "none",
	[KEXEC_REASON_OTHER] = "other",
	[KEXEC_REASON_ARGUMENT] = "argument",
	[KEXEC_REASON_NO_MEMORY] = "no-memory",
	[KEXEC_REASON_FILE_MISSING] = "file-missing",
	[KEXEC_REASON_FILE_DENIED] = "file-denied",
	[KEXEC_REASON_FILE_UNREADABLE] = "file-unreadable",
	[KEXEC_REASON_FILE_KIND] = "file-kind",
	[KEXEC_REASON_FILE_BUSY] = "file-busy",
	[KEXEC_REASON_FILE_DAMAGED] = "file-damaged",
	[KEXEC_REASON_INITRD_NOT_KEPT] = "initrd-not-kept",
	[KEXEC_REASON_NOT_A_KERNEL] = "not-a-kernel",
	[KEXEC_REASON_OTHER_MACHINE] = "other-machine",
	[KEXEC_REASON_NOT_STARTABLE] = "not-startable",
	[KEXEC_REASON_WRONG_TYPE] = "wrong-type",
	[KEXEC_REASON_MISFIT] = "misfit",
	[KEXEC_REASON_COMMAND_LINE_LENGTH] = "command-line-length",
	[KEXEC_REASON_COMMAND_LINE_FIXED] = "command-line-fixed",
	[KEXEC_REASON_NO_UNPACKER] = "no-unpacker",
	[KEXEC_REASON_IMAGE_REFUSED] = "image-refused",
	[KEXEC_REASON_FORMAT_UNSUPPORTED] = "format-unsupported",
	[KEXEC_REASON_OPTION_UNSUPPORTED] = "option-unsupported",
	[KEXEC_REASON_SEGMENTS_UNSUITED] = "segments-unsuited",
	[KEXEC_REASON_NO_FILE_CALL] = "no-file-call",
	[KEXEC_REASON_NO_SEGMENTS_CALL] = "no-segments-call",
	[KEXEC_REASON_NO_KEXEC] = "no-kexec",
	[KEXEC_REASON_NO_CRASH_SLOT] = "no-crash-slot",
	[KEXEC_REASON_NO_REPORT] = "no-report",
	[KEXEC_REASON_NOT_MOUNTED] = "not-mounted",
	[KEXEC_REASON_XEN] = "xen",
	[KEXEC_REASON_NO_CAPABILITY] = "no-capability",
	[KEXEC_REASON_CONTAINER] = "container",
	[KEXEC_REASON_CAPABILITY_BOUND] = "capability-bound",
	[KEXEC_REASON_CALL_FILTERED] = "call-filtered",
	[KEXEC_REASON_CALL_HIDDEN] = "call-hidden",
	[KEXEC_REASON_LOAD_DISABLED] = "load-disabled",
	[KEXEC_REASON_LOAD_LIMIT] = "load-limit",
	[KEXEC_REASON_LOCKDOWN] = "lockdown",
	[KEXEC_REASON_NO_SIGNATURE] = "no-signature",
	[KEXEC_REASON_KEY_UNTRUSTED] = "key-untrusted",
	[KEXEC_REASON_IMA] = "ima",
	[KEXEC_REASON_SELINUX] = "selinux",
	[KEXEC_REASON_SECURITY_MODULE] = "security-module",
	[KEXEC_REASON_FILES_ONLY] = "files-only",
	[KEXEC_REASON_NO_CRASH_MEMORY] = "no-crash-memory",
	[KEXEC_REASON_CRASH_MEMORY_SMALL] = "crash-memory-small",
	[KEXEC_REASON_CRASH_MEMORY_UNSUITED] = "crash-memory-unsuited",
	[KEXEC_REASON_CRASH_MEMORY_UNCLEAR] = "crash-memory-unclear",
	[KEXEC_REASON_FIXED_PLACE] = "fixed-place",
	[KEXEC_REASON_MEMORY_SHORT] = "memory-short",
	[KEXEC_REASON_MEMORY_RANGE] = "memory-range",
	[KEXEC_REASON_PLACE_LIMITS] = "place-limits",
	[KEXEC_REASON_BUSY] = "busy",
	[KEXEC_REASON_NOTHING_LOADED] = "nothing-loaded",
	[KEXEC_REASON_ALREADY_LOADED] = "already-loaded",
	[KEXEC_REASON_IMAGE_CHANGED] = "image-changed",
	[KEXEC_REASON_NO_SYSTEM] = "no-system",
	[KEXEC_REASON_NO_ENTRIES] = "no-entries",
	[KEXEC_REASON_ENTRIES_LEFT_OUT] = "entries-left-out",
	[KEXEC_REASON_NO_DEFAULT] = "no-default",
	[KEXEC_REASON_DEFAULT_LEFT_OUT] = "default-left-out",
	[KEXEC_REASON_NO_SUCH_ENTRY] = "no-such-entry",
	[KEXEC_REASON_SEVERAL_ENTRIES] = "several-entries",
	[KEXEC_REASON_NO_KERNEL] = "no-kernel",
	[KEXEC_REASON_NO_INITRD] = "no-initrd",
	[KEXEC_REASON_OUTSIDE_ROOT] = "outside-root",
	[KEXEC_REASON_TOO_MANY_FILES] = "too-many-files",
};

/**
 * kexec_reason_name() - what a reason is called where numbers are not read
 * @reason: the reason
 *
 * Return: its name, in small letters with hyphens; "other" for what this version does not know.
 */
const char *kexec_reason_name(enum kexec_reason reason)
{
	return names[reason < ARRAY_SIZE(names) ? reason : KEXEC_REASON_OTHER];
}
