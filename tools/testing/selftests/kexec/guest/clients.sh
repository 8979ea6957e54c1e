# SPDX-License-Identifier: GPL-2.0-only
#
# The order of the crash clients, seen and set.

CLIENTS=/sys/kernel/crash_clients
MAKE=/sys/kernel/debug/crash_client_test
FIRST=kgdb:live,kdump:stopped,notifiers:stopped,kmsg_dump:stopped

# order WORDS WHAT: writing WORDS must make it WHAT.
order() {
	echo "$1" >$CLIENTS 2>/dev/null || say "not ok - write '$1' # failed"
	equal "after '$1'" "$(cat $CLIENTS)" "$2"
}

# no_order WORDS ERROR: writing WORDS must fail with ERROR and change nothing.
no_order() {
	before=$(cat $CLIENTS)
	echo "$1" 2>&1 >$CLIENTS | grep -q "$2"
	equal "'$1' is refused: $2" "$?" 0
	equal "'$1' changes nothing" "$(cat $CLIENTS)" "$before"
}

plan 30
equal "default order" "$(cat $CLIENTS)" $FIRST
order kmsg_dump,kdump kgdb:live,kmsg_dump:stopped,kdump:stopped,notifiers:stopped
order kmsg_dump:live,kgdb,kdump kmsg_dump:live,kgdb:live,kdump:stopped,notifiers:stopped
order -notifiers,kmsg_dump kgdb:live,kmsg_dump:stopped,kdump:stopped,-notifiers
order default $FIRST
echo Y >/sys/module/kernel/parameters/crash_kexec_post_notifiers
equal "notifiers first" "$(cat $CLIENTS)" kgdb:live,notifiers:stopped,kmsg_dump:stopped,kdump:stopped
order kdump $FIRST
echo N >/sys/module/kernel/parameters/crash_kexec_post_notifiers
order default $FIRST
no_order kgdb:stopped "Invalid argument"
no_order kdump:live "Invalid argument"
no_order kdump:later "Invalid argument"
no_order kdump,kdump "Invalid argument"
no_order -kdump:stopped "Invalid argument"
no_order kdump, "Invalid argument"
no_order nobody "No such file"
no_order "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q" "Argument list too long"
no_order "$(head -c 100 /dev/zero | tr '\0' k)" "Invalid argument"
echo test-says >$MAKE/client
order default kgdb:live,kdump:stopped,test-says:stopped,notifiers:stopped,kmsg_dump:stopped
order test-says:live test-says:live,kgdb:live,kdump:stopped,notifiers:stopped,kmsg_dump:stopped
echo test-says 2>&1 >$MAKE/client | grep -q "File exists"
equal "a name is taken once" "$?" 0
order default kgdb:live,kdump:stopped,test-says:stopped,notifiers:stopped,kmsg_dump:stopped
