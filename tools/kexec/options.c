// SPDX-License-Identifier: GPL-2.0-only
/* The options of the kexec program: one table of them, and what goes together. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "kexec.h"
#include "options.h"

static struct request request;

/*
 * One line per option.  An option with @text takes a value and stores it
 * there, one with @names adds it there, one with @count takes a number; any other
 * stores @value at @number.
 */
struct option_line {
	char letter;
	const char *name;
	const char *meta;
	const char *help;
	int *number;
	int value;
	const char **text;
	struct names *names;
	unsigned int *count;
};

#define SET(field, to)	.number = &request.field, .value = (to)

static const struct option_line options[] = {
	{ 'l', "load", NULL, "load KERNEL", SET(load, 1) },
	{ 'p', "load-panic", NULL, "load KERNEL to be run after a panic",
	  SET(panic, 1) },
	{ 'e', "exec", NULL, "jump into the loaded kernel now", SET(exec, 1) },
	{ 'u', "unload", NULL,
	  "unload the loaded kernel; with -p the one for panics",
	  SET(unload, 1) },
	{ 0, "report", NULL,
	  "print how long the last handover took, and what is loaded",
	  SET(report, 1) },
	{ 'S', "status", NULL,
	  "say what is loaded; exit status 1 if a kernel for panics is",
	  SET(status, 1) },
	{ 0, "estimate", NULL,
	  "say how much crashkernel= is needed here, for KERNEL if given",
	  SET(estimate, 1) },
	{ 0, "json", NULL,
	  "with --report, --status or --estimate: print it as JSON",
	  SET(json, 1) },
	{ 's', "kexec-file-syscall", NULL,
	  "let the kernel read the files (the default)",
	  SET(method, METHOD_FILE) },
	{ 'c', "kexec-syscall", NULL,
	  "make segments here, for kernels that read no files",
	  SET(method, METHOD_RAW) },
	{ 'a', "kexec-syscall-auto", NULL,
	  "-s, and where the kernel cannot do that, -c",
	  SET(method, METHOD_AUTO) },
	{ 0, "initrd", "FILE",
	  "initial RAM disk; several become one, in this order",
	  .names = &request.initrds },
	{ 0, "ramdisk", "FILE", "the same", .names = &request.initrds },
	{ 0, "module", "\"FILE TEXT\"",
	  "module of a multiboot kernel, and its command line",
	  .names = &request.modules },
	{ 0, "addon", "FILE", "addon of a unified kernel image",
	  .names = &request.addons },
	{ 0, "profile", "NUMBER", "profile of a unified kernel image",
	  .count = &request.profile },
	{ 0, "append", "TEXT", "kernel command line", .text = &request.append },
	{ 0, "command-line", "TEXT", "the same", .text = &request.append },
	{ 0, "reuse-cmdline", NULL,
	  "start from the running kernel's command line",
	  SET(reuse_cmdline, 1) },
	{ 0, "remove", "NAME",
	  "leave that parameter out of the reused command line",
	  .names = &request.remove },
	{ 0, "fast", NULL,
	  "hand over what the new kernel would measure again",
	  SET(fast, 1) },
	{ 0, "self-extract", NULL,
	  "let the new kernel unpack itself when it is entered",
	  SET(self_extract, 1) },
	{ 0, "load-preserve-context", NULL,
	  "with -c: load a program that returns to this kernel",
	  SET(preserve_context, 1) },
	{ 'y', "no-sync", NULL, "do not sync file systems before -e",
	  SET(no_sync, 1) },
	{ 'd', "debug", NULL, "say what is done, here and in the kernel log",
	  SET(debug, 1) },
	{ 't', "type", "TYPE", "take no kernel of another format",
	  .text = &request.type },
	{ 'x', "no-ifdown", NULL, "accepted, not needed", SET(ignored, 1) },
	{ 'i', "no-checks", NULL, "accepted, not needed", SET(ignored, 1) },
	{ 'h', "help", NULL, "print this text", SET(help, 1) },
	{ 'v', "version", NULL, "print the version", SET(version, 1) },
};

/* Options without a letter report their place in the table, from here on. */
#define LONG_ONLY	256
/**
 * print_help() - print all options
 */
void print_help(void)
{
	const struct option_line *o;
	char left[40];

	puts("Usage: kexec [OPTION]... [KERNEL]\n"
	     "Load another kernel and jump into it. Without -l, -p, -e, -u, -S,\n"
	     "--report or --estimate, load KERNEL and shut down into it.\n");
	for (o = options; o < options + ARRAY_SIZE(options); o++) {
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s",
			 o->letter ? '-' : ' ', o->letter ?: ' ',
			 o->letter ? ',' : ' ', o->name, o->meta ? "=" : "",
			 o->meta ?: "");
		printf("  %-29s %s\n", left, o->help);
	}
}

/* Return: EXIT_USAGE. */
static int usage_error(const char *message)
{
	if (message)
		complain("kexec: %s", message);
	complain("Try 'kexec --help' for more information.");
	return EXIT_USAGE;
}

static bool takes_value(const struct option_line *o)
{
	return o->text || o->names || o->count;
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

static int apply(const struct option_line *o)
{
	if (o->names)
		return add_name(o->names, optarg);
	if (o->count)
		return set_count(o->count, optarg);
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
		return options + code - LONG_ONLY;
	for (o = options; o < options + ARRAY_SIZE(options); o++)
		if (code && o->letter == code)
			return o;
	return NULL;
}

/* Both forms getopt_long() wants come out of the one table. */
static void describe_options(char *letters, struct option *longs)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		longs[i] = (struct option){
			.name = options[i].name,
			.has_arg = takes_value(&options[i]) ?
				   required_argument : no_argument,
			.val = LONG_ONLY + i,
		};
		if (!options[i].letter)
			continue;
		*letters++ = options[i].letter;
		if (takes_value(&options[i]))
			*letters++ = ':';
	}
}

/**
 * parse_options() - read a command line
 * @argc: as main() has it
 * @argv: as main() has it
 * @req: set to what is asked for
 *
 * Prints what is wrong.
 *
 * Return: 0 or EXIT_USAGE.
 */
int parse_options(int argc, char **argv, const struct request **req)
{
	struct option longs[ARRAY_SIZE(options) + 1] = {};
	char letters[2 * ARRAY_SIZE(options) + 1] = "";
	const struct option_line *o;
	int code, err;

	describe_options(letters, longs);
	while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		o = find_option(code);
		if (!o)
			return usage_error(NULL);
		err = apply(o);
		if (err)
			return err;
	}
	if (argc - optind > 1)
		return usage_error("more than one kernel is named");
	request.kernel = argv[optind];
	*req = &request;
	return 0;
}

/**
 * wants_action() - is anything named that is to be done?
 * @req: the request
 *
 * Return: false if a kernel is to be loaded and shut down into.
 */
bool wants_action(const struct request *req)
{
	return req->load || req->panic || req->exec || req->unload ||
	       req->report || req->status || req->estimate;
}

/**
 * wants_load() - is a kernel to be loaded?
 * @req: the request
 *
 * -l and -p only pick the slot where -u or -S says what to do with it.
 *
 * Return: true if so; it is named then, or check_request() fails.
 */
bool wants_load(const struct request *req)
{
	if (req->estimate || (req->status && !req->kernel))
		return false;
	if (req->load || !wants_action(req))
		return true;
	return req->panic && (req->kernel || !req->unload);
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
	if (req->json && !req->report && !req->status && !req->estimate)
		return usage_error("--json needs --report, --status or --estimate");
	if (req->estimate && (req->load || req->exec || req->unload || req->report || req->status))
		return usage_error("--estimate goes with no other action but -p");
	if (req->status && (req->report || req->exec))
		return usage_error("--status goes with neither --report nor -e");
	if (wants_load(req) && !req->kernel)
		return usage_error("No kernel specified");
	if (!wants_load(req) && req->kernel && !req->estimate)
		return usage_error("a kernel is named, but nothing is to be loaded; add -l or -p");
	if (req->preserve_context && (req->method != METHOD_RAW || req->panic))
		return usage_error("--load-preserve-context needs -c and the normal slot");
	if (req->remove.nr && !req->reuse_cmdline)
		return usage_error("--remove needs --reuse-cmdline");
	if (!format_name(req))
		return usage_error("no such --type; see kexec(8)");
	if (req->self_extract && req->method == METHOD_RAW)
		return usage_error("--self-extract needs -s: with -c nothing is unpacked");
	return 0;
}
