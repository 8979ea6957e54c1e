# SPDX-License-Identifier: GPL-2.0-only
#
# Measures one load, and jumps; the runner reads the figures.

slot=/sys/kernel/kexec/normal
mailbox=/sys/bus/pci/devices/0000:00:10.0

# The load's outcome as the kernel sees it, where it says so.
placement() {
	[ ! -e $slot/placed ] || fact placed "$(cat $slot/placed)"
	[ ! -e $slot/bounced ] || fact bounced "$(cat $slot/bounced)"
}

measure() {
	meter "$@" >$TAP || finish
}

# The same file at ever larger sizes, each loaded for itself.
sizes() {
	mount -t tmpfs -o size=80% tmpfs /mnt
	for size in $SIZES; do
		measure fill /mnt/initrd "$size"
		measure load "load.$size" /boot/kernel /mnt/initrd "$(cat /boot/cmdline)" 0
		measure unload
		rm /mnt/initrd
	done
}

# So that the check can be made again and again, it fails each time.
divided() {
	for round in $(seq 12); do
		"$TOOL" -s -d -l /boot/kernel --initrd=/boot/initrd \
			"--command-line=$command_line" 2>/dev/null || finish
		initrd=$(sort -n -k 3 $slot/segments | tail -n 1 | cut -d ' ' -f 1)
		printf x | dd of=/dev/mem bs=1 seek=$((initrd)) conv=notrunc 2>/dev/null
		"$TOOL" -e 2>/dev/null
	done
}

plan 1
command_line=$(cat /boot/cmdline)
case $HOW in
call | crash)
	measure load load /boot/kernel /boot/initrd "$command_line" "$FLAGS"
	placement
	;;
sizes)
	sizes
	;;
divided)
	divided
	;;
*)
	measure time load "$TOOL" "$HOW" -l /boot/kernel --initrd=/boot/initrd \
		"--command-line=$command_line"
	placement
	;;
esac
say "ok - the load is measured"
if [ "$JUMP" = yes ]; then
	echo 1 >$mailbox/enable
	if [ "$HOW" = crash ]; then
		measure crash $mailbox/resource2
	fi
	measure jump $mailbox/resource2
fi
finish
