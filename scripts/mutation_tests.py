# SPDX-License-Identifier: GPL-2.0-only
"""What scripts/mutate changes, and the tests that have to notice."""
import glob
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass

import mutations

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TREE = os.path.join(TOP, "out/tree")
WORK = os.path.join(TOP, "out/mutate")
AT_ONCE = 2


def read(path):
    """A file's text."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def read_all(paths):
    """The bytes of files."""
    found = []
    for path in sorted(paths):
        with open(path, "rb") as file:
            found.append(file.read())
    return found


def limit(longest):
    """What a program that runs on and on is ended by, however busy the machine is."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_group(group):
    """Ends what a failed test has left behind."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def own_environment(**more):
    """No options of a Make around this one."""
    return {**{key: value for key, value in os.environ.items()
               if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}, **more}


class Stand:
    """A copy of code and its tests, in which one file at a time is changed."""

    kind = ""

    def __init__(self, number):
        self.root = os.path.join(WORK, f"{self.kind}-{number}")
        self.changed = None
        shutil.rmtree(self.root, ignore_errors=True)

    def build(self, paths):
        """Makes the copy and the tests of @paths; do they pass with nothing changed?"""
        raise NotImplementedError

    def take_over(self, other):
        """The same as another one, before anything is changed there."""
        shutil.copytree(other.root, self.root, symlinks=True)

    def compile(self, path):
        """Compiles a file; says whether that went well."""
        raise NotImplementedError

    def code(self, path):
        """What the compiler made of a file, or of all that may include a header."""
        raise NotImplementedError

    def link(self):
        """Puts together what compile() left; says whether that went well."""
        return True

    def passes(self, path):
        """Whether the tests of a file pass."""
        raise NotImplementedError

    def write(self, path, text):
        """A file of its own: a copy may be read-only, or a link."""
        path = os.path.join(self.root, path)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(path + ".new", path)

    def restore(self):
        """Undoes the last change."""
        self.write(self.changed, read(os.path.join(TREE, self.changed)))

    def attempt(self, change, code):
        """What the tests say of a change; @code: what the unchanged file is compiled to."""
        if self.changed not in (None, change.path):
            self.restore()
        self.changed = change.path
        self.write(change.path, change.text)
        if not self.compile(change.path):
            return "not built"
        if code and self.code(change.path) == code:
            return "same code"
        if not self.link():
            return "not built"
        return "unnoticed" if self.passes(change.path) else "noticed"


@dataclass(frozen=True)
class Build:
    """A way to build the host's tests; @longest: seconds of processor time, many times what
    is needed."""

    name: str
    variables: tuple
    longest: int


QUICK = Build("quick", ("SANITIZE=-g0",), 5)
CHECKED = Build("checked", (), 20)


class HostTests(Stand):
    """Code that unit tests on this machine reach: lib/kexec."""

    kind = "host"
    sources = "lib/kexec/*.[ch]"
    tests = "tools/testing/kexec"
    used = ("include", "tools/include", "tools/scripts")

    @classmethod
    def changes(cls):
        """All that can be changed."""
        for path in sorted(glob.glob(cls.sources, root_dir=TREE)):
            yield from mutations.changes(path, read(os.path.join(TREE, path)))

    def build(self, paths):
        for path in self.used:
            os.makedirs(os.path.dirname(os.path.join(self.root, path)), exist_ok=True)
            os.symlink(os.path.join(TREE, path), os.path.join(self.root, path))
        for path in (os.path.dirname(self.sources), self.tests):
            shutil.copytree(os.path.join(TREE, path), os.path.join(self.root, path))
        for build in (QUICK, CHECKED):
            os.makedirs(f"{self.root}/{build.name}")
            if not self.make(build, paths, f"-j{AT_ONCE}", "parsers", "parsers-pass"):
                return False
        return True

    def make(self, build, paths, *targets):
        """Makes only what depends on the last change; says whether that went well."""
        names = {os.path.splitext(os.path.basename(path))[0] for path in paths}
        of = [] if any(path.endswith(".h") for path in paths) else [f"OF={' '.join(sorted(names))}"]
        with open(os.path.join(self.root, "log"), "wb") as log, subprocess.Popen(
                ["make", "-s", "-C", os.path.join(self.root, self.tests),
                 f"O={self.root}/{build.name}", *build.variables, *of, *targets],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                # one failed test is enough
                env=own_environment(TAP_STOP="1"),
                preexec_fn=lambda: limit(build.longest)) as made:
            try:
                return made.wait() == 0
            finally:
                if made.returncode != 0:
                    end_group(made.pid)

    def compile(self, path):
        return self.make(QUICK, [path], "parsers")

    def code(self, path):
        name = "*" if path.endswith(".h") else os.path.splitext(os.path.basename(path))[0]
        return read_all(glob.glob(f"{self.root}/{QUICK.name}/lib/{name}.o"))

    def passes(self, path):
        return all(self.make(build, [path], "parsers", "parsers-pass")
                   for build in (QUICK, CHECKED))


@dataclass(frozen=True)
class Piece:
    """Code of the kernel, and the KUnit suites of it.

    If they are not of all of it: @only of these functions, or all @but these, which only
    guests can test.
    """

    suites: str
    only: tuple = ()
    but: tuple = ()

    def has(self, function):
        """Whether it is to be noticed if a function changes."""
        return function in self.only if self.only else function not in self.but


PIECES = {
    "arch/x86/kernel/kexec-serial.c": Piece("kexec_serial"),
    "arch/x86/kernel/kexec-zeropage.c": Piece("kexec_zeropage"),
    "kernel/crash_clients.c": Piece("kexec_crash_clients"),
    "kernel/crash_control.c": Piece("kexec_crash_control"),
    "kernel/crash_headers.c": Piece("kexec_crash_headers"),
    "kernel/crash_order.h": Piece("kexec_crash_clients"),
    "kernel/crash_reserve.c": Piece("kexec_crash_reserve", but=(
        # while memory is given out for the first time
        "reserve", "reserve_low", "reserve_high", "reserve_anywhere", "is_address_range",
        "why_not_at", "reserve_at", "set_range", "reserve_low_range", "insert_ranges",
        "reserve_crashkernel_generic")),
    "kernel/crash_run.c": Piece("kexec_crash_clients",
                                only=("crash_client_is_next", "crash_skip_to")),
    "kernel/kexec_check.c": Piece("kexec_check"),
    "kernel/kexec_claim.c": Piece("kexec_claim"),
    "kernel/kexec_entries.c": Piece("kexec_entries"),
    "kernel/kexec_moves.c": Piece("kexec_moves"),
    "kernel/kexec_place.c": Piece("kexec_place"),
    "kernel/kexec_segments.c": Piece("kexec_segments", but=("segment_accept", "kimage_accept")),
    "kernel/kexec_timeline.c": Piece("kexec_timeline"),
    "kernel/vmcore_info.c": Piece("kexec_vmcore_info"),
}


class KernelTests(Stand):
    """Code that KUnit tests reach, in a kernel of its own.

    The sources are links to those of the tree.  Kbuild's own records say how one is compiled
    and the kernel linked.  Its clock counts instructions: so it idles in no time, and the
    processor time that it takes does not depend on what else runs here.
    """

    kind = "kernel"
    # Seconds of processor time, many times what is needed.
    longest = 40
    name = "x86_64-kunit"
    configs = ("kernel/kexec_kunit/.kunitconfig",
               "tools/testing/selftests/kexec/configs/kunit.config")
    qemu = ("qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none", "-m", "1024",
            "-cpu", "max", "-accel", "tcg", "-icount", "shift=1,sleep=off", "-serial", "stdio")
    # Memory that is written to behind its end is a crash.
    words = ("console=ttyS0 acpi=off panic=-1 slab_debug=FZ panic_on_taint=0x20 "
             "kunit.enable=1 kunit_shutdown=reboot")
    result = re.compile(r"^ *(?:not )?ok \d+\b.*?(?=\r?$)", re.M)

    def __init__(self, number):
        super().__init__(number)
        self.out = os.path.join(self.root, f"build-{self.name}")
        self.wanted = {}

    @classmethod
    def changes(cls):
        """All that can be changed."""
        for path, piece in PIECES.items():
            for change in mutations.changes(path, read(os.path.join(TREE, path))):
                if piece.has(change.function):
                    yield change

    def build(self, paths):
        with open(f"{WORK}/kernel.log", "w", encoding="utf-8") as log:
            built = subprocess.run(
                [f"{TOP}/scripts/build-kernel", self.name, TREE, "-kunit",
                 *(os.path.join(TREE, path) for path in self.configs)],
                env=own_environment(KERNEL_TARGETS="vmlinux"), stdout=log, check=False)
        if built.returncode:
            sys.exit("mutate: the kernel for the tests cannot be built")
        self.make_links()
        shutil.copytree(os.path.join(TREE, os.path.basename(self.out)), self.out, symlinks=True)
        for suites in sorted({PIECES[path].suites for path in paths}):
            self.wanted[suites] = self.boot(suites)
            if not self.wanted[suites] or any("not ok" in line for line in self.wanted[suites]):
                return False
        return True

    def make_links(self):
        """Sources as they are, in directories where one can be replaced."""
        own = {""}
        for path in PIECES:
            while path := os.path.dirname(path):
                own.add(path)
        for folder in sorted(own):
            os.makedirs(os.path.join(self.root, folder), exist_ok=True)
            for name in os.listdir(os.path.join(TREE, folder)):
                path = os.path.join(folder, name)
                if path not in own and not name.startswith("build-"):
                    os.symlink(os.path.join(TREE, path), os.path.join(self.root, path))

    def take_over(self, other):
        super().take_over(other)
        self.wanted = other.wanted

    def objects(self, path):
        """The objects that are made of a file."""
        uses = re.compile(rf"\s\.\./{re.escape(path)}\s")
        for folder in sorted({os.path.dirname(path) for path in PIECES}):
            for record in glob.glob(f"{self.out}/{folder}/.*.o.cmd"):
                if uses.search(read(record)):
                    yield os.path.join(folder, os.path.basename(record)[1:].removesuffix(".cmd"))

    def recorded(self, target):
        """The command that Kbuild makes a file with."""
        folder, name = os.path.split(target)
        text = read(os.path.join(self.out, folder, f".{name}.cmd"))
        command = re.match(r"savedcmd_\S+ := (.*)", text)[1]
        return command.replace("$(pound)", "#").replace("$$", "$")

    def run(self, command, **more):
        """Runs a command of Kbuild's; says whether it went well."""
        with open(os.path.join(self.root, "log"), "wb") as log:
            return not subprocess.run(
                command, shell=True, cwd=self.out, check=False, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=own_environment(CCACHE_DISABLE="1", **more),
                preexec_fn=lambda: os.nice(5)).returncode

    def compile(self, path):
        return all(self.run(self.recorded(target)) for target in self.objects(path))

    def code(self, path):
        return read_all(os.path.join(self.out, target) for target in self.objects(path))

    def restore(self):
        super().restore()
        for target in self.objects(self.changed):
            shutil.copy2(os.path.join(TREE, os.path.basename(self.out), target),
                         os.path.join(self.out, target))

    def link(self):
        libraries = re.search(r"--start-group (.*?) --end-group", self.recorded("vmlinux.o"))[1]
        return self.run(self.recorded("vmlinux").split(";")[0], srctree="..", objtree=".",
                        SRCARCH="x86", KBUILD_LDS="arch/x86/kernel/vmlinux.lds", NM="nm",
                        KBUILD_VMLINUX_LIBS=libraries, CONFIG_SHELL="sh", MAKE="true")

    def boot(self, suites):
        """The results of KUnit tests, as the kernel prints them."""
        words = f"{self.words} kunit.filter_glob={suites}"
        with subprocess.Popen(
                [*self.qemu, "-kernel", os.path.join(self.out, "vmlinux"), "-append", words],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", preexec_fn=lambda: limit(self.longest)) as qemu:
            said = qemu.stdout.read()
        with open(os.path.join(self.root, "console"), "w", encoding="utf-8") as file:
            file.write(said)
        return self.result.findall(said)

    def passes(self, path):
        suites = PIECES[path].suites
        return self.boot(suites) == self.wanted[suites]
