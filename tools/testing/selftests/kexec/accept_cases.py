# SPDX-License-Identifier: GPL-2.0-only
"""Guests that have to accept memory: what a load accepts of it.

QEMU's emulation has no such memory.  The kernel asks for it to be accepted all the same,
and from outside one can see for what.
"""

import mmap
import uuid
from dataclasses import dataclass

import gdbstub
from case import Case, Setup
from changed_cases import RANGE
from hotplug import joined, said, without
from judges import at_least
from update_case import addresses

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


class AcceptSetup(Setup):
    """Stops the guest whenever it accepts memory, and notes which."""

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.at = addresses(made.vmlinux(case.first), (BEGIN, ACCEPT, END))
        self.socket = f"kexec-{uuid.uuid4()}"
        self.stub = None
        self.over = False
        self.accepted = []
        self.problems = []

    def _first_words(self):
        return f"nokaslr {super()._first_words()}"

    def _options(self):
        return super()._options() + ["-S"] + gdbstub.options(self.socket)

    def watch(self, guest):
        """Waits for the load, and notes what it accepts."""
        if self.over:
            return
        try:
            self._watch()
        except (OSError, gdbstub.Refused) as failure:
            self.over = True
            self.problems.append(str(failure))

    def _watch(self):
        if not self.stub:
            self.stub = gdbstub.connect(self.socket)
            if self.stub:
                self.stub.breakpoint(self.at[BEGIN])
                self.stub.breakpoint(self.at[END])
                self.stub.go()
            return
        patience = 0
        while not self.over and self.stub.stopped(patience):
            self._stopped(self.stub.register())
            patience = 1

    def _stopped(self, at):
        """A stop elsewhere is what a step has left behind."""
        if at == self.at[END]:
            self.over = True
            self.stub.close()
            return
        if at == self.at[ACCEPT]:
            start = self.stub.register(RDI)
            self.accepted.append((start, start + self.stub.register(RSI)))
        if at in self.at.values():
            self._pass(at)
        self.stub.go()

    def _pass(self, at):
        """Past the breakpoint at @at; from the beginning of a load on there is one at ACCEPT."""
        self.stub.clear(at)
        self.stub.step()
        self.stub.breakpoint(self.at[ACCEPT])

    def judge(self, guest, problems):
        return super().judge(guest, problems + self.problems)

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
