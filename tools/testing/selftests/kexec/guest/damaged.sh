# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels with a damaged payload are refused when they are loaded; what was
# armed before them stays, and works.

plan 2
facts
check "load" load -l
check "load into the crash slot" load -p
for kernel in /boot/packed/*; do
	selftest damaged "${kernel##*/}" "$kernel"
done
plan 1
check "load once more" load -l
fact unpacked_at "$(unpacked_at)"
jump
