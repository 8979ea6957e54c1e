# SPDX-License-Identifier: GPL-2.0-only
#
# Lines of other people's scripts, each with what the script relies on.

export PATH=/sbin:/bin
TABLE=/replay/lines

# the NAME: what the table says of this line.
the() {
	cat "$line/$1"
}

slots() {
	for slot in normal crash; do
		[ -z "$(cat /sys/kernel/kexec/$slot/format)" ] || echo $slot
	done
}

# What scripts look at says the same.
old_names() {
	[ "$(loaded)" = 1 ] && echo normal
	[ "$(crash_loaded)" = 1 ] && echo crash
}

empty_slots() {
	kexec -s -u && kexec -s -p -u
}

fill_slot() {
	case $1 in
	normal) kexec -s -l /replay/K --append=before --initrd=/replay/I ;;
	crash) kexec -s -p /replay/K --append=before --initrd=/replay/I ;;
	esac
}

# "@" is this kernel's command line, "@-" the same for a crash kernel.
expected_line() {
	running=$(cat /proc/cmdline)
	case $1 in
	@-*) echo "$(echo "$running" | sed 's/ *crashkernel=[^ ]*//')${1#@-}" ;;
	@*) echo "$running${1#@}" ;;
	*) echo "$1" ;;
	esac
}

# Spaces at the ends and between words say nothing.
words() {
	echo $1
}

has_initrd() {
	size=$(stat -L -c %s /payload)
	grep -q " $size\$" "/sys/kernel/kexec/$1/segments"
}

check_slot() {
	slot=$(the slot)
	at=/sys/kernel/kexec/$slot
	[ -n "$slot" ] || return 0
	[ "$(cat "$at/format")" = "$(the format)" ] || echo "format $(cat "$at/format")"
	wanted=$(words "$(expected_line "$(the cmdline)")")
	[ "$(words "$(cat "$at/command_line")")" = "$wanted" ] ||
		echo "command line $(cat "$at/command_line")"
	if [ -n "$(the initrd)" ]; then
		has_initrd "$slot" || echo "no initrd"
	fi
}

problems() {
	[ "$status" = "$(the status)" ] || echo "status $status"
	[ "$(echo $(slots))" = "$(the slot)" ] || echo "loaded: $(slots)"
	[ "$(slots)" = "$(old_names)" ] || echo "old names say: $(old_names)"
	[ -z "$(the says)" ] || grep -q -e "$(the says)" /run/said || echo "does not say $(the says)"
	check_slot
}

# Nothing undoes that.
lock_down() {
	lockdown=/sys/kernel/security/lockdown
	grep -q '\[none\]' $lockdown || return 0
	echo integrity >$lockdown
}

replay() {
	[ -z "$(the locked)" ] || lock_down || say "not ok - lockdown"
	empty_slots && fill_slot "$(the before)" || say "not ok - slots cannot be prepared"
	cd /replay || return
	bash -c "$(the env)
$(the line)" >/run/said 2>&1
	status=$?
	found=$(problems | tr '\n' ';')
	if [ -n "$(the differs)" ]; then
		refuted=$found
		found=${refuted:+}
		[ -n "$refuted" ] || found="the same, though: $(the differs)"
	fi
	[ -z "$found" ] || found="$found said: $(tail -n 3 /run/said | tr '\n' ' ')"
	equal "$(the name)" "$found" ""
}

mount -t securityfs securityfs /sys/kernel/security
plan "$(ls $TABLE | wc -l)"
for line in $TABLE/*; do
	replay
done
