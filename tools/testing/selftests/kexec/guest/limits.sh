# SPDX-License-Identifier: GPL-2.0-only
#
# The number of loads can be limited, for each slot alone, and never widened.

REBOOT=/proc/sys/kernel/kexec_load_limit_reboot
PANIC=/proc/sys/kernel/kexec_load_limit_panic

limit() {
	echo "$2" >"$1"
}

plan 17
equal "loads are not limited at first" "$(cat $REBOOT)" -1
equal "crash loads are not limited at first" "$(cat $PANIC)" -1
refused "a negative limit" limit $REBOOT -2
check "limit loads to 3" limit $REBOOT 3
refused "a higher limit" limit $REBOOT 4
refused "no limit again" limit $REBOOT -1
check "lower the limit" limit $REBOOT 2
check "first load" load -l
check "second load" load -l
equal "the limit is used up" "$(cat $REBOOT)" 0
refused "third load" load -l
equal "the image stays loaded" "$(loaded)" 1
equal "crash loads are still not limited" "$(cat $PANIC)" -1
check "crash load" load -p
check "forbid crash loads" limit $PANIC 0
refused "crash load once forbidden" load -p
equal "the crash image stays loaded" "$(crash_loaded)" 1
selftest forbidden /boot/kernel
