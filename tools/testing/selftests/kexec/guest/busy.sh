# SPDX-License-Identifier: GPL-2.0-only
#
# Fills half of memory, half of that with files and half with a process, loads
# and jumps.

. /lib/placed.sh

facts

quarter=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 4096))
mkdir /run/full
mount -t tmpfs -o size=90% full /run/full
dd if=/dev/zero of=/run/full/file bs=1M count=$quarter 2>/dev/null
kexec_selftest occupy $quarter >/run/occupy &
until grep -q . /run/occupy; do
	sleep 0.1
done
plan 1
check "load" load -l
facts_of_placement
jump
