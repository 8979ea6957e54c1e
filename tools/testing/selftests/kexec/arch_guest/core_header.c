// SPDX-License-Identifier: GPL-2.0-only
/* The ELF header of a dump-to-be, as boot loaders make it for kexec_load(2). */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stage.h"

#define MAX_RANGES	16
#define CPUS		"/sys/devices/system/cpu/cpu%u/crash_notes%s"

/* The machine that this program is for: what the kernel is for, too. */
__u16 own_machine(void)
{
	struct bytes self = read_file("/proc/self/exe");
	__u16 machine = ((Elf64_Ehdr *)self.data)->e_machine;

	free(self.data);
	return machine;
}

static Elf64_Phdr *add(Elf64_Ehdr *header, __u32 type, unsigned long at, size_t size)
{
	Elf64_Phdr *entry = (Elf64_Phdr *)(header + 1) + header->e_phnum++;

	*entry = (Elf64_Phdr){ .p_type = type, .p_offset = at, .p_paddr = at, .p_filesz = size,
			       .p_memsz = size };
	return entry;
}

static unsigned long number_in(const char *path, int base)
{
	struct bytes file = read_file(path);
	unsigned long number = strtoul(file.data, NULL, base);

	free(file.data);
	return number;
}

static void add_notes(Elf64_Ehdr *header)
{
	struct bytes info = read_file("/sys/kernel/vmcoreinfo");
	char path[64], size_path[64];
	unsigned long at, size;
	unsigned int cpu;

	for (cpu = 0; ; cpu++) {
		snprintf(path, sizeof(path), CPUS, cpu, "");
		snprintf(size_path, sizeof(size_path), CPUS, cpu, "_size");
		if (access(path, R_OK))
			break;
		add(header, PT_NOTE, number_in(path, 16), number_in(size_path, 10));
	}
	if (sscanf(info.data, "%lx %lx", &at, &size) != 2)
		bail("/sys/kernel/vmcoreinfo");
	add(header, PT_NOTE, at, size);
}

/* RAM, but for what is the crash kernel's. */
static void add_memory(Elf64_Ehdr *header, const struct range *crash)
{
	struct range ram[MAX_RANGES];
	size_t i, n = find_ranges("System RAM", ram, MAX_RANGES);

	for (i = 0; i < n; i++) {
		if (crash->start > ram[i].end || crash->end < ram[i].start) {
			add(header, PT_LOAD, ram[i].start, ram[i].end - ram[i].start + 1);
			continue;
		}
		if (crash->start > ram[i].start)
			add(header, PT_LOAD, ram[i].start, crash->start - ram[i].start);
		if (crash->end < ram[i].end)
			add(header, PT_LOAD, crash->end + 1, ram[i].end - crash->end);
	}
}

struct bytes make_core_header(const struct range *crash)
{
	struct bytes made = { calloc(1, PAGE), PAGE };
	Elf64_Ehdr *header = made.data;

	*header = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE, .e_machine = own_machine(), .e_version = EV_CURRENT,
		.e_phoff = sizeof(*header), .e_ehsize = sizeof(*header),
		.e_phentsize = sizeof(Elf64_Phdr),
	};
	add_notes(header);
	add_memory(header, crash);
	return made;
}
