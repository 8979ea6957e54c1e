# SPDX-License-Identifier: GPL-2.0-only
#
# A shell for a person.

cat <<TEXT

Linux $(uname -r), $(grep -c ^processor /proc/cpuinfo) CPU(s), command line: $(cat /proc/cmdline)

TEXT
[ -e /boot/kernel ] && cat <<TEXT
The next kernel:  kexec -s -l /boot/kernel --initrd=/boot/initrd --reuse-cmdline
                  kexec -e
TEXT
echo "To leave: poweroff -f, or Ctrl-a x at any time."
echo
setsid cttyhack sh -l
