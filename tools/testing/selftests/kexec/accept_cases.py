# SPDX-License-Identifier: GPL-2.0-only
"""Guests that have to accept memory: what a load accepts of it.

QEMU's emulation has no such memory.  The kernel asks for it to be accepted all the same,
and from outside one can see for what.
"""

import mmap
from dataclasses import dataclass

from case import Case
from changed_cases import RANGE
from hotplug import joined, said, without
from judges import at_least
from stop_case import StopSetup, address_of

# A load begins, memory is accepted, the guest is about to go.
BEGIN, ACCEPT, END = "kexec_load_begin", "accept_memory", "kernel_restart"
RSI, RDI = 4, 5


@dataclass
class AcceptCase(Case):
    """A load by a kernel that is made for such guests; it must accept every destination."""

    stage: str = "accepting.sh"
    arrival: str = None
    first: str = "crash"
    stages: int = 1

    def setup(self, made, stock):
        return AcceptSetup(self, made, stock)


class AcceptSetup(StopSetup):
    """Stops the guest whenever it accepts memory, and notes which."""

    FUNCTION = BEGIN

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.places = {name: address_of(made.vmlinux(case.first), name)
                       for name in (ACCEPT, END)}
        self.after = {self.at: (ACCEPT, END), self.places[ACCEPT]: (ACCEPT,)}
        self.accepted = []

    def _stopped(self, guest):
        self._note(self.stub.register())
        while not self.over and self.stub.stopped(1):
            self._note(self.stub.register())

    def _note(self, at):
        """A stop elsewhere is what a step has left behind."""
        if at == self.places[END]:
            self.over = True
            self.stub.close()
            return
        if at == self.places[ACCEPT]:
            start = self.stub.register(RDI)
            self.accepted.append((start, start + self.stub.register(RSI)))
        if at in self.after:
            self._pass(at)
        self.stub.go()

    def _pass(self, at):
        """Past the breakpoint at @at, to those that follow it."""
        self.stub.clear(at)
        self.stub.step()
        for name in self.after[at]:
            self.stub.breakpoint(self.places[name])

    def _judges(self):
        return super()._judges() + (self._all_accepted,)

    def _all_accepted(self, facts):
        """What is wrong with the memory that was accepted."""
        segments = [(int(start, 16), int(end, 16), int(size))
                    for start, end, size in RANGE.findall(facts[0].get("segments", ""))]
        if not any(end - start - size >= mmap.PAGESIZE for start, end, size in segments):
            return "no segment ends in memory that is left to the image"
        left = [(start, end) for start, end, _ in segments]
        for part in joined(self.accepted):
            left = list(without(left, part))
        return f"not accepted: {said(left)}" if left else None


def gate():
    yield AcceptCase("accepted-bounced", append="kexec.bounce=1",
                     judges=(at_least("bounced", mmap.PAGESIZE, stage=0),))


def nightly():
    yield AcceptCase("accepted")
    yield AcceptCase("accepted-c", tool="distribution", how="-c")
    yield AcceptCase("accepted-vmlinux", target="own:vmlinux")
