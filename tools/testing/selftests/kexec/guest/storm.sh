# SPDX-License-Identifier: GPL-2.0-only
#
# Memory and CPUs go and come back $EVENTS times, at random, while crash images are
# being loaded one after the other; then crash.  The last load that was going on ends,
# and no other one begins.

. /lib/crash-memory.sh

MEMORY=/sys/devices/system/memory
CPU=/sys/devices/system/cpu

# What can go: memory that was plugged, above 4 GiB, and all CPUs but the first.
movable() {
	for block in $MEMORY/memory*; do
		[ "$(cat $block/valid_zones)" = Movable ] && echo $block
	done
	ls -d $CPU/cpu[1-9]*
}

random() {
	SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
	draw=$((SEED / 65536 % $1 + 1))
}

# attempt FILE WORD: a load uses memory that it is asked to part with: then again, later.
attempt() {
	tries=100
	until echo $2 >$1 || [ $tries = 0 ]; do
		usleep 50000
		tries=$((tries - 1))
	done 2>/run/refused
	[ $tries != 0 ]
}

# Memory has to come back as what can go.
flip() {
	read -r now <$1/online
	case $now:$1 in
	1:*) attempt $1/online 0 ;;
	0:*memory*) attempt $1/state online_movable ;;
	*) attempt $1/online 1 ;;
	esac
}

# An event that is just being handled keeps a load from beginning.
load_forever() {
	loads=0
	while [ ! -e /run/stop ]; do
		if load -p >/run/load 2>&1; then
			loads=$((loads + 1))
		else
			grep -q "Device or resource busy" /run/load || cp /run/load /run/failed
		fi
	done
	echo $loads >/run/loads
}

# Is there an image at every time somebody looks?
look_forever() {
	gaps=0
	while [ ! -e /run/stop ]; do
		read -r there </sys/kernel/kexec_crash_loaded
		[ "$there" = 1 ] || gaps=$((gaps + 1))
		usleep 2000
	done
	echo $gaps >/run/gaps
}

plan 6
facts
check "load a crash image" load -p
set -- $(movable)
check "there is memory that can go, and a CPU" test $# -ge 3
load_forever &
look_forever &
done=0
for event in $(seq "$EVENTS"); do
	random $#
	eval "flip \${$draw}" && done=$((done + 1))
done
touch /run/stop
wait
equal "all of it happened" "$done" "$EVENTS"
check "all loads succeeded" test ! -e /run/failed
check "there were loads meanwhile" test "$(cat /run/loads)" -ge 2
equal "an image was armed all the time" "$(cat /run/gaps)" 0
fact loads "$(cat /run/loads)"
crash_contents
crash
