// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: load another kernel and jump into it.
 *
 * The kernel is the loader, and libkexec knows how to talk to it; this program turns a
 * command line into calls of that, and what comes of them into text.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "kexec.h"
#include "options.h"
#include "progress.h"

static void log_line(void *context __maybe_unused, enum kexec_log_level level __maybe_unused,
		     const char *line)
{
	complain("kexec: %s", line);
}

static void debug(const struct request *req, const char *line)
{
	if (req->debug)
		complain("kexec: %s", line);
}

static unsigned long long file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_size;
}

static unsigned long long bytes_to_read(const struct request *req)
{
	unsigned long long bytes = file_size(req->kernel);
	size_t i;

	for (i = 0; i < req->initrds.nr; i++)
		bytes += file_size(req->initrds.name[i]);
	return bytes;
}

/* Who says -l, -p or -f means to; what else goes on to shut down is not to be a surprise. */
static void tell_replaced(const struct request *req)
{
	if (!wants_action(req) && !req->replace && kexec_status(slot_of(req), NULL) == 1)
		complain("kexec: a kernel is loaded already; it is replaced");
}

/* Debugging says enough of what goes on. */
static int load(const struct request *req, struct kexec_image *image)
{
	struct kexec_error error;
	char what[64];
	int err;

	tell_replaced(req);
	snprintf(what, sizeof(what), "loading %.40s", basename(req->kernel));
	if (!req->debug)
		progress_start(what, bytes_to_read(req));
	err = kexec_image_load(image, &error);
	progress_stop();
	if (err)
		err = print_error(&error);
	/* which kexec-tools calls a mistake of the caller's */
	return err && error.reason == KEXEC_REASON_NO_CRASH_MEMORY ? EXIT_USAGE : err;
}

static int unload(const struct request *req)
{
	struct kexec_error error;

	debug(req, req->panic ? "unloading the crash slot" : "unloading the normal slot");
	return kexec_unload(slot_of(req), req->unload_method, &error) ? print_error(&error) : 0;
}

static unsigned int boot_flags(const struct request *req)
{
	return (req->no_sync ? 0 : KEXEC_BOOT_SYNC) | (req->no_checks ? KEXEC_BOOT_NO_CHECK : 0);
}

/* Comes back only after a failure, or when a preserved context is resumed. */
static int jump_into(const struct request *req)
{
	struct kexec_error error;
	int err;

	/* Nobody writes out later what is still buffered. */
	fflush(stdout);
	debug(req, "reboot(LINUX_REBOOT_CMD_KEXEC)");
	progress_start("leaving this kernel", 0);
	err = kexec_boot(boot_flags(req), &error);
	progress_stop();
	if (err)
		err = print_error(&error);
	/* so is jumping into nothing */
	return err && error.reason == KEXEC_REASON_NOTHING_LOADED ? EXIT_USAGE : err;
}

/* The init system ends everything properly, then jumps by itself. */
static int shut_down(const struct request *req)
{
	debug(req, "shutdown -r now");
	execlp("shutdown", "shutdown", "-r", "now", NULL);
	execl("/sbin/shutdown", "shutdown", "-r", "now", NULL);
	return refuse(KEXEC_REASON_OTHER, -errno, "",
		      "cannot run shutdown: %s; the kernel is loaded, -e jumps into it",
		      strerror(errno));
}

/* It knows that a kernel is loaded, where a plain reboot may not. */
static int reboot_through_init(const struct request *req)
{
	if (!has_systemd())
		return shut_down(req);
	debug(req, "systemctl kexec");
	execlp("systemctl", "systemctl", "kexec", NULL);
	return shut_down(req);
}

/* A number alone: scripts calculate with it. */
static int print_size(void)
{
	unsigned long long size;
	struct kexec_error error;

	if (kexec_crash_memory(&size, &error))
		return print_error(&error);
	printf("%llu\n", size);
	return 0;
}

static int describe(const struct request *req, struct kexec_image *image)
{
	struct kexec_error error;

	kexec_image_set_log(image, log_line, NULL);
	return describe_request(req, image, &error) ? print_error(&error) : 0;
}

static int answer_questions(const struct request *req, const struct kexec_image *image)
{
	int err = 0;

	if (req->print_size)
		err = print_size();
	if (!err && req->report)
		err = print_report(req);
	if (!err && req->list)
		err = print_list(req);
	if (!err && req->estimate)
		err = print_estimate(req, image);
	return err;
}

static int act(const struct request *req, struct kexec_image *image)
{
	int err = 0;

	if (req->unload)
		err = unload(req);
	if (!err && (wants_load(req) || req->estimate))
		err = describe(req, image);
	if (!err && wants_load(req))
		err = load(req, image);
	err = err ?: answer_questions(req, image);
	if (!err && (req->exec || req->force))
		err = jump_into(req);
	if (!err && req->reboot)
		err = reboot_through_init(req);
	if (!err && !wants_action(req))
		err = shut_down(req);
	if (!err && req->status)
		err = print_status(req);
	return err;
}

static void print_clear(const struct request *req)
{
	puts("Nothing is seen that would keep it from being loaded.");
	if (replaces_unasked(req))
		puts("A kernel is loaded already: --replace has to say that it may be replaced.");
}

/* What only a load can tell remains open, so nothing is promised. */
static int check(const struct request *req, struct kexec_image *image)
{
	struct kexec_error error = {};
	int err;

	kexec_image_set_log(image, log_line, NULL);
	err = describe_request(req, image, &error) ?: kexec_image_check(image, &error);
	if (req->json)
		print_check(req, &error);
	else if (err)
		print_error(&error);
	else
		print_clear(req);
	return err;
}

static int perform(const struct request *req, struct kexec_image *image)
{
	if (req->dry_run)
		return print_plan(req, image);
	return req->check ? check(req, image) : act(req, image);
}

static int run(struct request *req)
{
	struct kexec_image *image = kexec_image_new();
	int err = image ? 0 : out_of_memory();

	if (image && kexec_image_set_type(image, req->type, NULL)) {
		kexec_image_free(image);
		return usage_error("no such --type; see kexec(8)");
	}
	err = err ?: choose_kernel(req) ?: perform(req, image);
	kexec_image_free(image);
	forget_choice();
	if (err < 0)
		return EXIT_REFUSED;
	return err ? EXIT_LOADED : EXIT_SUCCESS;
}

static int answer(struct request *req)
{
	if (req->help)
		print_help();
	else if (req->version)
		puts("kexec " KEXEC_RELEASE);
	else
		return check_request(req) ?: run(req);
	return EXIT_SUCCESS;
}

/* An answer that has not arrived is none: the disk may be full, say. */
static int close_output(int code)
{
	if (!ferror(stdout) && !fflush(stdout))
		return code;
	complain("kexec: cannot write the output: %s", strerror(errno));
	return EXIT_REFUSED;
}

int main(int argc, char **argv)
{
	struct request *req;
	int code = parse_options(argc, argv, &req) ?: answer(req);

	if (req->json && !req->help && !req->version)
		json_close();
	return close_output(code);
}
