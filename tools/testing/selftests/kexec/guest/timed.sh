# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel that was jumped into: says what it knows about the jump, and when
# by the processor's clock its first process began.

plan 2
facts
fact clock "$(cat /clock)"
fact report "$(report)"
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
check "the report in words" kexec --report
sed 's/^/# shown /' /run/check >$TAP
