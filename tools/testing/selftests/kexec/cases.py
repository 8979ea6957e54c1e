# SPDX-License-Identifier: GPL-2.0-only
"""The table of guest tests, and how one of them is set up and judged."""

import dataclasses
import os
import shutil
from dataclasses import dataclass, field

import images
from guest import Guest
from initramfs import Archive

CONSOLE = "console=ttyS0 panic=1"
FIRST = CONSOLE + " i8042.noaux"
TOOL = "/bin/kexec"
DISTRIBUTION_TOOL = "/sbin/kexec"
FOUR_GIB = 1 << 32
SANITIZER_SLOWDOWN = 8
SANITIZER_MEMORY = 1024

NUMA = ("-object", "memory-backend-ram,id=m0,size=1G",
        "-object", "memory-backend-ram,id=m1,size=1G",
        "-numa", "node,nodeid=0,memdev=m0,cpus=0",
        "-numa", "node,nodeid=1,memdev=m1,cpus=1")
FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
FIRMWARE_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
EFI = ("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}",
       "-drive", f"if=pflash,format=raw,unit=1,snapshot=on,file={FIRMWARE_VARIABLES}")


# Judges: each looks at the facts of all stages and returns what is wrong, or None.

def same(key, stage=0):
    """The last kernel must find what the one of @stage found, and find something."""
    def judge(facts):
        first, last = facts[stage].get(key), facts[-1].get(key)
        if not first:
            return f"kernel {stage + 1} says nothing of its {key}"
        return None if first == last else f"{key} was '{first}' and is '{last}' after the jump"
    return judge


def value(key, wanted, stage=-1):
    def judge(facts):
        found = facts[stage].get(key)
        return None if found == wanted else f"{key} is '{found}', not '{wanted}'"
    return judge


def at_least(key, wanted, base=10, stage=-1):
    def judge(facts):
        found = facts[stage].get(key, "")
        try:
            number = int(found, base)
        except ValueError:
            return f"{key} is '{found}', not a number"
        return None if number >= wanted else f"{key} is {found}, below {wanted:#x}"
    return judge


def length(key, wanted):
    def judge(facts):
        found = len(facts[-1].get(key, ""))
        return None if found == wanted else f"{key} is {found} characters long, not {wanted}"
    return judge


def contains(key, word, stage=-1):
    def judge(facts):
        found = facts[stage].get(key, "")
        return None if word in found.split() else f"{key} is '{found}', without '{word}'"
    return judge


def steady(key):
    """Every stage must find the same."""
    def judge(facts):
        found = {stage.get(key) for stage in facts}
        return None if len(found) == 1 else f"{key} changed on the way: {sorted(map(str, found))}"
    return judge


def includes(key, wanted):
    def judge(facts):
        found = facts[-1].get(key, "")
        return None if wanted in found else f"{key} is '{found}', without '{wanted}'"
    return judge


def before(key, seconds):
    """A time stamp of the last kernel's log must be early."""
    def judge(facts):
        found = facts[-1].get(key, "")
        try:
            return None if float(found) < seconds else f"{key} came after {found} s, not within {seconds}"
        except ValueError:
            return f"{key} never came ('{found}')"
    return judge


@dataclass
class Case:
    """One guest test.

    @stage is the script of the first kernel, @arrival that of the last one,
    None where nothing is jumped into; @relay is that of a kernel between them.
    """

    name: str
    stage: str = "boot.sh"
    arrival: str = "arrive.sh"
    relay: str = None
    first: str = "own"
    target: str = "own"
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
    disk: bool = False
    timeout: int = 180
    weight: int = 10

    def kernel(self, role, stock):
        return "stock" if stock and role == "own" else role


class Setup:
    """A case with its files made, ready to run."""

    def __init__(self, case, made, stock=False):
        self.case = case
        self.images = made
        self.first = made.kernel(case.kernel(case.first, stock))
        self.target = made.kernel(case.kernel(case.target, stock))
        self.directory = made.path("guest", case.name)
        self.command_line = self._command_line()

    def _command_line(self):
        case = self.case
        if not case.arrival:
            return None
        line = f"{CONSOLE} kx.sum={self.images.payload(case.payload)[1]} {case.arrival_append}"
        return fill(line.strip(), images.command_line_limit(self.target))

    def guest(self):
        """Writes the first initramfs and returns the guest."""
        case = self.case
        initrd = os.path.join(self.directory, "first.cpio")
        with Archive(initrd) as archive:
            self._first_stage(archive)
        append = fill(f"{FIRST} {case.append}".strip(), images.command_line_limit(self.first))
        return Guest(case.name, self.first, initrd, append, self.images.logs,
                     case.memory, case.cpus, case.cpu, self._options(), case.timeout)

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
        settings = {"TOOL": tool, "HOW": self.case.how, **self.case.settings}
        self.images.stage(archive, stage, settings)
        archive.file("boot/kernel", self.target)
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
        self.images.arrival(path, self.case.arrival, self.case.payload)
        archive.file("boot/initrd", path)

    def judge(self, guest, problems):
        """All that is wrong with what @guest reported, given how it ended."""
        report = guest.report()
        short = report.shortfall(self.case.stages)
        found = list(problems) + report.problems + guest.splats()
        if short:
            return found + [short], report
        return found + [said for judge in self._judges() if (said := judge(report.facts))], report

    def _judges(self):
        if not self.case.arrival:
            return self.case.judges
        # What a crash kernel must know of the dead one comes beside its own command line.
        line = includes if self.case.arrival == "crashed.sh" else value
        return (value("release", images.release(self.first), 0),
                value("release", images.release(self.target)),
                line("cmdline", self.command_line)) + self.case.judges

    def clean(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def fill(line, limit):
    """Replaces a "%fill%" in @line so that the line is @limit characters long."""
    return line.replace("%fill%", "f" * (limit - len(line) + len("%fill%")))


def boots():
    """Every kernel with every payload, through kexec -s."""
    memory = {1: "1G", 64: "2G", 512: "4G"}
    for target in ("own", "cloud", "6.1"):
        for size in (1,) + images.LARGE:
            yield Case(f"boot-{target}-{size}", target=target, payload=size, memory=memory[size],
                       timeout=180 + size, weight=10 + size // 8,
                       judges=(at_least("memory", 800000),))


def machines():
    """Guests of many shapes."""
    yield Case("cpus-1-qemu64-512M", cpu="qemu64", memory="512M",
               judges=(value("cpus", "1"), value("la57", "0"), before("crng", 0.2),
                       contains("setup_data", "0x9"), at_least("memory", 400000)))
    yield Case("cpus-2-la57-2G", cpus="2", memory="2G",
               judges=(value("cpus", "2"), value("la57", "2"), at_least("memory", 1700000)))
    yield Case("cpus-2-la57-off", cpus="2", arrival_append="no5lvl",
               judges=(value("la57", "2", 0), value("la57", "0")))
    yield Case("cpus-8-2G", cpus="8", memory="2G", weight=30, timeout=300,
               judges=(value("cpus", "8"), at_least("memory", 1700000)))
    yield Case("numa-2", cpus="2,sockets=2", memory="2G", options=NUMA, judges=(value("nodes", "2"),))
    yield Case("memory-6G", memory="6G", payload=64, weight=20,
               judges=(at_least("ramdisk", FOUR_GIB, 16), at_least("memory", 5500000)))


def tools():
    """The distribution's tool on our kernel, and ours on the distribution's kernel."""
    yield Case("kexec-tools-c", "unload.sh", tool="distribution", how="-c")
    yield Case("kexec-tools-s", "unload.sh", tool="distribution")
    yield Case("kexec-tools-crash-c", "crash-slot.sh", "crashed.sh", tool="distribution", how="-c",
               append="crashkernel=256M", weight=20)
    yield Case("kexec-tools-crash-s", "crash-slot.sh", "crashed.sh", tool="distribution",
               append="crashkernel=256M", weight=20)
    yield Case("crash-slot", "crash-slot.sh", "crashed.sh", append="crashkernel=256M", weight=20)
    yield Case("on-distribution-kernel", "unload.sh", first="cloud", target="cloud")


def handed_over():
    """What one kernel must tell the next."""
    yield Case("command-line-full", arrival_append="kx.fill=%fill%",
               judges=(length("cmdline", 2047),))
    yield Case("firmware-bios", disk=True, judges=(
        same("memmap"), same("acpi_tables"), same("video"), same("edd"),
        at_least("edd_devices", 1, 16), contains("setup_data", "0x9")))
    yield Case("firmware-efi", options=EFI, arrival_append="reboot=efi", weight=40, judges=(
        same("memmap"), same("acpi_tables"), same("video"), same("efi"), same("efi_runtime"),
        at_least("efi_runtime", 1), at_least("rsdp", 1, 16), contains("setup_data", "0x4")))
    yield Case("firmware-map-long", "long-map.sh", relay="boot.sh", stages=3, weight=20,
               judges=(at_least("memmap_entries", 140, stage=1), same("memmap", 1)))
    yield Case("chain-20", "chain.sh", None, settings={"HOPS": "20"}, stages=21, timeout=400,
               weight=120, judges=(steady("cmdline"), steady("release"), value("hop", "20")))


def calls():
    """The system calls themselves."""
    crash = "crashkernel=128M"
    yield Case("errors", "errors.sh", append=crash, settings={"END": "jump"}, timeout=400,
               weight=40)
    yield Case("errors-crash", "errors.sh", "crashed.sh", append=crash, settings={"END": "crash"},
               timeout=400, weight=40)
    yield Case("cycles", "cycles.sh", None, disk=True, stages=1, timeout=300, weight=40)
    yield Case("race", "race.sh", None, cpus="2", stages=1, timeout=300, weight=40)
    yield Case("context", "context.sh", None, cpus="2", stages=1)
    yield Case("limits", "limits.sh", None, append=crash, stages=1)
    yield Case("names", "names.sh", None, cpus="2", append=crash, stages=1)
    yield Case("disabled", "disabled.sh")


def nightly():
    """The same on the kernel with sanitizers, and combinations the gate leaves out."""
    for case in list(gate()):
        if "own" in (case.first, case.target) and case.payload <= 64:
            yield sanitized(case)
    for target in ("own", "cloud", "6.1"):
        yield Case(f"high-{target}-512", target=target, cpus="8", memory="6G", payload=512,
                   timeout=900, weight=200,
                   judges=(value("cpus", "8"), at_least("ramdisk", FOUR_GIB, 16)))
    yield Case("kexec-tools-c-512", tool="distribution", how="-c", payload=512, memory="4G",
               timeout=900, weight=100)
    yield Case("from-stock", first="stock")
    yield Case("to-stock", target="stock")
    yield Case("chain-100", "chain.sh", None, settings={"HOPS": "100"}, stages=101, timeout=2000,
               weight=600, judges=(steady("cmdline"), value("hop", "100")))


def sanitized(case):
    """The case on the slower and larger kernel with sanitizers."""
    swap = {"own": "debug"}
    fixed_memory = case.options is NUMA
    return dataclasses.replace(
        case, name="debug-" + case.name,
        first=swap.get(case.first, case.first), target=swap.get(case.target, case.target),
        memory=case.memory if fixed_memory else more_memory(case.memory),
        timeout=case.timeout * SANITIZER_SLOWDOWN, weight=case.weight * SANITIZER_SLOWDOWN)


def more_memory(size):
    """A QEMU memory size, and what the sanitizers' own book-keeping takes."""
    mebibytes = int(size[:-1]) * {"M": 1, "G": 1024}[size[-1]]
    return f"{mebibytes + SANITIZER_MEMORY}M"


def gate():
    for group in (boots, machines, tools, handed_over, calls):
        yield from group()


def table(night=False):
    """All cases, the longest first."""
    cases = list(gate()) + (list(nightly()) if night else [])
    return sorted(cases, key=lambda case: -case.weight)
