/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ARCH_X86_KERNEL_KEXEC_VMLINUX64_H
#define ARCH_X86_KERNEL_KEXEC_VMLINUX64_H

#include <linux/kexec.h>
#include <linux/kexec_image.h>

/**
 * struct kexec_vmlinux64 - a kernel that is entered past its decompressor
 * @bytes:  the image's bytes, unpacked and relocated, vmalloc()ed; NULL: the
 *	    image has to unpack itself
 * @kernel: where its parts are
 * @random: its places are to be chosen at random
 */
struct kexec_vmlinux64 {
	void *bytes;
	struct kexec_vmlinux kernel;
	bool random;
};

const char *kexec_vmlinux64_why_not(void);
int kexec_vmlinux64_unpack(const struct kimage *image, const void *file,
			   const struct kexec_bzimage *img, const char *cmdline,
			   unsigned long cmdline_len, struct kexec_vmlinux64 *vmlinux);

#endif
