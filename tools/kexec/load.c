// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading through kexec_file_load(2), and choosing the call. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/kexec.h>
#include "kexec.h"

static unsigned long file_flags(const struct request *req)
{
	unsigned long flags = 0;

	if (req->panic)
		flags |= KEXEC_FILE_ON_CRASH;
	if (req->debug)
		flags |= KEXEC_FILE_DEBUG;
	if (req->self_extract)
		flags |= KEXEC_FILE_SELF_EXTRACT;
	return flags;
}

/* Kernels before 6.8 refuse KEXEC_FILE_DEBUG, which is no reason to fail. */
static int file_load(const struct request *req, const struct files *files, int kernel,
		     const char *cmdline)
{
	unsigned long flags = file_flags(req);
	int err;

	debug(req, "kexec_file_load(%s, %zu files, \"%s\", 0x%lx)", req->kernel, files->nr,
	      cmdline, flags);
	err = call_file_load(req, files, kernel, cmdline, flags);
	if (err == -EINVAL && req->debug)
		err = call_file_load(req, files, kernel, cmdline, flags & ~KEXEC_FILE_DEBUG);
	return err;
}

/* Refusals that mean "not this way" rather than "not this image". */
static bool another_call_may_help(int err)
{
	return err == -ENOSYS || err == -EINVAL || err == -ENOEXEC ||
	       err == -ENOTSUP;
}

static void report_file_failure(const struct request *req, int kernel,
				int kmsg, int err, const char *cmdline)
{
	complain("kexec_file_load failed: %s", strerror(-err));
	if (kmsg_print_reason(kmsg))
		return;
	if (err == -ENOSYS && req->method == METHOD_FILE)
		complain("The running kernel does not read the files itself. Try -c.");
	/* A kernel that knows the flag gives a reason for each refusal. */
	if (req->self_extract && err == -EINVAL)
		complain("The running kernel seems not to know --self-extract. Leave it out:\n"
			 "kernels without it always do that.");
	if (wants_more_than_bzimage(req) && err == -EINVAL && !kernel_reports())
		complain("The running kernel loads a bzImage with its initrd only: no modules,\n"
			 "no addons, no profiles, no other formats. Try -c.");
	explain_image(kernel, req->kernel, err, cmdline);
}

/* A second call that fails, too, has said why by then. */
static int let_kernel_load(const struct request *req, const struct files *files, int kernel,
			   const char *cmdline)
{
	int kmsg = kmsg_open(), err = file_load(req, files, kernel, cmdline), raw = err;

	if (req->method == METHOD_AUTO && another_call_may_help(err)) {
		debug(req, "kexec_file_load: %s; now kexec_load", strerror(-err));
		raw = raw_load(req, kernel, files, cmdline);
	}
	if (raw)
		report_file_failure(req, kernel, kmsg, err, cmdline);
	if (kmsg >= 0)
		close(kmsg);
	return raw;
}

static int load_opened(const struct request *req, const struct files *files, int kernel)
{
	char *cmdline = build_cmdline(req, kernel);
	int err;

	if (!cmdline)
		return -ENOMEM;
	err = req->method == METHOD_RAW ? raw_load(req, kernel, files, cmdline) :
					  let_kernel_load(req, files, kernel, cmdline);
	free(cmdline);
	return err;
}

static int load_files(const struct request *req, int kernel)
{
	struct files files = {};
	int err = open_files(req, &files) ?: load_opened(req, &files, kernel);

	close_files(&files);
	return err;
}

/* Kernels say no more than "address not available" in this common case. */
static bool no_crash_memory(void)
{
	FILE *f = fopen("/sys/kernel/kexec_crash_size", "re");
	unsigned long long size = 1;

	if (!f)
		return false;
	if (fscanf(f, "%llu", &size) != 1)
		size = 1;
	fclose(f);
	return !size;
}

/**
 * load_image() - load the kernel a request names
 * @req: the request
 *
 * Prints what went wrong.
 *
 * Return: 0 or a negative errno.
 */
int load_image(const struct request *req)
{
	int fd, err;

	if (req->panic && no_crash_memory()) {
		complain("Memory for crashkernel is not reserved\n"
			 "Boot the running kernel with crashkernel=SIZE on its command line.");
		return -EADDRNOTAVAIL;
	}
	fd = open_file(req->kernel);
	if (fd < 0)
		return fd;
	if (req->debug)
		describe_image(fd);
	err = load_files(req, fd);
	close(fd);
	return err;
}

static int raw_unload(const struct request *req)
{
	unsigned long flags = req->panic ? KEXEC_ON_CRASH : 0;

	return syscall(SYS_kexec_load, 0, 0, NULL, flags) ? -errno : 0;
}

/**
 * unload_image() - empty the slot a request names
 * @req: the request
 *
 * An empty slot is what was asked for, not an error.
 *
 * Return: 0 or a negative errno.
 */
int unload_image(const struct request *req)
{
	int err;

	debug(req, "unloading the %s slot", req->panic ? "crash" : "normal");
	err = req->method == METHOD_RAW ? raw_unload(req) : call_file_unload(req->panic);
	if (req->method == METHOD_AUTO && another_call_may_help(err))
		err = raw_unload(req);
	if (err)
		complain("kexec unload failed: %s", strerror(-err));
	return err;
}
