/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The kexec ABI: what user space passes to kexec_load(2) and
 * kexec_file_load(2).  Documentation/userspace-api/kexec.rst explains every name.
 */
#ifndef _UAPILINUX_KEXEC_H
#define _UAPILINUX_KEXEC_H

#include <linux/types.h>

/* Either call: an image has at most this many segments. */
#define KEXEC_SEGMENT_MAX		16

/* kexec_load(2): flags, low half of the flag word */

/* Fill the crash slot instead of the normal one. */
#define KEXEC_ON_CRASH			(1 << 0)
/* The image returns: keep this kernel and continue it afterwards. */
#define KEXEC_PRESERVE_CONTEXT		(1 << 1)
/* The kernel may rewrite the ELF core header segment after hotplug. */
#define KEXEC_UPDATE_ELFCOREHDR		(1 << 2)
/* The kernel may rewrite every segment its architecture needs to. */
#define KEXEC_CRASH_HOTPLUG_SUPPORT	(1 << 3)

/* kexec_load(2): architecture of the image, high half, an ELF e_machine */
#define KEXEC_ARCH_MASK			0xffff0000
#define KEXEC_ARCH_DEFAULT		(0 << 16)
#define KEXEC_ARCH_386			(3 << 16)
#define KEXEC_ARCH_68K			(4 << 16)
#define KEXEC_ARCH_MIPS			(8 << 16)
#define KEXEC_ARCH_MIPS_LE		(10 << 16)
#define KEXEC_ARCH_PARISC		(15 << 16)
#define KEXEC_ARCH_PPC			(20 << 16)
#define KEXEC_ARCH_PPC64		(21 << 16)
#define KEXEC_ARCH_S390			(22 << 16)
#define KEXEC_ARCH_ARM			(40 << 16)
#define KEXEC_ARCH_SH			(42 << 16)
#define KEXEC_ARCH_IA_64		(50 << 16)
#define KEXEC_ARCH_X86_64		(62 << 16)
#define KEXEC_ARCH_AARCH64		(183 << 16)
#define KEXEC_ARCH_RISCV		(243 << 16)
#define KEXEC_ARCH_LOONGARCH		(258 << 16)

/* kexec_file_load(2): flags */

/* Empty the slot; file descriptors and command line are not looked at. */
#define KEXEC_FILE_UNLOAD		(1 << 0)
/* Fill (or empty) the crash slot instead of the normal one. */
#define KEXEC_FILE_ON_CRASH		(1 << 1)
/* There is no initrd; its file descriptor is not looked at. */
#define KEXEC_FILE_NO_INITRAMFS		(1 << 2)
/* Log where everything is placed. */
#define KEXEC_FILE_DEBUG		(1 << 3)
/* Place nothing in memory for contiguous allocations; this kernel never does. */
#define KEXEC_FILE_NO_CMA		(1 << 4)
/* Hand over the device tree that this kernel runs with; of effect on x86 only. */
#define KEXEC_FILE_FORCE_DTB		(1 << 5)
/* Let a compressed kernel unpack itself when it is entered, not when it is loaded. */
#define KEXEC_FILE_SELF_EXTRACT		(1 << 16)
/* cmdline points to a struct kexec_file_args; cmdline_len is its size. */
#define KEXEC_FILE_ARGS			(1 << 17)

/* Make no checksums of a normal image, so enter it whatever became of it. */
#define KEXEC_FILE_NO_CHECK		(1 << 18)

/* kexec_file_load(2): kinds of files beside the kernel */

/* Initial RAM disk: all of them follow each other in memory as one. */
#define KEXEC_PART_INITRD		0
/* Module of a multiboot image. */
#define KEXEC_PART_MODULE		1
/* Addon of a unified kernel image. */
#define KEXEC_PART_ADDON		2
/* Flattened device tree for the new kernel; one at most. */
#define KEXEC_PART_DTB			3

/* kexec_file_load(2): flags of such a file */

/* Of a module: hand over what is in the file, even if that is compressed. */
#define KEXEC_PART_AS_IS		(1 << 0)

#define KEXEC_FILE_FORMAT_SIZE		16

/**
 * struct kexec_file_part - a file to be loaded beside the kernel
 * @cmdline: text for a module, in the caller's memory
 * @cmdline_len: its length with the final NUL; 0: no text
 * @fd: the file
 * @kind: KEXEC_PART_*
 * @flags: KEXEC_PART_AS_IS or 0
 */
struct kexec_file_part {
	__aligned_u64 cmdline;
	__u32 cmdline_len;
	__s32 fd;
	__u32 kind;
	__u32 flags;
};

#define KEXEC_FILE_PART_SIZE_VER0	24

/**
 * struct kexec_file_args - what does not fit the arguments of kexec_file_load(2)
 * @cmdline: command line, in the caller's memory
 * @parts: array of struct kexec_file_part, in the caller's memory
 * @cmdline_len: length of the command line with the final NUL; 0: none
 * @nr_parts: entries of @parts; the initrd that is an argument comes first
 * @part_size: bytes in each of them
 * @profile: which profile of a unified kernel image to use
 * @format: name of the format, as /sys/kernel/kexec gives it; "": find out
 *
 * Fields can only be added at the end; what is not there is 0.
 */
struct kexec_file_args {
	__aligned_u64 cmdline;
	__aligned_u64 parts;
	__u32 cmdline_len;
	__u32 nr_parts;
	__u32 part_size;
	__u32 profile;
	char format[KEXEC_FILE_FORMAT_SIZE];
};

#define KEXEC_FILE_ARGS_SIZE_VER0	48

#if !defined(__KERNEL__)
/**
 * struct kexec_segment - a range of the new image, as kexec_load(2) takes it
 * @buf:   bytes to put there, in the caller's memory
 * @bufsz: how many
 * @mem:   physical address they must have when the image is entered
 * @memsz: size of the destination in bytes; what @buf does not fill is zero
 */
struct kexec_segment {
	const void *buf;
	__kernel_size_t bufsz;
	const void *mem;
	__kernel_size_t memsz;
};
#endif

#endif /* _UAPILINUX_KEXEC_H */
