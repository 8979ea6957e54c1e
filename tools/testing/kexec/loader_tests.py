# SPDX-License-Identifier: GPL-2.0-only
"""What systemd-boot would start: configurations, and which of their entries that is.

Each was tried with systemd-boot 262 itself, where that is not plain from its manual pages. bootctl_test has
the same read by bootctl(1), whose reading differs where @apart says so.
"""

from dataclasses import dataclass, field

from raw_images import pe


@dataclass(frozen=True)
class Config:
    """@files below the root, of texts, and @variables of EFI.

    @want has the ids of what is listed, in order, the default one with a star; with one of them left
    out the default is unknown. @apart: how bootctl differs, and why.
    """

    name: str
    files: dict
    want: tuple
    variables: dict = field(default_factory=dict)
    apart: str = None


def entry(*lines, kernel="/k"):
    return "\n".join((f"linux {kernel}", *lines)) + "\n"


def config(name, entries, want, conf=None, place="efi", apart=None, more=(), **variables):
    """@entries are names of files without what ends them, or pairs of that and lines."""
    files = {f"{place}/k": ""}
    for item in entries.split() if isinstance(entries, str) else entries:
        item = (item, entry(f"options {item}")) if isinstance(item, str) else item
        files[f"{place}/loader/entries/{item[0]}.conf"] = item[1]
    if conf is not None:
        files[f"{place}/loader/loader.conf"] = conf
    return Config(name, {**files, **dict(more)}, tuple(want.split()), variables, apart)


# An EFI application, and where a PE file says so (UEFI 2.10, section 2.1.1).
EFI_APPLICATION, SUBSYSTEM = 10, 0x40 + 24 + 68


def uki(osrel, *sections, cmdline=b"x"):
    image = bytearray(pe((b".osrel", osrel.encode()), (b".linux", b"kernel"), (b".cmdline", cmdline), *sections))
    image[SUBSYSTEM] = EFI_APPLICATION
    return bytes(image)


def images(name, want, apart=None, conf="", **osrels):
    files = {f"efi/EFI/Linux/{image}.efi": uki(osrel) for image, osrel in osrels.items()}
    return Config(name, {**files, "efi/loader/loader.conf": conf}, tuple(want.split()), apart=apart)


# The name that it is installed with, and one in the letters that vfat has for it.
SDBOOT = {f"efi/EFI/systemd/systemd-boot{name}.efi": pe((b".text", b"x")) for name in ("x64", "X64")}

NO_QUOTES = "bootctl leaves quotes where they are"
NO_BACKSLASH = "bootctl leaves backslashes where they are"
NOT_CHECKED = "bootctl lists what the boot loader would not, as its kernel is not looked for"
NO_BAD = "bootctl prefers entries that are bad"
FNMATCH = "bootctl takes patterns of fnmatch(3)"
LETTERS = "bootctl sorts large letters before small ones"

CONFIGS = (
    config("a name alone is no pattern for a file", "a b", "*b a", "default a\n"),
    config("a name", "a b", "b *a", "default a.conf\n"),
    config("a name in other letters", "a b", "b *a", "default A.CONF\n"),
    config("a name in quotes", "a b", "b *a", 'default "a.conf"\n', apart=NO_QUOTES),
    config("a name with counters is none", "a+2-1 b", "*b a", "default a+2-1.conf\n"),
    config("a name of a file with counters", "a+2-1 b", "b *a", "default a.conf\n"),
    config("a pattern", "a1 a2 b", "b *a2 a1", "default a*\n"),
    config("a set", "a1 a2 b", "b a2 *a1", "default a[0-1].conf\n"),
    config("a set that would be negated", "a1 a2 c", "c a2 *a1", "default a[!1].conf\n", apart=FNMATCH),
    config("a set that does not end", "a1 a2 c", "*c a2 a1", "default a[1\n"),
    config("a set with a bracket", "a] c", "c *a]", "default a[]].conf\n",
           apart="bootctl takes no such names"),
    config("a set with a backslash", "a1 a2 c", "c *a2 a1", "default a[\\2].conf\n"),
    config("a range of letters in other letters", "ab ac c", "c *ac ab", "default A[A-C].conf\n"),
    config("a name with a backslash", "a b", "b *a", "default \\a.conf\n"),
    config("a backslash at the end", "a b", "*b a", "default a.conf\\\n"),
    config("the last default counts", "a b c", "c *b a", "default a.conf\ndefault b.conf\n"),
    config("a comment, and blanks", "a b", "b *a", "#default b.conf\n \tdefault \t a.conf \t\r\n"),
    config("an unknown special name", "a b", "b *a", "default a.conf\ndefault @foo\n",
           apart="bootctl takes it for a name"),
    config("no value", "a b", "b *a", "default a.conf\ndefault\n"),
    config("the preferred one", "a b", "b *a", "preferred a*\n"),
    config("the preferred one before the default one", "a b c", "c *b a", "default a.conf\npreferred b.conf\n"),
    config("the preferred one is bad", "a+0-3 b c", "c *b a", "preferred a.conf\ndefault b.conf\n", apart=NO_BAD),
    config("the first that is not bad is preferred", "a-2+0-1 a-1 b", "b *a-1 a-2", "preferred a-*\n"),
    config("the default one is bad", "a+0-3 b c", "c b *a", "default a.conf\n"),
    config("a variable prefers", "a b", "b *a", LoaderEntryPreferred="a.conf"),
    config("a variable prefers before the file", "a b c", "c *b a", "preferred a.conf\n",
           LoaderEntryPreferred="b.conf"),
    config("the file prefers before a default variable", "a b c", "c b *a", "preferred a.conf\n",
           LoaderEntryDefault="b.conf", apart="bootctl has all variables before the file"),
    config("what a variable prefers is not there", "a b c", "c b *a", "preferred a.conf\n",
           LoaderEntryPreferred="x.conf"),
    config("what a variable prefers is bad", "a+0 b c", "c *b a", LoaderEntryPreferred="a.conf",
           LoaderEntryDefault="b.conf", apart=NO_BAD),
    config("a default variable before the file", "a b c", "c *b a", "default a.conf\n", LoaderEntryDefault="b.conf"),
    config("what a default variable has is not there", "a b c", "c b *a", "default a.conf\n",
           LoaderEntryDefault="b"),
    config("once", "a b c", "c b *a", "default b.conf\npreferred b.conf\n", LoaderEntryOneShot="a.conf",
           LoaderEntryPreferred="b.conf", LoaderEntryDefault="b.conf"),
    config("once, though it is bad", "a+0-3 b c", "c b *a", "preferred b.conf\n", LoaderEntryOneShot="a.conf"),
    config("saved", "a b", "b *a", "default @saved\n", LoaderEntrySelected="a.conf"),
    config("saved, in other letters", "a b", "b *a", "default @SAVED\n", LoaderEntrySelected="a.conf"),
    config("saved as booted last", "a b", "b *a", "default @saved\n", LoaderEntryLastBooted="a.conf",
           apart="bootctl takes the one that was selected"),
    config("saved is preferred", "a b c", "c b *a", "preferred @saved\n", LoaderEntrySelected="a.conf"),
    config("saved by a variable", "a b c", "c b *a", LoaderEntryDefault="@saved", LoaderEntrySelected="a.conf"),
    config("system failures are not foreseen", "a b", "*b a", LoaderEntrySysFail="a.conf"),
    config("another part of a name comes behind", "arch arch-lts arch-fallback",
           "*arch arch-lts arch-fallback"),
    config("versions in names", "a-6.1 a-6.10 a-6.9 a-6.10-rc1", "*a-6.10 a-6.10-rc1 a-6.9 a-6.1"),
    config("large letters", "B c D", "*D c B", apart=LETTERS),
    config("bad ones come last", "a b+0 c+0-1", "*a c b"),
    config("all are bad", "a+0 b+0-1", "*b a"),
    config("names of its own", "auto-x a", "auto-x *a", apart="bootctl does not know them"),
    config("a sort-key", (("a", entry("sort-key x")), ("b", entry())), "*a b"),
    config("sort-key, machine, version", (
        ("1", entry("sort-key b", "machine-id 2", "version 1")), ("2", entry("sort-key b", "machine-id 1", "version 9")),
        ("3", entry("sort-key b", "machine-id 1", "version 10")), ("4", entry("sort-key a", "version 1")),
        ("5", entry("sort-key b", "version 0"))), "*4 5 3 2 1"),
    config("quotes", (("a", 'title "Server (one)"\nlinux "/k"\ninitrd \'/i\'\noptions "a  b"\noptions c\n'),),
           "*a", more={"efi/i": ""}, apart=NO_QUOTES),
    config("quotes that do not match", (("a", entry("options \"a b'", 'options c"')),), "*a"),
    config("quotes inside", (("a", entry('options a="b c" d')),), "*a"),
    config("quotes at the ends of two words", (("a", entry('options "a" "b"')),), "*a", apart=NO_QUOTES),
    config("backslashes", (("a", "linux \\k\ninitrd \\d\\\\i\noptions a\\b\n"),), "*a", more={"efi/d/i": ""},
           apart=NO_BACKSLASH),
    config("several slashes", (("a", "linux //k\ninitrd d//i\n"),), "*a", more={"efi/d/i": ""}),
    config("tabs, and lines that end with a return", (("a", "title\tA\r\nlinux\t \t/k\t\r\noptions \ta b\r\n"),), "*a"),
    config("options on several lines", (("a", entry("options a  b", "options", "#options c", "options d")),), "*a"),
    config("the last title counts, and all initrds", (("a", entry("title x", "title y", "initrd /i", "initrd /j")),),
           "*a", more={"efi/i": "", "efi/j": ""}),
    config("an initrd is not there", (("z", entry("initrd /gone")), ("a", entry())), "a"),
    config("an initrd's name with a blank", (("z", entry("initrd /i j")), ("a", entry())), "*z a",
           more={"efi/i j": ""}),
    config("two initrds in one line", (("z", entry("initrd /i /j")), ("a", entry())), "a",
           more={"efi/i": "", "efi/j": ""}),
    config("a device tree is not there", (("z", entry("devicetree /gone")), ("a", entry())), "a"),
    config("a kernel is not there", (("z", entry(kernel="/gone")), ("a", entry())), "*a", apart=NOT_CHECKED),
    config("a program that is no kernel", (("z", "efi /k\n"), ("a", entry())), "a"),
    config("a program that is not there", (("z", "efi /gone\n"), ("a", entry())), "*a", apart=NOT_CHECKED),
    config("systemd-boot itself", (("z", "efi /EFI//systemd/systemd-bootX64.efi\n"), ("a", entry())), "*a",
           apart="bootctl lists it", more=SDBOOT, LoaderImageIdentifier="\\EFI\\systemd\\systemd-bootx64.efi"),
    config("systemd-boot itself is named", (("z", "efi \\EFI\\systemd\\\\systemd-bootx64.efi\n"), ("a", entry())), "*a",
           "default z.conf\n", apart="bootctl lists it", more=SDBOOT,
           LoaderImageIdentifier="\\EFI\\systemd\\systemd-bootx64.efi"),
    config("systemd-boot from another file", (("z", "efi /EFI/systemd/systemd-bootx64.efi\n"), ("a", entry())), "a",
           more=SDBOOT, LoaderImageIdentifier="\\EFI\\BOOT\\BOOTX64.EFI"),
    config("another boot loader", (("z", "efi /EFI/fedora/shimx64.efi\n"), ("a", entry())), "a",
           more={"efi/EFI/fedora/shimx64.efi": pe((b".text", b"x"))}),
    config("kernels of two kinds", (("z", entry("efi /k")), ("a", entry())), "*a", apart=NOT_CHECKED),
    config("no kernel", (("z", "title z\n"), ("a", entry())), "*a", apart=NOT_CHECKED),
    config("another architecture", (("z", entry("architecture aa64")), ("y", entry("architecture X64")), ("a", entry())),
           "*y a", apart="bootctl lists those of others"),
    config("a kernel to be fetched", (("z", "uki-url http://host/x.efi\n"), ("a", entry())), "a"),
    config("a kernel to be fetched from where the loader is from", (("z", "uki-url :x.efi\n"), ("a", entry())), "*a",
           apart=NOT_CHECKED),
    config("loader.conf beside other entries", "a b", "*c b a", more={
        "boot/loader/entries/c.conf": entry("sort-key x"), "boot/k": "", "boot/loader/loader.conf": "default a.conf\n"}),
    Config("loader.conf is in the ESP alone", {
        "efi/EFI/systemd/systemd-bootx64.efi": "", "boot/k": "", "boot/loader/loader.conf": "default a.conf\n",
        "boot/loader/entries/a.conf": entry(), "boot/loader/entries/b.conf": entry()}, ("*b", "a")),
    images("unified images by their version", "*b.efi a.efi c.efi", a="ID=i\nNAME=N\nVERSION_ID=2\n",
           b="ID=i\nNAME=N\nVERSION_ID=1\nIMAGE_VERSION=3\n", c="ID=i\nNAME=N\nBUILD_ID=1\n"),
    images("VERSION before VERSION_ID", "*a.efi b.efi", a="ID=i\nNAME=N\nVERSION=5\nVERSION_ID=1\n",
           b="ID=i\nNAME=N\nVERSION_ID=4\n"),
    images("IMAGE_ID is the sort-key", "*b.efi a.efi", a="ID=i\nNAME=N\nVERSION_ID=2\n",
           b="ID=z\nIMAGE_ID=h\nNAME=N\nVERSION_ID=1\n"),
    images("images in quotes", "*a.efi b.efi", a='ID="i"\nNAME="N N"\nVERSION_ID="2"\n',
           b="ID='i'\nNAME='N'\nVERSION_ID='1'\n"),
    images("an image that is named", "a.efi *b.efi", a="ID=i\nNAME=N\nVERSION_ID=2\n",
           b="ID=i\nNAME=N\nVERSION_ID=1\n", conf="default B.efi\n"),
    Config("an image and a drop-in file", {
        "efi/EFI/Linux/u.efi": uki("ID=b\nNAME=N\nVERSION_ID=2\n"), "efi/k": "",
        "efi/loader/entries/a.conf": entry("sort-key a"), "efi/loader/entries/z.conf": entry()},
        ("*a", "u.efi", "z")),
    Config("profiles", {"efi/EFI/Linux/u.efi": uki(
        "ID=b\nNAME=N\nVERSION_ID=2\n", (b".profile", b"ID=main"), (b".profile", b"ID=reset"), (b".cmdline", b"reset"),
        (b".profile", b"TITLE=T"))}, ("*u.efi", "u.efi@reset", "u.efi@2"),
        apart="bootctl has the name of the first profile in its id"),
    Config("a profile is the default one", {"efi/loader/loader.conf": "default *@reset\n", "efi/EFI/Linux/u.efi": uki(
        "ID=b\nNAME=N\nVERSION_ID=2\n", (b".profile", b"TITLE=main"), (b".profile", b"ID=reset"), (b".cmdline", b"reset"))},
        ("u.efi", "*u.efi@reset")),
    Config("a drop-in file with a profile", {
        "efi/u.efi": uki("ID=b\nNAME=N\nVERSION_ID=2\n", (b".profile", b"ID=a"), (b".profile", b"ID=b")),
        "efi/loader/entries/a.conf": "uki /u.efi\nprofile 1\n", "efi/loader/entries/b.conf": "uki /u.efi\nprofile x\n"},
        ("*b", "a"), apart="bootctl takes no file with a mistake"),
    Config("loader.conf in the ESP is for all", {
        "efi/loader/loader.conf": "default a.conf\n", "boot/k": "",
        "boot/loader/entries/a.conf": entry(), "boot/loader/entries/b.conf": entry()}, ("b", "*a")),
)


def lay(root, files, variables, write, variable):
    for name, text in files.items():
        write(root, name, text)
    for name, value in variables.items():
        variable(root, name, value)


def without_suffix(name):
    return name[:-5] if name.endswith(".conf") else name


def check_configs(tests, write, variable):
    for item in CONFIGS:
        root = tests.root()
        lay(root, item.files, {"LoaderInfo": "systemd-boot 262", **item.variables}, write, variable)
        got = [("*" if "default" in found else "") + without_suffix(found["id"])
               for found in tests.entries(root)[0]]
        tests.check(f"systemd-boot: {item.name}", got, list(item.want))


def rows(tests, root, *fields):
    """Of each entry, a star for the default, its id and those fields."""
    return [("*" if "default" in found else "") + " | ".join([found["id"], *(found.get(name, "-") for name in fields)])
            for found in tests.entries(root)[0]]


def check_extra(tests, write):
    """The key "extra": addons go with a unified image, and what cannot be taken is named."""
    addon = pe((b".cmdline", b"x"))
    root = tests.root("efi/vmlinuz-1", "efi/site.cred", "efi/a.sysext.raw", "efi/b.confext.raw", "efi/c.raw")
    for name in ("debug", "second"):
        write(root, f"efi/{name}.addon.efi", addon)
    write(root, "efi/own.efi", uki("ID=b\nNAME=N\n"))
    write(root, "efi/other.addon.efi", pe((b".cmdline", b"x"), (b".uname", b"6")))
    write(root, "efi/bad.addon.efi", b"text")
    extra = [f"extra {name}" for name in (
        "/site.cred", "\\a.sysext.raw", '"/b.confext.raw"', "c.raw", "/gone.cred", "/second.addon.efi",
        "/debug.ADDON.efi", "/debug.addon.efi", "/bad.addon.efi")]
    write(root, "efi/loader/entries/a.conf", entry(*extra, kernel="/vmlinuz-1"))
    write(root, "efi/loader/entries/b.conf", "uki /own.efi\n" + "\n".join(extra) + "\n")
    packed = "left out, only systemd-boot packs such files for the initrd"
    common = [f"/efi/site.cred: {packed}", f"/efi/a.sysext.raw: {packed}", f"/efi/b.confext.raw: {packed}",
              "/efi/c.raw: left out, nothing is known of such files", "/gone.cred: left out, there is no such file"]
    missing = "/debug.ADDON.efi: left out, there is no such file"
    found = {item["id"]: item for item in tests.entries(root)[0]}
    tests.check("extra files of a plain kernel", found["a.conf"]["remark"].split(" + "), common + [
        "/efi/second.addon.efi: left out, only a unified kernel image takes addons", missing,
        "/efi/debug.addon.efi: left out, only a unified kernel image takes addons",
        "/efi/bad.addon.efi: left out, only a unified kernel image takes addons"])
    tests.check("extra files of a plain kernel: no addons", found["a.conf"].get("addon"), None)
    tests.check("extra files of a unified kernel image", found["b.conf"]["remark"].split(" + "), common + [
        missing, "/efi/bad.addon.efi: left out, it is no PE file"])
    tests.check("extra files of a unified kernel image: addons in their order", found["b.conf"].get("addon"),
                "/efi/second.addon.efi + /efi/debug.addon.efi")


def check_without_esp(tests, write, variable):
    """Where systemd looks if there is no file system of a boot loader's."""
    here = "run/boot-loader-entries/loader"
    root = tests.root("nix/store/x/bzImage", "nix/store/x/initrd")
    lines = "linux /nix/store/x/bzImage\ninitrd /nix/store/x/initrd\noptions {}\n"
    for name in "ab":
        write(root, f"{here}/entries/{name}.conf", lines.format(name))
    row = "{}.conf | /nix/store/x/bzImage | /nix/store/x/initrd | {}"
    fields = ("kernel", "initrd", "options")
    a, b = row.format("a", "a"), row.format("b", "b")
    tests.check("without an ESP", rows(tests, root, *fields), ["*" + b, a])
    write(root, f"{here}/loader.conf", "default a.conf\n")
    tests.check("without an ESP: its loader.conf", rows(tests, root, *fields), [b, "*" + a])
    write(root, "run/boot-loader-entries/k", "")
    write(root, f"{here}/entries/c.conf", "linux /k\n")
    tests.check("without an ESP: files beside", rows(tests, root, "kernel")[0], "c.conf | /run/boot-loader-entries/k")
    write(root, "efi/k", "")
    write(root, "efi/loader/entries/z.conf", "linux /k\n")
    tests.check("an ESP there besides comes behind", rows(tests, root), ["c.conf", "b.conf", "*a.conf", "z.conf"])
    variable(root, "LoaderInfo", "systemd-boot 262")
    tests.check("the boot loader does not look there", rows(tests, root), ["*z.conf", "c.conf", "b.conf", "a.conf"])
    variable(root, "LoaderInfo", "GRUB 2.12")
    write(root, "boot/grub/grub.cfg", "menuentry g { linux /efi/k }\n")
    tests.check("nor does GRUB", rows(tests, root), ["*g", "z.conf", "c.conf", "b.conf", "a.conf"])


def check_left_out(tests, write, variable):
    """What is left out can be the default, and then nothing else is; all of it is told."""
    def error(*files, **variables):
        root = tests.root("efi/k")
        for name, text in files:
            write(root, f"efi/loader/entries/{name}.conf", text)
        for name, value in variables.items():
            variable(root, name, value)
        return [line for line in tests.run("list", root) if line.startswith("error")]

    good, bad = ("a", entry()), ("z", entry("initrd /gone"))
    default = "error\t-2 the default entry of the boot loader, z.conf, is left out: "
    tests.check("the first one is left out", error(good, bad), [default + "there is no /gone"])
    tests.check("the first one is left out, another one is named",
                error(good, bad, LoaderEntryDefault="a.conf"), [])
    tests.check("the one that is named is left out", error(good, ("0", entry(kernel="k")), bad, LoaderEntryOneShot="z.conf"),
                [default + "there is no /gone"])
    tests.check("a program comes first", error(good, ("z", "efi /k\n")), [default + "it names no kernel"])
    tests.check("a kernel to be fetched comes first", error(good, ("z", "uki-url http://x/y\n")),
                [default + "its kernel is to be fetched from http://x/y"])
    tests.check("too many initrds", error(good, ("z", entry(*["initrd /k"] * 33))),
                [default + "it has more than 32 initial RAM disks"])
    tests.check("as many initrds as there may be", error(good, ("z", entry(*["initrd /k"] * 32))), [])
    tests.check("too long", error(good, ("z", entry("#" * 0x10001))), [default + "it is too long"])
    none = "error\t-2 the default entry of the boot loader, {}, starts no kernel"
    for pattern in ("auto-windows", "AUTO-osx", "auto-*", "a*-setup", "*-firmware-*"):
        tests.check(f"what systemd-boot finds by itself: {pattern}", error(("b", entry()), LoaderEntryDefault=pattern),
                    [none.format(pattern)])
    for pattern in ("*-windows", "b*", "x*"):
        tests.check(f"what it may find by itself: {pattern}", error(("b", entry()), LoaderEntryDefault=pattern), [])
    there = {"LoaderEntries": "b.conf\0auto-windows"}
    tests.check("what it found by itself", error(("b", entry()), LoaderEntryDefault="*-windows", **there),
                [none.format("*-windows")])
    tests.check("what it did not find", error(("b", entry()), LoaderEntryDefault="*-setup", **there), [])
    root = tests.root("efi/k", *(f"efi/loader/entries/{'x' * 200}{number}.conf" for number in range(50)))
    write(root, "efi/loader/entries/a.conf", entry())
    lines = tests.run("list", root)
    told = [line for line in lines if line.startswith("left-out")]
    tests.check("all that is left out is told", (len(told), sorted(told)[-1]), (
        50, f"left-out\t/efi/loader/entries/{'x' * 200}9.conf: left out, it names no kernel"))
    evidence = [line for line in lines if line.startswith("evidence")]
    tests.check("evidence has whole lines, and how many more", evidence[-1], f"evidence\tand {51 - len(evidence)} more")
    tests.check("evidence has whole lines", all(line.endswith(("kernel", "more")) for line in evidence), True)
