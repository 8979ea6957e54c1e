# SPDX-License-Identifier: GPL-2.0-only
#
# A crash in the middle of loads into the crash slot: one image or the other is armed.

plan 2
facts
check "load into the crash slot" load -p
(while :; do load -p; done) &
empty=0
for _ in $(seq 400); do
	[ "$(crash_loaded)" = 1 ] || empty=$((empty + 1))
done
equal "an image is armed at every look" "$empty" 0
usleep "$(parameter kx.delay)"
crash
