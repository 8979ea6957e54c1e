// SPDX-License-Identifier: GPL-2.0-only
/* Loading through kexec_load(2): bzImage. */
#include <errno.h>
#include <string.h>
#include <linux/kernel.h>
#include "machine.h"

/*
 * Code that starts in 64-bit mode has to know the number of paging levels it starts
 * with, and has no use for a 32-bit EFI.
 */
static bool enters_64(const struct raw *raw, const struct kexec_bzimage *img)
{
	return kexec_bzimage_entry64(img) && !raw->machine->efi_32 &&
	       (!raw->machine->la57 || img->xloadflags & XLF_5LEVEL);
}

static u64 highest(const struct raw *raw, const struct kexec_bzimage *img)
{
	return kexec_bzimage_above_4g(img) && enters_64(raw, img) ? ~0ULL : RAW_MAX_32;
}

static u64 highest_initrd(const struct raw *raw, const struct kexec_bzimage *img)
{
	u64 max = highest(raw, img);

	return kexec_bzimage_above_4g(img) ? max : min_t(u64, max, img->initrd_addr_max);
}

static void set_header(const struct raw *raw, const struct kexec_bzimage *img,
		       struct boot_params *params)
{
	memcpy((char *)params + KEXEC_BZIMAGE_HEADER,
	       (const char *)raw->file.data + KEXEC_BZIMAGE_HEADER, img->header_size);
	/* addresses inside of the file, where it is not any more */
	params->hdr.setup_data = 0;
	params->hdr.ramdisk_image = 0;
	params->hdr.ramdisk_size = 0;
}

/*
 * As long as the kernel starts, page tables may lie nowhere in the memory it uses.
 * What the file holds past the size it gives is loaded with the rest.
 */
static int place_kernel(struct raw *raw, const struct kexec_bzimage *img, u64 *at)
{
	struct bytes bytes = {
		.data = (const char *)raw->file.data + img->pm_offset,
		.size = raw->file.size - img->pm_offset,
	};
	struct raw_where where = {
		.min = img->pref_address > RAW_LOAD_MIN ? img->pref_address : RAW_LOAD_MIN,
		.max = highest(raw, img), .align = img->kernel_alignment,
	};
	u64 size = max_t(u64, kexec_bzimage_memory(img), bytes.size);

	if (img->relocatable)
		return raw_place(raw, "the kernel", bytes, size, &where, at);
	*at = img->code32_start;
	return raw_place_at(raw, "the kernel", bytes, size, *at);
}

static int lay_out(struct raw *raw, const struct kexec_bzimage *img)
{
	struct zero_page zp = { .max = highest(raw, img) };
	struct kexec_enter how = { .mode = KEXEC_ENTER_32 };
	int err = place_kernel(raw, img, &how.entry);

	err = err ?: zero_page_place(raw, &zp, img->cmdline_max);
	if (err)
		return err;
	set_header(raw, img, zp.params);
	err = zero_page_place_initrd(raw, &zp, highest_initrd(raw, img));
	if (err)
		return err;
	zero_page_fill(raw, &zp);
	how.si = zp.phys;
	if (enters_64(raw, img)) {
		how.mode = KEXEC_ENTER_LONG;
		how.entry += KEXEC_BZIMAGE_ENTRY64;
	}
	return raw_enter(raw, &how);
}

/**
 * raw_load_bzimage() - load a bzImage
 * @raw: the load
 *
 * Return: 0 or a negative errno, with a reason given unless it is another format.
 */
int raw_load_bzimage(struct raw *raw)
{
	struct kexec_bzimage img;
	enum kexec_bzimage_why why = kexec_bzimage_parse(raw->file.data, raw->file.size, &img);
	int err;

	if (why && why <= KEXEC_BZIMAGE_NO_MAGIC)
		return -ENOEXEC;
	why = why ?: kexec_bzimage_check(&img);
	if (why)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC, "%s",
				  kexec_bzimage_why(why));
	err = raw_refuse_modes(raw) ?: raw_take_kinds(raw, KIND(INITRD) | KIND(DTB)) ?:
	      machine_find(raw);
	if (!err && !enters_64(raw, &img) && !img.relocatable && !img.code32_start)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC,
				  "it cannot start in this machine's mode");
	return err ?: lay_out(raw, &img);
}
