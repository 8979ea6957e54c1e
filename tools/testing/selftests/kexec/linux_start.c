// SPDX-License-Identifier: GPL-2.0-only
/* The setup header (Documentation/arch/x86/boot.rst). */
#include <string.h>

#include "linux_start.h"

#define UNDEFINED_LOADER	0xff
#define SECTOR			512
#define JUMP_END		0x202

/* Copies the setup header of @image. */
void place_header(struct boot_params *params, const char *image)
{
	struct setup_header *header = &params->hdr;
	size_t size = JUMP_END + (__u8)image[JUMP_END - 1] - offsetof(struct boot_params, hdr);

	memcpy(header, image + offsetof(struct boot_params, hdr),
	       size < sizeof(*header) ? size : sizeof(*header));
	header->type_of_loader = UNDEFINED_LOADER;
}

/* Bytes of the file before the protected-mode part. */
size_t setup_size(const struct boot_params *params)
{
	return (params->hdr.setup_sects + 1) * SECTOR;
}

size_t whole_pages(size_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}
