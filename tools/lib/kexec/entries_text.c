// SPDX-License-Identifier: GPL-2.0-only
/* Text in files, and files that are named in it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

/**
 * entries_is_file() - is there a file?
 * @path: its name
 *
 * Return: true if so.
 */
bool entries_is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static const char *put_below(struct scan *scan, const char *path)
{
	path = pool_print(scan->pool, "%s%s", scan->root, path);
	return entries_resolve(scan->pool, scan->root, path);
}

/**
 * entries_stat() - find out about a file, whatever it is
 * @scan: the search
 * @path: its name, below the root
 * @st: set to what is known of it
 *
 * Return: whether there is one; errno says why not.
 */
bool entries_stat(struct scan *scan, const char *path, struct stat *st)
{
	path = put_below(scan, path);
	return path && !stat(path, st);
}

/**
 * entries_open_directory() - open a directory
 * @scan: the search
 * @path: its name, below the root
 *
 * Return: it, or NULL with errno set.
 */
DIR *entries_open_directory(struct scan *scan, const char *path)
{
	path = put_below(scan, path);
	return path ? opendir(path) : NULL;
}

/**
 * entries_is_directory() - is there a directory?
 * @scan: the search
 * @path: its name, below the root
 *
 * Return: true if so.
 */
bool entries_is_directory(struct scan *scan, const char *path)
{
	struct stat st;

	return entries_stat(scan, path, &st) && S_ISDIR(st.st_mode);
}

/* What only others may look for may be there: then no file elsewhere is the one that is meant. */
static bool may_be_there(void)
{
	return errno == EACCES || errno == EPERM;
}

/* Return: the file's path, or NULL with errno set. */
static const char *try_file(struct scan *scan, const char *directory, const char *path)
{
	const char *whole, *found;
	int err;

	path += strspn(path, "/");
	whole = pool_print(scan->pool, "%s%s/%s", scan->root, directory, path);
	errno = ENOENT;
	found = entries_resolve(scan->pool, scan->root, whole);
	if (found && entries_is_file(found))
		return found;
	err = errno;
	entries_unreadable(scan, whole);
	errno = err;
	return NULL;
}

/* Where the file system is mounted that a boot loader reads, or all of it. */
static const char *try_both(struct scan *scan, const char *boot, const char *path)
{
	const char *found = try_file(scan, boot, path);

	return found || may_be_there() ? found : try_file(scan, "", path);
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
	if (!found && !may_be_there() && *path == '@' && strchr(path, '/'))
		found = try_both(scan, boot, strchr(path, '/'));
	for (rest = strchr(path, '/'); rest && !found && !may_be_there() && strstr(rest, "/boot/");
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
 * The first place that has it counts, and one that cannot be looked into may have it.
 *
 * Return: its path for this program, or NULL if there is no such file, or none that this process
 * may see, with errno set.
 */
const char *entries_find_file(struct scan *scan, const char *boot, const char *path)
{
	const char *found;

	if (*path == '(' && strchr(path, ')'))
		path = strchr(path, ')') + 1;
	if (scan->strict)
		return try_file(scan, boot, path);
	found = try_both(scan, boot, path);
	return found || may_be_there() ? found : try_subvolumes(scan, boot, path);
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

/* One pair of quotes is taken off; @end is behind the value, which is not empty. */
static char *without_quotes(char *value, char *end)
{
	if (!strchr("\"'", *value) || end[-1] != *value)
		return value;
	end[-1] = '\0';
	return value + (end - value > 1);
}

/**
 * entries_next_pair() - take a line with a name and a value off a text, as systemd-boot does
 * @rest: the text, set to what follows
 * @value: set to the value, without quotes around it
 *
 * Lines without a value, and comments, are passed over.
 *
 * Return: the name, or NULL after the last one.
 */
char *entries_next_pair(char **rest, char **value)
{
	char *line, *end;
	bool last;

	while (*rest && **rest) {
		line = *rest;
		end = line + strcspn(line, "\n\r");
		last = !*end;
		*rest = end + !last;
		line += strspn(line, " \t");
		while (end > line && strchr(" \t", end[-1]))
			end--;
		*end = '\0';
		*value = line + strcspn(line, " \t");
		if (*line == '#' || !**value)
			continue;
		*(*value)++ = '\0';
		*value += strspn(*value, " \t");
		*value = without_quotes(*value, end);
		return line;
	}
	return NULL;
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
		entries_tell(scan, "%s: left out, there are more than %u entries",
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
	const char *inside = pool_print(scan->pool, "%s%s", boot, below);
	const char *path = pool_print(scan->pool, "%s%s", scan->root, inside);
	DIR *directory = entries_open_directory(scan, inside);
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

/**
 * entries_has_suffix() - does a name end like that?
 * @name: the name
 * @suffix: how
 *
 * Return: true if it does and does not begin with a dot.
 */
bool entries_has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name);

	return *name != '.' && len > strlen(suffix) &&
	       !strcasecmp(name + len - strlen(suffix), suffix);
}
