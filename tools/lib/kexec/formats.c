// SPDX-License-Identifier: GPL-2.0-only
/* Is a file a kernel that could be loaded here?  By the parsers that the kernel has, too. */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <linux/elf-em.h>
#include <linux/kernel.h>
#include <linux/kexec_formats.h>
#include <linux/kexec_image.h>
#include "exam.h"
#include "image.h"

/* Documentation/arch/x86/boot.rst, xloadflags: it can be entered with five levels */
#define XLF_5LEVEL	0x20

/* What Linux takes, and what there is. */
#define LINUX_KINDS	(KIND(INITRD) | KIND(DTB))
#define ALL_KINDS	(LINUX_KINDS | KIND(MODULE) | KIND(ADDON))

/* Documentation/arch/arm64/booting.rst */
#define ARM64_MAGIC	"ARM\x64"
#define ARM64_AT	56

static const struct {
	unsigned int elf, pe;
	const char *name;
} machines[] = {
	{ EM_X86_64, 0x8664, "x86_64" }, { EM_386, 0x14c, "i386" },
	{ EM_AARCH64, 0xaa64, "aarch64" }, { EM_ARM, 0x1c2, "arm" },
	{ EM_RISCV, 0x5064, "riscv64" }, { EM_S390, 0, "s390x" }, { EM_PPC64, 0, "ppc64" },
	{ EM_LOONGARCH, 0x6264, "loongarch64" },
};

static void find_fault(struct exam *e, enum kexec_reason reason, const char *why)
{
	e->reason = reason;
	e->why = why;
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

/**
 * number_at() - a number of little endian in a file
 * @e: the file
 * @at: where
 * @bytes: how many bytes
 *
 * Return: it; 0 beyond the end.
 */
unsigned int number_at(const struct exam *e, size_t at, size_t bytes)
{
	unsigned int value = 0;

	if (at > e->size || bytes > e->size - at)
		return 0;
	while (bytes--)
		value = value << 8 | (unsigned char)e->data[at + bytes];
	return value;
}

/* Each returns true if it is the file's format. */

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

/**
 * is_bzimage() - is a file a bzImage?
 * @e: the file, opened; what is found out goes there
 *
 * Return: true if so, even if it cannot be started.
 */
bool is_bzimage(struct exam *e)
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
	enum kexec_uki_why why = kexec_uki_parse(e->data, e->size, MACHINE_PE, e->profile, &uki);

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
	if (MACHINE_PE == 0xaa64)
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

/**
 * examine() - find out what a file is, and what is wrong with it
 * @e: the file, opened
 */
void examine(struct exam *e)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].is(e))
			return;
	e->format = "a kernel";
	find_fault(e, KEXEC_REASON_NOT_A_KERNEL, "it has the marks of no format that is known");
}

/**
 * open_exam() - map a file
 * @fd: the file
 * @e: set to it
 *
 * Return: true; false with what is wrong if that cannot be done.
 */
bool open_exam(int fd, struct exam *e)
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

/**
 * close_exam() - done with what is in a file; what was found out stays
 * @e: the file
 */
void close_exam(struct exam *e)
{
	munmap((void *)e->data, e->size);
}

/**
 * is_of_type() - has a file the format that is wanted?
 * @e: the file, opened
 * @type: what the kernel calls the format
 *
 * What is in a compressed file only who unpacks it can see.
 *
 * Return: true if so, or if it is a compressed file.
 */
bool is_of_type(struct exam *e, const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if ((!formats[i].name || !strcmp(formats[i].name, type)) && formats[i].is(e))
			return true;
	return false;
}
