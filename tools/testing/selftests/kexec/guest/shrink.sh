# SPDX-License-Identifier: GPL-2.0-only
#
# Give memory of the crash kernel back, down to none: 256 MiB of high memory and
# 64 MiB of low memory to begin with.

. /lib/crash-memory.sh

total() {
	sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo
}

# shrink NAME BYTES: the kernel must have gained what the crash kernel lost.
shrink() {
	bytes=$(crash_bytes)
	total=$(total)
	fact "$1.error" "$(sh -c "echo $2 >$SIZE" 2>&1)"
	crash_memory "$1"
	equal "$1: the memory is back" $((($(total) - total) * 1024)) $((bytes - $(crash_bytes)))
}

mebibytes() {
	echo $(($1 << 20))
}

plan 30
crash_memory booted
shrink not-at-all "$(mebibytes 320)"
shrink larger "$(mebibytes 321)"
shrink larger-by-one 335544321
shrink words "many bytes"
shrink negative -1
check "load a crash image" load -p
shrink loaded "$(mebibytes 128)"
check "unload it" $TOOL -s -p -u
shrink part-of-high "$(mebibytes 192)"
shrink odd 100000001
shrink low-only "$(mebibytes 64)"
shrink hexadecimal 0x1000000
check "load fails into 16 MiB" test "$(load -p >/dev/null 2>&1; crash_loaded)" = 0
shrink none 0
shrink none-again 0
shrink one-too-many 1
