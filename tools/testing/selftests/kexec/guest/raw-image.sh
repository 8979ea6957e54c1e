# SPDX-License-Identifier: GPL-2.0-only
#
# Loads /boot/kernel through kexec_load as $ARGUMENTS and $LINE say, and jumps into it.
# The kernel that runs need not be one of ours.

plan 2
facts
echo "a module" >/run/module
gzip </run/module >/run/module.gz
check "load" eval "$TOOL $HOW -l /boot/kernel $ARGUMENTS --command-line='$LINE'"
equal "the image counts as loaded" "$(loaded)" 1
jump
