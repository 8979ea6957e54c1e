# SPDX-License-Identifier: GPL-2.0-only
"""Tests of kexec -c: what segments come of an image, and why there are none."""

import errno
import gzip
import os
import random
import shutil
import struct

from raw_images import (BASE, BODY, DYN, INTERP, KERNEL_MAP, LOAD, X86_64, bzimage, dtb, elf, elf32,
                        multiboot1, multiboot2, pe)

MEMORY = ((0x1000, 0x9fbff, "System RAM"), (0xf0000, 0xfffff, "Reserved"),
          (0x100000, 0x3fffffff, "System RAM"), (0x40000000, 0x40000fff, "ACPI Tables"),
          (0x100000000, 0x13fffffff, "System RAM"))
TYPES = {"System RAM": 1, "Reserved": 2, "ACPI Tables": 3}
ENTER_AT = 0x200
LONG, PROTECTED = 0, 1
RSDP = 0x40000010
RUNNING_DTB = "root/sys/firmware/fdt"


def segment(start, memory, data):
    """A segment as the stand-in kernel writes it down."""
    total = 0
    for byte in data:
        total = (total * 31 + byte) & 0xffffffff
    return f"{start:#x}+{memory:#x}/{len(data):#x}:{total:x}"


GOOD = elf([(LOAD, 0x1000, BASE, 0x1800, 0x4000)])
GOOD_CALL = f"raw {BASE:#x} {X86_64:#x} " + segment(BASE, 0x4000, BODY[:0x1800])
LINUX = elf([(LOAD, 0x1000, 0x1000000, 0x1800, 0x4000)], entry=0x1000010, virtual=KERNEL_MAP)
FLAT1 = multiboot1(0x10003, BASE, BASE, BASE + 0x80, BASE + 0x1000, BASE) + bytes(128)
FLAT2 = multiboot2((3, 0, BASE + 16), (2, 0, BASE, BASE, BASE + 0x60, BASE + 0x2000)) + bytes(64)
UKI = pe((b".linux", bzimage()), (b".cmdline", b"own words\n"), (b".ucode", b"own ucode"),
         (b".initrd", b"own initrd"))


def write_memory(s, memory):
    shutil.rmtree(s.path("root/sys/firmware/memmap"), ignore_errors=True)
    for number, (start, end, kind) in enumerate(memory):
        at = f"root/sys/firmware/memmap/{number}/"
        s.write(at + "start", f"{start:#x}\n")
        s.write(at + "end", f"{end:#x}\n")
        s.write(at + "type", kind + "\n")


def prepare(s):
    """A machine with some memory."""
    write_memory(s, MEMORY)
    params = bytearray(4096)
    params[6:8] = b"\x50\x19"			# screen_info
    struct.pack_into("<Q", params, 0x70, RSDP)
    struct.pack_into("<BB", params, 0x1e9, 1, 2)	# EDD
    params[0x290:0x294] = b"EDDS"
    s.write("root/sys/kernel/boot_params/data", bytes(params))
    s.write("good", GOOD)


class Loaded:
    """What the stand-in kernel was given."""

    def __init__(self, s, arguments, **env):
        folder = s.path("dump")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        words = arguments.split() if isinstance(arguments, str) else arguments
        self.status, calls, _, self.said = s.run(words, {"FAKE_DUMP": folder, **env})
        self.segments = []
        self.entry = self.flags = None
        call = calls[-1].split() if calls else []
        if call[:1] != ["raw"]:
            return
        self.entry, self.flags = int(call[1], 16), int(call[2], 16)
        for number, text in enumerate(call[3:]):
            start, size = (int(n, 16) for n in text.split("/")[0].split("+"))
            with open(f"{folder}/{number}", "rb") as data:
                self.segments.append((start, size, data.read()))

    def memory(self, address, size):
        for start, room, data in self.segments:
            if start <= address and address + size <= start + room:
                return data.ljust(room, b"\0")[address - start:][:size]
        return b""

    def text(self, address):
        return self.memory(address, 1) and self.memory(address, 4096 - address % 4096).split(b"\0")[0]

    def stub(self):
        """Mode, entry, and the registers ax, bx, cx, dx, si, di, bp, sp."""
        fields = self.memory(self.entry + ENTER_AT, 80) if self.entry else b""
        return struct.unpack("<Q9Q", fields) if fields else (None,) * 10

    def sound(self):
        """Segments keep clear of each other and lie in RAM, and so do their stubs."""
        ends = sorted((start, start + size) for start, size, _ in self.segments)
        apart = all(a[1] <= b[0] for a, b in zip(ends, ends[1:]))
        inside = all(any(kind == "System RAM" and start <= a and b <= end + 1
                         for start, end, kind in MEMORY) for a, b in ends)
        return apart and inside


class ZeroPage:
    """What a Linux kernel is told."""

    def __init__(self, loaded):
        self.loaded, self.at = loaded, loaded.stub()[6]
        self.page = loaded.memory(self.at, 4096) if self.at else bytes(4096)

    def field(self, form, offset):
        return struct.unpack_from("<" + form, self.page, offset)[0]

    def cmdline(self):
        return self.loaded.text(self.field("I", 0x228) | self.field("I", 0xc8) << 32)

    def initrd(self):
        return self.loaded.memory(self.field("I", 0x218) | self.field("I", 0xc0) << 32,
                                  self.field("I", 0x21c))

    def records(self):
        """setup_data by type."""
        found, at = {}, self.field("Q", 0x250)
        while at and len(found) < 16:
            at, kind, size, data = *struct.unpack("<QII", self.loaded.memory(at, 16)), at + 16
            found[kind] = self.loaded.memory(data, size)
        return found

    def ram(self):
        table = self.page[0x2d0:0x2d0 + 20 * self.page[0x1e8]] + self.records().get(1, b"")
        return list(struct.iter_unpack("<QQI", table))


def expect(s, name, **found_and_wanted):
    wrong = [f"{key} is {found!r}, not {wanted!r}"
             for key, (found, wanted) in found_and_wanted.items() if found != wanted]
    s.report(wrong, name)


def map_of(memory):
    return [(start, end - start + 1, TYPES[kind]) for start, end, kind in memory]


def test_raw(s):
    s.check("-c -l good", calls=[GOOD_CALL])
    s.check("-cl good -d", calls=[GOOD_CALL], says=["segment 0: 0x100000-0x103fff, 6144 bytes"])
    s.check("-c -p good", calls=[GOOD_CALL.replace(f"{X86_64:#x}", f"{X86_64 | 1:#x}")])
    s.check("-c -l --load-preserve-context good",
            calls=[GOOD_CALL.replace(f"{X86_64:#x}", f"{X86_64 | 2:#x}")])
    s.check("-c -l good", 255, [GOOD_CALL], ["kexec_load failed: Invalid argument", "kernel: bad"],
            FAKE_RAW_ERRNO=errno.EINVAL,
            FAKE_RECORD="4,2,9,-;kexec: normal image not loaded: bad\n")
    s.check("-c -l text", 255, says=["kexec: text: it is of no format that -c knows"])
    s.check("-c -l text --type=elf-x86_64", 255, says=["it is no image of format ELF"])
    s.check("-c -l good --type=multiboot2", 255, says=["it is no image of format multiboot2"])
    s.check("-c -l good --initrd=initrd", 255, says=["takes no initrd"])
    s.check("-c -l good --module=initrd", 255, says=["takes no module"])
    s.check("-c -l good --addon=initrd", 255, says=["takes no addon"])
    s.check("-c -l good --dtb=initrd", 255, says=["takes no device tree"])
    s.check("-c -l good --profile=1", 255, says=["only unified kernel images have profiles"])
    for slot in ("-p", "-l --load-preserve-context"):
        s.check(f"-c {slot} good --append=x", 255, says=["gets no command line"])
    hint = "Try -c.\n"
    s.check("-s -l good", 255, [f"file {s.path('good')} none [] 1 0x4"], [hint], FAKE_FILE_ERRNO=errno.ENOSYS)
    for option in ("-s", "-a"):
        s.check(f"{option} -l text", 255, [f"file {s.path('text')} none [] 1 0x4"], silent=[hint],
                FAKE_FILE_ERRNO=errno.ENOSYS)
    s.check("-c -l .", 255, says=["not a regular file"])
    s.check("-c -l gone", 255, says=["cannot open gone"])
    write_memory(s, ())
    s.check("-c -l good", 255, says=["memory map cannot be read"])
    s.write("root/proc/iomem", "00001000-0009ffff : System RAM\n00100000-1fffffff : System RAM\n"
            "  01000000-01ffffff : Kernel code\nfd000000-fdffffff : 0000:00:02.0\n")
    s.check("-c -l good", calls=[GOOD_CALL])
    os.unlink(s.root + "/proc/iomem")
    write_memory(s, MEMORY)


def test_raw_program(s):
    got = Loaded(s, "-c -l good --append=words")
    mode, entry, ax, bx = got.stub()[:4]
    expect(s, "a 64-bit program with a command line", status=(got.status, 0), mode=(mode, LONG),
           entry=(entry, BASE), magic=(ax, 0x0e1fb007), sound=(got.sound(), True),
           notes=(got.memory(bx, 4), struct.pack("<I", 0x0e1fb007)), segments=(len(got.segments), 3),
           words=(b"words\0" in got.memory(bx, 64), True), flags=(got.flags, X86_64))
    s.write("good32", elf32())
    got = Loaded(s, "-c -l good32")
    mode, entry, ax, bx = got.stub()[:4]
    expect(s, "a 32-bit program", status=(got.status, 0), mode=(mode, PROTECTED), entry=(entry, BASE),
           magic=(ax, 0x0e1fb007), sound=(got.sound(), True), flags=(got.flags, X86_64),
           bytes=(got.memory(BASE, 0x2000), BODY[:0x100].ljust(0x2000, b"\0")))
    s.check("-c -p good32", 255, says=["load it with -s"])
    s.check("-c -l --load-preserve-context good32", 255, says=["only a static ELF program"])
    s.write("high", elf([(LOAD, 0x1000, 0x50000000, 16, 16)], entry=0x50000000))
    s.check("-c -l high", 255, says=["has to lie at 0x50000000-0x50000fff, which is not all RAM"])
    s.write("arm", elf([(LOAD, 0x1000, BASE, 16, 16)], machine=183))
    s.check("-c -l arm", 255, says=["it is for another architecture"])


def test_raw_vmlinux(s):
    s.write("vmlinux", LINUX)
    got = Loaded(s, "-c -l vmlinux --append=words --initrd=initrd")
    mode, entry = got.stub()[:2]
    zp = ZeroPage(got)
    expect(s, "a vmlinux", status=(got.status, 0), mode=(mode, LONG), entry=(entry, 0x1000010),
           sound=(got.sound(), True), cmdline=(zp.cmdline(), b"words"), magic=(zp.page[0x202:0x206], b"HdrS"),
           initrd=(zp.initrd(), b"no initrd\n"), ram=(zp.ram(), map_of(MEMORY)),
           bytes=(got.memory(0x1000000, 0x1800), BODY[:0x1800]))
    s.check("-c -l vmlinux --module=initrd", 255, says=["takes no module"])
    s.check("-c -p vmlinux", 255, says=["load it with -s"])
    s.write("vmlinux.gz", gzip.compress(LINUX))
    wrapped = Loaded(s, "-c -l vmlinux.gz --append=words --initrd=initrd")
    expect(s, "a compressed vmlinux", status=(wrapped.status, 0),
           segments=(wrapped.segments == got.segments, True))
    s.write("vmlinux.gz", gzip.compress(LINUX)[:-40] + bytes(32) + struct.pack("<I", 0x3000))
    s.check("-c -l vmlinux.gz", 255, says=["it cannot be unpacked: it is damaged"])
    s.write("vmlinux.gz", gzip.compress(LINUX)[:-4] + struct.pack("<I", 0x2000))
    s.check("-c -l vmlinux.gz", 255, says=["it unpacks to more than it announces"])


def test_raw_bzimage(s):
    s.write("bz", bzimage())
    s.write("more", "more")
    got = Loaded(s, "-c -l bz --append=words --initrd=initrd --initrd=more")
    mode, entry = got.stub()[:2]
    zp = ZeroPage(got)
    expect(s, "a bzImage", status=(got.status, 0), mode=(mode, LONG), entry=(entry, 0x1000200),
           sound=(got.sound(), True), cmdline=(zp.cmdline(), b"words"),
           initrd=(zp.initrd(), b"no initrd\n\0\0more"), ram=(zp.ram(), map_of(MEMORY)),
           header=(zp.page[0x1fe:0x206], b"\x55\xaa\xeb\x6aHdrS"), loader=(zp.page[0x210], 0xd0),
           rsdp=(zp.field("Q", 0x70), RSDP), screen=(zp.page[6:8], b"\x50\x19"),
           edd=(zp.page[0x290:0x294], b"EDDS"), old_memory=(zp.field("I", 0x1e0), 0x3ff << 10),
           kernel=(got.memory(0x1000000, 0x20000), (b"\x90" * 0x400).ljust(0x20000, b"\0")),
           seed=(zp.records().get(9), b"\xaa" * 32), efi=(zp.field("I", 0x1c0), 0))
    got = Loaded(s, "-c -l bz")
    expect(s, "a bzImage alone", status=(got.status, 0), cmdline=(ZeroPage(got).cmdline(), b""),
           initrd=(ZeroPage(got).field("I", 0x218), 0))
    s.check(f"-c -l bz --append={'x' * 256}", 255, says=["has 256 bytes, it takes 255 at most"])
    s.check("-c -l bz --module=initrd", 255, says=["takes no module"])
    s.check("-c -p bz", 255, says=["load it with -s"])
    s.check("-c -l --load-preserve-context bz", 255, says=["only a static ELF program"])


def test_raw_bzimage_kinds(s):
    s.write("fixed", bzimage(relocatable=0, preferred=0))
    got = Loaded(s, "-c -l fixed")
    expect(s, "a bzImage that cannot be moved", entry=(got.stub()[1], BASE + 0x200),
           kernel=(got.memory(BASE, 4), b"\x90" * 4), sound=(got.sound(), True))
    s.write("long", bzimage() + b"signature")
    expect(s, "a bzImage with something behind it",
           kernel=(Loaded(s, "-c -l long").memory(0x1000400, 10), b"signature\0"))
    s.write("low", bzimage(xload=1))
    got = Loaded(s, "-c -l low --initrd=initrd")
    expect(s, "one for below 4 GiB", sound=(got.sound(), True), initrd=(ZeroPage(got).initrd(), b"no initrd\n"),
           highest=(max(start for start, _, _ in got.segments) < 1 << 32, True))
    s.write("old", bzimage(xload=0))
    got = Loaded(s, "-c -l old")
    expect(s, "one with a 32-bit entry", stub=(got.stub()[:2], (PROTECTED, 0x1000000)),
           sound=(got.sound(), True))
    s.write("root/proc/cpuinfo", "flags\t\t: fpu la57 x\n")
    for xload, mode in ((3, PROTECTED), (0x23, LONG)):
        s.write("five", bzimage(xload=xload))
        expect(s, f"five levels of page tables, flags {xload:#x}",
               mode=(Loaded(s, "-c -l five").stub()[0], mode))
    os.unlink(s.root + "/proc/cpuinfo")
    for reason, data in (
            ("has only a 16-bit entry point", bzimage(xload=0, start=0)),
            ("a zImage", bzimage(loadflags=0)),
            ("puts the kernel below 1 MiB", bzimage(relocatable=0, start=0x1000)),
            ("has to lie at 0x50000000", bzimage(relocatable=0, start=0x50000000, preferred=0)),
            ("no free memory for the kernel", bzimage(memory=0x7fffff00)),
            ("ends inside the protected-mode", bzimage()[:-16])):
        s.write("bad", data)
        s.check("-c -l bad", 255, says=["kexec: bad: ", reason])


def test_raw_machine(s):
    s.write("bz", bzimage())
    pieces = tuple((0x100000000 + (n << 20), 0x100000000 + (n << 20) + 0xffff, "Reserved")
                   for n in range(200))
    write_memory(s, MEMORY[:-1] + pieces)
    zp = ZeroPage(Loaded(s, "-c -l bz"))
    expect(s, "a long memory map", ram=(zp.ram(), map_of(MEMORY[:-1] + pieces)), table=(zp.page[0x1e8], 128))
    write_memory(s, MEMORY)
    efi = "root/sys/firmware/efi/"
    for number, numbers in enumerate(((5, 0x30000000, 0xfffffffeee000000, 16, 1 << 63),
                                      (6, 0x30010000, 0xfffffffeee010000, 1, 1 << 63))):
        for name, value in zip(("type", "phys_addr", "virt_addr", "num_pages", "attribute"), numbers):
            s.write(f"{efi}runtime-map/{number}/{name}", f"{value:#x}\n")
    s.write(efi + "systab", "ACPI20=0x3fff0014\nACPI=0x3fff0000\nSMBIOS3=0x2\nSMBIOS=0x3\n")
    s.write(efi + "fw_vendor", "0x30000100\n")
    s.write(efi + "config_table", "0x30000200\n")
    s.write(efi + "fw_platform_size", "64\n")
    with open(s.path("root/sys/kernel/boot_params/data"), "r+b") as params:
        params.seek(0x70)
        params.write(bytes(8))
        params.seek(0x1c0)
        params.write(struct.pack("<8I", 0x34364c45, 0x3000, 48, 1, 0, 0, 1, 0))
    zp = ZeroPage(Loaded(s, "-c -l bz"))
    table = zp.loaded.memory(zp.field("I", 0x1d0) | zp.field("I", 0x1dc) << 32, 96)
    expect(s, "EFI", signature=(zp.field("I", 0x1c0), 0x34364c45), systab=(zp.field("I", 0x1c4), 0x3000),
           entry=(zp.field("I", 0x1c8), 48), size=(zp.field("I", 0x1d4), 96), rsdp=(zp.field("Q", 0x70), 0x3fff0014),
           map=(table, b"".join(struct.pack("<IIQQQQQ", *entry) for entry in (
               (5, 0, 0x30000000, 0xfffffffeee000000, 16, 1 << 63, 0),
               (6, 0, 0x30010000, 0xfffffffeee010000, 1, 1 << 63, 0)))),
           handed=(zp.records().get(4, b"")[:32], struct.pack("<4Q", 0x30000100, 0, 0x30000200, 3)))
    s.write(efi + "fw_platform_size", "32\n")
    expect(s, "32-bit EFI", mode=(Loaded(s, "-c -l bz").stub()[0], PROTECTED))
    shutil.rmtree(s.path(efi))
    prepare(s)


def test_raw_uki(s):
    s.write("uki", UKI)
    s.write("addon1", pe((b".cmdline", b"added1"), (b".ucode", b"u1__"), (b".initrd", b"i1__")))
    s.write("addon2", pe((b".cmdline", b"added2\0\n"), (b".initrd", b"i2")))
    zp = ZeroPage(Loaded(s, "-c -l uki"))
    expect(s, "a unified kernel image", cmdline=(zp.cmdline(), b"own words"), mode=(zp.loaded.stub()[0], LONG),
           initrd=(zp.initrd(), b"own ucode\0\0\0own initrd"), sound=(zp.loaded.sound(), True))
    zp = ZeroPage(Loaded(s, "-c -l uki --append=users --initrd=more --addon=addon1 --addon=addon2"))
    expect(s, "a unified kernel image with everything", cmdline=(zp.cmdline(), b"users added1 added2"),
           initrd=(zp.initrd(), b"u1__own ucode\0\0\0own initrd\0\0morei1__i2"))
    s.write("profiles", pe((b".linux", bzimage()), (b".cmdline", b"zero"), (b".profile", b"ID=a"),
                           (b".profile", b"ID=b"), (b".cmdline", b"one")))
    for number, words in ((0, b"zero"), (1, b"one")):
        zp = ZeroPage(Loaded(s, f"-c -l profiles --profile={number}"))
        expect(s, f"profile {number}", cmdline=(zp.cmdline(), words))
    s.check("-c -l profiles --profile=2", 255, says=["it has no kernel for a profile of that number"])
    s.check("-c -l uki --module=initrd", 255, says=["takes no module"])
    s.check("-c -p uki", 255, says=["load it with -s"])
    s.check("-c -l uki --addon=initrd", 255, says=["an addon cannot be used: it is no PE file"])
    s.check("-c -l uki --addon=uki", 255, says=["an addon is an image of its own"])
    s.check("-c -l addon1", 255, says=["it is an addon of unified kernel images"])
    s.write("bad", pe((b".linux", b"no kernel" * 100)))
    s.check("-c -l bad", 255, says=["its .linux section is no bzImage"])
    s.write("bad", pe((b".linux", bzimage(loadflags=0))))
    s.check("-c -l bad", 255, says=["a zImage"])


def test_raw_dtb(s):
    s.write("uki", UKI)
    s.write("kernel", bzimage())
    s.write("dtb", dtb() + b"more")
    for kernel in ("uki", "kernel"):
        zp = ZeroPage(Loaded(s, f"-c -l {kernel} --initrd=more --dtb=dtb"))
        expect(s, f"{kernel} with a device tree", tree=(zp.records().get(2), dtb()),
               sound=(zp.loaded.sound(), True))
    s.check("-c -l kernel --dtb=text", 255, says=["the device tree cannot be used: it does not begin as one"])
    s.write("dtb", dtb()[:-1])
    s.check("-c -l kernel --dtb=dtb", 255, says=["the file ends before it does"])
    s.check("-c -l kernel --dtb=gone", 255, says=["cannot open gone"])


def test_raw_running_dtb(s):
    """The tree that the running kernel shows, if it does."""
    s.write("kernel", bzimage())
    s.write("vmlinux", LINUX)
    s.write("uki", UKI)
    for kernel in ("kernel", "vmlinux", "uki"):
        none = Loaded(s, f"-d -c -l {kernel} --force-dtb")
        s.write(RUNNING_DTB, dtb())
        handed, left = (Loaded(s, f"-c -l {kernel} {option}") for option in ("--force-dtb", "--noefi"))
        os.remove(s.path(RUNNING_DTB))
        trees = [ZeroPage(loaded).records().get(2) for loaded in (none, handed, left)]
        expect(s, f"{kernel} and the running tree", trees=(trees, [None, dtb(), None]),
               status=((none.status, handed.status), (0, 0)),
               said=("there is no /sys/firmware/fdt to hand over" in none.said, True))


def test_raw_auto(s):
    """-a, for what kexec_file_load does not know."""
    for name, data in (("bz", bzimage()), ("uki", UKI), ("mb", FLAT1), ("vmlinux", LINUX)):
        s.write(name, data)
        for err in (errno.ENOSYS, errno.EINVAL, errno.ENOEXEC, errno.ENOTSUP):
            got = Loaded(s, f"-a -l {name}", FAKE_FILE_ERRNO=str(err))
            expect(s, f"-a -l {name}, {errno.errorcode[err]}", status=(got.status, 0),
                   said=(got.said, ""), sound=(len(got.segments) and got.sound(), True))
        got = Loaded(s, f"-a -l {name}", FAKE_FILE_ERRNO=str(errno.EKEYREJECTED))
        expect(s, f"-a -l {name}, EKEYREJECTED", status=(got.status, 255), segments=(got.segments, []))


def test_raw_layout(s):
    layouts = {
        "sharing a page": ([(LOAD, 0x1000, 0x100010, 16, 16), (LOAD, 0x1020, 0x100800, 0x800, 0x1000)],
                           [segment(0x100000, 0x2000, bytes(16) + BODY[:16] + bytes(0x7e0)
                                    + BODY[0x20:0x820])]),
        "out of order": ([(LOAD, 0x1000, 0x300000, 16, 16), (LOAD, 0x1020, 0x100000, 8, 16)],
                         [segment(0x100000, 0x1000, BODY[0x20:0x28]),
                          segment(0x300000, 0x1000, BODY[:16])]),
        "page after page": ([(LOAD, 0x1000, 0x100000, 0x1000, 0x1000), (LOAD, 0x2000, 0x101000, 8, 8)],
                            [segment(0x100000, 0x1000, BODY[:0x1000]),
                             segment(0x101000, 0x1000, BODY[0x1000:0x1008])]),
        "memory only": ([(LOAD, 0x1000, 0x100000, 0, 0x5000)], [segment(0x100000, 0x5000, b"")]),
        "memory only, behind bytes": ([(LOAD, 0x1000, 0x100000, 8, 8), (LOAD, 0, 0x100100, 0, 0x2000)],
                                      [segment(0x100000, 0x3000, BODY[:8])]),
        "empty one": ([(LOAD, 0x1000, 0x100000, 8, 8), (LOAD, 0x1000, 0x200000, 0, 0)],
                      [segment(0x100000, 0x1000, BODY[:8])]),
        "16": ([(LOAD, 0x1000, 0x100000 + i * 0x2000, 8, 8) for i in range(16)],
               [segment(0x100000 + i * 0x2000, 0x1000, BODY[:8]) for i in range(16)]),
    }
    for name, (segments, expected) in layouts.items():
        entry = min(address for _, _, address, _, memory in segments if memory)
        s.write("layout", elf(segments, entry=entry))
        print(f"# segments: {name}")
        s.check("-c -l layout", calls=[f"raw {entry:#x} {X86_64:#x} " + " ".join(expected)])


def test_raw_refusals(s):
    one = [(LOAD, 0x1000, BASE, 0x20, 0x20)]
    top = 1 << 64
    damaged = {
        "its segments overlap": elf(one + [(LOAD, 0x1000, BASE + 0x1f, 8, 8)]),
        "more segments than the 16": elf([(LOAD, 0x1000, BASE + (i << 13), 8, 8) for i in range(17)]),
        "ends inside of a segment": elf([(LOAD, 0x1000, BASE, 0x2001, 0x4000)]),
        "it ends inside of": elf([(LOAD, top - 16, BASE, 0x20, 0x40)]),
        "goes beyond the last address": elf([(LOAD, 0x1000, top - 0x800, 16, 16)]),
        "beyond the last address": elf([(LOAD, 0x1000, BASE, 16, top - BASE)]),
        "larger in the file than in memory": elf([(LOAD, 0x1000, BASE, 0x20, 0x10)]),
        "wants a program interpreter": elf([(INTERP, 0x1000, 0, 8, 8)] + one),
        "nothing to load": elf([]),
        "program headers": elf(one, count=60000),
        "headers are not inside of it": elf(one, phoff=1 << 63),
        "no executable": elf(one, kind=1),
        "not all RAM": elf([(LOAD, 0x1000, 0, 0x20, 0x20)], kind=DYN, entry=0),
        "its ELF header makes no sense": elf(one)[:20],
        "of no format": b"",
    }
    for message, data in damaged.items():
        s.write("damaged", data)
        s.check("-c -l damaged", 255, says=["kexec: damaged: ", message])


def test_raw_truncated(s):
    """Every prefix of an image is refused, by a message and not by a crash."""
    images = {"ELF": GOOD[:0x2800], "ELF, 32 bits": elf32(), "bzImage": bzimage(), "UKI": UKI,
              "gzip": gzip.compress(LINUX)}
    for name, data in images.items():
        wrong = []
        sizes = list(range(0, 130, 9)) + list(range(130, len(data), max(1, len(data) // 12)))
        # what is rounded up to 16 bytes may lack some of them
        for size in sizes + [len(data) - 16]:
            s.write("cut", data[:size])
            status, calls, _, stderr = s.run(["-c", "-l", "cut"], {})
            if status != 255 or calls or "kexec: cut: " not in stderr:
                wrong.append(f"{size} bytes: status {status}, calls {calls}, {stderr!r}")
        s.report(wrong, f"truncated {name} files")


def test_raw_mutated(s, rounds=20):
    """Whatever is in a header, what is loaded keeps to the machine's memory."""
    source = random.Random(1)
    images = {"ELF": GOOD, "vmlinux": LINUX, "bzImage": bzimage(), "UKI": UKI, "multiboot": FLAT1,
              "multiboot2": FLAT2, "ELF, 32 bits": elf32(multiboot1(3))}
    for name, data in images.items():
        wrong = []
        for _ in range(rounds):
            image = bytearray(data)
            for _ in range(source.randint(1, 4)):
                at = source.randrange(min(len(image) - 8, 0x290))
                value = source.choice((0, 1, 0x7fffffff, 0xffffffff, (1 << 64) - 1, source.getrandbits(64)))
                size = source.choice((1, 2, 4, 8))
                image[at:at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
            s.write("mutated", bytes(image))
            got = Loaded(s, "-c -l mutated --append=word")
            if got.status not in (0, 255) or (got.status == 0) != bool(got.segments and got.sound()):
                wrong.append(f"{bytes(image[:0x100]).hex()}: {got.status}, {got.said}")
        s.report(wrong, f"mutated {name} files")
