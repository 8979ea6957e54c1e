/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timeline of a handover: when each stage ended, by a clock that runs on
 * from one kernel into the next (on x86 the TSC).
 *
 * The old kernel and its trampoline fill the record and put it where the new
 * kernel finds it; the new kernel adds its own stages and shows the result in
 * /sys/kernel/kexec/handover.  The layout crosses from kernel to kernel: one version
 * of it only grows at its end.
 */
#ifndef LINUX_KEXEC_TIMELINE_H
#define LINUX_KEXEC_TIMELINE_H

#include <linux/kexec_timeline_mark.h>
#include <linux/types.h>

#define KEXEC_TIMELINE_MAGIC	0x656d6974636578ebULL

/**
 * enum kexec_stage - moments of a handover, in their order
 * @KEXEC_STAGE_REBOOT:	    the reboot call has reached the kexec core
 * @KEXEC_STAGE_CHECKED:    the image is seen to be as it was loaded
 * @KEXEC_STAGE_DEVICES:    devices are shut down
 * @KEXEC_STAGE_STOPPED:    other CPUs are stopped, interrupt controllers quiet
 * @KEXEC_STAGE_TRAMPOLINE: the trampoline runs, on its own page tables
 * @KEXEC_STAGE_VERIFIED:   digests are checked
 * @KEXEC_STAGE_ENTRY:	    moves are done, the image is entered next
 * @KEXEC_STAGE_KERNEL:	    the new kernel has read this record (setup_arch)
 * @KEXEC_STAGE_INIT:	    it starts its first user process
 * @KEXEC_STAGE_NR:	    number of stages
 *
 * A stage that did not happen has stamp 0.
 */
enum kexec_stage {
	KEXEC_STAGE_REBOOT,
	KEXEC_STAGE_CHECKED,
	KEXEC_STAGE_DEVICES,
	KEXEC_STAGE_STOPPED,
	KEXEC_STAGE_TRAMPOLINE,
	KEXEC_STAGE_VERIFIED,
	KEXEC_STAGE_ENTRY,
	KEXEC_STAGE_KERNEL,
	KEXEC_STAGE_INIT,
	KEXEC_STAGE_NR,
};

/**
 * struct kexec_timeline - the record
 * @magic:     KEXEC_TIMELINE_MAGIC
 * @version:   KEXEC_TIMELINE_VERSION
 * @nr_stages: entries of @stamp
 * @flags:     KEXEC_TIMELINE_* bits
 * @clock_khz: ticks of the clock per millisecond, 0 if unknown
 * @stamp:     the clock at the end of each stage
 */
struct kexec_timeline {
	u64 magic;
	u32 version;
	u32 nr_stages;
	u64 flags;
	u64 clock_khz;
	u64 stamp[KEXEC_STAGE_NR];
};

/* Bits of kexec_timeline.flags */
#define KEXEC_TIMELINE_DIRECT	0x1	/* entered past the image's own decompressor */
#define KEXEC_TIMELINE_CRASH	0x2	/* entered from the crash slot */

struct kimage;
struct kobject;

/* /sys/kernel/kexec, from subsys_initcall on; NULL without sysfs */
extern struct kobject *kexec_kobj;

/* What this kernel notes about the handover it is about to make. */
extern struct kexec_timeline kexec_timeline_next;

#ifdef CONFIG_KEXEC_TIMELINE
#include <linux/timex.h>

/* Past the point of no return, NMI context too: one store. */
static inline void kexec_stamp(enum kexec_stage stage)
{
	kexec_timeline_next.stamp[stage] = get_cycles();
}

void kexec_timeline_prepare(const struct kimage *image);
void kexec_timeline_from(const void *record, size_t size);
void kexec_timeline_reached_init(void);

/*
 * What an architecture provides: the ticks of get_cycles() per millisecond, 0 if
 * unknown; and for its setup code, a way in for a record in its own wrapping.
 */
u64 kexec_clock_khz(void);
void kexec_timeline_setup(u64 phys, u32 len);
#else
static inline void kexec_stamp(enum kexec_stage stage) { }
static inline void kexec_timeline_prepare(const struct kimage *image) { }
static inline void kexec_timeline_reached_init(void) { }
static inline void kexec_timeline_setup(u64 phys, u32 len) { }
#endif

#endif /* LINUX_KEXEC_TIMELINE_H */
