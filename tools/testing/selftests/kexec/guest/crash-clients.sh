# SPDX-License-Identifier: GPL-2.0-only
#
# Makes crash clients that break, gives them their turn, and crashes.

CLIENTS=/sys/kernel/crash_clients
MAKE=/sys/kernel/debug/crash_client_test

plan 1
facts
fact clients_at_first "$(cat $CLIENTS)"
for client in $MADE; do
	echo "$client" >$MAKE/client
done
echo register >$MAKE/kmsg_dump
[ -z "$ORDER" ] || echo "$ORDER" >$CLIENTS
fact clients "$(cat $CLIENTS)"
if [ -n "$UNARMED" ]; then
	equal "no crash image is armed" "$(crash_loaded)" 0
else
	check "load into the crash slot" load -p
fi
if [ -n "$OOPS" ]; then
	echo 1 >/proc/sys/kernel/panic_on_oops
	echo EXCEPTION >/sys/kernel/debug/provoke-crash/DIRECT
fi
[ -z "$EVERYWHERE" ] || echo panic >$MAKE/all_cpus
crash
