// SPDX-License-Identifier: GPL-2.0-only
/* Whether a command line makes sense, and what it asks for. */
#include <stddef.h>
#include "options.h"

/**
 * wants_action() - is anything named that is to be done?
 * @req: the request
 *
 * Return: false if a kernel is to be loaded and shut down into.
 */
bool wants_action(const struct request *req)
{
	return req->load || req->panic || req->exec || req->force || req->unload ||
	       req->report || req->status || req->estimate || req->print_size ||
	       req->list || req->reboot;
}

/**
 * wants_load() - is a kernel to be loaded?
 * @req: the request
 *
 * -l and -p only pick the slot where -u or -S says what to do with it, and -f adds
 * nothing to -e without a kernel.
 *
 * Return: true if so; it is named then, or check_request() fails.
 */
bool wants_load(const struct request *req)
{
	if (req->estimate || req->print_size || req->list || (req->status && !req->kernel))
		return false;
	if (req->load || req->reboot || !wants_action(req))
		return true;
	if (req->force)
		return req->kernel || !req->exec;
	return req->panic && (req->kernel || !req->unload);
}

/* Questions are answered alone, apart from the slot that they may be about. */
static const char *mixed_actions(const struct request *req)
{
	bool acts = req->load || req->exec || req->force || req->unload;

	if (req->estimate && (acts || req->report || req->status))
		return "--estimate goes with no other action but -p";
	if (req->print_size && (acts || req->report || req->status || req->estimate))
		return "--print-ckr-size goes with no other action";
	if (req->list && (acts || req->report || req->status || req->estimate || req->reboot))
		return "--list goes with no other action";
	if (req->reboot && (acts || req->report || req->status || req->estimate || req->panic))
		return "--reboot goes with no other action";
	if (req->status && (req->report || req->exec || req->force))
		return "--status goes with neither --report nor -e nor -f";
	if (req->force && req->panic)
		return "-f jumps into what it loads; what -p loads waits for a panic";
	return NULL;
}

static const char json_needs[] =
	"--json needs --report, --status, --estimate, --list, --dry-run, --check, -l, -p, -u or -e";

/* Who reboots through the init system becomes another program, which says nothing of it. */
static bool answers_json(const struct request *req)
{
	return req->report || req->status || req->estimate || req->list || req->dry_run ||
	       req->check || req->load || req->panic || req->unload || req->exec || req->force;
}

/* What an option needs beside it. */
static const char *lonely_option(const struct request *req)
{
	if (req->json && !answers_json(req))
		return json_needs;
	if (req->preserve_context && (req->method != KEXEC_METHOD_SEGMENTS || req->panic))
		return "--load-preserve-context needs -c and the normal slot";
	if (req->remove.nr && !req->reuse_cmdline)
		return "--remove needs --reuse-cmdline";
	if (req->self_extract && req->method == KEXEC_METHOD_SEGMENTS)
		return "--self-extract needs -s: with -c nothing is unpacked";
	if (req->force_dtb && req->dtb)
		return "--dtb and --force-dtb each name the device tree; leave one out";
	if (req->mem_min > req->mem_max)
		return "--mem-min is above --mem-max";
	return NULL;
}

/* An entry of the boot loader brings a kernel, and what belongs to it. */
static const char *bad_entry(const struct request *req)
{
	bool entry = req->entry || req->reboot;

	if (entry && req->kernel)
		return "--entry and --reboot name the kernel, so no other can be named";
	if (req->entry && req->panic)
		return "--entry is for the normal slot; for panics, name a kernel";
	if (entry && req->reuse_cmdline)
		return "an entry brings its command line; --append adds to that";
	if (req->replace && !entry && wants_action(req))
		return "--replace needs --entry or --reboot, or a kernel without an action";
	if (req->root && !entry && !req->list && (!req->kernel || wants_action(req)))
		return "--root needs --list, --entry, --reboot, or a kernel without an action";
	if ((req->dry_run || req->check) && !wants_load(req))
		return "--dry-run and --check are about a kernel to be loaded";
	if (req->check && req->unload)
		return "--check changes nothing, and -u does";
	if (req->dry_run && req->check)
		return "--dry-run and --check both load nothing; name one of them";
	return NULL;
}

static const char *kernel_missing(const struct request *req)
{
	bool named = req->kernel || req->entry;

	if (wants_load(req) && !named && !req->reboot)
		return "No kernel specified";
	if (!wants_load(req) && named && !req->estimate)
		return "a kernel is named, but nothing is to be loaded; add -l or -p";
	return NULL;
}

/**
 * check_request() - does a request make sense?
 * @req: the request
 *
 * Prints what is wrong.
 *
 * Return: 0 or EXIT_USAGE.
 */
int check_request(const struct request *req)
{
	const char *wrong = mixed_actions(req) ?: lonely_option(req) ?: bad_entry(req) ?:
			    kernel_missing(req);

	return wrong ? usage_error(wrong) : 0;
}
