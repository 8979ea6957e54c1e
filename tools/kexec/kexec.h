/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the kexec program share. */
#ifndef _TOOLS_KEXEC_KEXEC_H
#define _TOOLS_KEXEC_KEXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <linux/compiler.h>
#include <linux/kexec.h>

/* Which system call loads and unloads. */
enum method {
	METHOD_FILE,	/* kexec_file_load(2): the kernel is the loader */
	METHOD_RAW,	/* kexec_load(2): this program is the loader */
	METHOD_AUTO,	/* the first, then the second if that can help */
};

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
 * @json: print it as JSON
 * @method: an enum method
 * @debug: say what is done
 * @reuse_cmdline: start from the running kernel's command line
 * @fast: hand over what the new kernel would measure again
 * @self_extract: let the image unpack itself when it is entered
 * @preserve_context: the image is going to return
 * @no_sync: leave file systems alone before @exec
 * @noefi: @append says so, too
 * @ignored: stands for options that need nothing done
 * @profile: profile of a unified kernel image
 * @mem_min: lowest address for what is placed here
 * @mem_max: highest address for that
 * @kernel: file to load
 * @type: name of the only format wanted
 * @append: its command line, or what follows the reused one
 * @remove: parameters to leave out of the reused one
 * @initrds: its initial RAM disks, in order
 * @modules: modules of a multiboot kernel; their texts follow after a blank
 * @addons: addons of a unified kernel image
 */
struct request {
	int help, version;
	int load, panic, exec, force, unload, report, status, estimate, print_size, json;
	int method;
	int debug, reuse_cmdline, fast, self_extract;
	int preserve_context, no_sync, noefi, ignored;
	unsigned int profile;
	unsigned long long mem_min, mem_max;
	const char *kernel, *type, *append;
	struct names remove, initrds, modules, addons;
};

/* Functions that return an int return 0 or a negative errno. */
int load_image(const struct request *req);
int unload_image(const struct request *req);

/**
 * struct files - what is loaded beside the kernel, opened
 * @part: as kexec_file_load(2) takes them
 * @nr: how many there are
 */
struct files {
	struct kexec_file_part part[3 * NAMES_MAX];
	size_t nr;
};

const char *format_name(const struct request *req);
bool wants_more_than_bzimage(const struct request *req);
int open_file(const char *path);
int open_files(const struct request *req, struct files *files);
void close_files(struct files *files);
int call_file_load(const struct request *req, const struct files *files, int kernel,
		   const char *cmdline, unsigned long flags);
int call_file_unload(bool panic);

int raw_load(const struct request *req, int fd, const struct files *files, const char *cmdline);

char *build_cmdline(const struct request *req, int fd);
const char *find_parameter(const char *line, const char *name);

int print_report(const struct request *req);
int print_status(const struct request *req);
bool kernel_reports(void);
void json_string(const char *text);
bool read_number(const char *directory, const char *name, unsigned long long *value);

int kmsg_open(void);
bool kmsg_print_reason(int fd);

void explain_image(int fd, const char *path, int err, const char *cmdline);
void describe_image(int fd);
bool is_running_build(int fd);
size_t image_cmdline_max(int fd);
int image_memory(const char *path, unsigned long long *size);

/**
 * struct unpacked - what an initial RAM disk takes
 * @known: it could be unpacked; @files and @bytes are right
 * @program: what unpacks it, or NULL
 * @packed: size of the file
 * @files: files and directories in it
 * @bytes: memory for them
 */
struct unpacked {
	bool known;
	const char *program;
	unsigned long long packed, files, bytes;
};

pid_t spawn_unpacker(const char *program, int input, int output);
int unpack_initrd(const char *path, struct unpacked *sum);
int print_estimate(const struct request *req);

void __printf(1, 2) complain(const char *format, ...);
void __printf(2, 3) debug(const struct request *req, const char *format, ...);

#endif /* _TOOLS_KEXEC_KEXEC_H */
