# SPDX-License-Identifier: GPL-2.0-only
#
# How a stage reports.  TAP goes to the second serial port, where no kernel
# message can break a line; each line is one write.

TAP=/dev/ttyS1

say() {
	printf '%s\n' "$*" >$TAP
}

# plan N: N checks follow; a stage may plan more than once.
plan() {
	say "1..$1"
}

# fact KEY VALUE: a finding the runner judges.
fact() {
	key=$1
	shift
	say "# fact $key=$*"
}

# check NAME COMMAND...: the command must succeed; its output is the reason.
check() {
	name=$1
	shift
	if "$@" >/run/check 2>&1; then
		say "ok - $name"
		return 0
	fi
	say "not ok - $name # $* failed: $(tail -n 3 /run/check | tr '\n' ' ')"
	return 1
}

# typed RECORDING COMMAND: runs it and shows both, as on a terminal.
typed() {
	say "# $1| \$ $2"
	eval "$2" >/run/typed 2>&1
	sed "s/^/# $1| /" /run/typed >$TAP
}

# equal NAME GOT WANT
equal() {
	if [ "$2" = "$3" ]; then
		say "ok - $1"
		return 0
	fi
	say "not ok - $1 # got '$2', wanted '$3'"
	return 1
}

# refused NAME COMMAND...: the command must fail.
refused() {
	name=$1
	shift
	if "$@" >/run/check 2>&1; then
		say "not ok - $name # $* succeeded"
		return 1
	fi
	say "ok - $name"
}

# parameter NAME: the value of NAME=value on the kernel command line.
parameter() {
	tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p" | tail -n 1
}

# selftest COMMAND OPERAND...: it plans and reports by itself.
selftest() {
	kexec_selftest "$@" >$TAP || say "not ok - kexec_selftest $1 # ended with status $?"
	scan_for_leaks "$1"
}

# Kernels with sanitizers know what memory nobody points to; it takes them two looks.
scan_for_leaks() {
	leaks=/sys/kernel/debug/kmemleak
	[ -e $leaks ] || return
	echo scan >$leaks
	echo scan >$leaks
	cat $leaks
	grep -q -E 'kexec|kimage' $leaks && say "not ok - kmemleak after $1 # the console has the list"
}

loaded() {
	cat /sys/kernel/kexec_loaded
}

crash_loaded() {
	cat /sys/kernel/kexec_crash_loaded
}

# report: all that kernel and tool say about kexec, in one line of JSON.
report() {
	kexec --report --json | tr '\n' ' '
}

# finish: ends the guest; QEMU leaves on a reset.
finish() {
	reboot -f
	sleep 60
}

# load -l or load -p: loads what the runner packed for the slot.
load() {
	$TOOL $HOW "$1" /boot/kernel --initrd=/boot/initrd --command-line="$(cat /boot/cmdline)"
}

# A jump that comes back has failed.
jump() {
	$TOOL -e >/run/check 2>&1
	say "not ok - jump into the loaded image # it came back: $(tail -n 3 /run/check | tr '\n' ' ')"
	finish
}

# So has a crash that does not end this kernel.
crash() {
	echo c >/proc/sysrq-trigger
	say "not ok - crash # this kernel goes on"
	finish
}
