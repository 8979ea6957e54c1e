// SPDX-License-Identifier: GPL-2.0-only
/* Which kernel, where none or only a kernel is named, and the boot loader's entries. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "kexec.h"
#include "options.h"

/* Where boot_params.hdr.ramdisk_size is: Documentation/arch/x86/boot.rst. */
#define RAMDISK_SIZE	0x21c

/* What a request points into once a kernel is chosen, until forget_choice(). */
static struct kexec_entries *entries;
static bool is_found;
static char *found_kernel, *found_initrd, *joined;
static const char * const kinds[] = {
	[KEXEC_ENTRY_BLS] = "bls", [KEXEC_ENTRY_UKI] = "uki", [KEXEC_ENTRY_GRUB] = "grub",
};

/* Lists and plans: text */

static void print_entry(const struct kexec_entry *entry, int width)
{
	const char *version = kexec_entry_version(entry), *title = kexec_entry_title(entry);

	say("%-*s %c %s", width, kexec_entry_id(entry),
	    kexec_entry_is_default(entry) ? '*' : ' ', title);
	if (version && !strstr(title, version))
		say(" (%s)", version);
	putchar('\n');
}

static void print_entries(void)
{
	const struct kexec_entry *entry;
	int width = 0, len;
	size_t i;

	for (i = 0; (entry = kexec_entries_get(entries, i)); i++) {
		len = strlen(kexec_entry_id(entry));
		width = len > width ? len : width;
	}
	for (i = 0; (entry = kexec_entries_get(entries, i)); i++)
		print_entry(entry, width);
}

static void print_remarks(const struct kexec_entry *entry)
{
	size_t i;

	for (i = 0; kexec_entry_remark(entry, i); i++)
		complain("kexec: %s: %s", kexec_entry_id(entry), kexec_entry_remark(entry, i));
}

/* What is loaded, without options that tell how: a module may have some in front. */
static const char *loaded_name(const struct names *names, size_t i)
{
	const char *name = names->name[i];

	while (!strncmp(name, "--", 2) && strchr(name, ' '))
		name += strcspn(name, " ") + 1;
	return name;
}

static void print_names(const char *what, const struct names *names)
{
	size_t i;

	for (i = 0; i < names->nr; i++)
		say("%-13s %s\n", what, loaded_name(names, i));
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

/* Lists and plans: JSON */

static void json_files(const char *name, const struct kexec_entry *entry,
		       const char *(*get)(const struct kexec_entry *entry, size_t number))
{
	size_t i;

	printf(", \"%s\": [", name);
	for (i = 0; get(entry, i); i++) {
		printf(i ? ", " : "");
		json_string(get(entry, i));
	}
	putchar(']');
}

static void json_entry(const struct kexec_entry *entry)
{
	printf(" {\"id\": ");
	json_string(kexec_entry_id(entry));
	printf(", \"default\": %s", kexec_entry_is_default(entry) ? "true" : "false");
	json_field("kind", kinds[kexec_entry_kind(entry)]);
	json_field("title", kexec_entry_title(entry));
	json_field("version", kexec_entry_version(entry));
	json_field("release", kexec_entry_release(entry));
	json_field("machine_id", kexec_entry_machine_id(entry));
	json_field("sort_key", kexec_entry_sort_key(entry));
	json_field("source", kexec_entry_source(entry));
	json_field("kernel", kexec_entry_kernel(entry));
	json_files("initrds", entry, kexec_entry_initrd);
	json_files("modules", entry, kexec_entry_module);
	json_files("addons", entry, kexec_entry_addon);
	json_field("devicetree", kexec_entry_devicetree(entry));
	json_field("options", kexec_entry_options(entry));
	json_files("remarks", entry, kexec_entry_remark);
	printf(", \"profile\": %u}", kexec_entry_profile(entry));
}

static void json_entries(void)
{
	const struct kexec_entry *entry;
	size_t i;

	json_open();
	printf("\"entries\": [");
	for (i = 0; (entry = kexec_entries_get(entries, i)); i++) {
		puts(i ? "," : "");
		json_entry(entry);
	}
	printf("], \"left_out\": [");
	for (i = 0; kexec_entries_left_out(entries, i); i++) {
		puts(i ? "," : "");
		json_string(kexec_entries_left_out(entries, i));
	}
	puts("]}");
}

static void json_names(const char *what, const struct names *names)
{
	size_t i;

	printf(", \"%s\": [", what);
	for (i = 0; i < names->nr; i++) {
		printf(i ? ", " : "");
		json_string(loaded_name(names, i));
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

/* The choice */

static int read_entries(const struct request *req, struct kexec_error *error)
{
	return kexec_entries_read(req->root ?: "/", &entries, error);
}

static void tell_left_out(const struct kexec_error *error)
{
	size_t i;

	for (i = 0; kexec_entries_left_out(entries, i); i++)
		complain("%s", kexec_entries_left_out(entries, i));
	if (*error->next)
		complain("%s", error->next);
}

/* What only others may read can be the default entry. */
static void tell_no_default(void)
{
	struct kexec_error error;

	if (kexec_entries_count(entries) && !kexec_entries_default(entries, &error))
		print_error(&error);
}

/**
 * print_list() - print what the boot loader has to start
 * @req: the request
 *
 * What was left out, and why, is told with -d, or if there is nothing else; that there is no
 * default one always.
 *
 * Return: 0 or a negative errno, after a message.
 */
int print_list(const struct request *req)
{
	struct kexec_error error;
	size_t i;

	if (read_entries(req, &error))
		return print_error(&error);
	if (*error.evidence && (req->debug || !kexec_entries_count(entries)))
		tell_left_out(&error);
	tell_no_default();
	for (i = 0; req->debug && i < kexec_entries_count(entries); i++)
		print_remarks(kexec_entries_get(entries, i));
	if (req->json)
		json_entries();
	else if (kexec_entries_count(entries))
		print_entries();
	else
		complain("kexec: there are no boot loader entries below %s", req->root ?: "/");
	return 0;
}

/* As a load says it. */
static int try_to_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err = errno;

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (!strcmp(path, RUNNING_INITRD))
		return refuse(KEXEC_REASON_INITRD_NOT_KEPT, -err,
			      "Boot with retain_initrd on the command line, or name the file.",
			      "cannot open %s: %s", path, strerror(err));
	return refuse(err == EACCES ? KEXEC_REASON_FILE_DENIED : KEXEC_REASON_FILE_MISSING, -err,
		      err == EACCES ? "Run it as root." : "Name a file that is there.",
		      "cannot open %s: %s", path, strerror(err));
}

/* Of a module its text is left out, which a blank begins. */
static int try_names(const struct names *names, const char *end)
{
	const char *name;
	char *path;
	size_t i;
	int err;

	for (i = 0, err = 0; i < names->nr && !err; i++) {
		name = loaded_name(names, i);
		path = strndup(name, strcspn(name, end));
		err = path ? try_to_open(path) : out_of_memory();
		free(path);
	}
	return err;
}

/* What cannot be opened will not be loaded. */
static int try_files(const struct request *req)
{
	return try_to_open(req->kernel) ?: try_names(&req->initrds, "") ?:
	       try_names(&req->modules, " ") ?: try_names(&req->addons, "") ?:
	       (req->dtb ? try_to_open(req->dtb) : 0);
}

/**
 * print_plan() - print what would be loaded
 * @req: the request
 *
 * Return: 0 or a negative errno, after a message.
 */
int print_plan(const struct request *req)
{
	struct kexec_error error;
	char *cmdline, *given;
	int err = try_files(req);

	if (err)
		return err;
	if (request_cmdline(req, &given, &error))
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

static int too_many(size_t nr)
{
	char next[80];

	snprintf(next, sizeof(next), "Give %zu less, or join initial RAM disks to one file.", nr);
	return refuse(KEXEC_REASON_TOO_MANY_FILES, -E2BIG, next,
		      "the boot loader entry has too many files");
}

/* What the entry has comes first, what is given behind it. */
static int put_first(struct names *names, const struct kexec_entry *entry,
		     const char *(*get)(const struct kexec_entry *entry, size_t number))
{
	size_t nr = 0;

	while (get(entry, nr))
		nr++;
	if (nr > NAMES_MAX - names->nr)
		return too_many(nr + names->nr - NAMES_MAX);
	memmove(names->name + nr, names->name, names->nr * sizeof(*names->name));
	names->nr += nr;
	while (nr--)
		names->name[nr] = get(entry, nr);
	return 0;
}

/* What a unified kernel image says itself is left to whoever loads it. */
static int add_options(struct request *req, const struct kexec_entry *entry)
{
	const char *options = kexec_entry_options(entry);

	if (kexec_entry_kind(entry) == KEXEC_ENTRY_UKI && !req->append && !req->noefi)
		return 0;
	if (!options)
		return 0;
	if (asprintf(&joined, "%s%s%s", options, *options && req->append ? " " : "",
		     req->append ?: "") < 0) {
		joined = NULL;
		return out_of_memory();
	}
	req->append = joined;
	return 0;
}

static int take_entry(struct request *req, const struct kexec_entry *entry)
{
	print_remarks(entry);
	req->kernel = kexec_entry_kernel(entry);
	req->profile = req->profile ?: kexec_entry_profile(entry);
	if (!req->dtb && !req->force_dtb)
		req->dtb = kexec_entry_devicetree(entry);
	return put_first(&req->initrds, entry, kexec_entry_initrd) ?:
	       put_first(&req->modules, entry, kexec_entry_module_words) ?:
	       put_first(&req->addons, entry, kexec_entry_addon) ?:
	       add_options(req, entry);
}

/*
 * Was the running kernel booted with an initial RAM disk?  Where its boot parameters do not
 * say, what the boot loader would start does.
 */
static bool had_initrd(const struct request *req)
{
	FILE *f = fopen("/sys/kernel/boot_params/data", "re");
	const struct kexec_entry *entry = NULL;
	unsigned char size[4];
	bool known;

	known = f && !fseek(f, RAMDISK_SIZE, SEEK_SET) && fread(size, sizeof(size), 1, f) == 1;
	if (f)
		fclose(f);
	if (known)
		return size[0] || size[1] || size[2] || size[3];
	if (entries || !read_entries(req, NULL))
		entry = kexec_entries_default(entries, NULL);
	return entry && kexec_entry_initrd(entry, 0);
}

/* A machine that comes up without its root file system may be far away. */
static int go_without_initrd(const struct request *req, struct kexec_error *error)
{
	/* a kernel that is not below --root is none of that system's */
	if (error->reason != KEXEC_REASON_NO_INITRD)
		return print_error(error);
	if (!had_initrd(req)) {
		complain("kexec: %s; it is loaded without", error->cause);
		return 0;
	}
	return refuse(error->reason, error->code, req->reboot ?
		      "Name one with --initrd, or use -l --reuse-cmdline to load it without." :
		      "Name one with --initrd --reuse-cmdline, or use -l --reuse-cmdline to load it without.",
		      "%s, and this system is booted with one", error->cause);
}

/* What cannot be read is refused when it is loaded: nothing is to be said of what goes with it. */
static bool is_readable(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool is = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode);

	if (fd >= 0)
		close(fd);
	return is;
}

/* Beside a kernel that is all there is; an initrd may be given. */
static int add_what_belongs(struct request *req)
{
	struct kexec_error error;

	if (!is_readable(req->kernel))
		return 0;
	if (kexec_kernel_is_unified(req->kernel))
		return 0;
	req->reuse_cmdline = 1;
	if (req->initrds.nr)
		return 0;
	if (kexec_find_initrd(req->root ?: "/", req->kernel, &found_initrd, &error))
		return go_without_initrd(req, &error);
	req->initrds.name[req->initrds.nr++] = found_initrd;
	return 0;
}

static bool is_bare(const struct request *req)
{
	return req->kernel && !wants_action(req) && !req->append && !req->reuse_cmdline &&
	       !req->initrds.nr && !req->modules.nr && !req->addons.nr && !req->dtb &&
	       !req->type;
}

/* Where there is no boot loader's choice, the kernel that runs is one. */
static int take_kernel(struct request *req, struct kexec_error *error)
{
	if (kexec_find_kernel(req->root ?: "/", &found_kernel, error))
		return print_error(error);
	req->kernel = found_kernel;
	return add_what_belongs(req);
}

static const struct kexec_entry *pick_entry(const struct request *req,
					    struct kexec_error *error)
{
	if (!req->entry || !strcmp(req->entry, "@default"))
		return kexec_entries_default(entries, error);
	if (!strcmp(req->entry, "@running"))
		return kexec_entries_running(entries, error);
	return kexec_entries_find(entries, req->entry, error);
}

static int find_entry(struct request *req)
{
	const struct kexec_entry *entry;
	struct kexec_error error;

	if (read_entries(req, &error))
		return print_error(&error);
	if (req->debug && *error.evidence)
		tell_left_out(&error);
	entry = pick_entry(req, &error);
	if (entry)
		return take_entry(req, entry);
	if (error.reason != KEXEC_REASON_NO_ENTRIES)
		return print_error(&error);
	if (!req->entry)
		return take_kernel(req, &error);
	/* as of other things that are not there at all */
	print_error(&error);
	return EXIT_USAGE;
}

/**
 * replaces_unasked() - is something loaded that would be lost by accident?
 * @req: the request
 *
 * It is where files are found instead of named, as choose_kernel() has seen.
 *
 * Return: true if --replace has to say so first.
 */
bool replaces_unasked(const struct request *req)
{
	return is_found && !req->replace && !req->unload &&
	       kexec_status(KEXEC_SLOT_NORMAL, NULL) == 1;
}

/* Who only asks loses nothing. */
static int keep_loaded(const struct request *req)
{
	if (req->dry_run || req->check || !replaces_unasked(req))
		return 0;
	return refuse(KEXEC_REASON_ALREADY_LOADED, -EBUSY,
		      "Add --replace to load another one in its place, or -u to unload it first.",
		      "a kernel is loaded already");
}

/**
 * choose_kernel() - find out what to load where it is not named file by file
 * @req: the request; completed
 *
 * Return: 0, a negative errno or EXIT_USAGE, after a message.
 */
int choose_kernel(struct request *req)
{
	bool bare = is_bare(req);
	int err = resolve_files(req);

	if (err)
		return err;
	is_found = bare || req->entry || req->reboot;
	if (!is_found)
		return 0;
	return keep_loaded(req) ?: bare ? add_what_belongs(req) : find_entry(req);
}

/**
 * forget_choice() - free what choose_kernel() and print_list() left for others to use
 */
void forget_choice(void)
{
	kexec_entries_free(entries);
	forget_files();
	free(found_kernel);
	free(found_initrd);
	free(joined);
}
