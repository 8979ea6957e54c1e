# SPDX-License-Identifier: GPL-2.0-only
#
# Crashes with a crash image that is not what was loaded.

plan 2
check "load and damage" kexec_selftest damage
equal "the crash image counts as loaded" "$(crash_loaded)" 1
crash
