# SPDX-License-Identifier: GPL-2.0-only
#
# Make memory come and go until somebody outside has enough of it.

. /lib/crash-memory.sh

block=$(grep -l Movable /sys/devices/system/memory/memory*/valid_zones | tail -n 1)
block=${block%/valid_zones}

plan 1
facts
check "load a crash image" load -p
fact changing_block "$(cat $block/phys_index)"
crash_contents
say "# ask break"
for turn in $(seq 50); do
	echo offline >$block/state
	usleep 200000
	echo online_movable >$block/state
	usleep 200000
done
say "not ok - a panic comes from outside # this kernel goes on"
