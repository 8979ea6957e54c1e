# SPDX-License-Identifier: GPL-2.0-only
"""What GRUB itself would start, as grub-emu tells it.

grub-emu runs the same configuration file on the same files, which it is given as an archive.
It has no command that loads a kernel, so that functions of those names can tell what they
would be given.
"""

import io
import os
import re
import shutil
import subprocess
import tarfile
import time

SECONDS = 20
HEAD = """function told { if [ -f "$2" ]; then echo "@$1@"; shift; for w in "$@"; do echo "@w<$w>@"; done; else false; fi; }
function linux { told linux "$@"; }
function initrd { echo "@initrd@"; for w in "$@"; do echo "@w<$w>@"; done; }
set grub_platform=pc; set grub_cpu=i386; set timeout=0; export timeout
true
"""
TAIL = "\nset timeout=0\n"
# Behind an error it waits for somebody to have read it.
PAUSE = b"Press any key"
# The terminal must not break lines.
ENVIRONMENT = {"COLUMNS": "4000", "LINES": "4000", "TERM": "vt100"}
ENDS = (b"to boot both default", b"Falling back to", b"grub> ", b"Press enter to boot")
ESCAPES = re.compile(rb"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9])")


def program():
    return shutil.which("grub-emu")


def archive(root, text, path):
    """All files of a directory, with that configuration file."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        tar.add(root, arcname=".", filter=lambda member: None if member.name.endswith("/grub.cfg") else member)
        member = tarfile.TarInfo("./boot/grub/grub.cfg")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))


def output_of(path):
    """What it prints until the default entry was run; None if that does not come."""
    with subprocess.Popen([program(), f"--memdisk={path}", "-r", "memdisk", "-d", "/boot/grub"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, **ENVIRONMENT}) as emu:
        got, paused, until = b"", 0, time.monotonic() + SECONDS
        os.set_blocking(emu.stdout.fileno(), False)
        while time.monotonic() < until and len(got) < 1 << 22:
            more = emu.stdout.read()
            if more:
                got += more
            elif more == b"" or emu.poll() is not None:
                break
            else:
                time.sleep(0.005)
            if any(end in got for end in ENDS):
                break
            while got.count(PAUSE) > paused:
                paused += 1
                emu.stdin.write(b" ")
                emu.stdin.flush()
        else:
            got = None
        emu.kill()
    return got


def quoted(word):
    """As GRUB hands a word over to a kernel (grub-core/lib/cmdline.c)."""
    word = re.sub(r"([\\'\"])", r"\\\1", word)
    return f'"{word}"' if " " in word else word


def groups(text):
    """The commands that were told of, each with its words."""
    found = []
    for kind, word in re.findall(r"@(linux|initrd|w)(?:@|<(.*?)>@)", text, re.S):
        if kind != "w":
            found.append((kind, []))
        elif found:
            found[-1][1].append(word)
    return found


def started(root, text, path):
    """The kernel, initrds and command line that GRUB starts: a row, None, or "endless"."""
    archive(root, (HEAD + text + TAIL).encode(), path)
    got = output_of(path)
    if got is None:
        return "endless"
    got = ESCAPES.sub(b"", got).replace(b"\r", b"").replace(b"\n", b"").decode(errors="replace")
    if "  Booting `" not in got:
        return None
    kernel, initrds = None, []
    for kind, words in groups(got[got.rindex("  Booting `"):]):
        if kind == "linux":
            kernel, initrds = words, []
        else:
            initrds = words
    if not kernel:
        return None
    return kernel[0], tuple(initrds), " ".join(filter(None, map(quoted, kernel[1:])))


def ours(found, strip):
    """The same of the entries that the library has found."""
    for entry in found:
        if "default" in entry:
            initrds = entry.get("initrd", "")
            return (strip(entry["kernel"]), tuple(map(strip, initrds.split(" + ") if initrds else ())),
                    entry.get("options", ""))
    return None
