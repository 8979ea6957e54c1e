# SPDX-License-Identifier: GPL-2.0-only
#
# Loads and unloads a large image over and over.

selftest cycles /boot/kernel /mnt/initrd-64
