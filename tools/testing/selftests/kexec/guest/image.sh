# SPDX-License-Identifier: GPL-2.0-only
#
# Loads /boot/kernel as $ARGUMENTS and $LINE say and jumps into it.  What that finds
# is for it to report.

plan 3
facts
echo "a module" >/run/module
gzip </run/module >/run/module.gz
check "load" eval "$TOOL $HOW -l /boot/kernel $ARGUMENTS --command-line='$LINE'"
equal "the format" "$(cat /sys/kernel/kexec/normal/format)" "$FORMAT"
equal "how it is entered" "$(cat /sys/kernel/kexec/normal/entered)" "at its entry point"
jump
