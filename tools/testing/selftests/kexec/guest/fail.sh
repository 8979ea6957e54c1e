# SPDX-License-Identifier: GPL-2.0-only
#
# Jumps into an image that fails at once; the runner reads the console.

plan 1
check "load" kexec_selftest fail "$WAY"
jump
