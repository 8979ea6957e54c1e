# SPDX-License-Identifier: GPL-2.0-only
#
# Boots the next kernel with a long firmware memory map.

plan 1
facts
check "load" kexec_selftest long-map /boot/kernel /boot/initrd "$(cat /proc/cmdline)"
jump
