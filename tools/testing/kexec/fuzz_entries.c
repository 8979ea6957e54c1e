// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing of what libkexec reads boot loader entries with.
 *
 * FUZZ_ROOT in the environment names a directory with a few files to be found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "entries.h"
#include "fuzz.h"

#define NAME	"6a9857a393724b7a981ebb5b8495b9ea-6.1.0-21-amd64.conf"

static struct scan start(struct pool *pool, struct told *told)
{
	*told = (struct told){};
	return (struct scan){ .pool = pool, .root = getenv("FUZZ_ROOT") ?: "", .told = told };
}

static void must_be_entry(const struct kexec_entry *entry)
{
	size_t i;

	must(entry->kernel && entry->id && entry->title && entry->source);
	for (i = 0; i < entry->initrds.nr; i++)
		must(entry->initrds.text[i]);
	for (i = 0; i < entry->modules.nr; i++)
		must(strlen(entry->modules.text[i]));
}

/* What there is not the memory for may be missing, as the pool tells. */
static void must_be_entries(const struct pool *pool, const struct entry_list *list,
			    const struct kexec_entry *chosen)
{
	bool found = !chosen;
	size_t i;

	if (pool->failed)
		return;
	for (i = 0; i < list->nr; i++) {
		must_be_entry(list->entry[i]);
		found |= list->entry[i] == chosen;
	}
	must(found);
}

static char *text_of(struct pool *pool, const uint8_t *data, size_t size)
{
	return (char *)pool_text(pool, (const char *)data, size);
}

void take_bls(const uint8_t *data, size_t size)
{
	static const struct variable tuned = { .name = "a", .value = "/initrd b" };
	struct pool pool = {};
	struct told told;
	struct scan scan = start(&pool, &told);
	struct entry_list list = {};

	scan.variables = &tuned;
	scan.expand = size % 2;
	list.entry[0] = bls_parse(&scan, "/boot", "/a+1.conf", text_of(&pool, data, size));
	list.nr = !!list.entry[0];
	must_be_entries(&pool, &list, NULL);
	pool_free(&pool);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
	FILE *file = fopen(path, "w");

	must(file && fwrite(data, 1, size, file) == size && !fclose(file));
}

/* A unified kernel image that is there, with itself as an addon. */
void take_entry(const uint8_t *data, size_t size)
{
	struct pool pool = {};
	struct told told;
	struct scan scan = start(&pool, &told);
	struct entry_list list = {};
	size_t i;

	write_file(pool_print(&pool, "%s/boot/EFI/Linux/x.efi", scan.root), data, size);
	uki_directory(&scan, "/boot", &list);
	must_be_entries(&pool, &list, NULL);
	for (i = 0; i < list.nr && !pool.failed; i++)
		must(!strncmp(list.entry[i]->id, "x.efi", 5) && list.entry[i]->remarks.nr);
	pool_free(&pool);
}

void take_grub(const uint8_t *data, size_t size)
{
	struct kexec_entry dropin = {
		.id = "a.conf", .sort_id = "a", .title = "A", .kernel = "k", .source = "s",
	};
	struct pool pool = {};
	struct told told;
	struct scan scan = start(&pool, &told);
	struct entry_list list = {}, dropins = { .entry = { &dropin }, .nr = 1 };
	const struct kexec_entry *chosen = NULL;
	const char *why = NULL;
	struct grub *grub;

	grub = grub_parse(&scan, "grub.cfg", "/boot/grub", text_of(&pool, data, size));
	grub_finish(grub, &dropins, &dropins, &list, &chosen, &why);
	must_be_entries(&pool, &list, chosen);
	pool_free(&pool);
}

/* What a file of GRUB keeps, put into a line of a drop-in file. */
void take_grubenv(const uint8_t *data, size_t size)
{
	struct pool pool = {};
	struct told told;
	struct scan scan = start(&pool, &told);
	const struct variable *variable;
	const char *text;

	variables_parse(&pool, text_of(&pool, data, size), &scan.variables);
	for (variable = scan.variables; variable; variable = variable->next)
		must(variable->name && variable->value);
	scan.expand = true;
	text = variables_expand(&scan, "x$a${b}$1$");
	must(pool.failed || *text == 'x');
	pool_free(&pool);
}

void take_loader(const uint8_t *data, size_t size)
{
	struct pool pool = {};
	struct loader_conf conf;

	loader_parse(&pool, text_of(&pool, data, size), &conf);
	if (conf.preferred)
		entries_match(conf.preferred, NAME);
	if (conf.fallback)
		entries_match(conf.fallback, NAME);
	pool_free(&pool);
}

/* Any three versions have an order. */
void take_versions(const uint8_t *data, size_t size)
{
	struct pool pool = {};
	const char *all = text_of(&pool, data, size), *end = all + (*all ? size : 0);
	const char *a = all, *b = memchr(a, 0, end - a), *c;

	b = b ? b + 1 : end;
	c = memchr(b, 0, end - b);
	c = c ? c + 1 : end;
	must(!kexec_compare_versions(a, a));
	must(kexec_compare_versions(a, b) == -kexec_compare_versions(b, a));
	if (kexec_compare_versions(a, b) <= 0 && kexec_compare_versions(b, c) <= 0)
		must(kexec_compare_versions(a, c) <= 0);
	pool_free(&pool);
}
