// SPDX-License-Identifier: GPL-2.0-only
/* Security modules that refuse an image, IMA among them: which of them it most likely was. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include "attempt.h"

#define IMA		"/sys/kernel/security/ima"
#define MODULES		"/sys/kernel/security/lsm"
#define ENFORCE		"/sys/fs/selinux/enforce"
/* Where evmctl(1) puts a file's signature */
#define SIGNATURE	"security.ima"

enum answer { NO, UNKNOWN, YES };

/* Documentation/ABI/testing/ima_policy: a rule without func= is about all that is read. */
static bool covers_kernels(const char *rule)
{
	return !strncmp(rule, "appraise ", strlen("appraise ")) &&
	       (!strstr(rule, "func=") || strstr(rule, "func=KEXEC_"));
}

static bool find_rule(FILE *policy, struct kexec_error *error)
{
	char rule[256];

	while (fgets(rule, sizeof(rule), policy)) {
		if (!covers_kernels(rule))
			continue;
		error_evidence(error, IMA "/policy: %.*s", (int)strcspn(rule, "\n"), rule);
		return true;
	}
	return false;
}

/* Kernels may hide their policy, or take the file away once they have been given one. */
static enum answer ima_appraises(struct kexec_error *error)
{
	FILE *policy = fopen(IMA "/policy", "re");
	bool found;

	if (policy) {
		found = find_rule(policy, error);
		fclose(policy);
		return found ? YES : NO;
	}
	if (!is_mounted(IMA))
		return NO;
	error_evidence(error, IMA ": is there, but does not show its policy");
	return UNKNOWN;
}

static bool selinux_enforces(struct kexec_error *error)
{
	char text[32];

	if (!read_word(ENFORCE, text, sizeof(text)) || strcmp(text, "1"))
		return false;
	error_evidence(error, ENFORCE ": %s", text);
	return true;
}

/* Only of the file that was refused, as far as the kernel tells which. */
static void blame_ima(const struct attempt *a, enum answer sure, struct kexec_error *error)
{
	error_cause(error, KEXEC_REASON_IMA, sure == YES ?
		    "IMA, which appraises what is loaded, most likely refused it" :
		    "IMA, whose policy does not show, may have refused it");
	if ((!*a->reason || strstr(a->reason, "refuses the kernel")) &&
	    fgetxattr(a->kernel, SIGNATURE, NULL, 0) < 0 && errno == ENODATA)
		error_evidence(error, "%s: has no attribute " SIGNATURE, a->image->kernel.name);
	error_next(error,
		   "Sign it with a key that IMA trusts (evmctl ima_sign); see ausearch -m INTEGRITY_DATA.");
}

static void blame_some_module(struct kexec_error *error)
{
	char text[256];

	error_cause(error, KEXEC_REASON_SECURITY_MODULE,
		    "a security module of the kernel refused it");
	if (read_word(MODULES, text, sizeof(text)))
		error_evidence(error, MODULES ": %s", text);
	error_next(error,
		   "Look for the refusal in the audit log: ausearch -ts recent, or journalctl -k.");
}

/* kexec_load(2) has bytes without files, which nobody can appraise. */
static void blame_segments(struct kexec_error *error)
{
	ima_appraises(error);
	selinux_enforces(error);
	error_cause(error, KEXEC_REASON_FILES_ONLY,
		    "a security module takes images only as files, to appraise them");
	error_next(error, "Use kexec_file_load(2), which is kexec -s.");
}

/**
 * policy_refuses() - what a security module refuses
 * @a: the attempt, which got EACCES or EPERM
 * @error: where to
 *
 * Return: false for an EPERM that the kernel does not call one of these.
 */
bool policy_refuses(const struct attempt *a, struct kexec_error *error)
{
	enum answer ima;
	bool selinux;

	if (a->code == -EPERM && !strstr(a->reason, "the security policy "))
		return false;
	if (a->method == KEXEC_METHOD_SEGMENTS) {
		blame_segments(error);
		return true;
	}
	ima = ima_appraises(error);
	selinux = selinux_enforces(error);
	if (ima == YES || (ima && !selinux)) {
		blame_ima(a, ima, error);
	} else if (selinux) {
		error_cause(error, KEXEC_REASON_SELINUX,
			    "SELinux, which is enforcing, most likely refused it");
		error_next(error,
			   "Look for the refusal in the audit log: ausearch -m AVC -ts recent.");
	} else {
		blame_some_module(error);
	}
	return true;
}

/**
 * selinux_withholds() - is CAP_SYS_BOOT there, and yet does not count?
 * @a: the attempt, which got EPERM
 * @error: where to
 *
 * To be asked last.  A kernel gives no reason to who has not got the capability.
 *
 * Return: true if that is likely.
 */
bool selinux_withholds(const struct attempt *a, struct kexec_error *error)
{
	if (*a->reason || !selinux_enforces(error))
		return false;
	error_cause(error, KEXEC_REASON_SELINUX,
		    "SELinux, which is enforcing, most likely withholds CAP_SYS_BOOT");
	error_next(error, "Look for the refusal in the audit log: ausearch -m AVC -ts recent.");
	return true;
}
