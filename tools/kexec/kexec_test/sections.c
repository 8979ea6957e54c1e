// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_test: section headers of its own file, for formats that hand them over (System V
 * ABI, edition 4.1, chapter 4).
 */
#include "kexec_test.h"

/* Where fields are in a header of either class, and its size. */
static const struct shape {
	u32 size, address, address_size;
} shapes[] = {
	{ 40, 12, 4 },
	{ 64, 16, 8 },
};

/* The section that the image's code is in. */
#define CODE		".image"

static u64 address_of(const u8 *header, const struct shape *shape)
{
	u64 value = 0;

	memcpy(&value, header + shape->address, shape->address_size);
	return value;
}

static bool is_code(const u8 *header, u64 names)
{
	u32 name;

	memcpy(&name, header, sizeof(name));
	return !memcmp((const char *)(ulong)(names + name), CODE, sizeof(CODE));
}

static void check_headers(const u8 *headers, u32 nr, u32 names, const struct shape *shape)
{
	u64 text = address_of(headers + names * shape->size, shape), code = 0;
	u32 i;

	fact_hex("sections.names", text);
	if (!check(reachable(text, sizeof(CODE)), "the sections' names have been loaded"))
		return;
	for (i = 0; i < nr; i++)
		if (is_code(headers + i * shape->size, text))
			code = address_of(headers + i * shape->size, shape);
	fact_hex("sections.code", code);
	check(code, "a section has the name " CODE);
}

/**
 * check_sections() - check the headers of this image's sections
 * @headers: where they are
 * @nr: how many
 * @size: bytes in each
 * @names: index of the one that has their names
 */
void check_sections(const u8 *headers, u32 nr, u32 size, u32 names)
{
	const struct shape *shape = &shapes[size == shapes[1].size];

	fact_hex("sections", nr);
	check_value("section headers have their size", size, shape->size);
	if (check(names && names < nr, "one of them has the names"))
		check_headers(headers, nr, names, shape);
}
