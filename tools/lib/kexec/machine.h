/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading through kexec_load(2) on x86: the machine, and what images are told of it. */
#ifndef _LIBKEXEC_MACHINE_H
#define _LIBKEXEC_MACHINE_H

#include <asm/bootparam.h>
#include <linux/kexec_enter.h>
#include "raw.h"

/**
 * struct efi_descriptor - an entry of the EFI memory map (UEFI 2.10, section 7.2.3)
 * @type: kind of memory
 * @unused: padding
 * @phys: physical address
 * @virt: where runtime services have it
 * @pages: 4 KiB each
 * @attribute: EFI_MEMORY_*
 */
struct efi_descriptor {
	u32 type;
	u32 unused;
	u64 phys;
	u64 virt;
	u64 pages;
	u64 attribute;
};

/**
 * struct machine - what the running kernel tells of the machine
 * @ram: the firmware's memory map, sorted
 * @nr_ram: ranges in it
 * @params: what the running kernel was told; all zero if it does not say
 * @rsdp: physical address of ACPI's root pointer; 0: where firmware always leaves it
 * @efi_map: EFI's runtime memory map, NULL if there is none
 * @efi_map_size: bytes in it
 * @efi_desc_size: bytes from one entry to the next, as the firmware has it
 * @efi_vendor: physical address of the EFI firmware's name
 * @efi_tables: physical address of EFI's configuration tables
 * @smbios: physical address of the SMBIOS table's anchor
 * @efi_32: EFI is a 32-bit one
 * @la57: page tables have five levels
 */
struct machine {
	struct kexec_ram *ram;
	u32 nr_ram;
	struct boot_params params;
	u64 rsdp;
	void *efi_map;
	size_t efi_map_size, efi_desc_size;
	u64 efi_vendor, efi_tables, smbios;
	bool efi_32, la57;
};

int machine_find(struct raw *raw);
u64 machine_efi_systab(const struct machine *machine);

/**
 * struct zero_page - what a Linux kernel is told, under construction
 * @params: it, in its segment
 * @size: bytes of the segment
 * @used: how many of them are in use
 * @phys: where they will be
 * @max: highest address that the kernel accepts for it
 * @dtb: device tree that goes with it, of no size if there is none
 */
struct zero_page {
	struct boot_params *params;
	size_t size, used;
	u64 phys, max;
	struct bytes dtb;
};

int zero_page_place(struct raw *raw, struct zero_page *zp, u32 cmdline_max);
int zero_page_place_initrd(struct raw *raw, struct zero_page *zp, u64 max);
void zero_page_fill(struct raw *raw, struct zero_page *zp);

/* As in boot.rst: the type of loader that kexec has, and where the header is loaded. */
#define LOADER_KEXEC	0xd0

int raw_enter(struct raw *raw, const struct kexec_enter *how);
int raw_enter_low(struct raw *raw, const struct kexec_enter *how);

#endif /* _LIBKEXEC_MACHINE_H */
