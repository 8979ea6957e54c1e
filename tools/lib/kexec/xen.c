// SPDX-License-Identifier: GPL-2.0-only
/* Hypervisors whose domains only they can give another kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "system.h"

/*
 * Kernels before 4.13 do not name the type, but all show the hypervisor's features; bit 2 of
 * them is XENFEAT_auto_translated_physmap, which paravirtualised domains never have.
 */
static bool is_fully_virtualised(const char *guest)
{
	char features[32];

	if (*guest)
		return !strcmp(guest, "HVM") || !strcmp(guest, "PVH");
	read_word("/sys/hypervisor/properties/features", features, sizeof(features));
	return strtoul(features, NULL, 16) >> 2 & 1;
}

/**
 * is_xen_domain() - can only the Xen hypervisor start another kernel?
 * @error: says so
 *
 * Domains see "xen" there; a fully virtualised one is its own kernel's master.
 *
 * Return: true if so.
 */
bool is_xen_domain(struct kexec_error *error)
{
	char type[32], guest[32];

	if (!read_word("/sys/hypervisor/type", type, sizeof(type)) || strcmp(type, "xen"))
		return false;
	read_word("/sys/hypervisor/guest_type", guest, sizeof(guest));
	if (is_fully_virtualised(guest))
		return false;
	error_cause(error, KEXEC_REASON_XEN,
		    "this is a Xen domain, and only the hypervisor can start another kernel");
	error_evidence(error, "/sys/hypervisor/type: %s", type);
	if (*guest)
		error_evidence(error, "/sys/hypervisor/guest_type: %s", guest);
	error_next(error, "Use a kexec program that talks to the hypervisor, or boot without Xen.");
	return true;
}

/**
 * refuse_under_xen() - do not even ask the kernel where it has no say
 * @error: says so
 *
 * What the hypervisor has loaded, and reserved for a crash kernel, the domain's kernel does not
 * show; and some take images that they cannot start, or crash on them.
 *
 * Return: 0, or -EOPNOTSUPP in a domain whose kernel only the hypervisor can replace.
 */
int refuse_under_xen(struct kexec_error *error)
{
	error_clear(error);
	return is_xen_domain(error) ? error_code(error, -EOPNOTSUPP) : 0;
}
