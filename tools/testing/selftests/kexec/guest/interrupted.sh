# SPDX-License-Identifier: GPL-2.0-only
#
# Loads of files that take long to unpack end when they are killed, and say so; how long that
# is depends on the machine, so they are killed later and later.

ERROR=/sys/kernel/kexec/normal/error

# killed NAME: one of the loads was killed while it unpacked.
killed() {
	for delay in 0.02 0.05 0.1 0.2 0.4 0.8 1.6 3.2; do
		# what is said of another load must not count
		$TOOL -u
		$TOOL -s -l "/boot/large.$1" >/dev/null 2>&1 &
		sleep $delay
		kill -9 $! 2>/dev/null
		wait $! 2>/dev/null
		grep -q 'unpacking the kernel was interrupted' $ERROR && return 0
	done
	return 1
}

plan 4
facts
check "a load is killed while it unpacks gzip" killed gzip
check "a load is killed while it unpacks xz" killed xz
check "load" load -l
equal "the image counts as loaded" "$(loaded)" 1
finish
