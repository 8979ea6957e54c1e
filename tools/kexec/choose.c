// SPDX-License-Identifier: GPL-2.0-only
/* Which kernel, where none or only a kernel is named. */
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
	if (entries || !read_entries(req, &entries, NULL))
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

	if (read_entries(req, &entries, &error))
		return print_error(&error);
	if (req->debug && *error.evidence)
		tell_left_out(entries, &error);
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
 * forget_choice() - free what choose_kernel() left for others to use
 */
void forget_choice(void)
{
	kexec_entries_free(entries);
	forget_files();
	free(found_kernel);
	free(found_initrd);
	free(joined);
}
