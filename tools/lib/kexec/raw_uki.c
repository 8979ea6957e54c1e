// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading through kexec_load(2): unified kernel images and their addons, in
 * the order of systemd-stub(7): microcode of the addons, then the image's own;
 * the image's initrd, the user's, those of the addons.
 */
#include <errno.h>
#include <string.h>
#include "pe_machine.h"
#include "raw.h"

/* What the sections of several files make together. */
struct unified {
	struct part *part;
	size_t nr;
};

static struct bytes section_of(struct bytes file, const struct kexec_bytes *section)
{
	return (struct bytes){
		.data = (const char *)file.data + section->offset, .size = section->size,
	};
}

static void add_part(struct unified *u, unsigned int kind, struct bytes bytes)
{
	if (bytes.size)
		u->part[u->nr++] = (struct part){ .kind = kind, .bytes = bytes };
}

static void add(struct unified *u, struct bytes bytes)
{
	add_part(u, KEXEC_PART_INITRD, bytes);
}

static int parse_addon(struct raw *raw, const struct part *part, struct kexec_uki *addon)
{
	enum kexec_uki_why why = kexec_uki_parse(part->bytes.data, part->bytes.size, MACHINE_PE,
						 0, addon);

	if (why)
		return raw_refuse(raw, KEXEC_REASON_MISFIT, -ENOEXEC,
				  "an addon cannot be used: %s", kexec_uki_why(why));
	if (addon->kernel.size)
		return raw_refuse(raw, KEXEC_REASON_MISFIT, -ENOEXEC,
				  "an addon is an image of its own");
	return 0;
}

static int join_words(struct raw *raw, struct bytes more)
{
	size_t len = strlen(raw->cmdline);
	char *line;

	if (!more.size)
		return 0;
	line = raw_alloc(raw, len + 1 + more.size + 1);
	if (!line)
		return -ENOMEM;
	memcpy(line, raw->cmdline, len);
	if (len)
		line[len++] = ' ';
	memcpy(line + len, more.data, more.size);
	raw->cmdline = line;
	return 0;
}

static void add_files(struct raw *raw, struct unified *u)
{
	const struct part *part;

	for (part = raw->part; part < raw->part + raw->nr_parts; part++)
		if (part->kind != KEXEC_PART_ADDON)
			add_part(u, part->kind, part->bytes);
}

static int add_addons(struct raw *raw, struct unified *u, bool ucode)
{
	const struct part *part;
	struct kexec_uki addon;
	int err = 0;

	for (part = raw->part; part < raw->part + raw->nr_parts && !err; part++) {
		if (part->kind != KEXEC_PART_ADDON)
			continue;
		err = parse_addon(raw, part, &addon);
		if (err)
			return err;
		add(u, section_of(part->bytes, ucode ? &addon.ucode : &addon.initrd));
		if (!ucode)
			err = join_words(raw, section_of(part->bytes, &addon.cmdline));
	}
	return err;
}

static int unify(struct raw *raw, const struct kexec_uki *uki, struct unified *u)
{
	int err = *raw->cmdline ? 0 : join_words(raw, section_of(raw->file, &uki->cmdline));

	/* two sections of each file */
	u->part = err ? NULL : raw_alloc(raw, 2 * (raw->nr_parts + 1) * sizeof(*u->part));
	if (!u->part)
		return err ?: -ENOMEM;
	err = add_addons(raw, u, true);
	add(u, section_of(raw->file, &uki->ucode));
	add(u, section_of(raw->file, &uki->initrd));
	add_files(raw, u);
	return err ?: add_addons(raw, u, false);
}

/**
 * raw_load_uki() - load a unified kernel image
 * @raw: the load
 *
 * Return: 0 or a negative errno, with a reason given unless it is another format.
 */
int raw_load_uki(struct raw *raw)
{
	struct kexec_uki uki;
	struct unified u = {};
	enum kexec_uki_why why = kexec_uki_parse(raw->file.data, raw->file.size, MACHINE_PE,
						 raw->image->profile, &uki);
	int err;

	/* a kernel with an EFI stub is a PE file, too */
	if (why == KEXEC_UKI_NO_PE || why == KEXEC_UKI_PLAIN)
		return -ENOEXEC;
	if (why)
		return raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, -ENOEXEC, "%s",
				  kexec_uki_why(why));
	if (!uki.kernel.size)
		return raw_refuse(raw, KEXEC_REASON_NOT_A_KERNEL, -ENOEXEC,
				  "it is an addon of unified kernel images, without a kernel");
	err = raw_take_kinds(raw, KIND(INITRD) | KIND(ADDON) | KIND(DTB)) ?: unify(raw, &uki, &u);
	if (err)
		return err;
	raw->part = u.part;
	raw->nr_parts = u.nr;
	raw->file = section_of(raw->file, &uki.kernel);
	err = raw_load_bzimage(raw);
	return err == -ENOEXEC ? raw_refuse(raw, KEXEC_REASON_NOT_STARTABLE, err,
					    "its .linux section is no bzImage") : err;
}
