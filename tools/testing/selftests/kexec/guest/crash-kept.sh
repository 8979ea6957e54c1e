# SPDX-License-Identifier: GPL-2.0-only
#
# Loads into the crash slot that fail, each for another reason: the image that was armed
# before them stays armed, and is the one that a crash enters.

# kept WHY WORDS OPERAND...: the load must fail and say WORDS; the armed image stays.
kept() {
	why=$1 words=$2
	shift 2
	$TOOL $HOW -p "$@" >/run/said 2>&1
	equal "$why: exit status" "$?" 255
	check "$why: says why" grep -q "$words" /run/said
	equal "$why: an image is armed" "$(crash_loaded)" 1
	equal "$why: it is the same" "$(cat $ARMED/loaded_at $ARMED/segments)" "$first"
}

armed() {
	cat $ARMED/loaded_at $ARMED/segments $ARMED/command_line
}

load_slowly() {
	$TOOL $HOW -p /boot/kernel --initrd=/run/slow --append="kx.slow=$1" >/run/said 2>&1
}

# A kernel with sanitizers leaves less room beside it.
load_what_fits() {
	for size in 120 60 30; do
		truncate -s ${size}M /run/slow
		start=$(now)
		load_slowly whole && took=$(($(now) - start)) && return
	done
	return 1
}

# Hundredths of a second since this kernel was started.
now() {
	cut -d ' ' -f 1 /proc/uptime | tr -d .
}

# killed HUNDREDTHS: a load that is killed after that time has either left the armed image
# alone or been through; then the old image is loaded again.
killed() {
	before=$(armed)
	$TOOL $HOW -p /boot/kernel --initrd=/run/slow --append="kx.slow=$1" >/run/said 2>&1 &
	sleep "$(($1 / 100)).$(printf %02d $(($1 % 100)))"
	kill -9 $!
	wait $!
	equal "killed after $1/100 s: an image is armed" "$(crash_loaded)" 1
	if [ "$(armed)" = "$before" ]; then
		say "ok - killed after $1/100 s: it is the same"
	else
		equal "killed after $1/100 s: too late" "$(cat $ARMED/command_line)" "kx.slow=$1"
		load -p
	fi
}

ARMED=/sys/kernel/kexec/crash
LOCKDOWN=/sys/kernel/security/lockdown

plan 47
facts
check "load into the crash slot" load -p
check "a load that takes its time" load_what_fits
load -p
for part in 0 1 4 7; do
	killed $((took * part / 8))
done
rm /run/slow
first=$(cat $ARMED/loaded_at $ARMED/segments)
sleep 1
head -c 100000 /boot/kernel >/run/cut
head -c 100000 /dev/urandom >/run/noise
truncate -s 200M /run/large
: >/run/empty
mount -t securityfs none /sys/kernel/security
kept "no kernel" "of no format known here (bzImage, UKI" /run/noise
kept "truncated kernel" "kernel: not a bzImage" /run/cut
kept "empty kernel" "empty or not a regular file" /run/empty
kept "no such initrd" "cannot open" /boot/kernel --initrd=/nowhere
kept "no room" "no free 200 MiB for the initrd" /boot/kernel --initrd=/run/large
kept "command line too long" "the command line has" /boot/kernel --append="$(head -c 3000 /dev/zero | tr '\0' a)"
check "lock the kernel down" sh -c "echo integrity >$LOCKDOWN"
kept "unsigned kernel" "locked down and no trusted key" /boot/kernel --initrd=/boot/initrd
kept "kernel with an unknown key" "locked down and no trusted key" /boot/other
equal "no image by segments, either" "$($TOOL -c -p /boot/kernel >/run/said 2>&1; echo $?)" 255
equal "the log has a reason for each" \
	"$(dmesg | grep 'crash image not loaded' | grep -cv 'was interrupted')" 7
equal "reason of the last load" "$(cat $ARMED/error)" \
	"the kernel is locked down and no trusted key signed the image"
equal "nothing in the normal slot" "$(loaded)" 0
crash
