// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory a crash kernel needs here.
 *
 * The sum of what is known to take memory in it.  Every part says where its figure is
 * from; those that nobody can know beforehand are allowances, and say so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "image.h"

#define MIB		(1024ULL * 1024)
#define FOUR_GIB	(4096 * MIB)

/* Kernels reserve in these steps. */
#define STEP		(16 * MIB)

/* Memory is described in whole sections of this size, one struct page per page. */
#define SECTION		(128 * MIB)
#define STRUCT_PAGE	64

/* What x86 sets aside for devices that reach no higher than 4 GiB. */
#define BOUNCE_BUFFER	(64 * MIB)

/* makedumpfile has two bits for every page, and divides the work where that is much. */
#define BITMAP_MAX	(32 * MIB)

/* Packed and unpacked initial RAM disks of distributions. */
#define INITRD_FACTOR	4

/*
 * Allowances.  A distribution's kernel has some 20 MiB of slabs, stacks, page tables and
 * the like by the time that its dump is written, and its programs (systemd, udev,
 * makedumpfile) some 20 MiB of their own.
 */
#define KERNEL_AT_WORK	(32 * MIB)
#define EVERY_CPU	(1 * MIB)
#define PROGRAMS	(32 * MIB)

/**
 * struct kexec_estimate - how much memory a crash kernel needs
 * @parts: what takes it
 * @nr: how many there are
 * @total: all of it, in bytes
 * @recommended: that, rounded up to what can be reserved; too little if @incomplete
 * @reserved: what is reserved now
 * @incomplete: of something that takes memory nothing is known at all
 * @no_memory: a part is missing, for want of memory
 */
struct kexec_estimate {
	struct kexec_estimate_part *parts;
	size_t nr;
	unsigned long long total, recommended, reserved;
	bool incomplete, no_memory;
};

static void __printf(4, 5) add(struct kexec_estimate *e, const char *name,
			       unsigned long long bytes, const char *format, ...)
{
	struct kexec_estimate_part *bigger = reallocarray(e->parts, e->nr + 1, sizeof(*bigger));
	char *source = NULL;
	va_list args;

	va_start(args, format);
	if (bigger && vasprintf(&source, format, args) < 0)
		source = NULL;
	va_end(args);
	e->parts = bigger ?: e->parts;
	e->total += bytes;
	if (source)
		e->parts[e->nr++] = (struct kexec_estimate_part){ name, bytes, source };
	else
		e->no_memory = true;
}

/* What the running kernel says */

/* "0-3,8-11" is 8. */
static unsigned int possible_cpus(void)
{
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");
	unsigned int first, last, sum = 0;
	char more = ',';

	while (f && more == ',' && fscanf(f, "%u", &first) == 1) {
		last = first;
		if (fscanf(f, "-%u", &last) == 1 && last < first)
			break;
		sum += last - first + 1;
		if (fscanf(f, "%c", &more) != 1)
			break;
	}
	if (f)
		fclose(f);
	return sum ?: 1;
}

struct map {
	unsigned long long code, bss_end, top;
};

/* Addresses are zeros for whoever may not see them. */
static struct map read_map(void)
{
	FILE *f = fopen("/proc/iomem", "re");
	unsigned long long start, end;
	struct map m = {};
	char line[256], name[64];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %llx-%llx : %63[^\n]", &start, &end, name) != 3)
			continue;
		if (!strcmp(name, "Kernel code"))
			m.code = start;
		else if (!strcmp(name, "Kernel bss"))
			m.bss_end = end + 1;
		else if (!strcmp(name, "System RAM"))
			m.top = end + 1;
	}
	if (f)
		fclose(f);
	return m;
}

/* Little endian, at @offset of what the boot loader has told the running kernel. */
static bool read_param(FILE *f, long offset, unsigned long long *value)
{
	unsigned char bytes[4];

	if (fseek(f, offset, SEEK_SET) || fread(bytes, sizeof(bytes), 1, f) != 1)
		return false;
	*value = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (unsigned long long)bytes[3] << 24;
	return true;
}

/*
 * The boot loader's word for the initial RAM disk of the running kernel: hdr.ramdisk_size and
 * ext_ramdisk_size of Documentation/arch/x86/zero-page.rst.  False if it is not known.
 */
static bool booted_initrd(unsigned long long *size)
{
	FILE *f = fopen("/sys/kernel/boot_params/data", "re");
	unsigned long long high = 0;
	bool known = f && read_param(f, 0x21c, size) && read_param(f, 0xc4, &high);

	if (f)
		fclose(f);
	if (known)
		*size |= high << 32;
	return known;
}

/* Parts */

static int add_kernel(struct kexec_estimate *e, const struct kexec_image *image,
		      struct kexec_error *error)
{
	struct map m = read_map();
	unsigned long long size;
	int err;

	if (image->kernel.name) {
		err = image_memory(&image->kernel, &size, error);
		if (!err)
			add(e, "kernel", size, "init_size of %s", image->kernel.name);
		return err;
	}
	if (m.bss_end <= m.code || !m.code)
		return error_because(error, KEXEC_REASON_FILE_DENIED, -EPERM,
				     "only root sees how large the running kernel is; or name a kernel");
	add(e, "kernel", m.bss_end - m.code,
	    "the running kernel: /proc/iomem, from Kernel code to Kernel bss");
	return 0;
}

static void add_booted_initrd(struct kexec_estimate *e)
{
	unsigned long long size;

	if (!booted_initrd(&size)) {
		e->incomplete = true;
		add(e, "initrd", 0, "none is known: name it with --initrd");
		return;
	}
	if (!size) {
		add(e, "initrd", 0,
		    "none, as the running kernel was booted: /sys/kernel/boot_params");
		return;
	}
	add(e, "initrd", size,
	    "what the running kernel was booted with: /sys/kernel/boot_params; or use --initrd");
	add(e, "initrd unpacked", size * INITRD_FACTOR, "allowance: %d times that", INITRD_FACTOR);
}

static int add_initrd(struct kexec_estimate *e, const struct source *initrd,
		      struct kexec_error *error)
{
	struct unpacked sum;
	int err = unpack_initrd(initrd, &sum, error);

	if (err)
		return err;
	add(e, "initrd", sum.packed, "size of %s", initrd->name);
	if (sum.known)
		add(e, "initrd unpacked", sum.bytes, "counted: %llu files%s%s", sum.files,
		    sum.program ? ", unpacked by " : "", sum.program ?: "");
	else
		add(e, "initrd unpacked", sum.packed * INITRD_FACTOR,
		    "allowance: %d times that; it could not be unpacked%s%s", INITRD_FACTOR,
		    sum.program ? " by " : "", sum.program ?: "");
	return 0;
}

static int add_initrds(struct kexec_estimate *e, const struct kexec_image *image,
		       struct kexec_error *error)
{
	bool none = true;
	int err = 0;
	size_t i;

	for (i = 0; i < image->nr_parts && !err; i++) {
		if (image->part[i].kind != KEXEC_PART_INITRD)
			continue;
		err = add_initrd(e, &image->part[i], error);
		none = false;
	}
	if (none)
		add_booted_initrd(e);
	return err;
}

static void add_modules(struct kexec_estimate *e)
{
	FILE *f = fopen("/proc/modules", "re");
	unsigned long long size, sum = 0, nr = 0;
	char line[4096];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %llu", &size) == 1) {
			sum += size;
			nr++;
		}
	if (f)
		fclose(f);
	add(e, "modules", sum, "/proc/modules: all %llu that are loaded now", nr);
}

/* nr_cpus= of the command line that the crash kernel would get; 0 if there is none. */
static unsigned int told_cpus(const char *line)
{
	const char *word = find_parameter(line, "nr_cpus");

	return word ? strtoul(strchr(word, '=') + 1, NULL, 0) : 0;
}

static void add_cpus(struct kexec_estimate *e, const struct kexec_image *image)
{
	unsigned int possible = possible_cpus(), cpus = 1;
	const char *why = "nr_cpus=1, as distributions have it; or use --append";
	unsigned long long each = memory_line("Percpu") / possible + EVERY_CPU;

	if (image->cmdline) {
		cpus = told_cpus(image->cmdline);
		why = cpus ? "nr_cpus= of its command line" : "no nr_cpus= for it";
		if (!cpus || cpus > possible)
			cpus = possible;
	}
	add(e, "CPUs", each * cpus, "%u of them (%s), each: Percpu of /proc/meminfo, and 1 MiB",
	    cpus, why);
}

/*
 * Crash memory below 4 GiB needs none, but the kernel goes by the firmware's table of the
 * memory of NUMA nodes, which has all of it.
 */
static void add_bounce_buffer(struct kexec_estimate *e)
{
	unsigned long long top = read_map().top;
	FILE *f = fopen("/sys/firmware/acpi/tables/SRAT", "re");
	bool table = f || errno != ENOENT;

	if (f)
		fclose(f);
	if (table && (!top || top > FOUR_GIB))
		add(e, "bounce buffer", BOUNCE_BUFFER,
		    "SWIOTLB, for the machine has memory above 4 GiB in its ACPI SRAT");
}

static void add_bitmap(struct kexec_estimate *e)
{
	unsigned long long pages = memory_line("MemTotal") / sysconf(_SC_PAGESIZE);
	unsigned long long bytes = pages / 4;

	add(e, "bitmaps", bytes < BITMAP_MAX ? bytes : BITMAP_MAX,
	    "makedumpfile: 2 bits per page of MemTotal, %llu MiB at most", BITMAP_MAX / MIB);
}

/* Whether the dump will go there is not known. */
static void add_luks(struct kexec_estimate *e)
{
	unsigned long long most = luks_most();

	if (most)
		add(e, "disk encryption", most,
		    "what a key of an open LUKS 2 volume takes to be tried");
}

/* All of it */

static unsigned long long round_up_to(unsigned long long bytes, unsigned long long step)
{
	return (bytes + step - 1) / step * step;
}

/*
 * The crash memory may begin and end within a section, and the lowest section is there,
 * too.  What describes the memory makes it larger: until it is large enough.
 */
static void add_page_structs(struct kexec_estimate *e)
{
	unsigned long long per_section = SECTION / sysconf(_SC_PAGESIZE) * STRUCT_PAGE;
	unsigned long long size = 0, sections = 0;

	while (round_up_to(e->total + sections * per_section, STEP) > size) {
		size = round_up_to(e->total + sections * per_section, STEP);
		sections = round_up_to(size, SECTION) / SECTION + 2;
	}
	add(e, "page structs", sections * per_section,
	    "%d bytes for each page of %llu sections of memory", STRUCT_PAGE, sections);
}

static int collect(struct kexec_estimate *e, const struct kexec_image *image,
		   struct kexec_error *error)
{
	int err = add_kernel(e, image, error) ?: add_initrds(e, image, error);
	unsigned long long spare;

	if (err)
		return err;
	add_cpus(e, image);
	add_modules(e);
	add_bounce_buffer(e);
	add_bitmap(e);
	add_luks(e);
	add(e, "kernel at work", KERNEL_AT_WORK, "allowance: slabs, stacks, page tables, logs");
	add(e, "programs", PROGRAMS, "allowance: init, udev, makedumpfile");
	spare = e->total / 8;
	add(e, "not known", spare > STEP ? spare : STEP,
	    "allowance: 1/8 of the above, for drivers' buffers and firmware");
	add_page_structs(e);
	e->recommended = round_up_to(e->total, STEP);
	return e->no_memory ? error_set(error, -ENOMEM, "there is no memory for a list") : 0;
}

static int find_reserved(struct kexec_estimate *e, struct kexec_error *error)
{
	if (!kexec_crash_memory(&e->reserved, NULL))
		return 0;
	error_because(error, KEXEC_REASON_NO_CRASH_SLOT, -ENOENT,
		      "the running kernel has no crash slot");
	error_missing(error, "/sys/kernel/kexec_crash_size");
	return -ENOENT;
}

/**
 * kexec_estimate_read() - work out how much memory a crash kernel needs here
 * @image: kernel, initrds and command line of the crash kernel.  What is not set is
 *         taken to be as with the running kernel
 * @estimate: set to the answer, for kexec_estimate_free(); to NULL after a failure
 * @error: what went wrong
 *
 * Return: 0 or a negative errno.
 */
int kexec_estimate_read(const struct kexec_image *image, struct kexec_estimate **estimate,
			struct kexec_error *error)
{
	struct kexec_estimate *e = calloc(1, sizeof(*e));
	int err;

	*estimate = NULL;
	if (!e)
		return error_set(error, -ENOMEM, "there is no memory for a list");
	err = find_reserved(e, error) ?: collect(e, image, error);
	if (err)
		kexec_estimate_free(e);
	else
		*estimate = e;
	return err;
}

/**
 * kexec_estimate_free() - done with an estimate
 * @estimate: it, or NULL
 */
void kexec_estimate_free(struct kexec_estimate *estimate)
{
	if (!estimate)
		return;
	while (estimate->nr)
		free((char *)estimate->parts[--estimate->nr].source);
	free(estimate->parts);
	free(estimate);
}

/**
 * kexec_estimate_total() - the sum of the parts of an estimate
 * @estimate: it
 *
 * Return: bytes.
 */
unsigned long long kexec_estimate_total(const struct kexec_estimate *estimate)
{
	return estimate->total;
}

/**
 * kexec_estimate_recommended() - what crashkernel= is to ask for
 * @estimate: the estimate
 *
 * Return: bytes, a multiple of what kernels reserve in; 0 where that cannot be said, for of the
 * initial RAM disk nothing is known: kexec_estimate_total() is the least that is needed then.
 */
unsigned long long kexec_estimate_recommended(const struct kexec_estimate *estimate)
{
	return estimate->incomplete ? 0 : estimate->recommended;
}

/**
 * kexec_estimate_reserved() - how much is reserved now
 * @estimate: the estimate
 *
 * Return: bytes.
 */
unsigned long long kexec_estimate_reserved(const struct kexec_estimate *estimate)
{
	return estimate->reserved;
}

/**
 * kexec_estimate_is_enough() - will what is reserved now do?
 * @estimate: the estimate
 *
 * Return: 1 if so, 0 if not, and a negative number where that cannot be said: it would do
 * for what is known, but of the initial RAM disk nothing is.
 */
int kexec_estimate_is_enough(const struct kexec_estimate *estimate)
{
	if (estimate->reserved < estimate->recommended)
		return 0;
	return estimate->incomplete ? -ENODATA : 1;
}

/**
 * kexec_estimate_part() - one of the things that take memory
 * @estimate: the estimate
 * @number: which one, from 0
 *
 * Return: it, as long as the estimate lives; NULL behind the last.
 */
const struct kexec_estimate_part *kexec_estimate_part(const struct kexec_estimate *estimate,
						      size_t number)
{
	return number < estimate->nr ? &estimate->parts[number] : NULL;
}
