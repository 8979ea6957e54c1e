# SPDX-License-Identifier: GPL-2.0-only
#
# /sys/kernel/kexec: the names it shares with /sys/kernel, and what is said of
# the slots, empty and filled.  The runner judges the reports.

SYS=/sys/kernel

# The files of $1 that do not have mode 400.
readable_by_all() {
	find $SYS/kexec/"$1" -type f ! -perm 400 | sed 's|.*/||' | sort | tr '\n' ' '
}

same_names() {
	equal "loaded, $1" "$(cat $SYS/kexec/loaded)" "$(loaded)"
	equal "crash_loaded, $1" "$(cat $SYS/kexec/crash_loaded)" "$(crash_loaded)"
	equal "crash_size, $1" "$(cat $SYS/kexec/crash_size)" "$(cat $SYS/kexec_crash_size)"
	equal "crash_elfcorehdr_size, $1" "$(cat $SYS/kexec/crash_elfcorehdr_size)" \
		"$(cat $SYS/crash_elfcorehdr_size)"
}

resize() {
	echo "$1" >$SYS/kexec/crash_size
}

plan 26
facts
refused "a kernel that was not jumped into has a timeline" test -e $SYS/kexec/handover
same_names "with nothing loaded"
fact empty "$(report)"
check "load" load -l
check "load into the crash slot" load -p
same_names "with both loaded"
fact filled "$(report)"
fact now "$(date +%s)"
equal "what all may read of normal" "$(readable_by_all normal)" \
	"bounced bytes check entered format kernel loaded_at placed "
equal "what all may read of crash" "$(readable_by_all crash)" \
	"bounced bytes entered format kernel loaded_at placed "

refused "load no kernel" $TOOL $HOW -l /settings
fact failed "$(report)"
check "load again" load -l
fact recovered "$(report)"

refused "a size that is no number" resize many
refused "shrink under a loaded image" resize 67108864
check "unload the crash image" $TOOL $HOW -p -u
fact emptied "$(report)"
check "shrink" resize 67108864
equal "crash_size after that" "$(cat $SYS/kexec/crash_size)" 67108864
same_names "after that"
check "load --fast" $TOOL $HOW -l --fast /boot/kernel --initrd=/boot/initrd \
	--command-line="$(cat /boot/cmdline)"
fact unstable "$(dmesg | grep -c 'Marking TSC unstable')"
fact hints "$(cat $SYS/kexec/fast/tsc_early_khz) $(cat $SYS/kexec/fast/lpj)"
fact fast "$(cat $SYS/kexec/normal/command_line)"
check "load without" load -l
jump
