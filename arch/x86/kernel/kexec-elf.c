// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF loader of x86-64: Linux kernels as they were linked (vmlinux), and any
 * other program that is made to be entered by its physical address.
 *
 * A Linux kernel runs wherever a large page starts, and is told about the machine
 * in the zero page.  A program lies where its headers say, and is told its command
 * line by ELF boot notes.
 */

#define pr_fmt(fmt) "kexec-ELF: " fmt

#include <linux/cpufeature.h>
#include <linux/kexec.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/bootparam.h>
#include <asm/setup.h>

#include "kexec-loaders.h"
#include "kexec-vmlinux64.h"

/* The newest boot protocol that all written to the zero page here belongs to. */
#define BOOT_PROTOCOL	0x020f
#define BOOT_FLAG	0xaa55
#define HEADER_MAGIC	0x53726448

/**
 * struct elf_data - what a load holds until it ends
 * @params: zero page of a Linux kernel
 * @notes:  boot notes of a program
 * @enter:  the entry stub
 * @bytes:  of each segment
 * @elf:    what the headers say
 */
struct elf_data {
	struct boot_params *params;
	void *notes;
	void *enter;
	void *bytes[KEXEC_SEGMENT_MAX];
	struct kexec_elf elf;
};

static int elf_probe(const char *buf, unsigned long len)
{
	struct kexec_elf *elf = kmalloc(sizeof(*elf), GFP_KERNEL);
	enum kexec_elf_why why;
	int err = -ENOEXEC;

	if (!elf)
		return -ENOMEM;
	why = kexec_elf_parse(buf, len, elf) ?: kexec_elf_check_x86(elf);
	if (why > KEXEC_ELF_NO_ELF)
		kexec_refuse(err, "not an ELF file this kernel can load: %s", kexec_elf_why(why));
	else if (!why)
		err = 0;
	kfree(elf);
	return err;
}

static void *elf_gather(const void *file, const struct kexec_elf *elf,
			const struct kexec_elf_run *run)
{
	void *buf = kexec_alloc(run->size, __GFP_ZERO, "to load the", "program");

	if (buf)
		kexec_elf_copy(file, elf, run, buf);
	return buf;
}

/* Programs */

static int program_place_run(struct kimage *image, const void *file, struct elf_data *data,
			     const struct kexec_elf_run *run)
{
	struct kexec_buf kbuf = {
		.image	= image,
		.name	= "program",
		.mem	= run->start,
		.bufsz	= run->size,
		.memsz	= run->mem_size,
	};
	int err = kexec_check_fixed(&kbuf);

	if (err)
		return err;
	if (image->nr_segments == KEXEC_SEGMENT_MAX)
		return kexec_refuse(-EINVAL, "the ELF file needs more than %d segments",
				    KEXEC_SEGMENT_MAX);
	if (run->size) {
		kbuf.buffer = elf_gather(file, &data->elf, run);
		data->bytes[image->nr_segments] = kbuf.buffer;
		if (!kbuf.buffer)
			return -ENOMEM;
	}
	return kexec_add_buffer(&kbuf);
}

static int program_place(struct kimage *image, const void *file, struct elf_data *data)
{
	struct kexec_elf_run run;
	u32 next = 0;
	int err = 0;

	while (!err && kexec_elf_run(&data->elf, next, PAGE_SIZE, &run)) {
		err = program_place_run(image, file, data, &run);
		next = run.first + run.nr;
	}
	return err;
}

static int notes_place(struct kimage *image, struct elf_data *data, u64 *phys)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "boot data",
		.buf_min	= KEXEC_LOAD_MIN,
		.buf_max	= KEXEC_MAX_32,
		.top_down	= true,
	};
	int err;

	kbuf.bufsz = kexec_elf_notes(image->cmdline_buf, NULL, 0);
	kbuf.memsz = kbuf.bufsz;
	data->notes = kzalloc(kbuf.bufsz, GFP_KERNEL);
	if (!data->notes)
		return -ENOMEM;
	kexec_elf_notes(image->cmdline_buf, data->notes, kbuf.bufsz);
	kbuf.buffer = data->notes;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free memory for the command line");
	*phys = kbuf.mem;
	return 0;
}

static int program_load(struct kimage *image, const void *file, struct elf_data *data)
{
	struct kexec_enter how = {
		.mode	= data->elf.machine == EM_386 ? KEXEC_ENTER_32 : KEXEC_ENTER_LONG,
		.entry	= data->elf.entry,
		.ax	= KEXEC_ELF_NOTES_MAGIC,
	};
	int err = program_place(image, file, data);

	err = err ?: notes_place(image, data, &how.bx);
	return err ?: kexec_add_enter(image, &how, &data->enter);
}

/* Linux kernels */

static void linux_set_header(struct zero_page *zp, const struct kexec_elf *elf)
{
	struct setup_header *hdr = &zp->params->hdr;

	hdr->boot_flag = BOOT_FLAG;
	hdr->header = HEADER_MAGIC;
	hdr->version = BOOT_PROTOCOL;
	hdr->type_of_loader = LOADER_KEXEC;
	hdr->loadflags = LOADED_HIGH;
	hdr->initrd_addr_max = U32_MAX;
	hdr->kernel_alignment = PMD_SIZE;
	hdr->relocatable_kernel = 1;
	hdr->min_alignment = PMD_SHIFT;
	hdr->xloadflags = XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G;
	hdr->cmdline_size = COMMAND_LINE_SIZE - 1;
	hdr->pref_address = elf->mem;
	hdr->init_size = elf->mem_end - elf->mem;
}

static int linux_place(struct kimage *image, const void *file, struct elf_data *data)
{
	struct kexec_elf_run run;
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "kernel",
		.buf_align	= PMD_SIZE,
		.buf_min	= max_t(u64, data->elf.mem, KEXEC_LOAD_MIN),
		.buf_max	= ULONG_MAX,
		.top_down	= true,
	};
	int err;

	kexec_elf_whole(&data->elf, PAGE_SIZE, &run);
	if (run.mem_size > KEXEC_UNPACKED_MAX)
		return kexec_refuse(-ENOEXEC, "the vmlinux is larger than any kernel");
	data->bytes[0] = elf_gather(file, &data->elf, &run);
	if (!data->bytes[0])
		return -ENOMEM;
	kbuf.buffer = data->bytes[0];
	kbuf.bufsz = run.size;
	/* its last large page is mapped as a whole */
	kbuf.memsz = ALIGN(run.mem_size, PMD_SIZE);
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "no free %lu MiB for the kernel",
				    DIV_ROUND_UP(kbuf.memsz, SZ_1M));
	kimage_leave_tail(image, image->nr_segments - 1);
	image->start = kbuf.mem + (data->elf.entry - run.start);
	image->direct = 1;
	kexec_dprintk("unpacked kernel: %#lx, %lu bytes of %lu\n", kbuf.mem, kbuf.bufsz,
		      kbuf.memsz);
	return 0;
}

/*
 * What a decompressor would do, nobody does for a vmlinux, so it must not be needed.
 * Words about where memory may be used do not count: the place is chosen here.
 */
static const char *linux_why_not(const struct kimage *image)
{
	const char *line = image->cmdline_buf, *why = kexec_vmlinux64_why_not();
	unsigned long len = image->cmdline_buf_len;

	if (why)
		return why;
	if (pgtable_l5_enabled() && kexec_cmdline_has(line, len, "no5lvl"))
		return "no5lvl changes the number of paging levels";
	if (boot_cpu_has(X86_FEATURE_SME) && kexec_cmdline_has(line, len, "mem_encrypt=on"))
		return "mem_encrypt=on is for it to act on";
	return NULL;
}

static int linux_load(struct kimage *image, const void *file, struct elf_data *data)
{
	struct zero_page zp = { .max = ULONG_MAX };
	const char *why = linux_why_not(image);
	int err;

	if (why)
		return kexec_refuse(-ENOEXEC,
				    "a vmlinux is without the decompressor that it needs here: %s",
				    why);
	err = kexec_load_crash_segments(image);
	err = err ?: zp_place(&zp, image, COMMAND_LINE_SIZE - 1);
	data->params = zp.params;
	if (err)
		return err;
	linux_set_header(&zp, &data->elf);
	err = linux_place(image, file, data);
	err = err ?: zp_place_initrd(&zp, image, image->initrd_buf, image->initrd_buf_len);
	if (!err) {
		zp_fill(&zp, image);
		zp_set_timeline(&zp, image, kexec_elf_timeline(file, image->kernel_buf_len));
	}
	return err;
}

/* The loader */

static int elf_cleanup(void *loader_data)
{
	struct elf_data *data = loader_data;
	int i;

	if (!data)
		return 0;
	for (i = 0; i < ARRAY_SIZE(data->bytes); i++)
		vfree(data->bytes[i]);
	kfree(data->enter);
	kfree(data->notes);
	kvfree(data->params);
	return 0;
}

static int elf_load_any(struct kimage *image, const void *file, struct elf_data *data)
{
	if (kexec_elf_is_linux64(&data->elf))
		return linux_load(image, file, data);
	return kimage_take_kinds(image, 0) ?: program_load(image, file, data);
}

static void *elf_load(struct kimage *image, char *kernel, unsigned long kernel_len,
		      char *initrd, unsigned long initrd_len,
		      char *cmdline, unsigned long cmdline_len)
{
	struct elf_data *data = kzalloc(sizeof(*data), GFP_KERNEL);
	int err;

	if (!data)
		return ERR_PTR(-ENOMEM);
	err = kexec_elf_parse(kernel, kernel_len, &data->elf) ? -ENOEXEC : 0;
	err = err ?: elf_load_any(image, kernel, data);
	if (!err)
		return data;
	elf_cleanup(data);
	kfree(data);
	return ERR_PTR(err);
}

const struct kexec_file_ops kexec_elf_ops = {
	.name		= "ELF",
	.cleanup	= elf_cleanup,
	.probe		= elf_probe,
	.prepare	= kexec_linux_prepare,
	.load		= elf_load,
};
