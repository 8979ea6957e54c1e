/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entry stub for x86: a page that an image takes along as one more segment,
 * and is entered through, if it wants the CPU in another state than the one
 * that trampolines leave it in.  The kernel's loaders and tools/kexec share it.
 */
#ifndef _LINUX_KEXEC_ENTER_H
#define _LINUX_KEXEC_ENTER_H

/* The stub as a segment, its stack included: a page, below 4 GiB, at a page's start. */
#define KEXEC_ENTER_SIZE	4096

/* enum kexec_enter_mode, for assembly */
#define KEXEC_ENTER_MODE_LONG	0
#define KEXEC_ENTER_MODE_32	1

/* Segments that the image is entered with: what boot.rst calls __BOOT_CS, __BOOT_DS. */
#define KEXEC_ENTER_CS		0x10
#define KEXEC_ENTER_DS		0x18

/* Where struct kexec_enter is in the page, and the offsets of its fields. */
#define KEXEC_ENTER_AT		0x200
#define KEXEC_ENTER_MODE	0x00
#define KEXEC_ENTER_ENTRY	0x08
#define KEXEC_ENTER_AX		0x10
#define KEXEC_ENTER_BX		0x18
#define KEXEC_ENTER_CX		0x20
#define KEXEC_ENTER_DX		0x28
#define KEXEC_ENTER_SI		0x30
#define KEXEC_ENTER_DI		0x38
#define KEXEC_ENTER_BP		0x40
#define KEXEC_ENTER_SP		0x48

#ifndef __ASSEMBLY__
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

/**
 * enum kexec_enter_mode - the CPU mode an image is entered in
 * @KEXEC_ENTER_LONG: 64-bit mode, on the page tables that the stub was entered on
 * @KEXEC_ENTER_32: 32-bit protected mode: CR0 nothing but PE, CR4 zero, long mode off
 *
 * In both, CS is %KEXEC_ENTER_CS and all data segments are %KEXEC_ENTER_DS, flat and
 * loadable again from a GDT in the stub's page.  All flags are clear, so interrupts are
 * off and the direction is up.  In 32-bit mode there is no IDT: any exception resets.
 *
 * So the 32-bit state is that of Multiboot 1 (0.6.96, section 3.2), of Multiboot 2
 * (2.0, section 3.3) and of the 32-bit boot protocol of Linux
 * (Documentation/arch/x86/boot.rst), the 64-bit state that of its 64-bit one.
 */
enum kexec_enter_mode {
	KEXEC_ENTER_LONG = KEXEC_ENTER_MODE_LONG,
	KEXEC_ENTER_32 = KEXEC_ENTER_MODE_32,
};

/**
 * struct kexec_enter - how the entry stub enters an image
 * @mode: CPU mode
 * @entry: physical address; below 4 GiB for %KEXEC_ENTER_32
 * @ax: register, as are those that follow; their lower halves for %KEXEC_ENTER_32
 * @bx: register
 * @cx: register
 * @dx: register
 * @si: register
 * @di: register
 * @bp: register
 * @sp: stack; 0: what the stub leaves of its page, about 3 KiB, with a zero on top, for
 *	there is nowhere to return to
 *
 * Registers R8 to R15 are zero in 64-bit mode.  What the stub relies on itself is
 * in lib/kexec/x86/enter.S.
 */
struct kexec_enter {
	u32 mode;
	/* private: */
	u32 unused;
	/* public: */
	u64 entry;
	u64 ax;
	u64 bx;
	u64 cx;
	u64 dx;
	u64 si;
	u64 di;
	u64 bp;
	u64 sp;
};

#define KEXEC_ENTER_FIELD(field, offset) \
	static_assert(offsetof(struct kexec_enter, field) == (offset))
KEXEC_ENTER_FIELD(mode, KEXEC_ENTER_MODE);
KEXEC_ENTER_FIELD(entry, KEXEC_ENTER_ENTRY);
KEXEC_ENTER_FIELD(ax, KEXEC_ENTER_AX);
KEXEC_ENTER_FIELD(bx, KEXEC_ENTER_BX);
KEXEC_ENTER_FIELD(cx, KEXEC_ENTER_CX);
KEXEC_ENTER_FIELD(dx, KEXEC_ENTER_DX);
KEXEC_ENTER_FIELD(si, KEXEC_ENTER_SI);
KEXEC_ENTER_FIELD(di, KEXEC_ENTER_DI);
KEXEC_ENTER_FIELD(bp, KEXEC_ENTER_BP);
KEXEC_ENTER_FIELD(sp, KEXEC_ENTER_SP);
#undef KEXEC_ENTER_FIELD

extern const char kexec_enter_start[];
extern const char kexec_enter_end[];

/**
 * kexec_enter_write() - write an entry stub
 * @buf: takes %KEXEC_ENTER_SIZE bytes, all of which are written
 * @how: how it is to enter the image
 *
 * The page may be put at any page's start below 4 GiB, and is entered at its first byte.
 */
static inline void kexec_enter_write(void *buf, const struct kexec_enter *how)
{
	size_t code = kexec_enter_end - kexec_enter_start;

	memset(buf, 0, KEXEC_ENTER_SIZE);
	memcpy(buf, kexec_enter_start, code);
	memcpy(buf + KEXEC_ENTER_AT, how, sizeof(*how));
}
#endif /* !__ASSEMBLY__ */

#endif /* _LINUX_KEXEC_ENTER_H */
