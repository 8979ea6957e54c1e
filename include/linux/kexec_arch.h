/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec: between kernel/ and an architecture.
 *
 * <asm/kexec.h> says what differs, in macros, and overrides a hook by defining a macro
 * of the hook's name beside its prototype.  What has no default here must be there.
 *
 * Who calls what, and when.  Up to the handover the load lock is held, and everything
 * may sleep.
 *
 * Load.  kexec_file_load has arch_kexec_kernel_image_probe() choose a loader, by default
 * of the kexec_file_loaders[] in their order.  Its load() calls kexec_add_buffer() for
 * each segment, which asks arch_kexec_locate_mem_hole() for a place; the default search
 * asks arch_kexec_ram_handed_over().  A purgatory is relocated with
 * arch_kexec_apply_relocations_add() or arch_kexec_apply_relocations().  With kexec_load
 * the caller has done all of this.
 *
 * Build.  Once all segments are known the core takes kimage.control_code_page, and
 * machine_kexec_prepare() has its say; it may take more with
 * kimage_alloc_control_pages(), and no bytes of the image are where they belong yet.
 * A crash image that has no room beside the armed one is prepared again, after
 * machine_kexec_cleanup(); at first only to see whether it would fit alone.  Every page
 * that the image gets goes through arch_kexec_post_alloc_pages(), and every one that it
 * gives back through arch_kexec_pre_free_pages(); segments of a crash image do so, a page
 * at a time, while they are written to or read, with kexec_flush_icache_page() after a
 * page is written; its control pages only go through the first of them.  When the bytes
 * and the list of moves (or the entry list) are complete, machine_kexec_post_load()
 * finishes the control pages; with CONFIG_KEXEC_BLOB it has kexec_describe_job() fill
 * what arch_kexec_job() finds again.
 *
 * Armed.  When a file load has ended, well or not, arch_kimage_file_post_load_cleanup()
 * frees what only the load needs.  While a crash image is armed its memory is protected:
 * arch_kexec_protect_crashkres() and arch_kexec_unprotect_crashkres() come in pairs
 * around each change.  arch_crash_handle_hotplug_event() is called between them, for
 * images that arch_crash_hotplug_support() has said yes to, and gives the image another
 * ELF core header with kimage_update_elfcorehdr().  machine_kexec_cleanup() comes when an
 * image with a control_code_page is freed, before its pages are.
 *
 * Handover.  kernel_kexec() shuts the devices down, calls machine_shutdown(), which stops
 * the other CPUs, and machine_kexec(): on one CPU, nothing may be allocated, locked or
 * fail.  It returns only from an image with preserve_context; that one is entered with
 * the devices asleep, one CPU online, interrupts off and without machine_shutdown().
 * With CONFIG_KEXEC_BLOB the trampoline calls kexec_blob(), which is linked by itself; the
 * architecture's part of that is blob_putc(), blob_fail() and blob_trap(), in
 * arch/.../kernel/kexec-blob.c, and <asm/kexec_blob.h>.
 *
 * Crash.  __crash_kexec() calls crash_setup_regs(), machine_crash_shutdown() and
 * machine_kexec(), in any context, NMI included.
 *
 * Elsewhere, because they are there without kexec, too: machine_shutdown() and
 * machine_crash_shutdown() in <linux/reboot.h>, stopping CPUs in a crash in
 * <linux/crash_clients.h>, arch_crash_save_vmcoreinfo() in <linux/vmcore_info.h>, where a
 * crash kernel may be reserved in <asm/crash_reserve.h>.  The clock of the timeline, and
 * the record's way in, are in <linux/kexec_timeline.h>.
 */
#ifndef LINUX_KEXEC_ARCH_H
#define LINUX_KEXEC_ARCH_H

#include <linux/io.h>
#include <linux/kexec_blob.h>
#include <linux/mm.h>
#include <linux/module.h>	/* Elf_Shdr, for some asm/kexec.h, too */
#include <asm/kexec.h>

struct kexec_buf;
struct kexec_file_ops;
struct kimage;
struct purgatory_info;

/* What <asm/kexec.h> has to say; addresses are physical and inclusive. */
#if !defined(KEXEC_ARCH) || !defined(KEXEC_CONTROL_PAGE_SIZE)
#error "<asm/kexec.h> must define KEXEC_ARCH and KEXEC_CONTROL_PAGE_SIZE"
#endif
#if !defined(KEXEC_SOURCE_MEMORY_LIMIT) || \
	!defined(KEXEC_DESTINATION_MEMORY_LIMIT) || \
	!defined(KEXEC_CONTROL_MEMORY_LIMIT)
#error "<asm/kexec.h> must define the memory limits of source, destination and control pages"
#endif

/* What it may say; with ARCH_HAS_KIMAGE_ARCH there is a struct kimage_arch in it, too. */
/* machine_kexec_prepare() of a crash image discards what is in the crash memory */
#ifndef KEXEC_PREPARE_CLEARS_CRASH_MEMORY
#define KEXEC_PREPARE_CLEARS_CRASH_MEMORY	0
#endif
#ifndef KEXEC_CRASH_MEM_ALIGN
#define KEXEC_CRASH_MEM_ALIGN			PAGE_SIZE
#endif
#ifndef KEXEC_CRASH_CONTROL_MEMORY_LIMIT
#define KEXEC_CRASH_CONTROL_MEMORY_LIMIT	KEXEC_CONTROL_MEMORY_LIMIT
#endif
#ifndef KEXEC_CONTROL_MEMORY_GFP
#define KEXEC_CONTROL_MEMORY_GFP		(GFP_KERNEL | __GFP_NORETRY)
#endif
/* kexec_buf.mem: find a place */
#ifndef KEXEC_BUF_MEM_UNKNOWN
#define KEXEC_BUF_MEM_UNKNOWN			0
#endif

/* Build and handover */

int machine_kexec_prepare(struct kimage *image);
void machine_kexec_cleanup(struct kimage *image);
void machine_kexec(struct kimage *image);

#ifndef machine_kexec_post_load
static inline int machine_kexec_post_load(struct kimage *image) { return 0; }
#endif

#ifndef kexec_flush_icache_page
static inline void kexec_flush_icache_page(struct page *page) { }
#endif

#ifndef arch_kexec_post_alloc_pages
static inline int arch_kexec_post_alloc_pages(void *vaddr, unsigned int pages, gfp_t gfp)
{
	return 0;
}
#endif

#ifndef arch_kexec_pre_free_pages
static inline void arch_kexec_pre_free_pages(void *vaddr, unsigned int pages) { }
#endif

/* Where the architecture keeps the job of an image whose load has ended. */
struct kexec_job *arch_kexec_job(const struct kimage *image);
/* The quickest checksum that this machine can make. */
enum kexec_checksum_kind arch_kexec_checksum_kind(void);

/* What it may call meanwhile. */
struct page *kimage_alloc_control_pages(struct kimage *image, unsigned int order);
int kexec_describe_job(struct kimage *image, struct kexec_job *job);
int kexec_refuse(int err, const char *fmt, ...) __printf(2, 3);
int kexec_may_take(unsigned long pages, const char *to, const char *what);
void *kexec_alloc(size_t size, gfp_t gfp, const char *to, const char *what);

/* Addresses */

/*
 * Where RAM has another address for the CPU at boot than while the kernel
 * runs, the architecture converts; segments and entries hold boot addresses.
 */
#ifndef page_to_boot_pfn
static inline unsigned long page_to_boot_pfn(struct page *page) { return page_to_pfn(page); }
#endif

#ifndef boot_pfn_to_page
static inline struct page *boot_pfn_to_page(unsigned long pfn) { return pfn_to_page(pfn); }
#endif

#ifndef phys_to_boot_phys
static inline unsigned long phys_to_boot_phys(phys_addr_t phys) { return phys; }
#endif

#ifndef boot_phys_to_phys
static inline phys_addr_t boot_phys_to_phys(unsigned long boot_phys) { return boot_phys; }
#endif

static inline unsigned long virt_to_boot_phys(void *addr)
{
	phys_addr_t phys = virt_to_phys(addr);

	return phys_to_boot_phys(phys);
}

static inline void *boot_phys_to_virt(unsigned long entry)
{
	phys_addr_t phys = boot_phys_to_phys(entry);

	return phys_to_virt(phys);
}

/* Crash images */

#ifndef crash_free_reserved_phys_range
/* Give pages [begin, end) of the crash memory back to the buddy allocator. */
static inline void crash_free_reserved_phys_range(unsigned long begin, unsigned long end)
{
	unsigned long pfn;

	for (pfn = PHYS_PFN(begin); PFN_PHYS(pfn) < end; pfn++)
		free_reserved_page(boot_pfn_to_page(pfn));
}
#endif

#ifndef arch_kexec_protect_crashkres
/* Keep stray writes away from the armed crash image. */
static inline void arch_kexec_protect_crashkres(void) { }
#endif

#ifndef arch_kexec_unprotect_crashkres
static inline void arch_kexec_unprotect_crashkres(void) { }
#endif

#ifndef crash_get_elfcorehdr_size
/* Bytes that a loader in user space should leave for the ELF core header. */
static inline unsigned int crash_get_elfcorehdr_size(void) { return 0; }
#endif

#ifndef arch_crash_hotplug_support
/* May the kernel update @image, loaded with @flags, by itself? */
static inline int arch_crash_hotplug_support(struct kimage *image, unsigned long flags)
{
	return 0;
}
#endif

#ifndef arch_crash_handle_hotplug_event
/* Bring the armed crash image up to date; @arg: struct memory_notify, or NULL. */
static inline void arch_crash_handle_hotplug_event(struct kimage *image, void *arg) { }
#endif

/* File loads */

#ifdef CONFIG_KEXEC_FILE
/* An arch's loaders, in probing order, closed by NULL. */
extern const struct kexec_file_ops * const kexec_file_loaders[];

/* What happens where a hook is not overridden, for those that do something besides. */
int kexec_image_probe_default(struct kimage *image, void *buf, unsigned long buf_len);
int kexec_image_post_load_cleanup_default(struct kimage *image);
int kexec_locate_mem_hole(struct kexec_buf *kbuf);

#ifndef arch_kexec_kernel_image_probe
static inline int arch_kexec_kernel_image_probe(struct kimage *image, void *buf,
						unsigned long buf_len)
{
	return kexec_image_probe_default(image, buf, buf_len);
}
#endif

#ifndef arch_kimage_file_post_load_cleanup
static inline int arch_kimage_file_post_load_cleanup(struct kimage *image)
{
	return kexec_image_post_load_cleanup_default(image);
}
#endif

/*
 * Is a range of RAM in the memory map that the next kernel is given?  It has to
 * find memory that was added at run time by itself, and cannot if it is in it.
 */
#ifndef arch_kexec_ram_handed_over
static inline bool arch_kexec_ram_handed_over(u64 start, u64 end) { return true; }
#endif

#ifndef arch_kexec_locate_mem_hole
static inline int arch_kexec_locate_mem_hole(struct kexec_buf *kbuf)
{
	return kexec_locate_mem_hole(kbuf);
}
#endif

#ifndef arch_kexec_apply_relocations_add
static inline int arch_kexec_apply_relocations_add(struct purgatory_info *pi, Elf_Shdr *section,
						   const Elf_Shdr *relsec, const Elf_Shdr *symtab)
{
	return -ENOEXEC;
}
#endif

#ifndef arch_kexec_apply_relocations
static inline int arch_kexec_apply_relocations(struct purgatory_info *pi, Elf_Shdr *section,
					       const Elf_Shdr *relsec, const Elf_Shdr *symtab)
{
	return -ENOEXEC;
}
#endif
#endif /* CONFIG_KEXEC_FILE */

#endif /* LINUX_KEXEC_ARCH_H */
