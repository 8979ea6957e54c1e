# SPDX-License-Identifier: GPL-2.0-only
"""Files that must not be loaded, whatever is in the slots."""

from dataclasses import dataclass

import hostile
from case import Case, Setup

RESERVED = f"memmap={hostile.RESERVED_SIZE:#x}${hostile.RESERVED:#x}"


@dataclass
class HostileCase(Case):
    """All files of hostile.py, and the sound ones beside them."""

    def setup(self, made, stock):
        return HostileSetup(self, made, stock)


class HostileSetup(Setup):
    """The case with its files made, ready to run."""

    def _first_stage(self, archive):
        super()._first_stage(archive)
        end = size_of(self.case.memory)
        pack(archive, "sound", hostile.controls(end))
        pack(archive, "hostile", hostile.refused(end))


def size_of(memory):
    """Bytes of a QEMU memory size."""
    return int(memory[:-1]) * {"M": hostile.MIB, "G": hostile.GIB}[memory[-1]]


def pack(archive, directory, rows):
    """Adds the files of @rows, and a table that says what has to come of them."""
    table = []
    for number, row in enumerate(rows):
        # names have spaces and slashes; those of sound files are asked for
        file = row.name.replace(" ", "-") if directory == "sound" else number
        archive.data(f"{directory}/{file}", row.data)
        table.append(f"{file}\t{row.form}\t{row.error}\t{row.says}\t{row.name}\n")
    archive.data(f"{directory}/table", "".join(table))


@dataclass
class LargeCase(Case):
    """Files that take long to unpack."""

    def setup(self, made, stock):
        return LargeSetup(self, made, stock)


class LargeSetup(Setup):
    """The case with its files made, ready to run."""

    def _first_stage(self, archive):
        super()._first_stage(archive)
        for name, data in hostile.large():
            archive.data(f"boot/large.{name}", data)


def core():
    yield LargeCase("unpacking-killed", "interrupted.sh", None, stages=1, weight=20)
    yield HostileCase("hostile", "hostile.sh", append=f"crashkernel=192M {RESERVED}",
                      timeout=240, weight=25)
