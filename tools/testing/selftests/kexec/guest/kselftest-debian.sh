# SPDX-License-Identifier: GPL-2.0-only
#
# The same in the user space of a Debian system, whose disk is mounted already.

facts
dmesg -n 5
for place in opt tmp run; do
	mount -t tmpfs tmpfs /mnt/$place
done
for place in proc sys dev; do
	mount -o bind /$place /mnt/$place
done
ln -s /proc/self/fd/1 /dev/stdout
ln -s /proc/self/fd /dev/fd
cp -r /opt/kselftest /boot/kernel /boot/initrd /boot/cmdline /lib/*.sh /bin/kexec_selftest /mnt/opt
chroot /mnt /bin/bash /opt/kselftest-inside.sh
finish
