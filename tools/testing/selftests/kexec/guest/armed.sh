# SPDX-License-Identifier: GPL-2.0-only
#
# Arms the crash kernel and crashes.

plan 1
facts
check "load into the crash slot" load -p
crash
