// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: load another kernel and jump into it.
 *
 * The kernel is the loader; this program turns a command line into system
 * calls and a refusal into a sentence.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/reboot.h>
#include "kexec.h"
#include "options.h"

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void debug(const struct request *req, const char *format, ...)
{
	va_list args;

	if (!req->debug)
		return;
	fputs("kexec: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static bool nothing_loaded(void)
{
	FILE *f = fopen("/sys/kernel/kexec_loaded", "re");
	bool nothing;

	/* Without that file only the kernel itself can tell. */
	if (!f)
		return false;
	nothing = fgetc(f) == '0';
	fclose(f);
	return nothing;
}

/* Comes back only after a failure, or when a preserved context is resumed. */
static int jump_into(const struct request *req)
{
	if (nothing_loaded()) {
		complain("Nothing has been loaded!");
		return -EINVAL;
	}
	/* Nobody writes out later what is still buffered. */
	fflush(stdout);
	if (!req->no_sync)
		sync();
	debug(req, "reboot(LINUX_REBOOT_CMD_KEXEC)");
	if (!syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		     LINUX_REBOOT_CMD_KEXEC, NULL))
		return 0;
	complain("kexec: the jump failed: %s", strerror(errno));
	return -errno;
}

/* The init system ends everything properly, then jumps by itself. */
static int shut_down(const struct request *req)
{
	debug(req, "shutdown -r now");
	execlp("shutdown", "shutdown", "-r", "now", NULL);
	execl("/sbin/shutdown", "shutdown", "-r", "now", NULL);
	complain("kexec: cannot run shutdown: %s; the kernel is loaded, -e jumps into it",
		 strerror(errno));
	return -errno;
}

static bool reuses_initrd(const struct request *req)
{
	size_t i;

	for (i = 0; i < req->initrds.nr; i++)
		if (!strcmp(req->initrds.name[i], RUNNING_INITRD))
			return true;
	return false;
}

static bool initrd_is_kept(void)
{
	FILE *f = fopen(RUNNING_INITRD, "re");

	if (f)
		fclose(f);
	return f || errno != ENOENT;
}

static int load(const struct request *req)
{
	if (!reuses_initrd(req) || initrd_is_kept())
		return load_image(req);
	complain("kexec: the running kernel has not kept its initrd\n"
		 "Boot it with retain_initrd on its command line, or name the file with --initrd.");
	return -ENOENT;
}

/* A number alone: scripts calculate with it. */
static int print_size(void)
{
	unsigned long long size = 0;
	FILE *f = fopen("/sys/kernel/kexec_crash_size", "re");
	bool known = f && fscanf(f, "%llu", &size) == 1;

	if (f)
		fclose(f);
	if (!known) {
		complain("kexec: cannot read /sys/kernel/kexec_crash_size");
		return -ENOENT;
	}
	printf("%llu\n", size);
	return 0;
}

static int run(const struct request *req)
{
	int err = 0;

	if (req->unload)
		err = unload_image(req);
	if (!err && wants_load(req))
		err = load(req);
	if (!err && req->print_size)
		err = print_size();
	if (!err && req->report)
		err = print_report(req);
	if (!err && req->estimate)
		err = print_estimate(req);
	if (!err && (req->exec || req->force))
		err = jump_into(req);
	if (!err && !wants_action(req))
		err = shut_down(req);
	if (!err && req->status)
		err = print_status(req);
	if (err < 0)
		return EXIT_REFUSED;
	return err ? EXIT_LOADED : EXIT_SUCCESS;
}

static int answer(const struct request *req)
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
	const struct request *req;
	int err = parse_options(argc, argv, &req);

	return err ?: close_output(answer(req));
}
