# SPDX-License-Identifier: GPL-2.0-only
#
# Shows one kernel loading the next.

narrate() {
	say "# said $*"
}

plan 2
facts
narrate "$(uname -r) is up: $(cat /proc/version)"
narrate "\$ kexec $HOW -l /boot/kernel --initrd=/boot/initrd --command-line=\"$(cat /boot/cmdline)\""
check "load" load -l
equal "the image counts as loaded" "$(loaded)" 1
narrate "loaded: $(wc -c </boot/kernel) bytes of kernel, $(wc -c </boot/initrd) bytes of initrd"
narrate "\$ kexec -e"
jump
