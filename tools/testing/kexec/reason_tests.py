# SPDX-License-Identifier: GPL-2.0-only
"""What programs are told when something fails: one object of JSON, with a reason for each cause."""

import errno
import gzip
import json
import os
import re
import shutil

from diagnose_tests import ERRNOS, KERNEL, NO_KEXEC, SCENARIOS, Root, prepare
from raw_images import bzimage
from raw_tests import GOOD

HERE = os.path.dirname(os.path.abspath(__file__))
# What is no failure.
UNTRIED = {"none"}
VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
# Who reboots through the init system is another program then, and the size is a number alone.
NO_JSON = ("--print-ckr-size",)

# The reason of each scenario of diagnose_tests, by how its name begins; the first that fits.
BY_NAME = (
    ("no privilege", "no-capability"), ("container", "container"), ("service", "capability-bound"),
    ("confined", "capability-bound"), ("user namespace", "container"), ("lockdown", "lockdown"),
    ("disabled", "load-disabled"), ("limit used up since", "lockdown"), ("limit used up", "load-limit"),
    ("a signed kernel with another", "command-line-fixed"), ("unsigned", "no-signature"),
    ("signed by a stranger", "key-untrusted"), ("IMA takes no segments", "files-only"), ("IMA", "ima"),
    ("SELinux", "selinux"), ("another security module", "security-module"),
    ("a filter, and something better", "load-disabled"), ("a filter that let it through", "other"),
    ("a filter", "call-filtered"), ("unload, and IMA", "files-only"), ("not a kernel", "not-a-kernel"),
    ("a format that an older", "format-unsupported"), ("truncated", "file-damaged"),
    ("wrong architecture", "other-machine"), ("no crash memory", "no-crash-memory"),
    ("crash memory too small", "crash-memory-small"), ("crash memory used up", "crash-memory-small"),
    ("crash memory", "crash-memory-unsuited"), ("crash kernel with a place", "fixed-place"),
    ("kernel with a place", "fixed-place"), ("crash kernel, and another", "other"),
    ("out of some memory", "crash-memory-unclear"), ("out of memory in a", "no-memory"),
    ("out of memory", "memory-short"),
    ("command line too long", "command-line-length"), ("under Xen", "xen"), ("no /proc", "not-mounted"),
    ("no /sys", "not-mounted"), ("no kexec", "no-kexec"), ("no slot", "no-crash-slot"), ("busy", "busy"),
    ("no such call", "no-file-call"), ("neither call", "no-file-call"), ("another type", "wrong-type"),
    ("no unified kernel", "wrong-type"), ("a module of", "misfit"), ("an addon of", "misfit"),
    ("a profile of", "misfit"), ("what kexec_load would do", "format-unsupported"),
    ("no such file", "file-missing"), ("an unreadable reason", "image-refused"),
    ("nothing to jump into", "nothing-loaded"), ("jump without", "no-capability"),
    ("jump into what has changed", "image-changed"), ("no report", "no-report"),
    ("unload without", "no-capability"), ("unload while", "busy"), ("unload with", "load-limit"),
    ("unload under lockdown", "lockdown"),
)


def reasons():
    """All that the library knows."""
    with open(os.path.join(HERE, "../../lib/kexec/libkexec.h"), encoding="ascii") as f:
        names = re.findall(r"^\tKEXEC_REASON_(\w+),$", f.read(), re.M)
    return {name.lower().replace("_", "-") for name in names}


def only_object(text):
    """The one object that a text is; None if it is anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and text.endswith("}\n") else None


def words_of(found):
    """What people are told of the same."""
    lines = [found["cause"], *(f"  {line}" for line in found["evidence"]), found["next"]]
    return [line for line in lines if line]


def told(s, name, arguments, reason, status=255, **env):
    """An object with that reason, and words that say the same."""
    got, _, out, err = s.run([*arguments.split(), "--json"], {k: str(v) for k, v in env.items()})
    found = only_object(out)
    wrong = [f"status {got}"] if got != status else []
    if found is None:
        wrong.append(f"no object: {out!r}")
    elif (found["result"], found["reason"], found["errno"] > 0) != ("refused", reason, True):
        wrong.append(f"{found['result']}, {found['reason']}, {found['errno']}, not {reason}")
    elif not found["cause"]:
        wrong.append(f"no cause: {out}")
    elif "--check" not in arguments and words_of(found) != [
            line.removeprefix("kexec: ") for line in err.splitlines()
            if line.startswith("kexec: ") or not re.match(r"(\w| )+ failed: |/", line)]:
        wrong.append(f"words: {err!r}, JSON: {out}")
    s.report(wrong, f"reason {reason}: {name}, kexec {arguments} --json")
    s.reasons.add(reason)


def test_reasons_of_scenarios(s):
    s.reasons = set()
    prepare(s)
    for name, arguments, different, err, record, said in SCENARIOS:
        if arguments in NO_JSON:
            continue
        env = {"FAKE_ROOT": Root(s, different).path}
        env.update(dict.fromkeys(ERRNOS, str(err)) if err else {})
        env.update({"FAKE_RECORD": f"4,2,9,-;kexec: normal image not loaded: {record}\n"} if record else {})
        reason = next(reason for start, reason in BY_NAME if name.startswith(start))
        if reason == "call-filtered" and err == errno.ENOSYS:
            reason = "call-hidden"
        usage = "crashkernel is not reserved" in said or "Nothing has been loaded" in said
        told(s, name, arguments, reason, 1 if usage else 255, **env)


def test_reasons_of_files(s):
    prepare(s)
    low = bytearray(bzimage())
    low[0x211] = 0
    s.write("low", low)
    s.write("good.gz", gzip.compress(GOOD))
    root = Root(s, {"proc/cmdline/x": ""}).path
    told(s, "a command line that makes no sense", "-l text --profile=x", "argument", 1)
    for arguments in ("-l text --quux", "-l text -Q", "-l text --load=x", "-l text --re", "-l text --re=x"):
        told(s, "a mistake in an option", arguments, "argument", 1)
    for last, cause in (("--append", "option '--append' requires an argument"),
                        ("-t", "option requires an argument -- 't'")):
        found = only_object(s.run(["-l", "text", "--json", last], {})[2]) or {}
        s.report([] if (found.get("reason"), found.get("cause")) == ("argument", cause) else [f"{found}"],
                 f"kexec -l text --json {last}")
    told(s, "no memory", "-l text --initrd=initrd", "no-memory", FAKE_NO_MEMORY=1)
    told(s, "for root only", "--estimate", "file-denied", FAKE_ROOT=root)
    told(s, "a directory in /proc", "-l text --reuse-cmdline", "file-unreadable", FAKE_ROOT=root)
    told(s, "a directory", "-l .", "file-kind")
    told(s, "a file that is written", "-s -l text", "file-busy", FAKE_FILE_ERRNO=errno.ETXTBSY)
    told(s, "no initrd kept", "-l text --reuseinitrd", "initrd-not-kept")
    told(s, "no initrd kept", "-l text --reuseinitrd --dry-run", "initrd-not-kept")
    told(s, "a zImage", "-s -l low", "not-startable", FAKE_FILE_ERRNO=errno.ENOEXEC)
    told(s, "a zImage", "-c -l low", "not-startable")
    told(s, "no gzip", "-c -l good.gz", "no-unpacker", PATH="/nowhere")
    told(s, "an unknown flag", "-s -l bz --self-extract", "option-unsupported", FAKE_FILE_ERRNO=errno.EINVAL)
    told(s, "no crash kernel", "-c -p bz", "segments-unsuited")
    told(s, "no kexec_load()", "-c -l good", "no-segments-call", FAKE_RAW_ERRNO=errno.ENOSYS)
    told(s, "no range", "-s -l bz", "memory-range", FAKE_FILE_ERRNO=errno.EADDRNOTAVAIL,
         FAKE_ROOT=root)
    told(s, "limits", "-c -l bz --mem-max=0xff", "place-limits")
    told(s, "no kexec", "--estimate", "no-kexec", FAKE_ROOT=Root(s, NO_KEXEC).path)


def test_reasons_of_choices(s):
    """Every failure of choosing has its object, whatever was to be done with the choice."""
    def chosen(name, arguments, reason, **env):
        for verb in ("--dry-run", "--check"):
            told(s, name, f"{arguments} {verb}", reason, **env)
        if "--entry" in arguments:
            told(s, name, f"-l {arguments}", reason, **env)

    loaded = "root/sys/kernel/kexec_loaded"
    s.write(loaded, "0\n")
    s.write("menu/boot/vmlinuz-1", "kernel")
    s.write("menu/boot/loader/entries/b.conf", "linux /vmlinuz-1\n")
    s.write("menu/boot/loader/entries/bc.conf", "linux /vmlinuz-1\n" + "initrd /vmlinuz-1\n" * 20)
    told(s, "no such directory", "--list --root=/nonexist", "no-system")
    chosen("no such directory", "--entry=b --root=/nonexist", "no-system")
    chosen("no such entry", "--entry=x --root=menu", "no-such-entry")
    s.write("menu/boot/loader/entries/bd.conf", "linux /vmlinuz-1\n")
    chosen("no name", "--entry= --root=menu", "no-such-entry")
    os.remove(s.path("menu/boot/loader/entries/b.conf"))
    chosen("an ambiguous name", "--entry=b --root=menu", "several-entries")
    chosen("too many files", "--entry=bc --root=menu" + " --initrd=text" * 13, "too-many-files")
    s.write(loaded, "1\n")
    for arguments in ("-l --entry=bd --root=menu", "-l --entry=@default --root=menu"):
        told(s, "something is loaded", arguments, "already-loaded")
    s.write(loaded, "0\n")
    shutil.rmtree(s.path("menu/boot/loader"))
    s.write("menu/boot/loader/entries/a.conf", "linux /absent\n")
    chosen("no entry to start", "--reboot --root=menu", "entries-left-out")
    shutil.rmtree(s.path("menu/boot/loader"))
    s.write("menu/boot/grub/grub.cfg", "set default=a\nmenuentry a --id a {\nlinux /boot/absent\n}\n"
            "menuentry b --id b {\nlinux /boot/vmlinuz-1\n}\n")
    chosen("a default that is gone", "--reboot --root=menu", "default-left-out")
    shutil.rmtree(s.path("menu/boot/grub"))
    s.write("root/sys/kernel/boot_params/data", bytes(0x21c) + b"\1\0\0\0" + bytes(16))
    chosen("no initrd", "--reboot --root=menu", "no-initrd")
    chosen("no initrd", "menu/boot/vmlinuz-1", "no-initrd")
    s.write("menu/boot/grub/grub.cfg", "menuentry b {\nlinux /boot/vmlinuz-1\n}\n")
    s.write(f"menu/sys/firmware/efi/efivars/LoaderInfo-{VENDOR}", bytes(4) + "systemd-boot 255".encode("utf-16le"))
    chosen("a boot loader without entries", "--reboot --root=menu", "no-default")
    shutil.rmtree(s.path("menu/boot/grub"))
    os.makedirs(s.path("empty"))
    chosen("a kernel elsewhere", "menu/boot/vmlinuz-1 --root=empty", "outside-root")
    chosen("no kernel", "--reboot --root=empty", "no-kernel")
    for name in ("@default", "@running"):
        chosen("no entries", f"--entry={name} --root=empty", "no-entries", status=1)
    chosen("a kernel that is not there", "-l menu/nothing", "file-missing")
    for name in ("menu", "empty", "root/sys/kernel/boot_params"):
        shutil.rmtree(s.path(name))
    s.write(loaded, "1\n")


def test_reasons_manual(s):
    """The manual lists them, as it does options."""
    with open(os.path.join(HERE, "../../kexec/kexec.8"), encoding="ascii") as f:
        text = f.read().split(".SS REASONS\n")[1].split("\n.PP\n")[0].replace("\\-", "-")
    listed = re.findall(r"^\.B ([a-z-]+)$", text, re.M)
    s.report([f"{listed}"] if set(listed) | {"none"} != reasons() or len(set(listed)) != len(listed) else [],
             "the manual page lists the reasons")


def test_reasons_all(s):
    missing = reasons() - s.reasons - UNTRIED
    s.report([f"not tried: {missing}"] if missing or s.reasons - reasons() else [], "every reason is tried")


def test_json_done(s):
    """One object, too, where all goes well, and no second one for what fails behind it."""
    done = {"result": "done", "errno": 0, "reason": None, "cause": None, "evidence": [], "next": None}
    for arguments, env in (("-l text", {}), ("-p text", {}), ("-u", {}), ("-u -l text", {}), ("-e", {}),
                           ("-l text -e", {})):
        status, _, out, err = s.run([*arguments.split(), "--json"], env)
        s.report([] if (status, only_object(out), err) == (0, done, "") else [f"{status}, {out!r}, {err!r}"],
                 f"kexec {arguments} --json")
    s.write("root/sys/kernel/kexec/normal/format", "")
    s.write("root/sys/kernel/kexec_crash_loaded", "0\n")
    for arguments, env, status, member in (
            ("--report -e", {"FAKE_REBOOT_ERRNO": "1"}, 255, "handover"), ("-u -S", {}, 0, "crash"),
            ("-u --report", {"FAKE_FILE_ERRNO": "1"}, 255, "reason"), ("-p text -S", {"FAKE_FILE_ERRNO": "1"}, 255, "reason"),
            ("-l text --report", {"FAKE_FILE_ERRNO": "1"}, 255, "reason"), ("--list -S", {}, 1, "reason"),
            ("--quux -S", {}, 1, "reason"), ("-S --mem-min=x", {}, 1, "reason"), ("-S --real-mode", {}, 1, "reason"),
            ("-S text other", {}, 1, "reason"), ("--estimate --initrd=missing text", {}, 255, "reason"),
            ("--reboot", {}, 1, "reason"), ("text", {}, 1, "reason"), ("--print-ckr-size", {}, 1, "reason")):
        got, _, out, _ = s.run(["--json", *arguments.split()], env)
        found = only_object(out)
        s.report([] if got == status and found and member in found else [f"{got}, {out!r}"],
                 f"kexec --json {arguments}, one object")
    shutil.rmtree(s.path("root/sys/kernel/kexec"))
    os.remove(s.path("root/sys/kernel/kexec_crash_loaded"))
