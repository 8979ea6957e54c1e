/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the kexec program share. */
#ifndef _TOOLS_KEXEC_KEXEC_H
#define _TOOLS_KEXEC_KEXEC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/compiler.h>
#include <libkexec.h>
#include <libkexec-entries.h>

#define NAMES_MAX	32

/**
 * struct names - what an option was given that may be given again
 * @name: the values, in order
 * @nr: how many there are
 */
struct names {
	const char *name[NAMES_MAX];
	size_t nr;
};

/**
 * struct request - the command line, as given; order does not matter
 * @help: print the usage text
 * @version: print the version
 * @load: load @kernel into the normal slot
 * @panic: use the crash slot; with @kernel, load into it
 * @exec: jump into the loaded image
 * @force: load @kernel, if there is one, and jump
 * @unload: empty the slot
 * @report: print what the running kernel knows about kexec
 * @status: say what is loaded, in words and as the exit status
 * @estimate: say how much memory a crash kernel needs here
 * @print_size: print how much memory is reserved for a crash kernel
 * @list: print the boot loader's entries
 * @reboot: load the one it would start, or @entry, and reboot through the init system
 * @replace: do that even if something is loaded
 * @dry_run: only say what would be loaded
 * @check: only look for what would stand in the way
 * @json: print it as JSON
 * @unload_method: KEXEC_METHOD_* to empty slots with
 * @method: an enum kexec_method
 * @debug: say what is done
 * @reuse_cmdline: start from the running kernel's command line
 * @fast: hand over what the new kernel would measure again
 * @self_extract: let the image unpack itself when it is entered
 * @force_dtb: hand over the device tree of the running kernel
 * @no_cma: place nothing in memory for contiguous allocations
 * @preserve_context: the image is going to return
 * @no_sync: leave file systems alone before @exec
 * @no_checks: enter the image whatever has become of it
 * @noefi: the command line has to say so, too
 * @ignored: stands for options that need nothing done
 * @profile: profile of a unified kernel image
 * @mem_min: lowest address for what is placed here
 * @mem_max: highest address for that
 * @kernel: file to load
 * @entry: name of the boot loader entry that has it
 * @root: directory to look for such entries below; NULL: of this system
 * @type: name of the only format wanted
 * @dtb: its device tree
 * @append: its command line, or what follows the reused one
 * @remove: parameters to leave out of the reused one
 * @initrds: its initial RAM disks, in order
 * @modules: modules of a multiboot kernel; their texts follow after a blank
 * @addons: addons of a unified kernel image
 */
struct request {
	int help, version;
	int load, panic, exec, force, unload, report, status, estimate, print_size, json;
	int list, reboot, replace, dry_run, check;
	int method, unload_method;
	int debug, reuse_cmdline, fast, self_extract, force_dtb, no_cma;
	int preserve_context, no_sync, no_checks, noefi, ignored;
	unsigned int profile;
	unsigned long long mem_min, mem_max;
	const char *kernel, *entry, *root, *type, *dtb, *append;
	struct names remove, initrds, modules, addons;
};

enum kexec_slot slot_of(const struct request *req);
int request_cmdline(const struct request *req, char **line, struct kexec_error *error);
int describe_request(const struct request *req, struct kexec_image *image,
		     struct kexec_error *error);

/* These return 0 or a negative errno, after a message. */
int print_report(const struct request *req);
int print_status(const struct request *req);
int print_list(const struct request *req);
int print_plan(const struct request *req, struct kexec_image *image);
int choose_kernel(struct request *req);
int resolve_files(struct request *req);
void forget_files(void);
const char *loaded_name(const char *words);
int read_entries(const struct request *req, struct kexec_entries **entries,
		 struct kexec_error *error);
void tell_left_out(const struct kexec_entries *entries, const struct kexec_error *error);
void print_remarks(const struct kexec_entry *entry);
bool replaces_unasked(const struct request *req);
void forget_choice(void);
int print_estimate(const struct request *req, const struct kexec_image *image);
void print_check(const struct request *req, const struct kexec_error *error);

void json_open(void);
bool json_is_open(void);
void json_string(const char *text);
void json_field(const char *name, const char *value);
void json_result(const char *result, const struct kexec_error *error);
void json_close(void);

void __printf(1, 2) say(const char *format, ...);
void __printf(2, 0) say_args(FILE *to, const char *format, va_list args);
void __printf(1, 2) complain(const char *format, ...);
int print_error(const struct kexec_error *error);
int __printf(4, 5) refuse(enum kexec_reason reason, int code, const char *next,
			  const char *format, ...);
int out_of_memory(void);
bool has_systemd(void);

#endif /* _TOOLS_KEXEC_KEXEC_H */
