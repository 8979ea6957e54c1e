// SPDX-License-Identifier: GPL-2.0-only
/*
 * EFI's part of the zero page: what the next kernel needs to use the firmware.
 */

#include <linux/efi.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include <asm/bootparam.h>
#include <asm/efi.h>
#include <asm/setup.h>

#include "kexec-zeropage.h"

/**
 * zp_efi_room - what zp_set_efi() may take of the zero page's buffer
 *
 * Return: that number of bytes.
 */
size_t zp_efi_room(void)
{
	return zp_room(efi_get_runtime_map_size()) + setup_data_room(sizeof(struct efi_setup_data));
}

/**
 * kexec_efi_rsdp - where EFI says that ACPI's root pointer is
 *
 * Return: physical address, 0 if it does not say so.
 */
u64 kexec_efi_rsdp(void)
{
	if (efi.acpi20 != EFI_INVALID_TABLE_ADDR)
		return efi.acpi20;
	return efi.acpi != EFI_INVALID_TABLE_ADDR ? efi.acpi : 0;
}

static void zp_set_efi_map(struct zero_page *zp)
{
	struct efi_info *info = &zp->params->efi_info;
	int size = efi_get_runtime_map_size();
	void *map;
	u64 phys;

	if (!size)
		return;
	map = zp_take(zp, size, &phys);
	if (!map)
		return;
	efi_runtime_map_copy(map, size);
	info->efi_memmap = lower_32_bits(phys);
	info->efi_memmap_hi = upper_32_bits(phys);
	info->efi_memmap_size = size;
}

/**
 * zp_set_efi - hand over EFI
 * @zp: placed, what the boot loader said of ACPI's root pointer is there
 *
 * Runtime services can be mapped only once per boot of the firmware: the new
 * kernel takes over this kernel's virtual mapping, and the addresses that
 * the firmware's tables no longer give physically.
 */
void zp_set_efi(struct zero_page *zp)
{
	const struct efi_info *ours = &boot_params.efi_info;
	struct efi_info *info = &zp->params->efi_info;
	struct efi_setup_data *data;

	if (!zp->params->acpi_rsdp_addr)
		zp->params->acpi_rsdp_addr = kexec_efi_rsdp();
	if (!efi_enabled(EFI_RUNTIME_SERVICES) || !ours->efi_memmap_size)
		return;
	zp->params->secure_boot = boot_params.secure_boot;
	info->efi_loader_signature = ours->efi_loader_signature;
	info->efi_systab = ours->efi_systab;
	info->efi_systab_hi = ours->efi_systab_hi;
	info->efi_memdesc_version = ours->efi_memdesc_version;
	info->efi_memdesc_size = efi_get_runtime_map_desc_size();
	zp_set_efi_map(zp);
	data = zp_add_setup_data(zp, SETUP_EFI, sizeof(*data));
	if (!data)
		return;
	*data = (struct efi_setup_data) {
		.fw_vendor	= efi_fw_vendor,
		.tables		= efi_config_table,
		.smbios		= efi.smbios,
	};
}

/**
 * efi_is_32bit - would a 64-bit kernel be unable to use the firmware?
 *
 * Return: true if so.
 */
bool efi_is_32bit(void)
{
	return efi_enabled(EFI_RUNTIME_SERVICES) && !efi_enabled(EFI_64BIT);
}
