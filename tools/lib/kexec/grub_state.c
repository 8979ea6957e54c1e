// SPDX-License-Identifier: GPL-2.0-only
/* What commands change: variables, functions, the menu; how they end, and what they leave. */
#include <string.h>
#include "grub.h"

/**
 * grub_set() - set a variable
 * @grub: where
 * @name: its name; stays in use
 * @value: its value, or NULL; stays in use
 *
 * It is not known afterwards where this may not be run.
 */
void grub_set(struct grub *grub, const char *name, const char *value)
{
	const char *before;

	if (grub_why(grub, name)) {
		grub_forget(grub, grub_why(grub, name));
		return;
	}
	if (grub->weak) {
		before = grub_get(grub, name, strlen(name));
		if (before == value || (before && value && !strcmp(before, value)))
			return;
		value = grub_why(grub, before) ? before : grub_because(grub, grub->weak);
	}
	variables_set(grub->scan->pool, &grub->scan->variables, name, value);
}

/**
 * grub_maybe() - may what is run now not be run by GRUB?
 * @grub: where
 *
 * Return: why, or NULL.
 */
const char *grub_maybe(const struct grub *grub)
{
	return grub->doubt ?: grub->weak;
}

/**
 * grub_forget() - nothing is known any more
 * @grub: where
 * @why: why, a clause
 *
 * From here on any variable may have any value, there may be other functions, other lines
 * in the menu, and another kernel loaded.
 */
void grub_forget(struct grub *grub, const char *why)
{
	struct function *function = pool_alloc(grub->scan->pool, sizeof(*function));

	variables_set(grub->scan->pool, &grub->scan->variables, NULL, grub_because(grub, why));
	if (function)
		*function = (struct function){ .body = why };
	grub->functions = function;
	grub_doubt(grub, why);
	if (grub->boot)
		grub->boot->unknown = why;
	else
		grub_add_item(grub, &(struct item){ .maybe = why });
}

/**
 * grub_succeed() - end a command with a status that is known
 * @grub: where
 * @good: it has succeeded; otherwise it ends as false does
 */
void grub_succeed(struct grub *grub, bool good)
{
	grub->status = !good;
	grub->status_unknown = NULL;
}

/**
 * grub_fail() - end a command with an error of some number
 * @grub: where
 */
void grub_fail(struct grub *grub)
{
	grub->status = -1;
	grub->status_unknown = NULL;
}

/**
 * grub_doubt() - end a command with a status that is not known
 * @grub: where
 * @why: why
 */
void grub_doubt(struct grub *grub, const char *why)
{
	grub->status_unknown = why;
}

/**
 * grub_raise() - what follows may not be run
 * @grub: where
 * @leaving: how far that goes
 * @why: why
 */
void grub_raise(struct grub *grub, enum leaving leaving, const char *why)
{
	grub->weak = grub->weak ?: why;
	if (grub->raised < leaving)
		grub->raised = leaving;
}

/**
 * grub_add_item() - add a line to the menu
 * @grub: has the menu
 * @from: the line, which is copied
 */
void grub_add_item(struct grub *grub, const struct item *from)
{
	struct item *item = pool_alloc(grub->scan->pool, sizeof(*item));

	if (!item)
		return;
	*item = *from;
	item->maybe = item->maybe ?: grub_maybe(grub);
	*grub->menu->end = item;
	grub->menu->end = &item->next;
}

/**
 * grub_add_function() - define a function
 * @s: its body
 * @name: its name; stays in use
 */
void grub_add_function(struct script *s, const char *name)
{
	const struct function *before = s->grub->functions;
	struct function *function = pool_alloc(s->grub->scan->pool, sizeof(*function));

	if (!function)
		return;
	function->name = name;
	function->body = s->at;
	function->next = before;
	function->nr = before ? before->nr + 1 : 1;
	s->grub->functions = function;
	if (function->nr > FUNCTIONS_MAX)
		grub_break_off(s, "it has too many functions");
	if (grub_maybe(s->grub))
		grub_forget(s->grub, grub_maybe(s->grub));
}

/**
 * grub_find_function() - find a function
 * @grub: where
 * @name: its name
 *
 * Return: it, or one without a name if there may be any; NULL if there is none.
 */
const struct function *grub_find_function(const struct grub *grub, const char *name)
{
	const struct function *function = grub->functions;

	while (function && function->name && strcmp(function->name, name))
		function = function->next;
	return function;
}

/**
 * grub_goes_on() - end a round of a loop
 * @grub: where
 *
 * Return: whether there is another one.
 */
bool grub_goes_on(struct grub *grub)
{
	enum leaving leaving = grub->leaving;

	if (!leaving)
		return true;
	if (leaving > BREAK)
		return false;
	if (grub->levels > 1 && grub->loops > 1) {
		grub->levels--;
		return false;
	}
	grub->leaving = STAY;
	return leaving == CONTINUE;
}

/**
 * grub_enter_loop() - begin a loop
 * @grub: where
 * @loop: it; what was outside is kept there
 */
void grub_enter_loop(struct grub *grub, struct loop *loop)
{
	loop->weak = grub->weak;
	loop->raised = grub->raised;
	grub->raised = STAY;
	grub->loops++;
}

/**
 * grub_leave_loop() - end a loop
 * @grub: where
 * @loop: it
 *
 * What may have left the loop has no effect behind it.
 */
void grub_leave_loop(struct grub *grub, const struct loop *loop)
{
	if (grub->raised <= BREAK)
		grub->weak = loop->weak;
	if (grub->raised <= BREAK || grub->raised < loop->raised)
		grub->raised = loop->raised;
	grub->loops--;
	if (!grub->loops && grub->leaving <= BREAK)
		grub->leaving = STAY;
}
