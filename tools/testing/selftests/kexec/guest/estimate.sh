# SPDX-License-Identifier: GPL-2.0-only
#
# Leaves the crash kernel as much memory as "kexec --estimate" says it needs, then
# crashes: the dump has to arrive.

. /lib/estimating.sh
plan 6
facts
estimate >/run/estimate
fact estimate "$(tr '\n' ' ' </run/estimate)"
check "the initrd has been counted" grep -q '"initrd unpacked", .*"counted: ' /run/estimate
check "there is more than enough" grep -q '"enough": true' /run/estimate
recommended=$(figure recommended)
check "give back the rest" reserve "$recommended"
equal "so much is reserved" "$(cat $SIZE)" "$recommended"
check "it is enough" sh -c "$ESTIMATE | grep -q 'which is enough'"
check "load into the crash slot" load -p
fact unpacked_at "$(unpacked_at)"
taskset -c "$CPU" /culprit
say "not ok - crash # this kernel goes on"
finish
