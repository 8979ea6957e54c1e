// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF core headers that this kernel keeps right exist twice, each with its digest: in
 * the segment, and in a spare in the control pages.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/kexec.h>
#include <linux/kexec_blob.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "kexec_internal.h"

/*
 * A copy may have to be read and written like the memory of the image.  Copy 1
 * lies in control pages, which can be anyway.
 */
static int open_copy(const struct kexec_headers *headers, int copy, u64 len)
{
	return copy ? 0 : arch_kexec_post_alloc_pages(boot_phys_to_virt(headers->copy[0].addr),
						      PFN_UP(len), 0);
}

static void close_copy(const struct kexec_headers *headers, int copy, u64 len)
{
	if (!copy)
		arch_kexec_pre_free_pages(boot_phys_to_virt(headers->copy[0].addr), PFN_UP(len));
}

/**
 * kexec_headers_prepare - make room for ELF core headers to change
 * @image:   crash image, loaded completely
 * @headers: filled in
 * @i:	     segment that they are in
 *
 * Without a spare the headers are not checked: they change in place then, and
 * their digest could not change at the same instant.
 * Context: load lock held, crash memory writable, may sleep.
 *
 * Return: 0, or why the architecture does not let them be read.
 */
int kexec_headers_prepare(struct kimage *image, struct kexec_headers *headers, long i)
{
	const struct kexec_segment *seg = &image->segment[i];
	struct page *spare = kimage_try_control_pages(image, get_order(seg->memsz));
	int err;

	if (!spare) {
		pr_notice("the crash memory has no room for a second ELF core header: no crash image is armed while memory is added or removed\n");
		return 0;
	}
	headers->copy[0].addr = seg->mem;
	headers->copy[1].addr = (u64)page_to_boot_pfn(spare) << PAGE_SHIFT;
	err = open_copy(headers, 0, seg->bufsz);
	if (err)
		return err;
	headers->copy[0] = kexec_digest_of(image, i, seg->mem, seg->mem + seg->bufsz);
	close_copy(headers, 0, seg->bufsz);
	return 0;
}

/**
 * kexec_headers_switch - give a crash image other ELF core headers
 * @image:   crash image whose load has ended
 * @headers: the headers
 * @len:     their size in bytes
 *
 * A crash at any instruction finds the old ones or the new ones, complete and with
 * the digest that they are checked against.
 * Context: load lock held, crash memory writable, may sleep.
 *
 * Return: 0; -E2BIG if the segment has no room for them, -EOPNOTSUPP if they
 * are there only once, or why the architecture does not let them be written.
 */
int kexec_headers_switch(struct kimage *image, const void *headers, size_t len)
{
	struct kexec_headers *all = &arch_kexec_job(image)->headers;
	u64 next = !all->valid, addr = all->copy[next].addr;
	int err;

	if (!all->copy[1].addr)
		return -EOPNOTSUPP;
	if (len > image->segment[image->elfcorehdr_index].memsz)
		return -E2BIG;
	err = open_copy(all, next, len);
	if (err)
		return err;
	memcpy(boot_phys_to_virt(addr), headers, len);
	all->copy[next] = kexec_digest_of(image, image->elfcorehdr_index, addr, addr + len);
	close_copy(all, next, len);
	/* whoever finds the new ones to be valid finds all of them */
	smp_store_release(&all->valid, next);
	return 0;
}
