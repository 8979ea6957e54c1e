# SPDX-License-Identifier: GPL-2.0-only
#
# Two loaders at the same time.

dmesg -n 3
selftest race /boot/kernel 1000
