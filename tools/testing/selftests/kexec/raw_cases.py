# SPDX-License-Identifier: GPL-2.0-only
"""Images of every format, loaded by kexec -c through kexec_load, also on the distribution's kernels."""

import dataclasses

import format_cases
import uki_cases
from case import Case
from judges import at_least, contains, same, value

FIRSTS = ("6.1", "cloud", "own")
FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
FIRMWARE_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
EFI = ("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}",
       "-drive", f"if=pflash,format=raw,unit=1,snapshot=on,file={FIRMWARE_VARIABLES}")


def raw(case, first, **settings):
    """The same @case by -c on another first kernel."""
    return dataclasses.replace(case, name=f"raw-{first}-{case.name}", first=first, how="-c -d",
                               **settings)


def image(case, first):
    return raw(case, first, stage="raw-image.sh")


def examined(firsts, variants):
    for first in firsts:
        for variant in variants:
            yield image(format_cases.examined(*variant), first)


def kernels(firsts, targets):
    for first in firsts:
        for target in targets:
            yield Case(f"raw-{first}-{target}", first=first, target=target, how="-c -d",
                       judges=(at_least("memory", 800000), same("memmap"), same("acpi_tables"),
                               same("video"), same("edd"), contains("setup_data", "0x9")))


def others(firsts):
    """What is no Linux: memtest86+, which runs at 1 MiB, and Xen."""
    for first in firsts:
        yield image(format_cases.ImageCase("image-memtest", target="memtest", stages=1,
                                           line="console=ttyS0,115200",
                                           until=r"Memtest86\+.*v6"), first)
        for form in ("multiboot", "multiboot2"):
            yield image(format_cases.xen(form), first)
        refusal = format_cases.refused("ipxe", "has only a 16-bit entry point")
        yield raw(refusal, first)


def unified(firsts):
    for first in firsts:
        for case in (uki_cases.UkiCase("uki", judges=()),
                     uki_cases.UkiCase("uki-addons", addons=2, initrd=True,
                                       line=f"{uki_cases.WORDS} {uki_cases.ADDED} {uki_cases.ADDED}"),
                     uki_cases.UkiCase("uki-user", user=True, line=uki_cases.USERS),
                     uki_cases.UkiCase("uki-profile", profile=1)):
            yield raw(case, first, stage="raw-uki.sh")


def machines(first):
    """Machines that have more to be told."""
    yield Case(f"raw-{first}-efi", first=first, target="own", how="-c -d", options=EFI,
               arrival_append="reboot=efi", weight=10, judges=(
                   same("memmap"), same("acpi_tables"), same("video"), same("efi"),
                   same("efi_runtime"), at_least("efi_runtime", 1), at_least("rsdp", 1, 16),
                   contains("setup_data", "0x4")))
    yield Case(f"raw-{first}-map-long", "long-map.sh", relay="boot.sh", first=first, target=first,
               how="-c -d", stages=3, weight=25,
               judges=(at_least("memmap_entries", 140, stage=1), same("memmap", 1)))
    yield Case(f"raw-{first}-la57-2G", first=first, target="own", how="-c -d", memory="2G",
               judges=(value("la57", "1"), at_least("memory", 1700000)))


def roomy(first):
    """What the kernel is told and its initrd lie above 4 GiB."""
    return Case(f"raw-{first}-memory-6G", first=first, target="own", how="-c -d", memory="6G",
                weight=10, judges=(at_least("ramdisk", 1 << 32, 16),
                                   at_least("memory", 5500000)))


def automatic():
    """-a: kernels whose kexec_file_load does not know the format."""
    for variant in format_cases.VARIANTS:
        if variant[0] in ("elf64", "multiboot2"):
            case = format_cases.examined(*variant)
            yield dataclasses.replace(image(case, "6.1"), name=f"raw-auto-{variant[0]}",
                                      how="-a -d")


def hand_made(first, target, cpu="max"):
    """Sixteen segments with a trampoline of their own, as other boot loaders make them."""
    return Case(f"raw-{first}-segments-{cpu}", "segments.sh", first=first, target=target, cpu=cpu,
                arrival_append="kx.hops=11111111111", judges=(at_least("memory", 700000),))


def core():
    """What every change has to get right."""
    yield from examined(("6.1",), format_cases.VARIANTS)
    yield from kernels(("6.1", "cloud"), ("own", "own:vmlinux"))
    yield from others(("6.1",))
    yield from unified(("6.1",))
    yield from machines("6.1")
    yield roomy("6.1")
    yield from automatic()
    yield hand_made("own", "own")
    yield hand_made("own", "6.1", "qemu64")
    yield hand_made("6.1", "own")


def more():
    """The same on the other kernels."""
    yield from examined(("cloud", "own"), format_cases.VARIANTS)
    yield from kernels(FIRSTS, ("6.1", "cloud"))
    yield from kernels(("own",), ("own", "own:vmlinux"))
    yield from others(("cloud", "own"))
    yield from unified(("cloud", "own"))
    yield from machines("cloud")
    yield hand_made("cloud", "own", "qemu64")
