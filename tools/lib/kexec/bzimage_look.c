// SPDX-License-Identifier: GPL-2.0-only
/*
 * A look at the image from user space, with the kernel's own parser: for -d,
 * and for a reason where the kernel gives none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <linux/kexec_image.h>
#include "image.h"

/* What /proc/version begins with, before what the build says of itself. */
#define BANNER	"Linux version "

/*
 * Looks at the file.  @release, if given, becomes the text that names the
 * image's release and build, to be freed by the caller, or NULL.
 */
static enum kexec_bzimage_why look(int fd, struct kexec_bzimage *img,
				   char **release)
{
	enum kexec_bzimage_why why;
	struct stat st;
	char *file;

	if (fstat(fd, &st) || !st.st_size)
		return KEXEC_BZIMAGE_SHORT;
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		return KEXEC_BZIMAGE_SHORT;
	why = kexec_bzimage_parse(file, st.st_size, img);
	if (release && !why && img->release)
		*release = strdup(file + img->release);
	munmap(file, st.st_size);
	return why ?: kexec_bzimage_check(img);
}

/**
 * describe_image() - tell the log callback what a bzImage says about itself
 * @image: what is to be loaded
 * @fd: its kernel; nothing is told if it is something else
 */
void describe_image(const struct kexec_image *image, int fd)
{
	struct kexec_bzimage img;

	if (!(image->flags & KEXEC_IMAGE_DEBUG) || look(fd, &img, NULL))
		return;
	image_debug(image, "bzImage, boot protocol %u.%02u, setup %u + code %llu bytes",
		    img.version >> 8, img.version & 0xff, img.setup_size,
		    (unsigned long long)img.pm_size);
	image_debug(image, "it needs %u bytes, its command line ends at %u",
		    img.init_size, img.cmdline_max);
}

/**
 * image_memory() - how much memory a bzImage needs to start
 * @source: the file
 * @size: set to that
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int image_memory(const struct source *source, unsigned long long *size,
		 struct kexec_error *error)
{
	int fd = source_open(source, error);
	struct kexec_bzimage img;
	enum kexec_bzimage_why why;

	if (fd < 0)
		return fd;
	why = look(fd, &img, NULL);
	close(fd);
	if (why)
		return error_because(error, KEXEC_REASON_WRONG_TYPE, -ENOEXEC,
				     "%s is not a bzImage: %s", source->name,
				     kexec_bzimage_why(why));
	*size = img.init_size;
	return 0;
}

/*
 * "Linux version RELEASE (BUILDER) (COMPILER) BUILD" is what a kernel prints,
 * "RELEASE (BUILDER) BUILD" what its image holds.
 */
static bool names_same_build(const char *running, const char *release)
{
	const char *build = strstr(release, ") ");
	size_t head, tail, all = strcspn(running, "\n");

	if (!build || strncmp(running, BANNER, strlen(BANNER)))
		return false;
	head = build + 2 - release;
	tail = strlen(release + head);
	if (!tail || all < strlen(BANNER) + head + tail)
		return false;
	return !memcmp(running + strlen(BANNER), release, head) &&
	       !memcmp(running + all - tail, release + head, tail);
}

/**
 * is_running_build() - is an image the very build that runs now?
 * @fd: the image
 *
 * Return: true if both name the same release, builder and build.
 */
bool is_running_build(int fd)
{
	FILE *f = fopen("/proc/version", "re");
	char *release = NULL, running[1024] = "";
	struct kexec_bzimage img;
	bool same = false;

	if (f && fgets(running, sizeof(running), f) &&
	    !look(fd, &img, &release) && release)
		same = names_same_build(running, release);
	if (f)
		fclose(f);
	free(release);
	return same;
}

/**
 * image_cmdline_max() - longest command line an image takes
 * @fd: the image
 *
 * Return: bytes without the final NUL; SIZE_MAX where only the kernel can tell.
 */
size_t image_cmdline_max(int fd)
{
	struct kexec_bzimage img;

	return look(fd, &img, NULL) ? SIZE_MAX : img.cmdline_max;
}
