/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read of the running system; nothing here knows of images. */
#ifndef _LIBKEXEC_SYSTEM_H
#define _LIBKEXEC_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include "error.h"

#define REASON_SIZE	256

/* What a kernel logs when it refuses an image is a line or two. */
#define LOG_LINES	3

/**
 * struct kernel_log - what the kernel has said in other words than a reason's
 * @line: the last records; the last of them is at @nr - 1, modulo LOG_LINES
 * @nr: how many there were
 */
struct kernel_log {
	char line[LOG_LINES][REASON_SIZE];
	size_t nr;
};

/* system.c */
bool is_mounted(const char *path);
bool read_word(const char *path, char *text, size_t size);
unsigned long long memory_line(const char *name);
bool has_five_levels(void);

/* symbols.c */
bool call_is_missing(const char *call);

/* kmsg.c */
int kmsg_open(void);
bool kmsg_find_reason(int fd, char reason[REASON_SIZE], struct kernel_log *log);
void kmsg_tell(const struct kernel_log *log, struct kexec_error *error);

/* report.c */
bool read_number(const char *directory, const char *name, unsigned long long *value);
bool kernel_reports(void);
bool kernel_checks(void);
bool turn_check_off(void);
bool slot_reason(enum kexec_slot slot, char reason[REASON_SIZE]);

/* xen.c */
bool is_xen_domain(struct kexec_error *error);
int refuse_under_xen(struct kexec_error *error);

/* status.c */
bool no_kexec(struct kexec_error *error);
bool crash_slot_missing(void);
void error_missing(struct kexec_error *error, const char *path);
int error_unreadable(struct kexec_error *error, const char *path);

/* container.c */
bool in_user_namespace(void);
bool tell_container(struct kexec_error *error);
bool service_name(char *name, size_t size);

/* estimate_luks.c */
unsigned long long luks_most(void);

/* group.c */
bool group_memory_short(unsigned long long size, struct kexec_error *error);

#endif /* _LIBKEXEC_SYSTEM_H */
