# SPDX-License-Identifier: GPL-2.0-only
"""A guest from outside: memory, registers and breakpoints through QEMU's gdbstub.

The guest stands still from the first word to QEMU's stub until go(), and again
from a breakpoint on.  The packets are those of gdb's remote serial protocol.
"""

import select
import socket
import time

CHUNK = 1024
PATIENCE = 60
RIP = 16
INTERRUPT = b"\x03"
RECEIVED = b"+"
ENTITIES = {"software": 0, "hardware": 1, "write": 2}


class Refused(Exception):
    """The stub did not do what it was told, or went away."""


def options(name):
    """QEMU's options for a stub at the abstract socket @name."""
    return ["-chardev", f"socket,id=gdb,abstract=on,path={name},server=on,wait=off",
            "-gdb", "chardev:gdb"]


def connect(name):
    """The stub at the abstract socket @name; None while QEMU has not come up yet."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.connect("\0" + name)
    except ConnectionRefusedError:
        link.close()
        return None
    return Stub(link)


class Stub:
    """A connection to a stub; the guest has been stopped by it."""

    def __init__(self, link):
        self.link = link
        self.read_ahead = b""
        # Only to those who know their numbers QEMU gives registers one by one.
        self.ask("qXfer:features:read:target.xml:0,8")

    def close(self):
        """Lets the guest run on without breakpoints, and hangs up."""
        self._demand("D")
        self.link.close()

    # Memory

    def read(self, address, size, physical=False):
        """@size bytes of memory, as the CPU sees it, or by physical address."""
        self._memory(physical)
        found = b""
        while len(found) < size:
            take = min(CHUNK, size - len(found))
            answer = self.ask(f"m{address + len(found):x},{take:x}")
            if answer.startswith("E"):
                raise Refused(f"{take} bytes at {address + len(found):#x} cannot be read: {answer}")
            found += bytes.fromhex(answer)
        return found

    def write(self, address, data, physical=False):
        """Writes memory, read-only or not."""
        self._memory(physical)
        for at in range(0, len(data), CHUNK):
            part = data[at:at + CHUNK]
            self._demand(f"M{address + at:x},{len(part):x}:{part.hex()}")

    def flip(self, address, bit):
        """Flips a bit of a byte of physical memory, and sees to it that this has happened."""
        right = self.read(address, 1, physical=True)
        wrong = bytes([right[0] ^ 1 << bit])
        self.write(address, wrong, physical=True)
        if self.read(address, 1, physical=True) != wrong:
            raise Refused(f"the byte at {address:#x} stays what it is")

    def _memory(self, physical):
        self._demand(f"Qqemu.PhyMemMode:{int(physical)}")

    # Execution

    def register(self, number=RIP):
        """A register by gdb's number for it."""
        answer = self.ask(f"p{number:x}")
        if not answer or answer.startswith("E"):
            raise Refused(f"register {number} cannot be read: '{answer}'")
        return int.from_bytes(bytes.fromhex(answer), "little")

    def breakpoint(self, address, kind="hardware"):
        """Stops the guest at the (virtual) address from now on."""
        self._demand(f"Z{ENTITIES[kind]},{address:x},1")

    def clear(self, address, kind="hardware"):
        """Takes a breakpoint back."""
        self._demand(f"z{ENTITIES[kind]},{address:x},1")

    def go(self):
        """Lets the guest run; stopped() tells when it stops."""
        self._send("c")

    def interrupt(self):
        """Stops a guest that runs; stopped() tells when it has."""
        self.link.sendall(INTERRUPT)

    def step(self):
        """Runs one instruction; QEMU holds back interrupts and timers meanwhile."""
        self._send("s")
        self._receive(PATIENCE)
        return self.register()

    def stopped(self, patience=0):
        """Whether a guest that was told to go has stopped since, within @patience seconds."""
        return self._receive(patience) is not None

    # Packets

    def ask(self, text):
        """The answer to a packet."""
        self._send(text)
        answer = self._receive(PATIENCE)
        if answer is None:
            raise Refused(f"no answer to {text}")
        return answer

    def _demand(self, text):
        answer = self.ask(text)
        if answer != "OK":
            raise Refused(f"the answer to {text} is '{answer}'")

    def _send(self, text):
        data = text.encode("ascii")
        self.link.sendall(b"$%b#%02x" % (data, sum(data) & 0xff))

    def _receive(self, patience):
        """The next packet; None if there is none within @patience seconds."""
        end = time.monotonic() + patience
        while True:
            packet = self._packet()
            if packet is not None:
                return packet
            left = max(0, end - time.monotonic())
            if not select.select([self.link], [], [], left)[0]:
                return None
            data = self.link.recv(65536)
            if not data:
                raise Refused("the stub has hung up")
            self.read_ahead += data

    def _packet(self):
        """Takes a whole packet off what has been read, and says so: $, text, #, two digits."""
        begin, end = self.read_ahead.find(b"$"), self.read_ahead.find(b"#")
        if begin < 0 or end < 0 or len(self.read_ahead) < end + 3:
            return None
        text = self.read_ahead[begin + 1:end].decode("ascii")
        self.read_ahead = self.read_ahead[end + 3:]
        self.link.sendall(RECEIVED)
        return text
