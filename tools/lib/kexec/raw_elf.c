// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading through kexec_load(2): static ELF programs of any machine, at their
 * physical addresses.
 */
#include <errno.h>
#include "raw.h"

/* Entered as it is: nothing is known of the machine that it could be told. */
static int load_plain(struct raw *raw, const struct kexec_elf *elf)
{
	if (*raw->cmdline)
		return raw_refuse(raw, KEXEC_REASON_MISFIT, -EINVAL,
				  "a program that is entered like this gets no command line");
	raw->entry = elf->entry;
	raw->elf_machine = elf->machine;
	return raw_elf_place(raw, elf);
}

/**
 * raw_load_elf() - load an ELF file
 * @raw: the load
 *
 * Return: 0 or a negative errno, with a reason given unless it is another format.
 */
int raw_load_elf(struct raw *raw)
{
	struct kexec_elf elf;
	enum kexec_elf_why why = kexec_elf_parse(raw->file.data, raw->file.size, &elf);
	int err;

	if (why == KEXEC_ELF_NO_ELF)
		return -ENOEXEC;
	if (why)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC, "%s",
				  kexec_elf_why(why));
	err = raw_x86_load_elf(raw, &elf);
	if (err != -ENOEXEC || *raw->reason)
		return err;
	return raw_take_kinds(raw, 0) ?: load_plain(raw, &elf);
}
