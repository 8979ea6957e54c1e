# SPDX-License-Identifier: GPL-2.0-only
"""Guests that are stopped from outside where a function of their first kernel begins."""

import re
import subprocess
import uuid

import gdbstub
from case import Setup


class StopSetup(Setup):
    """A case with its files made, whose guest stops where its function FUNCTION begins."""

    FUNCTION = None

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.at = address_of(made.vmlinux(case.first), self.FUNCTION)
        self.socket = f"kexec-{uuid.uuid4()}"
        self.stub = None
        self.over = False
        self.problems = []

    def _first_words(self):
        return f"nokaslr {super()._first_words()}".strip()

    def _options(self):
        return super()._options() + ["-S", *gdbstub.options(self.socket)]

    def watch(self, guest):
        """Waits for the guest to stop, and does what the case is about then."""
        try:
            self._watch(guest)
        except (OSError, gdbstub.Refused) as failure:
            self.over = True
            self.problems.append(str(failure))

    def _watch(self, guest):
        if self.over:
            return
        if not self.stub:
            self.stub = gdbstub.connect(self.socket)
            if self.stub:
                self.stub.breakpoint(self.at)
                self.stub.go()
        elif self.stub.stopped():
            try:
                self._stopped(guest)
            except gdbstub.Refused:
                # what is wrong is seen sooner if the guest goes on
                self.stub.close()
                raise

    def _stopped(self, guest):
        """The guest stands still: lets it go on, for the last time once self.over is set."""
        raise NotImplementedError

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        return found + self.problems, report


def address_of(vmlinux, symbol):
    """Where a function is in a kernel that is not randomised."""
    listing = subprocess.run(["nm", vmlinux], check=True, capture_output=True, text=True).stdout
    return int(re.search(rf"^(\w+) [tT] {symbol}$", listing, re.M).group(1), 16)
