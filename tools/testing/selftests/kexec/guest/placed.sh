# SPDX-License-Identifier: GPL-2.0-only
#
# How much of an image is placed, says the kernel; sourced by stages.

# describe KEY: what /sys/kernel/kexec/normal says of the loaded image.
describe() {
	cat /sys/kernel/kexec/normal/"$1"
}

facts_of_placement() {
	fact placed "$(describe placed)"
	fact bounced "$(describe bounced)"
	fact placed_percent $(($(describe placed) * 100 / ($(describe placed) + $(describe bounced))))
}
