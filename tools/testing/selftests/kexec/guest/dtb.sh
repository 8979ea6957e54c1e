# SPDX-License-Identifier: GPL-2.0-only
#
# Loads a kernel with a device tree and jumps into it.  What is none, or not all there, is refused.

# refused TEXT: loading with /run/tree is refused, and says so.
refused() {
	$TOOL $HOW -l /boot/kernel --dtb=/run/tree >/run/said 2>&1
	equal "exit status: $1" "$?" 255
	check "it says: $1" grep -q "the device tree cannot be used: $1" /run/said
}

plan 9
facts
echo "no tree" >/run/tree
refused "it does not begin as one"
head -c 80 /boot/dtb >/run/tree
refused "the file ends before it does"
(head -c 16 /boot/dtb; printf '\377\377\377\377'; tail -c +21 /boot/dtb) >/run/tree
refused "its header points out of it"
equal "nothing is loaded" "$(loaded)" 0
(cat /boot/dtb; head -c 5000 /dev/zero) >/run/tree
check "load" $TOOL $HOW -l /boot/kernel --initrd=/boot/initrd --devicetreeblob=/boot/kernel \
	--dtb=/run/tree --command-line="$(cat /boot/cmdline)"
equal "the image counts as loaded" "$(loaded)" 1
jump
