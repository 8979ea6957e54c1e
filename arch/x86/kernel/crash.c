// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: what a crash needs of the machine.  Stop it, and describe its memory: to
 * the crash kernel, which has only what was reserved for it, and to whoever reads
 * the dump.
 */

#define pr_fmt(fmt) "kexec: " fmt

#include <linux/cpumask.h>
#include <linux/elf.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/memory.h>
#include <linux/mmzone.h>
#include <linux/range.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <asm/apic.h>
#include <asm/bootparam.h>
#include <asm/cpu.h>
#include <asm/crash.h>
#include <asm/e820/types.h>
#include <asm/hpet.h>
#include <asm/intel_pt.h>
#include <asm/io_apic.h>
#include <asm/reboot.h>
#include <asm/x86_init.h>

/* Stopping the machine */

/**
 * crash_save_first - save a CPU's registers, unless that has been done
 * @cpu:  the CPU, the calling one
 * @regs: the registers
 *
 * A dump shows what a CPU did before the crash: one that is stopped and takes the crash
 * over later, or is stopped again, keeps its first registers.
 * Context: any.
 */
void crash_save_first(int cpu, struct pt_regs *regs)
{
	static struct cpumask saved;

	if (cpu < 0 || cpu >= nr_cpu_ids || cpumask_test_and_set_cpu(cpu, &saved))
		return;
	crash_save_cpu(regs, cpu);
}

#ifdef CONFIG_X86_IO_APIC
static void stop_ioapics(void)
{
	/* nobody is left to give the lock back */
	ioapic_zap_locks();
	clear_IO_APIC();
}
#else
static void stop_ioapics(void) { }
#endif

#ifdef CONFIG_HPET_TIMER
static void stop_hpet(void)
{
	hpet_disable();
}
#else
static void stop_hpet(void) { }
#endif

static void stop_interrupts(void)
{
	stop_ioapics();
	lapic_shutdown();
	restore_boot_irq_mode();
	stop_hpet();
}

/**
 * native_machine_crash_shutdown - stop the machine as far as a crash kernel needs it
 * @regs: registers to save for this CPU
 *
 * As little as possible: what is broken is not known.
 * Context: any; past the point of no return.
 */
void native_machine_crash_shutdown(struct pt_regs *regs)
{
	local_irq_disable();
	crash_smp_send_stop();
	/* INIT, which the crash kernel starts CPUs with, is blocked under a hypervisor of ours */
	cpu_emergency_disable_virtualization();
	cpu_emergency_stop_pt();
	stop_interrupts();
	/* encrypted guests: conversions of pages that were under way are found out here */
	x86_platform.guest.enc_kexec_begin();
	x86_platform.guest.enc_kexec_finish();
	crash_save_first(safe_smp_processor_id(), regs);
}

/* Memory of this kernel, for the dump */

#if defined(CONFIG_KEXEC_FILE) || defined(CONFIG_CRASH_HOTPLUG)
/**
 * struct ram_list - RAM being listed
 * @mem:   where it goes; NULL to count it only
 * @count: how many ranges there are
 */
struct ram_list {
	struct crash_mem *mem;
	unsigned int count;
};

static void list_range(struct ram_list *list, u64 start, u64 end)
{
	unsigned int n = list->count++;

	if (list->mem && n < list->mem->max_nr_ranges)
		list->mem->ranges[n] = (struct range){ start, end };
}

#ifdef CONFIG_MEMORY_HOTPLUG
static bool is_online(unsigned long pfn)
{
	return online_section_nr(pfn_to_section_nr(pfn));
}

static unsigned long next_section(unsigned long pfn)
{
	return SECTION_ALIGN_UP(pfn + 1);
}
#else
static bool is_online(unsigned long pfn) { return true; }
static unsigned long next_section(unsigned long pfn) { return ULONG_MAX; }
#endif

/* Memory that is offline may be gone by the time somebody reads it. */
static int list_online(struct resource *res, void *arg)
{
	unsigned long pfn = PHYS_PFN(res->start), last = PHYS_PFN(res->end), start;

	while (pfn <= last) {
		start = pfn;
		while (pfn <= last && is_online(pfn))
			pfn = next_section(pfn);
		if (pfn > start)
			list_range(arg, max_t(u64, PFN_PHYS(start), res->start),
				   pfn > last ? res->end : PFN_PHYS(pfn) - 1);
		if (pfn <= last)
			pfn = next_section(pfn);
	}
	return 0;
}

static unsigned int list_ram(struct crash_mem *mem)
{
	struct ram_list list = { .mem = mem };

	walk_system_ram_res(0, -1, &list, list_online);
	return list.count;
}

/* Low memory and crash memory may each leave a range in two pieces. */
#define EXCLUDED	3

static struct crash_mem *alloc_crash_mem(unsigned int ranges)
{
	struct crash_mem *mem = vzalloc(struct_size(mem, ranges, ranges));

	if (mem)
		mem->max_nr_ranges = ranges;
	return mem;
}

/* Memory may come while it is counted: then it is counted again. */
static struct crash_mem *find_ram(void)
{
	struct crash_mem *mem;
	unsigned int count;

	for (;;) {
		mem = alloc_crash_mem(list_ram(NULL) + EXCLUDED);
		if (!mem)
			return NULL;
		count = list_ram(mem);
		if (count + EXCLUDED <= mem->max_nr_ranges)
			break;
		vfree(mem);
	}
	mem->nr_ranges = count;
	return mem;
}

/* The crash kernel uses the first MiB as its own, so a dump cannot have it. */
static int exclude_ours(struct crash_mem *mem)
{
	int err = crash_exclude_mem_range(mem, 0, SZ_1M - 1);

	err = err ?: crash_exclude_mem_range(mem, crashk_res.start, crashk_res.end);
	if (!err && crashk_low_res.end)
		err = crash_exclude_mem_range(mem, crashk_low_res.start, crashk_low_res.end);
	return err;
}

static int make_core_header(void **header, unsigned long *size, unsigned int *ranges)
{
	struct crash_mem *mem = find_ram();
	int err;

	if (!mem)
		return -ENOMEM;
	err = exclude_ours(mem);
	*ranges = mem->nr_ranges;
	err = err ?: crash_prepare_elf64_headers(mem, IS_ENABLED(CONFIG_X86_64), header, size);
	vfree(mem);
	return err;
}
#endif /* CONFIG_KEXEC_FILE || CONFIG_CRASH_HOTPLUG */

/* Memory of the crash kernel */

#ifdef CONFIG_KEXEC_FILE
/**
 * struct map_list - a memory map being made
 * @map:   where it goes
 * @room:  entries it has room for
 * @count: entries there are
 * @type:  E820_TYPE_* of those being added
 */
struct map_list {
	struct boot_e820_entry *map;
	unsigned int room;
	unsigned int count;
	enum e820_type type;
};

static void map_add(struct map_list *list, u64 start, u64 end)
{
	unsigned int n = list->count++;

	if (n < list->room)
		list->map[n] = (struct boot_e820_entry) {
			.addr = start, .size = end - start + 1, .type = list->type,
		};
}

static int map_add_resource(struct resource *res, void *arg)
{
	map_add(arg, res->start, res->end);
	return 0;
}

static void map_add_kind(struct map_list *list, enum e820_type type, unsigned long desc,
			 unsigned long flags)
{
	list->type = type;
	walk_iomem_res_desc(desc, flags, 0, -1, list, map_add_resource);
}

/* RAM that the crash kernel may write to, except what the ELF core header is in. */
static void map_add_crash_memory(struct map_list *list, const struct kimage *image)
{
	u64 start = image->elf_load_addr, end = start + image->elf_headers_sz;

	list->type = E820_TYPE_RAM;
	if (crashk_low_res.end)
		map_add(list, crashk_low_res.start, crashk_low_res.end);
	if (start >= crashk_res.start + PAGE_SIZE)
		map_add(list, crashk_res.start, start - 1);
	if (end + PAGE_SIZE - 1 <= crashk_res.end)
		map_add(list, end, crashk_res.end);
}

/**
 * crash_memory_map - make the memory map of a crash kernel
 * @image: the crash image; its ELF core header has its place
 * @map:   filled in
 * @room:  entries it has room for; 0: only count
 *
 * The first MiB is the crash kernel's, too: start code needs some of it.
 * Context: may sleep.
 *
 * Return: how many entries there are.
 */
unsigned int crash_memory_map(const struct kimage *image, struct boot_e820_entry *map,
			      unsigned int room)
{
	struct map_list list = { .map = map, .room = room, .type = E820_TYPE_RAM };

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0,
			    SZ_1M - 1, &list, map_add_resource);
	map_add_kind(&list, E820_TYPE_ACPI, IORES_DESC_ACPI_TABLES,
		     IORESOURCE_MEM | IORESOURCE_BUSY);
	map_add_kind(&list, E820_TYPE_NVS, IORES_DESC_ACPI_NV_STORAGE,
		     IORESOURCE_MEM | IORESOURCE_BUSY);
	map_add_kind(&list, E820_TYPE_RESERVED, IORES_DESC_RESERVED, IORESOURCE_MEM);
	map_add_crash_memory(&list, image);
	return list.count;
}

#ifdef CONFIG_CRASH_HOTPLUG
/* Program headers that the segment has to have room for, now or later. */
static unsigned long phdrs_ever(unsigned int ranges)
{
	unsigned long memory = IS_ENABLED(CONFIG_MEMORY_HOTPLUG) ? CONFIG_CRASH_MAX_MEMORY_RANGES :
								   ranges;

	return 2 + CONFIG_NR_CPUS_DEFAULT + memory;
}

static void leave_room(struct kimage *image, struct kexec_buf *kbuf, unsigned int ranges)
{
	unsigned long phdrs = phdrs_ever(ranges);

	image->elfcorehdr_index = image->nr_segments;
	if (phdrs < PN_XNUM)
		kbuf->memsz = max(kbuf->memsz, PAGE_ALIGN(sizeof(Elf64_Ehdr) +
							  phdrs * sizeof(Elf64_Phdr)));
}
#else
static void leave_room(struct kimage *image, struct kexec_buf *kbuf, unsigned int ranges)
{
}
#endif

/**
 * crash_load_segments - add the segments that every crash image needs
 * @image: crash image being laid out
 *
 * The ELF core header, with room to grow if the kernel is to keep it right.
 *
 * Return: 0 or a negative errno.
 */
int crash_load_segments(struct kimage *image)
{
	struct kexec_buf kbuf = {
		.image		= image,
		.name		= "ELF core header",
		.buf_max	= ULONG_MAX,
		.buf_align	= ELF_CORE_HEADER_ALIGN,
		.mem		= KEXEC_BUF_MEM_UNKNOWN,
	};
	unsigned int ranges;
	int err = make_core_header(&kbuf.buffer, &kbuf.bufsz, &ranges);

	if (err)
		return kexec_refuse(err, "the ELF core header cannot be made");
	image->elf_headers = kbuf.buffer;
	kbuf.memsz = kbuf.bufsz;
	leave_room(image, &kbuf, ranges);
	image->elf_headers_sz = kbuf.memsz;
	err = kexec_add_buffer(&kbuf);
	if (err)
		return kexec_refuse(err, "the crash memory has no room for the ELF core header");
	image->elf_load_addr = kbuf.mem;
	kexec_dprintk("ELF core header: %#lx, %lu bytes of %lu\n", kbuf.mem, kbuf.bufsz,
		      kbuf.memsz);
	return 0;
}
#endif /* CONFIG_KEXEC_FILE */

/* Hotplug */

#ifdef CONFIG_CRASH_HOTPLUG
/**
 * arch_crash_hotplug_support - may the kernel update a crash image by itself?
 * @image: the image
 * @flags: of the system call that loads it
 *
 * Who loads segments has to say so: it may have made a digest of them.
 */
int arch_crash_hotplug_support(struct kimage *image, unsigned long flags)
{
	return image->file_mode ||
	       flags & (KEXEC_UPDATE_ELFCOREHDR | KEXEC_CRASH_HOTPLUG_SUPPORT);
}

/**
 * arch_crash_get_elfcorehdr_size - room that an ELF core header may ever need
 *
 * Return: size in bytes.
 */
unsigned int arch_crash_get_elfcorehdr_size(void)
{
	unsigned long phdrs = 2 + CONFIG_NR_CPUS_DEFAULT;

	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		phdrs += CONFIG_CRASH_MAX_MEMORY_RANGES;
	return phdrs * sizeof(Elf64_Phdr);
}

/* A header of ours has all possible CPUs, whether they are there or not. */
static bool is_up_to_date(const struct kimage *image)
{
	return (image->file_mode || image->elfcorehdr_updated) &&
	       (image->hp_action == KEXEC_CRASH_HP_ADD_CPU ||
		image->hp_action == KEXEC_CRASH_HP_REMOVE_CPU);
}

/**
 * arch_crash_handle_hotplug_event - keep a crash image right
 * @image: the armed crash image; its hp_action says what happened
 * @arg:   not needed: the header is made of what there is now
 *
 * Context: load lock held, crash memory writable, may sleep.
 */
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg)
{
	unsigned long size;
	unsigned int ranges;
	void *header = NULL;
	int err;

	if (is_up_to_date(image))
		return;
	err = make_core_header(&header, &size, &ranges);
	err = err ?: kimage_update_elfcorehdr(image, header, size);
	vfree(header);
	if (err)
		pr_err("the crash image's list of memory is out of date, error %d: load it again\n",
		       err);
}
#endif /* CONFIG_CRASH_HOTPLUG */
