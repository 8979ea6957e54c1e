# SPDX-License-Identifier: GPL-2.0-only
"""Loads where memory is short, or in the hands of somebody who does not let go of it."""

import dataclasses
import os
import subprocess
from dataclasses import dataclass

from case import Case, Setup
from images import MIB, administrator
from judges import at_least, at_most
from pair import Together

DISK_SIZE = 256 * MIB
COUNTED = ("-icount", "shift=0,sleep=off")
# A byte a second, but for the first 16 MiB.
STOPS = f"throttling.bps-read=1,throttling.bps-read-max={16 * MIB}"
SELF_EXTRACT = 1 << 16
ON_CRASH = 2


@dataclass
class SweepCase(Case):
    """Initrds around the size of free memory, beside a @neighbour that allocates.

    @flags are those of the load, @huge how many huge pages are reserved, @limit what the
    address space of the loader is limited to, in KiB.
    """

    stage: str = "sweep.sh"
    arrival: str = None
    stages: int = 1
    memory: str = "192M"
    timeout: int = 600
    weight: int = 30
    neighbour: str = "touch"
    flags: object = 0
    sizes: int = 20
    huge: int = 0
    limit: int = 0

    def setup(self, made, stock):
        return SweepSetup(self, made, stock)


class SweepSetup(Setup):
    """The case with a disk of its own."""

    def _settings(self):
        case = self.case
        return {"NEIGHBOUR": case.neighbour, "FLAGS": case.flags, "SIZES": case.sizes,
                "HUGE": case.huge, "LIMIT": case.limit, **super()._settings()}

    def _options(self):
        disk = os.path.join(self.directory, "disk")
        with open(disk, "wb") as image:
            image.truncate(DISK_SIZE)
        subprocess.run([administrator("mke2fs"), "-q", "-F", "-t", "ext4", disk], check=True)
        return super()._options() + ["-drive", "if=virtio,format=raw,file=" + disk]


# In the time of the guest.
SOON = at_most("load_hundredths", 500, stage=0)


@dataclass
class GroupCase(SweepCase):
    """Loads by processes in a control group that has little memory, or none left.

    The files are in the directory @where; @flags "segments" has one loaded by itself, by
    kexec_load, straight from a mapping.
    """

    stage: str = "limited.sh"
    first: str = "ima"
    memory: str = "512M"
    weight: int = 70
    where: str = "/mnt"

    def setup(self, made, stock):
        return GroupSetup(self, made, stock)


class GroupSetup(SweepSetup):
    """The case with its files and a disk of its own."""

    def _settings(self):
        return {"WHERE": self.case.where, **super()._settings()}


@dataclass
class StuckCase(Case):
    """Page cache that nobody will ever let go of is in the way of everything.

    It is that of a "server" of files, which does not answer, of a "disk" whose server does
    not, or of a file on a disk that has stopped: @stuck says which.
    """

    stage: str = "stuck.sh"
    memory: str = "512M"
    how: str = "-s -d"
    append: str = "loop.hw_queue_depth=1024"
    options: tuple = COUNTED
    timeout: int = 300
    weight: int = 60
    stuck: str = "disk"

    def setup(self, made, stock):
        return StuckSetup(self, made, stock)


class StuckSetup(Setup):
    """The case with its files made; the disk stops once so much of it has been read."""

    def _options(self):
        return [option.replace("readonly=on,", f"readonly=on,{STOPS},")
                for option in super()._options()]

    def _settings(self):
        return {"STUCK": self.case.stuck, **super()._settings()}


@dataclass
class LookCase(Case):
    """What the search for places looks at where nothing can be had.

    The same in a small guest and in one of the size @large, most of whose memory is kept
    from the kernel by the words @words; what is left to it is cluttered in both.
    """

    stage: str = "look.sh"
    arrival: str = None
    stages: int = 1
    how: str = "-s -d"
    memory: str = "2G"
    payload: int = 1
    timeout: int = 400
    weight: int = 60
    words: tuple = ()
    large: str = "128G"

    def setup(self, made, stock):
        return LookSetup(self, made, stock)


def sparse(size):
    """Memory that the host has to have only as far as it is touched."""
    return ("-object", f"memory-backend-ram,id=sparse,size={size},reserve=off",
            "-machine", "memory-backend=sparse")


class LookSetup(Together):
    """Both guests with their files made."""

    def __init__(self, case, made, stock):
        small = dataclasses.replace(case, append=case.words[0])
        large = dataclasses.replace(case, append=case.words[1], name=case.name + "-large",
                                    memory=case.large, options=sparse(case.large))
        super().__init__(case, [Setup(half, made, stock) for half in (small, large)],
                         "with " + case.large)

    def differences(self, small, large):
        """Each load looks at less than twice as much in the larger guest."""
        for key in [key for key in small if key.startswith("looked.")]:
            few, many = sorted((int(small[key]), int(large[key])))
            print(f"# {self.case.name}: {key} {small[key]} at {self.case.memory}, "
                  f"{large[key]} at {self.case.large}")
            if many >= 2 * few:
                yield (f"{key} is {small[key]} at {self.case.memory}, "
                       f"{large[key]} at {self.case.large}")


def core():
    # the next kernel would wait for the disk, too
    yield StuckCase("stuck-file", stuck="/mnt/initrd-512", disk=True,
                    arrival_append="initcall_blacklist=virtio_blk_init",
                    judges=(SOON, at_least("stuck_mib", 12, stage=0)))
    yield StuckCase("stuck-disk", judges=(SOON, at_least("stuck_mib", 12, stage=0),
                                          at_least("writeback_mib", 5, stage=0)))
    yield Case("killed", "killed.sh", None, append="crashkernel=192M", options=COUNTED, stages=1,
               weight=25)
    yield SweepCase("sweep")
    yield Case("told", "told.sh", None, target="test-elf64", other="test-multiboot", cpus="2",
               memory="512M", append="crashkernel=64M", stages=1, weight=20)


def nightly():
    """More memory, and every neighbour, machine size and way to load."""
    yield LookCase("look-movable", words=("", "kernelcore=2G"), large="16G")
    yield Case("crash-room", "crash-room.sh", None, target="test-bzimage", memory="512M",
               append="crashkernel=64M", stages=1, timeout=600, weight=80)
    yield LookCase("look-movable-128G", words=("", "kernelcore=5G"))
    # a kernel in the middle of memory would leave no room for that
    yield LookCase("look-cma-128G", words=("", "nokaslr hugetlb_cma=120G"))
    yield LookCase("look-huge-128G", words=("", "hugepagesz=1G hugepages=120"))
    yield StuckCase("stuck-server", stuck="server", memory="2G", timeout=600,
                    judges=(SOON, at_least("stuck_mib", 800, stage=0)))
    for neighbour in ("touch", "map", "files", "tmpfs", "exec"):
        for memory in ("128M", "192M", "256M", "384M"):
            yield SweepCase(f"sweep-{neighbour}-{memory}", neighbour=neighbour, memory=memory,
                            sizes=100, timeout=1800, weight=150)
    night = {"sizes": 100, "timeout": 1800, "weight": 150}
    yield SweepCase("sweep-cpus-2", cpus="2", **night)
    yield SweepCase("sweep-bounced", append="kexec.bounce=1", **night)
    yield SweepCase("sweep-itself", flags=SELF_EXTRACT, **night)
    # a kernel in the middle of memory would leave no room for the reservation
    yield SweepCase("sweep-crash", flags=ON_CRASH, memory="256M",
                    append="nokaslr crashkernel=120M", **night)
    yield SweepCase("sweep-huge", huge=20, memory="256M", **night)
    yield SweepCase("sweep-limited", limit=64 << 10, **night)
    yield GroupCase("sweep-cgroup")
    yield GroupCase("sweep-cgroup-tmpfs", where="/run")
    yield GroupCase("sweep-cgroup-bounced", append="kexec.bounce=1")
    yield GroupCase("sweep-cgroup-itself", flags=SELF_EXTRACT)
    yield GroupCase("sweep-cgroup-packed", target="own:vmlinux.xz")
    yield GroupCase("sweep-cgroup-segments", flags="segments")
    yield GroupCase("sweep-cgroup-crash", flags=ON_CRASH, append="nokaslr crashkernel=120M")
