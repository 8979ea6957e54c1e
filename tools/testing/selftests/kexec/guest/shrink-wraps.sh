# SPDX-License-Identifier: GPL-2.0-only
#
# Sizes that would be 0 once they are rounded up give nothing back.

. /lib/crash-memory.sh
plan 3
crash_memory booted
refused "the largest number is too large" sh -c "echo 18446744073709551615 >$SIZE"
crash_memory refused
