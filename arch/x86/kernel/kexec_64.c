// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86-64: page tables of an image, and the jump into it.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/cc_platform.h>
#include <linux/cpufeature.h>
#include <linux/efi.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kexec.h>
#include <linux/kexec_timeline.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/suspend.h>

#include <asm/cpu.h>
#include <asm/debugreg.h>
#include <asm/efi.h>
#include <asm/init.h>
#include <asm/io_apic.h>
#include <asm/set_memory.h>
#include <asm/setup.h>

#include "kexec_64.h"

/**
 * struct pgtable_build - page tables under construction
 * @info:  how kernel_ident_mapping_init() is to map
 * @image: whose they are; the tables are its control pages
 */
struct pgtable_build {
	struct x86_mapping_info info;
	struct kimage *image;
};

static void *pgtable_alloc(void *context)
{
	struct page *page = kimage_alloc_control_pages(context, 0);

	if (!page)
		return NULL;
	clear_page(page_address(page));
	return page_address(page);
}

static int pgtable_map(struct pgtable_build *build, u64 start, u64 end)
{
	return kernel_ident_mapping_init(&build->info, build->image->arch.pgd, start, end);
}

static int pgtable_map_resource(struct resource *res, void *arg)
{
	return pgtable_map(arg, res->start, res->end + 1);
}

static int pgtable_map_ram(struct pgtable_build *build)
{
	int i, err = 0;

	for (i = 0; i < nr_pfn_mapped && !err; i++)
		err = pgtable_map(build, PFN_PHYS(pfn_mapped[i].start),
				  PFN_PHYS(pfn_mapped[i].end));
	return err;
}

/* Destinations may lie in memory that this kernel was told not to use. */
static int pgtable_map_segments(struct pgtable_build *build)
{
	const struct kexec_segment *seg = build->image->segment;
	unsigned long i;
	int err = 0;

	for (i = 0; i < build->image->nr_segments && !err; i++, seg++)
		err = pgtable_map(build, seg->mem, seg->mem + seg->memsz);
	return err;
}

/* The new kernel's boot code reads firmware tables before it has a map of its own. */
static int pgtable_map_acpi(struct pgtable_build *build)
{
	static const unsigned long kinds[] = { IORES_DESC_ACPI_TABLES, IORES_DESC_ACPI_NV_STORAGE };
	int i, err;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		err = walk_iomem_res_desc(kinds[i], IORESOURCE_MEM | IORESOURCE_BUSY, 0, -1, build,
					  pgtable_map_resource);
		/* -EINVAL: there is none of this kind */
		if (err && err != -EINVAL)
			return err;
	}
	return 0;
}

static u64 efi_systab_phys(void)
{
	const struct efi_info *info = &boot_params.efi_info;

	return info->efi_systab | (u64)info->efi_systab_hi << 32;
}

static u64 efi_config_size(const void *systab)
{
	const efi_system_table_64_t *systab64 = systab;
	const efi_system_table_32_t *systab32 = systab;

	if (efi_enabled(EFI_64BIT))
		return (u64)systab64->nr_tables * sizeof(efi_config_table_64_t);
	return (u64)systab32->nr_tables * sizeof(efi_config_table_32_t);
}

static int pgtable_map_efi(struct pgtable_build *build)
{
	u64 phys = efi_systab_phys(), config_size;
	size_t size = efi_enabled(EFI_64BIT) ? sizeof(efi_system_table_64_t) :
					       sizeof(efi_system_table_32_t);
	void *systab;
	int err;

	if (!efi_enabled(EFI_BOOT) || !phys)
		return 0;
	systab = memremap(phys, size, MEMREMAP_WB);
	if (!systab)
		return -ENOMEM;
	config_size = efi_config_size(systab);
	memunmap(systab);

	err = pgtable_map(build, phys, phys + size);
	return err ?: pgtable_map(build, efi_config_table, efi_config_table + config_size);
}

/*
 * Map the copy of the trampoline at the address of relocate_kernel.  Nothing else lives
 * in this corner of the tables, so each level gets a fresh table.
 */
static int pgtable_map_trampoline(struct pgtable_build *build)
{
	unsigned long va = (unsigned long)relocate_kernel;
	u64 encrypt = cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) ? _PAGE_ENC : 0;
	u64 *table = (u64 *)build->image->arch.pgd, *next;
	int shift;

	for (shift = pgtable_l5_enabled() ? 48 : 39; shift > PAGE_SHIFT; shift -= 9) {
		next = pgtable_alloc(build->image);
		if (!next)
			return -ENOMEM;
		table[(va >> shift) % PTRS_PER_PTE] = __pa(next) | _KERNPG_TABLE_NOENC | encrypt;
		table = next;
	}
	table[(va >> shift) % PTRS_PER_PTE] =
		page_to_phys(build->image->control_code_page) | encrypt |
		(__PAGE_KERNEL_EXEC & ~_PAGE_GLOBAL);
	return 0;
}

/*
 * Registers are neither cached nor encrypted.  Last of all: where memory is mapped
 * in pieces that hold them too, it stays as it is.
 */
static int pgtable_map_serial(struct pgtable_build *build)
{
	const struct kexec_serial *serial = &build->image->arch.serial;

	if (serial->access < KEXEC_SERIAL_MEM8)
		return 0;
	build->info.page_flag = __PAGE_KERNEL_LARGE_EXEC | _PAGE_NOCACHE;
	return pgtable_map(build, serial->base & PAGE_MASK,
			   (serial->base & PAGE_MASK) + PAGE_SIZE);
}

static int kimage_make_pgtable(struct kimage *image)
{
	struct pgtable_build build = {
		.info = {
			.alloc_pgt_page	= pgtable_alloc,
			.context	= image,
			.page_flag	= __PAGE_KERNEL_LARGE_EXEC,
			.kernpg_flag	= _KERNPG_TABLE_NOENC,
			.direct_gbpages	= direct_gbpages,
		},
		.image = image,
	};
	int err;

	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT)) {
		build.info.page_flag |= _PAGE_ENC;
		build.info.kernpg_flag |= _PAGE_ENC;
	}
	image->arch.pgd = pgtable_alloc(image);
	if (!image->arch.pgd)
		return -ENOMEM;
	err = pgtable_map_ram(&build);
	err = err ?: pgtable_map_segments(&build);
	err = err ?: pgtable_map_efi(&build);
	err = err ?: pgtable_map_acpi(&build);
	err = err ?: pgtable_map_trampoline(&build);
	return err ?: pgtable_map_serial(&build);
}

/*
 * Guests whose every access to a port or device traps have no handler for that
 * once this kernel is gone.
 */
static bool may_reach_devices(void)
{
	return !cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT) &&
	       !cpu_feature_enabled(X86_FEATURE_TDX_GUEST);
}

/**
 * machine_kexec_prepare - find the serial port, make an image's page tables
 * @image: its segments and control area are known
 *
 * Return: 0, or -ENOMEM if there is no room for page tables.
 */
int machine_kexec_prepare(struct kimage *image)
{
	int err;

	if (may_reach_devices())
		kexec_find_serial(saved_command_line, &image->arch.serial);
	err = kimage_make_pgtable(image);
	if (err)
		return kexec_refuse(err, "there is not enough memory for its page tables");
	return 0;
}

/**
 * machine_kexec_cleanup - undo machine_kexec_prepare()
 * @image: any image
 *
 * Nothing to do: page tables are control pages, which the core frees.
 */
void machine_kexec_cleanup(struct kimage *image)
{
}

/* The jump */

#ifdef CONFIG_KEXEC_JUMP
static void context_save(struct kimage *image)
{
	if (image->preserve_context)
		save_processor_state();
}

static void context_restore(struct kimage *image)
{
	if (image->preserve_context)
		restore_processor_state();
}
#else
/* what these call is declared with PM_SLEEP only */
static void context_save(struct kimage *image) { }
static void context_restore(struct kimage *image) { }
#endif

/* The other paths have done this on their way through machine_shutdown(). */
static void irqs_to_boot_mode(struct kimage *image)
{
	if (!image->preserve_context)
		return;
	clear_IO_APIC();
	restore_boot_irq_mode();
}

/**
 * machine_kexec - enter an image
 * @image: armed image
 *
 * Past the point of no return: no allocation, no lock, no failure.  Runs on one
 * CPU, in NMI context too.  Returns only if @image preserves this kernel's
 * context and came back.
 */
void machine_kexec(struct kimage *image)
{
	u64 control = page_to_phys(image->control_code_page) + KEXEC_CONTROL_CODE_MAX_SIZE;
	int ftrace = __ftrace_enabled_save();

	context_save(image);
	local_irq_disable();
	hw_breakpoint_disable();
	cet_disable();
	irqs_to_boot_mode(image);

	kexec_timeline_prepare(image);
	image->start = relocate_kernel(control, __pa(image->arch.pgd), panic_timeout != 0);

	context_restore(image);
	__ftrace_enabled_restore(ftrace);
}

/* Memory encryption */

/**
 * arch_kexec_post_alloc_pages - make fresh pages fit for an image
 * @vaddr: where they are mapped
 * @pages: how many
 * @gfp:   how they were allocated
 *
 * A kernel under SME starts with encryption off, so what it is entered with
 * has to be plain in memory.  Under SEV it starts encrypted like any other.
 *
 * Return: 0 or a negative errno.
 */
int arch_kexec_post_alloc_pages(void *vaddr, unsigned int pages, gfp_t gfp)
{
	if (!cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT))
		return 0;
	return set_memory_decrypted((unsigned long)vaddr, pages);
}

/**
 * arch_kexec_pre_free_pages - undo arch_kexec_post_alloc_pages()
 * @vaddr: where they are mapped
 * @pages: how many
 */
void arch_kexec_pre_free_pages(void *vaddr, unsigned int pages)
{
	if (cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT))
		set_memory_encrypted((unsigned long)vaddr, pages);
}
