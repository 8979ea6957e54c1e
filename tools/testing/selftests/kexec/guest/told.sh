# SPDX-License-Identifier: GPL-2.0-only
#
# What is said of loads.

dmesg -n 5
selftest told /boot/kernel /boot/other
