# SPDX-License-Identifier: GPL-2.0-only
#
# Loads where pages that nobody will ever let go of are in the way everywhere, jumps.

. /lib/placed.sh

# Hundredths of a second since this kernel was started.
now() {
	cut -d ' ' -f 1 /proc/uptime | tr -d .
}

plan 1
facts
kexec_selftest stuck $STUCK >/run/stuck &
until grep -q . /run/stuck; do
	sleep 0.1
done
cat /run/stuck >$TAP
# into the gaps, where it can be had from
cat /mnt/initrd-64 >/dev/null
selftest killed /boot/kernel 64
start=$(now)
check "load" load -l
fact load_hundredths $(($(now) - start))
facts_of_placement
# not by the tool, which would wait for files to be written
kexec_selftest jump >$TAP
finish
