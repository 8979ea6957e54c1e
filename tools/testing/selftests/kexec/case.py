# SPDX-License-Identifier: GPL-2.0-only
"""A guest test: what it is made of, how it is set up and judged."""

import os
import shutil
from dataclasses import dataclass, field

import images
from guest import Guest
from initramfs import Archive
from judges import includes, value

# A check of the timer fails on a host that is busy, and is about nothing that is tested here.
CONSOLE = "console=ttyS0 panic=1 no_timer_check"
FIRST = CONSOLE + " i8042.noaux"
TOOL = "/bin/kexec"
CRASHED = ("crashed.sh", "captured.sh", "crashed-saved.sh", "kdump-save.sh")
# Their command lines are longer than what the case says.
TOLD_MORE = CRASHED + ("arrive-parts.sh",)
DISTRIBUTION_TOOL = "/sbin/kexec"


@dataclass
class Case:
    """One guest test.

    @stage is the script of the first kernel, @arrival that of the last one,
    None where nothing is jumped into; @relay is that of a kernel between them.
    @console are patterns the console must show in this order; a guest that shows
    @until has come to its end, though it does not reset.
    With @arrival_tools the last one can run our programs, too.
    @other is a second kernel to load beside @target, @packed are compressors
    that more copies of @target come packed by.
    """

    name: str
    stage: str = "boot.sh"
    arrival: str = "arrive.sh"
    relay: str = None
    first: str = "own"
    target: str = "own"
    other: str = None
    packed: tuple = ()
    tool: str = "own"
    how: str = "-s"
    payload: int = 1
    memory: str = "1G"
    cpus: str = "1"
    cpu: str = "max"
    options: tuple = ()
    append: str = ""
    arrival_append: str = ""
    settings: dict = field(default_factory=dict)
    stages: int = 2
    judges: tuple = ()
    console: tuple = ()
    until: str = None
    disk: bool = False
    arrival_tools: bool = False
    timeout: int = 180
    weight: int = 5

    def setup(self, made, stock):
        return Setup(self, made, stock)

    def needs(self, stock=False):
        """The targets of the Makefile that make what the case is set up from."""
        roles = [self.kernel(role, stock) for role in (self.first, self.target, self.other) if role]
        tool = "tool" if self.tool == "own" else "distro"
        return {tool, *map(images.maker, roles)}

    def kernel(self, role, stock):
        return "stock" if stock and role == "own" else role


class Setup:
    """A case with its files made, ready to run."""

    def __init__(self, case, made, stock=False):
        self.case = case
        self.images = made
        self.first = made.kernel(case.kernel(case.first, stock))
        self.target = made.kernel(case.kernel(case.target, stock))
        # however it is packed, this tells its release
        self.bzimage = made.kernel(case.kernel(case.target.partition(":vmlinux")[0], stock))
        self.directory = made.path("guest", case.name)
        self.command_line = self._command_line()

    def _command_line(self):
        case = self.case
        if not case.arrival:
            return None
        line = f"{CONSOLE} kx.sum={self.images.payload(case.payload)[1]} {self._last_words()}"
        return fill(line.strip(), images.command_line_limit(self.bzimage))

    def _first_words(self):
        return self.case.append

    def _last_words(self):
        return self.case.arrival_append

    def _settings(self):
        return self.case.settings

    def watch(self, guest):
        """Called now and then while the guest runs."""

    def guest(self):
        """Writes the first initramfs and returns the guest."""
        case = self.case
        initrd = os.path.join(self.directory, "first.cpio")
        with Archive(initrd) as archive:
            self._first_stage(archive)
        return Guest(case.name, self.first, initrd, f"{FIRST} {self._first_words()}", self.images.logs,
                     case.memory, case.cpus, case.cpu, self._options(), case.timeout, case.until)

    def _options(self):
        options = list(self.case.options)
        if self._needs_disk():
            options += ["-drive", "if=virtio,format=raw,readonly=on,file=" + self.images.disk()]
        return options

    def _needs_disk(self):
        return self.case.disk or self.case.payload in images.LARGE

    def _first_stage(self, archive):
        self._loading_stage(archive, self.case.stage)
        archive.file("bin/kexec_selftest", self.images.selftest, 0o755)
        if not self.case.arrival:
            self._no_next_stage(archive)
        elif self.case.relay:
            relay = os.path.join(self.directory, "relay.cpio")
            with Archive(relay) as between:
                self._loading_stage(between, self.case.relay)
                self._next_stage(between)
            archive.file("boot/initrd", relay)
            archive.data("boot/cmdline", f"{CONSOLE} {self._last_words()}".strip())
        else:
            self._next_stage(archive)

    def _no_next_stage(self, archive):
        """What is loaded and never entered needs no user space: any file will do."""
        path, digest = self.images.payload(1)
        archive.file("payload", path)
        archive.data("payload.sum", digest)
        archive.data("boot/cmdline", CONSOLE)
        archive.link("boot/initrd", "/payload")

    def _loading_stage(self, archive, stage):
        """Adds what a stage needs that loads the next kernel."""
        own = self.case.tool == "own"
        tool = TOOL if own else DISTRIBUTION_TOOL
        settings = {"TOOL": tool, "HOW": self.case.how, **self._settings()}
        self.images.stage(archive, stage, settings)
        archive.file("boot/kernel", self.target)
        for compressor in self.case.packed:
            packed = self.images.kernel(f"{self.case.target}:{compressor}")
            archive.file("boot/packed/" + compressor, packed)
        if self.case.other:
            archive.file("boot/other", self.images.kernel(self.case.other))
        if own:
            archive.file("bin/kexec", self.images.tool(), 0o755)
        else:
            archive.tree("", self.images.distribution_tool())

    def _next_stage(self, archive):
        """Adds the initramfs and the command line of the last kernel."""
        archive.data("boot/cmdline", self.command_line)
        if self.case.payload in images.LARGE:
            archive.link("boot/initrd", f"/mnt/initrd-{self.case.payload}")
            return
        path = os.path.join(self.directory, "last.cpio")
        self.images.arrival(path, self.case.arrival, self.case.payload, self._arrival_tools)
        archive.file("boot/initrd", path)

    def _arrival_tools(self, archive):
        if self.case.arrival_tools:
            archive.file("bin/kexec", self.images.tool(), 0o755)
            archive.file("bin/kexec_selftest", self.images.selftest, 0o755)

    def judge(self, guest, problems):
        """All that is wrong with what @guest reported, given how it ended."""
        report = guest.report()
        short = report.shortfall(self.case.stages)
        missing = guest.missing(self.case.console)
        found = list(problems) + report.problems + self._splats(guest)
        if missing:
            found.append(f"the console does not show '{missing}' where it should")
        if short:
            return found + [short], report
        return found + [said for judge in self._judges() if (said := judge(report.facts))], report

    def _splats(self, guest):
        return guest.splats()

    def _judges(self):
        if not self.case.arrival:
            return self.case.judges
        line = includes if self.case.arrival in TOLD_MORE else value
        return (value("release", images.release(self.first), 0),
                value("release", images.release(self.bzimage)),
                line("cmdline", self.command_line)) + self.case.judges

    def clean(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def fill(line, limit):
    """Replaces a "%fill%" in @line so that the line is @limit characters long."""
    return line.replace("%fill%", "f" * (limit - len(line) + len("%fill%")))
