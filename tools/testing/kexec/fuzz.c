// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing of lib/kexec: what is accepted must be safe to use, whatever it is.
 *
 * An input is a bzImage, an unpacked kernel or a payload; the latter begins with
 * a byte that no other has.  Violated promises abort, the sanitizers see the rest.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/kexec_image.h>

#define PAYLOAD		'P'

static void must(bool promise)
{
	if (!promise)
		abort();
}

static void must_hold(const struct kexec_payload *payload, const uint8_t *data, size_t size)
{
	must(data >= payload->data && size <= payload->size &&
	     data - payload->data <= (ptrdiff_t)(payload->size - size));
}

/* Unpacks nothing, but goes on as if each block had given what it may. */
static void walk_blocks(const struct kexec_payload *payload)
{
	uint32_t left = payload->unpacked, bytes;
	struct kexec_blocks blocks;
	struct kexec_block block;
	size_t count = 0;

	if (kexec_blocks_start(payload, &blocks))
		return;
	must_hold(payload, blocks.header, blocks.header_size);
	while (!kexec_blocks_next(&blocks, &block) && block.size) {
		must_hold(payload, block.data, block.size);
		must(block.unpacked <= left);
		must(!block.stored || block.size == block.unpacked);
		must(count++ < payload->size);
		bytes = block.exact || block.data[0] & 1 ? block.unpacked : block.unpacked / 2;
		left -= bytes;
		kexec_blocks_unpacked(&blocks, bytes);
	}
}

static void take_payload(const uint8_t *file, const struct kexec_bzimage *img)
{
	struct kexec_payload payload;
	struct kexec_gzip gzip;

	if (kexec_payload_parse(file, img, &payload))
		return;
	if (payload.compressor == KEXEC_GZIP && !kexec_gzip_parse(&payload, &gzip))
		must_hold(&payload, gzip.data, gzip.size);
	if (payload.compressor >= KEXEC_LZ4_LEGACY)
		walk_blocks(&payload);
}

static void take_bzimage(const uint8_t *file, size_t size)
{
	struct kexec_bzimage img;

	if (kexec_bzimage_parse(file, size, &img))
		return;
	kexec_bzimage_check(&img);
	kexec_bzimage_has_sum(file, &img);
	must(img.pm_offset <= size && img.pm_size <= size - img.pm_offset);
	must(KEXEC_BZIMAGE_HEADER + img.header_size <= KEXEC_BZIMAGE_HEADER_LIMIT);
	must(!img.release || memchr(file + img.release, 0, size - img.release));
	take_payload(file, &img);
}

static void take_vmlinux(const uint8_t *file, size_t size)
{
	uint8_t *copy = malloc(size);
	struct kexec_vmlinux kernel;

	memcpy(copy, file, size);
	if (!kexec_vmlinux_parse(copy, size, &kernel)) {
		must(kernel.entry < kernel.file_size && kernel.file_size <= size);
		must(kernel.file_size <= kernel.mem_size &&
		     kernel.mem_size <= KEXEC_UNPACKED_MAX - kernel.base);
		kexec_vmlinux_place(copy, &kernel);
		kexec_vmlinux_relocate(copy, &kernel, size << 21);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kexec_bzimage img = {
		.payload_offset = 1, .payload_length = size - 1, .init_size = KEXEC_UNPACKED_MAX,
	};

	if (!size)
		return 0;
	if (data[0] == PAYLOAD)
		take_payload(data, &img);
	else if (data[0] == 0x7f)
		take_vmlinux(data, size);
	else
		take_bzimage(data, size);
	return 0;
}
