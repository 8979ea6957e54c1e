# SPDX-License-Identifier: GPL-2.0-only
"""One bit of the loaded normal image flips, from outside, as the reboot call begins."""

import mmap
import os
import random
import re
from dataclasses import dataclass

import flip_cases
import format_cases
import gdbstub
from case import Case
from guest import read
from judges import value
from qmp import Qmp
from stop_case import StopSetup

# Whatever else there is to be done first, an instruction is executed then.
STEPS = 16
NIGHTLY = 64
SEGMENT = re.compile(r"segment (\d+): mem 0x\w+ memsz 0x\w+ bufsz 0x\w+, (.+)$", re.M)
# The script's line for each load, with what sysfs says of its segments.
LOADED = re.compile(r"loaded, (\w*): (\d+) (.*)$", re.M)
RANGE = re.compile(r"(0x\w+) (0x\w+) (\d+)")
CONTROL = "control pages"
TRAMPOLINE = re.compile(r"trampoline at (0x\w+)$", re.M)
DAMAGED_CONTROL = "its control pages are not as they were loaded"
DAMAGED = r"segment {}{}, (0x\w+)-(0x\w+), is not as it was loaded"
REFUSED = "^.*kexec: normal image not started: "
WORD = "kx.flip=aaaaaaaa"
# What stands in front of the word of a load in its segments.
WORDS = {"boot data": "kx.word=", "modules": "module"}


@dataclass
class ChangedCase(Case):
    """Reboot calls that find a bit of the loaded image flipped, one after the other.

    There is a round for each of @kinds, of which a bit flips then; it is the name of a
    segment, its number where the call gives it none, or CONTROL; None draws from all
    segments.  A last load is left alone, and entered; with @unnoticed a bit of that text
    flips there, and is not noticed.  @jump is how it is entered.  @arguments and @line are
    what is loaded beside the kernel; by itself the line is the arrival's.  With @searched
    bytes may lie elsewhere than where they will run from: those of WORDS are looked for.
    """

    stage: str = "changed.sh"
    memory: str = "512M"
    how: str = "-s -d"
    kinds: tuple = ()
    unnoticed: str = None
    jump: str = "-e"
    arguments: str = "--initrd=/boot/initrd"
    line: str = None
    searched: bool = False
    seed: str = flip_cases.SEED
    weight: int = 15

    def setup(self, made, stock):
        return ChangedSetup(self, made, stock)


@dataclass
class Loaded:
    """What the console says of a load."""

    word: str
    bounced: int
    segments: list
    control: int

    @classmethod
    def last(cls, console):
        *before, (_, line) = [(found.end(), found) for found in LOADED.finditer(console)]
        text = console[before[-1][0] if before else 0:line.start()]
        names = {int(number): name for number, name in SEGMENT.findall(text)}
        ranges = [(int(start, 16), int(end, 16), int(size))
                  for start, end, size in RANGE.findall(line.group(3))]
        control = TRAMPOLINE.search(text)
        segments = [(number, names.get(number), *place) for number, place in enumerate(ranges)]
        return cls(line.group(1), int(line.group(2)), segments,
                   control and int(control.group(1), 16))

    def places(self, kind):
        """Number, name, address and length of the bytes that a flip may be drawn from."""
        if kind == CONTROL and self.control:
            return [(None, CONTROL, self.control, mmap.PAGESIZE)]
        found = [(number, name, start, size) for number, name, start, _, size in self.segments
                 if kind in (None, name, number)]
        if not found:
            raise gdbstub.Refused(f"there is no {kind} among {self.segments}")
        return found

    def end(self, number):
        return self.segments[number][3]


@dataclass
class Flip:
    """A bit that was flipped, and what is to be said of it."""

    number: int
    name: str
    start: int
    end: int

    def complaint(self, reason):
        """What is wrong with the reason that the kernel gave."""
        if self.name == CONTROL:
            return None if reason == DAMAGED_CONTROL else f"it is said of control pages: {reason}"
        name = rf" \({re.escape(self.name)}\)" if self.name else ""
        found = re.fullmatch(DAMAGED.format(self.number, name), reason)
        if not found:
            return f"it is said of segment {self.number} ({self.name}): {reason}"
        start, end = (int(text, 16) for text in found.groups())
        if start < self.end and self.start < end:
            return None
        return f"it is said of {self.start:#x}-{self.end:#x}: {reason}"


class ChangedSetup(StopSetup):
    """Rounds of flips with their files made, ready to run."""

    # Nothing of the image has been looked at yet.
    FUNCTION = "kernel_kexec"

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.monitor = os.path.join(self.directory, "qmp")
        self.source = random.Random(f"{case.seed}/{case.name}")
        self.flips = []

    def _first_words(self):
        return f"printk.devkmsg=on {super()._first_words()}"

    def _last_words(self):
        words = super()._last_words()
        return f"{words} {WORD}".strip() if self.case.unnoticed == WORD else words

    def _options(self):
        return super()._options() + ["-qmp", f"unix:{self.monitor},server=on,wait=off"]

    def _settings(self):
        case = self.case
        return {"ARGUMENTS": case.arguments, "LINE": case.line or self.command_line,
                "ROUNDS": str(len(case.kinds)), "JUMP": case.jump, **super()._settings()}

    def _stopped(self, guest):
        """A stop elsewhere is what a step has left behind."""
        if self.stub.register() == self.at:
            self._called(Loaded.last(read(guest.console)))
        else:
            self.stub.go()

    def _called(self, loaded):
        if len(self.flips) < len(self.case.kinds):
            self._flip(loaded, self.case.kinds[len(self.flips)])
            self._go_on()
            return
        self.over = True
        if self.case.unnoticed:
            self._flip_text(loaded)
        self.stub.close()

    def _go_on(self):
        """Past the breakpoint, which stays."""
        self.stub.clear(self.at)
        for _ in range(STEPS):
            if self.stub.step() != self.at:
                break
        else:
            raise gdbstub.Refused(f"the guest does not get on from {self.FUNCTION}()")
        self.stub.breakpoint(self.at)
        self.stub.go()

    def _flip(self, loaded, kind):
        if loaded.bounced and not self.case.searched:
            raise gdbstub.Refused(f"{loaded.bounced} bytes lie elsewhere than where they will run from")
        places = loaded.places(kind)
        number, name, address, bit = flip_cases.draw(places, (), self.source)
        if self.case.searched and kind in WORDS:
            self._flip_word(WORDS[kind] + loaded.word, number, name, loaded)
            return
        print(f"# {self.case.name}: seed {self.case.seed}, bit {bit} of {address:#x}, "
              f"segment {number} ({name})", flush=True)
        self.stub.flip(address, bit)
        self.flips.append(Flip(number, name, address, address + 1))

    def _flip_word(self, word, number, name, loaded):
        """Flips a bit of a word that only this load has, in all places."""
        path = os.path.join(self.directory, "memory")
        size = int(self.case.memory.rstrip("M")) << 20
        monitor = Qmp(self.monitor)
        monitor.command("pmemsave", val=0, size=size, filename=path)
        monitor.close()
        with open(path, "rb") as data, mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            for found in re.finditer(word.encode(), memory):
                self.stub.flip(found.end() - 1, 0)
        os.unlink(path)
        self.flips.append(Flip(number, name, loaded.segments[number][2], loaded.end(number)))

    def _flip_text(self, loaded):
        for _, _, start, size in loaded.places("boot data" if "-s" in self.case.how else None):
            at = self.stub.read(start, min(size, 4 * mmap.PAGESIZE), physical=True).find(
                self.case.unnoticed.encode())
            if at >= 0:
                self.stub.flip(start + at + len(self.case.unnoticed) - 1, 1)
                return
        raise gdbstub.Refused(f"'{self.case.unnoticed}' is in no segment")

    def _judges(self):
        if not self.case.arrival:
            return self.case.judges
        line = self.command_line
        if self.case.unnoticed:
            line = line.replace(self.case.unnoticed, self.case.unnoticed[:-1] + "c")
        return value("cmdline", line), *self.case.judges

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        return found + list(self._complaints(report.facts[:1])), report

    def _complaints(self, stages):
        """What is wrong with how the flips were met."""
        if len(self.flips) != len(self.case.kinds):
            yield f"{len(self.flips)} bits were flipped, not {len(self.case.kinds)}"
        for facts in stages:
            for number, flip in enumerate(self.flips, 1):
                complaint = flip.complaint(facts.get(f"error.{number}", ""))
                if complaint:
                    yield f"round {number}: {complaint}"


LINUX = ("kernel", "initrd", "boot data")
# They are low, where this kernel has what it began with.
MULTIBOOT = ("kernel", "modules", "boot data")
# By kexec_load, and away from where the running kernel lies and from its first allocations.
# What a load before it has left behind may be in the way there, so it is the only one.
CLAIMABLE = "-c --mem-min=0x8000000 --mem-max=0x30000000"


def image(variant, form, mode, kinds):
    """Another format, which has to arrive as in the tests of formats."""
    known = format_cases.examined(variant, form, mode)
    return ChangedCase("changed-" + variant, arrival=None, target=known.target, kinds=kinds,
                       arguments=known.arguments, line=known.line, judges=known.judges, weight=8,
                       searched=kinds is MULTIBOOT)


def unnoticed(name, **settings):
    return ChangedCase("changed-" + name, unnoticed=WORD, **settings)


def by_segments(number):
    return ChangedCase(f"changed-c-{number}", how=CLAIMABLE, memory="1G", kinds=(number,))


def gate():
    """A bit of each kind of memory that an image has; and what is not checked."""
    yield ChangedCase("changed", kinds=LINUX + (CONTROL,))
    yield by_segments(0)
    yield ChangedCase("changed-bounced", kinds=("boot data",), append="kexec.bounce=1", searched=True)
    yield image("multiboot2", "multiboot2", "protected", MULTIBOOT)
    yield image("elf64", "ELF", "long", ("program", "boot data", "entry"))
    yield unnoticed("unchecked-load", how="-s -d -i")
    yield unnoticed("unchecked-load-c", how=CLAIMABLE + " -i", memory="1G")
    yield unnoticed("unchecked-jump", jump="-e -i")
    yield Case("spinner", "spinner.sh", cpus="2", weight=6)


def nightly():
    """Bits anywhere, and what the gate leaves out."""
    yield ChangedCase("changed-xxh64", cpu="qemu64", kinds=("initrd", CONTROL))
    yield by_segments(2)
    yield image("multiboot", "multiboot", "protected", MULTIBOOT)
    yield image("bzimage", "bzImage", "long", LINUX)
    for number in range(4):
        yield ChangedCase(f"changed-anywhere-{number}", kinds=(None,) * (NIGHTLY // 4), timeout=600,
                          weight=60)
