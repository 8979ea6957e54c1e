// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zero page's device tree: one that is given, or that of this kernel.
 */

#define pr_fmt(fmt) "kexec-zeropage: " fmt

#include <linux/err.h>
#include <linux/kexec.h>
#include <linux/libfdt.h>
#include <linux/of_fdt.h>
#include <linux/string.h>

#include "kexec-zeropage.h"

/*
 * Trees of firmware are trusted like firmware; one of the caller's may only do what the
 * caller may do anyway.
 */
static int dtb_may_be_given(void)
{
	if (kexec_sig_required())
		return kexec_refuse(-EPERM,
				    "a device tree cannot be given: only what is signed counts here");
	return 0;
}

static int dtb_read(struct kexec_part *part)
{
	if (part->size > KEXEC_DTB_MAX)
		return kexec_refuse(-EFBIG, "the device tree has %zu bytes, more than %u",
				    part->size, KEXEC_DTB_MAX);
	return kimage_read_part(part);
}

/* That of this kernel came from firmware, or from who has loaded it: it is trusted already. */
#ifdef CONFIG_OF_EARLY_FLATTREE
static const void *running_dtb(void)
{
	return initial_boot_params;
}

static u32 running_dtb_size(void)
{
	return fdt_totalsize(initial_boot_params);
}
#else
static const void *running_dtb(void) { return NULL; }
static u32 running_dtb_size(void) { return 0; }
#endif

static void zp_take_running_dtb(struct zero_page *zp)
{
	zp->dtb = running_dtb();
	if (zp->dtb)
		zp->dtb_size = running_dtb_size();
	else
		kexec_dprintk("device tree: this kernel has none to hand over\n");
}

static int zp_use_dtb(struct zero_page *zp, struct kexec_part *part)
{
	enum kexec_dtb_why why;
	int err = dtb_may_be_given() ?: dtb_read(part);

	if (err)
		return err;
	why = kexec_dtb_check(part->data, part->size, &zp->dtb_size);
	if (why)
		return kexec_refuse(-EINVAL, "the device tree cannot be used: %s",
				    kexec_dtb_why(why));
	zp->dtb = part->data;
	return 0;
}

/**
 * zp_find_dtb - find the device tree to hand over, if there is one
 * @zp:	   its dtb and dtb_size are set
 * @image: whose zero page it is
 *
 * Return: 0, or a negative errno with a reason given.
 */
int zp_find_dtb(struct zero_page *zp, struct kimage *image)
{
	struct kexec_part *part = kimage_find_dtb(image);

	if (IS_ERR(part))
		return PTR_ERR(part);
	if (part && image->force_dtb)
		return kexec_refuse(-EINVAL,
				    "a device tree is given, and that of this kernel is asked for, too");
	if (part)
		return zp_use_dtb(zp, part);
	if (image->force_dtb)
		zp_take_running_dtb(zp);
	return 0;
}

/**
 * zp_set_dtb - hand over the device tree
 * @zp: placed
 */
void zp_set_dtb(struct zero_page *zp)
{
	void *dtb = zp->dtb ? zp_add_setup_data(zp, SETUP_DTB, zp->dtb_size) : NULL;

	if (!dtb)
		return;
	memcpy(dtb, zp->dtb, zp->dtb_size);
	kexec_dprintk("device tree: %u bytes\n", zp->dtb_size);
}
