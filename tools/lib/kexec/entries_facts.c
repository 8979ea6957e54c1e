// SPDX-License-Identifier: GPL-2.0-only
/* What an entry says. */
#include <string.h>
#include "entries.h"

enum kexec_entry_kind kexec_entry_kind(const struct kexec_entry *entry)
{
	return entry->kind;
}

bool kexec_entry_is_default(const struct kexec_entry *entry)
{
	return entry->is_default;
}

const char *kexec_entry_id(const struct kexec_entry *entry)
{
	return entry->id;
}

const char *kexec_entry_title(const struct kexec_entry *entry)
{
	return entry->title;
}

const char *kexec_entry_version(const struct kexec_entry *entry)
{
	return entry->version;
}

const char *kexec_entry_release(const struct kexec_entry *entry)
{
	return entry->release;
}

const char *kexec_entry_machine_id(const struct kexec_entry *entry)
{
	return entry->machine_id;
}

const char *kexec_entry_sort_key(const struct kexec_entry *entry)
{
	return entry->sort_key;
}

const char *kexec_entry_source(const struct kexec_entry *entry)
{
	return entry->source;
}

const char *kexec_entry_kernel(const struct kexec_entry *entry)
{
	return entry->kernel;
}

const char *kexec_entry_options(const struct kexec_entry *entry)
{
	return entry->options;
}

const char *kexec_entry_devicetree(const struct kexec_entry *entry)
{
	return entry->devicetree;
}

unsigned int kexec_entry_profile(const struct kexec_entry *entry)
{
	return entry->profile;
}

const char *kexec_entry_initrd(const struct kexec_entry *entry, size_t number)
{
	return number < entry->initrds.nr ? entry->initrds.text[number] : NULL;
}

const char *kexec_entry_addon(const struct kexec_entry *entry, size_t number)
{
	return number < entry->addons.nr ? entry->addons.text[number] : NULL;
}

const char *kexec_entry_remark(const struct kexec_entry *entry, size_t number)
{
	return number < entry->remarks.nr ? entry->remarks.text[number] : NULL;
}

const char *kexec_entry_module(const struct kexec_entry *entry, size_t number)
{
	const char *words = kexec_entry_module_words(entry, number);

	while (words && !strncmp(words, "--", 2))
		words += strcspn(words, " ") + 1;
	return words;
}

const char *kexec_entry_module_words(const struct kexec_entry *entry, size_t number)
{
	return number < entry->modules.nr ? entry->modules.text[number] : NULL;
}
