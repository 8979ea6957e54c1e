# SPDX-License-Identifier: GPL-2.0-only
#
# Crash loads that just fit, or just do not.

dmesg -n 5
selftest crash-room /boot/kernel
