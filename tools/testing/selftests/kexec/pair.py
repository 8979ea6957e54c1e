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


class Together:
    """The guests @halves, which run one after the other; the second is called @other."""

    def __init__(self, case, halves, other):
        self.case = case
        self.halves = halves
        self.other = other

    def watch(self, guest):
        """Called now and then while a guest runs."""

    def guest(self):
        return Guests([half.guest() for half in self.halves])

    def judge(self, guests, problems):
        """All that is wrong with what the two reported."""
        (ours, report), (other, reference) = [
            half.judge(guest, guest.problems) for half, guest in zip(self.halves, guests.guests)]
        found = ours + [f"{self.other}: " + problem for problem in other]
        if not found:
            found = list(self.differences(report.facts[0], reference.facts[0]))
        return found, report

    def clean(self):
        for half in self.halves:
            half.clean()


class PairSetup(Together):
    """A pair with its files made, ready to run."""

    def __init__(self, case, made, stock):
        base = dataclasses.replace(case, name=case.name + "-base", first="stock", judges=(),
                                   console=())
        super().__init__(case, (Half(case, made, stock), Half(base, made, stock)), "on the base")

    def differences(self, ours, base):
        """What the two kernels said that is not alike."""
        keys = [key for key in dict.fromkeys([*base, *ours]) if key.endswith(self.case.alike)]
        if not keys:
            yield "neither kernel gives any fact that could be compared"
        for key in keys:
            found, wanted = (self.case.mask(facts.get(key, "nothing")) for facts in (ours, base))
            if found != wanted:
                yield f"{key} is '{found}', on the base '{wanted}'"


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
