# SPDX-License-Identifier: GPL-2.0-only
"""Takes the compressed kernel out of a bzImage and packs it anew.

What comes out can only be entered past its decompressor: that one is cut off
with the signature.  The header and what the payload unpacks to are the
original's, the image's checksum is right.
"""

import os
import struct
import subprocess
import zlib

SETUP_SECTS, SYSSIZE, PAYLOAD, PE_OFFSET = 0x1f1, 0x1f4, 0x248, 0x3c
PE_CHECKSUM, PE_CERTIFICATES = 24 + 64, 24 + 112 + 4 * 8
SECTOR, PARAGRAPH = 512, 16

# What the kernel's build calls, but for the level where that would take minutes.
COMPRESSORS = {
    "gzip": ("gzip", "-n", "-6"),
    "xz": ("xz", "--check=crc32", "--x86", "--lzma2=preset=3,dict=32MiB"),
    "zstd": ("zstd", "-q", "-3", "--long=27"),
    "lz4": ("lz4", "-q", "-l", "-9", "-", "-"),
    "lz4-frame": ("lz4", "-q", "-9", "-BD", "-", "-"),
    "lzo": ("lzop", "-3"),
}
# They bring the size along; the others get it appended.
SIZED = ("gzip",)

DECOMPRESSORS = {
    b"\x1f\x8b": ("gzip", "-dc"),
    b"\xfd7zXZ": ("xz", "-dc", "--single-stream"),
    b"\x28\xb5\x2f\xfd": ("zstd", "-q", "-dc", "--long=31"),
    b"\x02\x21\x4c\x18": ("lz4", "-q", "-dc"),
    b"\x89LZO": ("lzop", "-dc"),
}


def piped(command, data):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def number(data, offset):
    return struct.unpack_from("<I", data, offset)[0]


class Image:
    """A bzImage in its parts."""

    def __init__(self, data):
        self.setup = bytearray(data[:((data[SETUP_SECTS] or 4) + 1) * SECTOR])
        start = len(self.setup)
        self.code = data[start:start + number(data, SYSSIZE) * PARAGRAPH]
        self.offset, length = struct.unpack_from("<II", data, PAYLOAD)
        self.payload = self.code[self.offset:self.offset + length]

    def unpack(self):
        """The kernel inside, as its size says."""
        data = self.payload
        command = next(how for magic, how in DECOMPRESSORS.items() if data.startswith(magic))
        stream = data if command[0] == "gzip" else data[:-4]
        kernel = piped(command, stream)
        if len(kernel) != number(data, len(data) - 4):
            raise ValueError(f"{command[0]} gave {len(kernel)} bytes")
        return kernel

    def with_payload(self, payload):
        """The bytes of an image with another payload."""
        code = self.code[:self.offset] + payload
        code += bytes(-(len(code) + 4) % SECTOR)
        setup = bytearray(self.setup)
        struct.pack_into("<I", setup, SYSSIZE, (len(code) + 4) // PARAGRAPH)
        struct.pack_into("<I", setup, PAYLOAD + 4, len(payload))
        pe = number(setup, PE_OFFSET)
        if setup[:2] == b"MZ" and setup[pe:pe + 4] == b"PE\0\0":
            struct.pack_into("<I", setup, pe + PE_CHECKSUM, 0)
            struct.pack_into("<II", setup, pe + PE_CERTIFICATES, 0, 0)
        data = bytes(setup) + code
        return data + struct.pack("<I", zlib.crc32(data) ^ 0xffffffff)


def pack(kernel, compressor):
    """A payload that unpacks to @kernel."""
    payload = piped(COMPRESSORS[compressor], kernel)
    return payload if compressor in SIZED else payload + struct.pack("<I", len(kernel))


def repack(source, destination, compressor):
    """Writes the bzImage @source to @destination with a payload of @compressor."""
    with open(source, "rb") as file:
        image = Image(file.read())
    os.makedirs(os.path.dirname(destination), exist_ok=True)
    with open(destination + ".new", "wb") as file:
        file.write(image.with_payload(pack(image.unpack(), compressor)))
    os.rename(destination + ".new", destination)
