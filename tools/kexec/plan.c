// SPDX-License-Identifier: GPL-2.0-only
/* What would be loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kexec.h"

static void print_names(const char *what, const struct names *names)
{
	size_t i;

	for (i = 0; i < names->nr; i++)
		say("%-13s %s\n", what, loaded_name(names->name[i]));
}

/**
 * has_systemd() - is systemd the init system?
 *
 * As sd_booted(3) finds out.
 *
 * Return: true if so.
 */
bool has_systemd(void)
{
	return !access("/run/systemd/system", F_OK);
}

/* What happens once it is loaded. */
static const char *what_then(const struct request *req)
{
	if (req->exec || req->force)
		return "jump into it";
	if (req->reboot)
		return has_systemd() ? "systemctl kexec" : "shutdown -r now";
	if (!req->load && !req->panic)
		return "shutdown -r now";
	return NULL;
}

/* A unified kernel image has a command line, which counts where none is given. */
static char *shown_line(const struct request *req, const char *cmdline)
{
	char *line = NULL;

	if (cmdline)
		return strdup(cmdline);
	kexec_unified_cmdline(req->kernel, req->profile, &line, NULL);
	return line;
}

static void print_plan_text(const struct request *req, const char *cmdline)
{
	say("%-13s %s\n", "kernel", req->kernel);
	print_names("initrd", &req->initrds);
	print_names("module", &req->modules);
	print_names("addon", &req->addons);
	if (req->dtb)
		say("%-13s %s\n", "device tree", req->dtb);
	if (cmdline)
		say("%-13s %s\n", "command line", cmdline);
	if (req->profile)
		say("%-13s %u\n", "profile", req->profile);
	say("%-13s %s\n", "slot", req->panic ? "crash" : "normal");
	if (what_then(req))
		say("%-13s %s\n", "then", what_then(req));
}

static void json_names(const char *what, const struct names *names)
{
	size_t i;

	printf(", \"%s\": [", what);
	for (i = 0; i < names->nr; i++) {
		printf(i ? ", " : "");
		json_string(loaded_name(names->name[i]));
	}
	putchar(']');
}

static void json_plan(const struct request *req, const char *cmdline)
{
	json_open();
	printf("\"kernel\": ");
	json_string(req->kernel);
	printf(", \"unified\": %s", kexec_kernel_is_unified(req->kernel) ? "true" : "false");
	json_names("initrds", &req->initrds);
	json_names("modules", &req->modules);
	json_names("addons", &req->addons);
	json_field("dtb", req->dtb);
	json_field("command_line", cmdline);
	printf(", \"profile\": %u", req->profile);
	json_field("slot", req->panic ? "crash" : "normal");
	json_field("then", what_then(req));
}

/**
 * print_plan() - print what would be loaded
 * @req: the request
 * @image: filled in
 *
 * What a load could not open is said as it would say it.
 *
 * Return: 0 or a negative errno, after a message.
 */
int print_plan(const struct request *req, struct kexec_image *image)
{
	struct kexec_error error;
	char *cmdline, *given;

	if (describe_request(req, image, &error) || kexec_diagnose(image, 0, &error) ||
	    request_cmdline(req, &given, &error))
		return print_error(&error);
	cmdline = shown_line(req, given);
	free(given);
	if (req->json) {
		json_plan(req, cmdline);
		puts("}");
	} else {
		print_plan_text(req, cmdline);
	}
	free(cmdline);
	return 0;
}

/**
 * print_check() - print as JSON what would be loaded, and what is in the way
 * @req: the request
 * @error: what is in the way; its code is 0 if that is nothing
 *
 * A command line that cannot be found out is one of these things.
 */
void print_check(const struct request *req, const struct kexec_error *error)
{
	char *cmdline, *given;

	request_cmdline(req, &given, NULL);
	cmdline = shown_line(req, given);
	free(given);
	json_plan(req, cmdline);
	printf(", \"replace\": %s, ", replaces_unasked(req) ? "true" : "false");
	json_result(error->code ? "refused" : "clear", error);
	puts("}");
	free(cmdline);
}
