# SPDX-License-Identifier: GPL-2.0-only
"""Guests whose clock counts instructions: what each measures, and its figures.

Under icount with shift 0 the guest's time stamp counter moves by one for every
instruction that is executed, so that figures do not depend on the machine.
The random numbers its processor gives are always the same ones, or where kernels
randomise themselves to would show.
"""

import os
import re
import shutil
import struct
import subprocess
from dataclasses import dataclass

from guest import Guest, read
from images import HERE, MIB
from initramfs import Archive

SOURCES = os.path.join(HERE, "bench_guest")
CONSOLE = "console=ttyS0 panic=1"
FIRST = CONSOLE + " i8042.noaux"
RESERVED = "crashkernel=256M"
SELF_EXTRACT = 1 << 16
NO_CHECK = 1 << 18
ON_CRASH = 1 << 1
NUMBER = re.compile(r"-?\d+")
PIECES = re.compile(r"kexec: check: CPU \d+ did (\d+) of (\d+) pieces")
SIZES = (64, 256, 1024, 3072)
SEED = "1"
ICOUNT = ("-icount", "shift=0,sleep=off", "-rtc", "base=2024-01-01T00:00:00,clock=vm")
TOOLS = {"own": "/bin/kexec", "distribution": "/sbin/kexec"}


class Failed(Exception):
    """A guest did not get through its measurement."""


@dataclass(frozen=True)
class Spec:
    """One guest.

    @first is the kernel that measures, None to start the target without one;
    @how is "call" for the system call by itself, "crash" for that and a crash,
    "sizes" for it at growing sizes, "divided" for the check of an image on several
    CPUs, or the option of the tool that loads.
    """

    first: str
    how: str
    target: str
    initrd: int
    tool: str = "own"
    flags: int = 0
    jump: bool = True
    memory: str = "2G"
    cpus: str = "1"
    timeout: int = 900
    weight: int = 1

    @property
    def name(self):
        how = self.how.lstrip("-") + ("-self-extract" if self.flags & SELF_EXTRACT else "")
        how += "-unchecked" if self.flags & NO_CHECK else ""
        return f"{self.first or 'cold'}-{how}-{self.target}-{self.initrd}"

    @property
    def counted(self):
        """Of several CPUs QEMU before 8.1 runs the first alone when it counts instructions."""
        return self.cpus == "1"

    @property
    def stages(self):
        return 2 if self.first and self.jump else 1


def specs(quick):
    """All guests, or those that take no longer than a few seconds."""
    return [spec for spec in _all_specs() if not quick or spec.weight < 5]


def _all_specs():
    for first, tool in (("stock", "distribution"), ("own", "own")):
        for size, weight in ((1, 1), (64, 20 if first == "stock" else 5)):
            yield Spec(first, "call", "payload", size, weight=weight)
            yield Spec(first, "call", "kernel", size, weight=weight)
            yield Spec(first, "-c", "payload", size, "distribution", weight=weight)
        yield Spec(first, "-s", "payload", 64, tool, jump=False, weight=weight)
        yield Spec(first, "crash", "payload", 64, flags=ON_CRASH, weight=weight)
    yield Spec("own", "call", "payload", 1, flags=NO_CHECK)
    yield Spec("own", "call", "payload", 64, flags=NO_CHECK, weight=5)
    yield Spec("own", "divided", "payload", 64, jump=False, cpus="2", weight=5)
    yield Spec("own", "call", "kernel", 1, flags=SELF_EXTRACT)
    yield Spec(None, "cold", "kernel", 1)
    yield Spec(None, "cold", "kernel", 64)
    yield Spec("own", "sizes", "payload", SIZES[-1], jump=False, memory="12G", timeout=3600,
               weight=100)


class Bench:
    """Runs measurements with the files of @made."""

    def __init__(self, made):
        self.made = made
        self.directory = made.path("guest", "bench")
        self.programs = made.path("bench")

    def prepare(self):
        """Makes what the guests share."""
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory)
        os.makedirs(self.programs, exist_ok=True)
        subprocess.run(["make", "-s", "-C", SOURCES, "TREE=" + self.made.path("tree"),
                        "OUTPUT=" + self.programs], check=True)
        for size in (1, 64):
            with Archive(self._initrd(size)) as archive:
                archive.directory("sys")
                archive.character_device("dev/console", 5, 1)
                archive.character_device("dev/ttyS1", 4, 65)
                archive.file("init", self._program("meter"), 0o755)
                archive.file("random", self.made.payload(size)[0])

    def _program(self, name):
        return os.path.join(self.programs, name)

    def _initrd(self, size):
        return os.path.join(self.directory, f"initrd-{size}")

    def target(self, spec):
        """The image that is entered: the same for whatever kernel loads it."""
        return self._program("payload") if spec.target == "payload" else self.made.kernel("own")

    def real_bytes(self, spec):
        """What the image holds: the initrd, and the kernel as its program headers tell."""
        if spec.target == "payload":
            kernel = os.path.getsize(self.target(spec))
        else:
            kernel = loaded_bytes(self.made.need("x86_64/vmlinux", "make kernel"))
        return kernel + os.path.getsize(self._initrd(spec.initrd))

    def run(self, spec, number):
        """Runs @spec for the @number-th time; returns its figures."""
        name = f"bench-{spec.name}-{number}"
        mailbox = os.path.join(self.directory, name + ".mailbox")
        initrd = os.path.join(self.directory, name + ".cpio")
        if spec.first:
            self._write_initramfs(initrd, spec)
        else:
            os.link(self._initrd(spec.initrd), initrd)
        kernel = self.made.kernel(spec.first) if spec.first else self.target(spec)
        guest = Guest(name, kernel, initrd, self._line(spec), self.made.logs, spec.memory,
                      spec.cpus, options=self._options(spec, mailbox), timeout=spec.timeout)
        try:
            return self._figures(spec, guest, guest.run(), mailbox)
        finally:
            for path in (initrd, mailbox):
                os.unlink(path)

    def _line(self, spec):
        if not spec.first:
            return CONSOLE
        return f"{FIRST} {RESERVED}" if spec.flags & ON_CRASH else FIRST

    def _options(self, spec, mailbox):
        """The mailbox is memory of a PCI device, which outlives the guest in a file."""
        with open(mailbox, "wb") as data:
            data.truncate(MIB)
        return (*(ICOUNT if spec.counted else ()), "-seed", SEED,
                "-object", f"memory-backend-file,id=mailbox,share=on,size=1M,mem-path={mailbox}",
                "-device", "ivshmem-plain,memdev=mailbox,addr=0x10")

    def _write_initramfs(self, path, spec):
        settings = {"HOW": spec.how, "TOOL": TOOLS[spec.tool], "FLAGS": spec.flags,
                    "JUMP": "yes" if spec.jump else "no", "SIZES": " ".join(map(str, SIZES))}
        with Archive(path) as archive:
            self.made.stage(archive, "bench.sh", settings)
            archive.file("bin/meter", self._program("meter"), 0o755)
            archive.file("boot/kernel", self.target(spec))
            archive.data("boot/cmdline", CONSOLE)
            if spec.how != "sizes":
                archive.file("boot/initrd", self._initrd(spec.initrd))
            if spec.tool == "own":
                archive.file("bin/kexec", self.made.tool(), 0o755)
            else:
                archive.tree("", self.made.distribution_tool())

    def _figures(self, spec, guest, problems, mailbox):
        report = guest.report()
        problems += report.problems + guest.splats()
        short = report.shortfall(spec.stages)
        if problems or short:
            raise Failed("; ".join(problems + ([short] if short else [])) +
                         f"; the console is {guest.console}")
        figures = {}
        for facts in report.facts:
            figures.update((key, number(text)) for key, text in facts.items())
        if spec.stages == 2:
            with open(mailbox, "rb") as data:
                figures["called"] = struct.unpack("<Q", data.read(8))[0]
        if spec.how == "divided":
            figures["share"] = busier_share(read(guest.console))
        if "load.taken" in figures:
            figures["real"] = self.real_bytes(spec)
        return figures


def busier_share(console):
    """How much of a check the busier CPU did, when it was divided best.

    It did half of it at least; what else the host does can only make that more.
    """
    shares = [int(done) / int(whole) for done, whole in PIECES.findall(console)]
    return min((share for share in shares if share >= 0.5), default=None)


def number(text):
    """A fact as a number where it is one, None where it is empty."""
    text = text.strip()
    return int(text) if NUMBER.fullmatch(text) else text or None


def loaded_bytes(vmlinux):
    """The file bytes of an ELF file's PT_LOAD segments."""
    with open(vmlinux, "rb") as data:
        header = data.read(64)
        offset, = struct.unpack_from("<Q", header, 0x20)
        size, count = struct.unpack_from("<HH", header, 0x36)
        data.seek(offset)
        table = data.read(size * count)
    headers = [struct.unpack_from("<II4Q", table, size * index) for index in range(count)]
    return sum(header[5] for header in headers if header[0] == 1)
