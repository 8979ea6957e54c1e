# SPDX-License-Identifier: GPL-2.0-only
#
# Run by a Debian system's own shell, with its own programs.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
export KEXEC_KERNEL=/opt/kernel
. /opt/tap.sh
. /opt/kselftest-judge.sh
kselftest
