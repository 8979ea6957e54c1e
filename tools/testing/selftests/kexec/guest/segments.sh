# SPDX-License-Identifier: GPL-2.0-only
#
# Boots the next kernel by hand-made segments, through a trampoline of their own.

plan 1
facts
check "load" kexec_selftest segments /boot/kernel /boot/initrd "$(cat /boot/cmdline)"
jump
