// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host tests of lib/kexec/bzimage.c: where images can run, how much memory they need there,
 * and whether they can be entered.
 */
#include <linux/kernel.h>
#include <linux/kexec_image.h>
#include "bzimage_file.h"
#include "tap.h"

/* Where images lie that cannot be moved, and whether they can be entered there. */
static void test_fixed(void)
{
	static const struct {
		const char *name;
		uint64_t xloadflags, code32_start, pref_address, init_size;
		enum kexec_bzimage_why why;
		uint64_t memory;
	} cases[] = {
		{ "1 MiB", 1, 0x100000, 0x100000, 0x6acf8, KEXEC_BZIMAGE_OK, 0x6acf8 },
		{ "32-bit", 0, 0x100000, 0x100000, 0x6acf8, KEXEC_BZIMAGE_OK, 0x6acf8 },
		{ "it moves itself up", 0, 0x100000, 0x1000000, 0x3000000, KEXEC_BZIMAGE_OK,
		  0x3f00000 },
		{ "it moves itself down", 0, 0x1000000, 0x100000, 0x3000000, KEXEC_BZIMAGE_OK,
		  0x3000000 },
		{ "16-bit", 0, 0, 0x100000, 0x6acf8, KEXEC_BZIMAGE_REAL_MODE, 0x16acf8 },
		{ "64-bit at 0", 1, 0, 0x100000, 0x6acf8, KEXEC_BZIMAGE_BAD_ADDRESS, 0x16acf8 },
		{ "low memory", 1, 0x90000, 0x90000, 0x6acf8, KEXEC_BZIMAGE_BAD_ADDRESS, 0x6acf8 },
		{ "a byte of low memory", 1, 0xfffff, 0, 0x6acf8, KEXEC_BZIMAGE_BAD_ADDRESS,
		  0x6acf8 },
		{ "at the end of 4 GiB", 1, 0xfff00000, 0, 0x100000, KEXEC_BZIMAGE_OK, 0x100000 },
		{ "beyond 4 GiB", 1, 0xfff00000, 0, 0x100001, KEXEC_BZIMAGE_BAD_ADDRESS, 0x100001 },
		{ "file at the end of 4 GiB", 1, 0xfffff000, 0, 0x10, KEXEC_BZIMAGE_OK, PM_SIZE },
		{ "file beyond 4 GiB", 1, 0xfffff001, 0, 0x10, KEXEC_BZIMAGE_BAD_ADDRESS, PM_SIZE },
		{ "runs beyond 4 GiB", 1, 0x100000, 0xfff00000, 0x100001,
		  KEXEC_BZIMAGE_BAD_ADDRESS, 0xfff00001 },
		{ "runs at the last address", 1, 0x100000, UINT64_MAX, 0x1000,
		  KEXEC_BZIMAGE_BAD_ADDRESS, 0xfffffffffff00fff },
	};
	enum kexec_bzimage_why why;
	struct kexec_bzimage img;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE);

		put(file, &(struct patch){ 0x234, 1, 0 });
		put(file, &(struct patch){ 0x236, 2, cases[i].xloadflags });
		put(file, &(struct patch){ 0x214, 4, cases[i].code32_start });
		put(file, &(struct patch){ 0x258, 8, cases[i].pref_address });
		put(file, &(struct patch){ 0x260, 4, cases[i].init_size });
		why = kexec_bzimage_parse(file, FILE_SIZE, &img) ?: kexec_bzimage_check(&img);
		tap_result(why == cases[i].why && kexec_bzimage_memory(&img) == cases[i].memory,
			   "not relocatable, %s: %s, %#llx", cases[i].name, kexec_bzimage_why(why),
			   (unsigned long long)kexec_bzimage_memory(&img));
		free(file);
	}
}

static void test_memory(void)
{
	static const struct {
		const char *name;
		struct kexec_bzimage img;
		uint64_t memory;
	} cases[] = {
		{ "what it says", { .pm_size = 0x1000, .init_size = 0x1001 }, 0x1001 },
		{ "the file if that is larger", { .pm_size = 0x1001, .init_size = 0x1000 },
		  0x1001 },
		{ "a multiple of the file if it does not say", { .pm_size = 0x1001 }, 0x8008 },
		{ "no more where it prefers another place but can be moved",
		  { .relocatable = 1, .code32_start = 0x100000, .pref_address = 0x1000000,
		    .pm_size = 0x1000, .init_size = 0x3000000 }, 0x3000000 },
		{ "all but the last byte",
		  { .pref_address = UINT64_MAX - 0x1001, .pm_size = 0x1000, .init_size = 0x1000 },
		  UINT64_MAX - 1 },
		{ "all that can be said",
		  { .pref_address = UINT64_MAX - 0x1000, .pm_size = 0x1000, .init_size = 0x1000 },
		  UINT64_MAX },
		{ "more than can be said",
		  { .pref_address = UINT64_MAX - 0xfff, .pm_size = 0x1000, .init_size = 0x1000 },
		  UINT64_MAX },
	};
	unsigned int i;
	uint64_t memory;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memory = kexec_bzimage_memory(&cases[i].img);
		tap_result(memory == cases[i].memory, "memory needed, %s: %#llx", cases[i].name,
			   (unsigned long long)memory);
	}
}

/* Fields that decide on entering an image, on both sides of their limits. */
static void test_check(void)
{
	static const struct {
		const char *name;
		struct patch patch[2];
		enum kexec_bzimage_why why;
	} cases[] = {
		{ "code that ends at the 64-bit entry", { { 0x1f4, 4, 0x20 }, { 0x248, 8, 0 } },
		  KEXEC_BZIMAGE_NO_CODE },
		{ "code that goes on behind it", { { 0x1f4, 4, 0x21 }, { 0x248, 8, 0 } } },
		{ "protocol 2.09 without a memory size", { { 0x206, 2, 0x0209 } } },
		{ "protocol 2.10 with a memory size", { { 0x206, 2, 0x020a } } },
		{ "protocol 2.10 without a memory size", { { 0x206, 2, 0x020a }, { 0x260, 4, 0 } },
		  KEXEC_BZIMAGE_NO_INIT_SIZE },
		{ "an alignment of one byte", { { 0x230, 4, 1 } } },
		{ "an alignment of two bytes", { { 0x230, 4, 2 } } },
		{ "an alignment of three bytes", { { 0x230, 4, 3 } }, KEXEC_BZIMAGE_BAD_ALIGN },
		{ "no alignment of an image that cannot be moved",
		  { { 0x230, 4, 0 }, { 0x234, 1, 0 } } },
	};
	enum kexec_bzimage_why why;
	struct kexec_bzimage img;
	unsigned int i;
	uint8_t *file;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		file = make_image(FILE_SIZE);
		put(file, &cases[i].patch[0]);
		put(file, &cases[i].patch[1]);
		why = kexec_bzimage_parse(file, FILE_SIZE, &img) ?: kexec_bzimage_check(&img);
		tap_result(why == cases[i].why, "%s: %s", cases[i].name, kexec_bzimage_why(why));
		free(file);
	}
}

int main(void)
{
	test_fixed();
	test_memory();
	test_check();
	return tap_finish();
}
