// SPDX-License-Identifier: GPL-2.0-only
/* Files that GRUB's commands name, and on which devices it would look for them. */
#include <dirent.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <linux/kernel.h>
#include "grub.h"

/* What the name of a device says. */
enum place {
	OURS,		/* it is taken for this system's */
	NAMED,		/* the same, but a disk of another system may have this name, too */
	VOLUME,		/* a volume, which udev would know by this name */
	NOT_OURS,
	UNKNOWN_PLACE,
};

/* How the names of disks start, and of what is made of disks. */
static const char * const disks[] = { "hd", "ahci", "ata", "usb", "ieee1275", "mduuid/", "lvmid/",
				      "crypto", "zfs" };

static bool begins_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static enum place place_of(const struct grub *grub, const char *device)
{
	const struct cause *cause = grub_cause(grub, device);
	size_t i;

	if (cause)
		return cause->device ? OURS : UNKNOWN_PLACE;
	if (begins_with(device, "md/") || begins_with(device, "lvm/"))
		return VOLUME;
	for (i = 0; i < ARRAY_SIZE(disks); i++)
		if (begins_with(device, disks[i]))
			return NAMED;
	return NOT_OURS;
}

/* The device of a path; what follows is left as the rest. */
static const char *device_of(struct grub *grub, const char *path, const char **rest)
{
	const char *end = *path == '(' ? strchr(path, ')') : NULL;

	*rest = end ? end + 1 : path;
	if (end)
		return pool_text(grub->scan->pool, path + 1, end - path - 1);
	return grub_get(grub, "root", 4) ?: "";
}

/* There is no such array, or logical volume: its links and nodes are missing. */
static bool has_volume(struct grub *grub, const char *device)
{
	static const char * const directories[] = { "/dev/md", "/dev/mapper", "/dev" };
	const char *name = strchr(device, '/') + 1;
	struct stat st;
	size_t i;

	name = pool_text(grub->scan->pool, name, strcspn(name, ","));
	for (i = 0; i < ARRAY_SIZE(directories); i++)
		if (entries_stat(grub->scan, pool_print(grub->scan->pool, "%s/%s", directories[i],
							name), &st))
			return true;
	return false;
}

/**
 * grub_is_link() - has udev a link to a device there?
 * @grub: where
 * @links: the directory, below the root
 * @link: what was read of it
 * @st: set to what is known of the device
 *
 * Return: true if so.
 */
bool grub_is_link(struct grub *grub, const char *links, const struct dirent *link,
		  struct stat *st)
{
	const char *path = pool_print(grub->scan->pool, "%s/%s", links, link->d_name);

	return entries_stat(grub->scan, path, st) && S_ISBLK(st->st_mode);
}

/* Is the file system of that device known by another name, while a device has the one given? */
static bool is_other(struct grub *grub, DIR *directory, const struct cause *cause, dev_t device)
{
	bool named = false, other = false;
	struct dirent *link;
	struct stat st;

	while ((link = readdir(directory))) {
		grub->work += FIND_WORK;
		if (!grub_is_link(grub, cause->links, link, &st))
			continue;
		/* letters of those of FAT are large for udev and small for some */
		if (!strcasecmp(link->d_name, cause->uuid))
			named = st.st_rdev != device;
		else
			other |= st.st_rdev == device;
	}
	return named && other;
}

/* What is asked for was asked for before, or is to be filled in. */
static struct found *remember(struct grub *grub, const char *key)
{
	struct found **bucket = grub->found, *found;
	size_t hash = 5381;
	const char *c;

	for (c = key; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	bucket += hash % FOUND_BUCKETS;
	for (found = *bucket; found; found = found->next)
		if (!strcmp(found->key, key))
			return found;
	grub->work += FIND_WORK;
	found = pool_alloc(grub->scan->pool, sizeof(*found));
	if (!found)
		return NULL;
	found->key = key;
	found->is_new = true;
	found->next = *bucket;
	*bucket = found;
	return found;
}

static bool find_other(struct grub *grub, const struct cause *cause, const struct found *file)
{
	DIR *directory = entries_open_directory(grub->scan, cause->links);
	bool other = directory && is_other(grub, directory, cause, file->st.st_dev);

	if (directory)
		closedir(directory);
	return other;
}

/*
 * Would GRUB take a file from another file system?
 *
 * It would if udev knows both file systems by their UUIDs, or labels.  Where it does not, as
 * with btrfs, where files have no device of their own, or with a copy of a disk, nobody can
 * tell.
 */
static const char *elsewhere(struct grub *grub, const char *device, const struct found *file)
{
	const struct cause *cause = grub_cause(grub, device);
	struct pool *pool = grub->scan->pool;
	struct found *asked;

	if (!cause || !cause->uuid)
		return NULL;
	asked = remember(grub, pool_print(pool, "%s/%s:%s", cause->links, cause->uuid,
					  file->result));
	if (asked && asked->is_new && find_other(grub, cause, file))
		asked->result = pool_print(pool, "it is on another file system, %s", cause->uuid);
	if (asked)
		asked->is_new = false;
	return asked ? asked->result : NULL;
}

/**
 * grub_kept_out() - tell of a file that only others may read
 * @grub: where
 * @path: its path for this program, which could not be opened, as errno says why
 *
 * Return: a clause, or NULL if it is for another reason.
 */
const char *grub_kept_out(struct grub *grub, const char *path)
{
	if (!entries_unreadable(grub->scan, path))
		return NULL;
	grub->kept_out = true;
	return pool_print(grub->scan->pool, "%s can only be read with more rights", path);
}

/* A directory; what only others may see may be anything. */
static const char *find_directory(struct grub *grub, struct found *found, const char *top,
				  const char *path)
{
	struct scan *scan = grub->scan;
	const char *whole = pool_print(scan->pool, "%s%s%s", scan->root, top, path);
	const char *real = entries_resolve(scan->pool, scan->root, whole);
	struct stat st;

	if (real && !stat(real, &st))
		return S_ISDIR(st.st_mode) ? real : NULL;
	found->why = found->why ?: grub_kept_out(grub, whole);
	return NULL;
}

/* A name is looked for once only: scripts have the same ones over and over. */
static const struct found *find_once(struct grub *grub, const char *path)
{
	struct found *found = remember(grub, path);

	if (found && found->is_new) {
		found->is_new = false;
		found->result = entries_find_file(grub->scan, "/boot", path) ?:
				find_directory(grub, found, "/boot", path) ?:
				find_directory(grub, found, "", path);
		if (found->result && stat(found->result, &found->st))
			found->result = NULL;
	}
	return found && (found->result || found->why) ? found : NULL;
}

static const struct found *find_at(struct grub *grub, const char *path, enum place place,
				   const char *device, const char **why)
{
	const struct found *found;

	*why = NULL;
	if (place == UNKNOWN_PLACE)
		*why = grub_why(grub, device);
	else if (place == NOT_OURS)
		*why = pool_print(grub->scan->pool,
				  "it is on the device %s, in an image or on another system",
				  device);
	else if (grub_why(grub, path))
		*why = grub_why(grub, path);
	if (*why || *path != '/')
		return NULL;
	found = find_once(grub, path);
	if (found)
		*why = found->result ? elsewhere(grub, device, found) : found->why;
	return *why ? NULL : found;
}

/**
 * grub_find() - find a file that GRUB reads
 * @grub: where it is named
 * @path: its name
 * @why: set to why it is not known whether it is there, or NULL
 *
 * Devices that may be this system's are taken for it.
 *
 * Return: its path for this program, or NULL if there is no such file, or @why is set.
 */
const char *grub_find(struct grub *grub, const char *path, const char **why)
{
	const char *device = device_of(grub, path, &path);
	const struct found *found = find_at(grub, path, place_of(grub, device), device, why);

	return found && S_ISREG(found->st.st_mode) ? found->result : NULL;
}

/**
 * grub_read() - read a file that GRUB reads
 * @grub: where it is named
 * @path: its name
 * @why: set to why it is not known what is in it, or NULL
 *
 * Return: what is in it, or NULL if there is no such file, or @why is set.
 */
char *grub_read(struct grub *grub, const char *path, const char **why)
{
	const char *found = grub_find(grub, path, why);
	char *text = found ? entries_read_text(grub->scan->pool, found, NULL) : NULL;

	if (found && !text)
		*why = grub_kept_out(grub, found) ?:
		       pool_print(grub->scan->pool, "%s cannot be read", found);
	return text;
}

/**
 * grub_stat() - find out about a file
 * @grub: where it is named
 * @path: its name
 * @st: set to what is known of it
 * @why: set to why nothing is known
 *
 * Unlike with what is loaded, a mistake would not show in the end; so that on a disk that
 * is named, if it is not the one that is looked at by default, anything may be.
 *
 * Return: whether it is there.
 */
enum answer grub_stat(struct grub *grub, const char *path, struct stat *st, const char **why)
{
	const char *root = grub_get(grub, "root", 4) ?: "";
	const char *device = device_of(grub, path, &path);
	enum place place = place_of(grub, device);
	const struct found *found;

	if (place == VOLUME && !has_volume(grub, device))
		return NO;
	if ((place == VOLUME || place == NAMED) && strcmp(device, root)) {
		*why = pool_print(grub->scan->pool, "what is on the device %s is not known",
				  device);
		return PERHAPS;
	}
	/* GRUB looks for a name without a slash, and for none at all, in the top directory */
	if (!strchr(path, '/'))
		path = pool_print(grub->scan->pool, "/%s", path);
	found = find_at(grub, path, place, device, why);
	if (found)
		*st = found->st;
	return *why ? PERHAPS : found ? YES : NO;
}
