# SPDX-License-Identifier: GPL-2.0-only
#
# What VMCOREINFO says, line by line: from the note, and from /proc/kcore.

# In /proc/kcore a task structure comes before, and two of its bytes may look like a line.
lines() {
	tr '\0' '\n' | grep -a -E '^[A-Z-]+(\([A-Za-z0-9_.]+\))?=.' | sed -n '/^OSRELEASE=/,$p'
}

note() {
	page=$((0x$(cut -d ' ' -f 1 /sys/kernel/vmcoreinfo | sed 's/^0x//') / 4096))
	dd if=/dev/mem bs=4096 skip=$page count=2 2>/dev/null
}

plan 2
note | lines >/run/note
head -c 8192 /proc/kcore | lines >/run/kcore
check "there are lines" test "$(wc -l </run/note)" -gt 60
check "/proc/kcore has the same" cmp /run/note /run/kcore
number=100
while read -r line; do
	number=$((number + 1))
	fact "line.$number.vmcoreinfo" "$line"
done </run/note
