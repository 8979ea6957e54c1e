// SPDX-License-Identifier: GPL-2.0-only
/* Host tests of lib/kexec/bzimage.c: what the setup header says, and damaged images. */
#define _GNU_SOURCE
#include <linux/kernel.h>
#include <linux/kexec_image.h>
#include "bzimage_file.h"
#include "files.h"
#include "tap.h"

static const struct {
	const char *name;
	struct patch patch;
	enum kexec_bzimage_why parse, check;
} damage[] = {
	{ "boot signature wrong", { 0x1fe, 2, 0xaa54 },
	  KEXEC_BZIMAGE_NO_BOOT_FLAG },
	{ "magic wrong in its first byte", { 0x202, 1, 'h' },
	  KEXEC_BZIMAGE_NO_MAGIC },
	{ "magic wrong in its last byte", { 0x205, 1, 's' },
	  KEXEC_BZIMAGE_NO_MAGIC },
	{ "protocol 1.255", { 0x206, 2, 0x01ff }, KEXEC_BZIMAGE_BAD_VERSION },
	{ "protocol 0", { 0x206, 2, 0 }, KEXEC_BZIMAGE_BAD_VERSION },
	{ "setup larger than the file", { 0x1f1, 1, 255 },
	  KEXEC_BZIMAGE_NO_SETUP },
	{ "no protected-mode size", { 0x1f4, 4, 0 }, KEXEC_BZIMAGE_NO_SIZE },
	{ "protected-mode size one paragraph too large",
	  { 0x1f4, 4, PM_SIZE / 16 + 1 }, KEXEC_BZIMAGE_TRUNCATED },
	{ "protected-mode size that overflows 32 bits in bytes",
	  { 0x1f4, 4, 0x10000000 }, KEXEC_BZIMAGE_TRUNCATED },
	{ "protected-mode size at its largest", { 0x1f4, 4, 0xffffffff },
	  KEXEC_BZIMAGE_TRUNCATED },
	{ "payload one byte too long", { 0x24c, 4, PM_SIZE - 0x3c0 + 1 },
	  KEXEC_BZIMAGE_BAD_PAYLOAD },
	{ "payload up to the last byte", { 0x24c, 4, PM_SIZE - 0x3c0 } },
	{ "payload end that overflows 32 bits", { 0x24c, 4, 0xfffffc40 },
	  KEXEC_BZIMAGE_BAD_PAYLOAD },
	{ "payload offset behind the end", { 0x248, 4, PM_SIZE + 1 },
	  KEXEC_BZIMAGE_BAD_PAYLOAD },
	{ "protocol 2.01", { 0x206, 2, 0x0201 }, .check = KEXEC_BZIMAGE_OLD },
	{ "protocol 2.02", { 0x206, 2, 0x0202 } },
	{ "protocol 2.11", { 0x206, 2, 0x020b } },
	{ "protocol 2.12", { 0x206, 2, 0x020c } },
	{ "protocol 3.0", { 0x206, 2, 0x0300 } },
	{ "32-bit kernel", { 0x236, 2, 0x7e } },
	{ "not loadable above 4 GiB", { 0x236, 2, 0x01 } },
	{ "zImage", { 0x211, 1, 0x80 }, .check = KEXEC_BZIMAGE_LOADED_LOW },
	{ "not relocatable", { 0x234, 1, 0 } },
	{ "alignment 0", { 0x230, 4, 0 }, .check = KEXEC_BZIMAGE_BAD_ALIGN },
	{ "alignment 3 MiB", { 0x230, 4, 0x300000 },
	  .check = KEXEC_BZIMAGE_BAD_ALIGN },
	{ "alignment 2 GiB", { 0x230, 4, 0x80000000 } },
	{ "no init_size", { 0x260, 4, 0 },
	  .check = KEXEC_BZIMAGE_NO_INIT_SIZE },
	{ "header ends before init_size", { 0x201, 1, 0x61 },
	  .check = KEXEC_BZIMAGE_NO_INIT_SIZE },
	{ "header ends behind init_size", { 0x201, 1, 0x62 } },
	{ "header ends before xloadflags", { 0x201, 1, 0x35 },
	  .check = KEXEC_BZIMAGE_NO_INIT_SIZE },
};

static void test_damage(void)
{
	enum kexec_bzimage_why parse, check;
	struct kexec_bzimage img;
	unsigned int i;
	uint8_t *file;

	for (i = 0; i < ARRAY_SIZE(damage); i++) {
		file = make_image(FILE_SIZE);
		put(file, &damage[i].patch);
		check = KEXEC_BZIMAGE_OK;
		parse = kexec_bzimage_parse(file, FILE_SIZE, &img);
		if (!parse)
			check = kexec_bzimage_check(&img);
		tap_result(parse == damage[i].parse &&
			   check == damage[i].check, "%s: %s",
			   damage[i].name,
			   kexec_bzimage_why(parse ? parse : check));
		free(file);
	}
}

/* Images without a payload need not fill the last paragraph of their code. */
static void test_last_paragraph(void)
{
	static const struct {
		uint64_t version, payload;
		size_t missing;
		enum kexec_bzimage_why why;
	} cases[] = {
		{ 0x020f, 0, 15, KEXEC_BZIMAGE_OK }, { 0x020f, 0, 16, KEXEC_BZIMAGE_TRUNCATED },
		{ 0x020f, 1, 1, KEXEC_BZIMAGE_TRUNCATED },
		{ 0x0208, 1, 1, KEXEC_BZIMAGE_TRUNCATED }, { 0x0207, 1, 1, KEXEC_BZIMAGE_OK },
	};
	enum kexec_bzimage_why why;
	struct kexec_bzimage img;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE);
		size_t size = FILE_SIZE - cases[i].missing;

		put(file, &(struct patch){ 0x206, 2, cases[i].version });
		put(file, &(struct patch){ 0x24c, 4, cases[i].payload });
		file = realloc(file, size);
		why = kexec_bzimage_parse(file, size, &img);
		tap_result(why == cases[i].why && (why || img.pm_offset + img.pm_size == size),
			   "protocol %#llx, %zu bytes missing, payload of %llu: %s",
			   (unsigned long long)cases[i].version, cases[i].missing,
			   (unsigned long long)cases[i].payload, kexec_bzimage_why(why));
		free(file);
	}
}

static void test_fields(void)
{
	uint8_t *file = make_image(FILE_SIZE);
	struct kexec_bzimage img;

	tap_result(!kexec_bzimage_parse(file, FILE_SIZE, &img) &&
		   !kexec_bzimage_check(&img), "a valid image is accepted");
	tap_result(img.setup_size == SETUP_SIZE &&
		   img.pm_offset == SETUP_SIZE && img.pm_size == PM_SIZE,
		   "its two parts are told apart");
	tap_result(img.header_size == 0x26c - 0x1f1,
		   "its header ends where the jump says");
	tap_result(img.version == 0x020f && img.loadflags == 0x01 &&
		   img.xloadflags == 0x7f && img.relocatable == 1 &&
		   kexec_bzimage_above_4g(&img), "its flags are read");
	tap_result(img.kernel_alignment == 0x200000 &&
		   img.min_alignment == 0x200000 &&
		   img.pref_address == 0x1000000 &&
		   img.init_size == 0x3000000, "its placement is read");
	tap_result(img.cmdline_max == 2047 &&
		   img.initrd_addr_max == 0x7fffffff &&
		   img.payload_offset == 0x3c0 && img.payload_length == 0xc00 &&
		   img.setup_data == 0x1122334455667788, "its data is read");
	free(file);
}

#define MEMBER(name) { \
	#name, offsetof(struct kexec_bzimage, name), sizeof(((struct kexec_bzimage *)0)->name) }

/* Where a field is, since which protocol, what it says, and what holds without it. */
static const struct known_field {
	struct {
		const char *name;
		size_t offset, size;
	} to;
	uint16_t since;
	struct patch patch;
	uint64_t value, otherwise;
} known_fields[] = {
	{ MEMBER(loadflags), 0x0200, { 0x211, 1, 0x81 }, 0x81, 0 },
	{ MEMBER(code32_start), 0x0200, { 0x214, 4, 0x12345678 }, 0x12345678, 0 },
	{ MEMBER(initrd_addr_max), 0x0203, { 0x22c, 4, 0x12345678 }, 0x12345678, 0x37ffffff },
	{ MEMBER(kernel_alignment), 0x0205, { 0x230, 4, 0x12345678 }, 0x12345678, 0 },
	{ MEMBER(relocatable), 0x0205, { 0x234, 1, 1 }, 1, 0 },
	{ MEMBER(cmdline_max), 0x0206, { 0x238, 4, 0x12345678 }, 0x12345678, 255 },
	{ MEMBER(payload_offset), 0x0208, { 0x248, 4, 0x3c0 }, 0x3c0, 0 },
	{ MEMBER(payload_length), 0x0208, { 0x24c, 4, 0x123 }, 0x123, 0 },
	{ MEMBER(setup_data), 0x0209, { 0x250, 8, 0x123456789abcdef }, 0x123456789abcdef, 0 },
	{ MEMBER(min_alignment), 0x020a, { 0x235, 1, 31 }, 1U << 31, 0 },
	{ MEMBER(pref_address), 0x020a, { 0x258, 8, 0x123456789abcdef }, 0x123456789abcdef, 0 },
	{ MEMBER(init_size), 0x020a, { 0x260, 4, 0x12345678 }, 0x12345678, 0 },
	{ MEMBER(xloadflags), 0x020c, { 0x236, 2, 0x1234 }, 0x1234, 0 },
};

/* What is read where the header has @version and ends at @end. */
static bool reads(const struct known_field *field, uint16_t version, size_t end, uint64_t expected)
{
	uint8_t *file = make_image(FILE_SIZE);
	struct kexec_bzimage img;
	uint64_t value = 0;
	bool parsed;

	put(file, &field->patch);
	put(file, &(struct patch){ 0x201, 1, end - 0x202 });
	put(file, &(struct patch){ 0x206, 2, version });
	parsed = !kexec_bzimage_parse(file, FILE_SIZE, &img);
	memcpy(&value, (uint8_t *)&img + field->to.offset, field->to.size);
	free(file);
	return parsed && value == expected;
}

static void test_known_fields(void)
{
	const struct known_field *field;
	size_t end;

	for (field = known_fields; field < known_fields + ARRAY_SIZE(known_fields); field++) {
		end = field->patch.at + field->patch.len;
		tap_result(reads(field, field->since, end, field->value), "%s is read",
			   field->to.name);
		if (field->since > 0x0200)
			tap_result(reads(field, field->since - 1, end, field->otherwise),
				   "%s is not read in the protocol before its own",
				   field->to.name);
		tap_result(reads(field, field->since, end - 1, field->otherwise),
			   "%s is not read where the header ends inside of it", field->to.name);
	}
}

static void test_release(void)
{
	static const struct {
		const char *name;
		uint64_t at, end;
		uint32_t found;
	} cases[] = {
		{ "in its place", 0x300, 0x310, 0x500 },
		{ "up to the setup part's end", 0x300, SETUP_SIZE - 0x201, 0x500 },
		{ "without an end", 0x300, SETUP_SIZE - 0x200 },
		{ "behind the setup part", SETUP_SIZE - 0x200, SETUP_SIZE },
		{ "not there", 0, 0x310 },
	};
	struct kexec_bzimage img;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE);

		put(file, &(struct patch){ 0x20e, 2, cases[i].at });
		file[0x200 + cases[i].end] = '\0';
		tap_result(!kexec_bzimage_parse(file, FILE_SIZE, &img) &&
			   img.release == cases[i].found,
			   "release %s: at 0x%x", cases[i].name, img.release);
		free(file);
	}
}

/* What a kernel says behind its release, and what only looks like it. */
static void test_timeline(void)
{
	static const char text[] = "6.12\0kexec_timeline=2";
	static const struct {
		const char *name;
		size_t at;
		struct patch patch;
		bool says;
	} cases[] = {
		{ "behind the release", 0x300, { }, true },
		{ "up to the setup part's end", SETUP_SIZE - 0x200 - sizeof(text), { }, true },
		{ "over the setup part's end", SETUP_SIZE - 0x200 - sizeof(text) + 1 },
		{ "cut off by the setup part's end", SETUP_SIZE - 0x206 },
		{ "right behind the setup part", SETUP_SIZE - 0x205 },
		{ "without a release to find it by", 0x300, { 0x20e, 2, 0 } },
		{ "of another version", 0x300, { 0x514, 1, '1' } },
		{ "of version 1x", 0x300, { 0x515, 1, 'x' } },
		{ "of another name", 0x300, { 0x505, 1, 'K' } },
		{ "not right behind", 0x300, { 0x504, 1, 'x' } },
	};
	struct kexec_bzimage img = { };
	unsigned int i;
	bool right;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE);

		put(file, &(struct patch){ 0x20e, 2, cases[i].at });
		memcpy(file + 0x200 + cases[i].at, text, sizeof(text));
		put(file, &cases[i].patch);
		right = !kexec_bzimage_parse(file, FILE_SIZE, &img) &&
			img.timeline == cases[i].says;
		tap_result(right, "the timeline's mark %s is %d", cases[i].name, img.timeline);
		free(file);
	}
}

/* A signed file carries its signature behind the protected-mode part. */
static void test_longer_file(void)
{
	static const struct {
		const char *name;
		uint16_t version;
		size_t pm_size;
	} cases[] = {
		{ "what follows the image is no part of it", 0x020f, PM_SIZE },
		{ "protocol 2.04 says how large the kernel is", 0x0204, PM_SIZE },
		{ "protocol 2.03 does not", 0x0203, PM_SIZE + 1500 },
	};
	struct kexec_bzimage img;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE + 1500);

		put(file, &(struct patch){ 0x206, 2, cases[i].version });
		tap_result(!kexec_bzimage_parse(file, FILE_SIZE + 1500, &img) &&
			   img.pm_size == cases[i].pm_size, "%s", cases[i].name);
		free(file);
	}
}

static void test_other_file(void)
{
	static const struct kexec_bzimage none;
	uint8_t *file = make_image(FILE_SIZE);
	struct kexec_bzimage img;

	memset(&img, 0xff, sizeof(img));
	put(file, &(struct patch){ 0x202, 4, 0 });
	tap_result(kexec_bzimage_parse(file, FILE_SIZE, &img) && !memcmp(&img, &none, sizeof(img)),
		   "a file of another format says nothing");
	free(file);
}

static void test_setup_sects_zero(void)
{
	uint8_t *file = make_image(FILE_SIZE + 512);
	struct kexec_bzimage img;

	put(file, &(struct patch){ 0x1f1, 1, 0 });
	tap_result(!kexec_bzimage_parse(file, FILE_SIZE + 512, &img) &&
		   img.setup_size == 5 * 512, "setup_sects 0 means 4");
	free(file);
}

static void test_header_length(void)
{
	static const struct {
		uint8_t jump;
		uint32_t size;
	} cases[] = {
		{ 0x00, 0x11 }, { 0x6a, 0x7b }, { 0x7f, 0x90 }, { 0x80, 0x91 },
		{ 0x8e, 0x9f }, { 0x8f, 0x9f }, { 0xff, 0x9f },
	};
	enum kexec_bzimage_why why;
	struct kexec_bzimage img;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE);

		file[0x201] = cases[i].jump;
		why = kexec_bzimage_parse(file, FILE_SIZE, &img);
		tap_result(!why && img.header_size == cases[i].size,
			   "jump of 0x%02x gives a header of 0x%x bytes",
			   cases[i].jump, img.header_size);
		free(file);
	}
}

/* What the protocol assumes where an image says nothing. */
static bool all_defaults(const struct kexec_bzimage *img)
{
	return img->initrd_addr_max == 0x37ffffff && img->cmdline_max == 255 &&
	       !img->kernel_alignment && !img->relocatable &&
	       !img->min_alignment && !img->xloadflags &&
	       !img->payload_offset && !img->payload_length &&
	       !img->setup_data && !img->pref_address && !img->init_size &&
	       !img->timeline && !img->release;
}

static void test_defaults(void)
{
	uint8_t *file = make_image(FILE_SIZE);
	struct kexec_bzimage img;

	put(file, &(struct patch){ 0x206, 2, 0x0202 });
	put(file, &(struct patch){ 0x1f4, 4, 0xffff0000 });
	tap_result(!kexec_bzimage_parse(file, FILE_SIZE, &img) &&
		   all_defaults(&img) && img.loadflags == 0x01,
		   "protocol 2.02 has the defaults for what came later");
	tap_result(img.pm_size == PM_SIZE,
		   "protocol 2.02 does not say how large the kernel is");
	free(file);

	file = make_image(FILE_SIZE);
	file[0x201] = 0;
	tap_result(!kexec_bzimage_parse(file, FILE_SIZE, &img) &&
		   all_defaults(&img) && !img.loadflags,
		   "nothing is read from behind a header that ends early");
	free(file);
}

static void test_min_alignment(void)
{
	static const struct {
		uint8_t shift;
		uint32_t align;
	} cases[] = { { 0, 0 }, { 1, 2 }, { 31, 1U << 31 }, { 32, 0 }, { 255, 0 } };
	enum kexec_bzimage_why why;
	struct kexec_bzimage img;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t *file = make_image(FILE_SIZE);

		file[0x235] = cases[i].shift;
		why = kexec_bzimage_parse(file, FILE_SIZE, &img);
		tap_result(!why && img.min_alignment == cases[i].align,
			   "smallest alignment 1 << %u is 0x%x",
			   cases[i].shift, img.min_alignment);
		free(file);
	}
}

static enum kexec_bzimage_why expected_for(size_t size)
{
	if (size < 0x208)
		return KEXEC_BZIMAGE_SHORT;
	if (size < SETUP_SIZE)
		return KEXEC_BZIMAGE_NO_SETUP;
	return size < FILE_SIZE ? KEXEC_BZIMAGE_TRUNCATED : KEXEC_BZIMAGE_OK;
}

static void test_truncations(void)
{
	uint8_t *whole = make_image(FILE_SIZE);
	struct kexec_bzimage img;
	unsigned int wrong = 0;
	uint8_t *cut;
	size_t size;

	for (size = 0; size <= FILE_SIZE; size++) {
		cut = malloc(size);
		if (size)
			memcpy(cut, whole, size);
		wrong += kexec_bzimage_parse(cut, size, &img) !=
			 expected_for(size);
		free(cut);
	}
	tap_result(!wrong, "each of %u truncations has its reason",
		   FILE_SIZE);
	free(whole);
}

/* What users of a parsed image rely on, whatever the file held. */
static bool invariants_hold(const struct kexec_bzimage *img, size_t size)
{
	return img->pm_offset == img->setup_size && img->pm_offset <= size &&
	       img->pm_size && img->pm_size <= size - img->pm_offset &&
	       img->header_size >= 0x11 && img->header_size <= 0x9f &&
	       !(img->min_alignment & (img->min_alignment - 1)) &&
	       img->release < img->setup_size &&
	       (uint64_t)img->payload_offset + img->payload_length <=
	       img->pm_size;
}

static void mutate(uint8_t *file, size_t size)
{
	unsigned int count = 1 + next_random() % 4;
	/* Mutations outside the header are of little interest: rarely there. */
	size_t base = next_random() % 16 ? 0x1f1 : 0;
	size_t range = base ? 0x9f : size;

	while (count--)
		file[base + next_random() % range] = next_random();
}

static void test_mutations(void)
{
	unsigned int i, accepted = 0, wrong = 0, rounds = 200000;
	uint8_t *whole = make_image(FILE_SIZE);
	uint8_t *file = malloc(FILE_SIZE);
	struct kexec_bzimage img;

	for (i = 0; i < rounds; i++) {
		memcpy(file, whole, FILE_SIZE);
		mutate(file, FILE_SIZE);
		if (kexec_bzimage_parse(file, FILE_SIZE, &img))
			continue;
		accepted++;
		wrong += !invariants_hold(&img, FILE_SIZE);
		kexec_bzimage_has_sum(file, &img);
	}
	tap_result(!wrong && accepted && accepted < rounds,
		   "%u mutations, %u accepted, %u of them inconsistent",
		   rounds, accepted, wrong);
	free(file);
	free(whole);
}

static void test_reasons(void)
{
	unsigned int i, j, bad = 0;

	for (i = 0; i < KEXEC_BZIMAGE_NR_WHY; i++)
		for (j = 0; j <= i; j++)
			bad += (i == j) == !!strcmp(kexec_bzimage_why(i),
						    kexec_bzimage_why(j));
	tap_result(!bad, "each reason has its own words");
	tap_result(kexec_bzimage_why(KEXEC_BZIMAGE_NR_WHY) &&
		   kexec_bzimage_why(-1), "an unknown reason has words too");
}

/* Cuts one byte off the end of the protected-mode part. */
static bool cut_is_noticed(const uint8_t *file, const struct kexec_bzimage *img)
{
	size_t size = img->pm_offset + img->pm_size - 1;
	struct kexec_bzimage other;

	return kexec_bzimage_parse(file, size, &other) ==
	       KEXEC_BZIMAGE_TRUNCATED;
}

/* Types are given out one after the other; there are not nearly so many yet. */
#define TYPES_LIMIT	64

/* The highest type of setup_data that kernel_info claims, without the bit for indirect ones. */
static unsigned int types_known(const uint8_t *file, size_t size)
{
	const uint8_t *info = memmem(file, size, "LToP", 4);
	uint32_t max = TYPES_LIMIT;

	if (info && file + size - info >= 0x10)
		memcpy(&max, info + 0xc, sizeof(max));
	return max & ~0x80000000;
}

static void test_real_image(const char *path)
{
	struct bytes file = bytes_read(path);
	enum kexec_bzimage_why why;
	struct kexec_bzimage img;
	unsigned int types = types_known(file.data, file.size);

	why = kexec_bzimage_parse(file.data, file.size, &img);
	if (!why)
		why = kexec_bzimage_check(&img);
	tap_result(!why && invariants_hold(&img, file.size) && img.payload_offset &&
		   img.release && cut_is_noticed(file.data, &img), "%s: %s", path,
		   kexec_bzimage_why(why));
	tap_result(types < TYPES_LIMIT, "%s: knows setup_data up to type %u", path, types);
	if (!why)
		printf("# protocol %u.%02u, header 0x%x, setup %u, code %llu of %zu, line %u\n",
		       img.version >> 8, img.version & 0xff, img.header_size,
		       img.setup_size, (unsigned long long)img.pm_size, file.size,
		       img.cmdline_max);
	free(file.data);
}

int main(int argc, char **argv)
{
	test_fields();
	test_known_fields();
	test_release();
	test_timeline();
	test_longer_file();
	test_other_file();
	test_setup_sects_zero();
	test_header_length();
	test_defaults();
	test_min_alignment();
	test_damage();
	test_last_paragraph();
	test_truncations();
	test_reasons();
	test_mutations();
	while (--argc)
		test_real_image(*++argv);
	return tap_finish();
}
