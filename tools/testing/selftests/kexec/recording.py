# SPDX-License-Identifier: GPL-2.0-only
"""The terminal recordings in README.md: made in a guest, and compared with one.

A recording is a code block that follows a line "<!-- recording NAME: `make record` -->".
"""

import os
import re
from dataclasses import dataclass

from case import Case, Setup

README = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../../../README.md")
BLOCK = re.compile(r"(<!-- recording (\w+): [^\n]*-->\n\n```console\n)(.*?)(```\n)", re.S)
SHOWN = re.compile(r"^# (\w+)\| ?(.*)$")


@dataclass
class Recording(Case):
    """A guest in which commands are typed for README.md."""

    stage: str = "recording.sh"
    arrival: str = "recorded.sh"
    arrival_tools: bool = True

    def setup(self, made, stock):
        return RecordingSetup(self, made, stock)


class RecordingSetup(Setup):
    """README.md must show what the guest shows, but for numbers."""

    def _judges(self):
        return ()

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        if not found:
            found = differences(read(README), shown(guest))
        return found, report


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def shown(guest):
    """What each recording of a guest shows."""
    texts = {}
    for line in read(guest.tap).splitlines():
        match = SHOWN.match(line)
        if match:
            name, text = match.groups()
            texts[name] = texts.get(name, "") + text.rstrip() + "\n"
    return texts


def masked(text):
    """The same without what differs from one machine, build or hour to another."""
    text = re.sub(r"\d+(?:[-.:]\d+)*", "N", text)
    text = re.sub(r"[ #]+", " ", re.sub(r"\b[mu]s\b", "s", text))
    return re.sub(r" +$", "", text, flags=re.M)


def differences(readme, texts):
    """Complaints about each recording that is not what the guest shows."""
    blocks = {name: text for _, name, text, _ in BLOCK.findall(readme)}
    if not texts or set(blocks) != set(texts):
        return [f"README.md has the recordings {sorted(blocks)}, the guest {sorted(texts)}"]
    return [f"the recording {name} in README.md is old: {line}; 'make record' makes it anew"
            for name, text in texts.items() for line in first_difference(blocks[name], text)]


def first_difference(old, new):
    old, new = (masked(text).splitlines() for text in (old, new))
    for was, line in zip(old + [""] * len(new), new + [""] * len(old)):
        if was != line:
            yield f"it shows '{was}', the guest '{line}'"
            return


def renewed(readme, texts):
    """README.md with the recordings that the guest shows."""
    return BLOCK.sub(lambda match: match.group(1) + texts[match.group(2)] + match.group(4), readme)
