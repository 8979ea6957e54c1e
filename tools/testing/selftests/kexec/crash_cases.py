# SPDX-License-Identifier: GPL-2.0-only
"""The crash matrix: every way to go wrong ends in a dump that crash reads."""

from crash_case import CrashCase, DistributionCase

BUG_LKDTM = r"kernel BUG at drivers/misc/lkdtm/bugs\.c:\d+!"
BUG_HERE = r"kernel BUG at kernel/crash_client_test\.c:\d+!"
SYSRQ = "echo c >/proc/sysrq-trigger"
NOT_SYNCING = "Kernel panic - not syncing: "


def panicked(name, trigger, text, more_log=(), **settings):
    """A case that ends in panic() with @text."""
    return CrashCase("crash-" + name, trigger=trigger, panic=text,
                     log=(NOT_SYNCING + text,) + more_log, **settings)


def oopsed(name, trigger, text, *log, **settings):
    """A case that ends in an oops, of which crash shows @text."""
    return CrashCase("crash-" + name, trigger="kernel panic_on_oops 1; " + trigger, panic=text,
                     log=log, **settings)


def distribution():
    """What kdump-tools does, by either system call."""
    for name, how in (("c", ""), ("s", "-s")):
        yield DistributionCase(
            "kdump-tools-" + name, how=how, trigger=SYSRQ, panic="sysrq triggered crash",
            log=("sysrq: Trigger a crash",), functions=("sysrq_handle_crash",))


def core():
    """The quick ones, for every change."""
    yield panicked("sysrq", SYSRQ, "sysrq triggered crash", functions=("sysrq_handle_crash",))
    yield oopsed("null", "lkdtm EXCEPTION", "Oops: 0002",
                 "BUG: kernel NULL pointer dereference, address: 0{16}",
                 "RIP: 0010:lkdtm_EXCEPTION", functions=("lkdtm_EXCEPTION",))
    yield oopsed("bug-hardirq", "crash_test hardirq bug; spin", BUG_HERE, BUG_HERE,
                 "RIP: 0010:crash_in_hardirq", functions=("crash_in_hardirq",))
    yield panicked("nmi", "kernel unknown_nmi_panic 1; wait_outside", "NMI: Not continuing",
                   from_outside="inject-nmi", by_log=True, functions=("exc_nmi",))
    yield panicked("other-cpu", "lkdtm PANIC", "dumptest", cpus="2", culprit_cpu="1", panic_cpu="1",
                   functions=("lkdtm_PANIC",))


def more():
    """The rest of the matrix."""
    yield oopsed("bug-process", "lkdtm BUG", BUG_LKDTM, BUG_LKDTM, functions=("lkdtm_BUG",))
    yield oopsed("bug-softirq", "crash_test softirq bug; spin", BUG_HERE, BUG_HERE,
                 "RIP: 0010:crash_in_softirq", functions=("crash_in_softirq",),
                 command="culprit|ksoftirqd/0")
    # The page fault goes on on the stack of double faults, without an exception's frame
    # there, so bt -a ends at the change of stacks.
    yield oopsed("stack", "lkdtm STACK_GUARD_PAGE_LEADING", "Oops: stack guard page",
                 "BUG: TASK stack guard page was hit at",
                 "RIP: 0010:lkdtm_STACK_GUARD_PAGE_LEADING", functions=("machine_kexec",),
                 on_stack=("lkdtm_STACK_GUARD_PAGE_LEADING", "direct_entry", "vfs_write"))
    yield oopsed("double-fault", "lkdtm EXHAUST_STACK", "Oops: stack guard page",
                 "BUG: TASK stack guard page was hit", "RIP: 0010:recursive_loop",
                 functions=("exc_double_fault", "recursive_loop"))
    yield panicked("hard-lockup", "kernel watchdog_thresh 2; kernel hardlockup_panic 1; "
                   "lkdtm HARDLOCKUP", "Hard LOCKUP", cpus="2", culprit_cpu="1", panic_cpu="0",
                   command="swapper/0", functions=("watchdog_hardlockup_check", "lkdtm_HARDLOCKUP"))
    yield panicked("soft-lockup", "kernel watchdog_thresh 1; kernel softlockup_panic 1; "
                   "lkdtm SOFTLOCKUP", "softlockup: hung tasks", cpus="2", culprit_cpu="1",
                   panic_cpu="1", functions=("watchdog_timer_fn", "lkdtm_SOFTLOCKUP"))
    # The CPU that stalls or another one, whichever notices first.
    yield panicked("rcu-stall", "kernel watchdog 0; kernel panic_on_rcu_stall 1; busy_rcu; "
                   "lkdtm SOFTLOCKUP", "RCU Stall", append="rcupdate.rcu_cpu_stall_timeout=3",
                   cpus="2", culprit_cpu="1", panic_cpu="any", by_log=True,
                   functions=("lkdtm_SOFTLOCKUP",))
    yield panicked("all-cpus", "crash_test all_cpus panic", "panic on all CPUs at once", cpus="8",
                   memory="768M", panic_cpu="any", command=r"migration/\d", timeout=300,
                   functions=("machine_kexec",), everywhere="crash_on_each")
    yield panicked("load-lock", "crash_test load_lock hold & sleep 1; plan 1; "
                   "refused locked $TOOL $HOW -p -u; " + SYSRQ, "sysrq triggered crash",
                   functions=("sysrq_handle_crash",))
    yield panicked("notifier", "crash_test notifier panic; " + SYSRQ, "sysrq triggered crash",
                   append="crash_kexec_post_notifiers", more_log=(
                       r"crash: client notifiers panics \(panic inside a panic notifier\)",),
                   functions=("notifier_panics", "sysrq_handle_crash"))
    yield panicked("memory", "echo 1 >/proc/sys/vm/panic_on_oom; exec tail /dev/zero",
                   "Out of memory: system-wide panic_on_oom is enabled", command="tail",
                   functions=("out_of_memory",))
