# SPDX-License-Identifier: GPL-2.0-only
"""Tests of what a terminal shows while kexec takes its time."""

import errno
import os
import pty
import re
import subprocess
import threading
import time

CLEAR = "\r\x1b[K"
COUNTED = "root/proc/self/io"


def on_terminal(s, arguments, during=lambda: None, **env):
    """Exit status, and what a terminal as standard error gets."""
    ours, theirs = pty.openpty()
    log, write_end = os.pipe()
    variables = {"LC_ALL": "C", "LD_PRELOAD": s.fake, "FAKE_ROOT": s.root, "FAKE_LOG": str(write_end),
                 "ASAN_OPTIONS": "verify_asan_link_order=0:exitcode=99", "UBSAN_OPTIONS": "exitcode=99",
                 **{key: str(value) for key, value in env.items()}}
    with subprocess.Popen([*s.command, *arguments.split()], env=variables, cwd=s.folder, pass_fds=[write_end],
                          stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        os.close(write_end)
        side = threading.Thread(target=during)
        side.start()
        shown = b""
        try:
            while data := os.read(ours, 4096):
                shown += data
        except OSError:		# a terminal that nobody has open any more
            pass
        side.join()
        process.communicate(timeout=60)
    os.close(ours)
    os.close(log)
    return process.returncode, shown.decode()


def check(s, name, got, status, pattern):
    """The terminal shows what the pattern says, from its first byte to its last."""
    pattern = pattern.replace("CLEAR", re.escape(CLEAR))
    wrong = [] if got[0] == status else [f"exit status {got[0]}, not {status}"]
    if not re.fullmatch(pattern, got[1]):
        wrong.append(f"shows {got[1]!r}, not {pattern!r}")
    s.report(wrong, name)


def ticking(what):
    """As many seconds as there are, on a machine that may be busy."""
    return rf"(CLEARkexec: {what}, \d+ s)+"


def test_progress(s):
    slow = {"FAKE_SLOW": 2100}
    lines = ticking("loading text") + "CLEAR"
    check(s, "progress of a load", on_terminal(s, f"-l ../{os.path.basename(s.folder)}/text", **slow), 0,
          lines)
    check(s, "progress of -f", on_terminal(s, "-f text", **slow), 0,
          lines + ticking("leaving this kernel") + "CLEAR")
    check(s, "progress before a failure", on_terminal(s, "-l text", FAKE_FILE_ERRNO=errno.ENOMEM, **slow),
          255, lines + "kexec_file_load failed: Cannot allocate memory\r\n[^\x1b]*")
    check(s, "no progress of what is quick", on_terminal(s, "-l text", FAKE_SLOW=100), 0, "")
    check(s, "no progress with -d", on_terminal(s, "-d -l text", **slow), 0, "kexec: kexec_file_load[^\r]*\r\n")
    calls = [f"file {s.path('text')} none [] 1 0x4"]
    status, got, out, err = s.run(["-l", "text"], {"FAKE_SLOW": "1500"})
    s.report([] if (status, got, out, err) == (0, calls, "", "") else [f"{(status, got, out, err)}"],
             "no progress without a terminal")


def test_progress_read(s):
    """How much of the files is read, where the kernel counts that."""
    size = os.path.getsize(s.path("text")) + os.path.getsize(s.path("initrd"))

    def count(whole, fetched):
        s.write(COUNTED, f"rchar: {5000 + whole}\nwchar: 1\nsyscr: 2\nsyscw: 3\n"
                f"read_bytes: {7000 + fetched}\nwrite_bytes: 4\n")

    def after_a_line(*reads):
        def wait():
            time.sleep(1.5)
            count(*reads)
        return wait

    lines, half = ticking("loading text"), r"(CLEARkexec: loading text, \d+ s, 50 % read)+"
    for reads, later in (((size // 2, 0), half), ((size // 4, size // 2), half), ((size, 0), ""),
                         ((0, size), "")):
        count(0, 0)
        got = on_terminal(s, "-l text --initrd=initrd", after_a_line(*reads), FAKE_SLOW=3500)
        check(s, f"progress, {reads} of {size} bytes read", got, 0, lines + later + "CLEAR")
    s.write(COUNTED, "rchar: none\n")
    check(s, "progress, reads are counted otherwise", on_terminal(s, "-l text", FAKE_SLOW=1500), 0,
          lines + "CLEAR")
    os.remove(s.path(COUNTED))
