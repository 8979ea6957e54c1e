# SPDX-License-Identifier: GPL-2.0-only
"""Guest tests that run on our kernel and on the unchanged base, and compare."""

import dataclasses
from dataclasses import dataclass

from case import Case, Setup


@dataclass
class Pair(Case):
    """A guest test after which both kernels must have given the same facts.

    Those are compared whose key ends with one of @alike; @mask makes of a value
    what has to be the same.  @judges look at the facts of our kernel.
    A @light one has nothing in its initramfs but its script.
    """

    alike: tuple = ()
    mask: object = str
    light: bool = False
    arrival: str = None
    stages: int = 1

    def setup(self, made, stock):
        return PairSetup(self, made, stock)

    def needs(self, stock=False):
        return super().needs(stock) | {"stock"}


class Half(Setup):
    """One of the two guests."""

    def _first_stage(self, archive):
        if self.case.light:
            self.images.stage(archive, self.case.stage, self.case.settings)
        else:
            super()._first_stage(archive)


class PairSetup:
    """A pair with its files made, ready to run."""

    def __init__(self, case, made, stock):
        self.case = case
        base = dataclasses.replace(case, name=case.name + "-base", first="stock", judges=(),
                                   console=())
        self.halves = (Half(case, made, stock), Half(base, made, stock))

    def watch(self, guest):
        """Called now and then while a guest runs."""

    def guest(self):
        return Guests([half.guest() for half in self.halves])

    def judge(self, guests, problems):
        """All that is wrong with what the two reported."""
        (ours, report), (base, reference) = [
            half.judge(guest, guest.problems) for half, guest in zip(self.halves, guests.guests)]
        found = ours + ["on the base: " + problem for problem in base]
        if not found:
            found = list(self._differences(report.facts[0], reference.facts[0]))
        return found, report

    def _differences(self, ours, base):
        keys = [key for key in dict.fromkeys([*base, *ours]) if key.endswith(self.case.alike)]
        if not keys:
            yield "neither kernel gives any fact that could be compared"
        for key in keys:
            found, wanted = (self.case.mask(facts.get(key, "nothing")) for facts in (ours, base))
            if found != wanted:
                yield f"{key} is '{found}', on the base '{wanted}'"

    def clean(self):
        for half in self.halves:
            half.clean()


class Guests:
    """Two guests that run one after the other, seen as one."""

    def __init__(self, guests):
        self.guests = guests
        self.console = guests[0].console

    @property
    def seconds(self):
        return sum(guest.seconds for guest in self.guests)

    def run(self, watch):
        for guest in self.guests:
            guest.problems = guest.run(watch)
        return []

    def tail(self):
        return [line for guest in self.guests for line in guest.tail()]
