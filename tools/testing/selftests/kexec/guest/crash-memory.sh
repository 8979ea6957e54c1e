# SPDX-License-Identifier: GPL-2.0-only
#
# What memory is reserved for a crash kernel, and what was said of it.

SIZE=/sys/kernel/kexec_crash_size

# The ranges in /proc/iomem, as "start-end start-end".
crash_ranges() {
	sed -n 's/^ *\([0-9a-f-]*\) : Crash kernel$/\1/p' /proc/iomem | tr '\n' ' '
}

crash_bytes() {
	total=0
	for range in $(crash_ranges); do
		total=$((total + 0x${range#*-} - 0x${range%-*} + 1))
	done
	echo $total
}

# What the kernel says of crashkernel=, but for repeating its command line.
crash_messages() {
	dmesg | sed -n 's/^\[[^]]*\] //; /[Cc]ommand line/d; /crashkernel/p' | tr '\n' ';'
}

# crash_memory NAME: one check, and facts.
crash_memory() {
	equal "$1: sysfs gives the size of all ranges" "$(cat $SIZE)" "$(crash_bytes)"
	fact "$1.ranges" "$(crash_ranges)"
	fact "$1.bytes" "$(crash_bytes)"
}
