# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel that was given a device tree: among its setup_data, without what followed
# the tree in its file.

SETUP_DTB=0x2

plan 2
facts
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
for record in /sys/kernel/boot_params/setup_data/*; do
	[ "$(cat $record/type)" != $SETUP_DTB ] || found="$found $(digest <$record/data)"
done
equal "one device tree arrives whole" "$found" " $(parameter kx.dtb)"
