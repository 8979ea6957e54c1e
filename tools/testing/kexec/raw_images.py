# SPDX-License-Identifier: GPL-2.0-only
"""Small images of every format, made from the formats' specifications."""

import struct

X86_64 = 62 << 16
LOAD, INTERP = 1, 3
EXEC, DYN = 2, 3
BODY = bytes(range(256)) * 32
KERNEL_MAP = 0xffffffff80000000
BASE = 0x100000


def elf(segments, kind=EXEC, count=None, phoff=64, entry=BASE, virtual=0, machine=62):
    """An ELF file; a segment is (type, offset, physical address, bytes, memory)."""
    count = len(segments) if count is None else count
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", kind, machine, 1, entry, phoff, 0, 0, 64, 56, count, 64, 0, 0)
    table = b"".join(struct.pack("<IIQQQQQQ", t, 5, o, virtual and a + virtual, a, f, m, 4096)
                     for t, o, a, f, m in segments)
    return (head + table).ljust(0x1000, b"\0") + BODY


def elf32(front=b"", entry=BASE):
    """One of 32 bits, with one segment of 256 bytes in two pages; @front is at 0x80."""
    head = b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack(
        "<HHIIIIIHHHHHH", EXEC, 3, 1, entry, 52, 0, 0, 52, 32, 1, 40, 0, 0)
    table = struct.pack("<8I", LOAD, 0x1000, BASE, BASE, 0x100, 0x1800, 5, 4096)
    return (head + table).ljust(0x80, b"\0").ljust(0x80) + front.ljust(0xf80, b"\0") + BODY[:0x100]


def bzimage(version=0x20f, xload=3, relocatable=1, start=BASE, preferred=0x1000000, limit=255,
            loadflags=1, memory=0x20000, align=0x200000, body=b"\x90" * 0x400):
    """A setup part of two sectors before @body."""
    head = bytearray(0x400)
    struct.pack_into("<B", head, 0x1f1, 1)
    struct.pack_into("<I", head, 0x1f4, len(body) // 16)
    struct.pack_into("<H2s4sH", head, 0x1fe, 0xaa55, b"\xeb\x6a", b"HdrS", version)
    struct.pack_into("<B", head, 0x211, loadflags)
    struct.pack_into("<I", head, 0x214, start)
    struct.pack_into("<I", head, 0x218, 0x11111111)
    struct.pack_into("<I", head, 0x22c, 0x7fffffff)
    struct.pack_into("<IBBHI", head, 0x230, align, relocatable, 21, xload, limit)
    struct.pack_into("<QQI", head, 0x250, 0x22222222, preferred, memory)
    return bytes(head) + body


def multiboot1(flags, *rest):
    head = struct.pack("<3I", 0x1badb002, flags, -(0x1badb002 + flags) & 0xffffffff)
    return head + struct.pack(f"<{len(rest)}I", *rest)


def multiboot2(*tags):
    """Tags are a type, flags and the words that follow."""
    body = b""
    for kind, flags, *words in tags + ((0, 0),):
        body += struct.pack(f"<HHI{len(words)}I", kind, flags, 8 + 4 * len(words), *words)
        body += bytes(-len(body) % 8)
    size = 16 + len(body)
    return struct.pack("<4I", 0xe85250d6, 0, size, -(0xe85250d6 + size) & 0xffffffff) + body


def dtb():
    """A device tree of a root node alone."""
    return struct.pack(">18I", 0xd00dfeed, 72, 56, 72, 40, 17, 16, 0, 0, 16, 0, 0, 0, 0, 1, 0, 2, 9)


def pe(*sections):
    """A PE file of (name, bytes) sections."""
    table = data = b""
    for name, content in sections:
        table += struct.pack("<8s4I12xI", name, len(content), 0x1000, len(content),
                             0x400 + len(data), 0x40000040)
        data += content
    head = b"MZ".ljust(0x3c, b"\0") + struct.pack("<I", 0x40)
    head += struct.pack("<4s2H12x2H", b"PE\0\0", 0x8664, len(sections), 112, 0x22)
    return (head + struct.pack("<H", 0x20b).ljust(112, b"\0") + table).ljust(0x400, b"\0") + data


def cpio(files):
    """An archive as the kernel build makes them."""
    archive = b""
    for name, size in [*files.items(), ("TRAILER!!!", 0)]:
        fields = (1, 0o100644, 0, 0, 1, 0, size, 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
        archive += head.ljust(-len(head) % 4 + len(head), b"\0") + bytes(-size % 4 + size)
    return archive
