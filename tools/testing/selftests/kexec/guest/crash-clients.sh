# SPDX-License-Identifier: GPL-2.0-only
#
# Makes crash clients that break, gives them their turn, and crashes.

CLIENTS=/sys/kernel/crash_clients
MAKE=/sys/kernel/debug/crash_client_test

# text NAME: where a function of this kernel begins, and what follows it.
text() {
	fact "text.$1" "$(grep -A 1 " t $1\$" /proc/kallsyms | cut -d ' ' -f 1 | tr '\n' ' ')"
}

# CPU 0 is caught with interrupts off, and another one crashes.
busy_first() {
	taskset -p 2 $$ >/dev/null
	taskset 1 sh -c "echo HARDLOCKUP >/sys/kernel/debug/provoke-crash/DIRECT" &
	until dmesg | grep -q 'direct entry HARDLOCKUP'; do
		:
	done
	sleep 1
}

plan 1
facts
fact clients_at_first "$(cat $CLIENTS)"
for function in $TEXT; do
	text "$function"
done
for client in $MADE; do
	echo "$client" >$MAKE/client
done
echo register >$MAKE/kmsg_dump
[ -z "$NBCON" ] || echo nbcon >$MAKE/console
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
[ -z "$UNCLAIMED" ] || echo enter >$MAKE/unclaimed
if [ -n "$FROM_OUTSIDE" ]; then
	echo "ready for an NMI" >/dev/kmsg
	sleep 60
fi
[ -z "$BUSY" ] || busy_first
crash
