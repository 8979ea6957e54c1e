// SPDX-License-Identifier: GPL-2.0-only
/* Variables that GRUB keeps in a file, or in blocks of the device. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/kernel.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include "grub.h"

#define SECTOR		512UL
/* More than GRUB makes it. */
#define BLOCKS_MAX	128UL

/* What distributions keep there. */
static const char * const kept[] = {
	"next_entry", "saved_entry", "prev_saved_entry", "boot_once", "boot_success",
	"boot_indeterminate", "boot_counter", "menu_auto_hide", "menu_hide_ok",
	"menu_show_once", "menu_show_once_timeout", "recordfail", "kernelopts",
	"default_kernelopts", "early_initrd", "env_block", "tuned_params", "tuned_initrd",
	"prev_entry", "health_checker_flag", "chosen_entry",
};

/* What the command is told. */
struct load {
	const char *path;
	struct words names;
};

static void read_words(struct load *load, const struct words *words)
{
	const char *word;
	size_t i;

	for (i = 1; i < words->nr; i++) {
		word = words->word[i];
		if ((!strcmp(word, "-f") || !strcmp(word, "--file")) && i + 1 < words->nr)
			load->path = words->word[++i];
		else if (!strncmp(word, "--file=", 7))
			load->path = word + 7;
		else if (*word != '-')
			load->names.word[load->names.nr++] = word;
	}
}

static bool is_wanted(const struct load *load, const char *name)
{
	size_t i;

	for (i = 0; i < load->names.nr; i++)
		if (!strcmp(load->names.word[i], name))
			return true;
	return !load->names.nr;
}

static void set_all(struct grub *grub, const struct load *load, char *text)
{
	const struct variable *read = NULL, *ordered = NULL;
	struct pool *pool = grub->scan->pool;

	variables_parse(pool, text, &read);
	for (; read; read = read->next)
		variables_set(pool, &ordered, read->name, read->value);
	for (; ordered; ordered = ordered->next)
		if (is_wanted(load, ordered->name) && !strchr(ordered->name, UNKNOWN))
			grub_set(grub, ordered->name, strchr(ordered->value, UNKNOWN) ?
				 grub_because(grub, "it has a character that text has not") :
				 ordered->value);
}

static void set_unknown(struct grub *grub, const struct load *load, const char *why)
{
	size_t i;

	entries_tell(grub->scan, "%s: next_entry, saved_entry and the like are not known, %s",
		     grub->source, why);
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (is_wanted(load, kept[i]))
			grub_set(grub, kept[i], grub_because(grub, why));
	for (i = 0; i < load->names.nr; i++)
		grub_set(grub, load->names.word[i], grub_because(grub, why));
	grub_doubt(grub, why);
}

/* START+COUNT behind the device: blocks instead of a file. */
static bool is_blocks(const char *path, unsigned long *start, unsigned long *count)
{
	char end;

	path = *path == '(' && strchr(path, ')') ? strchr(path, ')') + 1 : path;
	return sscanf(path, "%lu+%lu%c", start, count, &end) == 2 && *count &&
	       *count <= BLOCKS_MAX && *start < ULONG_MAX / SECTOR / 2;
}

static bool is_below(const char *path, const char *mount)
{
	size_t len = strlen(mount);

	return !strcmp(mount, "/") || (!strncmp(path, mount, len) && strchr("/", path[len]));
}

/* Below another root, the file of the running kernel is about this program's. */
static FILE *open_mounts(struct scan *scan)
{
	const char *path = pool_print(scan->pool, "%s/proc/self/mountinfo", scan->root);
	FILE *file = NULL;
	struct statfs fs;

	path = entries_resolve(scan->pool, scan->root, path);
	if (path)
		file = fopen(path, "re");
	if (!file || !*scan->root || (!fstatfs(fileno(file), &fs) && fs.f_type != PROC_SUPER_MAGIC))
		return file;
	fclose(file);
	return NULL;
}

/* The device that is mounted last and deepest above GRUB's own directory. */
static const char *find_device(struct grub *grub)
{
	char mount[512], source[512], *line = NULL, *dash;
	FILE *file = open_mounts(grub->scan);
	const char *device = NULL;
	size_t size = 0, deepest = 0;

	while (file && getline(&line, &size, file) > 0) {
		dash = strstr(line, " - ");
		if (!dash || sscanf(line, "%*s %*s %*s %*s %511s", mount) != 1 ||
		    sscanf(dash, " - %*s %511s", source) != 1)
			continue;
		if (strlen(mount) < deepest || !is_below(grub->prefix, mount))
			continue;
		deepest = strlen(mount);
		device = strncmp(source, "/dev/", 5) ? NULL :
			 pool_text(grub->scan->pool, source, strlen(source));
	}
	free(line);
	if (file)
		fclose(file);
	return device;
}

/* What keeps blocks can be opened without doing anything, and so can a copy of it in a file. */
static int open_device(struct grub *grub, const char *device, const char **why)
{
	struct scan *scan = grub->scan;
	const char *path = pool_print(scan->pool, "%s%s", scan->root, device);
	const char *real = entries_resolve(scan->pool, scan->root, path);
	struct stat st;
	int fd = -1;

	if (real && !stat(real, &st) && !S_ISBLK(st.st_mode) && !S_ISREG(st.st_mode))
		return -1;
	if (real)
		fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		*why = grub_kept_out(grub, path) ?: *why;
	return fd;
}

static char *read_blocks(struct grub *grub, unsigned long start, unsigned long count,
			 const char **why)
{
	char *text = pool_alloc(grub->scan->pool, count * SECTOR + 1);
	const char *device = find_device(grub);
	ssize_t n = -1;
	int fd = -1;

	if (device && text)
		fd = open_device(grub, device, why);
	if (fd >= 0) {
		n = pread(fd, text, count * SECTOR, start * SECTOR);
		close(fd);
	}
	return n == (ssize_t)(count * SECTOR) ? text : NULL;
}

static void load_blocks(struct grub *grub, const struct load *load, unsigned long start,
			unsigned long count)
{
	const char *why = pool_print(grub->scan->pool,
				     "blocks %lu+%lu of GRUB's device cannot be read here",
				     start, count);
	char *text = read_blocks(grub, start, count, &why);

	if (!text) {
		set_unknown(grub, load, why);
		return;
	}
	set_all(grub, load, text);
	grub_succeed(grub, true);
}

static void load_file(struct grub *grub, const struct load *load)
{
	const char *why;
	char *text = grub_read(grub, load->path, &why);

	if (why) {
		set_unknown(grub, load, why);
		return;
	}
	if (text)
		set_all(grub, load, text);
	if (text)
		grub_succeed(grub, true);
	else
		grub_fail(grub);
}

/**
 * grub_load_env() - set the variables that GRUB has kept
 * @s: where
 * @words: name and arguments of the command
 *
 * The file is in GRUB's own directory unless another one is named.
 */
void grub_load_env(struct script *s, const struct words *words)
{
	struct load *load = pool_alloc(s->grub->scan->pool, sizeof(*load));
	const char *prefix = grub_get(s->grub, "prefix", 6);
	unsigned long start, count;

	grub_charge(s, FIND_WORK);
	if (!load)
		return;
	load->path = pool_print(s->grub->scan->pool, "%s/grubenv", prefix ?: "");
	read_words(load, words);
	if (words->split)
		set_unknown(s->grub, load, words->split);
	else if (is_blocks(load->path, &start, &count))
		load_blocks(s->grub, load, start, count);
	else
		load_file(s->grub, load);
}
