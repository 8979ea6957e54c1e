# SPDX-License-Identifier: GPL-2.0-only
"""Where a program of tools/kexec runs without a kernel, and what it is compared with."""

import os
import subprocess


class Stand:
    """Where the program runs: a folder, a fake root, the two binaries."""

    def __init__(self, folder, program, fake, under=()):
        self.folder, self.fake = folder, fake
        self.command = [*under, program]
        self.root = os.path.join(folder, "root")
        self.passed = self.failed = 0
        self.write("root/proc/cmdline", "BOOT_IMAGE=/b root=x a=\"b  c\" crashkernel=1M "
                   "quiet crashkernel=2M,high\n")
        self.write("root/sys/kernel/kexec_loaded", "1\n")
        self.write("root/sys/kernel/kexec_crash_size", "1048576\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)
        return path

    def run(self, arguments, env, stdout=subprocess.PIPE):
        self.write("root/dev/kmsg", "4,1,1,-;kexec: normal image not loaded: an old reason\n")
        read_end, write_end = os.pipe()
        variables = {"LC_ALL": "C", "TZ": "UTC", "LD_PRELOAD": self.fake,
                     "ASAN_OPTIONS": "verify_asan_link_order=0:exitcode=99",
                     "UBSAN_OPTIONS": "exitcode=99",
                     "FAKE_ROOT": self.root, "FAKE_LOG": str(write_end), **env}
        result = subprocess.run([*self.command, *arguments], env=variables, cwd=self.folder,
                                pass_fds=[write_end], stdout=stdout, timeout=60,
                                stderr=subprocess.PIPE, text=True,
                                errors="surrogateescape")
        os.close(write_end)
        with os.fdopen(read_end) as f:
            calls = f.read().splitlines()
        return result.returncode, calls, result.stdout, result.stderr

    def check(self, arguments, status=0, calls=(), says=(), silent=(), out=None, **env):
        env = {k: str(v) for k, v in env.items()}
        got_status, got_calls, stdout, stderr = self.run(arguments.split(), env)
        wrong = []
        if got_status != status:
            wrong.append(f"exit status {got_status}, not {status}")
        if got_calls != list(calls):
            wrong.append(f"calls {got_calls}, not {list(calls)}")
        wrong += [f"does not say: {s}" for s in says if s not in stderr]
        wrong += [f"says: {s}" for s in silent if s in stderr]
        if out is not None and out not in stdout:
            wrong.append(f"does not print: {out}")
        self.report(wrong, f"kexec {arguments} {' '.join(f'{k}={v!r}' for k, v in env.items())}")
        if wrong:
            print("".join(f"# stderr: {line}\n" for line in stderr.splitlines()), end="")

    def report(self, wrong, name):
        number = self.passed + self.failed + 1
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name.strip()}")
        for line in wrong:
            print(f"# {line}")
