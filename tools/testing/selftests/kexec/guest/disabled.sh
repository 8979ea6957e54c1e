# SPDX-License-Identifier: GPL-2.0-only
#
# Loading can be forbidden for good; what is loaded then can still be entered.

DISABLED=/proc/sys/kernel/kexec_load_disabled

set_disabled() {
	echo "$1" >$DISABLED
}

plan 6
facts
check "load" load -l
equal "loading is allowed at first" "$(cat $DISABLED)" 0
check "forbid loading" set_disabled 1
refused "allow it again" set_disabled 0
equal "loading is forbidden" "$(cat $DISABLED)" 1
selftest forbidden /boot/kernel
equal "the image stays loaded" "$(loaded)" 1
jump
