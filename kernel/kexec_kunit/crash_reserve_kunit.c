// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of crashkernel= and elfcorehdr=.
 */

#include <linux/crash_dump.h>
#include <linux/crash_reserve.h>
#include <linux/init.h>
#include <linux/sizes.h>

#include "kexec_kunit.h"

/* What is there if nothing was written. */
#define UNSET	77

struct reserve_case {
	const char *line;
	unsigned long long ram;
	int err;
	unsigned long long size;
	unsigned long long base;
	bool high;
	unsigned long long low;		/* 0: as much as the architecture likes */
};

#define G	((unsigned long long)SZ_1G)
#define M	((unsigned long long)SZ_1M)

static const struct reserve_case reserve_cases[] __initconst = {
	{ "quiet", 4 * G, -EINVAL },
	{ "crashkernel=", 4 * G, -EINVAL },
	{ "crashkernel=256M", 4 * G, 0, 256 * M },
	{ "crashkernel=0", 4 * G, -EINVAL },
	{ "crashkernel=4G", 4 * G, -EINVAL, 4 * G },
	{ "crashkernel=0x100000@0x2000000", 4 * G, 0, M, 32 * M },
	{ "crashkernel=64M@", 4 * G, 0, 64 * M },
	{ "crashkernel=64M+16M", 4 * G, -EINVAL, 64 * M },
	{ "crashkernel=64M quiet", 4 * G, 0, 64 * M },
	{ "crashkernel=64M crashkernel=96M", 4 * G, 0, 96 * M },
	{ "crashkernel=1G-2G:64M,2G-:128M", G - 256 * M, -EINVAL },
	{ "crashkernel=1G-2G:64M,2G-:128M", G - 64 * M, 0, 64 * M },
	{ "crashkernel=1G-2G:64M,2G-:128M", 2 * G - 128 * M, 0, 64 * M },
	{ "crashkernel=1G-2G:64M,2G-:128M", 2 * G, 0, 128 * M },
	{ "crashkernel=1G-2G:64M,2G-:128M@48M", 8 * G, 0, 128 * M, 48 * M },
	{ "crashkernel=2G-1G:64M", 4 * G, -EINVAL },
	{ "crashkernel=1G-:5G", 4 * G, -EINVAL },
	{ "crashkernel=1G-8G", 4 * G, -EINVAL, G },
	{ "crashkernel=512M,high", 8 * G, 0, 512 * M, 0, true },
	{ "crashkernel=512M,high crashkernel=72M,low", 8 * G, 0, 512 * M, 0, true, 72 * M },
	{ "crashkernel=72M,low", 8 * G, -EINVAL },
	{ "crashkernel=512M,cma", 8 * G, -EINVAL },
	{ "crashkernel=64M crashkernel=512M,high", 8 * G, 0, 64 * M },
	{ "crashkernel=512Mb,high", 8 * G, -EINVAL, 512 * M },
};

static void __init expect_parsed(struct kunit *test, const struct reserve_case *want)
{
	unsigned long long size = UNSET, base = UNSET, low = UNSET;
	bool high = false;
	char line[64];

	strscpy(line, want->line);
	KUNIT_EXPECT_EQ_MSG(test, want->err,
			    parse_crashkernel(line, want->ram, &size, &base, &low, &high),
			    "%s of %llu MiB", line, want->ram >> 20);
	KUNIT_EXPECT_EQ_MSG(test, want->size, size, "%s", line);
	KUNIT_EXPECT_EQ_MSG(test, want->base, base, "%s", line);
	KUNIT_EXPECT_EQ_MSG(test, want->high, high, "%s", line);
	KUNIT_EXPECT_EQ_MSG(test, want->high ? want->low ?: DEFAULT_CRASH_KERNEL_LOW_SIZE : UNSET,
			    low, "%s", line);
}

static const void * __init reserve_gen_params(const void *prev, char *desc)
{
	const struct reserve_case *next = prev ? (const struct reserve_case *)prev + 1 :
						 reserve_cases;

	if (next == reserve_cases + ARRAY_SIZE(reserve_cases))
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s of %lluM", next->line, next->ram >> 20);
	return next;
}

static void __init crashkernel_is_parsed(struct kunit *test)
{
	expect_parsed(test, test->param_value);
}

/* An architecture that knows no ,high says so, and reserves nothing. */
static void __init crashkernel_without_high(struct kunit *test)
{
	unsigned long long size, base;
	char line[] = "crashkernel=512M,high";

	KUNIT_EXPECT_EQ(test, -EINVAL, parse_crashkernel(line, 8 * G, &size, &base, NULL, NULL));
	KUNIT_EXPECT_EQ(test, 0, size);
}

struct elfcorehdr_case {
	const char *line;
	unsigned long long addr;
	unsigned long long size;
};

static const struct elfcorehdr_case elfcorehdr_cases[] __initconst = {
	{ "elfcorehdr=0x1f000000", 0x1f000000, 0 },
	{ "elfcorehdr=64K@0x1f000000", 0x1f000000, SZ_64K },
	{ "elfcorehdr=496M", 496 * M, 0 },
	{ "elfcorehdr=0", 0, 0 },
	{ "elfcorehdr=8K@2G and_no_more", 2 * G, SZ_8K },
	{ "elfcorehdr=64K@0x1f000000 elfcorehdr=32M", 32 * M, 0 },
	{ "elfcorehdr", UNSET, UNSET },
	{ "elfcorehdr=", UNSET, UNSET },
	{ "elfcorehdr=none", UNSET, UNSET },
	{ "elfcorehdr=@32M", 32 * M, 0 },
	{ "elfcorehdr=64K@", UNSET, UNSET },
};

static const void * __init elfcorehdr_gen_params(const void *prev, char *desc)
{
	const struct elfcorehdr_case *next = prev ? (const struct elfcorehdr_case *)prev + 1 :
						    elfcorehdr_cases;

	if (next == elfcorehdr_cases + ARRAY_SIZE(elfcorehdr_cases))
		return NULL;
	strscpy(desc, next->line, KUNIT_PARAM_DESC_SIZE);
	return next;
}

/* What the boot said is back when nobody has looked. */
static void __init elfcorehdr_is_parsed(struct kunit *test)
{
	const struct elfcorehdr_case *want = test->param_value;
	unsigned long long addr = elfcorehdr_addr, size = elfcorehdr_size;
	unsigned long long got_addr, got_size;
	char line[64];

	strscpy(line, want->line);
	elfcorehdr_addr = UNSET;
	elfcorehdr_size = UNSET;
	parse_early_options(line);
	got_addr = elfcorehdr_addr;
	got_size = elfcorehdr_size;
	elfcorehdr_addr = addr;
	elfcorehdr_size = size;
	KUNIT_EXPECT_EQ(test, want->addr, got_addr);
	KUNIT_EXPECT_EQ(test, want->size, got_size);
}

static struct kunit_case reserve_tests[] __initdata = {
	KUNIT_CASE_PARAM(crashkernel_is_parsed, reserve_gen_params),
	KUNIT_CASE(crashkernel_without_high),
	KUNIT_CASE_PARAM(elfcorehdr_is_parsed, elfcorehdr_gen_params),
	{ }
};

static struct kunit_suite reserve_suite __initdata = {
	.name		= "kexec_crash_reserve",
	.test_cases	= reserve_tests,
};

kunit_test_init_section_suite(reserve_suite);
