# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel that was jumped into, for README.md.

plan 1
facts
typed report "kexec --report"
check "kexec has something to report" kexec --report
