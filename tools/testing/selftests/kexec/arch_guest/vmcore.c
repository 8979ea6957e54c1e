// SPDX-License-Identifier: GPL-2.0-only
/* A look at /proc/vmcore: its header, its notes, and some of each range of memory. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stage.h"

#define VMCOREINFO	"VMCOREINFO"

static bool read_at(int fd, void *to, size_t size, off_t at)
{
	return pread(fd, to, size, at) == (ssize_t)size;
}

/* Notes are read from the memory of the kernel that crashed. */
static const char *notes_problem(int fd, const Elf64_Phdr *notes)
{
	char *bytes = malloc(notes->p_filesz);
	const Elf64_Nhdr *note;
	size_t at = 0, registers = 0;
	bool info = false;

	if (!bytes || !read_at(fd, bytes, notes->p_filesz, notes->p_offset))
		return "the notes cannot be read";
	while (at + sizeof(*note) <= notes->p_filesz) {
		note = (const Elf64_Nhdr *)(bytes + at);
		registers += note->n_type == NT_PRSTATUS;
		info |= note->n_namesz == sizeof(VMCOREINFO) &&
			!memcmp(note + 1, VMCOREINFO, sizeof(VMCOREINFO)) &&
			memmem(note + 1, note->n_descsz, "OSRELEASE=", strlen("OSRELEASE="));
		at += sizeof(*note) + align(note->n_namesz, 4) + align(note->n_descsz, 4);
	}
	free(bytes);
	printf("# fact registers=%zu\n", registers);
	return info ? NULL : "no note says VMCOREINFO";
}

/* The end of a range: what it begins with may be the firmware's, who lets nobody read it. */
static const char *memory_problem(int fd, const Elf64_Phdr *memory)
{
	static char problem[128];
	size_t last = memory->p_filesz - PAGE;
	char page[PAGE];

	if (read_at(fd, page, PAGE, memory->p_offset + last))
		return NULL;
	snprintf(problem, sizeof(problem), "memory at %#lx cannot be read: %s",
		 (unsigned long)memory->p_paddr + last, strerror(errno));
	return problem;
}

static const char *entries_problem(int fd, const Elf64_Ehdr *header)
{
	unsigned int i, notes = 0, ranges = 0;
	const char *problem = NULL;
	Elf64_Phdr entry;

	for (i = 0; i < header->e_phnum && !problem; i++) {
		if (!read_at(fd, &entry, sizeof(entry), header->e_phoff + i * sizeof(entry)))
			return "its entries cannot be read";
		if (entry.p_type == PT_NOTE)
			problem = notes++ ? "it has notes twice" : notes_problem(fd, &entry);
		else if (entry.p_type == PT_LOAD && ++ranges)
			problem = memory_problem(fd, &entry);
	}
	if (!problem && (!notes || !ranges))
		problem = "it has no notes or no memory";
	return problem;
}

/* Says what is wrong with the dump, NULL if nothing is. */
const char *vmcore_problem(void)
{
	int fd = open("/proc/vmcore", O_RDONLY);
	Elf64_Ehdr header;

	if (fd < 0 || !read_at(fd, &header, sizeof(header), 0))
		return "/proc/vmcore cannot be read";
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_type != ET_CORE ||
	    header.e_machine != own_machine())
		return "/proc/vmcore is no ELF dump of this machine";
	return entries_problem(fd, &header);
}
