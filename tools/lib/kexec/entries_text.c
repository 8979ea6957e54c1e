// SPDX-License-Identifier: GPL-2.0-only
/* Text in files, and files that are named in it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/stat.h>
#include "entries.h"

/* Where boot loaders' file systems are mounted, below the root: UAPI.1, "Mount Points". */
const char * const entries_boot[BOOT_DIRECTORIES] = { "/boot", "/efi", "/boot/efi" };

/* Return: how many bytes there are, up to @size; -1 if not all of them can be read. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < size && n) {
		n = read(fd, text + done, size - done);
		if (n < 0 && errno != EINTR)
			return -1;
		done += n > 0 ? n : 0;
	}
	return done;
}

/* A file whose size is not known has a page at most. */
static char *read_text(struct pool *pool, int fd, size_t room, size_t *size)
{
	char *text = pool_alloc(pool, room + 1);
	ssize_t n = text ? read_all(fd, text, room) : -1;

	if (n < 0)
		return NULL;
	if (size)
		*size = n;
	return text;
}

/**
 * entries_open() - open a file to be read
 * @path: the file
 * @st: set to what is known of it
 *
 * Anything else is left closed: to open a device may do something, and to open a FIFO lets
 * go who waits for a reader.
 *
 * Return: a descriptor, or -1 with errno set, to 0 if it is no regular file.
 */
int entries_open(const char *path, struct stat *st)
{
	int fd;

	if (stat(path, st))
		return -1;
	errno = 0;
	if (!S_ISREG(st->st_mode))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (!fstat(fd, st) && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	errno = 0;
	return -1;
}

/**
 * entries_read_text() - read a file
 * @pool: where to
 * @path: the file
 * @size: set to how many bytes it has; may be NULL
 *
 * Files of sysfs tell no size, so that there is a second read at most.
 *
 * Return: what is in it, with a final NUL; NULL if it cannot be opened or read, with errno
 * set, is no file, or beyond %TEXT_MAX.
 */
char *entries_read_text(struct pool *pool, const char *path, size_t *size)
{
	char *text = NULL;
	struct stat st;
	int fd = entries_open(path, &st);

	if (fd < 0)
		return NULL;
	errno = 0;
	if (st.st_size <= TEXT_MAX)
		text = read_text(pool, fd, st.st_size ?: 4096, size);
	close(fd);
	return text;
}

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
	struct walk w = {};
	struct stat st;

	/* without memory a name is empty */
	if (strncmp(path, root, strlen(root)))
		return NULL;
	if (!walk(&w, root, path + strlen(root)) || stat(w.done, &st))
		return NULL;
	return pool_text(pool, w.done, strlen(w.done));
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
	if (!stat(path, &here) && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		return path;
	return name;
}

/**
 * entries_read_below() - read a file below a root directory
 * @scan: the search
 * @path: the file; it starts with the root
 * @size: set to how many bytes it has; may be NULL
 *
 * Return: as entries_read_text().
 */
char *entries_read_below(struct scan *scan, const char *path, size_t *size)
{
	path = entries_resolve(scan->pool, scan->root, path);
	return path ? entries_read_text(scan->pool, path, size) : NULL;
}

/* The file, or the directory on the way to it that does not even show whether it is there. */
static const char *known_part(struct scan *scan, const char *path)
{
	size_t top = strlen(scan->root), len = strlen(path);
	struct stat st;

	while (len > top && lstat(path, &st)) {
		while (len > top && path[--len] != '/')
			;
		path = pool_text(scan->pool, path, len);
	}
	return *path ? path : "/";
}

/**
 * entries_unreadable() - tell of what only others may read
 * @scan: the search
 * @path: what could not be opened, as errno says why; there need not be such a file
 *
 * Return: false, and nothing is told, if it is for another reason.
 */
bool entries_unreadable(struct scan *scan, const char *path)
{
	const char *line;

	if (errno != EACCES && errno != EPERM)
		return false;
	if (!scan->error)
		return true;
	line = pool_print(scan->pool, "%s: left out, it can only be read with more rights",
			  known_part(scan, path));
	if (!strstr(scan->error->evidence, line))
		error_evidence(scan->error, "%s", line);
	error_next(scan->error, "Run it as root.");
	return true;
}

/**
 * entries_is_file() - is there a file?
 * @path: its name
 */
bool entries_is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static const char *try_file(struct scan *scan, const char *directory, const char *path)
{
	const char *whole;

	path += strspn(path, "/");
	whole = pool_print(scan->pool, "%s%s/%s", scan->root, directory, path);
	whole = entries_resolve(scan->pool, scan->root, whole);
	return whole && entries_is_file(whole) ? whole : NULL;
}

/* Where the file system is mounted that a boot loader reads, or all of it. */
static const char *try_both(struct scan *scan, const char *boot, const char *path)
{
	return try_file(scan, boot, path) ?: try_file(scan, "", path);
}

/*
 * A boot loader sees subvolumes: those of btrfs are directories at the start of the
 * path, those of ZFS end with "@/".  Only /boot or a name with '@' shows what part of the
 * path they are.
 */
static const char *try_subvolumes(struct scan *scan, const char *boot, const char *path)
{
	const char *found = NULL, *rest = strstr(path, "@/");

	if (rest)
		found = try_both(scan, boot, rest + 2);
	path += strspn(path, "/");
	if (!found && *path == '@' && strchr(path, '/'))
		found = try_both(scan, boot, strchr(path, '/'));
	for (rest = strchr(path, '/'); rest && !found && strstr(rest, "/boot/");
	     rest = strchr(rest + 1, '/'))
		found = try_file(scan, "", rest);
	return found;
}

/**
 * entries_find_file() - find a file that a boot loader names
 * @scan: the search
 * @boot: directory, below the root, where its file system may be mounted, as "/boot"
 * @path: its name there, maybe with a device in parentheses at the start
 *
 * Return: its path for this program, or NULL if there is no such file.
 */
const char *entries_find_file(struct scan *scan, const char *boot, const char *path)
{
	if (*path == '(' && strchr(path, ')'))
		path = strchr(path, ')') + 1;
	return try_both(scan, boot, path) ?: try_subvolumes(scan, boot, path);
}

/**
 * entries_next_line() - take a line off a text
 * @rest: the text, set to what follows
 *
 * Return: the line without blanks at its ends, or NULL after the last one.
 */
char *entries_next_line(char **rest)
{
	char *line = *rest, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	*rest = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	line += strspn(line, BLANKS);
	for (end = line + strlen(line); end > line && strchr(BLANKS, end[-1]); end--)
		end[-1] = '\0';
	return line;
}

/**
 * entries_cut_word() - part the first word of a line from what follows
 * @line: the line, which becomes the word
 *
 * Return: what follows, without blanks at its start; maybe "".
 */
char *entries_cut_word(char *line)
{
	char *rest = line + strcspn(line, BLANKS);

	if (*rest)
		*rest++ = '\0';
	return rest + strspn(rest, BLANKS);
}

/**
 * entries_add_text() - add to a list
 * @texts: the list; what is too much for it is left out
 * @text: what to add
 */
void entries_add_text(struct texts *texts, const char *text)
{
	if (texts->nr < FILES_MAX)
		texts->text[texts->nr++] = text;
}

/**
 * entries_join() - put texts together
 * @pool: where
 * @a: one, or NULL
 * @b: the other
 *
 * Return: both of them, with a blank between if neither is empty.
 */
const char *entries_join(struct pool *pool, const char *a, const char *b)
{
	if (!a || !*a)
		return b;
	return *b ? pool_print(pool, "%s %s", a, b) : a;
}

/* Behind the set that starts at @pattern, or NULL if it does not end. */
static const char *match_set(const char *pattern, char c, bool *matches)
{
	bool negated = pattern[1] == '!' || pattern[1] == '^', found = false;
	const char *p = pattern + 1 + negated;

	do {
		if (!*p)
			return NULL;
		if (p[1] == '-' && p[2] && p[2] != ']') {
			found |= *p <= c && c <= p[2];
			p += 2;
		} else {
			found |= *p == c;
		}
	} while (*++p != ']');
	*matches = found != negated;
	return p + 1;
}

/* Behind what stands for the character @c in @pattern; NULL if nothing there does. */
static const char *match_one(const char *pattern, char c)
{
	const char *end;
	bool matches;

	if (*pattern == '?')
		return pattern + 1;
	if (*pattern == '[') {
		end = match_set(pattern, c, &matches);
		if (end)
			return matches ? end : NULL;
	}
	if (*pattern == '\\' && pattern[1])
		pattern++;
	return strncasecmp(pattern, &c, 1) ? NULL : pattern + 1;
}

/**
 * entries_match() - does a pattern match a text?
 * @pattern: as of glob(7), letters in either case
 * @text: the text
 *
 * Going back to the last asterisk only bounds the time by the product of both lengths.
 */
bool entries_match(const char *pattern, const char *text)
{
	const char *star = NULL, *from = text, *next;

	while (*text) {
		next = *pattern && *pattern != '*' ? match_one(pattern, *text) : NULL;
		if (next) {
			pattern = next;
			text++;
		} else if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	return !pattern[strspn(pattern, "*")];
}

/**
 * entries_add() - add to a list of entries
 * @scan: the search
 * @list: the list
 * @entry: the entry; what makes it up after an allocation failed may be missing
 */
void entries_add(struct scan *scan, struct entry_list *list, struct kexec_entry *entry)
{
	if (list->nr < ENTRIES_MAX)
		list->entry[list->nr++] = entry;
	else
		error_evidence(scan->error, "%s: left out, there are more than %u entries",
			       entry->source, ENTRIES_MAX);
}

/**
 * entries_read_directory() - read all files in a directory whose names end in some way
 * @scan: the search
 * @boot: directory, below the root, where a boot loader's file system is mounted
 * @below: the directory, below @boot
 * @suffix: how
 * @read: reads one of them, whose path starts with the root
 * @context: for @read
 */
void entries_read_directory(struct scan *scan, const char *boot, const char *below,
			    const char *suffix, entries_read_fn read, void *context)
{
	const char *path = pool_print(scan->pool, "%s%s%s", scan->root, boot, below);
	const char *real = entries_resolve(scan->pool, scan->root, path);
	DIR *directory = real ? opendir(real) : NULL;
	struct dirent *file;

	if (!directory) {
		entries_unreadable(scan, path);
		return;
	}
	while (!scan->pool->failed && (file = readdir(directory)))
		if (entries_has_suffix(file->d_name, suffix))
			read(scan, boot, pool_print(scan->pool, "%s/%s", path, file->d_name),
			     context);
	closedir(directory);
}
