# SPDX-License-Identifier: GPL-2.0-only
#
# The crash kernel: has the memory of the one that crashed.

. /lib/crash-memory.sh
plan 3
facts
[ -x /bin/kexec ] && fact report "$(report)"
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
check "there is a dump" test -s /proc/vmcore
equal "the dump is an ELF file" "$(od -An -tx1 -N4 /proc/vmcore | tr -d ' ')" 7f454c46
fact vmcore_ranges "$(vmcore_ranges)"
fact vmcore_cpus "$(vmcore_cpus)"
fact vmcore_rips "$(vmcore_rips)"
mark=$(parameter kx.mark)
if [ "$mark" ]; then
	plan 1
	check "the memory from $mark on can be read" eval "kexec_selftest marked $mark >/run/marked"
	cat /run/marked >$TAP
fi
