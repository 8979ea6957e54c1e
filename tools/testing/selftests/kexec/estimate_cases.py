# SPDX-License-Identifier: GPL-2.0-only
"""What kexec --estimate recommends is enough, and it warns where less is reserved."""

from case import Case
from crash_case import CrashCase, DistributionCase
from judges import contains

CRASH = {"trigger": "echo c >/proc/sysrq-trigger", "panic": "sysrq triggered crash",
         "functions": ("sysrq_handle_crash",)}
PLENTY = "crashkernel=448M"


def core():
    yield CrashCase("estimate", "estimate.sh", memory="1G", append=PLENTY, **CRASH)
    yield Case("estimate-less", "estimate-less.sh", None, append=PLENTY, stages=1,
               judges=(contains("reason", "free", 0),))


def more():
    """The distribution's kernel needs more than ours."""
    yield DistributionCase("estimate-distribution", "estimate.sh", memory="1536M", append=PLENTY,
                           tool="own", log=("sysrq: Trigger a crash",), **CRASH)
