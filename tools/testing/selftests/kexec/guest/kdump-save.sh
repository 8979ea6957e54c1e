# SPDX-License-Identifier: GPL-2.0-only
#
# The distribution's kernel as crash kernel: saves what kdump-tools saves, the log of the
# dead kernel and the dump as a stream, which the runner puts in order.

plan 5
facts
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
check "log" makedumpfile --dump-dmesg /proc/vmcore /run/dmesg
check "log shows the panic" grep "sysrq triggered crash" /run/dmesg
check "disk driver" insmod /virtio_blk.ko
check "dump" sh -c "makedumpfile -F -c -d 31 /proc/vmcore >/dev/vda"
sync
