# SPDX-License-Identifier: GPL-2.0-only
#
# Memory that an image needs stays online, whoever loaded it, and goes when the image does.

. /lib/blocks.sh

plan 6
check "some block can go offline" find_block
check "load" load_at 8
refused "a destination goes offline" state $block offline
equal "the image is still loaded" "$(loaded)" 1
check "unload" $TOOL -u
check "without an image the block goes offline" state $block offline
finish
