// SPDX-License-Identifier: GPL-2.0-only
/* Those commands of GRUB's configuration files that decide what is started, and how. */
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/**
 * grub_find() - find a file that GRUB names
 * @grub: where it is named
 * @path: its name
 *
 * Return: its path for this program, or NULL if there is no such file.
 */
const char *grub_find(struct grub *grub, const char *path)
{
	grub->work += FIND_WORK;
	return entries_find_file(grub->scan, "/boot", path);
}

/* The same, for what an entry needs. */
static const char *find(struct grub *grub, const char *path)
{
	const char *found = grub_find(grub, path);

	if (!found && grub->boot && !grub->boot->missing)
		grub->boot->missing = path;
	return found;
}

static bool do_test(struct grub *grub, const struct words *words, const char *body __maybe_unused)
{
	size_t nr = words->nr - 1;

	if (!strcmp(words->word[0], "[")) {
		if (strcmp(words->word[nr], "]"))
			return false;
		nr--;
	}
	return grub_test(grub, words->word + 1, nr);
}

/* NAME=VALUE */
static void assign(struct grub *grub, const char *word)
{
	const char *equals = strchr(word, '=');

	if (!strncmp(word, "root=", 5))
		grub_set_root(grub, NULL);
	if (equals)
		variables_set(grub->scan->pool, &grub->scan->variables,
			      pool_text(grub->scan->pool, word, equals - word), equals + 1);
}

static bool do_set(struct grub *grub, const struct words *words, const char *body __maybe_unused)
{
	if (words->nr > 1)
		assign(grub, words->word[1]);
	return true;
}

static bool do_unset(struct grub *grub, const struct words *words, const char *body __maybe_unused)
{
	size_t i;

	for (i = 1; i < words->nr; i++)
		variables_set(grub->scan->pool, &grub->scan->variables, words->word[i], NULL);
	return true;
}

static bool do_search(struct grub *grub, const struct words *words,
		      const char *body __maybe_unused)
{
	grub_search(grub, words);
	return true;
}

/* The file is in GRUB's own directory unless another one is named. */
static bool do_load_env(struct grub *grub, const struct words *words,
			const char *body __maybe_unused)
{
	const char *path, *prefix = variables_get(grub->scan->variables, "prefix", 6);

	path = pool_print(grub->scan->pool, "%s/grubenv", prefix ?: "");
	if (words->nr > 2 && (!strcmp(words->word[1], "-f") || !strcmp(words->word[1], "--file")))
		path = words->word[2];
	path = find(grub, path);
	if (path)
		variables_read(grub->scan->pool, path, &grub->scan->variables);
	return path;
}

static bool do_source(struct grub *grub, const struct words *words,
		      const char *body __maybe_unused)
{
	const char *path = words->nr > 1 ? find(grub, words->word[1]) : NULL;
	const char *text = path ? entries_read_text(grub->scan->pool, path, NULL) : NULL;

	if (text)
		grub_run(grub, text, '\0', NULL);
	return text;
}

/* Options with a value, for what else there is in the manual, and those without. */
static bool takes_value(const char *option)
{
	static const char * const all[] = { "--class", "--users", "--hotkey", "--source", "--id" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(option, all[i]))
			return true;
	return false;
}

/* Title and arguments remain; the id is found on the way. */
static const struct words *take_options(struct grub *grub, const struct words *words,
					const char **id)
{
	struct words *rest = pool_alloc(grub->scan->pool, sizeof(*rest));
	size_t i;

	for (i = 1; rest && i < words->nr; i++) {
		if (!strncmp(words->word[i], "--id=", 5)) {
			*id = words->word[i] + 5;
		} else if (takes_value(words->word[i])) {
			if (!strcmp(words->word[i++], "--id") && i < words->nr)
				*id = words->word[i];
		} else if (strncmp(words->word[i], "--", 2)) {
			rest->word[rest->nr++] = words->word[i];
		}
	}
	return rest;
}

/**
 * grub_add_item() - add a line to the menu
 * @grub: has the menu
 * @from: the line, which is copied
 */
void grub_add_item(struct grub *grub, const struct item *from)
{
	struct item *item = pool_alloc(grub->scan->pool, sizeof(*item));

	if (!item)
		return;
	*item = *from;
	*grub->menu->end = item;
	grub->menu->end = &item->next;
}

static bool do_menuentry(struct grub *grub, const struct words *words, const char *body)
{
	struct item item = { .body = body };

	item.args = take_options(grub, words, &item.id);
	if (grub->boot || !body || !item.args || !item.args->nr)
		return false;
	item.title = item.args->word[0];
	if (!strcmp(words->word[0], "submenu"))
		item.menu = pool_alloc(grub->scan->pool, sizeof(*item.menu));
	grub_add_item(grub, &item);
	return true;
}

/* A line that stands for all drop-in files. */
static bool do_blscfg(struct grub *grub, const struct words *words __maybe_unused,
		      const char *body __maybe_unused)
{
	if (grub->boot || grub->scan->expand)
		return false;
	grub->scan->expand = true;
	grub_add_item(grub, &(struct item){});
	return true;
}

/*
 * As GRUB hands words over: quoted if they have blanks, and with a backslash before what would
 * be special (grub-core/lib/cmdline.c).
 */
static const char *quote(struct pool *pool, const char *word)
{
	const char *mark = strchr(word, ' ') ? "\"" : "";
	char *text = pool_alloc(pool, 2 * strlen(word) + 1), *to = text;

	for (; text && *word; *to++ = *word++)
		if (strchr("\\'\"", *word))
			*to++ = '\\';
	return text && *mark ? pool_print(pool, "\"%s\"", text) : text ?: "";
}

static const char *join(struct grub *grub, const struct words *words, size_t from)
{
	const char *line = "";
	size_t i;

	for (i = from; i < words->nr; i++)
		line = entries_join(grub->scan->pool, line, quote(grub->scan->pool,
								  words->word[i]));
	return line;
}

/* Where the file's name is, behind options of the command itself. */
static size_t file_word(const struct words *words)
{
	size_t i = 1;

	while (i < words->nr && !strncmp(words->word[i], "--", 2))
		i++;
	return i;
}

/* grub-mkconfig has it there for Xen, whose first word may get lost. */
static bool has_placeholder(const struct words *words, size_t file)
{
	return file + 1 < words->nr && !strcmp(words->word[file + 1], "placeholder");
}

/*
 * GRUB tells a module its text without the file's name.  Xen alone wants the name to come
 * first, from boot loaders that are not GRUB.
 */
static bool drops_names(struct grub *grub, const struct words *words, size_t file)
{
	const char *name = strrchr(grub->boot->kernel, '/');

	return has_placeholder(words, file) || !strcmp(words->word[0], "xen_hypervisor") ||
	       !strncmp(name ? name + 1 : grub->boot->kernel, "xen", 3);
}

/* Takes the place of what an earlier command may have loaded. */
static bool do_linux(struct grub *grub, const struct words *words, const char *body __maybe_unused)
{
	size_t at = file_word(words);

	if (!grub->boot || at == words->nr)
		return false;
	memset(grub->boot, 0, sizeof(*grub->boot));
	grub->boot->kernel = find(grub, words->word[at]);
	if (grub->boot->kernel)
		grub->boot->elsewhere = grub_elsewhere(grub, words->word[at], grub->boot->kernel);
	grub->boot->names_first = grub->boot->kernel && drops_names(grub, words, at);
	at += has_placeholder(words, at);
	grub->boot->options = join(grub, words, at + 1);
	return grub->boot->kernel;
}

static bool do_initrd(struct grub *grub, const struct words *words,
		      const char *body __maybe_unused)
{
	const char *path;
	size_t i;

	for (i = file_word(words); grub->boot && i < words->nr; i++) {
		path = find(grub, words->word[i]);
		if (path)
			entries_add_text(&grub->boot->initrds, path);
	}
	return true;
}

static bool do_devicetree(struct grub *grub, const struct words *words,
			  const char *body __maybe_unused)
{
	if (grub->boot && words->nr > 1)
		grub->boot->devicetree = find(grub, words->word[1]);
	return true;
}

static bool do_module(struct grub *grub, const struct words *words,
		      const char *body __maybe_unused)
{
	struct pool *pool = grub->scan->pool;
	size_t at = file_word(words);
	const char *path, *options = "";

	path = grub->boot && at < words->nr ? find(grub, words->word[at]) : NULL;
	if (!path)
		return false;
	if (at > 1 && !strcmp(words->word[1], "--nounzip"))
		options = "--nounzip";
	if (!grub->boot->names_first)
		options = entries_join(pool, options, "--no-name");
	at += grub->boot->names_first && has_placeholder(words, at);
	entries_add_text(&grub->boot->modules,
			 entries_join(pool, options,
				      entries_join(pool, path, join(grub, words, at + 1))));
	return true;
}

/* No key is pressed in a boot that nobody watches. */
static bool do_false(struct grub *grub __maybe_unused, const struct words *words __maybe_unused,
		     const char *body __maybe_unused)
{
	return false;
}

static const struct {
	const char *name;
	bool (*run)(struct grub *grub, const struct words *words, const char *body);
} commands[] = {
	{ "[", do_test },
	{ "test", do_test },
	{ "set", do_set },
	{ "unset", do_unset },
	{ "search", do_search },
	{ "load_env", do_load_env },
	{ "source", do_source },
	{ ".", do_source },
	{ "configfile", do_source },
	{ "menuentry", do_menuentry },
	{ "submenu", do_menuentry },
	{ "blscfg", do_blscfg },
	{ "linux", do_linux },
	{ "linux16", do_linux },
	{ "linuxefi", do_linux },
	{ "multiboot", do_linux },
	{ "multiboot2", do_linux },
	{ "xen_hypervisor", do_linux },
	{ "initrd", do_initrd },
	{ "initrd16", do_initrd },
	{ "initrdefi", do_initrd },
	{ "devicetree", do_devicetree },
	{ "module", do_module },
	{ "module2", do_module },
	{ "xen_module", do_module },
	{ "false", do_false },
	{ "keystatus", do_false },
};

/**
 * grub_command() - run a command
 * @grub: where it has its effect
 * @words: its name and arguments; there is at least one word
 * @body: the block behind them, or NULL
 *
 * Return: its status; commands that decide nothing here succeed.
 */
bool grub_command(struct grub *grub, const struct words *words, const char *body)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(words->word[0], commands[i].name))
			return commands[i].run(grub, words, body);
	if (words->nr == 1)
		assign(grub, words->word[0]);
	return true;
}
