# SPDX-License-Identifier: GPL-2.0-only
#
# Two loaders at the same time.  The console shows warnings and worse only.

dmesg -n 5
selftest race /boot/kernel 1000
