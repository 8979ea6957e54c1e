# SPDX-License-Identifier: GPL-2.0-only
"""Judges: each makes a function that looks at the facts of all stages and
returns what is wrong, or None.  They look at the last stage unless told."""


def same(key, stage=0):
    """The last kernel must find what the one of @stage found, and find something."""
    def judge(facts):
        first, last = facts[stage].get(key), facts[-1].get(key)
        if not first:
            return f"kernel {stage + 1} says nothing of its {key}"
        return None if first == last else f"{key} was '{first}' and is '{last}' after the jump"
    return judge


def value(key, wanted, stage=-1):
    def judge(facts):
        found = facts[stage].get(key)
        return None if found == wanted else f"{key} is '{found}', not '{wanted}'"
    return judge


def at_least(key, wanted, base=10, stage=-1):
    def judge(facts):
        found = facts[stage].get(key, "")
        try:
            number = int(found, base)
        except ValueError:
            return f"{key} is '{found}', not a number"
        return None if number >= wanted else f"{key} is {found}, below {wanted:#x}"
    return judge


def length(key, wanted):
    def judge(facts):
        found = len(facts[-1].get(key, ""))
        return None if found == wanted else f"{key} is {found} characters long, not {wanted}"
    return judge


def contains(key, word, stage=-1):
    def judge(facts):
        found = facts[stage].get(key, "")
        return None if word in found.split() else f"{key} is '{found}', without '{word}'"
    return judge


def lacks(key, word):
    def judge(facts):
        found = facts[-1].get(key, "")
        return f"{key} is '{found}', with '{word}'" if word in found.split() else None
    return judge


def distinct(key, wanted, stages=slice(1, None)):
    """The stages must find at least @wanted different values between them."""
    def judge(facts):
        found = [stage.get(key) for stage in facts[stages]]
        if not all(found):
            return f"{key} is missing in {found}"
        if len(set(found)) >= wanted:
            return None
        return f"{len(set(found))} different {key} in {len(found)} kernels, not {wanted}: {found}"
    return judge


def entered_directly(facts):
    """The last kernel runs where the one before it had put it unpacked.

    A decompressor would have moved it: it draws a physical place itself.
    """
    planned, found = facts[-2].get("unpacked_at"), facts[-1].get("kernel_at")
    if not planned:
        return "the image was loaded to unpack itself"
    if int(planned, 16) != int(found or "0", 16):
        return f"the kernel was put at {planned} and runs at {found}"
    return None


def unpacked_itself(facts):
    """The opposite of entered_directly()."""
    planned = facts[-2].get("unpacked_at")
    return f"the image was unpacked at load, to {planned}" if planned else None


def steady(key):
    """Every stage must find the same."""
    def judge(facts):
        found = {stage.get(key) for stage in facts}
        return None if len(found) == 1 else f"{key} changed on the way: {sorted(map(str, found))}"
    return judge


def includes(key, wanted):
    def judge(facts):
        found = facts[-1].get(key, "")
        return None if wanted in found else f"{key} is '{found}', without '{wanted}'"
    return judge


def before(key, seconds):
    """A time stamp of the last kernel's log must be early."""
    def judge(facts):
        found = facts[-1].get(key, "")
        try:
            early = float(found) < seconds
        except ValueError:
            return f"{key} never came ('{found}')"
        return None if early else f"{key} came after {found} s, not within {seconds}"
    return judge


def at_most(key, wanted, stage=-1):
    def judge(facts):
        found = facts[stage].get(key, "")
        if not found.isdigit():
            return f"{key} is '{found}', not a number"
        return None if int(found) <= wanted else f"{key} is {found}, above {wanted}"
    return judge
