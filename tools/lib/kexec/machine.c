// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the running kernel tells of an x86 machine: in /sys/firmware, in
 * /sys/kernel/boot_params and, for want of better, in /proc/iomem
 * (Documentation/ABI/testing/sysfs-firmware-memmap, sysfs-firmware-efi*).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/elf-em.h>
#include <linux/kernel.h>
#include "machine.h"

#define E820_RESERVED	2
#define PIECES		64	/* holes that segments make in memory */
#define EFI_DESC_MAX	256
#define MEMORY_MAP	"/sys/firmware/memmap"
#define EFI_MAP		"/sys/firmware/efi/runtime-map"

static const struct {
	const char *name;
	u32 type;
} ram_types[] = {
	{ "System RAM", 1 }, { "ACPI Tables", 3 }, { "ACPI Non-volatile Storage", 4 },
	{ "Unusable memory", 5 }, { "Persistent Memory", 7 },
	{ "Persistent Memory (legacy)", 12 }, { "Soft Reserved", 0xefffffff },
};

static u32 ram_type(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ram_types); i++)
		if (!strcmp(ram_types[i].name, name))
			return ram_types[i].type;
	return E820_RESERVED;
}

/* A hexadecimal number in a file of its own. */
static bool read_hex(const char *directory, size_t number, const char *name, u64 *value)
{
	unsigned long long found;
	char path[128];
	bool good;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%zu/%s", directory, number, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	good = fscanf(f, "%llx", &found) == 1;
	fclose(f);
	if (good)
		*value = found;
	return good;
}

static bool read_efi_address(const char *name, u64 *value)
{
	unsigned long long found = 0;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/firmware/efi/%s", name);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fscanf(f, "%llx", &found) != 1)
		found = 0;
	fclose(f);
	*value = found;
	return found;
}

/* Memory */

/* Keeps the order of addresses; every power of two there is twice the room. */
static int add_ram(struct raw *raw, struct machine *m, u64 start, u64 end, u32 type)
{
	struct kexec_ram *bigger;
	u32 i = m->nr_ram;

	if (end < start)
		return 0;
	if (!(i & (i - 1))) {
		bigger = raw_alloc(raw, (i ? 2 * i : 1) * sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		memcpy(bigger, m->ram ?: bigger, i * sizeof(*bigger));
		m->ram = bigger;
	}
	for (; i && m->ram[i - 1].start > start; i--)
		m->ram[i] = m->ram[i - 1];
	m->ram[i] = (struct kexec_ram){ start, end - start + 1, type };
	m->nr_ram++;
	return 0;
}

static u32 read_firmware_type(size_t number)
{
	char path[64], name[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), MEMORY_MAP "/%zu/type", number);
	f = fopen(path, "re");
	if (!f)
		return E820_RESERVED;
	if (!fgets(name, sizeof(name), f))
		*name = '\0';
	fclose(f);
	name[strcspn(name, "\n")] = '\0';
	return ram_type(name);
}

static int read_firmware_map(struct raw *raw, struct machine *m)
{
	u64 start, end;
	size_t i;
	int err = 0;

	for (i = 0; !err && read_hex(MEMORY_MAP, i, "start", &start) &&
	     read_hex(MEMORY_MAP, i, "end", &end); i++)
		err = add_ram(raw, m, start, end, read_firmware_type(i));
	return err;
}

static bool is_memory(const char *name)
{
	return !strcmp(name, "Reserved") || ram_type(name) != E820_RESERVED;
}

/* Lines that are not indented; who may not see addresses sees zeros. */
static int read_iomem(struct raw *raw, struct machine *m)
{
	FILE *f = fopen("/proc/iomem", "re");
	unsigned long long start, end;
	char line[256], name[128];
	int err = 0;

	while (f && !err && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%llx-%llx : %127[^\n]", &start, &end, name) == 3 &&
		    *line != ' ' && end && is_memory(name))
			err = add_ram(raw, m, start, end, ram_type(name));
	}
	if (f)
		fclose(f);
	return err;
}

static int find_free(struct raw *raw, const struct machine *m)
{
	u64 page = raw_page_size(), start, end;
	const struct kexec_ram *r;
	u32 i;

	raw->ram.max = m->nr_ram;
	raw->ram.range = raw_alloc(raw, m->nr_ram * sizeof(*raw->ram.range));
	raw->free.max = m->nr_ram + PIECES;
	raw->free.range = raw_alloc(raw, raw->free.max * sizeof(*raw->free.range));
	if (!raw->ram.range || !raw->free.range)
		return -ENOMEM;
	for (i = 0; i < m->nr_ram; i++) {
		r = &m->ram[i];
		if (r->type == 1)
			kexec_ranges_add(&raw->ram, r->start, r->start + r->size - 1);
	}
	for (i = 0; i < raw->ram.nr; i++) {
		start = (max_t(u64, raw->ram.range[i].start, RAW_LOAD_LOW) + page - 1) & -page;
		end = (raw->ram.range[i].end + 1) & -page;
		if (start < end)
			kexec_ranges_add(&raw->free, start, end - 1);
	}
	return 0;
}

static int find_memory(struct raw *raw, struct machine *m)
{
	int err = read_firmware_map(raw, m);

	if (!err && !m->nr_ram)
		err = read_iomem(raw, m);
	err = err ?: find_free(raw, m);
	if (!err && !raw->ram.nr)
		return raw_refuse(raw, KEXEC_REASON_FILE_UNREADABLE, -ENODATA,
				  "the machine's memory map cannot be read");
	return err;
}

/* EFI */

static bool read_descriptor(size_t i, struct efi_descriptor *d)
{
	u64 type;

	if (!read_hex(EFI_MAP, i, "type", &type))
		return false;
	d->type = type;
	return read_hex(EFI_MAP, i, "phys_addr", &d->phys) &&
	       read_hex(EFI_MAP, i, "virt_addr", &d->virt) &&
	       read_hex(EFI_MAP, i, "num_pages", &d->pages) &&
	       read_hex(EFI_MAP, i, "attribute", &d->attribute);
}

/* Firmware leaves room for what later versions put into an entry. */
static size_t descriptor_size(const struct machine *m)
{
	size_t size = m->params.efi_info.efi_memdesc_size;

	return size >= sizeof(struct efi_descriptor) && size <= EFI_DESC_MAX ?
	       size : sizeof(struct efi_descriptor);
}

static int find_efi_map(struct raw *raw, struct machine *m)
{
	struct efi_descriptor d = {};
	size_t n = 0, i;

	while (read_descriptor(n, &d))
		n++;
	if (!n)
		return 0;
	m->efi_desc_size = descriptor_size(m);
	m->efi_map_size = n * m->efi_desc_size;
	m->efi_map = raw_alloc(raw, m->efi_map_size);
	if (!m->efi_map)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		read_descriptor(i, &d);
		memcpy((char *)m->efi_map + i * m->efi_desc_size, &d, sizeof(d));
	}
	return 0;
}

/* Lines such as "ACPI20=0x7f77e014". */
static void find_efi_tables(struct machine *m)
{
	FILE *f = fopen("/sys/firmware/efi/systab", "re");
	unsigned long long address;
	char line[128];
	u64 old = 0, new = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "ACPI20=%llx", &address) == 1)
			new = address;
		else if (sscanf(line, "ACPI=%llx", &address) == 1)
			old = address;
		else if (sscanf(line, "SMBIOS=%llx", &address) == 1)
			m->smbios = address;
	}
	if (f)
		fclose(f);
	if (!m->rsdp)
		m->rsdp = new ?: old;
}

static int find_efi(struct raw *raw, struct machine *m)
{
	u64 bits = 0;

	find_efi_tables(m);
	read_efi_address("fw_vendor", &m->efi_vendor);
	read_efi_address("config_table", &m->efi_tables);
	/* 32 or 64, read as if it were hexadecimal */
	m->efi_32 = read_efi_address("fw_platform_size", &bits) && bits == 0x32;
	return find_efi_map(raw, m);
}

/**
 * machine_efi_systab() - physical address of the EFI system table
 * @machine: the machine
 *
 * Return: the address, 0 if there is none.
 */
u64 machine_efi_systab(const struct machine *machine)
{
	struct efi_info efi = machine->params.efi_info;

	return efi.efi_systab | (u64)efi.efi_systab_hi << 32;
}

/* The rest */

static void find_params(struct machine *m)
{
	FILE *f = fopen("/sys/kernel/boot_params/data", "re");

	if (!f)
		return;
	if (fread(&m->params, sizeof(m->params), 1, f) != 1)
		memset(&m->params, 0, sizeof(m->params));
	fclose(f);
	m->rsdp = m->params.acpi_rsdp_addr;
}

/**
 * machine_find() - learn about the machine
 * @raw: the load; its machine, ram and free are set
 *
 * Return: 0 or a negative errno with a reason given.
 */
int machine_find(struct raw *raw)
{
	struct machine *m = raw->machine;
	int err;

	if (m)
		return 0;
	m = raw_alloc(raw, sizeof(*m));
	if (!m)
		return -ENOMEM;
	find_params(m);
	m->la57 = has_five_levels();
	err = find_memory(raw, m) ?: find_efi(raw, m);
	raw->machine = m;
	raw->elf_machine = EM_X86_64;
	return err;
}
