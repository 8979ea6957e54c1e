/* SPDX-License-Identifier: GPL-2.0-only */
/* The headers of an ELF file, of any class and byte order. */
#ifndef _LIB_KEXEC_ELF_FILE_H
#define _LIB_KEXEC_ELF_FILE_H

#include <linux/elf.h>
#include <linux/kexec_formats.h>
#include "reader.h"

/**
 * struct elf_file - an ELF file being read
 * @file: its bytes
 * @size: how many
 * @is64: of class 64
 * @big_endian: its words are
 */
struct elf_file {
	const u8 *file;
	size_t size;
	bool is64;
	bool big_endian;
};

static inline u64 elf_get(const struct elf_file *elf, u64 at, size_t len)
{
	const u8 *p = elf->file + at;

	return elf->big_endian ? read_be(p, len) : read_le(p, len);
}

/* The value of a field of one of the structures that both classes have, at offset @at. */
#define FIELD(elf, at, type, field) \
	((elf)->is64 ? \
	 elf_get(elf, (at) + offsetof(Elf64_##type, field), \
		 sizeof(((Elf64_##type *)0)->field)) : \
	 elf_get(elf, (at) + offsetof(Elf32_##type, field), \
		 sizeof(((Elf32_##type *)0)->field)))
#define SIZE(elf, type) \
	((elf)->is64 ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

enum kexec_elf_why elf_open(struct elf_file *elf, const void *file, size_t size);
enum kexec_elf_why elf_phdrs(const struct elf_file *elf, u64 *at, u64 *nr);

#endif /* _LIB_KEXEC_ELF_FILE_H */
