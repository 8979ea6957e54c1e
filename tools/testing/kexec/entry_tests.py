# SPDX-License-Identifier: GPL-2.0-only
"""Tests of what the kexec program does where it finds out itself what to load."""

import errno
import json
import os
import shutil
import subprocess

from raw_images import bzimage, pe

NO_INITRD, UNLOAD, ARGS = 4, 1, 1 << 17
LISTER = None	# entries_list, as cli_test is told
HERE = os.path.dirname(os.path.abspath(__file__))
UUID = "3f6d1f9a-6a0c-4b6e-9f6d-0c1b7a1f2e55"
LINE = f"root=UUID={UUID} ro quiet"
OLD, NEW = "6.1.0-18-amd64", "6.1.0-21-amd64"
LOADED = "root/sys/kernel/kexec_loaded"
SYSTEMD = "root/run/systemd/system"


def load_call(kernel, initrd, cmdline):
    """What is loaded; of a file beside the tests, the whole path."""
    return (f"file {kernel} {initrd or 'none'} [{cmdline}] {len(cmdline) + 1} "
            f"{0 if initrd else NO_INITRD:#x}")


class System:
    """A directory with the files of an installation, and what loading from it looks like."""

    def __init__(self, s, name, fixture=None):
        self.name, self.path = name, s.path(name)
        for version in (OLD, NEW):
            for part in ("vmlinuz", "initrd.img"):
                s.write(f"{name}/boot/{part}-{version}", part)
        if fixture:
            shutil.copytree(os.path.join(HERE, "entries", fixture), f"{self.path}/boot/grub")

    def call(self, version, cmdline):
        return load_call(f"{self.path}/boot/vmlinuz-{version}",
                         f"{self.path}/boot/initrd.img-{version}", cmdline)


def running_line(s, line):
    """Gives the running kernel another command line; returns the one it had."""
    with open(s.path("root/proc/cmdline"), encoding="utf-8") as file:
        before = file.read()
    s.write("root/proc/cmdline", line)
    return before


class BootedWith:
    """While it lasts, the running kernel's boot parameters have an initrd of that size; None: are unknown."""

    def __init__(self, s, size):
        self.path, self.size = s.path("root/sys/kernel/boot_params/data"), size

    def __enter__(self):
        with open(self.path, "rb") as file:
            self.before = file.read()
        if self.size is None:
            os.remove(self.path)
        else:
            self.put(self.before[:0x21c] + self.size.to_bytes(4, "little") + self.before[0x220:])

    def __exit__(self, *_):
        self.put(self.before)

    def put(self, data):
        with open(self.path, "wb") as file:
            file.write(data)


def output(s, arguments):
    return s.run(arguments.split(), {})[2]


def says_nothing(s, arguments, out):
    """No call is made, and that is printed."""
    s.check(arguments, out=out, silent=["kexec"])


def test_entry_list(s):
    System(s, "debian", "debian12")
    s.check("--list --root=debian", silent=["kexec"],
            out=f"gnulinux-simple-{UUID}                      * Debian GNU/Linux ({NEW})\n")
    lines = output(s, "--list --root=debian").splitlines()
    listed = json.loads(output(s, "--list --json --root debian"))["entries"]
    wrong = [] if [line.split()[0] for line in lines] == [item["id"] for item in listed] else [
        "text and JSON name other entries"]
    wrong += [] if [item["id"] for item in listed if item["default"]] == [
        f"gnulinux-simple-{UUID}"] else ["the default is another one"]
    want = {"kind": "grub", "title": f"Debian GNU/Linux, with Linux {OLD} (recovery mode)",
            "version": OLD, "source": "debian/boot/grub/grub.cfg",
            "kernel": f"debian/boot/vmlinuz-{OLD}", "initrds": [f"debian/boot/initrd.img-{OLD}"],
            "modules": [], "addons": [], "remarks": [], "options": f"root=UUID={UUID} ro single", "devicetree": None,
            "profile": 0, "release": None, "machine_id": None, "sort_key": None,
            "default": False, "id": f"gnulinux-{OLD}-recovery-{UUID}"}
    wrong += [] if listed[-1] == want else [f"the last entry is {listed[-1]}"]
    s.report(wrong, "kexec --list and --list --json are about the same")
    os.makedirs(s.path("nothing"))
    s.check("--list --root=nothing", says=["there are no boot loader entries below nothing"])
    s.check("--list --json --root=nothing", out='{"entries": [')
    os.remove(s.path(f"debian/boot/initrd.img-{OLD}"))
    s.check("--list --root=debian", silent=["kexec", "left out"], out="gnulinux-simple")
    s.check("--list -d --root=debian", says=[f"is left out, there is no /boot/initrd.img-{OLD}"])
    shutil.rmtree(s.path("debian"))


def test_entry_wrong_root(s):
    for arguments in ("--list", "--list --json", "--reboot", "--reboot --dry-run", "-l --entry=x"):
        for name, words in (("/nonexist", "No such file or directory"), (s.path("text"), "Not a directory")):
            s.check(f"{arguments} --root={name} --replace" if arguments[2] != "l" else f"{arguments} --root={name}",
                    255, out="", says=[f"kexec: there is no system below {name} to search for boot loader "
                                       f"entries: {words}\n", "Name the directory"])


def test_entry_rights(s):
    """As somebody who may not read the menu."""
    system = System(s, "rights", "debian12")
    menu = s.path("rights/boot/grub/grub.cfg")
    os.chmod(s.folder, 0o755)
    os.chmod(menu, 0)
    program = shutil.copy(s.command[-1], s.folder)
    user = {} if os.getuid() else {"user": 65534}
    for arguments, status in (("--list", 0), ("--reboot --dry-run", 255)):
        done = subprocess.run([program, *arguments.split(), f"--root={system.path}"], check=False,
                              capture_output=True, encoding="utf-8", **user)
        told = f"{menu}: left out, it can only be read with more rights\nRun it as root.\n"
        s.report([] if (done.returncode, done.stdout, told in done.stderr) == (status, "", True) else [
            f"got {done}"], f"kexec {arguments} of what only others may read")
    os.remove(program)
    shutil.rmtree(system.path)


def test_entry_letters(s):
    name = "Systäm €\U0001f427"
    s.write("letters/boot/kernel-ä", "kernel")
    s.write("letters/boot/loader/entries/a.conf",
            f"title {name}\nlinux /kernel-ä\noptions ".encode() + b"\xe4 \xc0\xaf \xed\xa0\x80\n")
    entry = json.loads(output(s, "--list --json --root=letters"))["entries"][0]
    want = {"title": name, "kernel": "letters/boot/kernel-ä",
            "options": "\xe4 \xc0\xaf \xed\xa0\x80"}
    wrong = [f"{key}: {entry[key]!r}" for key in want if entry[key] != want[key]]
    s.report(wrong, "kexec --list --json keeps letters outside ASCII")
    shutil.rmtree(s.path("letters"))


def test_entry_escapes(s):
    """What a terminal would act on is not printed."""
    s.write("escapes/boot/kernel", "kernel")
    s.write("escapes/boot/loader/entries/a.conf",
            "title a\x1b[31mb\x7f\u009bc\tä\nlinux /kernel\noptions x\x1b]0;y\x07\n")
    s.check("--list --root=escapes", out="a?[31mb???c\tä")
    s.check("--dry-run -l --entry=a --root=escapes", out="command line  x?]0;y?")
    s.check("--dry-run -l --entry=\x1b[0mnone --root=escapes", 255, says=["named ?[0mnone"])
    shutil.rmtree(s.path("escapes"))


def test_entry_load(s):
    system = System(s, "debian", "debian12")
    s.write(LOADED, "0\n")
    simple, recovery = f"gnulinux-simple-{UUID}", f"gnulinux-{OLD}-recovery-{UUID}"
    line = f"root=UUID={UUID} ro single"
    for name in (recovery, f"gnulinux-{OLD}-rec"):
        s.check(f"-l --root=debian --entry={name}", calls=[system.call(OLD, line)])
    s.check(f"--entry {recovery} --root debian -l --append=x",
            calls=[system.call(OLD, f"{line} x")])
    s.check(f"-l --root=debian --entry={simple} --initrd=initrd", calls=[
        f"args {system.path}/boot/vmlinuz-{NEW} 0x20004 [{LINE}] {len(LINE) + 1} '' 0 "
        f"0:{system.path}/boot/initrd.img-{NEW}: 0:{s.path('initrd')}:"])
    s.check(f"--root=debian --entry={simple}", calls=[system.call(NEW, LINE), "shutdown: -r now"])
    s.check("-l --root=debian --entry=gnulinux-6", 255,
            says=["gnulinux-6 may be any of 6 boot loader entries", recovery, "--list shows"])
    s.check("-l --root=debian --entry=0x100000", 255,
            says=["no boot loader entry is named 0x100000"])
    shutil.rmtree(system.path)
    s.write(LOADED, "1\n")


def test_entry_at(s):
    """Of entries with one id only the first has a name; the default, and the one that runs, are found by what they are."""
    system = System(s, "at")
    s.write(LOADED, "0\n")
    entry = "menuentry '{0}' --id same {{\nlinux /boot/vmlinuz-{1} {2}\ninitrd /boot/initrd.img-{1}\n}}\n"
    menu = entry.format("a", OLD, "root=x") + entry.format("b", NEW, "root=x  quiet") + entry.format("c", OLD, "root=x single")
    for number, version, line in ((0, OLD, "root=x"), (1, NEW, "root=x  quiet"), (2, OLD, "root=x single")):
        s.write("at/boot/grub/grub.cfg", f"set default={number}\n{menu}")
        call = system.call(version, line.replace("  ", " "))
        s.check("-l --entry=@default --root=at", calls=[call])
        s.check("-l --entry=same --root=at", calls=[system.call(OLD, "root=x")])
        for image in (f"BOOT_IMAGE=/boot/vmlinuz-{version} ", f"BOOT_IMAGE=(hd0,gpt2)/vmlinuz-{version} ", ""):
            before = running_line(s, f"{image}{line}\n")
            s.check("-l --entry=@running --root=at", calls=[call])
            running_line(s, before)
    gone = "kexec: the running kernel is of no boot loader entry that is here\n"
    for line in ("", f"BOOT_IMAGE=/vmlinuz-{NEW} root=x", f"BOOT_IMAGE=/vmlinuz-{OLD} root=x quiet", "root=y", "root=x singl",
                 "root=x quiet more", "quiet root=x", f"BOOT_IMAGE=/vmlinuz-{OLD}.x root=x"):
        before = running_line(s, f"{line}\n")
        s.check("-l --entry=@running --root=at", 255, says=[gone])
        running_line(s, before)
    before = running_line(s, "root=x\n")
    s.write("at/boot/grub/grub.cfg", menu + entry.format("d", OLD, "root=x"))
    s.check("-l --entry=@running --root=at", calls=[system.call(OLD, "root=x")])
    s.write("at/boot/grub/grub.cfg", menu + entry.format("d", NEW, "root=x"))
    s.check("-l --entry=@running --root=at", 255, says=["may be of any of several boot loader entries"])
    running_line(s, before)
    shutil.rmtree(s.path("at/boot/grub"))
    for name, version, options in (("one", OLD, "one"), ("two", OLD, "two"), ("both1", OLD, "both"), ("both2", NEW, "both")):
        s.write(f"at/boot/loader/entries/{name}.conf", f"linux /vmlinuz-{version}\noptions {options}\n")
    for name in ("both1", "both2"):
        variable = s.write("root/sys/firmware/efi/efivars/LoaderEntrySelected-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
                           bytes(4) + f"{name}.conf\0".encode("utf-16le"))
        # what the boot loader started may have been left since
        for line, version in (("one", OLD), ("initrd=\\i two", OLD), ("three", None),
                              ("both", NEW if name == "both2" else OLD)):
            before = running_line(s, f"{line}\n")
            s.check("-l --entry=@running --root=at", 0 if version else 255, says=[] if version else [gone], calls=[
                load_call(f"{system.path}/boot/vmlinuz-{version}", None, line.split()[-1])] if version else [])
            running_line(s, before)
    os.remove(variable)
    shutil.rmtree(system.path)
    s.write(LOADED, "1\n")


def test_entry_many_files(s):
    """Up to a bound of them can be added."""
    s.write("many/boot/a", "")
    s.write("many/boot/loader/entries/a.conf", "linux /a\n" + "initrd /a\n" * 20)
    given = " --initrd=initrd" * 12
    s.check(f"-l --entry=a --root=many --dry-run{given}", out="initrd        initrd\nslot")
    s.check(f"-l --entry=a --root=many --dry-run{given} --initrd=text", 255, out="", says=[
        "kexec: the boot loader entry has too many files\nGive 1 less, or join initial RAM disks to one file.\n"])
    shutil.rmtree(s.path("many"))


def test_entry_image(s):
    """kexec_image_set_entry() has the same loaded as the program."""
    System(s, "all", "debian12-xen")
    s.write("all/boot/xen-4.17-amd64.gz", "xen")
    for name in ("a", "b"):
        s.write(f"all/boot/{name}", name)
        s.write(f"all/boot/EFI/Linux/u.efi.extra.d/{name}.addon.efi", pe((b".cmdline", b"y")))
    words = (b".linux", b"kernel"), (b".cmdline", b"its own")
    profile = *words, (b".profile", b"ID=zero"), (b".profile", b"ID=one"), (b".cmdline", b"other")
    s.write("all/boot/EFI/Linux/u.efi", pe(*words))
    s.write("all/boot/EFI/Linux/p.efi", pe(*profile))
    for name, lines in (("two", "linux /a\ninitrd /b\ninitrd /a\noptions x  y\noptions z"),
                        ("bare", "linux /a"), ("tree", "linux /a\ndevicetree /b\noptions -"),
                        ("efi", "efi /EFI/Linux/u.efi"), ("uki", "uki /EFI/Linux/p.efi\nprofile 1"),
                        ("line", "linux /EFI/Linux/u.efi\noptions mine")):
        s.write(f"all/boot/loader/entries/{name}.conf", f"{lines}\n")
    s.write(LOADED, "0\n")
    ids = [entry["id"] for entry in json.loads(output(s, "--list --json --root=all"))["entries"]]
    kinds = set()
    for name in ids:
        want = s.run(["-l", "--root=all", f"--entry={name}"], {})
        s.command, program = [*s.command[:-1], LISTER], s.command
        got = s.run(["load", "all", name], {})
        s.command = program
        kinds |= {kind for kind in "012" if f" {kind}:{s.path('all')}" in "".join(want[1])}
        s.report([] if got[:3] == (0, want[1], "") and want[1] else [f"got {got}, want {want}"],
                 f"kexec_image_set_entry() of {name}")
    missing = {"two.conf", "line.conf", "u.efi", "p.efi", "p.efi@one"} - set(ids) | set("012") - kinds
    s.report([f"not tried: {missing}"] if missing else [],
             "kexec_image_set_entry() of initrds, modules and addons")
    s.write(LOADED, "1\n")
    shutil.rmtree(s.path("all"))


def test_entry_replaces_nothing(s):
    system = System(s, "debian", "debian12")
    call, name = system.call(NEW, LINE), f"gnulinux-simple-{UUID}"
    refused = ["kexec: a kernel is loaded already\nAdd --replace to load another one in its place, or -u to unload it first.\n"]
    for arguments in (f"-l --entry={name}", f"--entry={name}", "--reboot", f"debian/boot/vmlinuz-{NEW}",
                      f"-s debian/boot/vmlinuz-{NEW}", f"-i -d debian/boot/vmlinuz-{NEW}"):
        s.check(f"{arguments} --root=debian", 255, says=refused)
    line = running_line(s, "root=x\n")
    s.check(f"debian/boot/vmlinuz-{NEW} --replace", calls=[system.call(NEW, "root=x"), "shutdown: -r now"], silent=["kexec"])
    s.check(f"debian/boot/vmlinuz-{NEW} --dry-run", out="then          shutdown -r now\n", silent=["kexec"])
    running_line(s, line)
    s.check(f"-l --replace --entry={name} --root=debian", calls=[call])
    s.check(f"-l -u --entry={name} --root=debian",
            calls=[f"file none none [] 0 {UNLOAD:#x}", call])
    s.check(f"-f --replace --entry={name} --root=debian", calls=[call, "synced", "reboot"])
    s.check("--reboot --replace --root=debian", calls=[call, "shutdown: -r now"])
    os.remove(s.path(LOADED))
    s.check(f"-l --entry={name} --root=debian", calls=[call])
    s.write(LOADED, "1\n")
    shutil.rmtree(system.path)


def test_entry_replaces_aloud(s):
    """What names its files replaces; scripts say -l and want to hear nothing, others are told."""
    text, initrd = s.path("text"), s.path("initrd")
    told = "kexec: a kernel is loaded already; it is replaced\n"
    for loaded in (0, 1):
        s.write(LOADED, f"{loaded}\n")
        for arguments, cmdline in (("text --append=A", "A"), ("-s --initrd=initrd --append=A text", "A"),
                                   ("text --initrd=initrd", ""), ("-a --append=A text", "A")):
            call = load_call(text, initrd if "initrd" in arguments else None, cmdline)
            s.check(arguments, calls=[call, "shutdown: -r now"], says=[told] * loaded, silent=[] if loaded else ["kexec"])
            s.check(f"{arguments} --replace", calls=[call, "shutdown: -r now"], silent=["kexec"])
        for arguments in ("-l text", "-l -s text", "-u text -l", *["-f text"] * loaded):
            calls = [f"file none none [] 0 {UNLOAD:#x}"] * ("-u" in arguments) + [load_call(text, None, "")]
            s.check(arguments, calls=calls + ["synced", "reboot"] * ("-f" in arguments), silent=["kexec"])


def test_entry_reboot(s):
    system = System(s, "debian", "debian12-boot")
    s.write(LOADED, "0\n")
    call = system.call(OLD, LINE)
    s.check("--reboot --root=debian", calls=[call, "shutdown: -r now"])
    s.check(f"--reboot --root=debian --entry=gnulinux-simple-{UUID}",
            calls=[system.call(NEW, LINE), "shutdown: -r now"])
    os.makedirs(s.path(SYSTEMD))
    s.check("--reboot --root=debian --append=x",
            calls=[system.call(OLD, f"{LINE} x"), "systemctl: kexec"])
    s.check("--reboot --root=debian", 255, says=["cannot run shutdown: No such file"], calls=[
        call, "systemctl: kexec", "shutdown: -r now", "/sbin/shutdown: -r now"],
            FAKE_EXEC_ERRNO=errno.ENOENT)
    s.check("--reboot --root=debian", 255, [call], ["kexec_file_load failed"],
            FAKE_FILE_ERRNO=errno.EPERM)
    shutil.rmtree(s.path("root/run"))
    os.remove(f"{system.path}/boot/vmlinuz-{OLD}")
    s.check("--reboot --root=debian", 255,
            says=["the default entry of GRUB", "starts no kernel", "Choose an entry"])
    shutil.rmtree(system.path)
    s.write(LOADED, "1\n")


def test_entry_reboot_without_entries(s):
    system = System(s, "plain")
    s.write(LOADED, "0\n")
    line = running_line(s, "BOOT_IMAGE=/b root=x\n")
    s.check("--reboot --root=plain", calls=[system.call(NEW, "root=x"), "shutdown: -r now"])
    s.check("--reboot --root=plain --initrd=initrd --append=y", calls=[
        load_call(f"{system.path}/boot/vmlinuz-{NEW}", s.path("initrd"), "root=x y"),
        "shutdown: -r now"])
    for version in (OLD, NEW):
        os.remove(f"{system.path}/boot/vmlinuz-{version}")
    s.check("--reboot --root=plain", 255, says=["there is no kernel in plain/boot"])
    running_line(s, line)
    shutil.rmtree(system.path)
    s.write(LOADED, "1\n")


def test_entry_reboot_without_initrd(s):
    """A machine that would come up without its root file system is not rebooted."""
    s.write(LOADED, "0\n")
    release = os.uname().release
    kernel = f"bare/usr/lib/modules/{release}/vmlinuz"
    s.write(kernel, "kernel")
    line = running_line(s, "root=x\n")
    call = load_call(s.path(kernel), None, "root=x")
    why = f"no initial RAM disk belongs to {kernel} by its name"
    for size in (1, 0x100, 0x10000, 0x1000000):
        with BootedWith(s, size):
            for arguments in ("--reboot", "--reboot --dry-run", "--reboot --check"):
                s.check(f"{arguments} --root=bare", 255, out="", silent=["loaded without"], says=[
                    f"kexec: {why}, and this system is booted with one\n"
                    "Name one with --initrd, or use -l --reuse-cmdline to load it without.\n"])
            for arguments in (kernel, f"{kernel} --dry-run", f"{kernel} --root=bare"):
                s.check(arguments, 255, says=[f"kexec: {why}, and", "Name one with --initrd --reuse-cmdline, or"])
    with BootedWith(s, 1):
        s.check(f"-l --reuse-cmdline {kernel}", calls=[call])
        s.check("--reboot --root=bare --initrd=initrd",
                calls=[load_call(s.path(kernel), s.path("initrd"), "root=x"), "shutdown: -r now"])
        s.check(f"{kernel} --root=/nowhere", 255, says=["is not below /nowhere"])
    for size in (0, None):
        with BootedWith(s, size):
            for arguments in ("--reboot --root=bare", f"{kernel} --root=bare"):
                s.check(arguments, calls=[call, "shutdown: -r now"], says=[f"{why}; it is loaded without"])
    for options, status in (("initrd /initrd", 255), ("", 0)):
        s.write("bare/boot/vmlinuz-1", "kernel")
        s.write("bare/boot/initrd", "")
        s.write("bare/boot/loader/entries/a.conf", f"linux /vmlinuz-1\n{options}\n")
        with BootedWith(s, None):
            s.check("bare/boot/vmlinuz-1 --root=bare --dry-run", status,
                    says=["is booted with one" if status else "loaded without"])
        with BootedWith(s, 0):
            s.check("bare/boot/vmlinuz-1 --root=bare --dry-run", says=["loaded without"])
    running_line(s, line)
    shutil.rmtree(s.path("bare"))
    s.write(LOADED, "1\n")


def test_entry_reboot_none_left(s):
    """What the boot loader would start is not here, so nothing else is started in its place."""
    system = System(s, "gone")
    s.write(LOADED, "0\n")
    next_step = "Name a kernel, its --initrd and its --command-line."

    def refused(*says):
        for arguments in ("--reboot", "--reboot --dry-run", "--reboot --check"):
            s.check(f"{arguments} --root=gone", 255, says=[*says, next_step])

    s.write("gone/boot/loader/entries/a.conf", "linux /absent\n")
    refused("kexec: nothing that the boot loader has can be started\n"
            "  gone/boot/loader/entries/a.conf: left out, there is no /absent\n")
    s.check("--list --root=gone", says=["there are no boot loader entries", "no /absent"])
    shutil.rmtree(s.path("gone/boot/loader"))
    s.write("gone/boot/grub/grub.cfg", "menuentry 'a b' {\nlinux /absent\n}\n")
    refused('kexec: the default entry of GRUB, "a b", starts no kernel that is here\n'
            '  gone/boot/grub/grub.cfg: "a b" is left out, there is no /absent\n')
    s.write("gone/boot/grub/grub.cfg", "menuentry windows {\nchainloader +1\n}\n")
    refused('the default entry of GRUB, "windows", starts no kernel')
    s.write("gone/boot/grub/grub.cfg", "set timeout=5\n")
    refused("the menu of GRUB, gone/boot/grub/grub.cfg, is empty")
    os.remove(s.path("gone/boot/grub/grub.cfg"))
    s.check("--reboot --root=gone --dry-run", out=f"kernel        gone/boot/vmlinuz-{NEW}\n")
    shutil.rmtree(system.path)
    s.write(LOADED, "1\n")


def test_entry_modules(s):
    """What GRUB tells a module, and what it does not unpack; Xen is told names as well."""
    for name in ("kernel", "xen.gz", "image.gz", "raw", "initrd"):
        s.write(f"grub/boot/{name}", name)
    s.write("grub/boot/grub/grub.cfg", """menuentry other {
multiboot2 /boot/kernel args
module2 /boot/image.gz image "two words"
module2 --nounzip /boot/raw placeholder
module2 /boot/raw
}
menuentry xen {
multiboot /boot/xen.gz dom0_mem=1G
module /boot/kernel root=x
module --nounzip /boot/initrd
}
menuentry placed {
multiboot2 /boot/kernel placeholder args
module2 /boot/kernel placeholder root=x
}
""")
    s.write(LOADED, "0\n")
    boot = s.path("grub/boot")
    rows = (("other", "args", (("image.gz", "image.gz image \"two words\"", 'image "two words"', ""),
                               ("raw", "raw placeholder", "placeholder", "!1"), ("raw", "raw", "", ""))),
            ("xen", "dom0_mem=1G", (("kernel", "kernel root=x", "grub/boot/kernel root=x", ""),
                                    ("initrd", "initrd", "grub/boot/initrd", "!1"))),
            ("placed", "args", (("kernel", "kernel root=x", "grub/boot/kernel root=x", ""),)))
    for name, line, modules in rows:
        kernel = "xen.gz" if name == "xen" else "kernel"
        parts = "".join(f" 1:{boot}/{file}:{text}{flag}" for file, _, text, flag in modules)
        s.check(f"-s -l --entry={name} --root=grub", calls=[
            f"args {boot}/{kernel} {ARGS | NO_INITRD:#x} [{line}] {len(line) + 1} '' 0{parts}"])
        shown = "".join(f"module        grub/boot/{words}\n" for _, words, _, _ in modules)
        says_nothing(s, f"-l --entry={name} --root=grub --dry-run",
                     f"kernel        grub/boot/{kernel}\n{shown}command line  {line}\nslot          normal\n")
    shutil.rmtree(s.path("grub"))
    s.write(LOADED, "1\n")
    s.write("odd", "odd")
    for option, text, flag in (("", "odd x", ""), ("--nounzip ", "odd x", "!1"), ("--no-name ", "x", ""),
                               ("--nounzip --no-name ", "x", "!1")):
        status, calls, _, said = s.run(["-s", "-l", "text", f"--module={option}odd x"], {})
        want = [f"args {s.path('text')} {ARGS | NO_INITRD:#x} [] 1 '' 0 1:{s.path('odd')}:{text}{flag}"]
        s.report([] if (status, calls, said) == (0, want, "") else [f"got {status}, {calls}, {said!r}"],
                 f"kexec --module={option}odd x")


def test_entry_dry_run(s):
    System(s, "debian", "debian12")
    System(s, "xen", "debian12-xen")
    s.write("xen/boot/xen-4.17-amd64.gz", "xen")
    plan = f"""kernel        debian/boot/vmlinuz-{NEW}
initrd        debian/boot/initrd.img-{NEW}
command line  {LINE}
slot          normal
then          shutdown -r now
"""
    says_nothing(s, "--reboot --dry-run --root=debian", plan)
    says_nothing(s, f"--entry=gnulinux-simple-{UUID} --dry-run --root=debian", plan)
    says_nothing(s, f"-l --entry=gnulinux-simple-{UUID} --dry-run --root=debian",
                 plan.replace("then          shutdown -r now\n", ""))
    s.write("x", "addon")
    s.write("d", "tree")
    says_nothing(s, "-f text --addon=x --dtb=d --profile=2 --dry-run", "kernel        text\naddon         x\n"
                 "device tree   d\n"
                 "profile       2\nslot          normal\nthen          jump into it\n")
    got = json.loads(output(s, "-p text --initrd=initrd --append=a --dry-run --json"))
    want = {"kernel": "text", "unified": False, "initrds": ["initrd"], "modules": [], "addons": [],
            "dtb": None, "command_line": "a", "profile": 0, "slot": "crash", "then": None}
    s.report([] if got == want else [f"got {got}"], "kexec --dry-run --json")
    got = json.loads(output(s, "--reboot --dry-run --json --root=xen"))
    want = [f'xen/boot/vmlinuz-{NEW} root=UUID={UUID} ro console=ttyS0,115200 quiet '
            '"dyndbg=file kexec.c +p"', f"xen/boot/initrd.img-{NEW}"]
    s.report([] if got["modules"] == want and got["kernel"] == "xen/boot/xen-4.17-amd64.gz" else [
        f"got {got}"], "kexec --reboot --dry-run --json of Xen")
    for name in ("debian", "xen"):
        shutil.rmtree(s.path(name))


def test_entry_dry_run_missing(s):
    """What could not be loaded is no plan."""
    for arguments, name in (("-l gone", "gone"), ("gone", "gone"), ("-l text --initrd=initrd --initrd=gone", "gone"),
                            ("-l text --module=initrd --module='gone x'", "gone"), ("-p text --dtb=gone", "gone"),
                            ("-l text --addon=gone", "gone")):
        arguments = [word.strip("'") for word in arguments.replace("'gone x'", "gone\0x").split()]
        arguments = [word.replace("\0", " ") for word in arguments]
        for form in ([], ["--json"]):
            status, calls, out, err = s.run([*arguments, "--dry-run", *form], {})
            want = f"kexec: cannot open {name}: No such file or directory\nName a file that is there.\n"
            s.report([] if (status, calls, bool(out), err) == (255, [], bool(form), want) else [
                f"got {status}, {calls}, {out!r}, {err!r}"], f"kexec {arguments} --dry-run {form}")
    s.check("-l text --reuseinitrd --dry-run", 255, out="",
            says=["has not kept its initrd", "Boot it with retain_initrd"])
    os.symlink("round", s.path("round"))
    os.mkdir(s.path("directory"))
    for name in ("gone", "round", "directory", "text/gone", "long" * 100, "/sys/firmware/initrd"):
        for arguments in (["-l", name], ["-l", "text", f"--initrd={name}"]):
            plan, load = (json.loads(s.run([*arguments, "--json", *form], {})[2]) for form in (["--dry-run"], []))
            same = {key: plan[key] == load[key] for key in ("errno", "reason", "cause", "next")}
            s.report([] if all(same.values()) else [f"{plan}, but {load}"],
                     f"kexec {arguments} --dry-run gives the same reason as a load")
    s.check("-l text --module=initrd --dry-run", out="module        initrd\n")


def test_entry_own_line(s):
    """A unified kernel image has a command line, which is shown."""
    image = pe((b".linux", b"kernel"), (b".cmdline", b"its words"), (b".profile", b"ID=a"),
               (b".profile", b"ID=b"), (b".cmdline", b"other words"))
    s.write("own/boot/EFI/Linux/u.efi", image)
    s.write(LOADED, "0\n")
    path = "own/boot/EFI/Linux/u.efi"
    for arguments, line in (("-l --entry=u.efi", "its words"), ("-l --entry=u.efi --append=x", "its words x"),
                            ("--reboot", "its words"), ("-l --entry=u.efi --noefi", "noefi its words")):
        s.check(f"{arguments} --root=own --dry-run", out=f"command line  {line}\n")
        got = json.loads(output(s, f"{arguments} --root=own --dry-run --json"))["command_line"]
        s.report([] if got == line else [f"got {got}"], f"the command line of {arguments} in JSON")
    s.check("-l --entry=u.efi --root=own --noefi",
            calls=[load_call(s.path(path), None, "noefi its words")])
    s.write("own/bare.efi", pe((b".linux", b"kernel")))
    for arguments, line in ((path, "its words"), (f"-l {path}", "its words"),
                            (f"-l {path} --profile=1", "other words"), ("-l own/bare.efi", None),
                            (f"-l {path} --noefi", "noefi")):
        s.check(f"{arguments} --dry-run", out=f"command line  {line}\n" if line else ".efi\nslot")
        got = json.loads(output(s, f"{arguments} --dry-run --json"))["command_line"]
        s.report([] if got == line else [f"got {got}"], f"the command line of {arguments} in JSON")
    s.check(f"-l {path} --append=y --dry-run", out="command line  y\n")
    s.check("-l text --dry-run", out="kernel        text\nslot")
    s.write(LOADED, "1\n")
    shutil.rmtree(s.path("own"))


def test_entry_check(s):
    """Nothing is called, whatever comes of it; what is seen is tests of the library's."""
    System(s, "debian", "debian12")
    s.write("bz", bzimage())
    for arguments in ("-l bz", "bz", "--initrd=initrd bz -f"):
        s.check(f"{arguments} --check",
                out="Nothing is seen that would keep it from being loaded.\n")
    s.check("-l text --check", 255, says=["kexec: "], silent=["loaded already"])
    for version in (OLD, NEW):
        s.write(f"debian/boot/vmlinuz-{version}", bzimage())
    seen, taken = "Nothing is seen that would keep it from being loaded.\n", "A kernel is loaded already: --replace"
    for arguments in ("--reboot --root=debian", f"--entry=gnulinux-simple-{UUID} --root=debian",
                      f"-l --entry=gnulinux-simple-{UUID} --root=debian"):
        for loaded, option, more in ((1, "", taken), (1, " --replace", ""), (0, "", ""), (0, " --replace", "")):
            s.write(LOADED, f"{loaded}\n")
            text = output(s, f"{arguments} --check{option}")
            found = json.loads(output(s, f"{arguments} --check --json{option}"))
            wrong = [] if text.startswith(seen + more) and bool(more) == (taken in text) else [text]
            wrong += [] if (found["result"], found["replace"]) == ("clear", bool(more)) else [f"{found}"]
            s.report(wrong, f"kexec {arguments} --check{option}, loaded: {loaded}")
    s.check("-l missing --check", 255, says=["cannot open missing: No such file"])
    shutil.rmtree(s.path("debian"))


def test_entry_bare(s):
    system = System(s, "plain")
    s.write(LOADED, "0\n")
    line = running_line(s, "BOOT_IMAGE=/b root=x quiet\n")
    kernel = f"plain/boot/vmlinuz-{OLD}"
    s.check(kernel, calls=[system.call(OLD, "root=x quiet"), "shutdown: -r now"],
            silent=["kexec"])
    s.check(f"{kernel} -s -d", calls=[system.call(OLD, "root=x quiet").replace("0x0", "0x8"),
                                      "shutdown: -r now"])
    for given, initrd, cmdline in (("-l", None, ""), ("--append=y", None, "y"),
                                   ("--append=", None, ""), ("--initrd=initrd", "initrd", ""),
                                   ("--reuse-cmdline", None, "root=x quiet")):
        calls = [load_call(f"{system.path}/boot/vmlinuz-{OLD}", initrd and s.path(initrd), cmdline)]
        s.check(f"{kernel} {given}", calls=calls + ["shutdown: -r now"] * (given != "-l"))
    s.check(f"{kernel} --noefi", calls=[system.call(OLD, "noefi root=x quiet"), "shutdown: -r now"])
    os.remove(s.path(f"plain/boot/initrd.img-{OLD}"))
    s.check(kernel, calls=[load_call(f"{system.path}/boot/vmlinuz-{OLD}", None, "root=x quiet"),
                           "shutdown: -r now"],
            says=[f"no initial RAM disk belongs to {kernel} by its name; it is loaded without"])
    os.symlink(f"boot/vmlinuz-{NEW}", s.path("plain/relative"))
    s.check("plain/relative --dry-run", out=f"initrd        {s.path('plain')}/boot/initrd.img-{NEW}\n")
    os.symlink(f"/boot/vmlinuz-{NEW}", s.path("plain/vmlinuz"))
    s.check("plain/vmlinuz", 255, says=["kexec: cannot open plain/vmlinuz"], silent=["initial RAM disk"])
    s.write("plain/unified.efi", pe((b".linux", b"kernel"), (b".cmdline", b"x")))
    s.check("plain/unified.efi", silent=["initial RAM disk"],
            calls=[load_call(f"{system.path}/unified.efi", None, ""), "shutdown: -r now"])
    s.write(LOADED, "1\n")
    running_line(s, line)
    shutil.rmtree(system.path)


def test_entry_bare_missing(s):
    """Of a kernel that is not there, or is none, nothing else is said."""
    s.write(LOADED, "0\n")
    for size in (0, 1):
        with BootedWith(s, size):
            s.check("/no/such/vmlinuz-1", 255, silent=["initial RAM disk", "loaded without"],
                    says=["kexec: cannot open /no/such/vmlinuz-1: No such file or directory\n"])
            s.check(".", 255, silent=["initial RAM disk"], says=["kexec: . is a directory"])
    s.write(LOADED, "1\n")


def test_entry_addons(s):
    """A unified kernel image is loaded with what systemd-stub would take along."""
    line = (b".cmdline", b"x")
    arm = bytearray(pe(line))
    arm[0x44:0x46] = b"\x64\xaa"
    for name, content in (("EFI/Linux/u.efi", pe((b".linux", b"kernel"), line)),
                          ("EFI/Linux/u.efi.extra.d/own.addon.efi", pe(line)),
                          ("EFI/Linux/u.efi.extra.d/arm.addon.efi", bytes(arm)),
                          ("EFI/Linux/u.efi.extra.d/host.cred", b""),
                          ("loader/addons/all.addon.efi", pe(line))):
        s.write(f"ukis/boot/{name}", content)
    top = "ukis/boot"
    own = f"{top}/EFI/Linux/u.efi.extra.d"
    remarks = [f"{own}/arm.addon.efi: left out, it is a PE file for another architecture",
               f"{own}/host.cred: left out, only systemd-stub packs such files for the initrd"]
    addons = [f"{top}/loader/addons/all.addon.efi", f"{own}/own.addon.efi"]
    told = [f"kexec: u.efi: {remark}" for remark in remarks]
    s.write(LOADED, "0\n")
    s.check("-l --root=ukis --entry=u.efi --addon=text", says=told, calls=[
        f"args {s.path(top)}/EFI/Linux/u.efi {NO_INITRD | 0x20000:#x} [] 1 '' 0 " +
        " ".join(f"2:{s.path(name)}:" for name in addons + ["text"])])
    s.check("--dry-run -l --root=ukis --entry=u.efi", says=told, calls=[],
            out=f"kernel        {top}/EFI/Linux/u.efi\n" +
            "".join(f"addon         {name}\n" for name in addons) + "command line  x\n")
    plan = json.loads(output(s, "--dry-run --json -l --root=ukis --entry=u.efi"))
    entry = json.loads(output(s, "--list --json --root=ukis"))["entries"][0]
    s.report([] if plan["addons"] == entry["addons"] == addons and entry["remarks"] == remarks
             else [f"got {plan} and {entry}"], "addons in JSON")
    s.check("--list --root=ukis", silent=["left out"], out="u.efi")
    s.check("--list --root=ukis -d", says=told)
    s.write(LOADED, "1\n")
    shutil.rmtree(s.path("ukis"))


def test_entry_root_files(s):
    """Files that are named by hand below a root directory are those of that system."""
    for name in ("vmlinuz-1", "initrd.img-1", "dtb", "addon"):
        s.write(f"image/real/{name}", name)
    s.write("outside", "outside")
    os.makedirs(s.path("image/boot"))
    for name in ("vmlinuz-1", "initrd.img-1", "dtb", "addon"):
        os.symlink(f"/real/{name}", s.path(f"image/boot/{name}"))
    os.symlink("/boot/vmlinuz-1", s.path("image/vmlinuz"))
    os.symlink(s.path("outside"), s.path("image/boot/stolen"))
    os.symlink("../../outside", s.path("image/boot/up"))
    os.symlink("image", s.path("linked"))
    line = running_line(s, "root=x\n")
    real = s.path("image/real")
    for env in ({}, {"FAKE_OLD": "1"}):
        for root, kernel in (("image", "image/vmlinuz"), ("image/", "image/boot/vmlinuz-1"),
                             ("./image", "image/vmlinuz"), (s.path("image"), "image/vmlinuz"),
                             ("image", s.path("image/boot/vmlinuz-1")), ("linked", "image/vmlinuz"),
                             ("image", "linked/vmlinuz"), ("image/boot/..", "image/vmlinuz"), ("image", "image/boot/../../../vmlinuz"),
                             ("image", "./image//boot/vmlinuz-1")):
            status, _, out, err = s.run([kernel, f"--root={root}", "--dry-run"], env)
            names = [os.path.realpath(s.path(row.split()[1])) for row in out.splitlines()
                     if row.startswith(("kernel", "initrd"))]
            s.report([] if (status, names) == (0, [f"{real}/vmlinuz-1", f"{real}/initrd.img-1"]) else [
                f"got {status}, {names}, {err!r}"], f"kexec {kernel} --root={root} {env or ''}")
        for name, words in (("stolen", "No such file"), ("up", "No such file"), ("gone", "No such file")):
            for arguments in (f"image/boot/{name}", f"image/boot/{name} --dry-run", f"image/boot/{name} --check"):
                s.check(f"{arguments} --root=image", 255, says=[
                    f"kexec: cannot open image/boot/{name} as a file of the system below image: {words}"], **env)
        s.check("outside --root=image --dry-run", 255, says=["outside is not below image"], **env)
    running_line(s, line)
    s.write("image/boot/loader/entries/a.conf", "linux /vmlinuz-1\noptions o\n")
    s.write(LOADED, "0\n")
    s.check("-l --entry=a --root=image --initrd=image/boot/initrd.img-1 --initrd=initrd --dtb=image/boot/dtb", calls=[
        f"args {real}/vmlinuz-1 {ARGS | NO_INITRD:#x} [o] 2 '' 0 0:{real}/initrd.img-1: 0:{s.path('initrd')}: "
        f"3:{real}/dtb:"])
    for option in ("--initrd=image/boot/stolen", "--dtb=image/boot/up", "--addon=image/boot/stolen"):
        s.check(f"-l --entry=a --root=image {option}", 255, says=["as a file of the system below image"])
    status, calls, _, _ = s.run(["-l", "--entry=a", "--root=image", "--module=--nounzip image/boot/addon x  y",
                                 "--addon=image/boot/addon"], {})
    want = [f"args {real}/vmlinuz-1 {ARGS | NO_INITRD:#x} [o] 2 '' 0 1:{real}/addon:image/real/addon x  y!1 "
            f"2:{real}/addon:"]
    s.report([] if (status, calls) == (0, want) else [f"got {status}, {calls}"], "kexec --module below a root directory")
    s.write(LOADED, "1\n")
    os.remove(s.path("linked"))
    shutil.rmtree(s.path("image"))


def test_entry_device_tree(s):
    """An entry's device tree is handed over, unless another one is named."""
    for name in ("k", "tree", "other"):
        s.write(f"trees/boot/{name}", name)
    s.write("trees/boot/loader/entries/a.conf", "linux /k\ndevicetree /tree\noptions o\n")
    s.write(LOADED, "0\n")
    top = s.path("trees/boot")
    for option, tree in (("", "tree"), (" --dtb=trees/boot/other", "other")):
        s.check(f"-l --entry=a --root=trees{option}", silent=["device tree"], calls=[
            f"args {top}/k {ARGS | NO_INITRD:#x} [o] 2 '' 0 3:{top}/{tree}:"])
        s.check(f"-l --entry=a --root=trees{option} --dry-run", out=f"device tree   trees/boot/{tree}\n")
        got = json.loads(output(s, f"-l --entry=a --root=trees{option} --dry-run --json"))["dtb"]
        s.report([] if got == f"trees/boot/{tree}" else [f"got {got}"], f"kexec --entry{option}: dtb in JSON")
    s.check("-l --entry=a --root=trees --force-dtb --dry-run", out="command line  o\nslot")
    s.write(LOADED, "1\n")
    shutil.rmtree(s.path("trees"))


def test_entry_left_out(s):
    """All that is left out is in the list, and that there is no default is said."""
    s.write("left/boot/k", "k")
    s.write("left/boot/loader/entries/a.conf", "linux /k\n")
    for number in range(60):
        s.write(f"left/boot/loader/entries/b{number:02}.conf", f"linux /{'x' * 100}\n")
    want = [f"left/boot/loader/entries/b{number:02}.conf: left out, there is no /{'x' * 100}" for number in range(60)]
    listed = json.loads(output(s, "--list --json --root=left"))
    s.report([] if sorted(listed["left_out"]) == want else [f"got {listed['left_out']}"],
             "kexec --list --json: all that is left out")
    s.check("--list -d --root=left", says=want, out="a.conf * a.conf\n")
    s.check("--list --root=left", silent=["left out"], out="a.conf * a.conf\n")
    s.write("left/boot/loader/entries/z.conf", "linux /k\ninitrd /gone\n")
    told = "kexec: the default entry of the boot loader, z.conf, is left out: there is no /gone\nChoose an entry"
    s.check("--list --root=left", says=[told], out="a.conf   a.conf\n")
    s.check("--reboot --root=left --replace", 255, says=[told])
    shutil.rmtree(s.path("left"))


def test_entry_elsewhere(s):
    """GRUB would take a kernel from the file system that search names."""
    here, there, fat, gone = "1111-aaaa", "2222-bbbb", "AB12-CD34", "3333-cccc"
    for name in ("k", "dev/disk/by-uuid/" + here, "dev/disk/by-uuid/" + there,
                 "dev/disk/by-uuid/" + fat):
        s.write(f"disks/{name}", "")
    devices = f"disks/k=1 disks/boot=1 by-uuid/{here}=1 by-uuid/{there}=2 by-uuid/{fat}=3"

    def left_out(script, devices, uuid=None):
        """The search is that entry's own; another one, before it, does not count for it."""
        s.write("disks/boot/grub/grub.cfg", "menuentry before {\n" + f"search --set=root -u {there}"
                f"\nlinux /k\n}}\nmenuentry wanted {{\n{script}\n}}\n")
        _, _, out, err = s.run("--list --json -d --root=disks".split(), {"FAKE_DEVICES": devices})
        got = [entry["id"] for entry in json.loads(out)["entries"]]
        wrong = [] if ("wanted" in got) == (uuid is None) else [f"entries {got}"]
        told = f'"wanted" is left out, it is on another file system, {uuid}'
        wrong += [] if (told in err) == (uuid is not None) else [f"told {err!r}"]
        s.report(wrong, f"file systems: {script!r} with {devices!r}")

    left_out("linux /k", devices)
    for form in ("--no-floppy --fs-uuid --set=root", "-s -u", "--set --hint hd0 --fs-uuid",
                 "-u --set=root --hint-bios=hd0,gpt2"):
        left_out(f"search {form} {here}\nlinux /k", devices)
        left_out(f"search {form} {there} hd0,1\nlinux /k", devices, there)
    left_out(f"search -s -u {fat.lower()}\nlinux /k", devices.replace("k=1", "k=3"))
    left_out(f"search -s -u {fat.lower()}\nlinux /k", devices, fat.lower())
    for script in (f"search --set=root -u {gone}", f"search -u {there}", f"search --set=x -u {there}",
                   f"search --set=root --label {there}", "search --set=root -u",
                   f"search -s -u {there}\nset root=hd0,1", f"search -s -u {there}\nroot=hd0,1"):
        left_out(f"{script}\nlinux /k", devices)
    left_out(f"search -s -u {there}\nlinux (hd0,1)/k", devices)
    left_out(f"search -s -u {there}\nlinux /k", devices.replace(f"{here}=1", f"{here}=4"))
    left_out(f"search -s -u {there}\nlinux /k", "")
    shutil.rmtree(s.path("disks"))


def test_entry_usage(s):
    for arguments, message in (
            ("--list -l text", "--list goes with no other action"),
            ("--list --reboot", "--list goes with no other action"),
            ("--list text", "nothing is to be loaded"),
            ("--reboot -l", "--reboot goes with no other action"),
            ("--reboot -p", "--reboot goes with no other action"),
            ("--reboot text", "no other can be named"),
            ("--entry=x text", "no other can be named"),
            ("-p --entry=x", "--entry is for the normal slot"),
            ("-e --entry=x", "nothing is to be loaded"),
            ("--entry=x --reuse-cmdline", "an entry brings its command line"),
            ("-l text --replace", "--replace needs --entry or --reboot, or a kernel without an action"),
            ("-p text --replace", "--replace needs --entry or --reboot"),
            ("-l text --root=x", "--root needs --list, --entry, --reboot, or"),
            ("-u --dry-run", "--dry-run and --check are about a kernel"),
            ("--list --dry-run", "--dry-run and --check are about a kernel"),
            ("-u --check", "--dry-run and --check are about a kernel"),
            ("-l text --check --dry-run", "name one of them"),
            ("--reboot --json", "--list, --dry-run, --check, -l, -p, -u or -e"),
            ("--entry", "requires an argument")):
        s.check(arguments, 1, says=[message])
