# SPDX-License-Identifier: GPL-2.0-only
"""A guest that crashes on purpose, and what its dump must say of that."""

import json
import os
import re
import shutil
import socket
import uuid
from dataclasses import dataclass

from analyser import Analysis, Unreadable, run_judge
from case import Case, Setup
from guest import missing, read

# As distributions start theirs: the crash may have come on any CPU.
CAPTURE = "nr_cpus=1 reset_devices"
READY = "# ready"
MIB = 1 << 20
STREAM_ROOM = 256 * MIB
# What a panic says of where it is.
NAMED = re.compile(r"Kernel panic.*\n.* PID: (\d+) Comm: (.+?) (?:Kdump|Tainted|Not tainted)")


@dataclass
class CrashCase(Case):
    """A kernel that the script @trigger makes go wrong, and what its dump must say.

    @panic is a pattern of the panic text, @log are patterns that its log must show in
    this order. The panic must be laid to a task that the pattern @command matches; that
    is the culprit if not told, which runs on @culprit_cpu. @panic_cpu is where the panic
    must be, "any" for anywhere. The task of some CPU must be inside each of @functions,
    those of all CPUs inside @everywhere; @on_stack is for a stack that crash cannot unwind.
    @from_outside is what QEMU's monitor is told once the guest is ready for it. With
    @by_log the task is mostly the culprit, but always the one that the kernel itself names.
    """

    stage: str = "crashing.sh"
    arrival: str = "captured.sh"
    first: str = "crash"
    how: str = "-s -d"
    memory: str = "512M"
    weight: int = 20
    trigger: str = ""
    panic: str = ""
    log: tuple = ()
    functions: tuple = ()
    everywhere: str = None
    on_stack: tuple = ()
    command: str = "culprit"
    culprit_cpu: str = "0"
    panic_cpu: str = "0"
    from_outside: str = None
    by_log: bool = False

    def setup(self, made, stock):
        return CrashSetup(self, made, stock)

    def needs(self, stock=False):
        return super().needs(stock) | {"judges"}


@dataclass
class DistributionCase(CrashCase):
    """The same where the distribution's tool loads its own kernel as the crash kernel."""

    stage: str = "kdump-tools.sh"
    arrival: str = "kdump-save.sh"
    target: str = "cloud"
    tool: str = "distribution"
    memory: str = "1G"
    timeout: int = 300
    weight: int = 30

    def setup(self, made, stock):
        return DistributionSetup(self, made, stock)


class CrashSetup(Setup):
    """A crash case with its files made, ready to run."""

    dumps_made = ("d31", "elf")
    reserved = "crashkernel=192M"
    capture = CAPTURE

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.root = made.judges("root")
        self.vmlinux = made.vmlinux(case.first)
        self.dumps = os.path.join(self.directory, "dump")
        self.monitor = f"kexec-{uuid.uuid4()}"
        self.told = False

    def guest(self):
        shutil.rmtree(self.dumps, ignore_errors=True)
        os.makedirs(self.dumps)
        return super().guest()

    def _settings(self):
        return {"TRIGGER": self.case.trigger, "CPU": self.case.culprit_cpu, **super()._settings()}

    def _first_words(self):
        return f"{self.reserved} {super()._first_words()}"

    def _last_words(self):
        return f"{self.capture} {super()._last_words()}"

    def _options(self):
        share = f"local,path={self.dumps},mount_tag=dump,security_model=none"
        options = super()._options() + ["-virtfs", share]
        if self.case.from_outside:
            socket_there = f"socket,id=qmp,server=on,wait=off,abstract=on,path={self.monitor}"
            options += ["-chardev", socket_there, "-mon", "chardev=qmp,mode=control"]
        return options

    def _first_stage(self, archive):
        super()._first_stage(archive)
        self.images.script(archive, "culprit", "culprit")

    def _arrival_tools(self, archive):
        super()._arrival_tools(archive)
        archive.tree("", self.images.judges("makedumpfile"))

    def watch(self, guest):
        """Tells QEMU what the case wants once the guest is ready."""
        if self.case.from_outside and not self.told and READY in read(guest.tap):
            self.told = True
            tell(self.monitor, self.case.from_outside)

    def _splats(self, guest):
        """Only the crash kernel may not go wrong."""
        return guest.splats(after="sysrq triggered|Kernel panic|kexec: entering")

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        if not found:
            found = self._judge_dumps(report)
        return found, report

    def _judge_dumps(self, report):
        pid = report.facts[0].get("culprit")
        return [f"{name}: {said}" for name in self.dumps_made
                for said in self._judge_dump(name, pid)]

    def _judge_dump(self, name, pid):
        try:
            analysis = Analysis(self.root, self.vmlinux, self.dumps, name)
        except Unreadable as failure:
            return [str(failure)]
        with open(self.log(name), "w", encoding="utf-8") as out:
            out.write(analysis.text())
        return list(self._complaints(analysis, pid))

    def log(self, name):
        """Where the answers of crash stay."""
        return os.path.join(self.images.logs, f"{self.case.name}.{name}.crash")

    def _complaints(self, analysis, culprit):
        """Everything that crash says and should not."""
        case = self.case
        pid, command, cpu = analysis.panic_task
        if not re.search(case.panic, analysis.panic):
            yield f"the panic is '{analysis.panic}', not '{case.panic}'"
        if case.by_log:
            named = NAMED.search(analysis.answers["log"])
            if not named or named.groups() != (str(pid), command):
                yield f"the panic is laid to {pid}, '{command}', and by the log to another"
        elif not re.fullmatch(case.command, command):
            yield f"the panic is laid to '{command}', not to '{case.command}'"
        if command == "culprit" and pid != culprit:
            yield f"the panic is laid to process {pid}, not to {culprit}"
        if case.panic_cpu not in ("any", cpu):
            yield f"the panic is laid to CPU {cpu}, not to {case.panic_cpu}"
        yield from self._wrong_traces(analysis, pid, cpu)
        unseen = missing(case.log, analysis.answers["log"])
        if unseen:
            yield f"log does not show '{unseen}' where it should"
        if not analysis.running(pid, command):
            yield f"ps does not show {command} with process ID {pid} on a CPU"

    def _wrong_traces(self, analysis, pid, cpu):
        """What is wrong with the traces of the tasks that were running."""
        tasks = analysis.tasks
        cpus = sorted(task.cpu for task in tasks)
        if cpus != list(range(int(self.case.cpus))):
            yield f"bt -a shows the CPUs {cpus}, and there are {self.case.cpus}"
        if (int(pid or -1), int(cpu or -1)) not in [(task.pid, task.cpu) for task in tasks]:
            yield f"bt -a does not show process {pid} on CPU {cpu}"
        for function in self.case.functions:
            if not any(task.passes(function) for task in tasks):
                yield f"bt -a shows no CPU inside {function}()"
        for function in self.case.on_stack:
            if not analysis.leaves(function):
                yield f"bt -T does not show {function}()"
        for task in tasks:
            if self.case.everywhere and not task.passes(self.case.everywhere):
                yield f"bt -a shows CPU {task.cpu} outside {self.case.everywhere}()"


class DistributionSetup(CrashSetup):
    """The distribution's crash kernel writes a stream to a disk, not files to a directory."""

    dumps_made = ("stream",)
    reserved = "crashkernel=256M"
    capture = ("reset_devices systemd.unit=kdump-tools-dump.service nr_cpus=1 irqpoll "
               "usbcore.nousb")

    def guest(self):
        guest = super().guest()
        with open(self._disk(), "wb") as disk:
            disk.truncate(STREAM_ROOM)
        return guest

    def _disk(self):
        return os.path.join(self.dumps, "disk")

    def _options(self):
        return super()._options() + ["-drive", "if=virtio,format=raw,file=" + self._disk()]

    def _arrival_tools(self, archive):
        super()._arrival_tools(archive)
        archive.file("virtio_blk.ko", self.images.module(self.case.target, "virtio_blk"))

    def _judge_dump(self, name, pid):
        try:
            with open(self._disk(), "rb") as stream:
                run_judge(self.root, os.path.dirname(self.vmlinux), self.dumps,
                          "makedumpfile", "-R", "/mnt/dump/" + name, stdin=stream)
        except Unreadable as failure:
            return [str(failure)]
        return super()._judge_dump(name, pid)


def tell(monitor, command):
    """Gives a command to QEMU's monitor at an abstract socket and waits for the answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.connect("\0" + monitor)
        with link.makefile("rw", encoding="utf-8") as lines:
            for name in ("qmp_capabilities", command):
                print(json.dumps({"execute": name}), file=lines, flush=True)
                while not answered(json.loads(lines.readline())):
                    pass


def answered(message):
    """Whether a message of the monitor ends a command; greeting and events do not."""
    if "error" in message:
        raise OSError(message["error"]["desc"])
    return "return" in message
