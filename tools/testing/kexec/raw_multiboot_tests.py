# SPDX-License-Identifier: GPL-2.0-only
"""Tests of kexec -c: multiboot images, and where they find what they are told."""

import gzip
import lzma
import struct

from raw_images import BASE, elf32, multiboot1, multiboot2
from raw_tests import FLAT1, FLAT2, MEMORY, PROTECTED, Loaded, expect, write_memory


def module_of(s, version, loaded):
    """(string, bytes) of each module, and the command line."""
    info = loaded.stub()[3]
    if version == 1:
        cmdline, = struct.unpack("<I", loaded.memory(info + 16, 4))
        count, at = struct.unpack("<2I", loaded.memory(info + 20, 8))
        modules = [struct.unpack("<3I", loaded.memory(at + 16 * n, 12)) for n in range(count)]
        return loaded.text(cmdline), [(loaded.text(text), loaded.memory(start, end - start))
                                      for start, end, text in modules]
    total, = struct.unpack("<I", loaded.memory(info, 4))
    at, cmdline, modules = 8, None, []
    while at < total:
        kind, size = struct.unpack("<2I", loaded.memory(info + at, 8))
        data = loaded.memory(info + at + 8, size - 8)
        if kind == 1:
            cmdline = data.rstrip(b"\0")
        if kind == 3:
            start, end = struct.unpack_from("<2I", data)
            modules.append((data[8:].rstrip(b"\0"), loaded.memory(start, end - start)))
        at += -(-size // 8) * 8
    return cmdline, modules


def sections_of(version, got):
    """What the image is told of its section headers: number, size, index of the names, and they."""
    info = got.stub()[3]
    if version == 1:
        flags, = struct.unpack("<I", got.memory(info, 4))
        count, size, at, names = struct.unpack("<4I", got.memory(info + 28, 16))
        return (count, size, names, got.memory(at, count * size)) if flags & 0x20 else None
    total, at = struct.unpack("<I", got.memory(info, 4))[0], 8
    while at < total:
        kind, size = struct.unpack("<2I", got.memory(info + at, 8))
        if kind == 9:
            data = got.memory(info + at + 8, size - 8)
            return *struct.unpack_from("<3I", data), data[12:]
        at += -(-size // 8) * 8
    return None


def place_of(got):
    """Where modules, boot information and the entry stub are."""
    info = got.stub()[3]
    module, = struct.unpack("<I", got.memory(struct.unpack("<I", got.memory(info + 24, 4))[0], 4))
    return module, info, got.entry


def test_raw_multiboot_low(s):
    """Kernels that map 4 MiB, or 16, find all that they are told."""
    s.write("mb", FLAT1)
    got = Loaded(s, "-c -l mb --module=initrd --module=more")
    expect(s, "multiboot 1 hands over as low as can be", sound=(got.sound(), True),
           place=(place_of(got), (BASE + 0x1000, 0x10000, 0x11000)))
    s.write("mb", multiboot1(0x10003, 0x200000, 0x200000, 0x200080, 0x201000, 0x200000) + bytes(128))
    s.write("large", bytes(0x100000))
    s.write("larger", bytes(0x100001))
    for name, at in (("large", BASE), ("larger", 0x201000)):
        got = Loaded(s, f"-c -l mb --module={name}")
        expect(s, f"a {name} module", sound=(got.sound(), True), place=(place_of(got), (at, 0x10000, 0x11000)))
    long = "x" * 100000
    got = Loaded(s, ["-c", "-l", "mb", *[f"--module=initrd {long}"] * 6])
    expect(s, "more to tell than there is room below 1 MiB", sound=(got.sound(), True),
           place=(place_of(got), (BASE, BASE + 0x6000, 0x10000)))
    write_memory(s, ((0x100000, 0x3fffffff, "System RAM"),))
    expect(s, "no memory below 1 MiB", place=(place_of(Loaded(s, "-c -l mb --module=initrd")),
                                              (BASE, BASE + 0x1000, BASE + 0x2000)))
    write_memory(s, MEMORY)
    for preference, at in ((0, 0x2000000), (1, 0x2000000), (2, 0x3fff000)):
        s.write("mb", multiboot2((3, 0, BASE + 16), (10, 0, 0x2000000, 0x3ffffff, 0x1000, preference),
                                 (2, 0, BASE, BASE, BASE + 0x60, BASE + 0x1000)) + bytes(64))
        expect(s, f"multiboot 2 that can be moved, preference {preference}",
               entry=(Loaded(s, "-c -l mb").stub()[1], at + 16))


def test_raw_multiboot_sections(s):
    """An ELF image is told of its sections, and those without an address are loaded."""
    for version, head in ((1, multiboot1(3)), (2, multiboot2())):
        image = elf32(head)
        headers = [(0,) * 10, (1, 1, 6, BASE, 0x1000, 0x100, 0, 0, 16, 0),
                   (2, 2, 0, 0, len(image), 9, 3, 1, 4, 16), (3, 3, 0, 0, len(image) + 9, 7, 0, 0, 1, 0)]
        table = b"".join(struct.pack("<10I", *h) for h in headers)
        image = bytearray(image + b"symbols..strings" + table)
        struct.pack_into("<I", image, 32, len(image) - len(table))
        struct.pack_into("<3H", image, 46, 40, 4, 3)
        s.write("mb", bytes(image))
        got = Loaded(s, "-c -l mb --module=initrd")
        told = sections_of(version, got)
        where = [struct.unpack_from("<I", told[3], 40 * n + 12)[0] for n in range(4)] if told else []
        expect(s, f"section headers, multiboot {version}", told=(told and told[:3], (4, 40, 3)),
               places=(where, [0, BASE, BASE + 0x2000, BASE + 0x2009]), sound=(got.sound(), True),
               bytes=(where and got.memory(where[2], 16), b"symbols..strings"))
        struct.pack_into("<I", image, len(image) - len(table) + 2 * 40 + 20, len(image))
        s.write("mb", bytes(image))
        got = Loaded(s, "-c -l mb")
        expect(s, f"a section that leaves the file, multiboot {version}", status=(got.status, 0),
               told=(sections_of(version, got), None), sound=(got.sound(), True))
    for version, data in ((1, FLAT1), (2, FLAT2)):
        s.write("mb", data)
        expect(s, f"no ELF file, multiboot {version}", told=(sections_of(version, Loaded(s, "-c -l mb")), None))


def test_raw_multiboot_packed(s):
    """Modules that gzip or xz has compressed arrive unpacked, as under GRUB."""
    s.write("mb", FLAT1)
    text = b"a module that is compressed\n" * 1000
    rows = {"gz": (gzip.compress(text), text), "short": (gzip.compress(b"x"), b"x"), "xz": (lzma.compress(text), text),
            "xz32": (lzma.compress(text, check=lzma.CHECK_CRC32), text)}
    for name, data in (("two", 2 * gzip.compress(text)), ("cut", gzip.compress(text)[:-9]), ("none", gzip.compress(b"")),
                       ("bomb", gzip.compress(text)[:-4] + b"\xff\xff\xff\x7f"), ("magic", b"\x1f\x8b"),
                       ("behind", text + gzip.compress(text))):
        rows[name] = (data, data)
    for name, (packed, plain) in rows.items():
        s.write(name, packed)
        for option, wanted in (("", plain), ("--nounzip ", packed)):
            got = Loaded(s, ["-c", "-l", "mb", f"--module={option}{name} x"])
            expect(s, f"a module, {option}{name}", status=(got.status, 0), said=(got.said, ""),
                   modules=(module_of(s, 1, got)[1], [(name.encode() + b" x", wanted)]))
    s.check("-c -l mb --module=gz", 255, says=["mb: a module is packed by gzip, which is not installed"], PATH="/none")
    got = Loaded(s, ["-c", "-l", "mb", "--module=--no-name gz x y", "--module=--nounzip --no-name short"])
    expect(s, "a module that is not told its name", status=(got.status, 0),
           modules=(module_of(s, 1, got)[1], [(b"x y", text), (b"", rows["short"][0])]))


def test_raw_multiboot(s):
    elf_image = elf32(multiboot1(3))
    for version, magic, data, entry in ((1, 0x2badb002, FLAT1, BASE), (2, 0x36d76289, FLAT2, BASE + 16),
                                        (1, 0x2badb002, elf_image, BASE)):
        s.write("mb", data)
        code, calls, _, said = s.run(["-c", "-l", "mb", "--append=a b", "--module=initrd one two",
                                      "--module=more"], {"FAKE_DUMP": s.path("dump")})
        expect(s, f"multiboot {version}, several words", status=(code, 0), calls=(len(calls), 1), said=(said, ""))
        got = Loaded(s, "-c -l mb --append=word --module=initrd --module=more")
        cmdline, modules = module_of(s, version, got)
        mode, at, ax = got.stub()[:3]
        expect(s, f"multiboot {version}", status=(got.status, 0), mode=(mode, PROTECTED), entry=(at, entry),
               magic=(ax, magic), cmdline=(cmdline, b"kernel word"), sound=(got.sound(), True),
               modules=(modules, [(b"initrd", b"no initrd\n"), (b"more", b"more")]))
        got = Loaded(s, "-c -l mb")
        expect(s, f"multiboot {version} alone", modules=(module_of(s, version, got), (b"kernel ", [])))
        s.check("-c -l mb --initrd=initrd", 255, says=["takes no initrd"])
        s.check("-c -p mb", 255, says=["load it with -s"])
        s.check("-c -l mb --module=gone", 255, says=["cannot open gone"])
    s.write("mb", multiboot2((3, 0, BASE + 16), (10, 0, 0x2000000, 0x3ffffff, 0x10000, 0),
                             (2, 0, BASE, BASE, BASE + 0x60, BASE + 0x2000)) + bytes(64))
    got = Loaded(s, "-c -l mb")
    expect(s, "multiboot 2 that can be moved", entry=(got.stub()[1], 0x2000010), sound=(got.sound(), True))
    s.write("both", FLAT1.ljust(0x100, b"\0") + multiboot2((2, 0, BASE + 0x100, BASE, BASE + 0x60, 0),
                                                           (3, 0, BASE)) + bytes(64))
    for option, magic in (("", 0x36d76289), ("--type=multiboot-x86", 0x2badb002)):
        expect(s, f"both headers {option}", magic=(Loaded(s, f"-c -l both {option}").stub()[2], magic))
    for reason, data in (
            ("requires a feature that is not known", multiboot1(0x8000) + bytes(128)),
            ("as an ELF file", multiboot1(3).rjust(0x90, b"\0") + bytes(128)),
            ("has to lie at 0x50000000", multiboot1(0x10000, 0x50000000, 0x50000000, 0, 0, 0x50000000))):
        s.write("bad", data)
        s.check("-c -l bad", 255, says=["kexec: bad: "])
