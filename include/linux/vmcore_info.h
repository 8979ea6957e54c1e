/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a dump must say about the kernel that it is of: ELF notes, and in one of
 * them VMCOREINFO, lines of text that makedumpfile, crash and drgn read.
 */
#ifndef LINUX_VMCORE_INFO_H
#define LINUX_VMCORE_INFO_H

#include <linux/elf.h>
#include <linux/elfcore.h>
#include <linux/linkage.h>

/*
 * Bytes of a buffer for one note: its header, name and content, each a multiple
 * of 4, and the empty header that says that no further note follows.
 */
#define CRASH_CORE_NOTE_HEAD_BYTES	ALIGN(sizeof(struct elf_note), 4)
#define CRASH_NOTE_BYTES(name, content)	(CRASH_CORE_NOTE_HEAD_BYTES * 2 + (name) + (content))

/* A CPU's registers at the time of the crash; who reads the dump joins these notes. */
#define CRASH_CORE_NOTE_NAME		"CORE"
#define CRASH_CORE_NOTE_NAME_BYTES	ALIGN(sizeof(CRASH_CORE_NOTE_NAME), 4)
#define CRASH_CORE_NOTE_DESC_BYTES	ALIGN(sizeof(struct elf_prstatus), 4)
#define CRASH_CORE_NOTE_BYTES		CRASH_NOTE_BYTES(CRASH_CORE_NOTE_NAME_BYTES, \
							 CRASH_CORE_NOTE_DESC_BYTES)

typedef u32 note_buf_t[CRASH_CORE_NOTE_BYTES / sizeof(u32)];
extern note_buf_t __percpu *crash_notes;

#define VMCOREINFO_NOTE_NAME		"VMCOREINFO"
#define VMCOREINFO_NOTE_NAME_BYTES	ALIGN(sizeof(VMCOREINFO_NOTE_NAME), 4)
#define VMCOREINFO_BYTES		PAGE_SIZE
#define VMCOREINFO_NOTE_SIZE		CRASH_NOTE_BYTES(VMCOREINFO_NOTE_NAME_BYTES, \
							 VMCOREINFO_BYTES)

/* the lines, their number of bytes, and the note that is made from them */
extern unsigned char *vmcoreinfo_data;
extern size_t vmcoreinfo_size;
extern u32 *vmcoreinfo_note;

Elf_Word *append_elf_note(Elf_Word *buf, char *name, unsigned int type, void *data,
			  size_t data_len);
void final_note(Elf_Word *buf);

void crash_update_vmcoreinfo_safecopy(void *ptr);
void crash_save_vmcoreinfo(void);
phys_addr_t paddr_vmcoreinfo_note(void);

/* An architecture's own lines; it adds them with what follows. */
void arch_crash_save_vmcoreinfo(void);

__printf(1, 2)
void vmcoreinfo_append_str(const char *fmt, ...);

/* The lines' format is ABI. */
#define VMCOREINFO_OSRELEASE(release)	vmcoreinfo_append_str("OSRELEASE=%s\n", release)
#define VMCOREINFO_PAGESIZE(size)	vmcoreinfo_append_str("PAGESIZE=%ld\n", size)
#define VMCOREINFO_CONFIG(option)	vmcoreinfo_append_str("CONFIG_" #option "=y\n")

#define VMCOREINFO_BUILD_ID() do {						\
	BUILD_BUG_ON(sizeof(vmlinux_build_id) != 20);				\
	vmcoreinfo_append_str("BUILD-ID=%20phN\n", vmlinux_build_id);		\
} while (0)

/* KEYWORD(what)=value, in hexadecimal, decimal or signed decimal */
#define VMCOREINFO_HEX(line, value)	\
	vmcoreinfo_append_str(line "=%lx\n", (unsigned long)(value))
#define VMCOREINFO_COUNT(line, value)	\
	vmcoreinfo_append_str(line "=%lu\n", (unsigned long)(value))

#define VMCOREINFO_SYMBOL(name)		VMCOREINFO_HEX("SYMBOL(" #name ")", &(name))
#define VMCOREINFO_SYMBOL_ARRAY(name)	VMCOREINFO_HEX("SYMBOL(" #name ")", name)
#define VMCOREINFO_SIZE(type)		VMCOREINFO_COUNT("SIZE(" #type ")", sizeof(type))
#define VMCOREINFO_STRUCT_SIZE(name)	VMCOREINFO_COUNT("SIZE(" #name ")", sizeof(struct name))
#define VMCOREINFO_LENGTH(name, value)	VMCOREINFO_COUNT("LENGTH(" #name ")", value)
#define VMCOREINFO_OFFSET(name, field)	\
	VMCOREINFO_COUNT("OFFSET(" #name "." #field ")", offsetof(struct name, field))
#define VMCOREINFO_TYPE_OFFSET(type, field)	\
	VMCOREINFO_COUNT("OFFSET(" #type "." #field ")", offsetof(type, field))
#define VMCOREINFO_NUMBER(name)		\
	vmcoreinfo_append_str("NUMBER(" #name ")=%ld\n", (long)(name))

#endif /* LINUX_VMCORE_INFO_H */
