/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What GRUB does with its configuration file.
 *
 * References: GNU GRUB manual 2.06, sections "Shell-like scripting", "Special environment
 * variables" and "Command-line and menu entry commands".
 */
#ifndef _LIBKEXEC_GRUB_H
#define _LIBKEXEC_GRUB_H

#include "entries.h"

#define WORDS_MAX	256
/* Longer than any command line that a kernel takes. */
#define WORD_MAX	8192
/* How deep conditions, functions, files and menus may lie in each other. */
#define DEPTH_MAX	24
/* Characters that may be looked at, for the menu and for its entries; real files have 50000. */
#define WORK_MAX	(4UL << 20)
/* What looking for a file counts for. */
#define FIND_WORK	256
#define FUNCTIONS_MAX	256

/**
 * struct words - a command and its arguments
 * @word: they
 * @nr: how many
 */
struct words {
	const char *word[WORDS_MAX];
	size_t nr;
};

struct menu;

/**
 * struct item - a line of a menu
 * @next: the next one
 * @title: for people
 * @id: for the variable that names the default; NULL if it has none
 * @body: its commands, up to a closing brace; NULL if there is no need to run them
 * @args: what the commands know as $1 and so on
 * @menu: the menu that it opens, or NULL
 * @entry: what it starts; NULL if that is nothing for us, or not known yet
 */
struct item {
	struct item *next;
	const char *title, *id, *body;
	const struct words *args;
	struct menu *menu;
	struct kexec_entry *entry;
};

/**
 * struct menu - a menu
 * @first: its first line
 * @end: where the next one goes
 */
struct menu {
	struct item *first, **end;
};

/**
 * struct function - a function of the script
 * @next: those defined before
 * @name: its name
 * @body: its commands, up to a closing brace
 * @nr: how many there are with it
 */
struct function {
	const struct function *next;
	const char *name, *body;
	size_t nr;
};

/**
 * struct boot - what the commands of an entry have loaded so far
 * @missing: a file that is not there
 * @elsewhere: UUID of another file system that has the kernel
 * @kernel: the kernel
 * @options: its command line
 * @devicetree: a device tree
 * @initrds: initial RAM disks
 * @modules: modules of a multiboot kernel, as kexec_image_add_module() takes them
 * @names_first: they are told their files' names, too
 */
struct boot {
	const char *missing, *elsewhere, *kernel, *options, *devicetree;
	struct texts initrds, modules;
	bool names_first;
};

/**
 * struct grub - a configuration file that is being run
 * @scan: the search; has the variables
 * @source: the file
 * @functions: defined so far, the latest first
 * @menu: where entries go
 * @boot: what the entry that is being run has loaded; NULL outside of entries
 * @work: characters looked at so far
 * @room: how large the pool may get
 * @depth: how deep it is
 * @status: whether the last command succeeded
 * @broken: why it cannot go on; NULL: it can
 * @broken_at: where that was
 * @field: word that is being put together
 * @field_len: how long it is
 * @field_open: there is one, even if it is empty
 */
struct grub {
	struct scan *scan;
	const char *source;
	const struct function *functions;
	struct menu *menu;
	struct boot *boot;
	size_t work, room;
	unsigned int depth;
	bool status;
	const char *broken;
	const char *broken_at;
	char field[WORD_MAX];
	size_t field_len;
	bool field_open;
};

/* grub_script.c */
void grub_run(struct grub *grub, const char *text, char end, const struct words *args);

/* grub_commands.c */
const char *grub_find(struct grub *grub, const char *path);
bool grub_command(struct grub *grub, const struct words *words, const char *body);
void grub_add_item(struct grub *grub, const struct item *from);

/* grub_search.c */
void grub_set_root(struct grub *grub, const char *uuid);
void grub_search(struct grub *grub, const struct words *words);
const char *grub_elsewhere(struct grub *grub, const char *word, const char *found);

/* grub_test.c */
bool grub_test(struct grub *grub, const char * const *word, size_t nr);

#endif /* _LIBKEXEC_GRUB_H */
