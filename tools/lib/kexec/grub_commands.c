// SPDX-License-Identifier: GPL-2.0-only
/* The commands of GRUB: those that decide what is started, and all others by name. */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

static void do_true(struct script *s, const struct words *words __maybe_unused)
{
	grub_succeed(s->grub, true);
}

/* No key is pressed in a boot that nobody watches. */
static void do_false(struct script *s, const struct words *words __maybe_unused)
{
	grub_succeed(s->grub, false);
}

/* Whether it succeeds depends on the machine, and nothing else does. */
static void do_nothing(struct script *s, const struct words *words)
{
	grub_doubt(s->grub, pool_print(s->grub->scan->pool, "the command %s may fail",
				       words->word[0]));
}

static void do_set(struct script *s, const struct words *words)
{
	const char *word = words->nr > 1 ? words->word[1] : "=", *equals = strchr(word, '=');

	grub_succeed(s->grub, true);
	if (!equals)
		s->grub->status = -1;
	else if (equals > word)
		grub_set(s->grub, pool_text(s->grub->scan->pool, word, equals - word), equals + 1);
}

static void do_unset(struct script *s, const struct words *words)
{
	size_t i;

	grub_succeed(s->grub, true);
	for (i = 1; i < words->nr; i++) {
		grub_set(s->grub, words->word[i], NULL);
		grub_export(s->grub, words->word[i], false);
	}
}

static void do_export(struct script *s, const struct words *words)
{
	size_t i;

	grub_succeed(s->grub, true);
	for (i = 1; i < words->nr; i++)
		grub_export(s->grub, words->word[i], true);
}

static void run_text(struct script *s, const char *text)
{
	if (++s->grub->depth > DEPTH_MAX)
		grub_break_off(s, "too much lies in each other");
	else
		grub_run_text(s->grub, text);
	s->grub->depth--;
}

static void do_eval(struct script *s, const struct words *words)
{
	struct pool *pool = s->grub->scan->pool;
	const char *why = grub_why_words(s->grub, words), *text = "";
	size_t i;

	for (i = 1; i < words->nr; i++)
		text = i == 1 ? words->word[i] : pool_print(pool, "%s %s", text, words->word[i]);
	if (why)
		grub_forget(s->grub, why);
	else
		run_text(s, text);
}

/* The text of a file that has commands, or NULL if it is not there, or not known. */
static const char *read_commands(struct script *s, const struct words *words)
{
	const char *text = NULL, *why = words->split;

	grub_charge(s, FIND_WORK);
	if (words->nr > 1 && !why)
		text = grub_read(s->grub, words->word[1], &why);
	if (why)
		grub_forget(s->grub, why);
	else if (!text)
		grub_fail(s->grub);
	return text;
}

static void do_source(struct script *s, const struct words *words)
{
	const char *text = read_commands(s, words);

	if (text)
		run_text(s, text);
}

/* It has a menu of its own; only if that is empty GRUB comes back. */
static void do_configfile(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	const struct variable *variables = grub->scan->variables;
	const char *text = read_commands(s, words);
	struct menu *menu = grub->menu;

	if (!text)
		return;
	if (grub->boot) {
		grub->boot->unknown = "it opens another menu";
		return;
	}
	grub->menu = pool_alloc(grub->scan->pool, sizeof(*menu));
	if (!grub->menu) {
		grub->menu = menu;
		return;
	}
	grub->menu->end = &grub->menu->first;
	grub->scan->variables = grub_exported(grub);
	run_text(s, text);
	if (grub->menu->first) {
		*menu = *grub->menu;
		grub->leaving = LEAVE;
	} else {
		grub->scan->variables = variables;
	}
	grub->menu = menu;
}

static bool is_count(const struct words *words, unsigned long *number)
{
	char *end;

	*number = 1;
	return words->nr == 1 || (words->nr == 2 && grub_number(words->word[1], &end, number));
}

static void do_return(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	const char *why = grub_why_words(grub, words);
	unsigned long number;

	if (why) {
		grub_forget(grub, why);
	} else if (!grub->calls || !is_count(words, &number)) {
		grub_fail(grub);
	} else {
		grub->leaving = RETURN;
		if (words->nr == 1)
			return;
		grub->status = number;
		grub->status_unknown = NULL;
	}
}

static void do_break(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	const char *why = grub_why_words(grub, words);
	unsigned long number;

	if (why) {
		grub_forget(grub, why);
	} else if (!is_count(words, &number) || !number) {
		grub_fail(grub);
	} else {
		grub_succeed(grub, true);
		grub->leaving = grub->loops ? !strcmp(words->word[0], "break") ? BREAK : CONTINUE :
					      STAY;
		grub->levels = number;
	}
}

/* Arguments of a function, or of an entry, without the first ones. */
static void do_shift(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	const struct words *before = grub->args;
	struct words *args = before ? pool_alloc(grub->scan->pool, sizeof(*args)) : NULL;
	const char *why = grub_why_words(grub, words);
	unsigned long number;

	grub_succeed(grub, true);
	if (!args)
		return;
	*args = *before;
	args->split = args->split ?: why ?: grub->weak;
	if (!why && (!is_count(words, &number) || number > before->nr - 1)) {
		grub_fail(grub);
	} else if (!args->split) {
		args->nr -= number;
		memmove(args->word + 1, args->word + 1 + number,
			(args->nr - 1) * sizeof(*args->word));
	}
	grub->args = args;
}

static void do_setparams(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	struct words *args = grub->calls ? pool_alloc(grub->scan->pool, sizeof(*args)) : NULL;

	if (!args) {
		grub_fail(grub);
		return;
	}
	*args = *words;
	args->split = args->split ?: grub->weak;
	grub->args = args;
	grub_succeed(grub, true);
}

/* A line that stands for all drop-in files. */
static void do_blscfg(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	const char *why = grub_why_words(grub, words);
	size_t i;

	grub_succeed(grub, true);
	if (grub->boot || grub->scan->expand)
		return;
	grub->scan->expand = true;
	grub->blsdir = grub_get(grub, "blsdir", 6);
	for (i = 1; i < words->nr; i++) {
		if (!strcmp(words->word[i], "--enable-fallback"))
			grub->fallback = true;
		else if (!strncmp(words->word[i], "--path=", 7))
			grub->blsdir = words->word[i] + 7;
		else if (strchr(words->word[i], '/'))
			grub->blsdir = words->word[i];
	}
	why = why ?: grub_why(grub, grub->blsdir);
	grub->at_blscfg = grub->scan->variables;
	grub_add_item(grub, &(struct item){ .maybe = why });
}

/* A line that stands for all unified kernel images. */
static void do_uki(struct script *s, const struct words *words)
{
	struct grub *grub = s->grub;
	const char *why = words->nr > 1 ? "the command uki names its directory" : NULL;

	grub_succeed(grub, true);
	if (!grub->boot)
		grub_add_item(grub, &(struct item){ .images = true, .maybe = why });
}

/* What adds lines, and may do all else, that is not looked at here. */
static void do_foreign_menu(struct script *s, const struct words *words)
{
	grub_forget(s->grub, pool_print(s->grub->scan->pool, "the command %s is not run here",
					words->word[0]));
}

/* A variable that an argument names; a device, or a file, is none. */
static void set_unknown(struct grub *grub, const char *name, const char *why)
{
	const struct cause *cause = grub_cause(grub, name);

	if (cause && cause->device)
		return;
	if (strncmp(name, "--set=", 6) && *name == '-')
		return;
	name += *name == '-' ? 6 : 0;
	if (strchr(name, ':'))
		name = strchr(name, ':') + 1;
	if (*name)
		grub_set(grub, name, grub_because(grub, why));
}

/**
 * grub_unknown_command() - have unknown what a command could have set
 * @s: where
 * @words: its name and arguments
 * @format: why it is not known, with the name of the command
 */
void grub_unknown_command(struct script *s, const struct words *words, const char *format)
{
	struct grub *grub = s->grub;
	const char *why = pool_print(grub->scan->pool, format, words->word[0]);
	size_t i;

	if (words->split) {
		grub_forget(grub, why);
		return;
	}
	for (i = 1; i < words->nr; i++)
		set_unknown(grub, words->word[i], why);
	grub_doubt(grub, why);
}

static void do_setting(struct script *s, const struct words *words)
{
	grub_unknown_command(s, words, "what the command %s finds is not known");
}

typedef void (*run_fn)(struct script *s, const struct words *words);

static const struct {
	const char *names;
	run_fn run;
} commands[] = {
	{ " [ test ", grub_test },
	{ " set ", do_set },
	{ " unset ", do_unset },
	{ " export ", do_export },
	{ " search.fs_uuid search.fs_label search.file search ", grub_search },
	{ " probe ", grub_probe },
	{ " regexp ", grub_regexp },
	{ " load_env ", grub_load_env },
	{ " eval ", do_eval },
	{ " source . ", do_source },
	{ " configfile ", do_configfile },
	{ " return ", do_return },
	{ " break continue ", do_break },
	{ " shift ", do_shift },
	{ " setparams ", do_setparams },
	{ " blscfg ", do_blscfg },
	{ " uki ", do_uki },
	{ " linux linux16 linuxefi multiboot multiboot2 xen_hypervisor ", grub_linux },
	{ " initrd initrd16 initrdefi ", grub_initrd },
	{ " devicetree ", grub_devicetree },
	{ " module module2 xen_module ", grub_module },
	{ " chainloader ntldr freedos drdos truecrypt plan9 pxechainloader ", grub_other },
	{ " kfreebsd knetbsd kopenbsd xnu_kernel xnu_kernel64 xnu_resume ", grub_other },
	{ " appleloader ", grub_other },
	{ " boot exit normal_exit halt reboot fwsetup legacy_kernel ", grub_start_it },
	{ " true echo sleep clear gettext ", do_true },
	{ " false keystatus ", do_false },
	{ " hwmatch ", grub_hwmatch },
	{ " btrfs-mount-subvol btrfs-list-subvols btrfs-info efi-watchdog ", do_nothing },
	{ " extract_entries_source extract_entries_configfile legacy_source ", do_foreign_menu },
	{ " legacy_configfile extract_legacy_entries_source ", do_foreign_menu },
	{ " extract_legacy_entries_configfile syslinux_source ", do_foreign_menu },
	{ " syslinux_configfile extract_syslinux_entries_source normal ", do_foreign_menu },
	{ " extract_syslinux_entries_configfile ", do_foreign_menu },
	{ " smbios cpuid read read_byte read_word read_dword inb inw inl ", do_setting },
	{ " setpci file hashsum zfs-bootfs tr rdmsr cmostest pcidump ", do_setting },
	{ " cat videotest ", do_setting },
	{ " 915resolution acpi all_functional_test authenticate ", do_nothing },
	{ " background_color background_image backtrace badram blocklist ", do_nothing },
	{ " cbmemc cmosclean cmosdump cmosset cmp coreboot_boottime crc ", do_nothing },
	{ " cryptomount cutmem date distrust drivemap dump efiemu_loadcore ", do_nothing },
	{ " efiemu_prepare efiemu_unload fakebios fix_video functional_test ", do_nothing },
	{ " gdbstub gdbstub_break gdbstub_stop gptsync hdparm hello help ", do_nothing },
	{ " hexdump hexdump_random insmod keymap kfreebsd_loadenv ", do_nothing },
	{ " kfreebsd_module kfreebsd_module_elf knetbsd_module ", do_nothing },
	{ " knetbsd_module_elf kopenbsd_ramdisk legacy_check_password ", do_nothing },
	{ " legacy_initrd legacy_initrd_nounzip legacy_password list_env ", do_nothing },
	{ " list_trusted loadbios loadfont loopback ls lsacpi lsapm ", do_nothing },
	{ " lscoreboot lsefi lsefimmap lsefisystab lsfonts lsmmap lsmod ", do_nothing },
	{ " lspci lssal macppcbless mactelbless md5sum nativedisk ", do_nothing },
	{ " net_add_addr net_add_dns net_add_route net_bootp net_bootp6 ", do_nothing },
	{ " net_del_addr net_del_dns net_del_route net_dhcp ", do_nothing },
	{ " net_get_dhcp_option net_ipv6_autoconf net_ls_addr net_ls_cards ", do_nothing },
	{ " net_ls_dns net_ls_routes net_nslookup outb outl outw parttool ", do_nothing },
	{ " password password_pbkdf2 play rmmod save_env sendkey serial ", do_nothing },
	{ " sha1sum sha256sum sha512sum terminal_input terminal_output ", do_nothing },
	{ " terminfo test_blockarg testload testspeed time trust usb vbeinfo ", do_nothing },
	{ " vbetest verify_detached videoinfo write_byte write_dword ", do_nothing },
	{ " write_word wrmsr xnu_devprop_load xnu_kext xnu_kextdir xnu_mkext ", do_nothing },
	{ " xnu_ramdisk xnu_splash xnu_uuid zfsinfo zfskey ", do_nothing },
};

/* A name of the table above, which ends with a blank. */
struct command {
	const char *name;
	size_t len;
	run_fn run;
};

static size_t name_commands(struct command *all)
{
	const char *name;
	size_t nr = 0, len, i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		for (name = commands[i].names + 1; *name; name += len + 1, nr++) {
			len = strcspn(name, " ");
			if (all)
				all[nr] = (struct command){ name, len, commands[i].run };
		}
	return nr;
}

static int compare_name(const void *text, const void *other)
{
	const struct command *command = other;
	int order = strncmp(text, command->name, command->len);

	return order ?: ((const char *)text)[command->len];
}

static int compare_commands(const void *a, const void *b)
{
	const struct command *one = a, *other = b;
	int order = memcmp(one->name, other->name,
			   one->len < other->len ? one->len : other->len);

	return order ?: (one->len > other->len) - (one->len < other->len);
}

/**
 * grub_list_commands() - make the list in which commands are found by their names
 * @grub: where
 *
 * A loop that does nothing else looks for one all the time.
 *
 * Return: whether there is the memory.
 */
bool grub_list_commands(struct grub *grub)
{
	struct command *all = pool_alloc(grub->scan->pool, name_commands(NULL) * sizeof(*all));

	if (!all)
		return false;
	grub->nr_commands = name_commands(all);
	qsort(all, grub->nr_commands, sizeof(*all), compare_commands);
	grub->commands = all;
	return true;
}

static run_fn find(const struct grub *grub, const char *name)
{
	const struct command *command = bsearch(name, grub->commands, grub->nr_commands,
						sizeof(*command), compare_name);

	return command ? command->run : NULL;
}

/**
 * grub_takes_block() - is a block behind a command no argument of it?
 * @name: the command
 *
 * Return: true if so.
 */
bool grub_takes_block(const char *name)
{
	return !strcmp(name, "menuentry") || !strcmp(name, "submenu");
}

/**
 * grub_is_command() - has GRUB a command of that name?
 * @grub: where
 * @name: the name
 *
 * Return: true if so.
 */
bool grub_is_command(const struct grub *grub, const char *name)
{
	return grub_takes_block(name) || find(grub, name);
}

/**
 * grub_command() - run a command
 * @s: where
 * @words: its name and arguments; grub_is_command() knows it
 * @body: the block behind them, or NULL
 */
void grub_command(struct script *s, const struct words *words, const char *body)
{
	run_fn run = find(s->grub, words->word[0]);

	if (grub_takes_block(words->word[0]))
		grub_menuentry(s, words, body);
	else
		run(s, words);
}
