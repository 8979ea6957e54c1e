// SPDX-License-Identifier: GPL-2.0-only
/*
 * bzImage: the setup header of the x86 Linux boot protocol.
 *
 * Documentation/arch/x86/boot.rst is the reference for every offset, version
 * and default below.
 */
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/kexec_image.h>
#include <linux/kexec_timeline_mark.h>
#include "reader.h"

/* The first protocol that has the magic. */
#define OLDEST		0x0200
#define SECTOR		512
#define PARAGRAPH	16
#define SUM_SIZE	4
#define LOW_MEMORY	0x100000
#define BEYOND_32_BITS	0x100000000ULL
/* How much smaller than in memory a kernel can be that does not say how large it is. */
#define OLD_PACKING	8

/* Offsets of the fields read here, from the start of the file. */
enum {
	AT_PE_OFFSET		= 0x3c,
	AT_SETUP_SECTS		= 0x1f1,
	AT_SYSSIZE		= 0x1f4,
	AT_BOOT_FLAG		= 0x1fe,
	AT_JUMP_LENGTH		= 0x201,
	AT_MAGIC		= 0x202,
	AT_VERSION		= 0x206,
	AT_KERNEL_VERSION	= 0x20e,
	AT_LOADFLAGS		= 0x211,
	AT_CODE32_START		= 0x214,
	AT_INITRD_ADDR_MAX	= 0x22c,
	AT_KERNEL_ALIGNMENT	= 0x230,
	AT_RELOCATABLE		= 0x234,
	AT_MIN_ALIGNMENT	= 0x235,
	AT_XLOADFLAGS		= 0x236,
	AT_CMDLINE_SIZE		= 0x238,
	AT_PAYLOAD_OFFSET	= 0x248,
	AT_PAYLOAD_LENGTH	= 0x24c,
	AT_SETUP_DATA		= 0x250,
	AT_PREF_ADDRESS		= 0x258,
	AT_INIT_SIZE		= 0x260,
};

/* From the start of the PE32+ header: fields that signing an image changes. */
enum {
	PE_CHECKSUM		= 24 + 64,
	PE_CERTIFICATES		= 24 + 112 + 4 * 8,
	PE_HEADER		= PE_CERTIFICATES + 8,
};

/* The jump counts from here; its length byte thus gives the header's end. */
#define JUMP_BASE	AT_MAGIC
/* A file this long lets us tell a bzImage from anything else. */
#define IDENTITY_SIZE	(AT_VERSION + 2)

static const char * const reasons[] = {
	[KEXEC_BZIMAGE_OK] = "nothing is wrong with the image",
	[KEXEC_BZIMAGE_SHORT] = "the file is too short for a kernel",
	[KEXEC_BZIMAGE_NO_BOOT_FLAG] =
		"no 0xAA55 boot signature at offset 0x1fe",
	[KEXEC_BZIMAGE_NO_MAGIC] = "no HdrS magic at offset 0x202",
	[KEXEC_BZIMAGE_BAD_VERSION] =
		"the boot protocol version at offset 0x206 is not valid",
	[KEXEC_BZIMAGE_NO_SETUP] = "the file ends inside the setup code",
	[KEXEC_BZIMAGE_NO_SIZE] =
		"the header gives the protected-mode code no size",
	[KEXEC_BZIMAGE_TRUNCATED] =
		"the file ends inside the protected-mode code",
	[KEXEC_BZIMAGE_BAD_PAYLOAD] =
		"the compressed kernel reaches beyond the protected-mode code",
	[KEXEC_BZIMAGE_OLD] = "the boot protocol is older than 2.02",
	[KEXEC_BZIMAGE_REAL_MODE] = "the image has only a 16-bit entry point",
	[KEXEC_BZIMAGE_LOADED_LOW] =
		"the kernel is a zImage, which only runs in low memory",
	[KEXEC_BZIMAGE_BAD_ALIGN] =
		"the kernel alignment is not a power of two",
	[KEXEC_BZIMAGE_NO_INIT_SIZE] =
		"the header does not say how much memory the kernel needs",
	[KEXEC_BZIMAGE_NO_CODE] =
		"the 64-bit entry point lies behind the end of the code",
	[KEXEC_BZIMAGE_BAD_ADDRESS] =
		"the header puts the kernel below 1 MiB or beyond 4 GiB",
};

struct header {
	const u8 *file;
	u32 end;
	u16 version;
};

/*
 * A field counts if the image's protocol knows it and its header reaches over
 * it: what stands there otherwise is code, and the protocol's default holds.
 */
static u64 field(const struct header *h, u16 since, u32 at, unsigned int len,
		 u64 otherwise)
{
	if (h->version < since || at + len > h->end)
		return otherwise;
	return read_le(h->file + at, len);
}

static enum kexec_bzimage_why identify(const u8 *file, size_t size)
{
	if (size < IDENTITY_SIZE)
		return KEXEC_BZIMAGE_SHORT;
	if (get_unaligned_le16(file + AT_BOOT_FLAG) != 0xaa55)
		return KEXEC_BZIMAGE_NO_BOOT_FLAG;
	if (memcmp(file + AT_MAGIC, "HdrS", 4))
		return KEXEC_BZIMAGE_NO_MAGIC;
	if (get_unaligned_le16(file + AT_VERSION) < OLDEST)
		return KEXEC_BZIMAGE_BAD_VERSION;
	return KEXEC_BZIMAGE_OK;
}

static bool names_payload(const u8 *file, const struct kexec_bzimage *img)
{
	return img->version >= 0x0208 && get_unaligned_le32(file + AT_PAYLOAD_LENGTH);
}

/*
 * Splits the file into setup and protected-mode part.  Linux fills the last
 * paragraph of that, memtest86+ does not.
 */
static enum kexec_bzimage_why measure(const u8 *file, size_t size,
				      struct kexec_bzimage *img)
{
	u32 sectors = file[AT_SETUP_SECTS] ?: 4, missing;
	u64 rest;

	img->setup_size = (sectors + 1) * SECTOR;
	if (size < img->setup_size)
		return KEXEC_BZIMAGE_NO_SETUP;

	rest = size - img->setup_size;
	img->pm_offset = img->setup_size;
	/* Before 2.04 nothing in the header says how large the kernel is. */
	img->pm_size = rest;
	if (img->version >= 0x0204)
		img->pm_size = (u64)get_unaligned_le32(file + AT_SYSSIZE) * PARAGRAPH;
	if (!img->pm_size)
		return KEXEC_BZIMAGE_NO_SIZE;
	missing = names_payload(file, img) ? 0 : PARAGRAPH - 1;
	if (img->pm_size > rest + missing)
		return KEXEC_BZIMAGE_TRUNCATED;
	img->pm_size = min(img->pm_size, rest);
	return KEXEC_BZIMAGE_OK;
}

static void read_load_fields(const struct header *h, struct kexec_bzimage *img)
{
	u8 shift = field(h, 0x020a, AT_MIN_ALIGNMENT, 1, 0);

	img->loadflags = field(h, OLDEST, AT_LOADFLAGS, 1, 0);
	img->xloadflags = field(h, 0x020c, AT_XLOADFLAGS, 2, 0);
	img->code32_start = field(h, OLDEST, AT_CODE32_START, 4, 0);
	img->relocatable = field(h, 0x0205, AT_RELOCATABLE, 1, 0);
	img->kernel_alignment = field(h, 0x0205, AT_KERNEL_ALIGNMENT, 4, 0);
	/* An exponent that cannot be meant counts as "none given". */
	img->min_alignment = shift && shift < 32 ? 1U << shift : 0;
	img->pref_address = field(h, 0x020a, AT_PREF_ADDRESS, 8, 0);
	img->init_size = field(h, 0x020a, AT_INIT_SIZE, 4, 0);
}

static void read_data_fields(const struct header *h, struct kexec_bzimage *img)
{
	img->initrd_addr_max = field(h, 0x0203, AT_INITRD_ADDR_MAX, 4,
				     0x37ffffff);
	img->cmdline_max = field(h, 0x0206, AT_CMDLINE_SIZE, 4, 255);
	img->payload_offset = field(h, 0x0208, AT_PAYLOAD_OFFSET, 4, 0);
	img->payload_length = field(h, 0x0208, AT_PAYLOAD_LENGTH, 4, 0);
	img->setup_data = field(h, 0x0209, AT_SETUP_DATA, 8, 0);
}

/* The header gives the text's place less the boot sector's size, 0: none. */
static u32 find_release(const struct header *h, const struct kexec_bzimage *img)
{
	u32 at = field(h, OLDEST, AT_KERNEL_VERSION, 2, 0);

	if (!at)
		return 0;
	at = min(at + SECTOR, img->setup_size);
	return memchr(h->file + at, '\0', img->setup_size - at) ? at : 0;
}

/* What is behind the release is no part of the boot protocol: only kernels like this one use it. */
static bool says_timeline(const struct header *h, const struct kexec_bzimage *img)
{
	static const char text[] = KEXEC_TIMELINE_TEXT;
	size_t at = img->release;

	if (!at)
		return false;
	at += strlen((const char *)h->file + at) + 1;
	return inside(at, sizeof(text), img->setup_size) &&
	       !memcmp(h->file + at, text, sizeof(text));
}

static bool payload_inside(const struct kexec_bzimage *img)
{
	return (u64)img->payload_offset + img->payload_length <= img->pm_size;
}

/**
 * kexec_bzimage_parse() - read the setup header of a bzImage
 * @buf: the whole file
 * @size: its size in bytes
 * @img: filled in; meaningful only if %KEXEC_BZIMAGE_OK is returned, all 0 if
 *	the file is something else
 *
 * Accepts any image from boot protocol 2.00 on; whether it can be entered in
 * 64-bit mode or 32-bit mode is for kexec_bzimage_check() to say.
 *
 * Return: %KEXEC_BZIMAGE_OK or the first thing that is wrong.
 */
enum kexec_bzimage_why kexec_bzimage_parse(const void *buf, size_t size,
					   struct kexec_bzimage *img)
{
	struct header h = { .file = buf };
	enum kexec_bzimage_why why;

	memset(img, 0, sizeof(*img));
	why = identify(buf, size);
	if (why)
		return why;

	img->version = get_unaligned_le16(h.file + AT_VERSION);
	why = measure(buf, size, img);
	if (why)
		return why;

	/*
	 * The shortest setup part is 1 KiB and is all in the file by now, so
	 * every offset up to the limit is too.  The length is unsigned: newer
	 * headers end more than 127 bytes behind the jump.
	 */
	h.version = img->version;
	h.end = min_t(u32, JUMP_BASE + h.file[AT_JUMP_LENGTH],
		      KEXEC_BZIMAGE_HEADER_LIMIT);
	img->header_size = h.end - KEXEC_BZIMAGE_HEADER;
	read_load_fields(&h, img);
	read_data_fields(&h, img);
	img->release = find_release(&h, img);
	img->timeline = says_timeline(&h, img);
	return payload_inside(img) ? KEXEC_BZIMAGE_OK :
				     KEXEC_BZIMAGE_BAD_PAYLOAD;
}

/* Fixed images run where the header says, whatever loads them. */
static bool addresses_fit(const struct kexec_bzimage *img)
{
	if (img->relocatable)
		return true;
	return img->code32_start >= LOW_MEMORY &&
	       kexec_bzimage_memory(img) <= BEYOND_32_BITS - img->code32_start;
}

/**
 * kexec_bzimage_check() - can the image be entered in 64-bit or 32-bit mode?
 * @img: image that kexec_bzimage_parse() accepted
 *
 * kexec_bzimage_entry64() tells in which.  Whether it may lie above 4 GiB is a
 * separate question, which kexec_bzimage_above_4g() answers.
 *
 * Return: %KEXEC_BZIMAGE_OK or the first thing that is missing.
 */
enum kexec_bzimage_why kexec_bzimage_check(const struct kexec_bzimage *img)
{
	u32 align = img->kernel_alignment;

	if (!(img->loadflags & KEXEC_BZIMAGE_LOADED_HIGH))
		return KEXEC_BZIMAGE_LOADED_LOW;
	if (img->version < 0x0202)
		return KEXEC_BZIMAGE_OLD;
	if (!kexec_bzimage_entry64(img) && !img->code32_start)
		return KEXEC_BZIMAGE_REAL_MODE;
	if (img->relocatable && (!align || (align & (align - 1))))
		return KEXEC_BZIMAGE_BAD_ALIGN;
	if (img->version >= 0x020a && !img->init_size)
		return KEXEC_BZIMAGE_NO_INIT_SIZE;
	if (kexec_bzimage_entry64(img) && img->pm_size <= KEXEC_BZIMAGE_ENTRY64)
		return KEXEC_BZIMAGE_NO_CODE;
	return addresses_fit(img) ? KEXEC_BZIMAGE_OK : KEXEC_BZIMAGE_BAD_ADDRESS;
}

/**
 * kexec_bzimage_memory() - memory an image needs from where it is loaded on
 * @img: parsed image
 *
 * That is what the header says from protocol 2.10 on: from the place of an image
 * that can be moved, else from where it moves itself.  Older ones do not say how
 * large they become; none was ever packed to less than an eighth.
 *
 * Return: bytes.
 */
u64 kexec_bzimage_memory(const struct kexec_bzimage *img)
{
	u64 size = img->init_size ?: img->pm_size * OLD_PACKING;
	u64 place = img->code32_start;
	u64 runs = img->relocatable ? place : max(place, img->pref_address);

	if (check_add_overflow(runs - place, size, &size))
		return ~0ULL;
	return max(size, img->pm_size);
}

/*
 * Where the PE header starts that a bzImage with EFI stub has in its setup
 * part, 0 if there is none.
 */
static u32 pe_header(const u8 *file, const struct kexec_bzimage *img)
{
	u32 at = get_unaligned_le32(file + AT_PE_OFFSET);

	if (memcmp(file, "MZ", 2) || at > img->setup_size - PE_HEADER ||
	    memcmp(file + at, "PE\0\0", 4))
		return 0;
	return at;
}

/*
 * Whoever signs an image writes into its PE header, and does not write the
 * image's checksum anew; nor does whoever takes the signature off.
 */
static bool ever_signed(const u8 *file, const struct kexec_bzimage *img)
{
	u32 pe = pe_header(file, img);

	if (!pe)
		return false;
	return get_unaligned_le32(file + pe + PE_CHECKSUM) ||
	       get_unaligned_le64(file + pe + PE_CERTIFICATES);
}

/**
 * kexec_bzimage_has_sum() - does the image carry a checksum that must be right?
 * @file: the image
 * @img: what kexec_bzimage_parse() said about it
 *
 * The last four bytes of the protected-mode part then make the CRC-32 of the
 * file up to there 0, with an initial remainder of all ones and no final
 * inversion.  From Linux 6.16 on builds leave these bytes 0, which is taken for
 * no checksum, as is one in a file that a signature has changed since.  An image
 * that names no payload was not made by Linux's build: its last bytes are code or
 * data like any others.  (Builds name one since they make the checksum, 2.08.)
 *
 * Return: true if so.
 */
bool kexec_bzimage_has_sum(const void *file, const struct kexec_bzimage *img)
{
	const u8 *end = (const u8 *)file + img->pm_offset + img->pm_size;

	return img->payload_offset && img->payload_length &&
	       get_unaligned_le32(end - SUM_SIZE) && !ever_signed(file, img);
}

/**
 * kexec_bzimage_why() - a reason in words
 * @why: what kexec_bzimage_parse() or kexec_bzimage_check() returned
 *
 * Return: one plain sentence, without capital letter or full stop.
 */
const char *kexec_bzimage_why(enum kexec_bzimage_why why)
{
	if ((unsigned int)why >= ARRAY_SIZE(reasons))
		return "the image is damaged";
	return reasons[why];
}
