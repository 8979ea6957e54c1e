// SPDX-License-Identifier: GPL-2.0-only
/* The options of the kexec program: one table of them, and what goes together. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "kexec.h"
#include "options.h"

static struct request request = { .mem_max = ULLONG_MAX };

/* Which call is used where none is named depends on what else is asked for. */
#define METHOD_UNNAMED	(-1)

enum kind {
	NEEDED,
	ACCEPTED,	/* other programs need it for what is done here anyway */
	REFUSED,	/* what it asks for cannot be done; the help says why */
};

/*
 * One line per option.  An option with @meta takes a value.  That is stored at @text,
 * @count or @address, or added to @names; one without @meta adds @given there, or
 * stores @value at @number.
 */
struct option_line {
	char letter;
	enum kind kind;
	const char *name;
	const char *meta;
	const char *help;
	int *number;
	int value;
	const char **text;
	const char *given;
	struct names *names;
	unsigned int *count;
	unsigned long long *address;
};

#define SET(field, to)	.number = &request.field, .value = (to)
#define ACCEPT(what, with, why) \
	{ .kind = ACCEPTED, .name = (what), .meta = (with), .help = (why), SET(ignored, 1) }
#define REFUSE(what, with, why) \
	{ .kind = REFUSED, .name = (what), .meta = (with), .help = (why) }

static const struct option_line options[] = {
	{ 'l', .name = "load", .help = "load KERNEL", SET(load, 1) },
	{ 'p', .name = "load-panic", .help = "load KERNEL to be run after a panic",
	  SET(panic, 1) },
	{ 'e', .name = "exec", .help = "jump into the loaded kernel now", SET(exec, 1) },
	{ 'f', .name = "force", .help = "load KERNEL and jump into it now", SET(force, 1) },
	{ 'u', .name = "unload", .help = "unload the loaded kernel; with -p the one for panics",
	  SET(unload, 1) },
	{ 0, .name = "report",
	  .help = "print how long the last handover took, and what is loaded",
	  SET(report, 1) },
	{ 'S', .name = "status",
	  .help = "say what is loaded; exit status 1 if a kernel for panics is",
	  SET(status, 1) },
	{ 0, .name = "estimate",
	  .help = "say how much crashkernel= is needed here, for KERNEL if given",
	  SET(estimate, 1) },
	{ 0, .name = "list", .help = "list what the boot loader has to start; * marks its default",
	  SET(list, 1) },
	{ 0, .name = "reboot",
	  .help = "load what the boot loader would start, or --entry, and reboot into it",
	  SET(reboot, 1) },
	{ 0, .name = "entry", .meta = "ID",
	  .help = "load the kernel of that boot loader entry; also @default, @running",
	  .text = &request.entry },
	{ 0, .name = "replace", .help = "without -l and a kernel's name: even if one is loaded",
	  SET(replace, 1) },
	{ 0, .name = "root", .meta = "DIRECTORY",
	  .help = "look for boot loader entries below it", .text = &request.root },
	{ 0, .name = "check", .help = "look for what would keep it from being loaded; load nothing",
	  SET(check, 1) },
	{ 0, .name = "dry-run", .help = "say what would be loaded, and load nothing",
	  SET(dry_run, 1) },
	{ 0, .name = "print-ckr-size", .help = "print how many bytes are reserved for panics",
	  SET(print_size, 1) },
	{ 0, .name = "json", .help = "print as JSON what is told, and what has come of it",
	  SET(json, 1) },
	{ 's', .name = "kexec-file-syscall",
	  .help = "let the kernel read the files (the default)", SET(method, KEXEC_METHOD_FILE) },
	{ 'c', .name = "kexec-syscall",
	  .help = "make segments here, for kernels that read no files",
	  SET(method, KEXEC_METHOD_SEGMENTS) },
	{ 'a', .name = "kexec-syscall-auto",
	  .help = "-s, and where the kernel cannot do that, -c", SET(method, KEXEC_METHOD_AUTO) },
	{ 0, .name = "initrd", .meta = "FILE",
	  .help = "initial RAM disk; several become one, in this order",
	  .names = &request.initrds },
	{ 0, .name = "ramdisk", .meta = "FILE", .help = "the same", .names = &request.initrds },
	{ 0, .name = "reuseinitrd", .help = "the initrd that the running kernel was booted with",
	  .names = &request.initrds, .given = RUNNING_INITRD },
	{ 0, .name = "module", .meta = "\"FILE TEXT\"",
	  .help = "module of a multiboot kernel, and its command line",
	  .names = &request.modules },
	{ 0, .name = "addon", .meta = "FILE", .help = "addon of a unified kernel image",
	  .names = &request.addons },
	{ 0, .name = "dtb", .meta = "FILE", .help = "device tree for the new kernel",
	  .text = &request.dtb },
	{ 0, .name = "devicetreeblob", .meta = "FILE", .help = "the same", .text = &request.dtb },
	{ 0, .name = "force-dtb", .help = "hand over the device tree that this kernel runs with",
	  SET(force_dtb, 1) },
	{ 0, .name = "profile", .meta = "NUMBER", .help = "profile of a unified kernel image",
	  .count = &request.profile },
	{ 0, .name = "append", .meta = "TEXT", .help = "kernel command line",
	  .text = &request.append },
	{ 0, .name = "command-line", .meta = "TEXT", .help = "the same",
	  .text = &request.append },
	{ 0, .name = "reuse-cmdline", .help = "start from the running kernel's command line",
	  SET(reuse_cmdline, 1) },
	{ 0, .name = "remove", .meta = "NAME",
	  .help = "leave that parameter out of the reused command line",
	  .names = &request.remove },
	{ 0, .name = "noefi", .help = "put noefi on the command line", SET(noefi, 1) },
	{ 0, .name = "fast", .help = "hand over what the new kernel would measure again",
	  SET(fast, 1) },
	{ 0, .name = "self-extract",
	  .help = "let the new kernel unpack itself when it is entered", SET(self_extract, 1) },
	{ 0, .name = "no-cma",
	  .help = "place nothing in memory for contiguous allocations", SET(no_cma, 1) },
	{ 0, .name = "load-preserve-context",
	  .help = "load a program that returns to this kernel; means -l and -c",
	  SET(preserve_context, 1) },
	{ 0, .name = "mem-min", .meta = "ADDRESS", .help = "place nothing below; means -c",
	  .address = &request.mem_min },
	{ 0, .name = "mem-max", .meta = "ADDRESS", .help = "place nothing above; means -c",
	  .address = &request.mem_max },
	{ 'y', .name = "no-sync", .help = "do not sync file systems before -e",
	  SET(no_sync, 1) },
	{ 'i', .name = "no-checks",
	  .help = "enter the kernel even if it has changed in memory since it was loaded",
	  SET(no_checks, 1) },
	{ 'd', .name = "debug", .help = "say what is done, here and in the kernel log",
	  SET(debug, 1) },
	{ 't', .name = "type", .meta = "TYPE", .help = "take no kernel of another format",
	  .text = &request.type },
	{ 'h', .name = "help", .help = "print this text", SET(help, 1) },
	{ 'v', .name = "version", .help = "print the version", SET(version, 1) },

	{ 'x', ACCEPTED, "no-ifdown", .help = "the kernel stops network devices",
	  SET(ignored, 1) },
	ACCEPT("hotplug", NULL, "-s always follows CPUs and memory that come and go"),
	ACCEPT("args-linux", NULL, "found out from the file"),
	ACCEPT("args-elf", NULL, "found out from the file"),
	ACCEPT("args-none", NULL, "found out from the file"),
	ACCEPT("entry-32bit", NULL, "found out from the file"),
	ACCEPT("elf32-core-headers", NULL, "dumps have 64-bit headers"),
	ACCEPT("elf64-core-headers", NULL, "dumps have 64-bit headers"),
	ACCEPT("pass-memmap-cmdline", NULL, "the memory map is always passed"),
	ACCEPT("reuse-video-type", NULL, "the video mode is always passed"),
	ACCEPT("dt-no-old-root", NULL, "root= is only taken from --reuse-cmdline"),
	ACCEPT("reset-vga", NULL, "nothing is printed between the kernels"),
	ACCEPT("console-vga", NULL, "nothing is printed between the kernels"),
	ACCEPT("console-serial", NULL, "nothing is printed between the kernels"),
	ACCEPT("serial", "PORT", "nothing is printed between the kernels"),
	ACCEPT("serial-baud", "RATE", "nothing is printed between the kernels"),

	REFUSE("real-mode", NULL, "a kernel has run, so its firmware can no longer be called"),
	REFUSE("load-jump-back-helper", NULL, "programs that return need no helper"),
	REFUSE("load-live-update", NULL, "this is no tool for the Xen hypervisor"),
	REFUSE("exec-live-update", NULL, "this is no tool for the Xen hypervisor"),
	REFUSE("atags", NULL, "kernels for 32-bit ARM are not loaded"),
	REFUSE("image-size", "BYTES", "kernels for 32-bit ARM are not loaded"),
	REFUSE("page-offset", "ADDRESS", "kernels for 32-bit ARM are not loaded"),
	REFUSE("bootinfo", "FILE", "kernels for m68k are not loaded"),
	REFUSE("gamecube", "NUMBER", "kernels for 32-bit PowerPC are not loaded"),
	REFUSE("reuse-node", "NODE", "kernels for 32-bit PowerPC are not loaded"),
	REFUSE("noio", NULL, "kernels for IA-64 are not loaded"),
	REFUSE("vmm", "FILE", "kernels for IA-64 are not loaded"),
	REFUSE("empty-zero", "ADDRESS", "kernels for SuperH are not loaded"),
	REFUSE("howto", "NUMBER", "kernels for SuperH are not loaded"),
	REFUSE("miniroot", "FILE", "kernels for SuperH are not loaded"),
};

/* Options without a letter report their place in the table, from here on. */
#define LONG_ONLY	256
static void print_option(const struct option_line *o)
{
	char left[40];

	snprintf(left, sizeof(left), "%c%c%c --%s%s%s",
		 o->letter ? '-' : ' ', o->letter ?: ' ', o->letter ? ',' : ' ',
		 o->name, o->meta ? "=" : "", o->meta ?: "");
	printf("  %-29s %s\n", left, o->help);
}

static void print_options(enum kind kind)
{
	const struct option_line *o;

	for (o = options; o < options + ARRAY_SIZE(options); o++)
		if (o->kind == kind)
			print_option(o);
}

/**
 * print_help() - print all options
 */
void print_help(void)
{
	puts("Usage: kexec [OPTION]... [KERNEL]\n"
	     "Load another kernel and jump into it. Without -l, -p, -e, -f, -u, -S,\n"
	     "--report, --estimate, --list, --reboot or --print-ckr-size, load KERNEL and shut\n"
	     "down into it.\n");
	print_options(NEEDED);
	puts("\nAccepted, for scripts; they change nothing:");
	print_options(ACCEPTED);
	puts("\nRefused:");
	print_options(REFUSED);
}

/**
 * usage_error() - say what is wrong with the command line, and where to look
 * @message: that
 *
 * Return: EXIT_USAGE.
 */
int usage_error(const char *message)
{
	refuse(KEXEC_REASON_ARGUMENT, -EINVAL, "Try 'kexec --help' for more information.", "%s",
	       message);
	return EXIT_USAGE;
}

static int __printf(1, 2) usage(const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	usage_error(message ?: "the command line makes no sense");
	free(message);
	return EXIT_USAGE;
}

static int add_name(struct names *names, const char *name)
{
	if (names->nr == NAMES_MAX)
		return usage_error("an option is given too often");
	if (names == &request.remove && (!*name || strpbrk(name, "= \t\n\"")))
		return usage_error("--remove takes the name of a parameter alone");
	names->name[names->nr++] = name;
	return 0;
}

static int set_count(unsigned int *count, const char *text)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 0);
	if (errno || *end || end == text || *text == '-' || number > UINT_MAX)
		return usage_error("--profile takes a number");
	*count = number;
	return 0;
}

static int set_address(const struct option_line *o)
{
	char *end;

	errno = 0;
	*o->address = strtoull(optarg, &end, 0);
	if (!errno && !*end && end != optarg && *optarg != '-')
		return 0;
	return usage("--%s takes an address", o->name);
}

static int refuse_option(const struct option_line *o)
{
	refuse(KEXEC_REASON_ARGUMENT, -EINVAL, "", "--%s is refused: %s", o->name, o->help);
	return EXIT_USAGE;
}

static int apply(const struct option_line *o)
{
	if (o->kind == REFUSED)
		return refuse_option(o);
	if (o->names)
		return add_name(o->names, o->meta ? optarg : o->given);
	if (o->count)
		return set_count(o->count, optarg);
	if (o->address)
		return set_address(o);
	if (o->text)
		*o->text = optarg;
	else
		*o->number = o->value;
	return 0;
}

static const struct option_line *find_option(int code)
{
	const struct option_line *o;

	if (code >= LONG_ONLY)
		return options + (code - LONG_ONLY);
	for (o = options; o < options + ARRAY_SIZE(options); o++)
		if (code && o->letter == code)
			return o;
	return NULL;
}

/* Both forms getopt_long() wants come out of the one table; the colon is for NO_VALUE. */
static void describe_options(char *letters, struct option *longs)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		longs[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].meta ? required_argument : no_argument,
			.val = LONG_ONLY + i,
		};
		if (!options[i].letter)
			continue;
		*letters++ = options[i].letter;
		if (options[i].meta)
			*letters++ = ':';
	}
}

/* Places and contexts are the business of -c, so that is what asks for them means. */
static void choose_method(struct request *req)
{
	bool places = req->mem_min || req->mem_max != ULLONG_MAX;

	if (req->preserve_context)
		req->load = 1;
	/* An empty slot is an empty slot, however it came to be. */
	req->unload_method = req->method == METHOD_UNNAMED ? KEXEC_METHOD_AUTO : req->method;
	if (req->method == METHOD_UNNAMED)
		req->method = req->preserve_context || (places && !req->panic) ?
			      KEXEC_METHOD_SEGMENTS : KEXEC_METHOD_FILE;
	if (places && req->method == KEXEC_METHOD_FILE)
		complain("kexec: --mem-min and --mem-max change nothing with -s");
}

/* What getopt_long() returns where an option's value is missing. */
#define NO_VALUE	':'

/* Several names may begin like that, of which none is the whole of it. */
static bool is_ambiguous(const char *word)
{
	size_t len = strcspn(word + 2, "="), i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		nr += !strncmp(options[i].name, word + 2, len);
	return nr > 1;
}

/* getopt_long() has said NO_VALUE or '?', and in optopt which option of the table that is. */
static int bad_option(int code, const char *word)
{
	if (optopt >= LONG_ONLY)
		return usage("option '--%s' %s", find_option(optopt)->name,
			     code == NO_VALUE ? "requires an argument" :
			     "doesn't allow an argument");
	if (optopt)
		return usage("%s -- '%c'", code == NO_VALUE ? "option requires an argument" :
			     "invalid option", optopt);
	if (is_ambiguous(word))
		return usage("option '%s' is ambiguous", word);
	return usage("unrecognized option '%s'", word);
}

/* Behind a mistake all that counts is how it is to be told. */
static int take(int code, const char *word, int err)
{
	const struct option_line *o = find_option(code);

	if (!err)
		return o ? apply(o) : bad_option(code, word);
	if (o && o->number == &request.json)
		request.json = 1;
	return err;
}

/**
 * parse_options() - read a command line
 * @argc: as main() has it
 * @argv: as main() has it
 * @req: set to what is asked for; after a mistake, to how that is to be told
 *
 * Prints what is wrong.
 *
 * Return: 0 or EXIT_USAGE.
 */
int parse_options(int argc, char **argv, struct request **req)
{
	struct option longs[ARRAY_SIZE(options) + 1] = {};
	char letters[2 * ARRAY_SIZE(options) + 2] = "";
	int code, err = 0;

	*req = &request;
	request.method = METHOD_UNNAMED;
	describe_options(letters, longs);
	opterr = 0;
	while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		err = take(code, argv[optind - 1], err);
	if (!err && argc - optind > 1)
		err = usage_error("more than one kernel is named");
	if (err)
		return err;
	request.kernel = argv[optind];
	choose_method(&request);
	return 0;
}
