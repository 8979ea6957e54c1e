# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel of a unified kernel image: its own initrd, microcode's archive and
# whatever came with it have to be there.

plan 2
facts
equal "payload arrives whole" "$(digest </payload)" "$(parameter kx.sum)"
equal "the microcode's archive comes first" "$(cat /parts/ucode)" ucode
fact parts "$(echo /parts/* | sed 's,/parts/,,g')"
