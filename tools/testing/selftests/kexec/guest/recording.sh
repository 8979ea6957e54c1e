# SPDX-License-Identifier: GPL-2.0-only
#
# Types what README.md shows.

mv /boot/kernel /boot/vmlinuz
mv /boot/initrd /boot/initrd.img
plan 3
facts
typed load "kexec -l /boot/vmlinuz --initrd=/boot/initrd.img --reuse-cmdline"
typed load "kexec --status"
equal "the image counts as loaded" "$(loaded)" 1
typed refused "kexec -l /boot/initrd.img"
equal "a refusal leaves it" "$(loaded)" 1
typed refused "kexec -p /boot/vmlinuz"
equal "nothing is loaded for panics" "$(crash_loaded)" 0
say "# load| \$ kexec -e"
jump
