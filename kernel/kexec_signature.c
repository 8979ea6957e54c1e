// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures of the files of a load.
 */

#include <linux/ima.h>
#include <linux/kexec.h>
#include <linux/security.h>
#include <linux/verification.h>

#include "kexec_internal.h"

static bool kexec_sig_enforced = IS_ENABLED(CONFIG_KEXEC_SIG_FORCE);

/**
 * set_kexec_sig_enforced - take signed images only, from now on
 */
void set_kexec_sig_enforced(void)
{
	kexec_sig_enforced = true;
}

#ifdef CONFIG_SIGNED_PE_FILE_VERIFICATION
/**
 * kexec_kernel_verify_pe_sig - check the signature of a PE image
 * @kernel:	the file
 * @kernel_len: its size in bytes
 *
 * Trusts the built-in and secondary keys, then the platform's (UEFI db, MOK).
 *
 * Return: 0, or a negative errno if there is none or it is not trusted.
 */
int kexec_kernel_verify_pe_sig(const char *kernel, unsigned long kernel_len)
{
	int err = verify_pefile_signature(kernel, kernel_len, VERIFY_USE_SECONDARY_KEYRING,
					  VERIFYING_KEXEC_PE_SIGNATURE);

	if (err != -ENOKEY || !IS_ENABLED(CONFIG_INTEGRITY_PLATFORM_KEYRING))
		return err;
	return verify_pefile_signature(kernel, kernel_len, VERIFY_USE_PLATFORM_KEYRING,
				       VERIFYING_KEXEC_PE_SIGNATURE);
}
#endif

static int signature_check(const struct kexec_file_ops *ops, const void *buf, unsigned long len)
{
	if (!ops->verify_sig)
		return -EKEYREJECTED;
	return ops->verify_sig(buf, len);
}

/**
 * kexec_sig_required - are only signed images loaded?
 *
 * Return: true if so.
 */
bool kexec_sig_required(void)
{
	return kexec_sig_enforced || security_locked_down(LOCKDOWN_KEXEC);
}

/**
 * kexec_check_signature - refuse a file that should be signed and is not
 * @ops:  loader of its format
 * @buf:  its bytes
 * @len:  how many
 * @what: what it is, for people
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kexec_check_signature(const struct kexec_file_ops *ops, const void *buf, unsigned long len,
			  const char *what)
{
	int err = signature_check(ops, buf, len);

	if (!err)
		return 0;
	if (kexec_sig_enforced)
		return kexec_refuse(err, "the %s has no signature that a trusted key made", what);
	/* IMA may promise to appraise the file; a locked-down kernel needs one of the two */
	if (!ima_appraise_signature(READING_KEXEC_IMAGE) && security_locked_down(LOCKDOWN_KEXEC))
		return kexec_refuse(-EPERM,
				    "the kernel is locked down and no trusted key signed the %s",
				    what);
	return 0;
}
