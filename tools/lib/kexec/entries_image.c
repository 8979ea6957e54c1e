// SPDX-License-Identifier: GPL-2.0-only
/* From a boot loader entry to an image that can be loaded. */
#include "entries.h"
#include "image.h"

typedef int (*add_fn)(struct kexec_image *image, const char *text, struct kexec_error *error);

static int add_all(struct kexec_image *image, const struct texts *texts, add_fn add,
		   struct kexec_error *error)
{
	int err = 0;
	size_t i;

	for (i = 0; i < texts->nr && !err; i++)
		err = add(image, texts->text[i], error);
	return err;
}

static int add_module(struct kexec_image *image, const char *text, struct kexec_error *error)
{
	return kexec_image_add_module(image, NULL, text, error);
}

/**
 * kexec_image_set_entry() - say that what a boot loader entry has is to be loaded
 * @image: the image
 * @entry: the entry; it may be freed afterwards
 * @error: what went wrong
 *
 * That is its kernel, with the profile of it, and its command line; initial RAM disks, modules
 * and addons are added behind those that the image has.  The command line that a unified kernel
 * image has itself is left to it.  If the entry has a device tree, that is the image's.
 *
 * Return: 0 or a negative errno; some of it may have been taken over then.
 */
int kexec_image_set_entry(struct kexec_image *image, const struct kexec_entry *entry,
			  struct kexec_error *error)
{
	const char *line = entry->kind == KEXEC_ENTRY_UKI ? NULL : entry->options;

	return kexec_image_set_kernel(image, entry->kernel, error) ?:
	       kexec_image_set_profile(image, entry->profile, error) ?:
	       add_all(image, &entry->initrds, kexec_image_add_initrd, error) ?:
	       add_all(image, &entry->modules, add_module, error) ?:
	       add_all(image, &entry->addons, kexec_image_add_addon, error) ?:
	       (entry->devicetree ? kexec_image_set_dtb(image, entry->devicetree, error) : 0) ?:
	       kexec_image_set_cmdline(image, line, error);
}
