# SPDX-License-Identifier: GPL-2.0-only
"""One bit of the loaded crash image flips, from outside, just before a crash."""

import os
import random
import re
import time
from dataclasses import dataclass

import gdbstub
from case import Case
from guest import read
from stop_case import StopSetup

SEED = os.environ.get("SEED") or str(time.time_ns() % 1000000)
NIGHTLY = 64
KINDS = ("kernel", "initrd", "boot data", "ELF core header")

SEGMENT = re.compile(r"segment (\d+): mem (0x\w+) memsz 0x\w+ bufsz (0x\w+), (.+)$", re.M)
# The kernel writes there on its way out.
TIMELINE = re.compile(r"timeline: (0x\w+), (\d+) bytes$", re.M)
CRASHED = "Kernel panic - not syncing: sysrq triggered crash"
REPORT = r"^kexec: segment {} \({}\) is not as it was loaded: (0x\w{{16}}) - (0x\w{{16}})"


@dataclass
class FlipCase(Case):
    """A crash with one bit of the crash image flipped.

    It is drawn by @seed from all bytes of @segment, of all segments if that is None;
    only from those of @text, if it is there. With @spare none is flipped. @policy is
    what the trampoline says that it will do about it.
    """

    stage: str = "armed.sh"
    arrival: str = None
    stages: int = 1
    how: str = "-s -d"
    memory: str = "512M"
    timeout: int = 120
    weight: int = 3
    segment: str = None
    text: str = None
    seed: str = SEED
    spare: bool = False
    policy: str = "; resetting the machine"

    def setup(self, made, stock):
        return FlipSetup(self, made, stock)


class FlipSetup(StopSetup):
    """A flip with its files made, ready to run."""

    # It has been told to crash, and has not begun to.
    FUNCTION = "write_sysrq_trigger"

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.flipped = None

    def _first_words(self):
        return f"crashkernel=192M {super()._first_words()}"

    def _stopped(self, guest):
        self.over = True
        self._flip(read(guest.console))
        self.stub.close()

    def _flip(self, console):
        if self.case.spare:
            return
        places = loaded(console, self.case.segment)
        if self.case.text:
            places = [self._find(place) for place in places]
        source = random.Random(f"{self.case.seed}/{self.case.name}")
        number, name, address, bit = draw(places, record(console), source)
        print(f"# {self.case.name}: seed {self.case.seed}, bit {bit} of {address:#x}, "
              f"segment {number} ({name})", flush=True)
        self.stub.flip(address, bit)
        self.flipped = number, name, address

    def _find(self, place):
        """The part of a segment that the text takes."""
        number, name, mem, length = place
        at = self.stub.read(mem, length, physical=True).find(self.case.text.encode())
        if at < 0:
            raise gdbstub.Refused(f"segment {number} ({name}) is without '{self.case.text}'")
        return number, name, mem + at, len(self.case.text)

    def _console(self):
        if not self.flipped:
            return super()._console() + (CRASHED,)
        return CRASHED, self._report() + self.case.policy

    def _report(self):
        return REPORT.format(*self.flipped[:2])

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        return found + list(self._complaints(read(guest.console))), report

    def _complaints(self, console):
        """What is wrong with how the flip was met."""
        if self.case.spare:
            return
        if not self.flipped:
            yield "no bit was flipped"
            return
        address = self.flipped[2]
        for start, end in re.findall(self._report(), console, re.M):
            if not int(start, 16) <= address < int(end, 16):
                yield f"the report is about {start} - {end}, not about {address:#x}"


def loaded(console, wanted):
    """Number, name, address and length of the segments; of @wanted alone unless that is None."""
    places = [(int(number), name, int(mem, 16), int(length, 16))
              for number, mem, length, name in SEGMENT.findall(console) if wanted in (None, name)]
    if not places:
        raise gdbstub.Refused(f"no segment {wanted or ''} was loaded")
    return places


def record(console):
    """The addresses that the handover itself writes to."""
    found = TIMELINE.search(console)
    start = int(found.group(1), 16)
    return range(start, start + int(found.group(2)))


def draw(places, taboo, source):
    """Draws a bit, all of @places but those of @taboo as likely; says where it is."""
    while True:
        number, name, mem, length = source.choices(places, [place[-1] for place in places])[0]
        address = mem + source.randrange(length)
        if address not in taboo:
            return number, name, address, source.randrange(8)


def gate():
    """Three bits of every kind of segment, and what nothing has happened to."""
    for kind in KINDS:
        for number in range(3):
            yield FlipCase(f"flip-{kind.lower().replace(' ', '-')}-{number}", segment=kind)
    yield FlipCase("flip-command-line", segment="boot data", text="console=ttyS0 panic=1")
    yield FlipCase("flip-xxh64", cpu="qemu64")
    yield FlipCase("flip-stop", append="panic=0", policy="; stopped", until="loaded: .*; stopped")
    for name, cpu in (("flip-none", "max"), ("flip-none-xxh64", "qemu64")):
        yield FlipCase(name, arrival="crashed.sh", stages=2, spare=True, cpu=cpu, weight=5)


def nightly():
    """Bits anywhere."""
    for number in range(NIGHTLY):
        yield FlipCase(f"flip-anywhere-{number}")
