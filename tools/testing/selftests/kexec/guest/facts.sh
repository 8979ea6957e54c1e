# SPDX-License-Identifier: GPL-2.0-only
#
# What a kernel finds around it: the runner compares it with what was asked
# for, or with what the kernel before had.

boot_bytes() {
	od -An -v -tx1 -j "$1" -N "$2" /sys/kernel/boot_params/data | tr -d ' \n'
}

# Types of the setup_data records, smallest first.
setup_data() {
	cat /sys/kernel/boot_params/setup_data/*/type 2>/dev/null | sort -n | tr '\n' ' '
}

firmware_map() {
	for entry in /sys/firmware/memmap/*; do
		echo "$(cat "$entry/start") $(cat "$entry/end") $(cat "$entry/type")"
	done | sort
}

count() {
	ls "$@" 2>/dev/null | wc -l
}

digest() {
	sha256sum | cut -d ' ' -f 1
}

logged() {
	dmesg | sed -n "$1" | head -n 1
}

# How many boots the measurement list of IMA tells of, this one included.
boots_measured() {
	mount -t securityfs none /sys/kernel/security 2>/dev/null
	grep -c boot_aggregate /sys/kernel/security/ima/ascii_runtime_measurements 2>/dev/null
}

# What VMCOREINFO says of the kernel's virtual address, as a crash tool reads it.
kernel_offset() {
	dd if=/proc/kcore bs=4096 count=16 2>/dev/null | tr '\0' '\n' |
		sed -n 's/^KERNELOFFSET=//p'
}

kernel_at() {
	sed -n 's/^ *\([0-9a-f]*\)-.* : Kernel code$/\1/p' /proc/iomem
}

# Where the image loaded last has been unpacked to; nothing if it does that itself.
unpacked_at() {
	dmesg | sed -n 's/.*unpacked kernel: 0x\([0-9a-f]*\),.*/\1/p' | tail -n 1
}

facts() {
	fact release "$(uname -r)"
	fact cmdline "$(cat /proc/cmdline)"
	fact cpus "$(grep -c ^processor /proc/cpuinfo)"
	fact nodes "$(count -d /sys/devices/system/node/node*)"
	fact memory "$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
	fact la57 "$(grep -c -w la57 /proc/cpuinfo)"
	fact ramdisk "$(logged 's/.*RAMDISK: \[mem 0x\([0-9a-f]*\)-.*/\1/p')"
	fact ignored "$(dmesg | sed -n 's/.*timeline of the handover is ignored: //p' | tr '\n' ';')"
	fact crng "$(logged 's/^\[ *\([0-9.]*\)\].*crng init done.*/\1/p')"
	fact setup_data "$(setup_data)"
	fact memmap_entries "$(count -d /sys/firmware/memmap/*)"
	fact memmap "$(firmware_map | digest)"
	fact acpi_tables "$(count /sys/firmware/acpi/tables)"
	fact rsdp "$(boot_bytes 112 8)"
	fact video "$(boot_bytes 6 2)$(boot_bytes 14 44)"
	fact edd "$(boot_bytes 489 2)$(boot_bytes 656 64 | digest)$(boot_bytes 3328 492 | digest)"
	fact edd_devices "$(boot_bytes 489 1)"
	fact efi "$(boot_bytes 448 12)"
	fact efi_runtime "$(count -d /sys/firmware/efi/runtime-map/*)"
	fact kernel_offset "$(kernel_offset)"
	fact kernel_at "$(kernel_at)"
	fact kaslr_flag "$((0x$(boot_bytes 529 1) >> 1 & 1))"
	fact boots_measured "$(boots_measured)"
}
