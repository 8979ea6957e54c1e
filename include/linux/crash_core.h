/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a crash to the crash image, and what a dump will hold.
 */
#ifndef LINUX_CRASH_CORE_H
#define LINUX_CRASH_CORE_H

#include <linux/crash_clients.h>
#include <linux/elf.h>
#include <linux/elfcore.h>
#include <linux/linkage.h>
#include <linux/range.h>

struct kimage;
struct pt_regs;
struct task_struct;

/**
 * struct crash_mem - memory to be in a dump
 * @max_nr_ranges: entries that @ranges has room for
 * @nr_ranges:	   entries in use
 * @ranges:	   physical ranges in ascending order
 */
struct crash_mem {
	unsigned int max_nr_ranges;
	unsigned int nr_ranges;
	struct range ranges[] __counted_by(max_nr_ranges);
};

ssize_t crash_get_memory_size(void);
int crash_shrink_memory(unsigned long new_size);

#ifdef CONFIG_CRASH_DUMP
#include <linux/kexec_arch.h>

/* Alignment of the ELF core header, its segment and its size. */
#define ELF_CORE_HEADER_ALIGN	4096

/* What has happened: kimage.hp_action */
enum {
	KEXEC_CRASH_HP_NONE,
	KEXEC_CRASH_HP_ADD_CPU,
	KEXEC_CRASH_HP_REMOVE_CPU,
	KEXEC_CRASH_HP_ADD_MEMORY,
	KEXEC_CRASH_HP_REMOVE_MEMORY,
};

void crash_kexec(struct pt_regs *regs);
void __crash_kexec(struct pt_regs *regs);
int kexec_should_crash(struct task_struct *p);
int kexec_crash_loaded(void);
void crash_save_cpu(struct pt_regs *regs, int cpu);
int kimage_crash_copy_vmcoreinfo(struct kimage *image);

int crash_exclude_mem_range(struct crash_mem *mem, unsigned long long mstart,
			    unsigned long long mend);
int crash_prepare_elf64_headers(struct crash_mem *mem, int need_kernel_map, void **addr,
				unsigned long *sz);

int crash_check_hotplug_support(void);
int kimage_update_elfcorehdr(struct kimage *image, const void *header, size_t size);

#else /* !CONFIG_CRASH_DUMP */

static inline void __crash_kexec(struct pt_regs *regs) { }
static inline int kexec_crash_loaded(void) { return 0; }
static inline void crash_save_cpu(struct pt_regs *regs, int cpu) { }
static inline int kimage_crash_copy_vmcoreinfo(struct kimage *image) { return 0; }

/* Without crash images an oops is still how a crash client fails. */
static inline int kexec_should_crash(struct task_struct *p)
{
	return crash_client_running();
}

static inline void crash_kexec(struct pt_regs *regs)
{
	if (crash_client_running())
		crash_client_failed("faults");
}

#endif /* CONFIG_CRASH_DUMP */

#endif /* LINUX_CRASH_CORE_H */
