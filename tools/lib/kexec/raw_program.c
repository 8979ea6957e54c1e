// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading through kexec_load(2): ELF files of x86, which are Linux kernels as they
 * were linked (vmlinux), or programs.
 */
#include <errno.h>
#include <string.h>
#include <linux/elf-em.h>
#include "machine.h"

#define LARGE_PAGE	0x200000
#define LARGE_SHIFT	21
/* The newest boot protocol that all written to the header here belongs to. */
#define BOOT_PROTOCOL	0x020f
#define BOOT_FLAG	0xaa55
#define HEADER_MAGIC	0x53726448
#define CMDLINE_MAX	2047

/* Programs */

static int place_notes(struct raw *raw, u64 *at)
{
	struct raw_where where = { .min = RAW_LOAD_MIN, .max = RAW_MAX_32, .top_down = true };
	const char *cmdline = *raw->cmdline ? raw->cmdline : NULL;
	size_t size = kexec_elf_notes(cmdline, NULL, 0);
	void *notes = raw_alloc(raw, size);
	struct bytes bytes = { .data = notes, .size = size };

	if (!notes)
		return -ENOMEM;
	kexec_elf_notes(cmdline, notes, size);
	return raw_place(raw, "the boot notes", bytes, size, &where, at);
}

static int load_program(struct raw *raw, const struct kexec_elf *elf)
{
	struct kexec_enter how = {
		.mode = elf->machine == EM_386 ? KEXEC_ENTER_32 : KEXEC_ENTER_LONG,
		.entry = elf->entry,
		.ax = KEXEC_ELF_NOTES_MAGIC,
	};

	return raw_elf_place(raw, elf) ?: place_notes(raw, &how.bx) ?: raw_enter(raw, &how);
}

/* Linux */

static void set_header(const struct kexec_elf *elf, struct setup_header *hdr)
{
	*hdr = (struct setup_header){
		.boot_flag = BOOT_FLAG, .header = HEADER_MAGIC, .version = BOOT_PROTOCOL,
		.initrd_addr_max = RAW_MAX_32, .kernel_alignment = LARGE_PAGE,
		.relocatable_kernel = 1, .min_alignment = LARGE_SHIFT,
		.xloadflags = XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G,
		.cmdline_size = CMDLINE_MAX, .pref_address = elf->mem,
		.init_size = elf->mem_end - elf->mem,
	};
}

/* Where it was linked to, or else at the next large page: that is how it maps itself. */
static int place_linux(struct raw *raw, const struct kexec_elf *elf, u64 *entry)
{
	struct raw_where where = {
		.min = elf->mem > RAW_LOAD_MIN ? elf->mem : RAW_LOAD_MIN, .max = ~0ULL,
		.align = LARGE_PAGE,
	};
	struct kexec_elf_run run;
	struct bytes bytes;
	u64 at;
	int err;

	kexec_elf_whole(elf, raw_page_size(), &run);
	if (run.mem_size > KEXEC_UNPACKED_MAX)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC,
				  "it is larger than any kernel");
	err = raw_elf_gather(raw, elf, &run, &bytes);
	/* all of the last page is mapped */
	err = err ?: raw_place(raw, "the kernel", bytes,
			       (run.mem_size + LARGE_PAGE - 1) & -(u64)LARGE_PAGE, &where, &at);
	if (!err)
		*entry = at + (elf->entry - run.start);
	return err;
}

static int load_linux(struct raw *raw, const struct kexec_elf *elf)
{
	struct kexec_enter how = { .mode = KEXEC_ENTER_LONG };
	struct zero_page zp = { .max = ~0ULL };
	int err = place_linux(raw, elf, &how.entry) ?: zero_page_place(raw, &zp, CMDLINE_MAX);

	if (err)
		return err;
	set_header(elf, &zp.params->hdr);
	err = zero_page_place_initrd(raw, &zp, zp.max);
	if (err)
		return err;
	zero_page_fill(raw, &zp);
	how.si = zp.phys;
	return raw_enter(raw, &how);
}

/**
 * raw_x86_load_elf() - load an ELF file that the machine is told about, or prepared for
 * @raw: the load
 * @elf: what the headers say
 *
 * A 64-bit program that there is nothing to be told is entered without the stub, like
 * a function: it may return, if the kernel that runs is preserved.
 *
 * Return: 0; -ENOEXEC without a reason given if it is entered as it is, another negative
 * errno with one.
 */
int raw_x86_load_elf(struct raw *raw, const struct kexec_elf *elf)
{
	enum kexec_elf_why why = kexec_elf_check_x86(elf);
	bool linux64 = kexec_elf_is_linux64(elf);
	int err;

	if (why)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC, "%s",
				  kexec_elf_why(why));
	err = raw_take_kinds(raw, linux64 ? KIND(INITRD) | KIND(DTB) : 0);
	if (!err && (linux64 || elf->machine == EM_386))
		err = raw_refuse_modes(raw);
	if (!err && !is_crash(raw->image))
		err = machine_find(raw);
	if (!err && linux64)
		return load_linux(raw, elf);
	if (err)
		return err;
	if (elf->machine == EM_X86_64 &&
	    (!*raw->cmdline || is_crash(raw->image) || returns(raw)))
		return -ENOEXEC;
	return load_program(raw, elf);
}
