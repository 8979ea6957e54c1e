// SPDX-License-Identifier: GPL-2.0-only
/* Kernels, and the initial RAM disks that belong to them, by their names. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <linux/kernel.h>
#include "entries.h"

/* What distributions call kernels, before a minus and the version. */
static const char * const kernel_names[] = {
	"vmlinuz", "vmlinux", "linux", "kernel", "Image", "Image.gz", "bzImage", "zImage",
};

/* What they call initial RAM disks, before and behind the version. */
static const struct {
	const char *before, *behind;
} initrd_names[] = {
	{ "initrd.img-", "" },		/* Debian, Ubuntu */
	{ "initramfs-", ".img" },	/* Fedora, Arch, Void, Gentoo */
	{ "initrd-", "" },		/* SUSE */
	{ "initrd-", ".img" },		/* Mageia */
	{ "initramfs-", "" },		/* Alpine */
	{ "booster-", ".img" },		/* Arch, with booster */
	{ "initrd-", ".gz" },		/* Slackware */
};

/* What begins the names of clr-boot-manager, NAMESPACE.FLAVOUR.VERSION: Solus, Clear Linux. */
static const char * const namespaces[] = { "com.solus-project", "org.clearlinux" };

/* Slackware's kernels for which initial RAM disks are made, which do not have the word. */
#define GENERIC	"generic-"

/* The same where the directory has the version, or nothing does. */
static const char * const bare_names[] = {
	"initrd", "initrd.img", "initramfs.img", "initramfs", "initrd.gz",
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *directory_name(struct pool *pool, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? pool_text(pool, path, slash - path) : ".";
}

/* Behind the name that @name begins with, or NULL. */
static const char *behind_name(const char *name)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(kernel_names); i++) {
		len = strlen(kernel_names[i]);
		if (!strncmp(name, kernel_names[i], len) && (!name[len] || name[len] == '-'))
			return name + len;
	}
	return NULL;
}

/* Behind the namespace and the flavour of a name, or NULL. */
static const char *behind_namespace(const char *name)
{
	const char *dot;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(namespaces); i++) {
		len = strlen(namespaces[i]);
		if (strncmp(name, namespaces[i], len) || name[len] != '.')
			continue;
		dot = strchr(name + len + 1, '.');
		if (dot && dot[1] >= '0' && dot[1] <= '9')
			return dot + 1;
	}
	return NULL;
}

/**
 * find_version() - what a kernel's name says of its version
 * @kernel: path of the kernel
 *
 * Return: the end of @kernel that is the version, or NULL if its name has none.
 */
const char *find_version(const char *kernel)
{
	const char *name = base_name(kernel), *rest = behind_name(name);

	if (!rest)
		return behind_namespace(name);
	return *rest && rest[1] ? rest + 1 : NULL;
}

/* Below a root directory, with which the name starts. */
static const char *if_file(struct pool *pool, const char *root, const char *path)
{
	path = entries_resolve(pool, root, path);
	return path && entries_is_file(path) ? path : NULL;
}

static const char *try_version(struct pool *pool, const char *root, const char *directory,
			       const char *version)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(initrd_names) && !found; i++)
		found = if_file(pool, root,
				pool_print(pool, "%s/%s%s%s", directory, initrd_names[i].before,
					   version, initrd_names[i].behind));
	return found;
}

/* Where a link leads to. */
static const char *real_name(struct pool *pool, const char *root, const char *path)
{
	const char *name;
	char *real;

	if (*root)
		return entries_real_name(pool, root, path) ?: path;
	real = realpath(path, NULL);
	name = real ? pool_text(pool, real, strlen(real)) : path;
	free(real);
	return name;
}

/* Does the name of an initial RAM disk say that it is for another version? */
static bool is_of_another(const char *name, const char *version)
{
	size_t i, len, all = strlen(name);
	bool versioned = false;

	for (i = 0; version && i < ARRAY_SIZE(initrd_names); i++) {
		len = strlen(initrd_names[i].before);
		if (strncmp(name, initrd_names[i].before, len))
			continue;
		versioned = true;
		if (all - len == strlen(version) + strlen(initrd_names[i].behind) &&
		    !strncmp(name + len, version, strlen(version)) &&
		    !strcmp(name + len + strlen(version), initrd_names[i].behind))
			return false;
	}
	return versioned;
}

/* Links of one name for the newest of each may lead to different versions. */
static const char *try_bare(struct pool *pool, const char *root, const char *directory,
			    const char *kernel)
{
	const char *version = find_version(real_name(pool, root, kernel)), *path;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bare_names); i++) {
		path = if_file(pool, root, pool_print(pool, "%s/%s", directory, bare_names[i]));
		if (path && !is_of_another(base_name(real_name(pool, root, path)), version))
			return path;
	}
	return NULL;
}

/* What kernel-install(8) calls this system's directories; NULL if that file does not say. */
static const char *read_token(struct pool *pool, const char *root, const char *file)
{
	const char *path = entries_resolve(pool, root, pool_print(pool, "%s%s", root, file));
	char *text = path ? entries_read_text(pool, path, NULL) : NULL;
	const char *token = entries_next_line(&text);

	return token && *token && !strchr(token, '/') ? token : NULL;
}

/* A file of the layout $BOOT/TOKEN/VERSION/NAME. */
static const char *try_token(struct pool *pool, const char *root, const char *token,
			     const char *version, const char *name)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; token && i < BOOT_DIRECTORIES && !found; i++)
		found = if_file(pool, root,
				pool_print(pool, "%s%s/%s/%s/%s", root, entries_boot[i],
					   token, version, name));
	return found;
}

static const char *try_tokens(struct pool *pool, const char *root, const char *version,
			      const char *name)
{
	const char *token = read_token(pool, root, "/etc/kernel/entry-token");
	const char *found = try_token(pool, root, token, version, name);

	token = read_token(pool, root, "/etc/machine-id");
	return found ?: try_token(pool, root, token, version, name);
}

/* Arch's initial RAM disks have the name of the kernel's package. */
static const char *try_package(struct pool *pool, const char *top, const char *root,
			       const char *modules)
{
	const char *path = pool_print(pool, "%s/pkgbase", modules), *name;
	char *text;

	path = entries_resolve(pool, top, path);
	text = path ? entries_read_text(pool, path, NULL) : NULL;
	name = entries_next_line(&text);
	if (!name || !*name || strchr(name, '/'))
		return NULL;
	return try_version(pool, top, pool_print(pool, "%s/boot", root), name);
}

/* For a kernel beside its modules: the version is in the path, the rest is in /boot. */
static const char *try_modules(struct pool *pool, const char *top, const char *kernel)
{
	const char *marker = strstr(kernel, "/lib/modules/"), *root, *version, *found;
	size_t len = marker ? marker - kernel : 0;

	if (!marker)
		return NULL;
	if (len >= 4 && !strncmp(kernel + len - 4, "/usr", 4))
		len -= 4;
	root = pool_text(pool, kernel, len);
	version = base_name(directory_name(pool, kernel));
	found = try_version(pool, top, directory_name(pool, kernel), version) ?:
		try_version(pool, top, pool_print(pool, "%s/boot", root), version);
	return found ?: try_package(pool, top, root, directory_name(pool, kernel)) ?:
	       try_tokens(pool, *top ? top : root, version, "initrd");
}

/* By the whole of what follows the usual name of a kernel, or by less of that. */
static const char *try_names(struct pool *pool, const char *root, const char *directory,
			     const char *kernel)
{
	const char *version = find_version(kernel), *name = base_name(kernel), *found;

	if (!version)
		return NULL;
	if (behind_namespace(name))
		version = name;
	found = try_version(pool, root, directory, version);
	if (!found && !strncmp(version, GENERIC, strlen(GENERIC)))
		found = try_version(pool, root, directory, version + strlen(GENERIC));
	return found;
}

/* Names of links that always lead to the newest one. */
static bool is_bare(const char *name)
{
	const char *rest = behind_name(name);

	return rest && (!*rest || !strcmp(rest, "-generic"));
}

static const char *try_kernel(struct pool *pool, const char *root, const char *kernel)
{
	const char *directory = directory_name(pool, kernel);
	const char *found = try_names(pool, root, directory, kernel);

	if (!found)
		found = try_modules(pool, root, kernel);
	/* kernel-install(8) leaves the version to the directory */
	if (!found && is_bare(base_name(kernel)))
		found = try_version(pool, root, directory, base_name(directory)) ?:
			try_bare(pool, root, directory, kernel);
	return found;
}

/* Links like /vmlinuz lead to the kernel's own name. */
static const char *try_link(struct pool *pool, const char *root, const char *kernel)
{
	return try_kernel(pool, root, real_name(pool, root, kernel));
}

/* The running kernel may have kept its own. */
static const char *try_running(const char *kernel)
{
	const char *version = find_version(kernel);
	struct utsname name;

	if (!version || uname(&name) || strcmp(version, name.release))
		return NULL;
	return if_file(NULL, "", "/sys/firmware/initrd");
}

static int give(struct pool *pool, const char *found, char **path)
{
	*path = found && !pool->failed ? strdup(found) : NULL;
	pool_free(pool);
	return *path ? 0 : -ENOMEM;
}

static const char *find_initrd(struct pool *pool, const char *root, const char *kernel)
{
	const char *found = try_link(pool, root, kernel) ?: try_kernel(pool, root, kernel);

	return found ?: *root ? found : try_running(kernel);
}

/**
 * kexec_find_initrd() - find the initial RAM disk that belongs to a kernel
 * @root: directory of the system that the kernel is of, "/" for this one
 * @kernel: path of the kernel, which is below @root
 * @initrd: set to its path, to be freed, or to NULL
 * @error: filled in if there is none
 *
 * It is known by its name, beside the kernel or where kernel-install(8) puts it.
 *
 * Return: 0 or a negative errno.
 */
int kexec_find_initrd(const char *root, const char *kernel, char **initrd,
		      struct kexec_error *error)
{
	struct pool pool = {};
	const char *top = entries_top(&pool, root), *below = entries_below(&pool, top, kernel);
	const char *found = below ? find_initrd(&pool, top, below) : NULL;

	error_clear(error);
	*initrd = NULL;
	if (found)
		return give(&pool, found, initrd) ?
		       error_set(error, -ENOMEM, "there is no memory for a file's name") : 0;
	pool_free(&pool);
	if (below)
		error_because(error, KEXEC_REASON_NO_INITRD, -ENOENT,
			      "no initial RAM disk belongs to %s by its name", kernel);
	else
		error_because(error, KEXEC_REASON_OUTSIDE_ROOT, -EINVAL,
			      "%s is not below %s, where its initial RAM disk would be", kernel,
			      root);
	error_next(error, "Name one with --initrd, if the kernel needs one.");
	return below ? -ENOENT : -EINVAL;
}

/* What clr-boot-manager calls the release VERSION.FLAVOUR, as it is packaged and installed. */
static const char *try_namespaces(struct pool *pool, const char *root, const char *release)
{
	const char *dot = strrchr(release, '.'), *found = NULL, *name;
	size_t i, j;

	for (i = 0; dot && i < ARRAY_SIZE(namespaces) && !found; i++) {
		name = pool_print(pool, "%s.%s.%.*s", namespaces[i], dot + 1,
				  (int)(dot - release), release);
		found = if_file(pool, root, pool_print(pool, "%s/usr/lib/kernel/%s", root, name));
		for (j = 0; j < BOOT_DIRECTORIES && !found; j++)
			found = if_file(pool, root,
					pool_print(pool, "%s%s/EFI/%s/kernel-%s", root,
						   entries_boot[j], namespaces[i], name));
	}
	return found;
}

static const char *try_release(struct pool *pool, const char *root, const char *release)
{
	static const char * const directories[] = { "/usr/lib/modules", "/lib/modules" };
	const char *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(directories) && !found; i++)
		found = if_file(pool, root, pool_print(pool, "%s%s/%s/vmlinuz", root,
						       directories[i], release));
	for (i = 0; i < ARRAY_SIZE(kernel_names) && !found; i++)
		found = if_file(pool, root, pool_print(pool, "%s/boot/%s-%s", root,
						       kernel_names[i], release));
	return found ?: try_namespaces(pool, root, release) ?:
	       try_tokens(pool, root, release, "linux");
}

/* Rescue kernels and old ones are there for bad times; programs that install leave others. */
static bool is_candidate(const char *name)
{
	static const char * const left[] = {
		".old", ".bak", "~", ".dpkg-new", ".dpkg-tmp", ".dpkg-old", ".dpkg-bak",
		".rpmnew", ".rpmsave", ".rpmorig",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(left); i++)
		if (entries_has_suffix(name, left[i]))
			return false;
	return find_version(name) && !strstr(name, "rescue");
}

/* A kernel, and its version. */
struct candidate {
	const char *path, *version;
};

static void take_newer(struct pool *pool, const char *root, const char *directory,
		       const char *name, bool is_version, struct candidate *newest)
{
	const char *path, *version;

	if (!is_version && !is_candidate(name))
		return;
	path = if_file(pool, root, pool_print(pool, "%s/%s%s", directory, name,
					      is_version ? "/vmlinuz" : ""));
	version = !path || is_version ? name : find_version(path);
	if (path && version &&
	    (!newest->path || kexec_compare_versions(version, newest->version) > 0))
		*newest = (struct candidate){ path, pool_text(pool, version, strlen(version)) };
}

static const char *newest_of(struct pool *pool, const char *root, const char *below,
			     bool has_versions)
{
	const char *path = pool_print(pool, "%s%s", root, below);
	const char *real = entries_resolve(pool, root, path);
	DIR *directory = real ? opendir(real) : NULL;
	struct candidate newest = {};
	struct dirent *file;

	while (directory && (file = readdir(directory)))
		if (*file->d_name != '.')
			take_newer(pool, root, path, file->d_name, has_versions, &newest);
	if (directory)
		closedir(directory);
	return newest.path;
}

/* What is in /boot was put there to be booted. */
static const char *find_newest(struct pool *pool, const char *root)
{
	return newest_of(pool, root, "/boot", false) ?:
	       newest_of(pool, root, "/usr/lib/modules", true) ?:
	       newest_of(pool, root, "/usr/lib/kernel", false);
}

/**
 * kexec_find_kernel() - find a kernel where none is named
 * @root: directory to search, "/" for this system
 * @kernel: set to its path, to be freed, or to NULL
 * @error: filled in if there is none
 *
 * That is the one that runs, or else the newest one in /boot, or where packages have them.
 *
 * Return: 0 or a negative errno.
 */
int kexec_find_kernel(const char *root, char **kernel, struct kexec_error *error)
{
	struct pool pool = {};
	const char *top = entries_top(&pool, root), *found = NULL;
	struct utsname name;

	error_clear(error);
	*kernel = NULL;
	if (!uname(&name))
		found = try_release(&pool, top, name.release);
	found = found ?: find_newest(&pool, top);
	if (found)
		return give(&pool, found, kernel) ?
		       error_set(error, -ENOMEM, "there is no memory for a file's name") : 0;
	error_because(error, KEXEC_REASON_NO_KERNEL, -ENOENT, "there is no kernel in %s/boot",
		      top);
	pool_free(&pool);
	error_next(error, "Name one.");
	return -ENOENT;
}
