// SPDX-License-Identifier: GPL-2.0-only
/* From a request to what libkexec is asked for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kexec.h"

static unsigned int image_flags(const struct request *req)
{
	unsigned int flags = 0;

	if (req->fast)
		flags |= KEXEC_IMAGE_FAST;
	if (req->self_extract)
		flags |= KEXEC_IMAGE_SELF_EXTRACT;
	if (req->force_dtb)
		flags |= KEXEC_IMAGE_FORCE_DTB;
	if (req->no_cma)
		flags |= KEXEC_IMAGE_NO_CMA;
	if (req->preserve_context)
		flags |= KEXEC_IMAGE_PRESERVE_CONTEXT;
	if (req->debug)
		flags |= KEXEC_IMAGE_DEBUG;
	if (req->no_checks)
		flags |= KEXEC_IMAGE_NO_CHECK;
	return flags;
}

/**
 * slot_of() - the slot a request is about
 * @req: the request
 *
 * Return: the crash slot if that is named, or what is asked for makes sense for it only.
 */
enum kexec_slot slot_of(const struct request *req)
{
	return req->panic || req->estimate ? KEXEC_SLOT_CRASH : KEXEC_SLOT_NORMAL;
}

/* At the front: behind a "--" it would be the init program's. */
static char *with_noefi(char *line)
{
	char *longer;

	if (asprintf(&longer, "noefi%s%s", line && *line ? " " : "", line ?: "") < 0)
		longer = NULL;
	free(line);
	return longer;
}

static int no_memory(struct kexec_error *error)
{
	if (error)
		*error = (struct kexec_error){
			.reason = KEXEC_REASON_NO_MEMORY, .code = -ENOMEM,
			.cause = "there is no memory for the command line",
		};
	return -ENOMEM;
}

/**
 * request_cmdline() - the command line that a request is about
 * @req: the request
 * @line: set to it, to be freed; NULL: none is given
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int request_cmdline(const struct request *req, char **line, struct kexec_error *error)
{
	int err = 0;

	*line = NULL;
	if (req->reuse_cmdline)
		err = kexec_cmdline_reuse(slot_of(req), req->append, req->remove.name,
					  req->remove.nr, line, error);
	else if (req->append)
		*line = strdup(req->append);
	if (!err && req->noefi)
		*line = with_noefi(*line);
	return !err && !*line && (req->append || req->noefi) ? no_memory(error) : err;
}

static int describe_cmdline(const struct request *req, struct kexec_image *image,
			    struct kexec_error *error)
{
	char *line;
	int err = request_cmdline(req, &line, error) ?:
		  kexec_image_set_cmdline(image, line, error);

	free(line);
	return err;
}

static int describe_files(const struct request *req, struct kexec_image *image,
			  struct kexec_error *error)
{
	int err = req->kernel ? kexec_image_set_kernel(image, req->kernel, error) : 0;
	size_t i;

	for (i = 0; i < req->initrds.nr && !err; i++)
		err = kexec_image_add_initrd(image, req->initrds.name[i], error);
	for (i = 0; i < req->modules.nr && !err; i++)
		err = kexec_image_add_module(image, NULL, req->modules.name[i], error);
	for (i = 0; i < req->addons.nr && !err; i++)
		err = kexec_image_add_addon(image, req->addons.name[i], error);
	return err ?: kexec_image_set_dtb(image, req->dtb, error);
}

/**
 * describe_request() - say what a request wants loaded
 * @req: the request
 * @image: filled in, but for the type
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int describe_request(const struct request *req, struct kexec_image *image,
		     struct kexec_error *error)
{
	return kexec_image_set_slot(image, slot_of(req), error) ?:
	       kexec_image_set_method(image, req->method, error) ?:
	       kexec_image_set_flags(image, image_flags(req), error) ?:
	       kexec_image_set_profile(image, req->profile, error) ?:
	       kexec_image_set_range(image, req->mem_min, req->mem_max, error) ?:
	       describe_files(req, image, error) ?:
	       describe_cmdline(req, image, error);
}
