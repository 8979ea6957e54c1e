// SPDX-License-Identifier: GPL-2.0-only
/*
 * What there may be after commands of GRUB that may have been run or not.
 *
 * Variables and functions are lists that only grow at their heads, so that a state is
 * kept, and come back to, at no cost.
 */
#include <string.h>
#include "grub.h"

/**
 * grub_save() - remember what commands may change
 * @grub: where they are run
 * @state: set to what it is now
 */
void grub_save(const struct grub *grub, struct state *state)
{
	state->variables = grub->scan->variables;
	state->functions = grub->functions;
	state->args = grub->args;
	memset(&state->boot, 0, sizeof(state->boot));
	if (grub->boot)
		state->boot = *grub->boot;
	state->status = grub->status;
	state->status_unknown = grub->status_unknown;
	state->leaving = grub->leaving;
	state->levels = grub->levels;
}

/**
 * grub_restore() - have everything as it was
 * @grub: where
 * @state: as grub_save() has set it
 */
void grub_restore(struct grub *grub, const struct state *state)
{
	grub->scan->variables = state->variables;
	grub->functions = state->functions;
	grub->args = state->args;
	if (grub->boot)
		*grub->boot = state->boot;
	grub->status = state->status;
	grub->status_unknown = state->status_unknown;
	grub->leaving = state->leaving;
	grub->levels = state->levels;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* What one of them has set since then; false if that cannot be told. */
static bool merge_variables(struct grub *grub, const struct variable *set,
			    const struct state *base, const struct state *a,
			    const struct state *b, const char *why, bool *differ)
{
	const char *one, *other, *value, *before;

	for (; set && set != base->variables; set = set->next) {
		if (!set->name)
			return false;
		one = variables_get(a->variables, set->name, strlen(set->name));
		other = variables_get(b->variables, set->name, strlen(set->name));
		grub->work += a->variables->nr / 8 + 1;
		before = variables_get(base->variables, set->name, strlen(set->name));
		value = same_text(one, other) ? one : grub_because(grub, why);
		*differ |= grub_why(grub, value) && !grub_why(grub, before);
		variables_set(grub->scan->pool, &grub->scan->variables, set->name, value);
	}
	return set == base->variables;
}

static void merge_leaving(struct grub *grub, const struct state *a, const struct state *b,
			  const char *why)
{
	const struct state *more = a->leaving > b->leaving ? a : b;

	grub->leaving = a->leaving;
	grub->levels = a->levels;
	if (a->leaving == b->leaving && a->levels == b->levels)
		return;
	grub->leaving = more == a ? b->leaving : a->leaving;
	grub_raise(grub, more->levels > 1 && more->leaving < RETURN ? RETURN : more->leaving, why);
}

static void merge_boots(struct grub *grub, const struct state *a, const struct state *b,
			const char *why)
{
	if (!grub->boot)
		return;
	*grub->boot = a->boot;
	if (memcmp(&a->boot, &b->boot, sizeof(a->boot)))
		grub->boot->unknown = a->boot.unknown ?: b->boot.unknown ?: why;
}

static struct words *unknown_args(struct grub *grub, const struct words *args, const char *why)
{
	struct words *copy = pool_alloc(grub->scan->pool, sizeof(*copy));

	if (copy && args)
		*copy = *args;
	if (copy)
		copy->split = why;
	return copy;
}

/**
 * grub_merge() - go on from two states, of which GRUB has one
 * @grub: has one of them
 * @base: what was before
 * @other: the other one
 * @why: why it is not known which
 *
 * What differs is not known any more.
 *
 * Return: whether a variable has become unknown.
 */
bool grub_merge(struct grub *grub, const struct state *base, const struct state *other,
		const char *why)
{
	struct state one;
	bool known, differ = false;

	grub_save(grub, &one);
	grub->scan->variables = base->variables;
	known = one.functions == other->functions;
	known = known && merge_variables(grub, one.variables, base, &one, other, why, &differ);
	known = known && merge_variables(grub, other->variables, base, &one, other, why, &differ);
	merge_boots(grub, &one, other, why);
	merge_leaving(grub, &one, other, why);
	if (one.args != other->args)
		grub->args = unknown_args(grub, one.args, why);
	if (one.status != other->status || one.status_unknown || other->status_unknown)
		grub->status_unknown = one.status_unknown ?: other->status_unknown ?: why;
	if (!known)
		grub_forget(grub, why);
	return known && differ;
}

/**
 * grub_start_fork() - go one of two ways
 * @grub: where
 * @fork: what is kept meanwhile
 * @why: why it is not known which of them it is
 */
void grub_start_fork(struct grub *grub, struct fork *fork, const char *why)
{
	fork->doubt = grub->doubt;
	grub_save(grub, &fork->before);
	grub->doubt = grub->doubt ?: why;
}

/**
 * grub_other_way() - go the other one
 * @grub: where
 * @fork: as for grub_start_fork()
 */
void grub_other_way(struct grub *grub, struct fork *fork)
{
	grub_save(grub, &fork->taken);
	grub_restore(grub, &fork->before);
}

/**
 * grub_end_fork() - both ways are gone, or the one that there is
 * @grub: where
 * @fork: as for grub_start_fork()
 * @why: as there
 *
 * Return: as grub_merge().
 */
bool grub_end_fork(struct grub *grub, struct fork *fork, const char *why)
{
	grub->doubt = fork->doubt;
	return grub_merge(grub, &fork->before, &fork->taken, why);
}
