# SPDX-License-Identifier: GPL-2.0-only
"""The crash matrix: every way to go wrong ends in a dump that crash reads."""

from crash_case import CrashCase

BUG = r"kernel BUG at drivers/misc/lkdtm/bugs\.c:\d+!"
OOPS = "kernel panic_on_oops 1; "
NOT_SYNCING = "Kernel panic - not syncing: "


def panicked(name, trigger, text, **settings):
    """A case that ends in panic() with @text."""
    return CrashCase("crash-" + name, trigger=trigger, panic=text,
                     log=(NOT_SYNCING + text,), **settings)


def core():
    """The quick ones, for every change."""
    yield panicked("sysrq", "echo c >/proc/sysrq-trigger", "sysrq triggered crash",
                   functions=("sysrq_handle_crash",))
    yield CrashCase("crash-null", trigger=OOPS + "lkdtm EXCEPTION", panic="NULL pointer dereference",
                    log=("BUG: kernel NULL pointer dereference, address: 0{16}",
                         "RIP: 0010:lkdtm_EXCEPTION"), functions=("lkdtm_EXCEPTION",))
    yield panicked("nmi", "kernel unknown_nmi_panic 1; spin", "NMI: Not continuing",
                   from_outside="inject-nmi", functions=("exc_nmi",))
    yield panicked("other-cpu", "lkdtm PANIC", "dumptest", cpus="2", culprit_cpu="1", panic_cpu="1",
                   functions=("lkdtm_PANIC",))


def more():
    """The rest of the matrix."""
    yield CrashCase("crash-bug-process", trigger=OOPS + "lkdtm BUG", panic=BUG, log=(BUG,),
                    functions=("lkdtm_BUG",))
    yield CrashCase("crash-stack", trigger=OOPS + "lkdtm STACK_GUARD_PAGE_LEADING",
                    panic="stack guard page was hit",
                    log=("BUG: TASK stack guard page was hit at", "RIP: 0010:lkdtm_STACK_GUARD_PAGE"),
                    functions=("lkdtm_STACK_GUARD_PAGE_LEADING",))
    yield CrashCase("crash-double-fault", trigger=OOPS + "lkdtm EXHAUST_STACK", panic="double fault",
                    log=("stack guard page", "RIP: 0010:recursive_loop"),
                    functions=("recursive_loop",))
    yield panicked("hard-lockup", "kernel watchdog_thresh 2; kernel hardlockup_panic 1; "
                   "lkdtm HARDLOCKUP", "Hard LOCKUP", cpus="2", culprit_cpu="1", panic_cpu="0",
                   command="swapper/0", functions=("lkdtm_HARDLOCKUP",))
    yield panicked("soft-lockup", "kernel watchdog_thresh 1; kernel softlockup_panic 1; "
                   "lkdtm SOFTLOCKUP", "softlockup: hung tasks", cpus="2", culprit_cpu="1",
                   panic_cpu="1", functions=("lkdtm_SOFTLOCKUP",))
    yield panicked("rcu-stall", "kernel watchdog 0; kernel panic_on_rcu_stall 1; lkdtm SOFTLOCKUP",
                   "RCU Stall", append="rcupdate.rcu_cpu_stall_timeout=3",
                   functions=("lkdtm_SOFTLOCKUP",))
    yield panicked("memory", "echo 1 >/proc/sys/vm/panic_on_oom; exec tail /dev/zero",
                   "Out of memory: system-wide panic_on_oom is enabled", command="tail",
                   functions=("out_of_memory",))
