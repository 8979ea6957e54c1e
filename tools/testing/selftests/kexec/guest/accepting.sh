# SPDX-License-Identifier: GPL-2.0-only
#
# Loads, and tells where the segments go; the runner sees what is accepted meanwhile.

SLOT=/sys/kernel/kexec/normal

plan 3
equal "the type of pages that have to be accepted" \
	"$(head -c 8192 /proc/kcore | tr '\0' '\n' | sed -n 's/^NUMBER(PAGE_UNACCEPTED_MAPCOUNT_VALUE)=//p')" \
	-150994944
check "load" load -l
equal "the image counts as loaded" "$(loaded)" 1
fact bounced "$(cat $SLOT/bounced)"
fact segments "$(tr '\n' ';' <$SLOT/segments)"
