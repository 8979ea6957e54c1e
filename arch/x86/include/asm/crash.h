/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_X86_CRASH_H
#define _ASM_X86_CRASH_H

struct boot_e820_entry;
struct kexec_buf;
struct kimage;
struct pt_regs;

int crash_load_segments(struct kimage *image);
unsigned int crash_memory_map(const struct kimage *image, struct boot_e820_entry *map,
			      unsigned int room);
int crash_make_core_header(void **header, unsigned long *size, unsigned int *ranges);
void crash_smp_send_stop(void);
void crash_save_first(int cpu, struct pt_regs *regs);

#ifdef CONFIG_CRASH_HOTPLUG
void crash_leave_room(struct kimage *image, struct kexec_buf *kbuf, unsigned int ranges);
#else
static inline void crash_leave_room(struct kimage *image, struct kexec_buf *kbuf,
				    unsigned int ranges)
{
}
#endif

#endif /* _ASM_X86_CRASH_H */
