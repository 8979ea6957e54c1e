// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: the memory map, and what lies in memory according to it.
 */
#include "kexec_test.h"

/* A second or so under emulation. */
#define SHA_MAX		(16U << 20)

static u32 lost;

/**
 * add_range() - note an entry of the memory map
 * @boot: takes it
 * @start: physical address
 * @size: in bytes
 * @type: its type
 */
void add_range(struct boot *boot, u64 start, u64 size, u32 type)
{
	if (boot->nr_ranges == MAX_RANGES)
		lost++;
	else
		boot->range[boot->nr_ranges++] = (struct range){ start, size, type };
}

/**
 * add_module() - note a module
 * @boot: takes it
 * @start: physical address
 * @size: in bytes
 * @string: what the boot loader says about it, or NULL
 */
void add_module(struct boot *boot, u64 start, u64 size, const char *string)
{
	if (boot->nr_modules == MAX_MODULES)
		lost++;
	else
		boot->module[boot->nr_modules++] = (struct module){ start, size, string };
}

/**
 * reachable() - can bytes be addressed in the mode the image runs in?
 * @start: physical address
 * @size: in bytes
 *
 * Return: true if so.
 */
bool reachable(u64 start, u64 size)
{
	u64 last = start + size - 1;

	return start && size && last >= start && last <= (ulong)-1;
}

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* The end of what is RAM from @at on. */
static u64 ram_until(const struct boot *boot, u64 at)
{
	const struct range *r = boot->range;

	while (r < boot->range + boot->nr_ranges) {
		if (r->type == RANGE_RAM && at >= r->start && at - r->start < r->size) {
			at = r->start + r->size;
			r = boot->range;
		} else {
			r++;
		}
	}
	return at;
}

static bool is_ram(const struct boot *boot, u64 start, u64 size)
{
	return ram_until(boot, start) >= start + size;
}

static bool hits_image(u64 start, u64 size)
{
	ulong image = (ulong)image_start;

	return overlap(start, size, image, (ulong)memory_end - image);
}

/**
 * check_place() - check that something lies where it can stay
 * @boot: with the memory map
 * @text: what is checked
 * @start: physical address
 * @size: in bytes
 */
void check_place(const struct boot *boot, const char *text, u64 start, u64 size)
{
	check(is_ram(boot, start, size) && !hits_image(start, size), text);
}

static bool all_sound(const struct boot *boot)
{
	u32 i;

	for (i = 0; i < boot->nr_ranges; i++)
		if (!boot->range[i].size ||
		    boot->range[i].start + (boot->range[i].size - 1) < boot->range[i].start)
			return false;
	return true;
}

static bool all_sorted(const struct boot *boot)
{
	u32 i;

	for (i = 1; i < boot->nr_ranges; i++)
		if (boot->range[i].start < boot->range[i - 1].start)
			return false;
	return true;
}

static bool none_overlap(const struct boot *boot)
{
	const struct range *r = boot->range;
	u32 i, j;

	for (i = 0; i < boot->nr_ranges; i++)
		for (j = 0; j < i; j++)
			if (overlap(r[i].start, r[i].size, r[j].start, r[j].size))
				return false;
	return true;
}

static void say_map(const struct boot *boot)
{
	const struct range *r;
	u64 ram = 0;

	for (r = boot->range; r < boot->range + boot->nr_ranges; r++) {
		say("# memory ");
		say_hex(r->start);
		say(" + ");
		say_hex(r->size);
		say(", type ");
		say_number(r->type);
		say("\n");
		if (r->type == RANGE_RAM)
			ram += r->size;
	}
	fact_hex("memory.entries", boot->nr_ranges);
	fact_hex("memory.ram", ram);
}

/**
 * check_memory() - check the memory map
 * @boot: what was found
 */
void check_memory(const struct boot *boot)
{
	ulong start = (ulong)image_start;

	say_map(boot);
	check(boot->nr_ranges, "there is a memory map");
	check(!lost, "there are no more entries and modules than can be noted");
	check(all_sound(boot), "its entries are not empty and do not wrap");
	check(all_sorted(boot), "they are sorted");
	check(none_overlap(boot), "they do not overlap");
	check(is_ram(boot, start, (ulong)memory_end - start), "this image is in RAM");
}

static void module_key(u32 i, const char *key)
{
	say("# fact ");
	say(format.module);
	say_number(i);
	say(key);
}

static void say_digests(u32 i, const void *data, size_t size)
{
	struct sha256 sha;
	int word;

	module_key(i, ".crc32=");
	say_hex(crc32(data, size));
	if (size > SHA_MAX) {
		say("\n");
		return;
	}
	say("\n");
	sha256_start(&sha);
	sha256_add(&sha, data, size);
	sha256_end(&sha);
	module_key(i, ".sha256=");
	for (word = 0; word < 8; word++)
		say_digits(sha.word[word], 8);
	say("\n");
}

static void say_module(u32 i, const struct module *m)
{
	module_key(i, ".start=");
	say_hex(m->start);
	say("\n");
	module_key(i, ".size=");
	say_hex(m->size);
	say("\n");
	if (m->string) {
		module_key(i, ".string=");
		say_bytes(m->string, strlen(m->string));
		say("\n");
	}
	if (reachable(m->start, m->size))
		say_digests(i, (const void *)(ulong)m->start, m->size);
}

static bool keeps_clear(const struct boot *boot, const struct module *m)
{
	const struct module *other;

	if (hits_image(m->start, m->size))
		return false;
	for (other = boot->module; other < m; other++)
		if (overlap(m->start, m->size, other->start, other->size))
			return false;
	return true;
}

/**
 * check_modules() - check the modules, or the initrd, and print their digests
 * @boot: what was found
 */
void check_modules(const struct boot *boot)
{
	const struct module *m;
	u32 i;

	say("# fact ");
	say(format.module);
	say("s=");
	say_number(boot->nr_modules);
	say("\n");
	for (i = 0; i < boot->nr_modules; i++) {
		m = &boot->module[i];
		check(reachable(m->start, m->size), "the file has an address and a size");
		check(is_ram(boot, m->start, m->size), "it is in RAM");
		check(keeps_clear(boot, m), "it keeps clear of this image and of other files");
		say_module(i, m);
	}
}

static u8 sum_of(const void *data, size_t size)
{
	const u8 *byte = data;
	u8 sum = 0;

	while (size--)
		sum += *byte++;
	return sum;
}

/* Offsets and sizes by ACPI 6.5, 5.2.5.3. */
#define RSDP_REVISION	15
#define RSDP_SIZE_1	20
#define RSDP_SIZE_2	36

/**
 * check_rsdp() - check a root pointer of ACPI
 * @text: where it was found
 * @address: where it is
 */
void check_rsdp(const char *text, u64 address)
{
	const u8 *rsdp = (const u8 *)(ulong)address;
	bool good = reachable(address, RSDP_SIZE_2) && !memcmp(rsdp, "RSD PTR ", 8) &&
		    !sum_of(rsdp, RSDP_SIZE_1);

	if (good && rsdp[RSDP_REVISION] >= 2)
		good = !sum_of(rsdp, RSDP_SIZE_2);
	fact_hex("rsdp", address);
	check(good, text);
}
