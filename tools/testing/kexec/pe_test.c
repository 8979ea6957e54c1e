// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/pe.c: PE files made up section by section, whole, cut
 * off and damaged; and real kernels, which are PE files that have no kernel in
 * a section.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <linux/kexec_formats.h>
#include "files.h"
#include "tap.h"

#define PE_AT		0x80
#define OPTIONAL_SIZE	112
#define TABLE		(PE_AT + 24 + OPTIONAL_SIZE)
#define SECTION		40
#define DATA		0x800
#define ROOM		0x100
#define X86_64		0x8664
#define MAX		12

struct section {
	const char *name;
	const char *data;
};

static struct bytes make_pe(const struct section *sections)
{
	struct bytes file = { calloc(1, DATA + MAX * ROOM), DATA + MAX * ROOM };
	uint8_t *at = file.data + TABLE;
	unsigned int nr;

	memcpy(file.data, "MZ", 2);
	put_unaligned_le32(PE_AT, file.data + 0x3c);
	memcpy(file.data + PE_AT, "PE\0\0", 4);
	for (nr = 0; nr < MAX && sections[nr].name; nr++, at += SECTION) {
		memcpy(at, sections[nr].name, strnlen(sections[nr].name, 8));
		put_unaligned_le32(strlen(sections[nr].data), at + 8);
		put_unaligned_le32(ROOM, at + 16);
		put_unaligned_le32(DATA + nr * ROOM, at + 20);
		memcpy(file.data + DATA + nr * ROOM, sections[nr].data, strlen(sections[nr].data));
	}
	put_unaligned_le16(X86_64, file.data + PE_AT + 4);
	put_unaligned_le16(nr, file.data + PE_AT + 6);
	put_unaligned_le16(OPTIONAL_SIZE, file.data + PE_AT + 20);
	put_unaligned_le16(0x20b, file.data + PE_AT + 24);
	return file;
}

static bool holds(const struct bytes *file, const struct kexec_bytes *part, const char *text)
{
	return part->size == strlen(text) &&
	       !memcmp(file->data + part->offset, text, part->size);
}

static const struct section uki[MAX + 1] = {
	{ ".text", "stub" }, { ".osrel", "ID=test" }, { ".uname", "6.12" },
	{ ".cmdline", "quiet\n" }, { ".ucode", "microcode" }, { ".initrd", "archive" },
	{ ".dtb", "tree" }, { ".dtb", "another" }, { ".linux", "kernel" }, { ".linuxes", "no" },
};

static void test_uki(void)
{
	struct bytes file = make_pe(uki);
	enum kexec_uki_why why;
	struct kexec_uki got;

	why = kexec_uki_parse(file.data, file.size, X86_64, 0, &got);
	tap_result(!why && holds(&file, &got.kernel, "kernel") &&
		   holds(&file, &got.initrd, "archive") && holds(&file, &got.ucode, "microcode") &&
		   holds(&file, &got.dtb, "tree") && holds(&file, &got.uname, "6.12") &&
		   holds(&file, &got.osrel, "ID=test") && !got.nr_profiles,
		   "a unified kernel image: %s", kexec_uki_why(why));
	tap_result(holds(&file, &got.cmdline, "quiet"), "its command line, without the line's end");
	tap_result(kexec_uki_parse(file.data, file.size, 0xaa64, 0, &got) == KEXEC_UKI_MACHINE,
		   "it is for no other machine");
	tap_result(kexec_uki_parse(file.data, file.size, X86_64, 1, &got) == KEXEC_UKI_NO_PROFILE,
		   "it has no profile 1");
	free(file.data);
}

static const struct section profiles[MAX + 1] = {
	{ ".linux", "kernel" }, { ".cmdline", "common" }, { ".initrd", "archive" },
	{ ".profile", "ID=a" }, { ".dtb", "tree" }, { ".dtb", "second" },
	{ ".profile", "ID=b" }, { ".cmdline", "rescue" }, { ".linux", "other" },
	{ ".profile", "ID=c" }, { ".cmdline", "" },
};

static void test_profiles(void)
{
	struct bytes file = make_pe(profiles);
	struct kexec_uki got;

	tap_result(!kexec_uki_parse(file.data, file.size, X86_64, 0, &got) &&
		   holds(&file, &got.kernel, "kernel") && holds(&file, &got.cmdline, "common") &&
		   holds(&file, &got.dtb, "tree") && got.nr_profiles == 3 &&
		   holds(&file, &got.about, "ID=a"),
		   "profile 0 adds to what is common");
	tap_result(!kexec_uki_parse(file.data, file.size, X86_64, 1, &got) &&
		   holds(&file, &got.kernel, "other") && holds(&file, &got.cmdline, "rescue") &&
		   holds(&file, &got.initrd, "archive") && !got.dtb.size &&
		   holds(&file, &got.about, "ID=b"),
		   "profile 1 replaces what is common");
	tap_result(!kexec_uki_parse(file.data, file.size, X86_64, 2, &got) &&
		   holds(&file, &got.kernel, "kernel") && !got.cmdline.size,
		   "profile 2 has an empty command line");
	tap_result(kexec_uki_parse(file.data, file.size, X86_64, 3, &got) ==
		   KEXEC_UKI_NO_PROFILE, "there is no profile 3");
	tap_result(kexec_uki_parse(file.data, file.size, X86_64, ~0U, &got) ==
		   KEXEC_UKI_NO_PROFILE, "there is no profile 4294967295");
	free(file.data);
}

static const struct {
	const char *name;
	struct section sections[MAX + 1];
	unsigned int profile;
	enum kexec_uki_why why;
} images[] = {
	{ "only a kernel", { { ".linux", "k" } }, 0, KEXEC_UKI_OK },
	{ "an addon with a command line", { { ".cmdline", "c" } }, 0, KEXEC_UKI_OK },
	{ "an addon with an initrd", { { ".initrd", "i" } }, 0, KEXEC_UKI_OK },
	{ "an addon with microcode", { { ".ucode", "u" } }, 0, KEXEC_UKI_OK },
	{ "an addon with a device tree", { { ".dtb", "d" } }, 0, KEXEC_UKI_OK },
	{ "no sections", { }, 0, KEXEC_UKI_PLAIN },
	{ "a program", { { ".text", "t" }, { ".uname", "6" } }, 0, KEXEC_UKI_PLAIN },
	{ "a program, profile 1", { { ".text", "t" } }, 1, KEXEC_UKI_PLAIN },
	{ "two kernels", { { ".linux", "k" }, { ".linux", "l" } }, 0, KEXEC_UKI_TWICE },
	{ "two command lines in a profile that is not asked for",
	  { { ".linux", "k" }, { ".profile", "" }, { ".profile", "" }, { ".cmdline", "a" },
	    { ".cmdline", "b" } }, 0, KEXEC_UKI_TWICE },
	{ "an empty kernel", { { ".linux", "" } }, 0, KEXEC_UKI_NO_PROFILE },
	{ "names that are alike",
	  { { ".linux", "k" }, { ".linuy", "l" }, { ".cmdlina", "a" }, { ".cmdlinb", "b" },
	    { ".cmdline", "c" } }, 0, KEXEC_UKI_OK },
	{ "a kernel in another profile",
	  { { ".cmdline", "c" }, { ".profile", "" }, { ".profile", "" }, { ".linux", "k" } }, 0,
	  KEXEC_UKI_NO_PROFILE },
};

static void test_images(void)
{
	enum kexec_uki_why why;
	struct kexec_uki got;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(images); i++) {
		file = make_pe(images[i].sections);
		why = kexec_uki_parse(file.data, file.size, X86_64, images[i].profile, &got);
		tap_result(why == images[i].why, "%s: %s", images[i].name, kexec_uki_why(why));
		free(file.data);
	}
}

static void test_cmdline(void)
{
	static const struct section addon[] = { { ".cmdline", "a b \t\v\f\r\n" }, { } };
	struct bytes file = make_pe(addon);
	struct kexec_uki got;

	put_unaligned_le32(ROOM, file.data + TABLE + 8);
	tap_result(!kexec_uki_parse(file.data, file.size, X86_64, 0, &got) &&
		   holds(&file, &got.cmdline, "a b"), "a command line before NUL bytes");
	file.data[DATA + ROOM - 1] = 'c';
	tap_result(kexec_uki_parse(file.data, file.size, X86_64, 0, &got) ==
		   KEXEC_UKI_BAD_CMDLINE, "a command line around NUL bytes");
	memset(file.data + DATA, '\n', ROOM);
	tap_result(!kexec_uki_parse(file.data, file.size, X86_64, 0, &got) && !got.cmdline.size,
		   "a command line of nothing but lines' ends");
	free(file.data);
}

static const struct {
	const char *name;
	size_t at, size;
	uint32_t value;
	enum kexec_uki_why why;
} damage[] = {
	{ "no MZ", 0, 1, 'X', KEXEC_UKI_NO_PE },
	{ "no Z", 1, 1, 'X', KEXEC_UKI_NO_PE },
	{ "MZ and anything", 2, 1, 0x90, KEXEC_UKI_OK },
	{ "no PE", PE_AT + 1, 1, 'X', KEXEC_UKI_NO_PE },
	{ "PE and something", PE_AT + 3, 1, 'X', KEXEC_UKI_NO_PE },
	{ "PE behind the end", 0x3c, 4, DATA + MAX * ROOM - 3, KEXEC_UKI_NO_PE },
	{ "PE at the last address", 0x3c, 4, ~0, KEXEC_UKI_NO_PE },
	{ "PE32", PE_AT + 24, 2, 0x10b, KEXEC_UKI_BAD_PE },
	{ "more sections than bytes", PE_AT + 6, 2, 0xffff, KEXEC_UKI_BAD_PE },
	{ "sections behind the end", PE_AT + 20, 2, 0xffff, KEXEC_UKI_BAD_PE },
	{ "another machine", PE_AT + 4, 2, 0x14c, KEXEC_UKI_MACHINE },
	{ "a section behind the end", TABLE + SECTION + 20, 4, DATA + MAX * ROOM,
	  KEXEC_UKI_TRUNCATED },
	{ "a section far behind the end", TABLE + SECTION + 20, 4, 0x1000000 + DATA + ROOM,
	  KEXEC_UKI_TRUNCATED },
	{ "a section at the last address", TABLE + SECTION + 20, 4, ~0, KEXEC_UKI_TRUNCATED },
	{ "code behind the end", TABLE + 20, 4, ~0, KEXEC_UKI_OK },
	{ "a section with more memory than bytes", TABLE + SECTION + 8, 4, ~0, KEXEC_UKI_OK },
};

static void test_damage(void)
{
	enum kexec_uki_why why;
	struct kexec_uki got;
	struct bytes file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		file = make_pe(uki);
		memcpy(file.data + damage[i].at, &damage[i].value, damage[i].size);
		why = kexec_uki_parse(file.data, file.size, X86_64, 0, &got);
		tap_result(why == damage[i].why, "%s: %s", damage[i].name, kexec_uki_why(why));
		free(file.data);
	}
}

static void test_behind(void)
{
	static const struct section twice[] = { { ".linux", "k" }, { ".linux", "l" }, { } };
	struct bytes file = make_pe(twice);
	struct kexec_uki got;

	put_unaligned_le16(1, file.data + PE_AT + 6);
	tap_result(!kexec_uki_parse(file.data, file.size, X86_64, 0, &got) &&
		   holds(&file, &got.kernel, "k"), "what is behind the table is no section");
	free(file.data);
}

/* What is said of a file that ends with one of the headers, and a byte earlier. */
static const struct {
	size_t size;
	enum kexec_uki_why shorter, why;
} ends[] = {
	{ PE_AT + 4, KEXEC_UKI_NO_PE, KEXEC_UKI_BAD_PE },
	{ PE_AT + 26, KEXEC_UKI_BAD_PE, KEXEC_UKI_MACHINE },
};

static void test_ends(void)
{
	struct bytes whole = make_pe(uki), cut;
	enum kexec_uki_why shorter, why;
	struct kexec_uki got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		cut = bytes_copy(whole.data, ends[i].size);
		why = kexec_uki_parse(cut.data, cut.size, 0xaa64, 0, &got);
		shorter = kexec_uki_parse(cut.data, cut.size - 1, 0xaa64, 0, &got);
		tap_result(why == ends[i].why && shorter == ends[i].shorter, "ends after %zu bytes",
			   ends[i].size);
		free(cut.data);
	}
	free(whole.data);
}

/* The PE header may lie inside of the DOS header. */
static void test_smallest(void)
{
	uint8_t data[64] = "MZ\0\0PE\0";
	struct bytes file;
	struct kexec_uki got;

	put_unaligned_le16(X86_64, data + 8);
	put_unaligned_le16(0x20b, data + 28);
	data[0x3c] = 4;
	file = bytes_copy(data, sizeof(data));
	tap_result(kexec_uki_parse(file.data, 64, X86_64, 0, &got) == KEXEC_UKI_PLAIN &&
		   kexec_uki_parse(file.data, 63, X86_64, 0, &got) == KEXEC_UKI_NO_PE,
		   "64 bytes are the least");
	free(file.data);
}

static void test_cuts(void)
{
	struct bytes whole = make_pe(uki), cut;
	struct kexec_uki got;
	bool refused = true;
	size_t size;

	for (size = 0; size < DATA + 8 * ROOM + strlen("kernel"); size++) {
		cut = bytes_copy(whole.data, size);
		refused = refused && kexec_uki_parse(cut.data, size, X86_64, 0, &got);
		free(cut.data);
	}
	tap_result(refused, "refused wherever it is cut off");
	free(whole.data);
}

static void test_noise(void)
{
	struct bytes whole = make_pe(profiles), file;
	unsigned int i, j, taken = 0;
	struct kexec_uki got;

	for (i = 0; i < 20000; i++) {
		file = bytes_copy(whole.data, whole.size);
		for (j = 0; j < 3; j++)
			file.data[next_random() % (TABLE + MAX * SECTION)] = next_random();
		taken += !kexec_uki_parse(file.data, file.size, X86_64, i % 3, &got) &&
			 got.kernel.offset + got.kernel.size <= file.size;
		free(file.data);
	}
	tap_result(taken > 100, "survives 20000 changed headers, %u of which it takes", taken);
	free(whole.data);
}

static void test_real(const char *path)
{
	struct bytes file = bytes_read(path);
	struct kexec_uki got;
	enum kexec_uki_why why = kexec_uki_parse(file.data, file.size, X86_64, 0, &got);

	tap_result(why == KEXEC_UKI_PLAIN, "%s: %s", path, kexec_uki_why(why));
	free(file.data);
}

int main(int argc, char **argv)
{
	test_uki();
	test_profiles();
	test_images();
	test_cmdline();
	test_damage();
	test_behind();
	test_ends();
	test_smallest();
	test_cuts();
	test_noise();
	while (--argc)
		test_real(*++argv);
	tap_result(!!kexec_uki_why(KEXEC_UKI_NR_WHY), "a reason that is none has words, too");
	return tap_finish();
}
