// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot loader entries that are unified kernel images: type 2 of the Boot Loader
 * Specification (UAPI.1).
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <linux/kexec_formats.h>
#include "entries.h"
#include "entries_machine.h"

#define SUFFIX		".efi"
/* More than any image has. */
#define PROFILES_MAX	64

struct image {
	const char *data;
	size_t size;
};

/* Only what is looked at is read: the headers, and some of the smaller sections. */
static struct image map_image(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct image image = {};
	struct stat st;
	void *data;

	if (fd < 0)
		return image;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size) {
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data != MAP_FAILED)
			image = (struct image){ data, st.st_size };
	}
	close(fd);
	return image;
}

static void unmap_image(const struct image *image)
{
	if (image->size)
		munmap((void *)image->data, image->size);
}

/* An addon has no kernel. */
static enum kexec_uki_why parse(const struct image *image, unsigned int profile,
				struct kexec_uki *uki)
{
	enum kexec_uki_why why = KEXEC_UKI_NO_PE;

	if (image->size)
		why = kexec_uki_parse(image->data, image->size, MACHINE_PE, profile, uki);
	return why ?: uki->kernel.size ? KEXEC_UKI_OK : KEXEC_UKI_PLAIN;
}

/**
 * kexec_kernel_is_unified() - is a kernel a unified kernel image for this machine?
 * @kernel: path of the kernel
 */
bool kexec_kernel_is_unified(const char *kernel)
{
	struct image image = map_image(kernel);
	struct kexec_uki uki;
	bool is = !parse(&image, 0, &uki);

	unmap_image(&image);
	return is;
}

static char *section_text(struct pool *pool, const struct image *image,
			  const struct kexec_bytes *section)
{
	if (!section->size || section->size > TEXT_MAX)
		return NULL;
	return (char *)pool_text(pool, image->data + section->offset, section->size);
}

/* Takes quotes off a value, as of os-release(5): it is what a shell would assign. */
static char *unquote(char *value)
{
	char quote = 0, *from = value, *to = value;

	for (; *from; from++) {
		if (*from == quote) {
			quote = 0;
		} else if (!quote && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else {
			if (*from == '\\' && quote != '\'' && from[1])
				from++;
			*to++ = *from;
		}
	}
	*to = '\0';
	return value;
}

static void take_osrel(struct kexec_entry *entry, char *text)
{
	const char *name = NULL, *image = NULL, *id = NULL;
	char *line, *value;

	while ((line = entries_next_line(&text))) {
		value = strchr(line, '=');
		if (*line == '#' || !value)
			continue;
		*value++ = '\0';
		value = unquote(value);
		if (!strcmp(line, "PRETTY_NAME"))
			entry->title = value;
		else if (!strcmp(line, "NAME"))
			name = value;
		else if (!strcmp(line, "VERSION_ID"))
			entry->version = value;
		else if (!strcmp(line, "IMAGE_ID"))
			image = value;
		else if (!strcmp(line, "ID"))
			id = value;
	}
	entry->title = entry->title ?: name;
	/* as systemd-boot does: the specification names no key for these */
	entry->sort_key = image ?: id;
}

static void take_profile(struct scan *scan, const char *path, const struct image *image,
			 const struct kexec_uki *uki, unsigned int profile,
			 struct entry_list *list)
{
	struct kexec_entry *entry = pool_alloc(scan->pool, sizeof(*entry));
	char *release;

	if (!entry)
		return;
	entry->kind = KEXEC_ENTRY_UKI;
	entry->source = path;
	entry->kernel = path;
	entry->profile = profile;
	bls_name(scan->pool, entry, SUFFIX);
	if (profile)
		entry->id = pool_print(scan->pool, "%s@%u", entry->id, profile);
	take_osrel(entry, section_text(scan->pool, image, &uki->osrel));
	release = section_text(scan->pool, image, &uki->uname);
	entry->release = entries_next_line(&release);
	entry->options = section_text(scan->pool, image, &uki->cmdline);
	entry->title = entry->title ?: entry->id;
	entries_add(scan, list, entry);
}

/**
 * uki_read() - read what a unified kernel image says of itself
 * @scan: the search
 * @path: the image
 * @list: where an entry for each of its profiles is added
 */
void uki_read(struct scan *scan, const char *path, struct entry_list *list)
{
	struct image image = map_image(path);
	unsigned int profile = 0, profiles;
	enum kexec_uki_why why;
	struct kexec_uki uki;

	do {
		why = parse(&image, profile, &uki);
		profiles = why ? 0 : uki.nr_profiles;
		if (!why)
			take_profile(scan, path, &image, &uki, profile, list);
	} while (++profile < profiles && profile < PROFILES_MAX);
	if (why)
		error_evidence(scan->error, "%s: left out, %s", path, kexec_uki_why(why));
	unmap_image(&image);
}

static void read_below(struct scan *scan, const char *boot __maybe_unused, const char *path,
		       struct entry_list *list)
{
	path = entries_resolve(scan->pool, scan->root, path);
	if (path)
		uki_read(scan, path, list);
}

/**
 * uki_directory() - read the unified kernel images of a directory
 * @scan: the search
 * @boot: directory, below the root, where a boot loader's file system is mounted
 * @list: where they are added
 */
void uki_directory(struct scan *scan, const char *boot, struct entry_list *list)
{
	entries_read_directory(scan, boot, "/EFI/Linux", SUFFIX, read_below, list);
}
