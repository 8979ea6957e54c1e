// SPDX-License-Identifier: GPL-2.0-only
/* --estimate: how much memory a crash kernel needs here, as text and as JSON. */
#include <stdio.h>
#include "kexec.h"
#include "progress.h"

#define MIB		(1024ULL * 1024)

/* Who would not do for what is known does not for more. */
static const char *verdict(const struct kexec_estimate *e, const char *yes, const char *no,
			   const char *unknown)
{
	int enough = kexec_estimate_is_enough(e);

	return enough < 0 ? unknown : enough ? yes : no;
}

/* Without the initrd, which is the most of it as a rule, there is only a bound. */
static void print_size_text(const struct kexec_estimate *e)
{
	unsigned long long size = kexec_estimate_recommended(e);

	if (size)
		printf("Recommended: crashkernel=%lluM\n", size / MIB);
	else
		printf("More than %llu MiB are needed; how much more depends on the initrd.\n",
		       kexec_estimate_total(e) / MIB);
}

static void print_size_json(const struct kexec_estimate *e)
{
	unsigned long long size = kexec_estimate_recommended(e);

	if (size)
		printf("\"crashkernel\": \"%lluM\", \"recommended\": %llu, ", size / MIB, size);
	else
		printf("\"crashkernel\": null, \"recommended\": null, ");
	printf("\"known\": %llu, ", kexec_estimate_total(e));
}

static void print_text(const struct kexec_estimate *e)
{
	const struct kexec_estimate_part *p;
	size_t i;

	puts("Memory for a crash kernel, in MiB:");
	for (i = 0; (p = kexec_estimate_part(e, i)); i++)
		printf("  %-15s %7.1f  %s\n", p->name, (double)p->bytes / MIB, p->source);
	printf("  %-15s %7.1f\n", "together", (double)kexec_estimate_total(e) / MIB);
	print_size_text(e);
	printf("Reserved now: %llu MiB, %s.\n", kexec_estimate_reserved(e) / MIB,
	       verdict(e, "which is enough", "which is too little",
		       "and whether that is enough depends on the initrd: name it with --initrd"));
}

static void print_json(const struct kexec_estimate *e)
{
	const struct kexec_estimate_part *p;
	size_t i;

	json_open();
	print_size_json(e);
	printf("\"reserved\": %llu, \"enough\": %s,\n \"parts\": [", kexec_estimate_reserved(e),
	       verdict(e, "true", "false", "null"));
	for (i = 0; (p = kexec_estimate_part(e, i)); i++) {
		printf("%s{\"name\": ", i ? ",\n  " : "");
		json_string(p->name);
		printf(", \"bytes\": %llu, \"source\": ", p->bytes);
		json_string(p->source);
		putchar('}');
	}
	puts("]}");
}

/**
 * print_estimate() - say how much memory a crash kernel needs here
 * @req: the request
 * @image: the crash kernel, as far as the request describes one
 *
 * Return: 0, or a negative errno after a message.
 */
int print_estimate(const struct request *req, const struct kexec_image *image)
{
	struct kexec_estimate *estimate;
	struct kexec_error error;
	int err;

	progress_start("estimating", 0);
	err = kexec_estimate_read(image, &estimate, &error);
	progress_stop();
	if (err)
		return print_error(&error);
	if (req->json)
		print_json(estimate);
	else
		print_text(estimate);
	kexec_estimate_free(estimate);
	return 0;
}
