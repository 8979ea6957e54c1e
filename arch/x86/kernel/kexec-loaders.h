/* SPDX-License-Identifier: GPL-2.0-only */
/* What the loaders of x86-64 share. */
#ifndef _ARCH_X86_KERNEL_KEXEC_LOADERS_H
#define _ARCH_X86_KERNEL_KEXEC_LOADERS_H

#include <linux/kexec.h>
#include <linux/kexec_enter.h>
#include <linux/kexec_formats.h>
#include <linux/sizes.h>

struct boot_params;

/* Below it lie the real-mode vectors, and what firmware and older kernels use. */
#define KEXEC_LOAD_MIN		SZ_1M
/* Where RAM from the first MiB is used, too: boot loaders keep clear of what is below. */
#define KEXEC_LOAD_LOW		SZ_64K
/* The last byte that 32-bit code can reach. */
#define KEXEC_MAX_32		(SZ_4G - 1)

/* type_of_loader: kexec-tools' number, of which the kernel loader is another version */
#define LOADER_KEXEC		0xd0

/* Kinds of files that every Linux kernel takes, bits KEXEC_PART_*. */
#define KEXEC_LINUX_PARTS	(BIT(KEXEC_PART_INITRD) | BIT(KEXEC_PART_DTB))

/**
 * struct zero_page - boot_params and what it points to, in one segment
 * @params: the start of the buffer; for whoever asked for it to kvfree()
 * @max:    highest physical address, for it and for the initrd
 * @size:   bytes in the buffer
 * @used:   bytes of it in use
 * @phys:   where it will be
 * @map:    memory map to hand over; in the buffer of @params, behind its @size bytes
 * @entries: of the memory map
 * @dtb:    device tree to hand over; NULL: there is none
 * @dtb_size: its size in bytes
 * @no_memhotplug: a crash kernel is told to leave memory alone that firmware lists
 */
struct zero_page {
	struct boot_params *params;
	unsigned long max;
	size_t size;
	size_t used;
	unsigned long phys;
	struct boot_e820_entry *map;
	unsigned int entries;
	const void *dtb;
	u32 dtb_size;
	bool no_memhotplug;
};

int kexec_linux_prepare(struct kimage *image);
int zp_place(struct zero_page *zp, struct kimage *image, unsigned int cmdline_max);
int zp_place_initrd(struct zero_page *zp, struct kimage *image, char *initrd,
		    unsigned long initrd_len);
void zp_fill(struct zero_page *zp, struct kimage *image);
void zp_set_timeline(struct zero_page *zp, struct kimage *image, bool takes);

#ifdef CONFIG_EFI
u64 kexec_efi_rsdp(void);
bool efi_is_32bit(void);
#else
static inline u64 kexec_efi_rsdp(void) { return 0; }
static inline bool efi_is_32bit(void) { return false; }
#endif

int kexec_load_crash_segments(struct kimage *image);
int kexec_check_fixed(const struct kexec_buf *kbuf);
int kexec_add_enter(struct kimage *image, const struct kexec_enter *how, void **buf);
int kexec_add_enter_low(struct kimage *image, const struct kexec_enter *how, void **buf);

extern const struct kexec_file_ops kexec_elf_ops;
extern const struct kexec_file_ops kexec_multiboot_ops;
extern const struct kexec_file_ops kexec_multiboot2_ops;
extern const struct kexec_file_ops kexec_uki_ops;

#endif /* _ARCH_X86_KERNEL_KEXEC_LOADERS_H */
