// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timeline of a handover, at both of its ends: what this kernel notes about
 * the handover it is about to make, and what it was told about its own.
 *
 * The record comes from another kernel and through memory that a crash may have
 * damaged, so nothing in it is believed before it is checked.
 */

#define pr_fmt(fmt) "kexec" fmt

#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kexec_timeline.h>
#include <linux/kobject.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/sysfs.h>

struct kexec_timeline kexec_timeline_next = {
	.magic		= KEXEC_TIMELINE_MAGIC,
	.version	= KEXEC_TIMELINE_VERSION,
	.nr_stages	= KEXEC_STAGE_NR,
};

/* No clock that gives stamps is slower; with this, no time in microseconds can overflow. */
#define CLOCK_KHZ_MIN	1000

/* How this kernel was entered; magic 0: it was not told. */
static struct kexec_timeline kexec_timeline_last;

/* The old kernel's end */

/**
 * kexec_timeline_prepare - note what kind of handover is made
 * @image: image that is entered next
 *
 * The trampoline takes kexec_timeline_next as it is then, and adds its stages.  A
 * crash can come when another handover has begun; what that noted is left out.
 * Context: past the point of no return, NMI context too.
 */
void kexec_timeline_prepare(const struct kimage *image)
{
	struct kexec_timeline *t = &kexec_timeline_next;

	t->clock_khz = kexec_clock_khz();
	t->flags = image->direct ? KEXEC_TIMELINE_DIRECT : 0;
	if (image->type != KEXEC_TYPE_CRASH)
		return;
	t->flags |= KEXEC_TIMELINE_CRASH;
	t->stamp[KEXEC_STAGE_REBOOT] = 0;
	t->stamp[KEXEC_STAGE_CHECKED] = 0;
	t->stamp[KEXEC_STAGE_DEVICES] = 0;
	t->stamp[KEXEC_STAGE_STOPPED] = 0;
}

/* The new kernel's end */

/* The stamp of the first stage that happened, 0 if none did. */
static u64 __init first_stamp(const struct kexec_timeline *t)
{
	enum kexec_stage stage;

	for (stage = 0; stage < KEXEC_STAGE_NR; stage++) {
		if (t->stamp[stage])
			return t->stamp[stage];
	}
	return 0;
}

static bool __init in_order(const struct kexec_timeline *t)
{
	enum kexec_stage stage;
	u64 latest = 0;

	for (stage = 0; stage < KEXEC_STAGE_NR; stage++) {
		if (!t->stamp[stage])
			continue;
		if (t->stamp[stage] < latest)
			return false;
		latest = t->stamp[stage];
	}
	return true;
}

/* A kernel that knows more stages than this one has them behind ours. */
static size_t __init bytes_of(const struct kexec_timeline *t)
{
	return offsetof(struct kexec_timeline, stamp) +
	       min_t(size_t, t->nr_stages, KEXEC_STAGE_NR) * sizeof(t->stamp[0]);
}

static const char * __init damage_of(const struct kexec_timeline *t, size_t size)
{
	if (size < offsetof(struct kexec_timeline, stamp))
		return "it is too short";
	if (t->magic != KEXEC_TIMELINE_MAGIC)
		return "it was never written";
	if (t->version != KEXEC_TIMELINE_VERSION)
		return "this kernel does not know its version";
	if (t->nr_stages < KEXEC_STAGE_KERNEL || size < bytes_of(t))
		return "it has too few stages";
	if (t->clock_khz && t->clock_khz < CLOCK_KHZ_MIN)
		return "its clock is too slow";
	if (!first_stamp(t))
		return "no stage has a time";
	return in_order(t) ? NULL : "its stages are out of order";
}

/**
 * kexec_timeline_from - learn how this kernel was entered
 * @record: a struct kexec_timeline of the kernel before; nothing but @size is sure
 * @size:   bytes at @record
 *
 * Stamps KEXEC_STAGE_KERNEL.  A record that cannot be right is left alone, with
 * a line in the log.
 * Context: setup of the architecture; nothing but the clock is needed.
 */
void __init kexec_timeline_from(const void *record, size_t size)
{
	struct kexec_timeline t = { };
	const char *damage;

	memcpy(&t, record, min(size, sizeof(t)));
	t.stamp[KEXEC_STAGE_KERNEL] = 0;
	t.stamp[KEXEC_STAGE_INIT] = 0;
	damage = damage_of(&t, size);
	if (!damage) {
		t.stamp[KEXEC_STAGE_KERNEL] = get_cycles();
		damage = in_order(&t) ? NULL : "it ends in the future";
	}
	if (damage)
		pr_notice(": the timeline of the handover is ignored: %s\n", damage);
	else
		kexec_timeline_last = t;
}

/**
 * kexec_timeline_reached_init - the first user process starts now
 *
 * On a machine whose CPUs do not agree on the time it may be earlier than the
 * stage before; then this one is left out.
 */
void kexec_timeline_reached_init(void)
{
	struct kexec_timeline *t = &kexec_timeline_last;
	u64 now = get_cycles();

	if (t->magic && now >= t->stamp[KEXEC_STAGE_KERNEL])
		t->stamp[KEXEC_STAGE_INIT] = now;
}

/* /sys/kernel/kexec/handover */

/**
 * struct stage_attribute - a file that says when a stage ended
 * @attr:  the file
 * @stage: which one
 */
struct stage_attribute {
	struct kobj_attribute attr;
	enum kexec_stage stage;
};

static u64 handover_base __ro_after_init;

/* Microseconds since the handover's first stage; false without a clock to tell. */
static bool stage_us(enum kexec_stage stage, u64 *us)
{
	const struct kexec_timeline *t = &kexec_timeline_last;

	if (!t->clock_khz || !t->stamp[stage])
		return false;
	*us = mul_u64_u64_div_u64(t->stamp[stage] - handover_base, USEC_PER_MSEC, t->clock_khz);
	return true;
}

static ssize_t stage_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	u64 us;

	if (!stage_us(container_of(attr, struct stage_attribute, attr)->stage, &us))
		return 0;
	return sysfs_emit(buf, "%llu\n", us);
}

#define STAGE_ATTRIBUTE(_name, _stage)						\
static struct stage_attribute stage_##_name = {					\
	.attr = __ATTR(_name, 0444, stage_show, NULL),				\
	.stage = _stage,							\
}

STAGE_ATTRIBUTE(reboot, KEXEC_STAGE_REBOOT);
STAGE_ATTRIBUTE(checked, KEXEC_STAGE_CHECKED);
STAGE_ATTRIBUTE(devices, KEXEC_STAGE_DEVICES);
STAGE_ATTRIBUTE(stopped, KEXEC_STAGE_STOPPED);
STAGE_ATTRIBUTE(trampoline, KEXEC_STAGE_TRAMPOLINE);
STAGE_ATTRIBUTE(verified, KEXEC_STAGE_VERIFIED);
STAGE_ATTRIBUTE(entry, KEXEC_STAGE_ENTRY);
STAGE_ATTRIBUTE(kernel, KEXEC_STAGE_KERNEL);
STAGE_ATTRIBUTE(init, KEXEC_STAGE_INIT);

/* The last stage that happened is the end. */
static ssize_t total_us_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	int stage = KEXEC_STAGE_NR;
	u64 us;

	while (stage--) {
		if (stage_us(stage, &us))
			return sysfs_emit(buf, "%llu\n", us);
	}
	return 0;
}

static struct kobj_attribute total_us_attr = __ATTR_RO(total_us);

static ssize_t clock_khz_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", kexec_timeline_last.clock_khz);
}

static struct kobj_attribute clock_khz_attr = __ATTR_RO(clock_khz);

static ssize_t direct_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!(kexec_timeline_last.flags & KEXEC_TIMELINE_DIRECT));
}

static struct kobj_attribute direct_attr = __ATTR_RO(direct);

static ssize_t crash_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!(kexec_timeline_last.flags & KEXEC_TIMELINE_CRASH));
}

static struct kobj_attribute crash_attr = __ATTR_RO(crash);

static struct attribute *handover_attrs[] = {
	&stage_reboot.attr.attr,
	&stage_checked.attr.attr,
	&stage_devices.attr.attr,
	&stage_stopped.attr.attr,
	&stage_trampoline.attr.attr,
	&stage_verified.attr.attr,
	&stage_entry.attr.attr,
	&stage_kernel.attr.attr,
	&stage_init.attr.attr,
	&total_us_attr.attr,
	&clock_khz_attr.attr,
	&direct_attr.attr,
	&crash_attr.attr,
	NULL
};

static const struct attribute_group handover_group = {
	.name	= "handover",
	.attrs	= handover_attrs,
};

static int __init kexec_timeline_init(void)
{
	if (!kexec_kobj || !kexec_timeline_last.magic)
		return 0;
	handover_base = first_stamp(&kexec_timeline_last);
	return sysfs_create_group(kexec_kobj, &handover_group);
}
device_initcall(kexec_timeline_init);

#if IS_ENABLED(CONFIG_KEXEC_KUNIT_TEST)
#include "kexec_kunit/kexec_timeline_kunit.c"
#endif
