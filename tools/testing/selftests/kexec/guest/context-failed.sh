# SPDX-License-Identifier: GPL-2.0-only
#
# A jump into an image that is to come back fails before the image is entered: a CPU does not
# go.  What has changed in the image by then has changed; it is not taken for what it has to be.
# Loaded where its bytes will run from, that they can be written there.

SLOT=/sys/kernel/kexec/normal
CPUS=/sys/devices/system/cpu

# change: writes over the first bytes of the image.
change() {
	read -r start _ <$SLOT/segments
	printf changed | dd of=/dev/mem bs=1 seek=$((start)) conv=notrunc
}

plan 8
check "load" $TOOL --load-preserve-context /boot/kernel
equal "nothing is bounced" "$(cat $SLOT/bounced)" 0
echo 0 >$SLOT/check
check "it changes" change
sed -n 's/: sched:active$//p' $CPUS/hotplug/states >$CPUS/cpu1/hotplug/fail
refused "the jump fails" $TOOL -e
check "since a CPU does not go" sh -c 'dmesg | grep "Error taking CPU1 down"'
equal "the image is still loaded" "$(loaded)" 1
echo 1 >$SLOT/check
refused "the next one fails, too" $TOOL -e
check "since the image has changed" grep "is not as it was loaded" $SLOT/error
