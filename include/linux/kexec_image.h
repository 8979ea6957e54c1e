/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Image formats that kexec understands: pure parsers over a file in memory.
 *
 * The code behind this header (lib/kexec/) is built into the kernel, into
 * tools/kexec and into host tests.  It allocates nothing, keeps no state and
 * reads only inside the buffer it is given, whatever that buffer holds.
 */
#ifndef _LINUX_KEXEC_IMAGE_H
#define _LINUX_KEXEC_IMAGE_H

#include <linux/types.h>

/* Where the setup header starts, in a bzImage and in struct boot_params. */
#define KEXEC_BZIMAGE_HEADER		0x1f1
/* Where the room for the setup header ends in struct boot_params. */
#define KEXEC_BZIMAGE_HEADER_LIMIT	0x290
/* The 64-bit entry point, from the start of the protected-mode part. */
#define KEXEC_BZIMAGE_ENTRY64		0x200

/* Bits of &kexec_bzimage.loadflags and &kexec_bzimage.xloadflags used here. */
#define KEXEC_BZIMAGE_LOADED_HIGH	0x01
#define KEXEC_BZIMAGE_XLF_KERNEL_64	0x01
#define KEXEC_BZIMAGE_XLF_ABOVE_4G	0x02

/**
 * struct kexec_bzimage - what the setup header of a bzImage says
 * @version: boot protocol, (major << 8) + minor
 * @xloadflags: XLF_* bits
 * @loadflags: LOADED_HIGH and other load flags
 * @relocatable: nonzero if the image runs from any suitably aligned address
 * @setup_size: bytes of boot sector and setup code; the protected-mode part
 *	starts behind them
 * @header_size: bytes of setup header this image has from offset
 *	%KEXEC_BZIMAGE_HEADER on; they fit struct boot_params and the file
 * @pm_offset: where the protected-mode part starts in the file
 * @pm_size: its size in bytes; what the file holds behind it (a signature)
 *	is no part of the image
 * @cmdline_max: longest command line in bytes, the final NUL not counted
 * @kernel_alignment: preferred physical alignment in bytes
 * @min_alignment: smallest alignment in bytes, 0 if the image gives none
 * @pref_address: preferred load address, 0 if there is none
 * @init_size: memory needed from the runtime start on until the image can
 *	read its memory map; may be less than @pm_size in odd images, so
 *	reserve the larger of the two
 * @initrd_addr_max: highest byte an initrd may occupy for images without
 *	%KEXEC_BZIMAGE_XLF_ABOVE_4G
 * @payload_offset: compressed kernel, from the start of the protected-mode
 *	part; 0 if the image gives none
 * @payload_length: its length; lies inside the protected-mode part
 * @setup_data: physical address of a setup_data list the image brings along
 * @setup_type_max: highest type of setup_data the image knows, without the bit
 *	for indirect ones; 0 if the image gives none
 * @release: where the kernel's release and build stand in the file as text
 *	with a final NUL; 0 if the image gives none
 *
 * Fields that the image's protocol version does not have, or that lie beyond
 * its header, hold the value the boot protocol assumes for them, or 0.
 */
struct kexec_bzimage {
	u16 version;
	u16 xloadflags;
	u8 loadflags;
	u8 relocatable;
	u32 setup_size;
	u32 header_size;
	u64 pm_offset;
	u64 pm_size;
	u32 cmdline_max;
	u32 kernel_alignment;
	u32 min_alignment;
	u64 pref_address;
	u32 init_size;
	u32 initrd_addr_max;
	u32 payload_offset;
	u32 payload_length;
	u64 setup_data;
	u32 setup_type_max;
	u32 release;
};

/**
 * enum kexec_bzimage_why - why a file is not a bzImage that can be used
 * @KEXEC_BZIMAGE_OK: it is one
 * @KEXEC_BZIMAGE_SHORT: too short to tell
 * @KEXEC_BZIMAGE_NO_BOOT_FLAG: another format: no boot sector signature
 * @KEXEC_BZIMAGE_NO_MAGIC: another format: no HdrS
 * @KEXEC_BZIMAGE_BAD_VERSION: HdrS, but an impossible protocol version
 * @KEXEC_BZIMAGE_NO_SETUP: the file ends inside the setup code
 * @KEXEC_BZIMAGE_NO_SIZE: the size of the protected-mode part is not given
 * @KEXEC_BZIMAGE_TRUNCATED: the file ends inside the protected-mode part
 * @KEXEC_BZIMAGE_BAD_PAYLOAD: the payload leaves the protected-mode part
 * @KEXEC_BZIMAGE_OLD: older than the 64-bit boot protocol
 * @KEXEC_BZIMAGE_NO_ENTRY64: not a 64-bit kernel
 * @KEXEC_BZIMAGE_LOADED_LOW: a zImage
 * @KEXEC_BZIMAGE_FIXED: cannot be moved to where memory is free
 * @KEXEC_BZIMAGE_BAD_ALIGN: an alignment is not a power of two
 * @KEXEC_BZIMAGE_NO_INIT_SIZE: does not say how much memory it needs
 * @KEXEC_BZIMAGE_NO_CODE: the 64-bit entry lies behind the last byte
 * @KEXEC_BZIMAGE_NR_WHY: number of reasons
 *
 * Up to and including %KEXEC_BZIMAGE_NO_MAGIC the file is simply something
 * else; from there on it is a bzImage that is damaged or unsuitable.
 */
enum kexec_bzimage_why {
	KEXEC_BZIMAGE_OK,
	KEXEC_BZIMAGE_SHORT,
	KEXEC_BZIMAGE_NO_BOOT_FLAG,
	KEXEC_BZIMAGE_NO_MAGIC,
	KEXEC_BZIMAGE_BAD_VERSION,
	KEXEC_BZIMAGE_NO_SETUP,
	KEXEC_BZIMAGE_NO_SIZE,
	KEXEC_BZIMAGE_TRUNCATED,
	KEXEC_BZIMAGE_BAD_PAYLOAD,
	KEXEC_BZIMAGE_OLD,
	KEXEC_BZIMAGE_NO_ENTRY64,
	KEXEC_BZIMAGE_LOADED_LOW,
	KEXEC_BZIMAGE_FIXED,
	KEXEC_BZIMAGE_BAD_ALIGN,
	KEXEC_BZIMAGE_NO_INIT_SIZE,
	KEXEC_BZIMAGE_NO_CODE,
	KEXEC_BZIMAGE_NR_WHY,
};

enum kexec_bzimage_why kexec_bzimage_parse(const void *buf, size_t size,
					   struct kexec_bzimage *img);
enum kexec_bzimage_why kexec_bzimage_check64(const struct kexec_bzimage *img);
const char *kexec_bzimage_why(enum kexec_bzimage_why why);

/**
 * kexec_bzimage_above_4g() - may the image and its data lie above 4 GiB?
 * @img: parsed image
 *
 * Return: true if kernel, zero page, command line and initrd may all be above.
 */
static inline bool kexec_bzimage_above_4g(const struct kexec_bzimage *img)
{
	return img->xloadflags & KEXEC_BZIMAGE_XLF_ABOVE_4G;
}

#endif /* _LINUX_KEXEC_IMAGE_H */
