# SPDX-License-Identifier: GPL-2.0-only
#
# Loads a kernel with several initrds and jumps into it.  Their sizes are no
# multiples of what archives are aligned to, and the first is no multiple of a page.

# archive N: an initrd that holds the file /parts/N.
archive() {
	mkdir -p /run/root/parts
	head -c $((1000 * $1 + 1)) /dev/urandom >/run/root/parts/$1
	(cd /run/root && echo "parts
parts/$1" | cpio -o -H newc 2>/dev/null) | gzip >/run/$1.cpio.gz
	sums="$sums,$1:$(digest </run/root/parts/$1)"
	rm -r /run/root/parts
}

plan 3
facts
for n in 1 2 40; do
	archive $n
done
check "sizes are odd" test $(($(stat -c %s /run/1.cpio.gz) % 4 + $(stat -c %s /run/2.cpio.gz) % 4)) -gt 0
check "load" $TOOL $HOW -l /boot/kernel --initrd=/run/1.cpio.gz --initrd=/boot/initrd \
	--ramdisk=/run/2.cpio.gz --initrd=/run/40.cpio.gz \
	--command-line="$(cat /boot/cmdline) kx.parts=${sums#,}"
equal "the image counts as loaded" "$(loaded)" 1
jump
