# SPDX-License-Identifier: GPL-2.0-only
#
# The names in sysfs that tools rely on.

SYS=/sys/kernel
SIZE=$SYS/kexec_crash_size

reserved() {
	total=0
	for range in $(sed -n 's/^ *\([0-9a-f]*\)-\([0-9a-f]*\) : Crash kernel$/\1:\2/p' /proc/iomem); do
		total=$((total + 0x${range#*:} - 0x${range%:*} + 1))
	done
	echo $total
}

resize() {
	echo "$1" >$SIZE
}

# The page of physical memory at address $1.
physical_page() {
	dd if=/dev/mem bs=4096 skip=$(($1 / 4096)) count=1 2>/dev/null
}

plan 23
equal "kexec_loaded" "$(loaded)" 0
equal "kexec_crash_loaded" "$(crash_loaded)" 0
equal "kexec_crash_size is what is reserved" "$(cat $SIZE)" "$(reserved)"
equal "128 MiB are reserved" "$(cat $SIZE)" 134217728

read -r address size <$SYS/vmcoreinfo
check "vmcoreinfo has an address" test $((address)) -gt 0
check "vmcoreinfo has a size" test $((0x$size)) -ge 4096
check "vmcoreinfo is at that address" eval "physical_page $address | grep -a -q 'OSRELEASE=$(uname -r)'"

check "crash_elfcorehdr_size" test "$(cat $SYS/crash_elfcorehdr_size)" -gt 0
for cpu in 0 1; do
	place=/sys/devices/system/cpu/cpu$cpu
	check "crash_notes of CPU $cpu" test $((0x$(cat $place/crash_notes))) -gt 0
	check "crash_notes_size of CPU $cpu" test "$(cat $place/crash_notes_size)" -gt 300
done

check "load" load -l
equal "kexec_loaded once loaded" "$(loaded)" 1
check "crash load" load -p
equal "kexec_crash_loaded once loaded" "$(crash_loaded)" 1
equal "crash_hotplug of CPUs" "$(cat /sys/devices/system/cpu/crash_hotplug)" 1
refused "shrink under a loaded image" resize 67108864
check "unload" $TOOL $HOW -p -u
refused "grow" resize 268435456
check "shrink" resize 67108864
equal "kexec_crash_size after that" "$(cat $SIZE)" 67108864
equal "what is reserved after that" "$(reserved)" 67108864
