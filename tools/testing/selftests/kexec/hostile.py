# SPDX-License-Identifier: GPL-2.0-only
"""Files that no kernel may load, one for each thing that can be wrong with one.

Every function here is a generator of rows for one format: what is wrong, the errno it
has to come to, and words of the reason.  The rows of controls() are right, so that what
is made of the same parts is refused for its fault alone.
"""

import errno
import gzip
import lzma
import struct
import zlib
from typing import NamedTuple

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30
PAGE = 4096

# Where guests have RAM, and where they have none; RESERVED is so by the command line.
RAM = 0x8000000
LOW_RAM = 0x400000
RESERVED = 0x20000000
RESERVED_SIZE = 16 * MIB
VIDEO = 0xa0000
PCI_HOLE = 0xc0000000
APIC = 0xfee00000
BARRED = (("over the video memory", VIDEO), ("over the PCI hole", PCI_HOLE),
          ("over the APIC", APIC), ("over reserved memory", RESERVED))

# More of an xz is unpacked in steps.
AT_ONCE = 64 * MIB
LENGTHY = 256 * MIB

NO_RAM = "is not all RAM"
NO_FORMAT = "of no format known here"


class Row(NamedTuple):
    """A file, loaded as @form if that is not empty, and what has to come of it; 0 is success."""

    name: str
    error: int
    says: str
    data: bytes
    form: str = ""


def bad(name, says, data, error=errno.ENOEXEC):
    return Row(name, error, says, data)


def damaged(name, says, data):
    return bad(name, says, data, errno.EBADMSG)


def homeless(name, data, says=NO_RAM):
    """A row that fails for want of memory at the right place."""
    return bad(name, says, data, errno.EADDRNOTAVAIL)


def counted(size):
    """Bytes that are not the same everywhere: no place can be taken for another."""
    return b"".join(struct.pack("<Q", number).ljust(4 * KIB, b"-") for number in range(size // (4 * KIB)))


def pad(data, size):
    return data + bytes(-len(data) % size)


# ELF

EM_386, EM_X86_64, EM_AARCH64 = 3, 62, 183
PT_LOAD, PT_INTERP = 1, 3
EHDR = {True: 64, False: 52}
PHDR = {True: 56, False: 32}


class Segment(NamedTuple):
    """A program header; its bytes start @offset bytes behind all headers."""

    mem: int
    size: int = 16
    mem_size: int = None
    offset: int = 0
    virt: int = None
    kind: int = PT_LOAD


def elf_phdr(seg, is64, order, base):
    virt = seg.mem if seg.virt is None else seg.virt
    mem_size = seg.size if seg.mem_size is None else seg.mem_size
    top = (1 << 64) - 1 if is64 else (1 << 32) - 1
    offset = (base + seg.offset) & top
    if is64:
        return struct.pack(order + "IIQQQQQQ", seg.kind, 7, offset, virt & top, seg.mem,
                           seg.size, mem_size, PAGE)
    return struct.pack(order + "IIIIIIII", seg.kind, offset, virt & top, seg.mem, seg.size,
                       mem_size, 7, PAGE)


def elf(*segments, is64=True, order="<", body=bytes(64), **fields):
    """An ELF file; @fields replace what its header would have."""
    base = EHDR[is64] + len(segments) * PHDR[is64]
    head = {"kind": 2, "machine": EM_X86_64 if is64 else EM_386, "version": 1,
            "entry": segments[0].mem if segments else 0, "phoff": EHDR[is64], "shoff": 0,
            "ehsize": EHDR[is64], "phentsize": PHDR[is64], "phnum": len(segments),
            "klass": 2 if is64 else 1, "data": 1 if order == "<" else 2,
            "shentsize": 0, "shnum": 0, "shstrndx": 0, **fields}
    word = "Q" if is64 else "I"
    ident = b"\x7fELF" + bytes([head["klass"], head["data"], 1]) + bytes(9)
    header = struct.pack(f"{order}HHI{word}{word}{word}IHHHHHH", head["kind"], head["machine"],
                         head["version"], head["entry"], head["phoff"], head["shoff"], 0,
                         head["ehsize"], head["phentsize"], head["phnum"],
                         head["shentsize"], head["shnum"], head["shstrndx"])
    table = b"".join(elf_phdr(seg, is64, order, base) for seg in segments)
    return ident + header + table + body


def elf_headers():
    """What is wrong with headers, and counts."""
    whole = elf(Segment(RAM))
    for size in (1, 15):
        yield bad(f"ELF: cut off after {size} bytes", NO_FORMAT, whole[:size])
    for size in (16, 63):
        yield bad(f"ELF: cut off after {size} bytes", "header makes no sense", whole[:size])
    for size in (64, 119):
        yield bad(f"ELF: cut off after {size} bytes", "program headers are not inside",
                  whole[:size])
    yield bad("ELF: cut off in its segment", "ends inside of a segment", whole[:130])
    for name, fields in (("class", {"klass": 3}), ("byte order", {"data": 3}),
                         ("version", {"version": 2}), ("header size", {"ehsize": 0})):
        yield bad(f"ELF: bad {name}", "header makes no sense", elf(Segment(RAM), **fields))
    for kind in (1, 4, 0xffff):
        yield bad(f"ELF: of type {kind}", "it is no executable", elf(Segment(RAM), kind=kind))
    yield bad("ELF: for ARM", "another architecture", elf(Segment(RAM), machine=EM_AARCH64))
    yield bad("ELF: big-endian", "another architecture", elf(Segment(RAM), order=">"))
    yield bad("ELF: with an interpreter", "program interpreter",
              elf(Segment(RAM), Segment(RAM + PAGE, kind=PT_INTERP)))
    yield bad("ELF: nothing to load", "nothing to load", elf())
    yield bad("ELF: nothing but notes", "nothing to load", elf(Segment(RAM, kind=4)))
    yield bad("ELF: 0xfffe headers", "program headers are not inside",
              elf(Segment(RAM), phnum=0xfffe))
    for name, fields in (("no section header", {}), ("a section header behind the end",
                                                    {"shoff": (1 << 64) - 1})):
        yield bad(f"ELF: PN_XNUM and {name}", "program headers are not inside",
                  elf(Segment(RAM), phnum=0xffff, **fields))
    count = bytes(44) + b"\xff" * 4 + bytes(16)
    yield bad("ELF: 2^32-1 headers", "program headers are not inside",
              elf(Segment(RAM), phnum=0xffff, shoff=64 + 56, body=count))
    for phoff in ((1 << 64) - 1, (1 << 64) - 56, 1 << 32):
        yield bad(f"ELF: headers at {phoff:#x}", "program headers are not inside",
                  elf(Segment(RAM), phoff=phoff))
    yield bad("ELF: headers without a size", "program headers are not inside",
              elf(Segment(RAM), phentsize=0))
    for entry in (0, RAM - 1, RAM + 16, (1 << 64) - 1):
        yield bad(f"ELF: entry at {entry:#x}", "entry point lies in none",
                  elf(Segment(RAM), entry=entry))


def elf_segments():
    """Segments that are impossible, or in each other's way."""
    top = (1 << 64) - 1
    for name, seg in (("2^64-1 in memory", Segment(RAM, mem_size=top)),
                      ("2^64-1 bytes in both", Segment(RAM, top)),
                      ("over 2^64", Segment(top - 0xfff, mem_size=0x2000)),
                      ("over 2^56", Segment((1 << 56) - PAGE, mem_size=0x2000))):
        yield bad(f"ELF: a segment of {name}", "beyond the last address", elf(seg))
    yield bad("ELF: 2^64-1 bytes in the file", "larger in the file",
              elf(Segment(RAM, top, PAGE)))
    yield bad("ELF: more bytes than memory", "larger in the file", elf(Segment(RAM, 16, 15)))
    for name, offset in (("behind the end", 1 << 32), ("below 2^64", top - 200)):
        yield bad(f"ELF: bytes {name}", "ends inside of a segment",
                  elf(Segment(RAM, offset=offset)))
    for name, other in (("the same", Segment(RAM, 16)), ("by a byte", Segment(RAM + 15)),
                        ("one inside of the other", Segment(RAM - PAGE, 16, 3 * PAGE))):
        yield bad(f"ELF: segments overlap, {name}", "segments overlap", elf(Segment(RAM), other))
    many = [Segment(RAM + 2 * PAGE * i) for i in range(65)]
    yield bad("ELF: 65 segments", "too many loadable segments", elf(*many))
    for count in (64, 17, 16, 15):
        yield bad(f"ELF: {count} runs of pages", "more than 16 segments", elf(*many[:count]),
                  errno.EINVAL)


def elf_places(end):
    """Segments where no RAM is, which ends at @end."""
    for name, mem in BARRED + (("at address 0", 0), ("behind the RAM", 4 * GIB),
                               ("at 2^40", 1 << 40), ("below 2^56", (1 << 56) - PAGE)):
        yield homeless(f"ELF: {name}", elf(Segment(mem)))
    for name, mem, size in (("into the video memory", VIDEO - 0x10000, 0x20000),
                            ("over the video memory and more", PAGE, 2 * MIB),
                            ("into reserved memory", RESERVED - MIB, 2 * MIB),
                            ("over all reserved memory", RESERVED - MIB, 32 * MIB),
                            ("over the end of the RAM", end - 64 * MIB, 128 * MIB),
                            ("all of memory", PAGE, 1 << 50)):
        yield homeless(f"ELF: {name}", elf(Segment(mem, 16, size)))
    # the last page has bytes, and the gap before it belongs to the same run of pages
    yield homeless("ELF: 2^50 bytes of nothing between bytes",
                   elf(Segment(RAM, 16, 1 << 50), Segment(RAM + (1 << 50), 16)))
    yield homeless("ELF: one good segment, one bad",
                   elf(Segment(RAM), Segment(APIC)))


def elf_others(end):
    """32-bit files, and Linux kernels."""
    yield bad("ELF32: beyond 2^32", "beyond the last address",
              elf(Segment(0xfffff000, mem_size=0x2000), is64=False))
    yield bad("ELF32: 2^32-1 bytes", "beyond the last address",
              elf(Segment(RAM, 0xffffffff), is64=False))
    yield bad("ELF32: headers at 2^32-1", "program headers are not inside",
              elf(Segment(RAM), is64=False, phoff=0xffffffff))
    yield bad("ELF32: cut off", "header makes no sense", elf(Segment(RAM), is64=False)[:51])
    for name, mem in BARRED:
        yield homeless(f"ELF32: {name}", elf(Segment(mem), is64=False))
    yield bad("ELF: 32-bit code above 4 GiB", "beyond 4 GiB",
              elf(Segment(4 * GIB), machine=EM_386))
    kernel = 0xffffffff80000000
    for size in (1 << 40, GIB + PAGE):
        yield bad(f"vmlinux: of {size:#x} bytes", "larger than any kernel",
                  elf(Segment(RAM, 16, size, virt=kernel + RAM)))
    yield homeless("vmlinux: linked to the end of the RAM",
                   elf(Segment(end, virt=kernel + end)), "MiB for the kernel")
    yield homeless("vmlinux: linked to 2^55", elf(Segment(1 << 55, virt=kernel + (1 << 55))),
                   "MiB for the kernel")


# Multiboot

MB1_MAGIC, MB2_MAGIC = 0x1badb002, 0xe85250d6
MB1_ADDRESSES, MB1_VIDEO = 0x10000, 4
FEATURE, BAD_ADDRESS = "requires a feature", "addresses in its multiboot header"
BAD_TAG = "a tag of its multiboot header"
CUT_OFF = "ends inside of what its multiboot header names"


def words(*values):
    return struct.pack(f"<{len(values)}I", *(value & 0xffffffff for value in values))


def mb1(flags, *more):
    return words(MB1_MAGIC, flags, -(MB1_MAGIC + flags), *more)


def mb1_flat(at=RAM, header=None, load_end=0, bss_end=0, entry=None, flags=0):
    """A version 1 image of one page that says by itself where it belongs."""
    head = mb1(MB1_ADDRESSES | flags, at if header is None else header, at, load_end, bss_end,
               at if entry is None else entry)
    return pad(head, PAGE)


def multiboot1():
    for flag in (3, 15):
        yield bad(f"multiboot: unknown requirement {flag}", FEATURE, mb1_flat(flags=1 << flag))
    yield bad("multiboot: no place", "where it belongs", pad(mb1(0), PAGE))
    yield bad("multiboot: a wrong sum", "no multiboot image", pad(words(MB1_MAGIC, 0, 0), PAGE))
    for name, settings in (
            ("header below the image", {"header": RAM - 4}),
            ("header further in than in the file", {"header": RAM + 4}),
            ("header at 2^32-1", {"header": 0xffffffff}),
            ("end below the start", {"load_end": RAM - 1}),
            ("bss ends before the bytes", {"load_end": RAM + 64, "bss_end": RAM + 63}),
            ("bss ends below the start", {"bss_end": RAM - 1}),
            ("entry below", {"entry": RAM - 1}), ("entry behind", {"entry": RAM + PAGE}),
            ("entry at 2^32-1", {"entry": 0xffffffff}),
            ("up to the last byte", {"at": 0xfffff000, "header": 0xfffff000})):
        yield bad("multiboot: " + name, BAD_ADDRESS, mb1_flat(**settings))
    for end in (RAM + PAGE + 1, 0xffffffff):
        yield bad(f"multiboot: bytes up to {end:#x}", CUT_OFF, mb1_flat(load_end=end, bss_end=end))
    for size in (12, 31):
        yield bad(f"multiboot: cut off after {size} bytes", CUT_OFF, mb1_flat()[:size])
    yield bad("multiboot: cut off in the header", "no multiboot image", mb1_flat()[:11])
    yield bad("multiboot: cut off in the video mode", CUT_OFF, mb1_flat(flags=MB1_VIDEO)[:47])
    for name, mem in BARRED + (("at address 0", 0),):
        yield homeless(f"multiboot: {name}", mb1_flat(mem))
    yield homeless("multiboot: bss over the PCI hole", mb1_flat(bss_end=0xfffffff0))
    yield bad("multiboot: ELF beyond 4 GiB", "beyond 4 GiB",
              elf(Segment(4 * GIB), body=pad(mb1(0), 64)))
    yield bad("multiboot: ELF without segments", "as an ELF file it has nothing",
              elf(body=pad(mb1(0), 64)))
    yield bad("multiboot: ELF for ARM", "another architecture",
              elf(Segment(RAM), machine=EM_AARCH64, body=pad(mb1(0), 64)))
    yield bad("multiboot: ELF of 17 runs", "more than 16 segments", elf(
        *[Segment(RAM + 2 * PAGE * i) for i in range(17)], body=pad(mb1(0), 64)), errno.EINVAL)
    yield homeless("multiboot: ELF at address 0", elf(Segment(0), body=pad(mb1(0), 64)))


SHDR = 64
SHT_STRTAB = 3


def shdr(offset, size, align=1):
    """The header of a section that no segment loads."""
    return struct.pack("<IIQQQQIIQQ", 0, SHT_STRTAB, 0, 0, offset, size, 0, 0, align, 0)


def sectioned(*headers, **fields):
    """A version 1 image that is an ELF file with sections, the first of them a right one."""
    front = pad(mb1(0), 64)
    start = EHDR[True] + PHDR[True] + len(front)
    table = shdr(0, 64) + b"".join(headers)
    fields = {"shoff": start, "shentsize": SHDR, "shnum": len(table) // SHDR, **fields}
    return elf(Segment(RAM), body=front + table, **fields)


def odd_sections():
    """Images whose section headers are wrong: they are loaded, and told of none."""
    top = (1 << 64) - 1
    for name, fields in (
            ("no size", {"shentsize": 0}), ("another size", {"shentsize": SHDR + 1}),
            ("more than can be counted", {"shnum": 0xffff}), ("too many", {"shnum": 0xfeff}),
            ("a place behind the end", {"shoff": 1 << 32}), ("the last address", {"shoff": top}),
            ("no names", {"shstrndx": 1}), ("names elsewhere", {"shstrndx": 0xffff})):
        yield f"section headers with {name}", sectioned(**fields)
    for name, header in (
            ("behind the end", shdr(1 << 32, 16)), ("of 2^64-1 bytes", shdr(0, top)),
            ("at 2^64-1", shdr(top, 16)), ("aligned to 3", shdr(0, 16, 3)),
            ("aligned to 2^63", shdr(0, 16, 1 << 63))):
        yield f"a section {name}", sectioned(header)
    many = 10000
    yield "sections of 6 GiB in all", sectioned(shdr(0, many * SHDR) * (many - 1))
    yield f"{many} sections that want a page each", sectioned(shdr(0, 1, PAGE) * (many - 1))


def tag(kind, *values, size=None, optional=False):
    data = words(*values)
    size = 8 + len(data) if size is None else size
    return pad(struct.pack("<HHI", kind, optional, size & 0xffffffff) + data, 8)


def mb2_header(*tags, end=True, length=None, arch=0):
    body = b"".join(tags) + (tag(0) if end else b"")
    length = 16 + len(body) if length is None else length
    return words(MB2_MAGIC, arch, length, -(MB2_MAGIC + arch + length)) + body


def mb2_place(at=RAM, header=None, load_end=0, bss_end=0, entry=None):
    """The tags that say where an image belongs."""
    return (tag(2, at if header is None else header, at, load_end, bss_end) +
            tag(3, at if entry is None else entry))


def mb2(*tags, place=None, **header):
    """A version 2 image of one page."""
    return pad(mb2_header(mb2_place() if place is None else place, *tags, **header), PAGE)


def mb2_elf(*tags, **settings):
    return elf(Segment(RAM), body=bytes(-(EHDR[True] + PHDR[True]) % 8) +
               pad(mb2_header(*tags), 64), **settings)


def relocatable(low, high, align, prefer=0):
    return tag(10, low, high, align, prefer)


def multiboot2():
    for size in (0, 7, 9000, 0xffffffff):
        yield bad(f"multiboot2: a tag of {size} bytes", BAD_TAG, mb2(tag(6, size=size)))
    for kind, name in ((2, "addresses"), (3, "entry"), (5, "framebuffer"), (10, "relocatable")):
        yield bad(f"multiboot2: {name} tag without fields", BAD_TAG, mb2(tag(kind)))
    yield bad("multiboot2: no end tag", BAD_TAG, mb2(end=False))
    yield bad("multiboot2: no room for tags", BAD_TAG, mb2(length=16))
    yield bad("multiboot2: length 0", BAD_TAG, mb2(length=0))
    for length in (PAGE + 1, 0xffffffff):
        yield bad(f"multiboot2: length {length:#x}", CUT_OFF, mb2(length=length))
    yield bad("multiboot2: for MIPS", "another architecture", mb2(arch=4))
    for kind in (11, 0xffff):
        yield bad(f"multiboot2: unknown tag {kind}", FEATURE, mb2(tag(kind)))
    yield bad("multiboot2: an unknown console", FEATURE, mb2(tag(4, 4)))
    for info in (5, 16, 31, 0xffffffff):
        yield bad(f"multiboot2: information {info:#x}", "requires information",
                  mb2(tag(1, 1, info)))
    for name, place in (
            ("header below the image", mb2_place(header=RAM - 4)),
            ("header further in than in the file", mb2_place(header=RAM + 8)),
            ("from the start, but above it", tag(2, 0xffffffff, 0xfffffff0, 0, 0) + tag(3, RAM)),
            ("end below the start", mb2_place(load_end=RAM - 1)),
            ("bss ends before the bytes", mb2_place(load_end=RAM + 64, bss_end=RAM + 8)),
            ("entry behind", mb2_place(entry=RAM + PAGE)),
            ("no entry", tag(2, RAM, RAM, 0, 0))):
        yield bad("multiboot2: " + name, BAD_ADDRESS, mb2(place=place))
    yield bad("multiboot2: no place", "where it belongs", mb2(place=b""))
    whole = mb2()
    yield bad("multiboot2: cut off in the header", "no multiboot2 image", whole[:15])
    for size in (16, 40, 63):
        yield bad(f"multiboot2: cut off after {size} bytes", CUT_OFF, whole[:size])
    for name, mem in BARRED + (("at address 0", 0),):
        yield homeless(f"multiboot2: {name}", mb2(place=mb2_place(mem)))
    for name, field in (("min > max", (RAM + 1, RAM, PAGE)), ("align 0", (0, 0xffffffff, 0)),
                        ("align 3", (0, 0xffffffff, 3)),
                        ("align 2^32-1", (0, 0xffffffff, 0xffffffff))):
        yield bad(f"multiboot2: relocatable, {name}", BAD_ADDRESS, mb2(relocatable(*field)))
    for name, field in (("only to the APIC", (APIC, APIC + MIB, PAGE)),
                        ("only to address 0", (0, 0xfff, PAGE)),
                        ("only to reserved memory", (RESERVED, RESERVED + MIB, PAGE)),
                        ("to a range of a byte", (RAM, RAM, PAGE)),
                        ("to multiples of 2^31", (PAGE, 0xffffffff, 1 << 31))):
        yield homeless(f"multiboot2: relocatable {name}", mb2(relocatable(*field)),
                       "no free memory at")
    yield bad("multiboot2: relocatable, larger than any kernel", "larger than any kernel",
              mb2(relocatable(0, 0xffffffff, PAGE), place=mb2_place(bss_end=0xe0000000)))
    for entry in (0, RAM - 1, RAM + 16, VIDEO, 0xffffffff):
        yield bad(f"multiboot2: ELF, entry at {entry:#x}", "entry point lies in none",
                  mb2_elf(tag(3, entry)))
    yield bad("multiboot2: ELF for ARM", "another architecture", mb2_elf(machine=EM_AARCH64))


# bzImage

SETUP = 1024
BZIMAGE = {
    "setup_sects": (0x1f1, "B", 1), "syssize": (0x1f4, "I", None),
    "boot_flag": (0x1fe, "H", 0xaa55), "jump": (0x200, "H", 0x6aeb), "magic": (0x202, "I", 0x53726448), "version": (0x206, "H", 0x20f),
    "loadflags": (0x211, "B", 1), "code32": (0x214, "I", MIB),
    "initrd_max": (0x22c, "I", 0x7fffffff),
    "align": (0x230, "I", 2 * MIB), "relocatable": (0x234, "B", 1), "min_align": (0x235, "B", 21),
    "xloadflags": (0x236, "H", 0x63), "cmdline_size": (0x238, "I", 2047),
    "payload": (0x248, "I", 0), "payload_size": (0x24c, "I", 0), "pref": (0x258, "Q", 16 * MIB),
    "init_size": (0x260, "I", 2 * MIB)}


def bzimage(code=bytes(PAGE), **fields):
    """A bzImage that consists of the protected-mode @code; @fields replace header fields."""
    file = bytearray(SETUP) + pad(code, 16)
    for name, (at, form, value) in BZIMAGE.items():
        if name == "syssize":
            value = (len(file) - SETUP) // 16
        struct.pack_into("<" + form, file, at, fields.get(name, value))
    return bytes(file)


# No checksum of anything: who does not build as Linux does ends with what comes last.
ODD_END = bytes(PAGE - 4) + b"\xde\xad\xbe\xef"


def with_payload(payload, size, **fields):
    """A bzImage with a compressed kernel that is said to unpack to @size bytes."""
    payload += words(size)
    return bzimage(bytes(0x400) + payload, payload=0x400, payload_size=len(payload), **fields)


def fixed(code32, **fields):
    return bzimage(relocatable=0, code32=code32, **fields)


def bzimages(end):
    whole = bzimage()
    for size, says in ((100, NO_FORMAT), (0x207, NO_FORMAT), (0x208, "inside the setup code"),
                       (SETUP - 1, "inside the setup code"),
                       (SETUP, "inside the protected-mode code"),
                       (SETUP + PAGE - 16, "inside the protected-mode code")):
        yield bad(f"bzImage: cut off after {size:#x} bytes", says, whole[:size])
    for name, says, fields in (
            ("no setup code", "inside the setup code", {"setup_sects": 255}),
            ("no size", "no size", {"syssize": 0}),
            ("2^32-1 paragraphs", "inside the protected-mode code", {"syssize": 0xffffffff}),
            ("version 1.0", "protocol version", {"version": 0x100}),
            ("version 2.1", "older than 2.02", {"version": 0x201}),
            ("a zImage", "zImage", {"loadflags": 0}),
            ("a payload behind the code", "beyond the protected-mode code",
             {"payload": PAGE, "payload_size": 1}),
            ("a payload of 2^32-1 bytes at 2^32-1", "beyond the protected-mode code",
             {"payload": 0xffffffff, "payload_size": 0xffffffff}),
            ("alignment 0", "power of two", {"align": 0}),
            ("alignment 3", "power of two", {"align": 3}),
            ("alignment 2^32-1", "power of two", {"align": 0xffffffff}),
            ("no memory", "how much memory", {"init_size": 0}),
            ("16 bits only", "16-bit entry", {"xloadflags": 0, "code32": 0})):
        yield bad("bzImage: " + name, says, bzimage(**fields))
    yield bad("bzImage: entry behind the code", "behind the end of the code", bzimage(bytes(512)))
    yield damaged("bzImage: a payload of no known kind, and no right checksum", "the checksum of its first",
                  bzimage(ODD_END, payload=0x400, payload_size=0x400))
    for name, fields in (("4 GiB of memory", {"init_size": 0xffffffff}),
                         ("2 GiB of memory", {"init_size": 1 << 31}),
                         ("alignment 2^31", {"align": 1 << 31}),
                         ("linked to 2^64-1", {"pref": (1 << 64) - 1}),
                         ("linked to 2^63", {"pref": 1 << 63}),
                         ("linked to the end of the RAM", {"pref": end})):
        yield homeless("bzImage: " + name, bzimage(**fields), "MiB aligned to")
    for code32, more in ((0, {}), (VIDEO, {}), (PAGE, {}), (0xffffffff, {}), (0xfffff000, {}),
                         (RAM, {"init_size": 0xffffffff}), (RAM, {"pref": (1 << 64) - 1})):
        says = "below 1 MiB or beyond 4 GiB"
        yield bad(f"bzImage: fixed at {code32:#x} {sorted(more)}", says, fixed(code32, **more))
    for name, mem in BARRED[1:] + (("behind the RAM", end),):
        yield homeless(f"bzImage: fixed {name}", fixed(mem, pref=0))
        yield homeless(f"bzImage: fixed {name}, 32 bits", fixed(mem, pref=0, xloadflags=0))
    yield homeless("bzImage: fixed into the PCI hole", fixed(RAM, pref=0, init_size=0xc0000000))
    yield homeless("bzImage: fixed to no page", fixed(RAM + 16, pref=0), "whole pages")
    yield from payloads()


# Not every decompressor tells how it failed.
SHORT = {"zstd": "more bytes than it announces", "gzip": "cannot be unpacked",
         "xz": "cannot be unpacked"}


def payloads():
    """Kernels in a bzImage that are damaged, or bombs."""
    zeros = bytes(8 * MIB)
    for name, packed in (("zstd", zstd(zstd_rle(8 * MIB))), ("gzip", gzip.compress(zeros)[:-4]),
                         ("xz", xz(zeros))):
        for size, says in ((MIB, SHORT[name]), (8 * MIB + 1, "fewer bytes")):
            yield damaged(f"bzImage: {name} of 8 MiB that announces {size:#x}", says,
                          with_payload(packed, size, init_size=32 * MIB))


# Unified kernel images

PE_AT, OPTIONAL = 64, 240


class Section(NamedTuple):
    """A section with its @data, if that is not said to be elsewhere or of another size."""

    name: str
    data: bytes = b""
    size: int = None
    mem_size: int = None
    at: int = None


def pe(*sections, machine=0x8664, count=None, optional=OPTIONAL, magic=0x20b, pe_at=PE_AT):
    count = len(sections) if count is None else count
    start = len(pad(bytes(PE_AT + 24 + OPTIONAL + 40 * len(sections)), 512))
    head = b"MZ" + bytes(58) + struct.pack("<I", pe_at) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", machine, count, 0, 0, 0, optional, 0x22)
    head += struct.pack("<H", magic).ljust(OPTIONAL, b"\0")
    body = b""
    for sec in sections:
        at = start + len(body) if sec.at is None else sec.at
        size = len(sec.data) if sec.size is None else sec.size
        mem_size = size if sec.mem_size is None else sec.mem_size
        head += sec.name.encode().ljust(8, b"\0")
        head += struct.pack("<IIII", mem_size, 0x1000, size, at).ljust(32, b"\0")
        body += pad(sec.data, 512)
    return pad(head, 512) + body


def ukis():
    kernel = bzimage()
    linux = Section(".linux", kernel)
    whole = pe(linux)
    for size in (63, 67, 89, 300):
        says = NO_FORMAT if size < 68 else "PE headers make no sense"
        yield bad(f"UKI: cut off after {size} bytes", says, whole[:size])
    yield bad("UKI: cut off in a section", "ends inside of a section", whole[:len(kernel)])
    for name, says, settings in (
            ("0xffff sections", "PE headers make no sense", {"count": 0xffff}),
            ("headers of 0xffff bytes", "PE headers make no sense", {"optional": 0xffff}),
            ("PE32", "PE headers make no sense", {"magic": 0x10b}),
            ("for ARM", "another architecture", {"machine": 0xaa64}),
            ("headers at 2^32-1", NO_FORMAT, {"pe_at": 0xffffffff})):
        yield bad("UKI: " + name, says, pe(linux, **settings))
    for name, section in (
            ("at 2^32-1", Section(".linux", kernel, at=0xffffffff)),
            ("of 2^32-1 bytes", Section(".linux", kernel, size=0xffffffff)),
            ("over 2^32", Section(".linux", kernel, size=0xfffff000, at=0xfffff000)),
            ("behind the end", Section(".initrd", bytes(8), at=1 << 20))):
        yield bad("UKI: a section " + name, "ends inside of a section", pe(linux, section)
                  if section.name != ".linux" else pe(section))
    for name in (".linux", ".initrd", ".cmdline", ".ucode", ".uname", ".osrel"):
        twice = Section(name, kernel if name == ".linux" else b"x")
        yield bad(f"UKI: two of {name}", "a section twice", pe(linux, twice, twice))
    for name, data in (("zeros", bytes(PAGE)), ("an ELF file", elf(Segment(RAM))),
                       ("a UKI", whole), ("gzip", gzip.compress(kernel)),
                       ("half a kernel", kernel[:600])):
        yield bad(f"UKI: .linux is {name}", "", pe(Section(".linux", data)))
    yield bad("UKI: .linux without bytes", "has no kernel", pe(Section(".linux")))
    yield bad("UKI: an addon", "addon of unified kernel images", pe(Section(".cmdline", b"x")))
    yield bad("UKI: a NUL in the command line", "NUL byte", pe(linux, Section(".cmdline", b"a\0b")))
    for size in (MIB, 8 * MIB):
        yield bad(f"UKI: a command line of {size >> 20} MiB", "command line",
                  pe(linux, Section(".cmdline", b"x" * size)), errno.EINVAL)
    yield homeless("UKI: a kernel fixed over the APIC",
                   pe(Section(".linux", fixed(APIC, pref=0))))
    yield homeless("UKI: a kernel of 4 GiB", pe(Section(".linux", bzimage(init_size=0xffffffff))),
                   "MiB aligned to")


# Compressed files

LARGE, SMALL = "more bytes than its kind and size allow", "too few bytes"


def gzip_file(data, size=None, flags=0, method=8, crc=None):
    """@data as gzip packs it, said to be of @size bytes."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    size = len(data) if size is None else size
    crc = zlib.crc32(data) if crc is None else crc
    return b"\x1f\x8b" + bytes([method, flags]) + bytes(6) + body + words(crc, size)


def number(value):
    """A number as xz writes it."""
    text = b""
    while value >= 0x80:
        text += bytes([value & 0x7f | 0x80])
        value >>= 7
    return text + bytes([value])


def xz(data, size=None, records=1, backward=None, packed=None):
    """@data as xz packs it, with an index of our own that tells its sizes."""
    file = lzma.compress(data, check=lzma.CHECK_CRC32, preset=1)
    index_size = (struct.unpack("<I", file[-8:-4])[0] + 1) * 4
    block = file[12:-12 - index_size]
    # what pads it is no part of its size; of deflated zeros nobody knows how much that is
    packed = xz_unpadded(file, index_size) if packed is None else packed
    index = pad(b"\0" + number(records) + number(packed) +
                number(len(data) if size is None else size), 4)
    index += words(zlib.crc32(index))
    backward = len(index) // 4 - 1 if backward is None else backward
    fields = words(backward) + file[6:8]
    return file[:12] + block + index + words(zlib.crc32(fields)) + fields + b"YZ"


def xz_unpadded(file, index_size):
    """The first size in the index."""
    at, value, shift = len(file) - 12 - index_size + 2, 0, 0
    while True:
        value |= (file[at] & 0x7f) << shift
        if not file[at] & 0x80:
            return value
        at, shift = at + 1, shift + 7


ZSTD_BLOCK = 128 * KIB


def zstd_block(kind, size, data, last=False):
    return struct.pack("<I", last | kind << 1 | size << 3)[:3] + data


def zstd_rle(size):
    """Blocks that each say that there are 128 KiB of zeros."""
    count = size // ZSTD_BLOCK
    return (zstd_block(1, ZSTD_BLOCK, b"\0") * (count - 1) +
            zstd_block(1, ZSTD_BLOCK, b"\0", last=True))


def zstd_raw(data):
    """Blocks with @data as it is."""
    parts = [data[at:at + ZSTD_BLOCK] for at in range(0, len(data), ZSTD_BLOCK)]
    return b"".join(zstd_block(0, len(part), part, last=part is parts[-1]) for part in parts)


def zstd(blocks, size=None, window=0x58, flags=0):
    """A frame of @blocks, said to be of @size bytes."""
    if size is None:
        return b"\x28\xb5\x2f\xfd" + bytes([flags, window]) + blocks
    return b"\x28\xb5\x2f\xfd" + bytes([0xc0 | flags, window]) + struct.pack("<Q", size) + blocks


def gzips():
    zeros = bytes(64 * MIB)
    yield bad("gzip: 64 MiB of zeros", NO_FORMAT, gzip_file(zeros))
    yield damaged("gzip: 64 MiB that announce 1", SHORT["gzip"], gzip_file(zeros, MIB))
    yield damaged("gzip: 64 MiB that announce a byte more", "fewer bytes",
                  gzip_file(zeros, 64 * MIB + 1))
    for size in (0xffffffff, GIB + 1, 200 * MIB):
        yield damaged(f"gzip: a KiB that announces {size:#x}", LARGE,
                      gzip_file(bytes(range(256)) * 4, size))
    yield damaged("gzip: announces 0", SMALL, gzip_file(zeros, 0))
    yield damaged("gzip: a wrong sum", "checksum is wrong", gzip_file(zeros, crc=1))
    for name, settings in (("an unknown method", {"method": 7}),
                           ("reserved flags", {"flags": 0xe0})):
        yield damaged("gzip: " + name, "header makes no sense", gzip_file(zeros, **settings))
    yield damaged("gzip: a name without an end", "ends too early",
                  b"\x1f\x8b\x08\x08" + b"x" * 4000 + words(0, PAGE))
    for size in (2, 10, 17):
        yield damaged(f"gzip: cut off after {size} bytes", "ends too early",
                      gzip_file(zeros)[:size])
    yield damaged("gzip: nonsense inside", "cannot be unpacked",
                  gzip_file(zeros)[:10] + b"\xff" * 4000 + words(0, MIB))


def xzs():
    zeros = bytes(64 * MIB)
    yield bad("xz: 64 MiB of zeros", NO_FORMAT, xz(zeros))
    yield damaged("xz: 64 MiB that announce 1", "cannot be unpacked", xz(zeros, MIB))
    yield damaged("xz: 64 MiB that announce 65", "cannot be unpacked", xz(zeros, 65 * MIB))
    for size in ((1 << 63) - 1, GIB + 1, 200 * MIB):
        yield damaged(f"xz: a KiB that announces {size:#x}", LARGE, xz(bytes(KIB), size))
    yield damaged("xz: announces 0", SMALL, xz(zeros, 0))
    for records in (2, (1 << 63) - 1):
        yield damaged(f"xz: {records} blocks", "header makes no sense", xz(zeros, records=records))
    yield damaged("xz: a block beyond the file", "header makes no sense",
                  xz(zeros, packed=(1 << 63) - 1))
    yield damaged("xz: an index of 2^34 bytes", "header makes no sense",
                  xz(zeros, backward=0xffffffff))
    yield bad("xz: another checksum", "checksum is of a kind", lzma.compress(zeros))
    whole = xz(zeros)
    for size in (6, 12, 24, len(whole) - 1, len(whole) - 12):
        yield damaged(f"xz: cut off after {size} bytes", "ends too early", whole[:size])


def zstds():
    zeros = zstd_rle(64 * MIB)
    yield bad("zstd: 64 MiB of zeros", NO_FORMAT, zstd(zeros))
    yield damaged("zstd: 64 MiB that announce 1", "more bytes than it announces", zstd(zeros, MIB))
    for size in (65 * MIB, (1 << 64) - 1):
        yield damaged(f"zstd: 64 MiB that announce {size:#x}", LARGE, zstd(zeros, size))
    yield damaged("zstd: 2 GiB of zeros", LARGE, zstd(zstd_rle(2 * GIB)))
    yield damaged("zstd: announces 0", SMALL, zstd(zeros, 0))
    yield bad("zstd: a dictionary", "uncommon feature", zstd(zeros, flags=1))
    yield damaged("zstd: a reserved bit", "header makes no sense", zstd(zeros, flags=8))
    yield damaged("zstd: a block of no kind", "size of a block", zstd(zstd_block(3, 4, b"0000")))
    yield damaged("zstd: a block of 2 MiB", "size of a block",
                  zstd(zstd_block(1, 2 * MIB - 1, b"0")))
    yield damaged("zstd: nonsense inside", "cannot be unpacked",
                  zstd(zstd_block(2, 200, b"\xff" * 200, last=True)))
    yield damaged("zstd: more behind the end", "behind its end", zstd(zeros) + b"\0")
    for size in (4, 5, 6, 8, len(zstd(zeros)) - 1):
        yield damaged(f"zstd: cut off after {size} bytes", "ends too early", zstd(zeros)[:size])


def nested(end):
    """Files that are wrapped more than once, or a bad file, or too much."""
    kernel = bzimage(bytes(64 * KIB))
    wrap = {"gzip": gzip_file, "xz": xz}
    for outer in wrap:
        for inner in wrap:
            yield bad(f"{inner} in {outer}", "compressed twice",
                      wrap[outer](pad(wrap[inner](kernel), PAGE)))
    if end <= GIB:
        yield bad("1 GiB in zstd", "not enough free memory to unpack the kernel: it takes 1024 MiB",
                  zstd(zstd_rle(GIB)), errno.ENOMEM)
    bomb = gzip_file(bytes(512 * MIB))
    yield bad("a bomb in gzip", "compressed twice", gzip_file(bomb))
    yield homeless("an ELF file over the APIC in xz", xz(elf(Segment(APIC), body=bytes(PAGE))))
    yield bad("half a bzImage in gzip", "inside the protected-mode code",
              gzip_file(kernel[:40 * KIB]))


def large():
    """Sound files that are small only as long as they are packed."""
    kernel = elf(Segment(RAM), body=bytes(LENGTHY))
    yield "gzip", gzip_file(kernel)
    yield "xz", xz(kernel)


def most_of(end):
    """A program that is all zeros, for nearly all of the RAM, more of it than is free."""
    return elf(Segment(LOW_RAM, 16, RESERVED - LOW_RAM),
               Segment(RESERVED + RESERVED_SIZE, 16, end - RESERVED - RESERVED_SIZE - 16 * MIB))


def controls(end):
    """Files with nothing wrong, made of the same parts, for a guest whose RAM ends at @end."""
    kernel = bzimage(bytes(64 * KIB))
    linux = Section(".linux", kernel)
    vmlinux = elf(Segment(RAM, virt=0xffffffff80000000 + RAM), body=bytes(PAGE))
    right = {
        "nearly all of the memory": most_of(end),
        "ELF": elf(Segment(RAM)), "ELF32": elf(Segment(RAM), is64=False),
        "14 runs of pages": elf(*[Segment(RAM + 2 * PAGE * i) for i in range(14)]),
        "vmlinux": vmlinux, "multiboot": mb1_flat(), "multiboot2": mb2(),
        "multiboot ELF": elf(Segment(RAM), body=pad(mb1(0), 64)), "multiboot2 ELF": mb2_elf(),
        "an entry tag": mb2_elf(tag(3, RAM + 8)), "an unknown tag": mb2(tag(11, optional=True)),
        "relocatable": mb2(relocatable(0, 0xffffffff, PAGE)), "bzImage": bzimage(),
        "a fixed bzImage": fixed(RAM, pref=0),
        "a bzImage of another build": bzimage(ODD_END),
        "a fixed bzImage of another build": bzimage(ODD_END, relocatable=0, code32=RAM, pref=0),
        "a 32-bit bzImage of another build": bzimage(ODD_END, xloadflags=0),
        "a UKI of another build": pe(linux._replace(data=bzimage(ODD_END))), "a UKI": pe(linux),
        "a section with much memory": pe(linux._replace(mem_size=0xffffffff)),
        "other sections anywhere": pe(linux, Section(".text", size=0xffffffff, at=0xffffffff)),
        "xz, more than is unpacked at once": xz(elf(Segment(RAM), body=counted(AT_ONCE + MIB))),
        "gzip": gzip_file(kernel), "xz": xz(kernel), "zstd": zstd(zstd_raw(kernel))}
    right["multiboot ELF with a section"] = sectioned()
    right.update(odd_sections())
    for name, data in right.items():
        yield Row(name, 0, "", data)


def refused(end):
    """All rows that must fail in a guest whose RAM ends at @end."""
    for rows in (elf_places, elf_others, bzimages, nested):
        yield from rows(end)
    for rows in (elf_headers, elf_segments, ukis, gzips, xzs, zstds):
        yield from rows()
    # else they were taken for ELF files, if they are
    for form, rows in (("multiboot", multiboot1), ("multiboot2", multiboot2)):
        yield from (row._replace(form=form) for row in rows())
    yield bad("ELF as multiboot", "no multiboot image", elf(Segment(RAM)))._replace(
        form="multiboot")
    yield bad("ELF as something", "no loader has the name something", elf(Segment(RAM)),
              errno.EINVAL)._replace(form="something")
