/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The handover routine is one run of bytes that works wherever it is copied to,
 * its entry point first.  Whatever would need a loader stops the build.
 */
#include <linux/kexec_blob.h>

ENTRY(kexec_blob)

SECTIONS
{
	. = 0;
	.blob : {
		KEEP(*(.text.kexec_blob))
		*(.text .text.*)
		*(.rodata .rodata.*)
	}
	ASSERT(SIZEOF(.blob) <= KEXEC_BLOB_MAX_SIZE, "kexec blob: too large")
	ASSERT(kexec_blob == 0, "kexec blob: its entry point is not its first byte")

	.data : { *(.data .data.* .bss .bss.* .dynbss COMMON) }
	ASSERT(SIZEOF(.data) == 0, "kexec blob: writable data")

	.got : { *(.got) }
	ASSERT(SIZEOF(.got) == 0, "kexec blob: global offset table")
	/* three words that the linker always makes */
	.got.plt : { *(.got.plt) }
	ASSERT(SIZEOF(.got.plt) == 0 || SIZEOF(.got.plt) == 24, "kexec blob: procedure linkage")
	.plt : { *(.plt .plt.*) }
	ASSERT(SIZEOF(.plt) == 0, "kexec blob: procedure linkage")
	.rela.dyn : { *(.rela.*) }
	ASSERT(SIZEOF(.rela.dyn) == 0, "kexec blob: relocations")
	.rel.dyn : { *(.rel.*) }
	ASSERT(SIZEOF(.rel.dyn) == 0, "kexec blob: relocations")

	.symtab 0 : { *(.symtab) }
	.strtab 0 : { *(.strtab) }
	.shstrtab 0 : { *(.shstrtab) }

	/DISCARD/ : {
		*(.dynamic .dynsym .dynstr .hash .gnu.hash .gnu.version*)
		*(.comment .note.* .modinfo .discard.* .sframe)
	}
}
