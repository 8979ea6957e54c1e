# SPDX-License-Identifier: GPL-2.0-only
"""Guests of other architectures: our kernel loads itself and enters that.

They have no user space but one static program (arch_guest), and ours for -s.
"""

import os
from dataclasses import dataclass

from case import Case, Setup
from guest import Guest, Machine
from images import KERNELS
from initramfs import Archive
from judges import at_least, includes, same, value

# These machines have one serial port, which is the console's.
TAP = ("-device", "virtio-serial-device", "-chardev", "file,id=tap,path={}",
       "-device", "virtserialport,chardev=tap")
RESERVED = "crashkernel=128M"
# As distributions start theirs: the crash may have come on any CPU.
CAPTURE = "nr_cpus=1"


@dataclass(frozen=True)
class Arch:
    """An architecture: the machine it has, and what its kernel calls that and its console.

    @by_file is the form of a kernel that kexec_file_load takes there.
    """

    emulated: Machine
    cpu: str
    machine: str
    console: str
    by_file: str


ARCHES = {
    "arm64": Arch(Machine("qemu-system-aarch64", ("-M", "virt"), TAP), "max", "aarch64",
                  "ttyAMA0", "arm64"),
    "riscv64": Arch(Machine("qemu-system-riscv64", ("-M", "virt"), TAP), "rv64", "riscv64",
                    "ttyS0", "riscv64:vmlinux"),
}


@dataclass
class ArchCase(Case):
    """A kernel of the architecture @arch that loads itself by files or by segments."""

    arch: str = ""
    by: str = "file"
    crash: bool = False
    memory: str = "512M"
    cpus: str = "2"
    timeout: int = 900
    weight: int = 60

    def setup(self, made, stock):
        return ArchSetup(self, made)

    def needs(self, stock=False):
        return {f"kernel-{self.arch}"}


class ArchSetup(Setup):
    """Such a case with its files made, ready to run."""

    def __init__(self, case, made):
        self.case = case
        self.images = made
        self.arch = ARCHES[case.arch]
        self.first = made.kernel(case.arch)
        self.target = made.kernel(self.arch.by_file)
        self.directory = made.path("guest", case.name)
        self.command_line = " ".join(filter(None, (
            self._console(), f"kx.from={case.name}", CAPTURE if case.crash else "")))

    def _console(self):
        return f"console={self.arch.console} panic=1"

    def _program(self, archive, name, place):
        kernel, step = KERNELS[self.case.arch]
        path = self.images.need(os.path.join(os.path.dirname(kernel), name), step)
        archive.file(place, path, 0o755)

    def _user_space(self, archive):
        archive.character_device("dev/console", 5, 1)
        self._program(archive, "stage", "init")

    def guest(self):
        case = self.case
        last = os.path.join(self.directory, "last.cpio")
        with Archive(last) as archive:
            self._user_space(archive)
        first = os.path.join(self.directory, "first.cpio")
        with Archive(first) as archive:
            self._user_space(archive)
            self._program(archive, "kexec", "bin/kexec")
            archive.file("boot/kernel", self.target if case.by == "file" else self.first)
            archive.file("boot/initrd", last)
            archive.data("boot/cmdline", self.command_line)
        line = f"{self._console()} kx.load={case.by}"
        if case.crash:
            line += f" kx.crash {RESERVED}"
        return Guest(case.name, self.first, first, line, self.images.logs, case.memory, case.cpus,
                     self.arch.cpu, case.options, case.timeout, emulated=self.arch.emulated)

    def _judges(self):
        case = self.case
        judges = (same("release"), value("machine", self.arch.machine),
                  value("cpus", case.cpus, 0), includes("cmdline", self.command_line))
        if case.crash:
            return judges + (value("dump", "yes"), at_least("registers", int(case.cpus)))
        return judges + (value("dump", None), value("cpus", case.cpus))


def nightly():
    """Both system calls and both slots of each architecture."""
    for arch in ARCHES:
        for by, letter in (("file", "s"), ("segments", "c")):
            yield ArchCase(f"{arch}-{letter}", arch=arch, by=by)
            yield ArchCase(f"{arch}-crash-{letter}", arch=arch, by=by, crash=True)
