# SPDX-License-Identifier: GPL-2.0-only
"""Talks to a QEMU through its machine protocol."""

import json
import socket


class QmpError(Exception):
    """QEMU refused a command."""


class Qmp:
    """A connection to the socket @path of a guest that runs."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.answers = self.socket.makefile("r", encoding="utf-8")
        self.answers.readline()
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        """Has QEMU execute @name and returns what that gives."""
        request = {"execute": name, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        for line in self.answers:
            answer = json.loads(line)
            if "error" in answer:
                raise QmpError(f"{name}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise QmpError(f"{name}: QEMU has ended")

    def close(self):
        self.answers.close()
        self.socket.close()
