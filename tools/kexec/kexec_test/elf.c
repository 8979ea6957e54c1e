// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test as a static ELF program: a boot loader may pass ELF boot notes,
 * which are all that it is told.
 */
#include "io.h"

const struct format format = {
	.name = FORMAT,
	.module = "module",
	.clears = true,
};

/* In EAX, with a pointer to the notes in EBX. */
#define ELFBOOT_MAGIC	0x0e1fb007
/* The one note looked at. */
#define NOTE_CMDLINE	4

struct notes {
	u32 signature;
	u32 size;	/* in bytes, with this header */
	u16 sum;	/* that of IP headers: the sum of all words is 0xffff; 0: none */
	u16 count;
};

struct note {
	u32 name_size;
	u32 size;
	u32 type;
};

static const struct notes *find_notes(const struct entry_state *state)
{
	const struct notes *notes = (const struct notes *)state->bx;

	if (state->ax != ELFBOOT_MAGIC || !reachable(state->bx, sizeof(*notes)))
		return NULL;
	return notes->signature == ELFBOOT_MAGIC ? notes : NULL;
}

static bool sum_is_right(const struct notes *notes)
{
	const u8 *byte = (const u8 *)notes;
	u32 sum = 0, i;

	for (i = 0; i < notes->size; i++)
		sum += i % 2 ? byte[i] << 8 : byte[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return !notes->sum || sum == 0xffff;
}

static u32 padded(u32 size)
{
	return (size + 3) & ~3U;
}

static const char *find_note(const struct notes *notes, u32 type)
{
	u32 at = sizeof(*notes), i;
	const struct note *note;

	for (i = 0; i < notes->count && at + sizeof(*note) <= notes->size; i++) {
		note = (const void *)notes + at;
		at += sizeof(*note) + padded(note->name_size);
		if (note->type == type && !note->name_size)
			return (const void *)notes + at;
		at += padded(note->size);
	}
	return NULL;
}

const char *format_cmdline(const struct entry_state *state)
{
	const struct notes *notes = find_notes(state);

	return notes ? find_note(notes, NOTE_CMDLINE) : NULL;
}

/* A caller has put its address on the stack; an image that cannot return finds zero. */
bool format_returns(const struct entry_state *state)
{
	return sizeof(ulong) == 8 && state->sp && *(const ulong *)state->sp;
}

static void check_stack(ulong sp)
{
	ulong below = sp - sizeof(ulong), kept = peek(below);

	poke(below, ~kept);
	check(peek(below) == ~kept, "there is a stack that can be written to");
	poke(below, kept);
	check(sp <= (ulong)image_start || sp > (ulong)memory_end, "it keeps clear of this image");
}

void format_check(const struct entry_state *state, struct boot *boot)
{
	const struct notes *notes = find_notes(state);

	(void)boot;
	check_flat(state);
	fact("notes", notes ? "yes" : "no");
	if (notes)
		check(sum_is_right(notes), "the checksum of the boot notes is right");
	if (sizeof(ulong) == 8)
		check_stack(state->sp);
}
