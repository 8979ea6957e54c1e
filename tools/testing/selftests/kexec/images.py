# SPDX-License-Identifier: GPL-2.0-only
"""The files guests boot from: kernels, tools, payloads, initramfs and disks."""

import fcntl
import hashlib
import os
import random
import shutil
import struct
import subprocess

from initramfs import Archive, add_userland
from repack import repack

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, "guest")
OUT = os.path.join(HERE, *[os.pardir] * 4, "out")
MIB = 1 << 20
SEED = 0x6b65786563
LARGE = (64, 512)
DISK_SLACK = 64

KERNELS = {
    "own": ("x86_64/bzImage", "make kernel"),
    "stock": ("stock-x86_64/bzImage", "make stock"),
    "crash": ("x86_64-crash/bzImage", "make kernel-crash"),
    "debug": ("x86_64-debug/bzImage", "make kernel-debug"),
    "ima": ("x86_64-ima/bzImage", "make kernel-ima"),
    "arm64": ("arm64/Image", "make kernel-arm64"),
    "riscv64": ("riscv64/Image", "make kernel-riscv64"),
    "cloud": ("distro/6.12-cloud/vmlinuz", "make distro"),
    "6.1": ("distro/6.1/vmlinuz", "make distro"),
    "memtest": ("distro/images/memtest.bin", "make distro"),
    "ipxe": ("distro/images/ipxe.lkrn", "make distro"),
    "xen": ("distro/images/xen.gz", "make distro"),
}
# What kernels can unpack.
WRAPPER_OPTIONS = {"xz": ("--check=crc32",)}
# kexec_test in one of its formats: "test-elf64".
TEST_PREFIX = "test-"


class Missing(Exception):
    """A file that an earlier step should have made."""

    def __init__(self, path, step):
        super().__init__(f"{path} is missing; make it with `{step}`")


class Undeclared(Exception):
    """A case takes a file of a step that it does not say it needs."""

    def __init__(self, path, step):
        super().__init__(f"{path} is made with `{step}`, which the case's needs() do not have")


class Images:
    """Finds or makes what guests boot from, below the directory @out.

    Only what the targets @allowed of the Makefile make may be taken, if they are told.
    """

    def __init__(self, out=OUT, allowed=None):
        self.allowed = allowed
        self.out = os.path.abspath(out)
        self.logs = os.path.join(self.out, "log", "guest")
        self.selftest = self.path("x86_64/kexec_selftest")

    def path(self, *parts):
        return os.path.join(self.out, *parts)

    def need(self, name, step):
        """The path of the file @name, which `@step` makes."""
        path = self.path(name)
        if self.allowed is not None and target(step) not in self.allowed:
            raise Undeclared(path, step)
        if not os.path.exists(path):
            raise Missing(path, step)
        return path

    def kernel(self, role):
        """The image of a role, a bzImage if it is a kernel's.

        "cloud:xz" is the one of "cloud", packed anew by xz, "own:vmlinux" the same kernel
        as an ELF file, "own:vmlinux.xz" that file, compressed.
        """
        if role.startswith(TEST_PREFIX):
            return self.need("x86_64/kexec_test-" + role[len(TEST_PREFIX):], "make tool")
        role, _, form = role.partition(":")
        if form.startswith("vmlinux"):
            return self.wrapped(self.vmlinux(role), role, form.partition(".")[2])
        path = self.need(*KERNELS[role])
        return self.repacked(path, role, form) if form else path

    def wrapped(self, source, role, compressor):
        """The file @source as a compressor's program makes it."""
        if not compressor:
            return source
        path = self.path("cache", "wrapped", f"{role}.{compressor}")
        with Lock(path):
            if not os.path.exists(path) or os.stat(path).st_mtime < os.stat(source).st_mtime:
                with open(path + ".new", "wb") as out:
                    subprocess.run([compressor, "-1", "-c", *WRAPPER_OPTIONS.get(compressor, ()),
                                    source], stdout=out, check=True)
                os.rename(path + ".new", path)
        return path

    def vmlinux(self, role):
        """The same kernel as an ELF file, with what it has of debug information."""
        path, step = KERNELS[role]
        return self.need(os.path.join(os.path.dirname(path), "vmlinux"), step)

    def module(self, role, name):
        """A module that `make distro` has taken from a kernel's package."""
        path, step = KERNELS[role]
        return self.need(os.path.join(os.path.dirname(path), name + ".ko"), step)

    def signing_key(self, role):
        """The key that this kernel trusts: each build has its own."""
        path, step = KERNELS[role]
        return self.need(os.path.join("build", os.path.dirname(path), "certs/signing_key.pem"), step)

    def judges(self, part):
        """What `make judges` has put into the directory @part."""
        return os.path.realpath(self.need(os.path.join("judges", part), "make judges"))

    def repacked(self, source, role, compressor):
        path = self.path("cache", "repacked", f"{role}-{compressor}")
        with Lock(path):
            if not os.path.exists(path) or os.stat(path).st_mtime < os.stat(source).st_mtime:
                repack(source, path, compressor)
        return path

    def tool(self):
        return self.need("x86_64/kexec", "make tool")

    def distribution_tool(self):
        self.need("distro/kexec-tools/sbin/kexec", "make distro")
        return self.path("distro/kexec-tools")

    def build_selftest(self):
        """Builds the helper that runs inside guests, if it changed."""
        subprocess.run(["make", "-s", "-C", HERE, "OUTPUT=" + os.path.dirname(self.selftest),
                        self.selftest], check=True)

    def payload(self, mebibytes):
        """A file of @mebibytes pseudo-random MiB, always the same; its path and SHA-256."""
        path = self.path("cache", f"payload-{mebibytes}")
        if not os.path.exists(path + ".sha256"):
            with Lock(path):
                make_payload(path, mebibytes)
        with open(path + ".sha256", encoding="ascii") as data:
            return path, data.read()

    def prepare(self, sizes):
        """Makes the payloads of @sizes MiB before guests wait for them."""
        for size in sizes:
            self.payload(size)

    def arrival(self, path, stage, mebibytes, add=lambda archive: None):
        """Writes the initramfs of a kernel that is jumped into."""
        with Archive(path) as archive:
            self.stage(archive, stage, {})
            archive.file("payload", self.payload(mebibytes)[0])
            add(archive)
        return path

    def stage(self, archive, stage, settings):
        """Adds the user space that runs the script @stage under @settings."""
        add_userland(archive)
        archive.file("init", os.path.join(SCRIPTS, "init"), 0o755)
        archive.file("lib/tap.sh", os.path.join(SCRIPTS, "tap.sh"))
        archive.file("lib/facts.sh", os.path.join(SCRIPTS, "facts.sh"))
        archive.file("lib/crash-memory.sh", os.path.join(SCRIPTS, "crash-memory.sh"))
        archive.file("lib/estimating.sh", os.path.join(SCRIPTS, "estimating.sh"))
        archive.file("lib/placed.sh", os.path.join(SCRIPTS, "placed.sh"))
        archive.file("lib/blocks.sh", os.path.join(SCRIPTS, "blocks.sh"))
        archive.file("stage", os.path.join(SCRIPTS, stage))
        archive.data("settings", "".join(f"{key}='{value}'\n" for key, value in settings.items()))

    def script(self, archive, name, script):
        """Adds the program @script under @name."""
        archive.file(name, os.path.join(SCRIPTS, script), 0o755)

    def disk(self):
        """An ext4 image with an arrival initramfs for every large payload."""
        stamp = scripts_digest("init", "tap.sh", "facts.sh", "arrive.sh")
        path = self.path("cache", f"payload-{stamp}.ext4")
        with Lock(self.path("cache", "payload.ext4")):
            if not os.path.exists(path):
                self._make_disk(path)
        return path

    def _make_disk(self, path):
        for entry in os.listdir(self.path("cache")):
            if entry.startswith("payload-") and entry.endswith(".ext4"):
                os.unlink(self.path("cache", entry))
        root = self.path("cache", "disk")
        for size in LARGE:
            self.arrival(os.path.join(root, f"initrd-{size}"), "arrive.sh", size)
        with open(path + ".new", "wb") as image:
            image.truncate((sum(LARGE) + DISK_SLACK) * MIB)
        subprocess.run([administrator("mke2fs"), "-q", "-F", "-t", "ext4", "-O", "^has_journal",
                        "-d", root, path + ".new"], check=True)
        for size in LARGE:
            os.unlink(os.path.join(root, f"initrd-{size}"))
        os.rename(path + ".new", path)


class Lock:
    """Keeps a second runner from making the same file at the same time."""

    def __init__(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.file = open(path + ".lock", "w", encoding="ascii")

    def __enter__(self):
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *failure):
        self.file.close()


def target(step):
    """The target of the Makefile that `@step` is about."""
    return step.removeprefix("make ")


def maker(role):
    """The target of the Makefile that makes the image of a role."""
    if role.startswith(TEST_PREFIX):
        return "tool"
    return target(KERNELS[role.partition(":")[0]][1])


def administrator(program):
    """Where @program is; other users do not search where it lies."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    return shutil.which(program, path=path) or program


def make_payload(path, mebibytes):
    """Writes a payload and, last, its sum."""
    source = random.Random(SEED + mebibytes)
    digest = hashlib.sha256()
    with open(path, "wb") as out:
        for _ in range(mebibytes):
            block = source.getrandbits(8 * MIB).to_bytes(MIB, "little")
            digest.update(block)
            out.write(block)
    with open(path + ".sha256", "w", encoding="ascii") as out:
        out.write(digest.hexdigest())


def scripts_digest(*names):
    """A short name for the present text of the guest scripts @names and of this file."""
    digest = hashlib.sha256()
    for path in [os.path.join(SCRIPTS, name) for name in names] + [__file__]:
        with open(path, "rb") as data:
            digest.update(data.read())
    return digest.hexdigest()[:12]


def setup_header(kernel, form, offset):
    """A field of a bzImage's setup header."""
    with open(kernel, "rb") as data:
        data.seek(offset)
        return struct.unpack(form, data.read(struct.calcsize(form)))[0]


def release(kernel):
    """The release a bzImage names in its header."""
    place = setup_header(kernel, "<H", 0x20e)
    with open(kernel, "rb") as data:
        data.seek(0x200 + place)
        return data.read(256).split(b"\0")[0].split()[0].decode()


def command_line_limit(kernel):
    """The longest command line a bzImage takes, without the terminator."""
    return setup_header(kernel, "<I", 0x238)
