# SPDX-License-Identifier: GPL-2.0-only
#
# The crash kernel: writes the dumps into a directory of the host, in the format
# of makedumpfile and as ELF.

plan 4
facts
[ -x /bin/kexec ] && fact report "$(report)"
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
mkdir /run/dump
check "a place for the dump" mount -t 9p -o trans=virtio,version=9p2000.L dump /run/dump
check "makedumpfile -d 31" makedumpfile -d 31 /proc/vmcore /run/dump/d31
check "makedumpfile -E" makedumpfile -E -d 31 /proc/vmcore /run/dump/elf
