# SPDX-License-Identifier: GPL-2.0-only
#
# The crash kernel: is the log of the dead one where a log saver keeps it, too?

plan 3
facts
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
check "there is a dump" test -s /proc/vmcore
check "a place for what was saved" mount -t pstore pstore /mnt
fact saved "$(cat /mnt/dmesg-ramoops-* 2>/dev/null | grep -c 'Kernel panic - not syncing: sysrq')"
