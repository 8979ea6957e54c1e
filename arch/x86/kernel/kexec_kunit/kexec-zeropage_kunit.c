// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of the zero page: what the next kernel is told in boot_params.
 */

#include <kunit/test.h>

#include <linux/kexec.h>
#include <linux/kexec_timeline.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/bootparam.h>
#include <asm/e820/types.h>

#include "../kexec-zeropage.h"
#include "../../../../kernel/kexec_kunit/kexec_kunit.h"

#define CRASH_START	0x10000000UL
#define CRASH_SIZE	0x1000000UL
#define CMDLINE_MAX	255

static void free_zero_page(void *params)
{
	kvfree(params);
}

static void set_cmdline(struct kunit *test, struct kimage *image, const char *line)
{
	if (!line)
		return;
	image->cmdline_buf_len = strlen(line) + 1;
	image->cmdline_buf = kunit_kstrdup(test, line, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, image->cmdline_buf);
}

/* A crash image has its memory where the test says, and claims none. */
static struct kimage *crash_image(struct kunit *test, const char *cmdline)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_CRASH);

	kexec_test_crash_memory(test, CRASH_START, CRASH_SIZE);
	image->elf_load_addr = CRASH_START;
	image->elf_headers_sz = PAGE_SIZE;
	set_cmdline(test, image, cmdline);
	return image;
}

static int place(struct kunit *test, struct zero_page *zp, struct kimage *image)
{
	int err;

	zp->max = ULONG_MAX;
	err = zp_place(zp, image, CMDLINE_MAX);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_zero_page, zp->params));
	return err;
}

static const char *cmdline_of(const struct zero_page *zp)
{
	u64 phys = zp->params->hdr.cmd_line_ptr | (u64)zp->params->ext_cmd_line_ptr << 32;

	return (const char *)zp->params + (phys - zp->phys);
}

struct cmdline_case {
	const char *name;
	const char *said;
	const char *want;	/* behind elfcorehdr= and what firmware's memory asks for */
};

static const struct cmdline_case cmdline_cases[] = {
	{ "none", NULL, "" },
	{ "empty", "", "" },
	{ "two words", "quiet irqpoll", "quiet irqpoll" },
};

KUNIT_ARRAY_PARAM_DESC(cmdline, cmdline_cases, name);

static void crash_kernel_is_told_where(struct kunit *test)
{
	const struct cmdline_case *want = test->param_value;
	struct kimage *image = crash_image(test, want->said);
	struct zero_page zp = { };
	char line[128];

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp_fill(&zp, image);
	snprintf(line, sizeof(line), "elfcorehdr=0x10000000 %s%s",
		 IS_ENABLED(CONFIG_ACPI_HOTPLUG_MEMORY) ? "acpi_no_memhotplug " : "", want->want);
	KUNIT_EXPECT_STREQ(test, cmdline_of(&zp), line);
}

static void word_is_not_said_twice(struct kunit *test)
{
	struct kimage *image = crash_image(test, "acpi_no_memhotplug quiet");
	struct zero_page zp = { };

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp_fill(&zp, image);
	KUNIT_EXPECT_STREQ(test, cmdline_of(&zp),
			   "elfcorehdr=0x10000000 acpi_no_memhotplug quiet");
}

struct length_case {
	const char *name;
	unsigned int len;	/* with elfcorehdr= */
	int err;
	bool word;		/* of memory hotplug */
};

#define ELFCOREHDR	"elfcorehdr=0x10000000 "
#define WORD		"acpi_no_memhotplug "

static const struct length_case length_cases[] = {
	{ "room for the word", CMDLINE_MAX - strlen(WORD), 0, true },
	{ "no room for the word", CMDLINE_MAX - strlen(WORD) + 1, 0, false },
	{ "as long as can be", CMDLINE_MAX, 0, false },
	{ "too long", CMDLINE_MAX + 1, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(length, length_cases, name);

/* A line that is too long with the word is right without it. */
static void line_has_a_limit(struct kunit *test)
{
	const struct length_case *want = test->param_value;
	char said[CMDLINE_MAX + 2] = { };
	struct zero_page zp = { };
	struct kimage *image;

	memset(said, 'x', want->len - strlen(ELFCOREHDR));
	image = crash_image(test, said);
	KUNIT_ASSERT_EQ(test, want->err, place(test, &zp, image));
	if (want->err) {
		KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(),
						   "has 256 bytes, the image takes 255"));
		KUNIT_EXPECT_EQ(test, 0, image->nr_segments);
		return;
	}
	zp_fill(&zp, image);
	KUNIT_EXPECT_EQ(test, want->word && IS_ENABLED(CONFIG_ACPI_HOTPLUG_MEMORY),
			!!strstr(cmdline_of(&zp), WORD));
	KUNIT_EXPECT_NOT_NULL(test, strstr(cmdline_of(&zp), said));
}

static const struct boot_e820_entry *map_entry(const struct zero_page *zp, u64 addr)
{
	const struct boot_e820_entry *e = zp->params->e820_table;

	for (; e < zp->params->e820_table + zp->params->e820_entries; e++)
		if (e->addr == addr)
			return e;
	return NULL;
}

/* All of the crash memory is the crash kernel's, except the ELF core header. */
static void crash_kernel_has_its_memory(struct kunit *test)
{
	struct kimage *image = crash_image(test, NULL);
	struct zero_page zp = { };
	const struct boot_e820_entry *e;

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp_fill(&zp, image);
	e = map_entry(&zp, CRASH_START + PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, e);
	KUNIT_EXPECT_EQ(test, E820_TYPE_RAM, e->type);
	KUNIT_EXPECT_EQ(test, CRASH_SIZE - PAGE_SIZE, e->size);
	KUNIT_EXPECT_NULL(test, map_entry(&zp, CRASH_START));
}

static void header_splits_crash_memory(struct kunit *test)
{
	struct kimage *image = crash_image(test, NULL);
	struct zero_page zp = { };

	image->elf_load_addr = CRASH_START + SZ_1M;
	crashk_low_res.start = SZ_1M;
	crashk_low_res.end = SZ_2M - 1;
	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp_fill(&zp, image);
	KUNIT_ASSERT_NOT_NULL(test, map_entry(&zp, SZ_1M));
	KUNIT_EXPECT_EQ(test, SZ_1M, map_entry(&zp, SZ_1M)->size);
	KUNIT_ASSERT_NOT_NULL(test, map_entry(&zp, CRASH_START));
	KUNIT_EXPECT_EQ(test, SZ_1M, map_entry(&zp, CRASH_START)->size);
	KUNIT_ASSERT_NOT_NULL(test, map_entry(&zp, CRASH_START + SZ_1M + PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, CRASH_SIZE - SZ_1M - PAGE_SIZE,
			map_entry(&zp, CRASH_START + SZ_1M + PAGE_SIZE)->size);
}

/* A list in the buffer: the next kernel follows it by physical addresses. */
static const struct setup_data *find_data(const struct zero_page *zp, u32 type)
{
	const struct setup_data *data;
	u64 phys = zp->params->hdr.setup_data;

	while (phys) {
		data = (const void *)zp->params + (phys - zp->phys);
		if (data->type == type)
			return data;
		phys = data->next;
	}
	return NULL;
}

static void long_map_goes_on_in_setup_data(struct kunit *test)
{
	struct zero_page zp = { .entries = E820_MAX_ENTRIES_ZEROPAGE };
	struct kimage *image = crash_image(test, NULL);
	const struct setup_data *data;
	unsigned int i, n = E820_MAX_ENTRIES_ZEROPAGE + 3;
	struct boot_e820_entry *map = kunit_kcalloc(test, n, sizeof(*map), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, map);
	for (i = 0; i < n; i++)
		map[i] = (struct boot_e820_entry) { SZ_1M * (u64)(i + 1), SZ_4K, E820_TYPE_RAM };
	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	KUNIT_EXPECT_NULL(test, find_data(&zp, SETUP_E820_EXT));
	zp.params = kunit_kzalloc(test, zp.size + n * sizeof(*map), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, zp.params);
	zp.size += n * sizeof(*map);
	zp.used = sizeof(struct boot_params);
	zp.map = map;
	zp.entries = n;
	zp_fill(&zp, image);
	KUNIT_EXPECT_EQ(test, E820_MAX_ENTRIES_ZEROPAGE, zp.params->e820_entries);
	data = find_data(&zp, SETUP_E820_EXT);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_ASSERT_EQ(test, 3 * sizeof(*map), data->len);
	KUNIT_EXPECT_MEMEQ(test, data->data, (u8 *)(map + E820_MAX_ENTRIES_ZEROPAGE), data->len);
}

struct mem_k_case {
	const char *name;
	struct boot_e820_entry entry;
	u32 alt;
	u16 ext;
};

/* KiB of RAM from 1 MiB on, as the BIOS would say */
static const struct mem_k_case mem_k_cases[] = {
	{ "ends at 1 MiB", { 0, SZ_1M, E820_TYPE_RAM }, 0, 0 },
	{ "begins above", { SZ_1M + 1, SZ_16M, E820_TYPE_RAM }, 0, 0 },
	{ "16 MiB more", { SZ_1M, SZ_16M, E820_TYPE_RAM }, 16384, 16384 },
	{ "begins below", { 0, SZ_2M, E820_TYPE_RAM }, 1024, 1024 },
	{ "more than one call can say", { SZ_1M, SZ_128M, E820_TYPE_RAM }, 131072, 0xfc00 },
	{ "more than either can say", { SZ_1M, 1ULL << 43, E820_TYPE_RAM }, U32_MAX, 0xfc00 },
	{ "no RAM", { SZ_1M, SZ_16M, E820_TYPE_RESERVED }, 0, 0 },
};

KUNIT_ARRAY_PARAM_DESC(mem_k, mem_k_cases, name);

static void sizes_of_bios_calls(struct kunit *test)
{
	const struct mem_k_case *want = test->param_value;
	struct kimage *image = crash_image(test, NULL);
	struct zero_page zp = { };

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp.map[0] = want->entry;
	zp.entries = 1;
	zp_fill(&zp, image);
	KUNIT_EXPECT_EQ(test, want->alt, zp.params->alt_mem_k);
	KUNIT_EXPECT_EQ(test, want->ext, zp.params->screen_info.ext_mem_k);
}

static void setup_data_is_a_list(struct kunit *test)
{
	struct kimage *image = crash_image(test, NULL);
	struct zero_page zp = { };
	u8 *first, *second;

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp.params->hdr.setup_data = 0;
	first = zp_add_setup_data(&zp, 0x1001, 5);
	second = zp_add_setup_data(&zp, 0x1002, 24);
	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_ASSERT_NOT_NULL(test, second);
	KUNIT_EXPECT_PTR_EQ(test, first, (u8 *)find_data(&zp, 0x1001)->data);
	KUNIT_EXPECT_EQ(test, 5, find_data(&zp, 0x1001)->len);
	KUNIT_EXPECT_PTR_EQ(test, second, (u8 *)find_data(&zp, 0x1002)->data);
	KUNIT_EXPECT_TRUE(test, second >= first + 5);
	KUNIT_EXPECT_EQ(test, 0, find_data(&zp, 0x1001)->next);
}

static void room_begins_at_16_bytes(struct kunit *test)
{
	struct zero_page zp = { .size = 64, .used = 3, .phys = 0x1000 };
	u64 phys;

	zp.params = kunit_kzalloc(test, 64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, zp.params);
	KUNIT_EXPECT_PTR_EQ(test, (void *)zp.params + 16, zp_take(&zp, 1, &phys));
	KUNIT_EXPECT_EQ(test, 0x1010, phys);
	KUNIT_EXPECT_PTR_EQ(test, (void *)zp.params + 32, zp_take(&zp, 32, &phys));
	KUNIT_EXPECT_EQ(test, 64, zp.used);
}

/* Only an image that says so gets a record, and the record lies in the zero page. */
static void record_has_its_place(struct kunit *test)
{
	struct kimage *image = crash_image(test, NULL);
	struct zero_page zp = { };
	const struct setup_data *data;

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	zp_set_timeline(&zp, image, false);
	KUNIT_EXPECT_EQ(test, 0, image->timeline);
	zp_set_timeline(&zp, image, true);
	if (!IS_ENABLED(CONFIG_KEXEC_TIMELINE))
		return;
	data = find_data(&zp, KEXEC_TIMELINE_NOTE_TYPE);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_EQ(test, sizeof(struct kexec_timeline), data->len);
	KUNIT_EXPECT_EQ(test, zp.phys + ((void *)data->data - (void *)zp.params),
			image->timeline);
}

static void initrd_is_found(struct kunit *test)
{
	struct kimage *image = crash_image(test, NULL);
	struct zero_page zp = { };
	char initrd[8] = "archive";

	KUNIT_ASSERT_EQ(test, 0, place(test, &zp, image));
	KUNIT_ASSERT_EQ(test, 0, zp_place_initrd(&zp, image, NULL, 0));
	KUNIT_EXPECT_EQ(test, 0, zp.params->hdr.ramdisk_size);
	KUNIT_ASSERT_EQ(test, 0, zp_place_initrd(&zp, image, initrd, sizeof(initrd)));
	KUNIT_EXPECT_EQ(test, image->segment[1].mem, zp.params->hdr.ramdisk_image);
	KUNIT_EXPECT_EQ(test, 0, zp.params->ext_ramdisk_image);
	KUNIT_EXPECT_EQ(test, sizeof(initrd), zp.params->hdr.ramdisk_size);
	KUNIT_EXPECT_STREQ(test, image->segment_name[1], "initrd");
}

static struct kunit_case zeropage_tests[] = {
	KUNIT_CASE_PARAM(crash_kernel_is_told_where, cmdline_gen_params),
	KUNIT_CASE(word_is_not_said_twice),
	KUNIT_CASE_PARAM(line_has_a_limit, length_gen_params),
	KUNIT_CASE(crash_kernel_has_its_memory),
	KUNIT_CASE(header_splits_crash_memory),
	KUNIT_CASE(long_map_goes_on_in_setup_data),
	KUNIT_CASE_PARAM(sizes_of_bios_calls, mem_k_gen_params),
	KUNIT_CASE(setup_data_is_a_list),
	KUNIT_CASE(room_begins_at_16_bytes),
	KUNIT_CASE(record_has_its_place),
	KUNIT_CASE(initrd_is_found),
	{ }
};

static struct kunit_suite zeropage_suite = {
	.name		= "kexec_zeropage",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= zeropage_tests,
};

kunit_test_suite(zeropage_suite);
