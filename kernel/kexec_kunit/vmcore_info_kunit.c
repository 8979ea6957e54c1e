// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of notes and of VMCOREINFO, read as makedumpfile and crash do.
 */

#include <linux/elf.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmcore_info.h>

#include <kunit/test.h>

struct note_case {
	const char *name;
	char *owner;
	size_t size;
	size_t words;		/* of the whole note */
};

static const struct note_case note_cases[] = {
	{ "padding nowhere", "abc", 8, 3 + 1 + 2 },
	{ "padding of the name", "CORE", 4, 3 + 2 + 1 },
	{ "padding of the content", "abc", 5, 3 + 1 + 2 },
	{ "no content", "VMCOREINFO", 0, 3 + 3 },
};

KUNIT_ARRAY_PARAM_DESC(note, note_cases, name);

static void note_is_written(struct kunit *test)
{
	const struct note_case *want = test->param_value;
	Elf_Word buf[16] = { };
	const struct elf_note *head = (const struct elf_note *)buf;
	char data[8] = "content";
	Elf_Word *next = append_elf_note(buf, want->owner, 42, data, want->size);

	KUNIT_EXPECT_EQ(test, want->words, next - buf);
	KUNIT_EXPECT_EQ(test, strlen(want->owner) + 1, head->n_namesz);
	KUNIT_EXPECT_EQ(test, want->size, head->n_descsz);
	KUNIT_EXPECT_EQ(test, 42, head->n_type);
	KUNIT_EXPECT_STREQ(test, (const char *)(head + 1), want->owner);
	KUNIT_EXPECT_MEMEQ(test, next - ALIGN(want->size, 4) / 4, data, want->size);
	KUNIT_EXPECT_EQ(test, 0, *next);
}

static void notes_have_an_end(struct kunit *test)
{
	Elf_Word buf[8];

	memset(buf, 0xff, sizeof(buf));
	final_note(buf + 1);
	KUNIT_EXPECT_EQ(test, ~0U, buf[0]);
	KUNIT_EXPECT_NULL(test, memchr_inv(buf + 1, 0, sizeof(struct elf_note)));
	KUNIT_EXPECT_EQ(test, ~0U, buf[4]);
}

/* VMCOREINFO */

/* What stands behind "KEY=", up to the end of the line; NULL if there is no such line. */
static const char *line_value(const char *key)
{
	const char *at = vmcoreinfo_data, *end = at + vmcoreinfo_size;
	size_t len = strlen(key);

	for (; at && at + len < end; at = strnchr(at, end - at, '\n'), at += !!at)
		if (!strncmp(at, key, len) && at[len] == '=')
			return at + len + 1;
	return NULL;
}

struct line_case {
	const char *key;
	const char *format;
	unsigned long value;
};

static const struct line_case line_cases[] = {
	{ "PAGESIZE", "%lu", PAGE_SIZE },
	{ "SIZE(page)", "%lu", sizeof(struct page) },
	{ "SIZE(pglist_data)", "%lu", sizeof(struct pglist_data) },
	{ "SIZE(zone)", "%lu", sizeof(struct zone) },
	{ "SIZE(list_head)", "%lu", sizeof(struct list_head) },
	{ "OFFSET(page.flags)", "%lu", offsetof(struct page, flags) },
	{ "OFFSET(page.lru)", "%lu", offsetof(struct page, lru) },
	{ "OFFSET(page._refcount)", "%lu", offsetof(struct page, _refcount) },
	{ "OFFSET(page.mapping)", "%lu", offsetof(struct page, mapping) },
	{ "OFFSET(page.compound_head)", "%lu", offsetof(struct page, compound_head) },
	{ "OFFSET(zone.free_area)", "%lu", offsetof(struct zone, free_area) },
	{ "OFFSET(list_head.prev)", "%lu", offsetof(struct list_head, prev) },
	{ "OFFSET(uts_namespace.name)", "%lu", offsetof(struct uts_namespace, name) },
	{ "LENGTH(zone.free_area)", "%lu", NR_PAGE_ORDERS },
	{ "LENGTH(free_area.free_list)", "%lu", MIGRATE_TYPES },
	{ "NUMBER(NR_FREE_PAGES)", "%lu", NR_FREE_PAGES },
	{ "NUMBER(PG_lru)", "%lu", PG_lru },
	{ "NUMBER(PG_swapbacked)", "%lu", PG_swapbacked },
	{ "NUMBER(PG_head_mask)", "%lu", 1UL << PG_head },
	{ "SYMBOL(init_uts_ns)", "%lx", (unsigned long)&init_uts_ns },
};

KUNIT_ARRAY_PARAM_DESC(line, line_cases, key);

static void line_is_right(struct kunit *test)
{
	const struct line_case *want = test->param_value;
	const char *value = line_value(want->key);
	unsigned long got;
	int fields;

	KUNIT_ASSERT_NOT_NULL(test, value);
	fields = sscanf(value, want->format, &got);
	KUNIT_ASSERT_EQ(test, 1, fields);
	KUNIT_EXPECT_EQ(test, want->value, got);
}

/* Tools look for the first one: a second that says something else would be ignored. */
static void each_line_is_there_once(struct kunit *test)
{
	const char *at = vmcoreinfo_data, *end = at + vmcoreinfo_size;
	char key[64];
	size_t len;

	for (; at < end; at = strnchr(at, end - at, '\n') + 1) {
		len = strcspn(at, "=\n");
		KUNIT_ASSERT_EQ(test, '=', at[len]);
		KUNIT_ASSERT_LT(test, len, sizeof(key));
		strscpy(key, at, len + 1);
		KUNIT_EXPECT_PTR_EQ_MSG(test, at + len + 1, line_value(key), "%s", key);
	}
	KUNIT_EXPECT_EQ(test, '\n', end[-1]);
}

static void release_comes_first(struct kunit *test)
{
	char line[__NEW_UTS_LEN + sizeof("OSRELEASE=\n")];
	size_t len = scnprintf(line, sizeof(line), "OSRELEASE=%s\n", init_uts_ns.name.release);

	KUNIT_EXPECT_MEMEQ(test, vmcoreinfo_data, line, len);
}

static void note_holds_the_lines(struct kunit *test)
{
	const struct elf_note *head = (const struct elf_note *)vmcoreinfo_note;
	const char *content = (const char *)(head + 1) + VMCOREINFO_NOTE_NAME_BYTES;

	KUNIT_EXPECT_STREQ(test, (const char *)(head + 1), "VMCOREINFO");
	KUNIT_EXPECT_EQ(test, 0, head->n_type);
	KUNIT_ASSERT_EQ(test, vmcoreinfo_size, head->n_descsz);
	KUNIT_EXPECT_MEMEQ(test, content, vmcoreinfo_data, vmcoreinfo_size);
}

/* Lines and their number as they were when the test began. */
struct lines {
	unsigned char *data;
	size_t size;
};

static void restore_lines(void *was)
{
	vmcoreinfo_data = ((struct lines *)was)->data;
	vmcoreinfo_size = ((struct lines *)was)->size;
}

static void use_other_lines(struct kunit *test, size_t size)
{
	struct lines *was = kunit_kzalloc(test, sizeof(*was), GFP_KERNEL);
	unsigned char *data = kunit_kzalloc(test, VMCOREINFO_BYTES, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, was);
	KUNIT_ASSERT_NOT_NULL(test, data);
	*was = (struct lines) { vmcoreinfo_data, vmcoreinfo_size };
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, restore_lines, was));
	vmcoreinfo_data = data;
	vmcoreinfo_size = size;
}

static void line_is_added_behind(struct kunit *test)
{
	use_other_lines(test, 0);
	vmcoreinfo_append_str("A=%d\n", 1);
	vmcoreinfo_append_str("B=%s\n", "two");
	KUNIT_EXPECT_EQ(test, strlen("A=1\nB=two\n"), vmcoreinfo_size);
	KUNIT_EXPECT_STREQ(test, (char *)vmcoreinfo_data, "A=1\nB=two\n");
}

static void long_line_is_cut(struct kunit *test)
{
	char text[120] = { };

	memset(text, 'x', sizeof(text) - 1);
	use_other_lines(test, 0);
	vmcoreinfo_append_str("%s", text);
	KUNIT_EXPECT_EQ(test, 79, vmcoreinfo_size);
}

static struct kunit_case vmcore_info_tests[] = {
	KUNIT_CASE_PARAM(note_is_written, note_gen_params),
	KUNIT_CASE(notes_have_an_end),
	KUNIT_CASE_PARAM(line_is_right, line_gen_params),
	KUNIT_CASE(each_line_is_there_once),
	KUNIT_CASE(release_comes_first),
	KUNIT_CASE(note_holds_the_lines),
	KUNIT_CASE(line_is_added_behind),
	KUNIT_CASE(long_line_is_cut),
	{ }
};

static struct kunit_suite vmcore_info_suite = {
	.name		= "kexec_vmcore_info",
	.test_cases	= vmcore_info_tests,
};

kunit_test_suite(vmcore_info_suite);
