# SPDX-License-Identifier: GPL-2.0-only
"""What the files in patches/ say: which files they change, and where."""

import re

FILE = re.compile(r"^--- (\S+)\n\+\+\+ (\S+)\n", re.M)
HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*\n", re.M)


class Hunk:
    """One change: its first line in the base, and the text from its @@ line on."""

    def __init__(self, start, text):
        self.start, self.text = start, text
        self.old = [line[1:] for line in text.split("\n")[1:] if line[:1] in (" ", "-")]

    def places(self, lines):
        """The numbers of all lines at which the old text stands."""
        count = len(self.old)
        return [at + 1 for at in range(len(lines) - count + 1) if lines[at:at + count] == self.old]


def pieces(expression, text):
    """Matches of an expression, each with the text up to the next."""
    found = list(expression.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [(match, text[match.start():end]) for match, end in zip(found, ends)]


def texts(text):
    """The part of a patch that each file has."""
    result = {}
    for match, part in pieces(FILE, text):
        name = match[2] if match[1] == "/dev/null" else match[1]
        path = name.split("/", 1)[1]
        result[path] = result.get(path, "") + part
    return result


def by_path(text):
    """The hunks of a patch for each file that it changes, makes or removes."""
    return {path: [Hunk(int(hunk[1]), body) for hunk, body in pieces(HUNK, part)]
            for path, part in texts(text).items()}
