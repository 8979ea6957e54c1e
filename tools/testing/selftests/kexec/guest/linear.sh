# SPDX-License-Identifier: GPL-2.0-only
#
# A segment of four times the size takes about four times as long to load, also where all
# memory that is free belongs to it.

# cost MEBIBYTES: instructions that a load takes.
cost() {
	before=$(kexec_selftest clock)
	kexec_selftest load-at 0x6000000 "$1" >&2 || return 1
	after=$(kexec_selftest clock)
	$TOOL -u >&2 || return 1
	echo $((after - before))
}

plan 2
small=$(cost 24)
large=$(cost 96)
fact small "$small"
fact large "$large"
check "both are loaded" [ "$small" -gt 0 -a "$large" -gt 0 ]
check "the large one takes at most 6 times as long" [ "$large" -le $((6 * small)) ]
finish
