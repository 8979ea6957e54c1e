// SPDX-License-Identifier: GPL-2.0-only
/*
 * What systemd-stub(7) takes along with a unified kernel image ("Companion Files"): what
 * is in the directory IMAGE.extra.d beside it, and what is there for all images of its
 * file system.
 */
#include <string.h>
#include <linux/kernel.h>
#include "entries.h"
#include "pe_machine.h"

#define SUFFIX		".addon.efi"
#define BESIDE		".extra.d"
#define PACKED		"only systemd-boot packs such files for the initrd"
#define FULL		"a directory of addons has too many: the last ones are left out"

/* Files of one directory, in the stub's order. */
struct files {
	struct texts paths;
	bool more;
};

/* What is more than there is room for is what would come last. */
static void collect(struct scan *scan, const char *boot __maybe_unused, const char *path,
		    void *context)
{
	struct files *files = context;
	struct texts *paths = &files->paths;
	size_t at = paths->nr;

	path = entries_resolve(scan->pool, scan->root, path);
	if (!path || !entries_is_file(path))
		return;
	while (at && strcmp(paths->text[at - 1], path) > 0)
		at--;
	files->more |= paths->nr == FILES_MAX;
	if (at == FILES_MAX)
		return;
	paths->nr -= paths->nr == FILES_MAX;
	memmove(paths->text + at + 1, paths->text + at, (paths->nr - at) * sizeof(*paths->text));
	paths->text[at] = path;
	paths->nr++;
}

static void remark(struct scan *scan, struct kexec_entry *entry, const char *path,
		   const char *why)
{
	entries_add_text(&entry->remarks,
			 pool_print(scan->pool, "%s: left out, %s", path, why));
}

/* Of a file that says for which kernel it is. */
static bool is_for(struct pool *pool, const struct uki_image *image, const struct kexec_uki *uki,
		   const char *release)
{
	char *text = uki_text(pool, image, &uki->uname);
	const char *wanted = entries_next_line(&text);

	return !release || !wanted || !strcmp(wanted, release);
}

/* Why the stub would not take a file, or NULL. */
static const char *why_not(struct pool *pool, const char *path, const char *release)
{
	struct uki_image image = uki_map(path);
	enum kexec_uki_why why = KEXEC_UKI_NO_PE;
	const char *reason = NULL;
	struct kexec_uki uki;

	if (image.size)
		why = kexec_uki_parse(image.data, image.size, MACHINE_PE, 0, &uki);
	if (why)
		reason = kexec_uki_why(why);
	else if (uki.kernel.size)
		reason = "it is an image of its own";
	else if (!is_for(pool, &image, &uki, release))
		reason = "it is for another kernel";
	uki_unmap(&image);
	return reason;
}

static void take_addons(struct scan *scan, const char *boot, const char *below,
			const char *release, struct kexec_entry *entry)
{
	struct files files = {};
	const char *path, *why;
	size_t i;

	entries_read_directory(scan, boot, below, SUFFIX, collect, &files);
	for (i = 0; i < files.paths.nr; i++) {
		path = files.paths.text[i];
		why = why_not(scan->pool, path, release);
		if (!why && entry->addons.nr == FILES_MAX)
			why = "there are too many";
		if (why)
			remark(scan, entry, path, why);
		else
			entries_add_text(&entry->addons, path);
	}
	if (files.more)
		entries_add_text(&entry->remarks, FULL);
}

/* These become archives beside the initrd: only the stub makes them. */
static void name_others(struct scan *scan, const char *boot, const char *own,
			struct kexec_entry *entry)
{
	struct files files = {};
	const char *names = "";
	size_t i;

	entries_read_directory(scan, "", own, ".cred", collect, &files);
	entries_read_directory(scan, "", own, ".raw", collect, &files);
	entries_read_directory(scan, boot, "/loader/credentials", ".cred", collect, &files);
	entries_read_directory(scan, boot, "/loader/extensions", ".raw", collect, &files);
	for (i = 0; i < files.paths.nr; i++)
		names = pool_print(scan->pool, "%s%s%s", names, i ? ", " : "",
				   files.paths.text[i]);
	if (files.paths.nr)
		remark(scan, entry, names, "only systemd-stub packs such files for the initrd");
}

/* The directory beside an image, which stays while attempts to boot it are counted. */
static const char *beside(struct scan *scan, const char *kernel)
{
	const char *slash = strrchr(kernel, '/');
	struct kexec_entry image = { .source = kernel };

	if (!slash || !entries_has_suffix(slash + 1, UKI_SUFFIX))
		return pool_print(scan->pool, "%s" BESIDE, kernel + strlen(scan->root));
	bls_name(scan->pool, &image, UKI_SUFFIX);
	kernel = pool_text(scan->pool, kernel, slash - kernel);
	return pool_print(scan->pool, "%s/%s" BESIDE, kernel + strlen(scan->root), image.id);
}

/**
 * addons_read() - find what goes with a unified kernel image
 * @scan: the search
 * @boot: directory, below the root, where the image's file system is mounted
 * @entry: the entry that is such an image; its addons and remarks are added to
 *
 * Addons for all images come first, then those of the image.
 */
void addons_read(struct scan *scan, const char *boot, struct kexec_entry *entry)
{
	const char *own = beside(scan, entry->kernel);

	take_addons(scan, boot, "/loader/addons", entry->release, entry);
	take_addons(scan, "", own, entry->release, entry);
	name_others(scan, boot, own, entry);
}

/* Why an extra file is not taken along; none of them keeps an entry from being started. */
static const char *why_not_extra(struct scan *scan, const struct kexec_entry *entry,
				 const char *path)
{
	static const char * const packed[] = { ".cred", ".sysext.raw", ".confext.raw" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(packed); i++)
		if (entries_has_suffix(path, packed[i]))
			return PACKED;
	if (!entries_has_suffix(path, SUFFIX))
		return "nothing is known of such files";
	if (!kexec_kernel_is_unified(entry->kernel))
		return "only a unified kernel image takes addons";
	return entry->addons.nr == FILES_MAX ? "there are too many" :
	       why_not(scan->pool, path, entry->release);
}

/**
 * addons_extra() - find what a drop-in file has besides: its key "extra" of UAPI.1
 * @scan: the search
 * @boot: directory, below the root, where the file system of the file is mounted
 * @entry: the entry, complete but for this; its addons and remarks are added to
 * @extra: names of files
 */
void addons_extra(struct scan *scan, const char *boot, struct kexec_entry *entry,
		  const struct texts *extra)
{
	const char *path, *why;
	size_t i;

	for (i = 0; i < extra->nr; i++) {
		path = entries_find_file(scan, boot, extra->text[i]);
		why = path ? why_not_extra(scan, entry, path) : "there is no such file";
		if (why)
			remark(scan, entry, path ?: extra->text[i], why);
		else
			entries_add_text(&entry->addons, path);
	}
	if (extra->nr == FILES_MAX)
		remark(scan, entry, "what else the entry has", "there is too much of it");
}
