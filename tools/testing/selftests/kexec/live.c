// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kselftest programs: what of kexec_selftest a running system can do with.
 *
 * Each program has this main() and goes by its own name.  It asks for what it needs,
 * or skips, and says by name what is missing.  The test runs in a child; whatever
 * ends that, the parent leaves the slots as they were.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows.h"

#define OURS		"/sys/kernel/kexec/normal/error"
#define DISABLED	"/proc/sys/kernel/kexec_load_disabled"
#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define INITRD_SIZE	(16 * MIB)
/* Far less than what is lost if a test's loads leave their images behind. */
#define TOLERATED_KIB	(100 * 1024)

/* What a test needs beyond a kernel that takes loads. */
#define CHANGES_SLOT	BIT(0)
#define THIS_SERIES	BIT(1)
#define TWO_CPUS	BIT(2)
#define TO_BE_ASKED	BIT(3)

static const struct test {
	const char *name;
	unsigned long needs;
	int (*run)(int argc, char **argv);
	const char *operand;
	bool initrd;
} tests[] = {
	{ "kexec_refused", 0, test_refused },
	{ "kexec_allowed", CHANGES_SLOT, test_allowed },
	{ "kexec_arguments", THIS_SERIES, test_bad_arguments },
	{ "kexec_sysfs", CHANGES_SLOT | THIS_SERIES, test_sysfs },
	{ "kexec_race", CHANGES_SLOT | TWO_CPUS, test_race, "500" },
	{ "kexec_cycles", CHANGES_SLOT, test_few_cycles, .initrd = true },
	{ "kexec_killed", CHANGES_SLOT | THIS_SERIES, test_killed_normal, "64" },
	{ "kexec_return", CHANGES_SLOT | TO_BE_ASKED, test_context, "2" },
};

static char kernel[4096];
static pid_t child;

static bool find_kernel(void)
{
	const char *told = getenv("KEXEC_KERNEL");
	struct utsname names;

	if (uname(&names))
		stop("uname");
	if (told)
		snprintf(kernel, sizeof(kernel), "%s", told);
	else
		snprintf(kernel, sizeof(kernel), "/boot/vmlinuz-%s", names.release);
	return !access(kernel, R_OK);
}

static bool locked_down(void)
{
	char text[128] = "";
	FILE *file = fopen(LOCKDOWN, "r");

	if (!file)
		return false;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text[0] && !strstr(text, "[none]");
}

/* Neither call is refused for who makes it or for want of a signature: an unknown flag is. */
static const char *no_calls(void)
{
	const struct load segments = { .flags = BIT(40) };
	const struct load file = { .how = BY_FILE, .flags = BIT(40), .kernel = -1, .initrd = -1 };

	if (attempt(&segments) == ENOSYS)
		return "this kernel has no kexec_load(2)";
	if (attempt(&file) == ENOSYS)
		return "this kernel has no kexec_file_load(2)";
	if (attempt(&segments) == EPERM || attempt(&file) == EPERM)
		return "kexec is not permitted here";
	return NULL;
}

/* Why nothing can be tested at all, or NULL. */
static const char *no_kexec(void)
{
	if (geteuid())
		return "this needs root";
	if (access("/sys/kernel/kexec_loaded", R_OK))
		return "this kernel has no kexec";
	if (!access(DISABLED, R_OK) && read_number(DISABLED))
		return "kernel.kexec_load_disabled is set";
	if (locked_down())
		return "the kernel is locked down";
	if (!find_kernel())
		return "there is no kernel to load: KEXEC_KERNEL=file names one";
	return no_calls();
}

/* Why this test cannot be made, or NULL. */
static const char *no_test(const struct test *test)
{
	if (test->needs & TO_BE_ASKED && !getenv("KEXEC_JUMP"))
		return "it leaves this kernel and comes back: KEXEC_JUMP=1 asks for that";
	if (test->needs & THIS_SERIES && access(OURS, F_OK))
		return "this kernel has no " OURS;
	if (test->needs & TWO_CPUS && sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return "this needs two processors";
	if (test->needs & CHANGES_SLOT && armed(false) && !getenv("KEXEC_RELOAD"))
		return "an image is loaded: KEXEC_RELOAD=command loads it again afterwards";
	return NULL;
}

/* Only trying tells whether signatures are enforced. */
static const char *no_unsigned(const struct test *test)
{
	struct load load = KERNEL(-1);
	int error;

	if (!(test->needs & CHANGES_SLOT))
		return NULL;
	load.kernel = open_file(kernel);
	error = attempt(&load);
	close(load.kernel);
	if (error == EKEYREJECTED || error == ENOKEY || error == ENODATA || error == EPERM ||
	    error == EBADMSG)
		return "this kernel does not take the file: its signature is not good";
	unload(false);
	return NULL;
}

static const char *initrd_path(void)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", make_file(NULL, INITRD_SIZE));
	return path;
}

/* Shows on a kernel without this series what it does not do. */
static void without_reasons(void)
{
	expect_stock();
	plan(1);
	skip("this kernel does not", "the log says why a load was refused");
}

static int run(const struct test *test)
{
	const char *operand = test->initrd ? initrd_path() : test->operand;
	char *argv[3] = { kernel, (char *)operand };
	const char *why = no_unsigned(test);

	if (why)
		return report_nothing(why);
	tolerate_kib(TOLERATED_KIB);
	if (access(OURS, F_OK))
		without_reasons();
	test->run(operand ? 2 : 1, argv);
	return report_end();
}

static void end_child(int number)
{
	kill(child, number);
}

static int wait_for_child(void)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			stop("the test");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* What the slot held cannot be had from the kernel; whoever loaded it can do so again. */
static bool put_back(bool was_armed)
{
	if (armed(false))
		unload(false);
	if (was_armed && system(getenv("KEXEC_RELOAD")))
		return false;
	return armed(false) == was_armed;
}

/* Runs the test with nothing to lose. */
static int supervise(const struct test *test)
{
	const bool before[] = { armed(false), armed(true) };
	int status;

	child = fork();
	if (child < 0)
		stop("fork");
	if (!child)
		exit(run(test));
	signal(SIGTERM, end_child);
	signal(SIGINT, end_child);
	status = wait_for_child();
	if (test->needs & CHANGES_SLOT && !put_back(before[false])) {
		printf("Bail out! the normal slot is not as it was\n");
		return 1;
	}
	if (armed(false) != before[false] || armed(true) != before[true]) {
		printf("Bail out! a slot is not as it was\n");
		return 1;
	}
	return status;
}

int main(int argc, char **argv)
{
	const struct test *test = tests;
	const char *why;

	while (test < tests + ARRAY_SIZE(tests) &&
	       strcmp(test->name, program_invocation_short_name))
		test++;
	if (test == tests + ARRAY_SIZE(tests) || argc != 1) {
		fprintf(stderr, "usage: kexec_NAME, as a kselftest program; see README.rst\n");
		return 1;
	}
	report_numbered();
	why = no_kexec();
	if (!why)
		why = no_test(test);
	return why ? report_nothing(why) : supervise(test);
}
