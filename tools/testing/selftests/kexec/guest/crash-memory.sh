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

# What a dump of this kernel has to hold: memory that is there and online, and CPUs.
crash_contents() {
	fact system_ram "$(sed -n 's/^\([0-9a-f-]*\) : System RAM$/\1/p' /proc/iomem | tr '\n' ' ')"
	fact crash_ranges "$(crash_ranges)"
	fact block_size "$(cat /sys/devices/system/memory/block_size_bytes)"
	blocks=
	for state in /sys/devices/system/memory/memory*/state; do
		[ "$(cat $state)" = online ] || blocks="$blocks $(cat ${state%state}phys_index)"
	done
	fact offline_blocks "$blocks"
	fact online_cpus "$(grep -c ^processor /proc/cpuinfo)"
}

# phdrs: "TYPE OFFSET VIRTUAL PHYSICAL BYTES BYTES ALIGNMENT" for each program header.
phdrs() {
	od -An -v -w56 -tx8 -j64 -N$(($(od -An -tu2 -j56 -N2 /proc/vmcore) * 56)) /proc/vmcore
}

# The memory in /proc/vmcore, but for the second mapping of the kernel itself.
vmcore_ranges() {
	phdrs | while read -r type offset virtual physical bytes rest; do
		case $type:$virtual in
		*00000001:ffffffff*) ;;
		*00000001:*) printf '%x-%x ' "0x$physical" $((0x$physical + 0x$bytes - 1)) ;;
		esac
	done
}

# The number of CPUs that /proc/vmcore has the registers of.
vmcore_cpus() {
	phdrs | while read -r type offset virtual physical bytes rest; do
		case $type in
		*00000004)
			dd if=/proc/vmcore bs=4 skip=$((0x$offset / 4)) count=$((0x$bytes / 4)) 2>/dev/null |
				tr '\0' '\n' | grep -a -c '^CORE$' ;;
		esac
	done
}

# Where each of them was: its note has 356 bytes, and the instruction pointer at 260.
vmcore_rips() {
	count=$(vmcore_cpus)
	phdrs | while read -r type offset virtual physical bytes rest; do
		case $type in
		*00000004)
			for cpu in $(seq 0 $((count - 1))); do
				od -An -tx8 -j$((0x$offset + cpu * 356 + 260)) -N8 /proc/vmcore
			done ;;
		esac
	done | tr -d '\n'
}
