# SPDX-License-Identifier: GPL-2.0-only
"""What a night consists of, and how it is cut into parts.

Where a test goes depends on the tables alone, never on what was measured somewhere, so
that all parts of a night together hold each test once, wherever and whenever each is run.
"""

import os
import time
from dataclasses import dataclass, field

import cases

# So that each takes less than 150 minutes on two processors.
PARTS = 5
JOBS = 2

# Seconds that each target of the Makefile takes on two processors if nothing is made yet;
# tests that need the later ones are kept together.
BUILDS = {"tool": 10, "distro": 60, "judges": 60, "kernel": 600, "stock": 600,
          "kernel-crash": 700, "kernel-ima": 700, "kernel-arm64": 600, "kernel-riscv64": 400,
          "kernel-debug": 1500, "debian": 1500}
UNKNOWN_BUILD = 1000

# For each parser; the gate gives them a tenth.
FUZZ_SECONDS = "600"
# From a grammar, to be run by GRUB as well.
GRUB_SCRIPTS = "2000"
# Of the code, other ones each day.
MUTATE_CHANGES = "100"
REAL_IMAGES = ("kernel", "stock", "distro")


@dataclass(frozen=True)
class Item:
    """One test: a guest's @case, or a target of the Makefile of the same name without one.

    It takes @seconds of the machine, and is run with the environment @given once the
    targets @needs of the Makefile are made.
    """

    name: str
    seconds: float
    needs: frozenset
    case: object = None
    given: dict = field(default_factory=dict)


# Tests that need no guest, each of which keeps all processors busy.
TARGETS = (
    Item("build-test", 5, frozenset(("kernel",))),
    Item("lib-test", 300, frozenset(REAL_IMAGES)),
    Item("series-test", 600, frozenset(), given={"SERIES_ALL": "1"}),
    Item("series-build", 5400, frozenset(("kernel",))),
    Item("bootctl-test", 60, frozenset()),
    Item("fuzz", 3400, frozenset(REAL_IMAGES),
         given={"FUZZ_SECONDS": os.environ.get("FUZZ_SECONDS", FUZZ_SECONDS)}),
    Item("grub-judge", 400, frozenset(),
         given={"GRUB_SCRIPTS": os.environ.get("GRUB_SCRIPTS", GRUB_SCRIPTS)}),
    Item("mutate", 500, frozenset(),
         given={"CHANGES": os.environ.get("CHANGES", MUTATE_CHANGES),
                "SEED": os.environ.get("SEED", time.strftime("%y%m%d"))}),
    Item("check-style", 400, frozenset(("kernel",))),
    Item("htmldocs", 60, frozenset()),
    Item("arch-test", 3600, frozenset()),
)


def items():
    """All tests of a night; those that need the same are next to each other."""
    guests = [Item(case.name, case.weight / JOBS, frozenset(case.needs()), case)
              for case in cases.table(night=True)]
    return sorted([*TARGETS, *guests], key=place)


def place(item):
    """Sorts by the dearest of what is needed, then the next, and the longest first."""
    return sorted(map(rank, item.needs), reverse=True), -item.seconds, item.name


def rank(target):
    """Where a target stands in BUILDS; those that are not there come last."""
    known = list(BUILDS)
    return (known.index(target), "") if target in known else (len(known), target)


class Stretch:
    """Some tests, and the seconds that they and what they need take together."""

    def __init__(self, tests=()):
        self.items, self.needs, self.seconds = [], set(), 0
        for item in tests:
            self.add(item)

    def with_item(self, item):
        """The seconds with one more."""
        new = item.needs - self.needs
        return self.seconds + item.seconds + sum(BUILDS.get(name, UNKNOWN_BUILD) for name in new)

    def add(self, item):
        self.seconds = self.with_item(item)
        self.needs |= item.needs
        self.items.append(item)


def fill(line, limit):
    """Cuts where a stretch would take more than @limit seconds; one test fits anyhow."""
    stretches = [Stretch()]
    for item in line:
        if stretches[-1].items and stretches[-1].with_item(item) > limit:
            stretches.append(Stretch())
        stretches[-1].add(item)
    return stretches


def cut(line, number):
    """Cuts a line of tests into @number parts, the longest of them as short as can be."""
    enough, short = int(Stretch(line).seconds) + 1, 0
    while enough - short > 1:
        middle = (enough + short) // 2
        if len(fill(line, middle)) <= number:
            enough = middle
        else:
            short = middle
    stretches = fill(line, enough)
    return stretches + [Stretch() for _ in range(number - len(stretches))]
