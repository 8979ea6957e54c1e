# SPDX-License-Identifier: GPL-2.0-only
"""Unified kernel images with everything that can go with them."""

import os
from dataclasses import dataclass

import devicetree
import uki
from case import Case, Setup
from initramfs import Archive
from judges import contains, entered_directly, value

WORDS = "kx.uki=1"
ADDED = "kx.addon=1"
USERS = "kx.user=1"


@dataclass
class UkiCase(Case):
    """A kernel, its initrd and its command line in one file.

    @line is what the new kernel's command line has to end with.  With @user that is
    given by hand, with @addons, those are: each has a command line and a file.
    @dtb: with a device tree.
    @lockdown and @signed: the loading kernel only takes signed files, the image is one.
    @refused is why it is not loaded.
    """

    stage: str = "uki.sh"
    arrival: str = "arrive-uki.sh"
    how: str = "-s -d"
    user: bool = False
    addons: int = 0
    initrd: bool = False
    dtb: bool = False
    lockdown: bool = False
    signed: bool = False
    profile: int = None
    refused: str = ""
    line: str = WORDS

    def setup(self, made, stock):
        return UkiSetup(self, made, stock)

    def needs(self, stock=False):
        return super().needs(stock) | {"distro"}


class UkiSetup(Setup):
    """A case with its image made, ready to run."""

    def _last_words(self):
        return self.case.line

    def _settings(self):
        case = self.case
        arguments = "".join(f" --addon=/boot/addon{n}" for n in range(case.addons))
        if case.user:
            arguments += f' --command-line="{self._line(USERS)}"'
        if case.initrd:
            arguments += " --initrd=/boot/more"
        if case.dtb:
            arguments += " --dtb=/boot/dtb"
        if case.profile is not None:
            arguments += f" --profile={case.profile}"
        return {"ARGUMENTS": arguments, "LOCKDOWN": "1" if case.lockdown else "",
                "REFUSED": case.refused, **super()._settings()}

    def _judges(self):
        """All that came with the image has to be there, and no more."""
        case = self.case
        if case.refused:
            return ()
        parts = ["ucode"] + [f"addon{n}" for n in range(case.addons)] + ["more"] * case.initrd
        return super()._judges() + (value("parts", " ".join(sorted(parts))),)

    def _line(self, words):
        """A command line that ends with @words, instead of those of the case."""
        return self.command_line.replace(self.case.line, words)

    def _next_stage(self, archive):
        made = self.images
        last = os.path.join(self.directory, "last.cpio")
        made.arrival(last, self.case.arrival, self.case.payload, self._arrival_tools)
        archive.file("boot/kernel", self._made("uki", self._sections(last)))
        for n in range(self.case.addons):
            name = f"addon{n}"
            archive.file("boot/" + name, self._made(name, [
                (".cmdline", f"{ADDED}".encode()), (".initrd", self._small(name))]))
        if self.case.dtb:
            archive.data("boot/dtb", devicetree.tree())
        if self.case.initrd:
            archive.file("boot/more", self._small("more"))

    def _sections(self, initrd):
        words = self.case.line.replace(f" {ADDED}", "").replace(USERS, WORDS)
        sections = [(".osrel", b"ID=test\n"), (".uname", b"test"),
                    (".cmdline", self._line(words).encode() + b"\n"),
                    (".linux", self.target), (".initrd", initrd),
                    (".ucode", self._small("ucode"))]
        if self.case.profile is None:
            return sections
        sections[2] = (".cmdline", b"kx.wrong=1")
        return sections + [(".profile", b"ID=a\n"), (".profile", b"ID=b\n"),
                           (".cmdline", self._line(words).encode())]

    def _small(self, name):
        """An initrd that holds the file /parts/@name."""
        path = os.path.join(self.directory, name + ".cpio")
        with Archive(path) as archive:
            archive.data("parts/" + name, name)
        return path

    def _made(self, name, sections):
        made, path = self.images, os.path.join(self.directory, name + ".efi")
        uki.make(made.need("distro/images/stub.efi", "make distro"), path, sections)
        if self.case.signed:
            uki.sign(path, made.signing_key(self.case.first))
        return path


def core():
    """What every change has to get right."""
    yield UkiCase("uki", judges=(
        entered_directly, contains("setup_data", "0x6b78")))
    yield UkiCase("uki-initrd", initrd=True, dtb=True, judges=(contains("setup_data", "0x2"),))
    yield UkiCase("uki-user", user=True, line=USERS)
    yield UkiCase("uki-addons", addons=2, initrd=True, line=f"{WORDS} {ADDED} {ADDED}")
    yield UkiCase("uki-user-addon", user=True, addons=1, line=f"{USERS} {ADDED}")
    yield UkiCase("uki-profile", profile=1)
    yield UkiCase("uki-locked", lockdown=True, signed=True, addons=1, line=f"{WORDS} {ADDED}")
    yield refused("uki-locked-user", "own command line cannot be replaced", signed=True, user=True)
    yield refused("uki-locked-dtb", "a device tree cannot be given", signed=True, dtb=True)
    yield refused("uki-locked-unsigned", "no trusted key signed the image")


def refused(name, reason, **settings):
    """An image that a locked-down kernel does not load."""
    return UkiCase(name, lockdown=True, refused=reason, stages=1, arrival="arrive-uki.sh", **settings)
