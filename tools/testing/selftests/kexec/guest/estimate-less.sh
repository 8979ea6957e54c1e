# SPDX-License-Identifier: GPL-2.0-only
#
# Less memory than "kexec --estimate" says the crash kernel needs: it says so, and the
# kernel refuses what does not fit at all.

. /lib/estimating.sh
plan 6
facts
estimate >/run/estimate
recommended=$(figure recommended) kernel=$(figure 'name": "kernel", "bytes')
check "give back one step too much" reserve $((recommended - (16 << 20)))
check "it is too little" sh -c "$ESTIMATE | grep -q 'which is too little'"
check "it still fits" load -p
check "unload" $TOOL -p -u
check "leave no more than the kernel" reserve "$kernel"
refused "it does not fit any more" load -p
fact reason "$(cat /sys/kernel/kexec/crash/error)"
