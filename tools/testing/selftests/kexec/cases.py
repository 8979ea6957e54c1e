# SPDX-License-Identifier: GPL-2.0-only
"""The table of guest tests."""

import dataclasses

import accept_cases
import arch_cases
import changed_cases
import client_cases
import crash_cases
import deb_cases
import estimate_cases
import flip_cases
import dtb_cases
import format_cases
import hostile_cases
import kselftest_cases
import menu_cases
import pressure_cases
import progress_cases
import raw_cases
import replay_cases
import reserve_cases
import uki_cases
from case import Case
from hotplug import Hotplug
from images import LARGE
from judges import (at_least, before, contains, distinct, entered_directly, lacks, length, same,
                    steady, unpacked_itself, value)
from pair import Pair
from recording import Recording
from repack import COMPRESSORS
from report_judges import handed_on, loaded_just_now, slot, timeline, timeline_matches

FOUR_GIB = 1 << 32
SANITIZER_SLOWDOWN = 8
SANITIZER_MEMORY = 1024

NUMA = ("-object", "memory-backend-ram,id=m0,size=1G",
        "-object", "memory-backend-ram,id=m1,size=1G",
        "-numa", "node,nodeid=0,memdev=m0,cpus=0",
        "-numa", "node,nodeid=1,memdev=m1,cpus=1")
FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd"
FIRMWARE_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd"
HOTPLUG = ("-m", "slots=2,maxmem=8G", "-object", "memory-backend-ram,id=added,size=512M",
           "-device", "pc-dimm,memdev=added")
ONLINE = "memhp_default_state=online_kernel"
EFI = ("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}",
       "-drive", f"if=pflash,format=raw,unit=1,snapshot=on,file={FIRMWARE_VARIABLES}")

# The clock counts instructions: nothing else that the host does takes time.
COUNTED = ("-icount", "shift=0,sleep=off")

# Only a kernel that says that it takes the record of the handover may get it.
TIMELINE_KNOWN = (lacks("setup_data", "0x6b78"), contains("setup_data", "0x6b78"))

# What is wrong with each of the timelines that kexec_selftest makes up.
IGNORED = ("it is too short;it has too few stages;it was never written;"
           "this kernel does not know its version;it has too few stages;no stage has a time;"
           "its stages are out of order;it ends in the future;it is too short;"
           "its clock is too slow;")


def boots():
    """Every kernel with every payload, through kexec -s."""
    memory = {1: "1G", 64: "2G", 512: "4G"}
    for target in ("own", "cloud", "6.1"):
        for size in (1,) + LARGE:
            yield Case(f"boot-{target}-{size}", target=target, how="-s -d", payload=size,
                       memory=memory[size], timeout=180 + size, weight=5 + size // 40,
                       judges=(at_least("memory", 800000), TIMELINE_KNOWN[target == "own"],
                               entered_directly))


def entries():
    """Kernels unpacked at load, as every compressor packs them, and those that are not."""
    packed = [("cloud", name) for name in ("gzip", "xz", "lz4", "lz4-frame", "lzo")]
    packed += [("6.1", name) for name in ("zstd", "lz4")]
    for target, compressor in packed:
        yield direct(f"packed-{target}-{compressor}", target=f"{target}:{compressor}")
    yield direct("nokaslr", arrival_append="nokaslr",
                 judges=(value("kernel_offset", "0"), value("kaslr_flag", "0")))
    yield direct("nokaslr-cloud", target="cloud", arrival_append="nokaslr",
                 judges=(value("kernel_offset", "0"), value("kaslr_flag", "0")))
    yield direct("nokaslr-lookalike", arrival_append="xnokaslr nokaslr=1 nokaslrx",
                 judges=(value("kaslr_flag", "1"),))
    for words in ("mem=512M", "memmap=1M$512M", "movable_node", "mem_encrypt=off",
                  "hugepagesz=2M hugepagesz=1024M"):
        yield Case("itself-" + words.split("=", 1)[0], how="-s -d", arrival_append=words,
                   judges=(unpacked_itself, value("kaslr_flag", "1")))
    yield Case("itself-asked", how="-s -d --self-extract",
               judges=(unpacked_itself, value("kaslr_flag", "1"),
                       value("entered", "through its own decompressor", 0)))


def direct(name, judges=(), **settings):
    """A case whose kernel must be entered past its decompressor."""
    settings = {"how": "-s -d", **settings}
    return Case(name, judges=(entered_directly,) + judges, **settings)


def parts():
    """Several initrds: the kernel reads them one after the other, or the tool joins them."""
    files = {"stage": "initrds.sh", "arrival": "arrive-parts.sh"}
    yield Case("initrds", **files)
    yield Case("initrds-bounced", append="kexec.bounce=1", **files)
    yield Case("initrds-on-6.1", first="6.1", **files)


def machines():
    """Guests of many shapes."""
    yield Case("cpus-1-qemu64-512M", cpu="qemu64", memory="512M",
               judges=(value("cpus", "1"), value("la57", "0"), before("crng", 0.2),
                       contains("setup_data", "0x9"), at_least("memory", 400000)))
    yield Case("cpus-2-la57-2G", cpus="2", memory="2G", how="-s -d", judges=(
        value("cpus", "2"), value("la57", "2"), at_least("memory", 1700000), entered_directly))
    yield Case("cpus-2-la57-off", cpus="2", how="-s -d", arrival_append="no5lvl", judges=(
        value("la57", "2", 0), value("la57", "0"), unpacked_itself))
    yield Case("cpus-2-la57-on", cpus="2", how="-s -d", append="no5lvl", judges=(
        value("la57", "0", 0), value("la57", "2"), unpacked_itself))
    yield Case("cpus-2-la57-stays-off", cpus="2", how="-s -d", append="no5lvl",
               arrival_append="no5lvl", judges=(
                   value("la57", "0", 0), value("la57", "0"), entered_directly))
    yield Case("cpus-8-2G", cpus="8", memory="2G", weight=15, timeout=300,
               judges=(value("cpus", "8"), at_least("memory", 1700000)))
    yield Case("numa-2", cpus="2,sockets=2", memory="2G", options=NUMA,
               judges=(value("nodes", "2"),))
    yield Case("memory-6G", memory="6G", payload=64,
               judges=(at_least("ramdisk", FOUR_GIB, 16), at_least("memory", 5500000)))


def crashes():
    """Crashes that come at a bad moment."""
    yield Case("crash-kept", "crash-kept.sh", "crashed.sh", other="cloud", memory="2G",
               append="crashkernel=192M", weight=15)
    for number, delay in enumerate((1, 150000)):
        yield crash_while_loading(number, delay)


def crash_while_loading(number, delay):
    """A crash @delay microseconds after somebody has begun to load again and again."""
    return Case(f"crash-loading-{number}", "crash-loading.sh", "crashed.sh", cpus="2",
                append=f"crashkernel=256M kx.delay={delay}", weight=10)


def tools():
    """The distribution's tool on our kernel, and ours on the distribution's kernel."""
    yield Case("kexec-tools-c", "unload.sh", tool="distribution", how="-c")
    yield Case("kexec-tools-s", "unload.sh", tool="distribution")
    yield Case("kexec-tools-crash-c", "crash-slot.sh", "crashed.sh", tool="distribution", how="-c",
               append="crashkernel=256M")
    yield Case("kexec-tools-crash-s", "crash-slot.sh", "crashed.sh", tool="distribution",
               append="crashkernel=256M")
    yield Case("crash-slot", "crash-slot.sh", "crashed.sh", how="-s -d",
               append="crashkernel=256M", judges=(entered_directly,))
    yield Case("on-distribution-kernel", "unload.sh", first="cloud", target="cloud")


def handed_over():
    """What one kernel must tell the next."""
    yield Case("command-line-full", arrival_append="kx.fill=%fill%",
               judges=(length("cmdline", 2047),))
    yield Case("firmware-bios", disk=True, judges=(
        same("memmap"), same("acpi_tables"), same("video"), same("edd"),
        at_least("edd_devices", 1, 16), contains("setup_data", "0x9")))
    yield Case("firmware-efi", options=EFI, arrival_append="reboot=efi", weight=10, judges=(
        same("memmap"), same("acpi_tables"), same("video"), same("efi"), same("efi_runtime"),
        at_least("efi_runtime", 1), at_least("rsdp", 1, 16), contains("setup_data", "0x4")))
    yield Case("firmware-map-long", "long-map.sh", relay="boot.sh", stages=3, weight=10,
               judges=(at_least("memmap_entries", 140, stage=1), same("memmap", 1),
                       value("ignored", IGNORED, 1), value("ignored", "")))
    yield chain("chain-20", 20, timeout=400, weight=45, judges=(
        steady("release"), distinct("kernel_offset", 15), distinct("kernel_at", 15),
        steady("kaslr_flag")))


def chain(name, hops, judges=(), **settings):
    """As many handovers, each kernel loading the next one."""
    return Case(name, "chain.sh", None, settings={"HOPS": str(hops)}, stages=hops + 1,
                judges=(steady("cmdline"), value("hop", str(hops))) + judges, **settings)


def placement():
    """Where the bytes of an image wait for the handover."""
    yield Case("placed-all", "placement.sh", payload=64, memory="2G",
               judges=(value("bounced", "0", 0), value("placed_percent", "100", 0)))
    yield Case("bounced-all", "placement.sh", payload=64, memory="2G", append="kexec.bounce=1",
               judges=(value("placed", "0", 0),))
    yield Case("bounced-all-c", "placement.sh", payload=64, memory="2G", append="kexec.bounce=1",
               tool="distribution", how="-c", judges=(value("placed", "0", 0),))
    yield Case("fragmented", "fragmented.sh", payload=64, memory="2G", weight=25, judges=(
        at_least("pinned_blocks", 900, stage=0), at_least("bounced", 4096, stage=0),
        at_least("placed_percent", 90, stage=0)))
    yield Case("memory-busy", "busy.sh", payload=64, memory="2G", weight=15,
               judges=(at_least("placed_percent", 95, stage=0),))
    yield Case("memory-offline", "offline.sh", None, memory="2G", stages=1)
    yield from of_any_kernel()
    yield Case("memory-added", options=HOTPLUG, append=ONLINE, arrival_append=ONLINE + " nokaslr",
               judges=(at_least("memory", 1400000, stage=0), at_least("memory", 1400000)))


def of_any_kernel():
    """What is mended on its own, without the rest of the series."""
    yield Case("memory-offline-any", "offline-any.sh", None, memory="2G", stages=1)
    yield Case("load-linear", "linear.sh", None, memory="384M", options=COUNTED, stages=1)


def calls():
    """The system calls themselves."""
    crash = "crashkernel=128M"
    yield direct("damaged", stage="damaged.sh", packed=tuple(COMPRESSORS), append=crash,
                 timeout=400, weight=25)
    yield Case("errors", "errors.sh", append=crash, settings={"END": "jump"}, timeout=400,
               weight=65)
    yield Case("errors-crash", "errors.sh", "crashed.sh", append=crash, settings={"END": "crash"},
               timeout=400, weight=65)
    yield Case("cycles", "cycles.sh", None, disk=True, stages=1, timeout=300, weight=15)
    yield Case("race", "race.sh", None, cpus="2", stages=1, timeout=300, weight=15)
    yield Case("context", "context.sh", None, cpus="2", stages=1)
    yield Case("context-failed", "context-failed.sh", None, cpus="2", stages=1,
               target="test-elf64")
    yield Case("context-awake", "context-awake.sh", None, cpus="2", stages=1,
               options=("-device", "virtio-rng-pci"))
    yield Case("limits", "limits.sh", None, append=crash, stages=1)
    yield Case("names", "names.sh", None, cpus="2", append=crash, stages=1)
    yield Case("disabled", "disabled.sh")


RESETS = "; resetting the machine"


def trap(way, *report, **how):
    """An image that fails as @way says, and what the console must show of that."""
    registers = ("^kexec: RAX 0x[0-9a-f]{16} RBX 0x", "^kexec: R15 0x[0-9a-f]{16}",
                 "^kexec: the handover failed" + RESETS)
    return Case("exception-" + way, "fail.sh", None, stages=1, settings={"WAY": way},
                console=report + registers, **how)


def failures():
    """Handovers that cannot succeed."""
    image, nowhere = "0x0000000004000000", "0x0000700000000000"
    yield trap("opcode", "exception 6 #UD .* error 0x0{16}", f"RIP {image} RSP 0x")
    yield trap("entry", "exception 14 #PF .* error 0x", f"RIP {nowhere} ", f"CR2 {nowhere} ")
    yield trap("stack", "exception 14 #PF ", f"RIP 0x000000000400000a RSP {nowhere}",
               "CR2 0x00006ffffffffff8 CR3 0x")
    yield trap("table", "exception 14 #PF ", "RIP 0x000000000400000d ",
               "CR2 0x000000000400000d CR3 0x0000000004001000", append="no5lvl")
    stopped = "the handover failed; stopped"
    yield dataclasses.replace(trap("entry"), name="exception-stop", append="panic=0",
                              console=("exception 14 #PF ", stopped), until=stopped)
    # without page attributes, which would keep user space from mapping memory
    yield Case("crash-damaged", "damage.sh", None, stages=1, append="crashkernel=128M nopat", console=(
        "sysrq triggered crash", "^kexec: segment 1 is not as it was loaded: 0x[0-9a-f]{16} - "
        "0x[0-9a-f]{16}" + RESETS))
    yield Case("marks", how="-s -d", console=(
        "^kexec: trampoline", "^kexec: 0 ranges verified", r"^kexec: \d+ moves, \d+ KiB",
        "^kexec: entering 0x[0-9a-f]{16}", "Linux version"))
    yield Case("marks-crash", "crash-slot.sh", "crashed.sh", how="-s -d", append="crashkernel=256M",
               console=("sysrq triggered crash", "^kexec: trampoline",
                        r"^kexec: [1-9]\d* ranges verified", "^kexec: 0 moves, 0 KiB",
                        "^kexec: entering 0x[0-9a-f]{16}"))


def visible():
    """What kernel and tool say about it all."""
    for how, entry in (("-s", "direct"), ("-s --self-extract", "fallback")):
        yield Case(f"timeline-{entry}", "timeline.sh", "timed.sh", how=how, arrival_tools=True,
                   options=COUNTED, timeout=400, weight=10, arrival_append="i8042.noaux",
                   judges=(timeline(entry == "direct"), timeline_matches(5)))
    yield Case("timeline-crash", "crash-slot.sh", "crashed.sh", how="-s --self-extract",
               append="crashkernel=256M", arrival_tools=True,
               judges=(timeline(False, crash=True),))
    yield Case("report", "report.sh", "timed.sh", append="crashkernel=128M", arrival_tools=True, judges=(
                   slot("empty", "normal"), slot("empty", "crash"),
                   slot("filled", "normal", True), slot("filled", "crash", True),
                   slot("failed", "normal", True, True), slot("failed", "crash", True),
                   slot("recovered", "normal", True), slot("emptied", "crash"),
                   loaded_just_now("filled", "normal", "now"), handed_on, timeline(True)))


def nightly():
    """The same on the kernel with sanitizers, and combinations the gate leaves out."""
    for case in list(gate()):
        if "own" in (case.first, case.target) and not too_long(case):
            yield sanitized(case)
    yield from accept_cases.nightly()
    yield from client_cases.nightly()
    yield from crash_cases.more()
    yield from estimate_cases.more()
    yield from changed_cases.nightly()
    yield from flip_cases.nightly()
    yield from reserve_cases.nightly()
    yield from raw_cases.more()
    yield from deb_cases.nightly()
    yield from kselftest_cases.nightly()
    yield from dtb_cases.nightly()
    yield from pressure_cases.nightly()
    yield from arch_cases.nightly()
    for target in ("cloud", "6.1"):
        yield handovers_to(target)
    for compressor in ("gzip", "xz", "lz4-frame", "lzo"):
        yield direct(f"packed-6.1-{compressor}", target=f"6.1:{compressor}")
    yield direct("packed-cloud-zstd", target="cloud:zstd")
    for target in ("own", "cloud", "6.1"):
        yield Case(f"high-{target}-512", target=target, cpus="8", memory="6G", payload=512,
                   timeout=900, weight=40,
                   judges=(value("cpus", "8"), at_least("ramdisk", FOUR_GIB, 16)))
    yield Case("kexec-tools-c-512", tool="distribution", how="-c", payload=512, memory="4G",
               timeout=900, weight=60)
    for number in range(2, 20):
        yield crash_while_loading(number, 20011 * number)
    yield Case("from-stock", first="stock")
    yield Case("to-stock", target="stock")
    for name, bounce in (("ima-list", ""), ("ima-list-bounced", " kexec.bounce=1")):
        yield Case(name, first="ima", target="ima", append="ima_policy=tcb" + bounce,
                   arrival_append="ima_policy=tcb", judges=(
                       value("boots_measured", "1", 0), value("boots_measured", "2"),
                       contains("setup_data", "0x8")))
    yield chain("chain-100", 100, timeout=2000, weight=220)


def handovers_to(target):
    """Twenty handovers from our kernel to another one, which loads ours again each time."""
    return chain(f"kaslr-20-{target}", 40, target=target, other="own", timeout=1500, memory="2G",
                 weight=180, judges=(distinct("kernel_offset", 15, slice(1, None, 2)),))


# Sizes of machines and memory are what these are about; or there are two machines.
UNSANITIZED = (Pair, Hotplug, pressure_cases.SweepCase, pressure_cases.StuckCase,
               pressure_cases.LookCase)


def too_long(case):
    """Whether the sanitizers would make hours of a case and find what others find."""
    return (case.payload > 64 or case.first == "crash" or isinstance(case, UNSANITIZED) or
            case.name.startswith("crash-storm-") or case.name in ("chain-20", "errors-crash"))


def sanitized(case):
    """The case on the slower and larger kernel with sanitizers."""
    swap = {"own": "debug"}
    fixed_memory = case.options is NUMA
    return dataclasses.replace(
        case, name="debug-" + case.name,
        first=swap.get(case.first, case.first), target=swap.get(case.target, case.target),
        memory=case.memory if fixed_memory else more_memory(case.memory),
        timeout=case.timeout * SANITIZER_SLOWDOWN, weight=case.weight * SANITIZER_SLOWDOWN)


def more_memory(size):
    """A QEMU memory size, and what the sanitizers' own book-keeping takes."""
    mebibytes = int(size[:-1]) * {"M": 1, "G": 1024}[size[-1]]
    return f"{mebibytes + SANITIZER_MEMORY}M"


def gate():
    for group in (boots, entries, parts, dtb_cases.core, format_cases.core, uki_cases.core, hostile_cases.core, machines, tools,
                  handed_over, placement, calls, failures, visible, crashes, crash_cases.core, crash_cases.distribution,
                  client_cases.core, estimate_cases.core, changed_cases.gate, flip_cases.gate, reserve_cases.gate,
                  raw_cases.core, replay_cases.core, progress_cases.core,
                  kselftest_cases.core, menu_cases.core, pressure_cases.core, accept_cases.gate):
        yield from group()
    yield Recording("recording")


def table(night=False):
    """All cases, the longest first."""
    cases = list(gate()) + (list(nightly()) if night else [])
    return sorted(cases, key=lambda case: -case.weight)
