# SPDX-License-Identifier: GPL-2.0-only
#
# The crash slot: load, unload, load again, then crash.

plan 7
facts
equal "no crash image at first" "$(crash_loaded)" 0
check "load into the crash slot" load -p
equal "the crash image counts as loaded" "$(crash_loaded)" 1
equal "the normal slot stays empty" "$(loaded)" 0
check "unload" $TOOL $HOW -p -u
equal "no crash image counts as loaded" "$(crash_loaded)" 0
check "load again" load -p
fact unpacked_at "$(unpacked_at)"
crash
