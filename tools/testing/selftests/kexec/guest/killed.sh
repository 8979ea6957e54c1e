# SPDX-License-Identifier: GPL-2.0-only
#
# Loads that are killed, for either slot.

plan 2
check "load" load -l
check "load into the crash slot" load -p
selftest killed /boot/kernel 64
