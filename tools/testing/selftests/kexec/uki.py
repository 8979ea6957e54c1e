# SPDX-License-Identifier: GPL-2.0-only
"""Unified kernel images and addons, made with the stub of systemd."""

import os
import subprocess

# Where sections go that are added to the stub, one after the other.
FIRST = 0x100000
ALIGN = 0x1000


# Where the section table ends at the latest.
HEADERS = 4096


def make(stub, path, sections):
    """Writes to @path what @stub and @sections, (name, bytes or path) pairs, make."""
    command, address = ["objcopy"], FIRST
    for number, (_, content) in enumerate(sections):
        if isinstance(content, bytes):
            source = f"{path}.{number}"
            with open(source, "wb") as out:
                out.write(content)
        else:
            source = content
        command += ["--add-section", f"{alias(number)}={source}",
                    "--change-section-vma", f"{alias(number)}={address:#x}"]
        address += -(-os.stat(source).st_size // ALIGN) * ALIGN
    subprocess.run(command + [stub, path], check=True, stderr=subprocess.DEVNULL)
    rename(path, [name for name, _ in sections])


def alias(number):
    """objcopy knows sections by name, of which some occur more than once in the end."""
    return f".alias{number:x}"


def rename(path, names):
    """Gives the sections of @path their @names."""
    with open(path, "r+b") as image:
        head = image.read(HEADERS)
        for number, name in enumerate(names):
            image.seek(head.index(alias(number).encode()))
            image.write(name.encode().ljust(8, b"\0"))


def sign(path, key):
    """Signs the PE file @path with @key, which the kernel under test trusts."""
    subprocess.run(["sbsign", "--key", key, "--cert", key, "--output", path, path], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
