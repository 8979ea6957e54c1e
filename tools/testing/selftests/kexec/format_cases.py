# SPDX-License-Identifier: GPL-2.0-only
"""Images of every format, loaded by the kernel and entered."""

import zlib
from dataclasses import dataclass

from case import Case, Setup
from judges import at_least, contains, entered_directly, includes, value

MODULE = b"a module\n"
# What kexec_test says of itself, and which of its images say it.
VARIANTS = (
    ("bzimage", "bzImage", "long"), ("bzimage32", "bzImage", "protected"),
    ("elf64", "ELF", "long"), ("elf32", "ELF", "protected"),
    ("multiboot", "multiboot", "protected"), ("multiboot-flat", "multiboot", "protected"),
    ("multiboot2", "multiboot2", "protected"), ("multiboot2-elf64", "multiboot2", "protected"),
    ("multiboot2-reloc", "multiboot2", "protected"))
XEN_LINE = "console=com1 com1=115200,8n1 dom0_mem=512M loglvl=all smap=0"
DOM0_LINE = "console=hvc0 panic=1"


@dataclass
class ImageCase(Case):
    """An image @target that is no kernel of ours: what it prints is what is judged."""

    stage: str = "image.sh"
    arrival: str = None
    arguments: str = ""
    line: str = "serial=ttyS1 word"
    form: str = ""

    def setup(self, made, stock):
        return ImageSetup(self, made, stock)


class ImageSetup(Setup):
    """An image case with its files made, ready to run."""

    def _settings(self):
        case = self.case
        return {"ARGUMENTS": case.arguments, "LINE": case.line, "FORMAT": case.form,
                **super()._settings()}


def told_sections(variant):
    """An image that is an ELF file learns where its code is linked to."""
    if variant.endswith("-flat"):
        return ()
    return at_least("sections", 4, 16), value("sections.code", "0x100000")


def examined(variant, form, mode):
    """kexec_test in one of its formats, with what that can be given."""
    judges = [value("mode", mode)]
    line = "serial=ttyS1 word"
    arguments = ""
    if form == "bzImage":
        arguments = "--initrd=/run/module --initrd=/run/module"
        padded = MODULE.ljust(12, b"\0") + MODULE
        judges.append(value("initrd0.crc32", f"0x{zlib.crc32(padded):08x}"))
    if form.startswith("multiboot"):
        arguments = ('--module="/run/module first text" --module="/run/module.gz second" '
                     '--module="--nounzip /run/module.gz third"')
        judges += [value("modules", "3"), value("module0.string", "/run/module first text"),
                   value("module1.string", "/run/module.gz second"),
                   value("module1.crc32", f"0x{zlib.crc32(MODULE):08x}"),
                   value("module2.string", "/run/module.gz third"),
                   at_least("module2.size", len(MODULE) + 1, 16)]
        judges += told_sections(variant)
        # where it is moved to, that is out of reach
        line += "" if variant.endswith("-reloc") else " map=4M"
    judges.append(includes("cmdline", line))
    return ImageCase(f"image-{variant}", target="test-" + variant, form=form, line=line,
                     arguments=arguments, judges=tuple(judges))


def core():
    """One of each."""
    for variant in VARIANTS:
        yield examined(*variant)
    yield ImageCase("image-memtest", target="memtest", form="bzImage", line="console=ttyS0,115200",
                    stages=1, until=r"Memtest86\+.*v6", timeout=60)
    for form in ("multiboot", "multiboot2"):
        yield xen(form)
    yield Case("image-vmlinux", target="own:vmlinux", how="-s -d", judges=(
        at_least("memory", 800000), entered_directly, contains("setup_data", "0x6b78")))
    yield Case("image-vmlinux-type", target="own:vmlinux", how="-s -d --type=elf-x86_64",
               judges=(entered_directly,))
    yield Case("image-no-vmlinux-no5lvl", "no-image.sh", None, target="own:vmlinux", stages=1,
               settings={"REASON": "no5lvl changes the number of paging levels",
                         "ARGUMENTS": "--command-line=no5lvl"})
    yield Case("image-vmlinux-words", target="own:vmlinux", how="-s -d", append="no5lvl",
               arrival_append="no5lvl mem_encrypt=on movable_node",
               judges=(value("la57", "0"), entered_directly))
    for compressor in ("gzip", "xz", "zstd"):
        yield Case(f"image-vmlinux-{compressor}", target=f"own:vmlinux.{compressor}", how="-s -d",
                   judges=(entered_directly,))
    yield refused("ipxe", "has only a 16-bit entry point")


def xen(form):
    """The hypervisor with a kernel and an initrd as its modules."""
    return ImageCase(f"image-xen-{form}", target="xen", form=form, line=XEN_LINE, memory="2G",
                     arguments=f'--type={form} --module="/boot/other {DOM0_LINE}" '
                               '--module=/boot/initrd', other="6.1", stages=1,
                     until=r"Xen version[\s\S]*Run /init as init process", timeout=180, weight=20,
                     console=("Xen version 4.17", "Linux version"))


def refused(target, reason):
    """A file that is refused with a reason."""
    return Case(f"image-no-{target}", "no-image.sh", None, target=target, stages=1,
                settings={"REASON": reason, "ARGUMENTS": ""})
