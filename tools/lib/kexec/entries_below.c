// SPDX-License-Identifier: GPL-2.0-only
/* Files of a system that has another root directory, where links and ".." end below that. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "entries.h"

#define LINKS_MAX	40

/**
 * struct walk - on the way to a file below a root directory
 * @top: how long the name of that directory is
 * @done: the name so far, without links
 * @rest: what is still to come
 * @links: how many were followed
 */
struct walk {
	size_t top;
	char done[PATH_MAX], rest[PATH_MAX];
	unsigned int links;
};

/* The name goes on with what a link says, from the top if that begins with a slash. */
static bool follow(struct walk *w, const char *target)
{
	char rest[PATH_MAX];
	int len = snprintf(rest, sizeof(rest), "%s/%s", target, w->rest);

	if (len >= (int)sizeof(rest) || ++w->links > LINKS_MAX) {
		errno = ELOOP;
		return false;
	}
	memcpy(w->rest, rest, len + 1);
	if (*target == '/')
		w->done[w->top] = '\0';
	return true;
}

static bool enter(struct walk *w, const char *name)
{
	size_t before = strlen(w->done), room = sizeof(w->done) - before;
	char target[PATH_MAX];
	ssize_t len;

	if (snprintf(w->done + before, room, "/%s", name) >= (int)room) {
		errno = ENAMETOOLONG;
		return false;
	}
	len = readlink(w->done, target, sizeof(target) - 1);
	/* that is what it says of what is no link */
	if (len < 0)
		return errno == EINVAL;
	target[len] = '\0';
	w->done[before] = '\0';
	return follow(w, target);
}

static void leave(struct walk *w)
{
	char *slash = strrchr(w->done + w->top, '/');

	if (slash)
		*slash = '\0';
}

/* Takes the next part off the rest; false at the end. */
static bool next_part(struct walk *w, char *name)
{
	size_t slashes = strspn(w->rest, "/"), len = strcspn(w->rest + slashes, "/");

	memcpy(name, w->rest + slashes, len);
	name[len] = '\0';
	memmove(w->rest, w->rest + slashes + len, strlen(w->rest + slashes + len) + 1);
	return len;
}

/* Part by part, for kernels before 5.6, whose openat2(2) is missing. */
static bool walk(struct walk *w, const char *root, const char *path)
{
	char name[PATH_MAX];
	bool good = true;

	w->top = strlen(root);
	if (w->top >= sizeof(w->done) || strlen(path) >= sizeof(w->rest)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(w->done, root, w->top + 1);
	memcpy(w->rest, path, strlen(path) + 1);
	while (good && next_part(w, name)) {
		if (!strcmp(name, ".."))
			leave(w);
		else if (strcmp(name, "."))
			good = enter(w, name);
	}
	return good;
}

static const char *walk_to(struct pool *pool, const char *root, const char *path)
{
	struct walk w = {};
	struct stat st;

	if (!walk(&w, root, path) || stat(w.done, &st))
		return NULL;
	return pool_text(pool, w.done, strlen(w.done));
}

static bool descriptor_name(int fd, char *name, size_t size)
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, name, size - 1);
	if (len < 0)
		return false;
	name[len] = '\0';
	return true;
}

/* The name of what @fd is open at, below the root that @top is open at; NULL without /proc. */
static const char *name_below(struct pool *pool, const char *root, int top, int fd)
{
	char above[PATH_MAX], name[PATH_MAX];
	size_t len;

	if (!descriptor_name(top, above, sizeof(above)) || !descriptor_name(fd, name, sizeof(name)))
		return NULL;
	len = strcmp(above, "/") ? strlen(above) : 0;
	return strncmp(name, above, len) ? NULL : pool_print(pool, "%s%s", root, name + len);
}

/* As the kernel follows it; *missing where that cannot do so, or not tell what comes of it. */
static const char *ask_kernel(struct pool *pool, const char *root, const char *path,
			      bool *missing)
{
	const struct open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1, err;
	const char *name = NULL;

	if (top >= 0)
		fd = syscall(SYS_openat2, top, *path ? path : ".", &how, sizeof(how));
	err = errno;
	*missing = top >= 0 && fd < 0 && err == ENOSYS;
	if (fd >= 0) {
		name = name_below(pool, root, top, fd);
		*missing = !name;
		close(fd);
	}
	if (top >= 0)
		close(top);
	errno = err;
	return name;
}

/**
 * entries_top() - a root directory, as it goes in front of names
 * @pool: where it goes
 * @root: the directory
 *
 * Return: it without slashes at its end; "" for that of this process.
 */
const char *entries_top(struct pool *pool, const char *root)
{
	size_t len = strlen(root);

	while (len && root[len - 1] == '/')
		len--;
	return pool_text(pool, root, len);
}

/**
 * entries_real_name() - what links and ".." of a name lead to for who has another root
 * @pool: where the name goes
 * @root: that root directory
 * @path: a name that starts with @root
 *
 * Return: the file's own name, or NULL if there is no such file, with errno set.
 */
const char *entries_real_name(struct pool *pool, const char *root, const char *path)
{
	const char *name;
	bool missing;

	/* without memory a name is empty */
	if (strncmp(path, root, strlen(root)))
		return NULL;
	name = ask_kernel(pool, root, path + strlen(root), &missing);
	return missing ? walk_to(pool, root, path + strlen(root)) : name;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/**
 * entries_resolve() - have links and ".." end where they do for who has another root
 * @pool: where the name goes
 * @root: that root directory, "" for that of this process
 * @path: a name that starts with @root
 *
 * Otherwise a link in some image to /etc/NAME would be the file of this system.
 *
 * Return: @path if it leads there anyway, the file's own name if not; NULL if there is no such
 * file, with errno set.
 */
const char *entries_resolve(struct pool *pool, const char *root, const char *path)
{
	struct stat there, here;
	const char *name;

	if (!*root)
		return path;
	name = entries_real_name(pool, root, path);
	if (!name || stat(name, &there))
		return NULL;
	return !stat(path, &here) && is_same(&here, &there) ? path : name;
}

/**
 * entries_below() - what a name is called that starts with a root directory, however written
 * @pool: where the name goes
 * @root: that root directory, "" for that of this process
 * @path: the name, as this process has it
 *
 * Return: the name, with @root at its start, or NULL if it is not below it.
 */
const char *entries_below(struct pool *pool, const char *root, const char *path)
{
	size_t len = strlen(root);
	char here[PATH_MAX];
	struct stat top, st;
	const char *all, *end;

	if (!len || (!strncmp(path, root, len) && path[len] == '/'))
		return path;
	if (stat(root, &top) || (*path != '/' && !getcwd(here, sizeof(here))))
		return NULL;
	all = *path == '/' ? path : pool_print(pool, "%s/%s", here, path);
	for (end = strchr(all, '/'); end; end = strchr(end + 1, '/'))
		if (!stat(pool_text(pool, all, end - all + 1), &st) && is_same(&st, &top))
			return pool_print(pool, "%s%s", root, end);
	return NULL;
}

/**
 * kexec_find_file() - find a file of a system
 * @root: directory of that system, "/" for this one
 * @path: the file, as this process has it
 * @file: set to its name with links followed as that system does, to be freed; to @path as it is
 *	if that leads there anyway, or is not below @root
 * @error: filled in if there is no such file
 *
 * Return: 0 or a negative errno.
 */
int kexec_find_file(const char *root, const char *path, char **file, struct kexec_error *error)
{
	struct pool pool = {};
	const char *top = entries_top(&pool, root), *below = entries_below(&pool, top, path);
	const char *found = below ? entries_resolve(&pool, top, below) : path;
	struct stat here, there;
	int err = found ? 0 : -errno;

	error_clear(error);
	if (found && !stat(path, &here) && !stat(found, &there) && is_same(&here, &there))
		found = path;
	*file = found && !pool.failed ? strdup(found) : NULL;
	if (!err && !*file)
		err = error_set(error, -ENOMEM, "there is no memory for a file's name");
	pool_free(&pool);
	if (*file || err == -ENOMEM)
		return err;
	error_because(error, error_file_reason(err), err,
		      "cannot open %s as a file of the system below %s: %s", path, root,
		      strerror(-err));
	error_next(error, err == -EACCES ? "Run it as root." : "Name a file that is there.");
	return err;
}
