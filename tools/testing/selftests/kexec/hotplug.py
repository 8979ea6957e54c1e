# SPDX-License-Identifier: GPL-2.0-only
"""Guests that get and lose memory and CPUs, and what their dumps must hold."""

import os
import re
from dataclasses import dataclass

import gdbstub
from case import Case, Setup
from guest import read
from qmp import Qmp, QmpError

ASK = re.compile(r"^# ask (\S+)$", re.M)
LOW = 1 << 20


@dataclass
class Hotplug(Case):
    """A guest whose script asks for changes of the machine."""

    def setup(self, made, stock):
        return HotplugSetup(self, made, stock)


class HotplugSetup(Setup):
    """Does what the guest asks for with lines like "# ask memory-add" on its TAP port."""

    def __init__(self, case, made, stock):
        super().__init__(case, made, stock)
        self.socket = os.path.join(self.directory, "qmp")
        self.qmp = None
        self.answered = 0
        self.trouble = []

    def _options(self):
        return super()._options() + ["-qmp", f"unix:{self.socket},server=on,wait=off"]

    def watch(self, guest):
        if self.trouble:
            return
        try:
            self.act(guest)
        except (QmpError, gdbstub.Refused, OSError) as trouble:
            self.trouble.append(f"the machine could not be changed: {trouble}")

    def judge(self, guest, problems):
        return super().judge(guest, problems + self.trouble)

    def act(self, guest):
        """Does what the guest has asked for and not got yet."""
        asked = ASK.findall(read(guest.tap))
        for what in asked[self.answered:]:
            self.qmp = self.qmp or Qmp(self.socket)
            getattr(self, what.replace("-", "_"))()
            self.answered += 1

    def memory_add(self):
        name = f"memory{self.answered}"
        self.qmp.command("object-add", **{"qom-type": "memory-backend-ram", "id": name,
                                          "size": 256 << 20})
        self.qmp.command("device_add", driver="pc-dimm", id="dimm", memdev=name)

    def memory_remove(self):
        self.qmp.command("device_del", id="dimm")

    def cpu_add(self):
        free = [cpu for cpu in self.qmp.command("query-hotpluggable-cpus")
                if "qom-path" not in cpu]
        self.qmp.command("device_add", driver=free[-1]["type"], id="cpu", **free[-1]["props"])

    def cpu_remove(self):
        self.qmp.command("device_del", id="cpu")


def ranges(words):
    """Sorted (start, end) pairs, end exclusive, from "start-end start-end" in hexadecimal."""
    pairs = (word.split("-") for word in words.split())
    return sorted((int(start, 16), int(end, 16) + 1) for start, end in pairs)


def without(whole, hole):
    """The ranges @whole without the range @hole."""
    for start, end in whole:
        if start < min(end, hole[0]):
            yield start, min(end, hole[0])
        if end > max(start, hole[1]):
            yield max(start, hole[1]), end


def joined(parts):
    """The same memory in as few ranges as can be."""
    found = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def said(parts):
    return " ".join(f"{start:x}-{end - 1:x}" for start, end in parts) or "nothing"


def dump_matches(facts):
    """The dump holds the memory that was online when the first kernel crashed, and its CPUs."""
    first, last = facts[0], facts[-1]
    size = int(first["block_size"], 16)
    holes = [(0, LOW)] + ranges(first["crash_ranges"])
    holes += [(int(block, 16) * size, (int(block, 16) + 1) * size)
              for block in first["offline_blocks"].split()]
    wanted = ranges(first["system_ram"])
    for hole in holes:
        wanted = list(without(wanted, hole))
    wanted, found = joined(wanted), joined(ranges(last.get("vmcore_ranges", "")))
    if not wanted or wanted != found:
        return f"the dump has {said(found)}, the memory was {said(wanted)}"
    if first["online_cpus"] != last["vmcore_cpus"]:
        return f"{last['vmcore_cpus']} CPUs are in the dump, {first['online_cpus']} were online"
    return None
