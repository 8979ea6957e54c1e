# SPDX-License-Identifier: GPL-2.0-only
"""Command lines of other people's scripts, run as they stand there.

What a script leaves open (a file, a variable) is there under that very name; "..." in a
line is what the collection of them has left out.
"""

import gzip
import os
from dataclasses import dataclass, field

import devicetree
from case import FIRST, Case, Setup
from judges import value

BASH = "/bin/bash-static"
DOTS = "..."
NO_DTB = "--dtb is only known on ARM and PowerPC"


@dataclass
class Line:
    """A line, and what the script that has it relies on.

    @slot is where something must be loaded afterwards, @before where before the line;
    @cmdline is what the image must be told there, where "@" is the running kernel's
    command line, "@-" the same without crashkernel=.
    @call is the system call that loads, @old the one that kexec-tools uses.
    @initrd says whether one must be there, @says what is printed.
    @differs is why kexec-tools 2.0.25 does something else.
    @locked: the running kernel is locked down, and nobody has signed K.
    """

    source: str
    line: str
    slot: str = ""
    cmdline: str = DOTS
    call: str = "file"
    old: str = ""
    format: str = "bzImage"
    initrd: bool = True
    status: int = 0
    before: str = ""
    says: str = ""
    differs: str = ""
    locked: bool = False
    env: dict = field(default_factory=dict)

    def old_call(self):
        words = self.line.split()
        named = any(word in words for word in ("-a", "-s", "--kexec-file-syscall",
                                               "--kexec-syscall-auto", "-spl"))
        return self.old or ("file" if named or "KEXEC_OPTIONS" in self.env else "raw")


def crash(source, line, **more):
    return Line(source, line, "crash", **more)


def normal(source, line, **more):
    return Line(source, line, "normal", **more)


def emptied(source, line, before, **more):
    """The slot that was filled before is empty, and stays so if that is done again."""
    yield Line(source, line, before=before, **more)
    yield Line(source, line, **more)


def kdump():
    """Loading and unloading for a panic."""
    env = {"TARGET_INITRD": "/replay/I", "KDUMP_KERNEL": "/replay/K"}
    rest = '-p --command-line="..." --initrd=$TARGET_INITRD $KDUMP_KERNEL'
    yield crash("kdumpctl", "kexec -s " + rest, env=env)
    yield crash("kdumpctl", "kexec " + rest, env=env)
    yield crash("kdumpctl", "kexec --dt-no-old-root " + rest, env=env,
                differs="--dt-no-old-root is only known on ARM and PowerPC")
    for line in ("kexec -s -p -u", "kexec -p -u", "sudo -i kexec -s -p -u"):
        yield from emptied("kdumpctl", line, "crash")
    yield crash("early-kdump.sh", 'kexec $ARGS -p --command-line="..." --initrd=... KERNEL',
                env={"ARGS": "-s"}, old="file")
    debian = ('$KDUMP_KEXEC_ARGS --command-line="..." --initrd=/var/lib/kdump/initrd.img '
              "/var/lib/kdump/vmlinuz")
    for options in ("-p", "-p -s", "-p --args-linux", "-p -s --args-linux"):
        yield crash("kdump-config", f"kexec {options} {debian}")
    for line in ("kexec -p -u", "kexec -s -p -u"):
        yield from emptied("kdump-config", line, "crash")
    yield crash("openSUSE load.sh", 'kexec -p K --append="..." --initrd=I $KEXEC_OPTIONS -a')
    yield from emptied("openSUSE unload.sh", "kexec -a -p -u", "crash")
    yield crash("kdump-load.sh of steamos", 'kexec -s -p "$VMLINUX" --initrd "$INITRD" --append="$CMDLINE"',
                cmdline="a b", env={"VMLINUX": "/replay/K", "INITRD": "/replay/I", "CMDLINE": "a b"})
    yield crash("runit", "kexec --load-panic /boot/vmlinuz-V --initrd=I --reuse-cmdline "
                '--append="irqpoll nr_cpus=1 ..."', cmdline="@- irqpoll nr_cpus=1 ...")


def reboots():
    """Loading for a reboot."""
    yield normal("systemd 260", 'kexec --load K --append "OPTS"', cmdline="OPTS", initrd=False)
    yield normal("systemd 260", 'kexec --load K --append "OPTS" --initrd I', cmdline="OPTS")
    nixos = ("[ 1 = $(</sys/kernel/kexec_loaded) ] && exit 0; exec kexec --load $p/kernel "
             '--initrd=$p/initrd --append="$(cat $p/kernel-params) init=$p/init"')
    env = {"p": "/replay/p"}
    yield normal("NixOS prepare-kexec", nixos, cmdline="of nixos init=/replay/p/init", env=env)
    yield normal("NixOS prepare-kexec", nixos, cmdline="before", before="normal", env=env, old="file")
    for options in ("--kexec-syscall-auto $extra", "$extra"):
        yield normal("kexec-run.sh", f"kexec --load bzImage {options} --initrd=I --no-checks "
                     "--command-line '...'", env={"extra": "--no-sync"})
    for debug in ("", "--debug "):
        yield normal("petitboot", f"kexec -l {debug}--initrd=I --append=A K", cmdline="A")
        yield normal("petitboot", f"kexec -s {debug}--initrd=I --append=A K", cmdline="A",
                     says="shutdown -r now")
        for load in ("-l", "-s"):
            yield normal("petitboot", f"kexec {load} {debug}--initrd=I --dtb=D --append=A K", cmdline="A",
                         says="shutdown -r now" if load == "-s" else "", differs=NO_DTB)
    yield normal("zfsbootmenu", 'kexec -a -l K --initrd=I --command-line="..."')
    yield normal("zfsbootmenu", 'kexec -a -l K --initrd=I --command-line="..."', before="normal")
    yield normal("zfsbootmenu", 'kexec -a -l K --initrd=I --dtb=D --command-line="..."',
                 differs=NO_DTB)
    for debug in ("", "-d "):
        yield normal("heads", f'kexec {debug}-l K --append="..." --initrd=I')
    yield normal("heads", 'kexec -l xen --command-line "... no-real-mode reboot=no vga=current" '
                 '--module "vmlinuz args" --module "initrd"', format="multiboot2", initrd=False,
                 cmdline="... no-real-mode reboot=no vga=current")


def more_reboots():
    yield normal("SONiC fast-reboot", 'kexec -l K --initrd=I --append="..." -a')
    yield normal("SONiC fast-reboot", 'kexec -l K --initrd=I --append="..." -s')
    yield from emptied("SONiC fast-reboot", "kexec -u -a || true", "normal")
    yield Line("SONiC fast-reboot", "if [ $(cat /sys/kernel/kexec_loaded) -eq 1 ] ; then kexec -u -a ; fi",
               before="normal")
    for option in ("--append=X", "--command-line=X"):
        yield normal("LTP ima_kexec.sh", f"kexec -s -l K {option}", cmdline="X", initrd=False)
    yield normal("LTP ima_kexec.sh", "kexec -s -l K --reuse-cmdline", cmdline="@", initrd=False)
    yield from emptied("LTP ima_kexec.sh", "kexec -su", "normal")
    yield Line("LTP ima_kexec.sh", "kexec -v", says="kexec")
    yield Line("LTP ima_kexec.sh", "kexec -h | grep reuse-cmdline", says="reuse-cmdline")
    yield normal("selftests/kexec", "kexec --load --kexec-file-syscall K 2>&1", cmdline="", initrd=False)
    yield from emptied("selftests/kexec", "kexec --unload --kexec-file-syscall", "normal")
    yield normal("selftests/kexec", "kexec --load K", cmdline="", initrd=False)
    yield from emptied("selftests/kexec", "kexec --unload", "normal")
    for initrd in ("", "--initrd=I "):
        yield normal("selftests of LUO", f"kexec -l -s --reuse-cmdline {initrd}K", cmdline="@",
                     initrd=bool(initrd))
    yield normal("openQA", "kexec -l -s /boot/vmlinuz --initrd=/boot/initrd --reuse-cmdline", cmdline="@")
    yield normal("kexec-reboot", "kexec -u ; kexec -l K --append=... --initrd=I")
    yield normal("kexec-reboot", "kexec -u ; kexec -l K --append=... --initrd=I", before="normal")


def locked_down():
    """What loads must fail, without another try; what unloads must work. No line after these."""
    env = {"TARGET_INITRD": "/replay/I", "KDUMP_KERNEL": "/replay/K"}
    for source, line in (
            ("kdumpctl", 'kexec -s -p --command-line="..." --initrd=$TARGET_INITRD $KDUMP_KERNEL'),
            ("petitboot", "kexec -l --initrd=I --append=A K"),
            ("zfsbootmenu", 'kexec -a -l K --initrd=I --command-line="..."'),
            ("SONiC fast-reboot", 'kexec -l K --initrd=I --append="..." -a'),
            ("SONiC fast-reboot", 'kexec -l K --initrd=I --append="..." -s'),
            ("LTP ima_kexec.sh", "kexec -s -l K --append=X"),
            ("selftests/kexec", "kexec --load --kexec-file-syscall K 2>&1")):
        yield Line(source, line, status=255, says="Operation not permitted", locked=True, env=env)
    for source, line in (
            ("kdumpctl", "kexec -s -p -u"), ("openSUSE unload.sh", "kexec -a -p -u"),
            ("SONiC fast-reboot", "kexec -u -a || true"), ("LTP ima_kexec.sh", "kexec -su"),
            ("selftests/kexec", "kexec --unload --kexec-file-syscall")):
        yield Line(source, line, locked=True)
    for source, line in (("kdumpctl", "kexec -p -u"), ("kexec-reboot", "kexec -u")):
        yield Line(source, line, locked=True,
                   differs="it unloads with kexec_load, which a locked-down kernel refuses")


def lines():
    for group in (kdump, reboots, more_reboots, locked_down):
        yield from group()


# Each loads the kernel that runs the next of them, and jumps.
JUMPS = (
    ("zfsbootmenu", 'kexec -a -l K --initrd=I --command-line="..." ; kexec -e -i'),
    ("heads", 'kexec -l K --append="..." --initrd=I ; exec kexec -e'),
    ("SONiC fast-reboot", 'kexec -l K --initrd=I --append="..." -s ; kexec -e'),
    ("kexec-run.sh", "kexec --load bzImage --kexec-syscall-auto $extra --initrd=I --no-checks "
     "--command-line '...' ; " 'nohup sh -c "sleep 6 && kexec -e $extra" &'),
    ("petitboot", 'kexec -l --initrd=I --append="..." K ; shutdown -r now || kexec -e'),
    ("petitboot", 'kexec -s --initrd=I --append="..." K ; kexec -e -f'),
    ("selftests of LUO", "kexec -l -s --reuse-cmdline --initrd=last K ; kexec -e"),
)


@dataclass
class ReplayCase(Case):
    """A case whose guest runs lines of other people's scripts."""

    weight: int = 30
    timeout: int = 300
    memory: str = "2G"

    def setup(self, made, stock):
        return ReplaySetup(self, made, stock)

    def needs(self, stock=False):
        return super().needs(stock) | {"distro"}


class ReplaySetup(Setup):
    """Adds the files under the names that scripts have for them."""

    kernels = ("replay/K", "replay/KERNEL", "replay/bzImage", "replay/vmlinuz", "replay/p/kernel",
               "boot/vmlinuz", "boot/vmlinuz-V", "var/lib/kdump/vmlinuz")
    initrds = ("replay/I", "replay/...", "replay/p/initrd", "boot/initrd", "var/lib/kdump/initrd.img")

    def _command_line(self):
        return None

    def _no_next_stage(self, archive):
        made = self.images
        archive.file("bin/bash", BASH, 0o755)
        made.script(archive, "sbin/shutdown", "replay-shutdown")
        made.script(archive, "bin/sudo", "replay-sudo")
        made.script(archive, "bin/nohup", "replay-nohup")
        for name in self.kernels:
            archive.link(name, "/boot/kernel")
        if self.case.tool == "own":
            archive.link("sbin/kexec", "/bin/kexec")
        self._files(archive)

    def _files(self, archive):
        made = self.images
        archive.file("payload", made.payload(1)[0])
        for name in self.initrds:
            archive.link(name, "/payload")
        archive.link("replay/initrd", "/payload")
        with gzip.open(made.kernel("xen")) as xen:
            archive.data("replay/xen", xen.read())
        archive.data("replay/D", devicetree.tree())
        archive.data("replay/p/kernel-params", "of nixos\n")
        for number, line in enumerate(lines()):
            self._line(archive, f"replay/lines/{number:03}", line)

    def _line(self, archive, folder, line):
        own = self.case.tool == "own"
        call = line.call if own else line.old_call()
        where = " in lockdown" if line.locked else ""
        told = {"name": f"{line.source}{where}: {line.line}", "line": line.line, "slot": line.slot,
                "before": line.before, "status": line.status, "says": line.says,
                "env": "".join(f"export {name}='{value}'\n" for name, value in line.env.items()),
                "format": line.format if call == "file" else "segments",
                "cmdline": line.cmdline if call == "file" else "",
                "initrd": "1" if line.initrd else "", "locked": "1" if line.locked else "",
                "differs": "" if own else line.differs}
        for name, text in told.items():
            archive.data(f"{folder}/{name}", str(text))


class JumpSetup(ReplaySetup):
    """The initramfs is kept, and handed over from kernel to kernel."""

    def _files(self, archive):
        made = self.images
        for name in self.initrds:
            archive.link(name, "/sys/firmware/initrd")
        archive.link("boot/initrd", "/sys/firmware/initrd")
        last = os.path.join(self.directory, "last.cpio")
        made.arrival(last, "arrive.sh", 1)
        archive.file("replay/last", last)
        for number, (source, line) in enumerate(self.case.jumps):
            text = line.replace(DOTS, self.words(number + 1))
            archive.data(f"replay/lines/{number}/line", text)
            archive.data(f"replay/lines/{number}/name", f"{source}: {line}")
            archive.data(f"replay/lines/{number}/words", self.words(number))

    def words(self, number):
        return f"{FIRST} {self._words(number)}"

    def _words(self, number):
        return f"retain_initrd kx.sum={self.images.payload(1)[1]} kx.jump={number}"

    def _first_words(self):
        return self._words(0)

    def _judges(self):
        """The last line reuses its own kernel's command line."""
        return (value("cmdline", self.words(len(self.case.jumps) - 1)),)


@dataclass
class JumpCase(ReplayCase):
    """A case whose lines jump, one after the other."""

    jumps: tuple = JUMPS

    def setup(self, made, stock):
        return JumpSetup(self, made, stock)


def core():
    """The same lines, with our program and with kexec-tools."""
    for tool, name in (("own", "replay"), ("distribution", "replay-kexec-tools")):
        yield ReplayCase(name, "replay.sh", None, tool=tool, append="crashkernel=256M", stages=1)
    yield JumpCase("replay-jumps", "replay-jumps.sh", None, stages=len(JUMPS) + 1)
    # It takes -e -f for a load that lacks a kernel.
    jumps = tuple(jump for jump in JUMPS if not jump[1].endswith("kexec -e -f"))
    yield JumpCase("replay-jumps-kexec-tools", "replay-jumps.sh", None, tool="distribution",
                   jumps=jumps, stages=len(jumps) + 1)
