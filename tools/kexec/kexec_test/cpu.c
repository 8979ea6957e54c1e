// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: mode and segments of the CPU, and how to end.
 */
#include "io.h"

#define CR0_PE		BIT(0)
#define CR0_PG		BIT(31)
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
}

/* Descriptors without base: present, not of the system, 4 GiB in units of 4 KiB. */
#define SHAPE_MASK	0xff8f90ff0000ffffULL
#define SHAPE_FLAT	0x008f90000000ffffULL
#define TYPE_CODE	BIT_ULL(43)
#define TYPE_RW		BIT_ULL(41)	/* data can be written, code be read */
#define ACCESSED	BIT_ULL(40)	/* so that the CPU need not write it */
#define CODE_LONG	BIT_ULL(53)
#define CODE_32		BIT_ULL(54)

/* Zero if the selector is none of the GDT's, or the GDT cannot be looked at. */
static u64 descriptor(ulong selector)
{
	struct table gdtr = read_gdtr();
	u64 value = 0;

	if ((selector | 7) <= gdtr.limit && !(selector & 4) && reachable(gdtr.base, gdtr.limit))
		memcpy(&value, (const void *)(gdtr.base + (selector & ~7UL)), sizeof(value));
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

/**
 * check_boot_segments() - check the segments that Linux's boot protocols demand
 * @state: what the head found
 */
void check_boot_segments(const struct entry_state *state)
{
	check_value("CS is __BOOT_CS", state->cs, BOOT_CS);
	check_value("DS is __BOOT_DS", state->ds, BOOT_DS);
	check_value("ES is __BOOT_DS", state->es, BOOT_DS);
	check_value("SS is __BOOT_DS", state->ss, BOOT_DS);
	if (check(flat_code(descriptor(BOOT_CS)), "__BOOT_CS is a flat code segment") &
	    check(flat_data(descriptor(BOOT_DS)), "__BOOT_DS is a flat data segment"))
		check(load_segments(BOOT_CS, BOOT_DS), "both can be loaded again");
}

/**
 * check_own_gdt() - check that a GDT of the image's own can be loaded
 *
 * The one that was there is current afterwards, for an image that returns.
 */
void check_own_gdt(void)
{
	u64 gdt[] = {
		0,
		SHAPE_FLAT | TYPE_CODE | TYPE_RW | ACCESSED |
			(sizeof(ulong) == 8 ? CODE_LONG : CODE_32),
		SHAPE_FLAT | TYPE_RW | ACCESSED | CODE_32,
	};
	struct table own = { sizeof(gdt) - 1, (ulong)gdt }, found = read_gdtr();

	load_gdt(&own);
	check(load_segments(TEST_CS, TEST_DS), "a GDT of its own can be loaded");
	load_gdt(&found);
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
}
