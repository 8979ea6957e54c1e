# SPDX-License-Identifier: GPL-2.0-only
#
# Loads that must not fail, and loads that must; after all of those, what was
# armed before them must work.  Thousands of refusals would drown the
# console; warnings must still reach it, where the runner looks for them.

plan 2
facts
dmesg -n 5
mkdir /run/hog
mount -t tmpfs -o size=100% tmpfs /run/hog
selftest permissive /boot/kernel
check "load" load -l
check "load into the crash slot" load -p
selftest errors /boot/kernel
$END
