// SPDX-License-Identifier: GPL-2.0-only
/* Host tests of lib/kexec/bzimage.c: which images carry a checksum that must be right. */
#include <linux/kernel.h>
#include <linux/kexec_image.h>
#include "bzimage_file.h"
#include "tap.h"

#define PE		0x80
#define PE_CHECKSUM	(PE + 88)
#define CERTIFICATES	(PE + 168)
#define PE_SIZE		176

/* All that is not a field of an image never signed is 0xff, which would be a signature. */
static const struct patch never_signed[] = {
	{ 0, 2, 0x5a4d },
	{ 0x3c, 4, PE },
	{ PE, 4, 0x4550 },
	{ PE_CHECKSUM, 4, 0 },
	{ CERTIFICATES, 8, 0 },
};

#define SIGNED	{ CERTIFICATES, 8, 0x10000001000 }

static const struct {
	const char *name;
	struct patch patch[2];
	bool has_sum;
} images[] = {
	{ "an image never signed", { }, true },
	{ "no checksum, as newer images have none", { { FILE_SIZE - 4, 4, 0 } } },
	{ "a checksum of its first byte", { { FILE_SIZE - 4, 4, 1 } }, true },
	{ "a checksum of its last byte", { { FILE_SIZE - 4, 4, 0x01000000 } }, true },
	{ "a protocol without checksum", { { 0x206, 2, 0x0207 } } },
	{ "no payload, so no build of Linux", { { 0x248, 8, 0 } } },
	{ "a payload without a place", { { 0x248, 4, 0 } } },
	{ "a payload without a length", { { 0x24c, 4, 0 } } },
	{ "a header that ends before the payload", { { 0x201, 1, 0x45 } } },
	{ "a payload of one byte", { { 0x24c, 4, 1 } }, true },
	{ "the PE checksum's first byte", { { PE_CHECKSUM, 1, 1 } } },
	{ "the PE checksum's last byte", { { PE_CHECKSUM + 3, 1, 1 } } },
	{ "the first byte of a signature's place", { { CERTIFICATES, 1, 1 } } },
	{ "the last byte of a signature's size", { { CERTIFICATES + 7, 1, 1 } } },
	{ "a signature", { SIGNED } },
	{ "a signature without M", { SIGNED, { 0, 1, 'm' } }, true },
	{ "a signature without Z", { SIGNED, { 1, 1, 'z' } }, true },
	{ "a signature without P", { SIGNED, { PE, 1, 'p' } }, true },
	{ "a signature without the last NUL", { SIGNED, { PE + 3, 1, 1 } }, true },
	{ "a signature far outside", { SIGNED, { 0x3c, 4, 0x01000000 | PE } }, true },
	{ "a signature up to the setup part's end",
	  { { SETUP_SIZE - PE_SIZE, 4, 0x4550 }, { 0x3c, 4, SETUP_SIZE - PE_SIZE } } },
	{ "a signature over the setup part's end",
	  { { SETUP_SIZE - PE_SIZE + 1, 4, 0x4550 }, { 0x3c, 4, SETUP_SIZE - PE_SIZE + 1 } },
	  true },
	{ "a PE header at the end of 4 GiB", { { 0x3c, 4, 0xfffffffc } }, true },
};

static bool has_sum(const struct patch patch[2])
{
	uint8_t *file = make_image(FILE_SIZE);
	struct kexec_bzimage img;
	unsigned int i;
	bool has;

	for (i = 0; i < ARRAY_SIZE(never_signed); i++)
		put(file, &never_signed[i]);
	put(file, &patch[0]);
	put(file, &patch[1]);
	if (kexec_bzimage_parse(file, FILE_SIZE, &img))
		abort();
	has = kexec_bzimage_has_sum(file, &img);
	free(file);
	return has;
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(images); i++)
		tap_result(has_sum(images[i].patch) == images[i].has_sum, "%s: %s to check",
			   images[i].name, images[i].has_sum ? "a checksum" : "nothing");
	return tap_finish();
}
