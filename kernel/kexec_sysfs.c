// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/kexec: what is loaded, and why the last load failed.
 *
 * Documentation/ABI/testing/sysfs-kernel-kexec-kdump describes every file.  The names
 * that tools have used since long before are in kernel/ksysfs.c.
 *
 * Nothing here takes the load lock to look at an image: a reader would make a
 * load fail that comes at the same time, or keep a crash from being dumped.
 */

#include <linux/crash_core.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kexec_timeline.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>

#include "kexec_internal.h"

/* Physical addresses and command lines are for root. */
#define FOR_ROOT	0400
#define FOR_ALL		0444

struct kobject *kexec_kobj;

/* The whole */

static ssize_t loaded_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!READ_ONCE(kexec_image));
}

static struct kobj_attribute loaded_attr = __ATTR_RO(loaded);

static struct attribute *kexec_attrs[] = {
	&loaded_attr.attr,
	NULL
};

static const struct attribute_group kexec_group = {
	.attrs = kexec_attrs,
};

static ssize_t crash_loaded_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!READ_ONCE(kexec_crash_image));
}

static struct kobj_attribute crash_loaded_attr = __ATTR_RO(crash_loaded);

static ssize_t crash_size_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	ssize_t bytes = crash_get_memory_size();

	return bytes < 0 ? bytes : sysfs_emit(buf, "%zd\n", bytes);
}

static ssize_t crash_size_store(struct kobject *kobj, struct kobj_attribute *attr,
				const char *buf, size_t len)
{
	unsigned long bytes;
	int err;

	if (kstrtoul(buf, 0, &bytes))
		return -EINVAL;
	err = crash_shrink_memory(bytes);
	return err < 0 ? err : len;
}

static struct kobj_attribute crash_size_attr = __ATTR_RW(crash_size);

static ssize_t crash_elfcorehdr_size_show(struct kobject *kobj, struct kobj_attribute *attr,
					  char *buf)
{
	return sysfs_emit(buf, "%u\n", crash_get_elfcorehdr_size());
}

static struct kobj_attribute crash_elfcorehdr_size_attr = __ATTR_RO(crash_elfcorehdr_size);

static struct attribute *crash_attrs[] = {
	&crash_loaded_attr.attr,
	&crash_size_attr.attr,
	&crash_elfcorehdr_size_attr.attr,
	NULL
};

static umode_t crash_attr_mode(struct kobject *kobj, struct attribute *attr, int n)
{
	if (attr == &crash_elfcorehdr_size_attr.attr && !IS_ENABLED(CONFIG_CRASH_HOTPLUG))
		return 0;
	return attr->mode;
}

static const struct attribute_group crash_group = {
	.attrs		= crash_attrs,
	.is_visible	= crash_attr_mode,
};

static int __init add_crash_group(void)
{
	return IS_ENABLED(CONFIG_CRASH_DUMP) ? sysfs_create_group(kexec_kobj, &crash_group) : 0;
}

/* The slots */

static struct kobject *slot_kobj[2];

/**
 * struct slot_attribute - a file that says something about the image of a slot
 * @attr: the file
 * @emit: writes its contents; not called while the slot is empty
 */
struct slot_attribute {
	struct kobj_attribute attr;
	ssize_t (*emit)(const struct kimage *image, char *buf);
};

static int slot_type(const struct kobject *kobj)
{
	return kobj == slot_kobj[KEXEC_TYPE_CRASH] ? KEXEC_TYPE_CRASH : KEXEC_TYPE_DEFAULT;
}

static const struct kimage *slot_image(const struct kobject *kobj)
{
	return slot_type(kobj) == KEXEC_TYPE_CRASH ? READ_ONCE(kexec_crash_image) :
						     READ_ONCE(kexec_image);
}

/* kimage_free() waits for the lock: an image seen under it stays. */
static ssize_t slot_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct slot_attribute *file = container_of(attr, struct slot_attribute, attr);
	const struct kimage *image;
	ssize_t n = 0;

	spin_lock(&kexec_show_lock);
	image = slot_image(kobj);
	if (image)
		n = file->emit(image, buf);
	spin_unlock(&kexec_show_lock);
	return n;
}

static ssize_t emit_text(const char *text, char *buf)
{
	return text && *text ? sysfs_emit(buf, "%s\n", text) : 0;
}

static ssize_t emit_kernel(const struct kimage *image, char *buf)
{
	return emit_text(image->kernel_name, buf);
}

static const char *image_format(const struct kimage *image)
{
	return image->file_mode ? kimage_format_name(image) : "segments";
}

static ssize_t emit_format(const struct kimage *image, char *buf)
{
	return emit_text(image_format(image), buf);
}

static ssize_t emit_entered(const struct kimage *image, char *buf)
{
	if (image->direct)
		return emit_text("directly", buf);
	if (image->unpacks)
		return emit_text("through its own decompressor", buf);
	return emit_text("at its entry point", buf);
}

static ssize_t emit_entry(const struct kimage *image, char *buf)
{
	return sysfs_emit(buf, "%#lx\n", image->start);
}

static ssize_t emit_segments(const struct kimage *image, char *buf)
{
	const struct kexec_segment *seg;
	ssize_t n = 0;

	for (seg = image->segment; seg < image->segment + image->nr_segments; seg++)
		n += sysfs_emit_at(buf, n, "%#lx %#lx %zu\n", seg->mem, seg->mem + seg->memsz,
				   seg->bufsz);
	return n;
}

static ssize_t emit_bytes(const struct kimage *image, char *buf)
{
	const struct kexec_segment *seg;
	size_t bytes = 0;

	for (seg = image->segment; seg < image->segment + image->nr_segments; seg++)
		bytes += seg->bufsz;
	return sysfs_emit(buf, "%zu\n", bytes);
}

static ssize_t emit_placed(const struct kimage *image, char *buf)
{
	return sysfs_emit(buf, "%lu\n", image->placed);
}

static ssize_t emit_bounced(const struct kimage *image, char *buf)
{
	return sysfs_emit(buf, "%lu\n", image->bounced);
}

static ssize_t emit_loaded_at(const struct kimage *image, char *buf)
{
	return sysfs_emit(buf, "%lld\n", image->loaded);
}

#define SLOT_ATTRIBUTE(_name, _mode)						\
static struct slot_attribute slot_##_name = {					\
	.attr = __ATTR(_name, _mode, slot_show, NULL),				\
	.emit = emit_##_name,							\
}

SLOT_ATTRIBUTE(kernel, FOR_ALL);
SLOT_ATTRIBUTE(format, FOR_ALL);
SLOT_ATTRIBUTE(entered, FOR_ALL);
SLOT_ATTRIBUTE(entry, FOR_ROOT);
SLOT_ATTRIBUTE(segments, FOR_ROOT);
SLOT_ATTRIBUTE(bytes, FOR_ALL);
SLOT_ATTRIBUTE(placed, FOR_ALL);
SLOT_ATTRIBUTE(bounced, FOR_ALL);
SLOT_ATTRIBUTE(loaded_at, FOR_ALL);

/* The reason may name addresses. */
static ssize_t error_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	ssize_t n;

	spin_lock(&kexec_show_lock);
	n = emit_text(kexec_last_refusal(slot_type(kobj)), buf);
	spin_unlock(&kexec_show_lock);
	return n;
}

static struct kobj_attribute error_attr = __ATTR(error, FOR_ROOT, error_show, NULL);

static struct attribute *slot_attrs[] = {
	&slot_kernel.attr.attr,
	&slot_format.attr.attr,
	&slot_entered.attr.attr,
	&slot_entry.attr.attr,
	&slot_segments.attr.attr,
	&slot_bytes.attr.attr,
	&slot_placed.attr.attr,
	&slot_bounced.attr.attr,
	&slot_loaded_at.attr.attr,
	&error_attr.attr,
	NULL
};

/* It may be longer than other files can be.  Between two reads the image may change. */
static ssize_t command_line_read(struct file *file, struct kobject *kobj,
				 struct bin_attribute *attr, char *buf, loff_t off, size_t count)
{
	const struct kimage *image;
	size_t len = 0, n = 0;

	spin_lock(&kexec_show_lock);
	image = slot_image(kobj);
	if (image && image->cmdline)
		len = strlen(image->cmdline);
	if (off < len) {
		n = min_t(size_t, count, len - off);
		memcpy(buf, image->cmdline + off, n);
	}
	spin_unlock(&kexec_show_lock);
	if (len && off + n == len && n < count)
		buf[n++] = '\n';
	return n;
}

static struct bin_attribute command_line_attr = {
	.attr	= { .name = "command_line", .mode = FOR_ROOT },
	.read	= command_line_read,
};

static struct bin_attribute *slot_bin_attrs[] = {
	&command_line_attr,
	NULL
};

static const struct attribute_group slot_group = {
	.attrs		= slot_attrs,
	.bin_attrs	= slot_bin_attrs,
};

/* Whether the image is checked before it is entered; crash images always are. */

static ssize_t emit_check(const struct kimage *image, char *buf)
{
	return sysfs_emit(buf, "%d\n", image->check && !image->no_check);
}

static int set_check(struct kimage *image, bool check)
{
	if (!image)
		return -ENOENT;
	/* no checksums were made */
	if (check && !image->check)
		return -EINVAL;
	WRITE_ONCE(image->no_check, !check);
	return 0;
}

static ssize_t check_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			   size_t len)
{
	bool check;
	int err = kstrtobool(buf, &check);

	if (err)
		return err;
	spin_lock(&kexec_show_lock);
	err = set_check(kexec_image, check);
	spin_unlock(&kexec_show_lock);
	return err ?: len;
}

static struct slot_attribute slot_check = {
	.attr = __ATTR(check, 0644, slot_show, check_store),
	.emit = emit_check,
};

static int __init add_slot(int type, const char *name)
{
	slot_kobj[type] = kobject_create_and_add(name, kexec_kobj);
	return slot_kobj[type] ? sysfs_create_group(slot_kobj[type], &slot_group) : -ENOMEM;
}

static int __init add_slots(void)
{
	int err = add_slot(KEXEC_TYPE_DEFAULT, "normal");

	err = err ?: sysfs_create_file(slot_kobj[KEXEC_TYPE_DEFAULT], &slot_check.attr.attr);
	if (!err && IS_ENABLED(CONFIG_CRASH_DUMP))
		err = add_slot(KEXEC_TYPE_CRASH, "crash");
	return err;
}

/* What cannot be made for want of memory is missing; kexec works without. */
static int __init kexec_sysfs_init(void)
{
	int err;

	kexec_kobj = kobject_create_and_add("kexec", kernel_kobj);
	if (!kexec_kobj)
		return -ENOMEM;
	err = sysfs_create_group(kexec_kobj, &kexec_group);
	err = err ?: add_crash_group();
	return err ?: add_slots();
}
subsys_initcall(kexec_sysfs_init);
