# SPDX-License-Identifier: GPL-2.0-only
#
# Loads and jumps while a process has one of two CPUs to itself, but for a twentieth that
# the scheduler leaves to all others there.

GENEROUS=60

seconds() {
	cut -d . -f 1 /proc/uptime
}

plan 5
facts
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
kexec_selftest spin 1 >/run/spin &
until grep -q . /run/spin; do
	sleep 0.1
done
began=$(seconds)
check "load" load -l
took=$(($(seconds) - began))
check "it took $took s" test $took -lt $GENEROUS
check "load again" load -l
check "unload" $TOOL $HOW -u
check "load for the jump" load -l
jump
