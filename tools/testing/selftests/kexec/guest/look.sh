# SPDX-License-Identifier: GPL-2.0-only
#
# How many pages loads of several sizes look at where nothing can be had.

# Where a segment may lie anywhere, places are drawn at random: the sum of some loads tells more.
look() {
	truncate -s "$2"K /run/initrd
	for _ in $(seq 8); do
		$TOOL $HOW -l /boot/kernel --initrd=/run/initrd --append=x 2>&1 || return
		kexec -u
	done
	fact "looked.$1" "$(looked | tail -n 8 | sum)"
}

looked() {
	dmesg | sed -n 's/.* bounced, \([0-9]*\) pages looked at/\1/p'
}

sum() {
	echo $(($(tr '\n' '+')0))
}

plan 3
fact cmdline "$(cat /proc/cmdline)"
fact memory "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
kexec_selftest clutter >/run/clutter &
until grep -q . /run/clutter; do
	sleep 0.1
done
cat /run/clutter >$TAP
check "loads with a page" look page 4
check "loads with 4 MiB" look middle 4096
check "loads with 64 MiB" look large 65536
