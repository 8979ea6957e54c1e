# SPDX-License-Identifier: GPL-2.0-only
#
# Loads by processes in a control group that has little memory, or whose addresses are few.

GROUPS=/sys/fs/cgroup
TRIED=$GROUPS/tried
LIMITS="2 4 8 16 32 64 128"

prepare() {
	mount -o remount,rw /mnt && mount -t cgroup2 cgroup2 $GROUPS &&
		echo +memory >$GROUPS/cgroup.subtree_control && cp /boot/kernel "$WHERE/kernel"
}

# The words are of a shell that becomes the tool.
loads() {
	echo 3 >/proc/sys/vm/drop_caches
	sh -c "$1; exec $TOOL $2 -l $WHERE/kernel --initrd=$WHERE/initrd \
		--command-line=panic=1" >/run/said 2>&1
}

# What the size $size was no obstacle to; or it was, which has been said, with nobody killed.
went_well() {
	status=$?
	[ $status = 0 ] && lowest=${lowest:-$size}
	[ "$(loaded)" = 1 ] || return 1
	[ $status = 0 ] || { [ $status = 255 ] && grep -q "$1" /run/said; }
}

in_group() {
	mkdir $TRIED
	echo "${size}M" >$TRIED/memory.max
	loads "echo 0 >$TRIED/cgroup.procs" "$1"
	went_well "control group"
	well=$?
	grep -q "^oom_kill 0" $TRIED/memory.events || well=1
	rmdir $TRIED
	return $well
}

with_few_addresses() {
	loads "ulimit -v $((size * 1024))" "$1"
	went_well "bytes of memory"
}

# tried NAME COMMAND OPERAND: with all sizes, from the lowest on; the highest has to do.
tried() {
	bad=
	lowest=
	for size in $LIMITS; do
		"$2" "$3" || bad="$bad $size MiB: $(head -n 1 /run/said)"
	done
	equal "$1" "${bad:-well, from ${lowest:+some} MiB on}" "well, from some MiB on"
	fact "$2$3" "$lowest"
}

dmesg -n 5
plan 5
check "a disk to write to, and groups" prepare
selftest limited $WHERE/kernel $WHERE/initrd "$FLAGS"
truncate -s 24M $WHERE/initrd
tried "kernel that reads the files, in a group" in_group -s
tried "tool that reads the files, in a group" in_group -c
tried "kernel that reads the files, with few addresses" with_few_addresses -s
tried "tool that reads the files, with few addresses" with_few_addresses -c
