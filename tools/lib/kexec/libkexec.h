/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libkexec: load another kernel and jump into it.
 *
 * Nothing here prints, exits or keeps state of its own: all there is to know of a
 * failure is in a struct kexec_error.  Functions that return an int return 0 or a
 * negative errno unless they say otherwise.  Structures that pointers to const are
 * handed out for may get more members at their ends.  See libkexec(3).
 */
#ifndef _LIBKEXEC_H
#define _LIBKEXEC_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KEXEC_CAUSE_SIZE	512
#define KEXEC_EVIDENCE_SIZE	2048
#define KEXEC_NEXT_SIZE		512

/**
 * enum kexec_reason - why something failed
 * @KEXEC_REASON_NONE: nothing has failed
 * @KEXEC_REASON_OTHER: known by the code and the cause only
 * @KEXEC_REASON_ARGUMENT: what was asked for makes no sense
 * @KEXEC_REASON_NO_MEMORY: this process gets no more memory
 * @KEXEC_REASON_FILE_MISSING: a file is not there
 * @KEXEC_REASON_FILE_DENIED: a file, or what it tells, is for others to see
 * @KEXEC_REASON_FILE_UNREADABLE: a file is there, but cannot be read
 * @KEXEC_REASON_FILE_KIND: a file is a directory, a pipe or a device
 * @KEXEC_REASON_FILE_BUSY: a file is still open for writing
 * @KEXEC_REASON_FILE_DAMAGED: a file has lost a part, or is not as it was made
 * @KEXEC_REASON_INITRD_NOT_KEPT: the running kernel has given up the initrd that it was booted
 *	with
 * @KEXEC_REASON_NOT_A_KERNEL: a file is of no format that is known
 * @KEXEC_REASON_OTHER_MACHINE: a kernel is built for another architecture
 * @KEXEC_REASON_NOT_STARTABLE: a kernel is built so that kexec cannot start it
 * @KEXEC_REASON_WRONG_TYPE: a kernel is not of the format that was wanted
 * @KEXEC_REASON_MISFIT: a kernel of that format takes no such file beside it, or has no such
 *	profile
 * @KEXEC_REASON_COMMAND_LINE_LENGTH: the command line is longer than the kernel takes
 * @KEXEC_REASON_COMMAND_LINE_FIXED: the command line is signed with the image, so there can be no
 *	other
 * @KEXEC_REASON_NO_UNPACKER: the program that would unpack a file is not installed
 * @KEXEC_REASON_IMAGE_REFUSED: the running kernel finds fault with the image, in words of its own
 *	or none
 * @KEXEC_REASON_FORMAT_UNSUPPORTED: the running kernel does not load that format, or files beside
 *	it
 * @KEXEC_REASON_OPTION_UNSUPPORTED: the running kernel does not know an option of the load
 * @KEXEC_REASON_SEGMENTS_UNSUITED: kexec_load(2), or this library, cannot load that;
 *	kexec_file_load(2) may
 * @KEXEC_REASON_NO_FILE_CALL: the running kernel has no kexec_file_load(2)
 * @KEXEC_REASON_NO_SEGMENTS_CALL: the running kernel has no kexec_load(2)
 * @KEXEC_REASON_NO_KEXEC: the running kernel is built without kexec
 * @KEXEC_REASON_NO_CRASH_SLOT: the running kernel is built without a slot for crash kernels
 * @KEXEC_REASON_NO_REPORT: the running kernel has nothing to report from
 * @KEXEC_REASON_NOT_MOUNTED: /proc or /sys is not mounted
 * @KEXEC_REASON_XEN: only the hypervisor can start another kernel
 * @KEXEC_REASON_NO_CAPABILITY: this process lacks CAP_SYS_BOOT
 * @KEXEC_REASON_CONTAINER: this is a container that may not load kernels
 * @KEXEC_REASON_CAPABILITY_BOUND: CAP_SYS_BOOT is kept from this process for good, by a service
 *	for instance
 * @KEXEC_REASON_CALL_FILTERED: a filter of system calls forbids the call, most likely
 * @KEXEC_REASON_CALL_HIDDEN: a filter of system calls makes the call look as if it were not
 *	there, most likely
 * @KEXEC_REASON_LOAD_DISABLED: sysctl kernel.kexec_load_disabled
 * @KEXEC_REASON_LOAD_LIMIT: sysctl kernel.kexec_load_limit_reboot or kernel.kexec_load_limit_panic
 * @KEXEC_REASON_LOCKDOWN: the running kernel is locked down
 * @KEXEC_REASON_NO_SIGNATURE: the kernel has no signature, and only signed ones are loaded
 * @KEXEC_REASON_KEY_UNTRUSTED: the signature is not by a key that the running kernel trusts
 * @KEXEC_REASON_IMA: IMA appraises what is loaded, and refused it, most likely
 * @KEXEC_REASON_SELINUX: SELinux refused it, most likely
 * @KEXEC_REASON_SECURITY_MODULE: another security module refused it
 * @KEXEC_REASON_FILES_ONLY: a security module takes images only as files: kexec_file_load(2)
 * @KEXEC_REASON_NO_CRASH_MEMORY: no memory is reserved for a crash kernel
 * @KEXEC_REASON_CRASH_MEMORY_SMALL: the memory reserved for a crash kernel is too small for this
 *	one
 * @KEXEC_REASON_CRASH_MEMORY_UNSUITED: no part of that memory suits this one
 * @KEXEC_REASON_CRASH_MEMORY_UNCLEAR: memory is short: free memory, or that for a crash kernel
 * @KEXEC_REASON_FIXED_PLACE: the kernel has to lie where there is no memory for it
 * @KEXEC_REASON_MEMORY_SHORT: there is not enough free memory
 * @KEXEC_REASON_MEMORY_RANGE: there is no free range of memory where the image could go
 * @KEXEC_REASON_PLACE_LIMITS: the limits that were set for places leave no room
 * @KEXEC_REASON_BUSY: a load, or a reboot, is under way
 * @KEXEC_REASON_NOTHING_LOADED: there is no image to be started
 * @KEXEC_REASON_ALREADY_LOADED: an image is loaded, and would be replaced
 * @KEXEC_REASON_IMAGE_CHANGED: the loaded image has changed in memory
 * @KEXEC_REASON_NO_SYSTEM: there is no directory to search for boot loader entries
 * @KEXEC_REASON_NO_ENTRIES: there are no boot loader entries
 * @KEXEC_REASON_ENTRIES_LEFT_OUT: there are, but none that can be started
 * @KEXEC_REASON_NO_DEFAULT: the boot loader has no default entry
 * @KEXEC_REASON_DEFAULT_LEFT_OUT: the default entry is none that can be started here, or
 *	cannot be known
 * @KEXEC_REASON_NO_SUCH_ENTRY: no entry has that name, or is that of the running kernel
 * @KEXEC_REASON_SEVERAL_ENTRIES: more than one entry may be meant
 * @KEXEC_REASON_NO_KERNEL: no kernel is found where none is named
 * @KEXEC_REASON_NO_INITRD: no initial RAM disk belongs to the kernel, and it needs one
 * @KEXEC_REASON_OUTSIDE_ROOT: a kernel is not below the directory that is searched
 * @KEXEC_REASON_TOO_MANY_FILES: an entry has more files than can be taken
 *
 * For programs to act on: one for each cause that is told apart, whatever the errno of it.
 * Numbers stay what they are, and so do names (kexec_reason_name()); more may be added.
 */
enum kexec_reason {
	KEXEC_REASON_NONE,
	KEXEC_REASON_OTHER,
	KEXEC_REASON_ARGUMENT,
	KEXEC_REASON_NO_MEMORY,
	KEXEC_REASON_FILE_MISSING,
	KEXEC_REASON_FILE_DENIED,
	KEXEC_REASON_FILE_UNREADABLE,
	KEXEC_REASON_FILE_KIND,
	KEXEC_REASON_FILE_BUSY,
	KEXEC_REASON_FILE_DAMAGED,
	KEXEC_REASON_INITRD_NOT_KEPT,
	KEXEC_REASON_NOT_A_KERNEL,
	KEXEC_REASON_OTHER_MACHINE,
	KEXEC_REASON_NOT_STARTABLE,
	KEXEC_REASON_WRONG_TYPE,
	KEXEC_REASON_MISFIT,
	KEXEC_REASON_COMMAND_LINE_LENGTH,
	KEXEC_REASON_COMMAND_LINE_FIXED,
	KEXEC_REASON_NO_UNPACKER,
	KEXEC_REASON_IMAGE_REFUSED,
	KEXEC_REASON_FORMAT_UNSUPPORTED,
	KEXEC_REASON_OPTION_UNSUPPORTED,
	KEXEC_REASON_SEGMENTS_UNSUITED,
	KEXEC_REASON_NO_FILE_CALL,
	KEXEC_REASON_NO_SEGMENTS_CALL,
	KEXEC_REASON_NO_KEXEC,
	KEXEC_REASON_NO_CRASH_SLOT,
	KEXEC_REASON_NO_REPORT,
	KEXEC_REASON_NOT_MOUNTED,
	KEXEC_REASON_XEN,
	KEXEC_REASON_NO_CAPABILITY,
	KEXEC_REASON_CONTAINER,
	KEXEC_REASON_CAPABILITY_BOUND,
	KEXEC_REASON_CALL_FILTERED,
	KEXEC_REASON_CALL_HIDDEN,
	KEXEC_REASON_LOAD_DISABLED,
	KEXEC_REASON_LOAD_LIMIT,
	KEXEC_REASON_LOCKDOWN,
	KEXEC_REASON_NO_SIGNATURE,
	KEXEC_REASON_KEY_UNTRUSTED,
	KEXEC_REASON_IMA,
	KEXEC_REASON_SELINUX,
	KEXEC_REASON_SECURITY_MODULE,
	KEXEC_REASON_FILES_ONLY,
	KEXEC_REASON_NO_CRASH_MEMORY,
	KEXEC_REASON_CRASH_MEMORY_SMALL,
	KEXEC_REASON_CRASH_MEMORY_UNSUITED,
	KEXEC_REASON_CRASH_MEMORY_UNCLEAR,
	KEXEC_REASON_FIXED_PLACE,
	KEXEC_REASON_MEMORY_SHORT,
	KEXEC_REASON_MEMORY_RANGE,
	KEXEC_REASON_PLACE_LIMITS,
	KEXEC_REASON_BUSY,
	KEXEC_REASON_NOTHING_LOADED,
	KEXEC_REASON_ALREADY_LOADED,
	KEXEC_REASON_IMAGE_CHANGED,
	KEXEC_REASON_NO_SYSTEM,
	KEXEC_REASON_NO_ENTRIES,
	KEXEC_REASON_ENTRIES_LEFT_OUT,
	KEXEC_REASON_NO_DEFAULT,
	KEXEC_REASON_DEFAULT_LEFT_OUT,
	KEXEC_REASON_NO_SUCH_ENTRY,
	KEXEC_REASON_SEVERAL_ENTRIES,
	KEXEC_REASON_NO_KERNEL,
	KEXEC_REASON_NO_INITRD,
	KEXEC_REASON_OUTSIDE_ROOT,
	KEXEC_REASON_TOO_MANY_FILES,
};

const char *kexec_reason_name(enum kexec_reason reason);

/**
 * struct kexec_error - what went wrong
 * @code: a negative errno
 * @call: name of the system call that failed with @code; NULL if it was none
 * @cause: one sentence without a final period; empty if nothing is known beyond @code
 * @evidence: what was seen on this machine that shows it, a line each; may be empty
 * @next: one sentence, what to do now; may be empty
 * @reason: the cause, as a number
 * @reserved: for what will be told one day; it is cleared with the rest
 *
 * The caller provides it and need not fill it in first.  A call that fails does; one that
 * succeeds may leave it as it was.  All functions that take one accept NULL.
 */
struct kexec_error {
	int code;
	const char *call;
	char cause[KEXEC_CAUSE_SIZE];
	char evidence[KEXEC_EVIDENCE_SIZE];
	char next[KEXEC_NEXT_SIZE];
	enum kexec_reason reason;
	void *reserved[5];
};

/**
 * enum kexec_slot - where an image waits
 * @KEXEC_SLOT_NORMAL: for a reboot
 * @KEXEC_SLOT_CRASH: for a panic
 */
enum kexec_slot {
	KEXEC_SLOT_NORMAL,
	KEXEC_SLOT_CRASH,
};

/**
 * enum kexec_method - which system call loads and unloads
 * @KEXEC_METHOD_FILE: kexec_file_load(2): the kernel is the loader
 * @KEXEC_METHOD_SEGMENTS: kexec_load(2): this library is the loader
 * @KEXEC_METHOD_AUTO: the first, then the second if that can help
 */
enum kexec_method {
	KEXEC_METHOD_FILE,
	KEXEC_METHOD_SEGMENTS,
	KEXEC_METHOD_AUTO,
};

/* Flags of an image. */
/* Hand over what the new kernel would measure again. */
#define KEXEC_IMAGE_FAST		0x1
/* Let the image unpack itself when it is entered. */
#define KEXEC_IMAGE_SELF_EXTRACT	0x2
/* The image is going to return: KEXEC_METHOD_SEGMENTS and the normal slot only. */
#define KEXEC_IMAGE_PRESERVE_CONTEXT	0x4
/* Tell the log callback what is done, and let the kernel say more in its log. */
#define KEXEC_IMAGE_DEBUG		0x8
/* Hand over the device tree that the running kernel was booted with; x86 only. */
#define KEXEC_IMAGE_FORCE_DTB		0x10
/* Let a kernel that would place images in memory for contiguous allocations not do so. */
#define KEXEC_IMAGE_NO_CMA		0x20
/* Enter it whatever has become of it by then; kernels that never check know no other way. */
#define KEXEC_IMAGE_NO_CHECK		0x40

/**
 * enum kexec_log_level - what a line for the log callback is
 * @KEXEC_LOG_WARNING: something asked for has no effect
 * @KEXEC_LOG_DEBUG: what is done; only with KEXEC_IMAGE_DEBUG
 */
enum kexec_log_level {
	KEXEC_LOG_WARNING,
	KEXEC_LOG_DEBUG,
};

typedef void (*kexec_log_fn)(void *context, enum kexec_log_level level, const char *line);

/* What is to be loaded, and how. */
struct kexec_image;

struct kexec_image *kexec_image_new(void);
void kexec_image_free(struct kexec_image *image);
int kexec_image_set_kernel(struct kexec_image *image, const char *path,
			   struct kexec_error *error);
int kexec_image_set_kernel_fd(struct kexec_image *image, int fd, const char *name,
			      struct kexec_error *error);
int kexec_image_add_initrd(struct kexec_image *image, const char *path,
			   struct kexec_error *error);
int kexec_image_add_initrd_fd(struct kexec_image *image, int fd, const char *name,
			      struct kexec_error *error);
int kexec_image_add_module(struct kexec_image *image, const char *path, const char *text,
			   struct kexec_error *error);
int kexec_image_set_dtb(struct kexec_image *image, const char *path, struct kexec_error *error);
int kexec_image_add_addon(struct kexec_image *image, const char *path,
			  struct kexec_error *error);
int kexec_image_set_cmdline(struct kexec_image *image, const char *cmdline,
			    struct kexec_error *error);
int kexec_image_set_type(struct kexec_image *image, const char *type, struct kexec_error *error);
int kexec_image_set_profile(struct kexec_image *image, unsigned int profile,
			    struct kexec_error *error);
int kexec_image_set_slot(struct kexec_image *image, enum kexec_slot slot,
			 struct kexec_error *error);
int kexec_image_set_method(struct kexec_image *image, enum kexec_method method,
			   struct kexec_error *error);
int kexec_image_set_range(struct kexec_image *image, unsigned long long min,
			  unsigned long long max, struct kexec_error *error);
int kexec_image_set_flags(struct kexec_image *image, unsigned int flags,
			  struct kexec_error *error);
void kexec_image_set_log(struct kexec_image *image, kexec_log_fn log, void *context);

int kexec_image_load(struct kexec_image *image, struct kexec_error *error);
int kexec_image_check(struct kexec_image *image, struct kexec_error *error);
int kexec_diagnose(struct kexec_image *image, int code, struct kexec_error *error);
int kexec_unload(enum kexec_slot slot, enum kexec_method method, struct kexec_error *error);

/* Flags of kexec_boot(). */
/* Write file systems out first. */
#define KEXEC_BOOT_SYNC		0x1
/* Enter the image whatever has become of it; this holds until the next load. */
#define KEXEC_BOOT_NO_CHECK	0x2

int kexec_boot(unsigned int flags, struct kexec_error *error);

int kexec_cmdline_reuse(enum kexec_slot slot, const char *append, const char *const *remove,
			size_t nr_remove, char **cmdline, struct kexec_error *error);

int kexec_status(enum kexec_slot slot, struct kexec_error *error);
int kexec_crash_memory(unsigned long long *size, struct kexec_error *error);

/* What the running kernel tells of its handover and its slots. */
struct kexec_report;

/**
 * struct kexec_stage - a stage of the handover that began the running kernel
 * @name: as the kernel calls it
 * @at_us: when it ended, in microseconds since the first did
 * @took_us: microseconds since the stage before it ended
 */
struct kexec_stage {
	const char *name;
	unsigned long long at_us, took_us;
};

/**
 * struct kexec_extent - memory that a loaded image goes to
 * @start: physical address of its first byte
 * @end: physical address behind its last byte
 * @bytes: how many of them are real; zeros follow
 */
struct kexec_extent {
	unsigned long long start, end, bytes;
};

int kexec_report_read(struct kexec_report **report, struct kexec_error *error);
void kexec_report_free(struct kexec_report *report);
bool kexec_report_handover(const struct kexec_report *report, const char *name,
			   unsigned long long *value);
const struct kexec_stage *kexec_report_stage(const struct kexec_report *report, size_t number);
const char *kexec_report_text(const struct kexec_report *report, enum kexec_slot slot,
			      const char *name);
bool kexec_report_number(const struct kexec_report *report, enum kexec_slot slot,
			 const char *name, unsigned long long *value);
const struct kexec_extent *kexec_report_segment(const struct kexec_report *report,
						enum kexec_slot slot, size_t number);

/* How much memory a crash kernel needs. */
struct kexec_estimate;

/**
 * struct kexec_estimate_part - one of the things that take memory
 * @name: what it is
 * @bytes: how much it takes
 * @source: where that figure is from
 */
struct kexec_estimate_part {
	const char *name;
	unsigned long long bytes;
	const char *source;
};

int kexec_estimate_read(const struct kexec_image *image, struct kexec_estimate **estimate,
			struct kexec_error *error);
void kexec_estimate_free(struct kexec_estimate *estimate);
unsigned long long kexec_estimate_total(const struct kexec_estimate *estimate);
unsigned long long kexec_estimate_recommended(const struct kexec_estimate *estimate);
unsigned long long kexec_estimate_reserved(const struct kexec_estimate *estimate);
int kexec_estimate_is_enough(const struct kexec_estimate *estimate);
const struct kexec_estimate_part *kexec_estimate_part(const struct kexec_estimate *estimate,
						      size_t number);

#ifdef __cplusplus
}
#endif

#endif /* _LIBKEXEC_H */
