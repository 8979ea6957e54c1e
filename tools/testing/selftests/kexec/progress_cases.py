# SPDX-License-Identifier: GPL-2.0-only
"""What kexec shows on a terminal while the kernel reads from a slow disk."""

from dataclasses import dataclass

from case import Case, Setup
from images import MIB

SPEED = 16 * MIB	# bytes a second: the initrd takes four of them


@dataclass
class ProgressCase(Case):
    """A distribution's kernel, which counts what a process reads, and a slow disk."""

    stage: str = "progress.sh"
    arrival: str = None
    first: str = "cloud"
    stages: int = 1
    memory: str = "2G"
    timeout: int = 240
    weight: int = 25
    console: tuple = (r"kexec: loading kernel, 1 s, [1-4]?\d % read",
                      r"kexec: loading kernel, \d+ s, [5-9]\d % read")

    def setup(self, made, stock):
        return ProgressSetup(self, made, stock)


class ProgressSetup(Setup):
    """The disk, and its driver."""

    def _options(self):
        drive = f"if=virtio,format=raw,readonly=on,throttling.bps-total={SPEED},file={self.images.disk()}"
        return ["-drive", drive]

    def _first_stage(self, archive):
        super()._first_stage(archive)
        archive.file("virtio_blk.ko", self.images.module(self.case.first, "virtio_blk"))


def core():
    yield ProgressCase("progress")
