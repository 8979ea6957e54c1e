// SPDX-License-Identifier: GPL-2.0-only
/*
 * A boot loader: example KERNEL [INITRD [COMMAND LINE]]
 *
 *	cc example.c $(pkg-config --cflags --libs libkexec) -o example
 */
#include <stdio.h>
#include <libkexec.h>

static int fail(const struct kexec_error *error)
{
	fprintf(stderr, "%s\n%s\n%s\n", error->cause, error->evidence, error->next);
	return 1;
}

static int load(struct kexec_image *image, int argc, char **argv, struct kexec_error *error)
{
	int err = kexec_image_set_kernel(image, argv[1], error);

	if (!err && argc > 2)
		err = kexec_image_add_initrd(image, argv[2], error);
	if (!err && argc > 3)
		err = kexec_image_set_cmdline(image, argv[3], error);
	return err ? err : kexec_image_load(image, error);
}

int main(int argc, char **argv)
{
	struct kexec_image *image = kexec_image_new();
	struct kexec_error error;
	int err;

	if (argc < 2 || !image) {
		fputs("usage: example KERNEL [INITRD [COMMAND LINE]]\n", stderr);
		kexec_image_free(image);
		return 1;
	}
	err = load(image, argc, argv, &error);
	kexec_image_free(image);
	if (err || kexec_boot(KEXEC_BOOT_SYNC, &error))
		return fail(&error);
	return 0;
}
