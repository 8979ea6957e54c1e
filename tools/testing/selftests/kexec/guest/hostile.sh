# SPDX-License-Identifier: GPL-2.0-only
#
# Loads that must fail, of files that somebody has made for that; what was armed
# before them must stay, and work.

plan 4
facts
dmesg -n 5
check "there is reserved memory" grep -q '20000000-20ffffff : Reserved' /proc/iomem
selftest sound /sound
check "load" load -l
check "load into the crash slot" load -p
selftest hostile /hostile
selftest arguments /boot/kernel /sound
check "load once more" load -l
jump
