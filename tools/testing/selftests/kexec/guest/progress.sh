# SPDX-License-Identifier: GPL-2.0-only
#
# A load that takes seconds, with a terminal and without one.

slow_load() {
	echo 3 >/proc/sys/vm/drop_caches
	kexec -s -l /boot/kernel --initrd=/mnt/initrd-64 --append=x
}

plan 5
check "disk driver" insmod /virtio_blk.ko
check "disk" mount -t ext4 -o ro /dev/vda /mnt
slow_load 2>/dev/console
equal "load, with a terminal" "$? $(loaded)" "0 1"
kexec -u
slow_load 2>/run/said
equal "load, without one" "$? $(loaded)" "0 1"
equal "nothing is said without one" "$(cat /run/said)" ""
