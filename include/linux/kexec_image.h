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
 * @code32_start: where the protected-mode part belongs if it is not @relocatable;
 *	0: it has no 32-bit entry point
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
 * @release: where the kernel's release and build stand in the file as text
 *	with a final NUL; 0 if the image gives none
 * @timeline: it takes the record of its handover, as <linux/kexec_timeline_mark.h>
 *	says
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
	u32 code32_start;
	u32 cmdline_max;
	u32 kernel_alignment;
	u32 min_alignment;
	u64 pref_address;
	u32 init_size;
	u32 initrd_addr_max;
	u32 payload_offset;
	u32 payload_length;
	u64 setup_data;
	u32 release;
	bool timeline;
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
 * @KEXEC_BZIMAGE_OLD: its command line could not be handed over
 * @KEXEC_BZIMAGE_REAL_MODE: neither a 32-bit nor a 64-bit entry point
 * @KEXEC_BZIMAGE_LOADED_LOW: a zImage
 * @KEXEC_BZIMAGE_BAD_ALIGN: an alignment is not a power of two
 * @KEXEC_BZIMAGE_NO_INIT_SIZE: does not say how much memory it needs
 * @KEXEC_BZIMAGE_NO_CODE: the 64-bit entry lies behind the last byte
 * @KEXEC_BZIMAGE_BAD_ADDRESS: it would lie or run beyond 4 GiB, or below 1 MiB
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
	KEXEC_BZIMAGE_REAL_MODE,
	KEXEC_BZIMAGE_LOADED_LOW,
	KEXEC_BZIMAGE_BAD_ALIGN,
	KEXEC_BZIMAGE_NO_INIT_SIZE,
	KEXEC_BZIMAGE_NO_CODE,
	KEXEC_BZIMAGE_BAD_ADDRESS,
	KEXEC_BZIMAGE_NR_WHY,
};

enum kexec_bzimage_why kexec_bzimage_parse(const void *buf, size_t size,
					   struct kexec_bzimage *img);
enum kexec_bzimage_why kexec_bzimage_check(const struct kexec_bzimage *img);
u64 kexec_bzimage_memory(const struct kexec_bzimage *img);
const char *kexec_bzimage_why(enum kexec_bzimage_why why);
bool kexec_bzimage_has_sum(const void *file, const struct kexec_bzimage *img);

/**
 * kexec_bzimage_entry64() - can the image be entered in 64-bit mode?
 * @img: parsed image
 *
 * Return: true if so; otherwise it is entered in 32-bit mode at its first byte.
 */
static inline bool kexec_bzimage_entry64(const struct kexec_bzimage *img)
{
	return img->xloadflags & KEXEC_BZIMAGE_XLF_KERNEL_64;
}

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

/* Compressed kernels */

/* No kernel is mapped beyond this much of its address space. */
#define KEXEC_UNPACKED_MAX		0x40000000

/**
 * enum kexec_compressor - what packed a payload, told by its first bytes
 * @KEXEC_UNKNOWN: something else
 * @KEXEC_GZIP: gzip, RFC 1952
 * @KEXEC_XZ: .xz
 * @KEXEC_ZSTD: Zstandard, RFC 8878
 * @KEXEC_LZ4_LEGACY: lz4 -l, which kernel builds use: 8 MiB blocks, no checksum
 * @KEXEC_LZ4: LZ4 frame
 * @KEXEC_LZO: lzop
 */
enum kexec_compressor {
	KEXEC_UNKNOWN,
	KEXEC_GZIP,
	KEXEC_XZ,
	KEXEC_ZSTD,
	KEXEC_LZ4_LEGACY,
	KEXEC_LZ4,
	KEXEC_LZO,
};

/**
 * enum kexec_payload_why - why a payload cannot be unpacked
 * @KEXEC_PAYLOAD_OK: it can
 * @KEXEC_PAYLOAD_NONE: the header names none
 * @KEXEC_PAYLOAD_UNKNOWN: nobody here knows the compressor
 * @KEXEC_PAYLOAD_UNSUPPORTED: it uses something that no kernel build uses
 * @KEXEC_PAYLOAD_CHECK: its checksum is of a kind that nobody here computes
 * @KEXEC_PAYLOAD_TOO_LARGE: it announces more than the image asks memory for, or than
 *	its compressor can make of so few bytes
 * @KEXEC_PAYLOAD_TOO_SMALL: it announces less than any kernel needs
 * @KEXEC_PAYLOAD_BAD_HEADER: the compressor's header makes no sense
 * @KEXEC_PAYLOAD_TRUNCATED: it ends in the middle of something
 * @KEXEC_PAYLOAD_BAD_BLOCK: the size of a block is impossible
 * @KEXEC_PAYLOAD_LONG: it unpacks to more than it announces
 * @KEXEC_PAYLOAD_SHORTFALL: it unpacks to less than it announces
 * @KEXEC_PAYLOAD_TRAILING: something follows its end
 * @KEXEC_PAYLOAD_BAD_DATA: the decompressor makes no sense of it
 * @KEXEC_PAYLOAD_BAD_SUM: a checksum is wrong
 * @KEXEC_PAYLOAD_NR_WHY: number of reasons
 *
 * Up to and including %KEXEC_PAYLOAD_CHECK the image may be fine and
 * unpack itself; from there on it is damaged.
 */
enum kexec_payload_why {
	KEXEC_PAYLOAD_OK,
	KEXEC_PAYLOAD_NONE,
	KEXEC_PAYLOAD_UNKNOWN,
	KEXEC_PAYLOAD_UNSUPPORTED,
	KEXEC_PAYLOAD_CHECK,
	KEXEC_PAYLOAD_TOO_LARGE,
	KEXEC_PAYLOAD_TOO_SMALL,
	KEXEC_PAYLOAD_BAD_HEADER,
	KEXEC_PAYLOAD_TRUNCATED,
	KEXEC_PAYLOAD_BAD_BLOCK,
	KEXEC_PAYLOAD_LONG,
	KEXEC_PAYLOAD_SHORTFALL,
	KEXEC_PAYLOAD_TRAILING,
	KEXEC_PAYLOAD_BAD_DATA,
	KEXEC_PAYLOAD_BAD_SUM,
	KEXEC_PAYLOAD_NR_WHY,
};

/**
 * struct kexec_payload - the compressed kernel of a bzImage, or a file that is compressed
 * @compressor: what packed it
 * @checked: it carries a checksum of what it unpacks to
 * @bound: @unpacked is no more than a bound
 * @data: the compressor's stream
 * @size: its size in bytes
 * @unpacked: bytes it says it unpacks to
 */
struct kexec_payload {
	enum kexec_compressor compressor;
	bool checked;
	bool bound;
	const u8 *data;
	size_t size;
	u32 unpacked;
};

/**
 * struct kexec_sum - a checksum found beside the bytes it is of
 * @kind: how it is computed
 * @value: what it should be
 */
struct kexec_sum {
	enum {
		KEXEC_SUM_NONE,
		KEXEC_SUM_ADLER32,
		KEXEC_SUM_CRC32,
		KEXEC_SUM_XXH32,
		KEXEC_SUM_XXH32_BYTE,	/* its second lowest byte alone */
	} kind;
	u32 value;
};

/**
 * struct kexec_block - a piece of a payload made of blocks
 * @data: its bytes
 * @size: how many; 0: there is no further block
 * @unpacked: bytes it unpacks to
 * @exact: just as many; otherwise it may be fewer
 * @stored: it is not compressed
 * @packed_sum: of @data
 * @plain_sum: of what it unpacks to
 */
struct kexec_block {
	const u8 *data;
	u32 size;
	u32 unpacked;
	bool exact;
	bool stored;
	struct kexec_sum packed_sum;
	struct kexec_sum plain_sum;
};

/**
 * struct kexec_blocks - a walk over the blocks of an lz4 or lzop payload
 * @header: header bytes that @header_sum is of
 * @header_size: how many
 * @header_sum: their checksum
 * @plain_sum: of all that is unpacked; known after the last block
 *
 * The other fields belong to the walk.
 */
struct kexec_blocks {
	const u8 *header;
	size_t header_size;
	struct kexec_sum header_sum;
	struct kexec_sum plain_sum;
	/* private: */
	enum kexec_compressor compressor;
	const u8 *at;
	const u8 *end;
	u32 block_max;
	u32 flags;
	u32 left;
};

/**
 * struct kexec_gzip - the only member of a gzip file
 * @data: its deflate stream
 * @size: bytes in it
 * @plain_sum: of what it unpacks to
 */
struct kexec_gzip {
	const u8 *data;
	size_t size;
	struct kexec_sum plain_sum;
};

enum kexec_payload_why kexec_payload_parse(const void *file, const struct kexec_bzimage *img,
					   struct kexec_payload *payload);
enum kexec_payload_why kexec_gzip_parse(const struct kexec_payload *payload,
					struct kexec_gzip *gzip);
enum kexec_payload_why kexec_blocks_start(const struct kexec_payload *payload,
					  struct kexec_blocks *blocks);
enum kexec_payload_why kexec_blocks_next(struct kexec_blocks *blocks,
					 struct kexec_block *block);
void kexec_blocks_unpacked(struct kexec_blocks *blocks, u32 bytes);
const char *kexec_payload_why(enum kexec_payload_why why);
const char *kexec_compressor_name(enum kexec_compressor compressor);

/**
 * kexec_payload_damaged() - is a payload broken, rather than of another kind?
 * @why: what was said about it
 *
 * Return: true if it is broken.
 */
static inline bool kexec_payload_damaged(enum kexec_payload_why why)
{
	return why > KEXEC_PAYLOAD_CHECK;
}

/* Unpacked kernels */

/* Where the x86-64 kernel's mapping of itself begins. */
#define KEXEC_KERNEL_MAP		0xffffffff80000000ULL
/* More loadable segments than a kernel ever had. */
#define KEXEC_VMLINUX_SEGMENTS		8

/**
 * enum kexec_vmlinux_why - why an unpacked kernel cannot be entered directly
 * @KEXEC_VMLINUX_OK: it can
 * @KEXEC_VMLINUX_NO_ELF: it is no ELF file
 * @KEXEC_VMLINUX_NOT_X86_64: it is one of another kind
 * @KEXEC_VMLINUX_BAD_PHDRS: there are no usable program headers
 * @KEXEC_VMLINUX_BAD_SECTIONS: the section headers make no sense
 * @KEXEC_VMLINUX_TRUNCATED: it ends inside something its headers name
 * @KEXEC_VMLINUX_MANY_SEGMENTS: it has too many loadable segments
 * @KEXEC_VMLINUX_BAD_SEGMENT: a segment is larger in the file than in memory, or wraps
 * @KEXEC_VMLINUX_ORDER: the segments are not in the order of their addresses
 * @KEXEC_VMLINUX_NO_ROOM: a segment does not fit between its neighbours' bytes
 * @KEXEC_VMLINUX_BAD_BASE: it is linked to an unusual address
 * @KEXEC_VMLINUX_TOO_LARGE: it does not fit the kernel's mapping
 * @KEXEC_VMLINUX_BAD_ENTRY: the entry point lies outside of its bytes
 * @KEXEC_VMLINUX_BAD_TABLES: the relocation tables have an unknown layout
 * @KEXEC_VMLINUX_BAD_TARGET: a relocation lies outside of its bytes
 * @KEXEC_VMLINUX_NR_WHY: number of reasons
 */
enum kexec_vmlinux_why {
	KEXEC_VMLINUX_OK,
	KEXEC_VMLINUX_NO_ELF,
	KEXEC_VMLINUX_NOT_X86_64,
	KEXEC_VMLINUX_BAD_PHDRS,
	KEXEC_VMLINUX_BAD_SECTIONS,
	KEXEC_VMLINUX_TRUNCATED,
	KEXEC_VMLINUX_MANY_SEGMENTS,
	KEXEC_VMLINUX_BAD_SEGMENT,
	KEXEC_VMLINUX_ORDER,
	KEXEC_VMLINUX_NO_ROOM,
	KEXEC_VMLINUX_BAD_BASE,
	KEXEC_VMLINUX_TOO_LARGE,
	KEXEC_VMLINUX_BAD_ENTRY,
	KEXEC_VMLINUX_BAD_TABLES,
	KEXEC_VMLINUX_BAD_TARGET,
	KEXEC_VMLINUX_NR_WHY,
};

/**
 * struct kexec_vmlinux_segment - a loadable segment of a kernel
 * @offset: where its bytes are in the file
 * @size: how many
 * @mem: where they belong, from the start of the image
 */
struct kexec_vmlinux_segment {
	u32 offset;
	u32 size;
	u32 mem;
};

/**
 * struct kexec_reloc_table - addresses of words that depend on where the kernel is
 * @offset: where the table is in the file
 * @count: number of its 32-bit entries
 */
struct kexec_reloc_table {
	u32 offset;
	u32 count;
};

/**
 * struct kexec_vmlinux - what the headers of an unpacked kernel say
 * @base: physical address it is linked to; its lowest byte
 * @entry: entry point, from the start of the image
 * @file_size: bytes of the image that the file gives
 * @mem_size: bytes of memory it covers
 * @nr_segments: segments in use
 * @segment: in the order of their addresses
 * @add64: 64-bit words to add the kernel's offset to
 * @sub32: 32-bit words to subtract it from
 * @add32: 32-bit words to add it to
 */
struct kexec_vmlinux {
	u32 base;
	u32 entry;
	u32 file_size;
	u32 mem_size;
	u32 nr_segments;
	struct kexec_vmlinux_segment segment[KEXEC_VMLINUX_SEGMENTS];
	struct kexec_reloc_table add64;
	struct kexec_reloc_table sub32;
	struct kexec_reloc_table add32;
};

enum kexec_vmlinux_why kexec_vmlinux_parse(const void *file, size_t size,
					   struct kexec_vmlinux *kernel);
void kexec_vmlinux_place(void *file, const struct kexec_vmlinux *kernel);
void kexec_vmlinux_relocate(void *file, const struct kexec_vmlinux *kernel, u32 offset);
const char *kexec_vmlinux_why(enum kexec_vmlinux_why why);

/**
 * kexec_vmlinux_relocatable() - can its virtual address be chosen?
 * @kernel: parsed kernel
 *
 * Return: true if so.
 */
static inline bool kexec_vmlinux_relocatable(const struct kexec_vmlinux *kernel)
{
	return kernel->add64.count;
}

/* Command lines */

const char *kexec_cmdline_find(const char *line, size_t size, const char *word);

/**
 * kexec_cmdline_has() - is a word on a command line?
 * @line: the command line
 * @size: most bytes to look at; a NUL ends it earlier
 * @word: a whole word; if it ends with '=', any word that starts so
 *
 * Return: true if so.
 */
static inline bool kexec_cmdline_has(const char *line, size_t size, const char *word)
{
	return kexec_cmdline_find(line, size, word);
}

#endif /* _LINUX_KEXEC_IMAGE_H */
