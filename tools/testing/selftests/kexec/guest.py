# SPDX-License-Identifier: GPL-2.0-only
"""Runs one QEMU guest to its end and reads what its stages report.

A guest has two serial ports: the console, where kernels write, and the TAP
port, where only the tests do.  Each kernel the guest runs through is a stage:
it says so ("# stage"), plans ("1..N"), checks ("ok - name", numbered or not) and gives facts
("# fact key=value").
"""

import os
import re
import subprocess
import time
from dataclasses import dataclass

PAUSE = 0.1
TAIL = 12

PLAN = re.compile(r"^1\.\.(\d+)$")
CHECK = re.compile(r"^(not )?ok\b(?: (\d+))?(?: -)? ?(.*)$")
FACT = re.compile(r"^# fact ([\w.]+)=(.*)$")
CRASH = re.compile(r"Kernel panic - not syncing: (?!sysrq triggered crash).*"
                   r"|(?<!sysrq: )\bBUG: .*|\bOops: .*|\bWARNING: .*|\bUBSAN: .*"
                   r"|\bINFO: task .*|\brcu: INFO: .*|\bINFO: trying to register.*"
                   r"|Could not map measurements.*|.*possible circular locking.*|kmemleak: \d+ new suspected.*")


@dataclass(frozen=True)
class Machine:
    """What QEMU emulates: which of its programs, and options that all guests of it have.

    @tap is the TAP port, "{}" in it the file that takes what it says.
    """

    program: str = "qemu-system-x86_64"
    options: tuple = ()
    tap: tuple = ("-serial", "file:{}")


PC = Machine()


class Report:
    """What the stages of a guest said on its TAP port."""

    def __init__(self, text=""):
        self.planned = []
        self.facts = []
        self.passed = 0
        self.skipped = []
        self.problems = []
        self.count = 0
        self.before = 0
        for line in text.splitlines():
            self._line(line.rstrip())

    @property
    def stages(self):
        """The number of kernels that reported."""
        return len(self.facts)

    def _line(self, line):
        plan = PLAN.match(line)
        check = CHECK.match(line)
        fact = FACT.match(line)
        if line == "# stage":
            self.planned.append(0)
            self.before = self.count
            self.facts.append({})
        elif plan and self.planned:
            self.planned[-1] += int(plan.group(1))
        elif check:
            self._check(*check.groups())
        elif fact and self.facts:
            self.facts[-1][fact.group(1)] = fact.group(2)
        elif line.startswith("Bail out!"):
            self.problems.append(line)

    def _check(self, failed, number, text):
        self.count += 1
        if number and int(number) != self.count - self.before:
            self.problems.append(f"check {self.count - self.before} came with number {number}")
        if failed:
            self.problems.append(text)
        elif re.search(r"# *skip", text, re.I):
            self.skipped.append(text)
        else:
            self.passed += 1

    def shortfall(self, stages):
        """Says what @stages stages should have reported and did not."""
        if self.stages != stages:
            return f"{self.stages} of {stages} stages reported"
        if 0 in self.planned:
            return f"stage {self.planned.index(0) + 1} ended before it planned anything"
        if self.count != sum(self.planned):
            return f"{self.count} checks came back, {sum(self.planned)} were planned"
        return None


class Guest:
    """One guest: how to start it, and what came of it."""

    def __init__(self, name, kernel, initrd, append, log_dir, memory="1G", cpus="1",
                 cpu="max", options=(), timeout=120, until=None, emulated=PC):
        self.name = name
        self.timeout = timeout
        self.until = until
        self.keyboard = None
        os.makedirs(log_dir, exist_ok=True)
        self.console = os.path.join(log_dir, name + ".log")
        self.tap = os.path.join(log_dir, name + ".tap")
        self.command = machine(memory, cpus, cpu, emulated) + [
            "-display", "none", "-monitor", "none", "-serial", "file:" + self.console,
            *(option.format(self.tap) for option in emulated.tap),
            "-kernel", kernel, "-initrd", initrd, "-append", append, *options]
        self.seconds = 0.0

    def talk_through(self, directory):
        """Makes the console a line that can be typed at, too, with a pipe in @directory.

        What the guest says goes into a file all the same: whoever writes to a socket
        loses characters if nobody reads them quickly enough.
        """
        pipe = os.path.join(directory, "console")
        self.keyboard = pipe + ".in"
        os.mkfifo(self.keyboard)
        os.symlink(self.console, pipe + ".out")
        at = self.command.index("file:" + self.console)
        self.command[at] = "pipe:" + pipe

    def type(self, text):
        """Types @text at the console."""
        with open(self.keyboard, "r+b", buffering=0) as keyboard:
            keyboard.write(text.encode())

    def run(self, watch=lambda guest: None):
        """Runs the guest, calling @watch now and then; returns its problems."""
        for path in (self.console, self.tap):
            open(path, "w", encoding="utf-8").close()
        start = time.monotonic()
        with subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            try:
                ended = self._wait(process, start, watch)
            finally:
                process.kill()
            words = process.stderr.read().strip()
        self.seconds = time.monotonic() - start
        if not ended:
            return [f"the guest did not end within {self.timeout} s"]
        return [f"QEMU: {words}"] if process.returncode and not self.until else []

    def _wait(self, process, start, watch):
        while process.poll() is None:
            if time.monotonic() - start > self.timeout:
                return False
            watch(self)
            if self.until and re.search(self.until, read(self.console)):
                return True
            time.sleep(PAUSE)
        watch(self)
        return True

    def report(self):
        """The TAP port's text, read."""
        return Report(read(self.tap))

    def splats(self, after=""):
        """Lines of the console behind the pattern @after that say a kernel went wrong."""
        text = read(self.console)
        start = [0] + [found.end() for found in re.finditer(after, text)]
        return [found.group(0) for found in CRASH.finditer(text, start[-1])]

    def missing(self, patterns):
        """The first of @patterns that does not follow those before it on the console."""
        return missing(patterns, read(self.console))

    def tail(self):
        """The last lines of the console, for a guest that went silent."""
        return read(self.console).splitlines()[-TAIL:]


def missing(patterns, text):
    """The first of @patterns that does not follow those before it in @text."""
    at = 0
    for pattern in patterns:
        found = re.compile(pattern, re.M).search(text, at)
        if not found:
            return pattern
        at = found.end()
    return None


def machine(memory, cpus, cpu, emulated=PC):
    """The part of QEMU's command line every guest shares.

    The guest goes with its starter, whatever ends that.
    """
    accel = os.environ.get("ACCEL", "tcg") if emulated is PC else "tcg"
    return ["setpriv", "--pdeathsig", "KILL", emulated.program, *emulated.options,
            "-accel", accel, "-no-reboot", "-nic", "none",
            "-m", memory, "-smp", cpus, "-cpu", cpu]


def read(path):
    """The text of a serial port's file; a broken boot can write anything."""
    with open(path, encoding="utf-8", errors="replace") as data:
        return data.read()
