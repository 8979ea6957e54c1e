// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86-64: the control area of an image, written when the image is loaded.
 */

#include <linux/cc_platform.h>
#include <linux/cpufeature.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <asm/desc.h>
#include <asm/kexec_blob.h>
#include <asm/trapnr.h>

#include "kexec_64.h"

#define CONTROL_AT(field, offset) \
	static_assert(offsetof(struct kexec_control, field) == (offset))
CONTROL_AT(entry, CONTROL_ENTRY);
CONTROL_AT(boot_params, CONTROL_BOOT_PARAMS);
CONTROL_AT(pgd, CONTROL_PGD);
CONTROL_AT(swap, CONTROL_SWAP);
CONTROL_AT(flags, CONTROL_FLAGS);
CONTROL_AT(trapped, CONTROL_TRAPPED);
CONTROL_AT(rsp, CONTROL_RSP);
CONTROL_AT(cr0, CONTROL_CR0);
CONTROL_AT(cr3, CONTROL_CR3);
CONTROL_AT(cr4, CONTROL_CR4);
CONTROL_AT(gdtr, CONTROL_GDTR);
CONTROL_AT(idtr, CONTROL_IDTR);
CONTROL_AT(no_idtr, CONTROL_NO_IDTR);
CONTROL_AT(gdt, CONTROL_GDT);
CONTROL_AT(job, CONTROL_JOB);
CONTROL_AT(job.reset, CONTROL_JOB_RESET);
static_assert(KEXEC_CONTROL_CODE_MAX_SIZE + sizeof(struct kexec_control) <= CONTROL_BLOB);
static_assert(CONTROL_STACKS + 2 * CONTROL_TRAP_STACK <= KEXEC_CONTROL_PAGE_SIZE);

/* Flat 64-bit code and data, accessed bit set: the CPU need not write them. */
#define GDT_CODE64	0x00af9b000000ffffULL
#define GDT_DATA	0x00cf93000000ffffULL

/* Interrupt stack 1: whatever became of the stack in use, a report has one. */
#define TRAP_IST	1
/* The other one is for NMIs, which come in between and only return. */
#define NMI_IST		2
#define NMI_STACK	128

static void describe_segments(struct kexec_control *control, u64 phys)
{
	u64 tss = phys + offsetof(struct kexec_control, tss);

	control->gdt[CONTROL_CS / 8] = GDT_CODE64;
	control->gdt[CONTROL_DS / 8] = GDT_DATA;
	set_tssldt_descriptor(&control->gdt[CONTROL_TSS / 8], tss, DESC_TSS,
			      sizeof(control->tss) - 1);
	control->gdtr.size = sizeof(control->gdt) - 1;
	control->gdtr.address = phys + offsetof(struct kexec_control, gdt);
}

static void describe_traps(struct kexec_control *control, u64 area, u64 phys)
{
	unsigned int i;

	for (i = 0; i < TRAP_STUBS; i++)
		pack_gate(&control->idt[i], GATE_INTERRUPT,
			  area + CONTROL_TRAPS + i * TRAP_STUB_SIZE, 0,
			  i == X86_TRAP_NMI ? NMI_IST : TRAP_IST, CONTROL_CS);
	control->idtr.size = sizeof(control->idt) - 1;
	control->idtr.address = phys + offsetof(struct kexec_control, idt);
	control->tss.ist[TRAP_IST - 1] = area + CONTROL_STACKS + CONTROL_TRAP_STACK;
	control->tss.ist[NMI_IST - 1] = area + CONTROL_STACKS + NMI_STACK;
	control->tss.io_bitmap_base = sizeof(control->tss);
}

static void describe_image(struct kexec_control *control, const struct kimage *image)
{
	control->entry = image->start;
	control->boot_params = image->arch.boot_params;
	control->pgd = __pa(image->arch.pgd);
	control->swap = image->swap_page ? page_to_phys(image->swap_page) : 0;
	if (image->preserve_context)
		control->flags |= CONTROL_RETURNS;
	if (cc_platform_has(CC_ATTR_HOST_MEM_ENCRYPT)) {
		control->flags |= CONTROL_WBINVD;
		/* this kernel's memory is encrypted, unlike what the trampoline can read */
		control->job.timeline = 0;
	}
}

static struct kexec_control *control_of(const struct kimage *image)
{
	return page_address(image->control_code_page) + KEXEC_CONTROL_CODE_MAX_SIZE;
}

/**
 * arch_kexec_job - find the job of an image
 * @image: its control area has been taken
 *
 * Return: the job.
 */
struct kexec_job *arch_kexec_job(const struct kimage *image)
{
	return &control_of(image)->job;
}

/**
 * arch_kexec_checksum_kind - choose the checksum of a crash image
 *
 * Return: what is fastest of what the CPU can do, whichever it is that crashes.
 */
enum kexec_checksum_kind arch_kexec_checksum_kind(void)
{
	return boot_cpu_has(X86_FEATURE_XMM4_2) ? KEXEC_CHECKSUM_CRC32C : KEXEC_CHECKSUM_XXH64;
}

/**
 * machine_kexec_post_load - write the control area
 * @image: loaded completely
 *
 * Nothing is written there at the handover, not even by the running kernel on
 * its way out: what is only known then goes in registers.  So all of a crash
 * image can be read only.
 *
 * Return: 0, or a negative errno if memory of the image cannot be read.
 */
int machine_kexec_post_load(struct kimage *image)
{
	void *area = page_address(image->control_code_page);
	struct kexec_control *control = control_of(image);
	u64 phys = page_to_phys(image->control_code_page);
	int err;

	memset(area, 0, KEXEC_CONTROL_PAGE_SIZE);
	/* the fortified one would not copy code past its first symbol */
	__memcpy(area, relocate_kernel, KEXEC_CONTROL_CODE_MAX_SIZE);
	memcpy(area + CONTROL_BLOB, kexec_blob_start, kexec_blob_end - kexec_blob_start);
	err = kexec_describe_job(image, &control->job);
	control->job.serial = image->arch.serial;
	describe_image(control, image);
	describe_segments(control, phys + KEXEC_CONTROL_CODE_MAX_SIZE);
	describe_traps(control, phys, phys + KEXEC_CONTROL_CODE_MAX_SIZE);
	return err;
}
