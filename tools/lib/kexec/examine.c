// SPDX-License-Identifier: GPL-2.0-only
/* Whether the files of an image are such as can be loaded, and go together. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include "attempt.h"
#include "exam.h"

/* What they keep of the longest command line, NUL included: " elfcorehdr=0x" and an address. */
#define STOCK_KEEPS	31

/* Files are sorted by kind, and those of a kind are in the order of the image's own. */
static const char *part_name(const struct attempt *a, size_t number)
{
	const struct kexec_file_part *part = a->files->part;
	const struct source *source = a->image->part;
	size_t before = 0, i;

	for (i = 0; i < number; i++)
		before += part[i].kind == part[number].kind;
	while (source->kind != part[number].kind || before--)
		source++;
	return source->name;
}

static int check_kind(int fd, const char *name, struct kexec_error *error)
{
	struct stat st;

	if (fstat(fd, &st) || S_ISREG(st.st_mode))
		return 0;
	error_because(error, KEXEC_REASON_FILE_KIND, -EINVAL, "%s is %s, not a regular file",
		      name, S_ISDIR(st.st_mode) ? "a directory" : S_ISFIFO(st.st_mode) ?
		      "a pipe" : S_ISBLK(st.st_mode) ? "a block device" :
		      "a device or a socket");
	error_next(error, S_ISDIR(st.st_mode) ? "Name a file in it." :
		   "Write what it holds to a file, and name that.");
	return -EINVAL;
}

/**
 * check_regular() - is all that is to be loaded in files that could be?
 * @a: the attempt
 * @error: names the one that is not
 *
 * Kernels refuse all but regular files, without saying which it was.
 *
 * Return: 0 or -EINVAL.
 */
int check_regular(const struct attempt *a, struct kexec_error *error)
{
	int err = check_kind(a->kernel, a->image->kernel.name, error);
	size_t i;

	for (i = 0; i < a->files->nr && !err; i++)
		err = check_kind(a->files->part[i].fd, part_name(a, i), error);
	return err;
}

static const char another_file[] =
	"Name a kernel: a bzImage, a unified kernel image, a vmlinux, an ELF or multiboot program.";
static const char copy_again[] = "The file is damaged: install or copy it again.";
static const char another_machine[] = "Take a kernel that is built for this machine.";
static const char another_build[] = "Take another kernel: this one cannot be started by kexec.";

/* What to do follows from what is wrong. */
static const char *advice(enum kexec_reason reason)
{
	return reason == KEXEC_REASON_FILE_DAMAGED ? copy_again :
	       reason == KEXEC_REASON_OTHER_MACHINE ? another_machine :
	       reason == KEXEC_REASON_NOT_STARTABLE ? another_build : another_file;
}

static void tell(const struct attempt *a, const struct exam *e, struct kexec_error *error)
{
	const char *name = a->image->kernel.name;
	struct utsname here;

	error_cause(error, e->reason, advice(e->reason) == another_file ?
		    "%s is not %s that could be loaded: %s" : "%s is %s, but %s", name, e->format,
		    e->why);
	if (e->machine && !uname(&here))
		error_evidence(error, "%s: built for %s; this machine: %s", name, e->machine,
			       here.machine);
	error_next(error, "%s", advice(e->reason));
}

bool file_unsuitable(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = { .profile = a->image->profile };

	if (!open_exam(a->kernel, &e)) {
		error_cause(error, e.reason, "%s is %s", a->image->kernel.name, e.why);
		error_next(error, "%s", advice(e.reason));
		return true;
	}
	examine(&e);
	close_exam(&e);
	if (!e.why)
		return false;
	tell(a, &e, error);
	return true;
}

/**
 * cut_off() - is the kernel a bzImage that has lost its end?
 * @a: the attempt
 * @error: says so
 *
 * Kernels without reasons load what is left, and the jump ends in nothing.
 *
 * Return: true if so.
 */
bool cut_off(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = {};
	bool found;

	if (!open_exam(a->kernel, &e))
		return false;
	found = is_bzimage(&e) && e.reason == KEXEC_REASON_FILE_DAMAGED;
	close_exam(&e);
	if (found)
		tell(a, &e, error);
	return found;
}

bool wrong_type(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = { .profile = a->image->profile };
	bool is;

	if (!*a->image->format || !open_exam(a->kernel, &e))
		return false;
	is = is_of_type(&e, a->image->format);
	close_exam(&e);
	if (is && !e.why)
		return false;
	error_cause(error, is ? e.reason : KEXEC_REASON_WRONG_TYPE, "%s is no %s image%s%s",
		    a->image->kernel.name, a->image->format, is ? ": " : "", is ? e.why : "");
	error_next(error, "Leave out --type, or name a kernel of that type.");
	return true;
}

static bool takes_not(const struct attempt *a, const struct exam *e, size_t number,
		      struct kexec_error *error)
{
	unsigned int kind = a->files->part[number].kind;

	if (e->kinds & 1U << kind)
		return false;
	error_cause(error, KEXEC_REASON_MISFIT, "%s is %s, and that takes no %s",
		    a->image->kernel.name, e->format, kind_name(kind));
	error_next(error, "Leave out the %s %s.", kind_name(kind), part_name(a, number));
	return true;
}

/* What has profiles has addons. */
static bool has_none(const struct attempt *a, const struct exam *e, struct kexec_error *error)
{
	if (!a->image->profile || e->kinds & KIND(ADDON))
		return false;
	error_cause(error, KEXEC_REASON_MISFIT, "%s is %s, and that has no profiles",
		    a->image->kernel.name, e->format);
	error_next(error, "Leave out --profile.");
	return true;
}

bool misfit(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = { .profile = a->image->profile };
	bool found = false;
	size_t i;

	if (!open_exam(a->kernel, &e))
		return false;
	if (!*a->image->format || !is_of_type(&e, a->image->format))
		examine(&e);
	close_exam(&e);
	for (i = 0; i < a->files->nr && !found; i++)
		found = takes_not(a, &e, i, error);
	return found || has_none(a, &e, error);
}

/**
 * format_of() - what a file is that might be loaded
 * @a: the attempt
 *
 * Return: its format with an article, as "a PE file"; NULL if it is none that could be loaded.
 */
const char *format_of(const struct attempt *a)
{
	struct exam e = { .profile = a->image->profile };

	if (!open_exam(a->kernel, &e))
		return NULL;
	examine(&e);
	close_exam(&e);
	return e.why ? NULL : e.format;
}

/**
 * not_for_stock() - would kernels without reasons refuse to load a kernel themselves?
 * @a: the attempt
 *
 * Those for x86 take one format; what others take is not known here.
 *
 * Return: its format with an article if so, else NULL.
 */
const char *not_for_stock(const struct attempt *a)
{
	struct exam e = { .profile = a->image->profile };

	if (!IS_X86 || !open_exam(a->kernel, &e))
		return NULL;
	examine(&e);
	close_exam(&e);
	return e.why || e.stock ? NULL : e.format;
}

/**
 * kernel_memory() - how much memory the kernel of an attempt takes where it is entered
 * @a: the attempt
 *
 * Return: bytes, as far as the file says without being unpacked; 0 if it does not.
 */
unsigned long long kernel_memory(const struct attempt *a)
{
	struct exam e = { .profile = a->image->profile };

	if (!open_exam(a->kernel, &e))
		return 0;
	examine(&e);
	close_exam(&e);
	return e.memory;
}

bool line_too_long(const struct attempt *a, struct kexec_error *error)
{
	size_t length = strlen(a->cmdline), longest = image_cmdline_max(a->kernel);

	if (length <= longest)
		return false;
	error_cause(error, KEXEC_REASON_COMMAND_LINE_LENGTH,
		    "the command line has %zu bytes, %s takes %zu at most", length,
		    a->image->kernel.name, longest);
	error_next(error, "Shorten it: --remove=NAME leaves a parameter out of a reused one.");
	return true;
}

/**
 * line_kept_short() - do kernels without reasons leave too little room for the command line?
 * @a: the attempt
 * @error: says so
 *
 * For any kernel they count what they might add for a crash kernel.
 *
 * Return: true if so.
 */
bool line_kept_short(const struct attempt *a, struct kexec_error *error)
{
	size_t length = strlen(a->cmdline), longest = image_cmdline_max(a->kernel);

	if (!IS_X86 || longest == SIZE_MAX || length + STOCK_KEEPS <= longest ||
	    a->method != KEXEC_METHOD_FILE || kernel_reports())
		return false;
	error_cause(error, KEXEC_REASON_COMMAND_LINE_LENGTH,
		    "the command line has %zu bytes, and of the %zu that %s takes the running kernel keeps %d",
		    length, longest, a->image->kernel.name, STOCK_KEEPS);
	error_next(error, "Shorten it: --remove=NAME leaves a parameter out of a reused one.");
	return true;
}
