// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: mode and segments of the CPU, and how to end.
 */
#include "io.h"

#define CR0_PE		BIT(0)
#define CR0_PG		BIT(31)
#define CR4_PSE		BIT(4)
#define CR4_PAE		BIT(5)
#define CR4_LA57	BIT(12)
#define FLAGS_IF	BIT(9)
#define FLAGS_DF	BIT(10)
#define FLAGS_VM	BIT(17)
#define MSR_EFER	0xc0000080
#define EFER_LME	BIT(8)
#define EFER_LMA	BIT(10)

/* The selectors of the boot protocol of Linux. */
#define BOOT_CS		0x10
#define BOOT_DS		0x18

struct table {
	u16 limit;
	ulong base;
} __packed;

static ulong read_cr0(void)
{
	ulong value;

	asm volatile("mov %%cr0, %0" : "=r" (value));
	return value;
}

static ulong read_cr4(void)
{
	ulong value;

	asm volatile("mov %%cr4, %0" : "=r" (value));
	return value;
}

static u32 read_efer(void)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (MSR_EFER));
	return low;
}

static struct table read_gdtr(void)
{
	struct table gdtr;

	asm volatile("sgdt %0" : "=m" (gdtr));
	return gdtr;
}

static struct table read_idtr(void)
{
	struct table idtr;

	asm volatile("sidt %0" : "=m" (idtr));
	return idtr;
}

/**
 * read_cr2() - the address of the last page fault
 *
 * Return: that address.
 */
ulong read_cr2(void)
{
	ulong value;

	asm volatile("mov %%cr2, %0" : "=r" (value));
	return value;
}

static void check_mode(ulong cr0, ulong cr4, u32 efer)
{
	bool is_long = sizeof(ulong) == 8;

	check(cr0 & CR0_PE, "the CPU is in protected mode");
	check(!(cr0 & CR0_PG) == !is_long, is_long ? "paging is on" : "paging is off");
	check_value(is_long ? "long mode is on" : "long mode is off",
		    efer & (EFER_LME | EFER_LMA), is_long ? EFER_LME | EFER_LMA : 0);
	check(!(cr4 & CR4_PAE) == !is_long, is_long ? "PAE is on" : "PAE is off");
	if (!is_long)
		check(!(cr4 & CR4_LA57), "5-level paging is off");
}

static void say_registers(const struct entry_state *state)
{
	fact_hex("reg.ax", state->ax);
	fact_hex("reg.bx", state->bx);
	fact_hex("reg.cx", state->cx);
	fact_hex("reg.dx", state->dx);
	fact_hex("reg.si", state->si);
	fact_hex("reg.di", state->di);
	fact_hex("reg.bp", state->bp);
	fact_hex("reg.sp", state->sp);
	fact_hex("reg.flags", state->flags);
	fact_hex("reg.cs", state->cs);
	fact_hex("reg.ds", state->ds);
	fact_hex("reg.ss", state->ss);
}

/* Descriptors without base: present, not of the system, 4 GiB in units of 4 KiB. */
#define SHAPE_MASK	0xff8f90ff0000ffffULL
#define SHAPE_FLAT	0x008f90000000ffffULL
#define TYPE_CODE	BIT_ULL(43)
#define TYPE_RW		BIT_ULL(41)	/* data can be written, code be read */
#define ACCESSED	BIT_ULL(40)	/* so that the CPU need not write it */
#define CODE_LONG	BIT_ULL(53)
#define CODE_32		BIT_ULL(54)

static struct table found_gdtr, found_idtr, own_gdtr, own_idtr;
static u64 own_gdt[3];
static u32 own_idt[NR_TRAPS][sizeof(ulong) / 2];
static bool own_gdt_works;

static void describe_traps(void)
{
	u64 address;
	u32 i, *gate;

	for (i = 0; i < NR_TRAPS; i++) {
		address = (ulong)traps + i * TRAP_SIZE;
		gate = own_idt[i];
		gate[0] = TEST_CS << 16 | (address & 0xffff);
		gate[1] = (address & 0xffff0000) | 0x8e00;	/* present, interrupt gate */
		if (sizeof(ulong) == 8)
			gate[2] = address >> 32;
	}
}

/**
 * take_cpu() - load tables of the image's own, to survive what is looked at
 */
void take_cpu(void)
{
	u64 size = sizeof(ulong) == 8 ? CODE_LONG : CODE_32;

	found_gdtr = read_gdtr();
	found_idtr = read_idtr();
	own_gdt[TEST_CS / 8] = SHAPE_FLAT | ACCESSED | TYPE_RW | TYPE_CODE | size;
	own_gdt[TEST_DS / 8] = SHAPE_FLAT | ACCESSED | TYPE_RW | CODE_32;
	describe_traps();
	own_gdtr = (struct table){ sizeof(own_gdt) - 1, (ulong)own_gdt };
	own_idtr = (struct table){ sizeof(own_idt) - 1, (ulong)own_idt };
	load_tables(&own_gdtr, &own_idtr);
	own_gdt_works = load_segments(TEST_CS, TEST_DS);
}

/**
 * check_cpu() - check the mode the image was entered in
 * @state: what the head found
 */
void check_cpu(const struct entry_state *state)
{
	ulong cr0 = read_cr0(), cr4 = read_cr4();
	u32 efer = read_efer();

	fact("mode", sizeof(ulong) == 8 ? "long" : "protected");
	fact_hex("cr0", cr0);
	fact_hex("cr4", cr4);
	fact_hex("efer", efer);
	say_registers(state);
	check_mode(cr0, cr4, efer);
	check(!(state->flags & FLAGS_IF), "interrupts are off");
	check(!(state->flags & FLAGS_DF), "the direction is up");
	check(!(state->flags & FLAGS_VM), "virtual 8086 mode is off");
	check(own_gdt_works, "a GDT of its own can be loaded");
}

#ifdef __x86_64__
void map_little(void) { check(false, "32-bit code alone maps as little as it likes"); }
#else
/* A page of 4 MiB that can be written. */
#define LARGE_PAGE	0x83

/**
 * map_little() - turn paging on, with the first 4 MiB mapped and nothing else
 */
void map_little(void)
{
	static u32 directory[1024] __aligned(4096);

	directory[0] = LARGE_PAGE;
	asm volatile("mov %0, %%cr3" : : "r" (directory) : "memory");
	asm volatile("mov %0, %%cr4" : : "r" (read_cr4() | CR4_PSE));
	asm volatile("mov %0, %%cr0" : : "r" (read_cr0() | CR0_PG) : "memory");
	check(read_cr0() & CR0_PG, "all that is read from here on lies in the first 4 MiB");
}
#endif

/* Zero if the selector is none of the GDT's, or the GDT cannot be looked at. */
static u64 descriptor(ulong selector)
{
	const u8 *gdt = (const u8 *)found_gdtr.base;
	u64 value = 0;

	if ((selector | 7) <= found_gdtr.limit && !(selector & 4) &&
	    reachable(found_gdtr.base, found_gdtr.limit))
		memcpy(&value, gdt + (selector & ~7UL), sizeof(value));
	return value;
}

static bool flat_code(u64 value)
{
	u64 size = sizeof(ulong) == 8 ? CODE_LONG : CODE_32;

	if (sizeof(ulong) == 8)
		value = (value & ~SHAPE_MASK) | SHAPE_FLAT;
	return (value & SHAPE_MASK) == SHAPE_FLAT && value & TYPE_CODE && value & TYPE_RW &&
	       (value & (CODE_LONG | CODE_32)) == size;
}

static bool flat_data(u64 value)
{
	return (value & SHAPE_MASK) == SHAPE_FLAT && !(value & TYPE_CODE) && value & TYPE_RW;
}

/**
 * check_flat() - check that the segments are flat, as far as can be seen
 * @state: what the head found
 *
 * For formats that do not promise a GDT: if the selectors are none of its, there is
 * nothing to see.
 */
void check_flat(const struct entry_state *state)
{
	u64 code = descriptor(state->cs), data = descriptor(state->ds);

	fact("gdt", code && data ? "there" : "gone");
	if (!code || !data)
		return;
	check(flat_code(code), "the code segment is flat");
	check(flat_data(data), "the data segment is flat");
	check(flat_data(descriptor(state->es)), "so is ES");
	check(flat_data(descriptor(state->ss)), "so is the stack's");
}

static bool load_found_segments(ulong cs, ulong ds)
{
	bool loaded;

	load_tables(&found_gdtr, &own_idtr);
	loaded = load_segments(cs, ds);
	load_tables(&own_gdtr, &own_idtr);
	load_segments(TEST_CS, TEST_DS);
	return loaded;
}

/**
 * give_cpu_back() - load the tables that were found, for an image that returns
 * @state: what the head found
 */
void give_cpu_back(const struct entry_state *state)
{
	load_tables(&found_gdtr, &found_idtr);
	if (descriptor(state->cs) && descriptor(state->ds))
		load_segments(state->cs, state->ds);
}

/**
 * check_boot_segments() - check the segments that Linux's boot protocols demand
 * @state: what the head found
 */
void check_boot_segments(const struct entry_state *state)
{
	bool code, data;

	check_value("CS is __BOOT_CS", state->cs, BOOT_CS);
	check_value("DS is __BOOT_DS", state->ds, BOOT_DS);
	check_value("ES is __BOOT_DS", state->es, BOOT_DS);
	check_value("SS is __BOOT_DS", state->ss, BOOT_DS);
	code = check(flat_code(descriptor(BOOT_CS)), "__BOOT_CS is a flat code segment");
	data = check(flat_data(descriptor(BOOT_DS)), "__BOOT_DS is a flat data segment");
	if (code && data)
		check(load_found_segments(BOOT_CS, BOOT_DS), "both can be loaded again");
}

/* Where firmware keeps nothing that anybody still needs: Linux's own place for this test. */
#define A20_TEST	0x200

/**
 * check_a20() - check that address line 20 is not forced to zero
 */
void check_a20(void)
{
	ulong low = A20_TEST, high = A20_TEST + BIT(20), kept = peek(low);
	bool differ;

	poke(low, ~peek(high));
	differ = peek(low) != peek(high);
	poke(low, kept);
	check(differ, "address line 20 is on");
}

/**
 * cpu_halt() - stop for good
 */
void cpu_halt(void)
{
	for (;;)
		asm volatile("cli; hlt");
}

/**
 * cpu_reset() - reset the machine: by the keyboard controller, by the chipset, by an exception
 *		 that nobody handles
 */
void cpu_reset(void)
{
	static const struct table none;
	u32 wait;

	port_write(0x64, 0xfe);
	for (wait = 0; wait < 100000; wait++)
		port_read(0x80);
	port_write(0xcf9, 0x02);
	port_write(0xcf9, 0x06);
	for (wait = 0; wait < 100000; wait++)
		port_read(0x80);
	asm volatile("lidt %0; ud2" : : "m" (none));
	__builtin_unreachable();
}
