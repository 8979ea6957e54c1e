# SPDX-License-Identifier: GPL-2.0-only
#
# Loads with initrds around the size of free memory; nobody may be killed for them.

dmesg -n 5
plan 2
check "huge pages to reserve" sh -c "[ $HUGE = 0 ] || echo $HUGE >/proc/sys/vm/nr_hugepages"
check "a disk to write to" mount -o remount,rw /mnt
[ "$LIMIT" = 0 ] || ulimit -v "$LIMIT"
selftest sweep /boot/kernel /mnt/initrd "$NEIGHBOUR" "$FLAGS" "$SIZES"
