/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libkexec: load another kernel and jump into it.
 *
 * Nothing here prints, exits or keeps state of its own: all there is to know of a
 * failure is in a struct kexec_error.  See libkexec(3).
 */
#ifndef _LIBKEXEC_H
#define _LIBKEXEC_H

#ifdef __cplusplus
extern "C" {
#endif

#define KEXEC_CAUSE_SIZE	512
#define KEXEC_EVIDENCE_SIZE	2048
#define KEXEC_NEXT_SIZE		512

/**
 * struct kexec_error - what went wrong
 * @code: a negative errno, 0 if nothing did
 * @cause: one sentence without a final period
 * @evidence: what was seen on this machine that shows it, a line each; may be empty
 * @next: one sentence, what to do now; may be empty
 *
 * The caller provides it and need not fill it in first.  All functions that take one
 * accept NULL.
 */
struct kexec_error {
	int code;
	char cause[KEXEC_CAUSE_SIZE];
	char evidence[KEXEC_EVIDENCE_SIZE];
	char next[KEXEC_NEXT_SIZE];
};

#ifdef __cplusplus
}
#endif

#endif /* _LIBKEXEC_H */
