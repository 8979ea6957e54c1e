# SPDX-License-Identifier: GPL-2.0-only
#
# /boot/kernel is refused: with the errno that means another format, or one of
# damage, and the reason $REASON; the slot stays empty.

plan 3
facts
$TOOL $HOW -l /boot/kernel $ARGUMENTS >/run/said 2>&1
equal "exit status" "$?" 255
check "it says: $REASON" grep -q "$REASON" /run/said
equal "nothing is loaded" "$(loaded)" 0
