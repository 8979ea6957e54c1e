# SPDX-License-Identifier: GPL-2.0-only
#
# What crashkernel= on this kernel's command line came to.

. /lib/crash-memory.sh
plan 1
crash_memory booted
fact booted.log "$(crash_messages)"
fact booted.reserved "$(crash_messages | tr ';' '\n' | grep 'reserved: 0x' | tr '\n' ';')"
