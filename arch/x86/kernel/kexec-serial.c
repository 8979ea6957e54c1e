// SPDX-License-Identifier: GPL-2.0-only
/*
 * The serial port that the trampoline speaks on: the first one that this
 * kernel's command line puts a console on.
 *
 * earlyprintk=, earlycon= and console= as admin-guide/kernel-parameters.txt has
 * them.  Only ports whose registers follow from the command line count.
 */

#include <linux/ctype.h>
#include <linux/kexec.h>
#include <linux/string.h>

#include "kexec_64.h"

/* ttyS0 to ttyS3 of a PC */
static const u16 legacy_ports[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };

/**
 * struct serial_kind - a way to name a serial port by its registers
 * @name:   what stands before the address
 * @access: how its registers are reached
 */
struct serial_kind {
	const char *name;
	enum kexec_serial_access access;
};

static const struct serial_kind kinds[] = {
	{ "io,", KEXEC_SERIAL_PORT },
	{ "mmio,", KEXEC_SERIAL_MEM8 },
	{ "mmio16,", KEXEC_SERIAL_MEM16 },
	{ "mmio32,", KEXEC_SERIAL_MEM32 },
	/* a bare address */
	{ "", KEXEC_SERIAL_MEM8 },
};

/* Go past @prefix, if @text starts with it. */
static bool skip(const char **text, const char *prefix)
{
	size_t len = str_has_prefix(*text, prefix);

	*text += len;
	return len || !*prefix;
}

static bool take_address(const char *text, enum kexec_serial_access access,
			 struct kexec_serial *serial)
{
	char *end;

	if (!str_has_prefix(text, "0x"))
		return false;
	serial->base = memparse(text, &end);
	serial->access = access;
	return access != KEXEC_SERIAL_PORT || serial->base <= U16_MAX - 7;
}

static bool take_legacy(const char *text, struct kexec_serial *serial)
{
	unsigned int number = *text - '0';

	if (number >= ARRAY_SIZE(legacy_ports) || isdigit(text[1]))
		return false;
	*serial = (struct kexec_serial) { legacy_ports[number], KEXEC_SERIAL_PORT };
	return true;
}

static bool take_uart(const char *text, struct kexec_serial *serial)
{
	const struct serial_kind *kind;

	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++)
		if (skip(&text, kind->name))
			return take_address(text, kind->access, serial);
	return false;
}

/* serial[,0xPORT|,ttySN|,N] */
static bool take_early(const char *text, struct kexec_serial *serial)
{
	if (!skip(&text, ","))
		return take_legacy("0", serial);
	if (take_address(text, KEXEC_SERIAL_PORT, serial))
		return true;
	skip(&text, "ttyS");
	return take_legacy(text, serial) || take_legacy("0", serial);
}

static bool take_console(const char *text, struct kexec_serial *serial)
{
	if (skip(&text, "serial"))
		return take_early(text, serial);
	if (skip(&text, "ttyS"))
		return take_legacy(text, serial);
	if (skip(&text, "uart8250,") || skip(&text, "uart,"))
		return take_uart(text, serial);
	return false;
}

/**
 * kexec_find_serial - find the serial port that a command line names first
 * @line:   the command line
 * @serial: the port; access KEXEC_SERIAL_NONE if there is none
 */
void kexec_find_serial(const char *line, struct kexec_serial *serial)
{
	const char *word = line;

	for (; *word; word += strcspn(word, " "), word = skip_spaces(word)) {
		if ((skip(&word, "earlyprintk=") || skip(&word, "earlycon=") ||
		     skip(&word, "console=")) && take_console(word, serial))
			return;
	}
	*serial = (struct kexec_serial) { };
}
