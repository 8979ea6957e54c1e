# SPDX-License-Identifier: GPL-2.0-only
#
# A link of a chain: packs the running root file system as the next kernel's,
# counting the hop in it, and jumps with the command line it was given.  If
# there is another kernel, links with an odd number load that one.

hop=$(cat /hop)
kernel=/boot/kernel
[ -e /boot/other ] && [ $((hop % 2)) = 1 ] && kernel=/boot/other
plan 3
facts
fact hop "$hop"
equal "payload is whole" "$(digest </payload)" "$(cat /payload.sum)"
[ "$hop" = "$HOPS" ] && {
	equal "nothing is loaded" "$(loaded)" 0
	equal "the chain ends here" "$hop" "$HOPS"
	finish
}
echo $((hop + 1)) >/hop
(cd / && find . -xdev | cpio -o -H newc) >/run/initrd 2>/dev/null
check "load" $TOOL $HOW -l $kernel --initrd=/run/initrd --reuse-cmdline
equal "the image counts as loaded" "$(loaded)" 1
fact unpacked_at "$(unpacked_at)"
jump
