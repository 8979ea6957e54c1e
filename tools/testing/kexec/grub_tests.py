# SPDX-License-Identifier: GPL-2.0-only
"""Tests of what libkexec makes of GRUB's scripts: what is run, and what is not known."""

import os

from raw_images import pe

KERNELS = ("boot/vmlinuz-one", "boot/vmlinuz-two", "boot/initrd-one", "boot/initrd-two")
ONE = "menuentry One --id one { linux /vmlinuz-one a; initrd /initrd-one }\n"
TWO = "menuentry Two --id two { linux /vmlinuz-two b }\n"
MENU = ONE + TWO
NOT_KNOWN = "the default entry of GRUB is not known: "
LEFT_OUT = 'evidence\t/boot/grub/grub.cfg: "%s" is left out, %s'


def system(tests, write, text, *files, place="boot/grub"):
    root = tests.root(*KERNELS, *files)
    write(root, f"{place}/grub.cfg", text)
    return root


def chosen(tests, root):
    """What is the default, or why there is none."""
    found, rest = tests.entries(root)
    names = [entry["id"] for entry in found if "default" in entry]
    return names[0] if names else [line.split(" ", 1)[1] for line in rest if line.startswith("error")][0]


def told(tests, root):
    return sorted({line for line in tests.entries(root)[1] if line.startswith("evidence")})


# What a script makes of the variable v, as GRUB 2.06 does.
VALUES = (
    ("for i in 1 2 3; do if [ $i = 2 ]; then break; fi; v=$v$i; done", "1"),
    ("for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; v=$v$i; done", "13"),
    ("for i in 1 2; do for j in 1 2; do if [ $j = 2 ]; then continue 2; fi; v=$v$i$j; done; v=x; done", "1121"),
    ("for i in 1 2; do for j in 1 2; do break 2; done; v=x; done", ""),
    ("function f { break; v=$v$1; }\nfor i in 1 2; do f $i; done", "12"),
    ("for i in 1 2; do eval break; v=x; done", ""),
    ("while [ \"$v\" != xxx ]; do v=x$v; done", "xxx"),
    ("until [ \"$v\" = xx ]; do v=x$v; done", "xx"),
    ("function f { return 7; v=x; }\nf; v=$?", "7"),
    ("function f { for i in 1 2 3; do if [ $i = 2 ]; then return; fi; v=$v$i; done; v=x; }\nf", "1"),
    ("function f { eval return 5; v=x; }\nf; v=$v$?", "5"),
    ("function f { false; return; }\nf; v=$?", "1"),
    ("return 3; v=on", "on"),
    ("function f { shift; v=\"$1 $#\"; }\nf a b c", "b 2"),
    ("function f { shift 2; v=\"$1 $#\"; }\nf a b c", "c 1"),
    ("function f { shift 4; v=\"$1 $#\"; }\nf a b c", "a 3"),
    ("function f { setparams x 'y z'; v=\"$2 $#\"; }\nf a b c", "y z 2"),
    ("function f { v=$10$11; }\nf 1 2 3 4 5 6 7 8 9 ten eleven", "teneleven"),
    ("function f { for i in \"$@\"; do v=\"$v<$i>\"; done; }\nf a 'b c'", "<a><b c>"),
    ("function f { for i in $@; do v=\"$v<$i>\"; done; }\nf a 'b c'", "<a><b><c>"),
    ("a=v; eval \"$a=x\"", "x"),
    ("eval 'function f { v=made; }'; f", "made"),
    ("function f { false; eval return; }\nf; v=$?", "1"),
    ("function f { false; for i in 1; do return; done; }\nf; v=$?", "1"),
    ("false; eval; v=$?", "0"),
    ("false; for i in; do true; done; v=$?", "0"),
    ("if false; then true; else v=$?; fi", "1"),
    ("if false; then true; fi; v=$?", "0"),
    ("! true; v=$?", "1"),
    ("function insmod { v=mine; }\ninsmod part_gpt", ""),
    ("echo a {\nb=1\n}\nv=$b", ""),
    ("regexp --set=1:v '^(hd[0-9]+),' hd0,gpt2", "hd0"),
    ("regexp -s 2:v -s 1:w '(a)(b)?c' ac; v=\"$?$v$w\"", "0a"),
    ("v=1; regexp --set=v x abc; v=$v$?", "11"),
    ("regexp '(' x; v=$?", "1"),
    ("set v='a  b'; for i in $v; do w=$w-$i; done; v=$w", "-a-b"),
    ("v=1; export v; unset v", ""),
    ("a=1 b=2; v=$a$b", "1"),
    ("[ 08 -eq 8 ]; v=$?", "0"),
    ("[ 010 -eq 8 ]; v=$?", "0"),
    ("[ 0x10 -eq 16 ]; v=$?", "0"),
    ("[ x -eq 0 ]; v=$?", "0"),
    ("[ -3 -lt 2 ]; v=$?", "0"),
    ("[ 6.9 \\< 6.10 ]; v=$?", "1"),
    ("[ vmlinuz-9 -plt vmlinuz-10 ]; v=$?", "0"),
    ("[ a10 -pgt b9 ]; v=$?", "1"),
    ("[ a b ]; v=$?", "0"),
    ("[ a '' ]; v=$?", "1"),
    ("[ ! a = b -a c = d ]; v=$?", "1"),
    ("[ a = b -o c = c -a d = e ]; v=$?", "1"),
    ("[ ! ( a = b ) ]; v=$?", "0"),
    ("[ -f /vmlinuz-one -a ! -d /vmlinuz-one -a -e / ]; v=$?", "0"),
    ("[ -f boot/vmlinuz-one ]; v=$?", "1"),
    ("[ $none ]; v=$?", "0"),
    ("test $none; v=$?", "0"),
    ("[ -s / ]; v=$?", "1"),
    ("[ -s /vmlinuz-one -o -f /boot ]; v=$?", "1"),
    ("[ /vmlinuz-one -nt100 /vmlinuz-two ]; v=$?", "0"),
    ("[ /vmlinuz-one -nt99999999999999999999 /vmlinuz-two ]; v=$?", "1"),
    ("[ /vmlinuz-one -nt4294967396 /vmlinuz-two ]; v=$?", "0"),
    ("[ /vmlinuz-one -ot-100 /vmlinuz-two ]; v=$?", "0"),
    ("[ /vmlinuz-one -nt /none ]; v=$?", "0"),
    ("[ /none -ot /vmlinuz-one ]; v=$?", "0"),
    ("[ /none -nt /vmlinuz-one ]; v=$?", "1"),
    ("[ /vmlinuz-one -ot /none ]; v=$?", "1"),
    ("[ /none -nt /none ]; v=$?", "1"),
    ("[ / -nt99999999 /vmlinuz-one ]; v=$?", "1"),
    ("[ a ' =' b ]; v=$?", "0"),
    ("[ a 'eq =' b ]; v=$?", "0"),
    ("[ 99999999999999999999 -eq -1 ]; v=$?", "0"),
    ("[ 4294967297 -eq 1 ]; v=$?", "0"),
    ("[ ' -5' -lt 0 ]; v=$?", "1"),
    ("[ --5 -lt 0 ]; v=$?", "1"),
    ("[ x19 -plt x1010 ]; v=$?", "0"),
    ("[ 19 -plt 1010 ]; v=$?", "1"),
    ("[ x-1 -plt x-2 ]; v=$?", "0"),
    ("[ -f (md/none)/vmlinuz-one ]; v=$?", "1"),
    ("if [ -z \"$root\" -o -z $prefix ]; then v=x; fi", ""),
    ("v='x'; if loadfont f; then w=1; v=x; fi", "x"),
    ("if [ \"$root\" = hd0 ]; then v=a; else v=a; fi", "a"),
    ("if [ \"x$root\" = \"y\" ]; then v=a; fi", ""),
    ("search --set=d --fs-uuid 12; if [ -f ($d)/vmlinuz-one ]; then v=y; fi", "y"),
    ("function f { source /boot/more; }\nf arg", "arg"),
)


def check_values(tests, write):
    for script, want in VALUES:
        root = system(tests, write, f"{script}\nmenuentry t {{ linux /vmlinuz-one \"<$v>\" }}\n")
        write(root, "boot/more", "v=$1\n")
        found, rest = tests.entries(root)
        want = f'"<{want}>"' if " " in want else f"<{want}>"
        tests.check(f"GRUB: {script!r}", [item["options"] for item in found] + rest, [want])


# What makes the default, or an entry, unknown, and why.
UNKNOWN_DEFAULTS = (
    ("probe --set=default --fs (hd0,1)\n", "what probe finds on a device is not known"),
    ("if [ \"$HOUR\" -lt 12 ]; then default=1; fi\n", "GRUB itself sets it when it starts"),
    ("if [ -f (loop)/x ]; then default=1; fi\n",
     "it is on the device loop, in an image or on another system"),
    ("if [ -f (hd7,1)/x ]; then default=1; fi\n", "what is on the device hd7,1 is not known"),
    ("special --set=default\n", "only some GRUB has the command special"),
    ("special default\n", "only some GRUB has the command special"),
    ("if special; then default=1; fi\n", "only some GRUB has the command special"),
    ("read default\n", "what the command read finds is not known"),
    ("smbios --type 1 --get-string 4 --set default\n", "what the command smbios finds is not known"),
    ("for i in $lang; do default=1; done\n", "GRUB itself sets it when it starts"),
    ("for i in /*.iso; do default=1; done\n", "it takes the names of files that fit a pattern"),
    ("while [ \"$a\" != \"$lang\" ]; do default=1; done\n", "GRUB itself sets it when it starts"),
    ("function f { if special; then return; fi; default=1; }\nf\n",
     "only some GRUB has the command special"),
    ("for i in 1 2; do if special; then break; fi; default=$i; done\n",
     "only some GRUB has the command special"),
    ("default=1; $lang\n", "GRUB itself sets it when it starts"),
    ("eval $lang\n", "GRUB itself sets it when it starts"),
    ("source (cd)/x\n", "it is on the device cd, in an image or on another system"),
    ("legacy_source /boot/menu.lst\n", "the command legacy_source is not run here"),
    ("special\ndefault=$?\n", "only some GRUB has the command special"),
    ("insmod x\ndefault=$?\n", "the command insmod may fail"),
    ("if insmod x; then menuentry none { true; }; fi\ndefault=1\n", "the command insmod may fail"),
    ("if insmod x; then menuentry Two { true; }; fi\ndefault=Two\n", "the command insmod may fail"),
    ("if insmod x; then boot; fi\ndefault=1\n", "the menu may not be shown, as there is the command boot"),
    ("exit\n", "the menu may not be shown, as there is the command exit"),
    ("load_env -f (cd)/env\ndefault=$saved_entry\n",
     "it is on the device cd, in an image or on another system"),
    ("default=1\n)$(\n", "a dollar sign is not followed by a name"),
    ("regexp --set=default 'a{9}' aaaaaaaaa\n", "a regular expression is too hard"),
)

UNKNOWN_ENTRIES = (
    ("linux /vmlinuz-one root=$root", "what it starts is not known: only GRUB knows the name of its device"),
    ("linux /vmlinuz-one\ninitrd $lang", "what it starts is not known: GRUB itself sets it when it starts"),
    ("if special; then linux /vmlinuz-one; fi",
     "what it starts is not known: only some GRUB has the command special"),
    ("linux /vmlinuz-one\nif special; then chainloader /vmlinuz-one; fi",
     "what it starts is not known: only some GRUB has the command special"),
    ("set root=loop0\nlinux /vmlinuz-one", "it is on the device loop0, in an image or on another system"),
    ("linux (memdisk)/vmlinuz-one", "it is on the device memdisk, in an image or on another system"),
    ("search --file --set=root /other-system\nlinux /vmlinuz-one",
     "search looks for /other-system on all devices"),
    ("search --file --set=root /other-system\nlinux /vmlinuz-one",
     "search looks for /other-system on all devices"),
    ("linux /vmlinuz-one\nsource (loop)/x",
     "what it starts is not known: it is on the device loop, in an image or on another system"),
    ("linux /vmlinuz-one\nconfigfile /grub/other.cfg", "what it starts is not known: it opens another menu"),
    ("chainloader /vmlinuz-two\nboot\nlinux /vmlinuz-one", "it starts what is no kernel"),
    ("linux vmlinuz-one", "there is no vmlinuz-one"),
    ("linux /vmlinuz-one $GRUB_none /*.x",
     "what it starts is not known: it takes the names of files that fit a pattern"),
)


def check_unknown(tests, write):
    for script, why in UNKNOWN_DEFAULTS:
        tests.check(f"GRUB's default is not known: {script!r}",
                    chosen(tests, system(tests, write, script + MENU)), NOT_KNOWN + why)
    for body, why in UNKNOWN_ENTRIES:
        root = system(tests, write, f"menuentry Bad {{\n{body}\n}}\n" + TWO, "boot/grub/other.cfg")
        tests.check(f"GRUB's entry is left out: {body!r}",
                    [entry["id"] for entry in tests.entries(root)[0]] + told(tests, root),
                    ["two", LEFT_OUT % ("Bad", why)])
    root = system(tests, write, "if special; then " + ONE.strip() + "; fi\nmenuentry $lang { linux /vmlinuz-one; }\n" + TWO)
    tests.check("GRUB's entries that may not be there are left out", told(tests, root), [
        LEFT_OUT % ("?", "GRUB may have it or not: GRUB itself sets it when it starts"),
        LEFT_OUT % ("One", "GRUB may have it or not: only some GRUB has the command special")])
    tests.check("GRUB's entries: where only a condition is not known", chosen(tests, system(
        tests, write, "if special; then timeout=1; fi\ndefault=two\n" + MENU)), "two")


# Ways to name the default, and the entry that is meant.
DEFAULTS = (("1", "two"), ("Two", "two"), ("two", "two"), ("1x", "two"), (" 1", "two"), ("0x1", "two"),
            ("-1", "one"), ("9", "one"), ("", "one"), ("none", "one"), ("2>1", "deep"), ("Sub>deep", "deep"),
            ("sub>Deep", "deep"), ("sub", "first"), ("sub>9", "first"), ("two>x", "two"), ("a>>b", "odd"),
            ("a>b", "one"))


def check_defaults(tests, write):
    menu = MENU + ("submenu Sub --id sub { menuentry First --id first { linux /vmlinuz-one }\n"
                   "menuentry Deep --id deep { linux /vmlinuz-two } }\n"
                   "menuentry 'a>b' --id odd { linux /vmlinuz-one }\n")
    for name, want in DEFAULTS:
        tests.check(f"GRUB: default is {name!r}",
                    chosen(tests, system(tests, write, f"default='{name}'\n{menu}")), want)
    menu = "menuentry Bad { linux /vmlinuz-one; initrd /absent }\n" + menu
    for name, want in (("1", "one"), ("Two", "two"), ("two one", "two"), ("0 Two", "two")):
        found, _ = tests.entries(system(tests, write, f"fallback='{name}'\n{menu}"))
        tests.check(f"GRUB: fallback is {name!r}", [(entry["id"], entry.get("remark")) for entry in found
                                                    if "default" in entry],
                    [(want, 'it is the fallback: "Bad", the default entry, is left out, there is no /absent')])
    for name in ("", "none", "0"):
        tests.check(f"GRUB: no fallback is {name!r}",
                    chosen(tests, system(tests, write, f"fallback='{name}'\n{menu}")),
                    'the default entry of GRUB, "Bad", starts no kernel that is here')
    menu = "menuentry 1x { linux /vmlinuz-one }\nmenuentry 1 { linux /vmlinuz-one }\n" + MENU
    for name, want in (("1x", NOT_KNOWN + "one GRUB takes it for a number, another for a name"), ("1", "1"),
                       ("2", "one"), ("2x", "one"), ("0x0", "1x")):
        tests.check(f"GRUB: a number or a name: {name}", chosen(tests, system(
            tests, write, f"default='{name}'\n{menu}")), want)
    for name, want in (("0ab.conf", "0ab"), ("0ab", "0ab"), ("0ac", "1ab"), ("1", "0ab"), ("1ab", "1ab")):
        root = system(tests, write, f"default={name}\nblscfg\n", place="boot/grub2")
        for file in ("0ab", "1ab"):
            write(root, f"boot/loader/entries/{file}.conf", "linux /vmlinuz-one\n")
        tests.check(f"GRUB: a number or a drop-in file: {name}", chosen(tests, root), f"{want}.conf")
    tests.check("GRUB: a submenu sets its own default", chosen(tests, system(
        tests, write, "default=S\nsubmenu S { default=1\n" + MENU + "}\n")), "two")


def options(tests, root):
    return [entry.get("options") for entry in tests.entries(root)[0]]


def check_arguments(tests, write):
    root = system(tests, write, "for v in one two; do menuentry \"Linux $v\" --class x $v 'b c' {\n"
                  "linux /vmlinuz-$2 \"$1\" $3 $# } done\n".replace("} done", "}; done"))
    tests.check("GRUB: arguments of an entry", options(tests, root),
                ['"Linux one" b c 3', '"Linux two" b c 3'])
    root = system(tests, write, "export a; unset a; a=1; b=2; export b\nsubmenu S 'x y' { c=\"$2\"\n"
                  "menuentry t { linux /vmlinuz-one a=$a b=$b \"c=$c\" } }\nmenuentry u { linux /vmlinuz-one a=$a }\n")
    tests.check("GRUB: a submenu sees what is exported", options(tests, root), ['a= b=2 "c=x y"', "a=1"])


def check_platform(tests, write):
    menu = "if [ $grub_platform-$grub_cpu = %s ]; then default=1; fi\n" + MENU
    for name, files in (("pc-i386", ()), ("efi-x86_64", ("sys/firmware/efi/x",))):
        if os.uname().machine == "x86_64":
            tests.check(f"GRUB: platform {name}", chosen(tests, system(tests, write, menu % name, *files)), "two")


def check_other_commands(tests, write):
    """Those of distributions."""
    root = system(tests, write, "btrfs-mount-subvol ($root) /a /b\nbtrfs-mount-subvol $root /a /b\nodd $root /a x\n"
                  "menuentry t { linux /vmlinuz-one a=$a \"$x\" }\n" + MENU.replace(" a;", " $a;"))
    tests.check("GRUB: commands that name a device", (chosen(tests, root), options(tests, root)), (
        'the default entry of GRUB, "t", is left out, what it starts is not known: only some GRUB has the command odd',
        ["", "b"]))
    script = ("if hwmatch $prefix/black.txt 3; then if [ ${match} = 0 ]; then v=vt.handoff=7; fi; fi\n"
              "menuentry t { linux /vmlinuz-one $v }\n")
    left = (LEFT_OUT % ("t", "what it starts is not known: hwmatch may find a device"),)
    for devices, want in (((), left), ((("0x030000", "0x8086"), ("0x010600", "0x15ad")), ("vt.handoff=7",)),
                          ((("0x030000", "0x8086"), ("0x030200", "0x15ad")), left),
                          ((("0x010600", "0x8086"),), ("vt.handoff=7",))):
        root = system(tests, write, script)
        write(root, "boot/grub/black.txt", "v15add0710.*\n# x\nv1013d00b8\n")
        for number, (kind, vendor) in enumerate(devices):
            write(root, f"sys/bus/pci/devices/{number}/class", kind + "\n")
            write(root, f"sys/bus/pci/devices/{number}/vendor", vendor + "\n")
        tests.check(f"GRUB: hwmatch with {devices}", tuple(options(tests, root)) or tuple(told(tests, root)), want)


def check_places(tests, write):
    for place in ("boot/grub", "boot/grub2", "boot", "boot/efi/EFI/rocky", "efi/EFI/debian", "boot/EFI/qubes"):
        root = system(tests, write, MENU, place=place)
        tests.check(f"GRUB: grub.cfg in {place}", chosen(tests, root), "one")
    root = system(tests, write, MENU, place="boot/efi/EFI/a")
    write(root, "boot/efi/EFI/b/grub.cfg", MENU)
    tests.check("GRUB: the same file at two places", chosen(tests, root), "one")
    write(root, "boot/efi/EFI/b/grub.cfg", TWO + ONE)
    tests.check("GRUB: two files", chosen(tests, root),
                NOT_KNOWN + "there are /boot/efi/EFI/a/grub.cfg and /boot/efi/EFI/b/grub.cfg")
    root = system(tests, write, "search.fs_uuid 12-34 root hd0,gpt2\nset prefix=($root)'/boot/grub2'\n"
                  "configfile $prefix/real.cfg\n" + ONE, place="boot/efi/EFI/a")
    write(root, "boot/grub2/real.cfg", "x=$prefix\n" + TWO)
    tests.check("GRUB: the file in the ESP goes on with another", chosen(tests, root), "two")
    write(root, "boot/grub2/real.cfg", "# nothing\n")
    tests.check("GRUB: an empty file comes back", chosen(tests, root), "one")


def check_dropin_places(tests, write):
    def root(text, **files):
        here = system(tests, write, text, place="boot/grub2")
        for name, where in files.items():
            write(here, f"{where}/{name}.conf", f"title {name}\nlinux /vmlinuz-one\noptions {name}\n")
        return here

    for text, want in (("blscfg\n", ["b", "a"]), ("set blsdir=/other\nblscfg\n", ["c"]),
                       ("set blsdir=(hd0,1)/other\nblscfg\n", ["c"]), ("blscfg --path /other\n", ["c"]),
                       ("blscfg --path=/none\n", []), ("blscfg --path /none --enable-fallback\n", ["b", "a"]),
                       ("blscfg --path /other --enable-fallback\n", ["c"])):
        here = root(text, a="boot/loader/entries", b="boot/loader/entries", c="boot/other")
        tests.check(f"GRUB: drop-in files of {text!r}", options(tests, here), want)
    here = root("set blsdir=/$lang\nblscfg\n", c="boot/other")
    tests.check("GRUB: drop-in files somewhere", chosen(tests, here), NOT_KNOWN + "GRUB itself sets it when it starts")
    here = root("if special; then blscfg; fi\n", a="boot/loader/entries")
    tests.check("GRUB: drop-in files that may not be in its menu", (options(tests, here), told(tests, here)), (
        [], ['evidence\t/boot/grub2/grub.cfg: "what may be more" is left out, only some GRUB has the command special']))
    here = root("menuentry A x y { linux /vmlinuz-one A }\nblscfg\n")
    write(here, "boot/loader/entries/a.conf", "linux /vmlinuz-one\noptions <$1>\n".replace("<$1>", "x$1$2"))
    tests.check("GRUB: drop-in files have no arguments", options(tests, here), ["A", "x"])
    here = root("v=early\nblscfg\nv=late\n")
    write(here, "boot/loader/entries/a.conf", "linux /vmlinuz-one\noptions \"p=two words\" q='file a.c +p' $v \\$v\n")
    tests.check("GRUB: quotes of drop-in files", options(tests, here), ['"p=two words" "q=file a.c +p" early early'])
    for before, lines, want in (
            ("devicetree=one.dtb\n", "", [["/boot/one.dtb", "-"]]),
            ("devicetree=one.dtb\nearly_initrd='one two'\n", "devicetree /$v.dtb\ninitrd /initrd-one\n", [
                ["/boot/two.dtb", "/boot/one + /boot/two + /boot/initrd-one"]]),
            ("early_initrd=one\n", "", [["-", "/boot/one"]]), ("early_initrd=gone\n", "", []),
            ("devicetree=gone\n", "", []), ("devicetree=$root\n", "", []), ("early_initrd=x$root\n", "", [])):
        here = root(f"v=two\n{before}blscfg\n")
        for name in ("one.dtb", "two.dtb", "one", "two"):
            write(here, f"boot/{name}", name)
        write(here, "boot/loader/entries/a.conf", f"linux /vmlinuz-one\n{lines}")
        tests.check(f"GRUB: files that variables have put into drop-in files: {before!r}", [
            [item.get("devicetree", "-"), item.get("initrd", "-")] for item in tests.entries(here)[0]], want)
        if "$root" in before:
            tests.check("GRUB: files that are not known", told(tests, here), [
                "evidence\t/boot/loader/entries/a.conf: left out, only GRUB knows the name of its device"])
    here = root("blscfg\n")
    write(here, "boot/loader/entries/a.conf", "linux /vmlinuz-one\noptions root=$root\n")
    tests.check("GRUB: a drop-in file with what is not known", (options(tests, here), told(tests, here)), (
        [], ["evidence\t/boot/loader/entries/a.conf: left out, only GRUB knows the name of its device"]))


def check_dropin_lines(tests, write):
    """GRUB has a line for each drop-in file with a kernel, even one that is left out."""
    def lines(number, *files, where="boot/loader/entries", before=""):
        here = system(tests, write, f"{before}default={number}\nblscfg\n", place="boot/grub2")
        for name, text in files:
            write(here, f"{where}/{name}.conf", text)
        return chosen(tests, here)

    good = ("a", "title A\nlinux /vmlinuz-one\n")
    left = 'the default entry of GRUB, "%s", is left out, %s'
    for text, title, why in (
            ("title B\nlinux /absent\n", "B", "there is no /absent"),
            ("linux /absent\n", "/absent", "there is no /absent"),
            ("title B\nlinux /vmlinuz-one\ninitrd /absent\n", "B", "there is no /absent"),
            ("title B\narchitecture none\nlinux /vmlinuz-one\n", "B", "it is for another architecture"),
            ("title B\ntitle C\nlinux /absent\nlinux /vmlinuz-one\n", "B", "there is no /absent"),
            ("title B\nefi /vmlinuz-one\nlinux /absent\nuki /vmlinuz-one\n", "B", "there is no /absent")):
        tests.check(f"GRUB: drop-in file 0 is left out: {text!r}", lines(0, ("b", text), good), left % (title, why))
        tests.check(f"GRUB: drop-in file 1 behind {text!r}", lines(1, ("b", text), good), "a.conf")
        tests.check(f"GRUB: drop-in file by its title, beside {text!r}", lines(f"'{title}'", ("b", text), good),
                    left % (title, why))
        tests.check(f"GRUB: drop-in file 1 of blsdir behind {text!r}", lines(
            1, ("b", text), good, where="boot/other", before="blsdir=/other\n"), "a.conf")
    for text in ("title B\n", "title B\nefi /vmlinuz-one\n", "title B\nuki /vmlinuz-one\n"):
        tests.check(f"GRUB: no line for {text!r}", lines(0, ("b", text), good), "a.conf")
    for size, why in ((0x10001, "it is too long"), (0x100001, "it cannot be read")):
        tests.check(f"GRUB: a drop-in file of {size} bytes", lines(1, ("b", "#" * size), good), NOT_KNOWN + why)
    here = system(tests, write, "default=0\nblscfg\n", place="boot/grub2")
    write(here, "boot/loader/entries/a.conf", good[1])
    os.symlink("gone", f"{here}/boot/loader/entries/b.conf")
    tests.check("GRUB: a drop-in file that is a link to nothing", chosen(tests, here), "a.conf")
    tests.check("GRUB: a drop-in file without a title is named by its kernel", lines(
        "/vmlinuz-two", ("b", "linux /vmlinuz-one\n"), ("a", "linux /vmlinuz-two\n")), "a.conf")
    here = system(tests, write, "blscfg\n", "boot/tree", place="boot/grub2")
    write(here, "boot/loader/entries/a.conf", "title T\ntitle U\nlinux /vmlinuz-one\nlinux /vmlinuz-two\n"
          "initrd /initrd-one\ninitrd /initrd-two\noptions a\noptions b\ndevicetree /tree\ndevicetree /vmlinuz-two\n")
    tests.check("GRUB: of several lines it takes the first", [
        [entry[name] for name in ("title", "kernel", "initrd", "options", "devicetree")]
        for entry in tests.entries(here)[0]], [
            ["T", "/boot/vmlinuz-one", "/boot/initrd-one + /boot/initrd-two", "a", "/boot/tree"]])


def check_links(tests, write):
    """What commands look at, by links that lead out of the system and by such as end in it."""
    outside = tests.root("grub.cfg", "e/EFI/x/grub.cfg", "entries/a.conf")
    write(outside, "grub.cfg", MENU)
    write(outside, "e/EFI/x/grub.cfg", MENU)
    write(outside, "entries/a.conf", "linux /vmlinuz-one\n")
    write(outside, "device", "x" * 1536 + block(saved_entry="two"))
    root = system(tests, write, MENU, place="boot/real/x")
    os.makedirs(f"{root}/boot/efi")
    os.symlink("/boot/real", f"{root}/boot/efi/EFI")
    tests.check("GRUB: a link to the directory of vendors", chosen(tests, root), "one")
    for link, target in (("boot/efi/EFI", f"{outside}/e/EFI"), ("boot/grub", outside), ("boot/grub2", outside)):
        root = tests.root(*KERNELS)
        os.makedirs(os.path.dirname(f"{root}/{link}"), exist_ok=True)
        os.symlink(target, f"{root}/{link}")
        tests.check(f"GRUB: a link to another system: {link}", tests.entries(root)[0], [])
    root = system(tests, write, "blsdir=/entries\nblscfg\n" + ONE)
    os.symlink(f"{outside}/entries", f"{root}/boot/entries")
    tests.check("GRUB: drop-in files of another system", options(tests, root), ["a"])
    for name, want in ((f"{outside}/device", NOT_KNOWN + "blocks 3+2 of GRUB's device cannot be read here"),
                       ("/real", "two")):
        root = system(tests, write, "load_env -f 3+2\ndefault=$saved_entry\n" + MENU)
        write(root, "proc/self/mountinfo", "21 1 0:30 / / rw - btrfs /dev/vda1 rw\n")
        write(root, "real", "x" * 1536 + block(saved_entry="two"))
        os.makedirs(f"{root}/dev")
        os.symlink(name, f"{root}/dev/vda1")
        tests.check(f"GRUB: a device that is a link to {os.path.basename(name)}", chosen(tests, root), want)
    root = system(tests, write, "if hwmatch /list 3; then true; fi\nmenuentry t { linux /vmlinuz-one $match }\n")
    write(root, "boot/list", "v15add0710.*\n")
    write(root, "real/class", "0x030000\n")
    write(root, "real/vendor", "0x8086\n")
    os.makedirs(f"{root}/sys/bus/pci/devices")
    os.symlink("/real", f"{root}/sys/bus/pci/devices/0")
    tests.check("GRUB: devices that are links", options(tests, root), ["0"])


def check_images(tests, write):
    image = pe((b".osrel", b'ID=t\nPRETTY_NAME="Of its own"\n'), (b".linux", b"kernel"), (b".cmdline", b"own"))
    for name, want in (("Of its own", "u.efi"), ("u.efi", "u.efi"), ("1", "u.efi"), ("0", "one"), ("2", "two")):
        root = system(tests, write, f"default='{name}'\n{ONE}insmod blsuki\nuki\n{TWO}")
        write(root, "boot/efi/EFI/Linux/u.efi", image)
        tests.check(f"GRUB: unified kernel images in its menu, default {name}", chosen(tests, root), want)
        write(root, "boot/efi/EFI/Linux/a.efi", image[:-1000])
        tests.check(f"GRUB: one of them is left out, default {name}", chosen(tests, root),
                    "one" if name == "0" else NOT_KNOWN + "/boot/efi/EFI/Linux/a.efi is left out")


def block(**variables):
    text = "# GRUB Environment Block\n" + "".join(f"{name}={value}\n" for name, value in variables.items())
    return text.ljust(1024, "#")


def check_blocks(tests, write):
    script = ("load_env\nif [ \"${env_block}\" ]; then set env_block=\"(${root})${env_block}\"\n"
              "load_env -f \"${env_block}\"\nfi\nset default=\"${saved_entry}\"\n" + MENU)
    root = system(tests, write, script)
    write(root, "boot/grub/grubenv", block(env_block="3+2"))
    why = "blocks 3+2 of GRUB's device cannot be read here"
    tests.check("GRUB: its environment in blocks of a device that is not known", [chosen(tests, root), *told(tests, root)], [
        NOT_KNOWN + why, "evidence\t/boot/grub/grub.cfg: next_entry, saved_entry and the like are not known, " + why])
    mounts = "21 1 0:30 / / rw - btrfs /dev/vda1 rw\n22 21 0:31 /x /%s rw shared:1 - ext4 /dev/vda2 rw\n"
    for mount, names in (("boot", ("vda2", "vda1")), ("boots", ("vda1", "vda2"))):
        write(root, "proc/self/mountinfo", mounts % mount)
        write(root, f"dev/{names[0]}", "x" * 1536 + block(saved_entry="two"))
        write(root, f"dev/{names[1]}", "x" * 1536 + block(saved_entry="one"))
        tests.check(f"GRUB: its environment in blocks of {names[0]}", chosen(tests, root), "two")
    write(root, "dev/vda1", "x" * 2000)
    tests.check("GRUB: blocks that end too early", chosen(tests, root), NOT_KNOWN + why)
    root = system(tests, write, "load_env b\nload_env --file /boot/env a\n" + "default=$a$b\n" + MENU)
    write(root, "boot/grub/grubenv", block(a="9", b="two"))
    write(root, "boot/env", block(a="", b="one"))
    tests.check("GRUB: only some variables are loaded", chosen(tests, root), "two")


CHECKS = (check_values, check_unknown, check_defaults, check_arguments, check_platform, check_other_commands,
          check_places, check_dropin_places, check_dropin_lines, check_images, check_blocks, check_links)
