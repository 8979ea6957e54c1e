# SPDX-License-Identifier: GPL-2.0-only
#
# Loads /boot/kernel, a unified kernel image, through kexec_load with $ARGUMENTS, and
# jumps into it.

plan 2
facts
check "load" eval "$TOOL $HOW -l /boot/kernel $ARGUMENTS"
equal "the image counts as loaded" "$(loaded)" 1
jump
