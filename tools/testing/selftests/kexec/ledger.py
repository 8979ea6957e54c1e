# SPDX-License-Identifier: GPL-2.0-only
"""What came of the tests of a night, kept so that the night can go on where it stopped."""

import json
import os
import re
import subprocess
import tempfile
import time

# What a result depends on beside the tree: what is built on, built with and run in.
PACKAGES = ("linux-source-6.12", "gcc", "qemu-system-x86")
SETTINGS = ("ACCEL", "SEED")
COUNTS = ("passed", "failed", "skipped")


class Unknown(Exception):
    """It cannot be said what would be tested."""


def git(top, *words, **environment):
    """What git answers in the working tree @top, whatever repository a caller of ours means."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", "-C", top, *words], capture_output=True, text=True, check=False,
                          env={**own, **environment})
    if done.returncode:
        raise Unknown(f"git {words[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def tree_of(top):
    """The id of the working tree as it stands, new files included.

    It is HEAD's where nothing was changed.  Nothing is written to the repository: index
    and objects are scratch.
    """
    objects = os.path.join(top, git(top, "rev-parse", "--git-path", "objects"))
    with tempfile.TemporaryDirectory() as scratch:
        apart = {"GIT_INDEX_FILE": os.path.join(scratch, "index"),
                 "GIT_OBJECT_DIRECTORY": scratch, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
        git(top, "-c", "core.excludesFile=/dev/null", "-c", "core.fileMode=true", "add", "-A",
            **apart)
        return git(top, "write-tree", **apart)


def file_name(item):
    """The file with the result of a test."""
    return re.sub(r"[^\w.-]", "_", item.name) + ".json"


def version(package):
    """The version of a package, empty where it is not installed."""
    done = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True,
                          text=True, check=False)
    return done.stdout


def tested(top):
    """All that a result must agree with to count."""
    found = {"tree": tree_of(top)}
    found.update((package, version(package)) for package in PACKAGES)
    found.update((name, os.environ.get(name, "")) for name in SETTINGS)
    return found


class Ledger:
    """One file for each test in @directory: verdict, seconds, and what they are of."""

    def __init__(self, directory, top):
        self.directory, self.top = directory, top
        self.tested = tested(top)
        self.commit = git(top, "rev-parse", "HEAD")
        self.changed = self.tested["tree"] != git(top, "rev-parse", "HEAD^{tree}")
        os.makedirs(directory, exist_ok=True)

    def still(self):
        """Whether the tree is the one that this ledger was opened for."""
        return tree_of(self.top) == self.tested["tree"]

    def path(self, item):
        return os.path.join(self.directory, file_name(item))

    def any(self, item):
        """The last result of a test, of whatever it is; None if there is none."""
        try:
            with open(self.path(item), encoding="utf-8") as data:
                found = json.load(data)
            return found if found["name"] == item.name else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def result(self, item):
        """The result of a test if it is of this very tree; None otherwise."""
        found = self.any(item)
        same = found and found.get("tested") == {**self.tested, **item.given}
        return found if same else None

    def passed(self, item):
        """Whether there is no need to run a test again."""
        found = self.result(item)
        return bool(found) and found["passed"] > 0 and not found["failed"] + found["skipped"]

    def forget(self, item):
        if os.path.exists(self.path(item)):
            os.unlink(self.path(item))

    def write(self, item, counts, seconds, problems=()):
        """Keeps a result; what was there goes in the same step."""
        found = {"name": item.name, **dict(zip(COUNTS, counts)), "seconds": round(seconds, 1),
                 "problems": list(problems), "tested": {**self.tested, **item.given},
                 "commit": self.commit, "changed": self.changed, "processors": os.cpu_count(),
                 "ended": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        fresh = self.path(item) + ".new"
        with open(fresh, "w", encoding="utf-8") as out:
            json.dump(found, out, indent=1)
            out.write("\n")
        os.rename(fresh, self.path(item))

    def sum(self, items):
        """Passed, failed and skipped of all @items; one without a result has failed."""
        total = [0, 0, 0]
        for item in items:
            found = self.result(item) or {"passed": 0, "failed": 1, "skipped": 0}
            total = [known + found[name] for known, name in zip(total, COUNTS)]
        return tuple(total)
