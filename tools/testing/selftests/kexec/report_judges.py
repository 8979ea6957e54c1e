# SPDX-License-Identifier: GPL-2.0-only
"""Judges of what `kexec --report --json` printed, kept as facts of a stage."""

import json

STAGES = ["reboot", "checked", "devices", "stopped", "trampoline", "verified", "entry", "kernel",
          "init"]
# What a kernel maps itself with.
LARGE_PAGE = 0x200000
SOON = 120


def reported(facts, stage, key):
    """A report, read."""
    return json.loads(facts[stage].get(key, ""))


def judge_of(look):
    """Makes a judge that also fails on what is no report at all."""
    def judge(facts):
        try:
            return look(facts)
        except (ValueError, KeyError, TypeError) as wrong:
            return f"a report cannot be read: {type(wrong).__name__}: {wrong}"
    return judge


def timeline_problem(handover, wanted):
    """What is wrong with a timeline that should have the stages @wanted."""
    stages, total = handover["stages"], handover["total_us"]
    names = [stage["stage"] for stage in stages]
    if names != wanted:
        return f"the stages are {names}"
    if sum(stage["took_us"] for stage in stages) != total or stages[-1]["at_us"] != total:
        return f"the stages do not add up to {total} us: {stages}"
    if min(stage["took_us"] for stage in stages) < 0 or not total:
        return f"time runs backwards, or not at all: {stages}"
    return None


def timeline(direct, crash=False):
    """The last kernel's timeline must be whole, in order and consistent."""
    wanted = STAGES[STAGES.index("trampoline"):] if crash else STAGES

    def look(facts):
        handover = reported(facts, -1, "report")["handover"]
        if handover["direct"] != direct or handover["crash"] != crash:
            return f"direct is {handover['direct']}, crash {handover['crash']}"
        return timeline_problem(handover, wanted)
    return judge_of(look)


def timeline_matches(percent):
    """The timeline's total must be what user space measured from the reboot call to /init."""
    def look(facts):
        measured = int(facts[-1]["clock"]) - int(facts[0]["jumped_at"])
        handover = reported(facts, -1, "report")["handover"]
        told = handover["total_us"] * handover["clock_khz"] / 1000
        if abs(told - measured) * 100 <= measured * percent:
            return None
        return f"the timeline has {told:.0f} ticks, measured were {measured}"
    return judge_of(look)


def image_problem(image):
    """What is wrong with what a report says of a loaded image."""
    rooms = [int(part["end"], 16) - int(part["start"], 16) for part in image["segments"]]
    kept = image["placed"] + image["bounced"]
    if not rooms or min(rooms) < 0:
        return f"its segments are {image['segments']}"
    if sum(part["bytes"] for part in image["segments"]) != image["bytes"]:
        return f"its segments do not have {image['bytes']} bytes"
    if not image["bytes"] <= kept <= sum(rooms):
        return (f"{image['placed']} bytes placed and {image['bounced']} bounced do not make "
                f"{image['bytes']} in room for {sum(rooms)}")
    ends = [int(part["end"], 16) for part in image["segments"]
            if int(part["start"], 16) <= int(image["entry"], 16) < int(part["end"], 16)]
    if not ends:
        return f"its entry {image['entry']} is in no segment"
    if image["entered"] == "directly" and ends[0] % LARGE_PAGE:
        return f"its kernel ends at {ends[0]:#x}, not with the last page it maps"
    return None


def slot(key, name, loaded=False, error=False):
    """What the report @key of the first kernel says of a slot."""
    def look(facts):
        image = reported(facts, 0, key)[name]
        where = f"report {key}, {name} slot: "
        if image["loaded"] != loaded or bool(image["error"]) != error:
            return where + f"loaded is {image['loaded']}, error '{image['error']}'"
        if loaded:
            problem = described(image) or image_problem(image)
            return problem and where + problem
        told = [fact for fact, found in image.items() if found and fact not in ("loaded", "error")]
        return where + f"it is empty and has {told}" if told else None
    return judge_of(look)


def described(image):
    """What is wrong with how a report describes the kernel of every test."""
    if image["kernel"] != "/boot/kernel" or image["format"] != "bzImage":
        return f"it is called {image['kernel']}, {image['format']}"
    if image["entered"] not in ("directly", "through its own decompressor"):
        return f"it is entered '{image['entered']}'"
    return None if "kx.sum=" in image["command_line"] else "its command line is another"


def loaded_just_now(key, name, now):
    def look(facts):
        ago = int(facts[0][now]) - reported(facts, 0, key)[name]["loaded_at"]
        return None if 0 <= ago < SOON else f"the {name} image was loaded {ago} s ago"
    return judge_of(look)


def handed_on(facts):
    """--fast must put what the kernel publishes before the command line, and nothing else.

    On a machine that is busy enough the guest gives up its clock, and publishes nothing.
    """
    tsc, _, lpj = facts[0].get("hints", "").partition(" ")
    line = facts[0].get("fast", "").split()
    wanted = [f"lpj={lpj}"] if lpj else []
    wanted += [f"tsc_early_khz={tsc}"] if tsc else []
    known = wanted or facts[0].get("unstable") == "1"
    if known and line[:len(wanted)] == wanted and line[len(wanted)] == "console=ttyS0":
        return None
    return f"the kernel published '{tsc}' and '{lpj}', --fast made '{' '.join(line)}'"
