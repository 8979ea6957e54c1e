# SPDX-License-Identifier: GPL-2.0-only
#
# Loads /boot/kernel with /boot/initrd and jumps into it.  Reading /dev/random
# waits until the kernel has a random seed to hand on.

head -c 1 /dev/random >/dev/null
plan 3
facts
equal "nothing is loaded at first" "$(loaded)" 0
check "load" load -l
equal "the image counts as loaded" "$(loaded)" 1
fact unpacked_at "$(unpacked_at)"
fact entered "$(cat /sys/kernel/kexec/normal/entered 2>/dev/null)"
jump
