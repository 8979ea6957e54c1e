/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_test: an image that examines the state it is entered in.
 *
 * One source, linked to images of several formats: head_32.S or head_64.S, one
 * file for the format, and the rest.  It runs wherever it was put, without an
 * operating system, a library or exceptions.
 */
#ifndef KEXEC_TEST_H
#define KEXEC_TEST_H

#define TEST_CS		0x08
#define TEST_DS		0x10

/* Entries of traps */
#define NR_TRAPS	32
#define TRAP_SIZE	16

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/compiler_attributes.h>

/* Everything is in one piece: nothing needs to be looked up in a table. */
#pragma GCC visibility push(hidden)

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned long ulong;

#define BIT(nr)		(1UL << (nr))
#define BIT_ULL(nr)	(1ULL << (nr))

/*
 * The CPU as it was found, in the order the heads push it: segments, flags and registers, of
 * which R8 to R15 exist in 64-bit mode only, and the stack pointer at entry.
 */
struct entry_state {
	ulong ds, es, fs, gs, ss, cs;
	ulong flags;
#ifdef __x86_64__
	ulong r15, r14, r13, r12, r11, r10, r9, r8;
#endif
	ulong di, si, bp, bx, dx, cx, ax;
	ulong sp;
};

/**
 * struct trap - an exception, as the heads push it
 * @nr: its number
 * @error: error code; 0 if there is none
 * @ip: where it happened
 */
struct trap {
	ulong nr, error, ip;
};

/**
 * struct range - an entry of the memory map
 * @start: physical address
 * @size: in bytes
 * @type: %RANGE_RAM, or what else the format says
 */
struct range {
	u64 start, size;
	u32 type;
};

#define RANGE_RAM	1

/**
 * struct module - a file that was loaded besides the image
 * @start: physical address
 * @size: in bytes
 * @string: what the boot loader says about it, or NULL
 */
struct module {
	u64 start, size;
	const char *string;
};

#define MAX_RANGES	256
#define MAX_MODULES	32

/**
 * struct boot - what the image was told by whoever loaded it
 * @range: memory map, in the order it was given
 * @nr_ranges: entries in use
 * @module: modules, or the initrd
 * @nr_modules: entries in use
 */
struct boot {
	struct range range[MAX_RANGES];
	u32 nr_ranges;
	struct module module[MAX_MODULES];
	u32 nr_modules;
};

/* Bounds of the image, by the linker script. */
extern const u8 image_start[], image_end[], data_start[], data_end[], memory_end[];
extern u8 bss_start[], bss_end[];

/**
 * struct format - what there is to know of a format
 * @name: its name
 * @module: what it calls another file that is loaded
 * @clears: it promises that memory behind the image's bytes has been cleared
 *
 * No pointers: nobody would relocate them.
 */
struct format {
	char name[24];
	char module[8];
	bool clears;
};

/* The file for the format. */
extern const struct format format;
const char *format_cmdline(const struct entry_state *state);
void format_check(const struct entry_state *state, struct boot *boot);
bool format_returns(const struct entry_state *state);

/* head_*.S */
extern const u8 entry[];
extern const u8 traps[];
void load_tables(const void *gdtr, const void *idtr);
bool load_segments(ulong cs, ulong ds);

/* main.c */
void kexec_test_trap(const struct trap *trap) __noreturn;
void kexec_test(const struct entry_state *state);

/* cpu.c */
void take_cpu(void);
void give_cpu_back(const struct entry_state *state);
void check_cpu(const struct entry_state *state);
void check_flat(const struct entry_state *state);
void check_boot_segments(const struct entry_state *state);
void check_a20(void);
void map_little(void);
ulong read_cr2(void);
void cpu_reset(void) __noreturn;
void cpu_halt(void) __noreturn;

/* memory.c */
void add_range(struct boot *boot, u64 start, u64 size, u32 type);
void add_module(struct boot *boot, u64 start, u64 size, const char *string);
void check_place(const struct boot *boot, const char *text, u64 start, u64 size);
void check_memory(const struct boot *boot);
void check_modules(const struct boot *boot);
void check_rsdp(const char *text, u64 address);
bool reachable(u64 start, u64 size);

/* sections.c */
void check_sections(const u8 *headers, u32 nr, u32 size, u32 names);

/* options.c */
void find_options(const char *cmdline);
const char *option(const char *name, size_t *len);
bool option_is(const char *name, const char *value);

/* print.c */
void serial_open(void);
void serial_close(void);
void say(const char *text);
void say_bytes(const char *text, size_t len);
void say_hex(u64 value);
void say_digits(u64 value, int digits);
void say_number(u32 value);
bool check(bool good, const char *text);
bool check_value(const char *text, u64 found, u64 wanted);
void fact(const char *key, const char *text);
void fact_hex(const char *key, u64 value);
void say_plan(void);

/* digest.c */
struct sha256 {
	u32 word[8];
	u64 size;
	u8 block[64];
};

void sha256_start(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *data, size_t size);
void sha256_end(struct sha256 *sha);
u32 crc32(const void *data, size_t size);

/* string.c */
size_t strlen(const char *text);
int memcmp(const void *a, const void *b, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
#endif /* !__ASSEMBLER__ */

#endif /* KEXEC_TEST_H */
