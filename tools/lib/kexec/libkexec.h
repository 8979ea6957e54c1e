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
 * struct kexec_error - what went wrong
 * @code: a negative errno
 * @call: name of the system call that failed with @code; NULL if it was none
 * @cause: one sentence without a final period; empty if nothing is known beyond @code
 * @evidence: what was seen on this machine that shows it, a line each; may be empty
 * @next: one sentence, what to do now; may be empty
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
	void *reserved[6];
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
const struct kexec_estimate_part *kexec_estimate_part(const struct kexec_estimate *estimate,
						      size_t number);

#ifdef __cplusplus
}
#endif

#endif /* _LIBKEXEC_H */
