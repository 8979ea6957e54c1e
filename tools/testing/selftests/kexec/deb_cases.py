# SPDX-License-Identifier: GPL-2.0-only
"""Our packages on a real Debian system: systemd reboots through our kernel, kdump-tools dumps."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from analyser import Unreadable, run_judge
from case import Case, CONSOLE
from guest import Guest
from images import SCRIPTS, administrator, release
from judges import distinct, value

ROOT = "root=/dev/vda ro systemd.show_status=no"
UNITS = "/etc/systemd/system"
PACKAGED = "/lib/systemd/system"
WANTED = UNITS + "/multi-user.target.wants"
TEST = "/opt/kexec-test"

# Runs the stage when everything that is wanted at boot has been started.
RUNNER = f"""[Unit]
After=kdump-tools.service kdump-load.service kexec-load.service systemd-user-sessions.service
[Service]
Type=exec
ExecStart=/bin/sh {TEST}/stage
[Install]
WantedBy=multi-user.target
"""

# Two services that say when they are stopped; the second was started later.
WITNESS = """[Unit]
After={after}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sh -c 'sleep 1; echo {name} >>/var/lib/kexec-test/stopped'
"""


@dataclass
class DebianCase(Case):
    """A Debian system in which the function @does of debian.sh is called at each boot.

    @links are more links on its disk, from path to path.
    """

    does: str = ""
    links: tuple = ()
    defaults: str = ""
    memory: str = "1G"
    timeout: int = 1500
    weight: int = 900
    resets: bool = False

    def setup(self, made, stock):
        return DebianSetup(self, made)

    def needs(self, stock=False):
        return {"debian", "judges"}


class DebianSetup:
    """A copy of the disk that `scripts/fetch-debian` has made, with the test laid into it."""

    def __init__(self, case, made):
        self.case = case
        self.images = made
        self.directory = made.path("guest", case.name)
        self.disk = os.path.join(self.directory, "disk")
        self.kernel = made.need("debian/vmlinuz", "make debian")

    def watch(self, guest):
        """Nothing needs to be done while it runs."""

    def guest(self):
        os.makedirs(self.directory, exist_ok=True)
        subprocess.run(["cp", "--sparse=always", "--reflink=auto",
                        self.images.need("debian/disk.ext4", "make debian"), self.disk], check=True)
        self._lay_in()
        case = self.case
        guest = Guest(case.name, self.kernel, self.images.need("debian/initrd.img", "make debian"),
                      f"{CONSOLE} {ROOT} {case.append}", self.images.logs, case.memory, case.cpus,
                      case.cpu, ("-drive", f"if=virtio,format=raw,file={self.disk}",
                                 *case.options), case.timeout)
        if case.resets:
            guest.command.remove("-no-reboot")
        return guest

    def _lay_in(self):
        """Writes the test's files into the disk, without mounting it."""
        files = {
            TEST + "/stage": script("debian.sh"), TEST + "/tap.sh": script("tap.sh"),
            TEST + "/settings": f"CASE={self.case.does}\n",
            UNITS + "/kexec-test.service": RUNNER,
            UNITS + "/first.service": WITNESS.format(after="basic.target", name="first"),
            UNITS + "/second.service": WITNESS.format(after="first.service", name="second"),
            "/etc/default/kexec": self.case.defaults,
        }
        commands = [f"mkdir {folder}" for folder in (TEST, WANTED, "/etc/systemd/system.conf.d")]
        for number, (path, text) in enumerate(files.items()):
            source = os.path.join(self.directory, f"file-{number}")
            with open(source, "w", encoding="utf-8") as out:
                out.write(text)
            commands += [f"rm {path}", f"write {source} {path}"]
        wanted = [wants(unit, UNITS) for unit in ("kexec-test", "first", "second")]
        commands += [f"symlink {path} {target}" for path, target in (*wanted, *self.case.links)]
        self._debugfs("-w", commands)

    def _debugfs(self, option, commands):
        path = os.path.join(self.directory, "commands")
        with open(path, "w", encoding="ascii") as out:
            out.write("\n".join(commands) + "\n")
        subprocess.run([administrator("debugfs"), option, "-f", path, self.disk], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def judge(self, guest, problems):
        """All that is wrong with what the system reported at each boot."""
        report = guest.report()
        short = report.shortfall(self.case.stages)
        found = list(problems) + report.problems
        if short:
            return found + [short], report
        missing = guest.missing(self.case.console)
        if missing:
            found.append(f"the console does not show '{missing}' where it should")
        return found + [said for judge in self._judges() if (said := judge(report.facts))], report

    def _judges(self):
        ours = [value("release", release(self.kernel), stage) for stage in range(self.case.stages)]
        return (*ours, distinct("boot_id", self.case.stages, slice(None)), *self.case.judges)

    def clean(self):
        shutil.rmtree(self.directory, ignore_errors=True)


class DumpSetup(DebianSetup):
    """The same where a dump has to be on the disk in the end."""

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        if not found:
            found = list(self._wrong_dump(report.facts[-1]["dump"]))
        return found, report

    def _wrong_dump(self, path):
        """Takes the dump out of the disk and has makedumpfile of a newer release read it."""
        dumps = os.path.join(self.directory, "dump")
        os.makedirs(dumps, exist_ok=True)
        stream = os.path.join(dumps, "stream")
        self._debugfs("-n", [f"dump {path} {stream}"])
        judged = self.images.judges("root"), os.path.dirname(self.kernel), dumps
        try:
            with open(stream, "rb") as data:
                run_judge(*judged, "makedumpfile", "-R", "/mnt/dump/whole", stdin=data)
            run_judge(*judged, "makedumpfile", "--dump-dmesg", "/mnt/dump/whole", "/mnt/dump/log")
        except Unreadable as failure:
            yield str(failure)
            return
        with open(os.path.join(dumps, "whole"), "rb") as data:
            if data.read(8) != b"KDUMP   ":
                yield "the dump is no kdump file"
        with open(os.path.join(dumps, "log"), encoding="utf-8", errors="replace") as log:
            if "Kernel panic - not syncing: sysrq triggered crash" not in log.read():
                yield "the log in the dump does not show the panic"


@dataclass
class DumpCase(DebianCase):
    """A Debian system that panics."""

    def setup(self, made, stock):
        return DumpSetup(self, made)


def wants(unit, where=PACKAGED):
    """The link that has a unit started at boot."""
    return f"{WANTED}/{unit}.service", f"{where}/{unit}.service"


def script(name):
    with open(os.path.join(SCRIPTS, name), encoding="utf-8") as text:
        return text.read()


def came_by_kexec(stage):
    """The kernel of @stage was handed over to, and the system before ended in order."""
    def judge(facts):
        found = facts[stage]
        if not re.fullmatch(r"[1-9]\d*", found.get("handover", "")):
            return f"boot {stage + 1} was no handover by kexec"
        if found.get("stopped", "").split() != ["second", "first"]:
            return f"before boot {stage + 1} services were stopped so: '{found.get('stopped')}'"
        if found.get("recovered") != "0":
            return f"before boot {stage + 1} the file system was not unmounted"
        return None
    return judge


# As for kexec-tools, they are shell.
SETTINGS = 'LOAD_KEXEC=true\nAPPEND="$(cat /proc/cmdline) kx.by=unit"\n'
# One of our units in the place of kdump-tools, and the drop-in that keeps a watchdog.
OURS = (wants("kdump-load"), (UNITS + "/kdump-tools.service", "/dev/null"),
        ("/etc/systemd/system.conf.d/watchdog.conf",
         "/usr/share/doc/kexec/examples/50-kexec-watchdog.conf"))
ON_THROUGH_KEXEC = ("Watchdog running with a hardware timeout of 3min", "Starting new kernel")


def nightly():
    """Boots of a whole distribution, minutes each."""
    yield DebianCase("debian-kexec", does="orderly", links=OURS, append="crashkernel=192M",
                     options=("-device", "i6300esb"), defaults=SETTINGS, stages=5,
                     console=ON_THROUGH_KEXEC * 4, judges=(
                         value("handover", "", 0), *map(came_by_kexec, (1, 2, 3, 4))))
    yield DumpCase("debian-kdump", does="dump", append="crashkernel=256M", stages=2, resets=True,
                   judges=(value("handover", "", 0), value("recovered", "0", 0),
                           value("handover", ""), value("recovered", "1")))
