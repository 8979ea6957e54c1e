// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which loader takes an image: found by content.
 */

#include <linux/kexec.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "kexec_internal.h"

static bool format_wanted(const struct kimage *image, const struct kexec_file_ops *ops)
{
	return !image->format[0] || (ops->name && !strcasecmp(image->format, ops->name));
}

/* "bzImage, ELF": what an image could have been. */
static void format_names(char *text, size_t size)
{
	const struct kexec_file_ops * const *ops;
	size_t n = 0;

	text[0] = '\0';
	for (ops = kexec_file_loaders; *ops; ops++)
		if ((*ops)->name)
			n += scnprintf(text + n, size - n, "%s%s", n ? ", " : "", (*ops)->name);
}

static int format_refuse(const struct kimage *image)
{
	char names[96];

	format_names(names, sizeof(names));
	if (image->format[0])
		return kexec_refuse(-ENOEXEC, "the kernel is no %s image", image->format);
	return kexec_refuse(-ENOEXEC, "the kernel is of no format known here (%s)", names);
}

/**
 * kexec_image_probe_default - find the loader for an image by its content
 * @image:   its fops is set on success
 * @buf:     the file
 * @buf_len: its size in bytes
 *
 * Return: 0, or -ENOEXEC if no loader of this architecture takes it; -EINVAL if the
 * caller names a format that there is no loader for.
 */
int kexec_image_probe_default(struct kimage *image, void *buf, unsigned long buf_len)
{
	const struct kexec_file_ops * const *ops;
	bool known = false;

	for (ops = kexec_file_loaders; *ops; ops++) {
		if (!format_wanted(image, *ops))
			continue;
		known = true;
		if ((*ops)->probe && !(*ops)->probe(buf, buf_len)) {
			image->fops = *ops;
			kexec_forgive();
			return 0;
		}
	}
	if (!known)
		return kexec_refuse(-EINVAL, "no loader has the name %s", image->format);
	return format_refuse(image);
}

/**
 * kexec_image_post_load_cleanup_default - let the loader free what it holds
 * @image: image whose load has ended, well or not
 *
 * Return: 0, or what the loader's cleanup fails with.
 */
int kexec_image_post_load_cleanup_default(struct kimage *image)
{
	if (image->fops && image->fops->cleanup)
		return image->fops->cleanup(image->image_loader_data);
	return 0;
}
