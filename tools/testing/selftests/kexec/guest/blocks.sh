# SPDX-License-Identifier: GPL-2.0-only
#
# Memory block devices, and segments at their start; sourced by stages.

blocks=/sys/devices/system/memory
block_size=$((0x$(cat $blocks/block_size_bytes)))

state() {
	echo "$2" >$blocks/memory"$1"/state
}

# A block in the middle of memory that nothing keeps from going offline.
find_block() {
	for block in 8 9 10 11 12 7 6 5; do
		state $block offline 2>/dev/null && state $block online_kernel && return 0
	done
	return 1
}

# load_at MEBIBYTES: a segment at the start of the block.
load_at() {
	kexec_selftest load-at $((block * block_size)) "$1"
}
