# SPDX-License-Identifier: GPL-2.0-only
"""Guests that panic in the middle of an update of the loaded crash image."""

import hashlib
import os
import uuid
from dataclasses import dataclass

import gdbstub
from guest import read
from hotplug import Hotplug, HotplugSetup, dump_matches
from images import Lock
from qmp import Qmp
from stop_case import address_of

BEGIN, END = "arch_kexec_unprotect_crashkres", "arch_kexec_protect_crashkres"
RSP = 7
PATIENCE = 60


@dataclass
class PanicInUpdate(Hotplug):
    """A panic comes after @share of the instructions of one part of an update.

    The crash memory is made writable, the ELF core headers are exchanged, and the crash
    memory is protected again: @part says in which of these.
    """

    stage: str = "panic-in-update.sh"
    arrival: str = "crashed.sh"
    part: str = "update"
    share: float = 0.0

    def setup(self, made, stock):
        return UpdateSetup(self, made, stock)


class UpdateSetup(HotplugSetup):
    """Stops the guest in the middle of an update and sends it an NMI."""

    def __init__(self, case, made, stock):
        super().__init__(case, made, stock)
        self.stub = None
        self.stub_name = f"kexec-{uuid.uuid4()}"
        self.vmlinux = made.vmlinux(case.kernel(case.first, stock))
        self.symbols = {name: address_of(self.vmlinux, name) for name in (BEGIN, END)}
        self.waiting = False
        self.done = False

    def _options(self):
        return super()._options() + ["-S"] + gdbstub.options(self.stub_name)

    def act(self, guest):
        if not self.stub:
            self.stub = gdbstub.connect(self.stub_name)
            if self.stub:
                # Only who has asked which registers there are may read a single one.
                self.stub.ask("qXfer:features:read:target.xml:0,1000")
                self.stub.go()
        elif not self.waiting and "# ask break" in read(guest.tap):
            self.stub.interrupt()
            self._stop()
            self._wait_for_update()
        elif self.waiting and not self.done and self.stub.stopped():
            self.stub.clear(self.symbols[BEGIN])
            self._in_update()

    def _stop(self):
        if not self.stub.stopped(PATIENCE):
            raise gdbstub.Refused("the guest does not stop")

    def _wait_for_update(self):
        self.stub.breakpoint(self.symbols[BEGIN])
        self.stub.go()
        self.waiting = True

    def _in_update(self):
        end = self._go_to_part()
        length = self._length()
        if not length:
            self._measure(end)
            self._wait_for_update()
            return
        at = self.stub.register()
        for _ in range(int(length * self.case.share)):
            at = self._step(at)
        self._note(at, length)
        Qmp(self.socket).command("inject-nmi")
        self.done = True
        self.stub.go()

    def _step(self, at):
        """Executes the one instruction at @at, all iterations of a repeated one."""
        now = at
        while now == at:
            now = self.stub.step()
        return now

    def _go_to_part(self):
        """Lets the guest run to where the part begins; returns the address where it ends."""
        back = self._return_address()
        if self.case.part == "unprotect":
            return back
        self._run_to(back)
        if self.case.part == "update":
            return self.symbols[END]
        self._run_to(self.symbols[END])
        return self._return_address()

    def _return_address(self):
        """Where a function that is just being entered goes back to."""
        return int.from_bytes(self.stub.read(self.stub.register(RSP), 8), "little")

    def _run_to(self, address):
        self.stub.breakpoint(address)
        self.stub.go()
        self._stop()
        self.stub.clear(address)

    def _record(self):
        """Where the number of instructions of the part is kept, for this kernel."""
        with open(self.vmlinux, "rb") as data:
            digest = hashlib.sha256(data.read()).hexdigest()[:12]
        return self.images.path("cache", "steps", f"{digest}-{self.case.part}")

    def _length(self):
        try:
            return int(read(self._record()))
        except FileNotFoundError:
            return None

    def _measure(self, end):
        steps, at = 0, self.stub.register()
        while at != end:
            at = self._step(at)
            steps += 1
        with Lock(self._record()):
            with open(self._record(), "w", encoding="ascii") as out:
                out.write(str(steps))

    def _note(self, at, length):
        where = os.path.join(self.images.logs, self.case.name + ".point")
        with open(where, "w", encoding="ascii") as out:
            out.write(f"{at:#x}, after {self.case.share:.3f} of {length}\n")


def dump_matches_either(facts):
    """The dump has the memory as it was before or as it was after the update."""
    block = facts[0]["changing_block"]
    offline = facts[0]["offline_blocks"].split()
    other = [number for number in offline if number != block] or []
    if block not in offline:
        other = offline + [block]
    said = [dump_matches([{**facts[0], "offline_blocks": " ".join(blocks)}, facts[-1]])
            for blocks in (offline, other)]
    return None if None in said else " and ".join(said)
