# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the memory for the crash kernel: crashkernel=, shrinking, VMCOREINFO."""

import re

from case import Case
from hotplug import Hotplug, dump_matches
from judges import at_least, same, value
from pair import Pair
from update_case import PanicInUpdate, dump_matches_either

MIB = 1 << 20
GIB = 1 << 30

NOTHING = "; nothing is reserved"
TOO_MUCH = "cannot allocate crashkernel: no 0x"

# Name, what the command line says, bytes that are reserved, and what our log must
# say, if that is more than where they are.
PLAIN = (
    ("size", "crashkernel=128M", 128 * MIB, None),
    ("lower-case", "crashkernel=65536k", 64 * MIB, None),
    ("bytes", "crashkernel=1000001", 1000001, None),
    ("offset", "crashkernel=64M@64M", 64 * MIB, None),
    ("hexadecimal", "crashkernel=0x4000000@0x8000000", 64 * MIB, None),
    ("offset-zero", "crashkernel=64M@0", 64 * MIB, None),
    ("offset-unaligned", "crashkernel=64M@100M", 0, "failed - the offset is not aligned: "),
    ("offset-in-use", "crashkernel=64M@16M", 0, "failed - memory is in use: "),
    ("offset-no-memory", "crashkernel=64M@2G", 0, "failed - not all of it is memory: "),
    ("offset-beyond", "crashkernel=64M@0xffffffffffffffff", 0, "failed - there are no such "),
    ("offset-to-the-end", "crashkernel=64M@0xfffffffffc000000", 0, "failed - there are no such "),
    ("offset-missing", "crashkernel=64M@", 64 * MIB, "takes the offset for 0"),
    ("offset-and-more", "crashkernel=64M@64Mjunk", 64 * MIB, "takes the offset for 0x4000000"),
    ("zero", "crashkernel=0", 0, "asks for 0"),
    ("empty", "crashkernel=", 0, "a size is expected after 'crashkernel='" + NOTHING),
    ("no-number", "crashkernel=auto", 0, "a size is expected after 'crashkernel='" + NOTHING),
    ("unit-unknown", "crashkernel=64X", 0, "'@' is expected after 'crashkernel=64'" + NOTHING),
    ("unit-twice", "crashkernel=64MB", 0, "'@' is expected after 'crashkernel=64M'" + NOTHING),
    ("suffix-unknown", "crashkernel=64M,foo", 0, "'@' is expected after 'crashkernel=64M'"),
    ("larger-than-memory", "crashkernel=2G", 0, "asks for 0x80000000 bytes of 0x3"),
    ("larger-than-free", "crashkernel=1000M", 0, TOO_MUCH),
    ("huge", "crashkernel=0x7fffffffffffffff", 0, "asks for 0x7fffffffffffffff bytes"),
    ("huge-unit", "crashkernel=99999G", 0, "asks for 0x61a7c0000000 bytes"),
    ("wraps", "crashkernel=18446744073709551617M", MIB, None),
    ("inside-a-word", "xcrashkernel=64M", 64 * MIB, None),
)

RANGES = (
    ("ranges", "crashkernel=512M-2G:64M,2G-:128M", 64 * MIB, None),
    ("ranges-second", "crashkernel=0-512M:64M,512M-4G:96M", 96 * MIB, None),
    ("ranges-boundary", "crashkernel=512M-1G:64M,1G-:80M", 80 * MIB, None),
    ("range-open", "crashkernel=0-:96M", 96 * MIB, None),
    ("range-offset", "crashkernel=0-:64M@128M", 64 * MIB, None),
    ("range-none", "crashkernel=2G-:128M", 0, "asks for 0"),
    ("range-zero", "crashkernel=0-2G:0,0-:64M", 0, "asks for 0"),
    ("range-offset-missing", "crashkernel=0-:64M@", 0, "an offset is expected after"),
    ("range-backwards", "crashkernel=1G-512M:64M", 0, "does not end above its start" + NOTHING),
    ("range-no-dash", "crashkernel=512M:64M", 0, "'-' is expected after 'crashkernel=512M'"),
    ("range-no-size", "crashkernel=512M-:", 0, "a size is expected after 'crashkernel=512M-:'"),
    ("range-no-colon", "crashkernel=0-1M,0-:64M", 0, "':' is expected after 'crashkernel=0-1M'"),
    ("range-no-end", "crashkernel=0-x:64M", 0, "a memory size or ':' is expected after"),
    ("range-no-start", "crashkernel=x-2G:64M", 0, "a memory size is expected after"),
    ("range-malformed-first", "crashkernel=junk,0-2G:64M", 0, "a memory size is expected after"),
    ("range-malformed-later", "crashkernel=512M-2G:64M,junk", 64 * MIB, None),
    ("range-too-much", "crashkernel=0-:2G", 0, "a size is not below that of the memory" + NOTHING),
)

SEVERAL = (
    ("several", "crashkernel=64M crashkernel=128M", 128 * MIB, "=128M counts, the last of 2"),
    ("several-last-malformed", "crashkernel=64M crashkernel=x", 0, "=x counts, the last of 2"),
    ("several-high", "crashkernel=128M,high crashkernel=96M,high", 96 * MIB,
     "=96M,high counts, the last of 2"),
    ("beside-high", "crashkernel=64M crashkernel=128M,high", 64 * MIB,
     "=64M counts; those with ,high and ,low do not"),
    ("beside-high-malformed", "crashkernel=junk crashkernel=128M,high", 0,
     "'crashkernel='" + NOTHING),
    ("low-alone", "crashkernel=64M,low", 0, ",low is for use beside ,high" + NOTHING),
    ("high-then-low-suffix", "crashkernel=64M,high,low", 0, ",low is for use beside ,high"),
    ("high-offset", "crashkernel=64M@16M,high", 0, ",high is expected after 'crashkernel=64M'"),
    ("high-zero", "crashkernel=0,high", 0, "asks for 0"),
    ("high-no-high-memory", "crashkernel=128M,high", 128 * MIB, None),
)

# What later kernels take in addition to another one: ours alone, since the base takes it for that.
UNKNOWN = "M,cma: ,cma is not known here; it counts for nothing"
CMA = (
    ("cma", "crashkernel=128M crashkernel=256M,cma", 128 * MIB, "=256" + UNKNOWN),
    ("cma-first", "crashkernel=256M,cma crashkernel=128M", 128 * MIB, "=256" + UNKNOWN),
    ("cma-alone", "crashkernel=256M,cma", 0, "=256M,cma: ,cma is not known here" + NOTHING),
    ("cma-twice", "crashkernel=64M,cma crashkernel=96M crashkernel=80M,cma", 96 * MIB,
     "=80" + UNKNOWN),
    ("cma-beside-ranges", "crashkernel=0-2G:64M,2G-:128M crashkernel=80M,cma", 64 * MIB,
     "=80" + UNKNOWN),
    ("cma-of-ranges", "crashkernel=96M crashkernel=0-:64M,cma", 96 * MIB, "=0-:64" + UNKNOWN),
    ("cma-beside-high", "crashkernel=80M,cma crashkernel=128M,high crashkernel=32M,low",
     128 * MIB, "=80" + UNKNOWN),
    ("cma-beside-low", "crashkernel=64M,low crashkernel=80M,cma", 0,
     ",low is for use beside ,high" + NOTHING),
    ("cma-beside-malformed", "crashkernel=x crashkernel=80M,cma", 0, "a size is expected after"),
    ("cma-huge", "crashkernel=64M crashkernel=0xffffffffffffffff,cma", 64 * MIB,
     "=0xffffffffffffffff,cma: ,cma is not known here; it counts for nothing"),
)

# With memory above 4 GiB
HIGH = (
    ("high", "crashkernel=256M,high", 512 * MIB, None),
    ("high-low", "crashkernel=256M,high crashkernel=64M,low", 320 * MIB, None),
    ("high-low-zero", "crashkernel=256M,high crashkernel=0,low", 256 * MIB, None),
    ("high-low-malformed", "crashkernel=256M,high crashkernel=x,low", 0,
     "a size is expected after 'crashkernel='" + NOTHING),
    ("high-low-too-much", "crashkernel=256M,high crashkernel=3500M,low", 0,
     "cannot allocate crashkernel low memory (size:0xdac00000), nothing is reserved"),
    ("low-first", "crashkernel=1G", GIB, None),
    ("high-if-need-be", "crashkernel=3500M", 3756 * MIB, None),
    ("high-too-much", "crashkernel=7G,high", 0, TOO_MUCH),
)

# Only a kernel that sees a hypervisor it knows takes CPUs that are not there at boot.
# It knows one by the serial number and by a port that QEMU emulates, too.
GUEST = ("-smbios", "type=1,serial=VMware-")
PLUGGED = ("-m", "1G,slots=2,maxmem=4G", "-object", "memory-backend-ram,id=memory,size=512M",
           "-device", "pc-dimm,memdev=memory")
MOVABLE = "crashkernel=256M memhp_default_state=online_movable"
# QEMU 7.2 keeps what it unplugs of a CPU in a list, and writes to it when the memory map
# changes next, which looking for PCI devices does.
CRASH_KERNEL = "nr_cpus=1 pci=off"
# Where QEMU plugs memory in.
PLUGGED_AT = str(4 * GIB)
KEEP_OUT = "acpi_no_memhotplug"
# Makes a line of about 2010 characters, with room for elfcorehdr= and for nothing else.
LONG_LINE = "kx.fill=" + "f" * 1855

IN_THE_GATE = ("size", "offset", "offset-in-use", "unit-unknown", "larger-than-memory", "ranges",
               "several", "low-alone", "high-low", "high-if-need-be", "cma")


def in_the_log(words):
    def judge(facts):
        said = facts[-1].get("booted.log", "")
        return None if words in said else f"the log says '{said}', without '{words}'"
    return judge


def row(name, line, size, says, memory, alone=False):
    """A case of crashkernel=, for our kernel @alone or for both."""
    judges = [value("booted.bytes", str(size))]
    if says is not None:
        judges.append(in_the_log(says))
    settings = {"memory": memory, "append": f"nokaslr {line}",
                "judges": tuple(judges), "weight": 3, "timeout": 60}
    if alone:
        return Case(f"crashkernel-{name}", "crashkernel.sh", None, stages=1, **settings)
    return Pair(f"crashkernel-{name}", "crashkernel.sh", light=True,
                alike=(".ranges", ".bytes", ".reserved"), **settings)


def rows():
    """What every form of crashkernel= gives, here and on the base."""
    for table, memory in ((PLAIN, "1G"), (RANGES, "1G"), (SEVERAL, "1G"), (HIGH, "8G")):
        for entry in table:
            yield row(*entry, memory)
    for entry in CMA:
        yield row(*entry, "1G", alone=True)


def unmasked(line):
    """A line of VMCOREINFO without what two builds of a kernel differ in."""
    return re.sub(r"^(SYMBOL\(\w+\)|OSRELEASE|BUILD-ID)=.*", r"\1", line)


def memory():
    """Giving it back, and what the kernel says of itself."""
    yield Pair("crash-shrink", "shrink.sh", memory="8G", weight=8,
               append="nokaslr crashkernel=256M,high crashkernel=64M,low",
               alike=(".ranges", ".bytes", ".error"))
    yield Case("crash-shrink-wraps", "shrink-wraps.sh", None, stages=1,
               append="crashkernel=128M", weight=2)
    yield Case("crash-shrink-busy", "shrink-busy.sh", None, stages=1, cpus="2",
               append="crashkernel=256M", weight=3)
    yield Pair("vmcoreinfo", "vmcoreinfo.sh", light=True, append="nokaslr", weight=3,
               alike=(".vmcoreinfo",), mask=unmasked)


def hotplug(name, events, earlier="", mark="", words="", judges=(), kept=True, **more):
    """Memory and CPUs come and go before and after a crash image is loaded.

    With @mark some of what processes have from that address on must be found in the dump.
    @kept if the kernel makes the header of the dump, and keeps it right.
    """
    if kept:
        judges += (dump_matches,)
    if mark:
        judges += (at_least("marked", 4096, stage=0), same("marked"))
    return Hotplug(f"crash-hotplug-{name}", "hotplug.sh", "crashed.sh",
                   cpus="2,sockets=4,maxcpus=4", cpu="max,-hypervisor",
                   options=("-m", "1G,slots=2,maxmem=4G", *GUEST), append=MOVABLE,
                   settings={"EVENTS": events, "EARLIER": earlier, "MARK": mark,
                             "KEPT": "1 1" if kept else "0 0"},
                   arrival_append=f"{CRASH_KERNEL} {words}".strip(),
                   judges=judges, weight=20, **more)


def plugged_read(name, events, earlier="", words="", told=1, **more):
    """The dump has what was in memory that was plugged in.

    The crash kernel is told so many times to leave that alone.
    """
    def judge(facts):
        found = facts[-1].get("cmdline", "").split().count(KEEP_OUT)
        return None if found == told else f"{KEEP_OUT} is {found} times there, not {told}"

    return hotplug(f"read-{name}", events, earlier, PLUGGED_AT, f"kx.mark={PLUGGED_AT} {words}",
                   (judge,), arrival_tools=True, timeout=300, **more)


def storm(events, seed):
    """Memory and CPUs go and come back while images are being loaded."""
    return Case(f"crash-storm-{events}-{seed}", "storm.sh", "crashed.sh", cpus="4",
                options=PLUGGED, settings={"EVENTS": str(events), "SEED": str(seed)},
                append=MOVABLE, arrival_append=CRASH_KERNEL, judges=(dump_matches,),
                timeout=120 + events, weight=10 + events // 4)


def panic_in_update(part, number, of):
    """A panic in the middle of an update; @number of @of that are evenly spread."""
    return PanicInUpdate(f"crash-update-{part}-{number}-{of}", part=part, cpus="1", options=PLUGGED,
                         append=MOVABLE + " nokaslr unknown_nmi_panic", arrival_append=CRASH_KERNEL,
                         share=(number - 0.5) / of, judges=(dump_matches_either,),
                         timeout=200 if part == "update" else 600,
                         weight=10 if part == "update" else 35)


def panics_in_updates(update, protection):
    """@update of them while headers are exchanged, @protection each before and after."""
    for part, of in (("update", update), ("unprotect", protection), ("protect", protection)):
        for number in range(1, of + 1):
            yield panic_in_update(part, number, of)


def gate():
    yield from (case for case in rows() if case.name.partition("-")[2] in IN_THE_GATE)
    yield from memory()
    yield hotplug("add", "memory-add cpu-add")
    yield hotplug("remove", "memory-add cpu-add memory-remove cpu-remove")
    yield plugged_read("later", "memory-add")
    yield plugged_read("earlier", "", "memory-add", target="cloud")
    yield storm(60, 1)
    yield from panics_in_updates(8, 0)


def nightly():
    yield from (case for case in rows() if case.name.partition("-")[2] not in IN_THE_GATE)
    yield hotplug("nothing", "")
    yield hotplug("memory", "memory-add")
    yield hotplug("cpu", "cpu-add")
    yield hotplug("again", "memory-add memory-remove memory-add cpu-add")
    yield plugged_read("both", "memory-remove memory-add cpu-add", "memory-add")
    yield plugged_read("by-segments", "", "memory-add", kept=False, tool="distribution",
                       how="-c", told=0)
    yield plugged_read("told-before", "memory-add", words=KEEP_OUT)
    yield plugged_read("no-room", "memory-add", words=LONG_LINE, told=0)
    yield storm(2000, 1)
    for seed in range(2, 8):
        yield storm(60, seed)
    yield from panics_in_updates(40, 10)
