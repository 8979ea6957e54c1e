# SPDX-License-Identifier: GPL-2.0-only
#
# Loads a kernel with the device tree that this one was booted with, if there is one, and
# jumps into it.

FDT=/sys/firmware/fdt

plan 3
facts
equal "this kernel has the tree it was given" "$([ ! -e $FDT ] || digest <$FDT)" \
	"$(parameter kx.dtb)"
check "load" $TOOL $HOW -d -l /boot/kernel --initrd=/boot/initrd --force-dtb \
	--command-line="$(cat /boot/cmdline)"
equal "it is said where there is none" "$(dmesg | grep -c 'none to hand over')" \
	"$(test -e $FDT; echo $?)"
jump
