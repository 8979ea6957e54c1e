// SPDX-License-Identifier: GPL-2.0-only
/* Unified kernel images and their addons: what is in the file. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include "entries.h"
#include "pe_machine.h"

/**
 * uki_map() - have a file in memory
 * @path: the file
 *
 * Only what is looked at is read: the headers, and some of the smaller sections.
 *
 * Return: the file; without any bytes if it cannot be read.
 */
struct uki_image uki_map(const char *path)
{
	struct uki_image image = {};
	struct stat st;
	int fd = entries_open(path, &st);
	void *data;

	if (fd < 0)
		return image;
	data = st.st_size ? mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (data != MAP_FAILED)
		image = (struct uki_image){ data, st.st_size };
	close(fd);
	return image;
}

/**
 * uki_unmap() - have it there no longer
 * @image: the file
 */
void uki_unmap(const struct uki_image *image)
{
	if (image->size)
		munmap((void *)image->data, image->size);
}

/**
 * uki_parse() - is a file a unified kernel image for this machine?
 * @image: the file
 * @profile: which of its profiles
 * @uki: set to what it has
 *
 * Return: 0, or why not; an addon has no kernel.
 */
enum kexec_uki_why uki_parse(const struct uki_image *image, unsigned int profile,
			     struct kexec_uki *uki)
{
	enum kexec_uki_why why = KEXEC_UKI_NO_PE;

	if (image->size)
		why = kexec_uki_parse(image->data, image->size, MACHINE_PE, profile, uki);
	return why ?: uki->kernel.size ? KEXEC_UKI_OK : KEXEC_UKI_PLAIN;
}

/**
 * kexec_kernel_is_unified() - is a kernel a unified kernel image for this machine?
 * @kernel: path of the kernel
 *
 * Return: true if so.
 */
bool kexec_kernel_is_unified(const char *kernel)
{
	struct uki_image image = uki_map(kernel);
	struct kexec_uki uki;
	bool is = !uki_parse(&image, 0, &uki);

	uki_unmap(&image);
	return is;
}

/**
 * uki_text() - take a text out of a file
 * @pool: where to
 * @image: the file
 * @section: where the text is
 *
 * Return: it, or NULL if there is none, or more than is sensible.
 */
char *uki_text(struct pool *pool, const struct uki_image *image,
	       const struct kexec_bytes *section)
{
	if (!section->size || section->size > TEXT_MAX)
		return NULL;
	return (char *)pool_text(pool, image->data + section->offset, section->size);
}

static int give_cmdline(struct pool *pool, const struct uki_image *image,
			const struct kexec_uki *uki, char **line)
{
	const char *text = uki_text(pool, image, &uki->cmdline);

	*line = text && !pool->failed ? strdup(text) : NULL;
	return pool->failed || (text && !*line) ? -ENOMEM : 0;
}

/**
 * kexec_unified_cmdline() - which command line does a unified kernel image have?
 * @kernel: path of the image
 * @profile: which of its profiles
 * @line: set to it, to be freed, or to NULL if it has none
 * @error: filled in; the code is -%ENOEXEC if it is no such image for this machine
 *
 * Return: 0 or a negative errno.
 */
int kexec_unified_cmdline(const char *kernel, unsigned int profile, char **line,
			  struct kexec_error *error)
{
	struct uki_image image = uki_map(kernel);
	struct pool pool = {};
	struct kexec_uki uki;
	enum kexec_uki_why why = uki_parse(&image, profile, &uki);
	int err = -ENOEXEC;

	*line = NULL;
	if (!why)
		err = give_cmdline(&pool, &image, &uki, line);
	pool_free(&pool);
	uki_unmap(&image);
	if (why)
		error_because(error, KEXEC_REASON_NOT_A_KERNEL, err,
			      "%s is no unified kernel image: %s", kernel, kexec_uki_why(why));
	else if (err)
		error_set(error, err, "there is no memory for the command line");
	return err;
}
