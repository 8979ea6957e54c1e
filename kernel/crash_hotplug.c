// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory and CPUs come and go: the loaded crash image is kept right.
 *
 * Notifiers run inside locks that a load takes, too; they cannot wait for the
 * load lock.  An event that meets it taken waits in a queue, and whoever has the
 * lock handles it before going on.  So none is lost, and they are handled in
 * the order in which they came.
 */

#define pr_fmt(fmt) "crash hp: " fmt

#include <linux/cpuhotplug.h>
#include <linux/crash_core.h>
#include <linux/elf.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kexec_blob.h>
#include <linux/list.h>
#include <linux/memory.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "kexec_internal.h"

/**
 * struct crash_hp_event - memory or a CPU came or went
 * @list:   place in the queue
 * @action: KEXEC_CRASH_HP_*
 * @memory: which memory, if it is about memory
 */
struct crash_hp_event {
	struct list_head list;
	unsigned int action;
	struct memory_notify memory;
};

static LIST_HEAD(hp_events);
static DEFINE_SPINLOCK(hp_events_lock);

static struct crash_hp_event *next_event(void)
{
	struct crash_hp_event *event;

	spin_lock(&hp_events_lock);
	event = list_first_entry_or_null(&hp_events, struct crash_hp_event, list);
	if (event)
		list_del(&event->list);
	spin_unlock(&hp_events_lock);
	return event;
}

/*
 * Find the segment that holds the ELF core header.  Who loads segments does not say
 * which one it is: the last that begins like an ELF file.
 */
static bool kimage_find_elfcorehdr(struct kimage *image)
{
	long i = image->nr_segments;

	while (image->elfcorehdr_index < 0 && --i >= 0)
		if (image->segment[i].bufsz >= SELFMAG &&
		    !memcmp(boot_phys_to_virt(image->segment[i].mem), ELFMAG, SELFMAG))
			image->elfcorehdr_index = i;
	return image->elfcorehdr_index >= 0;
}

/**
 * kexec_headers_segment - which segment of a crash image may change after the load
 * @image: loaded completely
 *
 * Context: load lock held.
 *
 * Return: its index, -1 if none.
 */
long kexec_headers_segment(struct kimage *image)
{
	if (!image->hotplug_support || !kimage_find_elfcorehdr(image))
		return -1;
	return image->elfcorehdr_index;
}

/**
 * kimage_update_elfcorehdr - give the armed crash image another ELF core header
 * @image:  the armed crash image, its elfcorehdr_index is known
 * @header: the header
 * @size:   its size in bytes
 *
 * The image is armed all the time, with one header or the other, where the
 * architecture's handover can choose between two; elsewhere, or without room for
 * two, it is out of its slot while it is written to.
 * Context: load lock held, crash memory writable.
 *
 * Return: 0, or -E2BIG if the segment has no room for it.
 */
int kimage_update_elfcorehdr(struct kimage *image, const void *header, size_t size)
{
	const struct kexec_segment *seg = &image->segment[image->elfcorehdr_index];
	int err;

	if (size > seg->memsz)
		return -E2BIG;
	err = kexec_headers_switch(image, header, size);
	if (err != -EOPNOTSUPP)
		return err;
	WRITE_ONCE(kexec_crash_image, NULL);
	/* a crash finds the image while it is whole, or not at all */
	smp_wmb();
	memcpy(boot_phys_to_virt(seg->mem), header, size);
	/* see above */
	smp_store_release(&kexec_crash_image, image);
	return 0;
}

static bool is_about_memory(const struct crash_hp_event *event)
{
	return event->action == KEXEC_CRASH_HP_ADD_MEMORY ||
	       event->action == KEXEC_CRASH_HP_REMOVE_MEMORY;
}

static void handle(struct crash_hp_event *event)
{
	struct kimage *image = kexec_crash_image;

	if (!image || !image->hotplug_support)
		return;
	if (!kimage_find_elfcorehdr(image)) {
		pr_err("the loaded crash image has no ELF core header to update\n");
		return;
	}
	arch_kexec_unprotect_crashkres();
	image->hp_action = event->action;
	arch_crash_handle_hotplug_event(image, is_about_memory(event) ? &event->memory : NULL);
	image->hp_action = KEXEC_CRASH_HP_NONE;
	image->elfcorehdr_updated = true;
	arch_kexec_protect_crashkres();
}

/**
 * crash_hotplug_catch_up - handle the events that nobody has handled yet
 *
 * Either this gets the load lock, or who has it will call this when giving it back.
 * Context: load lock not held, may sleep.
 */
void crash_hotplug_catch_up(void)
{
	struct crash_hp_event *event;

	/* the lock's last owner gave it back before it looked here */
	smp_mb();
	while (!list_empty_careful(&hp_events) && kexec_trylock()) {
		while ((event = next_event())) {
			handle(event);
			kfree(event);
		}
		__kexec_unlock();
		/* nobody else may have got the lock for an event that came just now */
		smp_mb();
	}
}

static void happened(unsigned int action, const struct memory_notify *memory)
{
	struct crash_hp_event *event = kzalloc(sizeof(*event), GFP_KERNEL | __GFP_NOFAIL);

	event->action = action;
	if (memory)
		event->memory = *memory;
	spin_lock(&hp_events_lock);
	list_add_tail(&event->list, &hp_events);
	spin_unlock(&hp_events_lock);
	crash_hotplug_catch_up();
}

static int memory_changed(struct notifier_block *nb, unsigned long what, void *arg)
{
	if (what == MEM_ONLINE)
		happened(KEXEC_CRASH_HP_ADD_MEMORY, arg);
	else if (what == MEM_OFFLINE)
		happened(KEXEC_CRASH_HP_REMOVE_MEMORY, arg);
	return NOTIFY_OK;
}

static struct notifier_block memory_nb = {
	.notifier_call = memory_changed,
};

static int cpu_comes(unsigned int cpu)
{
	happened(KEXEC_CRASH_HP_ADD_CPU, NULL);
	return 0;
}

static int cpu_goes(unsigned int cpu)
{
	happened(KEXEC_CRASH_HP_REMOVE_CPU, NULL);
	return 0;
}

static int __init crash_hotplug_init(void)
{
	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		register_memory_notifier(&memory_nb);
	if (!IS_ENABLED(CONFIG_HOTPLUG_CPU))
		return 0;
	return cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "crash/cpuhp", cpu_comes, cpu_goes);
}
subsys_initcall(crash_hotplug_init);

/**
 * crash_check_hotplug_support - does the kernel itself keep the crash image right?
 *
 * What udev rules look at: 1 means that nobody has to load it again.
 * Context: any that may take a spinlock.
 *
 * Return: 1 if so, else 0.
 */
int crash_check_hotplug_support(void)
{
	int support;

	spin_lock(&kexec_show_lock);
	support = kexec_crash_image && kexec_crash_image->hotplug_support;
	spin_unlock(&kexec_show_lock);
	return support;
}
