# SPDX-License-Identifier: GPL-2.0-only
#
# Memory that an image needs cannot be taken offline, claimed or not.

. /lib/placed.sh
. /lib/blocks.sh

said_why() {
	dmesg | grep -q "kexec: memory .* stays online"
}

plan 11
check "some block can go offline" find_block
echo 1 >/sys/module/kexec/parameters/bounce
check "load, everything bounced" load_at 8
equal "nothing is placed" "$(describe placed)" 0
refused "a destination goes offline" state $block offline
check "the kernel says why it does not" said_why
equal "the image is still loaded" "$(loaded)" 1
echo 0 >/sys/module/kexec/parameters/bounce
check "load, claimed" load_at 8
equal "nothing is bounced" "$(describe bounced)" 0
refused "a claimed destination goes offline" state $block offline
check "unload" $TOOL -u
check "without an image the block goes offline" state $block offline
finish
