// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for the crash kernel: what crashkernel= asks for, and reserving it.
 *
 * Documentation/kdump/crashkernel.rst says what each form gives.  Whatever is
 * not as it was asked for, the log says in one line.
 */

#include <linux/crash_reserve.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kmemleak.h>
#include <linux/memblock.h>
#include <linux/sizes.h>
#include <linux/string.h>

#define CRASH_RANGE {							\
	.name = "Crash kernel",						\
	.flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY,		\
	.desc = IORES_DESC_CRASH_KERNEL,				\
}

struct resource crashk_res = CRASH_RANGE;
struct resource crashk_low_res = CRASH_RANGE;

/*
 * The value of one crashkernel= and how far it has been read.  A blank ends it.
 * No number or separator has a blank in it, so reading stops there by itself.
 */
struct crash_word {
	const char *text;
	const char *at;
	const char *end;
};

/* CRASH_CMA is what later kernels take beside the others; here it only has a name. */
enum crash_form { CRASH_PLAIN, CRASH_HIGH, CRASH_LOW, CRASH_CMA, CRASH_FORMS };

static const char crash_suffix[CRASH_FORMS][sizeof(",high")] __initconst = {
	[CRASH_HIGH] = ",high",
	[CRASH_LOW] = ",low",
	[CRASH_CMA] = ",cma",
};

/* All of a command line: of each form the last one, and how many there are. */
struct crash_request {
	struct crash_word last[CRASH_FORMS];
	unsigned int count[CRASH_FORMS];
};

/* for "%.*s" */
static int __init length_of(const struct crash_word *word)
{
	return word->end - word->text;
}

static int __init refuse(const struct crash_word *word, const char *why)
{
	pr_warn("crashkernel=%.*s: %s; nothing is reserved\n", length_of(word), word->text, why);
	return -EINVAL;
}

static int __init malformed(const struct crash_word *word, const char *expected)
{
	pr_warn("crashkernel=%.*s: %s is expected after 'crashkernel=%.*s'; nothing is reserved\n",
		length_of(word), word->text, expected, (int)(word->at - word->text), word->text);
	return -EINVAL;
}

static bool __init take(struct crash_word *word, char separator)
{
	if (*word->at != separator)
		return false;
	word->at++;
	return true;
}

static bool __init take_number(struct crash_word *word, unsigned long long *number)
{
	char *end;

	*number = memparse(word->at, &end);
	if (end == word->at)
		return false;
	word->at = end;
	return true;
}

/*
 * SIZE[@OFFSET].  An offset that is no number has always been none, and what
 * follows a number has never counted.
 */
static int __init parse_size(struct crash_word *word, unsigned long long *size,
			     unsigned long long *offset)
{
	if (!take_number(word, size))
		return malformed(word, "a size");
	if (word->at == word->end)
		return 0;
	if (!take(word, '@'))
		return malformed(word, "'@'");
	if (!take_number(word, offset) || word->at != word->end)
		pr_warn("crashkernel=%.*s: takes the offset for %#llx\n",
			length_of(word), word->text, *offset);
	return 0;
}

/* START-[END]: a range of memory sizes; END is not in it. */
static int __init parse_range(struct crash_word *word, unsigned long long *start,
			      unsigned long long *end)
{
	*end = ULLONG_MAX;
	if (!take_number(word, start))
		return malformed(word, "a memory size");
	if (!take(word, '-'))
		return malformed(word, "'-'");
	if (*word->at == ':')
		return 0;
	if (!take_number(word, end))
		return malformed(word, "a memory size or ':'");
	if (*end <= *start)
		return refuse(word, "a range does not end above its start");
	return 0;
}

/* RANGE:SIZE.  Returns whether @ram is in the range, or an errno. */
static int __init parse_entry(struct crash_word *word, unsigned long long ram,
			      unsigned long long *size)
{
	unsigned long long start, end, wanted;
	int err;

	err = parse_range(word, &start, &end);
	if (err)
		return err;
	if (!take(word, ':'))
		return malformed(word, "':'");
	if (!take_number(word, &wanted))
		return malformed(word, "a size");
	if (wanted >= ram)
		return refuse(word, "a size is not below that of the memory");
	if (ram < start || ram >= end)
		return 0;
	*size = wanted;
	return 1;
}

/* Entries behind the one that matches are not looked at. */
static int __init parse_entries(struct crash_word *word, unsigned long long ram,
				unsigned long long *size, unsigned long long *offset)
{
	const char *at;
	int match;

	/* Firmware keeps some for itself: count what the machine was sold with. */
	ram = roundup(ram, SZ_128M);
	do {
		match = parse_entry(word, ram, size);
	} while (!match && take(word, ','));
	if (match < 0)
		return match;

	at = memchr(word->at, '@', word->end - word->at);
	if (!*size || !at)
		return 0;
	word->at = at + 1;
	return take_number(word, offset) ? 0 : malformed(word, "an offset");
}

static int __init parse_plain(struct crash_word *word, unsigned long long ram,
			      unsigned long long *size, unsigned long long *offset)
{
	if (memchr(word->text, ':', word->end - word->text))
		return parse_entries(word, ram, size, offset);
	return parse_size(word, size, offset);
}

static bool __init ends_with(const struct crash_word *word, const char *suffix)
{
	size_t length = strlen(suffix);

	return word->end - word->text >= length && !memcmp(word->end - length, suffix, length);
}

static enum crash_form __init form_of(const struct crash_word *word)
{
	enum crash_form form = CRASH_FORMS;

	while (--form > CRASH_PLAIN && !ends_with(word, crash_suffix[form]))
		;
	return form;
}

static void __init find_words(const char *line, struct crash_request *request)
{
	static const char name[] __initconst = "crashkernel=";
	struct crash_word word;
	enum crash_form form;

	while ((line = strstr(line, name))) {
		line += strlen(name);
		word.text = line;
		word.at = line;
		word.end = strchrnul(line, ' ');
		form = form_of(&word);
		request->last[form] = word;
		request->count[form]++;
	}
}

static void __init say_what_is_unknown(const struct crash_request *request)
{
	const struct crash_word *word = &request->last[CRASH_CMA];
	static const char why[] __initconst = ",cma is not known here";

	if (!request->count[CRASH_CMA])
		return;
	if (request->count[CRASH_PLAIN] || request->count[CRASH_HIGH] || request->count[CRASH_LOW])
		pr_warn("crashkernel=%.*s: %s; it counts for nothing\n", length_of(word),
			word->text, why);
	else
		refuse(word, why);
}

static void __init say_what_counts(const struct crash_request *request)
{
	const struct crash_word *word;
	enum crash_form form;

	say_what_is_unknown(request);
	for (form = CRASH_PLAIN; form < CRASH_CMA; form++) {
		word = &request->last[form];
		if (request->count[form] > 1)
			pr_info("crashkernel=%.*s counts, the last of %u\n",
				length_of(word), word->text, request->count[form]);
	}
	word = &request->last[CRASH_PLAIN];
	if (request->count[CRASH_PLAIN]) {
		if (request->count[CRASH_HIGH] || request->count[CRASH_LOW])
			pr_warn("crashkernel=%.*s counts; those with ,high and ,low do not\n",
				length_of(word), word->text);
	} else if (request->count[CRASH_LOW] && !request->count[CRASH_HIGH]) {
		refuse(&request->last[CRASH_LOW], ",low is for use beside ,high");
	}
}

#ifdef CONFIG_ARCH_HAS_GENERIC_CRASHKERNEL_RESERVATION
/* SIZE,high or SIZE,low */
static int __init parse_suffixed(struct crash_word *word, enum crash_form form,
				 unsigned long long *size)
{
	if (!take_number(word, size))
		return malformed(word, "a size");
	if (word->end - word->at != strlen(crash_suffix[form]))
		return malformed(word, crash_suffix[form]);
	return 0;
}

static int __init parse_high(struct crash_request *request, unsigned long long *size,
			     unsigned long long *low_size, bool *high)
{
	int err;

	if (!request->count[CRASH_HIGH])
		return -EINVAL;
	err = parse_suffixed(&request->last[CRASH_HIGH], CRASH_HIGH, size);
	if (err || !*size)
		return err;

	*low_size = DEFAULT_CRASH_KERNEL_LOW_SIZE;
	if (request->count[CRASH_LOW])
		err = parse_suffixed(&request->last[CRASH_LOW], CRASH_LOW, low_size);
	*high = !err;
	return err;
}
#else
static int __init parse_high(struct crash_request *request, unsigned long long *size,
			     unsigned long long *low_size, bool *high)
{
	return -EINVAL;
}
#endif

/**
 * parse_crashkernel() - what the command line wants reserved
 * @cmdline:    the command line
 * @system_ram: bytes of memory that the machine has
 * @crash_size: where to say how many bytes
 * @crash_base: where to say the physical address; 0: any
 * @low_size:   where to say how many bytes of low memory go with high memory;
 *              written only together with @high.  NULL if @high is
 * @high:       set to true if the memory should be high; NULL if the
 *              architecture does not know ,high and ,low
 *
 * Needs no memory allocation; some architectures call it before they have their
 * final mappings.
 *
 * Return: 0; -EINVAL if nothing is to be reserved, because nothing is asked for
 * or because of what is, which is then logged.
 */
int __init parse_crashkernel(char *cmdline, unsigned long long system_ram,
			     unsigned long long *crash_size, unsigned long long *crash_base,
			     unsigned long long *low_size, bool *high)
{
	struct crash_request request = {};
	int err = -EINVAL;

	*crash_size = 0;
	*crash_base = 0;
	find_words(cmdline, &request);
	say_what_counts(&request);

	if (request.count[CRASH_PLAIN])
		err = parse_plain(&request.last[CRASH_PLAIN], system_ram, crash_size, crash_base);
	else if (high)
		err = parse_high(&request, crash_size, low_size, high);
	else if (request.count[CRASH_HIGH])
		refuse(&request.last[CRASH_HIGH], "there is no ,high on this architecture");
	if (err)
		return err;

	if (*crash_size && *crash_size < system_ram)
		return 0;
	pr_warn("crashkernel= asks for %#llx bytes of %#llx; nothing is reserved\n",
		*crash_size, system_ram);
	return -EINVAL;
}

/* Architectures look for the option themselves; here it is only made known. */
static int __init crashkernel_is_known(char *arg)
{
	return 0;
}
early_param("crashkernel", crashkernel_is_known);

#ifdef CONFIG_ARCH_HAS_GENERIC_CRASHKERNEL_RESERVATION
static phys_addr_t __init reserve(unsigned long long size, phys_addr_t from, phys_addr_t to)
{
	return memblock_phys_alloc_range(size, CRASH_ALIGN, from, to);
}

static phys_addr_t __init reserve_low(unsigned long long size)
{
	return reserve(size, 0, CRASH_ADDR_LOW_MAX);
}

static phys_addr_t __init reserve_high(unsigned long long size)
{
	return reserve(size, CRASH_ADDR_LOW_MAX, CRASH_ADDR_HIGH_MAX);
}

/* Low memory first, unless high memory is asked for; then the other. */
static phys_addr_t __init reserve_anywhere(unsigned long long size, bool high,
					   unsigned long long *low_size)
{
	phys_addr_t base = high ? reserve_high(size) : reserve_low(size);

	/* Where no memory is high, ,high has never meant low memory. */
	if (!base && CRASH_ADDR_LOW_MAX != CRASH_ADDR_HIGH_MAX) {
		if (!high)
			*low_size = DEFAULT_CRASH_KERNEL_LOW_SIZE;
		base = high ? reserve_low(size) : reserve_high(size);
	}
	if (!base)
		pr_warn("cannot allocate crashkernel: no %#llx bytes of free memory in one piece\n",
			size);
	return base;
}

static bool __init is_address_range(unsigned long long size, unsigned long long base)
{
	return base + size > base && base + size <= PHYS_ADDR_MAX;
}

static const char * __init why_not_at(unsigned long long size, unsigned long long base)
{
	if (!is_address_range(size, base))
		return "there are no such addresses";
	if (!IS_ALIGNED(base, CRASH_ALIGN))
		return "the offset is not aligned";
	if (!memblock_is_region_memory(base, size))
		return "not all of it is memory";
	return "memory is in use";
}

static phys_addr_t __init reserve_at(unsigned long long size, unsigned long long base)
{
	phys_addr_t got = 0;

	if (is_address_range(size, base))
		got = reserve(size, base, base + size);
	if (!got)
		pr_warn("crashkernel reservation failed - %s: %#llx bytes at %#llx (alignment %#llx)\n",
			why_not_at(size, base), size, base, (unsigned long long)CRASH_ALIGN);
	return got;
}

static void __init set_range(struct resource *range, phys_addr_t base, unsigned long long size)
{
	range->start = base;
	range->end = base + size - 1;
	/* It leaves the linear mapping when an image is loaded. */
	kmemleak_ignore_phys(base);
}

/* The low memory that a crash kernel in high memory needs for devices. */
static bool __init reserve_low_range(unsigned long long size)
{
	phys_addr_t base = reserve_low(size);

	if (!base) {
		pr_err("cannot allocate crashkernel low memory (size:%#llx), nothing is reserved\n",
		       size);
		return false;
	}
	pr_info("crashkernel low memory reserved: 0x%08llx - 0x%08llx (%llu MB)\n",
		(u64)base, base + size, size >> 20);
	set_range(&crashk_low_res, base, size);
	return true;
}

static int __init insert_ranges(void)
{
	if (crashk_low_res.end > crashk_low_res.start)
		insert_resource(&iomem_resource, &crashk_low_res);
	if (crashk_res.end > crashk_res.start)
		insert_resource(&iomem_resource, &crashk_res);
	return 0;
}

/* Before the architecture lists its memory in /proc/iomem, or after? */
#ifdef HAVE_ARCH_ADD_CRASH_RES_TO_IOMEM_EARLY
static void __init insert_ranges_early(void)
{
	insert_ranges();
}
#else
static void __init insert_ranges_early(void) { }
early_initcall(insert_ranges);
#endif

/**
 * reserve_crashkernel_generic() - take what parse_crashkernel() said
 * @cmdline:        not used
 * @crash_size:     bytes to reserve
 * @crash_base:     physical address to reserve them at; 0: any
 * @crash_low_size: bytes of low memory to reserve if the others lie high
 * @high:           prefer high memory
 *
 * All or nothing.  Called once, while memblock gives out memory.  What comes of
 * it is in crashk_res, crashk_low_res and in the log.
 */
void __init reserve_crashkernel_generic(char *cmdline, unsigned long long crash_size,
					unsigned long long crash_base,
					unsigned long long crash_low_size, bool high)
{
	phys_addr_t base;

	if (crash_base)
		base = reserve_at(crash_size, crash_base);
	else
		base = reserve_anywhere(crash_size, high, &crash_low_size);
	if (!base)
		return;

	if (IS_ENABLED(CONFIG_64BIT) && base >= CRASH_ADDR_LOW_MAX && crash_low_size &&
	    !reserve_low_range(crash_low_size)) {
		memblock_phys_free(base, crash_size);
		return;
	}

	pr_info("crashkernel reserved: 0x%016llx - 0x%016llx (%llu MB)\n",
		(u64)base, base + crash_size, crash_size >> 20);
	set_range(&crashk_res, base, crash_size);
	insert_ranges_early();
}
#endif
