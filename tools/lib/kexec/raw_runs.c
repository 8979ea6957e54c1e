// SPDX-License-Identifier: GPL-2.0-only
/* Loading through kexec_load(2): the segments of an ELF file. */
#include <errno.h>
#include "raw.h"

/**
 * raw_elf_gather() - the bytes of a run of segments
 * @raw: the load
 * @elf: what the headers say
 * @run: the run
 * @bytes: set to them
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_elf_gather(struct raw *raw, const struct kexec_elf *elf, const struct kexec_elf_run *run,
		   struct bytes *bytes)
{
	void *data = raw_alloc(raw, run->size);

	if (!data)
		return -ENOMEM;
	kexec_elf_copy(raw->file.data, elf, run, data);
	*bytes = (struct bytes){ .data = data, .size = run->size };
	return 0;
}

/**
 * raw_elf_place() - load a program where its headers say
 * @raw: the load
 * @elf: what they say
 *
 * Return: 0 or a negative errno with a reason given.
 */
int raw_elf_place(struct raw *raw, const struct kexec_elf *elf)
{
	struct kexec_elf_run run;
	struct bytes bytes;
	u32 next = 0;
	int err = 0;

	while (!err && kexec_elf_run(elf, next, raw_page_size(), &run)) {
		err = raw_elf_gather(raw, elf, &run, &bytes) ?:
		      raw_place_at(raw, "the program", bytes, run.mem_size, run.start);
		next = run.first + run.nr;
	}
	return err;
}
