// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF boot notes: what a program that is no Linux kernel is told.
 *
 * A header as in struct Elf_Bhdr of the ELF boot proposal, which Etherboot, FILO and
 * kexec-tools follow: magic, size of all, a checksum that makes the sum of all 16-bit
 * words 0xffff, number of notes.  Then come the notes; standard ones have no owner.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>

#define HEADER_SIZE		12
#define NOTE_HEADER		12

enum {
	NOTE_LOADER_NAME	= 2,
	NOTE_COMMAND_LINE	= 4,
};

struct writer {
	u8 *buf;
	size_t size;
	size_t used;
	u32 notes;
};

static void put(struct writer *w, const void *data, size_t size)
{
	if (w->used <= w->size && size <= w->size - w->used)
		memcpy(w->buf + w->used, data, size);
	w->used += size;
}

static void put_padding(struct writer *w)
{
	static const u8 zero[4];

	put(w, zero, -w->used & 3);
}

static void put_note(struct writer *w, u32 type, const char *text)
{
	u8 header[NOTE_HEADER] = { };

	put_unaligned_le32(strlen(text) + 1, header + 4);
	put_unaligned_le32(type, header + 8);
	put(w, header, sizeof(header));
	put(w, text, strlen(text) + 1);
	put_padding(w);
	w->notes++;
}

/* As the Internet protocols do it: one's complement of the one's complement sum. */
static u16 checksum(const u8 *data, size_t size)
{
	u32 sum = 0;
	size_t i;

	for (i = 0; i + 1 < size; i += 2) {
		sum += get_unaligned_le16(data + i);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return ~sum;
}

/**
 * kexec_elf_notes() - write the boot notes of a program
 * @cmdline: its command line, NULL if there is none
 * @buf: takes the notes
 * @size: bytes of room there; with less than what is needed, what is written is of no use
 *
 * A program is entered with %KEXEC_ELF_NOTES_MAGIC in %eax and the physical address
 * of the notes in %ebx.
 *
 * Return: bytes needed.
 */
size_t kexec_elf_notes(const char *cmdline, void *buf, size_t size)
{
	struct writer w = { .buf = buf, .size = size };
	u8 header[HEADER_SIZE] = { };

	put(&w, header, sizeof(header));
	put_note(&w, NOTE_LOADER_NAME, "kexec");
	if (cmdline)
		put_note(&w, NOTE_COMMAND_LINE, cmdline);
	if (w.used > size)
		return w.used;
	put_unaligned_le32(KEXEC_ELF_NOTES_MAGIC, w.buf);
	put_unaligned_le32(w.used, w.buf + 4);
	put_unaligned_le16(w.notes, w.buf + 10);
	put_unaligned_le16(checksum(w.buf, w.used), w.buf + 8);
	return w.used;
}
