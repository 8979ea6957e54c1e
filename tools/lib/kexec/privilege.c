// SPDX-License-Identifier: GPL-2.0-only
/* Who may load what: capabilities, sysctls, lockdown and signatures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/seccomp.h>
#include "attempt.h"
#include "exam.h"

/* Bit of CAP_SYS_BOOT, capabilities(7) */
#define CAP_SYS_BOOT	22
#define STATUS		"/proc/self/status"
#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define DISABLED	"/proc/sys/kernel/kexec_load_disabled"
/* UEFI 2.10, section 3.3: a byte of value 1 behind four bytes of attributes */
#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* Capabilities */

struct credentials {
	unsigned int uid;
	unsigned long long effective, bounding;
};

static bool read_credentials(struct credentials *c)
{
	FILE *f = fopen(STATUS, "re");
	char line[256];
	int found = 0;

	while (f && fgets(line, sizeof(line), f))
		found += sscanf(line, "Uid: %*u %u", &c->uid) == 1 ||
			 sscanf(line, "CapEff: %llx", &c->effective) == 1 ||
			 sscanf(line, "CapBnd: %llx", &c->bounding) == 1;
	if (f)
		fclose(f);
	return found == 3;
}

static bool may_boot(unsigned long long capabilities)
{
	return capabilities >> CAP_SYS_BOOT & 1;
}

/* What a bounding set lacks, neither root nor a program with capabilities gets back. */
static void tell_service(struct kexec_error *error)
{
	char name[128];

	error_cause(error, KEXEC_REASON_CAPABILITY_BOUND,
		    "CAP_SYS_BOOT is kept from this process and all that it starts");
	if (service_name(name, sizeof(name))) {
		error_evidence(error, "/proc/self/cgroup: it belongs to %s", name);
		error_next(error, "Add CAP_SYS_BOOT to CapabilityBoundingSet= of %s.", name);
	} else {
		error_next(error,
			   "Run it from elsewhere, such as a shell of root after a new login.");
	}
}

static void tell_who_confines(struct kexec_error *error)
{
	if (!tell_container(error)) {
		tell_service(error);
		return;
	}
	error_cause(error, KEXEC_REASON_CONTAINER,
		    "this is a container that may not load kernels");
	error_next(error, "Run it on the host: a container would replace everybody's kernel.");
}

bool lacks_capability(const struct attempt *a __maybe_unused, struct kexec_error *error)
{
	struct credentials c = {};

	if (!read_credentials(&c) || (may_boot(c.effective) && !in_user_namespace()))
		return false;
	error_evidence(error, STATUS ": user %u, CapEff %016llx, CAP_SYS_BOOT %s", c.uid,
		       c.effective, may_boot(c.effective) ? "is there" : "is missing");
	if (!may_boot(c.bounding))
		error_evidence(error, STATUS ": CapBnd %016llx, so nobody here can have it",
			       c.bounding);
	if (!may_boot(c.bounding) || in_user_namespace()) {
		tell_who_confines(error);
	} else {
		error_cause(error, KEXEC_REASON_NO_CAPABILITY,
			    "only a process with CAP_SYS_BOOT may load a kernel, %s",
			    "and this one has not got it");
		error_next(error, "Run it as root.");
	}
	return true;
}

/* Filters of system calls */

static bool has_filter(void)
{
	FILE *f = fopen(STATUS, "re");
	char line[256];
	int mode = 0;

	while (f && !mode && fgets(line, sizeof(line), f))
		sscanf(line, "Seccomp: %d", &mode);
	if (f)
		fclose(f);
	return mode == SECCOMP_MODE_FILTER;
}

static void tell_who_filters(struct kexec_error *error)
{
	char name[128];

	if (tell_container(error)) {
		error_next(error,
			   "Run it on the host: a container would replace everybody's kernel.");
	} else if (service_name(name, sizeof(name))) {
		error_evidence(error, "/proc/self/cgroup: it belongs to %s", name);
		error_next(error, "Add the call to SystemCallFilter= of %s.", name);
	} else {
		error_next(error,
			   "Run it from elsewhere, such as a shell of root after a new login.");
	}
}

/**
 * seccomp_filters() - did the call get as far as the kernel's own checks?
 * @a: the attempt, which got EPERM or ENOSYS, or NULL
 * @error: where to
 *
 * To be asked when what the kernel checks explains nothing.
 *
 * Return: true if it likely did not.
 */
bool seccomp_filters(const struct attempt *a, struct kexec_error *error)
{
	if ((a && *a->reason) || !has_filter())
		return false;
	error_cause(error, KEXEC_REASON_CALL_FILTERED,
		    "a filter of system calls most likely keeps this process from it");
	error_evidence(error, STATUS ": Seccomp %d, which is a filter", SECCOMP_MODE_FILTER);
	tell_who_filters(error);
	return true;
}

/* The same of a call that seems not to be there: then another one may be. */
bool call_hidden(const struct attempt *a, struct kexec_error *error)
{
	if (!seccomp_filters(a, error))
		return false;
	error_reason(error, KEXEC_REASON_CALL_HIDDEN);
	return true;
}

/* Sysctls */

/* The kernel tells a caller that has the capability which of several checks was the first. */
static bool is_another(const struct attempt *a, const char *words)
{
	return *a->reason && !strstr(a->reason, words);
}

bool loads_disabled(const struct attempt *a, struct kexec_error *error)
{
	char text[32];

	if (!read_word(DISABLED, text, sizeof(text)) || !strcmp(text, "0") ||
	    is_another(a, "kexec_load_disabled"))
		return false;
	error_cause(error, KEXEC_REASON_LOAD_DISABLED,
		    "kernel.kexec_load_disabled forbids every load until the next boot");
	error_evidence(error, DISABLED ": %s", text);
	error_next(error,
		   "Take out what sets it (look below /etc/sysctl.d), and restart the machine.");
	return true;
}

bool limit_reached(const struct attempt *a, struct kexec_error *error)
{
	const char *name = is_crash(a->image) ? "panic" : "reboot";
	char path[64], text[32];

	snprintf(path, sizeof(path), "/proc/sys/kernel/kexec_load_limit_%s", name);
	if (!read_word(path, text, sizeof(text)) || strcmp(text, "0") ||
	    is_another(a, "kexec_load_limit"))
		return false;
	error_cause(error, KEXEC_REASON_LOAD_LIMIT,
		    "kernel.kexec_load_limit_%s allows no further load until the next boot", name);
	error_evidence(error, "%s: %s", path, text);
	error_next(error, "Restart the machine, or use what is loaded: see kexec --status.");
	return true;
}

/* Lockdown and signatures */

static bool secure_boot(void)
{
	FILE *f = fopen(SECURE_BOOT, "re");
	unsigned char bytes[5] = {};

	if (f && fread(bytes, sizeof(bytes), 1, f) != 1)
		bytes[4] = 0;
	if (f)
		fclose(f);
	return bytes[4] == 1;
}

/* "none [integrity] confidentiality"; false if nothing is locked down. */
static bool read_lockdown(char *text, size_t size)
{
	return read_word(LOCKDOWN, text, size) && !strstr(text, "[none]");
}

/* Of the file, if there is one: an unload has none. */
static void tell_signature(const struct attempt *a, struct kexec_error *error)
{
	char text[128];

	if (read_lockdown(text, sizeof(text)))
		error_evidence(error, LOCKDOWN ": %s", text);
	if (secure_boot())
		error_evidence(error, "Secure Boot is on");
	if (a->kernel < 0)
		return;
	error_evidence(error, "%s: has %s signature", a->image->kernel.name,
		       is_signed(a->kernel) ? "a" : "no");
}

static const char *unlocked_by(const struct attempt *a)
{
	return a->method == KEXEC_METHOD_FILE ?
		"Load a kernel that is signed for this machine, or switch Secure Boot off." :
		"Use kexec_file_load(2), which is kexec -s.";
}

bool locked_down(const struct attempt *a, struct kexec_error *error)
{
	bool file = a->method == KEXEC_METHOD_FILE;
	char text[128];

	if (!read_lockdown(text, sizeof(text)) || (!a->code && file && is_signed(a->kernel)) ||
	    is_another(a, "locked down"))
		return false;
	error_cause(error, KEXEC_REASON_LOCKDOWN, file ?
		    "the kernel is locked down and loads only what a trusted key signed" :
		    "the kernel is locked down and takes images only as files, to verify them");
	tell_signature(a, error);
	error_next(error, "%s", unlocked_by(a));
	return true;
}

/**
 * also_locked_down() - say that the kernel is locked down, where that is not the cause
 * @a: the attempt
 * @error: has a cause already
 *
 * Privileges and sysctls are in the hands of whoever runs the machine; lockdown is not,
 * and would refuse the same image again.  Kernels without reasons may have counted this very
 * attempt, which lockdown refused, as the last that a limit allows.
 */
void also_locked_down(const struct attempt *a, struct kexec_error *error)
{
	bool file = a->method == KEXEC_METHOD_FILE;
	char text[128];
	size_t used;

	if (!error || !read_lockdown(text, sizeof(text)) ||
	    (file && (a->kernel < 0 || is_signed(a->kernel))))
		return;
	used = strlen(error->cause);
	snprintf(error->cause + used, sizeof(error->cause) - used,
		 "; besides, the kernel is locked down");
	tell_signature(a, error);
	error_next_too(error, unlocked_by(a));
}

bool signature_missing(const struct attempt *a, struct kexec_error *error)
{
	bool is = is_signed(a->kernel);

	error_cause(error, is ? KEXEC_REASON_KEY_UNTRUSTED : KEXEC_REASON_NO_SIGNATURE, is ?
		    "the kernel trusts none of the keys that signed %s" :
		    "the kernel takes only signed images, and %s has no signature",
		    a->image->kernel.name);
	tell_signature(a, error);
	error_next(error, is ?
		   "Enroll the key that made the signature (mokutil --import), or sign it anew." :
		   "Sign the file with a key that this machine trusts, by sbsign for instance.");
	return true;
}
