# SPDX-License-Identifier: GPL-2.0-only
#
# Loads /boot/kernel, a unified kernel image, with $ARGUMENTS, and jumps into it,
# or is refused to, for the reason $REFUSED.

plan 2
facts
if [ -n "$LOCKDOWN" ]; then
	mount -t securityfs none /sys/kernel/security
	echo integrity >/sys/kernel/security/lockdown
fi
if [ -n "$REFUSED" ]; then
	eval "$TOOL $HOW -l /boot/kernel $ARGUMENTS" >/run/said 2>&1
	check "it is refused: $REFUSED" grep -q "$REFUSED" /run/said
	equal "nothing is loaded" "$(loaded)" 0
	finish
fi
check "load" eval "$TOOL $HOW -l /boot/kernel $ARGUMENTS"
equal "the format" "$(cat /sys/kernel/kexec/normal/format)" UKI
fact unpacked_at "$(unpacked_at)"
jump
