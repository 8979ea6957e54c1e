# SPDX-License-Identifier: GPL-2.0-only
#
# Loads a kernel with several initrds and jumps into it.  Their sizes are no
# multiples of what archives are aligned to, and the first is no multiple of a page.

# pack N: an initrd that holds the file /parts/N.
pack() {
	mkdir -p /run/root/parts
	head -c $((1000 * $1 + 1)) /dev/urandom >/run/root/parts/$1
	(cd /run/root && echo "parts
parts/$1" | cpio -o -H newc 2>/dev/null) | gzip >/run/$1.cpio.gz
	digest </run/root/parts/$1
	rm -r /run/root/parts
}

# archive N: the same, packed anew for as long as its size happens to be a multiple of 4.
archive() {
	local sum

	while sum=$(pack $1) && [ $(($(stat -c %s /run/$1.cpio.gz) % 4)) = 0 ]; do
		:
	done
	sums="$sums,$1:$sum"
}

plan 2
facts
for n in 1 2 40; do
	archive $n
done
check "load" $TOOL $HOW -l /boot/kernel --initrd=/run/1.cpio.gz --initrd=/boot/initrd \
	--ramdisk=/run/2.cpio.gz --initrd=/run/40.cpio.gz \
	--command-line="$(cat /boot/cmdline) kx.parts=${sums#,}"
equal "the image counts as loaded" "$(loaded)" 1
jump
