// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of which loader takes an image.
 */

#include <linux/sizes.h>
#include <linux/string.h>

#include "kexec_kunit.h"

#define FILE_SIZE	SZ_16K

/* The least that is multiboot: magic number, addresses in the header, checksum, addresses. */
static const u32 multiboot[] = {
	0x1badb002, 0x00010000, -(0x1badb002 + 0x00010000),
	0x00100000, 0x00100000, 0, 0, 0x00100000,
};

static void *make_file(struct kunit *test, bool is_multiboot)
{
	void *file = kunit_kzalloc(test, FILE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, file);
	if (is_multiboot)
		memcpy(file, multiboot, sizeof(multiboot));
	return file;
}

static const struct kexec_file_ops *loader_called(const char *name)
{
	const struct kexec_file_ops * const *ops;

	for (ops = kexec_file_loaders; *ops; ops++)
		if ((*ops)->name && !strcmp((*ops)->name, name))
			return *ops;
	return NULL;
}

static void unknown_format_names_known_ones(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	const struct kexec_file_ops * const *ops;
	const char *said, *between = "(";

	KUNIT_EXPECT_EQ(test, -ENOEXEC,
			kexec_image_probe_default(image, make_file(test, false), FILE_SIZE));
	KUNIT_EXPECT_NULL(test, image->fops);
	said = strstr(kexec_test_reason(), "the kernel is of no format known here (");
	KUNIT_ASSERT_NOT_NULL(test, said);
	said = strchr(said, '(');
	for (ops = kexec_file_loaders; *ops; ops++, between = ", ") {
		KUNIT_EXPECT_TRUE(test, strstarts(said, between));
		said += strlen(between);
		KUNIT_ASSERT_TRUE(test, strstarts(said, (*ops)->name));
		said += strlen((*ops)->name);
	}
	KUNIT_EXPECT_STREQ(test, ")", said);
}

static void format_is_found_by_content(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	const struct kexec_file_ops *want = loader_called("multiboot");

	if (!want)
		kunit_skip(test, "no loader here takes multiboot images");
	kexec_refuse(-ENOEXEC, "what loaders before it have said");
	KUNIT_EXPECT_EQ(test, 0,
			kexec_image_probe_default(image, make_file(test, true), FILE_SIZE));
	KUNIT_EXPECT_PTR_EQ(test, want, image->fops);
	KUNIT_EXPECT_STREQ(test, "", kexec_test_reason());
}

struct wish_case {
	const char *format;
	int err;
	const char *reason;
};

/* of a multiboot image */
static const struct wish_case wish_cases[] = {
	{ "multiboot", 0, "" },
	{ "MultiBoot", 0, "" },
	{ "ELF", -ENOEXEC, "the kernel is no ELF image" },
	{ "multiboo", -EINVAL, "no loader has the name multiboo" },
	{ "multiboot3", -EINVAL, "no loader has the name multiboot3" },
	{ "zImage", -EINVAL, "no loader has the name zImage" },
};

KUNIT_ARRAY_PARAM_DESC(wish, wish_cases, format);

static void format_is_as_wished(struct kunit *test)
{
	const struct wish_case *want = test->param_value;
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);

	if (!loader_called("multiboot") || !loader_called("ELF"))
		kunit_skip(test, "no loaders here take multiboot and ELF images");
	strscpy(image->format, want->format);
	KUNIT_EXPECT_EQ(test, want->err,
			kexec_image_probe_default(image, make_file(test, true), FILE_SIZE));
	KUNIT_EXPECT_STREQ(test, want->reason, kexec_test_reason());
	KUNIT_EXPECT_PTR_EQ(test, want->err ? NULL : loader_called("multiboot"), image->fops);
}

/* Cleanup */

static int note_cleanup(void *loader_data)
{
	*(bool *)loader_data = true;
	return -EBUSY;
}

static const struct kexec_file_ops noting_ops = { .cleanup = note_cleanup };
static const struct kexec_file_ops bare_ops = { };

static void loader_cleans_up(struct kunit *test)
{
	struct kimage *image = kexec_test_image(test, KEXEC_TYPE_DEFAULT);
	bool called = false;

	image->image_loader_data = &called;
	KUNIT_EXPECT_EQ(test, 0, kexec_image_post_load_cleanup_default(image));
	image->fops = &bare_ops;
	KUNIT_EXPECT_EQ(test, 0, kexec_image_post_load_cleanup_default(image));
	image->fops = &noting_ops;
	KUNIT_EXPECT_EQ(test, -EBUSY, kexec_image_post_load_cleanup_default(image));
	KUNIT_EXPECT_TRUE(test, called);
	image->fops = NULL;
}

static struct kunit_case format_tests[] = {
	KUNIT_CASE(unknown_format_names_known_ones),
	KUNIT_CASE(format_is_found_by_content),
	KUNIT_CASE_PARAM(format_is_as_wished, wish_gen_params),
	KUNIT_CASE(loader_cleans_up),
	{ }
};

static struct kunit_suite format_suite = {
	.name		= "kexec_format",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= format_tests,
};

kunit_test_suite(format_suite);
