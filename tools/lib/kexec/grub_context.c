// SPDX-License-Identifier: GPL-2.0-only
/* Those variables of GRUB that submenus, and files it goes on with, can see. */
#include <string.h>
#include <linux/kernel.h>
#include "grub.h"

/* Beside each variable that is exported; no script has reason to name it. */
#define EXPORTED	" exported "

/* GRUB exports these itself. */
static const char * const by_grub[] = {
	"root", "prefix", "cmdpath", "grub_cpu", "grub_platform", "lang", "locale_dir",
	"secondary_locale_dir", "pager", "check_signatures", "net_default_ip", "net_default_mac",
	"net_default_server", "pxe_default_server", "chosen", "default", "shim_lock", "lockdown",
	"feature_chainloader_bpb", "feature_ntldr", "feature_platform_search_hint",
	"feature_default_font_path", "feature_all_video_module", "feature_menuentry_id",
	"feature_menuentry_options", "feature_200_final", "feature_nativedisk_cmd",
	"feature_timeout_style", "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEKDAY",
};

/**
 * grub_export() - have a variable be seen everywhere, or no longer
 * @grub: where
 * @name: its name; stays in use
 * @exported: which of both
 *
 * GRUB sets what is not set yet.
 */
void grub_export(struct grub *grub, const char *name, bool exported)
{
	struct pool *pool = grub->scan->pool;

	if (exported && !grub_get(grub, name, strlen(name)))
		grub_set(grub, name, "");
	grub_set(grub, pool_print(pool, EXPORTED "%s", name), exported ? name : NULL);
}

static bool take_over(struct grub *grub, const struct variable *before, const char *name)
{
	const char *value = variables_get(before, name, strlen(name));

	grub->work += before->nr / 8;
	if (value)
		variables_set(grub->scan->pool, &grub->scan->variables, name, value);
	return value;
}

/**
 * grub_exported() - the variables that are exported
 * @grub: where
 *
 * Which ones are is not known, either, after everything was forgotten.
 *
 * Return: they alone.
 */
const struct variable *grub_exported(struct grub *grub)
{
	const struct variable *before = grub->scan->variables, *v, *exported;
	size_t i;

	grub->scan->variables = NULL;
	for (v = before; v; v = v->next)
		if (!v->name)
			variables_set(grub->scan->pool, &grub->scan->variables, NULL, v->value);
	for (i = 0; before && i < ARRAY_SIZE(by_grub); i++)
		take_over(grub, before, by_grub[i]);
	for (v = before; v && v->name && grub->work <= WORK_MAX; v = v->next) {
		if (!strncmp(v->name, EXPORTED, strlen(EXPORTED)) &&
		    take_over(grub, before, v->name))
			take_over(grub, before, v->name + strlen(EXPORTED));
	}
	exported = grub->scan->variables;
	grub->scan->variables = before;
	return exported;
}
