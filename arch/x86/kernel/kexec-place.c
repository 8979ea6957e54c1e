// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments that more than one loader of x86-64 needs: those whose place the
 * image dictates, and the stub that enters it in the state it wants.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "kexec-loaders.h"

/**
 * kexec_check_fixed - can a segment lie where the image dictates?
 * @kbuf: the segment; its mem is that place, which starts a page
 *
 * To be asked before memory is had for its bytes, of which there may be as many as the
 * image likes.  Crash images have to lie in the crash memory, which the core checks.
 *
 * Return: 0, or -EADDRNOTAVAIL with a reason given if there is no RAM.
 */
int kexec_check_fixed(const struct kexec_buf *kbuf)
{
	unsigned long end;

	if (check_add_overflow(kbuf->mem, kbuf->memsz - 1, &end))
		return kexec_refuse(-EADDRNOTAVAIL, "the %s goes beyond the last address",
				    kbuf->name);
	if (!kbuf->mem || region_intersects(kbuf->mem, PAGE_ALIGN(kbuf->memsz),
					    IORESOURCE_SYSTEM_RAM,
					    IORES_DESC_NONE) != REGION_INTERSECTS)
		return kexec_refuse(-EADDRNOTAVAIL,
				    "the %s has to lie at %#lx-%#lx, which is not all RAM",
				    kbuf->name, kbuf->mem, end);
	return 0;
}

static int add_enter(const struct kexec_enter *how, void **buf, struct kexec_buf *kbuf)
{
	struct kimage *image = kbuf->image;
	int err;

	kbuf->buffer = kmalloc(KEXEC_ENTER_SIZE, GFP_KERNEL);
	if (!kbuf->buffer)
		return -ENOMEM;
	*buf = kbuf->buffer;
	kexec_enter_write(kbuf->buffer, how);
	err = kexec_add_buffer(kbuf);
	if (err)
		return kexec_refuse(err, "no free memory below 4 GiB for the image's entry");
	image->start = kbuf->mem;
	kexec_dprintk("entry %#llx in %s mode\n", how->entry,
		      how->mode == KEXEC_ENTER_32 ? "32-bit" : "64-bit");
	return 0;
}

/**
 * kexec_add_enter - have an image entered in another state than 64-bit mode with %rsi
 * @image: its other segments are placed
 * @how:   how to enter it
 * @buf:   set to what the caller has to kfree() when the load has ended
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kexec_add_enter(struct kimage *image, const struct kexec_enter *how, void **buf)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "entry",
		.bufsz		= KEXEC_ENTER_SIZE,
		.memsz		= KEXEC_ENTER_SIZE,
		.buf_min	= KEXEC_LOAD_MIN,
		.buf_max	= KEXEC_MAX_32,
		.top_down	= true,
	};

	return add_enter(how, buf, &kbuf);
}

/**
 * kexec_add_enter_low - the same for an image that may map little memory before it has a
 * stack and a GDT of its own
 * @image: its other segments are placed
 * @how:   how to enter it
 * @buf:   set to what the caller has to kfree() when the load has ended
 *
 * Return: 0, or a negative errno with a reason given.
 */
int kexec_add_enter_low(struct kimage *image, const struct kexec_enter *how, void **buf)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "entry",
		.bufsz		= KEXEC_ENTER_SIZE,
		.memsz		= KEXEC_ENTER_SIZE,
		.buf_min	= KEXEC_LOAD_LOW,
		.buf_max	= KEXEC_MAX_32,
		.lowest		= true,
	};

	return add_enter(how, buf, &kbuf);
}
