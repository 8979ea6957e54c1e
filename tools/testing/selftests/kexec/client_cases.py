# SPDX-License-Identifier: GPL-2.0-only
"""Crash clients: their order, and those that break."""

import os
import time
import uuid
from dataclasses import dataclass

from case import Case, Setup
from crash_case import tell
from guest import missing, read
from judges import value

SYSRQ = "Kernel panic - not syncing: sysrq triggered crash"
DEBUGGER = ("PANIC: sysrq triggered crash", "Entering kdb", "kdb> go")
LOG_SAVED = "crash_client_test: kmsg_dump: Panic"
NEXT_KERNEL = "Linux version"
# A place that no kernel uses: the first is told so, the crash kernel has less memory.
RAMOOPS = ("memmap=1M$0x38000000 ramoops.mem_address=0x38000000 ramoops.mem_size=0x100000 "
           "ramoops.ecc=1")


@dataclass
class ClientCase(Case):
    """A kernel whose crash clients are put into an order, and break.

    @made are clients to be made, @order is what is written to sysfs. Whenever the
    console shows a pattern of @talk for the first time, its answer is typed; or, if
    that starts with "!", told to QEMU's monitor @patience seconds later.
    @never must not be on the console. A console of the nbcon kind, if there are patterns
    @nbcon for it, must show those in this order. @stopped_in says in which function the
    dump must show each CPU, "" for any.
    """

    stage: str = "crash-clients.sh"
    arrival: str = "crashed.sh"
    first: str = "crash"
    memory: str = "1G"
    weight: int = 20
    timeout: int = 120
    made: str = ""
    order: str = ""
    unarmed: str = ""
    talk: tuple = ()
    patience: float = 4
    never: tuple = ()
    nbcon: tuple = ()
    stopped_in: tuple = ()

    def setup(self, made, stock):
        return ClientSetup(self, made, stock)


class ClientSetup(Setup):
    """A client case with its files made, ready to run."""

    def __init__(self, case, made, stock=False):
        super().__init__(case, made, stock)
        self.monitor = f"kexec-{uuid.uuid4()}"
        self.talk = list(case.talk)
        self.due = None
        self.nbcon = os.path.join(made.logs, case.name + ".nbcon")

    def guest(self):
        guest = super().guest()
        open(self.nbcon, "w", encoding="utf-8").close()
        if any(not answer.startswith("!") for _, answer in self.talk):
            guest.talk_through(self.directory)
        return guest

    def _settings(self):
        case = self.case
        return {"MADE": case.made, "ORDER": case.order, "UNARMED": case.unarmed,
                "NBCON": "1" if case.nbcon else "", "TEXT": " ".join(filter(None, case.stopped_in)),
                **super()._settings()}

    def _first_words(self):
        return "crashkernel=160M " + super()._first_words()

    def _options(self):
        socket_options = f"socket,id=qmp,server=on,wait=off,abstract=on,path={self.monitor}"
        return super()._options() + ["-chardev", socket_options, "-mon", "chardev=qmp,mode=control",
                                     "-debugcon", "file:" + self.nbcon]

    def _splats(self, guest):
        """Only the crash kernel may not go wrong."""
        return guest.splats(after="Kernel panic.*|going on without it|kexec: entering")

    def watch(self, guest):
        """Says what the console asks for."""
        if not self.talk:
            return
        pattern, answer = self.talk[0]
        if pattern not in read(guest.console):
            return
        if answer.startswith("!"):
            self.due = self.due or time.monotonic() + self.case.patience
            if time.monotonic() < self.due:
                return
            tell(self.monitor, answer[1:])
        else:
            guest.type(answer)
        self.talk.pop(0)

    def _judges(self):
        return super()._judges() + tuple(
            inside(cpu, function) for cpu, function in enumerate(self.case.stopped_in) if function)

    def judge(self, guest, problems):
        found, report = super().judge(guest, problems)
        text = read(guest.console)
        found += [f"the console shows '{words}'" for words in self.case.never if words in text]
        unseen = missing(self.case.nbcon, read(self.nbcon))
        if unseen:
            found.append(f"the nbcon console does not show '{unseen}' where it should")
        if self.talk:
            found.append(f"the console never showed '{self.talk[0][0]}'")
        return found, report


def inside(cpu, function):
    """The dump must show @cpu in @function of the kernel that crashed."""
    def judge(facts):
        start, end = (int(bound, 16) for bound in facts[0][f"text.{function}"].split())
        found = [int(rip, 16) for rip in facts[-1].get("vmcore_rips", "").split()]
        if cpu < len(found) and start <= found[cpu] < end:
            return None
        return f"the dump has the CPUs at {[hex(rip) for rip in found]}, CPU {cpu} not in {function}()"
    return judge


def given_up(client, more=""):
    """What the console says of a @client that hangs."""
    return rf"crash: client {client} hangs on CPU \d{more}: going on without it"


def broken(name, client, *said, cpus="1", **settings):
    """A client that breaks before kdump has its turn."""
    settings = {"order": f"{client},kdump", **settings}
    return ClientCase(f"clients-{name}", made=client, cpus=cpus, console=(SYSRQ,) + said, **settings)


def debugged(name, order, *said, **settings):
    """kdb on the serial console, told to go on, and log saver and kdump around it."""
    return ClientCase(f"clients-{name}", order=order, cpus="2",
                      append=f"kgdboc=ttyS0 panic=0 {RAMOOPS}", target="crash",
                      arrival="crashed-saved.sh", arrival_append=RAMOOPS.split(" ", 1)[1],
                      talk=(("kdb> ", "go\n"),), console=said, **settings)


def core():
    """What every change has to get right."""
    going_on = "going on without it"
    yield ClientCase("clients-order", stage="clients.sh", arrival=None, stages=1)
    yield broken("faults", "test-faults",
                 rf"crash: client test-faults faults at client_faults\S+: {going_on}", NEXT_KERNEL)
    yield broken("panics", "test-panics test-says",
                 r"crash: client test-panics panics \(panic of a crash client\): " + going_on,
                 "client says: sysrq", NEXT_KERNEL, order="test-panics,test-says,kdump")
    yield broken("hangs", "test-hangs", "client is going to hang", NEXT_KERNEL, cpus="2",
                 append="crash_client_timeout=2")
    # The only CPU that can watch has panicked, too, and is stopped while it waits.
    yield ClientCase("clients-hangs-panicked", made="test-hangs", order="test-hangs,kdump",
                     cpus="2", append="crash_client_timeout=2", settings={"EVERYWHERE": "1"},
                     console=("panic on all CPUs at once", "client is going to hang",
                              NEXT_KERNEL))
    yield broken("hangs-unstable", "test-hangs", "client is going to hang", NEXT_KERNEL, cpus="2",
                 append="crash_client_timeout=2 tsc=unstable")
    yield broken("hangs-nmi", "test-hangs", "client is going to hang", NEXT_KERNEL,
                 append="crash_client_timeout=2 unknown_nmi_panic",
                 talk=(("client is going to hang", "!inject-nmi"),))
    yield ClientCase("clients-hangs-unarmed", made="test-hangs", order="test-hangs", cpus="2",
                     unarmed="1", arrival=None, stages=1,
                     append="crash_client_timeout=2", console=(
                         "client is going to hang",
                         "crash: client test-hangs hangs on CPU [01]: " + going_on,
                         LOG_SAVED, "Rebooting in 1 seconds"))
    yield ClientCase("clients-live-oops", order="kmsg_dump:live,kdump", settings={"OOPS": "1"},
                     console=("NULL pointer dereference", LOG_SAVED, NEXT_KERNEL))
    yield debugged("kdb-log-dump", "kgdb,kmsg_dump,kdump", *DEBUGGER, LOG_SAVED, NEXT_KERNEL,
                   judges=(value("saved", "1"),))
    yield debugged("log-kdb-dump", "kmsg_dump:live,kgdb,kdump", LOG_SAVED, *DEBUGGER, NEXT_KERNEL,
                   judges=(value("saved", "1"),))
    yield debugged("kdb-dump-log", "kgdb,kdump,kmsg_dump", *DEBUGGER, NEXT_KERNEL,
                   judges=(value("saved", "0"),), never=(LOG_SAVED,))
    yield from hanging()


def hanging():
    """Who hangs, who does not, and what becomes of the CPU."""
    soon, clients = "crash_client_timeout=2", ("test-hangs-in-console", "test-hangs")
    twice = [given_up(client) for client in clients]
    # Whoever took over from the first one has to be stopped in turn.
    yield broken("hang-twice", " ".join(clients + ("test-says",)), *twice, "client says: sysrq",
                 NEXT_KERNEL, order=",".join(clients + ("test-says", "kdump")), cpus="4",
                 append=soon, nbcon=(*twice, "client says: sysrq"))
    yield ClientCase("clients-hang-twice-unarmed", made=" ".join(clients), cpus="2", unarmed="1",
                     order=",".join(clients), arrival=None, stages=1, append=soon,
                     console=(*twice, LOG_SAVED, "Rebooting in 1 seconds"),
                     nbcon=(*twice, LOG_SAVED, "Rebooting in 1 seconds"))
    # Nothing reaches a CPU that hangs in an NMI: who needs what it may hold is left out.
    yield ClientCase("clients-hangs-in-nmi", made="test-hangs", order="test-hangs,kmsg_dump,kdump",
                     cpus="2", append=soon + " unknown_nmi_panic", settings={"FROM_OUTSIDE": "1"},
                     talk=(("ready for an NMI", "!inject-nmi"),), patience=1,
                     console=("NMI: Not continuing",
                              given_up("test-hangs", ", which cannot be stopped"), NEXT_KERNEL),
                     never=(LOG_SAVED,))
    yield broken("hang-is-in-dump", "test-hangs", given_up("test-hangs"), NEXT_KERNEL, cpus="2",
                 append=soon, settings={"BUSY": "1"},
                 stopped_in=("lkdtm_HARDLOCKUP", "client_hangs"))
    yield working(4, 9)
    yield ClientCase("clients-unclaimed", settings={"UNCLAIMED": "1"},
                     console=(NEXT_KERNEL, NEXT_KERNEL))


def working(timeout, seconds):
    """Clients that take longer than the deadline, and show that they are at work."""
    return broken(f"work-{seconds}", "test-prints test-reads",
                  f"client has printed for {seconds} s", f"client has read for {seconds} s",
                  NEXT_KERNEL, order="test-prints,test-reads,kdump", cpus="2",
                  append=f"crash_client_timeout={timeout} crash_client_test.seconds={seconds}",
                  never=("going on without it",), timeout=120 + 4 * seconds)


def nightly():
    """The same at full length, and one that never comes to an end."""
    yield working(30, 180)
    yield broken("babbles", "test-babbles", given_up("test-babbles"), NEXT_KERNEL, cpus="2",
                 append="crash_client_timeout=5", timeout=600)
