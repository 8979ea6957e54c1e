// SPDX-License-Identifier: GPL-2.0-only
/* Is a file a kernel that could be loaded here?  By the parsers that the kernel has, too. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <linux/elf-em.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include <linux/kexec_image.h>
#include "attempt.h"

/* Machine numbers of PE files (PE format specification, "Machine Types") */
#if defined(__aarch64__)
#define PE_MACHINE	0xaa64
#elif defined(__riscv)
#define PE_MACHINE	0x5064
#else
#define PE_MACHINE	0x8664
#endif

/* What kernels before this one load is another thing on each architecture. */
#define IS_X86		(PE_MACHINE == 0x8664)

/* Documentation/arch/x86/boot.rst, xloadflags: it can be entered with five levels */
#define XLF_5LEVEL	0x20

/* What they keep of the longest command line, NUL included: " elfcorehdr=0x" and an address. */
#define STOCK_KEEPS	31

/* What Linux takes, and what there is. */
#define LINUX_KINDS	(KIND(INITRD) | KIND(DTB))
#define ALL_KINDS	(LINUX_KINDS | KIND(MODULE) | KIND(ADDON))

#define PE_OFFSET	0x3c	/* where the offset of the PE header is */
#define PE_OPTIONAL	24	/* from there: the optional header */
#define PE_DIRECTORIES	112	/* from there, in the 64-bit form: the data directories */
#define PE_CERTIFICATES	4	/* the one of those that is about signatures */

/* scripts/sign-file.c: what a file ends in that is signed as modules are */
#define APPENDED	"~Module signature appended~\n"

/* Documentation/arch/arm64/booting.rst */
#define ARM64_MAGIC	"ARM\x64"
#define ARM64_AT	56

static const char another_file[] =
	"Name a kernel: a bzImage, a unified kernel image, a vmlinux, an ELF or multiboot program.";
static const char copy_again[] = "The file is damaged: install or copy it again.";
static const char another_machine[] = "Take a kernel that is built for this machine.";
static const char another_build[] = "Take another kernel: this one cannot be started by kexec.";

/**
 * struct exam - a file under examination
 * @data: what is in it
 * @size: how much
 * @profile: the profile wanted of a unified kernel image
 * @format: what it is, as far as it is known
 * @reason: what is wrong with it
 * @why: the same in words, NULL if nothing is
 * @next: what to do about that
 * @machine: whose code it is, NULL if that is not known
 * @memory: bytes of memory it takes, 0 if that is not known
 * @kinds: KIND() of files that go with it, as far as it is known what is in it
 * @stock: kernels without reasons would load it, too
 */
struct exam {
	const char *data;
	size_t size;
	unsigned int profile;
	enum kexec_reason reason;
	const char *format, *why, *next, *machine;
	unsigned long long memory;
	unsigned int kinds;
	bool stock;
};

static const struct {
	unsigned int elf, pe;
	const char *name;
} machines[] = {
	{ EM_X86_64, 0x8664, "x86_64" }, { EM_386, 0x14c, "i386" },
	{ EM_AARCH64, 0xaa64, "aarch64" }, { EM_ARM, 0x1c2, "arm" },
	{ EM_RISCV, 0x5064, "riscv64" }, { EM_S390, 0, "s390x" }, { EM_PPC64, 0, "ppc64" },
	{ EM_LOONGARCH, 0x6264, "loongarch64" },
};

/* What to do follows from what is wrong. */
static void find_fault(struct exam *e, enum kexec_reason reason, const char *why)
{
	e->reason = reason;
	e->why = why;
	e->next = reason == KEXEC_REASON_FILE_DAMAGED ? copy_again :
		  reason == KEXEC_REASON_OTHER_MACHINE ? another_machine :
		  reason == KEXEC_REASON_NOT_STARTABLE ? another_build : another_file;
}

static const char *elf_machine(unsigned int number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].elf == number)
			return machines[i].name;
	return "another architecture";
}

static const char *pe_machine(unsigned int number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].pe && machines[i].pe == number)
			return machines[i].name;
	return "another architecture";
}

static unsigned int number_at(const struct exam *e, size_t at, size_t bytes)
{
	unsigned int value = 0;

	if (at > e->size || bytes > e->size - at)
		return 0;
	while (bytes--)
		value = value << 8 | (unsigned char)e->data[at + bytes];
	return value;
}

/* The formats: each returns true if it is the file's */

static bool is_packed(struct exam *e)
{
	struct kexec_payload payload;
	enum kexec_payload_why why = kexec_wrapped_parse(e->data, e->size, &payload);

	if (why == KEXEC_PAYLOAD_UNKNOWN)
		return false;
	e->format = "a compressed file";
	e->kinds = ALL_KINDS;
	if (why)
		find_fault(e, KEXEC_REASON_FILE_DAMAGED, kexec_payload_why(why));
	return true;
}

/* A 32-bit EFI is none that the kernels could hand over to one above 4 GiB. */
static bool has_efi32(void)
{
	char bits[16];

	return read_word("/sys/firmware/efi/fw_platform_size", bits, sizeof(bits)) &&
	       !strcmp(bits, "32");
}

/* Their loader has a 64-bit entry only, and may place everything above 4 GiB. */
static bool suits_stock(const struct kexec_bzimage *img)
{
	return img->version >= 0x20c && kexec_bzimage_entry64(img) &&
	       kexec_bzimage_above_4g(img) && !has_efi32() &&
	       (img->xloadflags & XLF_5LEVEL || !has_five_levels());
}

static bool is_bzimage(struct exam *e)
{
	struct kexec_bzimage img;
	enum kexec_bzimage_why why = kexec_bzimage_parse(e->data, e->size, &img);

	if (why && why <= KEXEC_BZIMAGE_NO_MAGIC)
		return false;
	e->format = "a bzImage";
	e->kinds = LINUX_KINDS;
	why = why ?: kexec_bzimage_check(&img);
	if (!why) {
		e->memory = kexec_bzimage_memory(&img);
		e->stock = suits_stock(&img);
		return true;
	}
	find_fault(e, why == KEXEC_BZIMAGE_NO_SETUP || why == KEXEC_BZIMAGE_TRUNCATED ||
		   why == KEXEC_BZIMAGE_BAD_PAYLOAD ? KEXEC_REASON_FILE_DAMAGED :
		   KEXEC_REASON_NOT_STARTABLE, kexec_bzimage_why(why));
	return true;
}

static bool is_elf(struct exam *e)
{
	struct kexec_elf elf;
	enum kexec_elf_why why = kexec_elf_parse(e->data, e->size, &elf);
	bool x86 = IS_X86;

	if (why == KEXEC_ELF_NO_ELF)
		return false;
	e->format = "an ELF file";
	e->kinds = !x86 || kexec_elf_is_linux64(&elf) ? LINUX_KINDS : 0;
	if (!why && x86)
		why = kexec_elf_check_x86(&elf);
	if (!why) {
		e->memory = elf.mem_end - elf.mem;
		return true;
	}
	find_fault(e, why == KEXEC_ELF_TRUNCATED || why == KEXEC_ELF_BAD_PHDRS ?
		   KEXEC_REASON_FILE_DAMAGED : why == KEXEC_ELF_MACHINE ?
		   KEXEC_REASON_OTHER_MACHINE : KEXEC_REASON_NOT_STARTABLE, kexec_elf_why(why));
	if (why == KEXEC_ELF_MACHINE)
		e->machine = elf_machine(elf.machine);
	return true;
}

static bool is_pe(struct exam *e)
{
	struct kexec_uki uki;
	enum kexec_uki_why why = kexec_uki_parse(e->data, e->size, PE_MACHINE, e->profile, &uki);

	if (why == KEXEC_UKI_NO_PE)
		return false;
	e->format = "a PE file";
	e->kinds = LINUX_KINDS | KIND(ADDON);
	if (why == KEXEC_UKI_MACHINE)
		e->machine = pe_machine(number_at(e, number_at(e, PE_OFFSET, 4) + 4, 2));
	if (why)
		find_fault(e, why == KEXEC_UKI_TRUNCATED ? KEXEC_REASON_FILE_DAMAGED :
			   why == KEXEC_UKI_MACHINE ? KEXEC_REASON_OTHER_MACHINE :
			   KEXEC_REASON_NOT_A_KERNEL, kexec_uki_why(why));
	else if (!uki.kernel.size)
		find_fault(e, KEXEC_REASON_NOT_A_KERNEL,
			   "it is an addon of unified kernel images, without a kernel");
	return true;
}

static bool is_multiboot_of(struct exam *e, u8 version)
{
	struct kexec_multiboot mb;
	enum kexec_multiboot_why why = kexec_multiboot_parse(e->data, e->size, version, &mb);

	if (why == KEXEC_MULTIBOOT_NONE)
		return false;
	e->format = "a multiboot program";
	e->kinds = KIND(MODULE);
	if (why)
		find_fault(e, why == KEXEC_MULTIBOOT_TRUNCATED ? KEXEC_REASON_FILE_DAMAGED :
			   KEXEC_REASON_NOT_STARTABLE, kexec_multiboot_why(why));
	return true;
}

static bool is_multiboot1(struct exam *e)
{
	return is_multiboot_of(e, 1);
}

static bool is_multiboot2(struct exam *e)
{
	return is_multiboot_of(e, 2);
}

static bool is_arm64(struct exam *e)
{
	if (e->size < ARM64_AT + 4 || memcmp(e->data + ARM64_AT, ARM64_MAGIC, 4))
		return false;
	e->format = "an Image";
	e->kinds = LINUX_KINDS;
	if (PE_MACHINE == 0xaa64)
		return true;
	find_fault(e, KEXEC_REASON_OTHER_MACHINE, "it is for another architecture");
	e->machine = "aarch64";
	return true;
}

/* Most specific first: many of the others are PE files, too.  Types have names. */
static const struct {
	bool (*is)(struct exam *e);
	const char *name;
} formats[] = {
	{ is_packed }, { is_bzimage, "bzImage" }, { is_multiboot2, "multiboot2" },
	{ is_multiboot1, "multiboot" }, { is_elf, "ELF" }, { is_pe, "UKI" }, { is_arm64 },
};

static void examine(struct exam *e)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].is(e))
			return;
	e->format = "a kernel";
	find_fault(e, KEXEC_REASON_NOT_A_KERNEL, "it has the marks of no format that is known");
}

/* Maps the file; false with what is wrong if that cannot be done. */
static bool open_exam(int fd, struct exam *e)
{
	struct stat st;
	void *data = MAP_FAILED;

	if (fstat(fd, &st) || !st.st_size)
		find_fault(e, KEXEC_REASON_NOT_A_KERNEL, "empty");
	else
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		if (!e->why)
			find_fault(e, KEXEC_REASON_FILE_UNREADABLE, "not readable");
		return false;
	}
	e->data = data;
	e->size = st.st_size;
	return true;
}

static void close_exam(struct exam *e)
{
	munmap((void *)e->data, e->size);
}

/* What is in a compressed file only who unpacks it can see. */
static bool is_of_type(struct exam *e, const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if ((!formats[i].name || !strcmp(formats[i].name, type)) && formats[i].is(e))
			return true;
	return false;
}

/* Files are sorted by kind, and those of a kind are in the order of the image's own. */
static const char *part_name(const struct attempt *a, size_t number)
{
	const struct kexec_file_part *part = a->files->part;
	const struct source *source = a->image->part;
	size_t before = 0, i;

	for (i = 0; i < number; i++)
		before += part[i].kind == part[number].kind;
	while (source->kind != part[number].kind || before--)
		source++;
	return source->name;
}

static int check_kind(int fd, const char *name, struct kexec_error *error)
{
	struct stat st;

	if (fstat(fd, &st) || S_ISREG(st.st_mode))
		return 0;
	error_because(error, KEXEC_REASON_FILE_KIND, -EINVAL, "%s is %s, not a regular file",
		      name, S_ISDIR(st.st_mode) ? "a directory" : S_ISFIFO(st.st_mode) ?
		      "a pipe" : S_ISBLK(st.st_mode) ? "a block device" :
		      "a device or a socket");
	error_next(error, S_ISDIR(st.st_mode) ? "Name a file in it." :
		   "Write what it holds to a file, and name that.");
	return -EINVAL;
}

/**
 * check_regular() - is all that is to be loaded in files that could be?
 * @a: the attempt
 * @error: names the one that is not
 *
 * Kernels refuse all but regular files, without saying which it was.
 *
 * Return: 0 or -EINVAL.
 */
int check_regular(const struct attempt *a, struct kexec_error *error)
{
	int err = check_kind(a->kernel, a->image->kernel.name, error);
	size_t i;

	for (i = 0; i < a->files->nr && !err; i++)
		err = check_kind(a->files->part[i].fd, part_name(a, i), error);
	return err;
}

static void tell(const struct attempt *a, const struct exam *e, struct kexec_error *error)
{
	const char *name = a->image->kernel.name;
	struct utsname here;

	error_cause(error, e->reason, e->next == another_file ?
		    "%s is not %s that could be loaded: %s" : "%s is %s, but %s", name, e->format,
		    e->why);
	if (e->machine && !uname(&here))
		error_evidence(error, "%s: built for %s; this machine: %s", name, e->machine,
			       here.machine);
	error_next(error, "%s", e->next);
}

bool file_unsuitable(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = { .profile = a->image->profile };

	if (!open_exam(a->kernel, &e)) {
		error_cause(error, e.reason, "%s is %s", a->image->kernel.name, e.why);
		error_next(error, "%s", e.next);
		return true;
	}
	examine(&e);
	close_exam(&e);
	if (!e.why)
		return false;
	tell(a, &e, error);
	return true;
}

/**
 * cut_off() - is the kernel a bzImage that has lost its end?
 * @a: the attempt
 * @error: says so
 *
 * Kernels without reasons load what is left, and the jump ends in nothing.
 *
 * Return: true if so.
 */
bool cut_off(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = {};
	bool found;

	if (!open_exam(a->kernel, &e))
		return false;
	found = is_bzimage(&e) && e.reason == KEXEC_REASON_FILE_DAMAGED;
	close_exam(&e);
	if (found)
		tell(a, &e, error);
	return found;
}

bool wrong_type(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = { .profile = a->image->profile };
	bool is;

	if (!*a->image->format || !open_exam(a->kernel, &e))
		return false;
	is = is_of_type(&e, a->image->format);
	close_exam(&e);
	if (is && !e.why)
		return false;
	error_cause(error, is ? e.reason : KEXEC_REASON_WRONG_TYPE, "%s is no %s image%s%s",
		    a->image->kernel.name, a->image->format, is ? ": " : "", is ? e.why : "");
	error_next(error, "Leave out --type, or name a kernel of that type.");
	return true;
}

static bool takes_not(const struct attempt *a, const struct exam *e, size_t number,
		      struct kexec_error *error)
{
	static const char * const names[] = {
		[KEXEC_PART_INITRD] = "initrd", [KEXEC_PART_MODULE] = "module",
		[KEXEC_PART_ADDON] = "addon", [KEXEC_PART_DTB] = "device tree",
	};
	unsigned int kind = a->files->part[number].kind;

	if (e->kinds & 1U << kind)
		return false;
	error_cause(error, KEXEC_REASON_MISFIT, "%s is %s, and that takes no %s",
		    a->image->kernel.name, e->format, names[kind]);
	error_next(error, "Leave out the %s %s.", names[kind], part_name(a, number));
	return true;
}

/* What has profiles has addons. */
static bool has_none(const struct attempt *a, const struct exam *e, struct kexec_error *error)
{
	if (!a->image->profile || e->kinds & KIND(ADDON))
		return false;
	error_cause(error, KEXEC_REASON_MISFIT, "%s is %s, and that has no profiles",
		    a->image->kernel.name, e->format);
	error_next(error, "Leave out --profile.");
	return true;
}

bool misfit(const struct attempt *a, struct kexec_error *error)
{
	struct exam e = { .profile = a->image->profile };
	bool found = false;
	size_t i;

	if (!open_exam(a->kernel, &e))
		return false;
	if (!*a->image->format || !is_of_type(&e, a->image->format))
		examine(&e);
	close_exam(&e);
	for (i = 0; i < a->files->nr && !found; i++)
		found = takes_not(a, &e, i, error);
	return found || has_none(a, &e, error);
}

/**
 * format_of() - what a file is that might be loaded
 * @a: the attempt
 *
 * Return: its format with an article, as "a PE file"; NULL if it is none that could be loaded.
 */
const char *format_of(const struct attempt *a)
{
	struct exam e = { .profile = a->image->profile };

	if (!open_exam(a->kernel, &e))
		return NULL;
	examine(&e);
	close_exam(&e);
	return e.why ? NULL : e.format;
}

/**
 * not_for_stock() - would kernels without reasons refuse to load a kernel themselves?
 * @a: the attempt
 *
 * Those for x86 take one format; what others take is not known here.
 *
 * Return: its format with an article if so, else NULL.
 */
const char *not_for_stock(const struct attempt *a)
{
	struct exam e = { .profile = a->image->profile };

	if (!IS_X86 || !open_exam(a->kernel, &e))
		return NULL;
	examine(&e);
	close_exam(&e);
	return e.why || e.stock ? NULL : e.format;
}

/**
 * kernel_memory() - how much memory the kernel of an attempt takes where it is entered
 * @a: the attempt
 *
 * Return: bytes, as far as the file says without being unpacked; 0 if it does not.
 */
unsigned long long kernel_memory(const struct attempt *a)
{
	struct exam e = { .profile = a->image->profile };

	if (!open_exam(a->kernel, &e))
		return 0;
	examine(&e);
	close_exam(&e);
	return e.memory;
}

bool line_too_long(const struct attempt *a, struct kexec_error *error)
{
	size_t length = strlen(a->cmdline), longest = image_cmdline_max(a->kernel);

	if (length <= longest)
		return false;
	error_cause(error, KEXEC_REASON_COMMAND_LINE_LENGTH,
		    "the command line has %zu bytes, %s takes %zu at most", length,
		    a->image->kernel.name, longest);
	error_next(error, "Shorten it: --remove=NAME leaves a parameter out of a reused one.");
	return true;
}

/**
 * line_kept_short() - do kernels without reasons leave too little room for the command line?
 * @a: the attempt
 * @error: says so
 *
 * For any kernel they count what they might add for a crash kernel.
 *
 * Return: true if so.
 */
bool line_kept_short(const struct attempt *a, struct kexec_error *error)
{
	size_t length = strlen(a->cmdline), longest = image_cmdline_max(a->kernel);

	if (!IS_X86 || longest == SIZE_MAX || length + STOCK_KEEPS <= longest ||
	    a->method != KEXEC_METHOD_FILE || kernel_reports())
		return false;
	error_cause(error, KEXEC_REASON_COMMAND_LINE_LENGTH,
		    "the command line has %zu bytes, and of the %zu that %s takes the running kernel keeps %d",
		    length, longest, a->image->kernel.name, STOCK_KEEPS);
	error_next(error, "Shorten it: --remove=NAME leaves a parameter out of a reused one.");
	return true;
}

/* In the certificate table of a PE file, which is data directory 4 (PE format). */
static bool has_certificate(const struct exam *e)
{
	size_t at = number_at(e, PE_OFFSET, 4), directory;

	if (number_at(e, at, 4) != 0x4550)
		return false;
	directory = at + PE_OPTIONAL + PE_DIRECTORIES;
	return number_at(e, at + PE_OPTIONAL, 2) == 0x20b &&
	       number_at(e, directory - 4, 4) > PE_CERTIFICATES &&
	       number_at(e, directory + 8 * PE_CERTIFICATES + 4, 4);
}

/**
 * is_signed() - is there any signature in a file?
 * @fd: the file
 *
 * Return: true if so.  Whether it is good, and whose it is, only the kernel knows.
 */
bool is_signed(int fd)
{
	size_t length = strlen(APPENDED);
	struct exam e = {};
	bool found;

	if (!open_exam(fd, &e))
		return false;
	found = has_certificate(&e) ||
		(e.size > length && !memcmp(e.data + e.size - length, APPENDED, length));
	close_exam(&e);
	return found;
}
