// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86's part of the timeline of a handover: its clock, the record's way through
 * setup_data, and what the clock's measured speed can spare the next kernel.
 */
#include <linux/cpufeature.h>
#include <linux/delay.h>
#include <linux/elfnote.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kexec_timeline.h>
#include <linux/kobject.h>
#include <linux/minmax.h>
#include <linux/sysfs.h>
#include <asm/setup.h>
#include <asm/tsc.h>

/* For who loads a vmlinux; bzImages say it behind their version (arch/x86/boot/version.c). */
ELFNOTE32(KEXEC_TIMELINE_NOTE_NAME, KEXEC_TIMELINE_NOTE_TYPE, KEXEC_TIMELINE_VERSION);
static_assert(KEXEC_TIMELINE_NOTE_TYPE == SETUP_KEXEC_TIMELINE);

u64 kexec_clock_khz(void)
{
	return tsc_khz;
}

/**
 * kexec_timeline_setup - take the record out of its setup_data entry
 * @phys: address of the entry
 * @len:  bytes of the record it claims to hold
 */
void __init kexec_timeline_setup(u64 phys, u32 len)
{
	size_t size = min_t(size_t, len, sizeof(struct kexec_timeline));
	/* with its header: nothing at all cannot be mapped */
	struct setup_data *entry = early_memremap(phys, sizeof(*entry) + size);

	if (!entry)
		return;
	kexec_timeline_from(entry->data, size);
	early_memunmap(entry, sizeof(*entry) + size);
}

/*
 * /sys/kernel/kexec/fast: boot parameters of the next kernel, for it to use what
 * this one has measured.  A file whose fact is not certain is empty.
 *
 * A CPU that states the frequency of its TSC states it to the next kernel too,
 * which then knows it exactly; a parameter would turn that into a measurement.
 */
static bool tsc_is_worth_telling(void)
{
	return !check_tsc_unstable() && !boot_cpu_has(X86_FEATURE_TSC_KNOWN_FREQ);
}

static ssize_t tsc_early_khz_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return tsc_is_worth_telling() ? sysfs_emit(buf, "%u\n", tsc_khz) : 0;
}

static struct kobj_attribute tsc_early_khz_attr = __ATTR_RO(tsc_early_khz);

/* The delay loop counts TSC ticks: it is as steady as the TSC. */
static ssize_t lpj_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return check_tsc_unstable() ? 0 : sysfs_emit(buf, "%lu\n", loops_per_jiffy);
}

static struct kobj_attribute lpj_attr = __ATTR_RO(lpj);

static struct attribute *fast_attrs[] = {
	&tsc_early_khz_attr.attr,
	&lpj_attr.attr,
	NULL
};

static const struct attribute_group fast_group = {
	.name	= "fast",
	.attrs	= fast_attrs,
};

static int __init kexec_fast_init(void)
{
	return kexec_kobj ? sysfs_create_group(kexec_kobj, &fast_group) : 0;
}
device_initcall(kexec_fast_init);
