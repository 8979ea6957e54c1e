# SPDX-License-Identifier: GPL-2.0-only
"""The installed kselftest directory, run on ours and on the stock kernel, in two user spaces."""

import os
from dataclasses import dataclass

from case import Case, Setup
from images import HERE, SCRIPTS

# What the stock kernel lacks or is not asked for, by the words with which a program says so.
LACKING = {
    "kexec_arguments": "this kernel has no /sys/kernel/kexec",
    "kexec_sysfs": "this kernel has no /sys/kernel/kexec",
    "kexec_killed": "this kernel has no /sys/kernel/kexec",
    "kexec_return": "KEXEC_JUMP=1 asks for that",
    "kexec_tool.sh": "this kernel has no /sys/kernel/kexec",
}
# They are about IMA, which the small kernels do not have; they say so in words of their own.
OF_IMA = {"test_kexec_load.sh", "test_kexec_file_load.sh"}


@dataclass
class KselftestCase(Case):
    """A guest that runs kselftest, if it is @debian in the user space of a Debian disk."""

    debian: bool = False

    def setup(self, made, stock):
        return KselftestSetup(self, made, stock)

    def needs(self, stock=False):
        return super().needs(stock) | {"kselftest"} | ({"debian"} if self.debian else set())


class KselftestSetup(Setup):
    """The case with its files made, ready to run."""

    def _first_stage(self, archive):
        super()._first_stage(archive)
        self.images.need("kselftest/run_kselftest.sh", "make kselftest")
        archive.tree("opt/kselftest", self.images.path("kselftest"))
        archive.file("lib/kselftest-judge.sh", os.path.join(SCRIPTS, "kselftest-judge.sh"))
        if self.case.debian:
            archive.file("lib/kselftest-inside.sh", os.path.join(SCRIPTS, "kselftest-inside.sh"))

    def _options(self):
        if not self.case.debian:
            return super()._options()
        disk = self.images.need("debian/disk.ext4", "make debian")
        return [*super()._options(), "-drive", f"if=virtio,format=raw,readonly=on,file={disk}"]


def programs():
    """The programs of the Makefile, each in its line there."""
    words = set()
    with open(os.path.join(HERE, "Makefile"), encoding="utf-8") as text:
        for line in text.read().replace("\\\n", " ").splitlines():
            if line.startswith(("LIVE_PROGRAMS :=", "TEST_PROGS :=")):
                words |= set(line.partition(":=")[2].split())
    return words


def ran_all_but(lacking):
    """All programs ran, and skipped nothing, but for what @lacking has, with the words it has."""
    def judge(facts):
        found = facts[-1]
        for program in sorted(programs() - OF_IMA):
            said = found.get("skips." + program, "").strip()
            ran = found.get(program)
            if ran != ("skipped" if program in lacking else "ran"):
                return f"{program} {ran or 'did not report'}: {said}"
            if lacking.get(program, "") not in said:
                return f"{program} skips for another reason: {said}"
        return None
    return judge


def skips(program, words):
    """What @program cannot check on this kernel is skipped by name, and nothing else."""
    def judge(facts):
        said = facts[-1].get("skips." + program, "").strip()
        return None if said == words else f"{program} skips '{said}', not '{words}'"
    return judge


NO_REASONS = "the log says why a load was refused: this kernel does not;"
# What it loads and should not.
LOADED = {"kexec_refused": "".join(f" {name}: this kernel loads it;" for name in (
    "file: cut off in the middle", "segments: unknown high flag",
    "crash file: cut off in the middle"))}
COMMON = {"arrival": None, "stages": 1, "cpus": "2", "append": "crashkernel=128M", "memory": "2G",
          "timeout": 1500, "weight": 120}


def on(name, kernel, stage="kselftest.sh", **more):
    """The case of one kernel, with what has to come of it."""
    whole = sorted(programs() - OF_IMA - set(LACKING))
    if kernel == "own":
        judges = (ran_all_but({}), *(skips(program, "") for program in sorted(programs() - OF_IMA)))
    else:
        judges = (ran_all_but(LACKING),
                  *(skips(program, f"{NO_REASONS}{LOADED.get(program, '')}") for program in whole))
    return KselftestCase(name, stage, first=kernel, target=kernel, judges=judges, **COMMON, **more)


def core():
    yield on("kselftest", "own")


def nightly():
    yield on("kselftest-stock", "stock")
    yield on("debian-kselftest", "own", "kselftest-debian.sh", debian=True)
    yield on("debian-kselftest-stock", "stock", "kselftest-debian.sh", debian=True)
