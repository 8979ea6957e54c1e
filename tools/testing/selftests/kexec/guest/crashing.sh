# SPDX-License-Identifier: GPL-2.0-only
#
# Arms the crash kernel and starts the program that goes wrong, on the CPU that
# the case wants.  Its name and process ID must turn up in the dump.

plan 1
facts
check "load into the crash slot" load -p
fact unpacked_at "$(unpacked_at)"
taskset -c "$CPU" /culprit
say "not ok - crash # this kernel goes on"
finish
