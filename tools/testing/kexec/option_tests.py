# SPDX-License-Identifier: GPL-2.0-only
"""Tests of options that kexec-tools has: each is taken or refused, in any place."""

import errno
import os

from raw_images import BASE, X86_64, bzimage
from raw_tests import GOOD_CALL, Loaded, expect

CRASH, NO_INITRD, UNLOAD = 2, 4, 1
SIZE = "root/sys/kernel/kexec_crash_size"
RUNNING_INITRD = "root/sys/firmware/initrd"

# All that kexec-tools 2.0.32 names, on any architecture: with a value, and without.
VALUES = """append bootinfo command-line devicetreeblob dtb empty-zero entry gamecube howto
    image-size initrd mem-max mem-min miniroot module page-offset ramdisk reuse-node serial serial-baud
    type vmm""".split()
FLAGS = """args-elf args-linux args-none atags console-serial console-vga debug dt-no-old-root
    elf32-core-headers elf64-core-headers entry-32bit exec exec-live-update force force-dtb help hotplug
    kexec-file-syscall kexec-syscall kexec-syscall-auto load load-jump-back-helper load-live-update
    load-panic load-preserve-context no-checks no-cma no-ifdown no-sync noefi noio pass-memmap-cmdline
    print-ckr-size real-mode reset-vga reuse-cmdline reuse-video-type reuseinitrd status unload
    version""".split()
LETTERS = "hvdfixyluepscaS"
REFUSED = """real-mode load-jump-back-helper load-live-update
    exec-live-update atags image-size page-offset bootinfo gamecube reuse-node noio vmm empty-zero howto
    miniroot""".split()
WITHOUT_EFFECT = """no-ifdown hotplug args-linux args-elf args-none entry-32bit
    elf32-core-headers elf64-core-headers pass-memmap-cmdline reuse-video-type dt-no-old-root
    reset-vga console-vga console-serial""".split()


def load_call(s, kernel="text", initrd="none", cmdline="", flags=0):
    flags |= 0 if initrd != "none" else NO_INITRD
    initrd = initrd if initrd == "none" else s.path(initrd)
    return f"file {s.path(kernel)} {initrd} [{cmdline}] {len(cmdline) + 1} {flags:#x}"


def unload_call(flags=0):
    return f"file none none [] 0 {UNLOAD | flags:#x}"


def test_option_table(s):
    """Every option is known, and known to take a value or not."""
    for name in VALUES:
        s.check(f"--{name}", 1, says=[f"option '--{name}' requires an argument"])
    for name in FLAGS:
        s.check(f"--{name}=x", 1, says=[f"option '--{name}' doesn't allow an argument"])
    for letter in LETTERS:
        s.check(f"-{letter} --quux", 1, says=["unrecognized option '--quux'"])
    s.check("-t x -Q", 1, says=["invalid option -- 'Q'"])
    for name in VALUES + FLAGS:
        s.check("-h", out=f" --{name}")


def test_option_accepted(s):
    for name in WITHOUT_EFFECT + ["serial=ttyS0", "serial ttyS0", "serial-baud=115200"]:
        s.check(f"-l --{name} text", calls=[load_call(s)], silent=["kexec"])
    s.check("text --args-linux -d -p --no-checks", calls=[load_call(s, flags=CRASH | 8)])


def test_option_no_cma(s):
    """A kernel that knows the flag gets it; of one that does not, nothing else is wanted."""
    no_cma, debug = 0x10, 8
    known = load_call(s, flags=no_cma)
    s.check("-l --no-cma text", calls=[known], silent=["kexec"])
    s.check("--no-cma -d text -p", calls=[load_call(s, flags=CRASH | no_cma | debug)])
    s.check("-l --no-cma text", calls=[known, load_call(s)], silent=["kexec"], FAKE_KNOWN=0xf)
    s.check("-d -l --no-cma text", FAKE_KNOWN=0x7, calls=[
        load_call(s, flags=no_cma | debug), load_call(s, flags=debug), load_call(s)])
    s.check("-l --no-cma text", 255, [known], FAKE_FILE_ERRNO=errno.ENOEXEC)
    s.check("-l --no-cma text", 255, [known, load_call(s)], FAKE_FILE_ERRNO=errno.EINVAL)
    s.check("-c -l --no-cma good", calls=[GOOD_CALL])


def test_option_force_dtb(s):
    """The kernel hands over its tree, or with -c what it shows of it."""
    force = 0x20
    known = load_call(s, flags=force)
    s.check("-l --force-dtb text", calls=[known], silent=["kexec"])
    s.check("text --force-dtb -p", calls=[load_call(s, flags=CRASH | force)])
    s.check("-l --force-dtb text", 255, [known], ["is not a kernel"], ["--force-dtb"], FAKE_KNOWN=0xf)
    s.check("-l --force-dtb good", 255, [load_call(s, "good", flags=force)],
            ["seems not to know --force-dtb", "Try -c."], FAKE_KNOWN=0xf)
    s.check("-a -l --force-dtb good", calls=[load_call(s, "good", flags=force), GOOD_CALL],
            FAKE_KNOWN=0xf)
    for arguments in ("-l --force-dtb --dtb=text text", "-c -l --dtb=text text --force-dtb"):
        s.check(arguments, 1, says=["--dtb and --force-dtb each name the device tree"])


def test_option_refused(s):
    for name in REFUSED:
        value = "=1" if name in VALUES else ""
        for arguments in (f"-l text --{name}{value}", f"--{name}{value} -l text"):
            s.check(arguments, 1, says=[f"kexec: --{name} is refused: "])


def test_option_force(s):
    load, jump = load_call(s), ["synced", "reboot"]
    for arguments in ("-f text", "--force text", "text -f", "-lf text", "-f -l text", "-e -f text"):
        s.check(arguments, calls=[load] + jump)
    s.check("-f -y text", calls=[load, "reboot"])
    s.check("-e -f", calls=jump)
    s.check("-fe", calls=jump)
    s.check("-f", 1, says=["No kernel specified"])
    s.check("-f -l", 1, says=["No kernel specified"])
    s.check("-u -f text", calls=[unload_call(), load] + jump)
    s.check("-f text", 255, [load], FAKE_FILE_ERRNO=errno.ENOMEM)
    s.check("-f -p text", 1, says=["what -p loads waits for a panic"])
    s.write("root/sys/kernel/kexec_loaded", "0\n")
    s.check("-e -f", 1, says=["Nothing has been loaded!"])
    s.write("root/sys/kernel/kexec_loaded", "1\n")


def test_option_print_size(s):
    s.write(SIZE, "268435456\n")
    s.check("--print-ckr-size", out="268435456\n")
    s.write(SIZE, "0\n")
    s.check("--print-ckr-size", out="0\n")
    for arguments in ("-l text", "-e", "-u", "-f text", "-S", "--report", "--estimate"):
        s.check(f"--print-ckr-size {arguments}", 1, says=["goes with no other action"])
    for broken in ("", "none\n"):
        s.write(SIZE, broken)
        s.check("--print-ckr-size", 255, says=["cannot read /sys/kernel/kexec_crash_size"])
    os.remove(s.path(SIZE))
    s.check("--print-ckr-size", 255, says=["cannot read /sys/kernel/kexec_crash_size"])
    s.write(SIZE, "1048576\n")


def test_option_reuse_initrd(s):
    s.check("-l text --reuseinitrd", 255, says=["has not kept its initrd", "retain_initrd"])
    s.check("-l text --initrd=/sys/firmware/initrd", 255, says=["has not kept its initrd"])
    s.write(RUNNING_INITRD, "kept initrd\n")
    for arguments in ("-l text --reuseinitrd", "--reuseinitrd text -l",
                      "-l text --initrd=/sys/firmware/initrd"):
        s.check(arguments, calls=[load_call(s, initrd=RUNNING_INITRD)])
    kept, own = s.path(RUNNING_INITRD), s.path("initrd")
    s.check("-l text --reuseinitrd --initrd=initrd", calls=[
        f"args {s.path('text')} 0x20004 [] 1 '' 0 0:{kept}: 0:{own}:"])
    os.remove(kept)


def test_option_noefi(s):
    s.check("-l text --noefi", calls=[load_call(s, cmdline="noefi")])
    s.check("-l text --noefi --append=x", calls=[load_call(s, cmdline="noefi x")])
    s.check("--append=x --noefi text -l", calls=[load_call(s, cmdline="noefi x")])


def test_option_places(s):
    """Limits for what is placed here, which makes -c the call to use."""
    s.write("bz", bzimage())
    got = Loaded(s, "-l bz --mem-min=0x20000000 --mem-max=0x2fffffff")
    inside = [0x20000000 <= start and start + size <= 0x30000000 for start, size, _ in got.segments]
    expect(s, "places between limits", status=(got.status, 0), sound=(got.sound(), True),
           inside=(all(inside) and len(inside) > 2, True), flags=(got.flags, X86_64))
    s.check("-l good --mem-min=1048576", calls=[GOOD_CALL])
    s.check("-l good --mem-max=0x103fff", calls=[GOOD_CALL])
    hint = "Leave out --mem-min and --mem-max, or name wider limits.\n"
    for limit in ("--mem-min=0x100001", "--mem-max=0x103ffe"):
        s.check(f"-l good {limit}", 255, says=[f"has to lie at {BASE:#x}-0x103fff, which --mem-m", hint])
    for limit in ("--mem-max=0x10ffff", "--mem-max=0xff", "--mem-min=0x13fff0000"):
        for options in ("-c", "-c --check"):
            s.check(f"{options} -l bz {limit}", 255, silent=["0x", "-d"], says=[
                "kexec: bz: there is no free memory for the kernel, 0.1 MiB, where --mem-min and --mem-max "
                f"allow it\n{hint}"])
    s.check("-d -l bz --mem-min=0x13fff0000", 255, says=["the kernel: no 0x20000 free bytes at 0x13fff0000-0xf"])
    s.check("-d -l bz --mem-max=0xff", 255, says=[hint], silent=["free bytes at"])
    for arguments in ("-s -l text --mem-min=1", "-p text --mem-max=1"):
        flags = CRASH if "-p" in arguments else 0
        s.check(arguments, calls=[load_call(s, flags=flags)], says=["change nothing"])
    for value in ("", "x", "-1", "1x", "0x10000000000000000"):
        s.check(f"-l text --mem-min={value}", 1, says=["--mem-min takes an address"])
    s.check("-l text --mem-min=2 --mem-max=1", 1, says=["--mem-min is above --mem-max"])


def test_option_context(s):
    kept = GOOD_CALL.replace(f"{X86_64:#x}", f"{X86_64 | 2:#x}")
    for arguments in ("--load-preserve-context good", "good -l --load-preserve-context"):
        s.check(arguments, calls=[kept])
    s.check("-s --load-preserve-context good", 1, says=["needs -c and the normal slot"])
