# SPDX-License-Identifier: GPL-2.0-only
#
# Jumps and says when, by the processor's clock.

plan 2
facts
check "load" load -l
equal "the image counts as loaded" "$(loaded)" 1
kexec_selftest jump >$TAP
finish
