/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What GRUB does with its configuration file.
 *
 * References: GNU GRUB manual 2.06 and 2.14, sections "Shell-like scripting", "Special
 * environment variables" and "Command-line and menu entry commands"; where they say
 * nothing, what grub-emu 2.06 does.
 *
 * What cannot be known here, as what a command would have found on a device, is carried
 * along as such: in values as a mark, in statuses as a third one beside success and
 * failure.  What is made from it is left out, with what it comes from as the reason.
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
/* What looking for a file counts for; less if it was looked for before. */
#define FIND_WORK	256
#define FUNCTIONS_MAX	256

#define CAUSES_MAX	120

/**
 * struct words - a command and its arguments
 * @word: they
 * @nr: how many
 * @split: why there may be more or less of them, or NULL
 */
struct words {
	const char *word[WORDS_MAX];
	size_t nr;
	const char *split;
};

struct menu;

/**
 * struct item - a line of a menu
 * @next: the next one
 * @title: for people; NULL in what stands for other lines
 * @id: for the variable that names the default; NULL if it has none
 * @body: its commands, up to a closing brace; NULL if there is no need to run them
 * @args: what the commands know as $1 and so on
 * @images: it stands for unified kernel images, not for drop-in files
 * @menu: the menu that it opens, or NULL
 * @entry: what it starts; NULL if that is nothing for us, or not known yet
 * @maybe: why it may not be there, or not be the only one, or NULL
 * @missing: a file without which GRUB cannot start it, or NULL
 * @why_not: why it is left out, or NULL
 */
struct item {
	struct item *next;
	const char *title, *id, *body;
	const struct words *args;
	struct menu *menu;
	struct kexec_entry *entry;
	const char *maybe, *missing, *why_not;
	bool images;
};

/**
 * struct menu - a menu
 * @first: its first line
 * @end: where the next one goes
 * @preset: what its own commands have set as the default, or NULL
 */
struct menu {
	struct item *first, **end;
	const char *preset;
};

/**
 * struct function - a function of the script
 * @next: those defined before
 * @name: its name; NULL: which ones there were before is not known
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
 * @elsewhere: where the kernel is instead of here
 * @unknown: why it is not known what is loaded
 * @kernel: the kernel
 * @options: its command line
 * @devicetree: a device tree
 * @initrds: initial RAM disks
 * @modules: modules of a multiboot kernel, as kexec_image_add_module() takes them
 * @names_first: they are told their files' names, too
 * @other: something else than a kernel is loaded
 */
struct boot {
	const char *missing, *elsewhere, *unknown, *kernel, *options, *devicetree;
	struct texts initrds, modules;
	bool names_first, other;
};

/* How far what follows is not run. */
enum leaving {
	STAY,
	CONTINUE,
	BREAK,
	RETURN,
	LEAVE,
};

/**
 * struct cause - why something is not known
 * @text: the reason, a clause
 * @uuid: what is not known is the name of the device that has the file system of this
 *	UUID, or label
 * @links: directory of udev that has it
 * @device: it is the name of a device that may well be this system's
 */
struct cause {
	const char *text, *uuid, *links;
	bool device;
};

#define FOUND_BUCKETS	256

/**
 * struct found - the answer to what was asked before
 * @next: another one
 * @key: what it was
 * @result: the answer, or NULL
 * @why: why it is not known, or NULL
 * @st: what is known of the file that was found
 * @is_new: it is to be found out
 */
struct found {
	struct found *next;
	const char *key, *result, *why;
	struct stat st;
	bool is_new;
};

/**
 * struct grub - a configuration file that is being run
 * @scan: the search; has the variables
 * @source: the file
 * @prefix: GRUB's own directory, below the root
 * @functions: defined so far, the latest first
 * @menu: where entries go
 * @boot: what the entry that is being run has loaded; NULL outside of entries
 * @work: characters looked at so far
 * @room: how large the pool may get
 * @depth: how deep it is
 * @args: what the commands know as $1 and so on, or NULL
 * @loops: how many loops of the function, or of the file, it is in
 * @calls: how many functions it is in
 * @status: of the last command: 0 or the number of an error, or -1 if that has some number
 * @status_unknown: why even that is not known, or NULL
 * @doubt: why what is run may not be run, while all it sets is going to be compared with
 *	what is set if it is not; or NULL
 * @weak: why it may not be run, without such a comparison; or NULL
 * @raised: how far @weak goes
 * @leaving: what is not run any more
 * @levels: how many loops are still to be left
 * @broken: why it cannot go on; NULL: it can
 * @broken_at: where that was
 * @cut: why the end of the menu, and the default, are not known
 * @blscfg: drop-in files are part of the menu
 * @blsdir: their directory if it is not the usual one, or NULL
 * @fallback: the usual ones are taken if there is none in @blsdir
 * @at_blscfg: variables as they were then
 * @at_end: variables as they were at the end of the file
 * @hidden: drop-in files that are in no menu
 * @causes: why things are not known
 * @nr_causes: how many
 * @commands: GRUB's commands, by their names
 * @nr_commands: how many
 * @found: files that were looked for
 * @kept_out: there is one that only others may read
 * @field: word that is being put together
 * @field_len: how long it is
 * @field_open: there is one, even if it is empty
 * @field_glob: it has a character, not quoted, of patterns
 */
struct grub {
	struct scan *scan;
	const char *source, *prefix;
	const struct function *functions;
	struct menu *menu;
	struct boot *boot;
	size_t work, room;
	unsigned int depth;
	const struct words *args;
	unsigned int loops, calls;
	int status;
	const char *status_unknown;
	const char *doubt, *weak;
	enum leaving raised, leaving;
	unsigned long levels;
	const char *broken, *broken_at, *cut;
	bool blscfg, fallback;
	const char *blsdir;
	const struct variable *at_blscfg, *at_end;
	struct entry_list hidden;
	struct cause causes[CAUSES_MAX];
	size_t nr_causes;
	const struct command *commands;
	size_t nr_commands;
	struct found *found[FOUND_BUCKETS];
	bool kept_out;
	char field[WORD_MAX];
	size_t field_len;
	bool field_open, field_glob;
};

/* A script at some place. */
struct script {
	struct grub *grub;
	const char *at;
};

/* grub.c */
const char *grub_mend(struct grub *grub);
const char *grub_tell_broken(struct grub *grub);

/* grub_words.c */
void grub_break_off(struct script *s, const char *why);
void grub_charge(struct script *s, size_t work);
bool grub_ends_command(struct script *s);
bool grub_is_next(const struct script *s, const char *word);
void grub_take_word(struct script *s, struct words *words);
bool grub_number(const char *text, char **end, unsigned long *number);

/* grub_form.c */
bool grub_accept(struct script *s, const char *word);
void grub_expect(struct script *s, const char *word);
void grub_skip_lines(struct script *s);
bool grub_starts_command(struct script *s);
bool grub_take_separator(struct script *s);

/* grub_script.c */
void grub_run(struct grub *grub, const char *text, char end);
void grub_run_text(struct grub *grub, const char *text);

/* grub_unknown.c */
const char *grub_because(struct grub *grub, const char *why);
const char *grub_device(struct grub *grub, const char *why, const char *uuid, const char *links);
const struct cause *grub_cause(const struct grub *grub, const char *word);
const char *grub_why(const struct grub *grub, const char *word);
const char *grub_why_words(const struct grub *grub, const struct words *words);
const char *grub_get(const struct grub *grub, const char *name, size_t len);
const char *grub_get_known(const struct grub *grub, const char *name, const char **why);
void grub_initial(struct grub *grub);

/**
 * struct loop - a loop
 * @head: its condition, or NULL
 * @body: what it runs
 * @until: it runs while the condition does not hold
 * @weak: as it was outside
 * @raised: as it was outside
 */
struct loop {
	const char *head, *body;
	bool until;
	const char *weak;
	enum leaving raised;
};

/* grub_state.c */
void grub_set(struct grub *grub, const char *name, const char *value);
void grub_forget(struct grub *grub, const char *why);
const char *grub_maybe(const struct grub *grub);
void grub_succeed(struct grub *grub, bool good);
void grub_fail(struct grub *grub);
void grub_doubt(struct grub *grub, const char *why);
void grub_raise(struct grub *grub, enum leaving leaving, const char *why);
void grub_add_item(struct grub *grub, const struct item *from);
void grub_add_function(struct script *s, const char *name);
const struct function *grub_find_function(const struct grub *grub, const char *name);
bool grub_goes_on(struct grub *grub);
void grub_enter_loop(struct grub *grub, struct loop *loop);
void grub_leave_loop(struct grub *grub, const struct loop *loop);

/**
 * struct state - what a command may change
 * @variables: variables
 * @functions: functions
 * @args: what the commands know as $1 and so on
 * @boot: what is loaded
 * @status: of the last command
 * @status_unknown: why it is not known
 * @leaving: what is not run any more
 * @levels: how many loops are to be left
 */
struct state {
	const struct variable *variables;
	const struct function *functions;
	const struct words *args;
	struct boot boot;
	int status;
	const char *status_unknown;
	enum leaving leaving;
	unsigned long levels;
};

/**
 * struct fork - what is kept where both ways are gone
 * @before: the state before them
 * @taken: that behind the first
 * @doubt: as it was outside
 */
struct fork {
	struct state before, taken;
	const char *doubt;
};

/* grub_merge.c */
void grub_save(const struct grub *grub, struct state *state);
void grub_restore(struct grub *grub, const struct state *state);
bool grub_merge(struct grub *grub, const struct state *base, const struct state *other,
		const char *why);
void grub_start_fork(struct grub *grub, struct fork *fork, const char *why);
void grub_other_way(struct grub *grub, struct fork *fork);
bool grub_end_fork(struct grub *grub, struct fork *fork, const char *why);

/* grub_commands.c */
bool grub_list_commands(struct grub *grub);
bool grub_is_command(const struct grub *grub, const char *name);
bool grub_takes_block(const char *name);
void grub_command(struct script *s, const struct words *words, const char *body);
void grub_unknown_command(struct script *s, const struct words *words, const char *why);

/* grub_boot.c */
const char *grub_join(struct grub *grub, const struct words *words, size_t from);
void grub_linux(struct script *s, const struct words *words);
void grub_initrd(struct script *s, const struct words *words);
void grub_devicetree(struct script *s, const struct words *words);
void grub_module(struct script *s, const struct words *words);
void grub_other(struct script *s, const struct words *words);
void grub_start_it(struct script *s, const struct words *words);

/* grub_files.c */
enum answer { NO, YES, PERHAPS };

const char *grub_find(struct grub *grub, const char *path, const char **why);
char *grub_read(struct grub *grub, const char *path, const char **why);
const char *grub_kept_out(struct grub *grub, const char *path);
bool grub_is_link(struct grub *grub, const char *links, const struct dirent *link,
		  struct stat *st);
enum answer grub_stat(struct grub *grub, const char *path, struct stat *st, const char **why);

/* grub_menu.c */
void grub_menuentry(struct script *s, const struct words *words, const char *body);
struct item *grub_first_line(struct item *item);
struct item *grub_line(const struct grub *grub, const struct menu *menu, const char *path,
		       const char **rest, const char **why);
struct item *grub_choose(const struct grub *grub, const struct menu *menu, const char *path,
			 const char **why);
struct item *grub_fall_back(const struct grub *grub, const struct menu *menu, const char *names,
			    const char **why);

/* grub_search.c */
void grub_search(struct script *s, const struct words *words);
void grub_probe(struct script *s, const struct words *words);

/* grub_regexp.c */
void grub_regexp(struct script *s, const struct words *words);

/* grub_test.c */
void grub_test(struct script *s, const struct words *words);

/* grub_pci.c */
void grub_hwmatch(struct script *s, const struct words *words);

/* grub_context.c */
void grub_export(struct grub *grub, const char *name, bool exported);
const struct variable *grub_exported(struct grub *grub);

/* grub_env.c */
void grub_load_env(struct script *s, const struct words *words);

#endif /* _LIBKEXEC_GRUB_H */
