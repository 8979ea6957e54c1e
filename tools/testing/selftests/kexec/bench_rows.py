# SPDX-License-Identifier: GPL-2.0-only
"""The table of the benchmark: rows of figures, their limits, and how they are written."""

from dataclasses import dataclass, field

MILLION = 1e6
# Figures below this are shown to the single instruction.
FINE = 1e5
KIB = 1024
MIB = 1 << 20

# Two runs of a measurement may differ by this much, or by so few instructions.
STEADY = 0.001
STEADY_INSTRUCTIONS = 2000

HEADINGS = ("measured", "stock", "ours", "ratio", "limit", "")


@dataclass
class Row:
    """One line: @holds is None where nothing is asked for."""

    name: str
    stock: str = ""
    ours: str = ""
    ratio: str = ""
    limit: str = ""
    holds: bool = None
    spread: float = 0.0

    def cells(self):
        verdict = {None: "", True: "pass", False: "FAIL"}[self.holds]
        return (self.name, self.stock, self.ours, self.ratio, self.limit, verdict)


class Figure:
    """What the runs of one measurement gave."""

    def __init__(self, values):
        self.values = values
        self.mean = sum(values) / len(values)
        self.low = min(values)
        self.high = max(values)

    @property
    def spread(self):
        return (self.high - self.low) / self.mean if self.mean else 0.0

    def steady(self):
        return self.spread <= STEADY or self.high - self.low <= STEADY_INSTRUCTIONS

    def __str__(self):
        digits = 3 if self.mean >= FINE else 6
        return f"{self.mean / MILLION:,.{digits}f}"


@dataclass
class Table:
    """Rows made from @results: the figures of each run, by name of the guest."""

    results: dict
    rows: list = field(default_factory=list)
    unsteady: list = field(default_factory=list)
    left_out: list = field(default_factory=list)

    def figure(self, guest, compute):
        """What @compute makes of each run, as a Figure; None where a run lacks what that needs.

        A stage that did not happen is a fact without a value.
        """
        try:
            values = [compute(run) for run in self.results.get(guest, ())]
        except (KeyError, TypeError, ZeroDivisionError):
            return None
        if not values:
            return None
        figure = Figure(values)
        if not figure.steady():
            self.unsteady.append(f"{guest}: {values}")
        return figure

    def compare(self, name, guest, compute, below=None, share=None, own=None):
        """Stock and ours of @guest, or ours of @own; ours at most @below, or @share of stock."""
        stock = self.figure("stock-" + guest, compute)
        ours = self.figure("own-" + (own or guest), compute)
        if not ours or (share and not stock):
            self.left_out.append(name)
            return
        row = Row(name, str(stock or ""), str(ours))
        if stock:
            row.ratio = percent(ours.mean / stock.mean)
        if share:
            row.limit, row.holds = "<= " + percent(share), ours.high <= share * stock.low
        elif below:
            row.limit, row.holds = f"< {below / MILLION:g}", ours.high < below
        self.rows.append(row)

    def add(self, name, inputs, make):
        """A row that @make computes from @inputs, unless one of those is missing."""
        if None in inputs:
            self.left_out.append(name)
        else:
            self.rows.append(make(*inputs))


def percent(ratio):
    return f"{ratio * 100:.3g} %"


def handover(run):
    """From right before the reboot call to the first instruction there."""
    return run["entered"] - run["called"]


def load(run):
    return run["load"]


def quiet(run):
    """From when all is stopped to the first instruction of the payload."""
    return run["entered"] - run["stopped"]


def memory(table, name, guest):
    """What an armed image takes, against what it holds."""
    for fact, what, limit in (("load.taken", name, 1.05),
                              ("load.unavailable", "the same, fall of MemAvailable", None)):
        def side(kernel, fact=fact):
            runs = table.results.get(f"{kernel}-{guest}")
            return runs and max(run[fact] * KIB / run["real"] for run in runs)

        def make(stock, ours, runs, what=what, limit=limit):
            real = f"{runs[0]['real'] / MIB:.1f} MiB"
            return Row(f"{what}, {real}", f"{stock:.3f} x", f"{ours:.3f} x", percent(ours / stock),
                       f"<= {limit} x" if limit else "", ours <= limit if limit else None)

        table.add(what, (side("stock"), side("own"), table.results.get(f"own-{guest}")), make)


def checking(run):
    """What of it the handover routine takes to check the image."""
    return run["verified"] - run["trampoline"]


def checked(run):
    """What of it the reboot call takes to check the image."""
    return run["checked"] - run["reboot"]


STAGES = ("checked", "devices", "stopped", "trampoline", "verified", "entry", "kernel", "init")


def stages(table, title, guest):
    """Where the handover's time went, by the next kernel's own account."""
    def stamp(run, stage):
        return run["handover." + stage] * run["handover.clock_khz"] / 1000

    before = "reboot"
    for stage in STAGES:
        name = f"{title}, {before} to {stage}"
        part = table.figure(guest, lambda run, last=before, stage=stage:
                            stamp(run, stage) - stamp(run, last))
        if part:
            table.rows.append(Row(name, "", str(part)))
            before = stage
    whole = table.figure(guest, lambda run: stamp(run, "init") / handover(run))
    name = f"{title}, the sum against what was measured"
    table.add(name, (whole,), lambda whole: Row(
        name, "", f"{whole.mean:.4f} x", "", "0.95 to 1.05 x",
        whole.low >= 0.95 and whole.high <= 1.05))


def placement(table, guest):
    """How much of the image lay where it belongs before the jump."""
    share = table.figure(guest, lambda run: run["placed"] / (run["placed"] + run["bounced"]))
    name = "bytes in place when loaded, 64 MiB initrd"
    table.add(name, (share,), lambda share: Row(name, "", percent(share.mean)))


def crash(table, guest):
    """From a crash to the crash image, and what of it is the check of the image."""
    title = "crash to payload, 64 MiB crash initrd"
    table.compare(title, guest, handover, share=0.03)
    ours, check = (table.figure("own-" + guest, compute) for compute in (handover, checking))
    table.add("the same, check of the image", (ours, check), lambda ours, check: Row(
        "the same, check of the image", "", str(check)))
    table.add("the same, share of the check", (ours, check), lambda ours, check: Row(
        "the same, share of the check", "", percent(check.mean / ours.mean)))


def check(table, guest):
    """What it costs to see that the image is as it was loaded, on one CPU and on two."""
    cost, each = (table.figure("own-" + guest, compute)
                  for compute in (checked, lambda run: checked(run) / run["real"]))
    name = "the same, check of the image"
    table.add(name, (cost,), lambda cost: Row(name, "", str(cost)))
    name = "the same, instructions of the check a byte"
    table.add(name, (each,), lambda each: Row(name, "", f"{each.mean:.3f}", "", "<= 0.25",
                                              each.high <= 0.25))
    shares = [run["share"] for run in table.results.get("own-divided-payload-64", ())]
    name = "the same on 2 CPUs, share of the busier one"
    table.add(name, (min(shares, default=None),), lambda share: Row(
        name, "", percent(share), "", "<= 60 %", share <= 0.6))


def difference(table):
    """The initrd's size must not be felt."""
    small = table.figure("own-call-unchecked-payload-1", handover)
    large = table.figure("own-call-unchecked-payload-64", handover)
    name = "the same, 64 MiB less 1 MiB"

    def make(small, large):
        most = max(abs(one - other) for one in small.values for other in large.values)
        return Row(name, "", f"{(large.mean - small.mean) / MILLION:,.3f}", "", "< 1 either way",
                   most < MILLION)

    table.add(name, (small, large), make)


def against_cold(table, size):
    """Faster than a machine that is switched on."""
    cold = table.figure(f"cold-cold-kernel-{size}", lambda run: run["entered"])
    ours = table.figure(f"own-call-kernel-{size}", handover)
    name = f"power on to /init, cold boot by QEMU, {size} MiB initrd"

    def make(cold, ours):
        return Row(name, str(cold), str(ours), percent(ours.mean / cold.mean), "< 100 %",
                   ours.high < cold.low)

    table.add(name, (cold, ours), make)


def growth(table, guest, sizes):
    """Cost per MiB must stay the same."""
    figures = {size: table.figure(guest, lambda run, key=f"load.{size}": run[key])
               for size in sizes}
    for size, figure in figures.items():
        name = f"load of a {size} MiB initrd, per MiB"
        table.add(name, (figure,), lambda figure, name=name, size=size: Row(
            name, "", f"{figure.mean / size / MILLION:,.4f}"))
    costs = [figure and figure.mean / size for size, figure in figures.items()]
    name = f"the same, dearest to cheapest from {sizes[0]} MiB to {sizes[-1]} MiB"

    def make(*costs):
        ratio = max(costs) / min(costs)
        return Row(name, "", f"{ratio:.3f}", "", "<= 1.3", ratio <= 1.3)

    table.add(name, costs, make)


def build(results, sizes):
    """All rows the results allow."""
    table = Table(results)
    compare = table.compare
    for size in (1, 64):
        compare(f"handover to payload without the check, {size} MiB initrd", f"call-payload-{size}",
                handover, 60e3, own=f"call-unchecked-payload-{size}")
    difference(table)
    compare("handover to payload with the check, 1 MiB initrd", "call-payload-1", handover)
    compare("handover to payload with the check, 64 MiB initrd", "call-payload-64", handover)
    check(table, "call-payload-64")
    compare("the same by kexec_load (-c), 1 MiB initrd", "c-payload-1", handover)
    compare("the same by kexec_load (-c), 64 MiB initrd", "c-payload-64", handover)
    compare("all stopped to payload, 64 MiB initrd", "call-payload-64", quiet, 50e3)
    compare("reboot call to /init, 1 MiB initrd", "call-kernel-1", handover, share=0.18)
    compare("reboot call to /init, 64 MiB initrd", "call-kernel-64", handover, share=0.09)
    for size in (1, 64):
        against_cold(table, size)
    compare("load of a 64 MiB initrd, kexec_file_load", "call-payload-64", load, share=0.15)
    compare("the same with a real kernel", "call-kernel-64", load)
    compare("the same by the tool, kexec -s -l", "s-payload-64", load)
    compare("the same by kexec-tools, kexec -c -l", "c-payload-64", load)
    memory(table, "memory taken by payload and initrd", "call-payload-64")
    memory(table, "memory taken by real kernel and initrd", "call-kernel-64")
    placement(table, "own-call-payload-64")
    growth(table, "own-sizes-payload-" + str(sizes[-1]), sizes)
    crash(table, "crash-payload-64")
    stages(table, "timeline, entered directly", "own-call-kernel-64")
    stages(table, "timeline, image unpacks itself", "own-call-self-extract-kernel-1")
    return table


def text(rows):
    """The rows as a reStructuredText table, which a terminal shows as well."""
    lines = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(HEADINGS))]
    rule = " ".join("=" * width for width in widths)

    def line(cells):
        first, *rest = (cell.ljust(width) if column in (0, 4, 5) else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(cells, widths)))
        return " ".join([first, *rest]).rstrip()

    return "\n".join([rule, line(lines[0]), rule, *map(line, lines[1:]), rule])
