/* SPDX-License-Identifier: GPL-2.0-only */
/* Filling in a struct kexec_error. */
#ifndef _LIBKEXEC_ERROR_H
#define _LIBKEXEC_ERROR_H

#include <linux/compiler.h>
#include "libkexec.h"

void error_clear(struct kexec_error *error);
int __printf(3, 4) error_set(struct kexec_error *error, int code, const char *format, ...);
int __printf(4, 5) error_because(struct kexec_error *error, enum kexec_reason reason, int code,
				 const char *format, ...);
int error_no_memory(struct kexec_error *error);
enum kexec_reason error_file_reason(int code);
int error_file(struct kexec_error *error, int code, const char *what, const char *path);
void error_reason(struct kexec_error *error, enum kexec_reason reason);
int error_code(struct kexec_error *error, int code);
int error_call(struct kexec_error *error, int code, const char *call);
void __printf(3, 4) error_cause(struct kexec_error *error, enum kexec_reason reason,
				const char *format, ...);
void __printf(2, 3) error_evidence(struct kexec_error *error, const char *format, ...);
void __printf(2, 3) error_next(struct kexec_error *error, const char *format, ...);
void error_next_too(struct kexec_error *error, const char *sentence);

#endif /* _LIBKEXEC_ERROR_H */
