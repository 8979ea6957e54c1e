# SPDX-License-Identifier: GPL-2.0-only
#
# What "kexec --estimate" says of the crash kernel at hand.

SIZE=/sys/kernel/kexec_crash_size
ESTIMATE="$TOOL --estimate /boot/kernel --initrd=/boot/initrd --append='$(cat /boot/cmdline)'"

estimate() {
	sh -c "$ESTIMATE --json"
}

# figure NAME: a number from /run/estimate.
figure() {
	sed -n "s/.*\"$1\": \([0-9]*\),.*/\1/p" /run/estimate
}

reserve() {
	echo "$1" >$SIZE
}
