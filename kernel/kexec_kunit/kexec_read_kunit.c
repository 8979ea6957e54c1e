// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of reading files, and of how what is loaded beside a kernel is laid out.
 */

#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kexec_kunit.h"

#define P	PAGE_SIZE

static void free_read(void *data)
{
	struct kimage *image = data;

	kimage_free_parts(image);
	vfree(image->kernel_buf);
	image->kernel_buf = NULL;
}

static struct kimage *read_image(struct kunit *test, int type)
{
	struct kimage *image = kexec_test_image(test, type);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_read, image));
	return image;
}

static u8 *make_bytes(struct kunit *test, size_t size, u8 first)
{
	u8 *bytes = kunit_kzalloc(test, size, GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < size; i++)
		bytes[i] = (first + i) % 251 + 1;
	return bytes;
}

static void close_file(void *fd)
{
	close_fd((long)fd);
}

/* The descriptor of a file with these bytes. */
static int make_file(struct kunit *test, const void *bytes, size_t size)
{
	struct file *file = shmem_kernel_file_setup("kexec test", size, 0);
	loff_t at = 0;
	int fd;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_EXPECT_EQ(test, size, kernel_write(file, bytes, size, &at));
	fd = get_unused_fd_flags(O_CLOEXEC);
	KUNIT_ASSERT_GE(test, fd, 0);
	fd_install(fd, file);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, close_file, (void *)(long)fd));
	return fd;
}

static int make_write_only(struct kunit *test)
{
	int fd = make_file(test, "bytes", 5);

	CLASS(fd, f)(fd);
	fd_file(f)->f_mode &= ~FMODE_READ;
	return fd;
}

/* The kernel */

static void kernel_is_read(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);
	u8 *bytes = make_bytes(test, P + 5, 7);

	KUNIT_ASSERT_EQ(test, 0, kimage_read_kernel_file(image, make_file(test, bytes, P + 5)));
	KUNIT_EXPECT_EQ(test, P + 5, image->kernel_buf_len);
	KUNIT_EXPECT_MEMEQ(test, image->kernel_buf, bytes, P + 5);
	KUNIT_EXPECT_NOT_NULL(test, image->kernel_name);
}

static void expect_reason(struct kunit *test, const char *reason)
{
	KUNIT_EXPECT_STREQ(test, reason, kexec_test_reason());
	kexec_forgive();
}

static void no_kernel_to_read(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);

	KUNIT_EXPECT_EQ(test, -EBADF, kimage_read_kernel_file(image, -1));
	expect_reason(test, "the kernel file descriptor is not open for reading");
	KUNIT_EXPECT_EQ(test, -EBADF, kimage_read_kernel_file(image, make_write_only(test)));
	expect_reason(test, "the kernel file descriptor is not open for reading");
	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_read_kernel_file(image, make_file(test, "", 0)));
	expect_reason(test, "the kernel is empty or not a regular file");
	KUNIT_EXPECT_NULL(test, image->kernel_buf);
}

/* Parts */

static void expect_kinds(struct kunit *test, const struct kimage *image, const char *kinds)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, strlen(kinds), image->nr_parts);
	for (i = 0; i < image->nr_parts; i++)
		KUNIT_EXPECT_EQ(test, kinds[i] - '0', image->part[i].kind);
}

static void parts_keep_their_order(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);

	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_MODULE, "a", 1, false));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_INITRD, "bc", 2, false));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_DTB, "def", 3, true));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_file(image, KEXEC_PART_ADDON,
						 make_file(test, "ghij", 4), NULL));
	expect_kinds(test, image, "3102");
	KUNIT_EXPECT_EQ(test, 3, image->part[0].size);
	KUNIT_EXPECT_EQ(test, 1, image->part[1].size);
	KUNIT_EXPECT_EQ(test, 2, image->part[2].size);
	KUNIT_EXPECT_EQ(test, 4, image->part[3].size);
	KUNIT_EXPECT_STREQ(test, "bc", (const char *)image->part[2].data);
	KUNIT_EXPECT_NULL(test, image->part[3].data);
	KUNIT_EXPECT_NOT_NULL(test, image->part[3].file);
}

static void parts_have_names(struct kunit *test)
{
	static const char * const names[] = { "initrd", "module", "addon", "device tree" };
	struct kexec_part part = { };

	for (; part.kind < ARRAY_SIZE(names); part.kind++)
		KUNIT_EXPECT_STREQ(test, names[part.kind], kexec_part_name(&part));
}

static void parts_of_no_kind(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);

	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_add_data(image, KEXEC_PART_DTB + 1, "", 1, false));
	expect_reason(test, "no kind of file has the number 4");
	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_add_file(image, ~0U, -1, NULL));
	expect_reason(test, "no kind of file has the number 4294967295");
	KUNIT_EXPECT_EQ(test, 0, image->nr_parts);
}

static void parts_are_bounded(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);
	unsigned int i;

	for (i = 0; i < KEXEC_PARTS_ROOM; i++)
		KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_MODULE, "", 1, i & 1));
	KUNIT_EXPECT_EQ(test, -E2BIG, kimage_add_data(image, KEXEC_PART_MODULE, "", 1, true));
	expect_reason(test, "there are more files than 64");
	KUNIT_EXPECT_EQ(test, -E2BIG, kimage_add_data(image, KEXEC_PART_MODULE, "", 1, false));
	KUNIT_EXPECT_EQ(test, KEXEC_PARTS_ROOM, image->nr_parts);
}

static void no_part_to_read(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);

	KUNIT_EXPECT_EQ(test, -EBADF, kimage_add_file(image, KEXEC_PART_INITRD, -1, NULL));
	expect_reason(test, "the initrd file descriptor is not open for reading");
	KUNIT_EXPECT_EQ(test, -EBADF, kimage_add_file(image, KEXEC_PART_DTB,
						      make_write_only(test), NULL));
	expect_reason(test, "the device tree file descriptor is not open for reading");
	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_add_file(image, KEXEC_PART_MODULE,
						       make_file(test, "", 0), NULL));
	expect_reason(test, "the module is empty or not a regular file");
	KUNIT_EXPECT_EQ(test, 0, image->nr_parts);
}

static void kinds_that_a_format_takes(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);

	KUNIT_EXPECT_EQ(test, 0, kimage_take_kinds(image, 0));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_INITRD, "", 1, false));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_ADDON, "", 1, false));
	KUNIT_EXPECT_EQ(test, 0, kimage_take_kinds(image, BIT(KEXEC_PART_INITRD) |
							  BIT(KEXEC_PART_ADDON)));
	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_take_kinds(image, BIT(KEXEC_PART_INITRD)));
	expect_reason(test, "an image of format image takes no addon");
	KUNIT_EXPECT_EQ(test, -EINVAL, kimage_take_kinds(image, BIT(KEXEC_PART_MODULE)));
	expect_reason(test, "an image of format image takes no initrd");
}

static void one_device_tree(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);

	KUNIT_EXPECT_NULL(test, kimage_find_dtb(image));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_INITRD, "", 1, false));
	KUNIT_EXPECT_NULL(test, kimage_find_dtb(image));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_DTB, "", 1, false));
	KUNIT_EXPECT_PTR_EQ(test, &image->part[1], kimage_find_dtb(image));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_DTB, "", 1, false));
	KUNIT_EXPECT_EQ(test, -EINVAL, PTR_ERR(kimage_find_dtb(image)));
	expect_reason(test, "there is more than one device tree");
}

static void part_is_read_once(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);
	u8 *bytes = make_bytes(test, 100, 1);
	const void *data;

	KUNIT_ASSERT_EQ(test, 0, kimage_add_file(image, KEXEC_PART_ADDON,
						 make_file(test, bytes, 100), NULL));
	KUNIT_ASSERT_EQ(test, 0, kimage_read_part(&image->part[0]));
	data = image->part[0].data;
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_EQ(test, 100, image->part[0].size);
	KUNIT_EXPECT_TRUE(test, image->part[0].owned);
	KUNIT_EXPECT_MEMEQ(test, data, bytes, 100);
	KUNIT_EXPECT_EQ(test, 0, kimage_read_part(&image->part[0]));
	KUNIT_EXPECT_PTR_EQ(test, data, image->part[0].data);
}

/* Layout */

struct layout_part {
	unsigned int kind;
	size_t size;
	size_t offset;
};

/* Initrds are one archive, whatever stands between them; modules begin pages. */
static const struct layout_part layout_parts[] = {
	{ KEXEC_PART_INITRD, 5, 0 },
	{ KEXEC_PART_MODULE, P + 1, P },
	{ KEXEC_PART_INITRD, 8, 8 },
	{ KEXEC_PART_MODULE, 10, 3 * P },
	{ KEXEC_PART_INITRD, 3, 16 },
};

#define INITRDS_END	19
#define MODULES_AT	P
#define ALL_END	(3 * P + 10)

static u8 *add_layout(struct kunit *test, struct kimage *image, bool files)
{
	u8 *all = kunit_kzalloc(test, 4 * P, GFP_KERNEL), *bytes;
	const struct layout_part *part = layout_parts;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, all);
	for (; part < layout_parts + ARRAY_SIZE(layout_parts); part++) {
		bytes = make_bytes(test, part->size, part->offset / 4);
		memcpy(all + part->offset, bytes, part->size);
		err = files ? kimage_add_file(image, part->kind,
					      make_file(test, bytes, part->size), NULL) :
			      kimage_add_data(image, part->kind, bytes, part->size, false);
		KUNIT_ASSERT_EQ(test, 0, err);
	}
	return all;
}

static void expect_layout(struct kunit *test, const struct kimage *image)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(layout_parts); i++)
		KUNIT_EXPECT_EQ(test, layout_parts[i].offset, image->part[i].offset);
	KUNIT_ASSERT_NOT_NULL(test, image->parts_buf);
	KUNIT_EXPECT_PTR_EQ(test, image->parts_buf, image->initrd_buf);
	KUNIT_EXPECT_EQ(test, INITRDS_END, image->initrd_buf_len);
	KUNIT_EXPECT_PTR_EQ(test, image->parts_buf + MODULES_AT, image->modules_buf);
	KUNIT_EXPECT_EQ(test, ALL_END - MODULES_AT, image->modules_len);
}

/* What a crash image is made of is there before the armed one is touched. */
static void crash_parts_are_read_at_once(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_CRASH);
	u8 *all = add_layout(test, image, true);

	KUNIT_ASSERT_EQ(test, 0, kimage_read_parts(image));
	expect_layout(test, image);
	KUNIT_EXPECT_NULL(test, image->parts_area);
	KUNIT_EXPECT_MEMEQ(test, image->parts_buf, all, 4 * P);
	image->nr_segments = 1;
	image->segment[0].kbuf = image->initrd_buf;
	KUNIT_EXPECT_FALSE(test, kimage_reads_segment(image, 0));
}

/* Gives segment @i the pages that its bytes are read into, with something in them. */
static void give_pages(struct kunit *test, struct kimage *image, unsigned long i, void *kbuf,
		       size_t size)
{
	size_t n, pages = PFN_UP(size);

	image->segment[i] = (struct kexec_segment) {
		.kbuf = kbuf, .bufsz = size, .mem = SZ_1G * (i + 1), .memsz = pages * P,
	};
	image->nr_segments = i + 1;
	KUNIT_ASSERT_EQ(test, 0, kimage_alloc_source_list(image, i));
	for (n = 0; n < pages; n++) {
		image->source[i][n] = kimage_alloc_pages(GFP_KERNEL, 0);
		KUNIT_ASSERT_NOT_NULL(test, image->source[i][n]);
		memset(page_address(image->source[i][n]), 0xff, P);
	}
}

static void expect_pages(struct kunit *test, struct kimage *image, unsigned long i, const u8 *want)
{
	size_t n;

	for (n = 0; n < image->segment[i].memsz / P; n++)
		KUNIT_EXPECT_MEMEQ(test, page_address(image->source[i][n]), want + n * P, P);
}

static void read_in_place(struct kunit *test, bool files)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_DEFAULT);
	u8 *all = add_layout(test, image, files);

	if (!IS_ENABLED(CONFIG_KEXEC_CLAIM))
		kunit_skip(test, "files are read in place where memory can be claimed");
	KUNIT_ASSERT_EQ(test, 0, kimage_read_parts(image));
	expect_layout(test, image);
	KUNIT_ASSERT_NOT_NULL(test, image->parts_area);
	give_pages(test, image, 0, image->initrd_buf, image->initrd_buf_len);
	give_pages(test, image, 1, image->modules_buf, image->modules_len);
	image->segment[2].kbuf = all;
	KUNIT_EXPECT_TRUE(test, kimage_reads_segment(image, 0));
	KUNIT_EXPECT_TRUE(test, kimage_reads_segment(image, 1));
	KUNIT_EXPECT_FALSE(test, kimage_reads_segment(image, 2));
	KUNIT_EXPECT_FALSE(test, kimage_reads_segment(image, 3));
	KUNIT_ASSERT_EQ(test, 0, kimage_read_segment(image, 0));
	KUNIT_ASSERT_EQ(test, 0, kimage_read_segment(image, 1));
	expect_pages(test, image, 0, all);
	expect_pages(test, image, 1, all + MODULES_AT);
}

static void files_are_read_in_place(struct kunit *test)
{
	read_in_place(test, true);
}

static void data_is_put_in_place(struct kunit *test)
{
	read_in_place(test, false);
}

static void no_parts(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_CRASH);

	KUNIT_EXPECT_EQ(test, 0, kimage_read_parts(image));
	KUNIT_EXPECT_NULL(test, image->parts_buf);
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_DTB, "dtb", 3, false));
	KUNIT_EXPECT_EQ(test, 0, kimage_read_parts(image));
	KUNIT_EXPECT_NULL(test, image->parts_buf);
}

static void parts_of_one_kind(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_CRASH);
	struct kimage *other = read_image(test, KEXEC_TYPE_CRASH);

	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_INITRD, "abcd", 4, false));
	KUNIT_ASSERT_EQ(test, 0, kimage_read_parts(image));
	KUNIT_EXPECT_EQ(test, 4, image->initrd_buf_len);
	KUNIT_EXPECT_NULL(test, image->modules_buf);
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(other, KEXEC_PART_MODULE, "abcd", 4, false));
	KUNIT_ASSERT_EQ(test, 0, kimage_read_parts(other));
	KUNIT_EXPECT_NULL(test, other->initrd_buf);
	KUNIT_EXPECT_PTR_EQ(test, other->parts_buf, other->modules_buf);
	KUNIT_EXPECT_EQ(test, 4, other->modules_len);
}

/* Files that change while they are read */

static void file_changes(struct kunit *test)
{
	struct kimage *image = read_image(test, KEXEC_TYPE_CRASH);
	u8 *bytes = make_bytes(test, 100, 1);

	KUNIT_ASSERT_EQ(test, 0, kimage_add_file(image, KEXEC_PART_INITRD,
						 make_file(test, bytes, 100), NULL));
	image->part[0].size = 101;
	KUNIT_EXPECT_EQ(test, -ENODATA, kimage_read_parts(image));
	expect_reason(test, "the size of the initrd changed while it was read");
	vfree(image->parts_buf);
	image->parts_buf = NULL;
	image->part[0].size = 99;
	KUNIT_EXPECT_EQ(test, -EFBIG, kimage_read_parts(image));
	expect_reason(test, "the size of the initrd changed while it was read");
}

/* Sizes that no machine has */

struct size_case {
	const char *name;
	unsigned int kind;
	size_t size[2];
	const char *what;
};

static const struct size_case size_cases[] = {
	{ "initrds wrap around", KEXEC_PART_INITRD, { SIZE_MAX - 2, 8 }, "initrd" },
	{ "initrd at the end of all", KEXEC_PART_INITRD, { SIZE_MAX, 1 }, "initrd" },
	{ "initrd above the limit", KEXEC_PART_INITRD, { SIZE_MAX / 4 - 3, 8 }, "initrd" },
	{ "modules wrap around", KEXEC_PART_MODULE, { SIZE_MAX - P, P }, "module" },
	{ "module at the end of all", KEXEC_PART_MODULE, { SIZE_MAX, 1 }, "module" },
	{ "module above the limit", KEXEC_PART_MODULE, { SIZE_MAX / 2, P }, "module" },
};

KUNIT_ARRAY_PARAM_DESC(size, size_cases, name);

static void size_is_impossible(struct kunit *test)
{
	const struct size_case *want = test->param_value;
	struct kimage *image = read_image(test, KEXEC_TYPE_CRASH);
	char reason[80];

	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, want->kind, "", want->size[0], false));
	KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, want->kind, "", want->size[1], false));
	KUNIT_EXPECT_EQ(test, -ENOMEM, kimage_read_parts(image));
	snprintf(reason, sizeof(reason), "there is not enough free memory to read the %s",
		 want->what);
	expect_reason(test, reason);
}

/* Of these the load says what they would take, and what there is. */
static void size_is_more_than_memory(struct kunit *test)
{
	static const char want[] = "to read the module: it takes 67108864 MiB more";
	static const int types[] = { KEXEC_TYPE_DEFAULT, KEXEC_TYPE_CRASH };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct kimage *image = read_image(test, types[i]);

		KUNIT_ASSERT_EQ(test, 0, kimage_add_data(image, KEXEC_PART_MODULE, "",
							 SZ_1G * 64UL * SZ_1K, false));
		KUNIT_EXPECT_EQ(test, -ENOMEM, kimage_read_parts(image));
		KUNIT_EXPECT_NOT_NULL(test, strstr(kexec_test_reason(), want));
		KUNIT_EXPECT_NULL(test, image->parts_buf);
	}
}

static struct kunit_case read_tests[] = {
	KUNIT_CASE(kernel_is_read),
	KUNIT_CASE(no_kernel_to_read),
	KUNIT_CASE(parts_keep_their_order),
	KUNIT_CASE(parts_have_names),
	KUNIT_CASE(parts_of_no_kind),
	KUNIT_CASE(parts_are_bounded),
	KUNIT_CASE(no_part_to_read),
	KUNIT_CASE(kinds_that_a_format_takes),
	KUNIT_CASE(one_device_tree),
	KUNIT_CASE(part_is_read_once),
	KUNIT_CASE(crash_parts_are_read_at_once),
	KUNIT_CASE(files_are_read_in_place),
	KUNIT_CASE(data_is_put_in_place),
	KUNIT_CASE(no_parts),
	KUNIT_CASE(parts_of_one_kind),
	KUNIT_CASE(file_changes),
	KUNIT_CASE_PARAM(size_is_impossible, size_gen_params),
	KUNIT_CASE(size_is_more_than_memory),
	{ }
};

static struct kunit_suite read_suite = {
	.name		= "kexec_read",
	.suite_init	= kexec_test_lock,
	.suite_exit	= kexec_test_unlock,
	.test_cases	= read_tests,
};

kunit_test_suite(read_suite);
