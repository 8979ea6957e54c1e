# SPDX-License-Identifier: GPL-2.0-only
#
# Have the machine changed by $EARLIER, load a crash image, have it changed by $EVENTS, then
# crash.  Of memory from $MARK on, some is marked then.  $KEPT is "1 1" if the kernel has to
# keep the image right.

. /lib/crash-memory.sh

MEMORY=/sys/devices/system/memory
CPU=/sys/devices/system/cpu

# until_true COMMAND...: wait for it, up to a minute.
until_true() {
	tries=100
	until "$@" || [ $tries = 0 ]; do
		usleep 100000
		tries=$((tries - 1))
	done
	"$@"
}

blocks() {
	ls -d $MEMORY/memory[0-9]* | wc -l
}

cpus() {
	ls -d $CPU/cpu[0-9]* | wc -l
}

more() {
	[ "$($1)" -gt "$2" ]
}

fewer() {
	[ "$($1)" -lt "$2" ]
}

cpu_up() {
	for file in $CPU/cpu*/online; do
		[ "$(cat $file)" = 1 ] || echo 1 >$file
	done
}

# change WHAT: has the machine changed, and waits until the kernel knows.
change() {
	case $1 in
	memory-*) kind=blocks ;;
	cpu-*) kind=cpus ;;
	esac
	before=$($kind)
	say "# ask $1"
	case $1 in
	*-add) check "$1" until_true more $kind "$before" ;;
	*-remove) check "$1" until_true fewer $kind "$before" ;;
	esac
	cpu_up
}

crash_hotplug() {
	echo "$(cat $CPU/crash_hotplug) $(cat $MEMORY/crash_hotplug)"
}

mark() {
	kexec_selftest mark $MARK >/run/mark &
	until grep -q . /run/mark; do
		sleep 0.1
	done
	cat /run/mark >$TAP
}

set -- $EARLIER $EVENTS
plan $((3 + $#))
facts
for event in $EARLIER; do
	change "$event"
done
equal "nobody keeps a crash image right that is not there" "$(crash_hotplug)" "0 0"
check "load a crash image" load -p
equal "who keeps it right" "$(crash_hotplug)" "$KEPT"
for event in $EVENTS; do
	change "$event"
done
[ -z "$MARK" ] || mark
crash_contents
crash
