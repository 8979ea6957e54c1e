# SPDX-License-Identifier: GPL-2.0-only
#
# Loads where no block of memory is without a page that has to stay, and jumps.

. /lib/placed.sh

facts

plan 1
kexec_selftest fragment >/run/fragment &
until grep -q . /run/fragment; do
	sleep 0.1
done
cat /run/fragment >$TAP
check "load" load -l
facts_of_placement
jump
