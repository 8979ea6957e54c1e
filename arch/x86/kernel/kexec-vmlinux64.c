// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entering the kernel inside a bzImage past its own decompressor.
 *
 * What the image's decompressor would do while nothing else runs is done at
 * load: unpack, put the segments in their places, choose a virtual address at
 * random and relocate.  Whatever else it does must not be needed, or the image
 * is entered at its decompressor, which is always right and only slower.
 */

#define pr_fmt(fmt) "kexec-vmlinux64: " fmt

#include <linux/cc_platform.h>
#include <linux/cpufeature.h>
#include <linux/efi.h>
#include <linux/kexec_decompress.h>
#include <linux/pgtable.h>
#include <linux/processor.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include <asm/bootparam.h>

#include "kexec-vmlinux64.h"

/* The first leaf of CPUID whose ECX has LA57, also when this kernel does not use it. */
#define CPUID_LA57_LEAF		7

static bool memory_unaccepted(void)
{
	return IS_ENABLED(CONFIG_UNACCEPTED_MEMORY) &&
	       efi.unaccepted != EFI_INVALID_TABLE_ADDR;
}

/**
 * kexec_vmlinux64_why_not - can no kernel do without its decompressor on this machine?
 *
 * It finds out how memory is encrypted, says so to the hypervisor and to the kernel
 * proper, and accepts the memory that it unpacks to.
 *
 * Return: why not, for people; NULL: a kernel that is unpacked can be entered.
 */
const char *kexec_vmlinux64_why_not(void)
{
	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT) || cpu_feature_enabled(X86_FEATURE_TDX_GUEST))
		return "memory is encrypted";
	if (memory_unaccepted())
		return "memory has to be accepted";
	return NULL;
}

static bool cpu_has_la57(void)
{
	return cpuid_eax(0) >= CPUID_LA57_LEAF &&
	       cpuid_ecx(CPUID_LA57_LEAF) & BIT(X86_FEATURE_LA57 & 31);
}

/* The number of paging levels cannot be changed without the decompressor. */
static bool paging_fits(const struct kexec_bzimage *img, const char *cmdline, size_t len)
{
	bool wanted = img->xloadflags & XLF_5LEVEL_ENABLED && cpu_has_la57() &&
		      !kexec_cmdline_has(cmdline, len, "no5lvl");

	return wanted == pgtable_l5_enabled();
}

/* However 1 GiB is spelled: the decompressor then leaves such pages whole. */
static bool wants_gib_pages(const char *cmdline, size_t len)
{
	const char *end = cmdline + len, *value = cmdline;
	char *rest;

	while ((value = kexec_cmdline_find(value, end - value, "hugepagesz=")))
		if (memparse(value, &rest) == SZ_1G)
			return true;
	return false;
}

/*
 * Parameters that the decompressor heeds.  All but the first only when it
 * chooses a physical place, which it does not change for a crash kernel.
 */
static const char *heeded_parameter(const struct kimage *image, const char *cmdline, size_t len)
{
	static const char * const words[] = {
		"mem_encrypt=", "mem=", "memmap=", "movable_node", "kernelcore=",
	};
	int i, n = image->type == KEXEC_TYPE_CRASH ? 1 : ARRAY_SIZE(words);

	for (i = 0; i < n; i++)
		if (kexec_cmdline_has(cmdline, len, words[i]))
			return words[i];
	return n > 1 && wants_gib_pages(cmdline, len) ? "pages of 1 GiB" : NULL;
}

/* Why the image has to unpack itself, as far as that does not depend on its payload. */
static const char *why_not(const struct kimage *image, const struct kexec_bzimage *img,
			   const char *cmdline, size_t len)
{
	const char *why = kexec_vmlinux64_why_not();

	if (image->self_extract)
		return "the caller asks for it";
	if (why)
		return why;
	if (!paging_fits(img, cmdline, len))
		return "the number of paging levels has to change";
	return heeded_parameter(image, cmdline, len);
}

static unsigned long kernel_align(const struct kexec_bzimage *img)
{
	return max_t(unsigned long, img->kernel_alignment, PMD_SIZE);
}

/*
 * The places the decompressor has to choose from: from the address the kernel
 * is linked to up to the end of its mapping, a step of its alignment apart.
 */
static u32 random_offset(const struct kexec_bzimage *img, const struct kexec_vmlinux *kernel)
{
	unsigned long align = kernel_align(img);
	unsigned long size = ALIGN(max(img->init_size, kernel->mem_size), PMD_SIZE);
	unsigned long room = KEXEC_UNPACKED_MAX - kernel->base;

	if (size > room)
		return 0;
	return get_random_u32_below((room - size) / align + 1) * align;
}

static void relocate(const struct kexec_bzimage *img, const char *cmdline, size_t len,
		     struct kexec_vmlinux64 *vmlinux)
{
	u32 offset;

	if (!kexec_vmlinux_relocatable(&vmlinux->kernel) ||
	    kexec_cmdline_has(cmdline, len, "nokaslr"))
		return;
	offset = random_offset(img, &vmlinux->kernel);
	kexec_vmlinux_relocate(vmlinux->bytes, &vmlinux->kernel, offset);
	vmlinux->random = true;
}

static int unpack(const void *file, const struct kexec_bzimage *img,
		  struct kexec_payload *payload, struct kexec_vmlinux64 *vmlinux)
{
	enum kexec_vmlinux_why why;
	void *bytes = kexec_payload_unpack(payload, img->pm_offset + img->payload_offset);

	if (IS_ERR(bytes))
		return PTR_ERR(bytes);
	why = kexec_vmlinux_parse(bytes, payload->unpacked, &vmlinux->kernel);
	if (why) {
		vfree(bytes);
		kexec_dprintk("the unpacked kernel is left to the image: %s\n",
			      kexec_vmlinux_why(why));
		return -ENOEXEC;
	}
	kexec_vmlinux_place(bytes, &vmlinux->kernel);
	vmlinux->bytes = bytes;
	return 0;
}

/* Whatever unpacking does not prove to be whole, the image's own checksum has to. */
static int unpack_checked(const void *file, const struct kexec_bzimage *img,
			  struct kexec_vmlinux64 *vmlinux)
{
	u64 offset = img->pm_offset + img->payload_offset;
	struct kexec_payload payload;
	enum kexec_payload_why why = kexec_payload_parse(file, img, &payload);
	int err = why ? kexec_payload_refuse(&payload, offset, why) :
			unpack(file, img, &payload, vmlinux);

	if (err && err != -ENOEXEC && err != -ENOMEM)
		return err;
	return !err && payload.checked ? 0 : kexec_bzimage_intact(file, img);
}

/**
 * kexec_vmlinux64_unpack - make the kernel inside a bzImage ready to be entered
 * @image:	 image being loaded
 * @file:	 the bzImage
 * @img:	 what kexec_bzimage_parse() said about it
 * @cmdline:	 command line of the new kernel
 * @cmdline_len: most bytes it has; 0: there is none
 * @vmlinux:	 filled in; the caller frees its bytes, after a failure too
 *
 * Return: 0, also if the image has to unpack itself; -EBADMSG with a reason
 * given if it is damaged.
 */
int kexec_vmlinux64_unpack(const struct kimage *image, const void *file,
			   const struct kexec_bzimage *img, const char *cmdline,
			   unsigned long cmdline_len, struct kexec_vmlinux64 *vmlinux)
{
	const char *why = why_not(image, img, cmdline, cmdline_len);
	int err;

	if (why) {
		kexec_dprintk("the image unpacks itself: %s\n", why);
		return kexec_bzimage_intact(file, img);
	}
	err = unpack_checked(file, img, vmlinux);
	if (!err && vmlinux->bytes)
		relocate(img, cmdline, cmdline_len, vmlinux);
	return err;
}
