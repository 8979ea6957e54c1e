# SPDX-License-Identifier: GPL-2.0-only
#
# Loads where pages that nobody will ever let go of are in the way everywhere, jumps.

. /lib/placed.sh

# Hundredths of a second since this kernel was started.
now() {
	cut -d ' ' -f 1 /proc/uptime | tr -d .
}

# 64 MiB of zeros behind the initrd are no part of it.
load_much() {
	$TOOL $HOW -l /boot/kernel --initrd=/boot/initrd --initrd=/run/zeros \
		--command-line="$(cat /boot/cmdline)"
}

plan 1
facts
truncate -s 64M /run/zeros
case $STUCK in
/*)
	# all that the disk will ever answer
	cat $STUCK >/dev/null &
	sleep 1 ;;
esac
kexec_selftest stuck $STUCK >/run/stuck &
until grep -q . /run/stuck; do
	sleep 0.1
done
cat /run/stuck >$TAP
selftest killed /boot/kernel 64
start=$(now)
check "load" load_much
fact load_hundredths $(($(now) - start))
facts_of_placement
# not by the tool, which would wait for files to be written
kexec_selftest jump >$TAP
finish
