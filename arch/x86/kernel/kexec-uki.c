// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loader of unified kernel images: a bzImage with its initrds and command line in
 * one signed PE file, and addons for it.
 *
 * The order of initrds is that of systemd-stub(7): microcode, of the addons and then
 * the image's own, goes first; then the image's, the caller's, the addons'.  The
 * sections' layout is read in lib/kexec/pe.c.
 */

#define pr_fmt(fmt) "kexec-UKI: " fmt

#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/pe.h>
#include <linux/security.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/kexec-bzimage64.h>

#include "kexec-loaders.h"

static int uki_probe(const char *buf, unsigned long len)
{
	struct kexec_uki uki;
	enum kexec_uki_why why = kexec_uki_parse(buf, len, IMAGE_FILE_MACHINE_AMD64, 0, &uki);

	/* a kernel with an EFI stub is a PE file, too */
	if (why == KEXEC_UKI_NO_PE || why == KEXEC_UKI_PLAIN)
		return -ENOEXEC;
	if (why)
		return kexec_refuse(-ENOEXEC,
				    "no unified kernel image for this kernel: %s",
				    kexec_uki_why(why));
	if (!uki.kernel.size)
		return kexec_refuse(-ENOEXEC, "an addon of unified kernel images has no kernel");
	return 0;
}

static int uki_parse(const struct kimage *image, struct kexec_uki *uki)
{
	enum kexec_uki_why why = kexec_uki_parse(image->kernel_buf, image->kernel_buf_len,
						 IMAGE_FILE_MACHINE_AMD64, image->profile, uki);

	if (why)
		return kexec_refuse(why == KEXEC_UKI_NO_PROFILE ? -EINVAL : -ENOEXEC,
				    "the unified kernel image: %s", kexec_uki_why(why));
	return 0;
}

static int add_section(struct kimage *image, const void *file, const struct kexec_bytes *section,
		       bool first)
{
	if (!section->size)
		return 0;
	return kimage_add_data(image, KEXEC_PART_INITRD, file + section->offset, section->size,
			       first);
}

/* Command line */

/*
 * What is signed may not be changed by who could not have signed it; the image's own
 * command line counts where only signed images do.
 */
static int cmdline_may_change(void)
{
	if (kexec_sig_required())
		return kexec_refuse(-EPERM,
				    "the image's own command line cannot be replaced: only what is signed counts here");
	return 0;
}

static int cmdline_append(struct kimage *image, const void *file,
			  const struct kexec_bytes *section)
{
	size_t len = image->cmdline_buf ? strlen(image->cmdline_buf) : 0;
	size_t at = len ? len + 1 : 0;
	char *line;

	if (!section->size)
		return 0;
	if (at + section->size >= KEXEC_TEXT_MAX)
		return kexec_refuse(-EINVAL, "the command line in the file is too long, %llu bytes",
				    section->size);
	line = kmalloc(at + section->size + 1, GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	memcpy(line, image->cmdline_buf, len);
	if (at)
		line[len] = ' ';
	memcpy(line + at, file + section->offset, section->size);
	line[at + section->size] = '\0';
	kfree(image->cmdline_buf);
	image->cmdline_buf = line;
	image->cmdline_buf_len = at + section->size + 1;
	return 0;
}

static int cmdline_choose(struct kimage *image, const struct kexec_uki *uki)
{
	if (!uki->cmdline.size)
		return 0;
	if (image->cmdline_buf && image->cmdline_buf[0])
		return cmdline_may_change();
	return cmdline_append(image, image->kernel_buf, &uki->cmdline);
}

/* Addons */

static int addon_check(const struct kexec_part *part, struct kexec_uki *addon)
{
	enum kexec_uki_why why = kexec_uki_parse(part->data, part->size,
						 IMAGE_FILE_MACHINE_AMD64, 0, addon);

	if (why)
		return kexec_refuse(-ENOEXEC, "the addon: %s", kexec_uki_why(why));
	if (addon->kernel.size)
		return kexec_refuse(-ENOEXEC, "the addon is an image of its own");
	return kexec_check_signature(&kexec_uki_ops, part->data, part->size, "addon");
}

/* Parts that are added move the array's end, and those put first all of it. */
static int addons_take(struct kimage *image, bool ucode)
{
	const void *file;
	struct kexec_uki addon;
	unsigned int i;
	int err = 0;

	for (i = 0; i < image->nr_parts && !err; i++) {
		if (image->part[i].kind != KEXEC_PART_ADDON)
			continue;
		err = kimage_read_part(&image->part[i]) ?: addon_check(&image->part[i], &addon);
		if (err)
			break;
		file = image->part[i].data;
		if (ucode) {
			err = add_section(image, file, &addon.ucode, true);
			i += !err && addon.ucode.size;
			continue;
		}
		err = add_section(image, file, &addon.initrd, false) ?:
		      cmdline_append(image, file, &addon.cmdline);
	}
	return err;
}

static int uki_prepare(struct kimage *image)
{
	struct kexec_uki uki;
	int err = kimage_take_kinds(image, BIT(KEXEC_PART_ADDON) | KEXEC_LINUX_PARTS);

	err = err ?: uki_parse(image, &uki);
	err = err ?: cmdline_choose(image, &uki);
	err = err ?: add_section(image, image->kernel_buf, &uki.initrd, true);
	err = err ?: add_section(image, image->kernel_buf, &uki.ucode, true);
	err = err ?: addons_take(image, true);
	return err ?: addons_take(image, false);
}

static void *uki_load(struct kimage *image, char *kernel, unsigned long kernel_len,
		      char *initrd, unsigned long initrd_len,
		      char *cmdline, unsigned long cmdline_len)
{
	struct kexec_uki uki;
	int err = uki_parse(image, &uki);

	if (!err && kexec_bzImage64_ops.probe(kernel + uki.kernel.offset, uki.kernel.size))
		err = kexec_refuse(-ENOEXEC, "the .linux section is no bzImage");
	if (err)
		return ERR_PTR(err);
	return kexec_bzImage64_ops.load(image, kernel + uki.kernel.offset, uki.kernel.size,
					initrd, initrd_len, cmdline, cmdline_len);
}

static int uki_cleanup(void *loader_data)
{
	return kexec_bzImage64_ops.cleanup(loader_data);
}

const struct kexec_file_ops kexec_uki_ops = {
	.name		= "UKI",
	.has_profiles	= true,
	.cleanup	= uki_cleanup,
	.probe		= uki_probe,
	.prepare	= uki_prepare,
	.load		= uki_load,
	.verify_sig	= PTR_IF(IS_ENABLED(CONFIG_KEXEC_BZIMAGE_VERIFY_SIG),
				 kexec_kernel_verify_pe_sig),
};
